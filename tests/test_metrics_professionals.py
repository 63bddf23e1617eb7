"""Supporters and influence: every measure worked by hand, its undefined cases, and laws."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from naive import distances, symmetric

import orgnet
from orgnet import build
from orgnet._model.catalogue import entries
from orgnet.metrics import professionals


def table(**columns: Any) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(values) for name, values in columns.items()})


def supported(**more: Any) -> orgnet.OrgNetwork:
    """q supports r1 (twice) and r2, v supports r1; nobody supports r3, and h nobody."""
    units = table(
        unit_id=["q", "v", "h", "r1", "r2", "r3"],
        kind=["professional_org", "service_group", "charity"] + ["residents_committee"] * 3,
        area=["town"] * 3 + ["east", "west", "north"],
    )
    ties = table(source=["q", "q", "q", "v"], target=["r1", "r1", "r2", "r1"], layer=["supports"] * 4,
                 tie_type=["legal aid", "advice", "advice", "visits"])  # fmt: skip
    return build.from_tables(units, ties, **more)


def test_support_by_hand() -> None:
    found = professionals(supported())
    assert found.value("communities_with_supporter") == pytest.approx(2 / 3)
    assert found.value("supported_per_supporter") == 1.0  # 2 + 1 + 0 over 3
    assert found.value("most_supported_by_one") == 2.0
    assert found.table["unit_id"].tolist() == ["q", "v", "h"]
    assert found.table["supported"].tolist() == [2, 1, 0]
    assert found.table["areas"].tolist() == [2, 1, 0]


def test_support_that_is_over_does_not_count() -> None:
    net = supported()
    ties = net.ties.assign(until=net.ties["target"].map({"r1": None, "r2": "2025-01-01"}))
    found = professionals(build.from_tables(net.units.reset_index(), ties, as_of="2025-06-30"))
    assert found.value("communities_with_supporter") == pytest.approx(1 / 3)
    assert found.supported["unit_id"].tolist() == ["r1"]


def test_concentration_by_hand() -> None:
    """r1: two ties of q and one of v, 4/9 + 1/9; r2: q alone. Funds of r1: 30 and 10, 9/16 + 1/16."""
    services = {"provider": ["q", "v", "q", "q"], "receiver": ["r1", "r1", "r2", None],
                "service": "aid", "funds": [30, 10, None, 99]}  # fmt: skip
    found = professionals(supported().with_tables(services=services))
    assert found.supported["unit_id"].tolist() == ["r1", "r2"]
    assert found.supported["supporters"].tolist() == [2, 1]
    assert found.supported["tie_concentration"].tolist() == pytest.approx([5 / 9, 1.0])
    assert found.value("support_concentration") == pytest.approx(7 / 9)
    assert found.supported["funds"].iloc[0] == 40
    assert found.value("funding_concentration") == 0.625
    assert professionals(supported()).indicator("funding_concentration")["missing"] == "services"


def reached() -> orgnet.OrgNetwork:
    units = table(
        unit_id=["q", "r1", "a", "b", "g"],
        kind=["professional_org", "residents_committee", "enterprise", "enterprise", "grid"],
    )
    ties = table(source=["q", "r1", "a", "q"], target=["r1", "a", "b", "g"], layer=["supports"] + ["collab"] * 3)
    return build.from_tables(units, ties)


def test_reach_by_hand() -> None:
    """q - r1 - a - b, and q - g: of r1, a and b one is a tie away and two are within two; a grid is no organisation."""
    found = professionals(reached())
    assert found.value("organisations_reached_1") == pytest.approx(1 / 3)
    assert found.value("organisations_reached_2") == pytest.approx(2 / 3)
    assert found.value("group_degree") == 0.5  # r1 and g of four
    assert found.table[["reached_1", "reached_2"]].to_numpy().tolist() == [[1, 2]]


@pytest.mark.parametrize("seed", range(8))
def test_reach_against_a_plain_search(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, kinds = 24, ["professional_org", "enterprise", "grid", "charity", "social_org"]
    drawn = pd.DataFrame({"unit_id": [f"u{i:02d}" for i in range(n)], "kind": rng.choice(kinds, n)})
    ends = sorted({(i, j) for i in range(n) for j in range(n) if i != j and rng.random() < 0.04})
    layers = rng.choice(["collab", "serves", "supports", "command"], len(ends))
    names = drawn["unit_id"].to_numpy()
    ties = pd.DataFrame({"source": [names[i] for i, _ in ends], "target": [names[j] for _, j in ends], "layer": layers})
    found = professionals(build.from_tables(drawn, ties))
    arcs = symmetric({ends[i] for i in range(len(ends)) if layers[i] != "command"})
    far = distances(n, arcs)
    group = {i for i in range(n) if drawn["kind"][i] in {"professional_org", "charity"}}
    firms = {i for i in range(n) if drawn["kind"][i] != "grid"}
    for steps in (1, 2):
        near = {j for i in group for j, d in far[i].items() if d <= steps} - group
        assert found.value(f"organisations_reached_{steps}") == pytest.approx(len(near & firms) / len(firms - group))
        each = {names[i]: len({j for j, d in far[i].items() if 0 < d <= steps} & firms) for i in group}
        assert dict(zip(found.table["unit_id"], found.table[f"reached_{steps}"], strict=True)) == each
    beside = {j for i in group for j, d in far[i].items() if d == 1} - group
    assert found.value("group_degree") == pytest.approx(len(beside) / (n - len(group)))


def test_union_reach_by_hand() -> None:
    """4 of 10, 10 of 20; 9 of 5 cannot be, one is not recorded, and a committee is no host: 14 of 30."""
    units = table(
        unit_id=list("abcde"),
        kind=["enterprise", "social_org", "enterprise", "enterprise", "residents_committee"],
        staff=[10, 20, 5, 8, 7],
        union_members=[4, 10, 9, None, 7],
    )
    figure = professionals(build.from_tables(units)).indicator("union_reach")
    assert (figure["numerator"], figure["denominator"], figure["unknown"]) == (14, 30, 2)


EVENTS = [
    # event, date, unit, role
    ("e1", "2023-07-01", "q", "organiser"),
    ("e1", "2023-07-01", "A", "participant"),
    ("e1", "2023-07-01", "B", "participant"),
    ("e1", "2023-07-01", "E", "absent"),
    ("e2", "2024-08-01", "A", "organiser"),
    ("e3", "2024-06-30", "B", "organiser"),
    ("e4", "2024-12-01", "q", "organiser"),
    ("e4", "2024-12-01", "C", "participant"),
    ("e5", "2023-08-01", "p", "organiser"),
    ("e5", "2023-08-01", "D", "participant"),
    ("e5", "2023-08-01", "E", "participant"),
    ("e6", "2025-02-01", "q", "organiser"),
    ("e6", "2025-02-01", "D", "participant"),
    ("e6", "2025-02-01", "p", "participant"),
]


def led(**more: Any) -> orgnet.OrgNetwork:
    """A and B began with q, C too but lately; D began with the Party branch, and E, absent first, as well."""
    units = table(unit_id=["q", "p", *"ABCDE"], kind=["professional_org", "party_branch"] + ["self_mgmt_org"] * 5)
    events = pd.DataFrame(EVENTS, columns=["event_id", "date", "unit_id", "role"])
    return build.from_tables(units, **more).with_tables(events=events)


def test_led_and_active_by_hand() -> None:
    """A still meets 397 days on; B last met after 365 days, not more; of C a year has not passed: 1 of 2."""
    found = professionals(led(as_of="2025-06-30"))
    figure = found.indicator("led_and_active")
    assert (figure["numerator"], figure["denominator"], figure["unknown"]) == (1, 2, 1)
    assert found.led["unit_id"].tolist() == ["A", "B", "C"]
    assert found.led["active"].iloc[:2].tolist() == [True, False]
    assert found.led["active"].isna().tolist() == [False, False, True]
    assert found.table["events"].tolist() == [3]


def test_a_year_is_what_the_rules_say() -> None:
    rules = {"name": "x", "professionals": {"active_days": 364}}
    assert professionals(led(as_of="2025-06-30", rules=rules)).value("led_and_active") == 1.0
    rules = {"name": "x", "professionals": {"active_days": 30}}
    figure = professionals(led(as_of="2025-06-30", rules=rules)).indicator("led_and_active")
    assert (figure["numerator"], figure["denominator"], figure["unknown"]) == (2, 3, 0)  # C did not go on


def test_without_a_date_nobody_knows_who_went_on() -> None:
    figure = professionals(led()).indicator("led_and_active")
    assert math.isnan(figure["value"])
    assert figure["unknown"] == 3


def star() -> orgnet.OrgNetwork:
    units = table(unit_id=list("qabc"), kind=["professional_org"] + ["enterprise"] * 3)
    return build.from_tables(units, table(source=["q"] * 3, target=list("abc"), layer=["collab"] * 3))


def test_position_by_hand() -> None:
    """A star: the middle lies between all 3 pairs, has eigenvector 1 to 1/sqrt(3), and constraint 3 x (1/3)^2 to 1."""
    found = professionals(star())
    assert found.value("supporter_betweenness_share") == 1.0
    assert found.value("supporter_eigenvector_share") == pytest.approx(1 / (1 + 3 / math.sqrt(3)))
    assert found.value("supporter_constraint_ratio") == pytest.approx(1 / 3)
    assert any("not power" in note for note in found.warnings)


def influential() -> orgnet.OrgNetwork:
    units = table(
        unit_id=["q", "e1", "e2", "r"],
        kind=["professional_org", "enterprise", "enterprise", "residents_committee"],
        seats=[2, 3, 5, None],
        agenda_items=[3, 1, None, None],
        proposals_made=[4, 2, 1, None],
        proposals_adopted=[1, 2, 3, None],
    )
    return build.from_tables(units)


def test_influence_by_hand() -> None:
    """Seats 2, 3, 5; items 3, 1; adopted 1 of 4 and 2 of 2, while 3 of 1 cannot be: 3 of 6."""
    found = professionals(influential())
    assert found.value("seat_share") == 0.2
    assert found.value("seat_share", "enterprise") == 0.8
    assert found.value("agenda_share") == 0.75
    assert found.value("adopted_share") == pytest.approx(1 / 6)
    figure = found.indicator("adoption_rate")
    assert (figure["numerator"], figure["denominator"], figure["unknown"]) == (3, 6, 1)
    assert found.value("adoption_rate", "professional_org") == 0.25
    assert found.value("adoption_rate", "enterprise") == 1.0
    influence = found.influence.set_index("kind")
    assert influence.index.tolist() == ["enterprise", "professional_org"]  # none is recorded of the committee
    assert influence["seats"].tolist() == [8, 2]
    assert influence["adoption_rate"].tolist() == [1.0, 0.25]
    for share in ("seat_share", "agenda_share", "adopted_share"):
        assert influence[share].sum() == pytest.approx(1.0)


def test_seats_of_supporters_that_are_not_recorded_are_not_none() -> None:
    net = influential()
    figure = professionals(net.with_units(seats=net.units["seats"].mask(net.ids == "q"))).indicator("seat_share")
    assert math.isnan(figure["value"])
    assert "no supporter" in figure["reason"]


def test_a_share_of_seats_is_not_of_the_few_that_are_recorded() -> None:
    """2 of 2 seats recorded is no share of all, while two bodies have none recorded; 2 + 0 of 2 + 0 + 6 is 0.25."""
    units = table(unit_id=list("qrp"), kind=["professional_org", "residents_committee", "party_committee"],
                  seats=[2, None, None])  # fmt: skip
    net = build.from_tables(units)
    found = professionals(net)
    for group, word in (("all", "supporters alone"), ("professional_org", "one kind alone")):
        figure = found.indicator("seat_share", group)
        assert math.isnan(figure["value"])
        assert (figure["unknown"], word in figure["reason"]) == (2, True)
    assert found.influence["seat_share"].isna().all()
    half = professionals(net.with_units(seats=[2, 6, None]))
    assert (half.value("seat_share"), half.indicator("seat_share")["unknown"]) == (0.25, 1)
    assert half.indicator("seat_share", "residents_committee")["unknown"] == 1
    assert professionals(net.with_units(seats=[2, 0, 0])).value("seat_share") == 1.0


def test_support_by_others_is_none_by_supporters() -> None:
    """An enterprise supports r1; q supports nobody: 0 of 2 communities, 0 organisations for 1 supporter."""
    units = table(unit_id=["q", "e", "r1", "r2"], area=["east", "east", "east", "west"],
                  kind=["professional_org", "enterprise"] + ["residents_committee"] * 2)  # fmt: skip
    ties = table(source=["e"], target=["r1"], layer=["supports"])
    found = professionals(build.from_tables(units, ties))
    figure = found.indicator("communities_with_supporter")
    assert (figure["numerator"], figure["denominator"], figure["missing"]) == (0, 2, "")
    assert found.value("supported_per_supporter") == 0
    assert found.value("most_supported_by_one") == 0
    figure = found.indicator("support_concentration")
    assert math.isnan(figure["value"])
    assert (figure["missing"], "denominator is 0" in figure["reason"]) == ("", True)


def test_every_measure_is_there_and_says_why_it_is_undefined() -> None:
    wanted = {name for name, item in entries().items() if item.function == "professionals"}
    assert len(wanted) == 17
    nets = [build.from_tables({"unit_id": []}), build.from_tables({"unit_id": ["a"]}), orgnet.datasets.load(), star()]
    for net in nets:
        figures = professionals(net).indicators
        assert set(figures["measure"]) == wanted
        assert (figures.loc[figures["value"].isna(), "reason"] != "").all()


def test_shares_stay_between_0_and_1() -> None:
    for net in (orgnet.datasets.load(), supported(), reached(), influential(), led(as_of="2025-06-30")):
        figures = professionals(net).indicators
        units = figures["measure"].map({name: item.unit for name, item in entries().items()})
        assert figures.loc[units == "share", "value"].dropna().between(0, 1).all()
        for frame in (
            professionals(net).supported["tie_concentration"],
            professionals(net).supported["fund_concentration"],
        ):
            assert frame.dropna().between(0, 1).all()


def test_the_bundled_subdistrict() -> None:
    """Its README: no supporter in two communities; a group that led five, three of them active still; who has seats."""
    found = professionals(orgnet.datasets.load())
    led = found.led.set_index("unit_id")["active"]
    assert sorted(led.index) == [f"33010601200{number}-M01" for number in (1, 2, 3, 5, 7)]
    assert sorted(led[led.astype(bool)].index) == [f"33010601200{number}-M01" for number in (2, 3, 7)]
    seats, adopted = found.indicator("seat_share", "enterprise"), found.indicator("adoption_rate", "enterprise")
    assert (seats["numerator"], seats["denominator"]) == (31, 80)
    assert (adopted["numerator"], adopted["denominator"]) == (12, 43)
    figure = found.indicator("communities_with_supporter")
    assert (figure["numerator"], figure["denominator"]) == (5, 7)
    assert found.table["supported"].sum() == 12


def test_an_unsupported_community_never_raises_the_share() -> None:
    net = supported()
    more = table(unit_id=["r4"], kind=["residents_committee"], area=["south"])
    wider = build.from_tables(pd.concat([net.units.reset_index(), more]), net.ties)
    for measure in ("communities_with_supporter", "organisations_reached_1", "organisations_reached_2", "group_degree"):
        assert professionals(wider).value(measure) < professionals(net).value(measure)


@pytest.mark.parametrize("net", [supported(), led(as_of="2025-06-30"), reached()], ids=["supported", "led", "reached"])
def test_the_order_of_rows_does_not_matter(net: orgnet.OrgNetwork) -> None:
    wanted = professionals(net)
    tables = {name: frame.sample(frac=1, random_state=3) for name, frame in net.tables.items()}
    for seed in range(3):
        units = net.units.reset_index().sample(frac=1, random_state=seed)
        again = build.from_tables(units, net.ties.sample(frac=1, random_state=seed), as_of=net.as_of)
        found = professionals(again.with_tables(**tables))
        for name in ("table", "supported", "led", "influence"):
            pd.testing.assert_frame_equal(getattr(found, name), getattr(wanted, name))
        pd.testing.assert_frame_equal(found.indicators, wanted.indicators, rtol=1e-9)
