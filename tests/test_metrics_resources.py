"""Resources and services: every measure worked by hand, its undefined cases, and laws."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

import orgnet
from orgnet import build
from orgnet._metrics.provision import great_circle, weighted_gini
from orgnet._model.catalogue import entries
from orgnet.metrics import resources

RANDOM = np.random.default_rng(20260105)


def table(**columns: Any) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(values) for name, values in columns.items()})


def three_areas(**more: Any) -> orgnet.OrgNetwork:
    """East: two grids speak for it; west: its committee does; north: no workers recorded, and no service centre."""
    units = table(
        unit_id=["rc-e", "g-e1", "g-e2", "sc-e", "rc-w", "sc-w", "rc-n", "q", "v"],
        kind=["residents_committee", "grid", "grid", "service_centre", "villagers_committee", "service_centre",
              "residents_committee", "professional_org", "service_group"],
        area=["east"] * 4 + ["west"] * 2 + ["north"] + ["town"] * 2,
        households=[None, 1000, 500, None, 3000, None, 1200, None, None],
        population=[None, 3000, 2000, None, 10000, None, 4000, None, None],
        posts_filled=[7, None, None, None, None, None, None, None, None],
        staff=[99, None, None, 5, 20, 5, None, 8, 8],
        floor_area=[None, None, None, 300, None, 1200, None, None, None],
    )  # fmt: skip
    return build.from_tables(units, **more)


def with_services(net: orgnet.OrgNetwork) -> orgnet.OrgNetwork:
    """Legal aid from q in east and west and from v in west; care of the elderly by a serves tie in east alone."""
    ties = table(source=["sc-e"], target=["g-e1"], layer=["serves"], tie_type=["elderly"])
    services = {"provider": ["q", "q", "v", "v"], "receiver": ["g-e1", "rc-w", "rc-w", "rc-w"], "service": "legal"}
    return net.with_ties(ties).with_tables(services=services)


def row(frame: pd.DataFrame, **wanted: str) -> dict[str, Any]:
    ((name, value),) = wanted.items()
    (found,) = frame[frame[name] == value].to_dict("records")
    return {str(key): cell for key, cell in found.items()}


def test_workers_and_space_by_hand() -> None:
    found = resources(three_areas())
    east, west, north = (row(found.table, area=name) for name in ("east", "west", "north"))
    assert found.table["area"].tolist() == ["east", "north", "west"]
    assert (east["households"], east["population"], east["workers"]) == (1500, 5000, 7)
    assert east["workers_per_10000"] == 14.0  # 10 000 x 7 / 5 000
    assert east["workers_lacking"] == 2.0  # 18 x 5 000 / 10 000 = 9
    assert (west["workers"], west["workers_per_10000"], west["workers_lacking"]) == (20, 20.0, 0.0)
    assert all(math.isnan(north[name]) for name in ("workers", "workers_per_10000", "workers_lacking"))
    assert found.value("workers_per_10000") == 18.0  # 10 000 x 27 / 15 000
    figure = found.indicator("workers_per_10000")
    assert (figure["numerator"], figure["denominator"], figure["unknown"]) == (27, 15000, 1)
    assert found.value("workers_lacking") == 2.0
    assert found.value("areas_below_workers_norm") == 0.5
    assert east["floor_area_per_100_households"] == 20.0  # 100 x 300 / 1 500
    assert east["floor_area_lacking"] == 150.0  # 30 x 15 - 300
    assert (west["floor_area_per_100_households"], west["floor_area_lacking"]) == (40.0, 0.0)
    assert (north["floor_area"], north["floor_area_lacking"]) == (0.0, 360.0)  # no centre in the file; 30 x 12
    assert found.value("floor_area_per_100_households") == pytest.approx(100 * 1500 / 5700)
    assert found.value("floor_area_lacking") == 510.0
    assert found.value("areas_below_floor_area_norm") == pytest.approx(2 / 3)


def test_a_centre_without_floor_area_makes_its_area_unknown() -> None:
    net = three_areas()
    floor = net.units["floor_area"].mask(net.ids == "sc-e")
    found = resources(net.with_units(floor_area=floor))
    assert math.isnan(row(found.table, area="east")["floor_area"])
    assert found.indicator("floor_area_per_100_households")["unknown"] == 1
    assert found.value("floor_area_per_100_households") == pytest.approx(100 * 1200 / 4200)


def test_a_file_without_any_centre_says_nothing_of_floor_area() -> None:
    net = three_areas()
    without = build.from_tables(net.units[net.units["kind"] != "service_centre"].reset_index())
    found = resources(without)
    assert found.table["floor_area"].isna().all()
    assert found.indicator("floor_area_lacking")["unknown"] == 3


def test_the_rule_set_decides() -> None:
    rules = {"name": "local", "resources": {"workers_per_10000": 25.0, "floor_area_per_100_households": 50.0}}
    found = resources(three_areas(rules=rules))
    assert row(found.table, area="west")["workers_lacking"] == 5.0  # 25 - 20
    assert found.value("workers_lacking") == 11.0  # and east: ceil(12.5) - 7 = 6
    assert found.value("areas_below_floor_area_norm") == 1.0
    assert row(found.table, area="west")["floor_area_lacking"] == 300.0  # 50 x 30 - 1 200


def test_services_by_hand() -> None:
    found = resources(with_services(three_areas()))
    assert found.value("households_served", "legal") == pytest.approx(4500 / 5700)
    assert found.value("households_served", "elderly") == pytest.approx(1500 / 5700)
    assert found.value("households_served") == pytest.approx(6000 / 11400)
    assert found.value("single_provider_share", "legal") == 0.5  # east has one, west two
    assert found.value("single_provider_share") == pytest.approx(2 / 3)
    assert found.value("single_provider_areas") == 0.5  # east of east and west
    # provisions of legal aid: q east, q west, v west
    assert found.value("provider_concentration", "legal") == pytest.approx((2 / 3) ** 2 + (1 / 3) ** 2)
    assert found.value("provider_concentration", "elderly") == 1.0
    assert found.value("provider_concentration") == pytest.approx(0.5**2 + 2 * 0.25**2)
    assert found.value("provider_share", "professional_org") == 0.5
    assert found.value("provider_share", "service_centre") == 0.25
    legal = row(found.services, service="legal")
    assert (legal["providers"], legal["areas"], legal["areas_without"], legal["provisions"]) == (2, 2, "north", 3)
    assert legal["kinds"] == "professional_org、service_group"
    east, west, north = (row(found.table, area=name) for name in ("east", "west", "north"))
    assert (east["services_present"], east["services_missing"]) == ("elderly、legal", "")
    assert east["single_provider_services"] == "elderly、legal"
    assert (west["services_missing"], west["single_provider_services"]) == ("elderly", "")
    assert (north["services_present"], north["services_missing"]) == ("", "elderly、legal")


@pytest.mark.parametrize("seed", range(8))
def test_services_against_a_plain_count(seed: int) -> None:
    """Go through the rows one by one, with sets, on tables drawn at random."""
    rng = np.random.default_rng(seed)
    homes = {f"r{i}": (f"area {i % 5}", float(rng.integers(1, 9))) for i in range(5)}
    givers = {f"p{i}": str(rng.choice(["charity", "enterprise", "service_group"])) for i in range(6)}
    units = table(
        unit_id=[*homes, *givers],
        kind=["residents_committee"] * 5 + list(givers.values()),
        area=[area for area, _ in homes.values()] + ["area 1"] * 6,
        households=[count for _, count in homes.values()] + [None] * 6,
    )
    rows = [
        (str(rng.choice(list(givers))), str(rng.choice(list(homes))), str(rng.choice(["a", "b", "c"])))
        for _ in range(12)
    ]
    services = pd.DataFrame(rows, columns=["provider", "receiver", "service"])
    found = resources(build.from_tables(units).with_tables(services=services))
    where: dict[tuple[str, str], set[str]] = {}
    for provider, receiver, service in rows:
        where.setdefault((service, receiver), set()).add(provider)
    everybody = sum(count for _, count in homes.values())
    for service in {service for _, _, service in rows}:
        there = {home: names for (name, home), names in where.items() if name == service}
        served = sum(homes[home][1] for home in there)
        alone = sum(len(names) == 1 for names in there.values())
        kinds = [givers[name] for names in there.values() for name in names]
        squares = sum((kinds.count(kind) / len(kinds)) ** 2 for kind in set(kinds))
        assert found.value("households_served", service) == pytest.approx(served / everybody)
        assert found.value("single_provider_share", service) == pytest.approx(alone / len(there))
        assert found.value("provider_concentration", service) == pytest.approx(squares)


def test_a_service_without_receiver_is_given_where_its_provider_is() -> None:
    net = three_areas().with_tables(services={"provider": ["sc-w", "q"], "service": ["meals", "meals"]})
    found = resources(net)
    assert row(found.services, service="meals")["areas"] == 1
    assert row(found.services, service="meals")["provisions"] == 2
    assert row(found.table, area="west")["services_present"] == "meals"


def test_services_that_are_over_do_not_count() -> None:
    services = {"provider": ["q", "v", "q"], "receiver": ["rc-w", "rc-e", "rc-n"], "service": "legal",
                "since": [None, None, "2025-07-01"], "until": ["2025-06-29", "2025-06-30", None]}  # fmt: skip
    found = resources(three_areas(as_of="2025-06-30").with_tables(services=services))
    assert row(found.services, service="legal")["areas_without"] == "north、west"


def test_rows_without_a_service_are_told() -> None:
    net = three_areas().with_tables(
        services={"provider": ["q", "v"], "receiver": ["rc-e", "rc-w"], "service": ["legal", None]}
    )
    found = resources(net)
    assert found.services["service"].tolist() == ["legal"]
    assert any("1 rows of services name no service" in note for note in found.warnings)


def test_capacity_and_demand_by_hand() -> None:
    net = build.from_tables(
        table(unit_id=list("XYZW"), kind=["service_centre"] * 4, capacity=[10, 2, 1, 5], demand=[4, 6, 3, None])
    )
    services = {"provider": ["X", "X", "Y", "Y"], "service": ["legal", "legal", "legal", "meals"],
                "capacity": [3, 2, 4, 1], "demand": [5, 1, None, None]}  # fmt: skip
    found = resources(net.with_tables(services=services))
    assert found.value("capacity_to_demand") == 1.0  # (10 + 2 + 1) / (4 + 6 + 3)
    assert found.value("unmet_demand") == 6.0  # 4 + 2
    assert found.indicator("unmet_demand")["unknown"] == 1
    assert found.value("capacity_to_demand", "legal") == pytest.approx(5 / 6)  # the two rows of X
    assert found.value("unmet_demand", "legal") == 1.0
    assert found.indicator("unmet_demand", "legal")["unknown"] == 1
    assert math.isnan(found.value("unmet_demand", "meals"))
    assert "recorded" in found.indicator("unmet_demand", "meals")["reason"]


def test_the_parts_of_a_table_add_up() -> None:
    net = three_areas()
    facts = {"capacity": [None, 5, 3, 10, 4, 1, 0, None, 7], "demand": [None, 6, 2, 12, 4, 9, None, 3, 1]}
    found = resources(net.with_units(**facts))
    inside = found.balance[found.balance["unit_id"] != "v"]  # v lies in no area where people live
    for name in ("capacity", "demand", "unmet"):
        assert found.table[name].sum() == inside[name].sum()
    assert found.table["unmet"].sum() == 1 + 2 + 8


METRES_A_DEGREE = math.pi / 180 * 6_371_008.8


def placed() -> orgnet.OrgNetwork:
    units = table(
        unit_id=["c", "g1", "g2", "g3", "g4"],
        kind=["service_centre"] + ["grid"] * 4,
        area=["a"] * 5,
        households=[None, 100, 200, 300, 400],
        longitude=[120.0, 120.005, 120.02, None, None],
        latitude=[0.0] * 3 + [None] * 2,
    )
    services = {"provider": ["c", "c"], "receiver": ["g3", "g3"], "service": ["x", "y"], "metres": [1800, 800]}
    return build.from_tables(units).with_tables(services=services)


def test_metres_by_hand() -> None:
    # g1 lies 556 m from the centre along the equator, g2 2 224 m, g3 800 m as stated, g4 nobody knows where
    assert round(METRES_A_DEGREE * 0.005) == 556
    found = resources(placed())
    figure = found.indicator("households_within_metres")
    assert (figure["numerator"], figure["denominator"], figure["unknown"]) == (400, 600, 1)


def test_metres_follow_the_rule_set() -> None:
    net = placed()
    for metres, share in ((500.0, 0.0), (600.0, 100 / 600), (2300.0, 1.0)):
        near = build.from_tables(net.units.reset_index(), rules={"name": "x", "resources": {"near_metres": metres}})
        found = resources(near.with_tables(services=net.tables["services"]))
        assert found.value("households_within_metres") == pytest.approx(share)


def test_a_centre_without_place_is_told() -> None:
    net = placed()
    more = pd.concat([net.units.reset_index(), table(unit_id=["c2"], kind=["service_centre"], area=["a"])])
    found = resources(build.from_tables(more))
    assert any("1 service centres have no place" in note for note in found.warnings)


def haversine(one: Any, other: Any) -> float:  # noqa: ANN401 - a pair of radians
    """Give the great circle from the textbook's formula."""
    (x, y), (u, v) = one, other
    h = math.sin((v - y) / 2) ** 2 + math.cos(y) * math.cos(v) * math.sin((u - x) / 2) ** 2
    return 2 * 6_371_008.8 * math.asin(math.sqrt(h))


