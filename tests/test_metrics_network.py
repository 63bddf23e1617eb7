from __future__ import annotations

import inspect
import json
import random
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

import naive
import numpy as np
import pandas as pd
import pytest

from orgnet import build, metrics
from orgnet._metrics import options
from orgnet.errors import LayerError, OptionError, OrgNetWarning, UnitError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from orgnet._model.network import OrgNetwork
    from orgnet._model.vocabulary import Direction

DRAWN = ("command", "report", "collab", "covers")
GROUPS = {"all": DRAWN, "vertical": ("command",), "horizontal": ("collab", "covers")}
CHOICES: tuple[str | list[str], ...] = ("all", "vertical", "horizontal", ["command", "collab"])
DIRECTIONS: tuple[Direction, ...] = ("both", "down", "up")
PER_UNIT = (
    metrics.alternative_routes,
    metrics.betweenness,
    metrics.closeness,
    metrics.clustering,
    metrics.constraint,
    metrics.coreness,
    metrics.degree,
    metrics.eccentricity,
    metrics.effective_size,
    metrics.eigenvector,
    metrics.harmonic,
    metrics.pagerank,
    metrics.reachable,
    metrics.stranded,
)
COMMAND = {
    "unit_id": ["h", "g1", "g2", "c1", "c2", "c3", "c4"],
    "kind": ["party_committee", *2 * ["party_branch"], *4 * ["party_cell"]],
    "superior_id": [None, "h", "h", "g1", "g1", "g1", "g2"],
}


@dataclass(frozen=True, eq=False)
class Drawn:
    """Two tables drawn by seed, and the network that is built from them."""

    units: pd.DataFrame
    ties: pd.DataFrame

    @property
    def n(self) -> int:
        return len(self.units)

    @cached_property
    def net(self) -> OrgNetwork:
        return build.from_tables(self.units, self.ties)

    def arcs(
        self,
        layers: str | Sequence[str],
        direction: str,
        column: str = "weight",
        merge: Callable[[list[float]], float] = sum,
    ) -> dict[tuple[int, int], float]:
        """Give the view by its definition: arcs between rows of units, with the merged values of parallel ties."""
        row = {unit: number for number, unit in enumerate(self.units["unit_id"])}
        chosen = GROUPS[layers] if isinstance(layers, str) else layers
        found: dict[tuple[int, int], list[float]] = {}
        for tie in self.ties[self.ties["layer"].isin(chosen)].to_dict("records"):
            i, j = row[tie["source"]], row[tie["target"]]
            away = (j, i) if tie["layer"] == "report" else (i, j)
            ways = {"down": {away}, "up": {away[::-1]}, "both": {away, away[::-1]}}
            for arc in ways["both" if tie["layer"] == "collab" else direction]:
                found.setdefault(arc, []).append(tie[column])
        return {arc: merge(values) for arc, values in found.items()}


def is_directed(layers: str | Sequence[str], direction: str) -> bool:
    return direction != "both" and set(GROUPS[layers] if isinstance(layers, str) else layers) != {"collab"}


def drawn_networks(count: int, seed: int) -> Iterator[Drawn]:
    """Draw tables over graphs of every shape, each tie of any layer, some of them parallel or turned round."""
    draw = random.Random(seed)  # noqa: S311 - a seeded draw is the point
    kinds = ["party_committee", "party_branch", "enterprise", None]
    for n, arcs, _ in naive.random_graphs(count, seed):
        pairs = [arc for arc in sorted(arcs) for _ in range(draw.choice([1, 1, 1, 2]))]
        pairs = [pair if draw.random() < 0.9 else pair[::-1] for pair in pairs]
        units = pd.DataFrame(
            {
                "unit_id": pd.Series([f"u{i:03d}" for i in range(n)], dtype="str"),
                "kind": pd.Series([draw.choice(kinds) for _ in range(n)], dtype="str"),
            }
        )
        ties = pd.DataFrame(
            {
                "source": pd.Series([f"u{i:03d}" for i, _ in pairs], dtype="str"),
                "target": pd.Series([f"u{j:03d}" for _, j in pairs], dtype="str"),
                "layer": pd.Series([draw.choice(DRAWN) for _ in pairs], dtype="str"),
                "tie_type": pd.Series([f"number {at}" for at in range(len(pairs))], dtype="str"),
                "weight": pd.Series([draw.randint(1, 5) / 2 for _ in pairs], dtype="float64"),
                "latency_days": pd.Series([draw.randint(1, 60) / 7 for _ in pairs], dtype="float64"),
            }
        )
        yield Drawn(units, ties)


