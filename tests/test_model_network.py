"""The network: frozen, its tables copies, its views kept, and every change another network."""

from __future__ import annotations

import copy
import datetime as dt
import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

import orgnet
from orgnet._model.results import plain
from orgnet.build import from_tables

if TYPE_CHECKING:
    from orgnet._model.network import OrgNetwork


@pytest.fixture
def net() -> OrgNetwork:
    """Give a headquarters h with two grids, a cell each, a firm, and a unit alone."""
    units = {
        "unit_id": ["h", "g1", "g2", "c1", "c2", "f", "alone"],
        "kind": ["party_committee", "party_branch", "party_branch", "party_cell", "party_cell", "enterprise", None],
        "area": ["A", "A", "B", "A", "B", "B", "C"],
        "superior_id": [None, "h", "h", "g1", "g2", None, None],
        "staff": [1, 2, 3, 4, 5, 6, None],
    }
    ties = {
        "source": ["g1", "g1", "g2", "f", "c1"],
        "target": ["g2", "g2", "f", "g2", "h"],
        "layer": ["collab", "collab", "covers", "collab", "report"],
        "tie_type": ["meeting", "project", None, None, None],
        "weight": [2.0, 3.0, 1.0, 4.0, 1.0],
        "since": ["2020-01-01", "2022-01-01", None, "2021-06-30", None],
        "until": ["2020-12-31", None, None, None, None],
        "latency_days": [1.0, 0.5, 3.0, 2.0, None],
    }
    return from_tables(units, ties)


# --- frozen


@pytest.mark.parametrize("name", ["units", "ties", "ids", "_units", "_views", "as_of", "anything"])
def test_nothing_can_be_set_or_deleted(net: OrgNetwork, name: str) -> None:
    with pytest.raises(AttributeError, match=r"frozen.*with_units"):
        setattr(net, name, 1)
    with pytest.raises(AttributeError, match="frozen"):
        delattr(net, name)


def test_writing_into_the_tables_changes_nothing(net: OrgNetwork) -> None:
    before = net.units.copy(), net.ties.copy()
    units, ties, ids = net.units, net.ties, net.ids
    units.loc["h", "staff"] = 99
    units["new"] = 1
    units.index.name = "x"
    ids.name = "y"
    ties.iloc[0, 0] = "zzz"
    del ties["layer"]
    pd.testing.assert_frame_equal(net.units, before[0])
    pd.testing.assert_frame_equal(net.ties, before[1])
    assert net.ids.name == "unit_id"


def test_arrays_are_read_only(net: OrgNetwork) -> None:
    view = net.view(weight="weight")
    assert view.data is not None
    for array in (net.ends, view.indptr, view.indices, view.data, net.units["staff"].to_numpy()):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_an_error_survives_the_way_between_processes() -> None:
    with pytest.raises(orgnet.ValidationError) as caught:
        from_tables({"unit_id": [None]})
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own
    assert str(again) == str(caught.value)
    assert again.findings.n_refused == 1


# --- what it holds


def test_what_it_holds(net: OrgNetwork) -> None:
    assert (net.n_units, net.n_ties) == (7, 9)
    assert net.layers == ("command", "report", "collab", "covers")
    assert net.ids.tolist() == ["h", "g1", "g2", "c1", "c2", "f", "alone"]
    assert net.ends.dtype == np.int32
    for row, name in enumerate(("source", "target")):
        assert net.ids[net.ends[row]].tolist() == net.ties[name].tolist()
    assert net.as_of == dt.date(2022, 1, 1)
    assert net.ties.index.tolist() == list(range(9))
    assert net.ties.dtypes.astype(str).to_dict() == {
        **dict.fromkeys(("source", "target", "layer", "tie_type"), "str"),
        **dict.fromkeys(("weight", "latency_days"), "float64"),
        **dict.fromkeys(("since", "until"), "datetime64[us]"),
    }
    assert net.units.columns.tolist() == ["name", "kind", "area", "staff"]
    assert net.names.tolist() == net.ids.tolist()


