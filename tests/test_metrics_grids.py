"""Functions, posts, systems, providers and items of grids: values worked by hand, what is not recorded, and laws."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

import orgnet
from orgnet import build
from orgnet._model.optional import empty_table
from orgnet.metrics import grids

if TYPE_CHECKING:
    from collections.abc import Sequence

FLAGS = ("function_party", "function_governance", "function_relief")


def grids_of(n: int = 4, ties: dict[str, Any] | None = None, **columns: Any) -> orgnet.OrgNetwork:
    """Some grids, and a unit of another kind, `p`, that has no grid's facts."""
    ids = [f"g{number}" for number in range(n)]
    more = {name: [*values, None] for name, values in columns.items()}
    return build.from_tables({"unit_id": [*ids, "p"], "kind": ["grid"] * n + ["service_centre"], **more}, ties)


def functions(*rows: Sequence[bool | None]) -> dict[str, Any]:
    return dict(zip(FLAGS, map(list, zip(*rows, strict=True)), strict=True))


def test_functions_by_hand() -> None:
    """Grids with 3, 1, not known (yes, no, unknown) and not known (yes, yes, unknown) functions: (3 + 1) / (3 * 2).

    Three are known to have all or to lack one: 1 of 3. Party-building is known of all and there in all.
    """
    net = grids_of(
        **functions((True, True, True), (True, False, False), (True, False, None), (True, True, None)),
    )
    found = grids(net)
    row = found.indicator("functions_present")
    assert (row["numerator"], row["denominator"], row["unknown"]) == (4.0, 6.0, 2)
    row = found.indicator("grids_with_all_functions")
    assert (row["numerator"], row["denominator"], row["unknown"]) == (1.0, 3.0, 1)
    assert found.value("grids_with_function", "party") == 1.0
    assert found.value("grids_with_function", "governance") == 0.5
    row = found.indicator("grids_with_function", "relief")
    assert (row["numerator"], row["denominator"], row["unknown"]) == (1.0, 2.0, 2)
    assert found.table["functions"].tolist() == [3.0, 1.0, 1.0, 2.0]
    assert found.table["functions_unknown"].tolist() == [0, 0, 1, 1]
    assert found.table["relief"].tolist() == ["yes", "no", "unknown", "unknown"]
    assert found.areas["all_functions"].tolist() == [1]


def test_a_function_without_a_column_is_missing_not_absent() -> None:
    found = grids(grids_of(2, function_party=[True, True], function_governance=[True, False]))
    for measure in ("functions_present", "grids_with_all_functions"):
        assert found.indicator(measure)["missing"] == "units.function_relief"
        assert math.isnan(found.value(measure))
    assert found.value("grids_with_function", "governance") == 0.5
    assert found.indicator("grids_with_function", "relief")["missing"] == "units.function_relief"
    assert found.table["functions"].tolist() == [2.0, 1.0]


def test_what_is_not_recorded_only_leaves_units_out() -> None:
    """Whatever the gap holds, the share lies between those of the two ways to fill it."""
    for gap in range(3):
        flags: list[list[bool | None]] = [[True, True, True], [True, True, False], [True, True, True]]
        values = []
        for answer in (False, True, None):
            flags[2][gap] = answer
            found = grids(grids_of(3, **functions(*flags)))
            values.append(found.value("grids_with_all_functions"))
        assert values == pytest.approx([1 / 3, 2 / 3, 1 / 2])


def test_codes_and_overlap_by_hand() -> None:
    """Own list {g0, g1, g2}; A {g0, g1}, B {g1}: J(own, A) = 2/3, J(own, B) = 1/3, J(A, B) = 1/2; mean 1/2.

    Area X has g0, g1 and the codes A, B: 4; area Y has g2 alone: 1; area Z has g3, not recorded, and is left out.
    """
    net = grids_of(grid_system=["A", "A、B", "无", "/"], area=["X", "X", "Y", "Z"])
    found = grids(net)
    pairs = found.systems.set_index(["system", "other"])["jaccard"].to_dict()
    assert pairs == {("(own)", "A"): 2 / 3, ("A", "B"): 0.5, ("(own)", "B"): 1 / 3}
    row = found.indicator("grid_system_overlap")
    assert row["value"] == pytest.approx(0.5)
    assert (row["denominator"], row["unknown"]) == (3.0, 1)
    row = found.indicator("grid_codes_per_area")
    assert (row["numerator"], row["denominator"], row["unknown"]) == (5.0, 2.0, 1)
    assert found.table["systems"].tolist()[:3] == [1.0, 2.0, 0.0]
    assert math.isnan(found.table["systems"].iloc[3])
    assert found.areas["codes"].tolist()[:2] == [4.0, 1.0]
    assert math.isnan(found.areas["codes"].iloc[2])