def test_great_circles_against_the_haversine_of_every_pair() -> None:
    centre = np.deg2rad([120.1, 30.25])
    places = centre[:, None] + RANDOM.normal(0, 0.01, (2, 40))
    facilities = centre[:, None] + RANDOM.normal(0, 0.01, (2, 7))
    wanted = [min(haversine(one, other) for other in facilities.T) for one in places.T]
    np.testing.assert_allclose(great_circle(places, facilities), wanted, rtol=1e-6)
    far = np.deg2rad([[0.0, 0.0], [0.0, 90.0]])
    assert great_circle(far, np.deg2rad([[180.0], [0.0]]))[0] == pytest.approx(math.pi * 6_371_008.8)


def test_steps_by_hand() -> None:
    units = table(
        unit_id=["c", "g1", "g2", "g3", "g4"],
        kind=["service_centre"] + ["grid"] * 4,
        households=[None, 100, 200, 300, 400],
    )
    ties = table(source=["c", "g1", "g2"], target=["g1", "g2", "g3"], layer=["serves", "collab", "collab"])
    found = resources(build.from_tables(units, ties))
    assert found.value("households_within_steps") == pytest.approx(300 / 1000)  # g1, g2; g3 is 3 off, g4 untied
    rules = {"name": "x", "resources": {"near_steps": 3}}
    assert resources(build.from_tables(units, ties, rules=rules)).value("households_within_steps") == 0.6


