"""What each section of the report says: sentences, tables and pictures, from results to plain text.

Nothing here is HTML: the template escapes all of it.
"""

from __future__ import annotations

import base64
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from orgnet import metrics, viz
from orgnet._model.vocabulary import LAYERS, label
from orgnet._report.words import population_name, say
from orgnet._viz.static import png

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orgnet._metrics.chain import Chain
    from orgnet._metrics.communication import Communication
    from orgnet._metrics.coverage import Coverage
    from orgnet._metrics.gaps import Gaps
    from orgnet._model.network import OrgNetwork
    from orgnet._model.results import Result
    from orgnet._model.vocabulary import Lang

MOST_ROWS = 50
MOST_NAMED = 10
MOST_BETWEENNESS = 20_000  # units; some 15 s of exact betweenness
NAME_SHOWN = 80


@dataclass(frozen=True)
class Table:
    """A table of text; `numeric` says which columns are numbers, `title` what it is."""

    heads: list[str]
    rows: list[list[str]]
    numeric: list[bool]
    note: str = ""
    title: str = ""


@dataclass(frozen=True)
class Picture:
    """A picture as a data address, with the words for those who do not see it."""

    address: str
    alt: str


@dataclass
class Section:
    """One section of the report."""

    key: str
    title: str
    sentences: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)


def number(value: object, digits: int = 0) -> str:
    """Write a number with its thousands apart; a dash where it is undefined."""
    plain = math.nan if value is None or value is pd.NA else float(value)  # type: ignore[arg-type]
    return f"{plain:,.{digits}f}" if math.isfinite(plain) else "–"


def percent(value: float) -> str:
    """Write a share as a percentage; a dash where it is undefined."""
    return "–" if math.isnan(value) else f"{100 * value:.1f} %"


def clip(text: object) -> str:
    """Shorten a name for display; a missing one is a dash."""
    words = "–" if text is None or text is pd.NA or text != text else str(text)  # noqa: PLR0124 - NaN
    return words if len(words) <= NAME_SHOWN else f"{words[: NAME_SHOWN - 1]}…"


def text_table(lang: Lang, columns: dict[str, tuple[list[str], bool]], note: str = "") -> Table:
    """Make a table of columns of text."""
    heads = [say(key, lang) for key in columns]
    rows = [list(row) for row in zip(*(values for values, _ in columns.values()), strict=True)]
    return Table(heads, rows, [numeric for _, numeric in columns.values()], note)


def first_rows(lang: Lang, frame: pd.DataFrame, most: int = MOST_ROWS) -> tuple[pd.DataFrame, str]:
    """Return the first rows, and a note on how many there are in all."""
    if len(frame) <= most:
        return frame, ""
    return frame.head(most), say("more", lang, shown=most, total=number(len(frame)))


def count_texts(values: pd.Series, digits: int = 0) -> tuple[list[str], bool]:
    """Return counts as a column of text."""
    return [number(value, digits) for value in values], True


def name_texts(values: pd.Series) -> tuple[list[str], bool]:
    """Return names as a column of text."""
    return [clip(value) for value in values], False


def new_section(key: str, lang: Lang) -> Section:
    """Begin a section under its title."""
    return Section(key, say(key, lang))


def notes_of(result: Result, lang: Lang) -> list[str]:
    """Return the warnings of a result in the language of the report."""
    return [note.zh if lang == "zh" else note for note in result.warnings]


def empty_section(key: str, lang: Lang, why: str) -> Section:
    """Return a section that says why it is empty."""
    return Section(key, say(key, lang), [say(why, lang)])


def _picture(data: bytes, alt: str) -> Picture:
    return Picture(f"data:image/png;base64,{base64.b64encode(data).decode('ascii')}", alt)


def summary_section(net: OrgNetwork, lang: Lang, coverage: Coverage, gaps: Gaps, reach: Communication) -> Section:
    """Say in sentences what a reader must know first."""
    section = new_section("summary", lang)
    aside = int(net.findings.accounts["set_aside"].sum())
    say_it = section.sentences.append
    say_it(say("s_read", lang, units=number(net.n_units), ties=number(net.n_ties), aside=number(aside)))
    if net.findings.n_errors:
        say_it(say("s_faults", lang, count=number(net.findings.n_errors)))
    if has_hosts(coverage):
        for population in ("operating", "three_have", "eligible"):
            row = coverage.row(population)
            facts = {
                "num": number(row["numerator"]),
                "den": number(row["denominator"]),
                "population": population_name(population, lang, row["denominator_name"]),
                "rate": percent(row["rate"]),
                "lower": percent(row["lower"]),
                "upper": percent(row["upper"]),
                "unknown": number(row["unknown"]),
            }
            say_it(say("s_coverage" if row["unknown"] else "s_coverage_known", lang, **facts))
        say_it(_backlog(lang, gaps))
        _largest_cell(section, lang, gaps)
    else:
        say_it(say("why_no_hosts", lang))
    if not reach.headquarters:
        say_it(say(why_no_headquarters(net), lang))
        return section
    summarise_reach(section, net, lang, reach)
    return section


