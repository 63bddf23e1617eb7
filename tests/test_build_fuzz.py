"""Any file at all: findings or an error of this library, never another one, and no row lost on the quiet.

`make fuzz` runs these tests with new examples for as long as it is told; the usual tests take a few, always the same.
"""

from __future__ import annotations

import functools
import gzip
import io
import json
import os
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
import xlsxwriter
from hostile_tables import KINDS, STYLES, Clean, Style, as_text, as_workbook, clean_tables
from hypothesis import given, settings
from hypothesis import strategies as st
from model_networks import networks

import orgnet
from orgnet._build.roles import ROLES
from orgnet.build import from_tables, remember
from orgnet.errors import FormatError, InputError, OptionError

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from orgnet._model.network import OrgNetwork

resource = pytest.importorskip("resource", reason="the peak of memory is not to be had here")
TIMES = int(os.environ.get("ORGNET_FUZZ_TIMES", "0"))  # as many examples as usual
MOST_MEMORY = 1 << 20  # kilobytes that one small file may add to the peak


def some(usual: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Take `usual` examples, always the same; where more are asked for, so many times as many, by the seed given."""
    if TIMES:
        return settings(max_examples=TIMES * usual, derandomize=False, database=None)
    return settings(max_examples=usual)


def examined(path: Path, ties: Path | None = None) -> orgnet.Findings | None:
    """Check a file, and that every row of it is accounted for; None where it is refused as a whole."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        found = orgnet.check(path, ties)
    except (InputError, OptionError, FormatError):
        return None
    finally:
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_MEMORY
    accounts = found.accounts
    assert (accounts[["rows_in", "kept", "merged", "set_aside"]] >= 0).all(axis=None)
    assert (accounts["rows_in"] == accounts["kept"] + accounts["merged"] + accounts["set_aside"]).all()
    for lang in ("en", "zh"):
        assert len(found.to_frame(lang)) == len(found)
        assert all(found.lines(lang, most=len(found)))
    return found


# --- files of all forms, whole and broken


UNITS = (
    "编码,名称,类型,上级编码,从业人员数,成立时间\n01,社区党委,党委,,,2020-05\n"
    "0101,第一党支部,党支部,01,,\ne1,甲公司,企业,,12,\n"
)
PARTY = "党组织代码,党组织名称,上级党组织,覆盖单位,党员人数\np1,第一党支部,社区党委,甲公司、乙公司,5\n"
STACKED = "台账,,,\n编码,名称,人员情况,\n,,党员人数,从业人员数\na,甲,1,2\n合计,,1,2\n注：本表每月填报,,,\n"
EVENTS = "日期\t活动类型\t参加单位\n2024.5.1\t座谈\t甲公司；乙公司\n"


@functools.cache
def whole_files() -> dict[str, list[bytes]]:
    """Return valid files of each form, by ending."""
    network = from_tables(
        {"unit_id": ["a", "b", "c"], "name": ["甲", "<b>", "=1+1"], "kind": ["party_branch", None, "enterprise"]},
        {"source": ["a", "a"], "target": ["b", "c"], "layer": ["command", "covers"], "weight": [1, 2.5]},
    )
    found = {".csv": [text.encode() for text in (UNITS, PARTY, STACKED)], ".tsv": [EVENTS.encode("utf-16")]}
    found[".txt"] = [UNITS.encode("gb18030"), UNITS.replace(",", ";").encode("utf-8-sig")]
    found[".csv.gz"] = [gzip.compress(UNITS.encode(), mtime=0)]
    with tempfile.TemporaryDirectory() as folder:
        for ending in (".json", ".graphml", ".gexf", ".xlsx", ".orgnet"):
            found[ending] = [orgnet.write(network, Path(folder, f"net{ending}")).read_bytes()]
    table = io.BytesIO()
    pd.DataFrame({"unit_id": [1.0, None], "name": pd.Categorical(["甲", None])}).to_parquet(table)
    found[".parquet"] = [table.getvalue()]
    found[".xlsx"].append(workbook([STACKED, UNITS, EVENTS]))
    found[".ods"] = [open_workbook(UNITS)]
    found[".xls"] = [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), *found[".xlsx"]]
    return found


