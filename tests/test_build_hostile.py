"""Files made to take all memory or time: refused with a reason, within bounds; each is read in a process of its own."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

import orgnet
from orgnet._build import workbook

if TYPE_CHECKING:
    from pathlib import Path

    from python_calamine import CalamineWorkbook

LIMITED = """
import json, resource, sys
import orgnet
resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
found = orgnet.check(sys.argv[1])
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
table, accounts = found.table, found.accounts
print(json.dumps({"peak": peak, "codes": table["code"].tolist(), "values": table["value"].str[:60].tolist(),
                  "kept": int(accounts["kept"].sum()), "set_aside": int(accounts["set_aside"].sum())}))
"""
MOST = 1500  # megabytes at the peak, of which the library itself takes some 200


def checked(path: Path) -> tuple[list[str], list[str], int]:
    """Return codes and values of the findings, and how many rows were kept, of a file read within bounds."""
    command = [sys.executable, "-W", "error", "-c", LIMITED, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout)
    assert told["peak"] < MOST
    return told["codes"], told["values"], told["kept"]


def test_a_small_gzip_file_that_unpacks_to_a_gigabyte(tmp_path: Path) -> None:
    path = tmp_path / "units.csv.gz"
    with gzip.open(path, "wb", compresslevel=9) as file:
        for _ in range(128):
            file.write(bytes(8 << 20))
    assert checked(path)[:2] == (["table.unreadable"], ["it unpacks to far more than a table"])


def test_fifty_megabytes_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    for text in ("x" * 50_000_000, '"' * 50_000_001):
        path.write_text(text, encoding="utf-8")
        codes, _, kept = checked(path)
        assert codes[0] in {"table.missing_column", "table.unreadable"}
        assert kept == 0


def test_millions_of_blank_lines(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_text(f"id,name\n{chr(10) * 3_000_000}a,x\n", encoding="utf-8")
    codes, _, kept = checked(path)
    assert "rows.blank" in codes
    assert kept == 1


def test_nothing_but_nul(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_bytes(bytes(50_000_000))
    codes, _, kept = checked(path)
    assert codes[0] in {"table.missing_column", "table.empty"}
    assert kept == 0


def test_json_nested_five_million_deep(tmp_path: Path) -> None:
    path = tmp_path / "net.json"
    path.write_text("[" * 5_000_000, encoding="utf-8")
    assert checked(path)[:2] == (["table.unreadable"], ["it is nested too deeply"])


def test_entities_in_a_workbook_are_not_expanded(tmp_path: Path) -> None:
    book = io.BytesIO()
    with xlsxwriter.Workbook(book, {"in_memory": True}) as written:
        sheet = written.add_worksheet()
        sheet.write_row(0, 0, ["编码", "名称"])
        sheet.write_row(1, 0, ["a", "lol"])
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    declared = f'?><!DOCTYPE sst [<!ENTITY l0 "lol">{levels}]>'.encode()
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(tmp_path / "t.xlsx", "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/sharedStrings.xml":
                assert b"<t>lol</t>" in part
                part = part.replace(b"?>", declared, 1).replace(b"<t>lol</t>", b"<t>&l9;</t>")
            new.writestr(name, part)
    codes, _, kept = checked(tmp_path / "t.xlsx")
    assert "table.unreadable" in codes
    assert kept == 0


def test_a_workbook_of_half_a_million_merged_ranges(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["编码", "名称"])
        sheet.write_row(1, 0, ["a", "x"])
    merges = "".join(f'<mergeCell ref="C{row}:C{row + 1}"/>' for row in range(1, 1_000_000, 2)).encode()
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace(b"</sheetData>", b"</sheetData><mergeCells>" + merges + b"</mergeCells>")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, data in parts.items():
            archive.writestr(part, data)
    codes, _, kept = checked(path)
    assert kept == 1
    assert "table.unreadable" not in codes


def test_fifty_thousand_ragged_rows(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_text("id,name\n" + "a,b,c\n" * 50_000 + "d,e\n", encoding="utf-8")
    codes, values, kept = checked(path)
    assert codes.count("row.ragged") == 50_000
    assert set(values[:50_000]) == {"3"}
    assert kept == 1


def test_each_ragged_row_is_told_with_its_number_and_why(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    rows = ["a,x", "b,y,surplus", "合计,2,", "id,name,", "c,z", "一、街道,,", "d", "备注：含流动党员", "最后一行"]
    path.write_text("id,name\n" + "\n".join(rows) + "\n", encoding="utf-8")
    found = orgnet.check(path)
    told = found.table[found.table["code"].str.startswith("row.")]
    assert dict(zip(told["row"], told["code"], strict=True)) == {
        3: "row.ragged",
        4: "row.total",
        5: "row.heading_again",
        7: "row.section",
        8: "row.ragged",
        9: "row.foot_note",
        10: "row.foot_note",
    }
    assert told.set_index("row").loc[[3, 8], ["value", "other"]].to_numpy().tolist() == [["3", "2"], ["1", "2"]]
    assert found.accounts[["rows_in", "kept", "set_aside"]].to_numpy().tolist() == [[9, 2, 7]]


def test_a_heading_with_more_fields_than_any_table(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    heading = ",".join(["id", "name", *(f"c{number}" for number in range(500_000))])
    for text in (f"{heading}\na,b\n", "ab," * 3_000_000, '"a,' * 3_000_000):
        path.write_text(text, encoding="utf-8")
        assert checked(path) == (["table.unreadable"], ["it has more than 16384 columns"], 0)


def test_a_row_with_more_fields_than_any_table(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_text(f"id,name\n{'a,' * 1_000_000}\nb,c\n", encoding="utf-8")
    codes, values, kept = checked(path)
    assert (codes[0], values[0], kept) == ("row.ragged", "1000001", 1)


SPARSE = {
    "keys.json": lambda n: json.dumps([{f"k{at}": 1} for at in range(n)]),
    "columns.json": lambda n: json.dumps({f"k{at}": [1] for at in range(4 * n)}),
    "data.graphml": lambda n: "".join(f'<node id="n{at}"><data key="k{at}">1</data></node>' for at in range(n)),
    "own.graphml": lambda n: "".join(f'<node id="n{at}" a{at}="1"/>' for at in range(n)),
}


@pytest.mark.parametrize("name", SPARSE)
def test_records_of_which_each_has_keys_of_its_own(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    text = SPARSE[name](6000)
    path.write_text(text if name.endswith("json") else f"<graphml><graph>{text}</graph></graphml>", encoding="utf-8")
    codes, values, kept = checked(path)
    assert codes == ["table.unreadable"]
    assert values[0].startswith("it has more than" if name == "columns.json" else "its cells are strewn over 6000 rows")
    assert kept == 0


@pytest.mark.parametrize(("text", "times"), [("a" * 20, 30_000_000), ("a" * 10_000_000, 10_000)], ids=["rows", "text"])
def test_a_small_parquet_file_of_one_text(tmp_path: Path, text: str, times: int) -> None:
    path = tmp_path / "units.parquet"
    schema = pa.schema([("unit_id", pa.dictionary(pa.int32(), pa.string()))])
    column = pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int32()), times), [text])
    pq.write_table(pa.table([column], schema), path, store_schema=False)
    codes, values, kept = checked(path)
    assert (codes, values, kept) == (["table.unreadable"], ["it unpacks to far more than a table"], 0)


def test_parquet_with_a_long_text_in_few_rows_is_read(tmp_path: Path) -> None:
    path = tmp_path / "units.parquet"
    notes = ["长" * 100_000, *[None] * 999]
    pq.write_table(pa.table({"unit_id": [f"u{at}" for at in range(1000)], "name": ["x"] * 1000, "remark": notes}), path)
    assert orgnet.check(path).accounts["kept"].tolist() == [1000]


def shared_text(path: Path, rows: int, *, long: int) -> Path:
    """Write a workbook in which the first `long` rows share a text of 30,000 characters, and the others a short one."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["编码", "名称", "备注"])
        for row in range(1, rows + 1):
            sheet.write_row(row, 0, [f"u{row}", f"名{row}", "长" * 30_000 if row <= long else "无"])
    return path


