"""Many communities at once: one row each, quartiles of peers, the limits of a funnel, and no ranks."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

import orgnet
from orgnet._model.catalogue import entries
from orgnet._report.batch import Batch, funnel_limits
from orgnet.errors import OptionError
from orgnet.metrics import profile

if TYPE_CHECKING:
    from pathlib import Path


def community(n_hosts: int, n_covered: int) -> orgnet.OrgNetwork:
    hosts = [f"f{number}" for number in range(n_hosts)]
    units = {
        "unit_id": ["h", *hosts],
        "kind": ["party_committee", *["enterprise"] * n_hosts],
        "status": [None, *["存续"] * n_hosts],
        "has_party_org": [None, *[number < n_covered for number in range(n_hosts)]],
    }
    return orgnet.build.from_tables(units)


@pytest.fixture(scope="module")
def found() -> Batch:
    return orgnet.batch({"large": community(100, 50), "small": community(4, 0), "odd": community(100, 10)})


def test_one_row_a_community_in_the_order_given(found: Batch) -> None:
    assert found.table["community"].tolist() == ["large", "small", "odd"]
    assert found.table["units"].tolist() == [101, 5, 101]
    assert found.table["organisation_coverage: operating"].tolist() == [0.5, 0.0, 0.1]
    assert not {"rank", "place", "position"} & {*found.table, *found.funnel, *found.quartiles}


def test_the_quartiles_of_the_peers(found: Batch) -> None:
    """0, 0.1 and 0.5: the median 0.1, the quartiles half way to it."""
    row = found.quartiles.set_index("figure").loc["organisation_coverage: operating"]
    assert row["n"] == 3
    quarters = [row[name] for name in ("lowest", "lower", "median", "upper", "highest")]
    assert quarters == pytest.approx([0, 0.05, 0.1, 0.3, 0.5])


def test_a_small_community_at_zero_may_be_chance_and_a_large_one_is_not(found: Batch) -> None:
    """All together 60 of 204. None of 4 has the chance (144/204)^4 = 0.248; 10 of 100 is far below."""
    rows = found.funnel[found.funnel["figure"] == "organisation_coverage: operating"].set_index("community")
    assert rows["overall"].tolist() == pytest.approx([60 / 204] * 3)
    assert rows["stands"].to_dict() == {"large": "above 99.8", "small": "within", "odd": "below 99.8"}


@pytest.mark.parametrize(("rate", "n"), [(0.3, 7), (0.5, 40), (0.05, 12), (0.9, 3)])
def test_the_limits_are_binomial(rate: float, n: int) -> None:
    """A twin that adds up probabilities one by one."""

    def quantile(share: float) -> int:
        total = 0.0
        for count in range(n + 1):
            total += math.comb(n, count) * rate**count * (1 - rate) ** (n - count)
            if total >= share:
                return count
        return n

    low, high = funnel_limits(np.array([rate]), np.array([float(n)]), 0.95)
    assert low[0] * n == pytest.approx(quantile(0.025))
    assert high[0] * n == pytest.approx(quantile(0.975))


def test_only_shares_of_things_counted_one_by_one_have_limits() -> None:
    """Hosts of 90 and 10 staff, the first covered: 1 of 2 hosts is a count; 90 of 100 staff are not 100 trials."""
    units = {"unit_id": ["h", "a", "b"], "kind": ["party_committee", "enterprise", "enterprise"],
             "status": [None, "存续", "存续"], "has_party_org": [None, True, False],
             "staff": [None, 90, 10]}  # fmt: skip
    net = orgnet.build.from_tables(units)
    found = orgnet.batch({"one": net, "two": net})
    weighted = found.indicators[found.indicators["measure"] == "staff_weighted_coverage"]
    assert (weighted["denominator"] == 100).any()
    assert not found.funnel["figure"].str.startswith("staff_weighted_coverage").any()
    hosts = found.funnel[found.funnel["figure"] == "organisation_coverage: operating"]
    assert hosts[["numerator", "denominator"]].to_numpy().tolist() == [[1, 2], [1, 2]]


def test_what_the_catalogue_calls_counted_is_a_share_of_whole_numbers() -> None:
    counted = {name for name, item in entries().items() if item.of}
    assert {entries()[name].unit for name in counted} == {"share"}
    indices = {"shortcut_gain", "mean_inverse_distance", "two_way_entry", "layer_participation", "grid_system_overlap",
               "grids_with_branch_households", "households_served", "social_input_share",
               "horizontal_density"}  # fmt: skip
    assert indices <= set(entries()) - counted
    figures = profile(orgnet.datasets.load()).table
    numbers = figures.loc[figures["measure"].isin(counted), ["numerator", "denominator"]].dropna()
    assert len(numbers) > len(counted) / 2
    assert (numbers % 1 == 0).all(axis=None)


def test_limits_narrow_with_size() -> None:
    sizes = np.array([5.0, 50.0, 500.0])
    low, high = funnel_limits(np.full(3, 0.4), sizes, 0.998)
    assert (np.diff(high - low) < 0).all()


def test_paths_are_read_and_a_bad_one_stops_nothing(tmp_path: Path) -> None:
    good = orgnet.write(community(3, 1), tmp_path / "好社区.csv")
    bad = tmp_path / "bad.orgnet"
    bad.write_bytes(b"PK\x03\x04 no workbook")
    found = orgnet.batch([good, bad, tmp_path / "nowhere.csv"])
    assert found.table["community"].tolist() == ["好社区.csv"]
    assert found.failed["community"].tolist() == ["bad.orgnet", "nowhere.csv"]
    assert "nowhere.csv" in found.failed["reason"].iloc[1]


def test_a_file_without_units_is_no_community(tmp_path: Path) -> None:
    broken = tmp_path / "broken.xlsx"
    broken.write_text("not a workbook", encoding="utf-8")
    found = orgnet.batch(
        {"good": community(3, 1), "broken": broken, "empty": orgnet.build.from_tables({"unit_id": []})}
    )
    assert found.table["community"].tolist() == ["good"]
    assert found.failed["community"].tolist() == ["broken", "empty"]
    assert found.failed["reason"].str.len().gt(0).all()


def test_a_single_network_or_none_and_twins_by_name_are_errors(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="give a list"):
        orgnet.batch(community(1, 0))  # type: ignore[arg-type]
    with pytest.raises(OptionError, match="no network"):
        orgnet.batch([])
    with pytest.raises(OptionError, match="'a'"):
        orgnet.batch([tmp_path / "one" / "a", tmp_path / "two" / "a"])


def test_parts_of_a_city_by_area() -> None:
    net = orgnet.datasets.load()
    areas = sorted(net.units["area"].dropna().unique())
    found = orgnet.batch({area: net.select(area=area) for area in areas})
    assert found.table["community"].tolist() == areas
    assert found.table["units"].sum() == net.n_units
    shares = found.funnel[["value", "overall"]].to_numpy()
    assert ((shares >= 0) & (shares <= 1)).all()
