"""From the tables of an input, each in its role, to one network: the way that every input takes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard

import numpy as np
import pandas as pd

from orgnet import __version__
from orgnet._build import readers, sources
from orgnet._build.exchange import as_frame, with_ids, without_halves
from orgnet._build.headings import as_compared, canonical
from orgnet._build.joint_ties import joint_ties
from orgnet._build.lists import UnitList, joined, read_list
from orgnet._build.names import Names
from orgnet._build.projection import code_ties, link_ties, named_ends, superior_ties
from orgnet._build.raw import Raw
from orgnet._build.registers import joined_tables, read_register
from orgnet._build.roles import ROLES
from orgnet._build.settings import USUAL, remembered
from orgnet._model import native, tables
from orgnet._model.audit import audit
from orgnet._model.codes import audit_codes
from orgnet._model.findings import Log
from orgnet._model.network import OrgNetwork
from orgnet._model.optional import TABLES, past_dates
from orgnet._model.rules import load_rules
from orgnet._model.suggest import near_names
from orgnet._model.tables import Origin, TieSource
from orgnet._model.values import Place, as_text, read_day
from orgnet._model.vocabulary import LAYERS, check_choice
from orgnet.errors import OptionError, ValidationError, near

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from orgnet._model.rules import Rules

MOST_COMPARED = 100_000  # units whose names are compared with one another: about a second
PERSONAL = ("column.personal", "value.personal", "unit.id_personal")


def is_native(path: object) -> TypeGuard[str | Path]:
    """Return whether it is the path of a native file."""
    return isinstance(path, str | Path) and Path(path).suffix.lower() == ".orgnet" and Path(path).is_file()


def whole(path: str | Path, ties: object, options: Mapping[str, object]) -> OrgNetwork:
    """Load a native file, to which options of the door do not apply."""
    given = [name for name, value in options.items() if value is not None and value != USUAL[name]]
    given += ["ties"] if ties is not None else []
    if given:
        msg = (
            f"{path} is a native file, whole and exact: {given} cannot be applied to it. Read its tables again instead."
        )
        raise OptionError(msg)
    return native.load(path)


def _framed(table: object, role: str, log: Log) -> list[Raw]:
    """Return a frame, or whatever holds one, as a raw table; None is no table."""
    if table is None:
        return []
    frame = as_frame(table, role)
    place = Place(role, np.arange(len(frame)), log)
    frame = without_halves(with_ids(frame) if role == "units" else frame, place)
    return [Raw(frame, place, name=role, role=role)]


def _tables(
    path_or_units: object, ties: object, more: Mapping[str, object], log: Log, options: Mapping[str, Any]
) -> list[Raw]:
    """Return all tables of the input, each in its role; the only table of a file is what it is given as."""
    raws = []
    how = {name: options[name] for name in ("encoding", "sheet")}
    for given, role in ((path_or_units, "units"), (ties, "ties")):
        if not isinstance(given, str | Path):
            raws += _framed(given, role, log)
        elif role == "units" and sources.existing(Path(given)).is_dir():
            raws += sources.folder(Path(given), log, **how)
        else:
            read = readers.read_tables(sources.existing(Path(given)), log, **how)
            raws += [replace(raw, role=raw.role or "ties") for raw in read] if role == "ties" else read
    alone = len(raws) == 1 and isinstance(path_or_units, str | Path)
    raws = sources.with_roles(raws, options["columns"] or {})
    raws = [replace(raw, role=raw.role or "units") for raw in raws] if alone else raws
    return raws + [raw for name, table in more.items() for raw in _framed(table, name, log)]


def entered(
    path_or_units: object,
    ties: object,
    options: dict[str, Any],
    *,
    more: Mapping[str, object] | None = None,
    strict: bool | None = None,
) -> OrgNetwork:
    """Take all tables through every check and make the network of the rows that pass; `more` are optional tables.

    With `strict` None nothing that is in the tables is refused as a whole: so `check` reports on everything.
    """
    log = Log()
    if isinstance(path_or_units, str | Path):
        options = remembered(Path(path_or_units), options, log)
    check_choice("superior_layer", options["superior_layer"], list(LAYERS))
    check_choice("on_personal", options["on_personal"], ("drop", "raise"))
    rules = load_rules(options["rules"])
    net = _made(_tables(path_or_units, ties, more or {}, log, options), rules, options, log)
    return net if strict is None else _admitted(net, strict=strict, on_personal=options["on_personal"])


def _made(raws: list[Raw], rules: Rules, options: dict[str, Any], log: Log) -> OrgNetwork:
    by_hand = {name: options[name] for name in ("columns", "drop")}
    _log_absent(raws, log, by_hand)
    for raw in [raw for raw in raws if not raw.role]:
        sources.ignore(raw, log)
    raws = [raw for raw in raws if raw.role]
    read = [(raw, canonical(raw.frame, raw.role, raw.place, **by_hand)) for raw in raws]
    if options["layer"] is not None:
        check_choice("layer", options["layer"], list(LAYERS))
        read = [(raw, _with_layer(frame, raw, options["layer"])) for raw, frame in read]
    lists = [read_list(frame, raw.role, raw.place) for raw, frame in read if ROLES[raw.role].lists_units]
    units, origin = joined(lists, log)
    others = [(raw, frame) for raw, frame in read if not ROLES[raw.role].lists_units]
    if not lists:
        _log_no_units(others, log)
        others = []
    units, tie_sources, optional = _tied(units, lists, others, options["superior_layer"])
    table, ends = tables.merge_ties(tie_sources, units.index, log)
    as_of = _as_of(options["as_of"], units, table, optional)
    facts: dict[str, Any] = {"rules": rules, "as_of": as_of, "tables": optional}
    net = OrgNetwork(units, table, ends, findings=log.findings(), **facts)
    audit(net, origin, log)
    audit_codes(units, origin, log)
    _compare_names(net, origin, log)
    findings = log.findings()
    step = {
        "step": "read",
        "sources": findings.accounts.to_dict("records"),
        "superior_layer": options["superior_layer"],
        "version": __version__,
    }
    return OrgNetwork(units, table, ends, findings=findings, provenance=(step,), **facts)


def _with_layer(frame: pd.DataFrame, raw: Raw, layer: str) -> pd.DataFrame:
    """Return a table of ties with the layer of those that name none."""
    if raw.role != "ties":
        return frame
    given = frame["layer"] if "layer" in frame else pd.Series(pd.NA, index=frame.index, dtype="str")
    blank = as_text(given).isna().to_numpy(bool)
    if blank.any():
        place = raw.place
        place.log.add("tie.layer_given", place.source, row=place.rows[blank][0], value=layer, count=int(blank.sum()))
    return frame.assign(layer=given.astype(object).mask(blank, layer))


def _compare_names(net: OrgNetwork, origin: Origin, log: Log) -> None:
    """Log names that stand there twice or nearly so, in networks where that takes no longer than reading them."""
    if net.n_units > MOST_COMPARED:
        log.add("name.not_compared", origin.sources[0], column="name", count=net.n_units)
        return
    above, below = net.ends[:, net.tie_mask("command")]
    superior = pd.Series(pd.NA, index=range(net.n_units), dtype="str")
    superior.iloc[below] = net.ids.to_numpy(object)[above]
    near_names(net.units, origin, log, superior)


def _tied(
    units: pd.DataFrame, lists: list[UnitList], others: list[tuple[Raw, pd.DataFrame]], superior_layer: str
) -> tuple[pd.DataFrame, list[TieSource], dict[str, pd.DataFrame]]:
    """Return the ties of all tables, the optional tables, and the units with what came to light about them."""
    names = Names(units, [name for each in lists for name in each.kept_out])
    found: list[TieSource] = []
    for raw, frame in others:
        if raw.role == "ties":
            kept, rows = tables.clean_ties(named_ends(frame, raw.place, names), raw.place, units.index, units["name"])
            found.append(TieSource(raw.place.source, len(frame) + raw.place.refused, kept, rows))
    held = {layer for source in found for layer in source.table["layer"]}
    for each in lists:
        both = superior_ties(each, names, superior_layer), code_ties(each, found)
        found += [source for source in both if source is not None]
    for each in lists:
        links, units = link_ties(each, names, units)
        found += links
    registers = [read_register(frame, raw.role, raw.place, names) for raw, frame in others if raw.role in TABLES]
    for register in registers:
        found += joint_ties(register, held, names.ids)
    return units, found, joined_tables(registers)


def _log_no_units(others: list[tuple[Raw, pd.DataFrame]], log: Log) -> None:
    for raw, frame in others:
        rows = len(frame) + raw.place.refused
        log.add("table.no_units", raw.place.source)
        log.account(raw.place.source, rows, 0, 0, rows)


def _log_absent(raws: list[Raw], log: Log, options: dict[str, Any]) -> None:
    """Log the headings that an option names and no table has."""
    headings = {str(name) for raw in raws for name in raw.frame.columns}
    known = {as_compared(heading) for heading in headings}
    for option, asked in options.items():
        for heading in [asked] if isinstance(asked, str) else asked or ():
            if as_compared(heading) not in known:
                log.add("option.no_heading", f"{option}=", value=heading, other=near(heading, headings))


def _admitted(net: OrgNetwork, *, strict: bool, on_personal: str) -> OrgNetwork:
    """Return the network, unless something in it is refused."""
    if on_personal == "raise":
        found = net.findings.only(lambda table: table["code"].isin(PERSONAL))
        if len(found):
            head = "personal data in the input, which on_personal='raise' refuses:"
            raise ValidationError("\n".join([head, *found.lines()]), net.findings)
    if strict and net.findings.n_refused:
        refused = net.findings.only(lambda table: table["severity"] == "refused")
        head = f"refused for {len(refused)} faults; correct them, or pass strict=False to set these rows aside:"
        raise ValidationError("\n".join([head, *refused.lines()]), net.findings)
    return net


def _as_of(
    given: str | dt.date | None, units: pd.DataFrame, ties: pd.DataFrame, optional: Mapping[str, pd.DataFrame]
) -> dt.date | None:
    """Return the date given, else the latest in the data that is no end and no term: these may lie in the future."""
    if given is not None:
        return read_day("as_of", given)
    dates = [units[name].max() for name in ("founded", "last_election") if name in units] + [ties["since"].max()]
    dates += [table[column].max() for name, table in optional.items() for column in past_dates(name)]
    known = [date for date in dates if pd.notna(date)]
    return max(known).date() if known else None
