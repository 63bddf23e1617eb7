"""Collaboration: values worked by hand, what is undefined, slow twins, and laws."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

import orgnet
from orgnet import build
from orgnet._metrics.collaboration import participation_coefficient
from orgnet.errors import LayerError, UnitError
from orgnet.metrics import collaboration

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Table = pd.DataFrame | Mapping[str, Any]
    Rows = Sequence[Sequence[Any]]

# Command h -> p, q (two communities, A and B). Firms a1, a2 and social organisation s in A, firm b in B.
UNITS = {
    "unit_id": ["h", "p", "q", "a1", "a2", "s", "b", "g"],
    "kind": [
        *("party_committee", "party_committee", "party_committee", "enterprise", "enterprise", "social_org"),
        *("enterprise", "grid"),
    ],
    "superior_id": [None, "h", "h", None, None, None, None, None],
    "area": ["街道", "A", "B", "A", "A", "A", "B", "A"],
    "level": ["subdistrict", "community", "community", None, None, None, None, None],
    "sector": [None, None, None, "x", "y", None, "x", None],
}
TIES = [
    ("h", "p", "collab", "agreement"),
    ("h", "q", "collab", "agreement"),
    ("p", "a1", "collab", "agreement"),
    ("p", "a1", "collab", "meeting"),
    ("p", "s", "collab", "meeting"),
    ("a1", "a2", "collab", "meeting"),
    ("a1", "b", "collab", "meeting"),
    ("p", "a1", "covers", None),
    ("p", "g", "covers", None),
]


def network(units: Table = UNITS, ties: Rows = TIES) -> orgnet.OrgNetwork:
    rows = pd.DataFrame(ties, columns=["source", "target", "layer", "tie_type"])
    return build.from_tables(units, rows, as_of="2025-06-30")


def test_density_by_pair_of_kinds_by_hand() -> None:
    """Seven organisations (the grid is none): 6 tied pairs of 21; of 3 pairs of firms 2, of 3 with a committee 2."""
    found = collaboration(network())
    assert found.value("horizontal_density") == pytest.approx(6 / 21)
    assert found.value("horizontal_density", "enterprise – enterprise") == pytest.approx(2 / 3)
    rows = {(row.kind_a, row.kind_b): (row.ties, row.possible) for row in found.pairs.itertuples()}
    assert rows == {
        ("enterprise", "enterprise"): (2, 3),
        ("enterprise", "party_committee"): (1, 9),
        ("enterprise", "social_org"): (0, 3),
        ("party_committee", "party_committee"): (2, 3),
        ("party_committee", "social_org"): (1, 3),
        ("social_org", "social_org"): (0, 0),
    }
    assert found.pairs["ties"].sum() == 6
    assert found.pairs["possible"].sum() == 21


def test_ei_index_by_hand() -> None:
    """By kind p-a1, p-s between, h-p, h-q, a1-a2, a1-b within: (2 - 4)/6. By sector a1-b within, a1-a2 between."""
    found = collaboration(network())
    assert found.value("ei_index_by_kind") == pytest.approx((2 - 4) / 6)
    assert found.value("ei_index_by_kind", "enterprise") == pytest.approx((1 - 2) / 3)
    assert found.value("ei_index_by_kind", "social_org") == 1
    row = found.indicator("ei_index_by_sector")
    assert (row["value"], row["numerator"], row["denominator"], row["unknown"]) == (0, 0, 2, 4)
    assert found.value("ei_index_by_sector", "y") == 1
    without = {name: column for name, column in UNITS.items() if name != "sector"}
    assert collaboration(network(without)).indicator("ei_index_by_sector")["missing"] == "units.sector"


def test_what_is_left_without_headquarters_by_hand() -> None:
    """Without h: p-a1, p-s, a1-a2, a1-b of 15 pairs; one part of five, and q alone of six."""
    found = collaboration(network())
    assert found.value("density_without_headquarters") == pytest.approx(4 / 15)
    assert found.value("components_without_headquarters") == 1
    assert found.value("isolates_without_headquarters") == pytest.approx(1 / 6)
    less = collaboration(network(), headquarters=["h", "p", "a1"])
    assert less.value("components_without_headquarters") == 0
    assert less.value("isolates_without_headquarters") == 1


def test_pairs_with_several_types_of_tie_by_hand() -> None:
    """Of 6 tied pairs p and a1 alone have more: agreement, meeting, and a tie of covers."""
    found = collaboration(network())
    assert found.value("multiplex_pairs") == pytest.approx(1 / 6)
    assert collaboration(network(), layers="covers").value("multiplex_pairs") == 0


def test_participation_coefficient_by_hand() -> None:
    """3 ties on one layer and 1 on the other: 2/1 (1 - (9 + 1)/16) = 0.75; 2 and 2: 1; 4 and 0: 0; none: undefined."""
    found = participation_coefficient(np.array([[3.0, 2.0, 4.0, 0.0], [1.0, 2.0, 0.0, 0.0]]))
    assert found[:3].tolist() == [0.75, 1.0, 0.0]
    assert math.isnan(found[3])


def test_layer_participation_by_hand() -> None:
    """p has 3 partners in collab and 1 (a1) in covers: 0.75; a1 3 and 1: 0.75; the other five 0: 1.5/7 on average."""
    found = collaboration(network())
    by_unit = found.table.set_index("unit_id")["layer_participation"]
    assert by_unit.loc[["p", "a1", "s"]].tolist() == [0.75, 0.75, 0.0]
    assert found.value("layer_participation") == pytest.approx(1.5 / 7)
    row = collaboration(network(), layers="collab").indicator("layer_participation")
    assert math.isnan(row["value"])
    assert "two layers" in row["reason"]


def test_mean_constraint_by_hand() -> None:
    """No partners are tied to each other, so constraint is 1 over the partners: h 1/2, p 1/3, a1 1/3, the others 1."""
    assert collaboration(network()).value("mean_constraint") == pytest.approx((1 / 2 + 1 / 3 + 1 / 3 + 4) / 7)


EVENTS = {
    "unit_id": ["p", "a1", "s", "p", "a1", "b", "p", "a1", "h"],
    "event_id": ["e1", "e1", "e1", "e2", "e2", "e2", "e3", "e3", "e4"],
    "date": ["2025-03-01"] * 3 + ["2024-07-01"] * 3 + ["2024-06-30"] * 2 + ["2025-01-01"],
    "role": ["organiser", "participant", "absent", "organiser", "participant", "participant", None, None, "organiser"],
}


def test_meetings_and_attendance_by_hand() -> None:
    """In the year to 30 June 2025: e1, e2, e4. p-a1 met twice, a1-b once: 3 for 6 pairs. Of 4 asked 3 came."""
    found = collaboration(network().with_tables(events=EVENTS))
    assert found.value("meetings_per_pair") == pytest.approx(3 / 6)
    assert found.value("pairs_meeting") == pytest.approx(2 / 6)
    assert found.value("meeting_attendance") == pytest.approx(3 / 4)
    assert found.value("meeting_attendance", "social_org") == 0
    by_unit = found.table.set_index("unit_id")
    assert by_unit["meetings"].to_dict() == {"h": 0, "p": 2, "q": 0, "a1": 2, "a2": 0, "s": 0, "b": 1}
    assert by_unit.loc[["a1", "s"], "attendance"].tolist() == [1, 0]
    assert by_unit["attendance"].isna().loc["p"]


def test_absences_of_older_years_do_not_tell_who_was_asked_in_the_last() -> None:
    """With the absence of e1, of the year, 3 of 4 asked came; with one of 2024-06-30, the year before, alone none."""
    events = pd.DataFrame(EVENTS)
    events.loc[[2, 6], "role"] = ["participant", "absent"]
    row = collaboration(network().with_tables(events=events)).indicator("meeting_attendance")
    assert math.isnan(row["value"])
    assert "absence" in row["reason"]


def test_meetings_that_are_not_recorded_are_undefined() -> None:
    assert collaboration(network()).indicator("meetings_per_pair")["missing"] == "events"
    timeless = network().with_tables(events={"unit_id": ["p"], "event_id": ["e"]})
    assert collaboration(timeless).indicator("pairs_meeting")["missing"] == "events.date"
    present = network().with_tables(events=pd.DataFrame(EVENTS).assign(role="participant"))
    row = collaboration(present).indicator("meeting_attendance")
    assert math.isnan(row["value"])
    assert "absence" in row["reason"]
    undated = build.from_tables({"unit_id": ["a", "b"]}, {"source": ["a"], "target": ["b"], "layer": ["collab"]})
    row = collaboration(undated.with_tables(events={"unit_id": ["a"], "date": ["2025-01-01"]})).indicator(
        "pairs_meeting"
    )
    assert math.isnan(row["value"])
    assert "as_of" in row["reason"]


def test_rank_correlation_of_depth_and_partners_by_hand() -> None:
    """Depth h 0, p 1, q 1; partners 2, 3, 1: ranks (1, 2.5, 2.5) and (2, 3, 1).

    Deviations (-1, .5, .5) and (0, 1, -1): their products add up to 0, so the correlation is 0. With a fourth unit r at
    depth 2 and no partner: depth ranks (1, 2.5, 2.5, 4), partner ranks (3, 4, 2, 1); deviations (-1.5, 0, 0, 1.5) and
    (.5, 1.5, -.5, -1.5): -0.75 - 2.25 = -3 over sqrt(4.5 x 5).
    """
    assert collaboration(network()).value("depth_collaboration_correlation") == pytest.approx(0)
    units = pd.DataFrame(UNITS)
    units.loc[len(units)] = ["r", "party_branch", "p", "A", None, None]
    value = collaboration(network(units)).value("depth_collaboration_correlation")
    assert value == pytest.approx(-3 / math.sqrt(4.5 * 5))


def test_entropy_of_partners_by_hand() -> None:
    """p: h, a1, s of three kinds, log2 3; a1: p and two firms, 0.9183 bits; h: two committees, 0; the others one: 0."""
    found = collaboration(network())
    by_unit = found.table.set_index("unit_id")
    assert by_unit.loc["p", "entropy"] == pytest.approx(math.log2(3))
    assert by_unit.loc["a1", "entropy"] == pytest.approx(0.918296, abs=1e-6)
    assert by_unit.loc["h", "entropy"] == 0
    assert found.value("partner_kind_entropy") == pytest.approx((math.log2(3) + 0.9182958) / 7)
    assert by_unit.loc[["p", "a1", "h"], "kinds"].tolist() == [3, 2, 1]


def test_ties_that_cross_places_by_hand() -> None:
    """The area of h is a subdistrict's, so h-p and h-q are in no two communities; of the other 4 only a1-b crosses.

    All lie below h, the firms by way of their areas: no tie crosses subdistricts, 6 of 6 known. No district is known.
    """
    found = collaboration(network())
    row = found.indicator("crossing_community")
    assert (row["numerator"], row["denominator"], row["unknown"]) == (1, 4, 2)
    row = found.indicator("crossing_subdistrict")
    assert (row["numerator"], row["denominator"], row["unknown"]) == (0, 6, 0)
    row = found.indicator("crossing_district")
    assert math.isnan(row["value"])
    assert row["unknown"] == 6
    assert found.table.set_index("unit_id")["cross_community"].loc[["a1", "b", "p"]].tolist() == [1, 1, 0]
    assert found.table.set_index("unit_id")["cross_community"].isna().loc["h"]


def test_subdistricts_by_command_and_what_two_superiors_leave_open() -> None:
    """c1 under s1, c2 under s2, x under both: the tie c1-c2 crosses, c1-x is not known."""
    units = {
        "unit_id": ["d", "s1", "s2", "c1", "c2", "x"],
        "kind": "party_committee",
        "superior_id": [None, "d", "d", "s1", "s2", "s1"],
        "level": ["district", "subdistrict", "subdistrict", None, None, None],
    }
    ties = [("s2", "x", "command", None), ("c1", "c2", "collab", None), ("c1", "x", "collab", None)]
    found = collaboration(network(units, ties))
    row = found.indicator("crossing_subdistrict")
    assert (row["numerator"], row["denominator"], row["unknown"]) == (1, 1, 1)
    row = found.indicator("crossing_district")
    assert (row["numerator"], row["denominator"], row["unknown"]) == (0, 1, 1)
    assert found.indicator("crossing_community")["missing"] == "units.area"


def test_a_cycle_of_command_is_no_hindrance() -> None:
    units = {"unit_id": ["a", "b"], "kind": "party_branch", "superior_id": ["b", "a"], "level": ["village", None]}
    found = collaboration(network(units, [("a", "b", "collab", None)]))
    assert found.value("horizontal_density") == 1
    assert found.indicator("crossing_subdistrict")["unknown"] == 1


def test_ended_ties_do_not_count() -> None:
    net = build.from_tables(
        {"unit_id": ["a", "b", "c"], "kind": "enterprise"},
        {"source": ["a", "a"], "target": ["b", "c"], "layer": "collab", "until": ["2025-06-29", "2025-06-30"]},
        as_of="2025-06-30",
    )
    assert collaboration(net).value("horizontal_density") == pytest.approx(1 / 3)


@pytest.mark.parametrize("n", [0, 1])
def test_networks_of_one_unit_or_none(n: int) -> None:
    net = build.from_tables({"unit_id": ["a"] * n, "kind": ["enterprise"] * n})
    found = collaboration(net)
    assert len(found.table) == 0
    rows = found.indicators[~found.indicators["measure"].str.contains("without")]
    assert rows["value"].isna().all()
    assert (found.indicators.loc[found.indicators["value"].isna(), "reason"] != "").all()


def test_words_that_are_not_known() -> None:
    with pytest.raises(LayerError):
        collaboration(network(), layers="friendship")
    with pytest.raises(UnitError):
        collaboration(network(), headquarters="nobody")


def slow(net: orgnet.OrgNetwork) -> dict[str, float]:
    """Density, E-I index, entropy and meetings the long way."""
    kind = net.units["kind"].to_dict()
    some = [unit for unit in net.ids if kind[unit] not in {"grid", "building", "post"}]
    ties = net.select(at=net.as_of).ties if net.as_of else net.ties
    horizontal = ties[~ties["layer"].isin(["command", "report", "contains"])]
    pairs = {
        frozenset(ends) for ends in horizontal[["source", "target"]].itertuples(index=False) if set(ends) <= set(some)
    }
    across = sum(len({kind[unit] for unit in pair}) > 1 for pair in pairs)
    entropies = []
    for unit in some:
        partners = [kind[next(iter(pair - {unit}))] for pair in pairs if unit in pair]
        shares = [partners.count(word) / len(partners) for word in set(partners)]
        entropies += [-sum(share * math.log2(share) for share in shares)] if partners else []
    return {
        "horizontal_density": len(pairs) / math.comb(len(some), 2),
        "ei_index_by_kind": (2 * across - len(pairs)) / len(pairs),
        "partner_kind_entropy": sum(entropies) / len(entropies),
    }


def test_the_slow_twin_agrees() -> None:
    for net in (orgnet.datasets.load(), *(build.synthetic(n_communities=2, seed=seed) for seed in range(3))):
        found = collaboration(net)
        for measure, value in slow(net).items():
            assert found.value(measure) == pytest.approx(value), measure


def test_common_events_against_a_slow_twin() -> None:
    rng = np.random.default_rng(7)
    ids = [f"u{number}" for number in range(8)]
    pairs = [pair for pair in itertools.combinations(ids, 2) if rng.random() < 0.4]
    rows = [(unit, f"e{event}") for event in range(12) for unit in ids if rng.random() < 0.4]
    net = build.from_tables(
        {"unit_id": ids, "kind": "enterprise"},
        {"source": [a for a, _ in pairs], "target": [b for _, b in pairs], "layer": "collab"},
        as_of="2025-06-30",
    ).with_tables(events=pd.DataFrame(rows, columns=["unit_id", "event_id"]).assign(date="2025-01-01"))
    there: dict[str, set[str]] = {unit: {event for name, event in rows if name == unit} for unit in ids}
    wanted = sum(len(there[a] & there[b]) for a, b in pairs) / len(pairs)
    assert collaboration(net).value("meetings_per_pair") == pytest.approx(wanted)


def test_the_order_of_rows_changes_nothing() -> None:
    units, ties, events = pd.DataFrame(UNITS), pd.DataFrame(TIES), pd.DataFrame(EVENTS)
    wanted = collaboration(network().with_tables(events=events))
    for seed in range(3):
        mixed = [frame.sample(frac=1, random_state=seed) for frame in (units, ties, events)]
        found = collaboration(network(mixed[0], mixed[1].to_numpy().tolist()).with_tables(events=mixed[2]))
        pd.testing.assert_frame_equal(found.indicators, wanted.indicators)
        pd.testing.assert_frame_equal(found.pairs, wanted.pairs)
        pd.testing.assert_frame_equal(
            found.table.sort_values("unit_id", ignore_index=True),
            wanted.table.sort_values("unit_id", ignore_index=True),
        )


def test_shares_stay_within_bounds_and_all_measures_are_there() -> None:
    net = orgnet.datasets.load()
    found = collaboration(net)
    known = found.indicators[found.indicators["value"].notna()]
    index = known["measure"].str.startswith("ei_index") | known["measure"].eq("depth_collaboration_correlation")
    assert known.loc[index, "value"].between(-1, 1).all()
    shares = ["horizontal_density", "multiplex_pairs", "layer_participation", "pairs_meeting", "meeting_attendance"]
    assert known.loc[known["measure"].isin(shares), "value"].between(0, 1).all()
    assert set(found.to_dict()) == {"table", "provenance", "indicators", "pairs"}
