"""Seats and their holders: which seats one holder has, read from a list of seats that names no person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet._engine.csr import build_view
from orgnet._engine.traversal import components
from orgnet._metrics.territory import current_rows
from orgnet._model.values import plain_word

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from orgnet._model.network import OrgNetwork

SECRETARY, DIRECTOR = "secretary", "director"


@dataclass(frozen=True)
class Seats:
    """The seats of a network on its date.

    Attributes
    ----------
    table
        One row a seat, index its number: ``body`` (row of the unit), ``office`` (secretary, director, or missing),
        ``filled`` (yes, no, or missing), ``listed`` (False for a seat that only rows of other bodies name),
        ``term_end``, ``held`` (the number of seats that its holder has, this one included).
    links
        One row a pair of seats with one holder: ``seat``, ``other`` (their numbers), ``body``, ``other_body`` (the seat
        is listed in ``body``), ``sides`` (2 where each of the two bodies lists it, so that it is not told from which of
        them the holder comes; else 1), ``since``.
    """

    table: pd.DataFrame
    links: pd.DataFrame


def seats_of(net: OrgNetwork, posts: pd.DataFrame) -> Seats:
    """Read the seats of the table `posts`, and which of them one holder has.

    A row is a seat, and may name the body and post of a seat that its holder has beside it. The seat of a secretary or
    director stands once in a body, however many rows it has. The seat that is named beside is the one listed in that
    body under that post, if just one is and just one row names it, or if it is the secretary's or director's; else it
    is a seat of its own. A vacant seat has no holder.
    """
    frame = current_rows(net, posts).reset_index(drop=True)
    n = len(frame)
    office, far_office = (_offices(net, frame[name]) for name in ("post", "concurrent_post"))
    body, other_body = _bodies(net, frame["unit_id"]), _bodies(net, frame["concurrent_unit"])
    words = pd.concat([office.fillna(frame["post"]), far_office.fillna(frame["concurrent_post"])])
    key = _keys(np.concatenate([body, other_body]), words)
    held = frame["filled"].fillna(value=True).to_numpy(bool)
    linked = held & (other_body >= 0) & (other_body != body)
    seat = np.where(office.notna(), _first(key[:n]), np.arange(n))
    other = _beside(seat, key, held=held, linked=linked, sole=far_office.notna().to_numpy(bool))
    facts = frame[["filled", "since", "term_end"]].assign(
        seat=seat, body=body, office=office, other=other, other_body=other_body, far_office=far_office, linked=linked
    )
    links = _links(facts[linked])
    table = _table(facts, n)
    places = pd.Series(np.arange(len(table)), index=table.index)
    joined = build_view(
        len(table), places[links["seat"]].to_numpy(), places[links["other"]].to_numpy(), mode="both", directed=False
    )
    holder = components(joined)[1]
    return Seats(table.assign(held=np.bincount(holder)[holder]), links)


def _bodies(net: OrgNetwork, ids: pd.Series) -> NDArray[np.int64]:
    """Return the rows of the units; -1 where none is named."""
    return net.ids.get_indexer(pd.Index(ids)).astype(np.int64)


def _offices(net: OrgNetwork, posts: pd.Series) -> pd.Series:
    """Return which posts are those of the secretary and the director, by the words of the rule set."""
    found = pd.Series(pd.NA, index=posts.index, dtype="str")
    for office in (SECRETARY, DIRECTOR):
        words = {plain_word(word) for word in net.rules["posts"][office]}
        found = found.mask(posts.isin([post for post in posts.dropna().unique() if plain_word(post) in words]), office)
    return found


def _keys(body: NDArray[np.int64], words: pd.Series) -> NDArray[np.int64]:
    """Return one number for each body and post; -1 where one of them is not known."""
    codes, known = pd.factorize(words)
    return np.where((body >= 0) & (codes >= 0), body * max(len(known), 1) + codes, -1)


def _first(key: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each place the first place with the same key."""
    _, first, group = np.unique(key, return_index=True, return_inverse=True)
    return np.asarray(first[group], dtype=np.int64)


def _beside(
    seat: NDArray[np.int64],
    key: NDArray[np.int64],
    *,
    held: NDArray[np.bool_],
    linked: NDArray[np.bool_],
    sole: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Return the number of the seat that each row names beside its own; those that no row lists have numbers from n on.

    `key` has the bodies and posts of the rows, then those of the seats they name; `sole` says which of the latter are
    the secretary's or director's.
    """
    n = len(seat)
    near, far = key[:n], key[n:]
    here = held & (near >= 0)
    by_key = pd.Series(seat[here]).groupby(near[here]).agg(["first", "nunique"]).reindex(far)
    naming = pd.Series(far[linked]).value_counts().reindex(far, fill_value=0).to_numpy()
    found = (far >= 0) & (by_key["nunique"] == 1).to_numpy(bool) & (sole | (naming == 1))
    unlisted = n + np.where(sole, _first(far), np.arange(n))
    return np.where(found, by_key["first"].fillna(-1).to_numpy(np.int64), unlisted)


def _links(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs of seats with one holder, each once."""
    ends = np.sort(rows[["seat", "other"]].to_numpy(np.int64), axis=1)
    grouped = rows.assign(low=ends[:, 0], high=ends[:, 1], sides=rows["seat"]).groupby(["low", "high"], sort=False)
    first = grouped[["seat", "other", "body", "other_body"]].first()
    return first.assign(since=grouped["since"].min(), sides=grouped["sides"].nunique()).reset_index(drop=True)


def _table(rows: pd.DataFrame, n: int) -> pd.DataFrame:
    """Return one row a seat: those listed, and those that only rows of other bodies name."""
    grouped = rows.groupby("seat")
    listed = grouped[["body", "office"]].first().join(grouped[["filled", "term_end"]].max()).assign(listed=True)
    named = rows[(rows["other"] >= n) & rows["linked"]].drop_duplicates("other").set_index("other")
    beside = pd.DataFrame(
        {
            "body": named["other_body"],
            "office": named["far_office"],
            "filled": pd.Series(data=True, index=named.index, dtype="boolean"),
            "term_end": pd.Series(pd.NaT, index=named.index, dtype=rows["term_end"].dtype),
            "listed": False,
        }
    )
    return pd.concat([listed, beside])
