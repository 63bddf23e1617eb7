"""Coverage below every unit of a hierarchy: by hand, against a slow twin, laws, and what keeps it from being a tree."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest

import orgnet
from orgnet import build
from orgnet.errors import LayerError, OptionError
from orgnet.metrics import coverage, coverage_rollup

UNITS = {
    "unit_id": ["city", "east", "west", "e1", "none", "f1", "f2", "f3", "f4", "loose"],
    "superior_id": [None, "city", "city", "east", "city", "east", "e1", "e1", "west", None],
    "kind": ["area"] * 5 + ["enterprise"] * 5,
    "status": [None] * 5 + ["存续", "存续", "注销", None, "存续"],
    "has_party_org": [None] * 5 + [True, False, False, True, True],
}
COUNTS = ["hosts", "operating_numerator", "operating_denominator", "operating_unknown"]


def some(rng: np.random.Generator, words: list[Any], n: int) -> list[Any]:
    return [words[i] for i in rng.integers(0, len(words), n)]


def below(net: orgnet.OrgNetwork, **options: Any) -> pd.DataFrame:
    return coverage_rollup(net, **options).table.set_index("unit_id")


def test_levels_by_hand() -> None:
    """e1: f2 (no), f3 closed. east: these and f1 (yes). west: f4, of which it is not known whether it operates."""
    found = coverage_rollup(build.from_tables(UNITS, superior_layer="contains"))
    table = found.table.set_index("unit_id")
    assert table[COUNTS].reset_index().to_numpy().tolist() == [
        ["city", 4, 1, 2, 1],
        ["east", 3, 1, 2, 0],
        ["west", 1, 0, 0, 1],
        ["e1", 2, 0, 1, 0],
    ]
    assert table.loc[["city", "east", "e1"], "operating_rate"].tolist() == [0.5, 0.5, 0.0]
    assert table["operating_rate"].isna().tolist() == [False, False, True, False]
    # of the city: f4 may be a covered host or none, so 1/2 to 2/3
    assert table[["operating_lower", "operating_upper"]].iloc[0].tolist() == [1 / 2, 2 / 3]
    assert any("1 hosts hang on no unit" in text for text in found.warnings)


@pytest.mark.parametrize("seed", range(3))
def test_every_level_against_the_hosts_below_one_by_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n_areas, n_hosts = 30, 80
    areas = [f"a{i}" for i in range(n_areas)]
    hosts = [f"f{i}" for i in range(n_hosts)]
    above = [None, *(f"a{rng.integers(0, i)}" for i in range(1, n_areas))]
    at = [f"a{i}" for i in rng.integers(0, n_areas, n_hosts)]
    at[0] = "f1"  # a host below a host
    units = pd.DataFrame(
        {
            "unit_id": [*areas, *hosts],
            "superior_id": [*above, *at],
            "kind": ["area"] * n_areas + ["enterprise"] * n_hosts,
            "status": [None] * n_areas + some(rng, ["存续", "注销", None], n_hosts),
            "has_party_org": [None] * n_areas + some(rng, [True, False, None], n_hosts),
            "formation": [None] * n_areas + some(rng, ["sole", "joint", None], n_hosts),
            "staff": [np.nan] * n_areas + list(rng.integers(5, 15, n_hosts)),
            "fixed_premises": [None] * n_areas + some(rng, [True, None], n_hosts),
            "full_members": [np.nan] * n_areas + some(rng, [2, 3, np.nan], n_hosts),
            "has_union": [None] * n_areas + some(rng, [True, False], n_hosts),
        }
    )
    net = build.from_tables(units, superior_layer="contains", strict=False)
    measures = ("own", "joint", "organisation", "work")
    found = {measure: below(net, measure=measure) for measure in measures}
    parent = dict(zip(units["unit_id"], units["superior_id"], strict=True))
    for unit in [*areas, "f1"]:
        inside = []
        for host in hosts:
            up = parent[host]
            while isinstance(up, str) and up != unit:
                up = parent[up]
            if up == unit:
                inside.append(host)
        assert (unit in found["work"].index) == bool(inside)
        if not inside:
            continue
        alone = coverage(net.select(units=inside))
        for population, measure in itertools.product(("operating", "three_have", "eligible"), measures):
            row = alone.row(population, measure)
            for name in ("numerator", "denominator", "unknown", "rate", "lower", "upper"):
                wanted = pytest.approx(row[name], nan_ok=True)
                assert found[measure].loc[unit, f"{population}_{name}"] == wanted, (unit, population, name)
        assert found["own"].loc[unit, "hosts"] == len(inside)


def test_parts_and_own_hosts_add_up_and_the_top_is_the_whole() -> None:
    rng = np.random.default_rng(1)
    areas = pd.DataFrame({"unit_id": [f"a{i}" for i in range(200)], "kind": "area"})
    areas["superior_id"] = [None, *(f"a{rng.integers(0, i)}" for i in range(1, 200))]
    hosts = orgnet.build.synthetic(n_communities=20, seed=1).units.reset_index()
    hosts = hosts[hosts["kind"].isin(["enterprise", "social_org"])]
    hosts["superior_id"] = hosts["home"] = [f"a{i}" for i in rng.integers(0, 200, len(hosts))]
    net = build.from_tables(pd.concat([areas, hosts], ignore_index=True), superior_layer="contains")
    found = below(net)
    whole = coverage(net)
    for population in ("operating", "three_have", "eligible"):
        row = whole.row(population)
        for name in ("numerator", "denominator", "unknown", "rate", "lower", "upper"):
            assert found.loc["a0", f"{population}_{name}"] == pytest.approx(row[name])
    own = coverage(net, by="home").table
    own = own[(own["measure"] == "organisation") & (own["population"] == "operating")].set_index("group")
    parts = found.groupby(areas.set_index("unit_id")["superior_id"].reindex(found.index)).sum(numeric_only=True)
    for name in ("numerator", "denominator", "unknown"):
        added = parts[f"operating_{name}"].add(own[name], fill_value=0)
        pd.testing.assert_series_equal(
            added.reindex(found.index), found[f"operating_{name}"], check_names=False, check_dtype=False
        )


def test_above_a_cycle_or_a_double_superior_nothing_is_defined() -> None:
    units = {
        "unit_id": ["top", "a", "b", "c", "d", "fa", "fb", "fc"],
        "kind": ["area"] * 5 + ["enterprise"] * 3,
        "status": "存续",
        "has_party_org": [None] * 5 + [True] * 3,
    }
    ties = pd.DataFrame(
        [("top", "a"), ("top", "b"), ("c", "d"), ("d", "c"), ("a", "fa"), ("b", "fb"), ("a", "fb"), ("c", "fc")],
        columns=["source", "target"],
    ).assign(layer="contains")
    found = coverage_rollup(build.from_tables(units, ties))
    table = found.table.set_index("unit_id")
    assert table[["hosts", "operating_numerator", "operating_unknown", "operating_upper"]].isna().all(axis=None)
    assert set(table.index) == {"top", "a", "b", "c", "d"}  # fb has two superiors
    assert any("does not add up" in text for text in found.warnings)
    single = build.from_tables(units, ties[ties.index != 6])
    assert below(single)["hosts"].dropna().to_dict() == {"top": 2, "a": 1, "b": 1}


@pytest.mark.parametrize("units", [{"unit_id": []}, {"unit_id": ["a"]}, {"unit_id": ["f"], "kind": "enterprise"}])
def test_networks_without_a_hierarchy_have_no_rows(units: dict[str, Any]) -> None:
    assert coverage_rollup(build.from_tables(units)).table.empty


def test_other_layers_and_words_that_are_not_known() -> None:
    net = build.from_tables(UNITS)  # the same tree, of command
    assert below(net).empty
    assert below(net, layers="command").loc["city", "hosts"] == 4
    with pytest.raises(OptionError, match="Did you mean 'organisation'"):
        coverage_rollup(net, measure="organization")
    with pytest.raises(LayerError):
        coverage_rollup(net, layers="contain")


def test_an_uncovered_host_lowers_every_area_above_it_and_no_other() -> None:
    net = build.from_tables(UNITS, superior_layer="contains")
    frame = pd.DataFrame(UNITS)
    new = {"unit_id": "new", "superior_id": "e1", "kind": "enterprise", "status": "存续", "has_party_org": False}
    more = build.from_tables(pd.concat([frame, pd.DataFrame([new])], ignore_index=True), superior_layer="contains")
    before, after = below(net)["operating_rate"], below(more)["operating_rate"]
    assert after[["city", "east", "e1"]].tolist() == pytest.approx([1 / 3, 1 / 3, 0])
    assert np.isnan(before["west"])
    assert np.isnan(after["west"])


def test_the_order_of_rows_changes_nothing() -> None:
    frame = pd.DataFrame(UNITS)
    shuffled = build.from_tables(frame.sample(frac=1, random_state=2), superior_layer="contains")
    found, wanted = below(shuffled), below(build.from_tables(frame, superior_layer="contains"))
    pd.testing.assert_frame_equal(found.loc[wanted.index], wanted)
