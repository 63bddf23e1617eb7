"""Files of every shape: delimiters, line ends, encodings, headings, folders; row numbers are those of the sheet."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import orgnet

if TYPE_CHECKING:
    from pathlib import Path

    from orgnet._model.network import OrgNetwork


def written(folder: Path, data: str | bytes, name: str = "units.csv") -> Path:
    path = folder / name
    path.write_bytes(data.encode("utf-8") if isinstance(data, str) else data)
    return path


def wide(text: str) -> str:
    """Write ASCII in full-width characters."""
    return "".join(chr(ord(character) + 0xFEE0) for character in text)


def read(folder: Path, data: str | bytes, name: str = "units.csv") -> OrgNetwork:
    return orgnet.read(written(folder, data, name), strict=False)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_line_ends(tmp_path: Path, end: str, last: bool) -> None:  # noqa: FBT001 - a parameter of the test
    net = read(tmp_path, end.join(["id,name", "a,x", "b,y", *([""] if last else [])]))
    assert net.units["name"].to_dict() == {"a": "x", "b": "y"}
    assert "rows.blank" not in set(net.findings.table["code"])


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(tmp_path: Path, delimiter: str) -> None:
    net = read(tmp_path, f"id{delimiter}name\na{delimiter}x\n")
    assert net.units["name"].to_dict() == {"a": "x"}


@pytest.mark.parametrize(
    ("body", "row"),
    [
        ('a,"two\nlines"\nb,\n,last\n', 4),
        ('\n\nid2,x\n,last\n"q","z"\n', 5),
        ("a,x\n\n\n,last\n", 5),
        ("a,x\n,,,\n,last\n", 4),
        ("a,x,surplus\nb,y\n,last\n", 4),
        ('"a","with ""quotes"""\r\n,last\r\n', 3),
    ],
    ids=["quoted line break", "blank below the heading", "blank lines", "only commas", "ragged", "quotes"],
)
def test_rows_keep_their_number(tmp_path: Path, body: str, row: int) -> None:
    found = orgnet.check(written(tmp_path, f"id,name\n{body}")).table
    assert found.query("code == 'unit.id_missing'")["row"].tolist() == [row]


@pytest.mark.parametrize("above", ["\n", "\r\n\r\n", "\n\n\n"])
def test_blank_lines_above_the_heading_count(tmp_path: Path, above: str) -> None:
    found = orgnet.check(written(tmp_path, f"{above}id,name\na,x\n,y\n")).table
    assert found.query("code == 'unit.id_missing'")["row"].tolist() == [3 + len(above.splitlines())]


def test_blank_rows_are_passed_over_and_said(tmp_path: Path) -> None:
    found = orgnet.check(written(tmp_path, "id,name\na,x\n\n,\nb,y\n,,,,\n"))
    assert found.table.query("code == 'rows.blank'")[["row", "count"]].to_numpy().tolist() == [[3, 3]]
    assert found.accounts["rows_in"].tolist() == [2]


def test_ragged_rows_say_how_many_fields(tmp_path: Path) -> None:
    found = orgnet.check(written(tmp_path, "id,name,kind\na,x\nb,y,grid\nc,z,grid,more\n"))
    facts = found.table.query("code == 'row.ragged'")[["row", "value", "other"]]
    assert facts.to_numpy().tolist() == [[2, "2", "3"], [4, "4", "3"]]
    assert found.accounts[["rows_in", "kept", "set_aside"]].to_numpy().tolist() == [[3, 1, 2]]


def test_a_quotation_mark_that_is_never_closed(tmp_path: Path) -> None:
    found = orgnet.check(written(tmp_path, 'id,name\na,x\nb,"y\nc,z\nd,w\n'))
    assert found.table["code"].tolist() == ["table.unreadable"]
    assert "quotation mark in row 3" in found.table["value"].iloc[0]


def test_a_stray_quotation_mark_is_no_fault(tmp_path: Path) -> None:
    assert read(tmp_path, 'id,name\na,5" pipe\nb,y\n').names.tolist() == ['5" pipe', "y"]


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", b"\xff\xfe", b"  \r\n \r\n"])
def test_files_without_rows(tmp_path: Path, data: bytes) -> None:
    found = orgnet.check(written(tmp_path, data)).table
    assert found.query("severity == 'refused'")["code"].tolist() == ["table.empty"]


