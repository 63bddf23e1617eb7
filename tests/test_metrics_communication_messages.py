"""Messages: values by hand, a textbook twin of Kaplan-Meier, laws, undefined cases."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from orgnet import build, metrics
from orgnet._metrics.survival import kaplan_meier, median_days

if TYPE_CHECKING:
    from orgnet._model.network import OrgNetwork

UNITS: dict[str, list[Any]] = {
    "unit_id": ["h", "p1", "p2", "g"],
    "superior_id": [None, "h", "h", "p1"],
    "level": ["subdistrict", "community", "community", "grid"],
}
COLUMNS = ["source", "target", "sent", "acknowledged", "acted", "closed", "due_days"]


def logged(rows: list[tuple[Any, ...]], *, units: dict[str, Any] | None = None, **options: Any) -> OrgNetwork:
    given: dict[str, Any] = {"as_of": "2025-06-30", **options}
    net = build.from_tables(units or UNITS, **given)
    return net.with_tables(messages=pd.DataFrame(rows, columns=COLUMNS))


def test_balance_by_hand() -> None:
    """Three down, two up, one between equals: 2/3; one message comes from a unit outside command."""
    units = {name: [*cells, other] for (name, cells), other in zip(UNITS.items(), ("x", None, None), strict=True)}
    pairs = [("h", "p1"), ("h", "g"), ("p1", "g"), ("g", "p1"), ("p2", "h"), ("p1", "p2"), ("x", "h")]
    found = metrics.messages(logged([(*pair, None, None, None, None, None) for pair in pairs], units=units))
    row = found.indicator("message_balance")
    assert (row["numerator"], row["denominator"], row["unknown"]) == (2, 3, 1)
    assert found.table.set_index("direction")["messages"].to_dict() == {"down": 3, "up": 2, "level": 1, "unknown": 1}


ACTED = [
    ("h", "p1", "2025-05-01", None, "2025-05-02", None, None),  # 1 day
    ("h", "p1", "2025-05-01", None, "2025-05-04", None, None),  # 3 days
    ("h", "p2", "2025-05-01", None, None, "2025-05-04", None),  # closed after 3 days: acted on by then
    ("h", "p2", "2025-06-28", None, None, None, None),  # 2 days so far, not due yet
    ("h", "p2", "2025-05-01", None, "2025-05-11", None, None),  # 10 days
]


def test_days_to_action_by_hand() -> None:
    """At risk 5, 4, 3, 1: 4/5 after 1 day, 4/5 x 1/3 after 3, 0 after 10. In 7 days: 3 of the 4 that were due."""
    found = metrics.messages(logged(ACTED))
    curve = found.survival
    assert curve["days"].tolist() == [1, 2, 3, 10]
    assert curve["at_risk"].tolist() == [5, 4, 3, 1]
    assert curve["done"].tolist() == [1, 0, 2, 1]
    assert curve["censored"].tolist() == [0, 1, 0, 0]
    assert curve["survival"].tolist() == pytest.approx([4 / 5, 4 / 5, 4 / 15, 0])
    assert found.median_days == found.value("days_to_action") == 3
    row = found.indicator("acted_in_time")
    assert (row["numerator"], row["denominator"], row["unknown"]) == (3, 4, 1)


def test_deadlines_are_those_of_the_message_then_of_the_rules() -> None:
    assert metrics.messages(logged(ACTED, rules={"communication": {"action_days": 10}})).value("acted_in_time") == 1
    strict = metrics.messages(logged(ACTED, rules={"communication": {"action_days": 1}}))
    assert strict.value("acted_in_time") == 1 / 5  # two days without an action are late now
    own = [(*row[:-1], 2) for row in ACTED]
    found = metrics.messages(logged(own)).indicator("acted_in_time")
    assert (found["numerator"], found["denominator"], found["unknown"]) == (1, 4, 1)  # the last day is not over


def test_nothing_is_known_beyond_the_date() -> None:
    found = metrics.messages(logged(ACTED, as_of="2025-05-03"))
    assert found.survival["days"].tolist() == [1, 2]
    assert found.survival["done"].tolist() == [1, 0]
    assert any("1 of 5 messages were sent after 2025-05-03" in note for note in found.warnings)
    undated = metrics.messages(logged(ACTED, as_of=None))
    assert undated.survival["days"].tolist() == [0, 1, 3, 10]  # seen up to 2025-06-28, the latest date in the table


def test_dates_that_contradict_are_not_counted() -> None:
    wrong = [
        ("h", "p1", "2025-05-01", None, "2025-04-01", None, None),
        ("h", "p1", None, None, "2025-05-01", None, None),
    ]
    row = metrics.messages(logged([*ACTED, *wrong])).indicator("days_to_action")
    assert (row["value"], row["unknown"]) == (3, 2)


def test_acknowledgement_by_hand() -> None:
    """To communities 2 of 3, to grids 1 of 2: together 3 of 5, all the way down 2/3 x 1/2."""
    day = "2025-06-01"
    rows = [
        ("h", "p1", day, day, None, None, None),
        ("h", "p2", day, None, None, None, None),
        ("h", "p1", day, day, None, None, None),
        ("p1", "g", day, day, None, None, None),
        ("p1", "g", day, None, None, None, None),
        ("g", "p1", day, None, None, None, None),  # goes up
    ]
    found = metrics.messages(logged(rows))
    assert found.value("acknowledgement_rate") == 3 / 5
    assert found.value("acknowledgement_rate", "community") == 2 / 3
    assert found.value("acknowledgement_rate", "grid") == 1 / 2
    assert found.value("acknowledgement_product") == pytest.approx(1 / 3)
    levels = found.levels.set_index(["direction", "level"])
    assert levels.loc[("down", "community"), "acknowledged"] == 2
    assert levels.loc[("up", "community"), "messages"] == 1


def test_levels_of_one_rank_are_one_step_of_the_product() -> None:
    """Grids 1 of 2 and units 1 of 2 are one rank, 2 of 4; with communities 1 of 1 the product is 1/2, not 1/4."""
    units = {
        "unit_id": ["h", "p", "g", "u"],
        "superior_id": [None, "h", "p", "p"],
        "level": ["subdistrict", "community", "grid", "unit"],
    }
    day = "2025-06-01"
    pairs = [("h", "p", day), ("p", "g", day), ("p", "g", None), ("p", "u", day), ("p", "u", None)]
    rows = [(source, target, day, got, None, None, None) for source, target, got in pairs]
    found = metrics.messages(logged(rows, units=units))
    assert found.value("acknowledgement_rate", "grid") == found.value("acknowledgement_rate", "unit") == 1 / 2
    assert found.value("acknowledgement_product") == 1 / 2


def test_a_message_not_due_yet_may_still_be_acknowledged() -> None:
    """Sent today, without an acknowledgement: unknown. Of the two others, and one acknowledged today, 2 of 3."""
    rows = [
        ("h", "p1", "2025-06-01", "2025-06-02", None, None, None),
        ("h", "p1", "2025-06-01", None, None, None, None),
        ("h", "p1", "2025-06-30", "2025-06-30", None, None, None),
        ("h", "p1", "2025-06-30", None, None, None, None),
    ]
    found = metrics.messages(logged(rows))
    row = found.indicator("acknowledgement_rate")
    assert (row["numerator"], row["denominator"], row["unknown"]) == (2, 3, 1)
    assert found.indicator("acknowledgement_rate", "community")["unknown"] == 1
    assert found.value("acknowledgement_product") == 2 / 3
    assert found.levels["acknowledgement_rate"].tolist() == [2 / 3]
    own = [(*row[:-1], 40) for row in rows]  # 29 days so far: the first unacknowledged is not due either
    assert metrics.messages(logged(own)).indicator("acknowledgement_rate")["unknown"] == 2
    assert metrics.messages(logged(rows[3:])).indicator("acknowledgement_rate")["reason"]


def test_depth_stands_for_a_level_that_is_not_recorded() -> None:
    units = {"unit_id": UNITS["unit_id"], "superior_id": UNITS["superior_id"]}
    day = "2025-06-01"
    found = metrics.messages(logged([("h", "p1", day, day, None, None, None)], units=units))
    assert found.value("acknowledgement_rate", "1") == 1


FEEDBACK = [
    ("g", "p1", "2025-05-01", None, None, "2025-05-06", None),  # 5 days
    ("g", "p1", "2025-05-01", None, None, "2025-05-21", None),  # 20 days: late
    ("p1", "h", "2025-05-31", None, None, None, None),  # open for 30 days: late
    ("p1", "h", "2025-06-27", None, None, None, None),  # open for 3 days: not due yet
    ("h", "p1", "2025-05-01", None, None, "2025-05-02", None),  # goes down
]


def test_feedback_by_hand() -> None:
    """In time 1 of 3 that were due. At risk 4, 3, 2, 1 on days 3, 5, 20, 30: 2/3 after 5 days, 1/3 after 20."""
    found = metrics.messages(logged(FEEDBACK))
    row = found.indicator("feedback_in_time")
    assert (row["numerator"], row["denominator"], row["unknown"]) == (1, 3, 1)
    assert found.value("days_to_closing") == 20
    assert found.value("open_feedback") == 2
    assert found.value("open_feedback", "subdistrict") == 2
    assert found.value("open_feedback", "community") == 0
    assert found.sits_at == "subdistrict"
    columns = ["direction", "level", "in_time", "late", "open"]
    assert found.levels.loc[found.levels["direction"] == "up", columns].to_numpy().tolist() == [
        ["up", "subdistrict", 0, 1, 2],
        ["up", "community", 1, 1, 0],
    ]
    assert found.levels.groupby("direction")["messages"].sum().to_dict() == {"down": 1, "up": 4}


def test_days_and_counts_are_no_fractions() -> None:
    found = metrics.messages(logged([*ACTED, *FEEDBACK])).indicators
    whole = found["measure"].isin(["days_to_action", "days_to_closing", "open_feedback", "acknowledgement_product"])
    assert found.loc[whole, "value"].notna().any()
    assert found.loc[whole, ["numerator", "denominator"]].isna().to_numpy().all()
    shares = found[found["denominator"] > 0]
    np.testing.assert_allclose(shares["value"], shares["numerator"] / shares["denominator"])


def test_what_the_input_lacks_is_named() -> None:
    none = metrics.messages(build.from_tables(UNITS))
    assert set(none.indicators["missing"]) == {"messages"}
    assert none.survival.empty
    assert none.sits_at == ""
    bare = metrics.messages(logged([("h", "p1", None, None, None, None, None)]))
    assert bare.indicator("days_to_action")["missing"] == "messages.sent, messages.acted"
    assert bare.indicator("acknowledgement_rate")["missing"] == "messages.acknowledged"
    assert bare.indicator("feedback_in_time")["missing"] == "messages.sent, messages.closed"
    assert bare.value("message_balance") == 0
    for found in (none, bare, metrics.messages(logged([]))):
        undefined = found.indicators[found.indicators["value"].isna()]
        assert (undefined["reason"] != "").all()
        assert json.dumps(found.to_dict())


def test_without_command_no_message_has_a_direction() -> None:
    units = {"unit_id": UNITS["unit_id"], "kind": "grid"}
    found = metrics.messages(logged(FEEDBACK, units=units))
    assert np.isnan(found.value("message_balance"))
    assert "headquarters=" in found.indicator("message_balance")["reason"]
    assert found.table.set_index("direction")["messages"]["unknown"] == 5


# --- twins and laws


def textbook(days: list[float], done: list[bool]) -> dict[float, float]:
    """Multiply, day by day, the share of those still waiting that are not done on that day."""
    survival, curve = 1.0, {}
    for day in sorted(set(days)):
        waiting = sum(other >= day for other in days)
        finished = sum(other == day and is_done for other, is_done in zip(days, done, strict=True))
        survival *= (waiting - finished) / waiting
        curve[day] = survival
    return curve


@pytest.mark.parametrize("seed", range(50))
def test_kaplan_meier_agrees_with_the_textbook(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 40))
    days, done = rng.integers(0, 12, n).astype(float), rng.random(n) < 0.6
    found = kaplan_meier(days, done)
    expected = textbook(days.tolist(), done.tolist())
    assert found["days"].tolist() == list(expected)
    np.testing.assert_allclose(found["survival"], list(expected.values()), rtol=1e-12, atol=1e-15)
    assert found["done"].sum() + found["censored"].sum() == n
    assert found["survival"].is_monotonic_decreasing
    half = [day for day, share in expected.items() if share <= 0.5 + 1e-12]
    assert median_days(found) == pytest.approx(half[0] if half else np.nan, nan_ok=True)


def test_without_censoring_survival_is_the_share_that_waits() -> None:
    days = np.array([1.0, 2.0, 2.0, 7.0, 9.0])
    found = kaplan_meier(days, np.ones(5, dtype=bool))
    np.testing.assert_allclose(found["survival"], [(days > day).mean() for day in found["days"]], atol=1e-15)


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    net = logged([*ACTED, *FEEDBACK])
    table = net.tables["messages"].sample(frac=1, random_state=seed)
    found, same = metrics.messages(net), metrics.messages(net.with_tables(messages=table))
    pd.testing.assert_frame_equal(found.indicators, same.indicators)
    pd.testing.assert_frame_equal(found.survival, same.survival)
    pd.testing.assert_frame_equal(found.levels, same.levels)


def test_a_message_acted_on_never_lowers_the_share() -> None:
    late = ("h", "p2", "2025-05-01", None, None, None, None)
    soon = ("h", "p2", "2025-05-01", None, "2025-05-03", None, None)
    before, after = (metrics.messages(logged([*ACTED, row])).value("acted_in_time") for row in (late, soon))
    assert before < after
