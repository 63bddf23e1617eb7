"""The bundled subdistrict: what is planted in seats, grids, workers, services and items, worked from the raw files.

The README of the data set says the same numbers.
"""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest
from raw_subdistrict import CODES, Tables, by_kind, code, component, current, read_raw, rows

from orgnet import datasets

COUNTS = ["seats", "proposals_made", "proposals_adopted"]


@pytest.fixture(scope="module")
def tables() -> Tables:
    return read_raw()


# --- seats


def seats_between(tables: Tables) -> pd.DataFrame:
    """Return how many current seats of one committee sit on the other, by community: party to council, and back."""
    posts = current(tables["posts"])
    shared = posts[posts["concurrent_unit"].notna()]
    counts = shared.groupby(["unit_id", "concurrent_unit"]).size()
    return pd.DataFrame(
        {
            "out": [counts.get((f"{area}-PC", f"{area}-RC"), 0) for area in CODES],
            "back": [counts.get((f"{area}-RC", f"{area}-PC"), 0) for area in CODES],
        },
        index=CODES,
    )


def test_shared_seats_agree_with_the_interlock_ties(tables: Tables) -> None:
    ties = tables["ties"][tables["ties"]["layer"] == "interlock"]
    weights = ties.set_index(ties["source"].str[:12])["weight"]
    both = seats_between(tables).sum(axis=1)
    assert both.tolist() == weights[CODES].tolist() == [4, 2, 4, 5, 4, 2, 4]


def test_one_community_gives_seats_one_way_only(tables: Tables) -> None:
    seats = seats_between(tables)
    assert seats["out"].tolist() == [2, 1, 3, 5, 2, 1, 2]
    assert seats["back"].tolist() == [2, 1, 1, 0, 2, 1, 2]


def test_one_secretary_is_director_and_one_holder_has_three_seats(tables: Tables) -> None:
    posts = current(tables["posts"])
    heads = posts[(posts["post"] == "书记") & posts["concurrent_post"].notna()]
    assert heads[["unit_id", "concurrent_unit", "concurrent_post"]].to_numpy().tolist() == [
        ["330106012006-PC", "330106012006-RC", "主任"]
    ]
    beside = {
        (row["unit_id"], row["post"]): (row["concurrent_unit"], row["concurrent_post"])
        for row in rows(posts[posts["concurrent_unit"].notna()])
    }
    chains = [[seat, beside[seat], beside[beside[seat]]] for seat in beside if beside[seat] in beside]
    assert chains == [[("330106012005-PC", "副书记"), ("330106012005-RC", "副主任"), ("330106012005-SC", "主任")]]
    seats = set(zip(posts["unit_id"], posts["post"], strict=True))
    assert set(beside.values()) <= seats


def test_vacant_seats_lie_in_one_community_and_one_grid(tables: Tables) -> None:
    posts = tables["posts"]
    empty = posts[posts["filled"].eq(other=False)]
    assert sorted(zip(empty["unit_id"], empty["post"], strict=True)) == [
        ("330106012002-G03", "专职网格员"),
        ("330106012003-PC", "宣传委员"),
        ("330106012003-RC", "妇女儿童委员"),
        ("330106012003-RC", "文体教育委员"),
    ]
    assert posts.loc[posts["filled"].isna(), ["unit_id", "post"]].to_numpy().tolist() == [
        ["330106012007-PC", "统战委员"]
    ]


def test_the_terms_of_both_committees_end_together_in_one_community(tables: Tables) -> None:
    posts = current(tables["posts"])
    pairs = posts.loc[posts["term_end"].notna(), ["unit_id", "term_end"]].drop_duplicates()
    assert len(pairs) == 14
    assert pairs["unit_id"].is_unique
    end = {row["unit_id"]: row["term_end"] for row in rows(pairs)}
    assert [area for area in CODES if end[f"{area}-PC"] == end[f"{area}-RC"]] == ["330106012001"]
    assert end["330106012001-PC"] == pd.Timestamp("2025-12-22")


# --- grids


def test_grid_posts_agree_with_the_columns_of_grids(tables: Tables) -> None:
    units, posts = tables["units"], tables["posts"]
    grids = units[units["kind"] == "grid"].drop(index="330106012001-G04")
    mine = posts[posts["unit_id"].isin(grids.index)].groupby("unit_id")
    assert mine["filled"].sum().reindex(grids.index).tolist() == grids["grid_workers"].tolist()
    assert mine["full_time"].sum().reindex(grids.index).tolist() == grids["full_time_posts"].tolist()
    blank = units.loc["330106012001-G04"]
    assert blank[["grid_workers", "full_time_posts", "function_party", "function_relief"]].isna().all()
    assert grids.index[grids["full_time_posts"] == 0].tolist() == ["330106012005-G03"]


def test_one_grid_has_one_function_of_three(tables: Tables) -> None:
    grids = tables["units"][tables["units"]["kind"] == "grid"]
    functions = grids[["function_party", "function_governance", "function_relief"]]
    recorded = functions.dropna()
    held = recorded.astype(bool).sum(axis=1)
    assert held[held < 3].to_dict() == {"330106012002-G04": 2, "330106012003-G04": 2, "330106012005-G03": 1}
    assert (len(recorded), (held == 3).sum(), held.sum()) == (25, 22, 71)
    assert functions.index.difference(recorded.index).tolist() == ["330106012001-G04", "330106012007-G02"]


