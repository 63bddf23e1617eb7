"""Reading GraphML and GEXF: streamed, with no entity ever expanded and every value as it stands in the file."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers import expat

import numpy as np
import pandas as pd

from orgnet._build.bounds import UnreadableError, check_box, check_width
from orgnet._build.raw import Raw
from orgnet._build.roles import field_of
from orgnet._model.cells import Kind, typed
from orgnet._model.values import Place

if TYPE_CHECKING:
    from orgnet._model.findings import Log

_KINDS: dict[str, Kind] = {"boolean": "flag", "double": "number", "float": "number"}
_KINDS |= dict.fromkeys(("int", "long", "integer"), "whole")
_TABLES = {"node": ("nodes", "units"), "edge": ("edges", "ties")}
_OWNERS = frozenset(["graph", "node", "edge", "port", "hyperedge"])  # what data and attribute values belong to
# Attributes of XML that say what the tables say, or what only the file needs.
_PASSED = {"node": {"id"}, "edge": {"id", "source", "target", "directed", "type"}}
_FRAME = frozenset(
    [
        *("graphml", "key", "default", "desc", "data", "gexf", "nodes", "edges", "attributes", "attribute"),
        *("attvalues", "attvalue", "options", "meta", "creator", "description", "keywords", *_OWNERS),
    ]
)
_CHINESE = re.compile(rb"""^<\?xml[^>]{0,200}encoding\s*=\s*["'](gb18030|gbk|gb2312)["']""", re.IGNORECASE)


class _NoGraphError(ValueError):
    """What makes a file no graph, in words."""


@dataclass
class _Attribute:
    """An attribute that the file declares: its title, if any, its type, and what holds where none is given."""

    title: str
    kind: Kind = "text"
    default: str | None = None


@dataclass
class _Items:
    """The nodes or the edges of a graph: positions of the rows, XML attributes, and cells by declared attribute."""

    own: list[dict[str, str]] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    cells: dict[str, dict[int, str]] = field(default_factory=dict)
    seen: int = 0


def read_xml(data: bytes, source: str, log: Log) -> list[Raw]:
    """Read the nodes and edges of a GraphML or GEXF file; none where it is neither, with a finding that says why."""
    reader = _Reader()
    try:
        reader.read(data)
        for item in _TABLES:
            _check_size(reader, item)
    except (_NoGraphError, UnreadableError) as error:
        why = str(error)
    except expat.ExpatError as error:
        why = f"it is no XML ({expat.ErrorString(error.code)}, line {error.lineno})"
    except UnicodeDecodeError:
        why = "the text is not GB18030"
    except (ValueError, LookupError):
        why = "it is in an encoding that is not known"
    else:
        for name, count in reader.ignored.items():
            log.add("graph.ignored", source, value=name, count=count)
        if reader.nested:
            log.add("graph.nested", source, count=reader.nested)
        return [_raw(reader, item, source, log) for item in _TABLES]
    log.add("table.unreadable", source, value=why)
    return []


class _Reader:
    """Takes the events of the parser and keeps nodes, edges and attributes, not the tree."""

    def __init__(self) -> None:
        self.items = {name: _Items() for name in _TABLES}
        self.declared: dict[tuple[str, str], _Attribute] = {}
        self.ignored: Counter[str] = Counter()
        self.nested = 0
        self._graphs = 0
        self.hyperedges: list[int] = []
        self._path: list[str] = []
        self._owners: list[tuple[str, int]] = []
        self._domain = ""  # of the attributes that are being declared, in GEXF
        self._reading: list[_Attribute] = []  # one that may get a default, with each domain it is declared for
        self._key: str | None = None  # of the data element that is open, in GraphML
        self._plain = True  # it holds text alone
        self._text: list[str] = []

    def read(self, data: bytes) -> None:
        encoding = None
        if _CHINESE.match(data):
            data, encoding = data.decode("gb18030").encode(), "utf-8"
        parser = expat.ParserCreate(encoding, namespace_separator="}")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_entities
        parser.EntityDeclHandler = _refuse_entities
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append
        parser.Parse(data, True)  # noqa: FBT003 - the whole file at once

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition("}")[2]
        self._end_label()
        if not self._path and name not in {"graphml", "gexf"}:
            msg = f"its first element is <{name[:40]}>, neither <graphml> nor <gexf>"
            raise _NoGraphError(msg)
        self._path.append(name)
        self._text.clear()
        if name not in _FRAME or self._key is not None:
            self.ignored[name] += not self._awaits_label()
            self._plain = False
            return
        if name in _OWNERS:
            self._start_owner(name, attributes)
        elif name == "data":
            self._key, self._plain = attributes.get("key", ""), True
        elif name == "attvalue":
            self._keep(attributes.get("for", attributes.get("id", "")), attributes.get("value", ""))
        elif name in {"key", "attributes", "attribute"}:
            self._declare(name, attributes)

    def _start_owner(self, name: str, attributes: dict[str, str]) -> None:
        row = -1
        above = self._owners[-1][0] if self._owners else ""
        if name in self.items:
            items = self.items[name]
            items.seen += 1
            row = len(items.own)
            items.own.append(attributes)
            items.positions.append(items.seen)
        elif name == "hyperedge":
            self.items["edge"].seen += 1
            self.hyperedges.append(self.items["edge"].seen)
        elif name == "port":
            self.ignored[name] += 1
        else:
            self._graphs += 1
        inside = name in {"graph", "node"} and above in {"node", "edge"}
        self.nested += inside or (name == "graph" and self._graphs > 1)
        self._owners.append((name, row))

    def _declare(self, name: str, attributes: dict[str, str]) -> None:
        if name == "attributes":
            self._domain = attributes.get("class", "node")
            return
        key = attributes.get("id", "")
        title = attributes.get("attr.name") or attributes.get("title") or ""
        kind = _KINDS.get(attributes.get("attr.type", attributes.get("type", "")), "text")
        domain = self._domain if name == "attribute" else attributes.get("for", "all")
        self._reading = []
        for one in _TABLES if domain == "all" else (domain,):
            self.declared[one, key] = _Attribute(title, kind)
            self._reading.append(self.declared[one, key])

    def _end(self, name: str) -> None:
        name = name.rpartition("}")[2]
        self._end_label()
        self._path.pop()
        text = "".join(self._text)
        self._text.clear()
        if self._key is not None:
            if name == "data" and "data" not in self._path:
                if self._plain:
                    self._keep(self._key, text)
                self._key = None
        elif name == "default":
            for attribute in self._reading:
                attribute.default = text
        elif name in _OWNERS:
            self._owners.pop()

    def _awaits_label(self) -> bool:
        """Return whether a drawing of yEd is at the first text that it shows on a unit: its name."""
        owner, row = self._owners[-1] if self._owners else ("", -1)
        return self._path[-1:] == ["NodeLabel"] and owner == "node" and "label" not in self.items[owner].own[row]

    def _end_label(self) -> None:
        if self._awaits_label() and (text := "".join(self._text).strip()):
            self.items["node"].own[self._owners[-1][1]]["label"] = text

    def _keep(self, key: str, value: str) -> None:
        owner, row = self._owners[-1] if self._owners else ("", -1)
        if row < 0:
            self.ignored["data"] += 1
        else:
            self.items[owner].cells.setdefault(key, {})[row] = value


def _refuse_entities(*_: object) -> None:
    msg = "it declares entities, which this library never expands"
    raise _NoGraphError(msg)


def _check_size(reader: _Reader, item: str) -> None:
    """Refuse nodes or edges of which each has attributes of its own: together they would fill a square."""
    items, cells = reader.items[item], reader.items[item].cells
    headings = {key for domain, key in reader.declared if domain == item} | cells.keys()
    width = len(headings) + len({heading for own in items.own for heading in own})
    check_width(width)
    check_box(len(items.own), width, sum(map(len, items.own)) + sum(map(len, cells.values())))


def _raw(reader: _Reader, item: str, source: str, log: Log) -> Raw:
    """Return the nodes or edges as a table: ids or ends, the attributes that were declared, those of the XML."""
    name, role = _TABLES[item]
    items = reader.items[item]
    refused = np.array(reader.hyperedges if item == "edge" else [], dtype=np.int64)
    place = Place(f"{source}/{name}", np.array(items.positions, dtype=np.int64), log, refused=len(refused))
    log.add("graph.hyperedge", place.source, row=refused)
    ids = {"unit_id": "id"} if item == "node" else {"source": "source", "target": "target"}
    columns = [(heading, _own(items, attribute)) for heading, attribute in ids.items()]
    columns += _declared(reader, item)
    for heading in dict.fromkeys(heading for own in items.own for heading in own if heading not in _PASSED[item]):
        column = _labels(items, columns) if (item, heading) == ("node", "label") else _own(items, heading)
        if column.notna().any():
            columns.append((heading.rpartition("}")[2], column))
    if item == "edge" and not items.own and not any(heading == "layer" for heading, _ in columns):
        columns.append(("layer", pd.Series(dtype="str")))
    frame = pd.DataFrame({number: column for number, (_, column) in enumerate(columns)}, index=range(len(items.own)))
    return Raw(frame.set_axis([heading for heading, _ in columns], axis=1), place, name, role)


def _own(items: _Items, attribute: str) -> pd.Series:
    """Return an attribute of the XML elements as a column."""
    texts = [own.get(attribute) for own in items.own]
    return typed(texts, "number" if attribute == "weight" else "text")


def _declared(reader: _Reader, item: str) -> list[tuple[str, pd.Series]]:
    """Return title and column of each attribute that is declared with a title, or that has values."""
    items, columns = reader.items[item], []
    for key in dict.fromkeys([*(key for domain, key in reader.declared if domain == item), *items.cells]):
        attribute, cells = reader.declared.get((item, key), _Attribute(key)), items.cells.get(key, {})
        texts = [cells.get(row, attribute.default) for row in range(len(items.own))]
        if attribute.title or any(text is not None for text in texts):
            columns.append((attribute.title or key, typed(texts, attribute.kind)))
    return columns


def _labels(items: _Items, columns: list[tuple[str, pd.Series]]) -> pd.Series:
    """Return the labels without those that repeat the id, or a name that is there already."""
    labels = [None if own.get("label") == own.get("id") else own.get("label") for own in items.own]
    for heading, column in columns:
        if field_of(heading, "units") == "name":
            labels = [None if text == name else text for text, name in zip(labels, column, strict=True)]
    return pd.Series(labels, dtype="str")
