"""The largest networks as a map of areas: which units are drawn as one node, and what is said about each of them.

Where even a page of rows to unfold would be too large, units are drawn by their recorded area; where there is none,
by the superior that they share; where there is no chain of command either, by kind or by component.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet._model.vocabulary import COUNT_FIELDS, label
from orgnet._viz.encode import as_words, clip, is_number, number
from orgnet._viz.layout import ancestors_at, attach, depths, first_superiors
from orgnet._viz.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orgnet._model.network import OrgNetwork
    from orgnet._model.vocabulary import Lang
    from orgnet._viz.layout import Ints

MOST_NODES = 1000
MOST_ROWS = 150_000  # units, above which the page would be too large to open


@dataclass(frozen=True)
class Groups:
    """Which node each unit is drawn in (`codes`), what the nodes are called, and what made them (`by`)."""

    codes: Ints
    labels: list[str]
    by: str


def group_units(net: OrgNetwork, lang: Lang) -> Groups:
    """Choose the groups of a large network: at most a thousand, none of them hidden."""
    found = _by_area(net, lang) or _by_superior(net, lang) or _by_kind(net, lang)
    codes, labels, by = found or _by_component(net, lang)
    return Groups(*_largest(codes, labels, lang), by)


def group_facts(net: OrgNetwork, groups: Groups, lang: Lang) -> tuple[list[str], list[list[tuple[int, str]]]]:
    """Say about each group how many units of which kinds it has, and the sums of what is counted."""
    kind_codes, fields = _kinds(net.units["kind"], lang)
    n, k = len(groups.labels), len(fields)
    facts: list[list[tuple[int, str]]] = []
    for row in np.bincount(groups.codes * k + kind_codes, minlength=n * k).reshape(n, k):
        ranked = [int(k) for k in np.argsort(-row, kind="stable")[:12] if row[k]]
        facts.append([(k, f"{row[k]:,}") for k in ranked])
    numbers = [column for column in COUNT_FIELDS if column in net.units]
    size = np.bincount(groups.codes, minlength=len(groups.labels))
    for column in numbers:
        by_group = net.units[column].groupby(groups.codes)
        total, known = by_group.sum(), by_group.count()
        fields.append(f"Σ {label(column, lang)}")
        for g in np.flatnonzero(known.to_numpy() > 0):
            of = f" ({known[g]:,} / {size[g]:,})" if known[g] < size[g] else ""
            facts[g].append((len(fields) - 1, number(float(total[g])) + of))
    return fields, facts


def group_values(values: pd.Series, groups: Groups, lang: Lang) -> pd.Series:
    """Return one value a group: the mean of numbers, else the most frequent."""
    n = len(groups.labels)
    if is_number(values):
        return values.groupby(groups.codes).mean().reindex(range(n))
    texts = values.astype(object).map(str, na_action="ignore") if values.name == "kind" else as_words(values, lang)
    counts = pd.DataFrame({"group": groups.codes, "text": texts.to_numpy()}).value_counts(sort=False).reset_index()
    counts = counts.sort_values(["group", "count", "text"], ascending=[True, False, True])
    most = counts.drop_duplicates("group").set_index("group")["text"]
    return pd.Series(most.reindex(range(n)), name=values.name)


def group_parents(groups: Groups, source: Ints, target: Ints) -> Ints:
    """Hang each group under the group that most of its superiors stand in."""
    n = len(groups.labels)
    ends = groups.codes[source] * n + groups.codes[target]
    pairs, counts = np.unique(ends[groups.codes[source] != groups.codes[target]], return_counts=True)
    above, below = pairs // n, pairs % n
    back = np.zeros(len(pairs), dtype=np.int64)  # ties the other way: the stronger direction is the chain
    twin = np.searchsorted(pairs, below * n + above)
    found = (twin < len(pairs)) & (pairs[np.minimum(twin, len(pairs) - 1)] == below * n + above) if len(pairs) else []
    back[found] = counts[twin[found]]
    keep = counts > back
    ranked = np.argsort(-counts[keep], kind="stable")
    return first_superiors(n, above[keep][ranked], below[keep][ranked])


def tie_ends(net: OrgNetwork, layers: Sequence[str]) -> tuple[Ints, Ints]:
    """Rows of the sources and targets of all ties of some layers."""
    ends = net.ends[:, net.tie_mask(layers)].astype(np.int64)
    return ends[0], ends[1]


def chain(net: OrgNetwork) -> Ints:
    """Superior of each unit in command; where command has no ties at all, in the areas that contain one another."""
    for layer in ("command", "contains"):
        source, target = tie_ends(net, (layer,))
        if len(source):
            return first_superiors(net.n_units, source, target)
    return np.full(net.n_units, -1, dtype=np.int64)


def _by_area(net: OrgNetwork, lang: Lang) -> tuple[Ints, list[str], str] | None:
    if "area" not in net.units:
        return None
    codes, names = pd.factorize(net.units["area"].astype(object))
    if not 1 < len(names) + (codes < 0).any() <= MOST_NODES:
        return None
    labels = [str(name) for name in names]
    if (codes < 0).any():
        codes = np.where(codes < 0, len(labels), codes)
        labels.append(say("no_area", lang))
    return codes.astype(np.int64), labels, "area"


def _by_superior(net: OrgNetwork, lang: Lang) -> tuple[Ints, list[str], str] | None:
    parent = chain(net)
    if not (parent >= 0).any():
        return None
    everything = np.asarray(net.ends).astype(np.int64)
    parent = attach(parent, everything[0], everything[1])
    in_tree = parent >= 0
    in_tree[parent[in_tree]] = True
    depth = depths(parent)
    alone = ~in_tree
    alone_codes, alone_kinds = _kinds(net.units["kind"][alone], lang)
    per_level = np.cumsum(np.bincount(depth[in_tree])) + len(alone_kinds)
    level = max(int(np.searchsorted(per_level, MOST_NODES, side="right")) - 1, 0)
    top = ancestors_at(parent, level)
    heads = np.unique(top[in_tree])
    codes = np.empty(net.n_units, dtype=np.int64)
    codes[in_tree] = np.searchsorted(heads, top[in_tree])
    codes[alone] = len(heads) + alone_codes
    labels = [str(name) for name in net.names.to_numpy()[heads]]
    labels += [say("alone", lang, kind=kind) for kind in alone_kinds]
    return codes, labels, "superior"


def _by_kind(net: OrgNetwork, lang: Lang) -> tuple[Ints, list[str], str] | None:
    codes, kinds = _kinds(net.units["kind"], lang)
    return None if len(kinds) < 2 else (codes, kinds, "kind")  # noqa: PLR2004 - one kind tells nothing apart


def _by_component(net: OrgNetwork, lang: Lang) -> tuple[Ints, list[str], str]:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ends = np.asarray(net.ends)
    shape = (net.n_units, net.n_units)
    _, codes = connected_components(coo_array((np.ones(ends.shape[1], dtype=np.int8), (ends[0], ends[1])), shape=shape))
    _, first = np.unique(codes, return_index=True)
    names = net.names.to_numpy()[first]
    return codes.astype(np.int64), [say("component", lang, name=clip(name, 40)) for name in names], "component"


def _kinds(kinds: pd.Series, lang: Lang) -> tuple[Ints, list[str]]:
    codes, names = pd.factorize(kinds.astype(object))
    labels = [clip(label(str(name), lang), 80) for name in names]
    if (codes < 0).any():
        codes = np.where(codes < 0, len(labels), codes)
        labels.append(say("no_area", lang))
    return codes.astype(np.int64), labels


def _largest(codes: Ints, labels: list[str], lang: Lang) -> tuple[Ints, list[str]]:
    """Keep the largest 999 groups and put the rest together, where there are more than a thousand."""
    if len(labels) <= MOST_NODES:
        return codes, labels
    size = np.bincount(codes, minlength=len(labels))
    kept = np.sort(np.argsort(-size, kind="stable")[: MOST_NODES - 1])
    number_of = np.full(len(labels), len(kept), dtype=np.int64)
    number_of[kept] = np.arange(len(kept))
    return number_of[codes], [labels[k] for k in kept] + [say("others", lang)]
