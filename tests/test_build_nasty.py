"""Hostile files, one by one: no traceback, no row lost on the quiet, and a finding that says what is wrong."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import orgnet
from orgnet import metrics

if TYPE_CHECKING:
    from orgnet._model.network import OrgNetwork

DATA = Path(__file__).parent / "data"
NASTY = DATA / "nasty"
TIES = sorted(NASTY.glob("edges*"))
UNITS = sorted(set(NASTY.iterdir()) - set(TIES))
MATCHING = {
    "edges_float_ids_match.csv": "nodes_float_ids.csv",
    "edges_gb18030.csv": "nodes_gb18030.csv",
    "edges_leading_zero_kept.csv": "nodes_leading_zero_lost.csv",
}


def codes(found: orgnet.Findings) -> dict[str, int]:
    """Count findings by code, leaving out the notes on headings and words."""
    counts = found.table["code"].value_counts().to_dict()
    return {str(code): n for code, n in counts.items() if code not in {"column.mapped", "word.converted"}}


def rows_of(found: orgnet.Findings, code: str) -> list[int]:
    return found.table.loc[found.table["code"] == code, "row"].tolist()


def read(units: str, ties: str | None = None) -> OrgNetwork:
    return orgnet.read(NASTY / units, None if ties is None else NASTY / ties, strict=False)


def test_each_hostile_file_has_a_test_of_its_own() -> None:
    tests = Path(__file__).read_text(encoding="utf-8").partition("def test_each_hostile_file")[2]
    assert [path.name for path in sorted(NASTY.iterdir()) if f'"{path.name}"' not in tests] == []


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_unit_files_give_findings_and_no_traceback(path: Path) -> None:
    found = orgnet.check(path)
    accounts = found.accounts
    assert (accounts["rows_in"] == accounts["kept"] + accounts["merged"] + accounts["set_aside"]).all()
    if found.n_refused:
        with pytest.raises(orgnet.ValidationError, match=path.name):
            orgnet.read(path)
    else:
        assert orgnet.read(path).n_units == accounts["kept"].iloc[0]


@pytest.mark.parametrize("path", TIES, ids=lambda path: path.name)
def test_tie_files_give_findings_and_no_traceback(path: Path) -> None:
    found = orgnet.check(NASTY / MATCHING.get(path.name, "nodes_ok.csv"), path)
    accounts = found.accounts.set_index("source").loc[path.name]
    lines = len(path.read_bytes().decode("gb18030").splitlines())
    assert accounts["rows_in"] == lines - 1
    assert accounts["kept"] + accounts["merged"] + accounts["set_aside"] == lines - 1


@pytest.mark.parametrize("name", ["nodes_ok.csv", "nodes_crlf.csv", "nodes_semicolon.csv"])
def test_the_control_file_and_its_forms(name: str) -> None:
    net = read(name, "edges_ok.csv")
    assert net.findings.ok
    assert net.ids.tolist() == ["A", "B", "C"]
    assert net.units["staff"].tolist() == [10, 20, 5]
    assert net.units["has_party_org"].tolist() == [True, False, True]
    assert net.ties["layer"].tolist() == ["command", "command", "collab"]


@pytest.mark.parametrize("name", ["nodes_gb18030.csv", "nodes_utf8_bom.csv", "nodes_utf16_tab.txt"])
def test_encodings(name: str) -> None:
    net = read(name)
    assert net.ids.tolist() == ["330106001", *(f"33010600100{last}" for last in (1, 2, 3, 4))]
    assert net.names.iloc[-1] == "㑇𠮷贸易有限公司"
    assert net.units["kind"].tolist() == ["party_unit", "party_unit", "enterprise", "social_org", "enterprise"]
    assert net.units["has_party_org"].tolist() == [True, True, False, True, True]
    said = {"nodes_gb18030.csv": ["gb18030"], "nodes_utf16_tab.txt": ["utf-16"]}.get(name, [])
    assert net.findings.table.query("code == 'text.encoding'")["value"].tolist() == said


def test_a_headcount_that_may_mean_two_things_stays_aside() -> None:
    net = read("nodes_gb18030.csv")
    assert net.findings.table.query("code == 'column.ambiguous'")["value"].tolist() == ["人数"]
    assert net.units["人数"].tolist() == ["120", "45", "320", "15", "8"]
    assert orgnet.read(NASTY / "nodes_gb18030.csv", columns={"人数": "staff"}).units["staff"].sum() == 508


def test_words_for_layers_in_chinese() -> None:
    net = read("nodes_gb18030.csv", "edges_gb18030.csv")
    assert net.ties["layer"].value_counts().to_dict() == {"command": 4, "collab": 1}
    assert net.findings.n_refused == 0


def test_ragged_rows_are_named_and_nothing_shifts() -> None:
    net = read("nodes_ragged.csv")
    assert rows_of(net.findings, "row.ragged") == [2, 3]
    assert net.units[["name", "kind"]].to_numpy().tolist() == [["丙", "social_org"]]
    assert net.findings.accounts["set_aside"].tolist() == [2]


def test_conflicting_ids_name_both_rows() -> None:
    facts = read("nodes_duplicate_ids_conflict.csv").findings.table.query("code == 'unit.id_conflict'").iloc[0]
    assert (facts["value"], facts["row"], facts["other"]) == ("A", 3, "2")


def test_ids_that_became_floats_still_match() -> None:
    net = read("nodes_float_ids.csv", "edges_float_ids_match.csv")
    assert net.ids.tolist() == ["1", "2", "3"]
    assert net.findings.n_refused == 0
    assert net.ties[["source", "target"]].to_numpy().tolist() == [["1", "2"], ["2", "3"]]
    assert net.findings.table.query("code == 'id.tidied'")["count"].tolist() == [2, 1]


def test_codes_that_a_spreadsheet_destroyed_are_named_and_never_expanded() -> None:
    net = read("nodes_scientific_ids.csv")
    assert net.ids.tolist() == ["3.30106E+11", "1.10101E+11"]
    assert rows_of(net.findings, "unit.id_scientific") == [2, 3]


def test_lost_zeros_get_a_hint() -> None:
    found = read("nodes_leading_zero_lost.csv", "edges_leading_zero_kept.csv").findings.table
    facts = found.query("code == 'tie.dangling'")
    assert facts["value"].tolist() == ["010101", "020202"]
    assert "leading zeros" in facts["other"].iloc[0]


def test_texts_like_nan_are_ids_of_their_own() -> None:
    net = read("nodes_nan_ids.csv")
    assert net.ids.tolist() == ["NaN", "None", "null", "NA", "A"]
    assert rows_of(net.findings, "unit.id_missing") == [2]
    assert rows_of(net.findings, "unit.id_like_missing") == [3, 4, 5, 6]


def test_dangling_ends_make_no_units() -> None:
    net = read("nodes_ok.csv", "edges_dangling.csv")
    assert net.n_units == 3
    found = net.findings.table.query("code == 'tie.dangling'")
    assert sorted(zip(found["row"], found["value"], strict=True)) == [(3, "Z"), (4, "Y")]


def test_self_ties_are_set_aside_and_count_nowhere() -> None:
    net = read("nodes_ok.csv", "edges_self_loop.csv")
    assert rows_of(net.findings, "tie.self") == [2, 3]
    assert net.n_ties == 1
    assert metrics.degree(net).tolist() == [1, 1, 0]
    assert metrics.structure(net).density == pytest.approx(1 / 3)


def test_a_cycle_of_command_is_kept_and_said_and_has_no_depth() -> None:
    net = orgnet.read(NASTY / "nodes_ok.csv", NASTY / "edges_command_cycle3.csv")
    assert net.n_ties == 3
    assert net.findings.table.query("code == 'command.cycle'")["other"].tolist() == ["A, B, C"]
    assert metrics.depth(net).isna().all()
    assert metrics.subtree_size(net).isna().all()


def test_two_superiors_are_kept_and_said_and_the_shortest_way_is_the_depth() -> None:
    net = orgnet.read(NASTY / "nodes_ok.csv", NASTY / "edges_two_superiors.csv")
    assert net.n_ties == 2
    assert net.findings.table.query("code == 'command.two_superiors'")["other"].tolist() == ["A, B"]
    assert metrics.depth(net).tolist() == [0, 0, 1]
    assert metrics.subtree_size(net).isna().all()


def test_units_without_ties_count() -> None:
    net = read("nodes_orphans.csv", "edges_ok.csv")
    assert net.n_units == 5
    assert len(metrics.structure(net).component_sizes) == 3
    assert metrics.closeness(net).tolist()[3:] == [0, 0]
    assert metrics.constraint(net).isna().tolist() == [False, False, False, True, True]


def test_one_unit_alone_has_no_share_of_anything() -> None:
    net = read("nodes_one_row.csv")
    assert net.view().n_arcs == 0
    shape = metrics.structure(net)
    assert pd.isna([shape.density, shape.transitivity, shape.degree_assortativity]).all()
    for measure in (metrics.depth, metrics.constraint, metrics.eigenvector, metrics.eccentricity, metrics.stranded):
        assert measure(net).isna().all()
    assert [metrics.closeness(net).iloc[0], metrics.betweenness(net).iloc[0]] == [0, 0]


def test_an_empty_file_says_so() -> None:
    assert codes(orgnet.check(NASTY / "empty.csv")) == {"table.empty": 1}


def test_kinds_that_are_not_known_are_named() -> None:
    net = read("nodes_unknown_type.csv")
    assert net.units["kind"].fillna("").tolist() == ["party_unit", "spaceship", "", "enterprise", "enterprise"]
    assert rows_of(net.findings, "unit.kind_unknown") == [3]
    assert rows_of(net.findings, "unit.kind_missing") == [4]


def test_names_that_are_formulas_are_read_as_they_are_and_written_so_that_nothing_runs(tmp_path: Path) -> None:
    net = read("nodes_formula_injection.csv")
    assert net.names.iloc[0] == "=cmd|' /C calc'!A0"
    text = orgnet.write(net, tmp_path / "net.csv").read_text(encoding="utf-8-sig")
    assert not [line for line in text.splitlines() if line.split(",")[1].strip('" \t')[:1] in tuple("=+-@")]
    assert orgnet.read(tmp_path / "net.csv").names.tolist() == net.names.tolist()


def test_names_that_are_html_are_read_as_they_are_and_shown_as_text(tmp_path: Path) -> None:
    net = read("nodes_html_script.csv")
    assert net.names.iloc[0] == "<script>alert(1)</script>"
    assert "<script" not in net._repr_html_() + net.findings._repr_html_()
    graph = ET.fromstring(orgnet.write(net, tmp_path / "net.graphml").read_text(encoding="utf-8"))  # noqa: S314 - ours
    assert net.names.iloc[0] in {element.text for element in graph.iter()}


def test_nul_characters_are_removed_with_their_rows_named() -> None:
    net = read("nodes_nul_bytes.csv")
    assert rows_of(net.findings, "text.nul") == [2, 3]
    assert net.units["name"].fillna("").tolist() == ["ab", ""]


def test_headcounts_that_are_none_are_missing_and_said() -> None:
    net = read("nodes_negative_headcount.csv")
    assert net.units["staff"].fillna(-1).tolist() == [-1, -1, 12, 1200, 0, 12, -1, 50]
    assert rows_of(net.findings, "value.out_of_range") == [2, 3]
    found = net.findings.table
    assert found.query("code == 'value.approximate'")[["row", "value", "other"]].to_numpy().tolist() == [
        [9, "约50", "50"]
    ]
    assert found.query("code == 'value.converted'")["count"].tolist() == [2]
    bounds = metrics.coverage(net).table[["lower", "upper"]]
    assert ((bounds >= 0) & (bounds <= 1)).all(axis=None)


def test_flags_that_are_neither_are_missing_and_said() -> None:
    net = read("nodes_covered_mixed.csv")
    table = pd.read_csv(NASTY / "nodes_covered_mixed.csv", dtype=str, keep_default_na=False)
    yes, no = (
        {"yes", "是", "1", "TRUE", "Y", "已覆盖", "√", "1.0", "有", "t"},
        {"no", "否", "0", "False", "N", "未覆盖", "×", "无"},
    )
    expected = [True if word in yes else False if word in no else None for word in table["covered"]]
    assert [None if flag is pd.NA else flag for flag in net.units["has_party_org"]] == expected
    unreadable = net.findings.table.query("code == 'flag.unreadable'")["value"].tolist()
    assert unreadable == [word for word in table["covered"] if word and word not in yes | no]


def test_weights_that_are_none_are_refused_row_by_row() -> None:
    net = read("nodes_ok.csv", "edges_weights_bad.csv")
    assert rows_of(net.findings, "tie.weight_bad") == [2, 3, 4, 5]
    assert net.n_ties == 0


def test_a_workbook_under_another_name() -> None:
    found = orgnet.check(NASTY / "not_csv.csv")
    assert found.table["code"].tolist() == ["table.unreadable"]
    assert "Excel" in found.table["value"].iloc[0]


def test_a_merged_heading_under_a_title_and_a_total_at_the_end() -> None:
    net = orgnet.read(NASTY / "excel_merged_header.xlsx")
    assert net.ids.tolist() == ["330106001", "330106002"]
    assert net.units["has_party_org"].tolist() == [True, False]
    assert codes(net.findings) == {
        "column.ambiguous": 1,
        "row.total": 1,
        "rows.title": 1,
        "heading.stacked": 1,
        "cell.no_value": 1,
    }
    assert rows_of(net.findings, "row.total") == [7]
    assert net.findings.accounts["set_aside"].tolist() == [1]


def test_a_workbook_of_several_sheets() -> None:
    path = NASTY / "excel_multi_sheet.xlsx"
    net = orgnet.read(path)
    assert (net.ids.tolist(), net.layers, net.n_ties) == (["A", "B"], ("command",), 1)
    found = net.findings.table
    assert found[found["code"].isin(["sheet.ignored", "sheet.hidden"])]["value"].tolist() == ["说明", "隐藏"]
    assert orgnet.read(path, sheet="单位").n_ties == 0
    with pytest.raises(orgnet.InputError, match=r"no sheet '单元'; its sheets are \['说明', '单位', '关系', '隐藏'\]"):
        orgnet.read(path, sheet="单元")


def test_ids_that_a_spreadsheet_took_for_numbers_and_dates() -> None:
    net = orgnet.read(NASTY / "excel_typed_cells.xlsx")
    assert net.ids.tolist() == ["10101", "010102", "2024-01-02", "330106001001", "1000000000000003"]
    assert net.units["staff"].fillna(-1).tolist() == [10, 20, -1, -1, 5]
    assert net.units["has_party_org"].tolist() == [True, False, True, True, False]
    facts = [(row.code, row.row, row.column) for row in net.findings.table.query("severity == 'warning'").itertuples()]
    assert facts == [("cell.digits_lost", 6, "id"), ("cell.date_id", 4, "id"), ("cell.error", 5, "headcount")]


def test_float_and_null_ids_of_a_parquet_file() -> None:
    net = read("nodes_float_null_ids.parquet")
    frame = pd.read_parquet(NASTY / "nodes_float_null_ids.parquet")
    known = frame.iloc[:, 0].dropna()
    assert net.ids.tolist() == [str(int(number)) for number in known]
    assert rows_of(net.findings, "unit.id_missing") == [int(row) + 2 for row in frame.index[frame.iloc[:, 0].isna()]]


def test_a_name_longer_than_any_field_limit(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_text(
        f"id,name,type\n{'x' * 5000},{'名' * 200_000},enterprise\nB,short,odd{'k' * 9000}\n", encoding="utf-8"
    )
    net = orgnet.read(path)
    assert [len(name) for name in net.units["name"]] == [200_000, 5]
    assert len(net.ids[0]) == 5000
    assert max(net.findings.table["value"].str.len()) <= 1000
    assert max(len(line) for line in net.findings.lines()) < 1000


def test_a_chain_of_20_000_units_as_two_tables(tmp_path: Path) -> None:
    ids = [f"u{number}" for number in range(20_001)]
    pairs = "\n".join(f"{above},{below},vertical" for above, below in pairwise(ids))
    (tmp_path / "nodes.csv").write_text("id,name\n" + "".join(f"{one},{one}\n" for one in ids), encoding="utf-8")
    (tmp_path / "edges.csv").write_text(f"source,target,layer\n{pairs}\n", encoding="utf-8")
    net = orgnet.read(tmp_path)
    assert (net.n_units, net.n_ties) == (20_001, 20_000)
    assert metrics.depth(net).iloc[-1] == 20_000
    assert metrics.subtree_size(net).iloc[0] == 20_000
    assert metrics.dominators(net).iloc[-1] == "u19999"


def test_a_chain_of_20_000_units(tmp_path: Path) -> None:
    rows = "\n".join(f"u{number},u{number - 1 if number else ''}" for number in range(1, 20_001))
    path = tmp_path / "units.csv"
    path.write_text(f"id,parent\nu0,\n{rows}\n", encoding="utf-8")
    net = orgnet.read(path)
    assert (net.n_units, net.n_ties) == (20_001, 20_000)
    assert codes(net.findings) == {"unit.kind_missing": 1}


# --- real structures


def test_divisions_of_a_city() -> None:
    net = orgnet.read(DATA / "cn_divisions_2023_hangzhou.csv.gz", superior_layer="contains")
    assert net.n_units == 3531
    assert net.layers == ("contains",)
    assert net.n_ties == 3530
    assert net.view().n_arcs == 0  # territory is no channel
    assert net.units["level_rank"].value_counts().sort_index().index.tolist() == [0.0, 1.0, 2.0, 3.0, 4.0]
    assert net.findings.n_refused == 0
    assert "33" in net.ids


@pytest.mark.parametrize(
    ("name", "units", "ties", "layers"),
    [
        ("krackhardt_hightech", 21, 99, ("command", "collab")),
        ("hangzhou_xihu_divisions", 235, 234, ("command",)),
        ("aucs_multiplex", 61, 620, ("collab",)),
    ],
)
def test_published_networks(name: str, units: int, ties: int, layers: tuple[str, ...]) -> None:
    net = orgnet.read(DATA / name)
    assert (net.n_units, net.n_ties, net.layers) == (units, ties, layers)
    assert net.findings.ok