def has_hosts(coverage: Coverage) -> bool:
    """Return whether there is anything to cover."""
    row = coverage.row("operating")
    return bool(row["denominator"] + row["unknown"] > 0)


def _largest_cell(section: Section, lang: Lang, gaps: Gaps) -> None:
    places = [name for name in ("area", "sector") if name in gaps.cells]
    if not places or gaps.cells.empty:
        return
    cell = gaps.cells.iloc[int(gaps.cells["operating_gaps"].to_numpy().argmax())]
    if cell["operating_gaps"]:
        place = " / ".join(clip(cell[name]) for name in places)
        facts = {"gaps": number(cell["operating_gaps"]), "hosts": number(cell["hosts"])}
        section.sentences.append(say("s_cell", lang, place=place, **facts))


def why_no_headquarters(net: OrgNetwork) -> str:
    """Return the key of the words for why there is no headquarters."""
    return "why_no_top" if "command" in net.layers else "why_no_command"


def summarise_reach(section: Section, net: OrgNetwork, lang: Lang, reach: Communication) -> None:
    """Say in the summary how far headquarters reaches and who is cut off first."""
    command = reach.table[reach.table["ties"] == "command"]
    last = command.iloc[-1]
    name = net.names
    head = clip(name[reach.headquarters[0]]) + (
        "" if len(reach.headquarters) == 1 else f" (+{len(reach.headquarters) - 1})"
    )
    facts = {"reached": number(last["reached"]), "den": number(last["denominator"]), "steps": number(last["steps"])}
    population = _reach_population(last["population"], lang)
    if last["denominator"]:
        section.sentences.append(say("s_reach", lang, head=head, population=population, **facts))
    if reach.shortcut_gain > 0:
        gain = {"mean": number(reach.mean_distance, 2), "mean_all": number(reach.mean_distance_all, 2)}
        section.sentences.append(say("s_gain", lang, gain=percent(reach.shortcut_gain), **gain))
    if len(reach.cut_units):
        worst = reach.cut_units.iloc[0]
        section.sentences.append(say("s_cut", lang, unit=clip(worst["name"]), count=number(worst["units_cut_off"])))


def _reach_population(words: str, lang: Lang) -> str:
    if words == "units of Party kinds":
        return say("party_population", lang)
    return say("command_population", lang) if words == "units with a tie of command" else words


def coverage_section(net: OrgNetwork, lang: Lang, coverage: Coverage) -> Section:
    """Show coverage under its three populations, and where the gaps are."""
    if not has_hosts(coverage):
        return empty_section("coverage", lang, "why_no_hosts")
    section = new_section("coverage", lang)
    section.sentences.append(say("d_coverage", lang))
    section.warnings.extend(notes_of(coverage, lang))
    table = coverage.table
    names = [population_name(p, lang, d) for p, d in zip(table["population"], table["denominator_name"], strict=True)]
    bounds = [f"{percent(a)} – {percent(b)}" for a, b in zip(table["lower"], table["upper"], strict=True)]
    columns = {
        "population": (names, False),
        "measure": ([say(measure, lang) for measure in table["measure"]], False),
        "numerator": count_texts(table["numerator"]),
        "denominator": count_texts(table["denominator"]),
        "unknown": count_texts(table["unknown"]),
        "rate": ([percent(value) for value in table["rate"]], True),
        "bounds": (bounds, True),
    }
    section.tables.append(text_table(lang, columns))
    if {"area", "sector"} <= set(net.units):
        by_cell = metrics.coverage(net, by=["area", "sector"])
        section.pictures.append(_picture(png(viz.plot_coverage_matrix(by_cell, lang=lang)), say("alt_matrix", lang)))
    return section


