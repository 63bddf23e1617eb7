from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

import naive
import numpy as np
import pandas as pd
import pytest
from test_metrics_network import DIRECTIONS, NETWORKS, assert_near, cases, is_directed, tree

from orgnet import build, metrics
from orgnet.errors import OptionError, OrgNetError, UnitError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from test_metrics_network import Drawn

    from orgnet._model.network import OrgNetwork
    from orgnet._model.vocabulary import Direction

BOTH = (metrics.betweenness, metrics.tie_betweenness)
SOME = NETWORKS[3::11]


def by_tie(net: OrgNetwork, values: pd.Series) -> dict[str, float]:
    return dict(zip(net.ties["tie_type"], values, strict=True))


def one_of_each() -> Iterator[tuple[int, tuple[Drawn, OrgNetwork, str | list[str], Direction]]]:
    """Give every network once, the directions in turn."""
    for number, case in enumerate(cases()):
        if number % 3 == number // 3 % 3:
            yield number, case


def drawn_ends(n: int, number: int) -> tuple[list[int], list[int]]:
    """Draw some sources and some targets, a few of them both."""
    draw = random.Random(number)  # noqa: S311 - a seeded draw is the point
    sources, targets = (draw.sample(range(n), draw.randint(1, min(n, 6))) for _ in range(2))
    return sources, targets


def ids(rows: Sequence[int]) -> list[str]:
    return [f"u{row:03d}" for row in rows]


# --- values worked by hand


def test_worked_ties() -> None:
    wanted = {"g1": 12.0, "g2": 10.0, "c1": 6.0, "c2": 6.0, "c3": 6.0, "c4": 6.0}
    net = tree()
    found = metrics.tie_betweenness(net)
    assert dict(zip(net.ties["target"], found, strict=True)) == wanted
    wanted = {"g1": 4.0, "g2": 2.0, "c1": 2.0, "c2": 2.0, "c3": 2.0, "c4": 2.0}
    for direction in DIRECTIONS[1:]:
        found = metrics.tie_betweenness(net, direction=direction)
        assert dict(zip(net.ties["target"], found, strict=True)) == wanted


def test_worked_ties_of_every_layer() -> None:
    """A line h - g - c: commanded, reported on and shared between h and g, shared between g and c, and a tie apart."""
    ties = {
        "source": ["h", "g", "h", "g", "c"],
        "target": ["g", "h", "g", "c", "h"],
        "layer": ["command", "report", "collab", "collab", "covers"],
        "tie_type": ["command", "report", "meeting", "visit", "apart"],
    }
    net = build.from_tables({"unit_id": ["h", "g", "c"]}, ties)
    layers = ["command", "report", "collab"]
    found = by_tie(net, metrics.tie_betweenness(net, layers=layers))
    assert np.isnan(found.pop("apart"))
    assert found == dict.fromkeys(["command", "report", "meeting", "visit"], 2)
    found = by_tie(net, metrics.tie_betweenness(net, layers=layers, direction="down"))
    assert np.isnan(found.pop("apart"))
    assert found == {"command": 2, "report": 2, "meeting": 4, "visit": 4}  # a meeting: both ways together
    for direction in DIRECTIONS[1:]:
        found = by_tie(net, metrics.tie_betweenness(net, layers=["command", "report"], direction=direction))
        assert (found["command"], found["report"]) == (1, 1)
        assert np.isnan(found["visit"])


