from __future__ import annotations

import inspect
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from test_metrics_network import CHOICES, DIRECTIONS, NETWORKS, PER_UNIT, cases

from orgnet import build, metrics

if TYPE_CHECKING:
    from collections.abc import Callable

    from test_metrics_network import Drawn

    from orgnet._model.network import OrgNetwork

SOME = NETWORKS[3::11]
WHOLE = (metrics.distances, metrics.structure)
WITH_WEIGHT = (metrics.degree, metrics.eigenvector, metrics.pagerank)
FROM_HEADQUARTERS = (metrics.alternative_routes, metrics.stranded)  # which are others when ties are turned round
DIRECTED = tuple(
    measure
    for measure in PER_UNIT
    if "direction" in inspect.signature(measure).parameters and measure not in FROM_HEADQUARTERS
)


def assert_same(found: pd.Series, wanted: pd.Series) -> None:
    """Compare by unit, whatever the order."""
    assert set(found.index) == set(wanted.index)
    np.testing.assert_allclose(found.reindex(wanted.index), wanted, rtol=1e-7, atol=1e-9)


@cache
def turned(drawn: Drawn) -> OrgNetwork:
    """Turn every directed tie round."""
    ends = {"source": drawn.ties["target"], "target": drawn.ties["source"]}
    return build.from_tables(drawn.units, drawn.ties.assign(**ends))


def without_order(found: metrics.Structure) -> dict[str, Any]:
    """Give the fields of a structure, lists of units as sets."""
    facts = found.to_dict()
    del facts["provenance"], facts["table"]
    return facts | {name: set(facts[name]) for name in ("isolates", "cut_units")}


def test_the_order_of_rows_changes_nothing() -> None:
    for number, drawn in enumerate(SOME):
        units, ties = (table.sample(frac=1, random_state=number) for table in (drawn.units, drawn.ties))
        net = build.from_tables(units, ties)
        for measure in PER_UNIT:
            assert_same(measure(net), measure(drawn.net))
        for direction in DIRECTIONS:
            found, wanted = (metrics.distances(one, direction=direction) for one in (net, drawn.net))
            assert found.histogram.equals(wanted.histogram)
            shape, same = (without_order(metrics.structure(one, direction=direction)) for one in (net, drawn.net))
            for name, fact in same.items():
                assert shape[name] == (pytest.approx(fact, rel=1e-9) if isinstance(fact, float) else fact)


def test_names_change_nothing() -> None:
    for drawn in SOME:
        new = {name: f"x{hash_of}" for hash_of, name in enumerate(reversed(drawn.units["unit_id"].tolist()))}
        units = drawn.units.assign(unit_id=drawn.units["unit_id"].map(new).astype("str"))
        ties = drawn.ties.assign(**{end: drawn.ties[end].map(new).astype("str") for end in ("source", "target")})
        net = build.from_tables(units, ties)
        for measure in PER_UNIT:
            assert_same(measure(net), measure(drawn.net).rename(index=new))


@pytest.mark.parametrize("measure", DIRECTED, ids=lambda measure: measure.__name__)
def test_up_is_down_on_the_network_turned_round(measure: Callable[..., pd.Series]) -> None:
    for number, drawn in enumerate(SOME):
        layers = CHOICES[number % len(CHOICES)]
        other = turned(drawn)
        assert_same(measure(drawn.net, layers=layers, direction="up"), measure(other, layers=layers, direction="down"))
        assert_same(measure(drawn.net, layers=layers), measure(other, layers=layers))


def test_distances_are_the_same_both_ways() -> None:
    for drawn in SOME:
        up, down = (metrics.distances(drawn.net, direction=way) for way in ("up", "down"))
        assert up.histogram.equals(down.histogram)
        assert up.global_efficiency == pytest.approx(down.global_efficiency, rel=1e-9, nan_ok=True)


