"""Workbooks: text as text, kinds kept, sheets that Excel opens, the same bytes twice."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
import python_calamine
from hypothesis import given
from hypothesis import strategies as st

import orgnet
from orgnet._model import workbook
from orgnet._model.workbook import sheet_names, write_workbook

if TYPE_CHECKING:
    from pathlib import Path


def opened(path: Path, name: str = "x") -> Any:  # noqa: ANN401 - openpyxl has no types
    return openpyxl.load_workbook(path)[name]


def column(path: Path) -> list[Any]:
    return [cell.value for cell in opened(path)["A"][1:]]


@pytest.mark.parametrize(
    ("values", "kind", "shown"),
    [
        (["=1+1", "+1", "http://x", "007", "TRUE", None], "s", ["=1+1", "+1", "http://x", "007", "TRUE", None]),
        ([1, -2], "n", [1, -2]),
        (pd.array([1, None], dtype="Int64"), "n", [1, None]),
        ([0.5, float("nan"), -1e300], "n", [0.5, None, -1e300]),
        ([True, False], "b", [True, False]),
        (pd.array([True, None], dtype="boolean"), "b", [True, None]),
        (pd.Categorical(["甲", None, "乙"]), "s", ["甲", None, "乙"]),
        (pd.Categorical([3, 1, None]), "n", [3, 1, None]),
        ([10**15, 5], None, ["1000000000000000", 5]),
        ([float("inf"), 1.0], None, ["inf", 1]),
        (["a", 1, None, 2.5], "s", ["a", "1", None, "2.5"]),
    ],
)
def test_kinds(tmp_path: Path, values: Any, kind: str | None, shown: list[Any]) -> None:  # noqa: ANN401
    path = write_workbook(tmp_path / "x.xlsx", {"x": pd.DataFrame({"c": values})})
    filled = [cell for cell in opened(path)["A"][1:] if cell.value is not None]
    assert kind is None or {cell.data_type for cell in filled} == {kind}
    assert column(path) + [None] * (len(shown) - len(column(path))) == shown


def test_dates(tmp_path: Path) -> None:
    texts = ["2025-06-30", "1900-03-01", "1900-02-28", "2025-06-30 12:30:15", "2025-06-30 00:00:00.5"]
    frame = pd.DataFrame({"c": pd.Series([*map(pd.Timestamp, texts), pd.NaT], dtype="datetime64[us]")})
    cells = opened(write_workbook(tmp_path / "x.xlsx", {"x": frame}))["A"][1:]
    assert [str(cell.value) for cell in cells] == [
        *("2025-06-30 00:00:00", "1900-03-01 00:00:00", "1900-02-28", "2025-06-30 12:30:15"),
        "2025-06-30T00:00:00.500000",
    ]
    assert [cell.number_format for cell in cells[:4]] == ["yyyy-mm-dd", "yyyy-mm-dd", "General", "yyyy-mm-dd hh:mm:ss"]
    zoned = frame.assign(c=frame["c"].dt.tz_localize("Asia/Shanghai"))
    assert column(write_workbook(tmp_path / "y.xlsx", {"x": zoned}))[0] == "2025-06-30T00:00:00+08:00"


def test_the_face_of_a_sheet(tmp_path: Path) -> None:
    frame = pd.DataFrame({"名称": ["中共灵隐街道工作委员会"], "n": [1], "long": ["x" * 500]}, index=["left out"])
    sheet = opened(write_workbook(tmp_path / "x.xlsx", {"x": frame}))
    assert [cell.value for cell in sheet[1]] == ["名称", "n", "long"]
    assert all(cell.font.bold for cell in sheet[1])
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:C2"
    widths = [sheet.column_dimensions[letter].width for letter in "ABC"]
    assert widths[1] < widths[0] < widths[2] < 60


def test_notes_stand_below_the_table_or_alone(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": [1, 2]})
    path = write_workbook(tmp_path / "x.xlsx", {"x": frame}, notes={"x": ["=one", "two"], "说明": ["three"]})
    assert column(path) == [1, 2, None, "=one", "two"]
    assert opened(path, "说明")["A1"].value == "three"


@pytest.mark.parametrize(("text", "shown"), [("x" * 40_000, 32_767), ("𠮷" * 20_000, 16_383), ("x" * 32_767, 32_767)])
def test_long_text_is_cut_with_a_warning(tmp_path: Path, text: str, shown: int) -> None:
    frame = pd.DataFrame({"c": ["short", text]})
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        path = write_workbook(tmp_path / "x.xlsx", {"x": frame})
    assert column(path) == ["short", text[:shown]]
    said = [str(one.message) for one in caught]
    assert len(said) == (shown < len(text))
    assert all(
        "x in .xlsx: 1 cells of column 'c' are longer than 32,767 characters and were cut" in one for one in said
    )


@given(st.lists(st.text(max_size=8), min_size=1, max_size=5))
def test_any_text_comes_back_or_is_replaced(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    texts = [text for text in texts if text] or ["x"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", orgnet.OrgNetWarning)
        frame = pd.DataFrame({"c": pd.Series(texts, dtype=object)})
        path = write_workbook(tmp_path_factory.mktemp("any") / "x.xlsx", {"x": frame})
    cells = [row[0] for row in python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_name("x").to_python()]
    expected = [re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]", "\ufffd", text) for text in texts]
    assert cells == ["c", *expected]


@pytest.mark.parametrize(
    ("names", "made"),
    [
        (["a/b", "a:b", "a?b"], ["a_b", "a_b (2)", "a_b (3)"]),
        (["x" * 40, "x" * 41], ["x" * 31, "x" * 27 + " (2)"]),
        (["", "'q'", "History", "\x00"], ["sheet", "q", "History (2)", "_"]),
        (["Units", "UNITS"], ["Units", "UNITS (2)"]),
        (["𠮷" * 20], ["𠮷" * 15]),
    ],
)
def test_names_of_sheets(tmp_path: Path, names: list[str], made: list[str]) -> None:
    assert list(sheet_names(names).values()) == made
    path = write_workbook(tmp_path / "x.xlsx", {name: pd.DataFrame({"a": [1]}) for name in names})
    assert openpyxl.load_workbook(path).sheetnames == made


@given(st.lists(st.text(max_size=40), unique=True, max_size=6))
def test_any_names_of_sheets_are_valid(names: list[str]) -> None:
    made = list(sheet_names(names).values())
    assert len({name.lower() for name in made}) == len(names)
    for name in made:
        assert 1 <= len(name.encode("utf-16-le", "surrogatepass")) // 2 <= 31
        assert not re.search(r"[\[\]:*?/\\]|^'|'$", name)


def test_tables_larger_than_a_sheet_are_refused(tmp_path: Path) -> None:
    long = pd.DataFrame({"a": np.zeros(1_048_576, dtype="int8")})
    with pytest.raises(orgnet.OptionError, match=r"big has 1,048,577 rows .* holds 1,048,576 rows"):
        write_workbook(tmp_path / "x.xlsx", {"big": long})
    wide = pd.DataFrame(np.zeros((1, 16_385)))
    with pytest.raises(orgnet.OptionError, match="16,385 columns"):
        write_workbook(tmp_path / "x.xlsx", {"wide": wide})
    assert not list(tmp_path.iterdir())


def test_a_sheet_that_is_just_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    assert column(write_workbook(tmp_path / "x.xlsx", {"x": pd.DataFrame({"a": [1, 2]})})) == [1, 2]
    with pytest.raises(orgnet.OptionError, match="4 rows"):
        write_workbook(tmp_path / "x.xlsx", {"x": pd.DataFrame({"a": [1, 2, 3]})})


def test_no_columns_no_rows_no_sheets(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "x.xlsx", {"x": pd.DataFrame(), "y": pd.DataFrame({"a": []})})
    assert opened(path, "y")["A1"].value == "a"
    assert len(openpyxl.load_workbook(write_workbook(path, {})).sheetnames) == 1


def test_the_same_tables_give_the_same_bytes(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": ["=1", "甲"], "b": [pd.Timestamp("2025-06-30"), pd.NaT]})
    files = [write_workbook(tmp_path / name, {"x": frame}, notes={"x": ["n"]}) for name in ("one.xlsx", "two.xlsx")]
    assert files[0].read_bytes() == files[1].read_bytes()


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(orgnet.InputError, match="cannot write"):
        write_workbook(tmp_path / "file" / "x.xlsx", {"x": pd.DataFrame({"a": [1]})})
