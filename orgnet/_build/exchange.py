"""Tables from other libraries: whatever speaks the Arrow or the dataframe protocol becomes a pandas frame."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from orgnet._model.cells import LONE, REPLACEMENT
from orgnet._model.values import is_text
from orgnet.errors import OptionError

if TYPE_CHECKING:
    from orgnet._model.values import Place

_HALF = re.compile(f"[{LONE}]")
_ARROW = ("__arrow_c_stream__", "__arrow_c_array__")


def as_frame(table: object, source: str = "table") -> pd.DataFrame:
    """Return a table of any common kind as a pandas frame: text stays text, missing stays missing, ids stay whole.

    Parameters
    ----------
    table
        A pandas frame, a mapping of columns, or a table of polars, pyarrow, duckdb or any other library that speaks the
        Arrow or the dataframe protocol.
    source
        What an error calls it.

    Returns
    -------
    pandas.DataFrame
        A pandas frame is returned as it is, unless columns of it are held by Arrow.

    Raises
    ------
    OptionError
        For what is no table, by its type.

    Examples
    --------
    >>> import pyarrow as pa
    >>> as_frame(pa.table({"unit_id": ["001", None], "staff": [7, None]}))["staff"].tolist()
    [7, <NA>]
    """
    if isinstance(table, pd.DataFrame):
        return _from_pandas(table)
    if isinstance(table, Mapping):
        return _from_mapping(table, source)
    if isinstance(table, type) or not any(hasattr(table, name) for name in (*_ARROW, "__dataframe__")):
        raise OptionError(_no_table(table, source))
    return _from_protocol(table, source)


def with_ids(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose index is called ``unit_id`` with that as a column, unless it has one."""
    if "unit_id" in frame or frame.index.name != "unit_id":
        return frame
    ids = pd.Series(frame.index, dtype=frame.index.dtype)
    plain = frame.reset_index(drop=True)
    plain.insert(0, "unit_id", ids)
    return plain


def without_halves(frame: pd.DataFrame, place: Place) -> pd.DataFrame:
    """Return a frame in which no text holds half a character, which no encoding takes; each cell is a finding."""
    headings = [_HALF.sub(REPLACEMENT, name) if isinstance(name, str) else name for name in frame.columns]
    changed: dict[int, pd.Series] = {}
    for number, heading in enumerate(headings):
        column = frame.iloc[:, number]
        if is_text(column) and _holds_half(column):
            values = [_HALF.sub(REPLACEMENT, value) if isinstance(value, str) else value for value in column]
            broken = np.array([one is not other and one != other for one, other in zip(column, values, strict=True)])
            place.log.add("text.half_character", place.source, row=place.rows[broken], column=str(heading))
            changed[number] = pd.Series(values, index=frame.index, dtype=object)
    if not changed and headings == frame.columns.tolist():
        return frame
    columns = {number: changed.get(number, frame.iloc[:, number]) for number in range(len(headings))}
    return pd.DataFrame(columns, index=frame.index).set_axis(headings, axis=1)


def _holds_half(column: pd.Series) -> bool:
    words = column.cat.categories if isinstance(column.dtype, pd.CategoricalDtype) else column
    return _fails("".join([value for value in words if isinstance(value, str)]))


