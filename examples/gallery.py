"""Draw every picture of the library for the bundled subdistrict: python examples/gallery.py FOLDER [en|zh]."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl

mpl.use("agg")  # pictures go to files, no window is needed

import matplotlib.pyplot as plt

import orgnet

if TYPE_CHECKING:
    from collections.abc import Callable

    from orgnet._model.vocabulary import Lang


def draw(folder: Path, lang: Lang) -> list[Path]:
    """Write the pictures and the page into `folder`, and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    net = orgnet.datasets.load()
    by_cell = orgnet.metrics.coverage(net, by=["area", "sector"])
    reach = orgnet.metrics.communication(net)
    pictures: dict[str, Callable[[], object]] = {
        "coverage": lambda: orgnet.viz.plot_coverage_matrix(by_cell, lang=lang),
        "coverage-eligible": lambda: orgnet.viz.plot_coverage_matrix(by_cell, population="eligible", lang=lang),
        "command": lambda: orgnet.viz.plot_command_tree(net, lang=lang),
        "reach": lambda: orgnet.viz.plot_reach(reach, lang=lang),
    }
    written = []
    for name, picture in pictures.items():
        picture()
        written.append(folder / f"{name}.png")
        plt.savefig(written[-1], dpi=150)
        plt.close()
    return [*written, orgnet.viz.explore(net, lang=lang).save(folder / "explore.html")]


def main() -> None:
    """Read the command line, draw, and say what was written."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where to write; made where it is not there yet")
    parser.add_argument("lang", nargs="?", choices=["en", "zh"], default="en", help="language of the labels")
    options = parser.parse_args()
    for path in draw(options.folder, options.lang):
        print(path)


if __name__ == "__main__":
    main()
