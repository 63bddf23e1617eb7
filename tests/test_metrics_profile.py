"""The profile: the measures of the system by hand, the place among peers, and the fitness of the data."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest

import orgnet
from orgnet import build, metrics
from orgnet._metrics.profile import beside, held
from orgnet._model.catalogue import entries
from orgnet.metrics import Profile, profile


def table(**columns: Any) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(values) for name, values in columns.items()})


@pytest.fixture(scope="module")
def bundled() -> Profile:
    return profile(orgnet.datasets.load())


def test_inputs_by_hand() -> None:
    """30 from a professional body, 50 and 20 from a service centre and a government unit; of the last nobody knows."""
    units = table(unit_id=list("qsge"), kind=["professional_org", "service_centre", "government_unit", "enterprise"])
    services = {"provider": list("qsge"), "service": "aid", "funds": [30, 50, 20, None]}
    figure = profile(build.from_tables(units).with_tables(services=services)).indicator("social_input_share")
    assert (figure["numerator"], figure["denominator"], figure["unknown"]) == (30, 100, 1)


@pytest.mark.parametrize(
    ("funds", "wanted", "why"),
    [
        ([30, None, None, 10], None, "no provider of Party or government"),  # not 40 of 40
        ([None, 50, 20, None], None, "outside Party and government"),  # not 0 of 70
        ([30, 10, None, None], 0.75, ""),  # 30 of 40
        ([30, 0, None, None], 1.0, ""),
    ],
)
def test_inputs_of_one_side_alone_are_no_share(funds: list[float | None], wanted: float | None, why: str) -> None:
    units = table(unit_id=list("qsge"), kind=["professional_org", "service_centre", "government_unit", "enterprise"])
    services = {"provider": list("qsge"), "service": "aid", "funds": funds}
    figure = profile(build.from_tables(units).with_tables(services=services)).indicator("social_input_share")
    assert figure["unknown"] == sum(amount is None for amount in funds)
    assert math.isnan(figure["value"]) if wanted is None else figure["value"] == wanted
    assert why in figure["reason"]
    assert figure["missing"] == ""


def test_items_of_which_neither_lead_nor_issuer_is_recorded() -> None:
    net = build.from_tables({"unit_id": ["r"], "kind": ["residents_committee"], "area": ["x"]})
    found = profile(net.with_tables(items={"unit_id": ["r"], "item": ["a"]}))
    lead, issuers = found.indicator("items_with_one_lead"), found.indicator("issuers_per_community")
    assert math.isnan(lead["value"])
    assert math.isnan(issuers["value"])
    assert (lead["missing"], issuers["missing"]) == ("items.lead", "items.issuer")
    assert (lead["unknown"], issuers["unknown"]) == (1, 1)
    assert found.burden[["area", "items", "issuers"]].to_numpy().tolist() == [["x", 1, 0]]


def meetings(**more: Any) -> orgnet.OrgNetwork:
    units = table(
        unit_id=list("pcerug"),
        kind=["party_branch", "party_committee", "enterprise", "residents_committee", None, "grid"],
    )
    events = [(1, "pcer"), (2, "pceg"), (3, "peu"), (4, "pe"), (5, "per")]
    rows = [(str(number), unit, "2025-01-01") for number, there in events for unit in there]
    frame = pd.DataFrame(rows, columns=["event_id", "unit_id", "date"])
    absent = pd.DataFrame({"event_id": ["4"], "unit_id": ["r"], "date": ["2025-01-01"], "role": ["absent"]})
    frame.loc[frame["event_id"] == "5", "date"] = "2026-01-01"
    return build.from_tables(units, **more).with_tables(events=pd.concat([frame, absent]))


def test_meetings_by_hand() -> None:
    """Party, firm, committee: three sectors. Two of the Party, a firm, a grid: two. Party, firm, and one of no known
    kind: undecided. Party and firm, the committee absent: two. The fifth is later than the date of the network.
    """
    figure = profile(meetings(as_of="2025-06-30")).indicator("meetings_of_several_sectors")
    assert (figure["numerator"], figure["denominator"], figure["unknown"]) == (1, 3, 1)


def test_sectors_follow_the_rule_set() -> None:
    rules = {"name": "x", "system": {"sectors": 2}}
    figure = profile(meetings(as_of="2025-06-30", rules=rules)).indicator("meetings_of_several_sectors")
    assert (figure["numerator"], figure["denominator"], figure["unknown"]) == (4, 4, 0)


def handed_down() -> orgnet.OrgNetwork:
    units = table(unit_id=["r1", "r2"], kind=["residents_committee"] * 2, area=["east", "west"])
    items = table(
        unit_id=["r1", "r1", "r2", "r2"],
        item=["A", "B", "A", "C"],
        lead=["甲、乙", "甲", "甲", None],
        listed=[True, False, None, False],
        issuer=["甲", "乙局；丙办", "甲", None],
    )
    return build.from_tables(units).with_tables(items=items)


def test_items_by_hand() -> None:
    """Of r1's two items one has one lead, r2's A has one, of C none is known; two of three are known to be unlisted."""
    found = profile(handed_down())
    lead, unlisted = found.indicator("items_with_one_lead"), found.indicator("unlisted_item_share")
    assert (lead["numerator"], lead["denominator"], lead["unknown"]) == (2, 3, 1)
    assert (unlisted["numerator"], unlisted["denominator"], unlisted["unknown"]) == (2, 3, 1)
    assert found.value("issuers_per_community") == 2.0  # 3 in east, 1 in west
    assert found.value("most_issuers") == 3.0
    assert found.burden.to_numpy().tolist() == [["east", 2, 1, 3], ["west", 2, 1, 1]]


def test_evenness_is_what_inequality_leaves() -> None:
    """One place a household in east, a third in west: the Gini coefficient is 0.25."""
    units = table(unit_id=["r1", "r2"], kind=["residents_committee"] * 2, area=["east", "west"], households=[100, 300],
                  capacity=[100, 100])  # fmt: skip
    assert profile(build.from_tables(units)).value("service_evenness") == pytest.approx(0.75)
    assert math.isnan(profile(build.from_tables(units.drop(columns="capacity"))).value("service_evenness"))


POOLED = {"unit_id": ["X", "Y", "Z"], "kind": "service_centre", "capacity": [10, 2, 1], "demand": [4, 6, 3]}


def test_peers_by_hand() -> None:
    """6 beside 1, 2, 3, 6: quartiles 1.75, 2.5, 3.75; three are lower and one is the same, (3 + 1/2) / 4."""
    peers = pd.DataFrame({"unmet_demand": [1, 2, 3, 6], "pooling_gain": [0.5, 0.9, None, None]})
    found = profile(build.from_tables(POOLED), peers=peers)
    rows: Any = found.table.set_index(["measure", "group"])
    unmet = rows.loc[("unmet_demand", "all")]
    assert unmet[["peers", "q1", "median", "q3", "place"]].tolist() == [4, 1.75, 2.5, 3.75, 0.875]
    assert (unmet["standing"], unmet["better"], unmet["id"]) == ("last quarter", "down", "H2")
    gain = rows.loc[("pooling_gain", "all")]  # 0, without a tie
    assert gain[["peers", "median", "place", "standing"]].tolist() == [2, 0.7, 0.0, "first quarter"]
    others = rows.drop([("unmet_demand", "all"), ("pooling_gain", "all")])
    assert (others["peers"] == 0).all()
    assert others[["q1", "median", "q3", "place", "standing"]].isna().all(axis=None)
    compared = found.indicator("measures_compared")
    assert compared["numerator"] == 2
    assert compared["denominator"] >= 5  # H1, H2 and the three of H3 are defined


def test_profiles_are_peers() -> None:
    net = build.from_tables(POOLED)
    one, more = profile(net), profile(net.with_units(demand=[4, 12, 3]))
    assert one.row()["unmet_demand"] == 6.0
    found = profile(net, peers=[one, more])
    again = profile(net, peers=pd.DataFrame([one.row(), more.row()]))
    pd.testing.assert_frame_equal(found.table, again.table)
    rows: Any = found.table.set_index(["measure", "group"])
    assert rows.loc[("unmet_demand", "all"), ["peers", "median", "place"]].tolist() == [2, 9.0, 0.25]


def test_a_column_of_peers_that_is_no_measure() -> None:
    with pytest.raises(orgnet.OptionError, match="Did you mean 'unmet_demand'"):
        profile(build.from_tables(POOLED), peers=pd.DataFrame({"unmet_demands": [1.0]}))


def test_the_burden_of_the_bundled_subdistrict(bundled: Profile) -> None:
    """Its README: one community has items from 9 bodies, 6 outside the list; the others from 4 to 6, with 0 to 2."""
    first, others = bundled.burden.iloc[0], bundled.burden.iloc[1:]
    assert first[["area", "issuers", "unlisted"]].tolist() == ["一一七社区", 9, 6]
    assert (others["issuers"].min(), others["issuers"].max()) == (4, 6)
    assert (others["unlisted"].min(), others["unlisted"].max()) == (0, 2)
    assert bundled.value("most_issuers") == 9


def test_there_is_no_score(bundled: Profile) -> None:
    assert any("no total score" in note for note in bundled.warnings)
    assert not [name for name in bundled.table["measure"] if "score" in name]


def test_the_table_holds_every_figure_of_every_family(bundled: Profile) -> None:
    net = orgnet.datasets.load()
    wanted = {name for name, item in entries().items() if item.function}
    assert set(bundled.table["measure"]) == wanted
    for family in (metrics.resources, metrics.professionals):
        figures = family(net).indicators
        own = bundled.table[bundled.table["measure"].isin(figures["measure"])]
        same = ["id", "measure", "group", "value", "numerator", "denominator", "unknown", "missing", "reason"]
        pd.testing.assert_frame_equal(own[same].reset_index(drop=True), figures[same], check_dtype=False)
    assert bundled.table["id"].tolist() == sorted(bundled.table["id"], key=lambda word: (word[0], int(word[1:])))


def test_the_measures_of_the_system_are_all_there(bundled: Profile) -> None:
    wanted = {name for name, item in entries().items() if item.function == "profile"}
    assert set(bundled.indicators["measure"]) == wanted
    assert len(wanted) == 11


def test_fitness_by_hand() -> None:
    """Households are asked of the two grids and recorded for one; no firm has them. Staff are there for two of two."""
    units = table(unit_id=list("abcd"), kind=["grid", "grid", "enterprise", "enterprise"], area=["x"] * 4,
                  households=[400, None, None, None], staff=[None, None, 10, 20])  # fmt: skip
    ties = table(source=["a"], target=["b"], layer=["collab"], latency_days=[2])
    found = profile(build.from_tables(units, ties))
    fitness: Any = found.fitness.set_index("field")
    assert fitness.loc["units.households", ["rows", "recorded", "share"]].tolist() == [2, 1, 0.5]
    assert fitness.loc["units.staff", ["rows", "recorded", "share"]].tolist() == [2, 2, 1.0]
    assert fitness.loc["ties.collab", ["rows", "recorded"]].tolist() == [1, 1]
    assert math.isnan(fitness.loc["ties.collab", "share"])
    assert fitness.loc["units.floor_area", ["rows", "recorded"]].tolist() == [0, 0]
    assert fitness.loc["units.floor_area", "blocked"] >= 3  # the three measures of H5
    assert fitness.loc["services.funds", ["rows", "recorded"]].tolist() == [0, 0]
    assert fitness.loc["units.households", "measures"] >= 7  # H5, H6, H7, H11, L3
    whole = found.table[~found.table["measure"].isin(["measures_defined", "fields_present", "values_recorded"])]
    whole = whole[whole["measure"] != "measures_compared"]
    has_value = whole.groupby("measure")["value"].count() > 0
    defined = found.indicator("measures_defined")
    assert (defined["numerator"], defined["denominator"]) == (has_value.sum(), len(has_value))
    present = found.indicator("fields_present")
    assert (present["numerator"], present["denominator"]) == ((fitness["recorded"] > 0).sum(), len(fitness))
    graded = fitness.dropna(subset="share")
    assert found.value("values_recorded") == pytest.approx(graded["recorded"].sum() / graded["rows"].sum())


def test_what_is_held_of_groups_tables_and_columns() -> None:
    ties = pd.DataFrame({"layer": ["collab", "serves", "command", "command"], "latency_days": [None, None, 1, None]})
    posts = pd.DataFrame({"unit_id": ["a", "b"], "filled": [True, None]})
    frames = {"ties": ties, "posts": posts, "units": pd.DataFrame({"kind": ["grid", None]})}
    wanted = {
        "ties.horizontal": (2, 2), "ties.command": (2, 2), "ties.latency_days": (2, 1), "posts": (2, 2),
        "posts.filled": (2, 1), "posts.since": (0, 0), "events": (0, 0), "events.date": (0, 0), "units.kind": (2, 1),
    }  # fmt: skip
    for name, (asked, recorded) in wanted.items():
        found = held(frames, name)
        assert (found["rows"], found["recorded"]) == (asked, recorded), name
    assert held(frames, "posts.filled")["share"] == 0.5


def test_communities_beside_one_another() -> None:
    """Over all peers the mean place is 1/2, whatever the measure."""
    net = orgnet.datasets.load()
    profiles = [profile(net.select(area=area)) for area in ("曙光社区", "庆丰社区", "黄龙社区")]
    peers = pd.DataFrame([one.row() for one in profiles])
    places = [beside(one.table, peers).set_index(["measure", "group"])["place"] for one in profiles]
    frame = pd.concat(places, axis=1)
    everywhere = frame.dropna()
    assert len(everywhere) > 50
    assert everywhere.mean(axis=1).tolist() == pytest.approx([0.5] * len(everywhere))


def test_another_field_never_lessens_what_is_defined() -> None:
    net = build.from_tables(POOLED)
    more = net.with_units(floor_area=[100, 200, 300], area=["a", "b", "c"])
    for measure in ("measures_defined", "fields_present"):
        assert profile(more).value(measure) >= profile(net).value(measure)
    assert profile(more).value("fields_present") > profile(net).value("fields_present")


@pytest.mark.parametrize("units", [{"unit_id": []}, {"unit_id": ["a"]}], ids=["none", "one"])
def test_networks_of_next_to_nothing(units: dict[str, list[str]]) -> None:
    found = profile(build.from_tables(units))
    figures = found.table
    assert (figures.loc[figures["value"].isna(), "reason"] != "").all()
    assert found.burden.empty
    assert math.isnan(found.value("measures_compared"))


def test_shares_stay_between_0_and_1(bundled: Profile) -> None:
    shares = bundled.table.loc[bundled.table["unit"] == "share"]
    assert shares["value"].dropna().between(0, 1).all(), shares[~shares["value"].between(0, 1)].dropna(subset="value")


def test_the_order_of_rows_does_not_matter() -> None:
    net = handed_down()
    wanted = profile(net)
    items = net.tables["items"].iloc[::-1]
    again = build.from_tables(net.units.reset_index().iloc[::-1]).with_tables(items=items)
    found = profile(again)
    pd.testing.assert_frame_equal(found.burden, wanted.burden)
    pd.testing.assert_frame_equal(found.indicators, wanted.indicators)
