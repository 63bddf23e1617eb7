"""Headquarters in collaboration, and checked ties of command: values by hand, a twin, undefined cases."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import naive
import numpy as np
import pandas as pd
import pytest

from orgnet import build, metrics
from orgnet._metrics import hub

if TYPE_CHECKING:
    from orgnet._model.network import OrgNetwork


def test_headquarters_as_a_hub_by_hand() -> None:
    """Collaboration h-a, h-b, h-c, c-d: without h a, b and {c, d} fall apart.

    Through h run a-b, a-c, a-d, b-c, b-d: 5 shortest paths, through c run d-h, d-a, d-b: 3. Of the 6 pairs of others
    only c-d is left.
    """
    ties = pd.DataFrame({"source": ["h", "h", "h", "c"], "target": ["a", "b", "c", "d"], "layer": "collab"})
    net = build.from_tables({"unit_id": ["h", "a", "b", "c", "d", "alone"]}, ties)
    found = metrics.chain(net, headquarters="h")
    assert found.value("headquarters_betweenness") == 5 / 8
    rank = found.indicator("headquarters_rank")
    assert rank["value"] == 1
    assert np.isnan(rank["denominator"])  # a rank is no fraction
    lost = found.indicator("pairs_lost")
    assert (lost["numerator"], lost["denominator"], lost["value"]) == (5, 6, 5 / 6)
    aside = metrics.chain(net, headquarters="a")
    assert aside.value("headquarters_rank") == 3
    assert aside.value("headquarters_betweenness") == 0
    assert aside.value("pairs_lost") == 0


@pytest.mark.parametrize("seed", range(25))
def test_pairs_lost_agree_with_a_twin(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(3, 12))
    ends = {(int(min(pair)), int(max(pair))) for pair in rng.integers(0, n, (n, 2)) if pair[0] != pair[1]}
    ties = pd.DataFrame([(f"u{a}", f"u{b}", "collab") for a, b in ends], columns=["source", "target", "layer"])
    net = build.from_tables({"unit_id": [f"u{i}" for i in range(n)]}, ties)
    arcs = naive.symmetric(ends)
    near, left = naive.distances(n, arcs), naive.distances(n, naive.without(arcs, 0))
    joined = sum(b in near[a] for a, b in combinations(range(1, n), 2))
    kept = sum(b in left[a] for a, b in combinations(range(1, n), 2))
    found = metrics.chain(net, headquarters="u0").value("pairs_lost")
    assert found == (pytest.approx((joined - kept) / joined) if joined else pytest.approx(np.nan, nan_ok=True))


def test_without_collaboration_or_paths_it_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    net = build.from_tables({"unit_id": ["h", "a"], "superior_id": [None, "h"]})
    assert metrics.chain(net).indicator("pairs_lost")["missing"] == "ties.collab"
    two = build.from_tables(
        {"unit_id": ["h", "a"], "superior_id": [None, "h"]}, {"source": ["h"], "target": ["a"], "layer": ["collab"]}
    )
    found = metrics.chain(two)
    for name in ("headquarters_rank", "headquarters_betweenness", "pairs_lost"):
        row = found.indicator(name)
        assert np.isnan(row["value"])
        assert row["reason"]
        assert not row["missing"]
    monkeypatch.setattr(hub, "estimate", lambda *_: 1e9)
    assert "metrics.betweenness" in metrics.chain(two).indicator("headquarters_rank")["reason"]


EVENTS = pd.DataFrame(
    [
        ("e1", "h", "2025-05-01", "走访", "organiser"),
        ("e1", "g1", "2025-05-01", "走访", "participant"),
        ("e2", "h", "2025-05-01", "联席会议", "organiser"),
        ("e2", "g2", "2025-05-01", "联席会议", "participant"),
        ("e3", "h", "2024-06-30", "督导", "organiser"),  # a year ago to the day
        ("e3", "g2", "2024-06-30", "督导", "participant"),
        ("e4", "g1", "2025-06-01", "Safety Check", "organiser"),
        ("e4", "c1", "2025-06-01", "Safety Check", "absent"),
        ("e5", "h", "2025-06-01", "走访", "organiser"),  # h and c1 met, but h does not command c1
        ("e5", "c1", "2025-06-01", "走访", "participant"),
    ],
    columns=["event_id", "unit_id", "date", "event_type", "role"],
)


def commanded(events: pd.DataFrame | None = EVENTS, **rules: Any) -> OrgNetwork:
    units = {"unit_id": ["h", "g1", "g2", "c1"], "superior_id": [None, "h", "h", "g1"]}
    net = build.from_tables(units, rules={"checks": rules}, as_of="2025-06-30")
    return net if events is None else net.with_tables(events=events)


def test_checked_command_by_hand() -> None:
    """Of h-g1, h-g2 and g1-c1 only h-g1 had a visit within the year at which both were present."""
    row = metrics.chain(commanded()).indicator("command_checked")
    assert (row["numerator"], row["denominator"], row["value"]) == (1, 3, 1 / 3)


def test_words_and_days_are_those_of_the_rules() -> None:
    assert metrics.chain(commanded(days=366)).value("command_checked") == 2 / 3
    assert metrics.chain(commanded(words=["联席"])).value("command_checked") == 1 / 3
    assert metrics.chain(commanded(words=["联席", "走访"])).value("command_checked") == 2 / 3
    present = EVENTS.assign(role=EVENTS["role"].replace("absent", "participant"))
    assert metrics.chain(commanded(present)).value("command_checked") == 2 / 3
    assert metrics.chain(commanded(EVENTS.sample(frac=1, random_state=1))).value("command_checked") == 1 / 3


def test_without_events_it_is_not_known() -> None:
    assert metrics.chain(commanded(None)).indicator("command_checked")["missing"] == "events"
    untyped = metrics.chain(commanded(EVENTS.drop(columns=["event_type", "date"])))
    assert untyped.indicator("command_checked")["missing"] == "events.date, events.event_type"
    undated = build.from_tables({"unit_id": EVENTS["unit_id"].unique()}).with_tables(events=EVENTS)
    assert "as_of=" in metrics.chain(undated).indicator("command_checked")["reason"]
