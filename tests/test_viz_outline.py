"""The page of a large network: each unit stands in one place, groups are small, what is packed is what was there."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orgnet import metrics
from orgnet._viz import forest, marks, outline, packing, style
from orgnet._viz.interactive import explore
from orgnet.build import from_tables, synthetic
from orgnet.errors import InputError, OptionError

if TYPE_CHECKING:
    from pathlib import Path

    from orgnet._model.network import OrgNetwork
    from orgnet._viz.page import Page

LAYERS = ("command", "collab", "covers")


def town(firms: int = 1200, **columns: Any) -> OrgNetwork:
    """Give a committee, two branches, and firms: a third covered by b0, a third working with b1, the rest alone."""
    third = firms // 3
    units = {
        "unit_id": ["h", "b0", "b1", *(f"f{i}" for i in range(firms))],
        "name": ["河滨街道党工委", "第一党支部", "第二党支部", *(f"示例企业{i}" for i in range(firms))],
        "kind": ["party_committee", "party_branch", "party_branch", *["enterprise"] * firms],
        "superior_id": [None, "h", "h", *[None] * firms],
        "area": ["北区", "北区", "南区", *("南区" if i % 2 else None for i in range(firms))],
        **columns,
    }
    ties = {
        "source": [*["b0"] * third, *(f"f{third + i}" for i in range(third))],
        "target": [*(f"f{i}" for i in range(third)), *["b1"] * third],
        "layer": [*["covers"] * third, *["collab"] * third],
        "tie_type": [*["joint branch"] * third, *[None] * third],
    }
    return from_tables(units, ties)


def data(page: Page) -> dict[str, Any]:
    """Read the data of a page."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script', page.html, re.DOTALL)
    assert found
    return dict(json.loads(found[1]))


def values(column: dict[str, Any], n: int) -> list[Any]:
    """Unpack a column, the slow way."""
    found = [None] * n
    places = range(n)
    if "at" in column:
        places = np.cumsum(column["at"]).tolist()
    for place, value in zip(places, column["values"], strict=True):
        found[place] = None if value == column["missing"] else value
    return [column["words"][v] if v is not None and column["type"] == "words" else v for v in found]


def grown(net: OrgNetwork) -> forest.Forest:
    """Grow the forest of a network from its tops of command."""
    tops = [row for row, far in enumerate(metrics.depth(net)) if far == 0]
    names = tuple(name for name in LAYERS if name in net.layers)
    return forest.grow(net, names, np.array(tops, dtype=np.int64), "en")


# --- where units stand


def test_units_hang_by_the_shortest_way_and_say_by_which_tie() -> None:
    """Two superiors: c stands 1 below h and 2 below g, so it hangs under h, though g is named first."""
    net = from_tables(
        {"unit_id": ["h", "g", "c", "firm", "friend", "lone", "far"],
         "superior_id": [None, "h", "g", None, None, None, None],
         "area": ["A", "A", "B", None, None, "A", "Z"]},
        {"source": ["h", "c", "firm"], "target": ["c", "firm", "friend"], "layer": ["command", "covers", "collab"]},
    )  # fmt: skip
    parent, via = forest.hang(net, LAYERS, np.array([0]))
    assert parent.tolist() == [-1, 0, 0, 2, 3, 0, -1]
    assert via.tolist() == [forest.ALONE, 0, 0, 2, 1, forest.BY_AREA, forest.ALONE]
    undrawn = forest.hang(net, ("collab",), np.array([0]))[1]
    assert undrawn.tolist()[:4] == [forest.ALONE, forest.NOT_DRAWN, forest.NOT_DRAWN, forest.NOT_DRAWN]


