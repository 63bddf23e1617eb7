"""Whole chains, places with Party units, and breaks: values by hand, a twin by bounds, laws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from orgnet import build, datasets, metrics

if TYPE_CHECKING:
    from orgnet._model.network import OrgNetwork

# unit_id, kind, superior_id, level, households, building
UNITS = pd.DataFrame(
    [
        ("h", "party_committee", None, "community", None, None),
        ("g1", "party_branch", "h", "grid", None, None),
        ("g2", "party_branch", "h", "unit", None, None),
        ("g3", "party_branch", None, "grid", None, None),
        ("x", "party_branch", "h", None, None, None),
        ("c1", "party_cell", "g1", "building", None, None),
        ("c2", "party_cell", "g2", "building", None, None),
        ("c3", "party_cell", "g3", "building", None, None),
        ("c4", "party_cell", None, "building", None, "L2"),
        ("c5", "party_cell", "x", "building", None, None),
        ("G1", "grid", None, "grid", 200, None),
        ("G2", "grid", None, "grid", 250, None),
        ("G3", "grid", None, "grid", 300, None),
        ("L1", "building", None, "building", 80, None),
        ("L2", "building", None, "building", 20, None),
        ("L3", "building", None, "building", None, None),
        ("L4", "building", None, "building", 100, None),
    ],
    columns=["unit_id", "kind", "superior_id", "level", "households", "building"],
)
COVERS = pd.DataFrame([("g1", "G1"), ("g3", "G3"), ("c1", "L1"), ("c3", "L3")], columns=["source", "target"]).assign(
    layer="covers"
)


def net_of(units: pd.DataFrame = UNITS, ties: pd.DataFrame = COVERS, **options: Any) -> OrgNetwork:
    return build.from_tables(units, ties, **options)


def with_level(unit: str, level: str) -> pd.DataFrame:
    return UNITS.assign(level=UNITS["level"].where(UNITS["unit_id"] != unit, level))


def test_full_chain_by_hand() -> None:
    """c1 is whole; c2 is below no grid branch, c3 below one without a committee, c4 below nothing; c5 is not known."""
    found = metrics.chain(net_of())
    row = found.indicator("full_chain")
    assert (row["value"], row["numerator"], row["denominator"], row["unknown"]) == (1 / 4, 1, 4, 1)
    assert row["id"] == "B1"


def test_a_general_branch_between_breaks_no_chain() -> None:
    """The cell is below b, the branch of grid g; b is below general branch gb, and that below the committee: 1 of 1."""
    units = pd.DataFrame(
        [
            ("h", "party_committee", None, "community"),
            ("gb", "party_general_branch", "h", "grid"),
            ("b", "party_branch", "gb", "grid"),
            ("c", "party_cell", "b", "building"),
            ("g", "grid", None, "grid"),
        ],
        columns=["unit_id", "kind", "superior_id", "level"],
    )
    ties = pd.DataFrame({"source": ["b"], "target": ["g"], "layer": ["covers"]})
    found = metrics.chain(build.from_tables(units, ties))
    row = found.indicator("full_chain")
    assert (row["numerator"], row["denominator"], row["unknown"]) == (1, 1, 0)
    assert found.breaks.empty
    aside = units.assign(kind=units["kind"].where(units["unit_id"] != "gb", "enterprise"))
    broken = metrics.chain(build.from_tables(aside, ties))  # a firm is no link between
    assert broken.value("full_chain") == 0
    assert broken.breaks[["unit_id", "missing"]].to_numpy().tolist() == [
        ["b", "community_committee"],
        ["c", "community_committee"],
    ]


def test_ties_to_firms_say_nothing_of_grids_and_buildings() -> None:
    """The branch covers a firm alone: of grids and buildings no tie is recorded, which is not 0 of 1."""
    units = {
        "unit_id": ["p", "b", "c", "g", "l", "f"],
        "kind": ["party_committee", "party_branch", "party_cell", "grid", "building", "enterprise"],
        "superior_id": [None, "p", "b", None, None, None],
        "level": ["community", "grid", "building", None, None, None],
    }

    def found(**ties: str) -> metrics.Chain:
        frame = pd.DataFrame({"source": list(ties), "target": list(ties.values()), "layer": "covers"})
        return metrics.chain(build.from_tables(units, frame))

    firm = found(b="f")
    for name in ("grids_with_branch", "buildings_with_cell"):
        assert np.isnan(firm.value(name))
        assert firm.indicator(name)["missing"] == "ties.covers"
    assert firm.breaks.empty
    building = found(b="f", c="l")
    assert building.value("buildings_with_cell") == 1
    assert building.indicator("grids_with_branch")["missing"] == "ties.covers"
    grid = found(c="g")  # recorded for grids, and no branch has one
    assert grid.value("grids_with_branch") == 0
    assert grid.breaks["unit_id"].tolist() == ["g"]
    assert grid.indicator("buildings_with_cell")["missing"] == "ties.covers"


def test_what_is_not_recorded_can_go_either_way() -> None:
    assert metrics.chain(net_of(with_level("x", "grid"))).value("full_chain") == 2 / 5
    assert metrics.chain(net_of(with_level("x", "unit"))).value("full_chain") == 1 / 5


def test_breaks_by_hand() -> None:
    found = metrics.chain(net_of()).breaks
    assert found[["unit_id", "missing"]].to_numpy().tolist() == [
        ["g3", "superior"],
        ["G2", "grid_branch"],
        ["c4", "superior"],
        ["c2", "grid_branch"],
        ["c3", "community_committee"],
    ]
    assert found["households"].iloc[:3].tolist() == [300, 250, 20]
    assert found["households"].iloc[3:].isna().all()
    assert (found["reason"] != "").all()
    assert found["reason_zh"].str.contains("[\u4e00-\u9fff]").all()


def test_places_with_party_units_by_hand() -> None:
    """Branches cover G1 and G3 of three grids; c1, c3 by ties and c4 by its column stand in three of four buildings."""
    found = metrics.chain(net_of())
    assert found.value("grids_with_branch") == 2 / 3
    assert found.value("grids_with_branch_households") == (200 + 300) / (200 + 250 + 300)
    assert found.value("buildings_with_cell") == 3 / 4
    weighted = found.indicator("buildings_with_cell_households")
    assert (weighted["value"], weighted["unknown"]) == ((80 + 20) / (80 + 20 + 100), 1)


def test_a_tie_more_never_lowers_a_share() -> None:
    before = metrics.chain(net_of())
    after = metrics.chain(net_of(ties=pd.concat([COVERS, COVERS.iloc[:1].assign(source="g2", target="G2")])))
    for name in ("full_chain", "grids_with_branch", "grids_with_branch_households"):
        assert after.value(name) > before.value(name)
    assert "G2" not in set(after.breaks["unit_id"])


def test_a_serves_tie_and_a_general_branch_count_too() -> None:
    units = with_level("g1", "unit").assign(kind=UNITS["kind"].where(UNITS["unit_id"] != "g1", "party_general_branch"))
    ties = COVERS.assign(layer=["serves", "covers", "covers", "covers"])
    assert metrics.chain(net_of(units, ties)).value("full_chain") == 1 / 4


def test_an_ended_tie_is_no_link() -> None:
    ties = COVERS.assign(until=pd.Series(["2024-12-31", None, None, None], dtype="str"))
    found = metrics.chain(net_of(ties=ties, as_of="2025-06-30"))
    assert found.value("grids_with_branch") == 1 / 3
    assert metrics.chain(net_of(ties=ties, as_of="2024-12-31")).value("grids_with_branch") == 2 / 3


def test_an_ended_superior_is_no_second_one() -> None:
    ties = pd.DataFrame({"source": ["a", "b"], "target": ["c", "c"], "layer": "command", "until": ["2024-01-31", None]})
    net = build.from_tables({"unit_id": ["a", "b", "c"]}, ties, as_of="2025-01-01")
    found = metrics.chain(net)
    assert (found.several_superiors, found.value("several_superiors")) == ((), 0)
    assert any("left out: 1" in note for note in found.warnings)


def test_without_a_community_level_any_committee_counts_and_it_is_said() -> None:
    units = UNITS.drop(columns=["level"])
    found = metrics.chain(net_of(units))
    assert found.indicator("full_chain")["denominator"] == 5
    assert found.value("full_chain") == 1 / 5
    named = metrics.chain(net_of(units), headquarters="h")
    assert named.value("full_chain") == 1 / 5
    assert any("community level" in note for note in named.warnings)


def test_without_grid_branches_it_is_not_known() -> None:
    units = UNITS[["unit_id", "kind", "superior_id"]]
    found = metrics.chain(build.from_tables(units))
    row = found.indicator("full_chain")
    assert np.isnan(row["value"])
    assert row["missing"] == "units.level, ties.covers"
    assert found.indicator("grids_with_branch")["missing"] == "ties.covers"
    assert found.indicator("grids_with_branch_households")["missing"] == "ties.covers"
    assert set(found.breaks["missing"]) == {"superior"}


def test_without_cells_grids_or_households_there_is_nothing_to_count() -> None:
    found = metrics.chain(build.from_tables({"unit_id": ["a"], "kind": ["enterprise"]}))
    for name in ("full_chain", "grids_with_branch", "buildings_with_cell_households"):
        row = found.indicator(name)
        assert np.isnan(row["value"])
        assert row["reason"]
        assert not row["missing"]
    assert (
        metrics.chain(net_of(UNITS.drop(columns="households"))).indicator("grids_with_branch_households")["missing"]
        == "units.households"
    )


def test_a_named_headquarters_is_no_break_and_households_below_count_once() -> None:
    """Two branches share grid G1 (200); with G3 (300) the committee below the top has 500 behind it."""
    units = pd.DataFrame(
        [
            ("top", "party_committee", None, "subdistrict", None),
            ("p", "party_committee", None, "community", None),
            ("a", "party_branch", "p", "grid", None),
            ("b", "party_branch", "p", "grid", None),
            ("G1", "grid", None, None, 200),
            ("G3", "grid", None, None, 300),
        ],
        columns=["unit_id", "kind", "superior_id", "level", "households"],
    )
    ties = pd.DataFrame({"source": ["a", "b", "b"], "target": ["G1", "G1", "G3"], "layer": "covers"})
    found = metrics.chain(build.from_tables(units, ties), headquarters="top").breaks
    assert found[["unit_id", "missing", "households"]].to_numpy().tolist() == [["p", "superior", 500.0]]


def test_a_circle_is_a_break() -> None:
    units = {"unit_id": ["a", "b", "c"], "kind": "party_branch", "superior_id": ["c", "a", "b"]}
    found = metrics.chain(build.from_tables(units)).breaks
    assert set(found["missing"]) == {"headquarters"}
    assert len(found) == 3


def test_the_bundled_subdistrict() -> None:
    """Its page says: 62 of 66 cells have the whole chain, 26 of 27 grids a branch."""
    found = metrics.chain(datasets.load())
    row = found.indicator("full_chain")
    assert (row["numerator"], row["denominator"], row["unknown"]) == (62, 66, 0)
    assert found.value("grids_with_branch") == 26 / 27
    by_word = found.breaks.groupby("missing")["unit_id"].apply(list).to_dict()
    assert by_word["superior"] == ["330106012001-G02-C1"]
    assert set(by_word["grid_branch"]) == {"330106012003-G04", *(f"330106012003-G04-C{n}" for n in (1, 2, 3))}
    assert len(found.breaks) == 5


# --- a twin: what is known holds however the gaps are filled in


def random_chain(seed: int) -> OrgNetwork:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 16))
    kinds = ["party_committee", "party_general_branch", "party_branch", "party_cell", "party_cell", "grid", "building"]
    units = pd.DataFrame(
        {
            "unit_id": [f"u{i}" for i in range(n)],
            "kind": rng.choice(np.array([*kinds, None], dtype=object), n),
            "level": rng.choice(np.array(["community", "grid", "unit", None, None], dtype=object), n),
            "households": rng.choice([10.0, 20.0, np.nan], n),
        }
    )
    rows = [
        (f"u{a}", f"u{b}", layer)
        for layer, many in (("command", n), ("covers", n // 2), ("serves", n // 3))
        for a, b in rng.integers(0, n, (many, 2))
        if a != b
    ]
    return build.from_tables(units, pd.DataFrame(rows, columns=["source", "target", "layer"]))


def whole(net: OrgNetwork, heads: set[str], *, grant: bool) -> dict[str, bool]:
    """Say which cells are whole if all that is not recorded is granted, or if none of it is."""
    kind, level = (dict(zip(net.ids.tolist(), net.units[name], strict=True)) for name in ("kind", "level"))
    ties = net.ties[["source", "target", "layer"]].to_numpy().tolist()
    branches = {"party_branch", "party_general_branch"}

    def missing(value: object) -> bool:
        return not isinstance(value, str)

    def grid_branch(unit: str) -> bool:
        tied = any(s == unit and kind[t] == "grid" for s, t, layer in ties if layer in {"covers", "serves"})
        if missing(kind[unit]):
            return grant
        return kind[unit] in branches and (tied or level[unit] == "grid" or (grant and missing(level[unit])))

    led = {"party_committee", "party_general_branch"}
    some = any(kind[u] in led and level[u] == "community" for u in kind)

    def committee(unit: str) -> bool:
        if not some:
            return kind[unit] == "party_committee" or unit in heads or (grant and missing(kind[unit]))
        if missing(kind[unit]):
            return grant
        return kind[unit] in led and (level[unit] == "community" or (grant and missing(level[unit])))

    def between(unit: str) -> bool:
        return kind[unit] in branches or (grant and missing(kind[unit]))

    def above(unit: str) -> set[str]:
        found: set[str] = set()
        waiting = [unit]
        while waiting:
            lower = waiting.pop()
            new = {s for s, t, layer in ties if layer == "command" and t == lower} - found
            found |= new
            waiting += [s for s in new if between(s)]
        return found

    return {
        cell: any(grid_branch(s) and any(committee(t) for t in above(s)) for s in above(cell))
        for cell in kind
        if kind[cell] == "party_cell"
    }


@pytest.mark.parametrize("seed", range(80))
def test_whole_chains_agree_with_the_twin(seed: int) -> None:
    net = random_chain(seed)
    found = metrics.chain(net)
    heads = set(found.tops)
    sure, possible = whole(net, heads, grant=False), whole(net, heads, grant=True)
    row = found.indicator("full_chain")
    if row["missing"] or not sure:
        assert np.isnan(row["value"])
        return
    assert row["unknown"] == sum(possible[cell] and not sure[cell] for cell in sure)
    if row["unknown"] == len(sure):
        assert np.isnan(row["value"])
    else:
        assert row["numerator"] == sum(sure.values())
        assert row["denominator"] == len(sure) - row["unknown"]


@pytest.mark.parametrize("seed", range(8))
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    net = random_chain(seed)
    other = build.from_tables(net.units.sample(frac=1, random_state=seed), net.ties.sample(frac=1, random_state=seed))
    found, same = metrics.chain(net), metrics.chain(other)
    pd.testing.assert_frame_equal(found.indicators, same.indicators)
    key = ["unit_id"]
    pd.testing.assert_frame_equal(
        found.breaks.sort_values(key, ignore_index=True), same.breaks.sort_values(key, ignore_index=True)
    )
