"""What the still pictures share: a place to draw, text that is never parsed, a title that fits, an empty state.

Every picture is drawn with matplotlib on an Axes and handed back; nothing is shown, saved or closed, and no setting of
matplotlib is changed. Fonts are named text by text, so that Chinese is drawn glyph by glyph in any notebook.
"""

from __future__ import annotations

import io
import re
import unicodedata
from typing import TYPE_CHECKING, Any

from orgnet._model.vocabulary import check_choice
from orgnet._viz import style
from orgnet.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes


POINTS = 72.0  # an inch
DOTS = 120  # an inch, in a page
TITLE_SIZE, TEXT_SIZE, NOTE_SIZE = 11.0, 9.0, 8.0
COLUMN_SHARE = 0.62  # width of a wide Latin character in its size; a Chinese one takes two columns
PROSE_SHARE = 0.54  # the same in running text
LINE_SHARE = 1.3  # height of a line in the size of its characters


def png(axes: Axes) -> bytes:
    """Return the figure of a picture as PNG, the same bytes each time, and let go of the figure."""
    import matplotlib.pyplot as plt

    figure = axes.get_figure(root=True)
    if figure is None:
        msg = "these Axes belong to no figure any more; draw the picture again"
        raise OptionError(msg)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=DOTS, metadata={"Software": None})
    plt.close(figure)
    return buffer.getvalue()


def check_lang(lang: str) -> None:
    """Raise `OptionError` for a language other than English and Chinese."""
    check_choice("lang", lang, ("en", "zh"))


def check_most(most: int) -> None:
    """Raise `OptionError` unless `most` is a whole number, 1 or more."""
    if isinstance(most, bool) or not isinstance(most, int) or most < 1:
        msg = f"most={most!r} is not allowed; give a whole number, 1 or more."
        raise OptionError(msg)


def canvas(ax: Axes | None, width: float, height: float) -> Axes:
    """Return the Axes given, or one in a new figure of so many inches."""
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    _, new = plt.subplots(figsize=(width, height), layout="constrained")
    return new


def size_in_points(ax: Axes) -> tuple[float, float]:
    """Width and height of an Axes before its labels take their share."""
    figure = ax.get_figure(root=True)
    box = ax.get_position()
    wide, high = (16.0, 9.0) if figure is None else figure.get_size_inches()
    return float(box.width * wide * POINTS), float(box.height * high * POINTS)


def text_style(size: float = TEXT_SIZE, **more: Any) -> dict[str, Any]:
    """Return how a text is written: in fonts that have Chinese, and as it is, with no mathematics and no TeX in it."""
    return {"fontfamily": style.font_families(), "fontsize": size, "parse_math": False, "usetex": False, **more}


def columns_that_fit(points: float, size: float, share: float = COLUMN_SHARE) -> int:
    """Return how many Latin characters of a size fit into a width."""
    return max(1, int(points / (size * share)))


def text_columns(text: str) -> int:
    """Return how many columns a text takes in its longest line, a Chinese character taking two.

    Examples
    --------
    >>> text_columns("Grid 1"), text_columns("第一网格")
    (6, 8)
    """
    lines = text.split("\n")
    return max(sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line) for line in lines)


def wrap(text: str, columns: int) -> list[str]:
    """Break a text into lines of so many columns: English between words, Chinese between characters.

    Examples
    --------
    >>> wrap("Grid 1 of Riverside", 10)
    ['Grid 1 of', 'Riverside']
    >>> wrap("第一网格，第二网格", 10)
    ['第一网格，', '第二网格']
    """
    lines = [""]
    for piece in re.findall(r"[!-~]+ ?[，。；：、）”]*|.[，。；：、）”]*", text):
        if lines[-1] and text_columns((lines[-1] + piece).rstrip()) > columns:
            lines.append("")
        lines[-1] += piece
    return [line.strip() for line in lines]


def set_title(ax: Axes, lines: Sequence[str], *, pad: float = 8.0) -> int:
    """Write the title, each line broken where it would leave the Axes; return how many lines it took."""
    columns = columns_that_fit(size_in_points(ax)[0], TITLE_SIZE, PROSE_SHARE)
    broken = [part for line in lines for part in wrap(line, max(24, columns))]
    ax.set_title("\n".join(broken), loc="left", pad=pad, **text_style(TITLE_SIZE))
    return len(broken)


def write_legend(ax: Axes, handles: Sequence[Any], *, columns: int, below: float = 0.0) -> None:
    """Explain colours, shapes and lines below the Axes, `below` of its height further down."""
    from matplotlib.font_manager import FontProperties

    legend = ax.legend(
        handles=list(handles),
        loc="upper left",
        bbox_to_anchor=(0.0, -below),
        ncols=max(1, columns),
        frameon=False,
        borderaxespad=0.4,
        handletextpad=0.5,
        columnspacing=1.4,
        prop=FontProperties(family=style.font_families(), size=NOTE_SIZE),
    )
    for text in legend.get_texts():
        text.set(parse_math=False, usetex=False)


def say_empty(ax: Axes, title: str, reason: str) -> Axes:
    """Leave the Axes empty but for the reason why there is nothing to draw."""
    set_title(ax, [title])
    columns = columns_that_fit(0.8 * size_in_points(ax)[0], TITLE_SIZE, PROSE_SHARE)
    text = "\n".join(wrap(reason, max(16, columns)))
    ax.text(0.5, 0.5, text, ha="center", va="center", transform=ax.transAxes, **text_style(TITLE_SIZE))
    ax.set(xticks=[], yticks=[])
    return ax


def all_texts(ax: Axes) -> list[str]:
    """Return every text that an Axes shows."""
    from matplotlib.text import Text

    return [found.get_text() for found in ax.findobj(Text) if isinstance(found, Text)]
