"""Posts, turnover, training, support and continuity: values worked by hand, what is not recorded, and laws."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

import orgnet
from orgnet import build
from orgnet._model.optional import empty_table
from orgnet.metrics import workers


def units_of(**columns: list[Any]) -> orgnet.OrgNetwork:
    """Two residents' committees `a` and `b` and a service centre `s`, each in an area; columns for the three."""
    units = {
        "unit_id": ["a", "b", "s"],
        "kind": ["residents_committee", "residents_committee", "service_centre"],
        "area": ["A", "B", "A"],
    }
    return build.from_tables(units | columns, as_of="2025-06-30")


def test_vacancy_by_hand() -> None:
    """Approved 10, 4, 6 and filled 8, 5, not recorded: vacant 2 + 0 of 14; the post too many of b fills none of a."""
    found = workers(units_of(posts_approved=[10, 4, 6], posts_filled=[8, 5, None]))
    row = found.indicator("post_vacancy")
    assert (row["value"], row["unknown"]) == (pytest.approx(2 / 14), 1)
    assert found.value("post_vacancy", "residents_committee") == pytest.approx(2 / 14)
    centre = found.indicator("post_vacancy", "service_centre")
    assert math.isnan(centre["value"])
    assert (centre["unknown"], centre["reason"] != "") == (1, True)
    assert found.table.set_index("unit_id")["vacancies"].to_dict() == pytest.approx(
        {"a": 2.0, "b": 0.0, "s": np.nan}, nan_ok=True
    )


def test_turnover_and_retention_by_hand() -> None:
    """a: 8 now, 2 joined, 3 left, so 9 a year ago, 6 stayed. b: 5, 0, 0, so 5, all stayed. 3 / (8.5 + 5); 11 / 14."""
    net = units_of(
        posts_filled=[8, 5, 4], workers_joined=[2, 0, None], workers_left=[3, 0, 1], workers_stayed=[6, 5, 3]
    )
    found = workers(net)
    turnover, retention = found.indicator("worker_turnover"), found.indicator("worker_retention")
    assert (turnover["value"], turnover["unknown"]) == (pytest.approx(3 / 13.5), 1)
    assert (retention["value"], retention["unknown"]) == (pytest.approx(11 / 14), 1)
    table = found.table.set_index("unit_id")
    assert table.loc["a", "turnover"] == pytest.approx(3 / 8.5)
    assert table.loc["b", "retention"] == 1.0
    assert table["turnover"].isna()["s"]


def test_counts_that_contradict_one_another_are_left_out() -> None:
    """a had 8 - 2 + 3 = 9 workers a year ago, of whom 12 cannot have stayed; b cannot have had 5 - 9 + 0."""
    net = units_of(
        posts_filled=[8, 5, 4],
        workers_joined=[2, 9, 0],
        workers_left=[3, 0, 1],
        workers_stayed=[12, 5, 4],
        certified=[9, 5, 1],
    )
    found = workers(net)
    assert found.value("worker_retention") == pytest.approx(4 / 5)
    assert found.indicator("worker_retention")["unknown"] == 2
    assert found.value("worker_turnover") == pytest.approx((3 + 1) / (8.5 + 4.5))
    assert found.value("certified_workers") == pytest.approx(6 / 9)
    assert found.indicator("certified_workers")["unknown"] == 1
    assert len(found.warnings) == 3
    assert all(note.zh for note in found.warnings)


def test_certificates_and_training_by_hand() -> None:
    """Certified 4 of 8 and 1 of 5: 5 / 13; trained 6 + 5 of 13; hours 80 + 50 over 13 posts; s has none recorded."""
    net = units_of(posts_filled=[8, 5, None], certified=[4, 1, 2], trained=[6, 5, 1], training_hours=[80, 50, 10])
    found = workers(net)
    assert found.value("certified_workers") == pytest.approx(5 / 13)
    assert found.value("training_reach") == pytest.approx(11 / 13)
    assert found.value("training_hours_per_post") == pytest.approx(130 / 13)
    assert found.value("certified_workers", "residents_committee") == pytest.approx(5 / 13)
    assert len(found.table) == 2


