"""Writing files so that a reader never sees half of one."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from orgnet.errors import InputError

_PRIVATE, _USUAL = 0o600, 0o666  # modes of a file that is being written; the system takes the umask off


def write_atomic(path: str | Path, content: bytes | str) -> Path:
    """Write `content` (text as UTF-8) to `path` in one step and return the path.

    The bytes go into a temporary file in the same folder, which then takes the name; a reader sees the old file or
    the new one. A file that is replaced hands on its mode, a link stays a link to the file it names, and missing
    parent folders are made.
    """
    given = Path(path)
    data = content.encode("utf-8") if isinstance(content, str) else content
    mode = None
    try:
        target = Path(os.path.realpath(given))
        target.parent.mkdir(parents=True, exist_ok=True)
        mode = _mode(target)
        scratch = target.with_name(f".{target.name[:40]}.{secrets.token_hex(8)}.tmp")
        start = _USUAL if mode is None else _PRIVATE
        try:
            with open(scratch, "xb", opener=lambda name, flags: os.open(name, flags, start)) as file:
                file.write(data)
            if mode is not None:
                scratch.chmod(mode)
            scratch.replace(target)
        finally:
            scratch.unlink(missing_ok=True)
    except OSError as error:
        what = "Choose a folder that you may write to."
        if isinstance(error, PermissionError) and mode is not None:
            what = "Close it in the program that has it open, or choose a folder that you may write to."
        msg = f"cannot write {given}: {error.strerror or error}. {what}"
        raise InputError(msg) from error
    return given


def _mode(target: Path) -> int | None:
    """Return the mode of the file that is to be replaced, None where there is none."""
    try:
        return stat.S_IMODE(target.stat().st_mode)
    except FileNotFoundError:
        return None