def test_a_workbook_whose_cells_share_one_long_text(tmp_path: Path) -> None:
    path = shared_text(tmp_path / "t.xlsx", 5000, long=5000)
    assert checked(path) == (["table.unreadable"], ["it unpacks to far more than a table"], 0)
    assert orgnet.check(shared_text(path, 5000, long=2)).accounts["kept"].tolist() == [5000]


def test_a_workbook_is_opened_once_for_all_of_its_sheets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for number in range(3):
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, ["编码", "名称"])
            sheet.write_row(1, 0, [f"u{number}", "x"])
    opened: list[bytes] = []
    real = workbook._book  # noqa: SLF001

    def counted(data: bytes) -> CalamineWorkbook:
        opened.append(data)
        return real(data)

    monkeypatch.setattr(workbook, "_book", counted)
    assert orgnet.check(path).accounts["kept"].tolist() == [1, 1, 1]
    assert len(opened) == 1


def test_a_poorly_packed_gzip_file_that_unpacks_to_a_gigabyte(tmp_path: Path) -> None:
    path = tmp_path / "units.csv.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        for _ in range(128):
            file.write(bytes(8 << 20))
    assert checked(path)[:2] == (["table.unreadable"], ["it unpacks to far more than a table"])


OPEN = (
    '<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="单位">{}</table:table></office:spreadsheet></office:body></office:document-content>'
)


@pytest.mark.parametrize(("length", "rows"), [(30_000, 100_000), (30_000, 100)], ids=["much", "little"])
def test_an_open_workbook_in_which_one_long_text_repeats(tmp_path: Path, length: int, rows: int) -> None:
    path = tmp_path / "t.ods"
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    top = f"<table:table-row>{cell.format('编码')}{cell.format('名称')}</table:table-row>"
    row = f'<table:table-row table:number-rows-repeated="{rows}">{cell.format("a")}{cell.format("x" * length)}'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", OPEN.format(f"{top}{row}</table:table-row>"))
    codes, values, kept = checked(path)
    assert ("table.unreadable" in codes) == (rows > 100)
    assert kept == (0 if rows > 100 else 1)
    assert values[0] == "it unpacks to far more than a table" or rows == 100