def test_without_a_centre_nobody_knows_how_near() -> None:
    found = resources(build.from_tables(table(unit_id=["g"], kind=["grid"], households=[100], area=["a"])))
    for measure in ("households_within_metres", "households_within_steps"):
        assert math.isnan(found.value(measure))
        assert "no service centre" in found.indicator(measure)["reason"]


def test_resources_without_a_tie_by_hand() -> None:
    units = table(unit_id=list("abcd"), kind=["service_centre"] * 4, capacity=[5, 5, 5, 0])
    ties = table(source=["a"], target=["b"], layer=["collab"])
    found = resources(build.from_tables(units, ties))
    figure = found.indicator("resources_without_tie")
    assert (figure["numerator"], figure["denominator"]) == (1, 3)  # c; d has nothing
    ended = resources(build.from_tables(units, ties.assign(until="2024-01-01"), as_of="2025-01-01"))
    assert ended.value("resources_without_tie") == 1.0


def test_gini_by_hand() -> None:
    """One place a household in east and a third in west: 1 - (0.75 x 0.5 + 0.25 x 1.5) = 0.25."""
    units = table(
        unit_id=["rc-e", "sc-e", "rc-w", "sc-w"],
        kind=["residents_committee", "service_centre"] * 2,
        area=["east", "east", "west", "west"],
        households=[100, None, 300, None],
        capacity=[None, 100, None, 100],
    )
    net = build.from_tables(units)
    assert resources(net).value("service_gini") == pytest.approx(0.25)
    even = net.with_units(capacity=[None, 50, None, 150])
    assert resources(even).value("service_gini") == pytest.approx(0.0)
    one = net.with_units(capacity=[None, 100, None, 0])
    assert resources(one).value("service_gini") == pytest.approx(0.75)
    unknown = resources(net.with_units(capacity=[None, 100, None, None])).indicator("service_gini")
    assert math.isnan(unknown["value"])  # east alone: with one area there is no inequality to state
    assert (unknown["unknown"], "fewer than two" in unknown["reason"]) == (1, True)
    none = resources(net.with_units(capacity=[None, 0, None, 0])).indicator("service_gini")
    assert math.isnan(none["value"])
    assert "no area has any capacity" in none["reason"]
    services = {"provider": "sc-e", "receiver": ["rc-e", "rc-w"], "service": "legal", "capacity": [100, 100]}
    assert resources(net.with_tables(services=services)).value("service_gini", "legal") == pytest.approx(0.25)
    services |= {"receiver": ["rc-e", "rc-e"]}
    assert resources(net.with_tables(services=services)).value("service_gini", "legal") == pytest.approx(0.75)


