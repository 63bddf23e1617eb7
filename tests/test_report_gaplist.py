"""The list of gaps as a page, a workbook and a table: the same rows in each, and nothing that runs."""

from __future__ import annotations

import csv
import html
import re
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import orgnet
from orgnet import cli, metrics
from orgnet._report.gaplist import write_gaps
from orgnet.errors import OptionError

if TYPE_CHECKING:
    from pathlib import Path

    from orgnet._model.vocabulary import Lang

EVIL = '=HYPERLINK("http://x")<script>alert(1)</script>'


@pytest.fixture(scope="module")
def net() -> orgnet.OrgNetwork:
    return orgnet.datasets.load()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_page_workbook_and_table_hold_every_gap(net: orgnet.OrgNetwork, tmp_path: Path, lang: Lang) -> None:
    names = metrics.gaps(net).table["name"].tolist()
    page = html.unescape(write_gaps(net, tmp_path / "gaps.html", lang=lang).read_text(encoding="utf-8"))
    assert all(name in page for name in names)
    book = pd.read_excel(write_gaps(net, tmp_path / "gaps.xlsx", lang=lang), sheet_name=None, engine="calamine")
    first = next(iter(book.values()))
    heading = "名称" if lang == "zh" else "name"
    assert first[heading].tolist() == names
    with write_gaps(net, tmp_path / "gaps.csv", lang=lang).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row[heading] for row in rows] == names
    reason = "原因" if lang == "zh" else "reason"
    chinese = re.compile("[\u4e00-\u9fff]")
    assert all(bool(chinese.search(row[reason])) == (lang == "zh") for row in rows)


def test_the_workbook_has_joint_branches_and_its_sources(net: orgnet.OrgNetwork, tmp_path: Path) -> None:
    book = pd.read_excel(write_gaps(net, tmp_path / "g.xlsx"), sheet_name=None, engine="calamine", header=None)
    joint = book["Suggested joint branches"]
    assert joint.astype(str).apply(lambda row: "330106012002-E09" in " ".join(row), axis=1).any()
    assert "cn 2026" in book["Definitions and provenance"].to_string()


def test_nothing_in_it_runs(tmp_path: Path) -> None:
    net = orgnet.build.from_tables(
        {"unit_id": ["f1"], "name": [EVIL], "kind": "enterprise", "status": "存续", "area": [EVIL],
         "has_party_org": [False], "full_members": [5]},
        strict=False,
    )  # fmt: skip
    page = write_gaps(net, tmp_path / "gaps.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "script-src 'none'" in page
    text = write_gaps(net, tmp_path / "gaps.csv").read_text(encoding="utf-8-sig")
    assert not [cell for row in csv.reader(text.splitlines()) for cell in row if cell.startswith("=")]


def test_another_ending_is_an_error(net: orgnet.OrgNetwork, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"gaps\.docx.*\.xlsx"):
        write_gaps(net, tmp_path / "gaps.docx")


def test_the_command_writes_it_and_never_over_its_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("units.csv", "ties.csv"):
        (folder / name).write_bytes((orgnet.datasets.path() / name).read_bytes())
    assert cli.main(["gaps", str(folder), "-o", str(tmp_path / "gaps.html"), "--lang", "zh"]) == 0
    assert str(tmp_path / "gaps.html") in capsys.readouterr().out
    before = (folder / "units.csv").read_bytes()
    assert cli.main(["gaps", str(folder), "-o", str(folder / "units.csv")]) == 2
    assert (folder / "units.csv").read_bytes() == before
    assert cli.main(["gaps", str(folder), "-o", str(tmp_path / "gaps.pdf")]) == 2
    assert "gaps.pdf" in capsys.readouterr().err


def test_no_unit_gives_no_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty = tmp_path / "units.csv"
    empty.write_text("unit_id,kind\n", encoding="utf-8")
    assert cli.main(["gaps", str(empty), "-o", str(tmp_path / "gaps.html")]) == 1
    assert not (tmp_path / "gaps.html").exists()
    assert "no list" in capsys.readouterr().err
