"""The report for the public: the sections that may be shown, made from what may be shown.

Rates of coverage, by one breakdown, come from the exact network through one plan of suppression. All else, the picture
too, is made from the public network alone, so it cannot say more than that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from orgnet import metrics
from orgnet._metrics.coverage import MISSING_GROUP
from orgnet._metrics.presence import POPULATIONS
from orgnet._model.disclosure import public_network, suppress_counts
from orgnet._model.network import OrgNetwork
from orgnet._model.vocabulary import label
from orgnet._report import sections
from orgnet._report.questions import Results
from orgnet._report.sections import Section, Table, clip, new_section, number, percent
from orgnet._report.words import population_name, say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from orgnet._model.vocabulary import Lang

_BY = ("area", "sector")
_BAND = "_band"
_OF_THE_FILE = ("why_no_hosts", "why_no_command", "contains_tree")  # words that would say of the file what is cut here


def public_sections(
    net: OrgNetwork, lang: Lang, headquarters: Sequence[str] | None, step: Callable[[str], None]
) -> tuple[list[Section], OrgNetwork]:
    """Return the sections of the public report, and the network that the picture may show."""
    step("coverage")
    k = net.rules["disclosure"]["k"]
    exact = metrics.coverage(net)
    by = _breakdown(net)
    whole, parts = suppress_counts(exact.table, metrics.coverage(net, by=by).table, k=k)
    public = public_network(net)
    if headquarters is not None:
        public.rows(headquarters)
    step("reach")
    reach = metrics.communication(public, headquarters=headquarters)
    summary = new_section("summary", lang)
    summary.sentences.append(say("s_public", lang, units=number(public.n_units), ties=number(public.n_ties)))
    covered = sections.has_hosts(exact)
    summary.sentences += _rates(whole, lang) if covered else [say("why_no_hosts", lang)]
    if reach.headquarters:
        sections.summarise_reach(summary, public, lang, reach)
    coverage = _coverage(whole, k, lang) if covered else sections.empty_section("coverage", lang, "why_no_hosts")
    coverage.warnings += sections.notes_of(exact, lang)
    if covered and by is not None:
        coverage.sentences.append(say("d_one_table", lang, column=label(by, lang)))
        coverage.tables.append(_by(by, parts, lang))
    heads = None if headquarters is None else list(headquarters)
    listed = [
        sections.chain_section(public, lang, Results(public, headquarters=heads).chain, headquarters),
        sections.reach_section(public, lang, reach),
        sections.cut_section(public, lang, reach),
    ]
    step("position")
    listed.append(sections.position_section(public, lang, reach))
    for section in listed:
        section.sentences.insert(0, say("d_listed", lang))
    read = new_section("read", lang)
    read.tables += sections.content_tables(public, lang)
    found = [summary, coverage, _gaps(lang), *listed, read, sections.about_section(net, lang)]
    _reword(found, lang)
    return found, _labelled(public, lang)


def _breakdown(net: OrgNetwork) -> str | None:
    """Return the one column by which coverage is published: the first that says something of a host."""
    hosts = net.units[net.units["kind"].isin(net.rules["coverage"]["host_kinds"])]
    return next((name for name in _BY if name in hosts and hosts[name].notna().any()), None)


def _reword(found: Sequence[Section], lang: Lang) -> None:
    """Say of what is listed what the internal report says of the file."""
    words = {say(key, lang): say(f"{key}_listed", lang) for key in _OF_THE_FILE}
    for section in found:
        section.sentences = [words.get(sentence, sentence) for sentence in section.sentences]


def _rates(whole: pd.DataFrame, lang: Lang) -> list[str]:
    """Say the rate of each population in a sentence, or that it is not published."""
    said = []
    for population in POPULATIONS:
        row = whole[(whole["population"] == population) & (whole["measure"] == "organisation")].iloc[0]
        facts = {
            "population": population_name(population, lang, row["denominator_name"]),
            "num": number(row["numerator"]),
            "den": number(row["denominator"]),
            "rate": percent(row["rate"]),
            "unknown": number(row["unknown"]),
            "lower": percent(row["lower"]),
            "upper": percent(row["upper"]),
        }
        known = "s_coverage_known" if row["unknown"] is pd.NA else "s_coverage"
        said.append(say("s_hidden" if row["suppressed"] else known, lang, **facts))
    return said


def _coverage(whole: pd.DataFrame, k: int, lang: Lang) -> Section:
    section = new_section("coverage", lang)
    section.sentences += [say("d_coverage", lang), say("d_hidden", lang, k=k)]
    section.tables.append(_whole(whole, lang))
    return section


def _whole(whole: pd.DataFrame, lang: Lang) -> Table:
    hidden = say("suppressed", lang)
    names = [population_name(p, lang, d) for p, d in zip(whole["population"], whole["denominator_name"], strict=True)]
    columns: dict[str, tuple[list[str], bool]] = {
        "population": (names, False),
        "measure": ([say(measure, lang) for measure in whole["measure"]], False),
    }
    for name in ("numerator", "denominator", "unknown"):
        columns[name] = ([hidden if value is pd.NA else number(value) for value in whole[name]], True)
    columns["rate"] = ([hidden if pd.isna(value) else percent(value) for value in whole["rate"]], True)
    bounds = zip(whole["lower"], whole["upper"], strict=True)
    texts = [hidden if pd.isna(low) else f"{percent(low)} – {percent(high)}" for low, high in bounds]
    return sections.text_table(lang, columns | {"bounds": (texts, True)})


def _by(column: str, table: pd.DataFrame, lang: Lang) -> Table:
    """Show the hosts that have an organisation by group and population, one row a group."""
    rows = table[table["measure"] == "organisation"].set_index(["group", "population"])
    groups = list(dict.fromkeys(table["group"]))
    shown, note = sections.first_rows(lang, pd.DataFrame({"group": groups}))
    texts = [[_cell(rows.loc[(group, population)], lang) for population in POPULATIONS] for group in shown["group"]]
    names = [say("not_recorded", lang) if group == MISSING_GROUP else clip(group) for group in shown["group"]]
    heads = [label(column, lang), *(say(population, lang) for population in POPULATIONS)]
    lines = [[name, *cells] for name, cells in zip(names, texts, strict=True)]
    return Table(heads, lines, [False, True, True, True], note)


def _cell(row: pd.Series, lang: Lang) -> str:
    if row["suppressed"]:
        return say("suppressed", lang)
    facts = {"num": number(row["numerator"]), "den": number(row["denominator"]), "rate": percent(row["rate"])}
    return say("k_of_n", lang, **facts)


def _gaps(lang: Lang) -> Section:
    section = new_section("gaps", lang)
    section.sentences.append(say("d_no_gaps", lang))
    return section


def _labelled(public: OrgNetwork, lang: Lang) -> OrgNetwork:
    """Return the network with its bands under headings that a reader knows."""
    banded = [str(name) for name in public.units if str(name).endswith(_BAND)]
    names = {name: say("band", lang, field=label(name.removesuffix(_BAND), lang)) for name in banded}
    return OrgNetwork(
        public.units.rename(columns=names),
        public.ties,
        public.ends,
        rules=public.rules,
        findings=public.findings,
        as_of=public.as_of,
    )