NETWORKS = list(drawn_networks(200, seed=11))


def cases() -> Iterator[tuple[Drawn, OrgNetwork, str | list[str], Direction]]:
    """Give every network with every direction, and the choices of layers in turn."""
    for number, drawn in enumerate(NETWORKS):
        for turn, direction in enumerate(DIRECTIONS):
            yield drawn, drawn.net, CHOICES[(number + turn) % len(CHOICES)], direction


def assert_near(found: pd.Series, wanted: Sequence[float], rtol: float = 1e-9) -> None:
    np.testing.assert_allclose(found.to_numpy(), np.array(wanted, dtype=float), rtol=rtol, atol=rtol * 1e-3)


def tree() -> OrgNetwork:
    return build.from_tables(COMMAND)


# --- values worked by hand


def test_worked_betweenness() -> None:
    wanted = {"h": 8.0, "g1": 12.0, "g2": 5.0, "c1": 0.0, "c2": 0.0, "c3": 0.0, "c4": 0.0}
    assert metrics.betweenness(tree(), layers="vertical").to_dict() == wanted
    for direction in DIRECTIONS[1:]:
        found = metrics.betweenness(tree(), layers="vertical", direction=direction)
        assert found.to_dict() == wanted | {"h": 0.0, "g1": 3.0, "g2": 1.0}
    assert metrics.betweenness(tree(), normalized=True)["g1"] == 12 / 15
    assert metrics.betweenness(tree(), direction="down", normalized=True)["g1"] == 3 / 30


def test_worked_distances() -> None:
    found = metrics.distances(tree(), layers="vertical")
    assert found.global_efficiency == pytest.approx(12.08333 / 21, abs=1e-6)
    assert found.global_efficiency == pytest.approx(0.575397, abs=1e-6)
    assert found.histogram.to_dict() == {1: 12, 2: 16, 3: 8, 4: 6}
    assert (found.mean, found.diameter, found.n_pairs, found.n_unreachable) == (92 / 42, 4.0, 42, 0)
    down = metrics.distances(tree(), layers="vertical", direction="down")
    assert down.global_efficiency == pytest.approx((6 + 4 / 2) / 42)
    assert (down.mean, down.diameter, down.n_pairs, down.n_unreachable) == (1.4, 2.0, 10, 32)
    assert down.table.to_dict("list") == {
        "distance": [1, 2],
        "pairs": [6, 4],
        "share": [0.6, 0.4],
        "cumulative": [0.6, 1],
    }


def test_worked_nearness() -> None:
    net = tree()
    assert metrics.harmonic(net, direction="down")["h"] == 2 + 4 / 2
    assert metrics.harmonic(net, direction="up")["c1"] == 1 + 1 / 2
    assert metrics.closeness(net, direction="down")["g1"] == pytest.approx(3 / 6 * 3 / 3)
    assert metrics.closeness(net, direction="down", form="reachable")["h"] == 6 / 10
    assert metrics.eccentricity(net, direction="down").tolist()[:3] == [2, 1, 1]
    assert metrics.eccentricity(net, direction="down").isna().tolist() == 3 * [False] + 4 * [True]
    assert metrics.closeness(net, direction="down")["c1"] == 0
    assert np.isnan(metrics.closeness(net, direction="down", form="reachable")["c1"])
    assert metrics.reachable(net, layers="vertical", direction="down").tolist() == [6, 3, 1, 0, 0, 0, 0]


def test_worked_strength_and_lengths() -> None:
    ties = pd.DataFrame(
        {
            "source": ["a", "a", "b"],
            "target": ["b", "b", "c"],
            "layer": ["command", "collab", "covers"],
            "weight": [2.0, 0.5, 4.0],
            "latency_days": [3.0, 1.0, 5.0],
        }
    )
    net = build.from_tables({"unit_id": ["a", "b", "c"]}, ties)
    assert metrics.degree(net).tolist() == [1, 2, 1]
    assert metrics.degree(net, weight="weight").tolist() == [2.5, 6.5, 4]
    assert metrics.degree(net, weight="weight", direction="down").tolist() == [2.5, 4.5, 0]
    assert metrics.eccentricity(net, distance="latency_days")["a"] == 6
    assert metrics.eccentricity(net, distance="latency_days", layers="vertical")["a"] == 3
    assert metrics.harmonic(net, distance="inverse")["b"] == 2 + 4
    found = metrics.distances(net, distance="latency_days", direction="down")
    assert (found.mean, found.diameter, found.n_pairs) == ((1 + 6 + 5 + 1) / 4, 6, 4)
    assert found.histogram.empty
    assert found.table.empty


