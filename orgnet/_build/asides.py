"""What stands below the headings of a sheet: rows of the table, and rows that are none.

Totals, headings that stand there again, foot notes and lines that head a part are set aside and listed. Everything
works on whole columns: a table may have a million rows.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet._build.layout import as_written, field_of, heads_no_data, is_word, tidy
from orgnet._model.values import NO, YES, Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from orgnet._build.layout import Choice, Heading, Line

_SPACE = "[\\s\u3000]*"
_SUM = "|".join(_SPACE.join(word) for word in ("合计", "小计", "总计", "共计", "累计"))
_PART = f"(?:[\u4e00-\u9fff]{{0,12}}{_SPACE}(?:合{_SPACE}计|小{_SPACE}计)|{_SUM})"
_TOTAL = (
    f"^{_SPACE}(?:{_PART}(?:{_SPACE}[（(][^）)]*[）)])?|(?i:grand total|sub-?total|totals?))"
    f"{_SPACE}[:：]?{_SPACE}(?:[0-9]+[^0-9]?)?$"
)
_NOTE_WORDS = (
    *(
        _SPACE.join(word)
        for word in ("备注", "说明", "制表", "制表人", "填表", "填表人", "填报人", "审核", "审核人", "复核人")
    ),
    *(
        "注",
        "附注",
        "填表说明",
        "填报说明",
        "指标说明",
        "审批人",
        "复核",
        "单位负责人",
        "部门负责人",
        "负责人",
        "联系人",
        "联系电话",
    ),
    *(
        "经办人",
        "填[表报](?:日期|时间|单位)",
        "制表(?:日期|时间|单位)",
        "报送(?:日期|时间|单位)",
        "统计(?:日期|时间)",
        "截[止至](?:日期|时间)",
    ),
    *("(?:数据|资料)?来源", "单位", "(?:单位)?盖章", "报表日期"),
)
_NOTE = (
    f"^{_SPACE}[※*\uff0a]?{_SPACE}(?:(?:{'|'.join(_NOTE_WORDS)}){_SPACE}[0-9一二三四五六七八九十]*{_SPACE}"
    f"(?:[（(][^）)]*[）)])?{_SPACE}[:：]|(?i:notes?|source|prepared by): )"
)
_SECTION = f"^{_SPACE}(?:[一二三四五六七八九十]+[、.\uff0e]|[（(][一二三四五六七八九十]+[）)])"
_RUNNING = r"[0-9]+(?:\.0+)?"
_NOTE_LIKE = "[：。；]|^[0-9]+[、.\uff0e)][^0-9]|[:：]\\s*$"
_AT_THE_END = 50  # rows at the end among which foot notes are looked for
_LONG = 40  # characters that no name has
_MARKS = frozenset([*YES, "✔", "☑", "●", "v", "对"])
_NO_MARKS = frozenset([*NO, "/", "-", "—", "\uff0d"])
ASIDES = ("", "row.total", "row.heading_again", "row.foot_note", "row.section")
_TOTAL_AT, _AGAIN_AT, _NOTE_AT, _SECTION_AT = range(1, len(ASIDES))
_ANOTHER = len(ASIDES)  # why of the rows of another table
_FIRST_COLUMNS = 4  # in which a heading is looked for
_WRITTEN = list(as_written())


def settle(
    frame: pd.DataFrame, heading: Heading, above: Sequence[Line], place: Place, *, blank: Sequence[int] = ()
) -> tuple[pd.DataFrame, Place]:
    """Return the rows of a table under its headings, and set aside what is no row of it.

    Set aside, and listed, are totals, headings and titles that stand there again, foot notes and lines that head a
    part, and all that follows the headings of another table; they count as refused in the place returned. Blank rows
    and columns without heading and values go.

    Parameters
    ----------
    frame
        The cells below the headings, as text, one column a heading.
    heading
        As `find_heading` found it.
    above
        The lines down to the last heading, as they stand there.
    place
        The row number of each row of `frame`.
    blank
        Further blank rows, which are not in `frame`.
    """
    empty = frame.isna().all(axis=1).to_numpy(bool)
    gone = [*place.rows[empty].tolist(), *blank]
    if gone:
        place.log.add("rows.blank", place.source, row=min(gone), count=len(gone))
    frame, rows = frame[~empty], place.rows[~empty]
    why = _asides(frame, above)
    _mark_another_table(frame, heading.names, why)
    for number, code in enumerate(ASIDES[1:], start=1):
        place.log.add(code, place.source, row=rows[why == number])
    another = why == _ANOTHER
    if another.any():
        place.log.add("table.second", place.source, row=rows[another][0], count=int(another.sum()))
    aside = why > 0
    place = Place(place.source, rows[~aside], place.log, refused=place.refused + int(aside.sum()))
    frame = frame[~aside].reset_index(drop=True)
    _log_heading(heading, above, place)
    return _named(frame, heading, place), place


def asides_of(lines: Sequence[Line], above: Sequence[Line]) -> list[str]:
    """Return for each line that stands by itself why it is no row of the table, as the code of a finding, or ""."""
    cells = [[cell.strip() for cell in line] for line in lines]
    frame = pd.DataFrame([[cell or None for cell in [*line, "", "", ""][:3]] for line in cells], dtype="str")
    why = _by_words(frame)
    again = {_trimmed(line) for line in above if any(is_word(tidy(cell)) for cell in line)}
    for number, line in enumerate(cells):
        filled = sum(map(bool, line))
        if why[number] == _SECTION_AT and (filled > 1 or len(line) <= 2):  # noqa: PLR2004
            why[number] = 0
        if not why[number] and filled == 1 < len(line) and like_note("".join(line)):
            why[number] = _NOTE_AT
        if _trimmed(line) in again:
            why[number] = _AGAIN_AT
    return [ASIDES[code] for code in why]


def _trimmed(line: Line) -> tuple[str, ...]:
    """Return the cells of a line without outer spaces, and without the blank ones at its end."""
    cells = [cell.strip() for cell in line]
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)


def like_note(text: str) -> bool:
    """Return whether a text that stands alone in its row reads like a note."""
    return len(text) >= _LONG or bool(re.search(_NOTE_LIKE, text))


def _asides(frame: pd.DataFrame, above: Sequence[Line]) -> NDArray[np.int8]:
    """Return for each row 0, or the position in `ASIDES` of why it is none."""
    if not frame.size:
        return np.zeros(len(frame), dtype=np.int8)
    why = _by_words(frame)
    at = np.flatnonzero(why == _SECTION_AT)
    alone = frame.iloc[at].notna().sum(axis=1).to_numpy() == 1
    why[at[~alone | (frame.shape[1] <= 2)]] = 0  # noqa: PLR2004
    if frame.shape[1] > 1:
        _mark_notes_at_the_end(frame, why)
    for line in above:
        why[_equal_to(frame, line)] = _AGAIN_AT
    return why


def _by_words(frame: pd.DataFrame) -> NDArray[np.int8]:
    """Return what the first cells of each row say it is; a line that heads a part must further stand alone."""
    why = np.zeros(len(frame), dtype=np.int8)
    first = frame.iloc[:, 0]
    for column in range(1, min(frame.shape[1], 3)):
        first = first.fillna(frame.iloc[:, column]) if first.hasnans else first
    at = np.flatnonzero(_matches(first, f"(?:{_TOTAL})|(?:{_NOTE})|(?:{_SECTION})"))
    words = first.iloc[at]
    why[at[_matches(words, _SECTION)]] = _SECTION_AT
    why[at[_matches(words, _NOTE)]] = _NOTE_AT
    why[at[_matches(words, _TOTAL)]] = _TOTAL_AT
    if frame.shape[1] > 1:
        at = np.flatnonzero(_matches(frame.iloc[:, 1], _TOTAL))
        why[at[_matches(frame.iloc[at, 0], f"^{_RUNNING}$")]] = _TOTAL_AT
    return why


def _matches(column: pd.Series, pattern: str) -> NDArray[np.bool_]:
    """Return which texts match; pandas would leave Arrow for a pattern with groups, at thirty times the cost."""
    import pyarrow as pa
    import pyarrow.compute as pc

    found = pc.match_substring_regex(pa.array(column, pa.large_string()), pattern)
    return np.asarray(pc.fill_null(found, fill_value=False).to_numpy(zero_copy_only=False), dtype=bool)


def _mark_notes_at_the_end(frame: pd.DataFrame, why: NDArray[np.int8]) -> None:
    """Mark the rows after the last one with two values, from the first on that reads like a note."""
    end = frame.iloc[-_AT_THE_END:]
    filled = np.where(why[-_AT_THE_END:] > 0, 0, end.notna().sum(axis=1).to_numpy())
    start = int(np.flatnonzero(filled > 1)[-1]) + 1 if (filled > 1).any() else 0
    noted = False
    for position in range(start, len(end)):
        here = len(frame) - len(end) + position
        text = "".join(end.iloc[position].dropna().tolist())
        noted = noted or why[here] == _NOTE_AT or like_note(text)
        if noted and not why[here]:
            why[here] = _NOTE_AT


def _mark_another_table(frame: pd.DataFrame, names: Sequence[str], why: NDArray[np.int8]) -> None:
    """Mark rows that repeat the headings in other words, and all from the headings of another table on."""
    fields = [field_of(name) for name in names]
    for row in _with_headings(frame, why):
        cells = ["" if pd.isna(cell) else tidy(cell) for cell in frame.iloc[row]]
        known = [column for column, cell in enumerate(cells) if cell and heads_no_data(cell)]
        if len(known) < 2 or 2 * len(known) <= sum(map(bool, cells)) or len({*cells} - {""}) < sum(map(bool, cells)):  # noqa: PLR2004
            continue
        same = sum(bool(fields[column]) and field_of(cells[column]) == fields[column] for column in known)
        if not row or 2 * same > len(known):
            why[row] = _AGAIN_AT
            continue
        start = row - 1 if not why[row - 1] and _heads_a_part(frame, row - 1) else row
        why[start:] = np.where(why[start:] > 0, why[start:], _ANOTHER)
        return


def _with_headings(frame: pd.DataFrame, why: NDArray[np.int8]) -> list[int]:
    """Return the rows of the table in which one of the first cells is a known heading as it is usually written."""
    found = np.zeros(len(frame), dtype=bool)
    for column in range(min(frame.shape[1], _FIRST_COLUMNS)):
        here = frame.iloc[:, column].isin(_WRITTEN).to_numpy(bool)
        if 2 * int(here.sum()) <= len(here) + 1:  # else its data are such words
            found |= here
    rows: list[int] = np.flatnonzero(found & (why == 0)).tolist()
    return rows


def _heads_a_part(frame: pd.DataFrame, row: int) -> bool:
    words = frame.iloc[row].dropna().tolist()
    return len(words) == 1 and bool(re.search(_SECTION, words[0]))


def _equal_to(frame: pd.DataFrame, line: Line) -> NDArray[np.int64]:
    """Return the rows that repeat a line of words."""
    cells = [cell.strip() for cell in line[: frame.shape[1]]]
    cells += [""] * (frame.shape[1] - len(cells))
    starts = [column for column, cell in enumerate(cells) if cell]
    if any(cell.strip() for cell in line[len(cells) :]) or not any(is_word(tidy(cells[column])) for column in starts):
        return np.zeros(0, dtype=np.int64)
    at = np.flatnonzero((frame.iloc[:, starts[0]] == line[starts[0]]).to_numpy(bool, na_value=False))
    same = [
        all((value or "").strip() == cell for value, cell in zip(row, cells, strict=True)) for row in _lists(frame, at)
    ]
    return np.asarray(at[np.array(same, dtype=bool)], dtype=np.int64)


def _lists(frame: pd.DataFrame, at: NDArray[np.int64]) -> list[list[str]]:
    rows: list[list[str]] = frame.iloc[at].fillna("").to_numpy(object).tolist()
    return rows


def _log_heading(heading: Heading, above: Sequence[Line], place: Place) -> None:
    titles = [line for line in above[: heading.first] if any(cell.strip() for cell in line)]
    if titles:
        place.log.add("rows.title", place.source, count=len(titles))
    if heading.depth > 1:
        shown = ", ".join(name for name in heading.names if name)
        place.log.add("heading.stacked", place.source, value=heading.depth, other=shown)


def _named(frame: pd.DataFrame, heading: Heading, place: Place) -> pd.DataFrame:
    """Return the table under its headings, with columns of marks read as one and empty columns left out."""
    names, columns = list(heading.names), [frame.iloc[:, number] for number in range(frame.shape[1])]
    for choice in heading.choices:
        span = slice(choice.first, choice.first + len(choice.words))
        chosen = _chosen(columns[span], choice, place)
        if chosen is not None:
            columns[span] = [chosen, *[pd.Series(None, index=frame.index, dtype="str")] * (len(choice.words) - 1)]
            names[span] = [choice.name, *[""] * (len(choice.words) - 1)]
    kept = [number for number, name in enumerate(names) if name or columns[number].notna().any()]
    if len(kept) == len(names) and not heading.choices:
        return frame.set_axis(names, axis=1)
    left = pd.DataFrame(index=frame.index).join([columns[number].rename(str(number)) for number in kept])
    return left.set_axis([names[number] for number in kept], axis=1)


def _chosen(columns: list[pd.Series], choice: Choice, place: Place) -> pd.Series | None:
    """Return the word that is marked in each row; None where the columns hold other things than single marks."""
    texts = [column.str.strip().str.lower() for column in columns]
    if not all((text.isna() | text.isin([*_MARKS, *_NO_MARKS])).all() for text in texts):
        return None
    marks = np.column_stack([text.isin(list(_MARKS)).to_numpy(bool) for text in texts])
    count = marks.sum(axis=1)
    if not count.any() or (count > 1).sum() * 2 > (count > 0).sum():
        return None
    shown = np.array([", ".join(np.array(choice.words)[row]) for row in marks[count > 1]], dtype=object)
    place.log.add("row.two_marks", place.source, row=place.rows[count > 1], column=choice.name, value=shown)
    place.log.add("heading.marks", place.source, column=choice.name, value=", ".join(choice.words))
    words = np.array(choice.words, dtype=object)[marks.argmax(axis=1)]
    return pd.Series(words, index=columns[0].index, dtype="str").where(count == 1)
