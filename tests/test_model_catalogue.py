"""The catalogue of measures: complete from A1 to L7, and true of the functions, the tests and the documentation."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import orgnet
from orgnet import metrics
from orgnet._model.catalogue import BETTER, COLUMNS, FAMILIES, Entry, entries, entry, order
from orgnet._model.optional import TABLES
from orgnet._model.vocabulary import GROUPS, LAYERS, TIE_FIELDS, UNIT_FIELDS
from orgnet.errors import OptionError

if TYPE_CHECKING:
    import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
LAST = {"A": 9, "B": 11, "C": 12, "D": 10, "E": 11, "F": 7, "G": 6, "H": 11, "I": 9, "J": 9, "K": 8, "L": 7}
ALL = list(entries().values())
COMPUTED = [item for item in ALL if item.function]


def test_every_number_from_a1_to_l7_is_there() -> None:
    due = [f"{letter}{number}" for letter, last in LAST.items() for number in range(1, last + 1)]
    assert list(dict.fromkeys(item.id for item in ALL)) == due
    assert list(LAST) == list(FAMILIES)


@pytest.mark.parametrize("item", ALL, ids=lambda item: item.measure)
def test_an_entry_is_whole(item: Entry) -> None:
    assert item.en
    assert item.zh
    assert any("\u4e00" <= letter <= "\u9fff" for letter in item.zh)
    assert item.formula
    assert item.unit
    assert item.better in BETTER
    assert set(item.layers) <= {*LAYERS, *GROUPS}
    assert bool(item.function) == bool(item.test)
    assert item.function or item.note, "what is not computed says why"


@pytest.mark.parametrize("item", ALL, ids=lambda item: item.measure)
def test_what_an_entry_needs_is_in_the_data_model(item: Entry) -> None:
    for need in item.needs:
        table, _, name = need.partition(".")
        if table == "units":
            assert name in UNIT_FIELDS
        elif table == "ties":
            assert not name or name in {*TIE_FIELDS, *LAYERS, *GROUPS}
        else:
            assert table in TABLES
            assert not name or name in TABLES[table]


@cache
def defined_in(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("item", COMPUTED, ids=lambda item: item.measure)
def test_its_function_is_public_and_its_test_exists(item: Entry) -> None:
    assert item.function in metrics.__all__
    file, _, name = item.test.partition("::")
    assert name.startswith("test_")
    assert name in defined_in(ROOT / file)


@pytest.fixture(scope="module")
def found() -> dict[str, pd.DataFrame]:
    """The indicators of every function of the catalogue, on the bundled subdistrict."""
    net = orgnet.datasets.load()
    return {name: getattr(metrics, name)(net).indicators for name in sorted({item.function for item in COMPUTED})}


@pytest.mark.parametrize("item", COMPUTED, ids=lambda item: item.measure)
def test_its_function_gives_it(item: Entry, found: dict[str, pd.DataFrame]) -> None:
    rows = found[item.function]
    rows = rows[rows["measure"] == item.measure]
    assert len(rows), f"{item.function} does not give {item.measure}"
    assert set(rows["id"]) == {item.id}
    undefined = rows[rows["value"].isna()]
    assert (undefined["reason"] != "").all(), "what is undefined says why"
    assert set(undefined["missing"].map(bool)) <= {False}, "the bundled data have what every measure needs"
    if item.unit == "share":
        assert rows["value"].dropna().between(0, 1).all()


def test_functions_give_nothing_that_the_catalogue_does_not_know(found: dict[str, pd.DataFrame]) -> None:
    for function, rows in found.items():
        names = {item.measure for item in COMPUTED if item.function == function}
        assert set(rows["measure"]) <= set(entries()), function
        if function != "profile":
            assert set(rows["measure"]) == names, function


def test_the_public_table_holds_all_of_it() -> None:
    table = metrics.catalogue()
    assert table["measure"].tolist() == list(entries())
    assert set(COLUMNS) < set(table)
    assert table["measure"].is_unique
    assert order()[table["measure"].iloc[-1]] == len(table) - 1


def test_an_unknown_measure_names_the_nearest() -> None:
    name = next(iter(entries()))
    with pytest.raises(OptionError, match=f"Did you mean '{name}'"):
        entry(name[:-1])
