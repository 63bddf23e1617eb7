"""Who is meant: units named in a cell by id or by name, one or several."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet._model.discreet import hidden
from orgnet._model.reading import positions
from orgnet._model.tables import log_unknown
from orgnet._model.values import as_text, fold

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from orgnet._model.values import Place

NOBODY = frozenset(["无", "/", "暂无", "没有", "-", "—", "否", "无党组织", "未建立", "none", "n/a"])
_BETWEEN, _OPEN, _CLOSE = "、，,;；\n|", "(（", ")）"
_SIGNS = re.compile(f"([{re.escape(_BETWEEN + _OPEN + _CLOSE)}])")
_SHOWN = 5  # ids named in one finding
AREA_KINDS = ("residents_committee", "villagers_committee")
_COMMITTEES = ("居委会", "居民委员会", "社区居委会", "村委会", "村民委员会")  # what an area's committee is called
NOBODY_ROW, SEVERAL = -1, -2  # what stands for a row where no unit is meant, or one of several


@dataclass(frozen=True)
class Asked:
    """References to units, one an entry: the id of the unit whose row it is, if any, the text, and where it stands.

    `cells` numbers the cell that each reference came from.
    """

    field: str
    owner: pd.Series
    text: pd.Series
    place: Place
    cells: NDArray[np.int64]

    def only(self, mask: NDArray[np.bool_]) -> Asked:
        """Return the references under a mask."""
        owner, text = self.owner[mask].reset_index(drop=True), self.text[mask].reset_index(drop=True)
        return Asked(self.field, owner, text, self.place.only(mask), self.cells[mask])


class Names:
    """Finds units by id, and else by a name that only one unit has.

    `kept_out` has the ids and names of rows that are no units on purpose, since they stand close to a person:
    references to them are counted, and not shown.
    """

    def __init__(self, units: pd.DataFrame, kept_out: Collection[str] = ()) -> None:
        self._units = units
        self.ids = units.index
        self._kept_out = frozenset(map(_key_of, kept_out))
        self._chosen: dict[tuple[object, ...], list[int]] = {}

    @cached_property
    def _rows(self) -> dict[str, list[int]]:
        """Return the rows of every name."""
        rows: dict[str, list[int]] = {}
        for row, name in enumerate(self._units["name"]):
            if isinstance(name, str):
                rows.setdefault(_key_of(name), []).append(row)
        return rows

    @cached_property
    def _kinds(self) -> NDArray[np.object_]:
        return self._units["kind"].to_numpy(object)

    @cached_property
    def _areas(self) -> NDArray[np.object_]:
        blank = pd.Series(None, index=self.ids, dtype=object)
        return self._units.get("area", blank).to_numpy(object)

    def asked(self, field: str, owner: pd.Series, text: pd.Series, place: Place) -> Asked:
        """Return the references of a column, one a cell; cells that say that there is none are none."""
        text = as_text(text)
        none = text.notna().to_numpy(bool, copy=True)
        none[none] = text[none].str.strip().str.lower().isin(list(NOBODY)).to_numpy(bool)
        none[none] = positions(text[none], self.ids) < 0
        if none.any():
            row, first, count = place.rows[none][0], text[none].iloc[0], int(none.sum())
            place.log.add("name.none", place.source, row=row, column=field, value=first, count=count)
        return Asked(field, owner, text.mask(none), place, np.arange(len(text)))

    def split(self, field: str, owner: pd.Series, text: pd.Series, place: Place) -> Asked:
        """Return the references in cells that may name several units, by the signs that stand between them.

        A cell that is the id or name of one unit is one reference, whatever signs it holds. Spaces part names only
        where every part is a unit. A number before a part, a full stop or a bracket behind it, and 等…家单位 are left
        out where what remains is a unit.
        """
        parts = {cell: self.parts(cell) for cell in text.dropna().unique()}
        lists = [parts.get(cell, []) for cell in text]
        cells = np.repeat(np.arange(len(text)), np.array([len(names) for names in lists], dtype=np.int64))
        flat = pd.Series([name for names in lists for name in names], dtype="str")
        rows = type(place)(place.source, place.rows[cells], place.log)
        return Asked(field, owner.iloc[cells].reset_index(drop=True), flat, rows, cells)

    def parts(self, cell: str) -> list[str]:
        """Return the units that one cell names, as `split` tells them apart."""
        if self.is_unit(cell):
            return [cell]
        out: list[str] = []
        for part in [part for part in map(fold, parted(cell)) if part]:
            words = part.split()
            if self.is_unit(part):
                out.append(part)
            elif len(words) > 1 and all(map(self.is_unit, words)):
                out += words
            else:
                bare = _bare(part)
                out.append(bare if self.is_unit(bare) else part)
        return list(dict.fromkeys(out))

    def is_unit(self, text: str) -> bool:
        """Return whether a text is the id or the name of a unit."""
        return fold(text) in self.ids or _key_of(text) in self._rows

    def find(self, asked: Asked, prefer: tuple[str, ...] = (), *, quiet: bool = False) -> NDArray[np.int64]:
        """Return the row of the unit that each reference means; -1 where no unit is it, -2 where several may be.

        Of several units of one name it is the only one of a kind in `prefer`, else the only one in the area of the
        row's own unit. Names that helped are a note, ambiguous ones a warning; with `quiet` neither is logged.
        """
        found = positions(asked.text, self.ids)
        open_ = np.flatnonzero((found < 0) & asked.text.notna().to_numpy(bool))
        if not len(open_):
            return found
        folded = asked.text.iloc[open_].map(fold).astype("str")
        found[open_] = positions(folded, self.ids)
        by_name = open_[found[open_] < 0]
        owners = positions(asked.owner.iloc[by_name], self.ids)
        for at, owner in zip(by_name.tolist(), owners.tolist(), strict=True):
            rows = self._meant(_key_of(asked.text.iloc[at]), prefer, self._areas[owner] if owner >= 0 else None)
            found[at] = rows[0] if len(rows) == 1 else NOBODY_ROW if not rows else SEVERAL
        if not quiet:
            self._log(asked, found, by_name, prefer)
        return found

    def find_areas(self, asked: Asked) -> NDArray[np.int64]:
        """Return the row of the unit that stands for each area: that of its name, else its residents' committee."""
        found = self.find(asked, AREA_KINDS, quiet=True)
        for ending in _COMMITTEES:
            open_ = found < 0
            if not open_.any():
                break
            called = asked.only(open_)
            found[open_] = self.find(replace(called, text=called.text + ending), AREA_KINDS, quiet=True)
        return found

    def _meant(self, key: str, prefer: tuple[str, ...], area: object) -> list[int]:
        """Return the rows that a name may mean; what was chosen once among homonyms is remembered."""
        rows = self._rows.get(key, [])
        if len(rows) > 1 and prefer:
            rows = self._those((key, prefer), rows, self._kinds, prefer)
        if len(rows) > 1 and isinstance(area, str):
            if (key, prefer, "area") not in self._chosen:
                self._chosen[key, prefer, "area"] = []
                for row in rows:
                    self._chosen.setdefault((key, prefer, "area", self._areas[row]), []).append(row)
            rows = self._chosen.get((key, prefer, "area", area), rows)
        return rows

    def _those(
        self, key: tuple[object, ...], rows: list[int], facts: NDArray[np.object_], among: tuple[str, ...]
    ) -> list[int]:
        if key not in self._chosen:
            self._chosen[key] = [row for row in rows if facts[row] in among] or rows
        return self._chosen[key]

    def _log(self, asked: Asked, found: NDArray[np.int64], by_name: NDArray[np.int64], prefer: tuple[str, ...]) -> None:
        log, source, rows = asked.place.log, asked.place.source, asked.place.rows
        named = by_name[found[by_name] >= 0]
        if len(named):
            at = named[0]
            facts = {"value": asked.text.iloc[at], "other": self.ids[found[at]], "count": len(named)}
            log.add("name.read", source, row=rows[at], column=asked.field, **facts)
        many = by_name[found[by_name] == SEVERAL]
        value = asked.text.iloc[many]
        may_be = [self._meant(_key_of(text), prefer, None) for text in value]
        other = [", ".join(str(self.ids[row]) for row in choice[:_SHOWN]) for choice in may_be]
        log.add("name.ambiguous", source, row=rows[many], column=asked.field, value=value.to_numpy(object),
                other=np.array(other, dtype=object))  # fmt: skip

    def log_unknown(self, code: str, text: pd.Series, field: str, unknown: NDArray[np.bool_], place: Place) -> None:
        """Log the texts under a mask, which no unit has as id or name, each with what it may have meant.

        What was kept out on purpose, and what may be the name of a person, is not shown.
        """
        table = {word: _key_of(word) in self._kept_out for word in text[unknown].unique()}
        out = unknown & text.map(table).eq(other=True).fillna(value=False).to_numpy(bool)
        if out.any():
            place.log.add("name.kept_out", place.source, row=place.rows[out][0], column=field, count=int(out.sum()))
        shown = text.map({word: hidden(word) for word in text.dropna().unique()})
        log_unknown(code, shown.astype("str"), field, unknown & ~out, self.ids, place, self._units["name"])

    def beginning(self, text: str) -> tuple[str, str]:
        """Return the longest unit name that a text begins with, and the rest; two empty texts where none does."""
        key = _key_of(text)
        for length in range(len(key), 1, -1):
            if key[:length] in self._rows:
                return key[:length], key[length:]
        return "", ""


def parted(cell: str) -> list[str]:
    """Return a cell in the parts between separating signs, those within brackets left alone where brackets match."""
    matched = sum(map(cell.count, _OPEN)) == sum(map(cell.count, _CLOSE))
    parts, depth = [""], 0
    for token in _SIGNS.split(cell):
        if token and token in _BETWEEN and not (matched and depth > 0):
            parts.append("")
            continue
        depth = max(depth + (token in tuple(_OPEN)) - (token in tuple(_CLOSE)), 0)
        parts[-1] += token
    return parts


def _bare(part: str) -> str:
    """Return the part of a list without its number, its full stop, a bracket behind it, and 等…家单位."""
    part = re.sub(r"^[(（]?[0-9]{1,3}[)）.、]+", "", part)
    part = re.sub(r"等[0-9一二三四五六七八九十]*(?:家|个)?(?:单位|组织|企业)?$", "", part.rstrip("。. "))
    return re.sub(r"[(（][^()（）]*[)）]$", "", part).strip()


def _key_of(name: str) -> str:
    """Return a name as it is compared: folded, without spaces."""
    return "".join(fold(name).split())
