"""Frames of other libraries: text stays text, missing stays missing, and ids stay whole."""

from __future__ import annotations

import datetime as dt
import decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import orgnet
from orgnet._build.exchange import as_frame

COLUMNS: dict[str, tuple[list[Any], str]] = {
    "text": (["001", None, "NA"], "str"),
    "whole": ([1, 2, 3], "int64"),
    "gaps": ([9007199254740993, None, 3], "Int64"),
    "number": ([0.1, None, 3.0], "float64"),
    "flag": ([True, False, True], "bool"),
    "perhaps": ([True, None, False], "boolean"),
    "day": ([dt.date(2025, 6, 30), None, dt.date(1900, 1, 1)], "datetime64[us]"),
    "nothing": ([None, None, None], "str"),
}


class Only:
    """A table that speaks one protocol and nothing else."""

    def __init__(self, table: Any, protocol: str) -> None:  # noqa: ANN401 - any table
        setattr(self, protocol, getattr(table, protocol))


def arrow() -> pa.Table:
    return pa.table({name: values for name, (values, _) in COLUMNS.items()})


TABLES = {
    "pyarrow table": arrow(),
    "pyarrow batch": arrow().to_batches()[0],
    "pyarrow chunks": pa.concat_tables([arrow().slice(0, 1), arrow().slice(1)]),
    "polars": pl.DataFrame({name: values for name, (values, _) in COLUMNS.items()}),
    "pandas held by Arrow": arrow().to_pandas(types_mapper=pd.ArrowDtype),
    "stream alone": Only(arrow(), "__arrow_c_stream__"),
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES.keys())
def test_every_kind_of_column(table: object) -> None:
    frame = as_frame(table)
    assert frame.columns.tolist() == list(COLUMNS)
    for name, (values, dtype) in COLUMNS.items():
        assert frame[name].dtype == dtype
        assert [None if pd.isna(value) else value for value in frame[name]] == [
            pd.Timestamp(value) if isinstance(value, dt.date) else value for value in values
        ]


def test_the_dataframe_protocol() -> None:
    table = pa.table({"unit_id": ["001", None], "staff": [7, None]})
    frame = as_frame(Only(table, "__dataframe__"))
    assert frame["unit_id"].fillna("").tolist() == ["001", ""]
    assert frame["staff"].dtype == "Int64"


@pytest.mark.parametrize(
    "column",
    [
        pa.array(["党委", None, "企业"]).dictionary_encode(),
        pl.Series(["党委", None, "企业"], dtype=pl.Categorical),
        pl.Series(["党委", None, "企业"], dtype=pl.Enum(["企业", "党委"])),
    ],
)
def test_words_from_a_dictionary(column: Any) -> None:  # noqa: ANN401 - a column of some library
    table = pa.table({"kind": column}) if isinstance(column, pa.Array) else pl.DataFrame({"kind": column})
    kinds = as_frame(table)["kind"]
    assert kinds.dtype == "str"
    assert kinds.fillna("").tolist() == ["党委", "", "企业"]


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (pa.array([2**64 - 1, None], pa.uint64()), [2**64 - 1, None]),
        (pa.array([5, 6], pa.int8()), [5, 6]),
        (pa.array([1.5, None], pa.float32()), [1.5, None]),
        (pa.array([decimal.Decimal("1.50"), None]), ["1.50", None]),
        (pa.array([["甲", "b"], None]), ['["甲", "b"]', None]),
        (pa.array([{"a": 1}, None]), ['{"a": 1}', None]),
        (pa.array(["x", None], pa.string_view()), ["x", None]),
        (pa.array([dt.datetime(2025, 6, 30, 1, 2), None]), [pd.Timestamp("2025-06-30 01:02"), None]),  # noqa: DTZ001
        (pa.array([dt.time(1, 2), None]), ["01:02:00", None]),
    ],
)
def test_other_types_of_arrow(array: pa.Array, expected: list[Any]) -> None:
    frame = as_frame(pa.table({"x": array}))
    assert [None if pd.isna(value) else value for value in frame["x"]] == expected


def test_times_of_a_zone_keep_it() -> None:
    times = pa.array([0], pa.timestamp("s", "Asia/Shanghai"))
    assert str(as_frame(pa.table({"x": times}))["x"].iloc[0]) == "1970-01-01 08:00:00+08:00"


def test_two_columns_of_one_name_and_no_rows() -> None:
    twice = pa.table([pa.array(["a"]), pa.array([1])], names=["x", "x"])
    assert as_frame(twice).columns.tolist() == ["x", "x"]
    assert as_frame(twice.slice(0, 0)).shape == (0, 2)
    assert as_frame(pl.DataFrame()).shape == (0, 0)


