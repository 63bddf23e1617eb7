"""Looking into a workbook before it is opened: is it one, does it unpack to a sane size, where do its cells stand.

The Excel reader allocates every cell between the first and the last, and takes errors for empty cells. So the sheets
are scanned first, as bytes and in pieces: cells far away from the others are left out before the reader sees them, and
errors and formulas without a value are remembered.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers import expat

import numpy as np

from orgnet._build.bounds import AREA, DENSE, check_box, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

_ZIP, _OLE, _PARQUET = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_PAGE = (b"<!doctype html", b"<html", b"<table", b"<head", b"<body")
_MARKS = b"\xef\xbb\xbf\xff\xfe \t\r\n"
_MOST = 2 << 30  # bytes that a workbook may unpack to
_SMALL, _RATIO = 100 << 20, 500  # what unpacks to more than this, and to so many times its size, is no workbook
_TEXT = 256 << 20  # bytes of text that the cells of a sheet may come to, however small it is
_CHUNK = 1 << 20
_ROW_GAP, _COLUMN_GAP = 1000, 50  # empty rows or columns beyond which a cell is far away

_REF = re.compile(rb"""<(?:\w+:)?c\s(?:[^>]*?\s)?r=["']([A-Z]+)([0-9]+)["'](?=(?:[^>]*[^/>])?>)""")
_USUAL = re.compile(rb"""<c r="([A-Z]+)([0-9]+)"(?:(?:\s[^>]*)?[^/])?>""")  # as almost all programs write a cell
_BARE = re.compile(rb"<(?:\w+:)?c(?:\s+[^r>][^>]*)?>")
_ROW = re.compile(rb"""<(?:\w+:)?row\s(?:[^>]*?\s)?r=["']([0-9]+)["']""")
_CELL = re.compile(
    rb"""<(?:\w+:)?c\s(?:[^>]*?\s)?r=["']([A-Z]+)([0-9]+)["'][^>]*?(?:/>|>(.*?)</(?:\w+:)?c>)""", re.DOTALL
)
_ERROR = re.compile(
    rb"""<(?:\w+:)?c\s([^>]*?t=["']e["'][^>]*)>(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]*)</""", re.DOTALL
)
_FORMULA = re.compile(
    rb"<(?:\w+:)?c\s([^>]*[^/>])>\s*<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_LEAST = 20  # bytes of a cell that holds the number of a text
_SHARED = re.compile(rb"""\st\s*=\s*["']s["']""")  # a cell that holds the number of a text
_NUMBER = re.compile(rb"""\st\s*=\s*["']s["'][^>]*>\s*<(?:\w+:)?v[^>]*>\s*([0-9]{1,9})""")
_END_OF_TEXT = re.compile(rb"</(?:\w+:)?si\s*>|<(?:\w+:)?si\s*/>")
_PLACE = re.compile(rb"""(?:^|\s)r=["']([A-Z]+)([0-9]+)["']""")


@dataclass
class Facts:
    """What a sheet holds that its reader does not tell, places being (row, column) from 0."""

    errors: list[tuple[int, int, str]] = field(default_factory=list)
    formulas: list[tuple[int, int]] = field(default_factory=list)
    far: int = 0
    first_far: str = ""


def disguised(data: bytes) -> str:
    """Return what a file is that is no text, whatever its name says; empty for text.

    Examples
    --------
    >>> disguised(b"<html><table>"), disguised(b"id,name")
    ('it is a web page (HTML) under another name', '')
    """
    if data.startswith(_ZIP):
        return _zipped(data)
    if data.startswith(_OLE):
        return "it looks like an Excel workbook under another name"
    if data.startswith(_PARQUET):
        return "it is a Parquet file under another name"
    start = data[: _CHUNK // 1000].replace(b"\x00", b"").lstrip(_MARKS).lower()
    if start.startswith(_PAGE):
        return "it is a web page (HTML) under another name"
    return "it is XML under another name" if start.startswith(b"<?xml") else ""


def _zipped(data: bytes) -> str:
    try:
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        names = ["xl/"]  # a damaged one is a workbook more often than anything else
    if any(name.startswith("xl/") or name == "content.xml" for name in names):
        return "it looks like an Excel workbook under another name"
    return "it is a zip archive under another name"


def look_into(data: bytes) -> Archive:
    """Return a workbook that is safe to open; `UnreadableError` says why there is none."""
    if data.startswith(_OLE):
        if _LOCKED in data:
            refuse("it is protected by a password")
        return Archive(data, [])
    if not data.startswith(_ZIP):
        why = disguised(data) if data else "it is no whole workbook (no content)"
        refuse(why or "it is text under another name; name it .csv")
    try:
        members = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, UnicodeDecodeError) as error:
        refuse(f"it is no whole workbook ({error})", error)
    sizes = [(info.file_size, info.compress_size) for info in members]
    if sum(size for size, _ in sizes) > _MOST or any(size > max(_SMALL, _RATIO * packed) for size, packed in sizes):
        refuse("it unpacks to far more than a table")
    if any(info.flag_bits & 1 for info in members):
        refuse("it is protected by a password")
    archive = Archive(data, members)
    archive.check()
    return archive


class Archive:
    """The parts of a workbook, by name in lower case; empty for the old format, which is no archive."""

    def __init__(self, data: bytes, members: list[zipfile.ZipInfo]) -> None:
        self.data = data
        self._members = {info.filename.lower(): info for info in members}
        self._sheets: list[str] = []

    def check(self) -> None:
        """Find the sheets, and unpack what the reader unpacks as a whole, to see that it is no larger than it says."""
        for name, info in self._members.items():
            if name.endswith(("sharedstrings.xml", "styles.xml", ".bin")):
                for _ in self._unpacked(info):
                    pass
        if "xl/workbook.xml" in self._members:
            self._sheets = self._sheet_parts()
        if "xl/sharedstrings.xml" in self._members:
            self._check_texts(_lengths(self._whole("xl/sharedstrings.xml")))
        for name in self._members:
            if name.startswith("xl/worksheets/") and name.endswith(".bin"):
                check_box(*_binary_box(self._whole(name)))
        if "content.xml" in self._members:
            content = self._whole("content.xml")
            _check_xml(content)
            for box in _open_boxes(content):
                check_box(*box)

    def _whole(self, name: str) -> bytes:
        return b"".join(self._unpacked(self._members[name]))

    def _unpacked(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        """Give the content of a part in pieces; more than was declared is refused."""
        at = info.header_offset
        start = at + 30 + int.from_bytes(self.data[at + 26 : at + 28], "little")
        start += int.from_bytes(self.data[at + 28 : at + 30], "little")
        packed = self.data[start : start + info.compress_size]
        if info.compress_type == zipfile.ZIP_STORED:
            yield packed
            return
        if info.compress_type != zipfile.ZIP_DEFLATED:
            refuse("it is no whole workbook (unusual compression)")
        unpack, size = zlib.decompressobj(-15), 0
        try:
            while packed and not unpack.eof:
                piece = unpack.decompress(packed, _CHUNK)
                packed, size = unpack.unconsumed_tail, size + len(piece)
                if size > info.file_size:
                    refuse("it unpacks to far more than a table")
                yield piece
        except zlib.error as error:
            refuse(f"it is no whole workbook ({error})", error)

    def _sheet_parts(self) -> list[str]:
        """Return the part of each sheet, in the order of the workbook."""
        rels = self._whole("xl/_rels/workbook.xml.rels") if "xl/_rels/workbook.xml.rels" in self._members else b""
        targets = {
            _attribute(tag, "Id"): _attribute(tag, "Target")
            for tag in re.findall(rb"<(?:\w+:)?Relationship\s[^>]*>", rels)
        }
        tags = re.findall(rb"<(?:\w+:)?sheet\s[^>]*>", self._whole("xl/workbook.xml"))
        parts = []
        for tag in tags:
            target = targets.get(_attribute(tag, r"\w+:id"), "").replace("\\", "/").lower()
            parts.append(target.removeprefix("/") if target.startswith(("/", "xl/")) else f"xl/{target}")
        return parts

    def scan(self, number: int) -> tuple[bytes, Facts]:
        """Return a workbook in which sheet `number` can be read, and what its reader will not tell about it."""
        if not 0 <= number < len(self._sheets) or self._sheets[number] not in self._members:
            return self.data, Facts()
        facts, rows, columns, count = Facts(), set[int](), set[int](), 0
        part = self._members[self._sheets[number]]
        for piece in _cut(self._unpacked(part)):
            usual = piece.count(b"<c ") == piece.count(b'<c r="') and b":c " not in piece
            found = (_USUAL if usual else _REF).findall(piece)
            count += len(found)
            columns.update(column_number(letters) for letters in {letters for letters, _ in found})
            rows.update(map(int, {digits for _, digits in found}))
            if not usual and _BARE.search(piece):
                rows.update(map(int, _ROW.findall(piece)))
            facts.errors += [(*place, text) for place, text in _errors(piece)]
            facts.formulas += _formulas(piece)
        if not _is_far(rows, columns, count):
            return self.data, facts
        last_row, last_column = _before_gap(rows, _ROW_GAP), _before_gap(columns, _COLUMN_GAP)
        check_box(last_row - min(rows) + 1, last_column - min(columns) + 1, count)
        return self._without(self._sheets[number], last_row, last_column, facts), facts

    def _check_texts(self, lengths: NDArray[np.int64]) -> None:
        """Refuse sheets whose cells share texts that are far more than the sheets when each cell has its own."""
        parts = [self._members[name] for name in dict.fromkeys(self._sheets) if name in self._members]
        size, longest = sum(part.file_size for part in parts), int(lengths.max(initial=0))
        most, total = max(_TEXT, DENSE * size), 0
        if longest * size <= most * _LEAST:
            return
        for piece in (piece for part in parts for piece in _cut(self._unpacked(part))):
            found = np.array(_NUMBER.findall(piece), dtype=np.int64)
            total += int(lengths[found[found < len(lengths)]].sum())
            total += longest * (len(_SHARED.findall(piece)) - len(found))
            if total > most:
                refuse("it unpacks to far more than a table")

    def _without(self, name: str, last_row: int, last_column: int, facts: Facts) -> bytes:
        """Return the workbook without the cells of a sheet beyond a row and a column, numbered from 1."""

        def near(cell: re.Match[bytes]) -> bytes:
            if int(cell[2]) <= last_row and column_number(cell[1]) <= last_column:
                return cell[0]
            if cell[3]:
                facts.far += 1
                facts.first_far = facts.first_far or (cell[1] + cell[2]).decode()
            return b""

        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as written:
            for other, info in self._members.items():
                content = self._whole(other)
                written.writestr(info.filename, _CELL.sub(near, content) if other == name else content)
        return out.getvalue()


def _lengths(texts: bytes) -> NDArray[np.int64]:
    """Return the bytes of each text that the cells of a workbook share."""
    return np.diff([0, *(found.end() for found in _END_OF_TEXT.finditer(texts))])


def _check_xml(data: bytes) -> None:
    """Refuse what is no well-formed XML: the reader of the open format would look for its end for ever."""

    def declares(*_: object) -> None:
        refuse("it declares a document type")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = declares
    try:
        parser.Parse(data, True)  # noqa: FBT003 - the last piece
    except expat.ExpatError as error:
        refuse(f"it is no whole workbook ({error})", error)


def _attribute(tag: bytes, name: str) -> str:
    found = re.search(rf"""\s{name}\s*=\s*["']([^"']*)["']""".encode(), tag)
    return found[1].decode("utf-8", "replace") if found else ""


def _cut(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Give the pieces of a sheet anew, cut where a cell begins."""
    rest = b""
    for piece in pieces:
        rest += piece
        at = max(rest.rfind(b"<c "), rest.rfind(b"<", 0, max(rest.rfind(b":c "), 0)))
        if at > 0:
            yield rest[:at]
            rest = rest[at:]
    yield rest


def column_number(letters: bytes) -> int:
    """Return the number of a column, from 1.

    Examples
    --------
    >>> column_number(b"A"), column_number(b"XFD")
    (1, 16384)
    """
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number


def _errors(piece: bytes) -> Iterator[tuple[tuple[int, int], str]]:
    if b't="e"' in piece or b"t='e'" in piece:
        for cell in _ERROR.finditer(piece):
            if place := _place(cell[1]):
                yield place, cell[2].decode("utf-8", "replace")


def _formulas(piece: bytes) -> Iterator[tuple[int, int]]:
    if b"f>" in piece or b"<f" in piece:
        for cell in _FORMULA.finditer(piece):
            if (place := _place(cell[1])) and not re.search(rb"""\st=["'](?:str|e)["']""", b" " + cell[1]):
                yield place


def _place(attributes: bytes) -> tuple[int, int] | None:
    found = _PLACE.search(attributes)
    return (int(found[2]) - 1, column_number(found[1]) - 1) if found else None


def _is_far(rows: set[int], columns: set[int], count: int) -> bool:
    if not rows or not columns:
        return False
    area = (max(rows) - min(rows) + 1) * (max(columns) - min(columns) + 1)
    return area > AREA and area > DENSE * count


def _before_gap(numbers: set[int], gap: int) -> int:
    """Return the last number before a gap."""
    last = min(numbers)
    for number in sorted(numbers):
        if number - last > gap:
            break
        last = number
    return last


def _binary_box(data: bytes) -> tuple[int, int, int]:
    """Return height, width and number of the cells of a binary sheet: records of type, length and content."""
    at, row, rows, columns, count = 0, 0, set[int](), set[int](), 0
    while at < len(data):
        kind, at = data[at], at + 1
        if kind & 0x80 and at < len(data):
            kind, at = (kind & 0x7F) | (data[at] << 7), at + 1
        size, shift = 0, 0
        while at < len(data) and shift < 28:  # noqa: PLR2004 - four bytes of seven bits
            more, size, at, shift = data[at] & 0x80, size | ((data[at] & 0x7F) << shift), at + 1, shift + 7
            if not more:
                break
        first = int.from_bytes(data[at : at + 4], "little")
        if kind == 0:
            row = first
        elif 1 < kind <= 11:  # noqa: PLR2004 - cells with a value
            rows.add(row)
            columns.add(first)
            count += 1
        at += size
    if not count:
        return 0, 0, 0
    return max(rows) - min(rows) + 1, max(columns) - min(columns) + 1, count


_OPEN = re.compile(rb"<(/?)table:(table|table-row|table-cell|covered-table-cell)(\s[^>]*?)?(/?)>")
_TIMES = re.compile(rb"""number-(?:columns|rows)-repeated=["']([0-9]+)["']""")


def _open_boxes(data: bytes) -> list[tuple[int, int, int]]:
    """Return height, width and number of the cells of each sheet in the open format, where cells and rows repeat.

    Texts that come to far more than the file, when each cell has its own, are refused.
    """
    boxes: list[tuple[int, int, int]] = []
    height = width = count = row = column = times = filled = text = begin = copies = 0
    for tag in _OPEN.finditer(data):
        text += (tag.start() - begin) * copies
        copies = 0
        if text > max(_TEXT, DENSE * len(data)):
            refuse("it unpacks to far more than a table")
        ends, name, attributes = bool(tag[1]), tag[2], tag[3] or b""
        found = _TIMES.search(attributes)
        repeated = int(found[1]) if found else 1
        if name == b"table":
            if ends:
                boxes.append((height, width, count))
            height = width = count = row = 0
        elif name == b"table-row" and not ends:
            column, filled, times = 0, 0, repeated
            row += times if tag[4] else 0
        elif name == b"table-row":
            row += times
            if filled:
                height, count = row, count + (filled * times if times < _ROW_GAP else filled)
        elif not ends:
            column += repeated
            if b"value" in attributes or not tag[4]:
                begin, copies = tag.start() if b"string-value" in attributes else tag.end(), repeated * times
                width = max(width, column)
                filled += repeated if repeated < _COLUMN_GAP else 1
    return boxes
