"""Views against a plain twin written from the definition: layers, directions, strengths, lengths."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from model_networks import networks

from orgnet._model.vocabulary import GROUPS, LAYERS, resolve_layers

if TYPE_CHECKING:
    from orgnet._model.network import OrgNetwork
    from orgnet._model.vocabulary import Direction

UNDIRECTED = {"collab", "interlock"}
LAYER_CHOICES: list[str | list[str]] = [*LAYERS, *GROUPS, ["command", "report"], ["collab", "territory"]]
DIRECTIONS: tuple[Direction, ...] = ("both", "down", "up")


def arcs(
    net: OrgNetwork, layers: str | list[str], direction: Direction
) -> dict[tuple[str, str], list[dict[str, float]]]:
    """Give for every arc the facts of the ties that make it."""
    found: dict[tuple[str, str], list[dict[str, float]]] = {}
    for tie in net.ties.to_dict("records"):
        if tie["layer"] not in resolve_layers(layers):
            continue
        down = (tie["source"], tie["target"]) if tie["layer"] != "report" else (tie["target"], tie["source"])
        ways = {down, down[::-1]} if direction == "both" or tie["layer"] in UNDIRECTED else {down}
        if direction == "up":
            ways = {way[::-1] for way in ways}
        for way in ways:
            found.setdefault(way, []).append({"weight": tie["weight"], "inverse": 1 / tie["weight"]})
    return found


@given(networks())
@settings(max_examples=25)
def test_views_are_what_the_definition_says(net: OrgNetwork) -> None:
    for layers, direction in itertools.product(LAYER_CHOICES, DIRECTIONS):
        assert_as_defined(net, layers, direction)


def assert_as_defined(net: OrgNetwork, layers: str | list[str], direction: Direction) -> None:
    expected = arcs(net, layers, direction)
    order = sorted(expected, key=lambda way: net.rows(way).tolist())
    plain = net.view(layers, direction)
    strong = net.view(layers, direction, weight="weight")
    long = net.view(layers, direction, distance="inverse")
    for view in (plain, strong, long):
        rows = np.repeat(np.arange(view.n), np.diff(view.indptr))
        assert list(zip(net.ids[rows], net.ids[view.indices], strict=True)) == order
        assert view.n == net.n_units
    assert plain.data is None
    assert strong.data == pytest.approx([sum(tie["weight"] for tie in expected[way]) for way in order])
    assert long.data == pytest.approx([min(tie["inverse"] for tie in expected[way]) for way in order])
    directed = direction != "both" and bool(set(resolve_layers(layers)) - UNDIRECTED)
    assert plain.directed == directed
    assert plain.n_ties == (len(expected) if directed else len(expected) / 2)