def test_rows(net: OrgNetwork) -> None:
    assert net.rows("g2").tolist() == [2]
    assert net.rows(["c1", "h", "c1"]).tolist() == [3, 0, 3]
    assert net.rows(net.ids).tolist() == list(range(7))
    assert net.rows([]).tolist() == []
    with pytest.raises(orgnet.UnitError, match=r"no unit 'alon' among 7 units\. Did you mean 'alone'"):
        net.rows("alon")
    with pytest.raises(LookupError, match="2 of 3 ids not found"):
        net.rows(["h", "x", "y"])


def test_repr_is_one_line(net: OrgNetwork) -> None:
    assert repr(net) == "<OrgNetwork 7 units, 9 ties: command 4, report 1, collab 3, covers 1>"
    assert repr(from_tables({"unit_id": ["a"]})) == "<OrgNetwork 1 units, 0 ties>"


def test_the_html_face_is_escaped() -> None:
    hostile = "<script>alert(1)</script>"
    page = from_tables({"unit_id": ["a", "b"], "name": [hostile, "x"], "kind": [hostile, None]})._repr_html_()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "not recorded" in page
    assert ">nan<" not in page


# --- views


def test_views_are_built_once(net: OrgNetwork) -> None:
    assert net.view() is net.view("all", "both")
    assert net.view("vertical", "down") is net.view(["command"], "down")
    assert net.view(["collab", "command"]) is net.view(["command", "collab"])
    assert net.view("command", "up").reverse() is net.view("command", "down")
    assert net.view() is not net.view(weight="weight")
    assert net.view("collab", "down").directed is False
    assert net.view("covers", "down").directed is True


def test_strengths_of_parallel_ties_are_summed_and_the_shortest_length_counts(net: OrgNetwork) -> None:
    ids = net.ids.tolist()
    g1, g2 = ids.index("g1"), ids.index("g2")
    assert net.to_sparse("collab", weight="weight")[g1, g2] == 5
    assert net.view("collab", distance="latency_days").to_scipy()[g1, g2] == 0.5
    assert net.view("collab", distance="inverse").to_scipy()[g1, g2] == pytest.approx(1 / 3)
    assert net.to_sparse("all", "down")[ids.index("h"), ids.index("c1")] == 1  # a report turned round


def test_the_matrix_is_ones_own(net: OrgNetwork) -> None:
    matrix = net.to_sparse("command")
    matrix.data[:] = 7
    assert net.to_sparse("command").data.tolist() == [1.0] * 4


@pytest.mark.parametrize(
    ("options", "error", "match"),
    [
        ({"layers": "comand"}, orgnet.LayerError, "Did you mean 'command'"),
        ({"layers": ["collab", "x"]}, LookupError, "no layer or group 'x'"),
        ({"direction": "sideways"}, orgnet.OptionError, "choose one of"),
        ({"weight": "wieght"}, orgnet.OptionError, "Did you mean 'weight'"),
        ({"weight": "tie_type"}, ValueError, "no numeric column 'tie_type'"),
        ({"distance": "latency_days"}, orgnet.OptionError, "5 of 9 ties of these layers have no usable 'latency_days'"),
    ],
)
def test_options_that_are_not_allowed(
    net: OrgNetwork, options: dict[str, Any], error: type[Exception], match: str
) -> None:
    with pytest.raises(error, match=match):
        net.view(**options)


def test_a_layer_without_ties_is_an_empty_view(net: OrgNetwork) -> None:
    assert net.view("interlock").n_arcs == 0
    assert net.view([]).n_arcs == 0


# --- other networks


