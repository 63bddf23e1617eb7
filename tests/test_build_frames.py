"""Frames of every type: what a column holds counts, not how pandas happens to keep it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

import orgnet
from orgnet.build import from_tables

TIES = {"source": ["1"], "target": ["2"], "layer": ["collab"]}


@pytest.mark.parametrize(
    "ids",
    [
        pd.Series([1, 2]),
        pd.Series([1.0, 2.0]),
        pd.Series([1, 2], dtype="Int64"),
        pd.Series([1, 2], dtype="Float64"),
        pd.Series([1, 2], dtype="int8"),
        pd.Series(["1", "2"]),
        pd.Series(["1.0", " 2 "]),
        pd.Series(["1", 2], dtype=object),
        pd.Series([1.0, "2"], dtype=object),
        pd.Series([np.float32(1), np.int64(2)], dtype=object),
        pd.Series(["1", "2"], dtype="category"),
        pd.Series([1, 2], dtype="category"),
        pd.Series([1.0, 2.0], dtype="category"),
        pd.Series(["1", "2"], dtype="string"),
        pd.Series([Decimal(1), Decimal(2)], dtype=object),
    ],
    ids=lambda ids: f"{ids.dtype} {ids.tolist()}",
)
def test_ids_of_any_type_match(ids: pd.Series) -> None:
    assert from_tables({"unit_id": ids}, TIES).ids.tolist() == ["1", "2"]
    ties = {"source": ids[:1], "target": ids[1:].reset_index(drop=True), "layer": ["collab"]}
    assert from_tables({"unit_id": ["1", "2"]}, ties).n_ties == 1
    superior = pd.concat([ids[:1], pd.Series([None], dtype=object)], ignore_index=True)
    assert from_tables({"unit_id": ["x", "1"], "superior_id": superior}).n_ties == 1


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA, pd.NaT, "", "   "])
@pytest.mark.parametrize("dtype", [object, "category", None])
def test_missing_ids_of_any_kind(missing: Any, dtype: Any) -> None:  # noqa: ANN401 - whatever pandas takes
    found = orgnet.check({"unit_id": pd.Series(["a", missing, "b"], dtype=dtype)})
    assert found.table.query("code == 'unit.id_missing'")["row"].tolist() == [1]


def test_missing_ids_beside_numbers() -> None:
    net = from_tables({"unit_id": [1.0, np.nan, 3.0]}, strict=False)
    assert net.ids.tolist() == ["1", "3"]
    net = from_tables({"unit_id": pd.array([1, None, 3], dtype="Int64")}, strict=False)
    assert net.ids.tolist() == ["1", "3"]


def test_long_codes_stay_exact() -> None:
    codes = [330106001001, 110101199001011232 * 10 + 7]
    assert from_tables({"unit_id": codes}).ids.tolist() == [str(code) for code in codes]


@pytest.mark.parametrize(
    "values",
    [
        [5, 7, None],
        pd.array([5, 7, None], dtype="Int32"),
        pd.array([5, 7, None], dtype="Float64"),
        ["5", "7", None],
        pd.Categorical(["5", "7", None]),
        pd.Categorical([5, 7, None]),
        pd.Series([5, "7", None], dtype=object),
        pd.Series([Decimal(5), 7.0, pd.NA], dtype=object),
        ["５", " 7.0 ", " "],  # noqa: RUF001 - full width
    ],
)
def test_numbers_of_any_type(values: Any) -> None:  # noqa: ANN401 - whatever pandas takes
    net = from_tables({"unit_id": ["a", "b", "c"], "staff": values})
    assert net.units["staff"].dtype == np.float64
    assert net.units["staff"].fillna(-1).tolist() == [5, 7, -1]


@pytest.mark.parametrize(
    "values",
    [
        pd.to_datetime(["2020-01-01", "2021-01-01"]),
        pd.to_timedelta(["1 day", "2 days"]),
        np.array([1 + 2j, 3], dtype=complex),
        [[1], [2]],
    ],
)
def test_what_is_no_number_never_becomes_one(values: Any) -> None:  # noqa: ANN401 - whatever pandas takes
    net = from_tables({"unit_id": ["a", "b"], "staff": values})
    assert net.units["staff"].isna().all()
    assert net.findings.table["code"].tolist().count("value.unreadable") == 2


@pytest.mark.parametrize(
    "values",
    [
        pd.Series(["2024-03-01 23:30", None], dtype="datetime64[us]"),
        pd.Series(["2024-03-01 23:30", None], dtype="datetime64[us]").dt.tz_localize("Asia/Shanghai"),
        pd.Series(["2024-03-01", None], dtype="datetime64[ns]"),
        [dt.date(2024, 3, 1), None],
        [dt.datetime(2024, 3, 1, 5, tzinfo=dt.UTC), None],
        ["2024-03-01", ""],
        pd.Categorical(["2024-03-01", None]),
        [20240301, np.nan],
        pd.Series(["2024-03-01", None], dtype="string"),
    ],
)
def test_dates_of_any_type(values: Any) -> None:  # noqa: ANN401 - whatever pandas takes
    founded = from_tables({"unit_id": ["a", "b"], "founded": values}).units["founded"]
    assert founded.dtype == "datetime64[us]"
    assert founded.tolist() == [pd.Timestamp("2024-03-01"), pd.NaT]


@pytest.mark.parametrize(
    "values",
    [
        [True, False, None],
        pd.array([True, False, None], dtype="boolean"),
        [1, 0, None],
        ["是", "否", ""],
        pd.Categorical(["yes", "no", None]),
        pd.Series([True, "no", None], dtype=object),
    ],
)
def test_flags_of_any_type(values: Any) -> None:  # noqa: ANN401 - whatever pandas takes
    flags = from_tables({"unit_id": ["a", "b", "c"], "has_party_org": values}).units["has_party_org"]
    assert flags.dtype == "boolean"
    assert flags.tolist() == [True, False, pd.NA]


def test_extra_columns_are_kept_as_they_are() -> None:
    extra = {
        "cat": pd.Categorical(["x", "y"], categories=["y", "x"], ordered=True),
        "int": [1, 2],
        "bool": [True, False],
        "when": pd.to_datetime(["2024-01-01", "2024-01-02"]).tz_localize("Asia/Shanghai"),
        "list": [[1], ["a"]],
        "text": [" x ", None],
        7: [0.5, np.nan],
    }
    frame = pd.DataFrame({"unit_id": ["a", "b"], **extra})
    units = from_tables(frame).units
    expected = frame.set_index("unit_id").rename(columns=str)
    pd.testing.assert_frame_equal(units.drop(columns=["name", "kind"]), expected)


def test_extra_columns_of_ties_are_kept_beside_superiors() -> None:
    net = from_tables(
        {"unit_id": ["a", "b"], "superior_id": [None, "a"]},
        {"source": ["a"], "target": ["b"], "layer": ["collab"], "formal": [True], "note": ["x"]},
    )
    assert net.ties["formal"].dtype == "boolean"
    assert net.ties["formal"].tolist() == [True, pd.NA]
    assert net.ties["note"].fillna("").tolist() == ["x", ""]


@pytest.mark.parametrize("index", [[5, 5], ["x", "y"], [1, 0], pd.MultiIndex.from_tuples([(0, 1), (0, 2)])])
def test_the_index_of_a_frame_says_nothing(index: Any) -> None:  # noqa: ANN401 - whatever pandas takes
    units = pd.DataFrame({"unit_id": ["1", "2"], "staff": [5, 6], "superior_id": [None, "1"]}, index=index)
    ties = pd.DataFrame(
        {"source": ["1", "2"], "target": ["2", "q"], "layer": "collab", "weight": [2.0, 3.0], "x": ["a", "b"]},
        index=index,
    )
    net = from_tables(units, ties, strict=False)
    assert net.units["staff"].to_dict() == {"1": 5, "2": 6}
    assert net.ties[["layer", "weight"]].to_numpy().tolist() == [["collab", 2.0], ["command", 1.0]]
    assert net.findings.table.query("code == 'tie.dangling'")["row"].tolist() == [1]


def test_the_index_may_hold_the_ids() -> None:
    net = from_tables({"unit_id": ["a", "b"], "staff": [1, 2]})
    again = from_tables(net.units, net.ties)
    pd.testing.assert_frame_equal(again.units, net.units)


def test_tables_without_rows() -> None:
    empty = from_tables({"unit_id": []}, {"source": [], "target": [], "layer": []})
    assert (empty.n_units, empty.n_ties, empty.layers, empty.ends.shape) == (0, 0, (), (2, 0))
    assert empty.findings.accounts["rows_in"].tolist() == [0, 0]
    assert (
        from_tables(pd.DataFrame({"unit_id": ["a"]}), pd.DataFrame({"source": [], "target": [], "layer": []})).n_ties
        == 0
    )
    with pytest.raises(orgnet.ValidationError, match="unit_id"):
        from_tables(pd.DataFrame())
    with pytest.raises(orgnet.ValidationError, match="source"):
        from_tables({"unit_id": ["a"]}, pd.DataFrame())


@pytest.mark.parametrize("units", [None, 5, ["a", "b"], "text", pd.Series(["a"])])
def test_what_is_no_table(units: Any) -> None:  # noqa: ANN401 - what callers may hand in
    with pytest.raises(orgnet.OptionError, match="units must be a pandas DataFrame or a mapping"):
        from_tables(units)


@pytest.mark.parametrize("units", [{"unit_id": ["a", "b"], "staff": [1]}, {"unit_id": "a"}])
def test_columns_that_make_no_table(units: dict[str, Any]) -> None:
    with pytest.raises(orgnet.OptionError, match="same number of values"):
        from_tables(units)


def test_the_input_is_not_written_to() -> None:
    units = pd.DataFrame({"编码": [" a", "b"], "人数": ["5", "6"], "手机号": ["1", "2"]})
    ties = pd.DataFrame({"source": ["b"], "target": ["a"], "layer": ["横向"]})
    before = units.copy(), ties.copy()
    from_tables(units, ties)
    pd.testing.assert_frame_equal(units, before[0])
    pd.testing.assert_frame_equal(ties, before[1])


def test_many_unknown_words_take_no_time_by_their_square() -> None:
    n = 20_000
    net = from_tables({"unit_id": [f"u{i}" for i in range(n)], "kind": [f"kind {i}" for i in range(n)]})
    assert net.findings.table["code"].value_counts().to_dict() == {"unit.kind_unknown": n}


def test_many_dangling_ends_take_no_time_by_their_square() -> None:
    n = 20_000
    ids = [f"u{i}" for i in range(n)]
    found = orgnet.check({"unit_id": ids}, {"source": ids, "target": [f"V{i}" for i in range(n)], "layer": "collab"})
    assert found.accounts["set_aside"].tolist() == [0, n]
    assert found.table["code"].value_counts()["tie.dangling"] == n
