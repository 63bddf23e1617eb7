"""No person gets in: headings and values that look personal are taken out, and their values are shown nowhere."""

from __future__ import annotations

import csv
import itertools
import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

import orgnet
from orgnet._build.roles import ALIASES
from orgnet._model.codes import uscc_check
from orgnet._model.personal import like_personal, personal_heading
from orgnet.build import from_tables

if TYPE_CHECKING:
    from pathlib import Path

    from orgnet._model.network import OrgNetwork


def card(body: str) -> str:
    """Complete 17 made-up digits with their check character."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(w * int(d) for w, d in zip(weights, body, strict=True)) % 11]


def wide(text: str) -> str:
    return "".join(chr(ord(character) + 0xFEE0) for character in text)


# Area 999999 does not exist; numbers from 19900000 on 199 are not given out in this form: nobody is behind these.
CARD = card("99999919000101000")
CARD_X = next(text for number in range(1000) if (text := card(f"99999919991231{number:03}")).endswith("X"))
PHONE = "19900000000"
SECRETS = {
    "card": CARD,
    "card with X": CARD_X,
    "card with x": CARD_X.lower(),
    "wide card": wide(CARD),
    "phone": PHONE,
    "phone with country": f"+86 {PHONE}",
    "phone in groups": "199-0000-0000",
    "wide phone": wide(PHONE),
    "phone as a float": f"{PHONE}.0",
    "in a sentence": f"联系人某某{PHONE}，随时",
    "card in a sentence": f"证件 {CARD}。",
    "card in groups": f"{CARD[:6]} {CARD[6:14]} {CARD[14:]}",
    "card with hyphens": f"{CARD_X[:6]}-{CARD_X[6:14]}-{CARD_X[14:]}",
    "card in fours": " ".join(CARD[at : at + 4] for at in range(0, 18, 4)),
}
BARE = (CARD[:17], CARD_X[:17], PHONE, "0000-0000", wide(PHONE), wide(CARD)[:17], "19190001", "9919 1901", CARD_X[6:14])
# Area 339999 and numbers that begin with 8000000 are made up.
CONTACTS = {
    "land line": "0571-80000000",
    "land line in brackets": "(0571) 80000000",
    "wide land line": wide("0571-80000000"),
    "land line of a big city": "电话：010 80000001",
    "mail": "a.b@example.cn",
    "mail in a sentence": "请发至a_b+c@mail.example.org。",
    "old card": "339999190101000",
    "old card in a sentence": "证件339999190101000，",
}
CONTACTS_BARE = ("80000000", "80000001", wide("80000000"), "example", "339999190101000")
HARMLESS = [
    "330106001001",
    "91330106MA27X00000",
    "20250630",
    "330106000012345",
    "339999199901000",
    "0571-1234567",
    "12-34567890",
    "a@b",
    "@SUM(1+1)",
    "1990000000",
    "199000000001",
    "A19900000000",
]


CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"
# The first 17 places of credit codes of made-up associations whose registrar has a number that could begin a year.
BODIES = [
    f"51999919{year:02}{month:02}{day:02}{serial:03}"
    for year, month, day, serial in itertools.product((5, 60), (1, 11), (2, 28), range(120))
]


def total(code: str) -> int:
    weights = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
    return sum(weight * CREDIT.index(letter) for weight, letter in zip(weights, code, strict=True))


def everything(net: OrgNetwork, folder: Path) -> str:
    """Put together all that a network says and holds."""
    path = orgnet.write(net, folder / "net.orgnet")
    with zipfile.ZipFile(path) as archive:
        raw = b"".join(archive.read(name) for name in archive.namelist())
    found = net.findings
    parts = [
        repr(net),
        net._repr_html_(),
        net.units.to_csv(),
        net.ties.to_csv(),
        found.table.to_csv(),
        *(found.to_frame(lang).to_csv() for lang in ("en", "zh")),
        *found.lines(most=1000),
        str(found.to_dict()),
        str(net.provenance),
        raw.decode("utf-8", "ignore"),
        raw.decode("utf-16", "ignore"),
    ]
    return "\n".join(parts)


def assert_unseen(text: str) -> None:
    for secret in BARE:
        assert secret not in text


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS.keys())
@pytest.mark.parametrize("heading", ["remark", "name", "kind", "area", "sector", "status", "level", "staff", "founded"])
def test_values_in_columns_of_units(secret: str, heading: str, tmp_path: Path) -> None:
    net = from_tables({"unit_id": ["a", "b"], heading: ["x", secret]}, strict=False)
    assert_unseen(everything(net, tmp_path))
    if heading == "remark":
        assert "remark" not in net.units
        assert net.findings.table.query("code == 'column.personal'")[["column", "count"]].to_numpy().tolist() == [
            ["remark", 2]
        ]
    elif heading == "name":
        assert net.names.tolist() == ["x", "b"]
        assert net.findings.table.query("code == 'value.personal'")["count"].tolist() == [1]


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS.keys())
@pytest.mark.parametrize("heading", ["unit_id", "superior_id", "source", "target", "layer", "tie_type", "remark"])
def test_values_where_ties_are_said(secret: str, heading: str, tmp_path: Path) -> None:
    units: dict[str, list[Any]] = {"unit_id": ["a", "b"], "superior_id": [None, None]}
    ties: dict[str, list[Any]] = {"source": ["a"], "target": ["b"], "layer": ["collab"], "tie_type": ["x"]}
    (units if heading in units else ties)[heading] = ["b", secret] if heading in units else [secret]
    net = from_tables(units, ties, strict=False)
    assert_unseen(everything(net, tmp_path))
    if heading == "unit_id":
        assert net.findings.table.query("severity == 'refused'")["code"].tolist()[0] == "unit.id_personal"
        with pytest.raises(orgnet.ValidationError) as caught:
            from_tables(units, ties)
        assert_unseen(str(caught.value) + repr(caught.value) + str(caught.value.findings.to_frame()))


@pytest.mark.parametrize(
    "values",
    [
        [int(PHONE), 5],
        [float(PHONE), np.nan],
        pd.array([int(PHONE), None], dtype="Int64"),
        [int(CARD), 5],
        pd.Categorical([int(PHONE), 5]),
        pd.Categorical([PHONE, "x"]),
        pd.Series([PHONE, 7], dtype=object),
    ],
)
def test_values_that_are_numbers(values: Any, tmp_path: Path) -> None:  # noqa: ANN401 - whatever pandas takes
    net = from_tables({"unit_id": ["a", "b"], "remark": values})
    assert "remark" not in net.units
    assert_unseen(everything(net, tmp_path))


@pytest.mark.parametrize("ids", [[int(PHONE), 5], [float(PHONE), 5.0], [PHONE, "5"]], ids=["int", "float", "text"])
def test_ids_that_are_numbers(ids: list[Any], tmp_path: Path) -> None:
    net = from_tables({"unit_id": ids}, strict=False)
    assert net.ids.tolist() == ["5"]
    assert_unseen(everything(net, tmp_path))


@pytest.mark.parametrize(
    "heading",
    [
        *("姓名", "身份证号", "手机号", "联系电话", "家庭住址", "出生日期", "民族", "书记姓名", "联系人", "网格员姓名"),
        *(
            "Phone",
            "contact_phone",
            "E-mail",
            "email",
            "mobile no.",
            "ID_card",
            "date_of_birth",
            " 姓名 ",
            "党员姓名（主）",
        ),
    ],
)
def test_headings_that_are_refused(heading: str) -> None:
    net = from_tables({"unit_id": ["a"], "kind": ["grid"], heading: ["某某"]})
    assert net.units.columns.tolist() == ["name", "kind"]
    assert "某某" not in net.findings.to_frame().to_csv()
    ties = {"source": ["a"], "target": ["b"], "layer": ["collab"], heading: ["某某"]}
    assert heading.strip() not in from_tables({"unit_id": ["a", "b"]}, ties).ties


def test_there_is_no_keep() -> None:
    net = from_tables({"unit_id": ["a"], "kind": ["grid"], "姓名": ["某某"]}, columns={"姓名": "name"})
    assert net.names.tolist() == ["a"]
    assert net.findings.table.query("code == 'column.personal'")["column"].tolist() == ["姓名"]


@pytest.mark.parametrize("heading", ["名称", "单位电话", "automobile sector", "联系单位", "party_name", "telecoms"])
def test_headings_of_organisations_stay(heading: str) -> None:
    units = from_tables({"unit_id": ["a"], heading: ["x"]}).units
    assert "x" in units.iloc[0].tolist()


@pytest.mark.parametrize("value", HARMLESS)
def test_codes_of_organisations_stay(value: str) -> None:
    net = from_tables({"unit_id": [value], "remark": [value], "name": [value]})
    assert net.ids.tolist() == [value]
    assert net.units[["remark", "name"]].to_numpy().tolist() == [[value, value]]


@pytest.mark.parametrize("secret", CONTACTS.values(), ids=CONTACTS.keys())
@pytest.mark.parametrize("heading", ["remark", "name", "area", "sector"])
def test_contacts_in_text(secret: str, heading: str, tmp_path: Path) -> None:
    net = from_tables({"unit_id": ["a", "b"], heading: ["x", secret]}, strict=False)
    said = everything(net, tmp_path)
    assert not any(secret in said for secret in CONTACTS_BARE)
    assert set(net.findings.table["code"]) >= {"column.personal" if heading == "remark" else "value.personal"}
    assert orgnet.read(tmp_path / "net.orgnet").n_units == 2
    tied = {"source": ["a"], "target": ["b"], "layer": ["collab"], "tie_type": [secret], "remark": [secret]}
    ties = from_tables({"unit_id": ["a", "b"]}, tied).ties
    assert ties["tie_type"].isna().all()
    assert "remark" not in ties


def test_contacts_of_a_unit_stay() -> None:
    units = from_tables({"unit_id": ["a"], "单位电话": ["0571-80000000"], "单位邮箱": ["a@example.cn"]}).units
    assert units[["单位电话", "单位邮箱"]].iloc[0].tolist() == ["0571-80000000", "a@example.cn"]


@pytest.mark.parametrize("field", ["staff", "founded", "has_union", "unit_id"])
def test_a_second_heading_for_a_field_is_looked_at_too(field: str, tmp_path: Path) -> None:
    again = {"staff": "员工数", "founded": "成立时间", "has_union": "是否建立工会", "unit_id": "编码"}[field]
    net = from_tables({"unit_id": ["a", "b"], field: ["a", "b"], again: ["x", PHONE]}, strict=False)
    assert_unseen(everything(net, tmp_path))
    assert orgnet.read(tmp_path / "net.orgnet").n_units == 2


@pytest.mark.parametrize("heading", ["注册号", "营业执照", "组织机构代码", "registration no.", "code", "uscc"])
@pytest.mark.parametrize("kind", [str, int])
def test_fifteen_digits_that_are_said_to_be_a_number_stay(heading: str, kind: type) -> None:
    value = kind("339999190101000")
    units = from_tables({"unit_id": ["a", "b"], heading: [value, value]}, columns={"code": "uscc"}).units
    assert "339999190101000" in units.astype("str").iloc[0].tolist()
    assert "备注" not in from_tables({"unit_id": ["a", "b"], "备注": [value, value]}).units


def test_a_credit_code_that_is_a_card_number_too_is_taken_for_a_card(tmp_path: Path) -> None:
    both = [code for code in map(card, BODIES) if uscc_check(code) is None]
    only = [code + CREDIT[-total(code) % 31] for code in BODIES if -total(code) % 31 < 10]
    assert len(both) > 10
    assert all(uscc_check(code) is None for code in only)
    net = from_tables({"unit_id": ["a", "b"], "uscc": [both[0], next(code for code in only if code not in both)]})
    assert net.units["uscc"].isna().tolist() == [True, False]
    assert net.findings.table.query("code == 'value.personal'")["count"].tolist() == [1]
    assert both[0] not in everything(net, tmp_path)


def test_few_credit_codes_of_digits_are_card_numbers_too() -> None:
    """Count them among codes whose places 7 and 8 are 19, as two in a thousand registrars have them."""
    codes = pd.Series([code + CREDIT[-total(code) % 31] for code in BODIES if -total(code) % 31 < 10], dtype="str")
    days = codes.str.fullmatch(".{8}[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01]).{4}")
    hit = like_personal(codes)
    assert 0.05 < hit.mean() < 0.13  # one in eleven, all of them having a date
    assert days.all()


def test_a_number_with_a_wrong_check_is_a_code() -> None:
    wrong = CARD[:17] + ("0" if CARD[17] != "0" else "1")
    assert from_tables({"unit_id": [wrong]}).ids.tolist() == [wrong]


def test_a_file_without_headings_shows_none_of_its_first_row(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["a", PHONE, CARD], ["b", "x", "y"]])
    found = orgnet.check(path)
    assert found.n_refused == 1
    assert_unseen(found.to_frame().to_csv() + str(found.lines()))
    net = orgnet.read(path, columns={"a": "unit_id"})
    assert net.findings.table.query("code == 'column.personal'")["column"].tolist() == ["column 2", "column 3"]
    assert_unseen(everything(net, tmp_path))


def test_no_person_comes_in_behind_the_door() -> None:
    net = from_tables({"unit_id": ["a", "b"]}, {"source": ["a"], "target": ["b"], "layer": ["collab"]})
    changes: list[Any] = [
        lambda: net.with_units(remark=["x", PHONE]),
        lambda: net.with_units(name=["x", f"某某{PHONE}"]),
        lambda: net.with_units(姓名=["x", "y"]),
        lambda: net.with_ties(remark=[CARD]),
        lambda: net.with_ties(手机号=["x"]),
        lambda: net.with_ties(pd.DataFrame({"source": ["b"], "target": ["a"], "layer": ["covers"], "remark": [PHONE]})),
        lambda: net.with_ties(pd.DataFrame({"source": ["b"], "target": ["a"], "layer": ["covers"], "电话": ["x"]})),
    ]
    for change in changes:
        with pytest.raises(orgnet.ValidationError) as caught:
            change()
        assert_unseen(str(caught.value) + repr(caught.value))


@pytest.mark.parametrize(
    "heading",
    [
        *(
            "负责人",
            "党组织负责人",
            "书记",
            "党组织书记",
            "法人代表",
            "法定代表人（负责人）",
            "联系人手机",
            "责任人电话",
        ),
        *("联络人", "经办人", "户主", "户籍地址", "居住地址", "座机", "名字", "年龄", "网格员", "网格长", "办公电话"),
    ],
)
def test_headings_that_announce_a_person(heading: str) -> None:
    units = {"unit_id": ["a"], "name": ["x"], heading: ["张三"]}
    assert heading not in from_tables(units).units
    assert personal_heading(heading)


@pytest.mark.parametrize(
    "heading",
    [
        *("网格员数", "专职网格员数", "户籍人口", "户籍人口数", "户籍户数", "联系人数", "负责人数", "平均年龄"),
        *("选派党建工作指导员或联络员", "党建指导员", *sorted({word for words in ALIASES.values() for word in words})),
    ],
)
def test_headings_that_count_or_name_organisations_stay(heading: str) -> None:
    assert not personal_heading(heading)


@pytest.mark.parametrize(
    "heading",
    [
        *("法人", "业主", "党员", "楼长", "楼栋长", "单元长", "党建联络员", "副书记", "委员", "组长", "分管领导"),
        *("包片干部", "备注（书记）", "发展对象", "社区主任", "微网格员", "路长", "*书记"),
        *("书记 Secretary", "姓名 Name"),
        *("manager", "Secretary", "owner", "head", "leader", "staff_name", "employee", "Employee name", "contact-name"),
        *("team leader", "unit_head"),
    ],
)
def test_headings_of_who_holds_a_seat_announce_names_or_counts(heading: str) -> None:
    units = {"unit_id": ["a", "b"], "name": ["x", "y"], heading: ["某某", "Jane Doe"]}
    net = from_tables(units)
    assert net.units.columns.tolist() == ["name", "kind"]
    assert "某某" not in net.findings.to_frame().to_csv()
    assert net.findings.table.query("code == 'column.personal'")["count"].tolist() == [2]


@pytest.mark.parametrize("heading", ["网格员", "楼长", "党员", "社区主任", "委员（人）", "leader"])
def test_counts_under_such_a_heading_stay(heading: str, tmp_path: Path) -> None:
    net = from_tables({"unit_id": ["a", "b", "c", "d"], "name": [*"wxyz"], heading: ["3", "12人", "无", None]})
    assert net.units[heading].tolist()[:3] == ["3", "12人", "无"]
    assert heading in orgnet.read(orgnet.write(net, tmp_path / "net.orgnet")).units


@pytest.mark.parametrize(
    "heading",
    [
        *("专员单位", "业主委员会", "楼长数", "同比增长", "是否配备网格员", "委员会", "领导小组", "企业法人数（人）"),
        *("headquarters", "has_leader", "ownership"),
    ],
)
def test_headings_that_only_sound_so_stay(heading: str) -> None:
    units = from_tables({"unit_id": ["a"], "name": ["x"], heading: ["某某"]}).units
    assert units[heading].tolist() == ["某某"]


def test_a_manager_is_the_superior_where_the_cells_are_ids() -> None:
    units: dict[str, list[Any]] = {"id": ["1", "2"], "name": ["x", "y"], "kind": ["department"] * 2}
    assert from_tables(units | {"manager": [None, "1"]}).ties[["source", "target"]].to_numpy().tolist() == [["1", "2"]]
    named = from_tables(units | {"manager": [None, "Jane Doe"]})
    assert named.n_ties == 0
    assert "manager" not in named.units
    by_hand = from_tables(units | {"书记": [None, "某某"]}, columns={"书记": "superior_id"})
    assert "某某" not in by_hand.findings.to_frame().to_csv()
    assert "column.personal" in set(by_hand.findings.table["code"])


def test_a_name_where_a_count_is_asked_for_is_not_shown() -> None:
    net = from_tables({"unit_id": ["a", "b"], "name": ["x", "y"], "党建指导员": ["2", "某某"]})
    assert net.units["instructors"].tolist()[0] == 2
    assert "某某" not in net.findings.to_frame().to_csv()
    assert net.findings.table.query("code == 'value.personal'")["count"].tolist() == [1]


@pytest.mark.parametrize(
    "units",
    [
        {"编码": ["1", "2"], "姓名": ["某某", "谁谁"], "上级编码": [None, "1"]},
        {"id": ["1", "2"], "Employee name": ["A B", "C D"], "reports_to": [None, "1"], "type": ["staff", "staff"]},
        {"id": ["1", "2"], "full_name": ["A B", "C D"]},
    ],
)
def test_a_list_of_persons_is_refused(units: dict[str, list[Any]], tmp_path: Path) -> None:
    found = orgnet.check(units)
    assert found.table.query("code == 'table.of_persons'")["severity"].tolist() == ["refused"]
    with pytest.raises(orgnet.ValidationError, match="those of persons"):
        from_tables(units)
    net = from_tables(units, strict=False)
    assert net.n_units == 0
    assert found.accounts[["rows_in", "set_aside"]].to_numpy().tolist() == [[2, 2]]
    assert not any(word in everything(net, tmp_path) for word in ("某某", "A B"))


@pytest.mark.parametrize("more", [{"name": ["x"]}, {"kind": ["grid"]}, {"类型": ["网格"]}])
def test_organisations_with_a_column_of_names_are_not(more: dict[str, list[str]]) -> None:
    found = orgnet.check({"unit_id": ["a"], "姓名": ["某某"], **more})
    assert found.n_refused == 0


def test_a_chart_of_employees_is_a_warning() -> None:
    chart = {
        "id": ["1", "2"],
        "name": ["A", "B"],
        "reports_to": [None, "1"],
        "email": ["x", "y"],
        "job title": ["C", "D"],
    }
    found = orgnet.check(chart).table.query("code == 'table.like_persons'")
    assert found[["severity", "value", "count"]].to_numpy().tolist() == [["warning", "email, job title", 2]]
    teams = {name: cells for name, cells in chart.items() if name not in ("email", "job title")}
    for other in (teams, chart | {"kind": ["grid"] * 2}):
        assert "table.like_persons" not in set(orgnet.check(other).table["code"])