def test_a_crowd_is_put_into_groups_by_kind_then_area_then_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nine below h, at most four: three shops stay together, six clubs are two areas of three."""
    monkeypatch.setattr(forest, "MOST_BELOW", 4)
    net = from_tables(
        {
            "unit_id": ["h", *(f"s{i}" for i in range(3)), *(f"c{i}" for i in range(6))],
            "kind": ["party_committee", *["enterprise"] * 3, *["social_org"] * 6],
            "superior_id": [None, *["h"] * 9],
            "area": [None, *["A"] * 3, *["A", "B"] * 3],
        }
    )
    found = grown(net)
    assert found.labels == ["enterprise", "social organisation", "A", "B"]
    said = [
        f"{'-' * depth}{'' if unit < 0 else net.ids[unit]}"
        for unit, depth in zip(found.unit, depths(found), strict=True)
    ]
    assert said == [
        "h",
        "-",
        "--s0",
        "--s1",
        "--s2",
        "-",
        "--",
        "---c0",
        "---c2",
        "---c4",
        "--",
        "---c1",
        "---c3",
        "---c5",
    ]


def test_what_no_column_divides_is_cut_into_equal_parts_named_after_their_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten alike, at most four: three parts of 4, 3 and 3."""
    monkeypatch.setattr(forest, "MOST_BELOW", 4)
    net = from_tables({"unit_id": ["h", *(f"c{i}" for i in range(10))], "superior_id": [None, *["h"] * 10]})
    found = grown(net)
    assert found.labels == ["1–4 · c0 – c3", "5–7 · c4 – c6", "8–10 · c7 – c9"]


def depths(found: forest.Forest) -> list[int]:
    """Count what stands above each row, the slow way."""
    steps: list[int] = []
    for above in found.above.tolist():
        steps.append(0 if above < 0 else steps[above] + 1)
    return steps


SMALL = st.integers(1, 40).flatmap(
    lambda n: st.fixed_dictionaries(
        {
            "superior": st.lists(st.integers(-1, n - 1), min_size=n, max_size=n),
            "kind": st.lists(st.sampled_from(["enterprise", "grid", "party_branch"]), min_size=n, max_size=n),
            "area": st.lists(st.sampled_from(["A", "B", "C", None]), min_size=n, max_size=n),
            "ties": st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=30),
        }
    )
)


def drawn(case: dict[str, Any]) -> OrgNetwork:
    """Make a network of what hypothesis drew: cycles, double superiors and loose units included."""
    n = len(case["superior"])
    ids = [f"u{i}" for i in range(n)]
    superiors = [None if s < 0 or s == i else ids[s] for i, s in enumerate(case["superior"])]
    pairs = [(ids[a], ids[b]) for a, b in case["ties"] if a != b]
    ties = {"source": [a for a, _ in pairs], "target": [b for _, b in pairs],
            "layer": [("collab", "covers", "command")[k % 3] for k in range(len(pairs))]}  # fmt: skip
    units = {"unit_id": ids, "superior_id": superiors, "kind": case["kind"], "area": case["area"]}
    return from_tables(units, ties if pairs else None)


@settings(max_examples=60)
@given(SMALL)
def test_every_unit_stands_once_below_what_comes_before_it_and_no_crowd_is_left(case: dict[str, Any]) -> None:
    net = drawn(case)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(forest, "MOST_BELOW", 4)
        found = grown(net)
    assert sorted(unit for unit in found.unit.tolist() if unit >= 0) == list(range(net.n_units))
    assert len(found.labels) == (found.unit < 0).sum()
    above = found.above.tolist()
    assert all(a < i for i, a in enumerate(above))
    assert max(np.bincount(found.above + 1)) <= 4
    steps = depths(found)
    for i in range(
        1, len(above)
    ):  # each branch is one run of rows: one step down at most, and then under the row before
        assert steps[i] <= steps[i - 1] + 1
        assert (above[i] == i - 1) == (steps[i] == steps[i - 1] + 1)
    groups = {i for i, unit in enumerate(found.unit.tolist()) if unit < 0}
    assert groups <= set(above)  # no group is empty