def workbook(texts: list[str]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for text in texts:
            sheet = book.add_worksheet()
            for number, line in enumerate(text.splitlines()):
                sheet.write_row(number, 0, [cell or None for cell in line.replace("\t", ",").split(",")])
        book.worksheets()[0].merge_range("C2:D2", "人员情况")
        book.worksheets()[0].merge_range("A2:A3", "编码")
        book.worksheets()[1].write_formula("E3", "=1/0", None, "#DIV/0!")
    return out.getvalue()


OPEN = (
    '<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="单位">{}</table:table></office:spreadsheet></office:body></office:document-content>'
)


def open_workbook(text: str) -> bytes:
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    rows = ["".join(cell.format(value) for value in line.split(",")) for line in text.splitlines()]
    rows.append('<table:table-cell table:number-columns-repeated="5"/>')
    content = OPEN.format("".join(f"<table:table-row>{row}</table:table-row>" for row in rows))
    parts = {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "META-INF/manifest.xml": "<manifest/>"}
    return zipped({name: part.encode() for name, part in (parts | {"content.xml": content}).items()})


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part)
    return out.getvalue()


ENDINGS = (".csv", ".tsv", ".txt", ".csv.gz", ".parquet", ".xlsx", ".xls", ".ods", ".json", ".graphml", ".gexf")
TOKENS = [
    *("\x00", "\ufeff", "\n", "\r", '"', '""', ",", ";", "\t", "|", "\n\n\n", ",,,,,,,,", " ", "\u3000"),
    *("合计", "注：", "编码", "id", "source,target,layer", "党组织代码", "人数", "姓名", "13800000000", "1e999", "-1"),
    *("NaN", "null", "999999999999999999999", "2024-13-45", "0000-00-00", "99999-01-01", "约50", "1,200", "=1+1"),
    *("<", ">", "&", "]]>", "<!DOCTYPE a>", "<node id='x'/>", "<edge source='a' target='b'/>", "</graph>", "&#0;"),
    *("{", "}", "[", "]", '"unit_id":', '"\\ud800"', ":", "true", '<c r="XFD1048576"><v>1</v></c>', 't="e"', "<f/>"),
    *('r="0"', 'r="-1"', 'r="99999999999"', "<mergeCell ref='A1:XFD1048576'/>", "number-rows-repeated='1000000'"),
]
INSERTED = st.sampled_from([token.encode() for token in TOKENS]) | st.binary(min_size=1, max_size=6)
PLACE = st.floats(0, 1, exclude_max=True)
Change = tuple[str, float, Any]
CHANGE: st.SearchStrategy[Change] = st.one_of(
    st.tuples(st.just("flip"), PLACE, st.integers(1, 255)),
    st.tuples(st.just("insert"), PLACE, INSERTED),
    st.tuples(st.just("cut"), PLACE, st.integers(1, 60)),
    st.tuples(st.just("end"), PLACE, st.none()),
    st.tuples(st.just("repeat"), PLACE, st.tuples(st.integers(1, 60), st.integers(1, 4))),
)


def changed(data: bytes, changes: list[Change]) -> bytes:
    """Return data with some bytes flipped, put in, cut out or repeated."""
    for what, place, how in changes:
        at = int(place * len(data))
        if what == "flip" and data and isinstance(how, int):
            data = data[:at] + bytes([data[at] ^ how]) + data[at + 1 :]
        elif what == "insert" and isinstance(how, bytes):
            data = data[:at] + how + data[at:]
        elif what == "cut" and isinstance(how, int):
            data = data[:at] + data[at + how :]
        elif what == "end":
            data = data[:at]
        elif isinstance(how, tuple):
            data = data[:at] + data[at : at + how[0]] * how[1] + data[at:]
    return data


