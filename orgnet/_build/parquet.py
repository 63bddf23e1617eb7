"""Reading Parquet, which may hold a text once for all of its rows: what it is when written out is measured first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from orgnet._build.bounds import AREA, DENSE, check_width, refuse, room

if TYPE_CHECKING:
    import pandas as pd

_TOO_MUCH = "it unpacks to far more than a table"


def parquet_frame(data: bytes) -> pd.DataFrame:
    """Return the table of a Parquet file; `UnreadableError` where it would be far larger than its file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pq.read_schema(pa.BufferReader(data))
    texts = [field.name for field in schema if pa.types.is_string(field.type) or pa.types.is_large_string(field.type)]
    file = pq.ParquetFile(pa.BufferReader(data), read_dictionary=texts)
    rows, columns, most = file.metadata.num_rows, file.metadata.num_columns, room(len(data))
    check_width(columns)
    held = _held(file)
    if held > most or (rows * columns > AREA and rows > DENSE * len(data)):
        refuse(_TOO_MUCH)
    if held + _written_out_at_most(file) > most and _written_out(file.read()) > most:
        refuse(_TOO_MUCH)
    frame: pd.DataFrame = pq.read_table(pa.BufferReader(data)).to_pandas(ignore_metadata=True)
    return frame


def _held(file: Any) -> int:  # noqa: ANN401 - pyarrow has no types
    """Return the bytes of all columns, unpacked, with repeated texts once."""
    about = file.metadata
    return sum(int(about.row_group(number).total_byte_size) for number in range(about.num_row_groups))


def _written_out_at_most(file: Any) -> int:  # noqa: ANN401
    """Return the bytes of the repeated texts, were each the longest; the first row shows which texts there are."""
    import pyarrow as pa

    size = 0
    for number in range(file.metadata.num_row_groups):
        rows = file.metadata.row_group(number).num_rows
        first = next(file.iter_batches(batch_size=1, row_groups=[number]), None)
        for column in first.columns if first is not None else ():
            if pa.types.is_dictionary(column.type):
                size += rows * max(_lengths(column).to_numpy(zero_copy_only=False), default=0)
    return size


def _written_out(table: Any) -> int:  # noqa: ANN401
    """Return the bytes of the repeated texts of a table."""
    import pyarrow as pa
    import pyarrow.compute as pc

    chunks = [chunk for column in table.columns if pa.types.is_dictionary(column.type) for chunk in column.chunks]
    return sum(pc.sum(_lengths(chunk).take(chunk.indices)).as_py() or 0 for chunk in chunks)


def _lengths(column: Any) -> Any:  # noqa: ANN401
    """Return the length of each text that a column may hold."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.binary_length(column.dictionary.cast(pa.large_string()))
