"""The native file `.orgnet`: a zip of the two tables as Parquet and a JSON page that says what they are."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from orgnet._model.files import write_atomic
from orgnet._model.findings import ACCOUNT_COLUMNS, COLUMNS, Findings
from orgnet._model.network import OrgNetwork
from orgnet._model.rules import Rules
from orgnet._model.tables import positions
from orgnet.errors import FormatError, InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

SCHEMA = 1
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)  # the same network gives the same bytes
_TABLES = ("units", "ties", "findings")


def save(net: OrgNetwork, path: str | Path) -> Path:
    """Write a network to a native file, whole and exact, in one step."""
    about = {
        "schema": SCHEMA,
        "as_of": None if net.as_of is None else net.as_of.isoformat(),
        "rules": {"name": net.rules.name, "version": net.rules.version, "values": net.rules.values},
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
        table = pa.Table.from_pandas(frame, preserve_index=False)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        msg = f"cannot write {path}: {error}. Give every extra column one type (text, number or date)."
        raise FormatError(msg) from error
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


def load(path: str | Path) -> OrgNetwork:
    """Read a network from a native file; nothing in it is executed, and its tie ends are checked."""
    path = Path(path)
    try:
        with zipfile.ZipFile(path) as archive:
            about = json.loads(archive.read("about.json"))
            if about["schema"] > SCHEMA:
                msg = f"{path} was written by a newer orgnet (schema {about['schema']}, this one reads {SCHEMA}); update orgnet."
                raise FormatError(msg)
            frames = {name: _frame(archive.read(f"{name}.parquet")) for name in _TABLES}
    except OSError as error:
        msg = f"cannot read {path}: {error.strerror or error}"
        raise InputError(msg) from error
    except (zipfile.BadZipFile, KeyError, TypeError, json.JSONDecodeError, UnicodeDecodeError) as error:
        msg = f"{path} is not an orgnet file ({error}); write one with orgnet.write(net, path)."
        raise FormatError(msg) from error
    units = frames["units"].set_index("unit_id")
    rules = about["rules"]
    return OrgNetwork(
        units,
        frames["ties"],
        _ends(frames["ties"], units.index, path),
        rules=Rules(rules["name"], rules["version"], _dated(rules["values"])),
        findings=Findings(
            frames["findings"][list(COLUMNS)], pd.DataFrame(about["accounts"], columns=list(ACCOUNT_COLUMNS))
        ),
        provenance=tuple(about["provenance"]),
        as_of=None if about["as_of"] is None else dt.date.fromisoformat(about["as_of"]),
    )


def _frame(data: bytes) -> pd.DataFrame:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.read_table(pa.BufferReader(data)).to_pandas()
    except pa.ArrowInvalid as error:
        raise zipfile.BadZipFile(str(error)) from error


def _dated(values: dict[str, Any]) -> dict[str, Any]:
    return values | {"date": dt.date.fromisoformat(str(values["date"]))}


def _ends(ties: pd.DataFrame, ids: pd.Index, path: Path) -> NDArray[np.int32]:
    ends = np.stack([positions(ties[name], ids) for name in ("source", "target")]).astype(np.int32)
    if (ends < 0).any() or not ids.is_unique:
        msg = f"{path} has ties whose ends are no units, or units twice; it was changed by another program. Read the tables again."
        raise FormatError(msg)
    return ends