def test_one_community_serves_four_other_grid_systems(tables: Tables) -> None:
    grids = tables["units"][tables["units"]["kind"] == "grid"]
    codes = grids["grid_system"].dropna().str.split("、").explode()
    by_area = codes.groupby(code(codes.index)).nunique()
    assert by_area.to_dict() == dict(zip(CODES[:5] + CODES[6:], (2, 4, 2, 1, 2, 2), strict=True))
    order, city = (set(codes.index[codes == system]) for system in ("ZZ", "CG"))
    assert (len(order & city), len(order | city)) == (4, 22)


# --- workers, room, services


def test_one_community_has_too_few_workers(tables: Tables) -> None:
    units = tables["units"]
    councils = units[units["kind"] == "residents_committee"]
    assert councils["posts_filled"].tolist() == councils["staff"].tolist() == [11, 11, 8, 10, 10, 11, 13]
    rate = councils["posts_filled"] / councils["population"] * 10_000
    assert rate.index[rate < 18].tolist() == ["330106012003-RC"]
    assert rate["330106012003-RC"] == pytest.approx(8 / 5452 * 10_000)  # 14.7: two workers short of 18
    assert math.ceil(5452 * 18 / 10_000) - 8 == 2
    assert (councils["posts_approved"] - councils["posts_filled"]).tolist() == [1, 2, 3, 0, 1, 0, 0]


def test_worker_counts_hang_together(tables: Tables) -> None:
    councils = tables["units"][tables["units"]["kind"] == "residents_committee"]
    known = councils[councils["workers_joined"].notna()]
    assert councils.index.difference(known.index).tolist() == ["330106012005-RC"]
    assert (known["workers_stayed"] + known["workers_joined"] == known["posts_filled"]).all()
    assert (councils[["certified", "trained", "full_time_posts"]].max(axis=1) <= councils["posts_filled"]).all()
    stay = known["workers_stayed"] / (known["workers_stayed"] + known["workers_left"])
    assert stay.idxmin() == "330106012003-RC"
    assert (known["workers_stayed"].sum(), known["workers_left"].sum()) == (57, 10)
    settled = councils["disputes_settled"] / councils["disputes"]
    assert settled.idxmin() == "330106012003-RC"


def test_one_community_has_too_little_floor_area(tables: Tables) -> None:
    units = tables["units"]
    area = units.loc[[f"{place}-SC" for place in CODES], "floor_area"].to_numpy()
    households = units.loc[[f"{place}-RC" for place in CODES], "households"].to_numpy()
    rate = area / households * 100
    assert [place for place, value in zip(CODES, rate, strict=True) if value < 30] == ["330106012007"]
    assert rate[-1] == pytest.approx(280 / 1143 * 100)  # 24.5: 62.9 square metres short


def test_meals_reach_all_communities_but_two(tables: Tables) -> None:
    services = current(tables["services"])
    areas = {name: sorted(set(code(group["receiver"]))) for name, group in services.groupby("service")}
    missing = {name: sorted(set(CODES) - set(found)) for name, found in areas.items()}
    assert missing["助餐服务"] == ["330106012006", "330106012007"]
    givers = services.groupby(["service", services["receiver"].str[:12]])["provider"].nunique()
    assert givers[givers > 1].to_dict() == {("助餐服务", "330106012001"): 2, ("助餐服务", "330106012004"): 2}
    assert missing["便民服务"] == ["330106012003", "330106012006"]
    assert missing["党员教育"] == ["330106012006", "330106012007"]
    assert missing["为老服务"] == ["330106012002"]
    assert missing["平安巡防"] == ["330106012004", "330106012006"]
    for service in ("心理服务", "法律援助", "社工服务", "家庭教育", "救助帮扶", "志愿服务"):
        assert len(missing[service]) == 5
    assert len(missing["助困资助"]) == 4
    assert "330106012002" in missing["志愿服务"]  # its service ended on 2024-12-31


def test_services_agree_with_the_ties_and_the_centres(tables: Tables) -> None:
    services, ties, units = tables["services"], tables["ties"], tables["units"]
    on_paper = set(zip(services["provider"], services["receiver"], services["service"], strict=True))
    tied = ties[ties["layer"].isin(["serves", "supports"])]
    assert set(zip(tied["source"], tied["target"], tied["tie_type"], strict=True)) <= on_paper
    assert (len(services), len(tied)) == (55, 39)
    offered = services.groupby("provider")[["capacity", "demand"]].sum()
    centres = [f"{place}-SC" for place in CODES]
    assert offered.loc[centres].to_numpy().tolist() == units.loc[centres, ["capacity", "demand"]].to_numpy().tolist()