@pytest.mark.parametrize("end", ["", "\n"])
def test_a_heading_alone_is_an_empty_network(tmp_path: Path, end: str) -> None:
    net = read(tmp_path, f"id,name{end}")
    assert (net.n_units, net.n_ties) == (0, 0)
    assert "table.no_rows" in set(net.findings.table["code"])
    assert net.view().n_arcs == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_are_told_apart(tmp_path: Path, encoding: str) -> None:
    assert read(tmp_path, "编码,名称\na,㑇𠮷\n".encode(encoding)).names.tolist() == ["㑇𠮷"]


def test_big5_needs_to_be_told(tmp_path: Path) -> None:
    path = written(tmp_path, "編碼,id,name\nx,a,黨委\n".encode("big5"))
    assert orgnet.read(path, encoding="big5").names.tolist() == ["黨委"]


def test_the_wrong_encoding(tmp_path: Path) -> None:
    path = written(tmp_path, "id,name\na,党委\n".encode("gb18030"))
    found = orgnet.check(path, encoding="utf-8")
    assert found.table["value"].tolist() == ["the text is not utf-8"]
    with pytest.raises(orgnet.InputError, match="'utf-88' is not known"):
        orgnet.read(path, encoding="utf-88")
    neither = written(tmp_path, b"id,name\na,\xff\xff\xff\n", "neither.csv")
    assert "neither UTF-8" in orgnet.check(neither).table["value"].iloc[0]


def test_compressed_files(tmp_path: Path) -> None:
    whole = gzip.compress(b"id,name\na,x\n" * 50)
    assert read(tmp_path, gzip.compress(b"id\na\n"), "units.csv.gz").ids.tolist() == ["a"]
    for damaged in (whole[:-9], whole[:20] + b"\x00\xff\x00" + whole[23:], b"no gzip"):
        found = orgnet.check(written(tmp_path, damaged, "units.csv.gz"))
        assert found.table["code"].tolist() == ["table.unreadable"]


@pytest.mark.parametrize("data", [b"", b"PAR1", b"no parquet at all", b"PAR1" + bytes(40) + b"PAR1"])
def test_damaged_parquet_files(tmp_path: Path, data: bytes) -> None:
    assert orgnet.check(written(tmp_path, data, "units.parquet")).table["code"].tolist() == ["table.unreadable"]


def test_a_parquet_file_under_another_name(tmp_path: Path) -> None:
    pd.DataFrame({"id": ["a"]}).to_parquet(tmp_path / "units.csv")
    assert "Parquet" in orgnet.check(tmp_path / "units.csv").table["value"].iloc[0]


def test_rows_of_parquet_files_count_as_below_a_heading(tmp_path: Path) -> None:
    pd.DataFrame({"id": ["a", None], "kind": pd.Categorical(["grid", "grid"])}).to_parquet(tmp_path / "units.parquet")
    found = orgnet.check(tmp_path / "units.parquet").table
    assert found.query("code == 'unit.id_missing'")["row"].tolist() == [3]


# --- lines above the headings, and doubtful text


TITLED = "\n某街道统计表\n填表单位：某街道,2024年\n\n编码,名称,类型\na,x,网格\n,y,网格\n合计,2,\n"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", "|", "\t"])
def test_titles_above_the_headings(tmp_path: Path, end: str, delimiter: str) -> None:
    found = orgnet.check(written(tmp_path, TITLED.replace(",", delimiter).replace("\n", end)))
    facts = {row["code"]: row for row in found.table.to_dict("records")}
    assert facts["unit.id_missing"]["row"] == 7
    assert facts["row.total"]["row"] == 8
    assert facts["rows.title"]["count"] == 2
    assert found.accounts[["rows_in", "kept", "set_aside"]].to_numpy().tolist() == [[3, 1, 2]]


def test_a_title_may_hold_a_quoted_line_break(tmp_path: Path) -> None:
    found = orgnet.check(written(tmp_path, '"a title\nof two lines"\nid,name\na,x\n,y\n'))
    assert found.table.query("code == 'unit.id_missing'")["row"].tolist() == [4]


def test_a_heading_is_looked_for_in_the_first_lines_only(tmp_path: Path) -> None:
    above = "".join(f"title {number}\n" for number in range(45))
    found = orgnet.check(written(tmp_path, f"{above}id,name\na,x\n"))
    assert "table.missing_column" in set(found.table["code"])