@settings(max_examples=60)
@given(SMALL)
def test_units_of_command_stand_as_deep_as_the_library_says(case: dict[str, Any]) -> None:
    net = drawn(case)
    found = grown(net)
    depth = metrics.depth(net).to_numpy()
    steps = depths(found)
    holders = [[a for a in climb(found, i) if found.unit[a] >= 0] for i in range(len(steps))]
    for i, unit in enumerate(found.unit.tolist()):
        if unit >= 0 and math.isfinite(depth[unit]):
            assert len(holders[i]) == depth[unit]


def climb(found: forest.Forest, row: int) -> list[int]:
    """List what stands above a row."""
    path = []
    while found.above[row] >= 0:
        row = int(found.above[row])
        path.append(row)
    return path


# --- what is packed


def test_columns_are_packed_by_what_they_hold() -> None:
    flags = packing.column(pd.Series([True, None, False, True], dtype="boolean"), "flag", "en")
    assert (flags["type"], flags["words"], flags["values"]) == ("words", ["yes", "no"], [0, -1, 1, 0])
    assert flags["colours"] == [style.YES_COLOUR, style.NO_COLOUR]
    numbers = packing.column(pd.Series([1.0, np.nan, 1 / 3, 1e18, np.inf]), "number", "en")
    assert numbers["values"] == [1, None, 0.333333, 1e18, None]
    dates = packing.column(pd.Series(np.array(["1970-01-11", "NaT"], dtype="datetime64[s]")), "date", "en")
    assert (dates["type"], dates["values"]) == ("date", [10, None])
    sparse = packing.column(pd.Series([np.nan, np.nan, 5.0, np.nan, 7.0, np.nan]), "few", "en")
    assert (sparse["at"], sparse["values"]) == ([2, 2], [5, 7])
    kinds = packing.column(pd.Series(["grid", "enterprise", "grid"], dtype=object), "kind", "zh", kinds=True)
    assert (kinds["words"], kinds["shapes"]) == (["网格", "企业"], ["triangle", "square"])
    assert kinds["colours"] == [style.KIND_COLOURS["grid"], style.KIND_COLOURS["enterprise"]]


def test_free_text_is_not_colour_unless_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "MOST_WORDS", 3)
    notes = pd.Series([f"note {i}" for i in range(8)], dtype=object)
    assert packing.column(notes, "note", "en")["type"] == "text"
    asked = packing.column(notes, "note", "en", words=True)
    assert (asked["type"], len(asked["words"]), len(asked["colours"])) == ("words", 8, 8)
    assert packing.column(pd.Series(["a", "b"] * 4), "side", "en")["type"] == "words"


@given(st.lists(st.one_of(st.none(), st.floats(-1e9, 1e9), st.integers(-(10**9), 10**9)), min_size=1, max_size=40))
def test_numbers_come_back_to_six_digits(found: list[float | None]) -> None:
    packed = packing.column(pd.Series(found, dtype="float64"), "x", "en")
    for before, after in zip(found, values(packed, len(found)), strict=True):
        assert (before is None) == (after is None)
        if before is not None:
            assert after == pytest.approx(before, rel=1e-5)


def test_ties_are_packed_once_a_pair_with_how_many_they_are() -> None:
    net = from_tables(
        {"unit_id": ["a", "b", "c"]},
        {
            "source": ["a", "b", "a", "c", "b"],
            "target": ["b", "a", "b", "a", "a"],
            "layer": ["collab", "collab", "collab", "collab", "covers"],
            "tie_type": ["meeting", "hall", "hall", None, None],
            "since": ["2020-01-01", "2021-01-01", "2022-01-01", None, None],
        },
    )
    packed, left_out = packing.ties(net, ("collab", "covers"), np.array([0, 1, 2]), "en")
    assert left_out == 0
    collab, covers = packed["layers"]
    assert (collab["a"], collab["b"], collab["many"]) == ([0, 0], [1, 2], [[0], [3]])
    assert [packed["words"][k] if k >= 0 else None for k in collab["types"]] in (
        ["hall, meeting", None],
        ["meeting, hall", None],
    )
    assert (covers["layer"], covers["a"], covers["b"]) == (1, [1], [-1])
    assert "types" not in covers


