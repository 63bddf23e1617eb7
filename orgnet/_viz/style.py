"""One look for every picture: colours that the colour-blind can tell apart, shapes by group, fonts that have Chinese.

A kind has the same colour and the same shape in every picture, so that two Mondays can be laid side by side.
Colour never stands alone: Party units are circles, host organisations squares, areas triangles, all others diamonds.
"""

from __future__ import annotations

import warnings
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from orgnet._model.vocabulary import PARTY_KINDS, TERRITORY_KINDS
from orgnet.errors import OrgNetWarning

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Okabe and Ito's eight (black replaced by a grey that shows on white and on black), then four of Tol's muted set.
PALETTE: tuple[str, ...] = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#D55E00",
    "#56B4E9",
    "#CC79A7",
    "#F0E442",
    "#8C8C8C",
    "#882255",
    "#44AA99",
    "#999933",
    "#6F63BB",
)
OTHER_COLOUR = "#B0B0B0"
MISSING_COLOUR = "#D9D9D9"
YES_COLOUR, NO_COLOUR = "#009E73", "#D55E00"
# Nine stops of viridis, dark (low) to light (high).
SCALE: tuple[str, ...] = (
    "#440154",
    "#472D7B",
    "#3B528B",
    "#2C728E",
    "#21918C",
    "#28AE80",
    "#5EC962",
    "#ADDC30",
    "#FDE725",
)

KIND_COLOURS: dict[str, str] = {
    "party_committee": "#D55E00",
    "party_general_branch": "#E69F00",
    "party_branch": "#CC79A7",
    "party_cell": "#882255",
    "party_unit": "#F0E442",
    "enterprise": "#0072B2",
    "social_org": "#56B4E9",
    "residents_committee": "#009E73",
    "villagers_committee": "#44AA99",
    "service_centre": "#6F63BB",
    "government_unit": "#8C8C8C",
    "self_mgmt_org": "#999933",
    "professional_org": "#0072B2",
    "service_group": "#CC79A7",
    "charity": "#D55E00",
    "post": "#F0E442",
    "grid": "#8C8C8C",
    "building": "#999933",
}
HOST_KINDS = frozenset({"enterprise", "social_org"})
AREA_KINDS = TERRITORY_KINDS | {
    "community",
    "village",
    "subdistrict",
    "township",
    "county",
    "district",
    "city",
    "province",
}
SHAPES: dict[str, str] = {"party": "dot", "host": "square", "area": "triangle", "other": "diamond"}

LAYER_COLOURS: dict[str, str] = {
    "command": "#6B7C8D",
    "report": "#56B4E9",
    "contains": "#999933",
    "collab": "#E69F00",
    "interlock": "#AA4499",
    "covers": "#D55E00",
    "guides": "#CC79A7",
    "serves": "#009E73",
    "supports": "#0072B2",
}
# Pixels drawn, pixels left out; an empty tuple is a solid line.
LAYER_DASHES: dict[str, tuple[int, ...]] = {
    "command": (),
    "report": (2, 4),
    "contains": (1, 3),
    "collab": (8, 5),
    "interlock": (12, 4, 2, 4),
    "covers": (),
    "guides": (10, 3),
    "serves": (4, 3),
    "supports": (6, 3, 2, 3),
}

LATIN_FONT = "DejaVu Sans"
CJK_FONTS: tuple[str, ...] = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "Heiti SC",
    "Heiti TC",
    "STHeiti",
    "SimHei",
    "SimSun",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Noto Sans CJK TC",
    "Noto Sans CJK JP",
    "Arial Unicode MS",
)
CSS_FONTS = (
    'system-ui, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "DejaVu Sans", "PingFang SC", "Microsoft YaHei", '
    '"Noto Sans CJK SC", "Source Han Sans SC", "Hiragino Sans GB", "WenQuanYi Micro Hei", "SimHei", sans-serif'
)
# How the files of those fonts are called, for a font cache that is older than the fonts.
_CJK_FILES = ("notosanscjk", "notosanssc", "sourcehansans", "msyh", "pingfang", "simhei", "simsun", "stheiti", "wqy-")
_CJK_RANGES = ((0x2E80, 0x9FFF), (0xF900, 0xFAFF), (0xFE30, 0xFE4F), (0xFF00, 0xFFEF), (0x20000, 0x3FFFF))