def test_worked_sources_and_targets() -> None:
    net = tree()
    found = metrics.betweenness(net, sources=["g1"], targets=["c1", "c4"])
    assert found.to_dict() == {"h": 1, "g1": 0, "g2": 1, "c1": 0, "c2": 0, "c3": 0, "c4": 0}
    found = metrics.betweenness(net, sources=["g1"], targets=["c1", "c4"], normalized=True)
    assert_near(found, [0.5, np.nan, 0.5, 0, 0, 0, 0])
    leaves = ["c1", "c2", "c3", "c4"]
    assert metrics.betweenness(net, sources=leaves, targets=leaves)["g1"] == 6  # unordered pairs, once each
    assert metrics.betweenness(net, sources=leaves, targets=leaves, normalized=True)["g1"] == 1
    assert metrics.betweenness(net, sources="h", direction="down")["g1"] == 3
    assert metrics.betweenness(net, sources="h", direction="up").eq(0).all()
    assert metrics.betweenness(net, targets="h", direction="up")["g1"] == 3
    found = metrics.tie_betweenness(net, sources="h", targets=leaves)
    assert dict(zip(net.ties["target"], found, strict=True)) == {"g1": 3, "g2": 1, **dict.fromkeys(leaves, 1)}
    facts = found.attrs["orgnet"]
    assert (facts["sources"], facts["targets"], facts["n_sources"], facts["n_targets"]) == (["h"], leaves, 1, 4)


# --- naive twins


def test_betweenness_between() -> None:
    for number, (drawn, net, layers, direction) in one_of_each():
        if not drawn.n:
            continue
        sources, targets = drawn_ends(drawn.n, number)
        arcs, directed = set(drawn.arcs(layers, direction)), is_directed(layers, direction)
        scores = naive.betweenness_between(drawn.n, arcs, sources, targets, directed=directed)
        chosen = {"layers": layers, "direction": direction, "sources": ids(sources), "targets": ids(targets)}
        assert_near(metrics.betweenness(net, **chosen), scores)  # type: ignore[arg-type]
        pairs = naive.pairs(sources, targets, directed=directed)
        around = [sum(unit not in pair for pair in pairs) for unit in range(drawn.n)]
        shares = [score / count if count else np.nan for score, count in zip(scores, around, strict=True)]
        assert_near(metrics.betweenness(net, normalized=True, **chosen), shares)  # type: ignore[arg-type]


def test_tie_betweenness() -> None:
    for number, (drawn, net, layers, direction) in one_of_each():
        if not drawn.n:
            continue
        sources, targets = drawn_ends(drawn.n, number) if number % 2 else (range(drawn.n), range(drawn.n))
        arcs, directed = set(drawn.arcs(layers, direction)), is_directed(layers, direction)
        shares = naive.tie_betweenness(drawn.n, arcs, sources, targets, directed=directed)
        on_arc = dict(zip(sorted(arcs), shares, strict=True))
        chosen = {"sources": ids(sources), "targets": ids(targets)} if number % 2 else {}
        found = metrics.tie_betweenness(net, layers=layers, direction=direction, **chosen)
        wanted = []
        for (i, j), layer, inside in zip(net.ends.T.tolist(), net.ties["layer"], net.tie_mask(layers), strict=True):
            arc = (j, i) if (layer == "report") != (direction == "up") else (i, j)
            both_ways = directed and layer == "collab"
            wanted.append(on_arc[arc] + (on_arc[arc[::-1]] if both_ways else 0) if inside else np.nan)
        assert_near(found, wanted)


# --- laws


def test_all_units_as_sources_and_targets_are_the_default() -> None:
    for number, drawn in enumerate(SOME):
        everyone, direction = list(drawn.net.ids), DIRECTIONS[number % 3]
        for measure in BOTH:
            found = measure(drawn.net, direction=direction, sources=everyone, targets=everyone)
            pd.testing.assert_series_equal(found, measure(drawn.net, direction=direction))


def test_sources_add_up() -> None:
    """Ordered pairs, so that none counts twice: the parts by source are the whole."""
    for drawn in SOME:
        for measure in BOTH:
            parts = [measure(drawn.net, direction="down", sources=unit) for unit in drawn.net.ids]
            assert_near(sum(parts), measure(drawn.net, direction="down").to_list())  # type: ignore[arg-type]


def test_sources_and_targets_trade_places_where_direction_is_ignored() -> None:
    for number, drawn in enumerate(SOME):
        sources, targets = map(ids, drawn_ends(drawn.n, number))
        for measure in BOTH:
            there, back = (
                measure(drawn.net, sources=a, targets=b) for a, b in [(sources, targets), (targets, sources)]
            )
            assert_near(there, back.to_list())
            down = measure(drawn.net, direction="down", sources=sources, targets=targets)
            up = measure(drawn.net, direction="up", sources=targets, targets=sources)
            assert_near(down, up.to_list())


