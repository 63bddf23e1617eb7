"""The door: from files, frames and graphs to one checked network, or to the findings that say why not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard

import numpy as np
import pandas as pd

from orgnet import __version__
from orgnet._build import readers
from orgnet._build.headings import canonical
from orgnet._build.raw import Raw
from orgnet._model import native, tables
from orgnet._model.audit import audit
from orgnet._model.findings import Findings, Log
from orgnet._model.network import OrgNetwork
from orgnet._model.rules import Rules, load_rules
from orgnet._model.tables import TieSource
from orgnet._model.values import Place, read_day
from orgnet._model.vocabulary import LAYERS, check_choice
from orgnet.errors import InputError, OptionError, ValidationError, near

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    import networkx as nx

Columns = Mapping[str, str]
Tables = pd.DataFrame | Mapping[str, Any]
RulesSpec = str | Path | Mapping[str, Any] | Rules


def from_tables(
    units: Tables,
    ties: Tables | None = None,
    *,
    superior_layer: str = "command",
    columns: Columns | None = None,
    drop: Collection[str] | None = None,
    rules: RulesSpec = "cn",
    strict: bool = True,
    as_of: str | dt.date | None = None,
) -> OrgNetwork:
    """Make a network from a table of units and a table of ties.

    Parameters
    ----------
    units
        One row a unit: ``unit_id``, ``name``, ``kind``, ``superior_id`` and the other fields of the data model, under
        these names or their known headings; extra columns are kept. A frame, or a mapping of columns.
    ties
        One row a tie: ``source``, ``target``, ``layer``, and ``tie_type``, ``weight``, ``since``, ``until`` ...
    superior_layer
        The layer of the ties that ``superior_id`` stands for; ``"contains"`` for a list of areas.
    columns
        Headings that mean a field, by hand: ``{"my heading": "staff"}``.
    drop
        Headings to leave out.
    rules
        A rule set: ``"cn"``, the path of a TOML file, or a mapping with the values that differ.
    strict
        True raises one error that lists every refused row; False sets those rows aside and keeps the rest.
    as_of
        The date the data speak for; by default the latest `since`, `founded` or `last_election` in them.

    Returns
    -------
    OrgNetwork
        Frozen; ``net.findings`` holds all that was found, row by row.

    Raises
    ------
    ValidationError
        Where rows were refused and `strict` is True; ``error.findings`` has them all.

    Examples
    --------
    >>> net = from_tables(
    ...     {"编码": ["h", "g1"], "类型": ["党委", "党支部"], "上级编码": [None, "h"]},
    ... )
    >>> net.units["kind"].tolist()
    ['party_committee', 'party_branch']
    """
    log = Log()
    raws = [_framed(units, "units", log), None if ties is None else _framed(ties, "ties", log)]
    options: dict[str, object] = {"columns": columns, "drop": drop}
    net = _enter(raws[0], raws[1], log, superior_layer=superior_layer, rules=rules, as_of=as_of, options=options)
    return _admitted(net, strict=strict)


def read(
    path: str | Path,
    ties: str | Path | None = None,
    *,
    superior_layer: str = "command",
    columns: Columns | None = None,
    drop: Collection[str] | None = None,
    rules: RulesSpec = "cn",
    strict: bool = True,
    encoding: str | None = None,
    as_of: str | dt.date | None = None,
) -> OrgNetwork:
    """Read a network from a folder, from files, or from a native file.

    Parameters
    ----------
    path
        A folder with ``units`` (or ``nodes``) and ``ties`` (or ``edges``) as ``.csv``, ``.tsv``, ``.txt`` (also
        ``.gz``) or ``.parquet``; one unit table; or a native ``.orgnet``.
    ties
        The tie table, where `path` is a unit table.
    encoding
        Of text files; by default the byte-order mark, else strict UTF-8, else strict GB18030.
    superior_layer, columns, drop, rules, strict, as_of
        As in `orgnet.build.from_tables`.

    Returns
    -------
    OrgNetwork

    Raises
    ------
    InputError
        Where a file is missing or cannot be opened.
    ValidationError
        Where rows were refused and `strict` is True.

    Examples
    --------
    >>> import orgnet
    >>> net = read(orgnet.datasets.path())
    >>> net.findings.n_refused
    0
    """
    options: dict[str, object] = {"columns": columns, "drop": drop}
    if _is_native(path):
        given: dict[str, object] = {"ties": ties, "superior_layer": superior_layer, "encoding": encoding}
        return _whole(path, given | {"rules": rules, "as_of": as_of} | options)
    log = Log()
    raws = _opened(Path(path), None if ties is None else Path(ties), log, encoding)
    net = _enter(raws[0], raws[1], log, superior_layer=superior_layer, rules=rules, as_of=as_of, options=options)
    return _admitted(net, strict=strict)


def check(
    path_or_units: str | Path | Tables,
    ties: str | Path | Tables | None = None,
    *,
    superior_layer: str = "command",
    columns: Columns | None = None,
    drop: Collection[str] | None = None,
    rules: RulesSpec = "cn",
    encoding: str | None = None,
    as_of: str | dt.date | None = None,
) -> Findings:
    """Report all that is wrong, odd or changed in an input, and never raise on bad data.

    Parameters
    ----------
    path_or_units, ties
        What `orgnet.read` or `orgnet.build.from_tables` take.
    superior_layer, columns, drop, rules, encoding, as_of
        As there.

    Returns
    -------
    Findings
        ``.table``, ``.summary()``, ``.to_frame(lang)``, ``.accounts``; ``.ok`` is True where nothing was refused and no
        error was found.

    Raises
    ------
    InputError
        Where a file is missing: that is no finding about data.

    Examples
    --------
    >>> check({"unit_id": ["a", None]}, {"source": ["a"], "target": ["b"], "layer": ["collab"]})
    <Findings 2 refused, 0 error, 1 warning, 0 note>
    """
    options: dict[str, object] = {"columns": columns, "drop": drop}
    log = Log()
    raws: list[Raw | None]
    if isinstance(path_or_units, str | Path):
        if _is_native(path_or_units):
            given: dict[str, object] = {"ties": ties, "superior_layer": superior_layer, "encoding": encoding}
            return _whole(path_or_units, given | {"rules": rules, "as_of": as_of} | options).findings
        ties_path = Path(ties) if isinstance(ties, str | Path) else None
        raws = _opened(Path(path_or_units), ties_path, log, encoding)
        if ties is not None and ties_path is None:
            raws[1] = _framed(ties, "ties", log)  # type: ignore[arg-type]
    else:
        raws = [_framed(path_or_units, "units", log), None]
        if isinstance(ties, str | Path):
            raws[1] = readers.read_table(_existing(Path(ties)), log, encoding)
        elif ties is not None:
            raws[1] = _framed(ties, "ties", log)
    net = _enter(raws[0], raws[1], log, superior_layer=superior_layer, rules=rules, as_of=as_of, options=options)
    return net.findings


def from_networkx(
    graph: nx.Graph[Any],
    *,
    layer: str | None = None,
    superior_layer: str = "command",
    columns: Columns | None = None,
    drop: Collection[str] | None = None,
    rules: RulesSpec = "cn",
    strict: bool = True,
    as_of: str | dt.date | None = None,
) -> OrgNetwork:
    """Make a network from a networkx graph: node attributes are unit columns, edge attributes tie columns.

    Parameters
    ----------
    graph
        Any networkx graph; nodes become ids as text.
    layer
        The layer of edges that carry none.
    superior_layer, columns, drop, rules, strict, as_of
        As in `orgnet.build.from_tables`.

    Returns
    -------
    OrgNetwork

    Raises
    ------
    ValidationError
        For instance where an edge has no layer and none is given.

    Examples
    --------
    >>> import networkx as nx
    >>> from_networkx(nx.path_graph(3), layer="collab")
    <OrgNetwork 3 units, 2 ties: collab 2>
    """
    nodes = [{"unit_id": None} | facts | {"unit_id": node} for node, facts in graph.nodes(data=True)]
    blank = {"source": None, "target": None}
    edges = [blank | facts | {"source": a, "target": b} for a, b, facts in graph.edges(data=True)]
    units = pd.DataFrame(nodes or {"unit_id": pd.Series(dtype="str")})
    ties = pd.DataFrame(edges or {"source": [], "target": [], "layer": []})
    if layer is not None:
        ties["layer"] = ties["layer"].fillna(layer) if "layer" in ties else layer
    when = as_of if as_of is not None else graph.graph.get("as_of")
    return from_tables(
        units,
        ties,
        superior_layer=superior_layer,
        columns=columns,
        drop=drop,
        rules=rules,
        strict=strict,
        as_of=when,
    )


def _is_native(path: object) -> TypeGuard[str | Path]:
    return isinstance(path, str | Path) and Path(path).suffix.lower() == ".orgnet" and Path(path).is_file()


def _whole(path: str | Path, options: Mapping[str, object]) -> OrgNetwork:
    """Load a native file, to which options of the door do not apply."""
    usual = {"rules": "cn", "superior_layer": "command"}
    given = [name for name, value in options.items() if value is not None and value != usual.get(name)]
    if given:
        msg = (
            f"{path} is a native file, whole and exact: {given} cannot be applied to it. Read its tables again instead."
        )
        raise OptionError(msg)
    return native.load(path)


def _existing(path: Path) -> Path:
    if not path.exists():
        msg = f"{path} does not exist; give a folder with units.csv and ties.csv, or a file"
        raise InputError(msg)
    return path


def _opened(path: Path, ties: Path | None, log: Log, encoding: str | None) -> list[Raw | None]:
    if _existing(path).is_dir():
        units_path, ties_path = readers.find_tables(path, log)
        ties_path = ties_path if ties is None else _existing(ties)
    else:
        units_path, ties_path = path, None if ties is None else _existing(ties)
    return [None if file is None else readers.read_table(file, log, encoding) for file in (units_path, ties_path)]


def _framed(table: Tables, source: str, log: Log) -> Raw:
    if isinstance(table, pd.DataFrame):
        frame = table
    elif isinstance(table, Mapping):
        try:
            frame = pd.DataFrame(dict(table))
        except ValueError as error:
            msg = f"the {source} make no table: {error}. Give each column the same number of values."
            raise OptionError(msg) from error
    else:
        msg = f"{source} must be a pandas DataFrame or a mapping of columns, not {type(table).__name__}"
        raise OptionError(msg)
    if "unit_id" not in frame and frame.index.name == "unit_id":
        frame = frame.reset_index()
    return Raw(frame, Place(source, np.arange(len(frame)), log))


def _enter(
    units: Raw | None,
    ties: Raw | None,
    log: Log,
    *,
    superior_layer: str,
    rules: RulesSpec,
    as_of: str | dt.date | None,
    options: dict[str, Any],
) -> OrgNetwork:
    """Take both tables through every check and make the network of the rows that pass."""
    check_choice("superior_layer", superior_layer, list(LAYERS))
    loaded = load_rules(rules)
    _log_absent([units, ties], log, options)
    sources = []
    if units is None:
        if ties is not None:
            n_ties = len(ties.frame) + ties.place.refused
            log.add("table.no_units", ties.place.source)
            log.account(ties.place.source, n_ties, 0, 0, n_ties)
            ties = None
        units, clean = Raw(pd.DataFrame(), Place("units", np.arange(0), log)), tables.no_units()
    else:
        clean = tables.clean_units(canonical(units.frame, "units", units.place, **options), units.place)
    ids = clean.table.index
    if ties is not None:
        kept, rows = tables.clean_ties(canonical(ties.frame, "ties", ties.place, **options), ties.place, ids)
        sources.append(TieSource(ties.place.source, len(ties.frame) + ties.place.refused, kept, rows))
    kept, rows = tables.superior_ties(clean, superior_layer, units.place)
    named = int(clean.superior.notna().sum())
    if named:
        sources.append(TieSource(f"{units.place.source}, superior", named, kept, rows))
    table, ends = tables.merge_ties(sources, ids, log)
    facts: dict[str, Any] = {"rules": loaded, "as_of": _as_of(as_of, clean.table, table)}
    net = OrgNetwork(clean.table, table, ends, findings=log.findings(), **facts)
    audit(net, units.place.source, clean.rows, log)
    findings = log.findings()
    step = {
        "step": "read",
        "sources": findings.accounts.to_dict("records"),
        "superior_layer": superior_layer,
        "version": __version__,
    }
    return OrgNetwork(clean.table, table, ends, findings=findings, provenance=(step,), **facts)


def _log_absent(raws: list[Raw | None], log: Log, options: dict[str, Any]) -> None:
    """Log the headings that an option names and no table has."""
    headings = {str(name) for raw in raws if raw is not None for name in raw.frame.columns}
    for option, asked in options.items():
        for heading in [asked] if isinstance(asked, str) else asked or ():
            if heading not in headings:
                log.add("option.no_heading", f"{option}=", value=heading, other=near(heading, headings))


def _admitted(net: OrgNetwork, *, strict: bool) -> OrgNetwork:
    if strict and net.findings.n_refused:
        refused = net.findings.only(lambda table: table["severity"] == "refused")
        head = f"refused for {len(refused)} faults; correct them, or pass strict=False to set these rows aside:"
        raise ValidationError("\n".join([head, *refused.lines()]), net.findings)
    return net


def _as_of(given: str | dt.date | None, units: pd.DataFrame, ties: pd.DataFrame) -> dt.date | None:
    """Return the date given, else the latest beginning in the data; ends and terms may lie in the future."""
    if given is not None:
        return read_day("as_of", given)
    dates = [units[name].max() for name in ("founded", "last_election") if name in units] + [ties["since"].max()]
    known = [date for date in dates if pd.notna(date)]
    return max(known).date() if known else None
