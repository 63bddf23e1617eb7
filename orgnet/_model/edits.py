"""Changes behind the door: the same readers and checks, and nothing is set aside or taken as missing on the quiet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from orgnet._model import tables, values
from orgnet._model.audit import audit
from orgnet._model.findings import Log
from orgnet._model.personal import without_persons
from orgnet._model.tables import IDENTITY, MOST, Origin, TieSource
from orgnet._model.values import Place
from orgnet._model.vocabulary import SAFE_FIELDS, TIE_FIELDS, UNIT_FIELDS
from orgnet.errors import OptionError, ValidationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from orgnet._model.findings import Findings
    from orgnet._model.network import OrgNetwork


def set_units(table: pd.DataFrame, columns: Mapping[str, object]) -> pd.DataFrame:
    """Return the unit table with columns set, each field in its type."""
    _refuse_fixed(columns, ("unit_id", "superior_id"), "ids stay as they are, and superiors are ties of command")
    log = Log()
    place = Place("units", np.arange(len(table)), log)
    new = _assigned(table, columns)
    without_persons(new[list(columns)], place, fields={name: name for name in UNIT_FIELDS}, safe=SAFE_FIELDS)
    typed = {name: tables.read_unit_field(new[name], name, place).set_axis(table.index) for name in columns}
    _refuse(log, "columns of units")
    return new.assign(**typed)


def set_ties(table: pd.DataFrame, columns: Mapping[str, object]) -> pd.DataFrame:
    """Return the tie table with columns set that do not say which tie it is."""
    _refuse_fixed(columns, IDENTITY, "they say which tie it is: take ties out with select, add others as a table")
    log = Log()
    place = Place("ties", np.arange(len(table)), log)
    new = _assigned(table, columns)
    without_persons(new[list(columns)], place, fields={name: name for name in TIE_FIELDS}, safe=SAFE_FIELDS)
    for name in MOST.keys() & columns.keys():
        refuse = "tie.weight_bad" if name == "weight" else ""
        new[name] = values.read_numbers(new[name], name, place, high=MOST[name], refuse=refuse)
    _refuse(log, "columns of ties")
    return new.fillna({"weight": 1.0})


def add_ties(table: pd.DataFrame, more: pd.DataFrame, ids: pd.Index) -> tuple[pd.DataFrame, NDArray[np.int32]]:
    """Return the tie table with the rows of `more` added, and the rows of all ends in `ids`."""
    log = Log()
    place = Place("ties", np.arange(len(more)), log)
    more = without_persons(more, place, fields={name: name for name in TIE_FIELDS}, safe=SAFE_FIELDS)
    clean, rows = tables.clean_ties(more, place, ids)
    old = TieSource("network", len(table), table, np.arange(len(table)))
    merged = tables.merge_ties([old, TieSource("ties", len(more), clean, rows)], ids, log)
    _refuse(log, "ties")
    return merged


def audited(net: OrgNetwork) -> Findings:
    """Return the findings of a network with those that its ties, as they are now, give rise to."""
    log = Log()
    audit(net, Origin(np.full(net.n_units, "with_ties", dtype=object), np.arange(net.n_units)), log)
    facts = ["code", "value", "other"]
    old = net.findings
    here = set(old.table[facts].itertuples(index=False, name=None))
    is_new = [row not in here for row in log.findings().table[facts].itertuples(index=False, name=None)]
    return old.plus(log.findings().only(lambda table: pd.Series(is_new, index=table.index, dtype=bool)))


def _assigned(table: pd.DataFrame, columns: Mapping[str, Any]) -> pd.DataFrame:
    try:
        return table.assign(**columns)
    except (TypeError, ValueError) as error:
        due = f"one value for each of the {len(table)} rows, or a single value"
        msg = f"cannot set {sorted(columns)}: {error}. Give {due}."
        raise OptionError(msg) from error


def _refuse_fixed(columns: Mapping[str, object], fixed: tuple[str, ...], why: str) -> None:
    asked = [name for name in columns if name in fixed]
    if asked:
        msg = f"{asked} cannot be set; {why}"
        raise OptionError(msg)


def _refuse(log: Log, what: str) -> None:
    found = log.findings().only(lambda table: table["severity"].isin(["refused", "warning"]) & ~_open(table["code"]))
    if len(found):
        raise ValidationError("\n".join([f"{what} were refused:", *found.lines()]), found)


def _open(code: pd.Series) -> pd.Series:
    return code.str.startswith("unit.kind")  # an open vocabulary