@st.composite
def broken_files(draw: st.DrawFn) -> tuple[str, bytes]:
    """Draw an ending, and a valid file of some form with a few changes: in its bytes, or inside what is packed."""
    ending = draw(st.sampled_from([*ENDINGS, ".orgnet"]))
    data = draw(st.sampled_from(whole_files()[ending]))
    changes = st.lists(CHANGE, min_size=1, max_size=4)
    if data.startswith(b"PK") and draw(st.integers(0, 3)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        name = draw(st.sampled_from(sorted(parts)))
        return ending, zipped(parts | {name: changed(parts[name], draw(changes))})
    if ending == ".csv.gz" and draw(st.booleans()):
        return ending, gzip.compress(changed(gzip.decompress(data), draw(changes)), mtime=0)
    return ending, changed(data, draw(changes))


def examined_as(name: str, data: bytes, settings_file: bytes | None = None) -> orgnet.Findings | None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(data)
        if settings_file is not None:
            path.with_name("orgnet.toml").write_bytes(settings_file)
        return examined(path)


@some(80)
@given(broken_files(), st.sampled_from(["units", "关系", "党组织", "x"]))
def test_broken_files(file: tuple[str, bytes], stem: str) -> None:
    examined_as(stem + file[0], file[1])


@some(45)
@given(st.binary(max_size=300) | st.lists(INSERTED, max_size=30).map(b"".join), st.sampled_from(ENDINGS))
def test_any_bytes_under_any_ending(data: bytes, ending: str) -> None:
    packed = gzip.compress(data, mtime=0) if ending == ".csv.gz" and len(data) % 2 else data
    found = examined_as(f"t{ending}", packed)
    if found is not None and not data.strip():
        assert found.n_refused


@some(30)
@given(st.lists(CHANGE, max_size=4), st.binary(max_size=60))
def test_broken_settings_beside_the_data(changes: list[Change], data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        stored = remember(folder, columns={"名称": "name", "我的": "staff"}, drop=["备注"], sheet="单位").read_bytes()
    examined_as("units.csv", UNITS.encode(), changed(stored, changes) if changes else data)


# --- clean tables that look bad


def files_of(drawn: Clean, styles: tuple[Style, Style], folder: Path) -> dict[str, str]:
    """Write the tables as text, and return the encoding to ask for where no reader could tell it."""
    options = {}
    for name, table, style in (("单位.csv", drawn.units, styles[0]), ("关系.txt", drawn.ties, styles[1])):
        data = as_text(table.lines, style)
        (folder / name).write_bytes(data)
        if style.encoding == "gb18030" and as_utf8(data) not in (None, as_text(table.lines, style).decode("gb18030")):
            options["encoding"] = "gb18030"
    return options


def as_utf8(data: bytes) -> str | None:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def assert_whole(net: OrgNetwork, drawn: Clean) -> None:
    """Hold that exactly the units and ties that went in came out, and that every other row was set aside."""
    assert net.ids.tolist() == [unit["unit_id"] for unit in drawn.good]
    assert net.units["name"].tolist() == [unit["name"].strip() for unit in drawn.good]
    assert net.units["kind"].tolist() == [KINDS[unit["kind"]] for unit in drawn.good]
    for name in ("staff", "members"):
        assert net.units[name].fillna(-1).tolist() == [int(unit[name] or -1) for unit in drawn.good]
    found = sorted(net.ties[["source", "target", "layer"]].itertuples(index=False, name=None))
    assert found == sorted(drawn.expected)
    accounts = net.findings.accounts.set_index("source")
    for place, table in zip(accounts.index, (drawn.units, drawn.ties), strict=False):
        n_rows, aside = len(table.rows), table.n_aside
        assert accounts.loc[place].tolist() == [n_rows + aside, n_rows - table.n_faults, 0, aside + table.n_faults]


FAULTS = st.sampled_from(
    ["", "", "unit.id_conflict", "unit.id_missing", "tie.dangling", "tie.layer_unknown", "tie.self"]
)


def with_fault(drawn: Clean, code: str) -> Clean:
    ids = [unit["unit_id"] for unit in drawn.good]
    tie = {"source": ids[0], "target": ids[1], "layer": "协作", "tie_type": "another"}
    rows = {
        "unit.id_conflict": ("units", {"unit_id": ids[-1], "name": "another name", "kind": "企业"}),
        "unit.id_missing": ("units", {"name": "another name", "kind": "企业", "members": "1"}),
        "tie.dangling": ("ties", tie | {"target": "nowhere"}),
        "tie.layer_unknown": ("ties", tie | {"layer": "friendship"}),
        "tie.self": ("ties", tie | {"target": ids[0]}),
    }
    return drawn.with_fault(*rows[code]) if code else drawn


def assert_found(path: Path, drawn: Clean, code: str, **options: Any) -> None:
    """Hold that exactly the fault that was put in is refused, in its row, and that nothing is where there is none."""
    net = orgnet.read(path, strict=not code, **options)
    assert_whole(net, drawn)
    refused = net.findings.table.query("severity in ('refused', 'error')")
    table = drawn.units if drawn.units.n_faults else drawn.ties
    assert refused[["code", "row"]].to_numpy().tolist() == ([[code, table.row_of(len(table.rows) - 1)]] if code else [])


@some(30)
@given(clean_tables(), st.tuples(STYLES, STYLES), FAULTS)
def test_a_clean_table_comes_in_whole_however_its_text_looks(
    drawn: Clean, styles: tuple[Style, Style], code: str
) -> None:
    drawn = with_fault(drawn, code)
    with tempfile.TemporaryDirectory() as folder:
        assert_found(Path(folder), drawn, code, **files_of(drawn, styles, Path(folder)))


@some(20)
@given(clean_tables(), FAULTS)
def test_a_clean_table_comes_in_whole_however_its_sheet_looks(drawn: Clean, code: str) -> None:
    drawn = with_fault(drawn, code)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "台账.xlsx")
        path.write_bytes(as_workbook({"单位": drawn.units, "关系": drawn.ties}))
        assert_found(path, drawn, code)


# --- registers


LISTS = tuple(name for name, role in ROLES.items() if role.lists_units)
NAMED = {role: ROLES[role].words[0] for role in ROLES}
WORDS = ("甲公司", "乙公司", "第一党支部", "社区党委", "第一网格", "幸福社区", "1幢", "u1", "u2", "u3")
CELLS = st.one_of(
    st.none(),
    st.sampled_from(WORDS),
    st.lists(st.sampled_from([*WORDS, "外人", "合计"]), min_size=2, max_size=4).flatmap(
        lambda words: st.sampled_from("、，,;； \n|").map(lambda sign: sign.join(words))
    ),
    st.sampled_from(["无", "/", "是", "否", "约50", "1,200", "-3", "2024-05-01", "2024.6", "2024年13月", "command"]),
    st.sampled_from(
        ["13800000000", "91110000600037341L", "92330106AY4CL12T2M", "330106001001", "3.3E+11", "社区党委书记"]
    ),
    st.text(max_size=6),
)
ODD_CELLS = CELLS | st.integers() | st.floats() | st.booleans() | st.lists(st.integers(), max_size=2)


@st.composite
def registers(draw: st.DrawFn, cells: st.SearchStrategy[Any], *, sound: bool) -> dict[str, list[dict[str, Any]]]:
    """Draw registers with cells in any of their fields; `sound` ones say of no unit two things in one list."""
    tables = {}
    for role in draw(st.lists(st.sampled_from(list(ROLES)), min_size=1, max_size=5, unique=True)):
        fields = draw(st.lists(st.sampled_from(ROLES[role].fields), min_size=2, max_size=7, unique=True))
        rows = draw(st.lists(st.fixed_dictionaries(dict.fromkeys(fields, cells)), min_size=1, max_size=5))
        if sound and role in LISTS:
            ids = draw(st.permutations([f"u{number}" for number in range(6)]))
            rows = [row | {"unit_id": unit} for unit, row in zip(ids, rows, strict=False)]
        tables[NAMED[role]] = rows
    return tables


@some(20)
@given(registers(ODD_CELLS, sound=False))
def test_registers_of_any_cells_give_findings(tables: dict[str, list[dict[str, Any]]]) -> None:
    assert examined_as("t.json", json.dumps(tables, allow_nan=True).encode()) is not None


def facts(tables: dict[str, list[dict[str, Any]]], folder: Path) -> tuple[list[str], list[tuple[str, ...]]]:
    """Return the ids, and what the ties are, of registers read from a folder of text files."""
    for name, rows in tables.items():
        pd.DataFrame(rows).to_csv(folder / f"{name}.csv", index=False)
    net = orgnet.read(folder, strict=False)
    columns = net.ties[["source", "target", "layer", "tie_type", "since", "until"]].astype("str").fillna("")
    return sorted(net.ids), sorted(columns.itertuples(index=False, name=None))


@some(10)
@given(registers(CELLS, sound=True), st.randoms(use_true_random=False))
def test_rows_in_another_order_say_the_same(tables: dict[str, list[dict[str, Any]]], random: Random) -> None:
    shuffled = {name: random.sample(rows, len(rows)) for name, rows in tables.items()}
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        assert facts(tables, Path(one)) == facts(shuffled, Path(other))


# --- there and back


@some(6)
@given(networks(), st.sampled_from(["folder", "net.xlsx", "net.json", "net.graphml", "net.gexf"]))
def test_what_was_written_is_read_as_the_same_network(net: OrgNetwork, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        again = orgnet.read(orgnet.write(net, Path(folder, name)))
    assert again.ids.tolist() == net.ids.tolist()
    for column in ("source", "target", "layer", "tie_type", "since"):
        pd.testing.assert_series_equal(again.ties[column], net.ties[column])