def gaps_section(lang: Lang, gaps: Gaps) -> Section:
    """List who is without, the most pressing first."""
    section = new_section("gaps", lang)
    section.sentences.append(_backlog(lang, gaps))
    section.warnings.extend(notes_of(gaps, lang))
    if gaps.table.empty:
        section.sentences.append(say("why_no_gaps", lang))
        return section
    shown, note = first_rows(lang, gaps.table)
    columns: dict[str, tuple[list[str], bool]] = {"unit": name_texts(shown["name"])}
    for name in ("area", "sector"):
        if name in shown:
            columns[f"f_{name}"] = name_texts(shown[name])
    for name in ("full_members", "staff"):
        if name in shown:
            columns[f"f_{name}"] = count_texts(shown[name])
    columns["gap"] = ([_gap_reason(gap, lang) for gap in shown["gap"]], False)
    columns["work"] = ([say(answer, lang) for answer in shown["work"]], False)
    columns["distance"] = count_texts(shown["distance"])
    heads = [label(key[2:], lang) if key.startswith("f_") else say(key, lang) for key in columns]
    rows = [list(row) for row in zip(*(values for values, _ in columns.values()), strict=True)]
    section.tables.append(Table(heads, rows, [numeric for _, numeric in columns.values()], note))
    return section


def _backlog(lang: Lang, gaps: Gaps) -> str:
    known = say("s_backlog", lang, count=number(gaps.backlog))
    return f"{known} {say('s_unknown', lang, count=number(gaps.n_unknown))}" if gaps.n_unknown else known


def _gap_reason(gap: str, lang: Lang) -> str:
    from orgnet._metrics.gaps import gap_reason

    return gap_reason(gap, lang)


def chain_section(net: OrgNetwork, lang: Lang, chain: Chain, headquarters: Sequence[str] | None) -> Section:
    """Show the levels of the chain of command and its faults."""
    area_tree = "command" not in net.layers and "contains" in net.layers
    if "command" not in net.layers and not area_tree:
        return empty_section("chain", lang, "why_no_command")
    section = new_section("chain", lang)
    if area_tree:
        section.sentences.append(say("contains_tree", lang))
    else:
        section.warnings.extend(notes_of(chain, lang))
    table = chain.table
    columns = {
        "depth": count_texts(table["depth"]),
        "units": count_texts(table["units"]),
        "with_subordinates": count_texts(table["with_subordinates"]),
        "span_mean": count_texts(table["span_mean"], 1),
        "span_max": count_texts(table["span_max"]),
    }
    section.tables.append(text_table(lang, columns))
    names = net.names
    facts = {key: getattr(chain, key) for key in ("tops", "on_cycles", "several_superiors", "not_reached")}
    values = [f"{number(len(units))}{_named(names, units)}" for units in facts.values()]
    section.tables.append(
        text_table(lang, {"fact": ([say(key, lang) for key in facts], False), "value": (values, False)})
    )
    if not area_tree:
        section.pictures.append(
            _picture(png(viz.plot_command_tree(net, headquarters=headquarters, lang=lang)), say("alt_tree", lang))
        )
    return section


def _named(names: pd.Series, units: Sequence[str]) -> str:
    """Name the first units of a list, behind their number."""
    if not units:
        return ""
    return (
        ": " + ", ".join(clip(names[unit]) for unit in units[:MOST_NAMED]) + (" …" if len(units) > MOST_NAMED else "")
    )


def reach_section(net: OrgNetwork, lang: Lang, reach: Communication) -> Section:
    """Show how far a message gets in how many steps."""
    if not reach.headquarters:
        return empty_section("reach", lang, why_no_headquarters(net))
    section = new_section("reach", lang)
    section.sentences.append(say("d_reach", lang))
    section.warnings.extend(notes_of(reach, lang))
    parts = {ties: rows.set_index("steps")[["reached", "share"]] for ties, rows in reach.table.groupby("ties")}
    wide = pd.concat(parts, axis=1).sort_index().ffill()
    columns: dict[str, tuple[list[str], bool]] = {"steps": count_texts(wide.index.to_series())}
    rows = reach.table.groupby("ties")["denominator"].first()
    for ties in ("command", "all"):
        if ties in parts:
            counts, shares = wide[ties, "reached"], wide[ties, "share"]
            texts = [f"{number(n)} / {number(rows[ties])} ({percent(s)})" for n, s in zip(counts, shares, strict=True)]
            columns[ties] = (texts, True)
    section.tables.append(text_table(lang, columns))
    section.pictures.append(_picture(png(viz.plot_reach(reach, lang=lang)), say("alt_reach", lang)))
    return section