def test_select(net: OrgNetwork) -> None:
    assert net.select(kind="party_branch").ids.tolist() == ["g1", "g2"]
    assert net.select(kind=["party_cell", "enterprise"], area="B").ids.tolist() == ["c2", "f"]
    assert net.select(units=["c1", "h"]).ids.tolist() == ["h", "c1"]
    assert net.select(units=[]).n_units == 0
    part = net.select(units=["g1", "g2", "f"])
    assert part.ties["source"].tolist() == ["g1", "g1", "g2", "f"]
    assert part.ids[part.ends[1]].tolist() == part.ties["target"].tolist()
    assert part.ties.index.tolist() == [0, 1, 2, 3]
    assert net.select(layers="horizontal").layers == ("collab", "covers")
    assert part.provenance[-1] == {"step": "select", "units_left": 3, "ties_left": 4}
    assert part.as_of == net.as_of


@pytest.mark.parametrize(
    ("at", "left"),
    [("2020-06-30", ["meeting"]), ("2021-01-01", []), ("2020-12-31", ["meeting"]), ("2022-01-01", ["project"])],
)
def test_select_leaves_out_what_had_ended_or_not_begun(net: OrgNetwork, at: str, left: list[str]) -> None:
    for day in (at, dt.date.fromisoformat(at), pd.Timestamp(at)):
        assert net.select(at=day).ties["tie_type"].dropna().tolist() == left


def test_select_says_what_is_wrong(net: OrgNetwork) -> None:
    with pytest.raises(orgnet.OptionError, match="no column 'area'"):
        from_tables({"unit_id": ["a"]}).select(area="A")
    with pytest.raises(orgnet.OptionError, match="at='later' is not a date"):
        net.select(at="later")
    with pytest.raises(orgnet.UnitError):
        net.select(units=["h", "x"])
    with pytest.raises(orgnet.LayerError):
        net.select(layers="x")


def test_select_by_any_sequence_leaves_plain_provenance(net: OrgNetwork) -> None:
    kinds = ("party_branch", "party_cell")
    for given in (kinds, list(kinds), np.array(kinds), pd.Series(kinds)):
        step = net.select(kind=given).provenance[-1]  # type: ignore[arg-type]
        assert step["kind"] in (list(kinds), {"0": kinds[0], "1": kinds[1]})


def test_ego(net: OrgNetwork) -> None:
    assert net.ego("f").ids.tolist() == ["g2", "f"]
    assert net.ego("f", hops=2).ids.tolist() == ["h", "g1", "g2", "c2", "f"]
    assert net.ego("f", hops=0).ids.tolist() == ["f"]
    assert net.ego("c1", hops=1, layers="command").ids.tolist() == ["g1", "c1"]
    with pytest.raises(orgnet.UnitError):
        net.ego("x")
    with pytest.raises(orgnet.OptionError, match="hops=-1"):
        net.ego("f", hops=-1)


def test_without(net: OrgNetwork) -> None:
    assert net.without("h").ids.tolist() == ["g1", "g2", "c1", "c2", "f", "alone"]
    assert net.without(["g1", "g2"]).n_ties == 1
    assert net.without([]).n_units == 7


def test_with_units(net: OrgNetwork) -> None:
    view = net.view()
    more = net.with_units(
        span=pd.Series({"g1": 3.0, "h": 2.0}), has_party_org=["是", "no", None, True, 0, "", None], flat=1
    )
    assert more.units["span"].fillna(-1).tolist() == [2, 3, -1, -1, -1, -1, -1]
    assert more.units["has_party_org"].dtype == "boolean"
    assert more.units["has_party_org"].tolist() == [True, False, pd.NA, True, False, pd.NA, pd.NA]
    assert more.units["flat"].tolist() == [1] * 7
    assert "span" not in net.units
    assert more.view() is view
    assert more.with_units(flat=2).units["flat"].tolist() == [2] * 7
    assert more.provenance[-1] == {"step": "with_units", "columns": ["flat", "has_party_org", "span"]}


