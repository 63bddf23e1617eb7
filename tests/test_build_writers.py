"""Writing: what a form can hold comes back the same, nothing is run, nothing is half written, the same bytes twice."""

from __future__ import annotations

import csv
import io
import re
import tempfile
import warnings
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import openpyxl
import pandas as pd
import pytest
import python_calamine
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st
from model_networks import networks

import orgnet
from orgnet._model.cells import as_written, columns_of, guarded, unguarded
from orgnet._model.findings import Log
from orgnet._model.values import Place
from orgnet._model.vocabulary import TIE_FIELDS, UNIT_FIELDS
from orgnet.build import from_tables

if TYPE_CHECKING:
    from orgnet._model.network import OrgNetwork

NASTY = Path(__file__).parent / "data" / "nasty"
EXACT = ("net.json", "net.graphml", "net.gexf")
TEXT = ("net.csv", "folder")
ALL = (*EXACT, *TEXT, "net.xlsx", "net.orgnet", "net.npz", "net.edgelist", "net.net")
HOSTILE = [
    *("=1+1", "+1", "-2+3", "@SUM(1)", "=cmd|' /C calc'!A0", "\t=1", "\r=1", "  =1", "\u3000=1"),
    *("＝1", "＋1", "－1", "＠x"),  # noqa: RUF001 - a spreadsheet in Chinese takes the full-width forms
    *("'=1", "''=1", "'quoted'", "<b>&amp;\"'</b>", "]]>", "</data>", "{{7*7}}", "a,b;c|d", '"'),
    *("a\r\nb", "a\rb", "a\tb", "_x000D_", "_x0041_", "-", "𠮷㑇", "http://127.0.0.1/x"),
    *("TRUE", "1.0", "007", "3.30106E+11", "NaN", "1e400"),
]


def back(path: Path) -> OrgNetwork:
    """Read what was written."""
    return orgnet.read(path, path.with_name(f"{path.stem}-ties.csv") if path.suffix == ".csv" else None)


def sheet(path: Path, name: str) -> pd.DataFrame:
    """Return a sheet as text, as a reader of workbooks gives it."""
    heading, *rows = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_name(name).to_python()
    texts = [[None if cell == "" else cell if isinstance(cell, str) else str(cell) for cell in row] for row in rows]
    return pd.DataFrame(texts, columns=[str(name) for name in heading], dtype="str")


def plain(frame: pd.DataFrame, fields: tuple[str, ...], *, text: bool) -> pd.DataFrame:
    """Return a table with what no form keeps made alike: the kind of a column of no field that is text or empty.

    With `text`, for forms that hold text alone, every such column is text, and empty text is missing.
    """
    frame = frame.copy()
    for cells in columns_of(frame):
        empty = frame[cells.name].isna().all()
        if cells.name not in fields and (text or cells.kind == "text" or empty):
            column = pd.Series(as_written(cells), dtype="str").set_axis(frame.index)
            frame[cells.name] = column.mask(column == "") if text else column
    return frame if len(frame) else frame[[name for name in frame if name in fields[:7]]]


def assert_same(one: OrgNetwork, other: OrgNetwork, *, text: bool = False, **options: Any) -> None:
    for table, fields in (("units", UNIT_FIELDS), ("ties", TIE_FIELDS)):
        left, right = (plain(getattr(net, table), fields, text=text) for net in (one, other))
        pd.testing.assert_frame_equal(left, right, **options)


def assert_same_tables(one: OrgNetwork, other: OrgNetwork) -> None:
    assert list(one.tables) == list(other.tables)
    for name, table in one.tables.items():
        pd.testing.assert_frame_equal(table, other.tables[name])


def hostile() -> OrgNetwork:
    n = len(HOSTILE)
    units = {
        "unit_id": [f"u{number}" for number in range(n)],
        "name": HOSTILE,
        "kind": "enterprise",
        "remark": HOSTILE,
        "=1+1": [f"x{number}" for number in range(n)],
    }
    ties = {"source": ["u0"] * (n - 1), "target": units["unit_id"][1:], "layer": "collab", "tie_type": HOSTILE[1:]}
    return from_tables(units, ties)


# --- there and back


@pytest.mark.parametrize("name", [*EXACT, *TEXT, "net.xlsx"])
def test_the_bundled_subdistrict_there_and_back(tmp_path: Path, name: str) -> None:
    net = orgnet.datasets.load()
    assert orgnet.write(net, tmp_path / name) == tmp_path / name
    again = back(tmp_path / name)
    assert_same(net, again, text=name not in EXACT)
    if name in {"folder", "net.xlsx", "net.json"}:
        assert_same_tables(net, again)


