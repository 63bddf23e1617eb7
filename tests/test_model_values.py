"""Single values: what a cell says is read, what it does not say is missing, and each change is a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgnet._model.findings import Findings, Log
from orgnet._model.numbers import UNITS, read_number
from orgnet._model.reading import Place
from orgnet._model.values import read_dates, read_flags, read_ids, read_numbers

if TYPE_CHECKING:
    from collections.abc import Callable

WIDE = {0x21 + i: 0xFF01 + i for i in range(94)}
FIRST = 10  # the row of the first value


def said(
    reader: Callable[..., pd.Series], texts: list[str], name: str, **options: object
) -> tuple[pd.Series, Findings]:
    log = Log()
    place = Place("units.csv", np.arange(len(texts)) + FIRST, log)
    return reader(pd.Series(texts, dtype="str"), name, place, **options), log.findings()


def one(reader: Callable[..., pd.Series], text: str, name: str, **options: object) -> tuple[object, str]:
    """Read one value; return it, None for missing, and the code of what was said."""
    values, found = said(reader, [text], name, **options)
    value = values.iloc[0]
    assert len(found) <= 1
    return None if pd.isna(value) else value, "".join(found.table["code"])


@pytest.mark.parametrize(
    ("text", "name", "value", "code"),
    [
        ("500", "staff", 500, ""),
        ("500人", "staff", 500, "value.converted"),
        ("12 名", "members", 12, "value.converted"),
        ("3位", "instructors", 3, "value.converted"),
        ("3个", "posts_filled", 3, "value.converted"),
        ("500户", "households", 500, "value.converted"),
        ("5家", "joint_units", 5, "value.converted"),
        ("5家单位", "joint_units", 5, "value.converted"),
        ("500元", "funds", 500, "value.converted"),
        ("12.5万元", "funds", 125_000, "value.converted"),
        ("3栋", "capacity", 3, "value.converted"),
        ("3.3万", "population", 33_000, "value.converted"),
        ("1.15万人", "population", 11_500, "value.converted"),
        ("1.2亿", "population", 120_000_000, "value.converted"),
        ("1,234,567", "population", 1_234_567, "value.converted"),
        ("1,200人", "staff", 1200, "value.converted"),
        ("1,200".translate(WIDE), "staff", 1200, "value.converted"),
        ("500".translate(WIDE), "staff", 500, ""),
        ("约500户", "households", 500, "value.approximate"),
        ("大约 500", "households", 500, "value.approximate"),
        ("500余人", "staff", 500, "value.approximate"),
        ("500多人", "staff", 500, "value.approximate"),
        ("近500", "staff", 500, "value.approximate"),
        ("500人左右", "staff", 500, "value.approximate"),
        ("500+", "staff", 500, "value.approximate"),
        ("3万余人", "population", 30_000, "value.approximate"),
        ("300-500", "households", 400, "value.approximate"),
        (f"300{chr(0xFF5E)}500户", "households", 400, "value.approximate"),
        ("300至500", "households", 400, "value.approximate"),
        ("300—500", "households", 400, "value.approximate"),
        ("300户-500户", "households", 400, "value.approximate"),
        ("约300-500户", "households", 400, "value.approximate"),
        ("3-5万", "population", 40_000, "value.approximate"),
        ("0", "staff", 0, ""),
        ("无", "staff", 0, "word.converted"),
        ("没有", "members", 0, "word.converted"),
        *((text, "staff", None, "value.not_recorded") for text in ("/", "-", "—", "——", "暂无数据", "不详", "未知")),
        *((text, "staff", None, "value.not_recorded") for text in ("未填", "N/A", "n/a", "NaN", " / ")),
        ("暂无", "staff", None, "value.none_or_no_data"),
        ("", "staff", None, ""),
        *(
            (text, "staff", None, "value.unreadable")
            for text in (
                *(
                    "500元",
                    "500户",
                    "五百",
                    "十二人",
                    "几十",
                    "数百",
                    "不足50",
                    "500以内",
                    "若干",
                    "500-300",
                    "-500-300",
                ),
                *(
                    "-5-3",
                    "01-02",
                    "3万-5",
                    "300人-500户",
                    "约-5",
                    "1.2.3",
                    "1,20",
                    "12/30",
                    "人",
                    "约",
                    "万",
                    "12人/户",
                ),
            )
        ),
        ("500人", "households", None, "value.unreadable"),
        ("500元", "level_rank", None, "value.unreadable"),
        ("-5", "staff", None, "value.out_of_range"),
        ("-5人", "staff", None, "value.out_of_range"),
        ("1e309", "staff", None, "value.out_of_range"),
        ("9" * 400 + "人", "staff", None, "value.out_of_range"),
    ],
)
def test_counts(text: str, name: str, value: float | None, code: str) -> None:
    assert one(read_numbers, text, name) == (value, code)


def test_blank_slash_none_and_none_yet_are_four_things() -> None:
    texts = ["", "/", "无", "暂无"]
    counts, found = said(read_numbers, texts, "members")
    assert counts.fillna(-1).tolist() == [-1, -1, 0, -1]
    assert found.table[["severity", "row", "value"]].to_numpy().tolist() == [
        ["warning", 13, "暂无"],
        ["note", 12, "无"],
        ["note", 11, "/"],
    ]
    flags, found = said(read_flags, texts, "has_union")
    assert flags.tolist() == [pd.NA, pd.NA, False, False]
    assert found.table[["code", "row", "value"]].to_numpy().tolist() == [
        ["flag.converted", 13, "暂无"],
        ["value.not_recorded", 11, "/"],
    ]


def test_notes_say_what_was_read_and_how_often() -> None:
    _, found = said(read_numbers, ["约50", "12人", "约50", "13人", "40-60", "不详", "不详"], "staff")
    assert found.table[["code", "row", "column", "value", "other", "count"]].to_numpy().tolist() == [
        ["value.not_recorded", 15, "staff", "不详", "", 2],
        ["value.converted", 11, "staff", "12人", "12", 2],
        ["value.approximate", 10, "staff", "约50", "50", 2],
        ["value.approximate", 14, "staff", "40-60", "50", 1],
    ]
    assert found.ok


def test_large_numbers_are_shown_whole() -> None:
    _, found = said(read_numbers, ["1,234,567"], "population")
    assert found.table["other"].tolist() == ["1234567"]


def test_an_amount_keeps_to_the_unit_that_most_cells_have() -> None:
    values, found = said(read_numbers, ["3小时", "500元", "4小时", "5"], "capacity")
    assert values.fillna(-1).tolist() == [3, -1, 4, 5]
    assert found.table.query("code == 'value.unreadable'")["value"].tolist() == ["500元"]


@pytest.mark.parametrize("text", ["/", "无", "暂无", "nan", "strong", "1;2", "0", "-1"])
def test_a_strength_that_is_none_is_refused(text: str) -> None:
    assert one(read_numbers, text, "weight", refuse="tie.weight_bad") == (None, "tie.weight_bad")


def test_a_strength_may_be_a_number_of_times() -> None:
    assert one(read_numbers, "3次", "weight", refuse="tie.weight_bad") == (3, "value.converted")


NUMBERS = st.text("0123456789.,+-~约近余多万亿人户元至到/无 " + "1,-".translate(WIDE), max_size=12) | st.text(
    max_size=12
)


@given(st.lists(NUMBERS, max_size=6), st.sampled_from([*UNITS, "level_rank", "reliability"]), st.booleans())
def test_any_text_is_a_number_in_range_or_missing(texts: list[str], name: str, refuse: bool) -> None:  # noqa: FBT001
    values, found = said(read_numbers, texts, name, high=1e10, refuse="tie.weight_bad" if refuse else "")
    assert values.dtype == np.float64
    assert values.isna().to_numpy().tolist() == (~values.between(0, 1e10)).tolist()
    for text, value in zip(texts, values, strict=True):
        if pd.isna(value) and text.translate({0: None}).strip():  # what is lost is said
            assert len(said(read_numbers, [text], name, high=1e10, refuse="tie.weight_bad" if refuse else "")[1]) == 1
    assert set(found.table["row"]) <= set(range(FIRST, FIRST + len(texts)))


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.sampled_from(["-", "~", "至", "到", "—", " - "]))
def test_the_middle_of_a_range_lies_between_its_ends(low: int, more: int, sign: str) -> None:
    found = read_number(f"{low}{sign}{low + more}户")
    assert found is not None
    assert low <= found.value <= low + more
    assert found.about


@given(st.integers(0, 10**9), st.sampled_from(["", "人"]))
def test_a_whole_number_is_exact_with_and_without_thousands(number: int, unit: str) -> None:
    for text in (f"{number}{unit}", f"{number:,}{unit}"):
        assert read_number(text) == (number, False, unit)


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [
        *((text, True, "") for text in ("是", "√", "✓", "有", "已建", "Y", "TRUE", "1", "1.0", "yes", "应建已建")),
        *((text, False, "") for text in ("否", "×", "无", "未建", "N", "False", "0", "no", "应建未建", "没有")),
        *((text, True, "flag.converted") for text in ("是（联合）", "有（2个）", "是，单独组建", "已建 (2021)")),
        *((text, False, "flag.converted") for text in ("暂无", "否（无党员）", "未建，条件不具备", "无（个体）")),
        *((text, None, "value.not_recorded") for text in ("/", "不详", "未知", "未填", "暂无数据", "N/A")),
        *((text, None, "flag.unreadable") for text in ("-", "—", "2", "部分", "真", "是/否", "是、否", "是（拟建）")),
        *(
            (text, None, "flag.unreadable")
            for text in ("有（已注销）", "是（未覆盖）", "否（联合）", "是否", "应建", "是的")
        ),
        ("", None, ""),
    ],
)
def test_flags(text: str, value: object, code: str) -> None:
    assert one(read_flags, text, "has_party_org") == (value, code)


@given(st.lists(st.text(max_size=6) | st.text("是否有无已未建（）,()联合拟1", max_size=8), max_size=6))
def test_any_text_is_yes_no_or_missing(texts: list[str]) -> None:
    values, _ = said(read_flags, texts, "has_union")
    assert values.dtype == "boolean"
    for text, value in zip(texts, values, strict=True):
        if value is True:
            assert set(text) & set("是有√✓✔已建立yYtT1")
            assert not set(text) & set("否未无拟")


@pytest.mark.parametrize(
    ("text", "day", "code"),
    [
        ("2023-06-30", "2023-06-30", ""),
        ("2023年6月", "2023-06-01", "value.converted"),
        ("2023.6.30", "2023-06-30", "value.converted"),
        ("2023/6/30", "2023-06-30", "value.converted"),
        ("20230630", "2023-06-30", "value.converted"),
        ("2023-06-30 00:00:00", "2023-06-30", "value.converted"),
        ("2023年", "2023-01-01", "value.converted"),
        ("2023", "2023-01-01", "value.converted"),
        ("2023年6月30日", "2023-06-30", "value.converted"),
        ("2023年 6月 30号", "2023-06-30", "value.converted"),
        ("30/06/2023", "2023-06-30", "value.converted"),
        ("6/30/2023", "2023-06-30", "value.converted"),
        ("06.06.2023", "2023-06-06", "value.converted"),
        ("45107", "2023-06-30", "date.serial"),
        ("45107.75", "2023-06-30", "date.serial"),
        ("20000", "1954-10-03", "date.serial"),
        ("80000", "2119-01-11", "date.serial"),
        ("无", None, "value.not_recorded"),
        *((text, None, "value.not_recorded") for text in ("/", "-", "不详", "暂无", "N/A")),
        *(
            (text, None, "date.unreadable")
            for text in ("2023-06-31", "05/06/2023", "32/13/2023", "5/6-2023", "0000-01-01")
        ),
        *(
            (text, None, "date.unreadable")
            for text in ("19999", "80001", "451070", "2023-13", "去年", "230630", "长期")
        ),
    ],
)
def test_dates(text: str, day: str | None, code: str) -> None:
    value, said_code = one(read_dates, text, "founded")
    assert (value, said_code) == (None if day is None else pd.Timestamp(day), code)


@pytest.mark.parametrize("name", ["until", "term_end"])
@pytest.mark.parametrize("text", ["长期", "至今"])
def test_an_open_end_is_no_date(text: str, name: str) -> None:
    assert one(read_dates, text, name) == (None, "date.open")


@given(st.lists(st.text(max_size=10) | st.text("0123456789-/.年月日 ", max_size=12), max_size=6))
def test_any_text_is_a_day_or_missing(texts: list[str]) -> None:
    values, found = said(read_dates, texts, "until")
    assert values.dtype == "datetime64[us]"
    assert (values.dropna() == values.dropna().dt.normalize()).all()
    lost = {FIRST + at for at, text in enumerate(texts) if text.strip() and pd.isna(values[at])}
    told = {int(row) for row in found.table["row"]}
    quiet = {row for row in lost - told if texts[row - FIRST].translate({0: None}).strip()}
    assert {texts[row - FIRST] for row in quiet} <= set(found.table["value"])


@given(st.dates())
def test_a_day_is_read_in_each_of_its_forms(day: object) -> None:
    year, month, number = str(day).split("-")
    forms = [f"{year}-{month}-{number}", f"{year}年{int(month)}月{int(number)}日", f"{year}{month}{number}"]
    values, _ = said(read_dates, [*forms, f"{year}/{int(month)}/{int(number)}"], "founded")
    assert [value.date().isoformat() for value in values] == [str(day)] * 4


def test_ids_lose_the_point_of_a_spreadsheet_with_a_note() -> None:
    values, found = said(read_ids, ["1.0", "001", "3.30106E+11", "A1".translate(WIDE)], "unit_id")
    assert values.tolist() == ["1", "001", "3.30106E+11", "A1"]
    assert found.table[["code", "row", "value", "other", "count"]].to_numpy().tolist() == [
        ["id.tidied", 10, "1.0", "1", 2]
    ]


def test_chinese_sentences_hold_no_english() -> None:
    _, found = said(read_flags, ["是（联合）", "否（无党员）"], "has_union")
    assert [line.split("：", 2)[2] for line in found.lines("zh")] == [
        "'是（联合）' 读作“是”。无需处理。",
        "'否（无党员）' 读作“否”。无需处理。",
    ]