def kind_group(kind: str) -> str:
    """Which of the four groups of shapes a kind belongs to.

    Examples
    --------
    >>> [kind_group(kind) for kind in ("party_branch", "enterprise", "grid", "charity")]
    ['party', 'host', 'area', 'other']
    """
    if kind in PARTY_KINDS:
        return "party"
    if kind in HOST_KINDS:
        return "host"
    return "area" if kind in AREA_KINDS else "other"


def kind_shape(kind: str) -> str:
    """Name the vis-network shape that units of this kind are drawn with."""
    return SHAPES[kind_group(kind)]


def kind_colours(kinds: Sequence[str]) -> dict[str, str]:
    """Give a colour to each kind: the fixed one where it has one, else the next free colour of the palette.

    Examples
    --------
    >>> kind_colours(["enterprise", "allotment"])
    {'enterprise': '#0072B2', 'allotment': '#E69F00'}
    """
    fixed = {kind: KIND_COLOURS[kind] for kind in kinds if kind in KIND_COLOURS}
    taken = {colour for kind, colour in fixed.items() if kind_group(kind) == "other"} | {
        KIND_COLOURS[kind] for kind in kinds if kind in HOST_KINDS
    }
    free = [colour for colour in PALETTE if colour not in taken] or list(PALETTE)
    rest = [kind for kind in kinds if kind not in fixed]
    return {**fixed, **{kind: free[i % len(free)] for i, kind in enumerate(rest)}}


def has_chinese(text: str) -> bool:
    """Whether a text has a character that a Latin font cannot draw but a Chinese font can.

    Examples
    --------
    >>> has_chinese("第一党支部"), has_chinese("Branch 1")
    (True, False)
    """
    return any(low <= ord(char) <= high for char in text for low, high in _CJK_RANGES)


def font_families() -> list[str]:
    """List the fonts for matplotlib's ``font.family``: a Latin one, then the Chinese ones that are installed.

    matplotlib falls back from one to the next character by character. Fonts that are not installed are left out,
    because each of them would fill the log with a line a label. The list is looked up once a process.

    Returns
    -------
    list of str
        ``DejaVu Sans`` alone where no Chinese font was found.

    Examples
    --------
    >>> font_families()[0]
    'DejaVu Sans'
    """
    return [LATIN_FONT, *_installed_cjk()]


def missing_font_message(texts: Iterable[str]) -> str | None:
    """Say what to do when some text is Chinese and no Chinese font is installed; None when nothing is missing."""
    if _installed_cjk() or not any(has_chinese(text) for text in texts):
        return None
    return (
        "some labels are Chinese, but none of the usual Chinese fonts is installed, so matplotlib draws boxes: "
        "install one (Debian and Ubuntu: apt-get install fonts-noto-cjk; Fedora: google-noto-sans-cjk-fonts; "
        "macOS and Windows bring one) and start Python again"
    )


def warn_of_missing_font(texts: Iterable[str], *, stacklevel: int = 3) -> None:
    """Warn once a call when `texts` cannot be drawn with the fonts of this machine."""
    message = missing_font_message(texts)
    if message is not None:
        warnings.warn(message, OrgNetWarning, stacklevel=stacklevel)


@cache
def _installed_cjk() -> tuple[str, ...]:
    from matplotlib import font_manager

    known = {font.name for font in font_manager.fontManager.ttflist}
    if known.isdisjoint(CJK_FONTS):
        known |= _newly_installed()
    return tuple(name for name in CJK_FONTS if name in known)[:2]


def _newly_installed() -> set[str]:
    """Register the Chinese fonts that were installed after matplotlib wrote its font cache."""
    from matplotlib import font_manager

    for path in font_manager.findSystemFonts():
        if Path(path).name.lower().startswith(_CJK_FILES):
            try:
                font_manager.fontManager.addfont(path)
            except (OSError, RuntimeError):  # a broken font file is not ours to mend
                continue
    return {font.name for font in font_manager.fontManager.ttflist}
