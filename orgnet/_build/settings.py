"""What is to be remembered beside the data: `orgnet.toml`, with the headings mapped by hand and the other options."""

from __future__ import annotations

import datetime as dt
import json
import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orgnet._model.files import write_atomic
from orgnet.errors import InputError, OptionError, near

if TYPE_CHECKING:
    from collections.abc import Mapping

    from orgnet._model.findings import Log

FILE = "orgnet.toml"
USUAL: dict[str, Any] = {
    "columns": None,
    "drop": None,
    "rules": "cn",
    "encoding": None,
    "sheet": None,
    "as_of": None,
    "superior_layer": "command",
    "layer": None,
    "on_personal": "drop",
}


def beside(path: Path) -> Path:
    """Return where the options for a folder or file are remembered."""
    return (path if path.is_dir() else path.parent) / FILE


def remembered(path: Path, options: Mapping[str, Any], log: Log) -> dict[str, Any]:
    """Return the options with those that a file beside the data remembers, where they are not given now."""
    file = beside(path)
    if not file.is_file():
        return dict(options)
    stored = _loaded(file)
    if "rules" in stored and (file.parent / stored["rules"]).is_file():
        stored["rules"] = file.parent / stored["rules"]
    used = {name: value for name, value in stored.items() if options[name] in (None, USUAL[name])}
    both = [name for name in ("columns", "drop") if options[name] and stored.get(name)]
    if used or both:
        log.add("settings.read", FILE, value=", ".join(sorted({*used, *both})))
    merged = dict(options) | used
    if "columns" in both:
        merged["columns"] = {**stored["columns"], **options["columns"]}
    if "drop" in both:
        asked = options["drop"]
        merged["drop"] = [*stored["drop"], *([asked] if isinstance(asked, str) else asked)]
    return merged


def _loaded(file: Path) -> dict[str, Any]:
    try:
        stored = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeError) as error:
        msg = f"{file} is no valid TOML ({error}); correct it, or remove it and map the headings again"
        raise OptionError(msg) from error
    except OSError as error:
        msg = f"cannot read {file}: {error.strerror or error}"
        raise InputError(msg) from error
    for name, value in stored.items():
        if name not in USUAL:
            msg = f"{file}: no option {name!r}; options are {sorted(USUAL)}.{near(name, USUAL)}"
            raise OptionError(msg)
        if not _fits(name, value):
            due = {"columns": 'a table [columns] with "heading" = "field"', "drop": "a list of headings"}
            msg = f"{file}: {name} = {value!r} cannot be used; write {due.get(name, 'a text between quotation marks')}"
            raise OptionError(msg)
    return stored


def _fits(name: str, value: object) -> bool:
    if name == "columns":
        return isinstance(value, dict) and all(isinstance(field, str) for field in value.values())
    if name in {"drop", "sheet"} and isinstance(value, list):
        return all(isinstance(heading, str) for heading in value)
    if name == "as_of":
        return isinstance(value, str | dt.date)
    return isinstance(value, str) and name != "drop"


def remember(path: str | Path, **options: Any) -> Path:
    """Write options into `orgnet.toml` beside the data, where `orgnet.read`, `orgnet.check` and the command find them.

    Parameters
    ----------
    path
        The folder or file that is read with these options.
    options
        ``columns``, ``drop``, ``rules`` (a name or path), ``encoding``, ``sheet``, ``as_of``, ``superior_layer``,
        ``layer``, ``on_personal``, as `orgnet.read` takes them; those remembered before and not named now stay, one
        set to its usual value is forgotten.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    OptionError
        For another option, or a value that cannot be written down, such as a mapping of rules.
    InputError
        Where the place cannot be written to.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     print(remember(folder, columns={"我的表头": "staff"}, as_of="2025-06-30").read_text(encoding="utf-8"))
    as_of = "2025-06-30"
    <BLANKLINE>
    [columns]
    "我的表头" = "staff"
    <BLANKLINE>
    """
    file = beside(Path(path))
    stored = _loaded(file) if file.is_file() else {}
    for name, value in options.items():
        if name not in USUAL:
            msg = f"no option {name!r} to remember; options are {sorted(USUAL)}.{near(name, USUAL)}"
            raise OptionError(msg)
        if value is None:
            continue
        if value == USUAL[name]:
            stored.pop(name, None)
            continue
        plain = _from(file.parent, value) if name == "rules" else value
        plain = list(plain) if isinstance(plain, set | frozenset | tuple) else plain
        if not _fits(name, plain):
            msg = f"{name}={value!r} cannot be remembered in a file; give it as text"
            raise OptionError(msg)
        stored[name] = {**stored.get(name, {}), **value} if name == "columns" else plain
    lines = [f"{name} = {_toml(value)}" for name, value in sorted(stored.items()) if name != "columns"]
    if stored.get("columns"):
        lines += ["", "[columns]"]
        lines += [f"{_toml(heading)} = {_toml(field)}" for heading, field in stored["columns"].items()]
    write_atomic(file, "\n".join(lines).lstrip("\n") + "\n")
    return file


def _from(folder: Path, rules: object) -> object:
    """Return the path of a rule set as it is found from the folder of the data; a name stays as it is."""
    if isinstance(rules, str | Path) and Path(rules).is_file():
        return os.path.relpath(Path(rules).resolve(), folder.resolve())
    return str(rules) if isinstance(rules, Path) else rules


def _toml(value: object) -> str:
    """Return a text or a list of texts as TOML, whose basic strings are those of JSON."""
    if isinstance(value, dt.date):
        return json.dumps(value.isoformat())
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