@pytest.mark.parametrize("mark", [True, False])
@pytest.mark.parametrize("order", ["le", "be"])
def test_utf_16_with_and_without_a_mark(tmp_path: Path, order: str, mark: bool) -> None:  # noqa: FBT001
    data = ("\ufeff" if mark else "") + "编码\t名称\na1\t甲\na2\t乙\n"
    assert read(tmp_path, data.encode(f"utf-16-{order}")).names.tolist() == ["甲", "乙"]


def test_nul_bytes_alone_do_not_make_utf_16(tmp_path: Path) -> None:
    net = read(tmp_path, "id,name\na\x00,x\x00\nb,y\n")
    assert net.ids.tolist() == ["a", "b"]


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("編碼,名稱,類型\na,x,黨委\n".encode("big5"), "gb18030"),
        ("組織名稱,黨員人數,所屬社區\na,1,x\n".encode("big5"), "gb18030"),
        ("编码,名称\na,x\n".encode().decode("latin-1").encode(), "utf-8"),
        ("编码,名称\na,x\n".encode("gb18030").decode("latin-1").encode(), "utf-8"),
        ("组织名称,党员人数\na,1\n".encode().decode("gb18030").encode(), "utf-8"),
        ("\ufffd\ufffd,id\ufffd\na,x\n".encode(), "utf-8"),
    ],
    ids=["big5", "big5 again", "utf-8 as latin-1", "gb18030 as latin-1", "utf-8 as gb18030", "replaced"],
)
def test_headings_that_make_no_sense_are_said(tmp_path: Path, data: bytes, encoding: str) -> None:
    found = orgnet.check(written(tmp_path, data))
    said = found.to_frame().query("code == 'text.encoding_doubtful'")
    assert said["value"].tolist() == [encoding]
    assert "encoding=" in said["remedy"].iloc[0]


@pytest.mark.parametrize(
    ("headings", "encoding"),
    [
        *(
            (words, encoding)
            for words in ("店铺,颜色", "shop,colour", "编码,𠮷㑇")
            for encoding in ("utf-8", "gb18030")
        ),
        *(("größe,naïve", "utf-8"), ("Ü,é", "utf-8")),
    ],
)
def test_headings_that_are_not_known_are_not_doubted(tmp_path: Path, headings: str, encoding: str) -> None:
    found = orgnet.check(written(tmp_path, f"{headings}\na,b\n".encode(encoding)))
    assert "text.encoding_doubtful" not in set(found.table["code"])


def test_an_encoding_that_was_given_is_not_doubted(tmp_path: Path) -> None:
    found = orgnet.check(written(tmp_path, "編碼,名稱\na,x\n".encode("big5")), encoding="gb18030")
    assert "text.encoding_doubtful" not in set(found.table["code"])


def test_a_gzip_file_that_unpacks_to_too_much(tmp_path: Path) -> None:
    bomb = gzip.compress(bytes(1 << 20)) * 600  # members follow each other: 600 MB from 600 kB
    found = orgnet.check(written(tmp_path, bomb, "units.csv.gz"))
    assert found.table["value"].tolist() == ["it unpacks to far more than a table"]


# --- folders


def test_a_folder(tmp_path: Path) -> None:
    written(tmp_path, "id\na\nb\n", "Nodes.csv")
    written(tmp_path, "source,target,layer\na,b,collab\n", "关系.tsv".replace("tsv", "csv"))
    written(tmp_path, "x\n1\n", "remarks.csv")
    written(tmp_path, "words", "fields.txt")
    net = orgnet.read(tmp_path)
    assert (net.n_units, net.n_ties) == (2, 1)
    assert net.findings.table.query("code == 'file.ignored'")["source"].tolist() == ["remarks.csv"]
    assert net.findings.accounts["source"].tolist() == ["remarks.csv", "Nodes.csv", "关系.csv"]


def test_a_table_that_is_there_twice(tmp_path: Path) -> None:
    written(tmp_path, "id\na\n", "units.csv")
    written(tmp_path, "id\nb\n", "nodes.csv")
    found = orgnet.check(tmp_path)
    assert found.table["code"].tolist() == ["table.several"]
    assert found.table["value"].tolist() == ["nodes.csv, units.csv"]


