"""Fuzzy help, never fuzzy action: units that may stand there twice, and what an id that is not there may have meant.

What is said here is a hint in a finding. Nothing is merged, matched or corrected.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from orgnet._model.codes import individual_business
from orgnet._model.oneoff import LONGEST, filed, one_apart
from orgnet._model.reading import positions
from orgnet._model.vocabulary import PARTY_KINDS, TERRITORY_KINDS
from orgnet.errors import near

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from orgnet._model.findings import Log
    from orgnet._model.tables import Origin

_MOST = 200  # findings on names
_SHORTEST = 5  # characters of a name that is compared one character off
_REST = 4  # characters that must be left of a name without the place before it
_MANY = 3  # names that share a beginning or an end make it nobody's own
_COMPARED = 8  # units of one name, each with other facts, that are compared with each other
_HAN = "\u4e00-\u9fff"
_PLACE = (
    rf"^([{_HAN}]{{2,6}}省|[{_HAN}]{{2,8}}自治区)?([{_HAN}]{{2,4}}市(?!场))?"
    rf"([{_HAN}]{{1,3}}[^社小园校院厂景片街库]区|[{_HAN}]{{2,4}}县)?"
)
_HOMONYMS = PARTY_KINDS | TERRITORY_KINDS | {"post"}  # kinds whose names mean little without a superior or an area
# Signs in names, as they stand after NFKC.
_MARKS = r"[\s()\[\]{}<>《》【】「」“”\"'·•.,、。;:!?/\\|_~-" + "\u3014\u3015\u2018\u2019]+"
# The legal form that a name may go without.
_FORM = r"[(（]?(?:特殊)?(?:普通|有限)合伙[)）]?$"
# Characters that tell one of a series from the next: no slip of the pen.
_SERIES = "一二三四五六七八九十百千零两甲乙丙丁戊己庚辛壬癸东南西北中上下前后左右大小新老内外\u3007"
_COUNTING = np.array([ord(letter) for letter in _SERIES], dtype=np.uint32)
_NEAR, _NEAR_AMONG = 200, 5_000  # texts and ids for which the nearest id is looked up, one by one: that is slow
_TEXTS = 1_000  # texts for which ids and names one character off are looked up
_NAMED = 3  # ids in one hint
_LIKE, _LIKE_HAN = 4, 3  # characters of a text that may be a slip: shorter ones are one off from everything


class Pair(NamedTuple):
    """Two units, by position, the later one first."""

    again: int
    first: int


def near_names(units: pd.DataFrame, origin: Origin, log: Log, superior: pd.Series | None = None) -> None:
    """Log units whose names are the same but for legal form, brackets, spaces or place, or one character apart.

    Homonyms are normal: units of another kind, area or superior are no finding, unless they have the same USCC; Party
    units, grids, buildings and posts of which neither area nor superior is known are none either. Names that differ in
    a number, a letter or a direction are names of a series. Individual businesses are not looked at, since their names
    are often those of persons.

    Parameters
    ----------
    units
        The unit table, with a `name`; `kind`, `area` and `uscc` where known.
    origin
        Where each unit stands.
    superior
        The superior of each unit, one entry a row of `units`.
    """
    name = units["name"].reset_index(drop=True)
    if "uscc" in units:
        name = name.mask(individual_business(units["uscc"].reset_index(drop=True)))
    facts = _facts(name, units, superior)
    if not len(facts):
        return
    same = list(_same(facts))
    apart = list(_apart(facts, {pair.again for pair in same}))
    for code, pairs, room in (("name.same", same, _MOST), ("name.near", apart, max(_MOST - len(same), 0))):
        shown = pairs[:room]
        if shown:
            at = np.array([pair.again for pair in shown])
            other = np.array([_named(pair.first, name, origin, origin.sources[pair.again]) for pair in shown], object)
            log.add(code, **origin.at(at), column="name", value=name.iloc[at].to_numpy(object), other=other)
    more = len(same) + len(apart) - _MOST
    if more > 0:
        everywhere = ", ".join(dict.fromkeys(origin.sources))
        log.add("name.near_more", everywhere, column="name", count=more)


def _named(at: int, name: pd.Series, origin: Origin, source: str) -> str:
    where = "" if origin.sources[at] == source else f" of {origin.sources[at]}"
    return f"{name.iloc[at]!r} in row {origin.rows[at]}{where}"


def _facts(name: pd.Series, units: pd.DataFrame, superior: pd.Series | None) -> pd.DataFrame:
    """Return the names without form and place, and what tells homonyms apart as numbers, -1 where it is missing."""
    blank = pd.Series(pd.NA, index=name.index, dtype="str")
    columns = {key: units[key].reset_index(drop=True) if key in units else blank for key in ("kind", "area", "uscc")}
    columns["superior"] = blank if superior is None else superior.reset_index(drop=True)
    known = name.notna().to_numpy(bool)
    core, place = _cores(name[known])
    facts = pd.DataFrame({"core": core, "place": place})
    bound = columns["area"].notna() | columns["superior"].notna() | ~columns["kind"].isin(list(_HOMONYMS))
    facts["bound"] = bound[known]
    for key, column in columns.items():
        facts[key] = pd.factorize(column)[0][known]
    return facts[facts["core"].str.len() > 1]


def _cores(name: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return names without brackets, spaces, legal form and the place in front, and that place."""
    core = name.str.normalize("NFKC").str.lower()
    core = core.str.replace("有限责任公司", "有限公司", regex=False).str.replace(_FORM, "", regex=True)
    core = core.str.replace(_MARKS, "", regex=True).str.replace("有限公司$", "", regex=True)
    places = core.str.extract(_PLACE).fillna("")
    cities = places[1][places[1].str.len() == 3].value_counts()  # noqa: PLR2004 - two characters and 市
    stems = cities.index[cities >= max(_MANY, len(core) // 100)].str.slice(0, 2)
    city = core.str.slice(0, 2)
    bare = city.isin(stems) & (places == "").all(axis=1)
    place = (places[0] + "|" + places[1].str.slice(0, -1) + "|" + places[2]).mask(bare, "|" + city + "|")
    length = places[0].str.len() + places[1].str.len() + places[2].str.len() + 2 * bare.astype("int64")
    enough = core.str.len() - length >= _REST
    cut = (length > 0) & enough
    shorter = [text[size:] for text, size in zip(core[cut], length[cut], strict=True)]
    core = core.copy()
    core[cut] = pd.array(shorter, dtype="str")
    return core, place.where(cut, "").mask(place == "||", "")


def _same(facts: pd.DataFrame) -> Iterator[Pair]:
    """Give the units whose name stands there already, with the first that it may be."""
    told = ["core", "place", "kind", "area", "superior"]
    seen: set[int] = set()
    for keys, mask in ((told, facts["bound"]), (["core", "uscc"], facts["uscc"] >= 0)):
        some = facts[mask]
        again = some[some.duplicated(keys, keep=False)]
        first = pd.Series(again.index, index=again.index).groupby([again[key] for key in keys], dropna=False)
        for at, one in zip(again.index.to_numpy(), first.transform("first").to_numpy(), strict=True):
            if at != one and at not in seen:
                seen.add(at)
                yield Pair(int(at), int(one))
    kinds = facts[facts["bound"]].drop_duplicates(told)
    kinds = kinds[kinds["core"].duplicated(keep=False)].sort_values("core", kind="stable")
    known, core = kinds[["kind", "area", "superior"]].to_numpy(), pd.factorize(kinds["core"])[0]
    place, index = kinds["place"].to_numpy(object), kinds.index.to_numpy()
    for lag in range(1, min(_COMPARED, len(kinds))):
        here, there = known[lag:], known[:-lag]
        fits = (core[lag:] == core[:-lag]) & ((here == there) | (here < 0) | (there < 0)).all(axis=1)
        for at in np.flatnonzero(fits) + lag:
            if index[at] not in seen and _one_place(place[at], place[at - lag]):
                seen.add(index[at])
                yield Pair(int(index[at]), int(index[at - lag]))


def _one_place(one: str, other: str) -> bool:
    """Return whether one place in front of a name says no more than a part of the other."""
    here, there = ({part for part in place.split("|") if part} for place in (one, other))
    return here <= there or there <= here


def _apart(facts: pd.DataFrame, seen: set[int]) -> Iterator[Pair]:
    """Give the units whose name is one character off that of an earlier one with the same facts."""
    some = facts[facts["bound"] & ~facts.index.isin(list(seen))]
    some = some[some["core"].str.len().between(_SHORTEST, LONGEST)]
    some = some[_own_part(some["core"]) >= _SHORTEST]
    some = some.drop_duplicates(["core", "place", "kind", "area", "superior"])
    if len(some) <= 1:
        return
    keys, owners = filed(some["core"].to_numpy(object), _counting)
    context = pd.factorize(pd.MultiIndex.from_frame(some[["place", "kind", "area", "superior"]]))[0].astype(np.uint64)
    keys = keys + context[owners] * np.uint64(0x94D049BB133111EB)
    order = np.lexsort((owners, keys))
    keys, owners = keys[order], owners[order]
    start = np.concatenate([[True], keys[1:] != keys[:-1]])
    first = owners[np.flatnonzero(start)[np.cumsum(start) - 1]]
    pairs = pd.DataFrame({"a": owners, "b": first})[owners != first].drop_duplicates().sort_values(["a", "b"])
    core, uscc, index = some["core"].to_numpy(object), some["uscc"].to_numpy(), some.index.to_numpy()
    said: set[int] = set()
    for again, one in pairs.itertuples(index=False):
        other_code = uscc[again] >= 0 and uscc[one] >= 0 and uscc[again] != uscc[one]
        if again not in said and not other_code and _is_slip(core[again], core[one]):
            said.add(again)
            yield Pair(int(index[again]), int(index[one]))


def _own_part(core: pd.Series) -> pd.Series:
    """Return how many characters of each name are its own: not of a beginning or an end that several names share."""
    begins, ends = (pd.Series(0, index=core.index) for _ in range(2))
    for length in range(2, _SHORTEST + 2):
        long = core.str.len() > length
        for shared, part in ((begins, core.str.slice(0, length)), (ends, core.str.slice(-length))):
            many = long & (part.groupby(part).transform("size") >= _MANY)
            shared[many] = length
    return core.str.len() - begins - ends


def _counting(points: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Return which characters number, letter or point: figures, Latin letters, directions."""
    return np.isin(points, _COUNTING) | (points < 128)  # noqa: PLR2004 - ASCII


def _is_slip(one: str, other: str) -> bool:
    found = one_apart(one, other)
    return found is not None and not _counting(np.array([ord(letter) for letter in found if letter])).any()


def suggest(text: str, ids: pd.Index, names: pd.Series | None = None) -> str:
    """Return a sentence on what an id that is not there may have meant, empty where nothing comes near.

    Examples
    --------
    >>> suggest("10101", pd.Index(["010101"]))
    " Unit '010101' differs by leading zeros: did a spreadsheet drop them?"
    >>> suggest("灵隐社区党委", pd.Index(["P1"]), pd.Series(["灵隐社区党委"]))
    " It is the name of unit 'P1'."
    """
    return suggestions(pd.Index([text], dtype="str"), ids, names)[text]


def suggestions(texts: pd.Index, ids: pd.Index, names: pd.Series | None = None) -> dict[str, str]:
    """Return for each of several distinct texts what `suggest` says; `names` has one entry for each of `ids`."""
    hints = dict.fromkeys(texts, "")
    for sentence, here, there in _forms(texts, ids):
        at = positions(here, there)
        for text, found in zip(texts, at, strict=True):
            if found >= 0 and not hints[text]:
                hints[text] = sentence.format(ids[found])
    _by_name(hints, ids, names)
    left = np.array([text for text in hints if not hints[text] and _may_be_slip(text)][:_TEXTS], dtype=object)
    one_off = _one_off(left, ids, None)
    if names is not None:
        some = np.array([text for text in left if text not in one_off and len(text) >= _SHORTEST], dtype=object)
        one_off |= _one_off(some, ids, names)
    if len(ids) <= _NEAR_AMONG:
        one_off |= {text: near(text, ids) for text in [text for text in left if text not in one_off][:_NEAR]}
    return hints | one_off


def _may_be_slip(text: str) -> bool:
    least = _LIKE_HAN if any("\u4e00" <= letter <= "\u9fff" for letter in text) else _LIKE
    return least <= len(text) <= LONGEST


def _forms(texts: pd.Index, ids: pd.Index) -> Iterator[tuple[str, pd.Series, pd.Index]]:
    """Give the ways in which an id may be written otherwise: a sentence, the texts so written, and the ids."""
    here, there = pd.Series(texts, dtype="str"), ids.astype("str")
    if (digits := here.str.fullmatch("[0-9]+", na=False)).any():
        sentence = " Unit {!r} differs by leading zeros: did a spreadsheet drop them?"
        yield sentence, here.str.lstrip("0").where(digits), there.str.lstrip("0")
        sentence = " Unit {!r} is the same code, but for zeros at its end."
        filled, lengths = here.str.pad(12, side="right", fillchar="0"), (here.str.len(), there.str.len())
        padded = there.str.pad(12, side="right", fillchar="0")
        for short, long in (((2, 4, 6, 9, 12), (6, 9, 12)), ((6, 9, 12), (2, 4, 6, 9, 12))):
            yield sentence, filled.where(digits & lengths[0].isin(short)), padded.where(lengths[1].isin(long))
    yield " Unit {!r} differs by upper and lower case.", here.str.lower(), there.str.lower()
    gaps = "[\\s_./\u2010-\u2015-]+"
    bare = here.str.lower().str.replace(gaps, "", regex=True)
    within = there.str.lower().str.replace(gaps, "", regex=True)
    yield " Unit {!r} differs by spaces, points or hyphens.", bare.mask(bare == ""), within


def _by_name(hints: dict[str, str], ids: pd.Index, names: pd.Series | None) -> None:
    """Say which texts are no ids but names."""
    left = [text for text, hint in hints.items() if not hint]
    if names is None or not left:
        return
    name = pd.Series(names.to_numpy(), index=ids)
    found = name[name.isin(left)]
    for text, group in found.groupby(found, sort=False):
        first = ", ".join(repr(unit) for unit in group.index[:_NAMED]) + (" ..." if len(group) > _NAMED else "")
        hints[str(text)] = f" It is the name of unit {first}." if len(group) == 1 else f" Units {first} have this name."


def _one_off(texts: NDArray[np.object_], ids: pd.Index, names: pd.Series | None) -> dict[str, str]:
    """Return a hint for each text from which ids, or names, are one character off; an empty one where they are many."""
    if not len(texts):
        return {}
    among = ids if names is None else pd.Index(names.fillna(""))
    known = among.to_numpy(object)
    keys, owners = filed(texts)
    order = np.argsort(keys, kind="stable")
    keys, owners = keys[order], owners[order]
    found: dict[str, dict[int, None]] = {text: {} for text in texts}
    theirs, units = filed(known)
    start, end = np.searchsorted(keys, theirs, "left"), np.searchsorted(keys, theirs, "right")
    for hit in np.flatnonzero(end > start):
        unit = int(units[hit])
        for owner in owners[start[hit] : end[hit]]:
            text = texts[owner]
            if len(found[text]) <= _NAMED and one_apart(text, known[unit]):
                found[text][unit] = None
    return {text: _sentence(list(units), ids, names) for text, units in found.items() if units}


def _sentence(units: list[int], ids: pd.Index, names: pd.Series | None) -> str:
    if len(units) > _NAMED:
        return ""
    if names is None:
        return f" Did you mean {_listed(repr(ids[unit]) for unit in units)}?"
    return f" Did you mean {_listed(f'{names.iloc[unit]!r} ({ids[unit]!r})' for unit in units)}?"


def _listed(words: Iterable[str]) -> str:
    *some, last = words
    return f"{', '.join(some)} or {last}" if some else last
