"""Reading files into frames of text: CSV in the encodings that occur, and Parquet; which file is which table."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from orgnet._build.raw import Raw
from orgnet._model.values import Place
from orgnet.errors import InputError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from orgnet._model.findings import Log

_UNITS = ("units", "nodes", "单位", "组织", "节点")
_TIES = ("ties", "edges", "关系")
_PAGES = ("fields", "README", "readme")  # beside tables: words, no rows
_TEXT = (".csv", ".tsv", ".txt")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_QUOTED = r'(?:^|(?<=[{0}\r\n]))"(?:[^"]|"")*"(?=[{0}\r\n]|$)'  # a field between quotation marks
_ZIP, _OLD_EXCEL, _PARQUET = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1"


Uneven = tuple[int, int, int, str]  # number, fields, due fields and text of a row; the number counts the heading as 1


def table_suffix(path: Path) -> str | None:
    """Return the suffix of a table file, ``.gz`` looked through; None for other files."""
    inner = Path(path.stem) if path.suffix.lower() == ".gz" else path
    suffix = inner.suffix.lower()
    return suffix if suffix in {*_TEXT, ".parquet"} else None


def find_tables(folder: Path, log: Log) -> tuple[Path | None, Path | None]:
    """Return the unit table and the tie table of a folder; a table that is there twice is refused."""
    files = sorted(path for path in folder.iterdir() if path.is_file())
    found: list[Path | None] = []
    for table, stems in (("units", _UNITS), ("ties", _TIES)):
        named = [path for path in files if path.name.split(".")[0].lower() in stems]
        readable = [path for path in named if table_suffix(path)]
        if named and not readable:
            refuse_file(named[0])
        if len(readable) > 1:
            log.add("table.several", folder.name, column=table, value=", ".join(path.name for path in readable))
        found.append(readable[0] if len(readable) == 1 else None)
        files = [path for path in files if path not in named]
    if found == [None, None] and not log.findings().n_refused:
        msg = f"{folder} holds neither a unit table nor a tie table; name them units.csv and ties.csv (or .parquet)"
        raise InputError(msg)
    for path in files:
        if table_suffix(path) and path.stem not in _PAGES:
            log.add("file.ignored", folder.name, value=path.name)
    return found[0], found[1]


def refuse_file(path: Path) -> NoReturn:
    """Raise for a file that is no table this version reads."""
    msg = f"{path} is no table that can be read; save it as .csv, .tsv, .txt (also .gz) or .parquet"
    raise InputError(msg)


def read_table(path: Path, log: Log, encoding: str | None = None) -> Raw | None:
    """Read one table file; None where it cannot be read, with a finding that says why."""
    if table_suffix(path) is None:
        refuse_file(path)
    try:
        data = path.read_bytes()
        if path.suffix.lower() == ".gz":
            data = gzip.decompress(data)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        log.add("table.unreadable", path.name, value=f"not a whole gzip file ({error})")
        return None
    except OSError as error:
        msg = f"cannot read {path}: {error.strerror or error}"
        raise InputError(msg) from error
    if table_suffix(path) == ".parquet":
        return _read_parquet(data, path.name, log)
    return _read_text(data, path.name, log, encoding)


def _read_parquet(data: bytes, source: str, log: Log) -> Raw | None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        frame = pq.read_table(pa.BufferReader(data)).to_pandas(ignore_metadata=True)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        log.add("table.unreadable", source, value=str(error))
        return None
    return Raw(frame, Place(source, np.arange(len(frame)) + 2, log))


def _read_text(data: bytes, source: str, log: Log, encoding: str | None) -> Raw | None:
    if data.startswith((_ZIP, _OLD_EXCEL)):
        why = "it looks like an Excel workbook under another name"
    elif data.startswith(_PARQUET):
        why = "it is a Parquet file under another name"
    else:
        text, used = _decode(data, encoding)
        if text is not None:
            if used not in {"utf-8", "utf-8-sig"}:
                log.add("text.encoding", source, value=used)
            return _parse(text, source, log)
        why = f"the text is not {encoding}" if encoding else "the text is neither UTF-8 nor GB18030 nor UTF-16"
    log.add("table.unreadable", source, value=why)
    return None


def _decode(data: bytes, encoding: str | None) -> tuple[str | None, str]:
    """Return the text and its encoding: the one given, else by byte-order mark, strict UTF-8, strict GB18030."""
    marked = [name for mark, name in _BOMS if data.startswith(mark)]
    for name in [encoding] if encoding else [*marked, "utf-8", "gb18030"]:
        try:
            text = data.decode(name).removeprefix("\ufeff")
        except UnicodeError:
            continue
        except LookupError as error:
            msg = f"encoding {name!r} is not known; use one such as 'utf-8', 'gb18030', 'utf-16'"
            raise InputError(msg) from error
        return text, name
    return None, ""


def _parse(text: str, source: str, log: Log) -> Raw | None:
    """Parse delimited text; rows with too many or too few fields are refused, empty rows passed over."""
    body = text.lstrip("\r\n")
    above = len(text[: len(text) - len(body)].splitlines())
    if not body.strip():
        log.add("table.empty", source)
        return None
    uneven: list[Uneven] = []
    try:
        delimiter, names = _heading(body)
        table = _arrow_table(body, delimiter, len(names), uneven)
    except (ValueError, csv.Error) as error:
        log.add("table.unreadable", source, value=str(error).split("\n", 1)[0])
        return None
    opened = _never_closed(body, delimiter, table, uneven)
    if opened:
        why = f"a quotation mark in row {opened + above} is opened and never closed"
        log.add("table.unreadable", source, value=why)
        return None
    passed_over = [number for number, *_ in uneven]
    rows = np.setdiff1d(np.arange(1, table.num_rows + len(passed_over) + 1), passed_over)[1:] + above
    frame: pd.DataFrame = table.to_pandas().iloc[1:].set_axis(names, axis=1)
    ragged = [(number, actual, expected) for number, actual, expected, _ in uneven if actual]
    empty = frame.isna().all(axis=1).to_numpy(bool)
    blank = [*rows[empty], *(number + above for number, actual, *_ in uneven if not actual)]
    if blank:
        log.add("rows.blank", source, row=min(blank), count=len(blank))
    for number, actual, expected in ragged:
        log.add("row.ragged", source, row=number + above, value=actual, other=expected)
    return Raw(frame[~empty].reset_index(drop=True), Place(source, rows[~empty], log, refused=len(ragged)))


def _heading(text: str) -> tuple[str, list[str]]:
    """Return the delimiter, which is the likeliest in the first line, and the headings."""
    line = text.splitlines()[0]
    delimiter = max(",\t;", key=line.count)
    names = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    return delimiter, [name.replace("\x00", "").strip() for name in names]


def _arrow_table(text: str, delimiter: str, width: int, uneven: list[Uneven]) -> Any:  # noqa: ANN401
    """Return the rows of text, heading first; those with too many or too few fields go to `uneven`.

    A row of nothing but delimiters and spaces counts as 0 fields.
    """
    import pyarrow as pa
    from pyarrow import csv as arrow

    def on_uneven_row(row: Any) -> str:  # noqa: ANN401 - pyarrow has no types
        fields = row.actual_columns if row.text.strip(" \t\r\n,;") else 0
        uneven.append((row.number, fields, row.expected_columns, row.text))
        return "skip"

    data = text.encode("utf-8")
    keys = [str(number) for number in range(width)]
    return arrow.read_csv(
        pa.BufferReader(data),
        read_options=arrow.ReadOptions(use_threads=False, block_size=len(data) + 1, column_names=keys),
        parse_options=arrow.ParseOptions(
            delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=on_uneven_row
        ),
        convert_options=arrow.ConvertOptions(
            column_types=dict.fromkeys(keys, pa.large_string()), null_values=[""], strings_can_be_null=True
        ),
    )


def _never_closed(text: str, delimiter: str, table: Any, uneven: list[Uneven]) -> int:  # noqa: ANN401 - pyarrow
    """Return the row in which a quotation mark swallows what follows, 0 where none does.

    Among rows with too many or too few fields it is the first that holds a line break and a mark of no quoted field;
    among the others the first with a line break in a value that does not stand between quotation marks in the text.
    """
    if '"' not in text:
        return 0
    quoted = re.compile(_QUOTED.format(re.escape(delimiter)))
    broken = [n for n, _, _, row in uneven if len(row.strip().splitlines()) > 1 and '"' in quoted.sub("", row)]
    numbers = np.setdiff1d(np.arange(1, table.num_rows + len(uneven) + 1), [number for number, *_ in uneven])
    at = 0
    for row in np.flatnonzero(_with_line_breaks(table)):
        for value in table.slice(row, 1).to_pylist()[0].values():
            if value and ("\n" in value or "\r" in value):
                raw = '"' + value.replace('"', '""') + '"'
                at = text.find(raw, at)
                if at < 0:
                    return min([*broken, int(numbers[row])])
                at += len(raw)
    return min(broken, default=0)


def _with_line_breaks(table: Any) -> NDArray[np.bool_]:  # noqa: ANN401 - pyarrow
    import pyarrow.compute as pc

    found = np.zeros(table.num_rows, dtype=bool)
    for column in table.columns:
        found |= pc.match_substring_regex(column, "[\r\n]").fill_null(False).to_numpy()  # noqa: FBT003 - pyarrow
    return found