def test_topics_of_training_by_hand() -> None:
    """Trainings: e1 and e2 on fire, e3 and e4 on mediation and law: shares 1/2, 1/4, 1/4, entropy 1.5 bits."""
    events = {
        "unit_id": ["a", "b", "a", "a", "b", "s"],
        "event_id": ["e1", "e1", "e2", "e3", "e4", "e5"],
        "event_type": ["消防培训", "消防培训", "消防培训", "调解培训", "Legal Training", "走访"],
        "date": "2025-03-01",
    }
    net = units_of(posts_filled=[8, 5, 2])
    assert workers(net.with_tables(events=events)).value("training_topic_entropy") == pytest.approx(1.5)
    one = {"unit_id": ["a"], "event_type": ["培训"], "date": "2025-03-01"}
    assert workers(net.with_tables(events=one)).value("training_topic_entropy") == 0.0
    none = workers(net.with_tables(events={"unit_id": ["a"], "event_type": ["走访"], "date": "2025-03-01"}))
    assert "no event of the last 365 days is a training" in none.indicator("training_topic_entropy")["reason"]
    assert workers(net).indicator("training_topic_entropy")["missing"] == "events"
    blank = workers(net.with_tables(events=empty_table("events")))
    assert blank.indicator("training_topic_entropy")["missing"] == "events"


def test_only_the_training_of_the_last_year_counts() -> None:
    """To 30 June 2025 one training, on mediation: 0 bits. One is of 2015, one of the next day, one has no date.

    At a fifth, on law, the only unit of the list was absent. On 1 July the training on fire counts too: 1 bit.
    """
    events = {
        "unit_id": ["a"] * 5,
        "event_id": ["e1", "e2", "e3", "e4", "e5"],
        "event_type": ["消防培训", "调解培训", "消防培训", "急救培训", "法律培训"],
        "date": ["2015-05-01", "2025-05-01", "2025-07-01", None, "2025-05-02"],
        "role": ["participant"] * 4 + ["absent"],
    }
    units = {"unit_id": ["a"], "kind": "residents_committee", "posts_filled": [3]}

    def found(as_of: str | None, **columns: Any) -> dict[str, Any]:
        net = build.from_tables(units, as_of=as_of).with_tables(events=events | columns)
        return workers(net).indicator("training_topic_entropy")

    row = found("2025-06-30")
    assert (row["value"], row["unknown"]) == (0, 1)
    assert found("2025-07-01")["value"] == 1
    assert "as_of" in found(None)["reason"]
    assert found("2025-06-30", date=None)["missing"] == "events.date"
    assert math.isnan(found("2020-01-01")["value"])


def test_the_rule_set_says_what_a_training_is() -> None:
    units = {"unit_id": ["a"], "kind": "residents_committee", "posts_filled": [3]}
    net = build.from_tables(units, rules={"workers": {"training_words": ["讲座"]}}, as_of="2025-06-30")
    events = {"unit_id": ["a", "a", "a"], "event_id": ["1", "2", "3"], "event_type": ["法律讲座", "健康讲座", "培训"]}
    found = workers(net.with_tables(events=events | {"date": "2025-03-01"}))
    assert found.value("training_topic_entropy") == 1.0


def test_promotion_and_pay_by_hand() -> None:
    """Promoted 1 + 1 of 20 posts: 10 per 100; pay (0.8 * 15 + 1.2 * 5) / 20 = 0.9; for neither a row a unit."""
    net = units_of(posts_filled=[15, 5, None], promoted=[1, 1, None], pay_ratio=[0.8, 1.2, 9.9])
    found = workers(net)
    assert found.value("promotions_per_100") == pytest.approx(10.0)
    assert found.value("pay_ratio") == pytest.approx(0.9)
    assert not {"pay_ratio", "promoted"} & set(found.table)


