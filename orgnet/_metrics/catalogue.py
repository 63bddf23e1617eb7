"""The catalogue of measures as a table."""

from __future__ import annotations

import pandas as pd

from orgnet._model.catalogue import COLUMNS, FAMILIES, entries


def catalogue() -> pd.DataFrame:
    """Which measures are there, what do they ask, and what does each of them need?

    Returns
    -------
    DataFrame
        One row a measure, in the order A1 to L7: ``id``, ``measure``, ``en`` and ``zh`` (what it is), ``formula``,
        ``needs`` (fields and tables), ``unit``, ``better`` (up, down, band, none), ``layers``, ``reference``,
        ``function`` (of `orgnet.metrics`; empty for what is not computed, with the reason in ``note``), ``test``,
        ``note``, ``of`` (what a share counts one by one, such as units; empty otherwise), ``family``.

    Examples
    --------
    >>> table = catalogue()
    >>> table["id"].iloc[0], set(table["better"]) <= {"up", "down", "band", "none"}
    ('A1', True)
    """
    rows = [{name: getattr(item, name) for name in COLUMNS} for item in entries().values()]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    for name in ("needs", "layers"):
        table[name] = table[name].map(", ".join)
    return table.assign(family=[FAMILIES[letter][0] for letter in table["id"].str[0]])
