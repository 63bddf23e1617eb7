"""Reading exchange formats into raw tables: JSON here, GraphML and GEXF beside; values as they stand in the file."""

from __future__ import annotations

import json
import re
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from orgnet._build.bounds import UnreadableError, check_box, check_width
from orgnet._build.graph_xml import read_xml
from orgnet._build.raw import Raw
from orgnet._build.roles import ROLES, role_of
from orgnet._model.cells import LONE, REPLACEMENT, Kind, typed
from orgnet._model.values import Place

if TYPE_CHECKING:
    from collections.abc import Iterable

    from orgnet._model.findings import Log

SUFFIXES = (".json", ".graphml", ".gexf")
_ROLES = {"units": "units", "nodes": "units", "ties": "ties", "edges": "ties", "links": "ties", "relationships": "ties"}
_BOXES = ("properties", "data")  # in which Neo4j and Cytoscape keep the facts of a unit or tie
_ENDS = (("startNode", "endNode"), ("start", "end"))  # of relationships
_REMEDY = "write it as node-link JSON (networkx.node_link_data)"
_KEYS = {"units": ("unit_id",), "ties": ("source", "target", "layer")}
_HALF_ESCAPED = re.compile(r"\\[uU][dD][89a-fA-F]")
_HALF = re.compile(f"[{LONE}]")

Columns = dict[str, list[Any]]
Headed = list[tuple[str, list[Any]]]  # columns under headings that may repeat


class _Whole(str):
    """A whole number as it stands in the file."""

    __slots__ = ()


class _Number(str):
    """Any other number as it stands in the file."""

    __slots__ = ()


class _NoTableError(ValueError):
    """What makes a file no table, in words."""


def read_graph(data: bytes, source: str, suffix: str, log: Log) -> list[Raw]:
    """Read a JSON, GraphML or GEXF file into raw tables; none where it cannot be read, with a finding that says why.

    Rows are positions, from 1. In a table whose role the format itself says, a column of numbers, or of yes and no, is
    typed where that loses nothing; everything else is text as it stands in the file.
    """
    if not data.strip():
        log.add("table.empty", source)
        return []
    return _read_json(data, source, log) if suffix == ".json" else read_xml(data, source, log)


def _read_json(data: bytes, source: str, log: Log) -> list[Raw]:
    try:
        text = data.decode(json.detect_encoding(data)).removeprefix("\ufeff")
        halves = _HALF_ESCAPED.search(text) is not None
        tables = _tables(_parsed(text), source, log)
        return [_raw(name, role, columns, source, log, halves=halves) for name, role, columns in tables]
    except UnicodeDecodeError:
        why = "the text is neither UTF-8 nor UTF-16"
    except json.JSONDecodeError as error:
        why = f"it is no JSON ({error.msg}, line {error.lineno})"
    except RecursionError:
        why = "it is nested too deeply"
    except (_NoTableError, UnreadableError) as error:
        why = str(error)
    log.add("table.unreadable", source, value=why)
    return []