def test_supporters_by_hand() -> None:
    """p supports a and s, q supports a; 20 filled posts: two different supporters, 1 for ten; of a alone 2 of 8."""
    units = {
        "unit_id": ["a", "b", "s", "p", "q"],
        "kind": ["residents_committee", "residents_committee", "service_centre", "professional_org", "charity"],
        "posts_filled": [8, 7, 5, None, None],
    }
    ties = {
        "source": ["p", "p", "q", "q", "p", "p"],
        "target": ["a", "s", "a", "p", "a", "b"],
        "layer": ["supports", "supports", "supports", "supports", "supports", "supports"],
        "tie_type": ["x", "x", "x", "x", "y", "x"],
        "until": [None, None, None, None, None, "2024-01-01"],
    }
    found = workers(build.from_tables(units, ties, as_of="2025-06-30"))
    assert found.value("supporters_per_10_posts") == pytest.approx(10 * 2 / 20)
    assert found.value("supporters_per_10_posts", "residents_committee") == pytest.approx(10 * 2 / 15)
    assert found.value("supporters_per_10_posts", "service_centre") == pytest.approx(10 * 1 / 5)
    assert found.table.set_index("unit_id")["supporters"].to_dict() == {"a": 2.0, "b": 0.0, "s": 1.0}
    assert workers(units_of(posts_filled=[1, 1, 1])).indicator("supporters_per_10_posts")["missing"] == "ties.supports"


def test_households_per_post_counts_a_household_once() -> None:
    """Area A: 1,600 of its committee, whatever its grids say, over 8 + 2 posts; B: its grids, 400 + 500, over 5.

    Area C has no households recorded, area D a unit whose posts are not: 2,500 / 15, two areas unknown.
    """
    units = {
        "unit_id": ["a", "s", "g1", "b", "g2", "g3", "c", "d", "e"],
        "kind": [
            *("residents_committee", "service_centre", "grid", "residents_committee", "grid", "grid"),
            *("residents_committee", "residents_committee", "service_centre"),
        ],
        "area": ["A", "A", "A", "B", "B", "B", "C", "D", "D"],
        "households": [1600, None, 700, None, 400, 500, None, 900, None],
        "posts_filled": [8, 2, None, 5, None, None, 3, None, 4],
        "posts_approved": [8, 2, None, 5, None, None, 3, 6, 4],
    }
    found = workers(build.from_tables(units))
    row = found.indicator("households_per_post")
    assert (row["numerator"], row["denominator"], row["unknown"]) == (2500.0, 15.0, 2)
    areas = found.areas.set_index("area")
    assert areas["households_per_post"].to_dict() == pytest.approx(
        {"A": 160.0, "B": 180.0, "C": np.nan, "D": np.nan}, nan_ok=True
    )
    assert areas["units"].to_dict() == {"A": 2, "B": 1, "C": 1, "D": 2}


def test_continuity_by_hand() -> None:
    """Bodies 2 + 1 for 4,000 + 6,000 residents: 3 per 10,000; settled 9 of 12, c has more settled than handled."""
    units = {
        "unit_id": ["a", "b", "c"],
        "kind": "residents_committee",
        "area": ["A", "B", "C"],
        "population": [4000, 6000, None],
        "mediation_bodies": [2, 1, 5],
        "disputes": [10, 2, 3],
        "disputes_settled": [8, 1, 4],
        "drills": [3, None, 1],
    }
    found = workers(build.from_tables(units))
    row = found.indicator("mediation_bodies_per_10000")
    assert (row["value"], row["unknown"]) == (pytest.approx(3.0), 1)
    row = found.indicator("disputes_settled_in_time")
    assert (row["value"], row["denominator"], row["unknown"]) == (pytest.approx(9 / 12), 12.0, 1)
    assert found.value("drills_per_unit") == pytest.approx(4 / 2)
    assert found.areas["mediation_per_10000"].tolist()[:2] == pytest.approx([5.0, 10_000 / 6000])
    assert len(found.table) == 0
    assert found.areas["units"].tolist() == [0, 0, 0]


def test_what_is_missing_is_said_in_the_words_of_each_language() -> None:
    """English keeps the names of fields; Chinese has their labels, and those of layers and tables."""
    bare = workers(build.from_tables({"unit_id": ["a"], "kind": ["residents_committee"], "posts_approved": [3]}))
    said = {
        "post_vacancy": ("the input has no units.posts_filled", "文件中没有“在岗人数”"),
        "supporters_per_10_posts": (
            "the input has no units.posts_filled, ties.supports",
            "文件中没有“在岗人数”、“支持”关系",
        ),
        "training_topic_entropy": ("the input has no events", "文件中没有活动表"),
    }
    for measure, words in said.items():
        reason = bare.indicator(measure)["reason"]
        assert (reason, reason.zh) == words
    untyped = workers(units_of(posts_filled=[8, 5, 2]).with_tables(events={"unit_id": ["a"], "date": "2025-03-01"}))
    assert untyped.indicator("training_topic_entropy")["reason"].zh == "文件中没有活动表的“活动类型”"