def test_one_service_centre_is_more_than_a_kilometre_from_two_of_its_grids(tables: Tables) -> None:
    units = tables["units"]
    place = {unit["unit_id"]: unit for unit in rows(units)}
    centres = [unit for unit in place.values() if unit["kind"] == "service_centre"]
    grids = [unit for unit in place.values() if unit["kind"] == "grid"]
    nearest = {grid["unit_id"]: min(metres(grid, centre) for centre in centres) for grid in grids}
    far = {unit: place[unit]["households"] for unit, distance in nearest.items() if distance > 1000}
    assert far == {"330106012003-G01": 400, "330106012003-G02": 470}
    for area in CODES:
        mine = [grid for grid in grids if grid["unit_id"].startswith(area)]
        middle = {side: sum(grid[side] for grid in mine) / len(mine) for side in ("longitude", "latitude")}
        assert max(metres(grid, middle) for grid in mine) < 420
    listed = rows(tables["services"][tables["services"]["metres"].notna()])
    assert len(listed) == 32
    for row in listed:
        assert metres(place[row["provider"]], place[row["receiver"]]) == pytest.approx(row["metres"], abs=1)


def metres(one: dict[str, Any], other: dict[str, Any]) -> float:
    """Return the distance of two places, flat: within a metre at this size."""
    east = one["longitude"] - other["longitude"]
    north = one["latitude"] - other["latitude"]
    shrink = math.cos(math.radians((one["latitude"] + other["latitude"]) / 2))
    return math.hypot(east * shrink, north) * 111_194.93


def test_sharing_along_the_ties_meets_a_part_of_the_demand(tables: Tables) -> None:
    units, ties = tables["units"], current(tables["ties"])
    offers = units[units["capacity"].notna()]
    left = {unit["unit_id"]: unit["capacity"] - unit["demand"] for unit in rows(offers)}
    assert left == {
        **{f"{area}-SC": spare for area, spare in zip(CODES, (36, -48, -28, 0, 4, 36, -26), strict=True)},
        "330106012003-S03": 12,
        "330106012007-E14": 15,
    }
    collab = ties[ties["layer"] == "collab"]
    edges = list(zip(collab["source"], collab["target"], strict=True))
    near = {(one, other) for one, other in [*edges, *[(b, a) for a, b in edges]] if one in left and other in left}
    assert near == {
        ("330106012003-S03", "330106012003-SC"),
        ("330106012003-SC", "330106012003-S03"),
    }  # in one step 12 of 102 places are met
    joined = component(edges, "330106012002-SC")
    assert {unit for unit, spare in left.items() if spare < 0} <= joined
    assert sum(spare for unit, spare in left.items() if spare > 0 and unit in joined) == 52  # 102 unmet, 50 left
    assert {unit for unit, spare in left.items() if spare > 0} - joined == {"330106012006-SC", "330106012007-E14"}
    assert "330106012007-E14" not in {*tables["ties"]["source"], *tables["ties"]["target"]}


# --- items of work


def test_one_community_has_items_from_nine_bodies_and_the_most_outside_the_list(tables: Tables) -> None:
    items = tables["items"]
    area = pd.Series(code(items["unit_id"]))
    assert items.groupby(area)["issuer"].nunique().tolist() == [9, 5, 6, 4, 5, 4, 6]
    outside = items["listed"].eq(other=False).groupby(area).sum()
    assert outside.tolist() == [6, 1, 2, 0, 1, 0, 2]
    assert items["listed"].isna().sum() == 1
    assert set(by_kind(tables, items["unit_id"])) == {"residents_committee", "grid"}


# --- seats at the joint meeting


def test_enterprises_hold_most_seats_and_have_fewest_proposals_adopted(tables: Tables) -> None:
    units = tables["units"]
    table = units[units["seats"].notna()].groupby("kind")[COUNTS].sum()
    assert table["seats"].idxmax() == "enterprise"
    rate = table["proposals_adopted"] / table["proposals_made"]
    assert rate.idxmin() == "enterprise"
    assert (units["proposals_adopted"].dropna() <= units["proposals_made"].dropna()).all()


def test_unions_count_no_more_members_than_staff(tables: Tables) -> None:
    units = tables["units"]
    with_union = units[units["has_union"].eq(other=True)]
    assert with_union.index[with_union["union_members"].isna()].tolist() == ["330106012001-S01"]
    assert (with_union["union_members"].dropna() <= with_union["staff"][with_union["union_members"].notna()]).all()
    assert units.loc[units["union_members"].notna(), "has_union"].all()


def test_the_readme_says_the_seats_and_proposals_of_enterprises(tables: Tables) -> None:
    text = " ".join((datasets.path() / "README.md").read_text(encoding="utf-8").split())
    units = tables["units"]
    table = units[units["seats"].notna()].groupby("kind")[COUNTS].sum()
    counts_of = {row["kind"]: [int(row[column]) for column in COUNTS] for row in rows(table.reset_index())}
    seats, made, adopted = counts_of["enterprise"]
    assert f"enterprises hold {seats} of {sum(counts[0] for counts in counts_of.values())} seats" in text
    assert f"{adopted} of {made} proposals adopted ({adopted / made:.1%}".replace("%", " %)") in text
    _, made, adopted = counts_of["residents_committee"]
    assert f"residents' committees {adopted} of {made} on 7 seats" in text
