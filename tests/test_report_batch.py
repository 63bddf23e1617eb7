"""Many communities at once: one row each, quartiles of peers, the limits of a funnel, and no ranks."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

import orgnet
from orgnet._report.batch import Batch, funnel_limits
from orgnet.errors import OptionError

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