def test_routes_through_a_unit_come_and_go_along_its_ties() -> None:
    """Along a tie of a view of undirected ties run the pairs that start there and those that pass."""
    for drawn in SOME:
        ends = pd.DataFrame(np.sort(drawn.ties[["source", "target"]].to_numpy(str), axis=1))
        ties = drawn.ties.assign(layer="collab")[~ends.duplicated().to_numpy(bool)]
        net = build.from_tables(drawn.units, ties)
        values = metrics.tie_betweenness(net).to_numpy()
        at = np.bincount(net.ends.ravel(), weights=np.tile(values, 2), minlength=net.n_units)
        wanted = 2 * metrics.betweenness(net) + metrics.reachable(net)
        np.testing.assert_allclose(at, wanted, rtol=1e-9)


def test_names_and_the_order_of_rows_change_nothing() -> None:
    for number, drawn in enumerate(SOME):
        new = {name: f"x{at:03d}" for at, name in enumerate(reversed(drawn.units["unit_id"].tolist()))}
        units = drawn.units.assign(unit_id=drawn.units["unit_id"].map(new).astype("str"))
        ties = drawn.ties.assign(**{end: drawn.ties[end].map(new).astype("str") for end in ("source", "target")})
        net = build.from_tables(units, ties.sample(frac=1, random_state=number))
        for direction in DIRECTIONS:
            found, wanted = (by_tie(one, metrics.tie_betweenness(one, direction=direction)) for one in (net, drawn.net))
            assert found == pytest.approx(wanted)


# --- what they promise


def test_ties_keep_their_labels_and_the_network_stays_as_it_was() -> None:
    for drawn in SOME:
        net = drawn.net
        units, ties = net.units, net.ties
        found = metrics.tie_betweenness(net, layers="vertical")
        pd.testing.assert_index_equal(found.index, ties.index)
        assert (found.name, found.dtype.name) == ("tie_betweenness", "float64")
        assert found.isna().tolist() == (ties["layer"] != "command").tolist()
        facts = found.attrs["orgnet"]
        assert (facts["measure"], facts["layers"], facts["n_ties"]) == ("tie_betweenness", "vertical", net.n_ties)
        assert json.loads(json.dumps(facts)) == facts
        pd.testing.assert_frame_equal(net.units, units)
        pd.testing.assert_frame_equal(net.ties, ties)


@pytest.mark.parametrize("measure", BOTH, ids=lambda measure: measure.__name__)
def test_ends_are_checked(measure: Callable[..., pd.Series]) -> None:
    for option in ("sources", "targets"):
        with pytest.raises(UnitError, match="'g9'"):
            measure(tree(), **{option: ["g1", "g9"]})
        with pytest.raises(OptionError, match=rf"{option} names no unit.*leave it out"):
            measure(tree(), **{option: iter([])})


def test_nothing_at_all() -> None:
    net = build.from_tables(pd.DataFrame({"unit_id": pd.Series([], dtype="str")}))
    found = metrics.tie_betweenness(net)
    assert (len(found), found.dtype.name) == (0, "float64")


def test_more_routes_than_can_be_counted() -> None:
    layers = 1_030  # 2 ** 1029 routes from one end to the other
    units = np.array([f"u{at:04d}" for at in range(2 * layers)]).reshape(layers, 2)
    ties = {"source": np.repeat(units[:-1], 2, axis=1).ravel(), "target": np.tile(units[1:], 2).ravel()}
    net = build.from_tables({"unit_id": units.ravel()}, pd.DataFrame(ties).assign(layer="collab"))
    for measure in BOTH:
        with pytest.raises(OrgNetError, match=rf"^{measure.__name__} cannot be computed.*more shortest paths.*select"):
            measure(net)
    found = metrics.structure(net)
    assert np.isnan(found.betweenness_centralization)
    assert "more shortest paths" in found.omitted["betweenness_centralization"]
