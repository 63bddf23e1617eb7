"""Codes of organisations and areas: faults are said, nothing is refused, and prefixes give the container."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgnet._model.codes import (
    audit_codes,
    division_containers,
    division_level,
    individual_business,
    old_code,
    organisation_code_check,
    padded_collisions,
    placeholder,
    uscc_check,
    uscc_class,
    uscc_faults,
)
from orgnet._model.findings import Findings, Log
from orgnet._model.tables import Origin

DATA = Path(__file__).parent / "data"
VECTORS = pd.read_csv(DATA / "uscc_vectors.csv", dtype="str", keep_default_na=False)
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
GOOD = "91110000600037341L"

# Where we answer otherwise than python-stdnum 2.2, and why.
LETTER = "a registrar may be a letter: collective economic bodies have N1 to N3"
WIDTH = "full-width characters are the same characters, written by an input method"
OTHERWISE = {
    "N13301063FLC1626XW": LETTER,
    "N1110101E53AK13068": LETTER,
    "N1440305J4H3YBK0XC": LETTER,
    "".join(chr(ord(letter) + 0xFEE0) for letter in "91330106AY4CL12T2M"): WIDTH,
}
FAULTS = {"InvalidLength": "length", "InvalidFormat": "characters", "InvalidChecksum": "check digit"}

# The rows of the national table (2023) whose codes become one when zeros fill them up, and one that does not.
COLLIDING = ["350527", "350527000", "350527000000", "4419", "441900", "4420", "442000", "4604", "460400"]
REST = ["35", "3505", "44", "46", "441900003", "441900003001"]


def audited(**columns: list[str | None]) -> Findings:
    n = len(next(iter(columns.values())))
    ids = columns.pop("unit_id", [f"u{number}" for number in range(n)])
    units = pd.DataFrame(
        {name: pd.Series(values, dtype="str").to_numpy() for name, values in columns.items()},
        index=pd.Index(ids, dtype="str", name="unit_id"),
    )
    log = Log()
    audit_codes(units, Origin(np.full(n, "units.csv", dtype=object), np.arange(n) + 2), log)
    return log.findings()


def facts(found: Findings, code: str) -> list[list[object]]:
    table = found.table
    rows: list[list[object]] = (
        table.loc[table["code"] == code, ["row", "column", "value", "other", "count"]].to_numpy().tolist()
    )
    return rows


def completed(body: str) -> str:
    """Complete 17 places with their check character, by the sum as the standard has it."""
    total = sum(weight * ALPHABET.index(letter) for weight, letter in zip(WEIGHTS, body, strict=True))
    return body + ALPHABET[(31 - total % 31) % 31]


@pytest.mark.parametrize("row", list(VECTORS.itertuples(index=False)), ids=lambda row: f"{row[0]} {row[2]}")
def test_published_and_made_codes(row: tuple[str, ...]) -> None:
    code, kind, _, status, _, error = row
    fault = uscc_check(code)
    if code in OTHERWISE:
        assert (fault, status) == (None, "invalid"), OTHERWISE[code]
    else:
        assert fault == (None if status == "valid" else FAULTS[error])
    if kind:
        assert uscc_class(code)


def test_classes() -> None:
    by_kind = {kind: {uscc_class(code) for code in codes} for kind, codes in VECTORS.groupby("kind")["code"]}
    assert by_kind["sole trader"] == {"individual_business"}
    assert by_kind["foundation"] == {"foundation"}
    assert by_kind["rural collective economic organisation"] == {"collective"}
    assert by_kind["enterprise (industry & commerce)"] == {"enterprise"}
    assert uscc_class("ZZ" + GOOD[2:]) == ""


BODIES = st.tuples(
    st.sampled_from(["91", "51", "52", "N1", "A1", "Y1"]),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(ALPHABET, min_size=9, max_size=9),
).map("".join)


@given(BODIES, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_seen(body: str, place: int, letter: str) -> None:
    code = completed(body)
    assert uscc_check(code) is None
    wrong = code[:place] + letter + code[place + 1 :]
    assert (uscc_check(wrong) is None) == (wrong == code)


@given(st.lists(st.none() | st.text(max_size=20) | BODIES.map(completed), max_size=6))
def test_a_column_is_checked_as_its_codes_are(codes: list[str | None]) -> None:
    faults = uscc_faults(pd.Series(codes, dtype="str"))
    alone = [None if code is None else uscc_check(code) for code in codes]
    assert [None if pd.isna(fault) else fault for fault in faults] == alone


def test_organisation_codes() -> None:
    assert organisation_code_check(GOOD[8:17]) is None
    assert organisation_code_check("D2143569-X") is None  # the example of the standard
    assert organisation_code_check("D21435691") == "check digit"
    assert organisation_code_check("D2143569-Y") == "characters"
    assert [old_code(code) for code in ("330106000012345", "D2143569X", "D21435691", "33010600001234")] == [
        *(True, True, False, False)
    ]


def test_individual_businesses_count_also_where_the_check_fails() -> None:
    column = pd.Series(
        ["92330106Y742547M5E", "92330106Y742547M50", " 92330106Y742547m5e", "92", GOOD, None], dtype="str"
    )
    assert individual_business(column).tolist() == [True, True, True, False, False, False]


@pytest.mark.parametrize(
    "code", ["000000", "0" * 18, "99999", "123456789012345678", "12345", "XXXXXXXX", "91" + "0" * 16]
)
def test_what_only_fills_a_cell(code: str) -> None:
    assert placeholder(code)


@pytest.mark.parametrize(
    "code", [GOOD, "11100000000013039E", "330000000000", "330106", "33", "0000", "", "3.30106E+11"]
)
def test_what_is_a_code(code: str) -> None:
    assert not placeholder(code)


def test_failed_checks_warn_and_refuse_nothing() -> None:
    found = audited(uscc=[GOOD, GOOD[:17] + "K", "91O10000600037341L", "9111", None])
    assert facts(found, "code.uscc_check") == [
        [3, "uscc", GOOD[:17] + "K", "its check digit is wrong", 1],
        [4, "uscc", "91O10000600037341L", "it holds characters that no such code has", 1],
        [5, "uscc", "9111", "it has not 18 characters", 1],
    ]
    assert set(found.table["severity"]) == {"warning"}
    assert found.ok
    assert "校验码不符" in found.lines("zh")[0]


def test_a_code_that_several_units_have_is_noted_once() -> None:
    found = audited(uscc=[GOOD, GOOD.lower(), "51330106D1TJ3Y7L42", None, None])
    assert facts(found, "code.uscc_shared") == [[2, "uscc", GOOD, "u0, u1", 2]]
    assert len(found) == 1
    many = facts(audited(uscc=[GOOD] * 30), "code.uscc_shared")
    assert many == [[2, "uscc", GOOD, ", ".join(f"u{number}" for number in range(10)) + " ...", 30]]


def test_codes_of_individual_businesses_are_not_shown() -> None:
    found = audited(uscc=["92330106Y742547M5E", "92330106Y742547M5E", "92330106Y742547M50"])
    assert sorted(found.table["code"]) == ["code.uscc_check", "code.uscc_shared"]
    assert "Y742547" not in found.to_frame().to_csv()


def test_placeholders_are_no_other_fault() -> None:
    found = audited(uscc=["0" * 18, "0" * 18], old_code=["99999", None], area_code=["000000", "330106"])
    assert set(found.table["code"]) == {"code.placeholder"}
    assert found.table["column"].tolist() == ["uscc", "uscc", "old_code", "area_code"]


def test_old_codes_are_noted_once() -> None:
    found = audited(uscc=["330106000012345", "60003734-1", GOOD])
    assert facts(found, "code.old") == [[2, "uscc", "330106000012345", "", 2]]
    assert len(found) == 1


def test_codes_that_zeros_make_one() -> None:
    groups = [("350527", "350527000", "350527000000"), ("4419", "441900"), ("4420", "442000"), ("4604", "460400")]
    assert padded_collisions(pd.Index([*REST, *COLLIDING])) == groups
    found = audited(unit_id=[*REST, *COLLIDING], name=["x"] * 15)
    assert found.table["code"].unique().tolist() == ["code.division_padded"]
    assert found.table["value"].tolist() == [group[0].ljust(12, "0") for group in groups]
    assert found.table["other"].tolist() == [", ".join(group) for group in groups]
    assert found.table["count"].tolist() == [3, 2, 2, 2]


def test_running_numbers_are_no_division_codes() -> None:
    assert not len(audited(unit_id=[str(number) for number in range(1, 5001)], name=["x"] * 5000))
    assert not len(audited(unit_id=["11", "1100", "12"], name=["x"] * 3))


def test_levels() -> None:
    levels = ["province", "city", "district", "subdistrict", "community"]
    assert [division_level(code) for code in ("33", "3301", "330106", "330106001", "330106001001")] == levels
    assert [division_level(code) for code in ("", "3", "33A106", "3301060")] == [""] * 4


def test_containers_of_a_city() -> None:
    table = pd.read_csv(DATA / "cn_divisions_2023_hangzhou.csv.gz", dtype="str")
    expected = table["parent_code"].where(table["parent_code"].isin(table["code"])).fillna("").tolist()
    containers = division_containers(pd.Index(table["code"]))
    assert containers.fillna("").tolist() == expected
    assert sum(map(bool, expected)) == 3530
    padded = pd.Index(table["code12"])
    assert division_containers(padded).fillna("").tolist() == [code.ljust(12, "0") if code else "" for code in expected]


def test_containers_where_codes_collide_or_levels_lack() -> None:
    ids = pd.Index([*REST, *COLLIDING])
    found = division_containers(ids)
    assert found["350527000000"] == "350527000"
    assert found["441900"] == "4419"
    assert found["441900003001"] == "441900003"
    assert division_containers(pd.Index(["330106001001", "330000"])).fillna("").tolist() == ["330000", ""]
    assert division_containers(pd.Index(["h", "33", "3301-1", "33010"])).isna().all()


CODES = st.lists(
    st.text("013", min_size=1, max_size=12) | st.sampled_from([*REST, *COLLIDING]), unique=True, max_size=12
)


@given(CODES)
def test_containers_hold_their_parts_and_never_go_round(codes: list[str]) -> None:
    found = division_containers(pd.Index(codes, dtype="str"))
    for code in codes:
        seen = [code]
        while pd.notna(container := found[seen[-1]]):
            assert container not in seen
            assert seen[-1].ljust(12, "0").startswith(str(container).rstrip("0"))
            seen.append(container)
