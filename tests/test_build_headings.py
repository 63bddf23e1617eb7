"""What headings mean: with a unit, a star, spaces or a second language beside them, and in English."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import orgnet
from orgnet._build import layout
from orgnet._build.roles import ROLES, field_of, role_of
from orgnet._model.vocabulary import COUNT_FIELDS, DEGREE_FIELDS, FLAG_FIELDS, label

if TYPE_CHECKING:
    from pathlib import Path

BESIDE = {
    "从业人员数（人）": "staff",
    "正式党员数 （名）": "full_members",
    "是否建立党组织（是/否）": "has_party_org",
    "*经营状态": "status",
    "所属 社区": "community",
    "组织代码 Code": "unit_id",
    "编码 ID": "unit_id",
    "上级 ID": "superior_id",
    "Parent 编码": "superior_id",
    "Employees (persons)": "staff",
    "Unit ID": "unit_id",
    "unit-id": "unit_id",
    "从业人员数 Employees": "staff",
}
NO_FIELD = [
    "党员人数（预备）",
    "户数（空置）",
    "从业人员（合计）",
    "姓名 Name",
    "法人 ID",
    "Owner 名称",
    "颜色（红）",
    "2023 staff",
    "",
]


@pytest.mark.parametrize(("heading", "field"), BESIDE.items())
def test_what_stands_beside_a_heading(heading: str, field: str) -> None:
    assert field_of(heading, "units") == layout.field_of(heading) == field


@pytest.mark.parametrize("heading", NO_FIELD)
def test_what_makes_something_else_of_a_heading(heading: str) -> None:
    assert field_of(heading, "units") is None


def test_a_word_that_is_not_its_own_stays_so_with_a_unit_beside_it() -> None:
    assert field_of("上级党委（全称）", "enterprise") is None
    assert field_of("上级党委（全称）", "party") == "superior_name"


def test_headings_of_a_register(tmp_path: Path) -> None:
    path = tmp_path / "企业.csv"
    heading = (
        "企业名称,从业人员数（人）,正式党员数 （名）,是否建立党组织（是/否）,*经营状态,所属 社区,从业人员（合计）,备注"
    )
    path.write_text(f"{heading}\n甲公司,5,1,是,存续,乙社区,4,x\n", encoding="utf-8")
    net = orgnet.read(path)
    unit = net.units.iloc[0]
    assert unit[["staff", "full_members", "has_party_org", "community"]].tolist() == [5, 1, True, "乙社区"]
    extra = net.findings.table.query("code == 'column.extra'")
    assert extra[["severity", "value"]].to_numpy().tolist() == [["note", "从业人员（合计）"]]
    assert unit["从业人员（合计）"] == "4"


def test_columns_of_ties_that_mean_no_field_are_listed() -> None:
    ties = {"source": ["a"], "target": ["b"], "layer": ["collab"], "colour": ["red"], "shape": ["round"]}
    found = orgnet.check({"unit_id": ["a", "b"]}, ties).table
    assert found.loc[found["code"] == "column.extra", "value"].tolist() == ["colour, shape"]
    assert "column.extra" not in set(orgnet.check({"unit_id": ["a"], "name": ["x"]}).table["code"])


@pytest.mark.parametrize("role", ROLES)
def test_every_sign_of_a_register_is_a_field_of_it(role: str) -> None:
    assert [word for word in ROLES[role].signs if field_of(word, role) is None] == []


@pytest.mark.parametrize(
    ("heading", "role", "field"),
    [
        ("企业代码", "enterprise", "unit_id"),
        ("社会组织编码", "social_org", "unit_id"),
        ("支部名称", "party", "name"),
        ("支部名称", "enterprise", "party_org"),
        ("上级单位", "party", "superior_name"),
        ("出席单位", "events", "participants"),
        ("Organization code", "party", "unit_id"),
        ("Party organisation", "enterprise", "party_org"),
        ("Social organisation name", "social_org", "name"),
        ("Service provider", "services", "provider"),
        ("Number of households", "grids", "households"),
    ],
)
def test_words_of_registers(heading: str, role: str, field: str) -> None:
    assert field_of(heading, role) == field


@pytest.mark.parametrize(
    ("headings", "name", "role"),
    [
        (["Organisation code", "Organisation name", "Superior", "Members"], "party", "party"),
        (["Enterprise name", "Employees", "Party organisation"], "sheet", "enterprise"),
        (["*企业名称（全称）", "人数"], "sheet", "enterprise"),
        (["Social organization name", "Staff"], "sheet", "social_org"),
        (["Date", "Participants"], "log", "events"),
        (["Provider", "Service", "Receiver"], "log", "services"),
    ],
)
def test_registers_are_known_by_their_headings(headings: list[str], name: str, role: str) -> None:
    assert role_of(headings, name) == role


def test_english_registers_make_one_network(tmp_path: Path) -> None:
    party = "Organisation code,Organisation name,Superior,Members\nA,North branch,,3\nB,North cell,A,2\n"
    (tmp_path / "party.csv").write_text(party, encoding="utf-8")
    firms = "Enterprise name,Employees,Party organisation\nX Ltd,30,North branch\n"
    (tmp_path / "enterprises.csv").write_text(firms, encoding="utf-8")
    net = orgnet.read(tmp_path)
    assert net.units["kind"].to_dict() == {"A": "party_unit", "B": "party_unit", "X Ltd": "enterprise"}
    assert sorted(net.ties[["source", "target", "layer"]].to_numpy().tolist()) == [
        ["A", "B", "command"],
        ["A", "X Ltd", "covers"],
    ]


@pytest.mark.parametrize(
    ("heading", "role", "field"),
    [
        *[(word, "units", "posts_approved") for word in ("核定岗位数", "核定编制", "编制数")],
        *[(word, "units", "posts_filled") for word in ("在岗人数", "实有人数（人）")],
        *[(word, "units", "workers_left") for word in ("本年离职人数", "离职人数")],
        *[(word, "units", "certified") for word in ("持证人数", "持证社工数")],
        *[(word, "units", "disputes") for word in ("纠纷受理数", "受理纠纷数")],
        *[(word, "units", "proposals_adopted") for word in ("采纳提案数", "采纳数")],
        ("建筑面积（平方米）", "units", "floor_area"),
        ("建筑面积（亩）", "units", None),
        ("工会会员数", "enterprise", "union_members"),
        ("新进人数", "units", "workers_joined"),
        ("留任人数", "units", "workers_stayed"),
        ("参训人数", "units", "trained"),
        ("培训学时", "units", "training_hours"),
        ("晋升人数", "units", "promoted"),
        ("专职岗位数", "grids", "full_time_posts"),
        ("调解组织数", "units", "mediation_bodies"),
        ("化解纠纷数", "units", "disputes_settled"),
        ("演练次数", "units", "drills"),
        ("席位数", "social_org", "seats"),
        ("议题数", "social_org", "agenda_items"),
        ("提案数", "social_org", "proposals_made"),
        ("经度", "grids", "longitude"),
        ("纬度", "grids", "latitude"),
        ("楼栋", "enterprise", "building"),
        ("所在楼栋", "social_org", "building"),
        ("楼栋", "buildings", "name"),
        ("building", "buildings", "name"),
        ("building", "enterprise", "building"),
        ("党建功能", "grids", "function_party"),
        ("社会治理功能", "grids", "function_governance"),
        ("社会救助功能", "grids", "function_relief"),
        ("缺席单位", "events", "absent"),
        ("参加人次", "events", "attendances"),
        ("职能", "posts", "function"),
        ("在岗", "posts", "filled"),
        ("专职", "posts", "full_time"),
        ("届满时间", "posts", "term_end"),
        ("资金", "services", "funds"),
        ("距离(米)", "services", "metres"),
        ("距离(公里)", "services", None),
        ("来源", "messages", "source"),
        ("承办单位", "messages", "target"),
        ("时限", "messages", "due_days"),
        ("交办部门", "items", "issuer"),
        ("主责单位", "items", "lead"),
    ],
)
def test_words_for_what_units_did(heading: str, role: str, field: str | None) -> None:
    assert field_of(heading, role) == field


def test_every_field_can_be_written_by_its_own_name_and_by_its_chinese_label(tmp_path: Path) -> None:
    """What the workbook of findings calls a field is a heading that is read as that field."""
    for field in (*COUNT_FIELDS, *FLAG_FIELDS, *DEGREE_FIELDS):
        assert field_of(field, "units") == field
        if label(field, "zh") != field:
            assert field_of(label(field, "zh"), "units") == field, field
    path = tmp_path / "单位.csv"
    path.write_text("编码,党建功能,经度,核定编制,建筑面积\na,是,120.155,12人,30㎡\n", encoding="utf-8")
    unit = orgnet.read(path, strict=False).units.iloc[0]
    fields = ["function_party", "longitude", "posts_approved", "floor_area"]
    assert unit[fields].tolist() == [True, 120.155, 12, 30]
