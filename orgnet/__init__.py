"""Graph-based organisational network analysis: command and collaboration in grassroots governance.

>>> import orgnet
>>> net = orgnet.datasets.load()          # or orgnet.read("folder with units.csv and ties.csv")
>>> coverage = orgnet.metrics.coverage(net, by="area")
>>> orgnet.report(net, "report.html")     # doctest: +SKIP

The library holds organisations, seats and aggregate counts; never people. Importing it costs next to nothing: what is
heavy is loaded when it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orgnet import build, datasets, metrics, viz
    from orgnet._model.findings import Findings
    from orgnet._model.network import OrgNetwork
    from orgnet._report.answers import answers
    from orgnet._report.batch import batch
    from orgnet._report.page import report
    from orgnet.build import check, read, template, write
    from orgnet.errors import (
        FormatError,
        InputError,
        LayerError,
        OptionError,
        OrgNetError,
        OrgNetWarning,
        UnitError,
        ValidationError,
    )

__version__ = "0.1.0"

_MODULES = ("build", "datasets", "errors", "metrics", "viz")
_NAMES = {
    "read": "orgnet.build",
    "check": "orgnet.build",
    "write": "orgnet.build",
    "template": "orgnet.build",
    "report": "orgnet._report.page",
    "answers": "orgnet._report.answers",
    "batch": "orgnet._report.batch",
    "OrgNetwork": "orgnet._model.network",
    "Findings": "orgnet._model.findings",
    "OrgNetError": "orgnet.errors",
    "OrgNetWarning": "orgnet.errors",
    "ValidationError": "orgnet.errors",
    "LayerError": "orgnet.errors",
    "UnitError": "orgnet.errors",
    "OptionError": "orgnet.errors",
    "InputError": "orgnet.errors",
    "FormatError": "orgnet.errors",
}

__all__ = [
    "Findings",
    "FormatError",
    "InputError",
    "LayerError",
    "OptionError",
    "OrgNetError",
    "OrgNetWarning",
    "OrgNetwork",
    "UnitError",
    "ValidationError",
    "__version__",
    "answers",
    "batch",
    "build",
    "check",
    "datasets",
    "metrics",
    "read",
    "report",
    "template",
    "viz",
    "write",
]


def __getattr__(name: str) -> object:
    if name in _MODULES:
        return importlib.import_module(f"orgnet.{name}")
    if name in _NAMES:
        return getattr(importlib.import_module(_NAMES[name]), name)
    msg = f"module 'orgnet' has no attribute {name!r}"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    return sorted(__all__)
