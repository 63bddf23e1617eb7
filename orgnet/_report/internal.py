"""The report for those who keep the data: the ten answers with their tables and pictures, and what they stand on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from orgnet._report import sections
from orgnet._report.answers import answers_of
from orgnet._report.frames import frame_table, heading
from orgnet._report.questions import Results
from orgnet._report.sections import Section, Table, new_section
from orgnet._report.words import say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from orgnet._model.network import OrgNetwork
    from orgnet._model.results import Note
    from orgnet._model.vocabulary import Lang
    from orgnet._report.answers import Answer, Answers

_ROWS = 20
# The section that holds an answer, and which of its tables stand there; the others are in the section already.
_PLACED = {
    "sizes": ("sizes", ("areas", "outside_band", "histogram")),
    "breaks": ("chain", ("breaks", "faults", "terms")),
    "true_coverage": ("gaps", ("joint_branches",)),
    "arrival": ("reach", ("slowest", "message_levels")),
    "shortages": ("shortages", ("areas", "services", "workers", "burden")),
    "sharing": ("sharing", ("pooling", "balance")),
    "losses": ("cut", ()),
    "exchange": ("exchange", ("posts", "pairs")),
    "taking_part": ("taking_part", ("kinds", "left")),
    "change": ("change", ("changes", "data_changes")),
}


def internal_sections(
    net: OrgNetwork,
    lang: Lang,
    headquarters: Sequence[str] | None,
    previous: OrgNetwork | None,
    step: Callable[[str], None],
) -> list[Section]:
    """Compute all results once and turn them into sections, the summary first."""
    step("coverage")
    results = Results(net, previous, None if headquarters is None else list(headquarters))
    coverage, gaps = results.coverage, results.gaps
    step("reach")
    reach = results.reach
    found = answers_of(results)
    body = [
        new_section("sizes", lang),
        sections.chain_section(net, lang, results.chain, headquarters),
        sections.coverage_section(net, lang, coverage),
        sections.gaps_section(lang, gaps),
        sections.reach_section(net, lang, reach),
        *(new_section(key, lang) for key in ("shortages", "sharing")),
        sections.cut_section(net, lang, reach),
        *(new_section(key, lang) for key in ("exchange", "taking_part", *(["change"] if previous is not None else []))),
    ]
    placed = {section.key: section for section in body}
    for answer in found.answers:
        key, tables = _PLACED[answer.key]
        if key in placed:
            _place(placed[key], answer, tables, lang)
    step("position")
    ends = [sections.read_section(net, lang), sections.findings_section(net, lang), sections.about_section(net, lang)]
    summary = sections.summary_section(net, lang, coverage, gaps, reach)
    return [summary, _overview(found, lang), *body, sections.position_section(net, lang, reach), *ends]


def _overview(found: Answers, lang: Lang) -> Section:
    """Return the ten questions with their answers in a sentence each."""
    section = new_section("answers", lang)
    rows = [
        [
            str(answer.number),
            _in(answer.question, lang),
            _in(answer.sentence, lang) + (f" {_lacking(answer, lang)}" if answer.missing else ""),
        ]
        for answer in found.answers
    ]
    heads = [say(key, lang) for key in ("number", "question", "answer")]
    section.tables.append(Table(heads, rows, [True, False, False]))
    return section


def _place(section: Section, answer: Answer, tables: Sequence[str], lang: Lang) -> None:
    """Put an answer at the head of its section, and those of its tables that are not there yet at its end."""
    lead = [_in(answer.question, lang), _in(answer.sentence, lang)]
    section.sentences[:0] = [*lead, *([_lacking(answer, lang)] if answer.missing else [])]
    known = set(section.warnings)
    section.warnings += [text for text in (_in(note, lang) for note in answer.caveats) if text not in known]
    for name in tables:
        if name in answer.tables:
            table = frame_table(answer.tables[name], lang, _ROWS)
            section.tables.append(replace(table, title=heading(name, lang)))


def _lacking(answer: Answer, lang: Lang) -> str:
    return say("lacking", lang, fields="; ".join(answer.lacks(lang)))


def _in(note: Note, lang: Lang) -> str:
    return note.zh if lang == "zh" else str(note)
