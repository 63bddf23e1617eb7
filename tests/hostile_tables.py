"""Clean tables, and the many ways in which a good table looks bad: for the tests that read them back.

What goes in is known exactly, so what comes out can be held exactly.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace

import pandas as pd
import xlsxwriter
from hypothesis import strategies as st

from orgnet._model.personal import like_contact, like_personal
from orgnet._model.values import fold

Line = list[str]
KINDS = {
    "党委": "party_committee",
    "党支部": "party_branch",
    "党组织": "party_unit",
    "企业": "enterprise",
    "社会组织": "social_org",
    "网格": "grid",
    "楼栋": "building",
    "enterprise": "enterprise",
}
LAYERS = {"协作": "collab", "支持": "supports", "服务": "serves", "guides": "guides"}
HEADINGS = {
    "unit_id": ("编码", "代码", "unit_id", "单位编码", "id"),
    "name": ("名称", "单位名称", "name"),
    "kind": ("类型", "类别", "kind"),
    "superior": ("上级编码", "上级", "superior_id", "parent"),
    "staff": ("从业人员数", "职工人数", "staff"),
    "members": ("党员人数", "党员总数", "members"),
    "remark": ("备注", "情况", "remark"),
    "source": ("起点", "甲方", "source"),
    "target": ("终点", "乙方", "target"),
    "layer": ("关系层", "layer"),
    "tie_type": ("关系类型", "relation"),
}
BLOCKS = (("基本信息", ("unit_id", "name", "kind")), ("", ("superior",)), ("人员情况", ("staff", "members")))
NUMBERS = ("staff", "members")
FEWEST_DIGITS = 10  # of a telephone number
# Without the characters that totals, notes and lines that head a part begin with: these are set aside, and rightly.
ASIDE = "合小总共累计注备说制填审复附指单部负联经报统截数资盖※*\uff0a"
PIECES = st.sampled_from(
    [
        *("甲", "公司", "街道", "党支部", "𠮷", "㑇", "龘", "é", "😀", "👨‍👩‍👧", "=1+1", "@SUM(A1)", "+", "-", "'"),
        *('"', '""', ",", ";", "|", "\t", "\n", "\n\n", " ", "\u3000", "、", "，", "（", "）", "<b>", "&amp;", "</td>"),
        *(
            "{{7*7}}",
            "\\",
            "/",
            "%",
            "$",
            "#",
            "007",
            "1.0",
            "NaN",
            "null",
            "_x0041_",
            "\u2028",
            "\x0b",
            "\x85",
            "\ufeff",
        ),
    ]
)
LETTERS = st.characters(categories=("L", "M", "N", "P", "S"), exclude_characters=ASIDE)
NAMES = (st.lists(PIECES, min_size=1, max_size=6).map("".join) | st.text(LETTERS, min_size=1, max_size=8)).filter(
    lambda name: name.strip() != "" and not _looks_personal(name)
)
CODES = st.from_regex(r"[0-9]{1,9}", fullmatch=True) | st.from_regex(r"[A-Z][0-9]{2,4}(-[0-9])?", fullmatch=True)
ODD_IDS = st.text(st.characters(categories=("Lu", "Lo", "Nd"), exclude_characters=ASIDE), min_size=1, max_size=5)
IDS = (CODES | ODD_IDS | st.sampled_from(["甲,乙", 'a"b', "=1", "a\nb", "x|y;z", "𠮷", "😀", "合作社", "<i>"])).filter(
    lambda text: fold(text) == text and not _looks_personal(text)
)
TITLES = ("某某街道基层组织台账", "2024年6月", "填报单位：某街道党工委", "（内部资料，注意保管）")
NOTES = ("注：本表每季度末填报。", "填表人：", "说明：1、人数以年末为准；2、编码不得重复。")


def _looks_personal(text: str) -> bool:
    if "@" not in text and sum(map(str.isdigit, text)) < FEWEST_DIGITS:
        return False
    column = pd.Series([text], dtype="str")
    return bool(like_personal(column)[0] or like_contact(column)[0])


@dataclass(frozen=True)
class Table:
    """A table as it is meant: canonical headings, rows of text, how it is to look, and what stands in it by fault."""

    fields: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    look: Look
    n_faults: int = 0  # the last so many rows are faults

    @property
    def lines(self) -> list[Line]:
        """All lines as they are to be written: titles, headings, rows with blank ones between, total, notes."""
        look, width = self.look, len(self.order)
        at = [self.fields.index(name) for name in self.order]
        names = [look.headings[name] for name in self.order]
        lines = [*(_alone(title, width) for title in look.titles), *self._heading(names)]
        for number, row in enumerate(self.rows):
            lines += [[""] * width] * look.blanks.count(number)
            lines.append([row[column] for column in at])
        if look.total:
            sums = [str(self._sum(name)) if name in NUMBERS else "" for name in self.order[1:]]
            lines.append([look.total, *sums])
        return [*lines, *(_alone(note, width) for note in look.notes)]

    @property
    def order(self) -> tuple[str, ...]:
        """The fields in the order of the columns; under stacked headings what is under one of them stays together."""
        if self.look.stacked:
            return tuple(name for _, names in self.look.blocks for name in names)
        return self.look.order

    def _heading(self, names: Line) -> list[Line]:
        if not self.look.stacked:
            return [names]
        above: Line = []
        below: Line = []
        for group, block in self.look.blocks:
            own = names[len(above) : len(above) + len(block)]
            above += [group or own[0], *[""] * (len(block) - 1)]
            below += own if group else [""]
        return [above, below]

    def _sum(self, name: str) -> int:
        return sum(int(row[self.fields.index(name)] or 0) for row in self.rows)

    @property
    def n_aside(self) -> int:
        """How many rows are to be set aside as none of the table."""
        return bool(self.look.total) + len(self.look.notes)

    def row_of(self, number: int) -> int:
        """Return the row of the sheet in which a row of the table stands; the first row of the sheet is 1."""
        above = len(self.look.titles) + 1 + self.look.stacked
        return above + number + 1 + sum(blank <= number for blank in self.look.blanks)


def _alone(text: str, width: int) -> Line:
    return [text, *[""] * (width - 1)]


@dataclass(frozen=True)
class Look:
    """How a table looks."""

    headings: dict[str, str]
    order: tuple[str, ...]
    titles: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    total: str = ""
    blanks: tuple[int, ...] = ()  # before which rows a blank one stands
    blocks: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def stacked(self) -> bool:
        return bool(self.blocks)


@st.composite
def looks(draw: st.DrawFn, fields: tuple[str, ...], n_rows: int) -> Look:
    """Draw how a table with these fields looks."""
    headings = {name: draw(st.sampled_from(HEADINGS[name])) for name in fields}
    blocks: tuple[tuple[str, tuple[str, ...]], ...] = ()
    if "staff" in fields and draw(st.booleans()):
        rest = [("", (name,)) for name in fields if name == "remark"]
        blocks = tuple(draw(st.permutations([*BLOCKS, *rest])))
    return Look(
        headings,
        tuple(draw(st.permutations(fields))),
        tuple(draw(st.lists(st.sampled_from(TITLES), max_size=3, unique=True))),
        tuple(draw(st.lists(st.sampled_from(NOTES), max_size=2, unique=True))),
        draw(st.sampled_from(["", "", "合计", "合 计", "总计："])) if n_rows else "",
        tuple(sorted(draw(st.lists(st.integers(0, max(n_rows - 1, 0)), max_size=2)))) if n_rows else (),
        blocks,
    )


@dataclass(frozen=True)
class Clean:
    """A network as two tables, and what reading them must give."""

    units: Table
    ties: Table
    expected: list[tuple[str, str, str]] = field(default_factory=list)  # ties: source, target, layer

    @property
    def good(self) -> list[dict[str, str]]:
        """The units that are to come in, as field to text."""
        rows = self.units.rows[: len(self.units.rows) - self.units.n_faults]
        return [dict(zip(self.units.fields, row, strict=True)) for row in rows]

    def with_fault(self, table: str, row: dict[str, str]) -> Clean:
        """Return the tables with one row more, that must not come in."""
        old = self.units if table == "units" else self.ties
        new = replace(old, rows=(*old.rows, tuple(row.get(name, "") for name in old.fields)), n_faults=1)
        return replace(self, units=new) if table == "units" else replace(self, ties=new)


@st.composite
def clean_tables(draw: st.DrawFn) -> Clean:
    """Draw a table of units with superiors, and a table of ties, both without a fault."""
    ids = draw(st.lists(IDS, min_size=2, max_size=7, unique=True))
    rows, expected = [], []
    for number, unit in enumerate(ids):
        above = draw(st.sampled_from(["", *ids[:number]]))
        staff, members = (draw(st.sampled_from(["", "0", "7", "120"])) for _ in range(2))
        remark = draw(st.just("") | NAMES)
        rows.append((unit, draw(NAMES), draw(st.sampled_from(list(KINDS))), above, staff, members, remark))
        expected += [(above, unit, "command")] if above else []
    ends = st.tuples(st.sampled_from(ids), st.sampled_from(ids)).filter(lambda pair: pair[0] != pair[1])
    pairs = draw(st.lists(st.tuples(ends, st.sampled_from(list(LAYERS))), max_size=6))
    ties: dict[tuple[str, str, str], tuple[str, ...]] = {}
    for (source, target), layer in pairs:
        first, last = sorted((source, target)) if LAYERS[layer] == "collab" else (source, target)
        ties[first, last, LAYERS[layer]] = (source, target, layer, "联席会议")
    fields = ("unit_id", "name", "kind", "superior", "staff", "members", "remark")
    units = Table(fields, tuple(rows), draw(looks(fields, len(rows))))
    tie_fields = ("source", "target", "layer", "tie_type")
    tie_table = Table(tie_fields, tuple(ties.values()), draw(looks(tie_fields, len(ties))))
    return Clean(units, tie_table, [*expected, *ties])


@dataclass(frozen=True)
class Style:
    """How lines become a text file."""

    encoding: str
    delimiter: str
    end: str
    always: bool  # every field between quotation marks
    padded: bool  # titles, notes and blank rows with as many fields as the others
    last: bool  # a line end after the last line


STYLES = st.builds(
    Style,
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


def as_text(lines: list[Line], style: Style) -> bytes:
    """Write lines as delimited text."""
    out = []
    for line in lines:
        short = line[:1] if not any(line[1:]) and not style.padded else line
        out.append(style.delimiter.join(_quoted(cell, style) for cell in short))
    return (style.end.join(out) + (style.end if style.last else "")).encode(style.encoding)


def _quoted(cell: str, style: Style) -> str:
    if (
        (style.always and cell)
        or any(sign in cell for sign in (style.delimiter, '"', "\n", "\r"))
        or cell != cell.strip()
    ):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def as_workbook(tables: dict[str, Table]) -> bytes:
    """Write tables as sheets, stacked headings with merged cells, numbers as numbers."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        for name, table in tables.items():
            sheet = book.add_worksheet(name)
            for number, line in enumerate(table.lines):
                for column, cell in enumerate(line):
                    if cell and table.order[column] in NUMBERS and cell.isascii() and cell.isdigit():
                        sheet.write_number(number, column, int(cell))
                    elif cell:
                        sheet.write_string(number, column, cell)
            top, column = len(table.look.titles), 0
            for group, names in table.look.blocks:
                last = column + len(names) - 1
                text = group or table.look.headings[names[0]]
                sheet.merge_range(top, column, top + (not group), last, text)
                column = last + 1
    return out.getvalue()
