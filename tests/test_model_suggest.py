"""Hints: units that may stand there twice, and what an id that is not there may have meant; nothing is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import orgnet
from orgnet._model.findings import Findings, Log
from orgnet._model.messages import in_chinese
from orgnet._model.oneoff import filed, one_apart
from orgnet._model.suggest import near_names, suggest, suggestions
from orgnet._model.tables import Origin

if TYPE_CHECKING:
    from collections.abc import Sequence

WORDS = st.text("ab甲乙", max_size=6)


def compared(names: Sequence[str | None], superior: Sequence[str | None] | None = None, **facts: object) -> Findings:
    n = len(names)
    units = pd.DataFrame({"name": pd.Series(list(names), dtype="str"), **facts})
    units.index = pd.Index([f"u{number}" for number in range(n)], name="unit_id")
    log = Log()
    above = None if superior is None else pd.Series(list(superior), dtype="str")
    near_names(units, Origin(np.full(n, "units.csv", dtype=object), np.arange(n) + 2), log, above)
    return log.findings()


@pytest.mark.parametrize(
    "name",
    [
        "杭州华联恒达贸易有限责任公司",
        "杭州华联恒达贸易 有限公司",
        "杭州华联恒达（贸易）有限公司",
        "杭州华联恒达(贸易)有限公司",
        "杭州华联恒达贸易",
        "杭州华联恒达贸易（普通合伙）",
        "杭州华联恒达贸易有限公司",
    ],
)
def test_names_that_are_the_same_but_for_their_form(name: str) -> None:
    found = compared(["别的单位", "杭州华联恒达贸易有限公司", name], kind="enterprise")
    assert found.table[["code", "severity", "row", "column", "value", "other"]].to_numpy().tolist() == [
        ["name.same", "warning", 4, "name", name, "'杭州华联恒达贸易有限公司' in row 3"]
    ]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("杭州市西湖区华联超市", "华联超市", True),
        ("杭州市西湖区华联超市", "西湖区华联超市", True),
        ("杭州市西湖区华联超市", "拱墅区华联超市", False),
        ("浙江省杭州市华联超市", "杭州市华联超市", True),
        ("华联超市有限公司", "华联超市股份有限公司", False),
        ("智慧社区服务中心", "服务中心", False),
        ("水果市场管理公司", "场管理公司", False),
    ],
)
def test_the_place_in_front_of_a_name(one: str, other: str, *, same: bool) -> None:
    assert compared([one, other], kind="enterprise").table["code"].tolist() == ["name.same"] * same


def test_the_name_of_a_city_that_many_names_bear_may_stand_without_its_word() -> None:
    names = ["杭州市甲乙商行", "杭州市丙丁商行", "杭州市戊己商行", "杭州市恒达物流", "杭州恒达物流", "恒达物流"]
    found = compared(names, kind="enterprise")
    assert found.table[["code", "row"]].to_numpy().tolist() == [["name.same", 6], ["name.same", 7]]


def test_homonyms_are_normal() -> None:
    names = ["第一党支部", "第一党支部"]
    assert not len(compared(names, ["a", "b"], kind="party_branch"))
    assert not len(compared(names, kind="party_branch"))
    assert not len(compared(names, kind="party_branch", area=["x", "y"]))
    assert not len(compared(["灵隐社区", "灵隐社区"], ["a", "a"], kind=["party_committee", "service_centre"]))
    assert compared(names, ["a", "a"], kind="party_branch").table["code"].tolist() == ["name.same"]
    assert compared(names, kind="party_branch", area="x").table["code"].tolist() == ["name.same"]
    assert compared(names, ["a", None], kind="party_branch", area="x").table["code"].tolist() == ["name.same"]
    code = "91110000600037341L"
    assert compared(names, ["a", "b"], kind="party_branch", uscc=code).table["code"].tolist() == ["name.same"]


def test_a_homonym_elsewhere_hides_no_repeat() -> None:
    found = compared(["华联超市"] * 4, kind="enterprise", area=["x", "y", "x", None])
    assert found.table["row"].tolist() == [4, 5]


def test_one_character_off() -> None:
    found = compared(["蓝天白云环保科技", "蓝田白云环保科技", "别的单位名称"], kind="enterprise", area="x")
    assert found.table[["code", "severity", "row", "value", "other"]].to_numpy().tolist() == [
        ["name.near", "warning", 3, "蓝田白云环保科技", "'蓝天白云环保科技' in row 2"]
    ]
    assert "与第 2 行的 '蓝天白云环保科技'只差一个字" in found.lines("zh")[0]
    assert compared(["蓝天白云环保科技", "蓝天白云环科技"], kind="enterprise").table["code"].tolist() == ["name.near"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("蓝天白云第一分厂", "蓝天白云第二分厂"),
        ("蓝天白云东区门店", "蓝天白云西区门店"),
        ("蓝天白云A座门店", "蓝天白云B座门店"),
        ("蓝天白云12号店", "蓝天白云13号店"),
        ("恒达物流", "恒大物流"),
        ("蓝天白云环保科技", "绿天黑云环保科技"),
    ],
)
def test_names_of_a_series_and_short_ones_are_no_slip(one: str, other: str) -> None:
    assert not len(compared([one, other], kind="enterprise"))


def test_what_several_names_share_makes_no_name_alike() -> None:
    names = [f"示例{brand}管理咨询有限公司" for brand in ("竹谷", "茗谷", "星屿", "云舟")]
    assert not len(compared(names, kind="enterprise"))


def test_other_credit_codes_are_other_units() -> None:
    names = ["蓝天白云环保科技", "蓝田白云环保科技"]
    assert not len(compared(names, kind="enterprise", uscc=["91110000600037341L", "91330106AY4CL12T2M"]))
    assert len(compared(names, kind="enterprise", uscc=["91110000600037341L", None])) == 1


def test_names_of_individual_businesses_are_not_shown() -> None:
    found = compared(["某某小吃店", "某某小吃店"], kind="enterprise", uscc="92330106Y742547M5E")
    assert not len(found)


def test_many_findings_are_cut_short_and_counted() -> None:
    found = compared([f"单位{chr(0x4E00 + 7 * number)}" for number in range(250)] * 2, kind="enterprise")
    assert found.table["code"].value_counts().to_dict() == {"name.same": 200, "name.near_more": 1}
    assert found.table["count"].iloc[-1] == 50


def test_nothing_to_compare() -> None:
    assert not len(compared([]))
    assert not len(compared([None, None]))
    assert not len(compared(["甲", "甲"]))


def test_a_hundred_thousand_names() -> None:
    rng = np.random.default_rng(7)
    letters = np.array([chr(0x4E00 + number) for number in range(2000)])
    names = ["".join(row) for row in letters[rng.integers(0, 2000, (100_000, 8))]]
    found = compared([*names, names[0], names[1][:3] + "龙" + names[1][4:]], kind="enterprise")
    assert found.table[["code", "row"]].to_numpy().tolist() == [["name.same", 100_002], ["name.near", 100_003]]


def test_the_bundled_registers_have_no_name_twice() -> None:
    net = orgnet.read(orgnet.datasets.path())
    log = Log()
    near_names(net.units, Origin(np.full(net.n_units, "units", dtype=object), np.arange(net.n_units)), log)
    assert not len(log.findings())


@given(st.lists(st.none() | st.text("华联杭州市区有限公司（）第一党支部社 A1", max_size=9), max_size=8), st.booleans())
def test_findings_on_names_point_back(names: list[str | None], has_superior: bool) -> None:  # noqa: FBT001
    found = compared(names, ["x"] * len(names) if has_superior else None)
    rows = found.table["row"].tolist()
    assert len(set(rows)) == len(rows)
    for row, value in zip(rows, found.table["value"], strict=True):
        assert names[row - 2] == value


@given(WORDS, WORDS)
def test_one_apart_is_one_edit(one: str, other: str) -> None:
    swapped = {one[:i] + letter + one[i + 1 :] for i in range(len(one)) for letter in "ab甲乙"} - {one}
    shorter = {one[:i] + one[i + 1 :] for i in range(len(one))}
    longer = {one[:i] + letter + one[i:] for i in range(len(one) + 1) for letter in "ab甲乙"}
    assert (one_apart(one, other) is not None) == (other in swapped | shorter | longer)


@given(st.lists(st.text("ab甲乙", min_size=1, max_size=6), min_size=2, max_size=6))
def test_texts_one_apart_are_filed_together(texts: list[str]) -> None:
    keys, owners = filed(np.array(texts, dtype=object))
    under = {owner: set(keys[owners == owner]) for owner in range(len(texts))}
    for here, one in enumerate(texts):
        for there, other in enumerate(texts):
            if one_apart(one, other):
                assert under[here] & under[there]


@pytest.mark.parametrize(
    ("text", "ids", "hint"),
    [
        ("10101", ["010101"], "Unit '010101' differs by leading zeros: did a spreadsheet drop them?"),
        ("010101", ["10101"], "Unit '10101' differs by leading zeros: did a spreadsheet drop them?"),
        ("330106000000", ["330106"], "Unit '330106' is the same code, but for zeros at its end."),
        ("330106", ["330106000000"], "Unit '330106000000' is the same code, but for zeros at its end."),
        ("33", ["330000"], "Unit '330000' is the same code, but for zeros at its end."),
        ("b-1", ["B-1"], "Unit 'B-1' differs by upper and lower case."),
        ("330106 001", ["330106-001"], "Unit '330106-001' differs by spaces, points or hyphens."),
        ("branch-11", ["branch-12"], "Did you mean 'branch-12'?"),
        ("G101", ["G1011", "G1012", "x"], "Did you mean 'G1011' or 'G1012'?"),
        ("G1", ["G11", "G12", "x"], ""),
        ("丙", ["1", "2"], ""),
        ("甲乙", ["甲丙", "甲丁"], ""),
        ("灵隐社", ["灵隐寺"], "Did you mean '灵隐寺'?"),
        ("灵隐社区党委", ["P1"], "It is the name of unit 'P1'."),
        ("灵稳社区党委", ["P1"], "Did you mean '灵隐社区党委' ('P1')?"),
        ("组织部办公室", ["P1"], ""),
        ("10", ["100"], ""),
        ("1001", ["10012"], "Did you mean '10012'?"),
        ("k", [], ""),
    ],
)
def test_what_an_id_may_have_meant(text: str, ids: list[str], hint: str) -> None:
    names = pd.Series(["灵隐社区党委"] * len(ids), dtype="str") if ids == ["P1"] else None
    said = suggest(text, pd.Index(ids, dtype="str"), names)
    assert said == (f" {hint}" if hint else "")
    assert not hint or not any(word in in_chinese(said) for word in ("Unit", "Did", "It is"))


def test_a_name_that_several_units_have_is_no_way_to_one() -> None:
    ids = pd.Index([f"u{number}" for number in range(5)])
    names = pd.Series(["第一党支部"] * 5, dtype="str")
    assert suggest("第一党支部", ids[:2], names[:2]) == " Units 'u0', 'u1' have this name."
    assert suggest("第一党支部", ids, names) == " Units 'u0', 'u1', 'u2' ... have this name."


def test_an_id_near_to_many_says_nothing() -> None:
    ids = pd.Index([f"33010600100{number}" for number in range(10)])
    assert suggest("33010600100x", ids) == ""
    assert suggest("33010600100x", ids[:3]) == " Did you mean '330106001000', '330106001001' or '330106001002'?"


@given(st.lists(st.text(max_size=8) | st.text("012 -Aa", max_size=8), unique=True, max_size=6), st.booleans())
def test_any_text_has_a_hint_or_none(texts: list[str], named: bool) -> None:  # noqa: FBT001
    ids = pd.Index(["001", "A-1", "甲", "330106"], dtype="str")
    names = pd.Series(["第一党支部", None, "x", "y"], dtype="str") if named else None
    hints = suggestions(pd.Index(texts, dtype="str"), ids, names)
    assert list(hints) == texts
    assert all(hint == "" or (hint[0] == " " and hint[-1] in ".?") for hint in hints.values())


def test_chinese_says_or_and_where_in_chinese() -> None:
    said = suggest("G101", pd.Index(["G1011", "G1012"], dtype="str"))
    assert in_chinese(said) == "是否应为 'G1011' 或 'G1012'？"
    assert in_chinese("2 of book.xlsx/单位, hosts") == "2，见 book.xlsx/单位，覆盖单位"