def test_too_many_pairs_and_too_large_columns_are_left_out_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "MOST_PAIRS", 500)
    monkeypatch.setattr(packing, "MOST_BYTES", 24_000)
    monkeypatch.setattr(packing, "MOST_WORDS", 100)
    n = 1203
    net = town(remark=[f"{i} " + "x" * 40 for i in range(n)], short=[f"s{i}" for i in range(n)])
    held = data(explore(net))
    titles = [column["title"] for column in held["columns"]]
    assert "remark" not in titles
    assert "short" in titles
    assert held["notes"] == [
        "Left out, because the page would be too large: remark.",
        "302 pairs of units with ties are left out, the weakest first.",
    ]
    assert sum(len(layer["a"]) for layer in held["ties"]["layers"]) == 500


# --- the page


def test_the_page_holds_every_unit_tie_and_fact() -> None:
    net = town(members=[12, None, 7, *[float(i) for i in range(1200)]])
    held = data(explore(net))
    assert sorted(held["ids"]) == sorted(net.ids)
    place = {unit: k for k, unit in enumerate(held["ids"])}
    assert held["names"][place["b0"]] == "第一党支部"
    assert held["top"] == [place["h"]] == [0]
    members = next(column for column in held["columns"] if column["title"] == "members")
    unpacked = values(members, net.n_units)
    assert [unpacked[place[unit]] for unit in ("h", "b0", "b1", "f0", "f1199")] == [12, None, 7, 0, 1199]
    assert held["columns"][held["colour"]]["role"] == "kind"
    assert held["columns"][held["area"]]["title"] == "area"
    pairs = {}
    for layer in held["ties"]["layers"]:
        ends = np.cumsum(layer["a"])
        pairs[held["layers"][layer["layer"]]["name"]] = {
            tuple(held["ids"][k] for k in pair) for pair in zip(ends, ends + layer["b"], strict=True)
        }
    assert pairs["command"] == {("h", "b0"), ("h", "b1")}
    assert pairs["covers"] == {("b0", f"f{i}") for i in range(400)}
    assert {frozenset(pair) for pair in pairs["collab"]} == {frozenset(("b1", f"f{400 + i}")) for i in range(400)}
    assert len(held["up"]) == net.n_units + len(held["groups"]["labels"])


def test_gaps_and_cut_units_are_those_of_the_library() -> None:
    net = synthetic(n_communities=30, seed=3)
    assert net.n_units > 1000
    held = data(explore(net))
    place = {unit: k for k, unit in enumerate(held["ids"])}
    by_role = {column["role"]: values(column, net.n_units) for column in held["columns"]}
    gaps = metrics.gaps(net).table.set_index("unit_id")["reason"]
    assert {unit: text for unit, text in zip(held["ids"], by_role["gap"], strict=True) if text} == gaps.to_dict()
    cuts = metrics.communication(net).cut_units.set_index("unit_id")["units_cut_off"]
    assert {unit: by_role["cut"][place[unit]] for unit in cuts.index} == cuts.to_dict()
    assert sum(value is not None for value in by_role["cut"]) == len(cuts)
    assert marks.units_cut_off(net, np.array([], dtype=np.int64)).isna().all()


def test_a_measure_or_a_column_colours_and_sizes_rows() -> None:
    net = town(members=[float(i) for i in range(1203)])
    reach = pd.Series({"h": 3.0, "f7": 1.0}, name="reach")
    held = data(explore(net, colour=reach, size="members"))
    assert held["columns"][held["colour"]]["title"] == "reach"
    assert held["columns"][held["size"]]["title"] == "members"
    unpacked = values(held["columns"][held["colour"]], net.n_units)
    assert {unit: value for unit, value in zip(held["ids"], unpacked, strict=True) if value is not None} == {
        "h": 3,
        "f7": 1,
    }
    assert data(explore(net, colour="area"))["columns"][data(explore(net, colour="area"))["colour"]]["title"] == "area"
    with pytest.raises(OptionError, match="no numbers"):
        explore(net, size="area")