def test_folders_and_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(orgnet.InputError, match="does not exist"):
        orgnet.read(tmp_path / "nowhere")
    with pytest.raises(orgnet.InputError, match="holds no table"):
        orgnet.check(tmp_path)
    written(tmp_path, b"words", "units.docx")
    with pytest.raises(orgnet.InputError, match=r"units\.docx is no table"):
        orgnet.check(tmp_path)
    with pytest.raises(orgnet.InputError, match="does not exist"):
        orgnet.read(written(tmp_path, "id\na\n"), tmp_path / "ties.csv")


def test_files_and_frames_can_be_mixed(tmp_path: Path) -> None:
    ties = {"source": ["a"], "target": ["b"], "layer": ["collab"]}
    assert orgnet.check(written(tmp_path, "id,kind\na,grid\nb,grid\n"), ties).accounts["kept"].tolist() == [2, 1]
    path = written(tmp_path, "source,target,layer\na,b,collab\n", "ties.csv")
    assert orgnet.check({"id": ["a", "b"]}, path).accounts["kept"].tolist() == [2, 1]


# --- headings


def test_headings_in_chinese_and_initials(tmp_path: Path) -> None:
    net = read(tmp_path, "DZZBH,dzzmc,上级党组织代码,党员总数,是否建立党组织\na,甲,,12,是\nb,乙,a,3,否\n")
    assert net.units.columns.tolist() == ["name", "kind", "members", "has_party_org"]
    assert net.n_ties == 1
    mapped = net.findings.table.query("code == 'column.mapped'")
    assert dict(zip(mapped["value"], mapped["column"], strict=True))["DZZBH"] == "unit_id"


def test_headings_with_spaces_case_and_width(tmp_path: Path) -> None:
    net = read(tmp_path, f" ID ,Name,{wide('KIND')},Staff\na,x,grid,5\n")
    assert net.units["staff"].tolist() == [5]
    assert net.units["kind"].tolist() == ["grid"]


@pytest.mark.parametrize(
    ("headings", "used"),
    [("staff,headcount", "1"), ("headcount,staff", "2"), ("员工数,headcount", "1"), ("staff,Staff", "1")],
)
def test_two_headings_for_one_field(tmp_path: Path, headings: str, used: str) -> None:
    net = read(tmp_path, f"id,{headings}\na,1,2\n")
    assert net.units["staff"].tolist() == [float(used)]
    assert "column.duplicate" in set(net.findings.table["code"])
    assert len(net.units.columns) == 4  # name, kind, staff, and the other one as it is


def test_headings_that_repeat_are_kept_apart(tmp_path: Path) -> None:
    net = read(tmp_path, "id,a,a,a (2),,\nx,1,2,3,4,5\n")
    assert net.units.drop(columns=["name", "kind"]).to_dict("records") == [
        {"a": "1", "a (3)": "2", "a (2)": "3", "column 5": "4", "column 6": "5"}
    ]
    assert net.findings.table.query("code == 'column.duplicate'")["value"].tolist() == ["a, a (3)"]
    net = read(tmp_path, "id,staff,staff\nx,1,2\n")
    assert net.units["staff"].tolist() == [1]
    assert net.findings.table.query("code == 'column.duplicate'")["value"].tolist() == ["staff, staff (2)"]


def test_columns_and_drop(tmp_path: Path) -> None:
    path = written(tmp_path, "id,people,staff,junk\na,7,8,9\n")
    net = orgnet.read(path, columns={"people": "staff"}, drop=["junk"])
    assert net.units["staff"].tolist() == [7]
    assert net.units["staff (extra)"].tolist() == ["8"]
    assert "junk" not in net.units
    assert net.findings.table.query("code == 'column.dropped'")["column"].tolist() == ["junk"]
    assert orgnet.read(path, drop="junk").units.columns.tolist() == ["name", "kind", "people", "staff"]


def test_columns_and_drop_that_name_nothing(tmp_path: Path) -> None:
    path = written(tmp_path, "id,people\na,7\n")
    with pytest.raises(orgnet.OptionError, match="Did you mean 'staff'"):
        orgnet.read(path, columns={"people": "staf"})
    found = orgnet.check(path, columns={"peeple": "staff"}, drop=["junk"]).table.query("code == 'option.no_heading'")
    assert found["source"].tolist() == ["columns=", "drop="]
    assert "people" in found["other"].iloc[0]