def test_what_is_missing_is_named() -> None:
    found = workers(units_of(posts_approved=[1, 2, 3]))
    missing = found.indicators[found.indicators["group"] == "all"].set_index("measure")["missing"].to_dict()
    assert missing["post_vacancy"] == "units.posts_filled"
    assert missing["worker_turnover"] == "units.posts_filled, units.workers_joined, units.workers_left"
    assert missing["households_per_post"] == "units.households, units.posts_filled"
    assert missing["disputes_settled_in_time"] == "units.disputes, units.disputes_settled"
    assert found.indicators["value"].isna().all()


def test_empty_networks_are_undefined_with_a_reason() -> None:
    for net in (build.from_tables({"unit_id": []}), build.from_tables({"unit_id": ["x"]})):
        found = workers(net)
        assert found.indicators["value"].isna().all()
        assert (found.indicators["reason"] != "").all()
        assert (len(found.table), len(found.areas)) == (0, 0)


def many() -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(6)
    n = 60
    filled = rng.integers(0, 12, n).astype(float)
    units = pd.DataFrame(
        {
            "unit_id": [f"u{number:02d}" for number in range(n)],
            "kind": rng.choice(["residents_committee", "service_centre", "grid", "professional_org"], n),
            "area": rng.choice(list("XYZ"), n),
            "households": rng.integers(0, 900, n),
            "posts_approved": rng.integers(0, 12, n),
            "posts_filled": np.where(rng.random(n) < 0.9, filled, np.nan),
            "workers_joined": rng.integers(0, 4, n),
            "workers_left": rng.integers(0, 4, n),
            "workers_stayed": rng.integers(0, 12, n),
            "certified": rng.integers(0, 12, n),
            "trained": rng.integers(0, 12, n),
            "disputes": rng.integers(0, 5, n),
            "disputes_settled": rng.integers(0, 5, n),
        }
    )
    ends = rng.integers(0, n, (2, 40))
    ends = ends[:, ends[0] != ends[1]]
    ties = pd.DataFrame({"source": units["unit_id"].to_numpy()[ends[0]], "target": units["unit_id"].to_numpy()[ends[1]],
                         "layer": "supports"})  # fmt: skip
    return units, ties


def test_the_order_of_rows_changes_nothing_and_shares_are_shares() -> None:
    units, ties = many()
    wanted = workers(build.from_tables(units, ties))
    found = workers(build.from_tables(units.sample(frac=1, random_state=1), ties.sample(frac=1, random_state=2)))
    for name in ("table", "areas", "indicators"):
        pd.testing.assert_frame_equal(getattr(found, name), getattr(wanted, name))
    shares = wanted.indicators.set_index("measure")["value"].loc[
        ["post_vacancy", "worker_retention", "certified_workers", "training_reach", "disputes_settled_in_time"]
    ]
    assert shares.notna().any()
    assert shares.dropna().between(0, 1).all()


def test_kinds_and_areas_add_up() -> None:
    units, ties = many()
    found = workers(build.from_tables(units, ties))
    for measure in ("post_vacancy", "worker_turnover", "certified_workers"):
        rows = found.indicators[found.indicators["measure"] == measure].set_index("group")
        parts = rows.drop(index="all")
        for column in ("numerator", "denominator", "unknown"):
            assert parts[column].sum() == pytest.approx(rows.loc["all", column])
    assert found.areas["vacancies"].sum() == found.indicator("post_vacancy")["numerator"]
    assert found.areas["units"].sum() == len(found.table)


def test_another_vacant_post_never_lowers_vacancy() -> None:
    units, ties = many()
    before = workers(build.from_tables(units, ties)).value("post_vacancy")
    more = pd.concat([units, pd.DataFrame({"unit_id": ["new"], "kind": "grid", "posts_approved": [1],
                                           "posts_filled": [0]})])  # fmt: skip
    assert workers(build.from_tables(more, ties)).value("post_vacancy") > before
