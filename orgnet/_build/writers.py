"""Writing networks: whole in the native form, or as tables and graphs for other programs."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from orgnet import __version__
from orgnet._build.xml_writers import gexf, graphml
from orgnet._model import native
from orgnet._model.cells import NOT_IN_TEXT, NOT_IN_XML, Cells, as_written, columns_of, day, guarded, held
from orgnet._model.files import write_atomic
from orgnet._model.optional import TABLES
from orgnet._model.vocabulary import LAYERS, check_choice
from orgnet._model.workbook import write_workbook
from orgnet.errors import InputError, OptionError, near

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from orgnet._model.network import OrgNetwork

AUDIENCES = ("internal", "public")
_WHOLE = (".orgnet", ".npz")  # exact by nature, so never for the public
_FIRST = {"units": ("unit_id", "name", "kind"), "ties": ("source", "target", "layer")}
_BOM = "\ufeff"
_NOT_IN_PAJEK = re.compile('[\\x00-\\x1f"\ud800-\udfff]')
_MOST_ID_BYTES = 2**30


@dataclass(frozen=True)
class _Tables:
    """The tables to be written, the id of a unit its first column, and the network that they are of."""

    units: pd.DataFrame
    ties: pd.DataFrame
    optional: dict[str, pd.DataFrame]
    net: OrgNetwork
    audience: str


def write(net: OrgNetwork, path: str | Path, *, audience: str = "internal") -> Path:
    """Write a network to a file or folder; the ending says in which form.

    ========================= =========================================================================================
    ``.orgnet``               whole and exact: `orgnet.read` gives the same network back
    folder                    ``units.csv``, ``ties.csv``, ``events.csv`` and so on for the optional tables there are,
                              UTF-8 with a byte-order mark, as spreadsheets want them
    ``x.csv``                 the units in ``x.csv``, the ties beside it in ``x-ties.csv``
    ``.xlsx``                 sheets units, ties, the optional tables, findings and about; all text as text
    ``.json``                 ``{"units": [...], "ties": [...]}``, and the optional tables, one record a line
    ``.graphml``, ``.gexf``   one graph with every column, for Gephi, networkx, igraph and others
    ``.npz``                  sparse adjacency, of all layers but territory and of each layer, and ``ids``; no pickle
    ``.edgelist``             source, target, weight and layer, separated by tabs; units without ties are not in it
    ``.net``                  Pajek: units, arcs and edges, the layer of each as its label ``l``
    ========================= =========================================================================================

    A folder, ``.csv``, ``.xlsx``, ``.json``, ``.graphml`` and ``.gexf`` are read back by `orgnet.read` (for ``x.csv``:
    ``orgnet.read("x.csv", "x-ties.csv")``) to the same units and ties. What changes on the way, save in ``.orgnet``:
    the findings, the steps before and a date or rule set that was given are not read back (give ``as_of`` and
    ``rules`` again); columns of dates that are no fields come back as text, in CSV and Excel all columns that are no
    fields do; a workbook keeps 15 digits of a number. The optional tables (events, posts, services, messages, items)
    come back from a folder, ``.xlsx`` and ``.json``, save their columns that are no fields and, in ``.json``, tables
    without rows; ``x.csv`` and the graphs do not hold them. Where the ties have none of their layer (collab for events,
    interlock for posts, serves for services), reading makes ties of them, as of any register. In CSV an apostrophe
    stands before what a spreadsheet would run; reading takes it off. networkx takes all ties of a Pajek file for
    directed where one is.

    Parameters
    ----------
    net
        The network.
    path
        Where to write: a folder (no ending, or a slash at the end), or a file with one of the endings above. A file
        appears in one step and takes the place of an old one. A file that the path does not name (``units.csv`` and so
        on in a folder, ``x-ties.csv``) is replaced only where it has the heading that would be written now, mark and
        line end included; else, or where a folder holds an optional table that this network has not, nothing is
        written.
    audience
        ``"internal"`` writes what is there; ``"public"`` suppresses small counts as the rule set says. ``.orgnet`` and
        ``.npz`` are exact and cannot be written for the public.

    Returns
    -------
    Path
        Where it was written.

    Raises
    ------
    OptionError
        For another ending or audience, and for tables that do not fit into the form.
    InputError
        Where the place cannot be written to.

    Warns
    -----
    OrgNetWarning
        Where a form cannot hold some characters, or so long a text; they are replaced or cut.

    Examples
    --------
    >>> import orgnet, tempfile
    >>> net = orgnet.datasets.load()
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = write(net, f"{folder}/subdistrict.graphml")
    ...     orgnet.read(write(net, f"{folder}/subdistrict.orgnet")).n_units == net.n_units
    True
    """
    check_choice("audience", audience, AUDIENCES)
    target, suffix = Path(path), _form(path)
    if audience == "public" and suffix in _WHOLE:
        msg = f"{suffix} is exact and holds every count, so it is not for the public; write .xlsx, .csv or .graphml"
        raise OptionError(msg)
    _WRITERS[suffix](_tables(net, audience), target)
    return target


def targets(path: str | Path) -> list[Path]:
    """Return every file that `write` may make or replace for a path.

    Examples
    --------
    >>> [str(file) for file in targets("net.csv")], [file.name for file in targets("out/")][:3]
    (['net.csv', 'net-ties.csv'], ['units.csv', 'ties.csv', 'events.csv'])
    """
    return _targets(Path(path), _form(path))


def _targets(path: Path, suffix: str) -> list[Path]:
    if not suffix:
        return [path / f"{name}.csv" for name in (*_FIRST, *TABLES)]
    return [path, path.with_name(f"{path.stem}-ties{path.suffix}")] if suffix == ".csv" else [path]


def _form(path: str | Path) -> str:
    """Return the ending that says in which form a path is written, empty for a folder."""
    suffix = Path(path).suffix.lower()
    slashed = isinstance(path, str) and path.endswith(("/", os.sep))
    if slashed or (suffix not in _WRITERS and (not suffix or Path(path).is_dir())):
        return ""
    if suffix not in _WRITERS:
        known = [name for name in _WRITERS if name]
        msg = f"{str(path)!r} ends in none of {', '.join(known)}; a path without an ending is a folder of CSV files."
        raise OptionError(msg + near(suffix, known))
    return suffix


def _tables(net: OrgNetwork, audience: str) -> _Tables:
    if audience == "internal":
        units, ties, optional = net.units, net.ties, net.tables
    else:
        from orgnet._model.disclosure import public_tables

        (units, ties), optional = public_tables(net), {}
    if "unit_id" not in units:
        units = units.reset_index()
    return _Tables(_led(units, _FIRST["units"]), _led(ties, _FIRST["ties"]), optional, net, audience)


def _led(frame: pd.DataFrame, first: tuple[str, ...]) -> pd.DataFrame:
    """Return a frame with some columns first."""
    return frame[[*first, *(name for name in frame if name not in first)]]


def _write_native(tables: _Tables, path: Path) -> None:
    native.save(tables.net, path)


def _write_folder(tables: _Tables, folder: Path) -> None:
    """Write a file a table; an optional table of before, which this network has not, would be read as one of it."""
    frames = {"units": tables.units, "ties": tables.ties, **tables.optional}
    for name in [name for name in TABLES if name not in frames]:
        if (folder / f"{name}.csv").exists():
            msg = f"{folder / name}.csv exists and this network has no such table: it would be read as part of it. "
            msg += "Name another place, or take the file away."
            raise InputError(msg)
    _write_texts({folder / f"{name}.csv": _csv(frame, f"{name}.csv") for name, frame in frames.items()})


def _write_csv(tables: _Tables, path: Path) -> None:
    units, ties = _targets(path, ".csv")
    _write_texts({units: _csv(tables.units, units.name), ties: _csv(tables.ties, ties.name)}, named=path)


def _write_texts(files: dict[Path, tuple[str, str]], *, named: Path | None = None) -> None:
    """Write files of a heading and rows, all or none where one but the file that the caller named is of others."""
    for path, (heading, _) in files.items():
        if path != named:
            _refuse_other(path, heading.encode())
    for path, parts in files.items():
        write_atomic(path, "".join(parts))


def _refuse_other(path: Path, heading: bytes) -> None:
    """Raise where a file that the caller did not name would be replaced that does not begin with the same heading."""
    try:
        with path.open("rb") as file:
            found = file.read(len(heading))
    except FileNotFoundError:
        return
    except OSError as error:
        msg = f"cannot write {path}: {error.strerror or error}. Choose a folder that you may write to."
        raise InputError(msg) from error
    if found != heading:
        msg = f"{path} exists and was not written by orgnet with these columns: it is not overwritten. "
        msg += "Name another place, or take the file away."
        raise InputError(msg)


def csv_text(frame: pd.DataFrame, name: str) -> str:
    """Return a table as the text of a CSV file, with a byte-order mark and nothing that a spreadsheet would run."""
    return "".join(_csv(frame, name))


def _csv(frame: pd.DataFrame, name: str) -> tuple[str, str]:
    """Return the heading of a CSV file, byte-order mark and line end included, and its rows."""
    columns = held(columns_of(frame), NOT_IN_TEXT, name)
    heading = _lines([[guarded(cells.name) for cells in columns]])
    return _BOM + heading, _lines(zip(*map(_guarded, columns), strict=True))


def _lines(rows: Iterable[Iterable[str | None]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def _guarded(cells: Cells) -> list[str | None]:
    texts = as_written(cells)
    return texts if cells.kind != "text" else [None if text is None else guarded(text) for text in texts]


def _write_excel(tables: _Tables, path: Path) -> None:
    sheets, notes = {"units": tables.units, "ties": tables.ties, **tables.optional}, {}
    if tables.audience == "internal":
        sheets["findings"], notes["findings"] = tables.net.findings.to_sheet()
    write_workbook(path, {**sheets, "about": _about(tables)}, notes=notes)


def _about(tables: _Tables) -> pd.DataFrame:
    net = tables.net
    facts = {
        "written by": f"orgnet {__version__}",
        "audience": tables.audience,
        "units": str(len(tables.units)),
        "ties": str(len(tables.ties)),
        "as of": "" if net.as_of is None else net.as_of.isoformat(),
        "rules": f"{net.rules.name} {net.rules.version}",
    }
    return pd.DataFrame({"about": list(facts), "value": list(facts.values())})


def _write_json(tables: _Tables, path: Path) -> None:
    parts = []
    for name, frame in {"units": tables.units, "ties": tables.ties, **tables.optional}.items():
        columns = held(columns_of(frame), NOT_IN_TEXT, ".json")
        entries = [[_json_value(value) for value in cells.entries] for cells in columns]
        names = [cells.name for cells in columns]
        records = [dict(zip(names, row, strict=True)) for row in zip(*entries, strict=True)]
        lines = ",\n".join(json.dumps(record, ensure_ascii=False, allow_nan=False) for record in records)
        parts.append(f'"{name}": [\n{lines}\n]' if lines else f'"{name}": []')
    write_atomic(path, "{" + ",\n".join(parts) + "}\n")


def _json_value(value: Any) -> Any:  # noqa: ANN401 - plain values of any kind
    if isinstance(value, dt.datetime):
        return day(value)
    return str(value) if isinstance(value, float) and not np.isfinite(value) else value


def _write_xml(form: Callable[[Sequence[Cells], Sequence[Cells]], str]) -> Callable[[_Tables, Path], None]:
    def written(tables: _Tables, path: Path) -> None:
        units, ties = (held(columns_of(frame), NOT_IN_XML, path.suffix) for frame in (tables.units, tables.ties))
        write_atomic(path, form(units, ties))

    return written


def _write_sparse(tables: _Tables, path: Path) -> None:
    net = tables.net
    longest = max(map(len, net.ids), default=0)
    if 4 * longest * net.n_units > _MOST_ID_BYTES:
        msg = f"the longest id has {longest:,} characters, too many for .npz, which gives each id as much room"
        raise OptionError(msg)
    whole = net.to_sparse("all", "down", weight="weight")
    arrays = {name: getattr(whole, name) for name in ("data", "indices", "indptr", "shape")}
    arrays |= {
        "format": np.array(b"csr"),
        "ids": np.array(net.ids.tolist(), dtype=np.str_),
        "layers": np.array(net.layers),
    }
    for layer in net.layers:
        one = net.to_sparse(layer, "down", weight="weight")
        arrays |= {f"{layer}_{name}": getattr(one, name) for name in ("data", "indices", "indptr")}
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    write_atomic(path, buffer.getvalue())


def _write_edges(tables: _Tables, path: Path) -> None:
    columns = held(columns_of(tables.ties[["source", "target", "weight", "layer"]]), NOT_IN_TEXT, ".edgelist")
    out = io.StringIO()
    rows = csv.writer(out, dialect="excel-tab", lineterminator="\n")
    rows.writerow([cells.name for cells in columns])
    rows.writerows(zip(*map(as_written, columns), strict=True))
    write_atomic(path, out.getvalue())


def _write_pajek(tables: _Tables, path: Path) -> None:
    units, *_ = held(columns_of(tables.units[["unit_id"]]), _NOT_IN_PAJEK, ".net")
    number = {unit: at for at, unit in enumerate(tables.units["unit_id"], start=1)}
    lines = [f"*Vertices {len(number)}", *(f'{at} "{unit}"' for at, unit in enumerate(units.entries, start=1))]
    one_way = tables.ties["layer"].isin([name for name, layer in LAYERS.items() if layer.directed])
    for mark, ties in (("*Arcs", tables.ties[one_way]), ("*Edges", tables.ties[~one_way])):
        if len(ties):
            columns = (ties[name].tolist() for name in ("source", "target", "weight", "layer"))
            facts = zip(*columns, strict=True)
            lines += [mark, *(f'{number[a]} {number[b]} {weight!r} l "{layer}"' for a, b, weight, layer in facts)]
    write_atomic(path, "\n".join([*lines, ""]))


_WRITERS: dict[str, Callable[[_Tables, Path], None]] = {
    ".orgnet": _write_native,
    "": _write_folder,
    ".csv": _write_csv,
    ".xlsx": _write_excel,
    ".json": _write_json,
    ".graphml": _write_xml(graphml),
    ".gexf": _write_xml(gexf),
    ".npz": _write_sparse,
    ".edgelist": _write_edges,
    ".net": _write_pajek,
}
