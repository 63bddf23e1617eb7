"""What measures give back: per unit a named Series, for the whole network a frozen result with a table."""

from __future__ import annotations

import dataclasses
import datetime as dt
import html
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd

from orgnet import __version__
from orgnet._model.catalogue import entry, order
from orgnet._model.vocabulary import LAYERS, check_choice, label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from orgnet._model.network import OrgNetwork


class Note(str):
    """A sentence that a reader of the numbers must see: in English as it is, in Chinese as `zh`.

    Examples
    --------
    >>> note = Note("no headquarters", "没有总部")
    >>> note, note.zh
    ('no headquarters', '没有总部')
    """

    __slots__ = ("zh",)
    zh: str

    def __new__(cls, text: str, zh: str) -> Self:
        """Make the sentence in both languages."""
        note = super().__new__(cls, text)
        note.zh = zh
        return note

    def __reduce__(self) -> tuple[type[Note], tuple[str, str]]:
        return Note, (str(self), self.zh)  # copies keep both languages


def describe(net: OrgNetwork, measure: str, *, warnings: Sequence[Note] = (), **options: Any) -> dict[str, Any]:
    """Return what a result must carry: the measure, its options, the size of the network, rules, date, warnings."""
    return {
        "measure": measure,
        **{key: plain(value) for key, value in options.items()},
        "n_units": net.n_units,
        "n_ties": net.n_ties,
        "rules": net.rules.label,
        "as_of": None if net.as_of is None else net.as_of.isoformat(),
        "version": __version__,
        "warnings": list(warnings),
    }


def unit_series(
    net: OrgNetwork, values: ArrayLike, name: str, *, warnings: Sequence[Note] = (), **options: Any
) -> pd.Series:
    """Return one value a unit, in the order of `net.ids`, with the description in ``attrs["orgnet"]``."""
    series = pd.Series(np.asarray(values, dtype="float64"), index=net.ids, name=name)
    series.attrs["orgnet"] = describe(net, name, warnings=warnings, **options)
    return series


