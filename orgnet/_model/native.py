"""The native file `.orgnet`: a zip of the tables as Parquet and a JSON page that says what they are."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
import pandas as pd

from orgnet._model.files import write_atomic
from orgnet._model.findings import ACCOUNT_COLUMNS, COLUMNS, Findings, Log
from orgnet._model.messages import MESSAGES
from orgnet._model.network import OrgNetwork
from orgnet._model.optional import dtypes, set_tables
from orgnet._model.personal import like_personal, without_persons
from orgnet._model.reading import positions
from orgnet._model.rules import Rules, load_rules
from orgnet._model.tables import MOST
from orgnet._model.values import Place, is_text
from orgnet._model.vocabulary import (
    COUNT_FIELDS,
    DATE_FIELDS,
    FLAG_FIELDS,
    LAYERS,
    SAFE_FIELDS,
    TEXT_FIELDS,
    TIE_FIELDS,
    UNIT_FIELDS,
)
from orgnet.errors import FormatError, InputError, ValidationError

if TYPE_CHECKING:
    from numpy.typing import NDArray

SCHEMA = 1  # a file without optional tables, of before there were any, is one of the same schema
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)  # the same network gives the same bytes
_TABLES = ("units", "ties", "findings")
_OPTIONAL = "tables/"  # before the names of optional tables
# What a zip with other content, or with damage, gives rise to; Arrow's own errors are among them.
_NOT_OURS = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, LookupError, TypeError, ValueError)


def save(net: OrgNetwork, path: str | Path) -> Path:
    """Write a network to a native file, whole and exact, in one step."""
    about = {
        "schema": SCHEMA,
        "as_of": None if net.as_of is None else net.as_of.isoformat(),
        "rules": {"name": net.rules.name, "version": net.rules.version, "values": net.rules.plain()},
        "provenance": list(net.provenance),
        "accounts": net.findings.accounts.to_dict("records"),
        "tables": list(net.tables),
    }
    frames = {"units": net.units.reset_index(), "ties": net.ties, "findings": net.findings.table}
    frames |= {f"{_OPTIONAL}{name}": table for name, table in net.tables.items()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo("about.json", _FIXED_TIME), json.dumps(about, ensure_ascii=False, default=str))
        for name, frame in frames.items():
            archive.writestr(zipfile.ZipInfo(f"{name}.parquet", _FIXED_TIME), _parquet(frame, path))
    return write_atomic(path, buffer.getvalue())


def _parquet(frame: pd.DataFrame, path: str | Path) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        for name in frame:
            _check_plain(frame[name])
        table = pa.Table.from_pandas(frame, preserve_index=False)
    except (pa.ArrowException, OverflowError, TypeError) as error:
        msg = f"cannot write {path}: {error}. Give every extra column one type: text, numbers, dates, or yes and no."
        raise FormatError(msg) from error
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


def _check_plain(column: pd.Series) -> None:
    """Raise TypeError for what the file would give back as something else: categories of no text, nested values."""
    if isinstance(column.dtype, pd.CategoricalDtype) and not is_text(column):
        msg = f"column {column.name!r} has categories that are no text"
        raise TypeError(msg)
    if column.dtype == object and any(not pd.api.types.is_scalar(value) for value in column):
        msg = f"column {column.name!r} holds more than one value in a cell"
        raise TypeError(msg)


def load(path: str | Path) -> OrgNetwork:
    """Read a network from a native file; nothing in it is executed, and its tie ends are checked."""
    path = Path(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        msg = f"cannot read {path}: {error.strerror or error}"
        raise InputError(msg) from error
    try:
        return _network(data, path)
    except FormatError:
        raise
    except _NOT_OURS as error:
        msg = f"{path} is no orgnet file, or is damaged ({error}); write one with orgnet.write(net, path)"
        raise FormatError(msg) from error


def _network(data: bytes, path: Path) -> OrgNetwork:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        about = json.loads(archive.read("about.json"))
        if about["schema"] > SCHEMA:
            newer = f"schema {about['schema']}, this one reads {SCHEMA}"
            msg = f"{path} was written by a newer orgnet ({newer}); update orgnet"
            raise FormatError(msg)
        frames = {name: _frame(archive.read(f"{name}.parquet")) for name in _TABLES}
        optional = {name: _frame(archive.read(f"{_OPTIONAL}{name}.parquet")) for name in about.get("tables", [])}
    _check_frames(frames)
    units = frames["units"].set_index("unit_id")
    accounts = pd.DataFrame(about["accounts"], columns=list(ACCOUNT_COLUMNS))
    return OrgNetwork(
        units,
        frames["ties"],
        _ends(frames["ties"], units.index),
        rules=_rules(about["rules"]),
        findings=Findings(frames["findings"][list(COLUMNS)], accounts),
        provenance=tuple(dict(step) for step in about["provenance"]),
        as_of=None if about["as_of"] is None else dt.date.fromisoformat(about["as_of"]),
        tables=_checked_tables(optional, units.index),
    )


def _frame(data: bytes) -> pd.DataFrame:
    import pyarrow as pa
    import pyarrow.parquet as pq

    frame: pd.DataFrame = pq.read_table(pa.BufferReader(data)).to_pandas()
    return frame


def _rules(given: dict[str, Any]) -> Rules:
    values = given["values"] | {"date": dt.date.fromisoformat(given["values"]["date"])}
    return load_rules({**values, "name": given["name"], "version": given["version"]})


def _check_frames(frames: dict[str, pd.DataFrame]) -> None:
    """Raise ValueError for tables that the door would not have made."""
    units, ties, findings = (frames[name] for name in _TABLES)
    types = {"unit_id": "str", "name": "str", "kind": "str", "level_rank": "float64"}
    types |= dict.fromkeys(TEXT_FIELDS, "str") | dict.fromkeys(COUNT_FIELDS, "float64")
    types |= dict.fromkeys(FLAG_FIELDS, "boolean") | dict.fromkeys(DATE_FIELDS, "datetime64[us]")
    _check_types("units", units, ("unit_id", "name", "kind"), types)
    types = dict.fromkeys(("source", "target", "layer", "tie_type"), "str")
    types |= dict.fromkeys(("since", "until"), "datetime64[us]")
    _check_types("ties", ties, (*types, "weight"), types | dict.fromkeys(MOST, "float64"))
    if not ties["layer"].isin(list(LAYERS)).all():
        _changed("ties of a layer that is not known")
    if (ties["source"] == ties["target"]).any():
        _changed("a unit tied to itself")
    if not (np.isfinite(ties["weight"]) & (ties["weight"] > 0)).all():
        _changed("weights that are not above 0")
    if not findings["code"].isin(list(MESSAGES)).all():
        _changed("findings whose code is not known")
    for table, frame, fields in (("units", units, UNIT_FIELDS), ("ties", ties, TIE_FIELDS)):
        log = Log()
        without_persons(
            frame, Place(table, np.arange(len(frame)), log), fields={f: f for f in fields}, safe=SAFE_FIELDS
        )
        if len(personal := log.findings().table):
            _changed(f"personal data in column {personal['column'].iloc[0]!r} of {table}")
    if like_personal(units["unit_id"]).any():
        _changed("unit ids that look like personal numbers")


def _checked_tables(tables: dict[str, pd.DataFrame], ids: pd.Index) -> dict[str, pd.DataFrame]:
    """Return optional tables; ValueError for those that the door would not have made."""
    for name, frame in tables.items():
        types = dtypes(name)
        _check_types(name, frame, tuple(types), types)
    try:
        return set_tables({}, tables, ids)
    except ValidationError as error:
        _changed(error.findings.lines()[0])


def _check_types(table: str, frame: pd.DataFrame, due: tuple[str, ...], types: dict[str, str]) -> None:
    for name in due:
        if name not in frame:
            _changed(f"{table} without a column {name!r}")
    for name, dtype in types.items():
        if name in frame and frame[name].dtype != dtype:
            _changed(f"column {name!r} of {table} is {frame[name].dtype}, not {dtype}")


def _changed(what: str) -> NoReturn:
    msg = f"{what}: it was changed by another program"
    raise ValueError(msg)


def _ends(ties: pd.DataFrame, ids: pd.Index) -> NDArray[np.int32]:
    ends = np.stack([positions(ties[name], ids) for name in ("source", "target")]).astype(np.int32)
    if (ends < 0).any() or not ids.is_unique:
        _changed("ties whose ends are no units, or units twice")
    return ends
