"""Several registers at once: what they say of one another becomes one network, and every row is accounted for."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

import orgnet
from orgnet._build import joint_ties
from orgnet._build.names import Names
from orgnet._model.findings import Log
from orgnet._model.values import Place

if TYPE_CHECKING:
    from pathlib import Path

    from orgnet import OrgNetwork

PARTY = [
    ["党组织代码", "党组织名称", "党组织类别", "上级党组织名称", "所属社区", "覆盖单位", "党员人数"],
    ["P1", "幸福社区党委", "党委", "", "幸福社区", "", "90"],
    ["P2", "第一网格党支部", "党支部", "幸福社区党委", "幸福社区", "第一网格", "20"],
    ["P3", "幸福联合党支部", "党支部", "幸福社区党委", "幸福社区", "甲公司、乙公司；丙中心", "12"],
    ["P4", "孤立党支部", "党支部", "不存在的党委", "幸福社区", "无", "5"],
]
FIRMS = [
    ["统一社会信用代码", "企业名称", "所属社区", "人数", "经营状态", "是否建立党组织", "党组织名称"],
    ["91110000600037341L", "甲公司", "幸福社区", "40", "存续", "是", "幸福联合党支部"],
    ["91330106AY4CL12T2M", "乙公司", "幸福社区", "15", "存续", "", "幸福联合党支部"],
    ["91110101H3BJ1XG692", "丁公司", "幸福社区", "8", "存续", "否", "外区党支部"],
    ["9144030512DD272H2D", "戊公司", "幸福社区", "9", "存续", "", "外区党支部"],
]
SOCIAL = [["社会组织名称", "所属社区"], ["丙中心", "幸福社区"]]
BODIES = [["编码", "名称", "类别"], ["J1", "幸福社区", "居委会"], ["S1", "党群服务中心", "服务中心"]]
GRIDS = [["网格编码", "网格名称", "所属社区", "户数", "人数"], ["G1", "第一网格", "幸福社区", "320", "900"]]
BUILDINGS = [["楼栋编码", "楼栋", "所属网格", "户数"], ["B1", "1幢", "第一网格", "60"], ["B2", "2幢", "G1", "60"]]
POSTS = [
    ["所在组织", "职务", "兼任单位", "兼任职务", "姓名"],
    ["幸福社区党委", "书记", "幸福社区", "主任", "某某"],
    ["幸福社区党委", "副书记", "", "幸福社区副主任", "某某"],
    ["幸福社区党委", "委员", "", "", "某某"],
    ["幸福社区党委", "委员", "", "外单位主任", "某某"],
]
SERVICES = [
    ["服务单位", "服务项目", "服务对象", "开始时间"],
    ["党群服务中心", "托幼", "第一网格", "2024-01-01"],
    ["党群服务中心", "助餐", "", ""],
]
EVENTS = [
    ["活动时间", "活动类型", "参加单位"],
    ["2024-03-05", "联席会议", "幸福社区党委、甲公司，丙中心"],
    ["2024-03-05", "联席会议", "甲公司; 幸福社区党委"],
    ["2024-06-01", "联席会议", "甲公司 乙公司"],
    ["2024-07-01", "志愿服务", "甲公司、外星公司"],
]
ALL = {
    "党组织.csv": PARTY,
    "企业台账.csv": FIRMS,
    "社会组织.csv": SOCIAL,
    "单位.csv": BODIES,
    "网格.csv": GRIDS,
    "楼栋.csv": BUILDINGS,
    "任职.csv": POSTS,
    "服务清单.csv": SERVICES,
    "活动.csv": EVENTS,
}


def folder(path: Path, tables: dict[str, list[list[str]]]) -> Path:
    for name, rows in tables.items():
        with (path / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    return path


@pytest.fixture(scope="module")
def net(tmp_path_factory: pytest.TempPathFactory) -> OrgNetwork:
    return orgnet.read(folder(tmp_path_factory.mktemp("registers"), ALL))


def ties(net: OrgNetwork, layer: str) -> set[tuple[str, str]]:
    table = net.ties
    return set(table[table["layer"] == layer][["source", "target"]].itertuples(index=False, name=None))


def codes(net: OrgNetwork, source: str) -> set[str]:
    table = net.findings.table
    return set(table["code"][table["source"] == source])


def account(net: OrgNetwork, source: str) -> list[int]:
    table = net.findings.accounts
    return [int(number) for number in table[table["source"] == source].iloc[0, 1:]]


def finding(net: OrgNetwork, code: str, *columns: str) -> list[object]:
    table = net.findings.table
    return [table.loc[table["code"] == code, name].iloc[0] for name in columns]


def test_units_of_all_lists_are_there(net: OrgNetwork) -> None:
    kinds = net.units["kind"].value_counts().to_dict()
    assert kinds == {
        "party_branch": 3,
        "party_committee": 1,
        "enterprise": 4,
        "social_org": 1,
        "residents_committee": 1,
        "service_centre": 1,
        "grid": 1,
        "building": 2,
    }
    assert net.units.loc["91110000600037341L", "staff"] == 40
    assert net.units.loc["G1", "population"] == 900
    assert "丙中心" in net.ids  # no code: its name is its id
    assert "unit.id_name" in codes(net, "社会组织.csv")


def test_superiors_by_name(net: OrgNetwork) -> None:
    assert ties(net, "command") == {("P1", "P2"), ("P1", "P3")}
    assert "unit.superior_outside" in codes(net, "党组织.csv")


def test_hosts_from_both_sides_are_one_tie(net: OrgNetwork) -> None:
    assert ties(net, "covers") == {
        ("P2", "G1"),
        ("P3", "91110000600037341L"),
        ("P3", "91330106AY4CL12T2M"),
        ("P3", "丙中心"),
    }
    assert account(net, "企业台账.csv, party_org") == [4, 2, 0, 2]
    assert account(net, "党组织.csv, hosts") == [4, 2, 2, 0]


def test_presence_that_a_name_records_and_what_contradicts_it(net: OrgNetwork) -> None:
    flags = net.units["has_party_org"]
    assert not flags["91110101H3BJ1XG692"]
    assert flags["9144030512DD272H2D"]
    assert {"presence.contradiction", "presence.named", "name.unknown"} <= codes(net, "企业台账.csv")


def test_grids_and_buildings_are_territory(net: OrgNetwork) -> None:
    assert ties(net, "contains") == {("J1", "G1"), ("G1", "B1"), ("G1", "B2")}


def test_seats_that_are_held_together(net: OrgNetwork) -> None:
    table = net.ties[net.ties["layer"] == "interlock"]
    assert ties(net, "interlock") == {("J1", "P1")}
    assert table["tie_type"].tolist() == ["书记–主任", "副书记–副主任"]
    assert {"post.single", "post.body_unknown", "column.personal"} <= codes(net, "任职.csv")
    assert account(net, "任职.csv") == [4, 4, 0, 0]
    assert account(net, "任职.csv, interlock") == [4, 2, 0, 2]


def test_services(net: OrgNetwork) -> None:
    assert ties(net, "serves") == {("S1", "G1")}
    assert "reference.missing" in codes(net, "服务清单.csv")
    assert account(net, "服务清单.csv") == [2, 2, 0, 0]
    assert account(net, "服务清单.csv, serves") == [2, 1, 0, 1]


def test_events_become_dated_ties_and_repeats_their_weight(net: OrgNetwork) -> None:
    table = net.ties[net.ties["layer"] == "collab"]
    firm, other = "91110000600037341L", "91330106AY4CL12T2M"
    weight = {(a, b): w for a, b, w in table[["source", "target", "weight"]].itertuples(index=False)}
    assert weight == {(firm, "P1"): 2.0, ("P1", "丙中心"): 1.0, (firm, "丙中心"): 1.0, (firm, other): 1.0}
    assert table["since"].equals(table["until"])
    assert {"event.alone", "name.unknown"} <= codes(net, "活动.csv")
    assert account(net, "活动.csv") == [4, 4, 0, 0]
    assert account(net, "活动.csv, pairs") == [5, 4, 1, 0]


def test_every_row_is_accounted_for(net: OrgNetwork) -> None:
    accounts = net.findings.accounts
    assert (accounts["rows_in"] == accounts["kept"] + accounts["merged"] + accounts["set_aside"]).all()
    for name, rows in ALL.items():
        assert accounts.set_index("source").loc[name, "rows_in"] == len(rows) - 1
    units = accounts[
        ~accounts["source"].str.contains(",") & ~accounts["source"].isin(["任职.csv", "服务清单.csv", "活动.csv"])
    ]
    assert units["kept"].sum() == net.n_units
    assert accounts.loc[accounts["source"].str.contains(","), "kept"].sum() == net.n_ties


def test_rows_in_another_order_make_the_same_network(net: OrgNetwork, tmp_path: Path) -> None:
    turned = {name: [rows[0], *rows[:0:-1]] for name, rows in ALL.items()}
    other = orgnet.read(folder(tmp_path, turned))
    for layer in net.layers:
        assert ties(other, layer) == ties(net, layer)


def test_one_unit_in_two_lists(tmp_path: Path) -> None:
    ledger = [["统一社会信用代码", "企业名称", "人数", "行业"], ["91110000600037341L", "甲公司", "41", "零售"]]
    more = [["统一社会信用代码", "企业名称", "人数"], ["91110000600037341L", "甲公司", "40"]]
    net = orgnet.read(folder(tmp_path, {"企业a.csv": more, "企业b.csv": ledger}))
    assert net.n_units == 1
    assert net.units[["staff", "sector"]].to_numpy().tolist() == [[40, "零售"]]
    assert finding(net, "unit.facts_differ", "column", "value", "row") == ["staff", "41.0", 2]
    assert finding(net, "unit.facts_differ", "other") == ["40.0 (企业a.csv 2)"]
    assert "unit.joined" in codes(net, "企业b.csv")


def test_names_that_several_units_have(tmp_path: Path) -> None:
    party = [
        ["党组织代码", "党组织名称", "上级党组织名称", "所属社区"],
        ["A", "社区党委", "", "甲社区"],
        ["B", "社区党委", "", "乙社区"],
        ["a1", "第一党支部", "社区党委", "甲社区"],
        ["b1", "第一党支部", "社区党委", "乙社区"],
        ["c1", "第一党支部", "社区党委", "丙社区"],
    ]
    net = orgnet.read(folder(tmp_path, {"党组织.csv": party}))
    assert ties(net, "command") == {("A", "a1"), ("B", "b1")}
    assert finding(net, "name.ambiguous", "value", "other", "row") == ["社区党委", "A, B", 6]


def test_a_code_speaks_before_a_name(tmp_path: Path) -> None:
    party = [
        ["党组织代码", "党组织名称", "上级代码", "上级党组织名称"],
        ["A", "甲党委", "", ""],
        ["B", "乙党委", "", ""],
        ["c", "丙支部", "A", "乙党委"],
    ]
    net = orgnet.read(folder(tmp_path, {"党组织.csv": party}))
    assert ties(net, "command") == {("A", "c")}
    assert finding(net, "superior.differs", "row") == [4]


def test_a_joint_branch_listed_once_a_host(tmp_path: Path) -> None:
    party = [
        ["党组织代码", "党组织名称", "覆盖单位"],
        ["P", "联合支部", "甲公司"],
        ["P", "联合支部", "乙公司"],
    ]
    firms = [["编码", "企业名称"], ["f1", "甲公司"], ["f2", "乙公司"]]
    net = orgnet.read(folder(tmp_path, {"党组织.csv": party, "企业.csv": firms}))
    assert ties(net, "covers") == {("P", "f1"), ("P", "f2")}
    assert account(net, "党组织.csv") == [2, 1, 1, 0]


def test_a_name_with_separators_is_one_unit(tmp_path: Path) -> None:
    firms = [["编码", "企业名称"], ["f1", "甲、乙联合公司"], ["f2", "丙（东、西）公司"]]
    events = [["日期", "参加单位"], ["2024-01-01", "甲、乙联合公司"], ["2024-01-02", "丙（东、西）公司、f1"]]
    net = orgnet.read(folder(tmp_path, {"企业.csv": firms, "会议.csv": events}))
    assert ties(net, "collab") == {("f1", "f2")}


@pytest.mark.parametrize(
    ("cell", "named"),
    [
        ("a、b，c,d;e；f|g\nh", "abcdefgh"),
        ("a（b、c）、d", ["a(b、c)", "d"]),
        ("a（b、c、d", ["a(b", "c", "d"]),
        ("a)、(b、c", ["a)", "(b、c"]),
        ("、、a、 、a", "a"),
        ("((a、b)、c)、d", ["((a、b)、c)", "d"]),
    ],
)
def test_where_a_cell_is_parted(cell: str, named: list[str]) -> None:
    units = pd.DataFrame({"name": []}, index=pd.Index([], dtype="str"))
    place = Place("x", np.array([2]), Log())
    asked = Names(units).split("hosts", pd.Series(["u"]), pd.Series([cell]), place)
    assert asked.text.tolist() == list(named)
    assert asked.cells.tolist() == [0] * len(named)


def test_a_crowd_makes_no_ties(tmp_path: Path) -> None:
    ids = [f"u{i:04}" for i in range(1_001)]
    units = [["编码", "类别"], *([name, "企业"] for name in ids)]
    events = [["日期", "参加单位"], ["2024-01-01", "、".join(ids)], ["2024-01-02", "、".join(ids[:40])]]
    net = orgnet.read(folder(tmp_path, {"units.csv": units, "会议.csv": events}))
    assert net.n_ties == 40 * 39 // 2
    assert finding(net, "event.crowd", "value", "row") == ["1001", 2]


def test_a_table_of_no_register_is_listed(tmp_path: Path) -> None:
    net = orgnet.read(folder(tmp_path, {"units.csv": BODIES, "颜色.csv": [["颜色", "形状"], ["红", "圆"]]}))
    assert account(net, "颜色.csv") == [1, 0, 0, 1]
    assert codes(net, "颜色.csv") == {"file.ignored"}


def test_a_second_list_of_units_is_joined(tmp_path: Path) -> None:
    more = [["编码", "名称", "类别"], ["J1", "幸福社区", "居委会"], ["J2", "和平社区", "居委会"]]
    net = orgnet.read(folder(tmp_path, {"units.csv": BODIES, "居委会.csv": more}))
    assert net.ids.tolist() == ["J1", "S1", "J2"]
    assert account(net, "居委会.csv") == [2, 1, 1, 0]


def test_the_end_of_a_name_is_the_kind_of_a_party_organisation(tmp_path: Path) -> None:
    names = ["甲党工委", "乙党委", "丙党总支", "丁党支部", "戊楼党小组", "己党组织"]
    party = [["党组织代码", "党组织名称"], *([f"p{i}", name] for i, name in enumerate(names))]
    net = orgnet.read(folder(tmp_path, {"党组织.csv": party}))
    kinds = ["party_committee", "party_committee", "party_general_branch", "party_branch", "party_cell", "party_unit"]
    assert net.units["kind"].tolist() == kinds
    assert finding(net, "unit.kind_named", "count") == [5]
    assert finding(net, "unit.kind_given", "count", "value") == [1, "party_unit"]


def test_credit_codes_fill_in_for_codes(tmp_path: Path) -> None:
    firms = [
        ["编码", "企业名称", "统一社会信用代码"],
        ["", "甲", "91110000600037341L"],
        ["e2", "乙", "91330106AY4CL12T2M"],
    ]
    net = orgnet.read(folder(tmp_path, {"企业.csv": firms}))
    assert net.ids.tolist() == ["91110000600037341L", "e2"]
    assert finding(net, "unit.id_uscc", "row", "count") == [2, 1]


def test_a_list_with_some_credit_codes_takes_names_for_the_rest(tmp_path: Path) -> None:
    firms = [["企业名称", "统一社会信用代码"], ["甲", "91110000600037341L"], ["乙", "无"], ["丙", ""]]
    net = orgnet.read(folder(tmp_path, {"企业.csv": firms}))
    assert net.ids.tolist() == ["91110000600037341L", "乙", "丙"]
    assert finding(net, "unit.id_name", "row", "count") == [3, 2]


def test_a_list_with_codes_takes_no_names(tmp_path: Path) -> None:
    firms = [["编码", "企业名称"], ["e1", "甲"], ["", "乙"]]
    found = orgnet.check(folder(tmp_path, {"企业.csv": firms}))
    assert found.table["code"].tolist()[0] == "unit.id_missing"


def test_columns_that_make_no_tie_are_listed(tmp_path: Path) -> None:
    events = [["日期", "参加单位", "主题"], ["2024-01-01", "J1、S1", "绿化"]]
    net = orgnet.read(folder(tmp_path, {"单位.csv": BODIES, "会议.csv": events}))
    assert net.n_ties == 1
    assert finding(net, "column.unused", "value") == ["主题"]


def test_a_register_as_a_frame() -> None:
    net = orgnet.build.from_tables(pd.DataFrame(FIRMS[1:], columns=FIRMS[0]))
    assert set(net.units["kind"]) == {"enterprise"}
    assert net.n_ties == 0


def test_individual_businesses_show_in_totals_only(tmp_path: Path) -> None:
    firms = [
        ["统一社会信用代码", "企业名称", "所属社区", "人数"],
        ["91110000600037341L", "甲公司", "幸福社区", "40"],
        ["92330106Y742547M5E", "张三小吃店", "幸福社区", "2"],
        ["92330106Y742547M5F", "李四理发店", "幸福社区", ""],
        ["92330106Y742547M5G", "王五杂货店", "和平社区", ""],
    ]
    net = orgnet.read(folder(tmp_path, {"企业.csv": firms}))
    assert net.ids.tolist() == ["91110000600037341L"]
    found = net.findings.to_frame("zh")
    assert found.loc[found["code"] == "unit.individual_business", "message"].tolist() == [
        "区域 '和平社区' 有个体工商户（92 类代码）1 户，未填报从业人员：仅计总数，不作为组织收录",
        "区域 '幸福社区' 有个体工商户（92 类代码）2 户，其中 1 户填报从业人员共 2 人：仅计总数，不作为组织收录",
    ]
    assert net.findings.accounts.iloc[0].tolist() == ["企业.csv", 4, 1, 0, 3]
    said = net.findings.table.to_csv()
    assert not any(word in said for word in ("张三", "李四", "王五", "Y742547M5"))


def test_division_codes_say_what_contains_what(tmp_path: Path) -> None:
    areas = [["code", "name"], ["33", "甲省"], ["3301", "乙市"], ["330106", "丙区"], ["330106001", "丁街道"]]
    net = orgnet.read(folder(tmp_path, {"areas.csv": areas}))
    assert ties(net, "contains") == {("33", "3301"), ("3301", "330106"), ("330106", "330106001")}
    assert "ties.from_codes" in codes(net, "areas.csv")


def test_other_numbers_contain_nothing(tmp_path: Path) -> None:
    firms = [["编码", "名称"], ["10", "甲"], ["100001", "乙"], ["100002", "丙"], ["A1", "丁"]]
    assert orgnet.read(folder(tmp_path, {"units.csv": firms})).n_ties == 0


def test_a_register_with_partners_is_no_log_of_events(tmp_path: Path) -> None:
    party = [["党组织代码", "党组织名称", "共建单位"], ["P0", "社区党委", "甲公司、乙公司"]]
    net = orgnet.read(folder(tmp_path, {"党组织.csv": party, "企业.csv": [["企业名称"], ["甲公司"], ["乙公司"]]}))
    assert "P0" in net.ids
    assert ties(net, "collab") == set()


def test_buildings_of_one_number_in_two_grids_are_two(tmp_path: Path) -> None:
    grids = [["网格编码", "网格名称"], ["W1", "一"], ["W2", "二"]]
    buildings = [["楼栋", "所属网格", "户数"], ["1幢", "W1", "3"], ["1幢", "W2", "3"], ["2幢", "W1", "4"]]
    net = orgnet.read(folder(tmp_path, {"网格.csv": grids, "楼栋.csv": buildings}))
    assert ties(net, "contains") == {("W1", "W1/1幢"), ("W2", "W2/1幢"), ("W1", "2幢")}


def test_branches_of_one_name_under_two_superiors_are_two(tmp_path: Path) -> None:
    party = [
        ["党组织名称", "上级党组织名称"],
        ["甲党委", ""],
        ["乙党委", ""],
        ["一支部", "甲党委"],
        ["一支部", "乙党委"],
    ]
    net = orgnet.read(folder(tmp_path, {"党组织.csv": party}))
    assert ties(net, "command") == {("甲党委", "甲党委/一支部"), ("乙党委", "乙党委/一支部")}


def test_one_code_under_two_superiors_by_name_is_no_repeat(tmp_path: Path) -> None:
    party = [["党组织代码", "党组织名称", "上级党组织名称"], ["A", "甲党委", ""], ["B", "乙党委", ""]]
    party += [["C", "支部", "甲党委"], ["C", "支部", "乙党委"]]
    found = orgnet.check(folder(tmp_path, {"党组织.csv": party}))
    assert found.table["code"].tolist()[0] == "unit.id_conflict"


def test_a_joint_branch_listed_once_a_host_with_running_numbers(tmp_path: Path) -> None:
    party = [["序号", "党组织代码", "党组织名称", "覆盖单位", "单位人数"]]
    party += [["1", "P", "联合支部", "甲公司", "5"], ["2", "P", "联合支部", "乙公司", "6"]]
    net = orgnet.read(folder(tmp_path, {"党组织.csv": party, "企业.csv": [["企业名称"], ["甲公司"], ["乙公司"]]}))
    assert ties(net, "covers") == {("P", "甲公司"), ("P", "乙公司")}
    assert finding(net, "unit.extras_differ", "count") == [1]


def test_two_bodies_in_one_cell_of_posts(tmp_path: Path) -> None:
    units = [
        ["编码", "名称", "类别"],
        ["a", "甲社区党委", "党委"],
        ["b", "甲社区居委会", "居委会"],
        ["c", "爱心社", "社会组织"],
    ]
    posts = [["职务", "所在组织", "兼任职务"], ["书记", "甲社区党委", "甲社区居委会主任、爱心社理事长"]]
    posts += [["委员", "甲社区党委", "甲社区居委会"]]
    net = orgnet.read(folder(tmp_path, {"units.csv": units, "岗位.csv": posts}))
    table = net.ties[["source", "target", "tie_type"]].to_numpy().tolist()
    assert table == [["a", "b", "书记–主任"], ["a", "c", "书记–理事长"], ["a", "b", "委员"]]
    assert account(net, "岗位.csv") == [2, 2, 0, 0]
    assert account(net, "岗位.csv, interlock") == [3, 3, 0, 0]


def test_a_name_beside_a_code_of_the_superior(tmp_path: Path) -> None:
    party = [["党组织代码", "党组织名称", "上级党组织", "上级党组织代码"]]
    party += [["A1", "第一党总支", "", ""], ["A2", "第一党总支", "", ""], ["B1", "一支部", "第一党总支", "A1"]]
    assert ties(orgnet.read(folder(tmp_path, {"党组织.csv": party})), "command") == {("A1", "B1")}


def test_an_ambiguous_superior_is_said_once(tmp_path: Path) -> None:
    party = [["党组织代码", "党组织名称", "上级党组织名称"]]
    party += [["A1", "第一党总支", ""], ["A2", "第一党总支", ""], ["B1", "一支部", "第一党总支"]]
    found = orgnet.check(folder(tmp_path, {"党组织.csv": party}))
    table = found.table
    assert table.loc[(table["row"] == 4) & (table["severity"] != "note"), "code"].tolist() == ["name.ambiguous"]


def test_the_committee_of_an_area_stands_for_it(tmp_path: Path) -> None:
    bodies = [["编码", "名称", "类别"], ["J", "东湖社区居委会", "居委会"], ["S", "服务中心", "服务中心"]]
    grids = [["网格编码", "网格名称", "所属社区"], ["W1", "一", "东湖社区"], ["W2", "二", "西湖社区"]]
    services = [["服务单位", "服务项目", "服务对象"], ["服务中心", "托幼", "东湖社区"]]
    net = orgnet.read(folder(tmp_path, {"单位.csv": bodies, "网格.csv": grids, "服务.csv": services}))
    assert ties(net, "contains") == {("J", "W1")}
    assert ties(net, "serves") == {("S", "J")}
    assert finding(net, "area.no_unit", "row", "value", "count") == [3, "西湖社区", 1]


def test_several_providers_and_receivers(tmp_path: Path) -> None:
    units = [["编码", "名称"], ["a", "甲中心"], ["b", "乙社"], ["c", "丙网格"], ["d", "丁网格"]]
    services = [["服务单位", "服务项目", "服务对象"], ["甲中心、乙社", "助餐", "丙网格、丁网格"]]
    net = orgnet.read(folder(tmp_path, {"units.csv": units, "服务.csv": services}))
    assert ties(net, "serves") == {("a", "c"), ("a", "d"), ("b", "c"), ("b", "d")}
    assert account(net, "服务.csv") == [1, 1, 0, 0]
    assert account(net, "服务.csv, serves") == [4, 4, 0, 0]


def test_social_organisations_among_enterprises(tmp_path: Path) -> None:
    ledger = [["统一社会信用代码", "企业名称"], ["52330106MJ00000000", "乙学校"], ["91110000600037341L", "甲公司"]]
    net = orgnet.read(folder(tmp_path, {"两新台账.csv": ledger}))
    assert net.units["kind"].tolist() == ["social_org", "enterprise"]


def test_names_of_persons_are_in_no_finding(tmp_path: Path) -> None:
    tables = {
        "units.csv": [["编码", "名称", "党建指导员"], ["a", "甲社区党委", "陈志远"], ["b", "乙公司", "2"]],
        "会议.csv": [["日期", "参加单位"], ["2024-01-01", "甲社区党委（张三）、张三丰、乙公司"]],
        "岗位.csv": [["职务", "所在组织", "兼任职务"], ["书记", "甲社区党委", "李四（兼）外单位主任"]],
        "值班.csv": [["王五", "周一"], ["赵六", "周二"]],
    }
    net = orgnet.read(folder(tmp_path, tables))
    assert ties(net, "collab") == {("a", "b")}
    said = net.findings.to_frame("zh").to_csv() + net.findings.to_frame("en").to_csv()
    said += "".join(table.to_csv() for table in net.tables.values())
    assert not [name for name in ("陈志远", "张三", "李四", "王五", "赵六") if name in said]


def test_who_is_kept_out_is_not_named(tmp_path: Path) -> None:
    firms = [["统一社会信用代码", "企业名称", "从业人员数"], ["92330106MA27XXXX4D", "李四小吃店", "3人"]]
    firms += [["92330106MA27XXXX5D", "王五理发店", "2"], ["91110000600037341L", "甲公司", ""]]
    party = [["党组织代码", "党组织名称", "覆盖单位"], ["P", "甲党支部", "李四小吃店、甲公司"]]
    net = orgnet.read(folder(tmp_path, {"企业.csv": firms, "党组织.csv": party}))
    assert finding(net, "unit.individual_business", "other") == ["staff of 2 of them: 5"]
    assert finding(net, "name.kept_out", "count") == [1]
    assert "李四" not in net.findings.to_frame().to_csv()


def test_participants_as_offices_write_them(tmp_path: Path) -> None:
    units = [["编码", "名称"], ["a", "甲社区党委"], ["b", "乙公司"]]
    cells = [
        "1.甲社区党委；2.乙公司",
        "甲社区党委（牵头）、乙公司",
        "甲社区党委 、 乙公司。",
        "甲社区党委、乙公司等5家单位",
    ]
    events = [["会议时间", "参加单位"], *([f"2024-01-0{n}", cell] for n, cell in enumerate(cells, start=1))]
    net = orgnet.read(folder(tmp_path, {"units.csv": units, "会议.csv": events}))
    assert net.n_ties == len(cells)


def test_ends_of_ties_by_name(tmp_path: Path) -> None:
    units = [["编码", "名称"], ["001", "甲党委"], ["002", "乙公司"], ["003", "丙"], ["004", "丙"]]
    rows = [["起点", "终点", "关系层"], ["甲党委", "002", "协作"], ["丙", "001", "协作"]]
    net = orgnet.read(folder(tmp_path, {"units.csv": units, "ties.csv": rows}), strict=False)
    assert ties(net, "collab") == {("001", "002")}
    assert "name.ambiguous" in codes(net, "ties.csv")


def test_headings_mapped_by_hand_say_what_a_table_is(tmp_path: Path) -> None:
    path = folder(tmp_path, {"units.csv": BODIES, "记录.csv": [["何时", "到场"], ["2024-01-01", "J1、S1"]]})
    net = orgnet.read(path, columns={"何时": "date", "到场": "participants"})
    assert ties(net, "collab") == {("J1", "S1")}
    assert "option.no_heading" not in set(net.findings.table["code"])


def test_what_is_no_table_is_listed(tmp_path: Path) -> None:
    path = folder(tmp_path, {"units.csv": BODIES})
    (path / "台账.et").write_bytes(b"x")
    (path / "2023").mkdir()
    (path / "orgnet.toml").write_text("", encoding="utf-8")
    assert finding(orgnet.read(path), "file.passed_over", "value") == ["2023/, 台账.et"]


def test_a_log_of_too_many_pairs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joint_ties, "MOST_PAIRS", 4)
    units = [["编码"], *([name] for name in "abcd")]
    events = [["日期", "参加单位"], ["2024-01-01", "a、b、c"], ["2024-01-02", "a、b、c"], ["2024-01-03", "a、b"]]
    net = orgnet.read(folder(tmp_path, {"units.csv": units, "会议.csv": events}))
    assert net.n_ties == 3
    assert finding(net, "event.many", "row", "value", "count") == [3, "3", 2]
    assert account(net, "会议.csv") == [3, 3, 0, 0]
    assert account(net, "会议.csv, pairs") == [3, 3, 0, 0]