def test_an_area_without_a_provider_has_nothing() -> None:
    """All 10 places in A, none in B, as many households in each: 1 - (0.5 x 0 + 0.5 x 1) = 0.5."""
    units = table(
        unit_id=["r1", "r2", "s1"],
        kind=["residents_committee", "residents_committee", "service_centre"],
        area=["A", "B", "A"],
        households=[1000, 1000, None],
        capacity=[None, None, 10],
    )
    figure = resources(build.from_tables(units)).indicator("service_gini")
    assert (figure["value"], figure["unknown"]) == (0.5, 0)
    nowhere = resources(build.from_tables(units.assign(capacity=np.nan))).indicator("service_gini")
    assert math.isnan(nowhere["value"])
    assert nowhere["unknown"] == 2  # no capacity at all is recorded: B is not known to have none


def test_residents_that_are_none_are_recorded() -> None:
    """3 workers to 0 residents: the numbers are there, and the denominator is 0; nobody lacks a worker."""
    units = table(unit_id=["r"], kind=["residents_committee"], area=["x"], population=[0], staff=[3])
    found = resources(build.from_tables(units))
    figure = found.indicator("workers_per_10000")
    assert (figure["numerator"], figure["denominator"], figure["unknown"]) == (3, 0, 0)
    assert math.isnan(figure["value"])
    assert "denominator is 0" in figure["reason"]
    assert found.value("workers_lacking") == 0
    assert found.value("areas_below_workers_norm") == 0
    unknown = resources(build.from_tables(units.assign(population=np.nan))).indicator("workers_per_10000")
    assert "no area has both" in unknown["reason"]


