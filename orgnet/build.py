"""Build networks: from files, tables and graphs, or by seed; write them; a blank template to fill in.

`read` and `check` are the door for files, `from_tables` for frames, `from_networkx` for graphs, `synthetic` for trials;
`with_event_ties` makes ties of a table of events.
"""

from __future__ import annotations

from orgnet._build.door import check, from_networkx, from_tables, read
from orgnet._build.joint_ties import with_event_ties
from orgnet._build.settings import remember
from orgnet._build.synthetic import synthetic
from orgnet._build.template import template
from orgnet._build.writers import write

__all__ = [
    "check",
    "from_networkx",
    "from_tables",
    "read",
    "remember",
    "synthetic",
    "template",
    "with_event_ties",
    "write",
]