def test_systems_that_share_no_grid_count_as_nothing() -> None:
    """A {g0}, B {g1}: J(own, A) = J(own, B) = 1/2, J(A, B) = 0, which no row shows; mean 1/3."""
    found = grids(grids_of(2, grid_system=["A", "B"]))
    assert len(found.systems) == 2
    assert found.value("grid_system_overlap") == pytest.approx(1 / 3)


def test_overlap_against_sets() -> None:
    rng = np.random.default_rng(4)
    held = [set(rng.choice(list("ABCDE"), rng.integers(0, 4), replace=False)) for _ in range(30)]
    found = grids(grids_of(30, grid_system=["、".join(sorted(words)) or "无" for words in held]))
    systems = {word: {row for row, words in enumerate(held) if word in words} for word in "ABCDE"}
    systems["(own)"] = set(range(30))
    pairs = list(itertools.combinations(systems.values(), 2))
    wanted = sum(len(one & other) / len(one | other) for one, other in pairs) / len(pairs)
    assert found.value("grid_system_overlap") == pytest.approx(wanted)


def test_without_other_systems_there_is_no_overlap() -> None:
    none = grids(grids_of(2, grid_system=["无", "无"]))
    assert "no grid belongs to another" in none.indicator("grid_system_overlap")["reason"]
    assert grids(grids_of(2)).indicator("grid_system_overlap")["missing"] == "units.grid_system"


def posts(**more: Any) -> dict[str, Any]:
    """g0 has two seats, of two functions and one; g1 has one of three functions; a seat of p is of no grid."""
    return {
        "unit_id": ["g0", "g0", "g1", "p"],
        "post": ["网格长", "网格员", "网格员", "主任"],
        "function": ["党建、治理", "治理", "党建、治理、救助", "党建"],
        "full_time": [True, False, True, True],
        **more,
    }


def test_posts_from_the_table_of_posts() -> None:
    """Functions (2 + 1 + 3) / 3 posts; full-time posts 1 and 1 of two grids that the table names."""
    found = grids(grids_of().with_tables(posts=posts()))
    row = found.indicator("functions_per_post")
    assert (row["numerator"], row["denominator"], row["unknown"]) == (6.0, 3.0, 0)
    row = found.indicator("full_time_posts_per_grid")
    assert (row["numerator"], row["denominator"], row["unknown"]) == (2.0, 2.0, 2)
    assert found.value("grids_with_full_time_posts") == 1.0
    assert found.table["posts"].tolist()[:2] == [2.0, 1.0]
    assert found.table["posts"].isna().tolist() == [False, False, True, True]


def test_seats_that_have_ended_are_no_posts() -> None:
    units = {"unit_id": ["g0", "g1", "p"], "kind": ["grid", "grid", "service_centre"]}
    net = build.from_tables(units, as_of="2025-06-30")
    table = posts(until=["2025-01-01", None, None, None], since=[None, None, "2025-07-01", None])
    found = grids(net.with_tables(posts=table))
    assert found.table["posts"].tolist()[0] == 1.0
    assert math.isnan(found.table["posts"].iloc[1])
    assert found.value("full_time_posts_per_grid") == 0.0


def test_a_seat_of_which_it_is_not_known_leaves_its_grid_out() -> None:
    found = grids(grids_of().with_tables(posts=posts(full_time=[True, None, True, True])))
    row = found.indicator("full_time_posts_per_grid")
    assert (row["value"], row["denominator"], row["unknown"]) == (1.0, 1.0, 3)


def test_posts_from_columns() -> None:
    """Workers 2, 0, 1 and full-time posts 1, 0, 3: (3 + 1 + 2) functions for 3 workers; 4 / 3; two of three have 1."""
    net = grids_of(
        3,
        **functions((True, True, True), (True, False, False), (True, True, False)),
        grid_workers=[2, 0, 1],
        full_time_posts=[1, 0, 3],
    )
    found = grids(net)
    assert found.value("functions_per_post") == pytest.approx(6 / 3)
    assert found.value("full_time_posts_per_grid") == pytest.approx(4 / 3)
    assert found.value("grids_with_full_time_posts") == pytest.approx(2 / 3)


