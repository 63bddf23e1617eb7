"""The organisation network: two tables, checked at the door, frozen."""

from __future__ import annotations

import copy
import html
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
import pandas as pd

from orgnet._engine.csr import View, build_view
from orgnet._model.cells import as_written, columns_of
from orgnet._model.optional import set_tables, within
from orgnet._model.results import plain
from orgnet._model.values import fold, read_day
from orgnet._model.vocabulary import KIND_WORDS, LAYERS, check_choice, label, resolve_layers
from orgnet.errors import OptionError, UnitError, near

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import networkx as nx
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from orgnet._model.findings import Findings
    from orgnet._model.rules import Rules
    from orgnet._model.vocabulary import Direction

DIRECTIONS = ("both", "down", "up")
_SHOWN = 30  # words named in an error


class OrgNetwork:
    """Units, and the ties of command and collaboration between them; frozen.

    Built by `orgnet.read` and `orgnet.build`, never by hand. Tables come out as copies, arrays
    are read-only, and every method that changes something returns a new network.

    Examples
    --------
    >>> import orgnet
    >>> net = orgnet.build.from_tables(
    ...     {"unit_id": ["h", "g1", "g2"], "kind": "party_branch", "superior_id": [None, "h", "h"]},
    ...     {"source": ["g1"], "target": ["g2"], "layer": ["collab"]},
    ... )
    >>> net
    <OrgNetwork 3 units, 3 ties: command 2, collab 1>
    >>> net.ties[["source", "target", "layer"]].values.tolist()
    [['g1', 'g2', 'collab'], ['h', 'g1', 'command'], ['h', 'g2', 'command']]
    """

    __slots__ = ("_as_of", "_ends", "_findings", "_provenance", "_rules", "_tables", "_ties", "_units", "_views")
    _units: pd.DataFrame
    _ties: pd.DataFrame
    _ends: NDArray[np.int32]
    _rules: Rules
    _findings: Findings
    _provenance: tuple[dict[str, Any], ...]
    _as_of: dt.date | None
    _tables: dict[str, pd.DataFrame]
    _views: dict[tuple[Any, ...], View]

    def __init__(
        self,
        units: pd.DataFrame,
        ties: pd.DataFrame,
        ends: NDArray[np.int32],
        *,
        rules: Rules,
        findings: Findings,
        provenance: tuple[dict[str, Any], ...] = (),
        as_of: dt.date | None = None,
        tables: Mapping[str, pd.DataFrame] | None = None,
        views: dict[tuple[Any, ...], View] | None = None,
    ) -> None:
        ends = np.ascontiguousarray(ends, dtype=np.int32)
        ends.setflags(write=False)
        facts = {
            "_units": units.copy(),  # arrays that the caller holds must not change this network
            "_ties": ties.copy(),
            "_ends": ends,
            "_rules": rules,
            "_findings": findings,
            "_provenance": provenance,
            "_as_of": as_of,
            "_tables": {name: table.copy() for name, table in (tables or {}).items()},
            "_views": {} if views is None else views,
        }
        for name, value in facts.items():
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        msg = f"an OrgNetwork is frozen: {name!r} cannot be set. with_units, with_ties and select return a new network."
        raise AttributeError(msg)

    def __delattr__(self, name: str) -> NoReturn:
        self.__setattr__(name, None)

    def __reduce__(self) -> tuple[Callable[..., OrgNetwork], tuple[Any, ...]]:
        return _remade, (
            (self._units, self._ties, self._ends),
            {
                "rules": self._rules,
                "findings": self._findings,
                "provenance": self._provenance,
                "as_of": self._as_of,
                "tables": self._tables,
            },
        )

    # --- what it holds

    @property
    def units(self) -> pd.DataFrame:
        """One row a unit, index ``unit_id``; a copy, so that writing to it changes nothing here."""
        return self._units.copy()

    @property
    def ties(self) -> pd.DataFrame:
        """One row a tie: source, target, layer, tie_type, weight, since, until and what else the input had."""
        return self._ties.copy()

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The optional tables of the input: events, posts, services, messages, items; copies, those it had."""
        return {name: table.copy() for name, table in self._tables.items()}

    @property
    def ids(self) -> pd.Index:
        """The ids of the units, in input order."""
        return self._units.index.view()

    @property
    def names(self) -> pd.Series:
        """The name of each unit; its id where no name is recorded."""
        return self._units["name"].fillna(self._units.index.to_series())

    @property
    def ends(self) -> NDArray[np.int32]:
        """Rows of the units at the two ends of each tie, shape (2, n_ties), read-only."""
        return self._ends

    @property
    def n_units(self) -> int:
        """Number of units, isolates included."""
        return len(self._units)

    @property
    def n_ties(self) -> int:
        """Number of rows of the tie table, all layers."""
        return len(self._ties)

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers that have ties, in the order of the vocabulary."""
        present = set(self._ties["layer"].unique())
        return tuple(name for name in LAYERS if name in present)

    @property
    def rules(self) -> Rules:
        """The rule set that measures use."""
        return self._rules

    @property
    def findings(self) -> Findings:
        """What was found while the input was read."""
        return self._findings

    @property
    def provenance(self) -> tuple[dict[str, Any], ...]:
        """The steps that made this network, the first one first."""
        return copy.deepcopy(self._provenance)

    @property
    def as_of(self) -> dt.date | None:
        """The date the data speak for: the latest date in them, unless one was given."""
        return self._as_of

    def rows(self, units: str | Iterable[str]) -> NDArray[np.int32]:
        """Return the rows of one or several unit ids; `UnitError` names the first that is not here."""
        wanted = pd.Index(list(units) if pd.api.types.is_list_like(units) else [units], dtype="str")
        found = self._units.index.get_indexer(wanted)
        if (found < 0).any():
            missing = wanted[found < 0]
            hint = near(str(missing[0]), self.ids) if self.n_units <= 10_000 else ""  # noqa: PLR2004 - a slow search
            several = f" ({len(missing)} of {len(wanted)} ids not found)" if len(wanted) > 1 else ""
            msg = f"no unit {missing[0]!r} among {self.n_units} units{several}.{hint}"
            raise UnitError(msg)
        return found.astype(np.int32)

    # --- arrays

    def tie_mask(self, layers: str | Sequence[str]) -> NDArray[np.bool_]:
        """Return which rows of the tie table belong to the layers or groups named."""
        return self._ties["layer"].isin(resolve_layers(layers)).to_numpy(bool)

    def view(
        self,
        layers: str | Sequence[str] = "all",
        direction: Direction = "both",
        *,
        weight: str | None = None,
        distance: str = "hops",
    ) -> View:
        """Return the simple graph of a choice of layers as read-only arrays; built once and kept.

        Parameters
        ----------
        layers
            A layer, a group, or a list of them.
        direction
            ``"down"`` follows directed ties away from the top (`report` ties reversed), ``"up"`` the reverse,
            ``"both"`` ignores direction. Undirected ties go both ways.
        weight
            A numeric column of `ties` with strengths, summed over parallel ties; None for an unweighted view. Strengths
            or lengths: not both.
        distance
            ``"hops"``, ``"inverse"`` (1 / weight), or a numeric column of `ties` with lengths; the shortest of
            parallel ties counts.

        Raises
        ------
        LayerError, OptionError
            For words that are not known, for `weight` beside `distance`, and where a tie has no length.
        """
        check_choice("direction", direction, DIRECTIONS)
        if weight is not None and distance != "hops":
            msg = f"weight={weight!r} and distance={distance!r} were both given; a view holds one: leave one out"
            raise OptionError(msg)
        chosen = resolve_layers(layers)
        key = (chosen, direction, weight, distance)
        if key not in self._views:
            self._views[key] = self._build_view(chosen, direction, weight, distance)
        return self._views[key]

    def _build_view(self, layers: tuple[str, ...], direction: Direction, weight: str | None, distance: str) -> View:
        if direction == "up":
            return self.view(layers, "down", weight=weight, distance=distance).reverse()
        mask = self.tie_mask(layers)
        source, target = self._ends[:, mask]
        layer = self._ties["layer"].to_numpy()[mask]
        backwards = layer == "report"
        source, target = np.where(backwards, target, source), np.where(backwards, source, target)
        one_way = np.isin(layer, [name for name in layers if LAYERS[name].directed])
        lengths = self._lengths(distance, mask)
        return build_view(
            self.n_units,
            source,
            target,
            mode=direction,
            one_way=one_way,
            directed=any(LAYERS[name].directed for name in layers),
            weight=lengths if lengths is not None else None if weight is None else self._tie_numbers(weight, mask),
            merge="sum" if lengths is None else "min",
        )

    def _lengths(self, distance: str, mask: NDArray[np.bool_]) -> NDArray[np.float64] | None:
        if distance == "hops":
            return None
        if distance == "inverse":
            return np.asarray(1.0 / self._tie_numbers("weight", mask))
        return self._tie_numbers(distance, mask)

    def _tie_numbers(self, column: str, mask: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return a numeric column of the ties under `mask`; missing or negative values are an error."""
        if column not in self._ties or not pd.api.types.is_numeric_dtype(self._ties[column].dtype):
            known = [str(name) for name in self._ties if pd.api.types.is_numeric_dtype(self._ties[name].dtype)]
            msg = f"no numeric column {column!r} of ties; there are {known}, and 'hops' and 'inverse' for distance."
            msg += near(column, known)
            raise OptionError(msg)
        values = self._ties[column].to_numpy(np.float64, na_value=np.nan)[mask]
        bad = ~(np.isfinite(values) & (values >= 0))
        if bad.any():
            first = self._ties.iloc[np.flatnonzero(mask)[bad.argmax()]]
            msg = (
                f"{int(bad.sum())} of {len(values)} ties of these layers have no usable {column!r} (the first: "
                f"{first['source']!r} to {first['target']!r}, {first['layer']}); record it, choose layers that have "
                f"it, or fill it in: net.with_ties({column}=net.ties[{column!r}].fillna(1.0))"
            )
            raise OptionError(msg)
        return values

    def to_sparse(
        self, layers: str | Sequence[str] = "all", direction: Direction = "down", *, weight: str | None = None
    ) -> csr_array:
        """Return the adjacency matrix of a view as a scipy `csr_array` of one's own, shape (n_units, n_units)."""
        return self.view(layers, direction, weight=weight).to_scipy().copy()

    def to_networkx(self, layers: str | Sequence[str] = "all") -> nx.MultiDiGraph[str]:
        """Return a networkx graph: unit columns on the nodes, tie columns on the edges, missing values left out.

        All values are plain: text, int, float, bool, and dates as text (2025-06-30), so that networkx can write the
        graph to any of its forms. The ties of `layers` are taken; ``layers=net.layers`` takes all, territory too, and
        `orgnet.build.from_networkx` gives the same units and ties back, save that columns of dates that are no fields
        stay text.
        """
        import networkx as nx

        graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        if self.as_of is not None:
            graph.graph["as_of"] = self.as_of.isoformat()
        graph.add_nodes_from(zip(self.ids, _records(self._units), strict=True))
        chosen = self._ties[self.tie_mask(layers)]
        facts = _records(chosen.drop(columns=["source", "target"]))
        graph.add_edges_from(zip(chosen["source"], chosen["target"], facts, strict=True))
        return graph

    # --- other networks

    def select(
        self,
        *,
        units: Iterable[str] | None = None,
        kind: str | Sequence[str] | None = None,
        area: str | Sequence[str] | None = None,
        layers: str | Sequence[str] | None = None,
        at: str | dt.date | None = None,
    ) -> OrgNetwork:
        """Return the network of some units (by id, kind, area) and the ties among them.

        Parameters
        ----------
        units, kind, area
            Keep units that meet every condition given. Words for a kind, such as ``"企业"``, are understood; a kind or
            area that no unit has is an error.
        layers
            Keep the ties of these layers.
        at
            Keep the ties that are current on this date: begun by then (or with no beginning), and not ended before.

        Examples
        --------
        >>> import orgnet
        >>> net = orgnet.datasets.load()
        >>> net.select(kind=["enterprise", "social_org"]).units["kind"].unique().tolist()
        ['enterprise', 'social_org']
        """
        keep = np.ones(self.n_units, dtype=bool)
        if units is not None:
            keep[:] = False
            keep[self.rows(units)] = True
        for column, wanted in (("kind", kind), ("area", area)):
            if wanted is None:
                continue
            if column not in self._units:
                msg = f"select by {column}: this network has no column {column!r}; columns are {list(self._units)}"
                raise OptionError(msg)
            keep &= self._units[column].isin(self._present(column, wanted)).to_numpy(bool)
        ties = np.ones(self.n_ties, dtype=bool) if layers is None else self.tie_mask(layers)
        day = None if at is None else read_day("at", at)
        if day is not None:
            ties &= self._current(pd.Timestamp(day))
        options = {"kind": kind, "area": area, "layers": layers, "at": day}
        return self._keep(keep, ties, {"step": "select", **{k: plain(v) for k, v in options.items() if v is not None}})

    def _present(self, column: str, wanted: str | Sequence[str]) -> list[str]:
        """Return the words wanted as they stand in a column of units; one that stands nowhere is an error."""
        present = set(self._units[column].dropna())
        found = []
        for word in [wanted] if isinstance(wanted, str) else wanted:
            known = KIND_WORDS.get(fold(str(word)).lower()) if column == "kind" else None
            if word not in present and known not in present:
                known_words = sorted(map(str, present))
                msg = f"no unit has {column} {word!r}; there are {known_words[:_SHOWN]}.{near(str(word), known_words)}"
                raise OptionError(msg)
            found.append(word if word in present else str(known))
        return found

    def _current(self, when: pd.Timestamp) -> NDArray[np.bool_]:
        begun = ~(self._ties["since"] > when).to_numpy(bool)
        return begun & ~(self._ties["until"] < when).to_numpy(bool)

    def ego(self, unit: str, hops: int = 1, *, layers: str | Sequence[str] = "all") -> OrgNetwork:
        """Return the network of a unit and all units within `hops` ties of it, direction ignored."""
        from orgnet._engine.traversal import hops as sweep

        if hops < 0:
            msg = f"hops={hops} is not allowed; ask for 0 or more"
            raise OptionError(msg)
        far = sweep(self.view(layers), self.rows(unit))
        keep = (far >= 0) & (far <= hops)
        return self._keep(keep, np.ones(self.n_ties, dtype=bool), {"step": "ego", "unit": unit, "hops": int(hops)})

    def without(self, units: str | Iterable[str]) -> OrgNetwork:
        """Return the network that is left when these units, and their ties, are taken out."""
        keep = np.ones(self.n_units, dtype=bool)
        gone = self.rows(units)
        keep[gone] = False
        return self._keep(keep, np.ones(self.n_ties, dtype=bool), {"step": "without", "units": len(gone)})

    def _keep(self, units: NDArray[np.bool_], ties: NDArray[np.bool_], step: dict[str, Any]) -> OrgNetwork:
        source, target = self._ends
        ties = ties & units[source] & units[target]
        renumbered = np.cumsum(units, dtype=np.int32) - np.int32(1)
        return OrgNetwork(
            self._units[units],
            self._ties[ties].reset_index(drop=True),
            renumbered[self._ends[:, ties]],
            tables=self._tables if units.all() else within(self._tables, self._units.index[units]),
            rules=self._rules,
            findings=self._findings,
            provenance=(*self._provenance, {**step, "units_left": int(units.sum()), "ties_left": int(ties.sum())}),
            as_of=self._as_of,
        )

    def with_units(self, **columns: Any) -> OrgNetwork:
        """Return a network with columns added to, or replaced in, the unit table.

        A Series is aligned by unit id (units it does not name get a missing value; an id that is not here is an
        error); anything else must have one value a unit, or be a single value.

        Examples
        --------
        >>> import orgnet
        >>> net = orgnet.datasets.load()
        >>> "span" in net.with_units(span=orgnet.metrics.span(net)).units
        True
        """
        from orgnet._model.edits import set_units

        units = set_units(self._units, {name: self._aligned(name, values) for name, values in columns.items()})
        step = {"step": "with_units", "columns": sorted(columns)}
        return self._copy(units=units, views=self._views, step=step)

    def _aligned(self, name: str, values: object) -> object:
        """Return a Series in the order of the units; anything else as it is."""
        if not isinstance(values, pd.Series):
            return values
        self.rows(values.index)
        if not values.index.is_unique:
            msg = f"with_units({name}=...): a unit stands in the index twice; give each unit one value"
            raise OptionError(msg)
        return values.set_axis(values.index.astype("str")).reindex(self.ids)

    def with_ties(self, ties: pd.DataFrame | None = None, **columns: Any) -> OrgNetwork:
        """Return a network with ties added (`ties`, a table like `net.ties`), or with columns of the tie table set.

        Added ties, and values set, pass the same checks as those of a file, but what is refused or cannot be read is an
        error that says why. A tie that is here already is passed over. What shows only in the whole, such as a cycle of
        command or a second superior, is kept and joins the findings, as with a file; there a row is a row of `units`.
        """
        from orgnet._model.edits import add_ties, audited, set_ties

        table, ends = set_ties(self._ties, columns), self._ends
        if ties is not None:
            table, ends = add_ties(table, ties, self.ids)
        step = {"step": "with_ties", "ties_added": len(table) - self.n_ties, "columns": sorted(columns)}
        new = self._copy(ties=table, ends=ends, views={}, step=step)
        return new._copy(findings=audited(new), views=new._views)  # noqa: SLF001 - its own kind

    def with_tables(self, **tables: pd.DataFrame | Mapping[str, Any] | None) -> OrgNetwork:
        """Return a network with optional tables set (events, posts, services, messages, items), or left out where None.

        Columns have the names of docs/data-model.md. What a file would have refused is an error that says why.

        Examples
        --------
        >>> import orgnet
        >>> net = orgnet.build.from_tables({"unit_id": ["h", "s"], "kind": ["party_committee", "service_centre"]})
        >>> net.with_tables(services={"provider": ["s"], "receiver": ["h"], "service": ["legal aid"]}).tables.keys()
        dict_keys(['services'])
        """
        step = {"step": "with_tables", "tables": sorted(tables)}
        return self._copy(views=self._views, tables=set_tables(self._tables, tables, self.ids), step=step)

    def _copy(
        self,
        *,
        views: dict[tuple[Any, ...], View],
        tables: dict[str, pd.DataFrame] | None = None,
        step: dict[str, Any] | None = None,
        findings: Findings | None = None,
        units: pd.DataFrame | None = None,
        ties: pd.DataFrame | None = None,
        ends: NDArray[np.int32] | None = None,
    ) -> OrgNetwork:
        return OrgNetwork(
            self._units if units is None else units,
            self._ties if ties is None else ties,
            self._ends if ends is None else ends,
            rules=self._rules,
            findings=self._findings if findings is None else findings,
            provenance=self._provenance if step is None else (*self._provenance, step),
            as_of=self._as_of,
            tables=self._tables if tables is None else tables,
            views=views,
        )

    # --- faces

    def __repr__(self) -> str:
        counts = self._ties["layer"].value_counts()
        ties = ", ".join(f"{layer} {counts[layer]}" for layer in self.layers)
        return f"<OrgNetwork {self.n_units} units, {self.n_ties} ties{f': {ties}' if ties else ''}>"

    def _repr_html_(self) -> str:
        kinds = self._units["kind"].value_counts().head(20)
        cells = [(label(str(kind)), label(str(kind), "zh"), str(count)) for kind, count in kinds.items()]
        unrecorded = int(self._units["kind"].isna().sum())
        if unrecorded:
            cells.append(("(not recorded)", "（未登记）", str(unrecorded)))
        rows = "".join(f"<tr>{''.join(f'<td>{html.escape(text)}</td>' for text in row)}</tr>" for row in cells)
        when = "" if self.as_of is None else f", as of {self.as_of.isoformat()}"
        return (
            f"<p>{html.escape(repr(self))}{when}; {html.escape(repr(self._findings))}</p>"
            f"<table><thead><tr><th>kind</th><th>类别</th><th>units</th></tr></thead><tbody>{rows}</tbody></table>"
        )


def _remade(tables: tuple[Any, ...], facts: dict[str, Any]) -> OrgNetwork:
    """Make a network again in another process; what it had worked out is worked out anew."""
    return OrgNetwork(*tables, **facts)


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows as dicts of plain values, dates as text, without those that are missing."""
    rows: list[dict[str, Any]] = [{} for _ in range(len(frame))]
    for cells in columns_of(frame):
        entries = as_written(cells) if cells.kind == "date" else cells.entries
        for row, value in zip(rows, entries, strict=True):
            if value is not None:
                row[cells.name] = value
    return rows
