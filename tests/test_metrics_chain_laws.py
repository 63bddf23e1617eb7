"""What chain, communication, arrival and messages promise for any network: shares, reasons, no fall, no change."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from orgnet import build, metrics
from orgnet._model.catalogue import entries
from orgnet._model.vocabulary import KINDS, LAYERS

if TYPE_CHECKING:
    from collections.abc import Callable

    from orgnet._model.network import OrgNetwork

FAMILIES = (metrics.chain, metrics.communication, metrics.arrival, metrics.messages)
SEEDS = range(40)


@cache
def drawn(seed: int) -> OrgNetwork:
    """Draw a network of any shape, cycles and double superiors too, with every field with gaps, and tables."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 14))
    ids = np.array([f"u{i}" for i in range(n)], dtype=object)

    def some(values: list[Any], size: int) -> list[Any]:
        picked = rng.choice(np.array(values, dtype=object), size)
        return [None if gap else value for value, gap in zip(picked, rng.random(size) < 0.3, strict=True)]

    def days(size: int) -> list[Any]:
        return some([f"2025-0{month}-1{day}" for month in range(1, 7) for day in range(10)], size)

    kinds = [*KINDS, *["party_committee", "party_branch", "party_branch", "party_cell", "party_cell"] * 3]
    units = pd.DataFrame({"unit_id": ids, "kind": some(kinds, n), "founded": days(n)})
    fields: dict[str, Any] = {
        "level": some(["subdistrict", "community", "grid", "unit"], n),
        "households": some([0, 10, 300], n),
        "members": some([2, 50, 60, 100, 101], n),
        "full_members": some([1, 2, 3, 40], n),
        "term_end": days(n),
        "last_election": days(n),
    }
    units = units.assign(**{name: values for name, values in fields.items() if rng.random() < 0.8})
    m = int(rng.integers(0, 4 * n))
    near, far = rng.integers(0, n, (2, m))
    layers = rng.choice([*LAYERS, "command", "command", "command", "collab"], m)
    ties = pd.DataFrame({"source": ids[near], "target": ids[far], "layer": layers, "since": days(m), "until": days(m)})
    ties = ties.assign(until=ties["until"].where(rng.random(m) < 0.2), latency_days=some([0.0, 1.0, 2.5], m))
    net = build.from_tables(units, ties[near != far].drop_duplicates(["source", "target", "layer"]))
    if rng.random() < 0.2:
        return net
    k = int(rng.integers(0, 12))
    events = {"unit_id": ids[rng.integers(0, n, k)], "event_id": some(["e1", "e2", "e3"], k), "date": days(k)}
    message: dict[str, Any] = {"source": ids[rng.integers(0, n, k)], "target": ids[rng.integers(0, n, k)]}
    message |= {name: days(k) for name in ("sent", "acknowledged", "acted", "closed")}
    return net.with_tables(
        events=pd.DataFrame(events | {"event_type": some(["走访", "会议"], k)}),
        messages=pd.DataFrame(message | {"due_days": some([0, 5, 30], k)}),
    )


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__)
@pytest.mark.parametrize("seed", SEEDS)
def test_any_network_has_figures_with_reasons(family: Callable[..., metrics.Chain], seed: int) -> None:
    net = drawn(seed)
    before = net.units
    found = family(net)
    rows = found.indicators
    assert set(rows["measure"]) == {name for name, entry in entries().items() if entry.function == family.__name__}
    assert (rows.loc[rows["value"].isna(), "reason"] != "").all()
    assert (rows.loc[rows["value"].notna(), "missing"] == "").all()
    shares = rows[rows["measure"].map(lambda name: entries()[name].unit == "share")]
    assert shares["value"].dropna().between(0, 1).all()
    assert (rows["unknown"] >= 0).all()
    assert json.dumps(found.to_dict())
    pd.testing.assert_frame_equal(net.units, before)


@pytest.mark.parametrize("seed", SEEDS)
def test_parts_add_up(seed: int) -> None:
    net = drawn(seed)
    found = metrics.messages(net)
    assert found.table["messages"].sum() == found.levels["messages"].sum()
    assert found.survival["done"].sum() + found.survival["censored"].sum() <= found.table["messages"].sum()
    chain = metrics.chain(net)
    assert set(chain.breaks["unit_id"]) <= set(net.ids)
    assert chain.breaks["unit_id"].is_unique
    assert chain.faults.set_index("fault")["count"]["on_cycle"] == len(chain.on_cycles)
    reach = metrics.arrival(net)
    assert reach.n_reached <= reach.n_meant
    assert reach.arrivals["days"].notna().sum() == reach.n_reached


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_rows_changes_no_figure(seed: int) -> None:
    net = drawn(seed)
    other = build.from_tables(
        net.units.sample(frac=1, random_state=seed), net.ties.sample(frac=1, random_state=seed), as_of=net.as_of
    ).with_tables(**{name: table.sample(frac=1, random_state=seed) for name, table in net.tables.items()})
    for family in FAMILIES:
        pd.testing.assert_frame_equal(family(net).indicators, family(other).indicators)