# --- naive twins


def test_degree() -> None:
    for drawn, net, layers, direction in cases():
        arcs = drawn.arcs(layers, direction)
        assert_near(
            metrics.degree(net, layers=layers, direction=direction),
            [sum(i == unit for i, _ in arcs) for unit in range(drawn.n)],
        )
        assert_near(
            metrics.degree(net, layers=layers, direction=direction, weight="weight"),
            [sum(weight for (i, _), weight in arcs.items() if i == unit) for unit in range(drawn.n)],
        )


def test_betweenness() -> None:
    for drawn, net, layers, direction in cases():
        directed, n = is_directed(layers, direction), drawn.n
        wanted = naive.betweenness(n, set(drawn.arcs(layers, direction)), directed=directed)
        assert_near(metrics.betweenness(net, layers=layers, direction=direction), wanted)
        pairs = (n - 1) * (n - 2) / (1 if directed else 2) if n > 2 else float("nan")
        found = metrics.betweenness(net, layers=layers, direction=direction, normalized=True)
        assert_near(found, [score / pairs for score in wanted])


def assert_distances(net: OrgNetwork, near: list[dict[int, Any]], **chosen: Any) -> None:
    """Compare all that is made of distances with sums over the twin's."""
    n = len(near)
    nan = float("nan")
    others = [[d for j, d in near[i].items() if j != i] for i in range(n)]
    inverse = [sum(1 / d for d in found) for found in others]
    assert_near(metrics.harmonic(net, **chosen), inverse)
    assert_near(metrics.eccentricity(net, **chosen), [max(found, default=nan) for found in others])
    assert_near(
        metrics.closeness(net, **chosen),
        [len(found) / (n - 1) * len(found) / sum(found) if found else 0 for found in others],
    )
    assert_near(
        metrics.closeness(net, form="reachable", **chosen),
        [len(found) / sum(found) if found else nan for found in others],
    )
    total, spread = sum(map(sum, others)), metrics.distances(net, **chosen)
    assert spread.n_pairs == sum(map(len, others))
    assert spread.n_unreachable == n * (n - 1) - spread.n_pairs
    assert spread.mean == pytest.approx(total / spread.n_pairs if spread.n_pairs else nan, rel=1e-9, nan_ok=True)
    assert spread.diameter == pytest.approx(max(map(max, filter(None, others)), default=nan), rel=1e-9, nan_ok=True)
    efficiency = sum(inverse) / (n * (n - 1)) if n > 1 else nan
    assert spread.global_efficiency == pytest.approx(efficiency, rel=1e-9, nan_ok=True)
    if chosen.get("distance", "hops") == "hops":
        hops = [d for found in others for d in found]
        wanted = {d: hops.count(d) for d in range(1, max(hops, default=0) + 1)}
        assert spread.histogram.to_dict() == wanted
        assert spread.table["pairs"].tolist() == list(wanted.values())
        assert not hops or spread.table["cumulative"].iloc[-1] == pytest.approx(1)


def test_hops() -> None:
    for drawn, net, layers, direction in cases():
        near = naive.distances(drawn.n, set(drawn.arcs(layers, direction)))
        assert_distances(net, near, layers=layers, direction=direction)
        assert_near(metrics.reachable(net, layers=layers, direction=direction), [len(found) - 1 for found in near])


@pytest.mark.parametrize("distance", ["latency_days", "inverse"])
def test_lengths(distance: str) -> None:
    column = "weight" if distance == "inverse" else distance
    for drawn, net, layers, direction in islice(cases(), 0, None, 2):
        if not net.n_ties:  # a table without rows has lost its own columns
            continue
        lengths = drawn.arcs(layers, direction, column, max if distance == "inverse" else min)
        if distance == "inverse":
            lengths = {arc: 1 / weight for arc, weight in lengths.items()}
        near = naive.costs(drawn.n, lengths)
        assert_distances(net, near, layers=layers, direction=direction, distance=distance)


