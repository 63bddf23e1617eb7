"""From values to looks: colours, sizes, labels and the legend that explains them."""

from __future__ import annotations

import datetime as dt
import math
import unicodedata
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from orgnet._model.vocabulary import label
from orgnet._viz.style import (
    MISSING_COLOUR,
    NO_COLOUR,
    OTHER_COLOUR,
    PALETTE,
    SCALE,
    YES_COLOUR,
    kind_colours,
    kind_group,
    kind_shape,
)
from orgnet._viz.words import say
from orgnet.errors import OptionError, near

if TYPE_CHECKING:
    from orgnet._model.network import OrgNetwork
    from orgnet._model.vocabulary import Lang

MOST_CATEGORIES = 12
SMALLEST, LARGEST = 6.0, 30.0
THOUSAND, EXACT = 1000, 1e15


def unit_values(net: OrgNetwork, given: str | pd.Series, option: str) -> pd.Series:
    """Return a column of the units, or a measure's result, in the order of `net.ids`."""
    if isinstance(given, pd.Series):
        if not given.index.is_unique:
            msg = f"{option}= has several values for one unit ({given.index[given.index.duplicated()][0]!r}); give one."
            raise OptionError(msg)
        strange = given.index.difference(net.ids, sort=False)
        if len(strange):
            msg = (
                f"{option}= has values for units that this network does not have, {strange[0]!r} first of "
                f"{len(strange)}. Give a Series indexed by unit id, such as a measure's result for this network."
            )
            raise OptionError(msg)
        return given.reindex(net.ids).rename(str(given.name if given.name is not None else "value"))
    if given not in net.units.columns:
        columns = [str(column) for column in net.units.columns]
        msg = (
            f"{option}={given!r} is not a column of the units; choose one of {columns[:20]}, "
            f"or give a Series indexed by unit id.{near(str(given), columns)}"
        )
        raise OptionError(msg)
    return net.units[given]


def is_number(values: pd.Series) -> bool:
    """Whether values are counted or measured (or dates), rather than named."""
    kinds = pd.api.types
    return (kinds.is_numeric_dtype(values) and not kinds.is_bool_dtype(values)) or kinds.is_datetime64_any_dtype(values)


def as_numbers(values: pd.Series) -> np.ndarray:
    """Return numbers, NaN where nothing is recorded or the value is infinite; dates as days."""
    if pd.api.types.is_datetime64_any_dtype(values):
        days = values.to_numpy(dtype="datetime64[s]").astype(np.float64) / 86_400
        return np.where(values.isna().to_numpy(), np.nan, days)
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isfinite(numbers), numbers, np.nan)


def as_words(values: pd.Series, lang: Lang) -> pd.Series:
    """Return the text of named values as a reader knows it, missing where nothing is recorded."""
    if pd.api.types.is_bool_dtype(values):
        return values.map({True: say("yes", lang), False: say("no", lang)}, na_action="ignore").astype(object)
    known = values.dropna()
    distinct = known.map(str).unique()
    shown = {text: clip(label(text, lang), 60) for text in distinct}
    return known.map(str).map(shown).reindex(values.index).astype(object)


def colour_scale(values: pd.Series, title: str, lang: Lang) -> tuple[list[str], dict[str, Any]]:
    """Colour numbers from dark (low) to light (high), and explain it."""
    numbers = as_numbers(values)
    known = np.isfinite(numbers)
    low, high = (float(numbers[known].min()), float(numbers[known].max())) if known.any() else (0.0, 0.0)
    share = np.zeros(len(numbers)) if high == low else np.where(known, (numbers - low) / (high - low), 0.0)
    stops = np.array([[int(stop[i : i + 2], 16) for i in (1, 3, 5)] for stop in SCALE], dtype=np.float64)
    at = np.linspace(0, 1, len(SCALE))
    mixed = np.stack([np.interp(share, at, stops[:, channel]) for channel in range(3)], axis=1).round().astype(int)
    colours = [f"#{r:02X}{g:02X}{b:02X}" if ok else MISSING_COLOUR for (r, g, b), ok in zip(mixed, known, strict=True)]
    dates = pd.api.types.is_datetime64_any_dtype(values)
    legend = {
        "title": title,
        "stops": list(SCALE),
        "low": _bound(low, dates=dates) if known.any() else "",
        "high": _bound(high, dates=dates) if known.any() else "",
        "items": [] if known.all() else [_item(say("missing", lang), MISSING_COLOUR, int((~known).sum()))],
    }
    return colours, legend


def colour_categories(
    values: pd.Series, title: str, lang: Lang, *, shapes: bool = False
) -> tuple[list[str], dict[str, Any]]:
    """Colour named values, the twelve most frequent apart and the rest alike, and explain it.

    With ``shapes`` the values are kinds: each has its own colour in every picture, and the legend shows its shape.
    """
    texts = values.astype(object).map(str, na_action="ignore") if shapes else as_words(values, lang)
    counts = texts.value_counts()
    counts = counts.loc[sorted(counts.index, key=lambda text: (-counts[text], text))]
    kept = list(counts.index) if len(counts) <= MOST_CATEGORIES else list(counts.index[: MOST_CATEGORIES - 1])
    chosen = word_colours(values, kept, lang, kinds=shapes)
    colours = [
        chosen.get(text, OTHER_COLOUR) if known else MISSING_COLOUR
        for text, known in zip(texts, texts.notna(), strict=True)
    ]
    items = [
        _item(clip(label(text, lang), 40) if shapes else text, chosen[text], int(counts[text]), _shape(text, shapes))
        for text in kept
    ]
    if shapes:
        groups = ["party", "host", "area", "rest"]
        paired = sorted(zip(kept, items, strict=True), key=lambda pair: groups.index(_group(pair[0])))
        items = [item for _, item in paired]
    rest = counts.iloc[len(kept) :]
    if len(rest):
        items.append(_item(f"{say('other', lang)} ({len(rest)})", OTHER_COLOUR, int(rest.sum())))
    if texts.isna().any():
        items.append(_item(say("missing", lang), MISSING_COLOUR, int(texts.isna().sum())))
    return colours, {"title": title, "items": items}


