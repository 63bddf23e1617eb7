from __future__ import annotations

import json
import random
from itertools import islice
from typing import TYPE_CHECKING

import naive
import numpy as np
import pandas as pd
import pytest
from test_metrics_laws import turned
from test_metrics_network import COMMAND, NETWORKS, assert_near, cases, tree

from orgnet import build, metrics
from orgnet.errors import LayerError, OptionError, UnitError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from test_metrics_network import Drawn

    from orgnet._model.network import OrgNetwork
    from orgnet._model.vocabulary import Direction

MEASURES = (metrics.alternative_routes, metrics.dominators, metrics.stranded)
SOME = NETWORKS[3::11]


def directed(text: str) -> OrgNetwork:
    """Make a network of units that guide one another: ``"ha ab"`` is from h to a, and from a to b."""
    arcs = text.split()
    units = list(dict.fromkeys("".join(arcs)))
    ties = {"source": [arc[0] for arc in arcs], "target": [arc[1] for arc in arcs], "layer": "guides"}
    return build.from_tables({"unit_id": units}, pd.DataFrame(ties))


def named(found: pd.Series) -> dict[str, str]:
    return {str(unit): name for unit, name in found.dropna().items()}


def tops(drawn: Drawn) -> list[int]:
    arcs = drawn.arcs("vertical", "down")
    return sorted({i for i, _ in arcs} - {j for _, j in arcs})


def chosen(drawn: Drawn, number: int) -> list[int]:
    """Give the tops of command, or some units drawn by number."""
    draw = random.Random(number)  # noqa: S311 - a seeded draw is the point
    return tops(drawn) if number % 3 == 0 else sorted(draw.sample(range(drawn.n), min(drawn.n, number % 3)))


