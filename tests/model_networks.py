"""Random networks for the tests of the model and the door, by hypothesis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from orgnet._model.vocabulary import FORMATIONS, KINDS, LAYERS
from orgnet.build import from_tables

if TYPE_CHECKING:
    from orgnet._model.network import OrgNetwork

DATES = st.dates().filter(lambda day: 1900 <= day.year <= 2100).map(str)
WORDS = st.text("abc 甲乙<&>'\"\n", max_size=6)
KIND = st.sampled_from([*KINDS, "spaceship"])


def or_missing(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


def columns(n: int, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, list[Any]]]:
    """Draw some of the columns, each with n values."""
    lists = {name: st.lists(values, min_size=n, max_size=n) for name, values in fields.items()}
    return st.fixed_dictionaries({}, optional=lists)


@st.composite
def tables(draw: st.DrawFn, most_units: int = 8, most_ties: int = 25) -> tuple[dict[str, Any], dict[str, Any]]:
    """Draw a unit table and a tie table without faults that refuse a row."""
    n = draw(st.integers(1, most_units))
    ids = draw(st.permutations([f"u{number}" for number in range(n)]))
    facts = columns(
        n,
        name=or_missing(WORDS),
        kind=or_missing(KIND),
        area=or_missing(st.sampled_from("AB")),
        level_rank=or_missing(st.integers(0, 4)),
        staff=or_missing(st.integers(0, 10**9) | st.floats(0, 1e9)),
        has_party_org=or_missing(st.booleans()),
        formation=or_missing(st.sampled_from(list(FORMATIONS))),
        founded=or_missing(DATES),
        remark=or_missing(WORDS),
        score=st.floats(allow_nan=False, allow_infinity=False),
        superior_id=or_missing(st.sampled_from(["u0"])),
    )
    units = {"unit_id": ids, **draw(facts)}
    if "superior_id" in units:
        units["superior_id"] = [
            above if above != own else None for own, above in zip(ids, units["superior_id"], strict=True)
        ]
    ends = st.tuples(st.sampled_from(ids), st.sampled_from(ids)).filter(lambda pair: pair[0] != pair[1])
    pairs = draw(st.lists(ends, max_size=most_ties)) if n > 1 else []
    layer = st.sampled_from(list(LAYERS))
    more = columns(
        len(pairs),
        tie_type=or_missing(WORDS),
        weight=or_missing(st.floats(1e-3, 1e3)),
        since=or_missing(DATES),
        until=or_missing(DATES),
        latency_days=or_missing(st.floats(0, 1e3)),
        reliability=or_missing(st.floats(0, 1)),
        note=or_missing(WORDS),
        formal=st.booleans(),
    )
    ties = {
        "source": [a for a, _ in pairs],
        "target": [b for _, b in pairs],
        "layer": [draw(layer) for _ in pairs],
        **draw(more),
    }
    return units, ties


def networks(most_units: int = 8, most_ties: int = 25) -> st.SearchStrategy[OrgNetwork]:
    """Draw a network."""
    return tables(most_units, most_ties).map(lambda pair: from_tables(*pair))