def test_gini_against_all_pairs_of_households() -> None:
    for _ in range(20):
        held, households = RANDOM.uniform(0, 9, 6), RANDOM.integers(1, 8, 6).astype(float)
        each = np.repeat(held / households, households.astype(int))
        pairs = sum(abs(x - y) for x, y in itertools.product(each, each))
        assert weighted_gini(held, households) == pytest.approx(pairs / (2 * len(each) ** 2 * each.mean()))


def test_every_measure_is_there_and_says_why_it_is_undefined() -> None:
    wanted = {name for name, item in entries().items() if item.function == "resources"}
    assert len(wanted) == 20
    nothing = build.from_tables({"unit_id": []})
    alone = build.from_tables({"unit_id": ["a"]})
    for net in (nothing, alone, orgnet.datasets.load(), with_services(three_areas())):
        figures = resources(net).indicators
        assert set(figures["measure"]) == wanted
        undefined = figures[figures["value"].isna()]
        assert (undefined["reason"] != "").all()
        assert (undefined["missing"] != "").all() or net is not alone


def test_shares_stay_between_0_and_1() -> None:
    for net in (orgnet.datasets.load(), with_services(three_areas()), placed()):
        figures = resources(net).indicators
        units = figures["measure"].map({name: item.unit for name, item in entries().items()})
        shares = figures.loc[units == "share", "value"].dropna()
        assert shares.between(0, 1).all()
        assert len(shares)