def _parsed(text: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    return json.loads(
        text, parse_int=_Whole, parse_float=_Number, parse_constant=_refuse_constant, object_pairs_hook=_without_repeats
    )


def _refuse_constant(name: str) -> None:
    msg = f"it holds {name}, which is no value of JSON"
    raise _NoTableError(msg)


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        msg = "a key stands twice in one record"
        raise _NoTableError(msg)
    return found


def _tables(found: Any, source: str, log: Log) -> list[tuple[str, str, Headed]]:  # noqa: ANN401
    """Return name, role and columns of each table: of a list of records, of columns, or of several tables by name."""
    if isinstance(found, list):
        return [("", "", [*_columns(found).items()])]
    if not isinstance(found, dict):
        msg = "it holds a single value and no table"
        raise _NoTableError(msg)
    if not _ROLES.keys() & found.keys() and _are_columns(found):
        return [("", "", [*_columns(found).items()])]
    found = _with_elements(found)
    _refuse_trees(found)
    named = {name: table for name, table in found.items() if name in _ROLES or _is_table(name, table)}
    if "nodes" in named or "units" in named:
        named = {name: table for name, table in named.items() if name in _ROLES or _may_stand_beside(name, table)}
    if not named:
        msg = "it holds no table: a list of records, or units and ties, or nodes and edges, is one"
        raise _NoTableError(msg)
    for name, value in found.items():
        if value and name not in {*named, "directed", "multigraph"}:
            log.add("graph.ignored", source, value=name)
    counted = found.get("multigraph") is True
    return [(name, _ROLES.get(name, ""), _graph_columns(name, table, counted=counted)) for name, table in named.items()]


def _with_elements(found: dict[str, Any]) -> dict[str, Any]:
    """Return what Cytoscape calls elements as nodes and edges."""
    elements = None if "nodes" in found else found.get("elements")
    if isinstance(elements, list) and all(isinstance(record, dict) for record in elements):
        ties = [record.get("group") == "edges" or "source" in _opened(record) for record in elements]
        parts = {
            "nodes": [record for record, tie in zip(elements, ties, strict=True) if not tie],
            "edges": [record for record, tie in zip(elements, ties, strict=True) if tie],
        }
    elif isinstance(elements, dict) and "nodes" in elements:
        parts = elements
    else:
        return found
    return {name: value for name, value in found.items() if name != "elements"} | parts


def _refuse_trees(found: dict[str, Any]) -> None:
    """Raise for forms that say in their nesting who is tied to whom: to leave that out would lose every tie."""
    forms: dict[str, tuple[type, str]] = {"adjacency": (list, "an adjacency list")}
    if not _ROLES.keys() & found.keys():
        forms["children"] = (dict, "a tree of children")
    for name, (kind, form) in forms.items():
        rows = found.get(name)
        if isinstance(rows, list) and rows and all(isinstance(row, kind) for row in rows):
            msg = f"it is {form}: {_REMEDY}"
            raise _NoTableError(msg)


def _may_stand_beside(name: str, table: Any) -> bool:  # noqa: ANN401
    """Return whether a table beside one of units is one of something else that is read, such as posts."""
    role = role_of(_columns(table), name)
    return role in ROLES and not ROLES[role].lists_units


def _opened(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record with the facts that stand in a box of their own beside its others, which come first."""
    for box in _BOXES:
        facts = record.get(box)
        if isinstance(facts, dict):
            rest = {name: value for name, value in record.items() if name != box}
            record = rest | {f"{box}.{name}" if name in rest else name: value for name, value in facts.items()}
    return record


def _is_table(name: str, found: object) -> bool:
    if isinstance(found, list):
        return bool(found) and all(isinstance(record, dict) for record in found)
    return isinstance(found, dict) and _are_columns(found) and name != "graph"


def _are_columns(found: dict[str, Any]) -> bool:
    return bool(found) and all(
        isinstance(column, list) and not any(isinstance(entry, dict) for entry in column) for column in found.values()
    )


def _graph_columns(name: str, table: Any, *, counted: bool) -> Headed:  # noqa: ANN401
    """Return the columns of a table of units or ties, of whatever name; `counted` where edges have a running key."""
    if name in _ROLES and isinstance(table, list) and all(isinstance(record, dict) for record in table):
        table = [_opened(record) for record in table]
    columns = _columns(table)
    if name == "relationships":
        columns = _with_ends(columns)
    if name in {"edges", "links"} and counted and _only(columns.get("key", [""]), _Whole):
        del columns["key"]
    if name == "nodes" and "id" in columns:  # what the edges name
        return [("unit_id", columns.pop("id")), *columns.items()]
    return [*columns.items()] or [(heading, []) for heading in _KEYS.get(_ROLES.get(name, ""), ())]


def _with_ends(columns: Columns) -> Columns:
    """Return relationships with the ends that Neo4j gives them as source and target; an end may be a whole node."""
    for ends in _ENDS:
        if "source" not in columns and all(end in columns for end in ends):
            named = dict(zip(ends, ("source", "target"), strict=True))
            for end in ends:
                columns[end] = [value.get("id") if isinstance(value, dict) else value for value in columns[end]]
            return {named.get(name, name): column for name, column in columns.items()}
    return columns


def _columns(table: Any) -> Columns:  # noqa: ANN401
    """Return the columns of a list of records, or of a mapping of columns."""
    if isinstance(table, dict):
        lengths = {len(column) if isinstance(column, list) else None for column in table.values()}
        if None in lengths or len(lengths) > 1:
            msg = "its columns are no lists of one length"
            raise _NoTableError(msg)
        check_width(len(table))
        return dict(table)
    if not isinstance(table, list) or not all(isinstance(record, dict) for record in table):
        msg = "it holds a list of something else than records"
        raise _NoTableError(msg)
    headings = dict.fromkeys(heading for record in table for heading in record)
    check_width(len(headings))
    check_box(len(table), len(headings), sum(map(len, table)))
    return {heading: [record.get(heading) for record in table] for heading in headings}


def _raw(name: str, role: str, columns: Headed, source: str, log: Log, *, halves: bool) -> Raw:
    n_rows = max((len(column) for _, column in columns), default=0)
    place = Place(f"{source}/{name}" if name else source, np.arange(1, n_rows + 1), log)
    made = [_column(heading, column, role, place, halves=halves) for heading, column in columns]
    frame = pd.DataFrame(dict(enumerate(made)), index=range(n_rows))
    headings = [_HALF.sub(REPLACEMENT, heading) for heading, _ in columns]
    return Raw(frame.set_axis(headings, axis=1), place, name or PurePath(source).stem, role)


def _column(heading: str, column: list[Any], role: str, place: Place, *, halves: bool) -> pd.Series:
    nested = [row for row, value in enumerate(column) if isinstance(value, list | dict)]
    if nested:
        row = place.rows[nested[0]]
        place.log.add("value.nested", place.source, row=row, column=heading, count=len(nested))
    texts = [None if value is None else value if isinstance(value, str) else _literal(value) for value in column]
    if halves:
        whole = [None if text is None else _HALF.sub(REPLACEMENT, text) for text in texts]
        broken = np.array([one != other for one, other in zip(texts, whole, strict=True)], dtype=bool)
        place.log.add("text.half_character", place.source, row=place.rows[broken], column=heading)
        texts = whole
    return typed(texts, _kind(column)) if role else pd.Series(texts, dtype="str")


def _kind(column: list[Any]) -> Kind:
    if _only(column, bool):
        return "flag"
    if _only(column, _Whole):
        return "whole"
    return "number" if _only(column, _Whole, _Number) else "text"


def _only(column: Iterable[Any], *kinds: type) -> bool:
    return all(value is None or isinstance(value, kinds) for value in column)


def _literal(value: Any) -> str:  # noqa: ANN401
    """Return a value as it would stand in JSON, its numbers to the last digit."""
    if isinstance(value, _Whole | _Number):
        return str(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_literal(key)}: {_literal(entry)}" for key, entry in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)
