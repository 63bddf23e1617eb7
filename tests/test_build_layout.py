"""Where headings stand, how stacked ones are joined, and which rows below them are none."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgnet._build.layout import field_of, find_heading, is_known
from orgnet._build.readers import read_tables
from orgnet._model.findings import Log

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from orgnet._build.raw import Raw

Lines = list[list[str]]


def as_csv(lines: Lines, delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(lines)
    return out.getvalue()


def read(folder: Path, lines: Lines | str, name: str = "units.csv") -> tuple[Raw, pd.DataFrame]:
    """Read one text table; return it with its findings."""
    path = folder / name
    path.write_text(lines if isinstance(lines, str) else as_csv(lines), encoding="utf-8", newline="")
    log = Log()
    (raw,) = read_tables(path, log)
    return raw, log.findings().table


def cells(raw: Raw) -> list[list[str]]:
    rows: list[list[str]] = raw.frame.fillna("").to_numpy(object).tolist()
    return rows


def rows_of(found: pd.DataFrame, code: str) -> list[int]:
    return found.loc[found["code"] == code, "row"].tolist()


# --- where the heading stands


@pytest.mark.parametrize(
    ("lines", "first", "names"),
    [
        ([["id", "name"], ["a", "x"]], 0, ("id", "name")),
        ([["shop", "colour"], ["a", "red"]], 0, ("shop", "colour")),
        ([["统计表", ""], ["", ""], ["编码", "名称"], ["a", "x"]], 2, ("编码", "名称")),
        ([["统计表", ""], ["填表单位：某街道", "2024年5月"], ["编码", "名称"], ["a", "x"]], 2, ("编码", "名称")),
        ([["a title", "", ""], ["shop", "colour", "size"], ["a", "red", "1"]], 1, ("shop", "colour", "size")),
        ([["shop", "lvl"], ["x", "社区"], ["类型", "名称"]], 0, ("shop", "lvl")),  # known words as data
        ([["a", "1"], ["b", "2"]], 0, ("a", "1")),  # a table without headings: as ever, the first row
        ([["党员\n人数", "full\nname"], ["1", "x"]], 0, ("党员人数", "full name")),
    ],
    ids=["plain", "unknown", "title", "title and facts", "title, unknown", "words in data", "none", "line breaks"],
)
def test_where_the_heading_is(lines: Lines, first: int, names: tuple[str, ...]) -> None:
    heading = find_heading(lines)
    assert heading is not None
    assert (heading.first, heading.depth, heading.names) == (first, 1, names)


def test_a_sheet_without_words_has_no_heading() -> None:
    assert find_heading([]) is None
    assert find_heading([["", ""], ["  "]]) is None


def test_known_headings() -> None:
    assert field_of("党员人数（人）") == "members"
    assert is_known("联系电话")
    assert not is_known("联系电话：0571")
    assert not is_known("2024 年各街道党组织书记联系电话一览表")


STACKS: list[tuple[str, Lines, tuple[str, ...]]] = [
    (
        "groups and single columns",
        [["单位名称", "党员", "", "", "备注"], ["", "人数", "其他", "小计", ""], ["甲", "3", "0", "3", ""]],
        ("单位名称", "人数", "党员/其他", "党员/小计", "备注"),
    ),
    (
        "a leaf that repeats",
        [["编码", "社区党委", "", "网格", ""], ["", "名称", "户数", "名称", "户数"], ["a", "x", "1", "y", "2"]],
        ("编码", "社区党委/名称", "社区党委/户数", "网格/名称", "网格/户数"),
    ),
    (
        "three rows",
        [
            ["编码", "人员", "", "", ""],
            ["", "党员", "", "职工", ""],
            ["", "正式党员数", "其他", "从业人员数", "其他"],
            ["a", "1", "2", "3", "4"],
        ],
        ("编码", "正式党员数", "人员/党员/其他", "从业人员数", "人员/职工/其他"),
    ),
]


@pytest.mark.parametrize(("lines", "names"), [case[1:] for case in STACKS], ids=[case[0] for case in STACKS])
def test_stacked_headings_are_joined(lines: Lines, names: tuple[str, ...]) -> None:
    heading = find_heading([["表一", "", ""], *lines])
    assert heading is not None
    assert heading.names == names
    assert (heading.first, heading.depth) == (1, len(lines) - 1)


@pytest.mark.parametrize(
    "lines",
    [
        [["id", "name", "", ""], ["u1", "x", "foo", "bar"]],  # unnamed columns
        [["编码", "名称", "", ""], ["", "甲", "乙", "丙"]],  # and a missing id
        [["编码", "名称", "类型"], ["a", "", "企业"]],
        [["编码", "党员", ""], ["", "3", "4"]],  # numbers are no headings
        [["编码", "名称：甲", ""], ["", "户数", "人数"]],
    ],
)
def test_a_row_of_data_is_no_second_heading(lines: Lines) -> None:
    heading = find_heading(lines)
    assert heading is not None
    assert heading.depth == 1


def test_merged_ranges_speak_where_words_do_not() -> None:
    lines = [["甲组", "", "乙组", ""], ["p", "q", "r", "s"], ["1", "2", "3", "4"]]
    assert find_heading(lines).depth == 1  # type: ignore[union-attr]
    heading = find_heading(lines, [(0, 0, 0, 1), (0, 2, 0, 3)])
    assert heading is not None
    assert (heading.depth, heading.names) == (2, ("p", "q", "r", "s"))


# --- columns of marks


FORMATIONS = [["单位名称", "组建形式", "", ""], ["", "单独组建", "联合组建", "功能型"]]


def test_columns_of_marks_become_one_column(tmp_path: Path) -> None:
    rows = [["甲", "√", "", ""], ["乙", "", "1", "0"], ["丙", "", "", ""], ["丁", "否", "否", "是"]]
    raw, found = read(tmp_path, [*FORMATIONS, *rows])
    assert list(raw.frame.columns) == ["单位名称", "组建形式"]
    assert cells(raw) == [["甲", "单独组建"], ["乙", "联合组建"], ["丙", ""], ["丁", "功能型"]]
    note = found.query("code == 'heading.marks'").iloc[0]
    assert (note["column"], note["value"]) == ("组建形式", "单独组建, 联合组建, 功能型")


def test_two_marks_in_a_row_are_said_and_missing(tmp_path: Path) -> None:
    raw, found = read(tmp_path, [*FORMATIONS, ["甲", "√", "√", ""], ["乙", "", "√", ""], ["丙", "", "", "√"]])
    assert cells(raw) == [["甲", ""], ["乙", "联合组建"], ["丙", "功能型"]]
    said = found.query("code == 'row.two_marks'").iloc[0]
    assert (said["severity"], said["row"], said["value"]) == ("warning", 3, "单独组建, 联合组建")


@pytest.mark.parametrize(
    "rows",
    [
        [["甲", "3", "", "1"]],  # counts
        [["甲", "√", "√", ""], ["乙", "√", "√", ""]],  # several may hold
        [["甲", "", "", ""]],  # nothing to go by
    ],
    ids=["counts", "several", "blank"],
)
def test_columns_of_other_things_stay_apart(tmp_path: Path, rows: Lines) -> None:
    raw, found = read(tmp_path, [*FORMATIONS, *rows])
    assert list(raw.frame.columns) == ["单位名称", "单独组建", "联合组建", "功能型"]
    assert cells(raw) == rows
    assert "heading.marks" not in set(found["code"])


def test_a_question_with_a_column_for_yes_and_one_for_no(tmp_path: Path) -> None:
    lines = [["单位名称", "是否建立工会", ""], ["", "是", "否"], ["甲", "√", ""], ["乙", "", "√"]]
    raw, _ = read(tmp_path, lines)
    assert list(raw.frame.columns) == ["单位名称", "是否建立工会"]
    assert cells(raw) == [["甲", "是"], ["乙", "否"]]


# --- rows that are none


@pytest.mark.parametrize(
    "word", ["合计", "小计", "总计", "共计", "合　计", "合 计：", "total", "Total", "灵隐街道小计"]
)
@pytest.mark.parametrize("where", ["first", "second", "behind a number"])
def test_totals_are_set_aside_and_listed(tmp_path: Path, word: str, where: str) -> None:
    total = {"first": [word, "", "9"], "second": ["", word, "9"], "behind a number": ["3", word, "9"]}[where]
    raw, found = read(tmp_path, [["编码", "名称", "户数"], ["a", "x", "4"], total, ["b", "y", "5"]])
    assert cells(raw) == [["a", "x", "4"], ["b", "y", "5"]]
    assert rows_of(found, "row.total") == [3]
    assert raw.place.rows.tolist() == [2, 4]
    assert raw.place.refused == 1
    assert set(found["severity"]) == {"note"}


@pytest.mark.parametrize("name", ["统计局", "会计师事务所", "总计划办公室", "Totally", "小计算机公司"])
def test_names_that_look_like_totals_stay(tmp_path: Path, name: str) -> None:
    raw, _ = read(tmp_path, [["编码", "名称"], ["a", name], [name, "x"]])
    assert cells(raw) == [["a", name], [name, "x"]]


def test_a_total_in_the_second_column_needs_a_number_before_it(tmp_path: Path) -> None:
    raw, _ = read(tmp_path, [["编码", "名称"], ["u1", "合计"]])
    assert cells(raw) == [["u1", "合计"]]


def test_headings_and_titles_at_a_page_break(tmp_path: Path) -> None:
    page = [["某街道统计表", "", ""], ["编码", "党员", ""], ["", "人数", "其他"]]
    raw, found = read(tmp_path, [*page, ["a", "1", "2"], *page, ["b", "3", "4"]])
    assert cells(raw) == [["a", "1", "2"], ["b", "3", "4"]]
    assert rows_of(found, "row.heading_again") == [5, 6, 7]
    assert raw.place.refused == 3
    assert found.query("code == 'rows.title'")["count"].tolist() == [1]


@pytest.mark.parametrize(
    "notes",
    [
        [["注：本表一式两份", "", ""]],
        [["说明：", "", ""], ["1.户数以年末为准", "", ""], ["2.其余从略", "", ""]],
        [["填表人：", "某人", ""]],
        [["审核人：某人", "", "制表：某人"]],
        [["本表由各社区如实填写；逾期不报的，由街道予以通报", "", ""]],
        [["备 注：", "略", ""]],
    ],
)
@pytest.mark.parametrize("padded", [True, False])
def test_foot_notes_are_set_aside_and_never_shown(tmp_path: Path, notes: Lines, padded: bool) -> None:  # noqa: FBT001
    head = [["编码", "名称", "户数"], ["a", "x", "4"], ["b", "y", "5"]]
    shown = notes if padded else [[cell for cell in note if cell] for note in notes]
    raw, found = read(tmp_path, [*head, *shown])
    assert cells(raw) == head[1:]
    assert rows_of(found, "row.foot_note") == list(range(4, 4 + len(notes)))
    assert raw.place.refused == len(notes)
    assert "refused" not in set(found["severity"])
    assert not found.astype(str).apply(lambda column: column.str.contains("某人")).any(axis=None)


def test_a_last_row_with_an_id_alone_is_a_row(tmp_path: Path) -> None:
    raw, _ = read(tmp_path, [["编码", "名称", "户数"], ["a", "x", "4"], ["b", "", ""], ["", "乙", ""]])
    assert cells(raw) == [["a", "x", "4"], ["b", "", ""], ["", "乙", ""]]


def test_lines_that_head_a_part(tmp_path: Path) -> None:
    lines = [
        ["编码", "名称", "户数"],
        ["一、灵隐街道", "", ""],
        ["a", "x", "1"],
        ["（二）北山", "", ""],
        ["b", "y", "2"],
    ]
    raw, found = read(tmp_path, lines)
    assert cells(raw) == [["a", "x", "1"], ["b", "y", "2"]]
    assert rows_of(found, "row.section") == [2, 4]


def test_empty_columns_go_and_running_numbers_stay(tmp_path: Path) -> None:
    raw, _ = read(tmp_path, [["序号", "编码", "", "备注", ""], ["1", "a", "", "", ""], ["2", "b", "", "", ""]])
    assert list(raw.frame.columns) == ["序号", "编码", "备注"]


# --- made up


WORDS = ["编码", "名称", "类型", "户数", "党员人数", "所属社区", "组建形式", "经营状态"]


@given(
    st.integers(0, 3),
    st.lists(st.sampled_from(WORDS), min_size=2, max_size=8, unique=True),
    st.integers(1, 30),
    st.sampled_from(",\t;|"),
    st.booleans(),
)
def test_no_row_is_lost_under_any_title(
    tmp_path_factory: pytest.TempPathFactory,
    titles: int,
    names: list[str],
    n: int,
    delimiter: str,
    total: bool,  # noqa: FBT001
) -> None:
    width = len(names)
    above = [[f"统计表之{number}", *[""] * (width - 1)] for number in range(titles)]
    data = [[f"u{row}c{column}" for column in range(width)] for row in range(n)]
    below = [["合计", *["9"] * (width - 1)]] if total else []
    folder = tmp_path_factory.mktemp("made")
    raw, found = read(folder, as_csv([*above, names, *data, *below], delimiter))
    assert list(raw.frame.columns) == names
    assert cells(raw) == data
    assert raw.place.rows.tolist() == list(np.arange(n) + titles + 2)
    assert raw.place.refused == len(below) == len(rows_of(found, "row.total"))


# --- another table below


def test_a_second_table_on_a_sheet_is_set_aside(tmp_path: Path) -> None:
    lines = [["一、党组织", "", ""], ["党组织代码", "党组织名称", "党员数"], ["P1", "甲", "3"], ["", "", ""]]
    lines += [["二、企业", "", ""], ["企业名称", "从业人员数（人）", ""], ["乙公司", "9", ""], ["丙公司", "8", ""]]
    raw, found = read(tmp_path, lines)
    assert cells(raw) == [["P1", "甲", "3"]]
    assert found.loc[found["code"] == "table.second", ["row", "count"]].to_numpy().tolist() == [[6, 3]]
    assert raw.place.refused == 4


def test_a_second_table_of_two_columns_takes_its_title_along(tmp_path: Path) -> None:
    raw, found = read(
        tmp_path, [["编码", "名称"], ["P1", "甲"], ["二、企业", ""], ["企业名称", "职工数"], ["乙公司", "9"]]
    )
    assert cells(raw) == [["P1", "甲"]]
    assert found.loc[found["code"] == "table.second", ["row", "count"]].to_numpy().tolist() == [[3, 3]]


def test_headings_again_in_another_language(tmp_path: Path) -> None:
    lines = [["编码", "名称", "上级"], ["Code", "Name", "Superior"], ["A", "甲", ""], ["ID", "Name", "Parent"]]
    raw, found = read(tmp_path, [*lines, ["B", "乙", "A"]])
    assert cells(raw) == [["A", "甲", ""], ["B", "乙", "A"]]
    assert rows_of(found, "row.heading_again") == [2, 4]


@pytest.mark.parametrize(
    "row",
    [
        ["社区", "街道", "x"],  # kinds and levels
        ["企业名称", "x", "y"],  # one heading among others
        ["书记", "委员", "x"],  # seats
        ["企业名称", "", ""],
        ["企业名称", "12", "3"],
    ],
)
def test_rows_that_are_no_headings_stay(row: list[str], tmp_path: Path) -> None:
    raw, found = read(tmp_path, [["编码", "名称", "上级"], ["A", "甲", ""], row, ["B", "乙", "A"]])
    assert cells(raw) == [["A", "甲", ""], row, ["B", "乙", "A"]]
    assert "table.second" not in found["code"].tolist()