def test_the_rule_set_decides_how_many_posts_are_enough() -> None:
    units = {"unit_id": ["a", "b"], "kind": "grid", "full_time_posts": [1, 2]}
    found = grids(build.from_tables(units, rules={"grids": {"full_time_posts": 2}}))
    assert found.value("grids_with_full_time_posts") == 0.5


def test_providers_by_hand() -> None:
    """p serves g0 (twice) and g1, g3 supports g0; a service of p to g2 ended; so 2, 1, 0, 0 providers."""
    ties = {
        "source": ["p", "p", "p", "g3", "p"],
        "target": ["g0", "g0", "g1", "g0", "g2"],
        "layer": ["serves", "serves", "serves", "supports", "collab"],
        "tie_type": ["a", "b", "a", "a", "a"],
    }
    found = grids(grids_of(ties=ties))
    assert found.table["providers"].tolist() == [2, 1, 0, 0]
    assert found.value("providers_per_grid") == pytest.approx(3 / 4)
    assert found.value("grids_with_provider") == pytest.approx(2 / 4)


def test_the_list_of_services_counts_as_ties_do() -> None:
    net = grids_of(ties={"source": ["p"], "target": ["g0"], "layer": ["serves"]})
    services = {"provider": ["p", "g1", "p"], "receiver": ["g0", "g2", "p"], "service": ["a", "b", "c"]}
    assert grids(net.with_tables(services=services)).table["providers"].tolist() == [1, 0, 1, 0]


def test_a_service_that_has_ended_is_none() -> None:
    units = {"unit_id": ["g", "p"], "kind": ["grid", "service_centre"]}
    ties = {"source": ["p"], "target": ["g"], "layer": ["serves"], "until": ["2024-01-01"]}
    net = build.from_tables(units, ties, as_of="2025-06-30")
    services = {"provider": ["p"], "receiver": ["g"], "service": ["a"], "until": ["2025-01-01"]}
    assert grids(net.with_tables(services=services)).value("providers_per_grid") == 0.0
    assert grids(grids_of()).indicator("providers_per_grid")["missing"] == "ties.serves, ties.supports"


def test_items_by_hand() -> None:
    """g0 has three items, g1 one: 4 / 2 grids that the table names; off the list 2 of 3 with that recorded."""
    items = {
        "unit_id": ["g0", "g0", "g0", "g1", "p"],
        "item": ["台账", "巡查", "宣传", "巡查", "台账"],
        "count": [10, 2, None, 5, 100],
        "listed": [False, True, False, None, False],
    }
    found = grids(grids_of().with_tables(items=items))
    row = found.indicator("items_per_grid")
    assert (row["numerator"], row["denominator"], row["unknown"]) == (4.0, 2.0, 2)
    row = found.indicator("grid_items_off_list")
    assert (row["numerator"], row["denominator"], row["unknown"]) == (2.0, 3.0, 1)
    assert found.table["items"].tolist()[:2] == [3.0, 1.0]
    assert found.table["cases"].tolist()[:2] == [12.0, 5.0]
    assert found.table["items_off_list"].isna().tolist() == [False, True, True, True]


def test_an_item_counts_once_a_grid_whoever_issues_it() -> None:
    """g0 has item a from X, Y and X, g1 has a and b: 3 items / 2 grids. Off the list 1 of g1's 2; of g0's is said both.

    Said by two rows and not by the third, g0's is off the list: 2 of 3. The cases stay 1 + 2 + 4.
    """
    items = {
        "unit_id": ["g0", "g0", "g0", "g1", "g1"],
        "item": ["a", "a", "a", "a", "b"],
        "issuer": ["X", "Y", "X", "X", "X"],
        "count": [1, 2, 4, 8, None],
        "listed": [False, True, False, True, False],
    }
    found = grids(grids_of().with_tables(items=items))
    row = found.indicator("items_per_grid")
    assert (row["numerator"], row["denominator"]) == (3, 2)
    row = found.indicator("grid_items_off_list")
    assert (row["numerator"], row["denominator"], row["unknown"]) == (1, 2, 1)
    assert found.table["items"].tolist()[:2] == [1, 2]
    assert found.table["cases"].tolist()[:2] == [7, 8]
    blank = grids(grids_of().with_tables(items=items | {"listed": [False, None, False, True, False]}))
    row = blank.indicator("grid_items_off_list")
    assert (row["numerator"], row["denominator"], row["unknown"]) == (2, 3, 0)


