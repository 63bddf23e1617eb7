"""Registers of meetings, posts, services, tasks, items: kept as tables, made into ties once, all rows accounted for."""

from __future__ import annotations

import csv
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import orgnet
from orgnet._build.roles import role_of
from orgnet._model.optional import TABLES
from orgnet.build import from_tables, with_event_ties

if TYPE_CHECKING:
    from pathlib import Path

    from orgnet import OrgNetwork

UNITS = [
    *(["编码", "名称", "类别"], ["P", "甲社区党委", "党委"], ["J", "甲社区居委会", "居委会"]),
    *(["S", "爱心社", "社会组织"], ["E", "乙公司", "企业"], ["G", "一网格", "网格"]),
]
MINUTES = [
    ["活动编号", "活动时间", "活动类型", "主办单位", "参加单位", "缺席单位", "参加人次"],
    ["7", "2025-03-01", "联席会议", "甲社区党委", "甲社区党委、爱心社、乙公司", "乙公司", "12人次"],
    ["", "2025-04-01", "走访", "", "J、外星公司", "", ""],
    ["", "2025-05-01", "走访", "", "外星公司", "", "3"],
]
SOURCES = {"P": "甲社区党委", "J": "甲社区居委会", "S": "爱心社", "E": "乙公司", "G": "一网格"}