@pytest.mark.parametrize(
    ("headings", "field"), [("企业名称,人数", "staff"), ("户数,人数", "population"), ("备注,人数", None)]
)
def test_a_headcount_is_staff_or_population(tmp_path: Path, headings: str, field: str | None) -> None:
    net = read(tmp_path, f"id,{headings}\na,5,7\n")
    assert [name for name in ("staff", "population") if name in net.units] == ([] if field is None else [field])


def test_the_narrowest_area_is_the_area(tmp_path: Path) -> None:
    assert read(tmp_path, "id,街道,所属社区\na,S,C\n").units["area"].tolist() == ["C"]
    assert read(tmp_path, "id,街道\na,S\n").units["area"].tolist() == ["S"]
    assert read(tmp_path, "id,街道,区域\na,S,A\n").units["area"].tolist() == ["A"]


@pytest.mark.parametrize("word", ["纵向", "vertical", "领导", "command", "Command", " 隶属 "])
def test_words_for_command(tmp_path: Path, word: str) -> None:
    ties = written(tmp_path, f"上级,下级,层\na,b,{word}\n", "ties.csv")
    assert orgnet.read(written(tmp_path, "id\na\nb\n"), ties).layers == ("command",)


def test_dates_of_many_forms(tmp_path: Path) -> None:
    forms = [
        "2025-06-30",
        "2025/6/30",
        "2025.06.30",
        "20250630",
        "2025年6月30日",
        wide("2025") + "-06-30",
        "2025-06-30T12:00:00Z",
    ]
    rows = [*forms, "2025-06", "2025", "2025年6月", "06/07/2025", "2025-02-30", "某日", ""]
    body = "".join(f"u{number},{text}\n" for number, text in enumerate(rows))
    net = read(tmp_path, f"id,founded\n{body}")
    expected = ["2025-06-30"] * len(forms) + ["2025-06-01", "2025-01-01", "2025-06-01"] + [""] * 4
    assert net.units["founded"].dt.strftime("%Y-%m-%d").fillna("").tolist() == expected
    assert net.findings.table.query("code == 'date.unreadable'")["value"].tolist() == [
        "06/07/2025",
        "2025-02-30",
        "某日",
    ]


def test_ids_keep_order_and_case_and_lose_width(tmp_path: Path) -> None:
    net = read(tmp_path, f"id\nb\nA\na\n {wide('C1')}\u3000\n001\n1.0\n\u200bd\n")
    assert net.ids.tolist() == ["b", "A", "a", "C1", "001", "1", "d"]


def test_levels_have_ranks(tmp_path: Path) -> None:
    assert read(tmp_path, "id,层级\na,街道\nb,社区\nc,别的\n").units["level_rank"].fillna(-1).tolist() == [4, 5, -1]
    assert read(tmp_path, "id,level\na,3\nb,5\nc,\n").units["level_rank"].fillna(-1).tolist() == [0, 2, -1]
    assert read(tmp_path, "id,level,level_rank\na,3,7\n").units["level_rank"].tolist() == [7]


@pytest.mark.parametrize(
    "row", ['"u3,甲3,企业', 'u3,"甲3,企业', 'u3,甲3,"企业', 'u3,"甲3,企业\nu4,"甲4,企业', '"u3,甲3,企业\n"u4,甲4,企业']
)
def test_a_quotation_mark_left_open_in_the_middle(tmp_path: Path, row: str) -> None:
    data = f"\nid,name,kind\nu1,甲1,企业\nu2,甲2,企业\n{row}\nu5,甲5,企业\nu6,甲6,企业\n"
    table = orgnet.check(written(tmp_path, data)).table
    assert table["code"].tolist() == ["table.unreadable"]
    assert "row 5 is opened and never closed" in table["value"].iloc[0]


def test_a_ragged_row_may_hold_a_line_break(tmp_path: Path) -> None:
    data = 'id,name,kind\nu1,"甲\n""一""",企业,more\nu2,"乙\r\n""二""",企业\n'
    found = orgnet.check(written(tmp_path, data))
    assert found.table["code"].tolist()[0] == "row.ragged"
    assert found.accounts["kept"].tolist() == [1]