def test_pagerank() -> None:
    for drawn, net, layers, direction in cases():
        weights = drawn.arcs(layers, direction)
        found = metrics.pagerank(net, layers=layers, direction=direction)
        assert_near(found, naive.pagerank(drawn.n, dict.fromkeys(weights, 1.0)), rtol=1e-6)
        found = metrics.pagerank(net, layers=layers, direction=direction, weight="weight", damping=0.6)
        assert_near(found, naive.pagerank(drawn.n, weights, damping=0.6), rtol=1e-6)
        assert not drawn.n or found.sum() == pytest.approx(1, abs=1e-9)


def test_eigenvector() -> None:
    for drawn, net, layers, _ in cases():
        found = metrics.eigenvector(net, layers=layers)
        assert_near(found, naive.eigenvector(drawn.n, set(drawn.arcs(layers, "both"))), rtol=1e-6)


def test_weighted_eigenvector_solves_its_equation() -> None:
    solved = 0
    for drawn, net, layers, _ in cases():
        found = metrics.eigenvector(net, layers=layers, weight="weight")
        assert found.isna().equals(metrics.eigenvector(net, layers=layers).isna())
        if found.isna().all():
            continue
        fed = np.zeros(drawn.n)
        for (i, j), weight in drawn.arcs(layers, "both").items():
            fed[i] += weight * found.fillna(0).iloc[j]
        ratio = (fed / found.to_numpy())[found.notna().to_numpy()]
        np.testing.assert_allclose(ratio, ratio[0], rtol=1e-6)
        assert found.max() == 1
        assert found.min() > 0
        solved += 1
    assert solved > 100


# --- what all promise


@pytest.mark.parametrize("measure", PER_UNIT, ids=lambda measure: measure.__name__)
def test_every_unit_measure_keeps_its_promises(measure: Callable[..., pd.Series]) -> None:
    for drawn in NETWORKS[::7]:
        net = drawn.net
        for layers in CHOICES:
            found = measure(net, layers=layers)
            pd.testing.assert_index_equal(found.index, net.ids)
            assert found.name == measure.__name__
            assert found.dtype == np.float64
            facts = found.attrs["orgnet"]
            assert (facts["measure"], facts["layers"]) == (measure.__name__, layers)
            assert (facts["n_units"], facts["n_ties"]) == (net.n_units, net.n_ties)
            assert json.loads(json.dumps(facts)) == facts
            assert not (found < 0).any()


@pytest.mark.parametrize(
    "measure",
    [*PER_UNIT, metrics.distances, metrics.dominators, metrics.structure, metrics.tie_betweenness],
    ids=lambda measure: measure.__name__,
)
def test_options_are_checked(measure: Callable[..., Any]) -> None:
    with pytest.raises(LayerError, match="'vertical'"):
        measure(tree(), layers="vertikal")
    if "direction" in inspect.signature(measure).parameters:
        with pytest.raises(OptionError, match=r"sideways.*both.*down.*up"):
            measure(tree(), direction="sideways")


@pytest.mark.parametrize("measure", PER_UNIT, ids=lambda measure: measure.__name__)
def test_a_layer_without_ties_is_an_empty_view(measure: Callable[..., pd.Series]) -> None:
    undefined = ("constraint", "eccentricity", "effective_size", "eigenvector")
    wanted: dict[str, Any] = {"pagerank": 1 / 7, "alternative_routes": [np.nan] + 6 * [0]}
    wanted |= dict.fromkeys(undefined, np.nan)
    found = measure(tree(), layers="guides")
    np.testing.assert_allclose(found, wanted.get(measure.__name__, 0.0))


def test_wrong_values_say_what_is_allowed() -> None:
    with pytest.raises(OptionError, match=r"damping=1.*at least 0 and less than 1"):
        metrics.pagerank(tree(), damping=1)
    with pytest.raises(OptionError, match=r"form='freeman'.*wf.*reachable"):
        metrics.closeness(tree(), form="freeman")  # type: ignore[arg-type]
    with pytest.raises(OptionError, match=r"'hop'.*weight.*hops"):
        metrics.harmonic(tree(), distance="hop")
    with pytest.raises(OptionError, match="'strength'"):
        metrics.degree(tree(), weight="strength")


@pytest.mark.parametrize(
    "measure",
    [metrics.closeness, metrics.distances, metrics.eccentricity, metrics.harmonic],
    ids=lambda one: one.__name__,
)
def test_a_missing_latency_is_counted(measure: Callable[..., Any]) -> None:
    net = tree()
    net = net.with_ties(latency_days=[2.0, np.nan, 1.0, np.nan, 1.0, 1.0])
    with pytest.raises(OptionError, match=r"2 of 6 ties .* 'latency_days'"):
        measure(net, distance="latency_days")


