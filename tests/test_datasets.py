"""The bundled subdistrict: its tables are what the generator writes, and each planted gap is there to be found."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import orgnet
from orgnet import datasets, metrics
from orgnet.errors import OptionError

if TYPE_CHECKING:
    from orgnet._model.network import OrgNetwork

GENERATOR = Path(__file__).parents[1] / "tools" / "make_subdistrict.py"
FILES = ("units", "ties", "events", "posts", "services", "messages", "items")
HEADQUARTERS = "330106012000-PC"
HOSTS = ["enterprise", "social_org"]
GAP_FIRMS = [f"330106012007-E{number}" for number in range(12, 24)]
SKIPPING_CELLS = [f"330106012003-G04-C{number}" for number in (1, 2, 3)]
OUTSIDE_CELL = "330106012001-G02-C1"
CUT_UNIT = "330106012004-SC"
CLUSTER = [f"330106012004-{part}" for part in ("S04", "S05", "S06", "S07", "S08", "E03", "E04", "E05")]
PAIR = ["330106012002-E09", "330106012002-E10"]


@pytest.fixture(scope="module")
def net() -> OrgNetwork:
    return datasets.load()


def operating_hosts(net: OrgNetwork) -> pd.DataFrame:
    units = net.units[net.units["kind"].isin(HOSTS)]
    covered = net.ties.loc[net.ties["layer"] == "covers", "target"]
    return units[units["status"].isin(["存续", "在业", "正常"])].assign(covered=lambda table: table.index.isin(covered))


def test_the_generator_writes_the_committed_tables_byte_for_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(GENERATOR.parent)
    runpy.run_path(str(GENERATOR))["write"](tmp_path)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == sorted(path.name for path in datasets.path().glob("*.csv")) == sorted(f"{n}.csv" for n in FILES)
    for name in names:
        assert (tmp_path / name).read_bytes() == (datasets.path() / name).read_bytes()


def test_an_unknown_name_says_which_there_are() -> None:
    with pytest.raises(OptionError, match="Did you mean 'subdistrict'"):
        datasets.path("subdistricts")


def test_the_tables_are_plain_utf8_and_every_unit_is_marked_synthetic(net: OrgNetwork) -> None:
    for name in FILES:
        raw = (datasets.path() / f"{name}.csv").read_bytes()
        assert not raw.startswith(b"\xef\xbb\xbf")
        assert b"\r" not in raw
    assert (net.units["note"] == "合成数据").all()
    invented = net.units[net.units["kind"].isin([*HOSTS, "professional_org", "charity", "service_group"])]
    assert invented["name"].str.contains("示例").all()
    assert net.units["name"].is_unique


def test_the_reader_refuses_nothing_and_warns_only_of_what_is_planted(net: OrgNetwork) -> None:
    table = net.findings.table
    assert net.findings.n_refused == 0
    assert net.findings.n_errors == 0
    assert table.loc[table["severity"] == "warning", "code"].value_counts().to_dict() == {
        "command.level_skip": 3,
        "unit.superior_outside": 1,
        "presence.contradiction": 1,
    }
    assert set(table.loc[table["severity"] == "note", "code"]) == {"tie.merged", "tie.ended", "table.not_projected"}


def test_size_and_layers(net: OrgNetwork) -> None:
    assert (net.n_units, net.n_ties) == (432, 664)
    assert net.ties["layer"].value_counts().to_dict() == {
        "collab": 162,
        "covers": 151,
        "command": 139,
        "contains": 87,
        "report": 65,
        "serves": 27,
        "guides": 14,
        "supports": 12,
        "interlock": 7,
    }


def test_nothing_is_later_than_the_snapshot_but_ends_of_ties(net: OrgNetwork) -> None:
    assert net.as_of is not None
    snapshot = pd.Timestamp(net.as_of)
    dates = [net.units["founded"], net.units["last_election"], net.ties["since"]]
    assert max(column.max() for column in dates) <= snapshot
    assert not (net.units["last_election"] < net.units["founded"]).any()
    assert not (net.ties["until"] < net.ties["since"]).any()


def test_every_command_and_report_tie_has_latency_and_reliability(net: OrgNetwork) -> None:
    timed = net.ties[net.ties["layer"].isin(["command", "report"])]
    assert (timed["latency_days"] > 0).all()
    assert timed["reliability"].between(0.8, 1).all()


def test_no_residents_committee_is_under_command(net: OrgNetwork) -> None:
    below = net.ties.loc[net.ties["layer"] == "command", "target"]
    assert set(net.units.loc[below, "kind"]) == {"party_committee", "party_branch", "party_cell"}


def test_sole_branches_cover_one_host_and_joint_branches_two_to_five(net: OrgNetwork) -> None:
    hosts = net.units.index[net.units["kind"].isin(HOSTS)]
    covers = net.ties[(net.ties["layer"] == "covers") & net.ties["target"].isin(hosts)]
    sizes = covers.groupby("source").size()
    formation = net.units.loc[sizes.index, "formation"]
    assert sizes[formation == "sole"].tolist() == [1] * 32
    assert sorted(sizes[formation == "joint"]) == [2, 2, 2, 3, 3, 3, 3, 4, 5]
    assert covers["target"].is_unique


def test_counts_add_up(net: OrgNetwork) -> None:
    units = net.units
    grids = units[units["kind"] == "grid"].groupby("area")["households"].sum()
    committees = units[units["kind"] == "residents_committee"].set_index("area")["households"]
    pd.testing.assert_series_equal(grids.sort_index(), committees.sort_index())
    below = net.ties[(net.ties["layer"] == "command") & (net.ties["source"] == HEADQUARTERS)]["target"]
    assert units.loc[below, "members"].sum() == units.loc[HEADQUARTERS, "members"]
    guided = net.ties[net.ties["layer"] == "guides"].groupby("target").size()
    assert units["instructors"][units["instructors"] > 0].to_dict() == guided.to_dict()


@pytest.mark.parametrize(
    ("population", "covered", "recorded", "unknown", "lower", "upper"),
    [
        ("operating", 59, 126, 10, 59 / 136, 66 / 133),  # 7 without presence, 3 without status
        ("three_have", 50, 83, 5, 50 / 88, 54 / 87),  # 4 without presence, 1 without status
        ("eligible", 32, 37, 1, 32 / 38, 33 / 38),
    ],
)
def test_coverage_under_three_denominators(
    net: OrgNetwork, population: str, covered: int, recorded: int, unknown: int, lower: float, upper: float
) -> None:
    row = metrics.coverage(net).row(population)
    assert (row["numerator"], row["denominator"], row["unknown"]) == (covered, recorded, unknown)
    assert row["rate"] == pytest.approx(covered / recorded)
    assert row["lower"] == pytest.approx(lower)
    assert row["upper"] == pytest.approx(upper)


def test_own_and_joint_branches_share_the_covered_hosts(net: OrgNetwork) -> None:
    found = metrics.coverage(net)
    assert found.row("operating", "own")["numerator"] == 32
    assert found.row("operating", "joint")["numerator"] == 27


def test_gap_1_a_sector_without_any_party_organisation(net: OrgNetwork) -> None:
    hosts = operating_hosts(net)
    cell = hosts[(hosts["area"] == "黄龙社区") & (hosts["sector"] == "信息技术")]
    assert cell.index.tolist() == GAP_FIRMS
    assert not cell["covered"].any()
    assert not cell["has_party_org"].any()
    assert (cell["full_members"] >= 3).sum() == 4
    assert (cell["fixed_premises"].astype(bool) & (cell["staff"] >= 10)).sum() == 7
    backlog = hosts[~hosts["covered"]].groupby(["area", "sector"]).size()
    assert backlog.idxmax() == ("黄龙社区", "信息技术")
    assert backlog.nlargest(2).tolist()[1] <= 6


def test_gaps_puts_the_planted_sector_first(net: OrgNetwork) -> None:
    found = metrics.gaps(net)
    first = found.cells.iloc[0]
    assert (first["area"], first["sector"]) == ("黄龙社区", "信息技术")
    assert first[["hosts", "eligible_gaps", "three_have_gaps", "operating_gaps"]].tolist() == [12, 4, 7, 12]
    assert (found.backlog, found.n_unknown) == (5, 10)
    eligible = found.table.loc[found.table["gap"] == "eligible", "unit_id"]
    assert sorted(eligible) == ["330106012001-E06", *GAP_FIRMS[:4]]


def test_gap_2_a_grid_without_a_branch(net: OrgNetwork) -> None:
    covered = net.ties.loc[net.ties["layer"] == "covers", "target"]
    grids = net.ids[net.units["kind"] == "grid"]
    assert grids[~grids.isin(covered)].tolist() == ["330106012003-G04"]
    depth = metrics.depth(net)
    assert depth[SKIPPING_CELLS].tolist() == [2, 2, 2]
    skips = net.findings.table.loc[net.findings.table["code"] == "command.level_skip", "value"]
    assert skips.tolist() == SKIPPING_CELLS


def test_gap_3_a_superior_outside_the_file(net: OrgNetwork) -> None:
    outside = net.findings.table.loc[net.findings.table["code"] == "unit.superior_outside", "value"]
    assert outside.tolist() == ["330106011006-G02-B"]
    depth = metrics.depth(net)
    party = net.units["kind"].str.startswith("party")
    assert depth.index[party & depth.isna()].tolist() == [OUTSIDE_CELL]
    assert (depth[net.units["kind"] == "party_cell"] == 3).sum() == 62


def test_gap_4_a_cut_unit(net: OrgNetwork) -> None:
    cut_off = metrics.communication(net).cut_units.set_index("unit_id")
    assert cut_off.loc[CUT_UNIT, "units_cut_off"] == 8
    assert cut_off.loc[~cut_off["kind"].str.startswith("party"), "units_cut_off"].nlargest(2).tolist() == [8, 6]
    left = net.without(CUT_UNIT)
    before, after = metrics.distance_from(net, HEADQUARTERS), metrics.distance_from(left, HEADQUARTERS)
    assert sorted(after.index[after.isna() & before[after.index].notna()]) == sorted(CLUSTER)
    assert metrics.reachable(left, layers="horizontal")[CLUSTER].tolist() == [7] * 8
    assert CUT_UNIT in set(metrics.structure(net).cut_units)


def test_gap_5_a_community_without_reports(net: OrgNetwork) -> None:
    reports = net.ties[net.ties["layer"] == "report"]
    by_area = net.units.loc[reports["source"], "area"].value_counts()
    assert "庆丰社区" not in by_area
    assert len(by_area) == 6
    assert by_area.min() >= 7


def test_gap_6_candidates_for_a_joint_branch(net: OrgNetwork) -> None:
    hosts = operating_hosts(net)
    small = hosts[~hosts["covered"] & hosts["full_members"].isin([1, 2])]
    crowded = small.groupby("building").filter(lambda group: len(group) > 1)
    assert crowded.index.tolist() == PAIR
    assert crowded["full_members"].tolist() == [2, 1]


def test_gap_7_presence_not_recorded(net: OrgNetwork) -> None:
    hosts = operating_hosts(net)
    blank = hosts[hosts["has_party_org"].isna()]
    assert len(blank) == 7
    assert not blank["covered"].any()
    assert blank.index[blank["full_members"] >= 3].tolist() == ["330106012005-S03"]


def test_gap_8_flags_and_ties_agree_but_for_one_contradiction(net: OrgNetwork) -> None:
    hosts = operating_hosts(net)
    recorded = hosts[hosts["has_party_org"].notna()]
    differ = recorded["has_party_org"].astype(bool) != recorded["covered"]
    assert recorded.index[differ].tolist() == ["330106012003-S02"]


def test_the_folder_reads_like_the_loaded_network(net: OrgNetwork) -> None:
    again = orgnet.read(datasets.path(), as_of="2025-06-30")
    pd.testing.assert_frame_equal(again.units, net.units)
    pd.testing.assert_frame_equal(again.ties, net.ties)