def test_the_unit_of_weight_does_not_matter() -> None:
    for drawn in SOME:
        net = drawn.net.with_ties(weight=drawn.net.ties["weight"] * 12.5)
        assert_same(metrics.eigenvector(net, weight="weight"), metrics.eigenvector(drawn.net, weight="weight"))
        assert_same(metrics.degree(net, weight="weight"), 12.5 * metrics.degree(drawn.net, weight="weight"))
        for direction in DIRECTIONS:
            found, wanted = (metrics.pagerank(one, direction=direction, weight="weight") for one in (net, drawn.net))
            assert_same(found, wanted)


@pytest.mark.parametrize("measure", PER_UNIT, ids=lambda measure: measure.__name__)
def test_weights_count_only_when_asked_for(measure: Callable[..., pd.Series]) -> None:
    for drawn in SOME:
        ties = drawn.net.ties
        net = drawn.net.with_ties(weight=1 + np.arange(len(ties)) % 7 * 1.0)
        assert_same(measure(net), measure(drawn.net))


@pytest.mark.parametrize("measure", WITH_WEIGHT, ids=lambda measure: measure.__name__)
def test_equal_weights_count_for_nothing(measure: Callable[..., pd.Series]) -> None:
    for drawn in SOME:
        ties = drawn.ties.assign(weight=2.0, layer="collab")
        ends = pd.DataFrame(np.sort(ties[["source", "target"]].to_numpy(str), axis=1))
        net = build.from_tables(drawn.units, ties[~ends.duplicated().to_numpy(bool)])
        assert_same(measure(net, weight="weight"), (2 if measure is metrics.degree else 1) * measure(net))


def test_betweenness_adds_up_to_distances_less_pairs() -> None:
    for _, net, layers, direction in cases():
        between = metrics.betweenness(net, layers=layers, direction=direction).sum()
        spread = metrics.distances(net, layers=layers, direction=direction)
        total = float((spread.histogram * spread.histogram.index).sum())
        shares = 1 if net.view(layers, direction).directed else 2
        assert shares * between == pytest.approx(total - spread.n_pairs, rel=1e-9)


def test_an_isolate_changes_no_raw_value() -> None:
    for drawn in SOME:
        units = pd.concat([drawn.units, pd.DataFrame({"unit_id": ["alone"]})], ignore_index=True)
        net = build.from_tables(units, drawn.ties)
        for measure in (metrics.degree, metrics.harmonic, metrics.betweenness, metrics.reachable):
            found = measure(net)
            assert found["alone"] == 0
            assert_same(found.drop("alone"), measure(drawn.net))
        assert metrics.eccentricity(net).isna()["alone"]
        assert metrics.structure(net).isolates == (*metrics.structure(drawn.net).isolates, "alone")


def test_another_tie_never_makes_units_farther() -> None:
    for drawn in SOME:
        if drawn.n < 2:
            continue
        more = pd.DataFrame({"source": ["u000"], "target": [f"u{drawn.n - 1:03d}"], "layer": ["supports"]})
        net = drawn.net.with_ties(more)
        for measure in (metrics.degree, metrics.harmonic, metrics.reachable):
            assert (measure(net, direction="down") >= measure(drawn.net, direction="down") - 1e-12).all()


def test_measures_leave_the_network_as_it_was() -> None:
    for drawn in SOME:
        net = drawn.net
        units, ties, steps = net.units.copy(deep=True), net.ties.copy(deep=True), net.provenance
        for measure in (*PER_UNIT, *WHOLE):
            measure(net)
        pd.testing.assert_frame_equal(net.units, units)
        pd.testing.assert_frame_equal(net.ties, ties)
        assert net.provenance == steps
        assert net.units.attrs == {}
        assert net.ids.name == "unit_id"


def test_writing_to_a_result_changes_no_other() -> None:
    net = SOME[1].net
    first = metrics.degree(net)
    wanted = first.copy(deep=True)
    first.iloc[:] = -1.0
    assert_same(metrics.degree(net), wanted)