def test_the_order_of_rows_does_not_matter() -> None:
    net = with_services(three_areas()).with_units(capacity=range(9), demand=[3] * 9)
    wanted = resources(net)
    for seed in range(5):
        rng = np.random.default_rng(seed)
        units = net.units.reset_index().sample(frac=1, random_state=rng)
        again = build.from_tables(units, net.ties.sample(frac=1, random_state=rng))
        found = resources(again.with_tables(services=net.tables["services"].sample(frac=1, random_state=rng)))
        for name in ("table", "services", "pooling", "balance", "indicators"):
            pd.testing.assert_frame_equal(getattr(found, name), getattr(wanted, name))


def test_an_area_without_services_never_raises_the_share_served() -> None:
    net = with_services(three_areas())
    more = table(unit_id=["rc-s"], kind=["residents_committee"], area=["south"], households=[800])
    wider = build.from_tables(pd.concat([net.units.reset_index(), more]), net.ties)
    before, after = resources(net), resources(wider.with_tables(services=net.tables["services"]))
    for group in ("all", "legal", "elderly"):
        assert after.value("households_served", group) < before.value("households_served", group)


def test_the_bundled_subdistrict() -> None:
    """What its README plants, worked there from the files."""
    found = resources(orgnet.datasets.load())
    few, small = row(found.table, area="东山弄社区"), row(found.table, area="黄龙社区")
    assert (few["workers"], few["population"], few["workers_lacking"]) == (8, 5452, 2)
    assert (found.table["workers_lacking"] > 0).sum() == 1
    assert (small["floor_area"], small["households"]) == (280, 1143)
    assert small["floor_area_lacking"] == pytest.approx(62.9)
    assert (found.table["floor_area_lacking"] > 0).sum() == 1
    meals = row(found.services, service="助餐服务")
    assert set(meals["areas_without"].split("、")) == {"庆丰社区", "黄龙社区"}
    assert meals["kinds"] == "charity、service_centre"
    assert found.value("single_provider_share", "助餐服务") == 0.6  # two have a second provider, of five
    far = found.indicator("households_within_metres")
    assert (far["denominator"] - far["numerator"], far["unknown"]) == (870, 0)
    untied = found.indicator("resources_without_tie")
    assert (untied["numerator"], untied["denominator"]) == (1, 9)


def test_the_network_stays_as_it_was() -> None:
    net = with_services(three_areas())
    units, services = net.units, net.tables["services"]
    resources(net)
    pd.testing.assert_frame_equal(net.units, units)
    pd.testing.assert_frame_equal(net.tables["services"], services)