def test_facts_are_not_written_twice_when_they_colour() -> None:
    titles = [column["title"] for column in data(explore(town(), colour="area"))["columns"]]
    assert titles.count("area") == 1


def test_same_input_gives_the_same_bytes_in_both_languages() -> None:
    net = town()
    assert explore(net).html == explore(town()).html
    chinese = explore(net, lang="zh")
    assert '<html lang="zh-Hans">' in chinese.html
    assert data(chinese)["columns"][0]["words"] == ["企业", "党支部", "党委"]
    assert "1,203 个单位" in chinese.html
    assert explore(net).nonce != chinese.nonce


ODD: dict[str, dict[str, Any]] = {
    "no ties": {},
    "one chain": {"superior_id": [None, *(f"u{i}" for i in range(1499))]},
    "one cycle": {"superior_id": ["u1499", *(f"u{i}" for i in range(1499))]},
    "a star": {"superior_id": [None, *["u0"] * 1499]},
    "many tops": {"superior_id": [None if i % 2 == 0 else f"u{i - 1}" for i in range(1500)]},
    "long names": {"name": ["长" * 200_000, *[None] * 1499]},
    "one area": {"area": "A"},
    "areas alone": {"area": [f"A{i % 300}" for i in range(1500)]},
}


@pytest.mark.parametrize("columns", ODD.values(), ids=ODD.keys())
def test_odd_networks_are_drawn_whole(columns: dict[str, Any]) -> None:
    net = from_tables({"unit_id": [f"u{i}" for i in range(1500)], "kind": "grid", **columns})
    held = data(explore(net))
    assert sorted(held["ids"]) == sorted(net.ids)
    below = np.bincount([i - step + 1 if step else 0 for i, step in enumerate(held["up"])])
    assert max(below) <= forest.MOST_BELOW
    assert max(map(len, held["names"])) <= 300


def test_what_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    file = tmp_path / "a file"
    file.write_text("no folder", encoding="utf-8")
    with pytest.raises(InputError, match="cannot write"):
        explore(town()).save(file / "page.html")


def test_hostile_text_cannot_leave_its_block() -> None:
    bad = "</script><script>alert(1)</script><!-- \u2028 & {{7*7}} href=x"
    n = 1200
    net = from_tables(
        {"unit_id": [f"{bad}{i}" for i in range(n)], "name": bad, "kind": bad,
         "area": [f"{bad}{i % 7}" for i in range(n)], bad: bad, "superior_id": [None, *[f"{bad}0"] * (n - 1)]}
    )  # fmt: skip
    page = explore(net, title=bad)
    raw = re.search(r'id="data">(.*?)</script', page.html, re.DOTALL)
    assert raw
    assert not set(raw[1]) & set("<>&\u2028\u2029")
    assert page.html.count("<script") == 2
    assert f'<script nonce="{page.nonce}">' in page.html
    assert "default-src 'none'" in page.html
    assert not re.search(r"\bsrc\s*=|@import|url\(|https?://(?!www\.w3\.org/2000/svg)", page.html.replace(raw[1], ""))


def test_contents_leave_the_network_as_it_was() -> None:
    net = town(founded=[dt.date(2020, 1, 1)] * 1203)
    units, ties = net.units.copy(), net.ties.copy()
    asked = ("kind", net.units["kind"])
    outline.contents(net, ("command",), np.array([0]), colour=asked, size=(None, None), lang="en")
    pd.testing.assert_frame_equal(net.units, units)
    pd.testing.assert_frame_equal(net.ties, ties)