def _fails(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _from_mapping(table: Mapping[Any, Any], source: str) -> pd.DataFrame:
    try:
        return pd.DataFrame(dict(table))
    except UnicodeEncodeError:  # half a character, which no column of text holds
        return _of_objects(table, source)
    except ValueError as error:
        raise OptionError(_unequal(error, source)) from error


def _of_objects(table: Mapping[Any, Any], source: str) -> pd.DataFrame:
    """Return a mapping as a frame whose text is held as objects where half a character stands in it."""
    try:
        frame = pd.DataFrame(dict(enumerate(table.values())), dtype=object)
    except ValueError as error:
        raise OptionError(_unequal(error, source)) from error
    columns = {name: column if _holds_half(column) else column.infer_objects() for name, column in frame.items()}
    return pd.DataFrame(columns, index=frame.index).set_axis(pd.Index(list(table), dtype=object), axis=1)


def _unequal(error: ValueError, source: str) -> str:
    return f"the {source} make no table: {error}. Give each column the same number of values."


def _no_table(table: object, source: str) -> str:
    kind = type(table)
    package = "" if kind.__module__ == "builtins" else f"{kind.__module__.partition('.')[0]}."
    hint = ". Call .collect() first" if hasattr(table, "collect") else ""
    known = "a pandas DataFrame or a mapping of columns, or a table of polars, pyarrow, duckdb or the like"
    return f"{source} must be {known}, not {package}{kind.__qualname__}{hint}"


def _from_protocol(given: Any, source: str) -> pd.DataFrame:  # noqa: ANN401 - any object that speaks a protocol
    import pyarrow as pa
    from pyarrow.interchange import from_dataframe

    try:
        table = pa.table(given) if any(hasattr(given, name) for name in _ARROW) else from_dataframe(given)
    except (pa.ArrowException, TypeError, ValueError, NotImplementedError) as error:
        msg = f"{_no_table(given, source)}: {str(error).partition(chr(10))[0]}"
        raise OptionError(msg) from error
    columns = dict(enumerate(map(_column, table.columns)))
    return pd.DataFrame(columns, index=range(table.num_rows)).set_axis(list(map(str, table.column_names)), axis=1)


def _column(column: Any) -> pd.Series:  # noqa: ANN401 - pyarrow
    """Return a column of Arrow in the type that pandas itself would have for it."""
    import pyarrow as pa
    from pyarrow import types

    if types.is_dictionary(column.type):
        column = pa.chunked_array([_decoded(part) for part in column.chunks], _wide(column.type.value_type))
    kind, gaps = column.type, column.null_count > 0
    if types.is_boolean(kind):
        return pd.Series(column.to_pandas(), dtype="boolean" if gaps else "bool")
    if types.is_integer(kind):
        word = "UInt64" if types.is_uint64(kind) else "Int64"
        return pd.Series(column.to_pylist() if gaps else column.to_numpy(), dtype=word if gaps else word.lower())
    if types.is_floating(kind):
        return pd.Series(column.to_numpy(), dtype="float64")
    return _times(column) if types.is_date(kind) or types.is_timestamp(kind) else _words(column)


def _words(column: Any) -> pd.Series:  # noqa: ANN401 - pyarrow
    """Return text, and whatever pandas has no kind of number or date for, as text."""
    import pyarrow as pa
    from pyarrow import types

    kind = column.type
    if any(of(kind) for of in (types.is_null, types.is_string, types.is_large_string, types.is_string_view)):
        return pd.Series(column.cast(pa.large_string()).to_pandas()).astype("str")
    words = _nested if types.is_nested(kind) else str
    return pd.Series([None if value is None else words(value) for value in column.to_pylist()], dtype="str")


def _times(column: Any) -> pd.Series:  # noqa: ANN401 - pyarrow
    """Return dates and times to the microsecond, to the nanosecond where they are; as text what is far off."""
    import pyarrow as pa

    unit = "ns" if getattr(column.type, "unit", "") == "ns" else "us"
    try:
        return pd.Series(column.cast(pa.timestamp(unit, getattr(column.type, "tz", None))).to_pandas())
    except pa.ArrowInvalid:
        return pd.Series(column.cast(pa.large_string()).to_pandas()).astype("str")


def _decoded(part: Any) -> Any:  # noqa: ANN401 - pyarrow
    """Return an array of words kept in a dictionary as the words themselves."""
    return part.dictionary.cast(_wide(part.type.value_type)).take(part.indices)


def _wide(kind: Any) -> Any:  # noqa: ANN401 - pyarrow
    """Return a type that Arrow can take values of: views of text are not."""
    import pyarrow as pa
    from pyarrow import types

    return pa.large_string() if types.is_string_view(kind) else kind


def _nested(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _from_pandas(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a pandas frame in which no column is held by Arrow, save as text."""
    import pyarrow as pa

    held = [number for number, dtype in enumerate(frame.dtypes) if isinstance(dtype, pd.ArrowDtype)]
    if not held:
        return frame
    columns = {number: frame.iloc[:, number] for number in range(len(frame.columns))}
    for number in held:
        array = pa.chunked_array([pa.array(columns[number].array)])
        columns[number] = _column(array).set_axis(frame.index)
    return pd.DataFrame(columns, index=frame.index).set_axis(frame.columns, axis=1)
