"""What the parts of the bundled example share: seeded choices, and a look at the two tables once they are made."""

from __future__ import annotations

import math
import random
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

T = TypeVar("T")
Row = dict[str, object]

SEED = 330106012
SNAPSHOT = date(2025, 6, 30)
SUBDISTRICT_CODE = "330106012000"
TOP = f"{SUBDISTRICT_CODE}-PC"
HOSTS = ("enterprise", "social_org")
SUPPORTERS = ("professional_org", "charity", "service_group")
SIDES = ("longitude", "latitude")
EARTH_METRES = 6_371_000.0


class Dice:
    """A seeded source of choices that draws every one of them from `random()`, the same in every Python version."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed).random  # noqa: S311 - invented data, not a secret

    def chance(self, share: float) -> bool:
        """Say yes in this share of the calls."""
        return self._random() < share

    def between(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        return low + int(self._random() * (high - low + 1))

    def pick(self, options: Sequence[T]) -> T:
        """Return one of `options`."""
        return options[self.between(0, len(options) - 1)]

    def shuffled(self, options: Iterable[T]) -> list[T]:
        """Return `options` in another order."""
        left = list(options)
        return [left.pop(self.between(0, len(left) - 1)) for _ in range(len(left))]

    def day(self, first: date, last: date) -> date:
        """Return a day from `first` to `last`."""
        return first + timedelta(days=self.between(0, (last - first).days))


def own_dice(number: int) -> Dice:
    """Return the dice of one part: what one part draws never shifts what another draws."""
    return Dice(SEED * 100 + number)


class Town:
    """The two tables once they are made, and what is asked of them."""

    def __init__(self, units: Iterable[Row], ties: Iterable[Row]) -> None:
        self.units = {str(unit["unit_id"]): unit for unit in units}
        self.ties = list(ties)
        self.codes = [unit_id[:12] for unit_id, unit in self.units.items() if unit["kind"] == "residents_committee"]

    def of(self, kind: str, code: str = "") -> list[str]:
        """Return the units of a kind, of one community or of all."""
        return [name for name, unit in self.units.items() if unit["kind"] == kind and name.startswith(code)]

    def kind(self, unit_id: str) -> str:
        """Return the kind of a unit."""
        return str(self.units[unit_id]["kind"])

    def below(self, superior: str) -> list[str]:
        """Return the units directly under a superior."""
        return [name for name, unit in self.units.items() if unit.get("superior_id") == superior]

    def grid_branches(self, code: str = "") -> list[str]:
        """Return the Party branches of grids."""
        return [name for name in self.of("party_branch", code) if self.units[name]["level"] == "grid"]

    def layer(self, *layers: str) -> list[tuple[str, str, Row]]:
        """Return the ties of layers, each with its ends."""
        return [(str(tie["source"]), str(tie["target"]), tie) for tie in self.ties if tie["layer"] in layers]

    def targets(self, source: str, layer: str) -> list[str]:
        """Return where the ties of a layer lead from a unit."""
        return [target for start, target, _ in self.layer(layer) if start == source]

    def partners(self, unit_id: str, day: date) -> list[str]:
        """Return the units that a unit has a collaboration tie with on a day."""
        found = []
        for source, target, tie in self.layer("collab"):
            if unit_id in (source, target) and begins(tie) <= day <= ends(tie):
                found.append(target if source == unit_id else source)
        return found


def begins(tie: Row) -> date:
    """Return the first day of a dated tie."""
    since = tie["since"]
    assert isinstance(since, date)  # noqa: S101 - every tie that is asked has one
    return since


def ends(tie: Row) -> date:
    """Return the last day of a tie, within the snapshot."""
    until = tie.get("until")
    return min(until, SNAPSHOT) if isinstance(until, date) else SNAPSHOT


def count(unit: Row, column: str) -> int:
    """Return a count of a unit."""
    return int(str(unit[column]))


def years_later(day: object, years: int) -> date:
    """Return the same day some years later."""
    assert isinstance(day, date)  # noqa: S101 - a date of election
    return day.replace(year=day.year + years)


def moved(place: tuple[float, float], metres: float, degrees: float) -> tuple[float, float]:
    """Return the longitude and latitude some metres from a place; east is 0 degrees, north is 90."""
    longitude, latitude = place
    one = math.radians(1) * EARTH_METRES
    east, north = metres * math.cos(math.radians(degrees)), metres * math.sin(math.radians(degrees))
    return round(longitude + east / (one * math.cos(math.radians(latitude))), 5), round(latitude + north / one, 5)


def apart(one: Row, other: Row) -> int:
    """Return the metres between two units on the sphere, whole."""
    lon, lat, lon2, lat2 = (math.radians(float(str(unit[side]))) for unit in (one, other) for side in SIDES)
    half = math.sin((lat2 - lat) / 2) ** 2 + math.cos(lat) * math.cos(lat2) * math.sin((lon2 - lon) / 2) ** 2
    return round(2 * EARTH_METRES * math.asin(math.sqrt(half)))
