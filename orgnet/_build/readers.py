"""Reading files into frames of text: which files are tables, and CSV in the encodings that occur, and Parquet."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import zlib
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from orgnet._build.archive import disguised
from orgnet._build.asides import asides_of, like_note, settle
from orgnet._build.bounds import MOST_COLUMNS, UnreadableError, check_width, room
from orgnet._build.encodings import decoded, doubtful
from orgnet._build.layout import Heading, Line, find_heading
from orgnet._build.raw import Raw
from orgnet._model.cells import unguarded
from orgnet._model.values import Place
from orgnet.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from orgnet._model.findings import Log

_TEXT = (".csv", ".tsv", ".txt")
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
_GRAPHS = (".json", ".graphml", ".gexf")
_DELIMITERS = ",\t;|"
_HEAD = 2_000_000  # characters in which the heading is looked for
_LINES = 40
_BLOCK = 8_000_000  # bytes that one thread parses at a time
_QUOTED = r'(?:^|(?<=[{0}\r\n]))"(?:[^"]|"")*"(?=[{0}\r\n]|$)'  # a field between quotation marks
_CELL = '"((?:[^"]++|"")*+)"([^{0}\r\n]*)|([^{0}\r\n]*)'  # a field of the heading, quoted or not

Uneven = tuple[int, int, int, str]  # number, fields, due fields and text of a row; the number counts the heading as 1


def table_suffix(path: Path) -> str | None:
    """Return the suffix of a table file, ``.gz`` of text looked through; None for other files.

    Examples
    --------
    >>> table_suffix(Path("units.CSV.gz")), table_suffix(Path("ledger.xlsx")), table_suffix(Path("photo.png"))
    ('.csv', '.xlsx', None)
    """
    suffix = path.suffix.lower()
    if suffix == ".gz":
        suffix = Path(path.stem).suffix.lower()
        return suffix if suffix in _TEXT else None
    return suffix if suffix in {*_TEXT, ".parquet", *_WORKBOOKS, *_GRAPHS} else None


def refuse_file(path: Path) -> NoReturn:
    """Raise for a file that is no table this version reads."""
    msg = (
        f"{path} is no table that can be read; save it as .csv, .tsv, .txt (also .gz), .xlsx, .ods, .parquet, .json, "
        ".graphml or .gexf"
    )
    raise InputError(msg)


def read_tables(
    path: Path, log: Log, *, encoding: str | None = None, sheet: str | Sequence[str] | None = None
) -> list[Raw]:
    """Read the tables of one file, as text; what cannot be read is a finding that says why.

    Parameters
    ----------
    path
        A text file (also ``.gz``), a workbook, a Parquet file, or a graph.
    log
        Takes the findings.
    encoding
        Of a text file; by default its byte-order mark, else strict UTF-8, else strict GB18030.
    sheet
        Names of the sheets to read, of a workbook; other files have none.

    Returns
    -------
    list of Raw
        One for a text file; one a sheet with a table for a workbook; none where nothing can be read.
    """
    suffix = table_suffix(path)
    if suffix is None:
        refuse_file(path)
    data = _bytes(path, log)
    if data is None:
        return []
    if suffix in _GRAPHS:
        from orgnet._build.graphs import read_graph

        return read_graph(data, path.name, suffix, log)
    if suffix in _WORKBOOKS:
        from orgnet._build.workbook import read_workbook

        return read_workbook(data, path.name, log, sheet=sheet)
    name = path.name.removesuffix(path.suffix) if path.suffix.lower() != ".gz" else Path(path.stem).stem
    if suffix == ".parquet":
        return _read_parquet(data, path.name, name, log)
    return _read_text(data, path.name, name, log, encoding)


def _bytes(path: Path, log: Log) -> bytes | None:
    """Return the content of a file, unpacked; None where it is no whole gzip file, or unpacks to too much."""
    try:
        data = path.read_bytes()
    except OSError as error:
        msg = f"cannot read {path}: {error.strerror or error}"
        raise InputError(msg) from error
    if path.suffix.lower() != ".gz":
        return data
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            content = file.read(room(len(data)))
            if file.read(1):
                log.add("table.unreadable", path.name, value="it unpacks to far more than a table")
                return None
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        log.add("table.unreadable", path.name, value=f"not a whole gzip file ({error})")
        return None
    return content


def _read_parquet(data: bytes, source: str, name: str, log: Log) -> list[Raw]:
    import pyarrow as pa

    from orgnet._build.parquet import parquet_frame

    try:
        frame = parquet_frame(data)
    except (pa.ArrowException, OSError, UnicodeDecodeError, UnreadableError) as error:
        log.add("table.unreadable", source, value=str(error))
        return []
    return [Raw(frame, Place(source, np.arange(len(frame)) + 2, log), name)]


def _read_text(data: bytes, source: str, name: str, log: Log, encoding: str | None) -> list[Raw]:
    why = disguised(data)
    if not why:
        text, used = decoded(data, encoding, known=lambda text: _start(text)[1].known)
        if text is not None:
            if used not in {"utf-8", "utf-8-sig"}:
                log.add("text.encoding", source, value=used)
            try:
                as_utf8 = data if used == "utf-8" and not data.startswith(codecs.BOM_UTF8) else text.encode("utf-8")
                raw = _parse(text, as_utf8, source, name, log, used if not encoding else "")
            except UnreadableError as error:
                log.add("table.unreadable", source, value=str(error))
                return []
            return [] if raw is None else [raw]
        why = f"the text is not {encoding}" if encoding else "the text is neither UTF-8 nor GB18030 nor UTF-16"
    log.add("table.unreadable", source, value=why)
    return []


def _parse(text: str, as_utf8: bytes, source: str, name: str, log: Log, guessed: str) -> Raw | None:
    """Parse delimited text, given as both; rows with too many or too few fields are refused, empty rows passed over."""
    if not text or text.isspace():
        log.add("table.empty", source)
        return None
    delimiter, heading, lines, start = _start(text)
    if guessed and not heading.known and doubtful(" ".join(heading.names), guessed):
        log.add("text.encoding_doubtful", source, value=guessed)
    width, above = len(lines[-1]), heading.last
    check_width(width)
    body = text[start:] if start else text
    uneven: list[Uneven] = []
    try:
        table = _arrow_table(as_utf8[len(text[:start].encode("utf-8")) :], delimiter, width, uneven)
    except (ValueError, csv.Error) as error:
        log.add("table.unreadable", source, value=str(error).split("\n", 1)[0])
        return None
    opened = _never_closed(body, delimiter, table, uneven)
    if opened:
        why = f"a quotation mark in row {opened + above} is opened and never closed"
        log.add("table.unreadable", source, value=why)
        return None
    rows = np.arange(1, table.num_rows + len(uneven) + 1)
    if uneven:
        rows = np.setdiff1d(rows, [number for number, *_ in uneven])
    rows = rows[1:] + above
    frame: pd.DataFrame = table.to_pandas().iloc[1:]
    blank = [number + above for number, actual, *_ in uneven if not actual]
    ragged = [(number + above, *rest) for number, *rest in uneven if rest[0]]
    last = int(rows[-1]) if len(rows) else 0
    refused = _log_ragged(ragged, lines, delimiter, last, source, log)
    fitted = _fitted(heading, width)
    frame, place = settle(frame, fitted, lines, Place(source, rows, log, refused=refused), blank=blank)
    return Raw(unguarded(frame, place), place, name)


def _fitted(heading: Heading, width: int) -> Heading:
    """Return the heading with as many names as the lines of the table have fields."""
    names = (*heading.names[:width], *[""] * (width - len(heading.names)))
    choices = tuple(choice for choice in heading.choices if choice.first + len(choice.words) <= width)
    return Heading(heading.first, heading.last, names, choices, heading.known)


def _log_ragged(ragged: list[Any], lines: list[Line], delimiter: str, last: int, source: str, log: Log) -> int:
    """Log the rows with too many or too few fields: titles and notes as what they are, the others as refused."""
    if not ragged:
        return 0
    known = [text if actual <= MOST_COLUMNS else "" for _, actual, _, text in ragged]
    cells = [next(_records(text, delimiter), (Line(), 0))[0] for text in known]
    codes, noted = asides_of(cells, lines), False
    for at, (number, *_) in enumerate(ragged):
        words = [cell for cell in cells[at] if cell.strip()]
        if not codes[at] and number > last and len(words) == 1 and (noted or like_note(words[0])):
            codes[at] = "row.foot_note"
        noted = noted or codes[at] == "row.foot_note"
    for code in dict.fromkeys(codes):
        found = [row for row, why in zip(ragged, codes, strict=True) if why == code]
        rows = np.array([row[0] for row in found])
        if code:
            log.add(code, source, row=rows)
        else:
            actual, due = (np.array([row[at] for row in found], dtype=object) for at in (1, 2))
            log.add("row.ragged", source, row=rows, value=actual, other=due)
    return len(ragged)


def _records(text: str, delimiter: str) -> Iterator[tuple[Line, int]]:
    """Give the fields of each line, and where it begins; a quotation mark that is never closed is an ordinary one.

    A line with more fields than any table has is the last, and is cut there.
    """
    cell = re.compile(_CELL.format(re.escape(delimiter)))
    at, begin, line = 0, 0, Line()
    while at < len(text):
        found = cell.match(text, at)
        if found is None:  # an empty field always matches
            return
        line.append(found[3] if found[1] is None else found[1].replace('""', '"') + found[2])
        at = found.end()
        if text[at : at + 1] == delimiter:
            at += 1
            if at < len(text) and len(line) <= MOST_COLUMNS:
                continue
            line.append("")
        yield line, begin
        if len(line) > MOST_COLUMNS:
            return
        at += 2 if text[at : at + 2] == "\r\n" else 1
        begin, line = at, Line()


def _start(text: str) -> tuple[str, Heading, list[Line], int]:
    """Return the delimiter, the headings, the lines down to them, and where the last of these begins in the text.

    The delimiter is the one that makes the most known headings, then the one that the first line has most of.
    """
    head = text[:_HEAD]
    found: list[tuple[int, int, str, Heading, list[tuple[Line, int]]]] = []
    for delimiter in _DELIMITERS:
        records: list[tuple[Line, int]] = []
        for record in _records(head, delimiter):
            if records and len(record[0]) > MOST_COLUMNS:  # no heading, if there is another line
                break
            records.append(record)
            if len(records) == _LINES:
                break
        heading = find_heading([line for line, _ in records])
        if heading is not None:
            count = max(len(line) for line, _ in records[heading.first : heading.last + 1])
            found.append((heading.known, count, delimiter, heading, records))
    if not found:
        return ",", Heading(0, 0, ("",)), [[""]], 0
    _, _, delimiter, heading, records = max(found, key=lambda one: one[:2])
    return delimiter, heading, [line for line, _ in records[: heading.last + 1]], records[heading.last][1]


def _arrow_table(data: bytes, delimiter: str, width: int, uneven: list[Uneven]) -> Any:  # noqa: ANN401
    """Return the rows of text in UTF-8, heading first; those with too many or too few fields go to `uneven`.

    A row of nothing but delimiters and spaces counts as 0 fields. Text without quotation marks, each row of which is a
    line, is read in blocks by several threads, as long as no row is uneven: those are numbered only in one block.
    """
    import pyarrow as pa
    from pyarrow import csv as arrow

    def on_uneven_row(row: Any) -> str:  # noqa: ANN401 - pyarrow has no types
        fields = row.actual_columns if row.text.strip(f" \t\r\n{_DELIMITERS}") else 0
        uneven.append((row.number, fields, row.expected_columns, row.text))
        return "skip"

    keys = [str(number) for number in range(width)]
    convert = arrow.ConvertOptions(
        column_types=dict.fromkeys(keys, pa.large_string()), null_values=[""], strings_can_be_null=True
    )
    form = {"delimiter": delimiter, "ignore_empty_lines": False}
    if b'"' not in data:
        with suppress(pa.ArrowInvalid):  # an uneven row, or one longer than a block
            return arrow.read_csv(
                pa.BufferReader(data),
                read_options=arrow.ReadOptions(block_size=_BLOCK, column_names=keys),
                parse_options=arrow.ParseOptions(**form),
                convert_options=convert,
            )
    return arrow.read_csv(
        pa.BufferReader(data),
        read_options=arrow.ReadOptions(use_threads=False, block_size=len(data) + 1, column_names=keys),
        parse_options=arrow.ParseOptions(**form, newlines_in_values=True, invalid_row_handler=on_uneven_row),
        convert_options=convert,
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
