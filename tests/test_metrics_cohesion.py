from __future__ import annotations

from typing import TYPE_CHECKING, Any

import naive
import numpy as np
import pandas as pd
import pytest
from test_metrics_network import NETWORKS, assert_near, cases, tree
from test_metrics_structure import joined

from orgnet import build, metrics
from orgnet.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from orgnet._model.network import OrgNetwork

NAN = float("nan")
MEASURES = (metrics.clustering, metrics.constraint, metrics.coreness, metrics.effective_size)
SOME = NETWORKS[3::11]


def karate() -> OrgNetwork:
    """Make the network of Zachary's karate club."""
    import networkx as nx

    return joined(34, list(nx.karate_club_graph().edges()))


# --- values worked by hand, or known


def test_worked_tree() -> None:
    net = tree()
    assert metrics.coreness(net).eq(1).all()
    assert metrics.clustering(net).eq(0).all()
    degrees = metrics.degree(net)
    assert metrics.effective_size(net).tolist() == degrees.tolist()
    assert_near(metrics.constraint(net), (1 / degrees).tolist())


def test_worked_star_and_all_tied() -> None:
    star, complete = joined(5, [(0, i) for i in range(1, 5)]), joined(4, [(i, j) for i in range(4) for j in range(i)])
    assert metrics.constraint(star).tolist() == [0.25, 1, 1, 1, 1]
    assert metrics.coreness(complete).tolist() == 4 * [3]
    assert metrics.clustering(complete).tolist() == 4 * [1]
    assert metrics.effective_size(complete).tolist() == 4 * [1]
    assert_near(metrics.constraint(complete), 4 * [3 * (1 / 3 + 2 / 9) ** 2])


def test_worked_triangle_with_a_pendant_and_an_isolate() -> None:
    net = joined(5, [(0, 1), (1, 2), (0, 2), (2, 3)])
    assert metrics.coreness(net).tolist() == [2, 2, 2, 1, 0]
    assert_near(metrics.clustering(net), [1, 1, 1 / 3, 0, 0])
    assert_near(metrics.effective_size(net), [1, 1, 3 - 2 / 3, 1, NAN])
    at_corner = (1 / 2 + 1 / 2 * 1 / 3) ** 2 + (1 / 2 + 1 / 2 * 1 / 2) ** 2
    at_middle = 2 * (1 / 3 + 1 / 3 * 1 / 2) ** 2 + (1 / 3) ** 2
    assert_near(metrics.constraint(net), [at_corner, at_corner, at_middle, 1, NAN])


def test_worked_strengths() -> None:
    ties = {"source": ["a", "b", "a"], "target": ["b", "a", "c"], "layer": "collab", "weight": [2.0, 1.0, 1.0]}
    net = build.from_tables({"unit_id": ["a", "b", "c", "d"]}, pd.DataFrame(ties).assign(tie_type=["x", "y", "z"]))
    assert metrics.constraint(net, weight="weight").tolist()[:3] == [(3 / 4) ** 2 + (1 / 4) ** 2, 1, 1]
    assert metrics.constraint(net)["a"] == 1 / 2
    never = net.with_ties(visits=[0.0, 0.0, 0.0])
    assert metrics.constraint(never, weight="visits").isna().all()


def test_the_karate_club() -> None:
    net = karate()
    assert net.n_ties == 78
    assert metrics.constraint(net)["u0"] == pytest.approx(0.1554, abs=5e-5)
    assert metrics.effective_size(net)["u0"] == 16 - 2 * 18 / 16
    assert metrics.clustering(net)["u0"] == pytest.approx(18 / 120)
    assert metrics.coreness(net).value_counts().to_dict() == {2: 11, 4: 10, 3: 12, 1: 1}
    assert metrics.structure(net).transitivity == pytest.approx(3 * 45 / 528)


# --- naive twins


def test_against_the_definitions() -> None:
    for drawn, net, layers, direction in cases():
        if direction != "both":
            continue
        arcs = set(drawn.arcs(layers, "both"))
        degrees, triangles = [len(near) for near in naive.successors(drawn.n, arcs)], naive.triangles(drawn.n, arcs)
        assert_near(metrics.coreness(net, layers=layers), naive.coreness(drawn.n, arcs))
        pairs = [k * (k - 1) / 2 for k in degrees]
        shares = [t / of if of else 0.0 for t, of in zip(triangles, pairs, strict=True)]
        assert_near(metrics.clustering(net, layers=layers), shares)
        sizes = [k - 2 * t / k if k else NAN for k, t in zip(degrees, triangles, strict=True)]
        assert_near(metrics.effective_size(net, layers=layers), sizes)
        alike = dict.fromkeys(((i, j) for i, j in arcs if i < j), 1.0)
        assert_near(metrics.constraint(net, layers=layers), naive.constraint(drawn.n, alike))
        weights = {(i, j): weight for (i, j), weight in drawn.arcs(layers, "both").items() if i < j}
        found = metrics.constraint(net, layers=layers, weight="weight")
        assert_near(found, naive.constraint(drawn.n, weights))


# --- laws


def test_the_unit_of_strength_does_not_matter() -> None:
    for drawn in SOME:
        net = drawn.net.with_ties(weight=drawn.net.ties["weight"] * 12.5)
        found, wanted = (metrics.constraint(one, weight="weight") for one in (net, drawn.net))
        assert_near(found, wanted.to_list())


def test_what_a_unit_has_bounds_what_it_is() -> None:
    for drawn in SOME:
        net = drawn.net
        degrees = metrics.degree(net)
        tied = degrees > 0
        core, size = metrics.coreness(net), metrics.effective_size(net)
        assert ((core <= degrees) & (core.eq(0) == ~tied)).all()
        assert size.isna().equals(~tied)
        assert ((size[tied] >= 1 - 1e-12) & (size[tied] <= degrees[tied])).all()
        assert metrics.clustering(net).between(0, 1).all()
        assert (metrics.constraint(net)[tied] >= 1 / degrees[tied] - 1e-12).all()


def test_another_tie_never_lowers_the_core() -> None:
    for drawn in SOME:
        if drawn.n < 2:
            continue
        more = pd.DataFrame({"source": ["u000"], "target": [f"u{drawn.n - 1:03d}"], "layer": ["supports"]})
        assert (metrics.coreness(drawn.net.with_ties(more)) >= metrics.coreness(drawn.net)).all()


def test_an_isolate_changes_nothing() -> None:
    wanted = {"clustering": 0.0, "constraint": NAN, "coreness": 0.0, "effective_size": NAN}
    for drawn in SOME:
        units = pd.concat([drawn.units, pd.DataFrame({"unit_id": ["alone"]})], ignore_index=True)
        net = build.from_tables(units, drawn.ties)
        for measure in MEASURES:
            assert_near(measure(net), [*measure(drawn.net), wanted[measure.__name__]])


def test_strengths_are_checked() -> None:
    with pytest.raises(OptionError, match="'strength'"):
        metrics.constraint(tree(), weight="strength")
    with pytest.raises(OptionError, match=r"1 of 6 ties .* 'visits'"):
        metrics.constraint(tree().with_ties(visits=[np.nan, 1, 1, 1, 1, 1]), weight="visits")


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.__name__)
def test_direction_is_no_option(measure: Callable[..., Any]) -> None:
    with pytest.raises(TypeError, match="direction"):
        measure(tree(), direction="down")
