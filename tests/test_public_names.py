"""The public names: they exist, teach, take their options by keyword, and what is not built is absent."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Any

import pytest

import orgnet

if TYPE_CHECKING:
    from collections.abc import Callable

# The promise of this version; a name goes in two steps (CONTRIBUTING.md).
PROMISED = {
    "orgnet": [
        *("read", "check", "write", "template", "answers", "batch", "report"),
        *("OrgNetwork", "OrgNetError", "datasets"),
    ],
    "build": ["check", "from_networkx", "from_tables", "read", "synthetic", "template", "with_event_ties", "write"],
    "metrics": [
        *("coverage", "coverage_rollup", "gaps", "chain", "communication", "distances", "structure"),
        *("arrival", "broadcast", "messages"),
        *("scope", "smallest_depth", "grids", "workers"),
        *("collaboration", "posts", "participation"),
        *("resources", "professionals", "profile", "catalogue"),
        *("degree", "betweenness", "closeness", "harmonic", "eccentricity", "pagerank", "eigenvector", "reachable"),
        *("coreness", "clustering", "constraint", "effective_size", "tie_betweenness"),
        *("dominators", "stranded", "alternative_routes"),
        *("depth", "span", "subtree_size", "distance_from"),
    ],
    "viz": ["explore", "plot_coverage_matrix", "plot_command_tree", "plot_reach"],
}
NETWORK = [
    *("units", "ties", "ids", "layers", "rules", "findings", "provenance", "as_of"),
    *("select", "ego", "with_units", "with_ties", "without", "to_networkx", "to_sparse"),
]
RESERVED = {
    "orgnet": ["plan"],
    "metrics": ["krackhardt", "brokerage", "table"],
}


def module(name: str) -> Any:  # noqa: ANN401 - a module
    return orgnet if name == "orgnet" else getattr(orgnet, name)


def functions() -> list[tuple[str, Callable[..., Any]]]:
    """Every public function, with its name."""
    found = {}
    for place in ("orgnet", *PROMISED):
        for name in module(place).__all__:
            thing = getattr(module(place), name)
            if inspect.isfunction(thing):
                found[f"{thing.__module__}.{name}"] = thing
    return sorted(found.items())


FUNCTIONS = functions()


@pytest.mark.parametrize("place", PROMISED)
def test_what_is_promised_is_there_and_listed(place: str) -> None:
    names = module(place).__all__
    assert set(PROMISED[place]) <= set(names)
    assert len(set(names)) == len(names)
    for name in names:
        assert getattr(module(place), name) is not None


def test_a_network_has_the_names_promised() -> None:
    net = orgnet.datasets.load()
    for name in NETWORK:
        assert getattr(net, name) is not None


@pytest.mark.parametrize(("place", "name"), [(place, name) for place, names in RESERVED.items() for name in names])
def test_what_is_not_built_is_absent(place: str, name: str) -> None:
    assert not hasattr(module(place), name)


def test_an_unknown_name_says_so() -> None:
    with pytest.raises(AttributeError, match="no attribute 'reed'"):
        _ = orgnet.reed
    assert "read" in dir(orgnet)


@pytest.mark.parametrize(("name", "function"), FUNCTIONS, ids=[name for name, _ in FUNCTIONS])
def test_docstrings_teach(name: str, function: Callable[..., Any]) -> None:
    text = inspect.getdoc(function) or ""
    parameters = list(inspect.signature(function).parameters)
    wanted = ["Returns", "Examples", *(["Parameters"] if parameters else [])]
    for section in wanted:
        assert re.search(rf"^{section}\n-+$", text, re.MULTILINE), f"{name} has no section {section}"
    assert ">>>" in text
    described = text.split("Parameters\n", 1)[-1].split("Returns\n")[0]
    for parameter in parameters:
        assert re.search(rf"^(.*, )?{parameter}\b", described, re.MULTILINE), f"{name} does not describe {parameter}"


@pytest.mark.parametrize(("name", "function"), FUNCTIONS, ids=[name for name, _ in FUNCTIONS])
def test_signatures_are_typed_and_options_are_keyword_only(name: str, function: Callable[..., Any]) -> None:
    signature = inspect.signature(function)
    assert signature.return_annotation is not inspect.Signature.empty
    for parameter in signature.parameters.values():
        assert parameter.annotation is not inspect.Parameter.empty, name
        if parameter.default is not inspect.Parameter.empty and parameter.name not in {"ties", "name"}:
            assert parameter.kind is inspect.Parameter.KEYWORD_ONLY, f"{name}: {parameter.name}"