def test_items_without_the_list_are_missing_it() -> None:
    found = grids(grids_of().with_tables(items={"unit_id": ["g0"], "item": ["巡查"]}))
    assert found.value("items_per_grid") == 1.0
    assert found.indicator("grid_items_off_list")["missing"] == "items.listed"
    other = grids(grids_of().with_tables(items={"unit_id": ["p"], "item": ["巡查"]}))
    assert "names no grid" in other.indicator("items_per_grid")["reason"]
    assert grids(grids_of()).indicator("items_per_grid")["missing"] == "items"


def test_areas_add_up() -> None:
    net = grids_of(
        5, area=["X", "X", "Y", "Y", None], grid_workers=[1, 2, 3, None, 4], full_time_posts=[1, None, 1, 1, 0]
    )
    found = grids(net)
    areas = found.areas.set_index("area")
    assert areas["grids"].to_dict() == {"X": 2, "Y": 2, "(not recorded)": 1}
    assert areas["posts"].to_dict() == {"X": 3.0, "Y": 3.0, "(not recorded)": 4.0}
    assert areas["full_time_posts"].sum() == found.table["full_time_posts"].sum() == 3.0


def test_empty_networks_and_missing_columns_are_undefined_with_a_reason() -> None:
    for net in (build.from_tables({"unit_id": []}), build.from_tables({"unit_id": ["x"]}), grids_of(1)):
        found = grids(net)
        assert found.indicators["value"].isna().all()
        assert (found.indicators["reason"] != "").all()
    for name in ("events", "posts", "services", "messages", "items"):
        table = empty_table(name)
        found = grids(grids_of(1).with_tables(**{name: table}))
        assert found.indicators["value"].isna().all()
        assert (found.indicators["reason"] != "").all()


def test_the_order_of_rows_changes_nothing() -> None:
    rng = np.random.default_rng(8)
    n = 40
    units = pd.DataFrame(
        {
            "unit_id": [f"g{number}" for number in range(n)],
            "kind": "grid",
            "area": rng.choice(list("XYZ"), n),
            "grid_system": rng.choice(["A", "A、B", "C，A", "无"], n),
            "grid_workers": rng.integers(0, 5, n).astype(float),
            **{flag: rng.random(n) < 0.6 for flag in FLAGS},
        }
    )
    ties = pd.DataFrame({"source": [f"g{one}" for one in rng.integers(0, 20, 30)],
                         "target": [f"g{other}" for other in rng.integers(20, n, 30)], "layer": "serves"})  # fmt: skip
    items = pd.DataFrame({"unit_id": [f"g{number}" for number in rng.integers(0, n, 60)], "item": "巡查",
                          "listed": rng.random(60) < 0.5})  # fmt: skip
    wanted = grids(build.from_tables(units, ties).with_tables(items=items))
    shuffled = build.from_tables(units.sample(frac=1, random_state=1), ties.sample(frac=1, random_state=2))
    found = grids(shuffled.with_tables(items=items.sample(frac=1, random_state=3)))
    for name in ("areas", "systems", "indicators"):
        pd.testing.assert_frame_equal(getattr(found, name), getattr(wanted, name))
    pd.testing.assert_frame_equal(found.table.sort_values("unit_id", ignore_index=True),
                                  wanted.table.sort_values("unit_id", ignore_index=True))  # fmt: skip
    shares = wanted.indicators[wanted.indicators["measure"].str.contains("grids_with|overlap|off_list|present")]
    assert shares["value"].dropna().between(0, 1).all()


def test_providers_of_the_subdistrict_against_sets() -> None:
    net = orgnet.datasets.load()
    now = net.select(at=net.as_of)
    grid = set(now.ids[now.units["kind"] == "grid"])
    ties = now.ties[now.ties["layer"].isin(["serves", "supports"])]
    pairs = set(zip(ties["source"], ties["target"], strict=True))
    if "services" in net.tables:
        pairs |= set(net.tables["services"][["provider", "receiver"]].itertuples(index=False, name=None))
    found = grids(net)
    assert found.value("providers_per_grid") == pytest.approx(sum(to in grid for _, to in pairs) / len(grid))
    assert len(found.table) == found.areas["grids"].sum() == 27