def plain(value: Any) -> Any:  # noqa: ANN401 - any value at all
    """Return a value as plain Python, ready for JSON; undefined numbers become None."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, pd.DataFrame):
        if value.index.names != [None] or not pd.api.types.is_integer_dtype(value.index):
            value = value.reset_index()  # an index of labels is a fact, the numbers of rows are none
        value = value.to_dict("records")
    if isinstance(value, pd.Series | dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset | np.ndarray | pd.Index):
        return [plain(item) for item in value]
    if value is pd.NA or value is pd.NaT or (isinstance(value, float) and not np.isfinite(value)):
        return None
    return value.isoformat() if isinstance(value, dt.date) else value


@dataclass(frozen=True, eq=False, repr=False)
class Result:
    """Base of the results for a whole network.

    Attributes
    ----------
    table
        The result as rows.
    provenance
        How it was made: measure, options, number of units and ties, rule set, date, version, warnings.
    """

    table: pd.DataFrame
    provenance: dict[str, Any] = field(default_factory=dict)

    @property
    def warnings(self) -> tuple[Note, ...]:
        """What a reader of the numbers should know."""
        return tuple(self.provenance.get("warnings", ()))

    def to_dict(self) -> dict[str, Any]:
        """Return all fields as plain values, ready for JSON."""
        return {item.name: plain(getattr(self, item.name)) for item in dataclasses.fields(self)}

    def cite(self) -> str:
        """Return one sentence that says what was computed, on what, and with which version."""
        facts = self.provenance
        when = f", as of {facts['as_of']}" if facts.get("as_of") else ""
        return (
            f"{facts['measure']} of {facts['n_units']} units and {facts['n_ties']} ties{when}; "
            f"rule set {facts['rules']}; orgnet {facts['version']}"
        )

    def __repr__(self) -> str:
        facts = self.provenance
        size = f"{facts.get('n_units')} units, {facts.get('n_ties')} ties, {len(self.table)} rows"
        return f"<{type(self).__name__} {size}>"

    def _repr_html_(self) -> str:
        notes = "".join(f"<li>{html.escape(text)}</li>" for text in self.warnings)
        shown = self.table.head(30).to_html(index=False, na_rep="", float_format="{:.3f}".format, escape=True)
        return f"<p>{html.escape(self.cite())}</p>{f'<ul>{notes}</ul>' if notes else ''}{shown}"


INDICATORS = ("id", "measure", "group", "value", "numerator", "denominator", "unknown", "missing", "reason")


@dataclass(frozen=True, eq=False, repr=False)
class Family(Result):
    """Base of the results for a family of measures: figures that can be compared, beside the tables that explain them.

    Attributes
    ----------
    indicators
        One row a measure and group, in the order of the catalogue: ``id`` (A1 ...), ``measure`` (its name in
        `orgnet.metrics.catalogue`), ``group`` (``"all"``, or a kind, a service ...), ``value`` (NaN where undefined),
        ``numerator``, ``denominator``, ``unknown`` (units left out because a fact is not recorded), ``missing`` (the
        fields or tables that the input lacks for it, such as ``"units.households"``; empty otherwise), ``reason`` (why
        it is undefined, in words).
    """

    indicators: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(INDICATORS)))

    def value(self, measure: str, group: str = "all") -> float:
        """Return the value of a measure by its name in the catalogue; NaN where it is undefined."""
        return float(self.indicator(measure, group)["value"])

    def indicator(self, measure: str, group: str = "all") -> dict[str, Any]:
        """Return one row of the indicators as a dict; `OptionError` for words that are not in it."""
        rows = self.indicators
        check_choice("measure", measure, rows["measure"].unique().tolist())
        rows = rows[rows["measure"] == measure]
        check_choice("group", group, rows["group"].tolist())
        return {str(key): value for key, value in rows[rows["group"] == group].iloc[0].items()}


_TABLES = {"events": "活动", "posts": "岗位", "services": "服务", "messages": "信息", "items": "事项"}


def _chinese(name: str) -> str:
    """Say in Chinese what an input lacks: a field of units or ties, a layer, an optional table or a column of one."""
    table, _, field_name = name.partition(".")
    if table in _TABLES:
        return f"{_TABLES[table]}表" + (f"的“{label(field_name, 'zh')}”" if field_name else "")
    word = label(field_name, "zh")
    return f"“{word}”关系" if table == "ties" and field_name in LAYERS else f"“{word}”"


class Figures:
    """Collects the indicators of a family, each under its name in the catalogue."""

    def __init__(self) -> None:
        self._rows: list[dict[str, Any]] = []

    def add(
        self,
        measure: str,
        value: float = np.nan,
        *,
        group: str = "all",
        numerator: float = np.nan,
        denominator: float = np.nan,
        unknown: int = 0,
        missing: Sequence[str] = (),
        reason: str = "",
    ) -> None:
        """Add a value; one that is undefined says why by `missing` or by `reason`."""
        facts = {"id": entry(measure).id, "measure": measure, "group": group, "value": float(value)}
        facts |= {"numerator": float(numerator), "denominator": float(denominator), "unknown": int(unknown)}
        if missing and not reason:
            named = "、".join(_chinese(name) for name in missing)
            reason = Note(f"the input has no {', '.join(missing)}", f"文件中没有{named}")
        self._rows.append(facts | {"missing": ", ".join(missing), "reason": reason})

    def ratio(
        self, measure: str, numerator: float, denominator: float, *, group: str = "all", unknown: int = 0,
        missing: Sequence[str] = (), reason: str = "",
    ) -> None:  # fmt: skip
        """Add numerator / denominator; undefined, with a reason, where the denominator is zero."""
        if missing or not denominator:
            reason = reason or ("" if missing else NOTHING_TO_COUNT)
            self.add(measure, group=group, unknown=unknown, missing=missing, reason=reason,
                     numerator=np.nan if missing else numerator, denominator=np.nan if missing else 0.0)  # fmt: skip
        else:
            self.add(measure, numerator / denominator, group=group, numerator=numerator, denominator=denominator,
                     unknown=unknown)  # fmt: skip

    def frame(self) -> pd.DataFrame:
        """Return the indicators in the order of the catalogue."""
        frame = pd.DataFrame(self._rows, columns=list(INDICATORS))
        frame["reason"] = pd.Series([row["reason"] for row in self._rows], index=frame.index, dtype=object)
        if len(frame):
            frame = frame.iloc[np.argsort(frame["measure"].map(order()).to_numpy(), kind="stable")]
        return frame.reset_index(drop=True)


def headline(indicators: pd.DataFrame) -> pd.DataFrame:
    """Return the indicators of whole networks, each named in a column ``figure``.

    A measure that is given for groups alone, as coverage is for populations, stands there once a group, as
    ``"organisation_coverage: operating"``.
    """
    whole = indicators["group"] == "all"
    of_groups = ~indicators["measure"].isin(indicators.loc[whole, "measure"])
    named = indicators["measure"].where(whole, indicators["measure"] + ": " + indicators["group"])
    return indicators.assign(figure=named)[whole | of_groups]


NOTHING_TO_COUNT = Note("there is nothing to divide by: the denominator is 0", "分母为 0，无法计算")
