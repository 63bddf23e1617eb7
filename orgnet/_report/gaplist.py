"""The list of gaps as a file of its own: a page to read, a workbook to filter, a table for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from orgnet import metrics
from orgnet._build.writers import csv_text
from orgnet._model.files import write_atomic
from orgnet._model.vocabulary import check_choice
from orgnet._model.workbook import write_workbook
from orgnet._report.frames import frame_table, in_words
from orgnet._report.page import page
from orgnet._report.sections import Section, notes_of
from orgnet._report.words import say
from orgnet.errors import OptionError

if TYPE_CHECKING:
    import pandas as pd

    from orgnet._metrics.gaps import Gaps
    from orgnet._model.network import OrgNetwork
    from orgnet._model.vocabulary import Lang

ENDINGS = (".html", ".htm", ".xlsx", ".csv")


def write_gaps(net: OrgNetwork, path: str | Path, *, lang: Lang = "en") -> Path:
    """Write the gaps of a network: who should have Party organisation and has not, and what would close the gap.

    Parameters
    ----------
    net
        The network.
    path
        Where to write, by its ending: ``.html`` a page, ``.xlsx`` a workbook with a sheet a list, ``.csv`` the list of
        gaps alone, in UTF-8 with the mark that spreadsheets look for.
    lang
        ``"en"`` or ``"zh"``.

    Returns
    -------
    Path
        Where it was written; the file appears in one step.

    Raises
    ------
    OptionError
        For another ending or language.
    InputError
        Where the file cannot be written.

    Examples
    --------
    >>> import orgnet, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_gaps(orgnet.datasets.load(), f"{folder}/gaps.csv").name
    'gaps.csv'
    """
    check_choice("lang", lang, ("en", "zh"))
    target = Path(path)
    ending = target.suffix.lower()
    if ending not in ENDINGS:
        msg = f"{str(path)!r} ends in none of {', '.join(ENDINGS)}; name it so, such as gaps.html"
        raise OptionError(msg)
    found = metrics.gaps(net)
    lists = _lists(found)
    if ending == ".csv":
        return write_atomic(target, csv_text(in_words(lists["gaps"], lang), target.name))
    notes = [say("d_gaps", lang), *notes_of(found, lang), found.cite()]
    if ending == ".xlsx":
        about = {say("about", lang): notes}
        sheets = {say(key, lang): in_words(frame, lang) for key, frame in lists.items()}
        return write_workbook(target, sheets, notes=about)
    sections = [
        Section(key, say(key, lang), [say(f"d_{key}", lang)], tables=[frame_table(frame, lang, len(frame))])
        for key, frame in lists.items()
    ]
    sections[0].warnings = notes_of(found, lang)
    sections[-1].sentences.append(found.cite())
    return write_atomic(target, page(say("gaps", lang), sections, lang))


def _lists(found: Gaps) -> dict[str, pd.DataFrame]:
    return {"gaps": found.table, "joint_branches": found.joint, "misfits": found.misfits, "cells": found.cells}