def word_colours(values: pd.Series, kept: list[str], lang: Lang, *, kinds: bool) -> dict[str, str]:
    """Give colours by name, not by number, so that a value keeps its colour when the numbers change."""
    if kinds:
        return kind_colours(kept)
    if pd.api.types.is_bool_dtype(values):
        return {say("yes", lang): YES_COLOUR, say("no", lang): NO_COLOUR}
    return dict(zip(sorted(kept), PALETTE, strict=False))


def shape_legend(kinds: pd.Series, lang: Lang) -> list[dict[str, Any]]:
    """Explain the shapes that are in the picture, for pictures whose colours say something else."""
    counts = kinds.map(lambda kind: _group(str(kind))).value_counts()
    shapes = {"party": "dot", "host": "square", "area": "triangle", "rest": "diamond"}
    return [_item(say(g, lang), "", int(counts[g]), shape) for g, shape in shapes.items() if g in counts]


def node_sizes(values: pd.Series, title: str, lang: Lang) -> tuple[list[float], dict[str, Any]]:
    """Give each node a radius whose area grows with the value, and explain it; nothing recorded is smallest."""
    numbers = as_numbers(values)
    known = np.isfinite(numbers)
    low, high = (float(numbers[known].min()), float(numbers[known].max())) if known.any() else (0.0, 0.0)
    base = min(low, 0.0) if not pd.api.types.is_datetime64_any_dtype(values) else low
    share = np.where(known & (high > base), (numbers - base) / max(high - base, 1e-300), 0.0)
    radius = SMALLEST + (LARGEST - SMALLEST) * np.sqrt(np.nan_to_num(share))
    dates = pd.api.types.is_datetime64_any_dtype(values)
    missing = f"; {say('missing', lang)}: {int((~known).sum()):,}" if not known.all() else ""
    span = f"{_bound(low, dates=dates)} {say('to', lang)} {_bound(high, dates=dates)}"
    text = span + missing if known.any() else say("missing", lang)
    return [round(float(r), 1) for r in radius], {"title": title, "text": text}


def show(value: object, lang: Lang) -> str:
    """Write one value as a reader would."""
    if isinstance(value, (bool, np.bool_)):
        return say("yes" if value else "no", lang)
    if isinstance(value, (dt.datetime, pd.Timestamp)):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, (int, np.integer)):
        return f"{value:,}"
    if isinstance(value, (float, np.floating)):
        return number(float(value))
    text = str(value)
    return clip(label(text, lang) if len(text) < MOST_CATEGORIES * 4 else text, 300)


def number(value: float) -> str:
    """Write a number with four digits that count, and thousands apart.

    Examples
    --------
    >>> number(1234.0), number(0.12345), number(12.5)
    ('1,234', '0.1235', '12.5')
    """
    if not math.isfinite(value):
        return "∞" if value > 0 else "-∞" if value < 0 else "?"
    if value == round(value) and abs(value) < EXACT:
        return f"{value:,.0f}"
    return f"{value:,.1f}" if THOUSAND <= abs(value) < EXACT else f"{value:.4g}"


def clean(text: object) -> str:
    """Take out of a text what cannot be shown: control and direction marks, halves of characters.

    Examples
    --------
    >>> clean("Branch" + chr(0x202E) + "  1 ")
    'Branch 1'
    """
    spaced = " ".join(str(text)[:2000].split())
    if spaced.isprintable():
        return spaced
    return "".join(char for char in spaced if unicodedata.category(char) not in {"Cc", "Cf", "Cs"})


def clip(text: object, columns: int) -> str:
    """Shorten a text to so many columns, a Chinese character taking two.

    Examples
    --------
    >>> clip("Riverside Community", 10), clip("河滨社区党委", 8)
    ('Riverside…', '河滨社…')
    """
    whole = clean(text)
    if 2 * len(whole) <= columns:
        return whole
    used = 0
    for i, char in enumerate(whole):
        used += 2 if unicodedata.east_asian_width(char) in "WF" else 1
        if used > columns:
            short = whole[:i]
            while short and _columns(short) > columns - 1:
                short = short[:-1]
            return short.rstrip() + "…"
    return whole


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _bound(value: float, *, dates: bool) -> str:
    if dates:
        return str(np.datetime64(int(value), "D"))
    return number(value)


def _group(kind: str) -> str:
    group = kind_group(kind)
    return "rest" if group == "other" else group


def _shape(text: str, shapes: bool) -> str:  # noqa: FBT001 - one caller, beside it
    return kind_shape(text) if shapes else ""


def _item(text: str, colour: str, count: int, shape: str = "") -> dict[str, Any]:
    return {"label": text, "colour": colour, "count": count, "shape": shape}
