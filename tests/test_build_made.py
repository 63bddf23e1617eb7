"""What is made and not read: the blank template, and networks by seed."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pandas as pd
import pytest

import orgnet
from orgnet._model.vocabulary import KINDS, LAYERS, LEVELS
from orgnet.build import synthetic

if TYPE_CHECKING:
    from pathlib import Path


def headings(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return next(csv.reader(file))


def add_rows(path: Path, *rows: dict[str, str]) -> None:
    names = headings(path)
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([row.get(name, "") for name in names] for row in rows)


def test_a_filled_template_reads_clean(tmp_path: Path) -> None:
    folder = orgnet.template(tmp_path / "new" / "tables")
    for name in ("units.csv", "ties.csv", "fields.txt"):
        assert (folder / name).read_bytes().startswith(b"\xef\xbb\xbf")
    assert orgnet.check(folder).ok
    top = {"编码": "h", "名称": "某党委", "类别": "党委", "层级": "街道", "成立时间": "2020-01-01", "党员人数": "9"}
    firm = {"编码": "f", "名称": "某公司", "类别": "企业", "上级编码": "h", "是否建立党组织": "否", "固定场所": "是"}
    add_rows(folder / "units.csv", top, firm)
    add_rows(
        folder / "ties.csv",
        {"起点": "h", "终点": "f", "关系层": "服务", "强度": "2", "可靠度": "0.9", "开始时间": "2021-01-01"},
    )
    net = orgnet.read(folder)
    assert set(net.findings.table["severity"]) == {"note"}
    assert net.layers == ("command", "serves")
    assert net.units["has_party_org"].tolist() == [pd.NA, False]
    assert net.ties["reliability"].fillna(0).tolist() == [0.9, 0]


def test_every_heading_of_the_template_is_known(tmp_path: Path) -> None:
    folder = orgnet.template(tmp_path)
    names = headings(folder / "units.csv")
    add_rows(
        folder / "units.csv", {"编码": "a", **dict.fromkeys(set(names) - {"编码", "上级编码"}, "1")}, {"编码": "b"}
    )
    add_rows(folder / "ties.csv", {"起点": "a", "终点": "b", "关系层": "协作"})
    net = orgnet.read(folder)
    assert not [name for name in [*net.units, *net.ties] if not name.isascii()]
    page = (folder / "fields.txt").read_text(encoding="utf-8")
    for word in [*names, *headings(folder / "ties.csv"), *KINDS, *LAYERS, *LEVELS]:
        assert word in page


def test_a_template_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "ties.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(orgnet.InputError, match="exists already"):
        orgnet.template(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["ties.csv"]
    with pytest.raises(OSError, match="cannot write"):
        orgnet.template(tmp_path / "ties.csv" / "folder")


def test_the_same_seed_gives_the_same_network() -> None:
    one, same, other = (
        synthetic(n_communities=3, seed=5),
        synthetic(n_communities=3, seed=5),
        synthetic(n_communities=3, seed=6),
    )
    pd.testing.assert_frame_equal(one.units, same.units)
    pd.testing.assert_frame_equal(one.ties, same.ties)
    assert not one.ties.equals(other.ties)


@pytest.mark.parametrize("n", [0, -1])
def test_at_least_one_community(n: int) -> None:
    with pytest.raises(orgnet.OptionError, match="1 or more"):
        synthetic(n_communities=n)


@pytest.mark.parametrize("n", [1, 2, 9, 10])
def test_small_networks_are_clean(n: int) -> None:
    net = synthetic(n_communities=n, seed=n)
    assert len(net.findings) == 0
    assert net.units["kind"].isin(list(KINDS)).all()
    tops = np.flatnonzero(np.diff(net.view("command", "up").indptr) == 0)
    assert net.ids[tops][0] == "CITY"


@pytest.mark.parametrize("seed", [0, 1])
def test_the_shape_of_a_city(seed: int) -> None:
    net = synthetic(n_communities=300, seed=seed)
    view = net.view()
    degree = np.diff(view.indptr)
    graph: nx.Graph[int] = nx.from_scipy_sparse_array(view.to_scipy())
    blocks = sorted(map(len, nx.biconnected_components(graph)), reverse=True)
    figures = {
        "units a community": net.n_units / 300,
        "ties a unit": view.n_ties / net.n_units,
        "one tie": (degree == 1).mean(),
        "no tie": (degree == 0).mean(),
        "in the 2-core": len(nx.k_core(graph, 2)) / net.n_units,
        "in the largest block": blocks[0] / net.n_units,
        "second largest block": blocks[1],
    }
    bands = {
        "units a community": (39, 42),
        "ties a unit": (1.08, 1.12),
        "one tie": (0.69, 0.74),
        "no tie": (0.01, 0.03),
        "in the 2-core": (0.19, 0.27),
        "in the largest block": (0.17, 0.24),
        "second largest block": (2, 12),
    }
    assert not {name: value for name, value in figures.items() if not bands[name][0] <= value <= bands[name][1]}


def test_english_headings(tmp_path: Path) -> None:
    folder = orgnet.template(tmp_path / "en", lang="en")
    assert (folder / "units.csv").read_text(encoding="utf-8-sig").startswith("unit_id,name,kind,superior_id")
    assert (folder / "ties.csv").read_text(encoding="utf-8-sig").startswith("source,target,layer")
    assert orgnet.check(folder).ok
    with pytest.raises(orgnet.OptionError, match="lang='fr'"):
        orgnet.template(tmp_path / "fr", lang="fr")  # type: ignore[arg-type]