def test_pandas_and_mappings_as_they_are() -> None:
    frame = pd.DataFrame({"unit_id": ["a"]}, index=[7])
    assert as_frame(frame) is frame
    held = frame.astype({"unit_id": pd.ArrowDtype(pa.string())})
    assert as_frame(held).index.tolist() == [7]
    assert as_frame({"unit_id": ["a", "b"], "kind": "企业"})["kind"].tolist() == ["企业", "企业"]
    with pytest.raises(orgnet.OptionError, match=r"the ties make no table: .* same number of values"):
        as_frame({"a": [1], "b": [1, 2]}, "ties")


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ([{"unit_id": "a"}], "list"),
        ("units.csv", "str"),
        (None, "NoneType"),
        (np.zeros(3), "numpy.ndarray"),
        (pl.DataFrame, "type"),
        (pl.Series(["a"]), "polars.Series: "),
        (pa.array(["a"]), "pyarrow.StringArray: "),
        (pl.LazyFrame({"a": [1]}), r"polars.LazyFrame. Call .collect\(\) first"),
    ],
)
def test_what_is_no_table_is_named(given: object, named: str) -> None:
    with pytest.raises(orgnet.OptionError, match=f"units must be a pandas DataFrame or a mapping .* not {named}"):
        as_frame(given, "units")


HALF = "a\ud800"
OBJECTS = pd.Series([HALF, "b"], dtype=object)


@pytest.mark.parametrize(
    "units",
    [
        pd.DataFrame({"unit_id": OBJECTS}),
        pd.DataFrame({"unit_id": OBJECTS.astype(pd.StringDtype("python"))}),
        pd.DataFrame({"unit_id": pd.Categorical.from_codes([0, 1], pd.Index(OBJECTS, dtype=object))}),
        pd.DataFrame({"name": ["x", "y"]}, index=pd.Index(OBJECTS, dtype=object, name="unit_id")),
        {"unit_id": [HALF, "b"]},
        {"unit_id": [HALF, "b"], "staff": [1, 2], "kind": "企业"},
    ],
)
def test_half_a_character_is_replaced_with_a_finding(units: Any) -> None:  # noqa: ANN401
    found = orgnet.check(units).table.query("code == 'text.half_character'")
    assert found[["row", "column"]].to_numpy().tolist() == [[0, "unit_id"]]
    assert orgnet.build.from_tables(units).ids.tolist() == ["a\ufffd", "b"]


def test_half_a_character_in_ties_and_headings() -> None:
    units = {"unit_id": ["a", "b"], "x\ud800": [1, 2], "y": [[HALF], None]}
    ties = {"source": ["a"], "target": ["b"], "layer": ["collab"], "note": [HALF]}
    net = orgnet.build.from_tables(units, ties)
    assert net.units["x\ufffd"].tolist() == [1, 2]
    assert net.ties["note"].tolist() == ["a\ufffd"]
    assert net.with_ties(pd.DataFrame(ties | {"layer": ["command"], "note": OBJECTS[:1]})).n_ties == 2
    with pytest.raises(orgnet.OptionError, match="same number of values"):
        orgnet.check({"unit_id": [HALF], "name": ["x", "y"]})


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (pa.array([1, None], pa.timestamp("ns")), ["1970-01-01 00:00:00.000000001", None]),
        (pa.array([1, None], pa.duration("ns")), ["0 days 00:00:00.000000001", None]),
    ],
)
def test_nanoseconds(array: pa.Array, expected: list[str | None]) -> None:
    table = pa.table({"unit_id": ["a", "b"], "when": array, "founded": array})
    for given in (table, table.to_pandas(types_mapper=pd.ArrowDtype)):
        units = orgnet.build.from_tables(given).units
        assert [None if pd.isna(value) else str(value) for value in units["when"]] == expected
        assert units["founded"].dtype == "datetime64[us]"


@pytest.mark.parametrize("kind", [pa.timestamp("s"), pa.date32()])
def test_days_that_no_calendar_holds_are_text(kind: pa.DataType) -> None:
    column = as_frame(pa.table({"x": pa.array([2**31 - 1 if pa.types.is_date(kind) else 2**60, None], kind)}))["x"]
    assert column.dtype == "str"
    assert column.isna().tolist() == [False, True]


def test_a_network_from_polars_is_that_from_pandas() -> None:
    net = orgnet.datasets.load()
    units, ties = net.units.reset_index(), net.ties
    again = orgnet.build.from_tables(pl.from_pandas(units), pl.from_pandas(ties))
    pd.testing.assert_frame_equal(again.units, net.units)
    pd.testing.assert_frame_equal(again.ties, net.ties)
