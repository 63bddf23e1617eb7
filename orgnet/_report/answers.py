"""The ten questions of a planner, each with a sentence, its numbers, its caveats, and what the data lack for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from orgnet._build.template_sheets import SHEETS
from orgnet._model.results import Note, Result, describe
from orgnet._model.vocabulary import label
from orgnet.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from orgnet._model.network import OrgNetwork
    from orgnet._model.vocabulary import Lang
    from orgnet._report.questions import Results

FULL, PART, NONE = "full", "part", "none"
_MOST_SHEETS = 3


@dataclass(frozen=True, eq=False)
class Answer:
    """The answer to one question.

    Attributes
    ----------
    number, key
        1 to 10, and its name in one word.
    question, sentence
        In English, and in Chinese as ``.zh``.
    tables
        Its numbers, by name.
    caveats
        What a reader of the numbers should know.
    missing
        What the input lacks for it, such as ``"units.households"`` or ``"events"``.
    answered
        ``"full"``, ``"part"`` (some of it, since fields are missing) or ``"none"``.
    """

    number: int
    key: str
    question: Note
    sentence: Note
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    caveats: tuple[Note, ...] = ()
    missing: tuple[str, ...] = ()
    answered: str = FULL

    def lacks(self, lang: Lang = "en") -> list[str]:
        """Say for each thing that is missing what it is, and which sheet of the template would give it."""
        return [f"{need_label(need, lang)} ({', '.join(sheets_for(need, lang))})" for need in self.missing]


@dataclass(frozen=True, eq=False, repr=False)
class Answers(Result):
    """The ten answers; see `orgnet.answers`.

    Attributes
    ----------
    answers
        The ten, in order; ``found[3]`` is the third.
    """

    answers: tuple[Answer, ...] = ()

    def __getitem__(self, number: int) -> Answer:
        """Return an answer by its number, 1 to 10; `OptionError` for another."""
        if number not in range(1, len(self.answers) + 1):
            msg = f"there is no question {number!r}; they are numbered 1 to {len(self.answers)}"
            raise OptionError(msg)
        return self.answers[number - 1]

    def __iter__(self) -> Iterator[Answer]:
        """Give the answers in order."""
        return iter(self.answers)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.answers)

    def to_excel(self, path: str | Path, lang: Lang = "en") -> Path:
        """Write the answers to a workbook: all sentences on the first sheet, then the tables of each question."""
        from orgnet._model.workbook import write_workbook
        from orgnet._report.frames import heading, in_words

        lacks = ["; ".join(answer.lacks(lang)) for answer in self.answers]
        first = self.table.drop(columns=["key", "sheets", "sheets_zh"]).assign(missing=lacks)
        sheets = {heading("answers", lang): in_words(first, lang)}
        for answer in self.answers:
            for name, frame in answer.tables.items():
                sheets[f"{answer.number} {heading(name, lang)}"] = in_words(frame, lang)
        return write_workbook(path, sheets, notes={heading("answers", lang): [self.cite()]})


def answers(
    net: OrgNetwork, *, before: OrgNetwork | None = None, headquarters: str | Iterable[str] | None = None
) -> Answers:
    """What do the data say to the ten questions that a planner asks?

    1 which areas are too big; 2 where the chain of command breaks; 3 true coverage under three denominators, and the
    backlog; 4 how fast a task arrives; 5 who lacks staff, space or services; 6 what sharing alone can meet; 7 who is
    cut off if a unit stops; 8 whether posts are exchanged both ways; 9 who takes part, and who left; 10 what changed.

    Parameters
    ----------
    net
        The network.
    before
        An earlier network of the same place, for the tenth question.
    headquarters
        One id or several; by default the tops of command.

    Returns
    -------
    Answers
        ``table``: one row a question: ``number``, ``key``, ``question``, ``answered`` (full, part, none), ``sentence``,
        ``missing`` (fields and tables that the input lacks), ``sheets`` (of the template that would give them), and
        ``question_zh``, ``sentence_zh``, ``sheets_zh``. ``found[3].tables`` has the numbers of the third.

    Raises
    ------
    UnitError
        If a headquarters is no unit.

    Examples
    --------
    >>> import orgnet
    >>> found = answers(orgnet.datasets.load())
    >>> found.table["answered"].tolist()
    ['full', 'full', 'full', 'full', 'full', 'full', 'full', 'full', 'full', 'none']
    """
    from orgnet._report.questions import Results

    heads = None if headquarters is None else list(net.ids[net.rows(headquarters)])
    return answers_of(Results(net, before, heads))


def answers_of(results: Results) -> Answers:
    """Return the ten answers from results that others read too."""
    from orgnet._report.questions import QUESTIONS

    found = tuple(ask(results) for ask in QUESTIONS)
    return Answers(_table(found), describe(results.net, "answers", headquarters=results.headquarters), found)


def _table(found: Sequence[Answer]) -> pd.DataFrame:
    rows = [
        {
            "number": answer.number,
            "key": answer.key,
            "question": str(answer.question),
            "answered": answer.answered,
            "sentence": str(answer.sentence),
            "missing": ", ".join(answer.missing),
            "sheets": _sheets(answer.missing, "en"),
            "question_zh": answer.question.zh,
            "sentence_zh": answer.sentence.zh,
            "sheets_zh": _sheets(answer.missing, "zh"),
        }
        for answer in found
    ]
    return pd.DataFrame(rows)


def _sheets(missing: Sequence[str], lang: Lang) -> str:
    return ", ".join(dict.fromkeys(sheet for need in missing for sheet in sheets_for(need, lang)))


def need_label(need: str, lang: Lang) -> str:
    """Return what is missing in words.

    Examples
    --------
    >>> need_label("units.households", "zh"), need_label("events", "en")
    ('户数', 'events')
    """
    table, _, name = need.partition(".")
    named = {sheet.role: sheet for sheet in SHEETS}
    if name:
        return label(name, lang)
    sheet = named.get(table)
    return table if sheet is None else sheet.zh if lang == "zh" else sheet.en


def sheets_for(need: str, lang: Lang) -> list[str]:
    """Return the sheets of the template that hold what is missing.

    Examples
    --------
    >>> sheets_for("units.households", "en"), sheets_for("ties.latency_days", "zh"), sheets_for("events", "en")
    (['units', 'bodies', 'grids'], ['关系'], ['events'])
    """
    table, _, name = need.partition(".")
    if table == "units":
        others = {"ties", "posts", "services", "events", "messages", "items"}
        found = [
            sheet
            for sheet in SHEETS
            if sheet.role not in others and (not name or name in {column.field for column in sheet.columns})
        ]
    elif need == "ties.command":
        found = [sheet for sheet in SHEETS if "superior_id" in {column.field for column in sheet.columns}]
    else:
        found = [sheet for sheet in SHEETS if sheet.role == table]
    return [sheet.zh if lang == "zh" else sheet.en for sheet in found[:_MOST_SHEETS]]
