"""The native file `.orgnet`: a zip of the two tables as Parquet and a JSON page that says what they are."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from orgnet._model.files import write_atomic
from orgnet._model.findings import ACCOUNT_COLUMNS, COLUMNS, Findings
from orgnet._model.network import OrgNetwork
from orgnet._model.rules import Rules
from orgnet._model.tables import positions
from orgnet._model.values import is_text
from orgnet.errors import FormatError, InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

SCHEMA = 1
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)  # the same network gives the same bytes
_TABLES = ("units", "ties", "findings")
# What a zip with other content, or with damage, gives rise to; Arrow's own errors are among them.
_NOT_OURS = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, LookupError, TypeError, ValueError)


def save(net: OrgNetwork, path: str | Path) -> Path:
    """Write a network to a native file, whole and exact, in one step."""
    about = {
        "schema": SCHEMA,
        "as_of": None if net.as_of is None else net.as_of.isoformat(),
        "rules": {"name": net.rules.name, "version": net.rules.version, "values": net.rules.values},  # noqa: PD011 - no frame
        "provenance": list(net.provenance),
        "accounts": net.findings.accounts.to_dict("records"),
    }
    frames = {"units": net.units.reset_index(), "ties": net.ties, "findings": net.findings.table}
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
    units = frames["units"].set_index("unit_id")
    rules = about["rules"]
    accounts = pd.DataFrame(about["accounts"], columns=list(ACCOUNT_COLUMNS))
    return OrgNetwork(
        units,
        frames["ties"],
        _ends(frames["ties"], units.index),
        rules=Rules(rules["name"], rules["version"], _dated(rules["values"])),
        findings=Findings(frames["findings"][list(COLUMNS)], accounts),
        provenance=tuple(dict(step) for step in about["provenance"]),
        as_of=None if about["as_of"] is None else dt.date.fromisoformat(about["as_of"]),
    )


def _frame(data: bytes) -> pd.DataFrame:
    import pyarrow as pa
    import pyarrow.parquet as pq

    frame: pd.DataFrame = pq.read_table(pa.BufferReader(data)).to_pandas()
    return frame


def _dated(values: dict[str, Any]) -> dict[str, Any]:
    return values | {"date": dt.date.fromisoformat(values["date"])}


def _ends(ties: pd.DataFrame, ids: pd.Index) -> NDArray[np.int32]:
    ends = np.stack([positions(ties[name], ids) for name in ("source", "target")]).astype(np.int32)
    if (ends < 0).any() or not ids.is_unique:
        msg = "ties whose ends are no units, or units twice: another program changed it"
        raise ValueError(msg)
    return ends