def cut_section(net: OrgNetwork, lang: Lang, reach: Communication) -> Section:
    """List the units without which others are cut off."""
    if not reach.headquarters:
        return empty_section("cut", lang, why_no_headquarters(net))
    if reach.cut_units.empty:
        return empty_section("cut", lang, "why_no_cut")
    section = new_section("cut", lang)
    section.sentences.append(say("d_cut", lang))
    shown, note = first_rows(lang, reach.cut_units, 20)
    columns = {"unit": name_texts(shown["name"])}
    for name in ("units_cut_off", "households_cut_off"):
        if name in shown:
            columns[name] = count_texts(shown[name])
    section.tables.append(text_table(lang, columns, note))
    return section


def position_section(net: OrgNetwork, lang: Lang, reach: Communication) -> Section:
    """List the units with most partners and betweenness."""
    section = new_section("position", lang)
    section.sentences.append(say("d_position", lang))
    degree = metrics.degree(net)
    columns = {"degree": degree}
    if net.n_units <= MOST_BETWEENNESS:
        columns["betweenness"] = metrics.betweenness(net)
        pairs = math.comb(net.n_units - 1, 2) if net.n_units else 0
        columns["share"] = columns["betweenness"] / (pairs or math.nan)
    else:
        section.sentences.append(f"{say('left_out', lang)}: {say('too_large', lang, n=number(net.n_units))}")
    frame = pd.DataFrame(columns)
    order = "betweenness" if "betweenness" in frame else "degree"
    top = frame.sort_values(order, ascending=False, kind="stable").head(15)
    heads = [unit for unit in reach.headquarters[:5] if unit not in top.index]
    top = pd.concat([top, frame.loc[heads]])
    names = net.names
    shown = {"unit": name_texts(names[top.index]), "degree": count_texts(top["degree"])}
    if "betweenness" in top:
        shown["betweenness"] = count_texts(top["betweenness"], 1)
        shown["share"] = ([percent(value) for value in top["share"]], True)
    section.tables.append(text_table(lang, shown))
    return section


def read_section(net: OrgNetwork, lang: Lang) -> Section:
    """Say what was read, and where its rows went."""
    section = new_section("read", lang)
    accounts = net.findings.accounts
    columns = {"source": name_texts(accounts["source"])}
    columns |= {name: count_texts(accounts[name]) for name in ("rows_in", "kept", "merged", "set_aside")}
    section.tables += [text_table(lang, columns), *content_tables(net, lang)]
    return section


def content_tables(net: OrgNetwork, lang: Lang) -> list[Table]:
    """Say what a network holds: units by kind, ties by layer."""
    kinds = net.units["kind"].value_counts(dropna=False)
    shown, note = first_rows(lang, kinds.to_frame(), 30)
    words = [clip(label(str(kind), lang)) if pd.notna(kind) else "–" for kind in shown.index]
    by_kind = text_table(lang, {"kinds": (words, False), "units": count_texts(shown["count"])}, note)
    layers = net.ties["layer"].value_counts()
    names = [name for name in LAYERS if name in layers]
    by_layer = {"layers": ([label(name, lang) for name in names], False), "count": count_texts(layers[names])}
    return [by_kind, text_table(lang, by_layer)]


def findings_section(net: OrgNetwork, lang: Lang) -> Section:
    """List what was wrong with the data."""
    section = new_section("findings", lang)
    summary = net.findings.summary(lang)
    if summary.empty:
        section.sentences.append(say("none", lang))
        return section
    shown, note = first_rows(lang, summary)
    columns = {
        "severity": name_texts(shown["severity"]),
        "source": name_texts(shown["source"]),
        "count": count_texts(shown["findings"]),
        "first_row": count_texts(shown["first_row"]),
        "message": ([str(text) for text in shown["message"]], False),
        "remedy": ([str(text) for text in shown["remedy"]], False),
    }
    section.tables.append(text_table(lang, columns, note))
    return section


def about_section(net: OrgNetwork, lang: Lang) -> Section:
    """Say what the report was made from."""
    from orgnet import __version__

    section = new_section("about", lang)
    section.sentences.append(say("d_people", lang))
    facts = {
        "as_of": say("none", lang) if net.as_of is None else net.as_of.isoformat(),
        "rules": net.rules.label,
        "version": __version__,
    }
    section.tables.append(
        text_table(lang, {"fact": ([say(key, lang) for key in facts], False), "value": (list(facts.values()), False)})
    )
    return section
