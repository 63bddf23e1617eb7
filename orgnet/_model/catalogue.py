"""The catalogue of measures: what each one asks, its formula, the fields it needs, its unit, and which way is better.

One TOML file a family; functions, documentation and reports read it, so that a measure is described in one place.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from orgnet.errors import OptionError, near

if TYPE_CHECKING:
    from collections.abc import Mapping

    from orgnet._model.vocabulary import Lang

FAMILIES: Mapping[str, tuple[str, str]] = {
    "A": ("scope", "管理幅度与规模"),
    "B": ("chain and headquarters", "链条与总部"),
    "C": ("communication", "信息传达"),
    "D": ("horizontal collaboration", "横向协作"),
    "E": ("coverage", "两个覆盖"),
    "F": ("posts", "交叉任职"),
    "G": ("grid functions", "网格功能"),
    "H": ("resources and services", "资源与服务"),
    "I": ("participation", "参与"),
    "J": ("professionals, service groups, influence", "专业力量与话语权"),
    "K": ("workers", "工作力量"),
    "L": ("system", "系统"),
}
BETTER = ("up", "down", "band", "none")


@dataclass(frozen=True)
class Entry:
    """One measure of the catalogue.

    Attributes
    ----------
    id, measure
        Its number in the list of measures (several may share one), and its own name.
    en, zh
        What it is, in a few words.
    formula
        How it is computed.
    needs
        Fields and tables it reads, such as ``"units.households"``, ``"ties.command"``, ``"posts"``.
    unit
        Of the value: ``"share"``, ``"households"``, ``"days"``, ...
    better
        ``"up"``, ``"down"``, ``"band"`` or ``"none"``.
    layers
        The layers it reads; empty for none.
    reference
        Where it comes from.
    function
        The function of `orgnet.metrics` that gives it; empty where it is not computed.
    test
        The test that holds a value worked by hand.
    note
        What to know when reading it; for what is not computed, why.
    of
        What a share counts one by one, such as ``"units"`` or ``"messages"``: both of its numbers are whole, and each
        thing counted has it or has not. Empty for shares of amounts, of pairs or ties, of households or staff (which
        go with their unit), and for indices: chance does not move these as it moves a count.
    """

    id: str
    measure: str
    en: str
    zh: str
    formula: str
    needs: tuple[str, ...]
    unit: str
    better: str
    layers: tuple[str, ...]
    reference: str
    function: str
    test: str
    note: str = ""
    of: str = ""

    def label(self, lang: Lang = "en") -> str:
        """Return what it is, in one language."""
        return self.zh if lang == "zh" else self.en

    @property
    def family(self) -> str:
        """The letter of its family."""
        return self.id[0]


@cache
def entries() -> Mapping[str, Entry]:
    """Return all measures by name, in the order A1 to L7."""
    found: dict[str, Entry] = {}
    folder = resources.files("orgnet._model").joinpath("catalogue_data")
    for letter in FAMILIES:
        path = folder.joinpath(f"{letter}.toml")
        if not path.is_file():
            continue
        for facts in tomllib.loads(path.read_text(encoding="utf-8"))["measure"]:
            item = Entry(**facts | {name: tuple(facts[name]) for name in ("needs", "layers")})
            found[item.measure] = item
    return dict(sorted(found.items(), key=lambda item: (item[1].id[0], int(item[1].id[1:]))))


@cache
def order() -> Mapping[str, int]:
    """Return the place of each measure in the catalogue."""
    return {name: number for number, name in enumerate(entries())}


def entry(measure: str) -> Entry:
    """Return a measure by name; `OptionError` names the nearest one if there is none."""
    if measure not in entries():
        hint = near(measure, entries())
        msg = f"no measure {measure!r} in the catalogue; orgnet.metrics.catalogue() lists them.{hint}"
        raise OptionError(msg)
    return entries()[measure]


COLUMNS = tuple(item.name for item in fields(Entry))