@pytest.mark.parametrize("name", EXACT)
@given(net=networks())
@settings(max_examples=10)
def test_exact_forms_there_and_back(net: OrgNetwork, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert_same(net, back(orgnet.write(net, Path(folder) / name)))


@pytest.mark.parametrize("name", TEXT)
@given(net=networks())
@settings(max_examples=10)
def test_tables_of_text_there_and_back(net: OrgNetwork, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert_same(net, back(orgnet.write(net, Path(folder) / name)), text=True, rtol=1e-15)


@given(net=networks())
@settings(max_examples=10)
def test_workbooks_there_and_back(net: OrgNetwork) -> None:
    with tempfile.TemporaryDirectory() as folder:
        again = back(orgnet.write(net, Path(folder) / "net.xlsx"))
    assert again.n_ties == net.n_ties
    for name in [name for name in net.units if name != "score"]:  # of a number in no field 15 digits are kept as text
        column, expected = (plain(one.units, UNIT_FIELDS, text=True)[name] for one in (again, net))
        pd.testing.assert_series_equal(column, expected, rtol=1e-14)


@pytest.mark.parametrize("name", EXACT)
def test_columns_that_are_no_fields_keep_their_kind(tmp_path: Path, name: str) -> None:
    extra = {
        "whole": [1, 2, 3],
        "gaps": pd.array([1, None, 3], dtype="Int64"),
        "number": [0.1, float("nan"), 1e300],
        "flag": [True, False, True],
        "perhaps": pd.array([True, None, False], dtype="boolean"),
        "code": ["007", "1.0", None],
        "limit": [float("inf"), 1.0, float("-inf")],
    }
    net = from_tables({"unit_id": ["a", "b", "c"], **extra})
    again = back(orgnet.write(net, tmp_path / name)).units
    whole = net.units.drop(columns="limit")
    pd.testing.assert_frame_equal(again.drop(columns="limit"), whole)
    assert [float(value) for value in again["limit"]] == extra["limit"]


@pytest.mark.parametrize("name", [*EXACT, *TEXT, "net.xlsx"])
@pytest.mark.parametrize("n", [0, 1])
def test_nearly_nothing_there_and_back(tmp_path: Path, name: str, n: int) -> None:
    net = from_tables({"unit_id": ["a"] * n})
    again = back(orgnet.write(net, tmp_path / name))
    assert (again.n_units, again.n_ties, again.findings.n_refused) == (n, 0, 0)


@pytest.mark.parametrize("name", [*EXACT, *TEXT])
def test_hostile_names_there_and_back(tmp_path: Path, name: str) -> None:
    net = hostile()
    assert_same(net, back(orgnet.write(net, tmp_path / name)), text=name in TEXT)


@pytest.mark.parametrize("source", ["nodes_formula_injection.csv", "nodes_html_script.csv"])
@pytest.mark.parametrize("name", [*EXACT, *TEXT, "net.xlsx"])
def test_hostile_files_there_and_back(tmp_path: Path, source: str, name: str) -> None:
    net = orgnet.read(NASTY / source)
    again = back(orgnet.write(net, tmp_path / name))
    assert again.names.tolist() == net.names.tolist()


def test_a_file_that_is_not_ours_says_that_an_apostrophe_was_taken_off(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_text("unit_id,name,kind\na,'=1+1,enterprise\nb,'tis,enterprise\n", encoding="utf-8")
    net = orgnet.read(path)
    assert net.names.tolist() == ["=1+1", "'tis"]
    (row,) = net.findings.table.query("code == 'text.guarded'").to_dict("records")
    assert (row["row"], row["column"], row["count"]) == (2, "name", 1)


@given(st.text("'=+-@\t\r\n a＝－\u3000\x01", max_size=6))  # noqa: RUF001
def test_guarding_can_be_undone_and_nothing_guarded_runs(text: str) -> None:
    log = Log()
    written = guarded(text)
    assert not written.lstrip(" \t\r\n\u3000\x01").startswith(("=", "+", "-", "@", "＝", "－"))  # noqa: RUF001
    frame = pd.DataFrame({"name": pd.Series([written], dtype="str")})
    assert unguarded(frame, Place("x", np.array([2]), log))["name"].tolist() == [text]
    assert len(log.findings()) == (written != text)


# --- what other programs make of the files


@pytest.mark.parametrize("name", ["net.csv", "net-ties.csv"])
def test_no_cell_of_a_csv_file_begins_like_a_formula(tmp_path: Path, name: str) -> None:
    orgnet.write(hostile(), tmp_path / "net.csv")
    data = (tmp_path / name).read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert len({len(row) for row in rows}) == 1
    cells = [cell for row in rows for cell in row if cell]
    assert not [cell for cell in cells if re.match(r"\s*[=+\-@＝＋－＠]|[\t\r]", cell)]  # noqa: RUF001
    assert "'-2+3" in cells


def test_negative_numbers_in_csv_stay_numbers(tmp_path: Path) -> None:
    net = from_tables({"unit_id": ["-1", "b"], "change": [-5, 2], "rate": [-0.25, 1e-9]})
    orgnet.write(net, tmp_path / "net.csv")
    lines = (tmp_path / "net.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines == ["unit_id,name,kind,change,rate", "'-1,,,-5,-0.25", "b,,,2,1e-09"]
    assert back(tmp_path / "net.csv").ids.tolist() == ["-1", "b"]


def test_a_workbook_opened_elsewhere_holds_text_and_no_formula(tmp_path: Path) -> None:
    path = orgnet.write(hostile(), tmp_path / "net.xlsx")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["units", "ties", "findings", "about"]
    assert {cell.data_type for page in book for row in page for cell in row} <= {"s", "n"}
    column = [row[1] for row in book["units"].iter_rows(min_row=2)]
    # openpyxl leaves carriage returns as they are escaped; calamine does not
    assert [cell.value.replace("_x000D_", "\r") for cell in column if cell.value != "_x000D_"] == [
        name for name in HOSTILE_NAMES if name != "_x000D_"
    ]
    assert all(cell.hyperlink is None for cell in column)
    assert all(cell.quotePrefix for cell in column if cell.value.startswith(("=", "+", "-", "@")))
    assert sheet(path, "units")["name"].tolist() == HOSTILE_NAMES
    assert "=1+1" in sheet(path, "units").columns


HOSTILE_NAMES = hostile().units["name"].tolist()


def test_kinds_of_cells_in_a_workbook(tmp_path: Path) -> None:
    units = {
        "unit_id": ["001"],
        "staff": [7],
        "has_party_org": ["是"],
        "founded": ["2020-02-29"],
        "area_code": ["0571"],
    }
    path = orgnet.write(from_tables(units), tmp_path / "net.xlsx")
    page = openpyxl.load_workbook(path)["units"]
    cells = {str(page.cell(1, cell.column).value): cell for cell in page[2]}
    kinds = {name: cells[name].data_type for name in ("unit_id", "staff", "has_party_org", "founded", "area_code")}
    assert kinds == {"unit_id": "s", "staff": "n", "has_party_org": "b", "founded": "d", "area_code": "s"}
    assert cells["founded"].number_format == "yyyy-mm-dd"
    assert cells["name"].value is None


@pytest.mark.parametrize(("name", "reader"), [("net.graphml", nx.read_graphml), ("net.gexf", nx.read_gexf)])
def test_networkx_reads_our_graphs(tmp_path: Path, name: str, reader: Any) -> None:  # noqa: ANN401 - a function
    net = hostile()
    path = orgnet.write(net, tmp_path / name)
    ET.parse(path)  # noqa: S314 - well-formed
    graph = reader(path)
    assert [graph.nodes[unit].get("name") for unit in net.ids] == [
        None if pd.isna(text) else text for text in net.units["name"]
    ]
    assert graph.number_of_edges() == net.n_ties
    assert not graph.is_directed()
    tie = from_tables({"unit_id": ["a", "b"], "superior_id": [None, "a"]})
    assert list(reader(orgnet.write(tie, tmp_path / name)).edges) == [("a", "b")]


def test_sparse_matrices(tmp_path: Path) -> None:
    net = from_tables(
        {"unit_id": ["a", "b", "甲"], "superior_id": [None, "a", None]},
        {"source": ["b", "a"], "target": ["甲", "甲"], "layer": ["collab", "contains"], "weight": [2.5, 1]},
    )
    path = orgnet.write(net, tmp_path / "net.npz")
    assert scipy.sparse.load_npz(path).toarray().tolist() == [[0, 1, 0], [0, 0, 2.5], [0, 2.5, 0]]
    with np.load(path, allow_pickle=False) as arrays:
        assert arrays["ids"].tolist() == ["a", "b", "甲"]
        assert arrays["layers"].tolist() == ["command", "contains", "collab"]
        parts = (arrays["contains_data"], arrays["contains_indices"], arrays["contains_indptr"])
        matrix = scipy.sparse.csr_array(parts, shape=tuple(arrays["shape"]))
    assert matrix.toarray().tolist() == net.to_sparse("contains", "down", weight="weight").toarray().tolist()


def test_an_id_too_long_for_a_sparse_file_is_said(tmp_path: Path) -> None:
    net = from_tables({"unit_id": ["a" * 300_000, *(f"u{number}" for number in range(999))]})
    with pytest.raises(orgnet.OptionError, match="300,000 characters"):
        orgnet.write(net, tmp_path / "net.npz")


def test_edge_lists(tmp_path: Path) -> None:
    net = from_tables(
        {"unit_id": ["a", 'b "x"', "c"]},
        {"source": ["a", "a"], "target": ['b "x"', "c"], "layer": ["command", "collab"], "weight": [1, 0.5]},
    )
    text = orgnet.write(net, tmp_path / "net.edgelist").read_text(encoding="utf-8")
    rows = list(csv.reader(io.StringIO(text), dialect="excel-tab"))
    assert rows == [
        ["source", "target", "weight", "layer"],
        ["a", 'b "x"', "1", "command"],
        ["a", "c", "0.5", "collab"],
    ]
    with pytest.warns(orgnet.OrgNetWarning, match="1 cells of column 'unit_id' hold characters"):
        orgnet.write(net, tmp_path / "net.net")
    assert (tmp_path / "net.net").read_text(encoding="utf-8").splitlines() == [
        *("*Vertices 3", '1 "a"', '2 "b \ufffdx\ufffd"', '3 "c"'),
        *("*Arcs", '1 2 1.0 l "command"', "*Edges", '1 3 0.5 l "collab"'),
    ]


def test_networkx_reads_our_pajek_files_with_the_layer_of_each_tie(tmp_path: Path) -> None:
    net = orgnet.datasets.load()
    graph = nx.read_pajek(orgnet.write(net, tmp_path / "net.net"))
    ties = [(one, other, facts["l"], facts["weight"]) for one, other, facts in graph.edges(data=True)]
    assert list(graph) == net.ids.tolist()
    assert sorted(ties) == sorted(net.ties[["source", "target", "layer", "weight"]].itertuples(index=False, name=None))


# --- what a form cannot hold


@pytest.mark.parametrize("name", ["net.graphml", "net.gexf", "net.xlsx"])
def test_characters_that_xml_refuses_are_replaced_with_a_warning(tmp_path: Path, name: str) -> None:
    net = from_tables({"unit_id": ["a", "b"], "name": ["x\x01y\uffff", "z"], "remark\x02": ["\x1b[31m", "k"]})
    with pytest.warns(orgnet.OrgNetWarning, match="cells of column") as caught:
        path = orgnet.write(net, tmp_path / name)
    lines = [str(one.message) for one in caught if not str(one.message).startswith("findings in ")]
    said = sorted(re.findall(r"(\d+) cells of column '(.*?)'", str(lines)))
    assert said == [("1", "name"), ("1", "remark\ufffd")]
    again = back(path).units
    assert again["name"].tolist() == ["x\ufffdy\ufffd", "z"]
    assert again["remark\ufffd"].tolist() == ["\ufffd[31m", "k"]


def test_ids_that_would_become_the_same_are_an_error(tmp_path: Path) -> None:
    net = from_tables({"unit_id": ["a\x01", "a\x02"]})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", orgnet.OrgNetWarning)
        with pytest.raises(orgnet.OptionError, match="cannot tell some ids apart"):
            orgnet.write(net, tmp_path / "net.graphml")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", EXACT)
def test_headings_that_would_become_the_same_stay_two_columns(tmp_path: Path, name: str) -> None:
    bad = "\x00" if name == "net.json" else "\x01"
    headings = pd.Index(["unit_id", f"x{bad}", "x\ufffd", "x\ufffd (2)"])
    net = from_tables({"unit_id": ["a"]}).with_units(**{headings[1]: "one", headings[2]: "two", headings[3]: "three"})
    again = back(orgnet.write(net, tmp_path / name)).units
    assert again[["x\ufffd", "x\ufffd (3)", "x\ufffd (2)"]].iloc[0].tolist() == ["one", "two", "three"]
