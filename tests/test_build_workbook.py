"""Workbooks: which sheets are tables, what a spreadsheet does to codes, and files that want to be dangerous."""

from __future__ import annotations

import datetime as dt
import io
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import xlsxwriter

import orgnet
from orgnet._build.archive import _binary_box
from orgnet._build.readers import read_tables, table_suffix
from orgnet._model.findings import Log

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pandas as pd

    from orgnet._build.raw import Raw

NASTY = Path(__file__).parent / "data" / "nasty"
Rows = list[list[Any]]
LIMITED = """
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
from orgnet._build.readers import read_tables
from orgnet._model.findings import Log
log = Log()
raws = read_tables(Path(sys.argv[1]), log)
print([raw.frame.to_dict("list") for raw in raws])
print([(row.code, row.value, row.count) for row in log.findings().table.itertuples()])
"""


def read(path: Path, **options: Any) -> tuple[list[Raw], pd.DataFrame]:
    log = Log()
    raws = read_tables(path, log, **options)
    return raws, log.findings().table


def cells(raw: Raw) -> list[list[str]]:
    rows: list[list[str]] = raw.frame.fillna("").to_numpy(object).tolist()
    return rows


def made(path: Path, sheets: dict[str, Rows], *, merges: Iterable[str] = (), at: str = "") -> Path:
    """Write a workbook with openpyxl; `merges` are of the first sheet, `at` names sheets to hide."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        if name == at:
            sheet.sheet_state = "hidden"
    for merge in merges:
        book.worksheets[0].merge_cells(merge)
    book.save(path)
    return path


def changed(path: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """Change one part of a workbook."""
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, change(old.read(part)) if part == name else old.read(part))
    path.write_bytes(out.getvalue())
    return path


def why(path: Path) -> str:
    """Return why nothing of a file was read."""
    raws, found = read(path)
    assert raws == []
    assert found["code"].tolist() == ["table.unreadable"]
    return str(found["value"].iloc[0])


def test_suffixes() -> None:
    names = ["a.xlsx", "a.XLSM", "a.xls", "a.xlsb", "a.ods", "a.json", "a.graphml", "a.gexf", "a.parquet", "a.txt.gz"]
    assert [table_suffix(Path(name)) for name in names] == [
        *(".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".json", ".graphml", ".gexf", ".parquet", ".txt")
    ]
    assert [table_suffix(Path(name)) for name in ("a.xlsx.gz", "a.docx", "a", "a.gz")] == [None] * 4


# --- the hostile files


def test_a_merged_header() -> None:
    (raw,), found = read(NASTY / "excel_merged_header.xlsx")
    assert list(raw.frame.columns) == ["编码", "名称", "类型", "人数", "是否覆盖", "备注"]
    assert raw.frame["编码"].tolist() == ["330106001", "330106002"]
    assert raw.frame["人数"].tolist() == ["120", "90"]
    assert (raw.name, raw.place.source) == ("单位表", "excel_merged_header.xlsx/单位表")
    assert (raw.place.rows.tolist(), raw.place.refused) == ([5, 6], 1)
    facts = {row["code"]: row for row in found.to_dict("records")}
    assert facts["row.total"]["row"] == 7
    assert (facts["cell.no_value"]["row"], facts["cell.no_value"]["column"]) == (6, "备注")
    assert facts["rows.title"]["count"] == 2
    assert facts["heading.stacked"]["value"] == "2"


def test_several_sheets() -> None:
    raws, found = read(NASTY / "excel_multi_sheet.xlsx")
    assert [raw.name for raw in raws] == ["单位", "关系"]
    assert found[["code", "value"]].to_numpy().tolist() == [["sheet.ignored", "说明"], ["sheet.hidden", "隐藏"]]
    net = orgnet.read(NASTY / "excel_multi_sheet.xlsx")
    assert (net.ids.tolist(), net.layers) == (["A", "B"], ("command",))


def test_sheets_by_name() -> None:
    path = NASTY / "excel_multi_sheet.xlsx"
    assert [raw.name for raw in read(path, sheet="关系")[0]] == ["关系"]
    assert [raw.name for raw in read(path, sheet=["关系", "单位"])[0]] == ["单位", "关系"]
    raws, found = read(path, sheet="隐藏")
    assert raws == []
    assert found["code"].tolist() == ["table.unreadable", "sheet.ignored"]
    with pytest.raises(
        orgnet.InputError, match=r"no sheet '单位1'; its sheets are \['说明', '单位', '关系', '隐藏'\]\. Did you"
    ):
        read(path, sheet="单位1")


def test_cells_of_many_types() -> None:
    (raw,), found = read(NASTY / "excel_typed_cells.xlsx")
    assert raw.frame["id"].tolist() == ["10101", "010102", "2024-01-02", "330106001001", "1000000000000003"]
    assert raw.frame["covered"].tolist() == ["TRUE", "FALSE", "是", "1", "0"]
    assert raw.frame["headcount"].fillna("").tolist() == ["10", "20", "", "", "5"]
    assert sorted(found[["code", "severity", "row", "column", "value"]].to_numpy().tolist()) == [
        ["cell.date_id", "warning", 4, "id", "2024-01-02"],
        ["cell.digits_lost", "warning", 6, "id", "1000000000000003"],
        ["cell.error", "warning", 5, "headcount", "#N/A"],
    ]


# --- cells


def test_numbers_dates_and_times(tmp_path: Path) -> None:
    values: list[Any] = [7, 7.0, 0.1 + 0.2, -2.50, 1e-7, 123456789012345, 1e25, True, "007", " x ", dt.date(2024, 5, 1)]
    values += [dt.datetime(2024, 5, 1, 8, 30), dt.time(8, 30), "2024年", None]  # noqa: DTZ001 - a cell has no zone
    rows: Rows = [["编码", "备注"], *[[f"u{n}", value] for n, value in enumerate(values)]]
    path = made(tmp_path / "t.xlsx", {"S": rows})
    (raw,), _ = read(path)
    assert raw.frame["备注"].fillna("").tolist() == [
        *("7", "7", "0.3", "-2.5", "1e-07", "123456789012345", "1e+25", "TRUE", "007", " x ", "2024-05-01"),
        *("2024-05-01 08:30:00", "08:30:00", "2024年", ""),
    ]
    assert str(raw.frame["备注"].dtype) == "str"


def test_errors_and_formulas_are_told_from_empty_cells(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "t.xlsx") as book:
        sheet = book.add_worksheet("单位")
        sheet.write_row(3, 2, ["编码", "户数", "人口数"])
        sheet.write_row(4, 2, ["a", 5])
        sheet.write_formula(4, 4, "=1/0", None, "#DIV/0!")
        sheet.write_formula(5, 2, '="b"', None, "b")
        sheet.write_formula(5, 3, "=2+3", None, 5)
        sheet.write_formula(5, 4, "=E7", None, "")
        sheet.write_string(6, 2, "#N/A")
    (raw,), found = read(tmp_path / "t.xlsx")
    assert cells(raw) == [["a", "5", ""], ["b", "5", ""], ["#N/A", "", ""]]
    assert found[["code", "row", "column", "value"]].to_numpy().tolist() == [
        ["cell.error", 5, "人口数", "#DIV/0!"],
        ["cell.no_value", 6, "人口数", ""],
    ]


def test_what_is_lost_in_rows_set_aside_is_not_said(tmp_path: Path) -> None:
    path = made(tmp_path / "t.xlsx", {"S": [["编码", "户数"], ["a", 5], ["合计", "=SUM(B2:B2)"], ["小计", 1e16]]})
    _, found = read(path)
    assert found["code"].tolist() == ["row.total"] * 2


def test_codes_of_eighteen_digits(tmp_path: Path) -> None:
    path = made(
        tmp_path / "t.xlsx", {"S": [["统一社会信用代码", "户数"], [123456789012345678, 3], ["91110000600037341L", 4]]}
    )
    (raw,), found = read(path)
    assert raw.frame["统一社会信用代码"].tolist()[1] == "91110000600037341L"
    assert found[["code", "row", "column"]].to_numpy().tolist() == [["cell.digits_lost", 2, "统一社会信用代码"]]


def test_merged_cells_hold_for_each_of_their_rows(tmp_path: Path) -> None:
    rows: Rows = [["街道", "编码"], ["灵隐", "a"], [None, "b"], [None, "c"], ["北山", "d"]]
    (raw,), found = read(made(tmp_path / "t.xlsx", {"S": rows}, merges=["A2:A4"]))
    assert raw.frame["街道"].tolist() == ["灵隐", "灵隐", "灵隐", "北山"]
    assert found[["code", "column", "count"]].to_numpy().tolist() == [["cell.merged", "街道", 1]]


def test_a_table_in_the_middle_of_a_sheet(tmp_path: Path) -> None:
    rows: Rows = [[], [], [None, None, "编码", "名称"], [None, None, "a", "x"], [], [None, None, "b", "y"]]
    (raw,), found = read(made(tmp_path / "t.xlsx", {"S": rows}))
    assert cells(raw) == [["a", "x"], ["b", "y"]]
    assert raw.place.rows.tolist() == [4, 6]
    assert found[["code", "row", "count"]].to_numpy().tolist() == [["rows.blank", 5, 1]]


# --- sheets


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([], "it is empty"),
        ([["本表说明"], ["共两页"]], "it has no two headings"),
        ([["x", "y"]], "it has no rows"),
    ],
)
def test_sheets_without_a_table(tmp_path: Path, rows: Rows, reason: str) -> None:
    raws, found = read(made(tmp_path / "t.xlsx", {"A": [["编码", "名称"], ["a", "x"]], "B": rows}))
    assert [raw.name for raw in raws] == ["A"]
    assert found[["code", "value", "other", "severity"]].to_numpy().tolist() == [["sheet.ignored", "B", reason, "note"]]


def test_notes_are_read_where_they_are_asked_for(tmp_path: Path) -> None:
    path = made(tmp_path / "t.xlsx", {"说明": [["编码", "名称"], ["a", "x"]], "单位": [["编码"], ["b"]]})
    assert [raw.name for raw in read(path)[0]] == ["单位"]
    assert [raw.name for raw in read(path, sheet="说明")[0]] == ["说明"]


def test_a_blank_form_is_an_empty_table(tmp_path: Path) -> None:
    (raw,), found = read(made(tmp_path / "t.xlsx", {"单位": [["编码", "名称", "类型"]]}))
    assert (list(raw.frame.columns), len(raw.frame), raw.place.refused) == (["编码", "名称", "类型"], 0, 0)
    assert found.empty


def test_a_workbook_without_any_table_is_refused(tmp_path: Path) -> None:
    raws, found = read(made(tmp_path / "t.xlsx", {"说明": [["x"]]}))
    assert raws == []
    assert found["value"].tolist() == ["none of its sheets holds a table", "说明"]


def a_new_workbook(path: Path) -> Path:
    """Write what no test has seen: titles, stacked merged headings, marks, totals, notes, three sheets."""
    with xlsxwriter.Workbook(path) as book:
        units = book.add_worksheet("两新组织台账")
        units.merge_range("A1:J1", "某某街道两新组织党建工作台账")
        units.write_row("A2", ["填表单位：某街道党工委", None, None, None, None, "单位：个、人"])
        for cells_, text in (("A3:A4", "序号"), ("B3:B4", "编码"), ("C3:C4", "名称"), ("J3:J4", "上级编码")):
            units.merge_range(cells_, text)
        units.merge_range("D3:F3", "组建形式")
        units.merge_range("G3:I3", "人员情况")
        units.write_row("D4", ["单独组建", "联合组建", "功能型", "从业人员数", "党员人数", "其他"])
        body = [
            [1, "0101", "第一党支部", "√", None, None, 12, 5, 0, "01"],
            [2, "0102", "第二党支部", None, "√", None, 30, 4, 1, "01"],
            [3, "01", "社区党委", None, None, "√", None, 60, 0, None],
        ]
        for number, row in enumerate(body):
            units.write_row(4 + number, 0, row)
        units.write_row("A8", ["合　计", None, None, 1, 1, 1])
        units.write_formula("G8", "=SUM(G5:G7)", None, 42)
        units.merge_range("A9:J9", "注：从业人员数以上年末为准。")
        ties = book.add_worksheet("协作关系")
        ties.write_row("A1", ["甲方", "乙方", "关系层", "次数"])
        ties.write_row("A2", ["0101", "0102", "横向", 3])
        notes = book.add_worksheet("填表说明")
        notes.write_column("A1", ["编码为四位数字", "名称写全称"])
    return path


def test_a_workbook_that_never_existed_before_comes_in_whole(tmp_path: Path) -> None:
    net = orgnet.read(a_new_workbook(tmp_path / "台账.xlsx"))
    assert net.ids.tolist() == ["0101", "0102", "01"]
    assert net.units["formation"].tolist() == ["sole", "joint", "functional"]
    assert net.units["members"].tolist() == [5, 4, 60]
    assert net.units["staff"].fillna(-1).tolist() == [12, 30, -1]
    assert net.units["人员情况/其他"].tolist() == ["0", "1", "0"]
    assert net.ties[["source", "target", "layer", "weight"]].to_numpy().tolist() == [
        ["0101", "0102", "collab", 3],
        ["01", "0101", "command", 1],
        ["01", "0102", "command", 1],
    ]
    assert ["台账.xlsx/两新组织台账", 5, 3, 0, 2] in net.findings.accounts.to_numpy().tolist()
    assert {"rows.title", "heading.stacked", "heading.marks", "row.total", "row.foot_note"} <= set(
        net.findings.table["code"]
    )
    assert net.findings.ok


# --- files that are no workbook, and dangerous ones


def test_files_under_another_name(tmp_path: Path) -> None:
    page = "<!DOCTYPE html><html><table><tr><td>编码</td></tr></table></html>"
    for name, data in {
        "a.csv": page.encode(),
        "b.xls": b"\xef\xbb\xbf \n<TABLE><tr>",
        "c.txt": page.encode("utf-16"),
        "d.xlsx": page.encode(),
    }.items():
        (tmp_path / name).write_bytes(data)
        assert why(tmp_path / name) == "it is a web page (HTML) under another name"
    (tmp_path / "e.xls").write_text("编码\t名称\na\tx\n", encoding="utf-8")
    assert "it is text under another name" in why(tmp_path / "e.xls")
    with zipfile.ZipFile(tmp_path / "f.csv", "w") as archive:
        archive.writestr("photo.png", b"no table")
    assert why(tmp_path / "f.csv") == "it is a zip archive under another name"
    made(tmp_path / "g.xlsx", {"S": [["编码"], ["a"]]}).rename(tmp_path / "g.csv")
    assert why(tmp_path / "g.csv") == "it looks like an Excel workbook under another name"


def test_damaged_and_locked_workbooks(tmp_path: Path) -> None:
    whole = made(tmp_path / "t.xlsx", {"S": [["编码", "名称"], ["a", "x"]]}).read_bytes()
    for data in (b"", whole[:200], whole[: len(whole) // 2], b"PK\x03\x04", b"\xd0\xcf\x11\xe0" + bytes(600)):
        (tmp_path / "t.xlsx").write_bytes(data)
        assert "no whole workbook" in why(tmp_path / "t.xlsx")
    for name in ("t.xlsx", "t.xls"):
        (tmp_path / name).write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le"))
        assert why(tmp_path / name) == "it is protected by a password"


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"])
@pytest.mark.parametrize("change", [lambda _: b"", lambda data: data[: len(data) // 2], lambda data: data[::-1]])
def test_damaged_parts(tmp_path: Path, part: str, change: Callable[[bytes], bytes]) -> None:
    path = changed(made(tmp_path / "t.xlsx", {"S": [["编码", "名称"], ["a", "x"]]}), part, change)
    raws, found = read(path)
    assert raws == []
    assert "table.unreadable" in set(found["code"])


def test_archives_that_unpack_to_too_much(tmp_path: Path) -> None:
    path = made(tmp_path / "t.xlsx", {"S": [["编码", "名称"], ["a", "x"]]})
    changed(path, "xl/worksheets/sheet1.xml", lambda data: data.replace(b"</sheetData>", b" " * (150 << 20)))
    assert why(path) == "it unpacks to far more than a table"


def test_an_archive_that_understates_its_size(tmp_path: Path) -> None:
    path = made(tmp_path / "t.xlsx", {"S": [["编码", "名称"], ["a", "x"]]})
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02", 0, data.rfind(b"xl/worksheets/sheet1.xml"))
    assert int.from_bytes(data[at + 24 : at + 28], "little") == size
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    path.write_bytes(data)
    raws, found = read(path)
    assert raws == []
    assert found["value"].tolist() == ["it unpacks to far more than a table"]


def limited(path: Path) -> str:
    """Read a file in a process that may take 3 GB of address space; the naive way takes hundreds."""
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, path], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_a_sheet_that_reaches_to_its_last_corner(tmp_path: Path) -> None:
    path = made(tmp_path / "t.xlsx", {"S": [["编码", "名称"], ["a", "x"]]})
    book = openpyxl.load_workbook(path)
    book["S"]["XFD1048576"] = "z"
    book["S"]["XFD1048575"].font = openpyxl.styles.Font(bold=True)
    book.save(path)
    out = limited(path).splitlines()
    assert out == ["[{'编码': ['a'], '名称': ['x']}]", "[('sheet.far_cells', 'XFD1048576', 1)]"]


def test_a_sheet_that_says_it_is_larger_than_it_is(tmp_path: Path) -> None:
    path = made(tmp_path / "t.xlsx", {"S": [["编码", "名称"], ["a", "x"]]})
    changed(path, "xl/worksheets/sheet1.xml", lambda data: data.replace(b"A1:B2", b"A1:XFD1048576"))
    assert limited(path).splitlines() == ["[{'编码': ['a'], '名称': ['x']}]", "[]"]


def test_cells_strewn_all_over(tmp_path: Path) -> None:
    far = "".join(f'<row r="{row}"><c r="XFD{row}"><v>1</v></c></row>' for row in range(3, 1_000_000, 900))
    near = "".join(
        f'<c r="{openpyxl.utils.get_column_letter(column)}2"><v>1</v></c>' for column in range(3, 16_000, 40)
    )
    path = made(tmp_path / "t.xlsx", {"S": [["编码", "名称"], ["a", "x"]]})
    change = [(b"</row></sheetData>", f"{near}</row>{far}</sheetData>".encode())]
    changed(path, "xl/worksheets/sheet1.xml", lambda data: data.replace(*change[0]))
    assert "strewn over" in limited(path)


# --- the other formats


OPEN = (
    '<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="单位">{}</table:table></office:spreadsheet></office:body></office:document-content>'
)


def opened(path: Path, rows: str, *, form: str = OPEN) -> Path:
    """Write a workbook in the open format."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", form.replace("{}", rows))
    return path


