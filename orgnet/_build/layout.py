"""Where the headings of a sheet stand, how stacked ones are joined, and which rows below are no rows of the table.

It works on lines of text cells, whether they come from a text file or from a workbook. A heading is found by its words:
the line, or the stack of up to three lines, with the most headings that the library knows.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from orgnet._build.roles import FIELDS, meaning
from orgnet._model import vocabulary
from orgnet._model.personal import like_holder, personal_heading
from orgnet._model.values import NO, YES, fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
Line = list[str]
Merge = tuple[int, int, int, int]  # first line, first column, last line, last column

LOOKED_AT = 40  # lines in which a heading is looked for
_DEEPEST = 3  # lines that one heading may take
_LONGEST = 12  # characters of a heading for a person's data; a title may hold such a word too
_PROOF = 3  # known headings that no row of data holds by chance
_PLAIN = ("序号", "备注", "人数")  # headings that are no fields
GENERIC = frozenset(
    ["其他", "其它", "人数", "小计", "合计", "总计", "数量", "备注", "个数", "总数", "数", "other", "total"]
)
_VALUES = (vocabulary.FORMATION_WORDS, vocabulary.KIND_WORDS, vocabulary.LEVEL_WORDS, vocabulary.LAYER_WORDS)
_CHOICES = frozenset([*vocabulary.FLAG_FIELDS, "formation", "kind", "status", "level", "sector", "layer", "tie_type"])
_NUMBER = re.compile(r"[+-]?[0-9][0-9.,]*%?|[0-9]{4}[-/.年][0-9]{1,2}.*|[√✓✔☑×✗]")
_BROKEN = re.compile(r"\s*[\r\n]+\s*")
_FIELDS: dict[str, str] = {}  # a word that means two fields means that of the first register
for _words in FIELDS.values():
    for _word, _field in _words.items():
        if _field:
            _FIELDS.setdefault(_word, _field)


def field_of(heading: str) -> str:
    """Return the field that a heading is known to mean, empty where it is not known.

    Examples
    --------
    >>> field_of("上级编码"), field_of("党员人数（人）"), field_of("shop")
    ('superior_id', 'members', '')
    """
    return meaning(heading, _FIELDS) or ""


def is_known(heading: str) -> bool:
    """Return whether a heading is one that the library knows, to read it or to leave it out."""
    if not heading or ":" in heading or "：" in heading:
        return False
    return bool(field_of(heading)) or heading in _PLAIN or (len(heading) <= _LONGEST and personal_heading(heading))


def heads_no_data(cell: str) -> bool:
    """Return whether a cell is a known heading, and no word that a row of data may well hold.

    Examples
    --------
    >>> heads_no_data("企业名称"), heads_no_data("社区"), heads_no_data("书记")
    (True, False, False)
    """
    word = fold(cell).lower()
    value = word in YES or word in NO or any(word in table for table in _VALUES)
    return is_word(cell) and not value and not like_holder(cell) and is_known(cell)


def as_written() -> frozenset[str]:
    """Return the known headings as they are usually written: in small, capital or title letters, with spaces."""
    words = {*_FIELDS, *_PLAIN}
    words |= {word.replace("_", " ") for word in words}
    return frozenset(form for word in words for form in (word, word.capitalize(), word.title(), word.upper()))


@dataclass(frozen=True)
class Choice:
    """Columns of marks under one heading that say together which of several words holds."""

    name: str
    first: int
    words: tuple[str, ...]


@dataclass(frozen=True)
class Heading:
    """The headings of a sheet: lines `first` to `last`, one name a column, and which columns make one choice."""

    first: int
    last: int
    names: tuple[str, ...]
    choices: tuple[Choice, ...] = ()
    known: int = 0

    @property
    def depth(self) -> int:
        """How many lines they take."""
        return self.last - self.first + 1


@dataclass(frozen=True)
class _Span:
    """A heading cell and the columns it stands over; `down` where it reaches into the next line."""

    first: int
    last: int
    text: str
    down: bool = False
    merged: bool = False


def tidy(cell: str) -> str:
    r"""Return a heading without NUL, outer spaces and line breaks.

    Examples
    --------
    >>> tidy("党员\n人数 "), tidy("full\nmembers")
    ('党员人数', 'full members')
    """
    plain = cell.replace("\x00", "").strip()
    return _BROKEN.sub(" " if plain.isascii() else "", plain)


def find_heading(lines: Sequence[Line], merges: Iterable[Merge] = ()) -> Heading | None:
    """Return the headings of a sheet, given its first lines and merged ranges; None for an empty sheet.

    The line, or stack of lines, with the most known headings wins, the uppermost of several. Where no heading is known
    it is the first line, if that has two cells, else the first of the lines with the most different words.

    Examples
    --------
    >>> find_heading([["2024 年统计表", ""], ["编码", "名称"], ["a", "甲"]]).names
    ('编码', '名称')
    >>> find_heading([["基本信息", "", "党员", ""], ["编码", "名称", "人数", "其他"], ["a", "甲", "3", "0"]]).names
    ('编码', '名称', '人数', '党员/其他')
    """
    tops = [[tidy(cell) for cell in line] for line in lines[:LOOKED_AT]]
    width = max(map(len, tops), default=0)
    tops = [line + [""] * (width - len(line)) for line in tops]
    filled = [number for number, line in enumerate(tops) if any(line)]
    if not filled:
        return None
    merged = [merge for merge in merges if merge[0] < LOOKED_AT]
    blocks = {number: _block(tops, number, merged) for number in filled}
    best = max(blocks.values(), key=lambda block: block.known)  # the first of several
    if not best.known:
        if sum(map(bool, tops[filled[0]])) > 1:
            return blocks[filled[0]]
        return blocks[max(filled, key=lambda number: len({cell for cell in tops[number] if is_word(cell)}))]
    if best.known < _PROOF:
        least = max(2, *(sum(map(bool, line)) for line in tops[best.first : best.last + 1]))
        for number in filled:
            if number < best.first and _could_be_heading(tops[number], least):
                return blocks[number]
    return best


def is_word(cell: str) -> bool:
    """Return whether a cell could be a heading: no number, no date, nothing with a colon."""
    return bool(cell) and ":" not in cell and "：" not in cell and not _NUMBER.fullmatch(cell)


def _could_be_heading(line: Line, least: int) -> bool:
    words = [cell for cell in line if cell]
    return len(words) >= least and len(set(words)) == len(words) and all(map(is_word, words))


def _block(lines: list[Line], first: int, merges: list[Merge]) -> Heading:
    """Return the heading that begins in line `first`, with as many lines as belong to it."""
    levels = [_spans(lines[first], first, merges, set())]
    proven = 1
    for number in range(first + 1, min(first + _DEEPEST, len(lines))):
        if not _fits(levels[-1], lines[number]):
            break
        if _is_proven(levels[-1], lines[number]):
            proven = len(levels) + 1
        edges = {span.first for span in levels[-1]} | {span.last + 1 for span in levels[-1]}
        levels.append(_spans(lines[number], number, merges, edges))
    stacks = _stacks(levels[:proven], len(lines[first]))
    leaves = Counter(stack[-1] for stack in stacks if stack)
    names = tuple(_name(stack, leaves) for stack in stacks)
    choices = _choices(levels[: proven - 1], stacks)
    known = len(
        {word for name, stack in zip(names, stacks, strict=True) for word in {name, *stack[-1:]} if is_known(word)}
    )
    return Heading(first, first + proven - 1, names, choices, known + len(choices))


def _spans(line: Line, number: int, merges: list[Merge], edges: set[int]) -> list[_Span]:
    """Return the cells of a line with the columns they stand over.

    That is what merged ranges say; in a line without any, a cell reaches over the blanks to its right.
    """
    inside = {left: (bottom, right) for top, left, bottom, right in merges if top <= number <= bottom}
    spans: list[_Span] = []
    starts = [column for column, cell in enumerate(line) if cell]
    for column, following in pairwise([*starts, len(line)]):
        bottom, right = inside.get(column, (number, column))
        if not inside:
            right = min([following - 1, *(edge - 1 for edge in edges if edge > column)])
        spans.append(_Span(column, min(right, len(line) - 1), line[column], bottom > number, bool(inside)))
    return spans


def _under(span: _Span, below: Line) -> list[str]:
    return [cell for cell in below[span.first : span.last + 1] if cell]


def _fits(spans: list[_Span], below: Line) -> bool:
    """Return whether the line below may be a part of the heading.

    It is one of words only; under a cell that spans several columns it names them, under any other it is blank or a
    known heading.
    """
    words = [cell for cell in below if cell]
    down = any(span.down for span in spans)
    if len(spans) < 2 or not words or not all(map(is_word, [span.text for span in spans])):  # noqa: PLR2004
        return False
    if not down and not all(map(is_word, words)):
        return False
    for span in spans:
        under = _under(span, below)
        if len(under) > 1 and len(set(under)) < len(under):
            return False
        if len(under) == 1 and not is_known(under[0]):
            return False
    return True


def _is_proven(spans: list[_Span], below: Line) -> bool:
    """Return whether something shows that the line below holds headings and no data: a merged cell or known words."""
    groups = [span for span in spans if len(_under(span, below)) > 1]
    named = any(is_known(word) or word in GENERIC for word in below)
    if any(span.down for span in spans) and named:
        return True
    return bool(groups) and (named or any(span.merged or _is_choice(span.text, _under(span, below)) for span in groups))


def _stacks(levels: list[list[_Span]], width: int) -> list[list[str]]:
    """Return for each column the headings that stand over it, the uppermost first."""
    stacks: list[list[str]] = [[] for _ in range(width)]
    for level, spans in reversed(list(enumerate(levels))):
        for span in spans:
            for column in range(span.first, span.last + 1):
                above_words = level < len(levels) - 1 and stacks[column]
                if (column == span.first or above_words) and stacks[column][:1] != [span.text]:
                    stacks[column].insert(0, span.text)
    return stacks


def _choices(levels: list[list[_Span]], stacks: list[list[str]]) -> tuple[Choice, ...]:
    """Return the columns that stand for the possible values of one heading."""
    choices: list[Choice] = []
    for span in (span for spans in levels for span in spans):
        words = [stack[-1] for stack in stacks[span.first : span.last + 1] if len(stack) > 1]
        if all(len(stack) > 1 for stack in stacks[span.first : span.first + len(words)]) and _is_choice(
            span.text, words
        ):
            choices.append(Choice(span.text, span.first, tuple(words)))
    return tuple(choices)


def _name(stack: list[str], leaves: Counter[str]) -> str:
    """Return the leaf where it says enough by itself, else what stands above it too."""
    if len(stack) < 2:  # noqa: PLR2004
        return stack[0] if stack else ""
    leaf = stack[-1]
    word = fold(leaf).lower()
    if leaves[leaf] == 1 and (leaf == "人数" or not (word in GENERIC or word in YES or word in NO)):
        return leaf
    return "/".join(stack[-2:]) if leaves[leaf] == 1 else "/".join(stack)


def _is_choice(group: str, words: list[str]) -> bool:
    """Return whether the words under a heading are its possible values: by the heading, or by the words."""
    folded = [fold(word).lower() for word in words]
    if len(folded) < 2 or len(set(folded)) < len(folded):  # noqa: PLR2004
        return False
    if all(word in YES or word in NO for word in folded):
        return True
    if any(all(word in table for word in folded) for table in _VALUES):
        return True
    return field_of(group) in _CHOICES and not any(field_of(word) for word in words)