def routed() -> Iterator[tuple[Drawn, OrgNetwork, str | list[str], Direction, list[int], list[str] | None]]:
    """Give the cases with headquarters, as rows and as what to ask for; networks that have none are left out."""
    for number, (drawn, net, layers, direction) in enumerate(cases()):
        rows = chosen(drawn, number // 3)
        if rows:
            yield drawn, net, layers, direction, rows, None if number // 3 % 3 == 0 else list(net.ids[rows])


# --- values worked by hand


def test_worked_tree() -> None:
    net = tree()
    assert metrics.dominators(net).tolist()[1:] == ["h", "h", "g1", "g1", "g1", "g2"]
    assert metrics.dominators(net).isna().tolist() == [True] + 6 * [False]
    assert metrics.stranded(net).tolist() == [6, 3, 1, 0, 0, 0, 0]
    assert_near(metrics.alternative_routes(net), [np.nan, 1, 1, 1, 1, 1, 1])
    up = metrics.stranded(net, headquarters=["c1", "c4"], direction="up")
    assert up.to_dict() == {"h": 0, "g1": 0, "g2": 0, "c1": 1, "c2": 0, "c3": 0, "c4": 1}
    assert metrics.alternative_routes(net, headquarters=["c1", "c4"], direction="up")["h"] == 2


def test_worked_diamond() -> None:
    net = directed("ha hb ax bx xy")
    assert named(metrics.dominators(net, headquarters="h")) == {"a": "h", "b": "h", "x": "h", "y": "x"}
    assert metrics.stranded(net, headquarters="h").to_dict() == {"h": 4, "a": 0, "b": 0, "x": 1, "y": 0}
    found = metrics.alternative_routes(net, headquarters="h")
    assert found.dropna().to_dict() == {"a": 1, "b": 1, "x": 2, "y": 1}
    assert found.isna()["h"]


def test_worked_bypass() -> None:
    """A second way round makes two routes where a tie from headquarters is one; a way through the unit is none."""
    assert metrics.alternative_routes(directed("ha hv av"), headquarters="h")[["a", "v"]].tolist() == [1, 2]
    assert metrics.alternative_routes(directed("hv va av"), headquarters="h")[["v", "a"]].tolist() == [1, 1]


def test_worked_two_headquarters() -> None:
    net = directed("hx kx xy ha kb pq")
    found = metrics.dominators(net, headquarters=["h", "k"])
    assert named(found) == {"y": "x", "a": "h", "b": "k"}
    wanted = {"h": 1, "k": 1, "x": 1, "y": 0, "a": 0, "b": 0, "p": 0, "q": 0}
    assert metrics.stranded(net, headquarters=["h", "k"]).to_dict() == wanted
    routes = metrics.alternative_routes(net, headquarters=["h", "k"])
    assert routes.dropna().to_dict() == {"x": 2, "y": 1, "a": 1, "b": 1, "p": 0, "q": 0}


def test_worked_households() -> None:
    net = build.from_tables(COMMAND).with_units(households=[1000.0, 600.0, np.nan, 100.0, 200.0, 300.0, 50.0])
    found = metrics.stranded(net, weight="households")
    assert found.to_dict() == {"h": 1250, "g1": 600, "g2": 50, "c1": 0, "c2": 0, "c3": 0, "c4": 0}
    assert found.attrs["orgnet"]["weight"] == "households"


# --- naive twins


def test_against_the_definitions() -> None:
    seen = set()
    for drawn, net, layers, direction, rows, headquarters in routed():
        arcs = set(drawn.arcs(layers, direction))
        found = metrics.dominators(net, headquarters=headquarters, layers=layers, direction=direction)
        nearest = naive.dominators(drawn.n, arcs, rows)
        assert named(found) == {f"u{unit:03d}": f"u{above:03d}" for unit, above in enumerate(nearest) if above >= 0}
        lost = metrics.stranded(net, headquarters=headquarters, layers=layers, direction=direction)
        assert_near(lost, naive.cut_off(drawn.n, arcs, rows, [1.0] * drawn.n))
        seen |= set(lost)
    assert len(seen) > 10


def test_strengths_against_the_definition() -> None:
    for drawn, net, layers, direction, rows, headquarters in islice(routed(), 0, None, 4):
        values = np.random.default_rng(drawn.n).random(drawn.n)
        values[::4] = np.nan
        found = metrics.stranded(
            net.with_units(households=values),
            headquarters=headquarters,
            layers=layers,
            direction=direction,
            weight="households",
        )
        arcs = set(drawn.arcs(layers, direction))
        assert_near(found, naive.cut_off(drawn.n, arcs, rows, np.nan_to_num(values).tolist()))


def test_routes_against_the_definition() -> None:
    seen = set()
    for drawn, net, layers, direction, rows, headquarters in routed():
        found = metrics.alternative_routes(net, headquarters=headquarters, layers=layers, direction=direction)
        wanted = naive.alternative_routes(drawn.n, set(drawn.arcs(layers, direction)), rows)
        assert_near(found, [np.nan if count < 0 else count for count in wanted])
        seen |= set(found.dropna())
    assert seen == {0, 1, 2}


# --- laws


def test_what_is_stranded_is_what_is_dominated() -> None:
    """Going up from dominator to dominator, a unit counts once for every unit on which it depends."""
    for _, net, layers, direction, _, headquarters in routed():
        above = named(metrics.dominators(net, headquarters=headquarters, layers=layers, direction=direction))
        counts = dict.fromkeys(net.ids, 0)
        for unit in above:
            step = unit
            while step in above:
                step = above[step]
                counts[step] += 1
        found = metrics.stranded(net, headquarters=headquarters, layers=layers, direction=direction)
        assert found.to_dict() == counts


def test_a_second_route_is_cut_off_by_no_unit_but_headquarters() -> None:
    """Two routes: no dominator, or a headquarters. Conversely, but for units with a tie of it as their only way in."""
    for drawn, net, layers, direction, rows, headquarters in routed():
        options = {"headquarters": headquarters, "layers": layers, "direction": direction}
        above, routes = metrics.dominators(net, **options), metrics.alternative_routes(net, **options)  # type: ignore[arg-type]
        heads = set(net.ids[rows])
        free = above.isna() | above.isin(list(heads))
        assert free[routes == 2].all()
        arcs = drawn.arcs(layers, direction)
        for unit in net.ids[free & (routes == 1)]:
            row = net.ids.get_loc(unit)
            direct = [i for i, j in arcs if j == row and i in rows]
            assert len(direct) == 1
            left = naive.distances(drawn.n, set(arcs) - {(direct[0], row)})
            assert not any(row in left[root] for root in rows)


def test_a_unit_without_routes_is_not_reached() -> None:
    for _, net, layers, direction, rows, headquarters in routed():
        routes = metrics.alternative_routes(net, headquarters=headquarters, layers=layers, direction=direction)
        far = metrics.distance_from(net, list(net.ids[rows]), layers=layers, direction=direction)
        assert (routes == 0).equals(far.isna())
        assert routes.isna().equals(far == 0)


def test_no_more_are_stranded_than_reached_and_in_a_forest_all_below() -> None:
    forests = 0
    for drawn in NETWORKS:
        if not tops(drawn):
            continue
        for layers in ("vertical", "all"):
            lost = metrics.stranded(drawn.net, layers=layers)
            assert (lost <= metrics.reachable(drawn.net, layers=layers, direction="down")).all()
        if metrics.chain(drawn.net).is_forest:
            assert_near(metrics.stranded(drawn.net, layers="vertical"), metrics.subtree_size(drawn.net).to_list())
            forests += 1
    assert forests > 20


def test_another_tie_cuts_no_route() -> None:
    for drawn in SOME:
        if drawn.n < 2:
            continue
        heads = ["u000"]
        more = pd.DataFrame({"source": ["u000"], "target": [f"u{drawn.n - 1:03d}"], "layer": ["supports"]})
        net = drawn.net.with_ties(more)
        others = net.ids[1:]
        before, after = (metrics.alternative_routes(one, headquarters=heads)[others] for one in (drawn.net, net))
        assert (after >= before).all()


def test_up_is_down_on_the_network_turned_round() -> None:
    for number, drawn in enumerate(SOME):
        heads = list(drawn.net.ids[: 1 + number % 2])
        for measure in MEASURES:
            up = measure(drawn.net, headquarters=heads, direction="up")
            down = measure(turned(drawn), headquarters=heads, direction="down")
            pd.testing.assert_series_equal(up, down)


def test_names_and_the_order_of_rows_change_nothing() -> None:
    for number, drawn in enumerate(SOME):
        new = {name: f"x{at}" for at, name in enumerate(reversed(drawn.units["unit_id"].tolist()))}
        units = drawn.units.assign(unit_id=drawn.units["unit_id"].map(new).astype("str"))
        ties = drawn.ties.assign(**{end: drawn.ties[end].map(new).astype("str") for end in ("source", "target")})
        net = build.from_tables(units.sample(frac=1, random_state=number), ties.sample(frac=1, random_state=number))
        found, wanted = metrics.dominators(net), metrics.dominators(drawn.net)
        assert named(found) == {new[unit]: new[above] for unit, above in named(wanted).items()}


# --- what they promise


def test_dominators_are_names_in_order_and_the_network_stays_as_it_was() -> None:
    for drawn in SOME:
        net = drawn.net
        units, ties = net.units, net.ties
        found = metrics.dominators(net)
        pd.testing.assert_index_equal(found.index, net.ids)
        assert (found.name, str(found.dtype)) == ("dominators", "str")
        facts = found.attrs["orgnet"]
        assert (facts["measure"], facts["layers"], facts["direction"]) == ("dominators", "all", "down")
        assert json.loads(json.dumps(facts)) == facts
        pd.testing.assert_frame_equal(net.units, units)
        pd.testing.assert_frame_equal(net.ties, ties)


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.__name__)
def test_without_headquarters_all_is_undefined(measure: Callable[..., pd.Series]) -> None:
    net = build.from_tables({"unit_id": ["a", "b"]}, {"source": ["a"], "target": ["b"], "layer": ["collab"]})
    found = measure(net)
    assert found.isna().all()
    assert "headquarters=" in found.attrs["orgnet"]["warnings"][0]
    assert len(measure(build.from_tables(pd.DataFrame({"unit_id": pd.Series([], dtype="str")})))) == 0


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.__name__)
def test_several_tops_are_all_headquarters_and_say_so(measure: Callable[..., pd.Series]) -> None:
    net = build.from_tables({"unit_id": ["a", "b", "x", "y"], "superior_id": [None, None, "a", "b"]})
    facts = measure(net).attrs["orgnet"]
    assert facts["headquarters"] == ["a", "b"]
    assert facts["warnings"][0].startswith("2 units are tops of command")
    assert measure(net, headquarters="a").attrs["orgnet"]["warnings"] == []


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.__name__)
def test_options_are_checked(measure: Callable[..., pd.Series]) -> None:
    with pytest.raises(UnitError, match="'g9'"):
        measure(tree(), headquarters="g9")
    with pytest.raises(OptionError, match="names no unit"):
        measure(tree(), headquarters=[])
    with pytest.raises(LayerError, match="'vertical'"):
        measure(tree(), layers="vertikal")


def test_the_column_is_checked() -> None:
    with pytest.raises(OptionError, match=r"'housholds'"):
        metrics.stranded(tree(), weight="housholds")
    with pytest.raises(OptionError, match=r"'kind' of units holds .*not numbers"):
        metrics.stranded(tree(), weight="kind")
