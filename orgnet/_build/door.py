"""The door: from files, frames and graphs to one checked network, or to the findings that say why not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from orgnet._build.entry import entered, is_native, whole
from orgnet._build.exchange import as_frame
from orgnet._build.settings import USUAL

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping, Sequence

    import networkx as nx

    from orgnet._model.findings import Findings
    from orgnet._model.network import OrgNetwork
    from orgnet._model.rules import Rules

    Columns = Mapping[str, str]
    Tables = pd.DataFrame | Mapping[str, Any] | Any  # also what exchanges data frames, such as polars and pyarrow
    RulesSpec = str | Path | Mapping[str, Any] | Rules


def from_tables(  # noqa: PLR0913 - one a table of the input
    units: Tables,
    ties: Tables | None = None,
    *,
    events: Tables | None = None,
    posts: Tables | None = None,
    services: Tables | None = None,
    messages: Tables | None = None,
    items: Tables | None = None,
    superior_layer: str = "command",
    layer: str | None = None,
    columns: Columns | None = None,
    drop: Collection[str] | None = None,
    rules: RulesSpec = "cn",
    strict: bool = True,
    as_of: str | dt.date | None = None,
    on_personal: str = "drop",
) -> OrgNetwork:
    """Make a network from a table of units, a table of ties, and optional tables of what the units did.

    Parameters
    ----------
    units
        One row a unit: ``unit_id``, ``name``, ``kind``, ``superior_id`` and the other fields of the data model, under
        these names or their known headings; extra columns are kept. A pandas frame, a mapping of columns, or a frame of
        another library that hands over Arrow data (polars, pyarrow, duckdb).
    ties
        One row a tie: ``source``, ``target``, ``layer``, and ``tie_type``, ``weight``, ``since``, ``until`` ...
    events, posts, services, messages, items
        The optional tables, which measures of meetings, seats, services, tasks and work use: columns as the data model
        has them, or a register with its usual headings. Events, posts and services become ties too, unless `ties` has
        ties of their layer (collab, interlock, serves): then they would count twice.
    superior_layer
        The layer of the ties that ``superior_id`` stands for; ``"contains"`` for a list of areas.
    layer
        The layer of ties that name none, as in graphs of other tools: ``"collab"``.
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
    on_personal
        What becomes of columns and values that look personal: ``"drop"`` takes them out with a finding that names the
        column, ``"raise"`` refuses the input. There is no keep.

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
    given = {"columns": columns, "drop": drop, "rules": rules, "as_of": as_of}
    options = USUAL | given | {"superior_layer": superior_layer, "layer": layer, "on_personal": on_personal}
    more = None if ties is None else as_frame(ties, "ties")
    tables = {"events": events, "posts": posts, "services": services, "messages": messages, "items": items}
    return entered(as_frame(units, "units"), more, options, more=tables, strict=strict)


def read(
    path: str | Path,
    ties: str | Path | None = None,
    *,
    superior_layer: str = "command",
    layer: str | None = None,
    columns: Columns | None = None,
    drop: Collection[str] | None = None,
    rules: RulesSpec = "cn",
    strict: bool = True,
    encoding: str | None = None,
    sheet: str | Sequence[str] | None = None,
    as_of: str | dt.date | None = None,
    on_personal: str = "drop",
) -> OrgNetwork:
    """Read a network from a folder, from files, or from a native file.

    A folder or workbook may hold a table of units and a table of ties, or the registers that planners keep: Party
    organisations, enterprises, social organisations, grids, buildings, posts, services, activities, tasks, items of
    work. Which is which is told by headings and by the names of files and sheets; what they say of one another
    (superiors, hosts, participants, by code or by unambiguous name) becomes ties. Activities, posts, services, tasks
    and items are kept besides, as ``net.tables``.

    Parameters
    ----------
    path
        A folder; a table or workbook (``.csv``, ``.tsv``, ``.txt``, also ``.gz``; ``.xlsx``, ``.xls``, ``.ods``;
        ``.parquet``); a graph (``.json``, ``.graphml``, ``.gexf``); or a native ``.orgnet``.
    ties
        The tie table, where `path` is a unit table.
    encoding
        Of text files; by default the byte-order mark, else strict UTF-8, else strict GB18030.
    sheet
        Name of a sheet, or a list of names; by default all visible sheets that hold a table are read.
    superior_layer, layer, columns, drop, rules, strict, as_of, on_personal
        As in `orgnet.build.from_tables`; what `orgnet.build.remember` wrote beside the data holds where an option is
        not given.

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
    given = {"columns": columns, "drop": drop, "rules": rules, "encoding": encoding, "sheet": sheet, "as_of": as_of}
    options = USUAL | given | {"superior_layer": superior_layer, "layer": layer, "on_personal": on_personal}
    if is_native(path):
        return whole(path, ties, options)
    return entered(Path(path), ties, options, strict=strict)


def check(
    path_or_units: str | Path | Tables,
    ties: str | Path | Tables | None = None,
    *,
    superior_layer: str = "command",
    layer: str | None = None,
    columns: Columns | None = None,
    drop: Collection[str] | None = None,
    rules: RulesSpec = "cn",
    encoding: str | None = None,
    sheet: str | Sequence[str] | None = None,
    as_of: str | dt.date | None = None,
) -> Findings:
    """Report all that is wrong, odd or changed in an input, and never raise on bad data.

    Parameters
    ----------
    path_or_units, ties
        What `orgnet.read` or `orgnet.build.from_tables` take.
    superior_layer, layer, columns, drop, rules, encoding, sheet, as_of
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
    given = {"columns": columns, "drop": drop, "rules": rules, "encoding": encoding, "sheet": sheet, "as_of": as_of}
    options = USUAL | given | {"superior_layer": superior_layer, "layer": layer}
    if is_native(path_or_units):
        return whole(path_or_units, ties, options).findings
    return entered(path_or_units, ties, options).findings


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
    on_personal: str = "drop",
) -> OrgNetwork:
    """Make a network from a networkx graph: node attributes are unit columns, edge attributes tie columns.

    Parameters
    ----------
    graph
        Any networkx graph; nodes become ids as text.
    layer
        The layer of edges that carry none.
    superior_layer, columns, drop, rules, strict, as_of, on_personal
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
    when = as_of if as_of is not None else graph.graph.get("as_of")
    return from_tables(
        units,
        ties,
        superior_layer=superior_layer,
        layer=layer,
        columns=columns,
        drop=drop,
        rules=rules,
        strict=strict,
        as_of=when,
        on_personal=on_personal,
    )