def line(*values: str) -> str:
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    return f"<table:table-row>{''.join(cell.format(value) for value in values)}</table:table-row>"


BLANK = '<table:table-cell table:number-columns-repeated="16383"/>'
REST = f'<table:table-row table:number-rows-repeated="1048570">{BLANK}</table:table-row>'
FULL = '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="16384"/>'


def test_the_open_format(tmp_path: Path) -> None:
    path = opened(tmp_path / "t.ods", line("编码", "名称") + line("007", "x") + REST)
    assert limited(path).splitlines() == ["[{'编码': ['007'], '名称': ['x']}]", "[]"]


@pytest.mark.parametrize(
    "rows",
    [
        line("编码", "名称") + REST + line("z").replace("<table:table-cell", BLANK + "<table:table-cell", 1),
        line("编码", "名称") + REST.replace(BLANK, FULL),
    ],
    ids=["far", "full"],
)
def test_the_open_format_with_a_whole_grid(tmp_path: Path, rows: str) -> None:
    assert "strewn over" in limited(opened(tmp_path / "t.ods", rows))


def test_the_open_format_damaged(tmp_path: Path) -> None:
    assert "not well-formed" in limited(opened(tmp_path / "t.ods", "<table:table-row>\x04"))
    bomb = OPEN.replace("?>", '?><!DOCTYPE x [<!ENTITY a "aaaa">]>', 1)
    assert "it declares a document type" in limited(opened(tmp_path / "t.ods", line("&a;"), form=bomb))


def test_the_box_of_a_binary_sheet() -> None:
    def record(kind: int, *numbers: int) -> bytes:
        body = b"".join(number.to_bytes(4, "little") for number in numbers)
        return bytes([kind, len(body)]) + body

    far = record(0, 4) + record(7, 2, 0, 0) + record(1, 9, 0) + record(0, 1_048_575) + record(5, 16_383, 0, 0, 0)
    assert _binary_box(bytes([0x91, 0x01, 0x00]) + far) == (1_048_572, 16_382, 2)
    assert _binary_box(b"") == (0, 0, 0)
