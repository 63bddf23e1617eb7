"""Findings: what was wrong, odd or changed in the input, row by row, and where each row went."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from orgnet._model.messages import MESSAGES, SEVERITIES, SEVERITY_ZH, in_chinese
from orgnet._model.personal import like_personal
from orgnet._model.vocabulary import label

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable
    from pathlib import Path

    from orgnet._model.vocabulary import Lang

COLUMNS = ("severity", "code", "source", "row", "column", "value", "other", "count")
ACCOUNT_COLUMNS = ("source", "rows_in", "kept", "merged", "set_aside")
_HEADINGS_ZH = {
    "severity": "级别",
    "code": "代码",
    "findings": "条数",
    "source": "文件",
    "sheet": "工作表",
    "row": "行",
    "first_row": "首行",
    "column": "列",
    "value": "值",
    "other": "相关事实",
    "count": "数量",
    "message": "问题",
    "remedy": "处理建议",
    "rows_in": "读入行数",
    "kept": "保留",
    "merged": "合并",
    "set_aside": "搁置",
}
_SHOWN = 60  # characters of a value in a sentence
_KEPT = 1000  # characters of a value in the table

Rows = int | np.integer[Any] | NDArray[np.int64] | None


class Log:
    """Collects findings and accounts while tables are read; `findings()` freezes them."""

    def __init__(self) -> None:
        self._parts: list[pd.DataFrame] = []
        self._accounts: list[tuple[str, int, int, int, int]] = []

    def add(
        self,
        code: str,
        source: str | NDArray[np.object_],
        *,
        row: Rows = None,
        column: str = "",
        value: object = "",
        other: object = "",
        count: object = 1,
    ) -> None:
        """Add one finding, or one for each entry where `row`, `value`, `other` or `count` are arrays."""
        rows = pd.array(np.atleast_1d(row) if row is not None else [pd.NA], dtype="Int64")
        if not len(rows):
            return
        facts: dict[str, Any] = {"severity": MESSAGES[code].severity, "code": code, "source": source, "row": rows}
        facts |= {"column": column, "value": _shown(value, len(rows)), "other": _shown(other, len(rows))}
        facts["count"] = np.broadcast_to(np.asarray(count), len(rows))
        self._parts.append(pd.DataFrame(facts, index=range(len(rows))))

    def account(self, source: str, rows_in: int, kept: int, merged: int, set_aside: int) -> None:
        """Say where the rows of one source went; what does not add up is a fault of the library, not of the data."""
        if rows_in != kept + merged + set_aside:
            msg = f"{source}: {rows_in} rows in, but {kept} kept + {merged} merged + {set_aside} set aside"
            raise AssertionError(msg)
        self._accounts.append((source, rows_in, kept, merged, set_aside))

    def findings(self) -> Findings:
        """Freeze what was collected, the gravest first."""
        empty = pd.DataFrame({name: pd.Series(dtype="Int64" if name == "row" else "str") for name in COLUMNS})
        table = pd.concat(self._parts, ignore_index=True) if self._parts else empty.astype({"count": "int64"})
        return Findings(_gravest_first(table), pd.DataFrame(self._accounts, columns=list(ACCOUNT_COLUMNS)))


def _sentence(facts: dict[Hashable, Any], lang: Lang) -> tuple[str, str]:
    """Return message and remedy of one finding."""
    message = MESSAGES[facts["code"]]
    shown = {
        "value": _shorten(facts["value"]),
        "other": facts["other"] if len(facts["other"]) < 4 * _SHOWN else f"{facts['other'][: 4 * _SHOWN]}…",
        "value_label": label(facts["value"], lang),
        "other_label": label(facts["other"], lang),
        "column": _shorten(facts["column"]),
        "field": facts["column"],
        "count": facts["count"],
    }
    if lang == "zh":
        shown |= {key: in_chinese(shown[key]) for key in ("value", "other")}
        shown["column"] = label(shown["column"], "zh")
    text, remedy = (message.zh, message.remedy_zh) if lang == "zh" else (message.en, message.remedy_en)
    return text.format(**shown), remedy.format(**shown)


def _line(facts: dict[Hashable, Any], lang: Lang, like_it: int = 1) -> str:
    """Return one finding as a line: severity, place, message, how many there are, remedy."""
    message, remedy = _sentence(facts, lang)
    chinese = lang == "zh"
    place = _place(facts, message, chinese=chinese)
    severity = SEVERITY_ZH[facts["severity"]] if chinese else facts["severity"]
    stop = "" if message.endswith((".", "?", "。", "？", "…")) else "。" if chinese else "."
    if like_it > 1:
        times = f"（共 {like_it} 条，此为首条。）" if chinese else f" (The first of {like_it}.)"
    elif facts["count"] > 1 and "{count}" not in MESSAGES[facts["code"]].en:
        times = f"（{facts['count']} 行。）" if chinese else f" ({facts['count']} rows.)"
    else:
        times = ""
    if chinese:
        return f"{severity}：{place}：{message}{stop}{times}{remedy}"
    return f"{severity}: {place}: {message}{stop}{times} {remedy}"


def _mapped(source: str, pairs: str, lang: Lang) -> str:
    """Return all headings of one source that were read as fields as one line."""
    note = MESSAGES["column.mapped"]
    if lang == "zh":
        return f"{SEVERITY_ZH['note']}：{source}：表头读作字段：{pairs}。{note.remedy_zh.format()}"
    return f"note: {source}: headings read as fields: {pairs}. {note.remedy_en.format()}"


def _more(count: int, lang: Lang) -> str:
    """Return the line that stands for the findings that are not listed."""
    return f"……另有 {count} 条" if lang == "zh" else f"... and {count} more"


def _place(facts: dict[Hashable, Any], message: str, *, chinese: bool) -> str:
    """Return source, row and, where the message does not name it, column."""
    column = label(facts["column"], "zh") if chinese else facts["column"]
    row = "" if pd.isna(facts["row"]) else f"第 {facts['row']} 行" if chinese else f"row {facts['row']}"
    source = in_chinese(facts["source"]) if chinese else facts["source"]
    parts = [source, row, "" if _shorten(column) in message else column]
    return ("，" if chinese else ", ").join(part for part in parts if part)


def _gravest_first(table: pd.DataFrame) -> pd.DataFrame:
    order = pd.Categorical(table["severity"], categories=SEVERITIES, ordered=True).codes
    return table.iloc[np.argsort(order, kind="stable")].reset_index(drop=True)


def _shown(values: object, length: int) -> pd.Series:
    """Return values as text; what looks like a personal number never gets into a finding."""
    if isinstance(values, str) and not values:
        return pd.Series("", index=range(length), dtype="str")
    each = np.atleast_1d(np.asarray(values, dtype=object))
    text = pd.Series([str(value)[:_KEPT] for value in each], dtype="str")
    text = text.mask(like_personal(text), "(not shown)")
    return text if len(text) == length else pd.Series(text.iloc[0], index=range(length), dtype="str")


def _shorten(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


class Findings:
    """All findings of one reading, as a table, with the account of every source.

    Attributes
    ----------
    table
        One row a finding: ``severity`` (refused, error, warning, note), stable ``code``, ``source`` (of a
        sheet ``book.xlsx/sheet``), ``row`` (in a file the row of the sheet, the heading being row 1; in a frame the
        position, from 0), ``column``, ``value``, ``other`` (a second fact, such as the row it repeats), ``count`` (how
        many rows or cells it stands for).
    accounts
        One row a source: ``rows_in`` = ``kept`` + ``merged`` + ``set_aside``.
    """

    __slots__ = ("_accounts", "_table")

    def __init__(self, table: pd.DataFrame, accounts: pd.DataFrame) -> None:
        self._table, self._accounts = table, accounts

    @property
    def table(self) -> pd.DataFrame:
        """One row a finding; a copy."""
        return self._table.copy()

    @property
    def accounts(self) -> pd.DataFrame:
        """One row a source; a copy."""
        return self._accounts.copy()

    def __len__(self) -> int:
        return len(self.table)

    def only(self, choose: Callable[[pd.DataFrame], pd.Series]) -> Findings:
        """Return the findings for which `choose`, given the table, is True."""
        return Findings(self.table[choose(self.table)].reset_index(drop=True), self.accounts)

    def plus(self, more: Findings) -> Findings:
        """Return these findings and `more`, the gravest first, with the accounts of these."""
        return Findings(_gravest_first(pd.concat([self.table, more.table], ignore_index=True)), self.accounts)

    def count(self, severity: str) -> int:
        """Return the number of findings of one severity."""
        return int((self.table["severity"] == severity).sum())

    @property
    def n_refused(self) -> int:
        """Reasons why rows, or whole tables, did not get in; one row may have several."""
        return self.count("refused")

    @property
    def n_errors(self) -> int:
        """Faults that were kept: cycles of command, double superiors."""
        return self.count("error")

    @property
    def ok(self) -> bool:
        """True where nothing was refused and no error was found."""
        return not (self.n_refused or self.n_errors)

    def sentence(self, position: int, lang: Lang = "en") -> tuple[str, str]:
        """Return message and remedy of one finding."""
        return _sentence(self.table.iloc[position].to_dict(), lang)

    def to_frame(self, lang: Lang = "en") -> pd.DataFrame:
        """Return the findings with a `message` and a `remedy` in words, source and sheet in columns of their own."""
        rows = [_sentence(facts, lang) for facts in self.table.to_dict("records")]
        frame = self.table.copy()
        if lang == "zh":
            frame["severity"] = frame["severity"].map(SEVERITY_ZH)
        place = frame["source"].str.partition("/")  # no file name holds a slash, and no name of a sheet
        frame["source"] = place[0] if len(frame) else frame["source"]
        frame.insert(3, "sheet", place[2] if len(frame) else frame["source"])
        frame["message"] = pd.array([text for text, _ in rows], dtype="str")
        frame["remedy"] = pd.array([remedy for _, remedy in rows], dtype="str")
        return frame

    def summary(self, lang: Lang = "en") -> pd.DataFrame:
        """Return one row a code and source: how many, and the first of them in words."""
        keys = ["severity", "code", "source", "column"]
        first = self.table.drop_duplicates(keys).reset_index(drop=True)
        counts = self.table.groupby(keys, sort=False, observed=True).size().to_dict()
        frame = Findings(first, self.accounts).to_frame(lang)
        found = first[keys].itertuples(index=False, name=None)
        frame.insert(2, "findings", np.array([counts[key] for key in found], dtype=np.int64))
        return frame.drop(columns=["value", "other", "count"]).rename(columns={"row": "first_row"})

    def to_dict(self, lang: Lang = "en") -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        rows = self.to_frame(lang).to_dict("records")
        for facts, row in zip(rows, self.table["row"], strict=True):
            facts["row"] = None if pd.isna(row) else int(row)
        return {
            "ok": self.ok,
            "counts": {severity: self.count(severity) for severity in SEVERITIES},
            "accounts": self.accounts.to_dict("records"),
            "findings": rows,
        }

    def to_excel(self, path: str | Path, lang: Lang = "en") -> Path:
        """Write the findings to a workbook: in short, one by one, and the account of every source.

        Examples
        --------
        >>> import orgnet, tempfile
        >>> found = orgnet.check({"unit_id": ["a", None]})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     found.to_excel(f"{folder}/findings.xlsx").name
        'findings.xlsx'
        """
        from orgnet._model.workbook import write_workbook

        names = ("摘要", "逐条", "行数核对") if lang == "zh" else ("summary", "findings", "accounts")
        each, notes = self.to_sheet(lang)
        tables = [self.summary(lang), each, self.accounts]
        headings = _HEADINGS_ZH if lang == "zh" else {}
        sheets = dict(zip(names, (table.rename(columns=headings) for table in tables), strict=True))
        return write_workbook(path, sheets, notes={names[1]: notes})

    def to_sheet(self, lang: Lang = "en") -> tuple[pd.DataFrame, list[str]]:
        """Return as many findings as a sheet holds, the gravest, with a line that says how many more there are."""
        from orgnet._model import workbook

        more = len(self) - (workbook.MOST_ROWS - 1)
        if more <= 0:
            return self.to_frame(lang), []
        held = Findings(self._table.head(workbook.MOST_ROWS - 3), self._accounts)  # the heading, a blank and the line
        return held.to_frame(lang), [_more(len(self) - len(held), lang)]

    def lines(self, lang: Lang = "en", most: int = 20, severities: Collection[str] = SEVERITIES) -> list[str]:
        """Return the gravest findings of these severities as lines of text: place, message, remedy."""
        chosen = self._table[self._table["severity"].isin(severities)]
        lines = [_line(facts, lang) for facts in chosen.head(most).to_dict("records")]
        more = len(chosen) - most
        if more > 0:
            lines.append(_more(more, lang))
        return lines

    def ledger(self, lang: Lang = "en") -> list[str]:
        """Return the account of each source as a line."""
        text = "{source}：读入 {rows_in} 行，保留 {kept}，合并 {merged}，搁置 {set_aside}"
        if lang == "en":
            text = "{source}: {rows_in} rows in, {kept} kept, {merged} merged, {set_aside} set aside"
        lines = [text.format_map(row) for row in self._accounts.to_dict("records")]
        return [in_chinese(line) for line in lines] if lang == "zh" else lines

    def digest(self, lang: Lang = "en") -> list[str]:
        """Return one line a code, source and column, with how many findings it stands for."""
        table = self._table.copy()
        mapped = table["code"] == "column.mapped"
        pairs = (table["value"] + "=" + table["column"])[mapped].groupby(table["source"]).agg(", ".join)
        table = table[~mapped | ~table.duplicated(["code", "source"])]
        lines = []
        for _, found in table.groupby(["severity", "code", "source", "column"], sort=False):
            facts = found.iloc[0].to_dict()
            if facts["code"] == "column.mapped":
                lines.append(_mapped(facts["source"], pairs[facts["source"]], lang))
            else:
                lines.append(_line(facts, lang, len(found)))
        return lines

    def counts(self, lang: Lang = "en") -> str:
        """Return how many findings there are of each severity, as text."""
        if lang == "zh":
            return "，".join(f"{SEVERITY_ZH[severity]} {self.count(severity)}" for severity in SEVERITIES)
        return ", ".join(f"{self.count(severity)} {severity}" for severity in SEVERITIES)

    def __repr__(self) -> str:
        return f"<Findings {self.counts()}>"

    def _repr_html_(self) -> str:
        shown = self.summary().head(50)
        return f"<p>{html.escape(repr(self))}</p>{shown.to_html(index=False, na_rep='', escape=True)}"