def folder(path: Path, tables: dict[str, list[list[str]]]) -> Path:
    path.mkdir(exist_ok=True)
    for name, rows in {"单位.csv": UNITS, **tables}.items():
        with (path / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    return path


def table(net: OrgNetwork, name: str, *columns: str) -> list[list[Any]]:
    frame = net.tables[name][list(columns)].astype(object)
    return [[None if pd.isna(value) else value for value in row] for row in frame.to_numpy().tolist()]


def account(net: OrgNetwork, source: str) -> list[int]:
    accounts = net.findings.accounts
    return [int(number) for number in accounts[accounts["source"] == source].iloc[0, 1:]]


def found(net: OrgNetwork, code: str, *columns: str) -> list[Any]:
    rows = net.findings.table
    return rows.loc[rows["code"] == code, list(columns)].to_numpy().tolist()


def with_one(name: str, given: Any, units: Any, ties: Any = None) -> OrgNetwork:  # noqa: ANN401 - tables of any kind
    more: Any = {name: given}
    return from_tables(units, ties, **more)


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


# --- which table it is


@pytest.mark.parametrize(
    ("headings", "name", "role"),
    [
        ([*TABLES["events"]], "x", "events"),
        ([*TABLES["posts"]], "x", "posts"),
        ([*TABLES["services"]], "x", "services"),
        ([*TABLES["messages"]], "x", "messages"),
        ([*TABLES["items"]], "x", "items"),
        (["单位编码", "活动编号", "日期", "类型", "参加方式"], "x", "events"),
        (["单位", "日期", "参加方式"], "x", "events"),
        (["日期", "参加单位", "牵头单位", "事项"], "x", "events"),
        (["发出单位", "接收单位", "类型", "下发日期"], "x", "messages"),
        (["发出单位", "接收单位", "类型"], "督办台账", "messages"),
        (["承接单位", "工作事项", "件数"], "x", "items"),
        (["单位", "事项"], "准入清单", "items"),
        (["单位编码", "单位名称", "事项", "下派单位"], "x", "items"),
        # and what it is not
        (["source", "target", "layer", "sent"], "x", "ties"),
        (["source", "target", "message_type"], "x", "ties"),
        (["source", "target", "sent"], "ties", "ties"),
        (["发出单位", "接收单位", "类型"], "x", ""),
        (["unit_id", "name", "post"], "x", "units"),
        (["unit", "post", "name"], "x", "posts"),  # whose name? no unit is called after it
        (["unit_id", "name", "date", "participants"], "x", "events"),
        (["unit_id", "name", "item", "count"], "x", "units"),
        (["编码", "名称", "类别", "日期", "参加方式"], "x", "units"),
        (["单位名称", "日期", "类型"], "x", "units"),
        (["企业名称", "事项", "数量"], "x", "enterprise"),
        (["unit_id", "kind", "date", "role"], "x", "units"),
        (["企业名称", "楼栋", "人数"], "x", "enterprise"),
        (["building_id", "building", "grid"], "x", "buildings"),
    ],
)
def test_headings_tell_the_tables_apart(headings: list[str], name: str, role: str) -> None:
    assert role_of(headings, name) == role


# --- what becomes of the rows


def test_minutes_become_a_row_an_event_and_unit(tmp_path: Path) -> None:
    net = orgnet.read(folder(tmp_path, {"会议.csv": MINUTES}))
    assert table(net, "events", "unit_id", "event_id", "date", "event_type", "role", "attendances") == [
        ["P", "7", day("2025-03-01"), "联席会议", "organiser", 12],
        ["E", "7", day("2025-03-01"), "联席会议", "absent", 12],  # absent, though it stands among those who came
        ["S", "7", day("2025-03-01"), "联席会议", "participant", 12],
        ["J", "会议.csv 3", day("2025-04-01"), "走访", "participant", None],
    ]
    assert account(net, "会议.csv") == [3, 2, 0, 1]  # the third names no unit that is known
    assert sorted(found(net, "event.alone", "row")) == [[3], [4]]
    assert net.ties[["source", "target", "layer", "weight"]].to_numpy().tolist() == [["P", "S", "collab", 1.0]]
    assert account(net, "会议.csv, pairs") == [1, 1, 0, 0]


def test_one_row_an_event_and_unit_is_read_as_it_stands(tmp_path: Path) -> None:
    rows = [
        ["单位", "活动编号", "日期", "活动类型", "参加方式", "人次"],
        ["甲社区党委", "1", "2025-03-01", "联席会议", "主办", "9"],
        ["S", "1", "2025-03-01", "联席会议", "", "9"],
        ["爱心社", "1", "2025-03-01", "联席会议", "参加", "9"],
        ["乙公司", "1", "2025-03-01", "联席会议", "缺席", "9"],
        ["外星公司", "1", "2025-03-01", "联席会议", "参加", "9"],
        ["", "2", "2025-04-01", "联席会议", "参加", ""],
        ["G", "", "2025-05-01", "走访", "旁观", ""],
    ]
    net = orgnet.read(folder(tmp_path, {"会议.csv": rows}))
    assert table(net, "events", "unit_id", "event_id", "role") == [
        ["P", "1", "organiser"],
        ["S", "1", "participant"],
        ["E", "1", "absent"],
        ["G", "会议.csv 8", "participant"],
    ]
    assert account(net, "会议.csv") == [7, 4, 1, 2]
    assert found(net, "event.repeated", "row", "value", "other", "count") == [[4, "1", "S", 1]]
    assert found(net, "reference.missing", "row", "column") == [[7, "unit_id"]]
    assert found(net, "name.unknown", "row", "value") == [[6, "外星公司"]]
    assert found(net, "optional.role_unknown", "row", "value") == [[8, "旁观"]]
    assert net.ties[["source", "target"]].to_numpy().tolist() == [["P", "S"]]


def test_posts_keep_every_seat(tmp_path: Path) -> None:
    rows = [
        ["所在组织", "职务", "兼任单位", "兼任职务", "职能", "是否在岗", "是否专职", "任职时间", "届满时间", "姓名"],
        ["甲社区党委", "书记", "甲社区居委会", "主任", "", "是", "是", "2022-01-01", "2027-01-01", "某某"],
        ["甲社区党委", "委员", "", "甲社区居委会副主任、外单位主任", "", "是", "否", "", "", "某某"],
        ["一网格", "网格员", "", "", "党建、治理", "否", "", "", "", ""],
        ["", "干事", "", "", "", "", "", "", "", ""],
    ]
    net = orgnet.read(folder(tmp_path, {"岗位.csv": rows}))
    assert table(net, "posts", "unit_id", "post", "concurrent_unit", "concurrent_post", "function") == [
        ["P", "书记", "J", "主任", None],
        ["P", "委员", "J", "副主任", None],
        ["G", "网格员", None, None, "党建、治理"],
    ]
    assert table(net, "posts", "filled", "full_time", "since", "term_end") == [
        [True, True, day("2022-01-01"), day("2027-01-01")],
        [True, False, None, None],
        [False, None, None, None],
    ]
    assert (account(net, "岗位.csv"), account(net, "岗位.csv, interlock")) == ([4, 3, 0, 1], [3, 2, 0, 1])
    assert found(net, "post.single", "row", "count") == [[4, 1]]
    assert found(net, "post.body_unknown", "row") == [[3]]
    assert net.ties["tie_type"].tolist() == ["书记–主任", "委员–副主任"]


def test_services_keep_amounts_and_providers_without_a_receiver(tmp_path: Path) -> None:
    rows = [
        ["服务单位", "服务项目", "服务对象", "可提供量", "需求量", "经费", "距离（米）"],
        ["爱心社", "助餐", "甲社区", "40人", "55", "2万元", "350米"],
        ["爱心社", "托幼", "", "10", "", "", ""],
        ["爱心社", "理发", "一网格、乙公司、外星公司", "8", "", "", ""],
        ["居委会服务站", "代办", "一网格", "1", "", "", ""],
    ]
    net = orgnet.read(folder(tmp_path, {"服务.csv": rows}))
    assert table(net, "services", "provider", "receiver", "service", "capacity", "demand", "funds", "metres") == [
        ["S", "J", "助餐", 40, 55, 20_000, 350],  # the committee stands for its area
        ["S", None, "托幼", 10, None, None, None],
        ["S", "G", "理发", None, None, None, None],  # 8 for both together: of each nobody knows
        ["S", "E", "理发", None, None, None, None],
    ]
    assert found(net, "amount.of_several", "row", "column") == [[4, "capacity"]]
    assert (account(net, "服务.csv"), account(net, "服务.csv, serves")) == ([4, 3, 0, 1], [4, 3, 0, 1])


def test_kilometres_are_not_read_as_metres(tmp_path: Path) -> None:
    rows = [["服务单位", "服务项目", "服务对象", "距离（公里）"], ["爱心社", "助餐", "一网格", "3"]]
    net = orgnet.read(folder(tmp_path, {"服务.csv": rows}))
    assert table(net, "services", "metres") == [[None]]
    assert found(net, "column.unused", "value") == [["距离（公里）"]]


def test_tasks_and_what_became_of_them(tmp_path: Path) -> None:
    rows = [
        ["发出单位", "接收单位", "类型", "事项", "下发日期", "签收时间", "首次办理时间", "办结时间", "时限天数"],
        ["甲社区党委", "一网格", "任务", "排查", "2025-06-01", "2025-06-02", "2025-06-04", "", "5天"],
        ["甲社区党委", "爱心社、乙公司", "任务", "摸底", "2025-06-10", "", "", "", ""],
        ["甲社区党委", "外星公司", "任务", "摸底", "2025-06-10", "", "", "", ""],
    ]
    net = orgnet.read(folder(tmp_path, {"督办台账.csv": rows}))
    assert table(net, "messages", "source", "target", "message_type", "topic", "sent", "acted", "due_days") == [
        ["P", "G", "任务", "排查", day("2025-06-01"), day("2025-06-04"), 5],
        ["P", "S", "任务", "摸底", day("2025-06-10"), None, None],
        ["P", "E", "任务", "摸底", day("2025-06-10"), None, None],
    ]
    assert account(net, "督办台账.csv") == [3, 2, 0, 1]
    assert net.n_ties == 0
    assert str(net.as_of) == "2025-06-10"


def test_items_of_work(tmp_path: Path) -> None:
    rows = [
        ["承接单位", "工作事项", "件数", "是否准入", "下派单位", "主责单位"],
        ["甲社区居委会", "人口采集", "12件", "否", "街道办事处", "统计站"],
        ["甲社区居委会、一网格", "盖章", "5", "是", "街道办事处", ""],
        ["一网格", "", "5", "是", "街道办事处", ""],
    ]
    net = orgnet.read(folder(tmp_path, {"事项.csv": rows}))
    assert table(net, "items", "unit_id", "item", "count", "listed", "issuer", "lead") == [
        ["J", "人口采集", 12, False, "街道办事处", "统计站"],
        ["J", "盖章", None, True, "街道办事处", None],
        ["G", "盖章", None, True, "街道办事处", None],
    ]
    assert account(net, "事项.csv") == [3, 2, 0, 1]
    assert found(net, "reference.missing", "row", "column") == [[4, "item"]]
    assert found(net, "amount.of_several", "row") == [[3]]


def test_no_person_gets_in(tmp_path: Path) -> None:
    rows = [["单位", "事项", "数量", "联系人", "牵头单位"], ["J", "盖章 13800000000", "3", "某某", "统计站"]]
    rows += [["G", "采集", "3", "某某", "统计站"]]
    net = orgnet.read(folder(tmp_path, {"事项.csv": rows}))
    assert table(net, "items", "unit_id", "item") == [["G", "采集"]]
    codes = set(net.findings.table["code"])
    assert {"column.personal", "value.personal"} <= codes
    everything = net.tables["items"].to_csv() + net.findings.to_frame().to_csv()
    assert "某某" not in everything
    assert "13800000000" not in everything


def test_a_telephone_among_participants_goes_alone(tmp_path: Path) -> None:
    rows = [
        ["活动时间", "活动类型", "主办单位", "参加单位"],
        ["2025-03-01", "走访", "甲社区党委", "甲社区居委会、欧阳建国、13812345678"],
        ["2025-03-02", "走访", "甲社区党委", "爱心社；王小明 138-1234-5678；乙公司"],
    ]
    net = orgnet.read(folder(tmp_path, {"会议.csv": rows}))
    # of the three parts of each cell the units stay: J; S and E
    assert table(net, "events", "unit_id", "event_id") == [
        *(["P", "会议.csv 2"], ["J", "会议.csv 2"]),
        *(["P", "会议.csv 3"], ["S", "会议.csv 3"], ["E", "会议.csv 3"]),
    ]
    assert found(net, "value.personal", "row", "column") == [[2, "参加单位"], [3, "参加单位"]]
    assert found(net, "name.unknown", "row", "value") == [[2, "(not shown)"]]
    assert_nobody(net, "欧阳建国", "王小明", "13812345678", "138-1234")


def assert_nobody(net: OrgNetwork, *persons: str) -> None:
    everything = "".join(frame.to_csv() for frame in net.tables.values()) + net.findings.to_frame().to_csv()
    everything += net.ties.to_csv() + "".join(net.findings.lines("zh", most=1000))
    assert not [person for person in persons if person in everything]


def test_seats_stay_and_names_behind_them_go(tmp_path: Path) -> None:
    rows = [
        ["所在组织", "职务", "兼任单位", "兼任职务"],
        ["甲社区党委", "委员 王小明", "甲社区居委会", "主任（张三）"],
        ["甲社区党委", "书记　欧阳建国", "", "甲社区居委会副主任 李四"],
        ["甲社区党委", "委员（兼职）", "", ""],
        ["甲社区党委", "委员 组织", "", ""],
    ]
    net = orgnet.read(folder(tmp_path, {"岗位.csv": rows}))
    assert table(net, "posts", "post", "concurrent_unit", "concurrent_post") == [
        *(["委员", "J", "主任"], ["书记", "J", "副主任"]),
        *(["委员（兼职）", None, None], ["委员 组织", None, None]),
    ]
    assert sorted(found(net, "value.personal", "row", "column")) == [
        *([2, "concurrent_post"], [2, "post"], [3, "concurrent_post"], [3, "post"]),
    ]
    assert_nobody(net, "王小明", "张三", "欧阳建国", "李四")


def test_names_for_organisations_and_in_types_of_events_go(tmp_path: Path) -> None:
    items = [
        ["承接单位", "事项", "下派单位", "牵头单位"],
        ["J", "盖章", "民政局", "李建国"],
        ["G", "采集", "街道办、王小明", "司法所（张三）"],
    ]
    events = [["活动时间", "活动类型", "参加单位"], ["2025-03-01", "联席会（王小明主持）", "P、甲社区居委会王小明"]]
    net = orgnet.read(folder(tmp_path, {"事项.csv": items, "会议.csv": events}))
    assert table(net, "items", "unit_id", "issuer", "lead") == [["J", "民政局", None], ["G", "街道办", "司法所"]]
    assert table(net, "events", "unit_id", "event_type") == [["P", "联席会"]]
    assert found(net, "name.unknown", "value") == [["(not shown)"]]
    assert_nobody(net, "李建国", "王小明", "张三")


def test_a_unit_called_like_a_person_is_no_person() -> None:
    units = {"unit_id": ["a", "b"], "name": ["江小白", "乙公司"], "kind": "enterprise"}
    net = with_one("items", {"unit_id": ["b", "b"], "item": ["x", "y"], "lead": ["江小白", "江小红"]}, units)
    assert table(net, "items", "lead") == [["江小白"], [None]]


@pytest.mark.parametrize(
    ("headings", "cells", "expected"),
    [
        (
            ["交办单位", "承办单位", "督办事项", "交办日期", "签收日期", "办结日期", "办理时限"],
            ["P", "G", "排查", "2025-06-01", "2025-06-02", "2025-06-09", "10天"],
            ["P", "G", "排查", day("2025-06-01"), day("2025-06-02"), day("2025-06-09"), 10],
        ),
        (
            ["交办单位", "责任单位", "事项", "交办时间", "反馈时间", "完成时限"],
            ["P", "G", "排查", "2025-06-01", "2025-06-09", "2025-06-30"],
            ["P", "G", "排查", day("2025-06-01"), None, day("2025-06-09"), None],
        ),
        (
            ["交办单位", "责任单位", "交办事项", "交办时间", "完成时间", "完成时限"],
            ["P", "G", "排查", "2025-06-01", "2025-06-09", "5"],
            ["P", "G", "排查", day("2025-06-01"), None, day("2025-06-09"), 5],
        ),
    ],
)
def test_a_ledger_of_tasks_keeps_its_dates(
    headings: list[str], cells: list[str], expected: list[Any], tmp_path: Path
) -> None:
    net = orgnet.read(folder(tmp_path, {"督办单.csv": [headings, cells]}))
    columns = ("source", "target", "topic", "sent", "acknowledged", "closed", "due_days")
    assert table(net, "messages", *columns) == [expected]
    unread = [[2, "due_days"]] if cells[-1] == "2025-06-30" else []  # a date is no number of days
    assert found(net, "value.unreadable", "row", "column") == unread


def test_more_headings_of_registers(tmp_path: Path) -> None:
    tables = {
        "会.csv": [["会议名称", "会议时间", "主办", "参会单位", "请假单位"], ["联席会", "2025-03-01", "P", "S", "E"]],
        "岗.csv": [["所在单位", "岗位名称", "在岗情况"], ["G", "网格员", "在岗"], ["G", "网格长", "空缺"]],
        "服.csv": [["服务机构", "服务内容", "可服务量"], ["爱心社", "助餐", "40"]],
        "清单.csv": [
            ["社区", "工作事项", "件数", "是否在清单内", "交办部门"],
            ["甲社区", "盖章", "5", "未准入", "民政局"],
        ],
    }
    net = orgnet.read(folder(tmp_path, tables))
    assert table(net, "events", "unit_id", "event_type", "role") == [
        *(["P", "联席会", "organiser"], ["E", "联席会", "absent"], ["S", "联席会", "participant"]),
    ]
    assert table(net, "posts", "unit_id", "post", "filled") == [["G", "网格员", True], ["G", "网格长", False]]
    assert table(net, "services", "provider", "service", "capacity") == [["S", "助餐", 40]]
    assert table(net, "items", "unit_id", "item", "count", "listed", "issuer") == [["J", "盖章", 5, False, "民政局"]]


def test_the_type_of_a_meeting_says_more_than_its_name(tmp_path: Path) -> None:
    rows = [["活动名称", "活动类型", "活动时间", "参加单位"], ["三月的会", "联席会", "2025-03-01", "P、S"]]
    net = orgnet.read(folder(tmp_path, {"活动.csv": rows}))
    assert net.tables["events"]["event_type"].tolist() == ["联席会"] * 2
    items = [["社区", "承接单位", "事项", "数量"], ["甲社区", "G", "盖章", "5"]]
    net = orgnet.read(folder(tmp_path, {"事项.csv": items}))
    assert table(net, "items", "unit_id") == [["G"]]


def test_dates_out_of_order_are_said_and_kept(tmp_path: Path) -> None:
    tasks = [
        ["发出单位", "接收单位", "发出时间", "签收时间", "首次办理时间", "办结时间"],
        ["P", "G", "2025-06-10", "2025-06-09", "2025-06-10", "2025-06-01"],  # signed and closed before it was sent
        ["P", "S", "2025-06-10", "2025-06-10", "2025-06-12", ""],
    ]
    posts = [["所在单位", "职务", "任职时间", "离任时间"], ["G", "网格员", "2025-06-10", "2025-06-09"]]
    net = orgnet.read(folder(tmp_path, {"督办.csv": tasks, "岗位.csv": posts}))
    assert sorted(found(net, "date.order", "source", "row", "column", "value", "other")) == [
        ["岗位.csv", 2, "until", "G", "since"],
        ["督办.csv", 2, "acknowledged", "P", "sent"],
        ["督办.csv", 2, "closed", "P", "sent"],
    ]
    assert (len(net.tables["messages"]), len(net.tables["posts"])) == (2, 1)


def test_the_holder_of_a_post_is_no_unit(tmp_path: Path) -> None:
    net = orgnet.read(folder(tmp_path, {"岗位.csv": [["unit", "post", "name"], ["P", "书记", "张三丰"]]}))
    assert net.ids.tolist() == list(SOURCES)
    assert table(net, "posts", "unit_id", "post") == [["P", "书记"]]
    assert "张三丰" not in net.tables["posts"].to_csv() + net.findings.to_frame().to_csv()


def test_ids_of_events_hold_within_their_source(tmp_path: Path) -> None:
    one = [["活动编号", "日期", "参加单位"], ["1", "2025-01-01", "P、S"], ["2", "2025-01-02", "P、S"]]
    two = [["活动编号", "日期", "参加单位"], ["1", "2025-02-01", "P、E"], ["3", "2025-02-02", "P、E"]]
    net = orgnet.read(folder(tmp_path, {"活动a.csv": one, "活动b.csv": two}))
    assert net.tables["events"]["event_id"].unique().tolist() == ["1", "2", "活动b.csv 1", "3"]
    assert found(net, "event.id_again", "source", "row", "value", "count") == [["活动b.csv", 2, "1", 1]]


@pytest.mark.parametrize("name", ["events", "items"])
def test_tables_given_as_frames_pass_the_same_door(name: str) -> None:
    units = {"unit_id": ["a", "b"], "name": ["甲公司", "乙公司"], "kind": "enterprise"}
    given: dict[str, Any] = {"unit_id": ["甲公司", "b", "c"], "item": ["x", "y", "z"], "event_id": ["1", "1", "1"]}
    given = {column: values for column, values in given.items() if column in TABLES[name]} | {"手机号": ["1", "2", "3"]}
    one, other = with_one(name, given, units), with_one(name, pa.table(given), units)
    pd.testing.assert_frame_equal(one.tables[name], other.tables[name])
    assert one.tables[name]["unit_id"].tolist() == ["a", "b"]
    assert {"name.read", "name.unknown", "column.personal"} <= set(one.findings.table["code"])
    assert account(one, name) == [3, 2, 0, 1]


def test_a_frame_without_the_column_of_units_is_refused() -> None:
    units = {"unit_id": ["a"], "kind": ["enterprise"]}
    with pytest.raises(orgnet.ValidationError, match="no column for unit_id; the columns found are item"):
        from_tables(units, items={"item": ["x"]})
    net = from_tables(units, items={"item": ["x"]}, strict=False)
    assert (account(net, "items"), len(net.tables["items"])) == ([1, 0, 0, 1], 0)


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("units", [{"unit_id": []}, {"unit_id": ["a"], "kind": ["grid"]}])
def test_tables_without_rows_and_units(name: str, units: dict[str, Any]) -> None:
    empty = with_one(name, {column: [] for column in TABLES[name]}, units)
    assert (list(empty.tables), len(empty.tables[name]), empty.n_ties) == ([name], 0, 0)
    row = {column: ["a"] if holds == "unit" else [None] for column, holds in TABLES[name].items()}
    row |= {"item": ["x"]} if name == "items" else {}
    net = with_one(name, row, units)
    assert len(net.tables[name]) == net.n_units
    assert net.n_ties == 0  # one unit at both ends, or one alone


# --- ties, once


TIES = {
    "events": ("collab", {"unit_id": ["a", "b"], "event_id": ["1", "1"], "date": ["2025-01-01"] * 2}),
    "posts": ("interlock", {"unit_id": ["a"], "concurrent_unit": ["b"], "post": ["书记"], "since": ["2025-01-01"]}),
    "services": ("serves", {"provider": ["a"], "receiver": ["b"], "service": ["x"], "since": ["2025-01-01"]}),
}


@pytest.mark.parametrize("name", TIES)
def test_a_tie_table_with_ties_of_the_layer_speaks_alone(name: str) -> None:
    layer, given = TIES[name]
    units = {"unit_id": ["a", "b", "c"], "kind": "social_org"}
    ties = {"source": ["a"], "target": ["c"], "layer": ["command"]}
    made = with_one(name, given, units, ties)
    assert made.ties[["source", "target", "layer"]].to_numpy().tolist() == [["a", "c", "command"], ["a", "b", layer]]
    assert str(made.ties["since"].iloc[1].date()) == "2025-01-01"
    stated = with_one(name, given, units, ties | {"layer": [layer]})
    assert stated.ties[["source", "target", "layer"]].to_numpy().tolist() == [["a", "c", layer]]
    n = len(stated.tables[name])
    assert found(stated, "table.not_projected", "severity", "value", "count") == [["note", layer, n]]
    pd.testing.assert_frame_equal(made.tables[name], stated.tables[name])
    assert account(stated, name) == [n, n, 0, 0]


def test_a_network_of_two_readings_is_the_same(tmp_path: Path) -> None:
    net = orgnet.read(folder(tmp_path / "in", {"会议.csv": MINUTES}))
    again = orgnet.read(orgnet.write(net, tmp_path / "out"))
    assert again.ties["layer"].tolist() == ["collab"]
    pd.testing.assert_frame_equal(again.ties, net.ties)
    pd.testing.assert_frame_equal(again.tables["events"], net.tables["events"])


def many_events(seed: int, n_units: int = 12, n_events: int = 40) -> tuple[OrgNetwork, pd.DataFrame]:
    rng = np.random.default_rng(seed)
    rows = []
    for event in range(n_events):
        there = rng.choice(n_units, size=rng.integers(1, 6), replace=False)
        roles = rng.choice(["organiser", "participant", "absent"], size=len(there), p=[0.1, 0.6, 0.3])
        date, kind = f"2025-0{rng.integers(1, 4)}-01", rng.choice(["meeting", "visit"])
        rows += [(f"u{unit}", f"e{event}", date, kind, role) for unit, role in zip(there, roles, strict=True)]
    table = pd.DataFrame(rows, columns=["unit_id", "event_id", "date", "event_type", "role"])
    net = from_tables({"unit_id": [f"u{i}" for i in range(n_units)], "kind": "enterprise"})
    return net.with_tables(events=table), table


def slow_weights(table: pd.DataFrame, *, shared: bool) -> dict[tuple[str, str], float]:
    """The weights the plain way: event by event, pair by pair."""
    weights: dict[tuple[str, str], float] = {}
    for _, rows in table.groupby("event_id"):
        there = sorted(set(rows.loc[rows["role"] != "absent", "unit_id"]))
        for pair in combinations(there, 2):
            weights[pair] = weights.get(pair, 0.0) + (1 / (len(there) - 1) if shared else 1)
    return weights


def pair_weights(net: OrgNetwork) -> dict[tuple[str, str], float]:
    table = net.ties[net.ties["layer"] == "collab"]
    sums: dict[Any, float] = table.groupby(["source", "target"])["weight"].sum().to_dict()
    return sums


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("weight", ["events", "shared"])
def test_joint_events_against_a_slow_twin(seed: int, weight: Any) -> None:  # noqa: ANN401 - a literal
    net, table = many_events(seed)
    made = with_event_ties(net, weight=weight)
    assert pair_weights(made) == pytest.approx(slow_weights(table, shared=weight == "shared"))
    assert made.provenance[-1]["weight"] == weight
    turned = net.with_tables(events=table.sample(frac=1, random_state=seed))
    assert pair_weights(with_event_ties(turned, weight=weight)) == pytest.approx(pair_weights(made))
    view = made.view("collab", weight="weight")
    assert view.data is not None
    assert view.data.sum() == pytest.approx(2 * sum(pair_weights(made).values()))


def test_shares_of_an_event_add_up_to_half_its_units() -> None:
    ids = list("abcde")
    net = from_tables({"unit_id": ids, "kind": "enterprise"})
    net = net.with_tables(events={"unit_id": ids, "event_id": "1", "role": [*["participant"] * 4, "absent"]})
    # 4 came: 6 pairs, each 1 / 3; e was absent
    assert pair_weights(with_event_ties(net, weight="shared")) == {
        pair: pytest.approx(1 / 3) for pair in combinations("abcd", 2)
    }


def test_ties_that_the_door_made_of_the_events_are_replaced() -> None:
    units = {"unit_id": ["a", "b", "c"], "kind": "enterprise"}
    events = {"unit_id": ["a", "b", "c"], "event_id": "1", "date": "2025-01-01", "event_type": "x"}
    net = from_tables(units, events=events)
    assert pair_weights(net) == {("a", "b"): 1, ("a", "c"): 1, ("b", "c"): 1}
    pd.testing.assert_frame_equal(with_event_ties(net).ties, net.ties)
    shared = with_event_ties(net, weight="shared")
    assert pair_weights(shared) == {("a", "b"): 0.5, ("a", "c"): 0.5, ("b", "c"): 0.5}
    assert shared.provenance[-1] == {"step": "with_event_ties", "weight": "shared", "ties_made": 3, "replaced": 3}
    other = net.with_ties(pd.DataFrame({"source": ["a"], "target": ["b"], "layer": ["collab"], "weight": [4.0]}))
    assert pair_weights(with_event_ties(other))["a", "b"] == 5  # another tie of the two, without a day, stays
    pd.testing.assert_frame_equal(shared.tables["events"], net.tables["events"])


def test_events_that_make_no_tie() -> None:
    ids = [f"u{i:04}" for i in range(1_001)]
    net = from_tables({"unit_id": ids, "kind": "enterprise"})
    events = {"unit_id": [*ids, "u0000", "u0001"], "event_id": ["crowd"] * 1_001 + ["alone", "alone"]}
    events["role"] = ["participant"] * 1_001 + ["organiser", "absent"]
    made = with_event_ties(net.with_tables(events=events))
    assert made.n_ties == 0
    assert found(made, "event.crowd", "value") == [["1001"]]
    assert found(made, "event.alone", "row") == [[1_001]]
    none = net.with_tables(events={"unit_id": []})
    assert with_event_ties(none).n_ties == 0


def test_what_with_event_ties_refuses() -> None:
    net = from_tables({"unit_id": ["a"], "kind": ["grid"]})
    with pytest.raises(orgnet.OptionError, match="no table of events"):
        with_event_ties(net)
    with pytest.raises(orgnet.OptionError, match="weight='days'"):
        with_event_ties(net.with_tables(events={"unit_id": ["a"]}), weight="days")  # type: ignore[arg-type]


# --- written and read


@pytest.fixture(scope="module")
def full() -> OrgNetwork:
    units = {"unit_id": ["a", "b"], "name": ["=甲", "乙"], "kind": "social_org"}
    ties = {"source": ["a"] * 3, "target": ["b"] * 3, "layer": ["collab", "interlock", "serves"]}
    date = ["2025-01-01", None]
    return from_tables(units, ties, as_of="2025-06-30").with_tables(
        events={"unit_id": ["a", "b"], "event_id": "001", "date": date, "role": ["organiser", "absent"]},
        posts={"unit_id": ["a", "b"], "post": ["=1+1", None], "filled": [True, None], "full_time": [None, False]},
        services={"provider": ["a", "b"], "receiver": ["b", None], "metres": [0.1, None], "capacity": [1e6, 3]},
        messages={"source": ["a", "b"], "target": ["b", "a"], "topic": ['a,b\n"c"', None], "sent": date},
        items={"unit_id": ["a", "b"], "item": ["x", "'y"], "listed": [False, None], "count": [3, None]},
    )


@pytest.mark.parametrize("name", ["folder", "net.xlsx", "net.json", "net.orgnet"])
def test_there_and_back(full: OrgNetwork, tmp_path: Path, name: str) -> None:
    again = orgnet.read(orgnet.write(full, tmp_path / name))
    assert list(again.tables) == list(full.tables) == list(TABLES)
    for one in TABLES:
        pd.testing.assert_frame_equal(again.tables[one], full.tables[one])
    pd.testing.assert_frame_equal(again.ties, full.ties)
    severe = again.findings.table[again.findings.table["severity"] != "note"]
    assert severe.empty, again.findings.lines()


def test_forms_that_do_not_hold_them(full: OrgNetwork, tmp_path: Path) -> None:
    for name in ("net.graphml", "net.gexf"):
        assert orgnet.read(orgnet.write(full, tmp_path / name)).tables == {}
    orgnet.write(full, tmp_path / "net.csv")
    assert sorted(file.name for file in tmp_path.glob("*.csv")) == ["net-ties.csv", "net.csv"]


def test_a_table_of_before_is_not_read_as_one_of_another_network(full: OrgNetwork, tmp_path: Path) -> None:
    path = orgnet.write(full, tmp_path / "folder")
    orgnet.write(full, path)  # its own are replaced
    before = {file.name: file.read_bytes() for file in path.iterdir()}
    with pytest.raises(orgnet.InputError, match=r"items\.csv exists and this network has no such table"):
        orgnet.write(full.with_tables(items=None), path)
    assert {file.name: file.read_bytes() for file in path.iterdir()} == before
    (path / "events.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(orgnet.InputError, match=r"events\.csv exists and was not written by orgnet"):
        orgnet.write(full, path)


def test_every_row_is_accounted_for_whatever_stands_there(tmp_path: Path) -> None:
    rng = np.random.default_rng(11)
    words = [*SOURCES, *SOURCES.values(), "外星公司", "", "无", "P、S", "甲社区、乙公司", "/"]
    headings = {
        "会议.csv": ["日期", "活动类型", "主办单位", "参加单位", "缺席单位"],
        "活动.csv": ["单位", "活动编号", "日期", "参加方式"],
        "岗位.csv": ["所在组织", "职务", "兼任单位", "兼任职务"],
        "服务.csv": ["服务单位", "服务项目", "服务对象", "可提供量"],
        "督办.csv": ["发出单位", "接收单位", "下发日期"],
        "事项.csv": ["单位", "事项", "数量"],
    }
    tables = {name: [words_, *rng.choice(words, (40, len(words_))).tolist()] for name, words_ in headings.items()}
    net = orgnet.read(folder(tmp_path, tables), strict=False)
    accounts = net.findings.accounts.set_index("source")
    assert (accounts["rows_in"] == accounts[["kept", "merged", "set_aside"]].sum(axis=1)).all()
    blank = net.findings.table.query("code == 'rows.blank'").groupby("source")["count"].sum()
    for name in headings:
        assert accounts.loc[name, "rows_in"] == 40 - blank.get(name, 0)
    assert set(net.tables) == set(TABLES)
    for name, frame in net.tables.items():
        for column, holds in TABLES[name].items():
            if holds == "unit":
                assert frame[column].dropna().isin(net.ids).all()
