"""Coverage of everything below every unit of a hierarchy, all levels in one pass from the bottom up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from orgnet._engine.csr import relabelled
from orgnet._engine.traversal import roll_up
from orgnet._metrics.coverage import MEASURES, rates, standings
from orgnet._metrics.presence import POPULATIONS, hosts
from orgnet._model.results import Note, Result, describe
from orgnet._model.vocabulary import check_choice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from orgnet._engine.csr import View
    from orgnet._model.network import OrgNetwork


@dataclass(frozen=True, eq=False, repr=False)
class CoverageRollup(Result):
    """Coverage below every unit of a hierarchy; see `orgnet.metrics.coverage_rollup`.

    Attributes
    ----------
    measure
        Which presence was counted: own, joint, organisation or work.
    """

    measure: str = "organisation"


def coverage_rollup(
    net: OrgNetwork, *, layers: str | Sequence[str] = "contains", measure: str = "organisation"
) -> CoverageRollup:
    r"""How far does Party organisation reach below every area, from the nation to the community, at once?

    For each unit of the hierarchy and each population (see `orgnet.metrics.coverage`), over all hosts below it:

    .. math:: n(\text{unit}) = \sum_{\text{its parts}} n(\text{part}) + \text{its own hosts},
              \qquad \text{rate} = \frac{n_\text{have it}}{n_\text{known}}

    Each unit is read once, so the time grows with the number of units: 5 000 000 hosts in 665 000 areas take seconds.

    Parameters
    ----------
    net
        The network; a host hangs on its area by a tie of `layers`, as `superior_id` makes it with
        ``superior_layer="contains"``.
    layers
        The layers that make the hierarchy.
    measure
        ``"own"``, ``"joint"``, ``"organisation"`` or ``"work"``.

    Returns
    -------
    CoverageRollup
        ``table``, one row a unit that has hosts below, in the order of `net.ids`: ``unit_id``, ``name``, ``kind``,
        ``hosts`` (all of them below) and for each population ``..._numerator``, ``..._denominator``, ``..._unknown``,
        ``..._rate``, ``..._lower``, ``..._upper``, as in `coverage`; NaN in all of them for a unit that is on or above
        a cycle, or that has two superiors or is above one that has: there the parts do not add up. A host is not
        counted below itself.

    Raises
    ------
    LayerError, OptionError
        For words that are not known.

    References
    ----------
    Measures E1 to E3.

    Examples
    --------
    >>> from orgnet import build
    >>> units = {"unit_id": ["city", "east", "west", "f1", "f2", "f3"], "superior_id": [None, "city", "city", "east",
    ...          "east", "west"], "kind": ["area"] * 3 + ["enterprise"] * 3, "status": "存续",
    ...          "has_party_org": [None] * 3 + [True, False, True]}
    >>> found = coverage_rollup(build.from_tables(units, superior_layer="contains"))
    >>> found.table[["unit_id", "operating_numerator", "operating_denominator", "operating_rate"]].values.tolist()
    [['city', 2.0, 3.0, 0.6666666666666666], ['east', 1.0, 2.0, 0.5], ['west', 1.0, 1.0, 1.0]]
    """
    check_choice("measure", measure, MEASURES)
    found = hosts(net)
    view = net.view(layers, "down")
    hang = _Hanging(view, found.rows)
    columns: dict[str, NDArray[Any]] = {"hosts": hang.below(np.arange(len(found.rows)))}
    for population in POPULATIONS:
        counts = hang.counts(found.populations[population], found.measures[measure])
        columns |= {f"{population}_{name}": values for name, values in rates(counts).items()}
    undefined = np.isnan(columns["hosts"])
    shown = (columns["hosts"] > 0) | (undefined & hang.has_parts)
    rows = hang.core[shown]
    units = net.units[["name", "kind"]].iloc[rows]
    names = units["name"].fillna(units.index.to_series())
    facts = {"unit_id": units.index, "name": names.to_numpy(), "kind": units["kind"].to_numpy()}
    numbers = {name: np.where(undefined, np.nan, values)[shown] for name, values in columns.items()}
    warnings = (*found.warnings, *_notes(int(undefined[shown].sum()), hang.n_loose))
    options: dict[str, Any] = {"layers": layers, "coverage_of": measure}
    return CoverageRollup(
        pd.DataFrame(facts | numbers), describe(net, "coverage_rollup", warnings=warnings, **options), measure
    )


class _Hanging:
    """The hierarchy without its leaves, and where in it each host hangs.

    Leaves with one superior are summed up there at once, so that what is rolled up level by level is only the areas.

    Attributes
    ----------
    core
        Rows of the units that have parts, or several superiors.
    has_parts
        Which of them have parts.
    n_loose
        Hosts that hang on nothing.
    """

    def __init__(self, view: View, hosts: NDArray[np.int32]) -> None:
        up = view.reverse()
        n_above, n_below = np.diff(up.indptr), np.diff(view.indptr)
        self.core = np.flatnonzero((n_below > 0) | (n_above > 1)).astype(np.int32)
        self.has_parts = n_below[self.core] > 0
        place = np.full(view.n, -1, dtype=np.int32)
        place[self.core] = np.arange(len(self.core), dtype=np.int32)
        superior = np.full(view.n, -1, dtype=np.int32)
        superior[n_above == 1] = up.indices[up.indptr[:-1][n_above == 1]]
        self._own = place[hosts] >= 0
        above = superior[hosts]
        self._at = np.where(self._own, place[hosts], np.where(above >= 0, place[above], -1))
        self.n_loose = int((self._at < 0).sum())
        self._tree = relabelled(view, self.core)

    def below(self, hosts: NDArray[np.int64]) -> NDArray[np.float64]:
        """Count these hosts below each unit of the core, those of the core not below themselves."""
        placed, own = hosts[self._at[hosts] >= 0], hosts[self._own[hosts]]
        direct = np.bincount(self._at[placed], minlength=len(self.core))
        return roll_up(self._tree, direct) - np.bincount(self._at[own], minlength=len(self.core))

    def counts(self, member: NDArray[np.int8], has: NDArray[np.int8]) -> dict[str, NDArray[np.float64]]:
        """Count below each unit of the core where hosts stand, as `rates` takes it."""
        return {name: self.below(np.flatnonzero(mask)) for name, mask in standings(member, has)}


def _notes(n_undefined: int, n_loose: int) -> list[Note]:
    notes = []
    if n_undefined:
        text = f"{n_undefined} units are on or above a cycle or a double superior: what is below them does not add up"
        notes.append(Note(text, f"{n_undefined} 个单位处于循环或双重上级之中（之上），其下无法汇总"))
    if n_loose:
        text = f"{n_loose} hosts hang on no unit of the hierarchy and are counted nowhere"
        notes.append(Note(text, f"{n_loose} 个组织未挂接到任何单位，未计入汇总"))
    return notes
