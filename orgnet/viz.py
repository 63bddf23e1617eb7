"""Look at networks and results: one page to explore, and still pictures for papers, slides and reports.

To explore
    `explore` draws a network as one self-contained HTML page, a `Page`: search, zoom, click, switch layers.

To print (matplotlib; each takes a result or a network and returns the Axes, for the caller to show, save or change)
    `plot_coverage_matrix`
        Where is Party organisation missing? Areas by sectors, "k of n" in each cell.
    `plot_command_tree`
        Who stands under whom, and who works with whom across the tree?
    `plot_reach`
        How far does a message from headquarters get in k steps?

A kind of unit has the same colour and shape in every picture, a layer of ties the same colour and dashes.
"""

from __future__ import annotations

from orgnet._viz.curves import plot_reach
from orgnet._viz.interactive import explore
from orgnet._viz.matrix import plot_coverage_matrix
from orgnet._viz.page import Page
from orgnet._viz.tree import plot_command_tree

__all__ = ["Page", "explore", "plot_command_tree", "plot_coverage_matrix", "plot_reach"]
