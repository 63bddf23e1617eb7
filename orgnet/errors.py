"""Errors and warnings that orgnet raises on purpose.

Each error is an `OrgNetError` and also the builtin error that a caller would expect, so both `except OrgNetError`
and `except ValueError` work. Messages say what was wrong, which value, what is allowed and what to do next.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


class OrgNetError(Exception):
    """Base class of every error that orgnet raises on purpose."""


class OrgNetWarning(UserWarning):
    """Something a reader of the numbers should know: several headquarters, a long computation, a missing font."""


class ValidationError(OrgNetError, ValueError):
    """The tables cannot make a network; `findings` says why, row by row."""

    def __init__(self, message: str, findings: Any) -> None:  # noqa: ANN401 - Findings, which belong to a later stage
        super().__init__(message, findings)  # both, so that the error survives the way between processes
        self.findings = findings

    def __str__(self) -> str:
        return str(self.args[0])


class LayerError(OrgNetError, LookupError):
    """A layer or group of layers that does not exist was asked for."""


class UnitError(OrgNetError, LookupError):
    """A unit that is not in the network was asked for."""


class OptionError(OrgNetError, ValueError):
    """An option has a value that is not allowed."""


class InputError(OrgNetError, OSError):
    """A file or folder is missing, cannot be read, or cannot be written."""


class FormatError(OrgNetError, ValueError):
    """A file is not what its name says, or was written by a newer version."""


def near(word: str, known: Iterable[str]) -> str:
    """Say which known word is nearest, as the end of an error message; empty where none is near."""
    found = difflib.get_close_matches(word, list(known), n=1)
    return f" Did you mean {found[0]!r}?" if found else ""