@pytest.mark.parametrize("n", [0, 1, 2])
def test_next_to_nothing(n: int) -> None:
    net = build.from_tables(pd.DataFrame({"unit_id": pd.Series([f"u{i}" for i in range(n)], dtype="str")}))
    for measure in PER_UNIT:
        assert len(measure(net)) == n
    assert metrics.betweenness(net, normalized=True).isna().all()
    assert metrics.closeness(net).eq(0).all()
    found = metrics.distances(net)
    assert np.isnan([found.mean, found.diameter]).all()
    assert np.isnan(found.global_efficiency) == (n < 2)
    assert found.n_unreachable == n * (n - 1)
    assert found.table.empty
    assert json.dumps(found.to_dict())


def test_units_at_no_distance_are_infinitely_near() -> None:
    net = tree()
    net = net.with_ties(gap=[0.0, 1.0, 0.0, 0.0, 0.0, 1.0])
    assert metrics.harmonic(net, direction="down", distance="gap")["g1"] == np.inf
    assert metrics.closeness(net, direction="down", distance="gap")["g1"] == np.inf


# --- headquarters and columns


def test_headquarters() -> None:
    rows, told = options.headquarters(tree())
    assert (rows.tolist(), told) == ([0], ())
    rows, told = options.headquarters(tree(), ["g2", "h", "g2"])
    assert (rows.tolist(), told) == ([0, 2], ())
    rows, (warning,) = options.headquarters(build.from_tables({"unit_id": ["a", "b"]}))
    assert len(rows) == 0
    assert "headquarters=" in warning
    two = build.from_tables({"unit_id": ["a", "b", "x", "y", "z"], "superior_id": [None, None, "a", "b", None]})
    rows, (warning,) = options.headquarters(two)
    assert rows.tolist() == [0, 1]
    assert warning.startswith("2 units are tops of command (a, b)")
    with pytest.raises(UnitError, match="'g9'"):
        options.headquarters(tree(), "g9")
    with pytest.raises(OptionError, match="names no unit"):
        options.headquarters(tree(), [])


def test_a_column_that_is_not_there() -> None:
    assert options.column(tree(), "kind")["h"] == "party_committee"
    with pytest.raises(OptionError, match=r"'kinds'.*Did you mean 'kind'"):
        options.column(tree(), "kinds")


# --- fair warning


@pytest.mark.parametrize(
    "measure",
    [
        *(metrics.betweenness, metrics.tie_betweenness),
        *(metrics.closeness, metrics.distances, metrics.eccentricity, metrics.harmonic),
    ],
)
def test_a_long_computation_is_announced(
    measure: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ring = pd.DataFrame({"source": ["a", "b", "c", "d"], "target": ["b", "c", "d", "a"], "layer": "collab"})
    net = build.from_tables({"unit_id": ["a", "b", "c", "d"]}, ring)
    quiet = measure(net)
    monkeypatch.setattr(options, "estimate", lambda *_: 6_480.0)
    with pytest.warns(OrgNetWarning, match=rf"{measure.__name__} is exact.*4 units and 4 ties.*1\.8 h") as caught:
        loud = measure(net)
    assert caught[0].filename == __file__
    assert capsys.readouterr().err == ""
    if isinstance(quiet, pd.Series):
        pd.testing.assert_series_equal(loud, quiet)
    else:
        assert loud.to_dict() == quiet.to_dict()


def test_few_sources_take_less(monkeypatch: pytest.MonkeyPatch) -> None:
    ring = pd.DataFrame({"source": ["a", "b", "c", "d"], "target": ["b", "c", "d", "a"], "layer": "collab"})
    net = build.from_tables({"unit_id": ["a", "b", "c", "d", "e"], "superior_id": 4 * [None] + ["a"]}, ring)
    monkeypatch.setattr(options, "estimate", lambda *_: 6_480.0)
    with pytest.warns(OrgNetWarning, match="5 units and 5 ties takes about 27 min"):  # one of the 4 that do not fold
        metrics.betweenness(net, targets="e")
    with pytest.warns(OrgNetWarning, match=r"takes about 1\.8 h"):
        metrics.betweenness(net, targets="e", direction="down")