@pytest.mark.parametrize(
    ("columns", "error", "match"),
    [
        ({"x": [1, 2]}, orgnet.OptionError, "one value for each of the 7 rows"),
        ({"x": pd.Series([1], index=["nobody"])}, orgnet.UnitError, "no unit 'nobody'"),
        ({"x": pd.Series([1, 2], index=["h", "h"])}, orgnet.OptionError, "stands in the index twice"),
        ({"x": pd.Series([1] * 7)}, orgnet.UnitError, "no unit '0'"),
        ({"unit_id": list("abcdefg")}, orgnet.OptionError, "cannot be set; ids stay"),
        ({"superior_id": "h"}, orgnet.OptionError, "superiors are ties of command"),
        ({"staff": -1}, orgnet.ValidationError, "outside the range"),
        ({"has_party_org": "maybe"}, orgnet.ValidationError, "neither yes nor no"),
    ],
)
def test_units_that_cannot_be_set(net: OrgNetwork, columns: dict[str, Any], error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        net.with_units(**columns)


def test_ids_that_are_numbers_are_aligned_as_text() -> None:
    net = from_tables({"unit_id": [10, 20]})
    assert net.with_units(x=pd.Series([1, 2], index=[20, 10])).units["x"].tolist() == [2, 1]


def test_with_ties(net: OrgNetwork) -> None:
    view = net.view()
    more = net.with_ties(
        pd.DataFrame({"source": ["alone", "f"], "target": ["f", "alone"], "layer": ["横向", "collab"]})
    )
    assert more.n_ties == net.n_ties + 1
    assert more.ties.iloc[-1][["source", "target", "layer", "weight"]].tolist() == ["alone", "f", "collab", 1.0]
    assert more.view() is not view
    assert more.view().n_ties == view.n_ties + 1
    assert net.view() is view
    assert more.ids[more.ends[1]].tolist() == more.ties["target"].tolist()
    again = net.with_ties(net.ties)
    pd.testing.assert_frame_equal(again.ties, net.ties)


def test_with_columns_of_ties(net: OrgNetwork) -> None:
    more = net.with_ties(latency_days=net.ties["latency_days"].fillna(1.0), weight=2, colour="red")
    assert more.ties["weight"].tolist() == [2.0] * 9
    assert more.view(distance="latency_days").n_arcs == net.view().n_arcs
    assert net.ties["weight"].tolist() != [2.0] * 9


@pytest.mark.parametrize(
    ("ties", "columns", "error", "match"),
    [
        ({"source": ["h"], "target": ["x"], "layer": ["collab"]}, {}, orgnet.ValidationError, "'x' is not a unit"),
        ({"source": ["h"], "target": ["h"], "layer": ["collab"]}, {}, orgnet.ValidationError, "tied to itself"),
        ({"source": ["h"], "target": ["f"]}, {}, orgnet.ValidationError, "layer"),
        ({"source": ["h"], "target": ["g1"], "layer": ["command"], "weight": [9]}, {}, ValueError, "other facts"),
        (None, {"source": "h"}, orgnet.OptionError, "which tie it is"),
        (None, {"layer": "x"}, orgnet.OptionError, "which tie it is"),
        (None, {"weight": 0}, orgnet.ValidationError, "not a positive number"),
        (None, {"weight": [1, 2]}, orgnet.OptionError, "one value for each of the 9 rows"),
        (None, {"reliability": 1.5}, orgnet.ValidationError, "outside the range"),
    ],
)
def test_ties_that_cannot_be_set(
    net: OrgNetwork,
    ties: dict[str, list[Any]] | None,
    columns: dict[str, Any],
    error: type[Exception],
    match: str,
) -> None:
    with pytest.raises(error, match=match):
        net.with_ties(None if ties is None else pd.DataFrame(ties), **columns)


def same(one: OrgNetwork, other: OrgNetwork) -> bool:
    return one.units.equals(other.units) and one.ties.equals(other.ties) and bool((one.ends == other.ends).all())


def test_networks_are_copied_and_travel(net: OrgNetwork) -> None:
    net.view("all")
    for again in (pickle.loads(pickle.dumps(net)), copy.copy(net), copy.deepcopy(net)):  # noqa: S301 - our own bytes
        assert same(net, again)
        assert (again.rules, again.as_of, again.provenance) == (net.rules, net.as_of, net.provenance)
        assert again.findings.table.equals(net.findings.table)
        assert again.view("all").n_arcs == net.view("all").n_arcs
        assert not again.ends.flags.writeable


def test_networks_go_to_other_processes(net: OrgNetwork) -> None:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        assert same(net, pool.submit(copy.copy, net).result())


def test_nothing_that_is_handed_out_changes_the_network() -> None:
    flags, numbers = pd.array([True, None], dtype="boolean"), np.array([1.0, 2.0])
    units = pd.DataFrame({"unit_id": ["a", "b"], "has_party_org": flags, "staff": numbers, "own": numbers})
    net = from_tables(units, {"source": ["a"], "target": ["b"], "layer": ["collab"], "weight": [2.0]})
    units["own"].array[0] = 9.0
    net.units["has_party_org"].array[1] = True
    net.units["staff"].array[1] = 9.0
    net.ties["weight"].array[0] = 9.0
    net.provenance[0]["x"] = 1
    net.findings.table["row"].array[:] = 9
    table, accounts = net.findings.table, net.findings.accounts
    table["code"], accounts["kept"] = "x", 9
    with pytest.raises(AttributeError):
        net.findings.table = units  # type: ignore[misc]
    assert net.units["has_party_org"].isna().tolist() == [False, True]
    assert net.units["staff"].tolist() == net.units["own"].tolist() == [1.0, 2.0]
    assert net.ties["weight"].tolist() == [2.0]
    assert "x" not in net.provenance[0]
    assert "x" not in net.findings.table["code"].tolist()
    assert 9 not in net.findings.table["row"].dropna().tolist()
    assert net.findings.accounts["kept"].tolist() == [2, 1]


def test_kinds_are_chosen_in_words(net: OrgNetwork) -> None:
    assert net.select(kind="企业").ids.tolist() == net.select(kind="company").ids.tolist() == ["f"]
    own = from_tables({"unit_id": ["a", "b"], "kind": ["餐饮店", "enterprise"]})
    assert own.select(kind=["餐饮店", "公司"]).n_units == 2
    with pytest.raises(orgnet.OptionError, match=r"no unit has kind 'party_brunch'.*Did you mean 'party_branch'"):
        net.select(kind="party_brunch")
    with pytest.raises(orgnet.OptionError, match="no unit has kind '网格'"):
        net.select(kind=["企业", "网格"])
    with pytest.raises(orgnet.OptionError, match="no unit has area 'Z'"):
        net.select(area="Z")


def test_ties_added_are_looked_at_in_the_whole(net: OrgNetwork) -> None:
    new = net.with_ties(pd.DataFrame({"source": ["c1", "g2"], "target": ["h", "c1"], "layer": ["command", "command"]}))
    assert net.findings.ok
    assert set(new.findings.table.query("severity == 'error'")["code"]) == {"command.cycle", "command.two_superiors"}
    again = new.with_ties(pd.DataFrame({"source": ["alone"], "target": ["f"], "layer": ["collab"]}))
    assert again.findings.table.equals(new.findings.table)


def test_strengths_or_lengths(net: OrgNetwork) -> None:
    with pytest.raises(orgnet.OptionError, match="leave one out"):
        net.view("all", weight="weight", distance="inverse")


def test_a_table_with_labels_keeps_them_as_plain_values() -> None:
    frame = pd.DataFrame({"n": [1, 2]}, index=pd.Index(["x", "y"], name="kind"))
    assert plain(frame) == [{"kind": "x", "n": 1}, {"kind": "y", "n": 2}]
    assert plain(frame.reset_index(drop=True)[1:]) == [{"n": 2}]
