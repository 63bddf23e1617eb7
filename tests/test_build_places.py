"""Where networks are written, and for whom: whose files are replaced, with which mode, and what is refused."""

from __future__ import annotations

import os
import sys
import tempfile
import zipfile
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import openpyxl
import pytest
from test_build_writers import ALL, EXACT, TEXT, back, hostile

import orgnet
from orgnet._build import writers
from orgnet._build.writers import targets
from orgnet._model import workbook
from orgnet.build import from_tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from orgnet._model.network import OrgNetwork

TEMPLATE = "unit_id,name,kind,superior_id\n"
COMMON = "unit_id,name,kind\n"  # a heading like ours: without the mark and the line ends


@pytest.mark.parametrize("name", ALL)
def test_the_same_network_gives_the_same_bytes(tmp_path: Path, name: str) -> None:
    net = hostile() if name != "net.net" else orgnet.datasets.load()
    files = []
    for folder in ("one", "two"):
        orgnet.write(net, tmp_path / folder / name)
        files.append({path.name: path.read_bytes() for path in (tmp_path / folder).rglob("*") if path.is_file()})
    assert files[0] == files[1]
    assert all(files[0].values())


@pytest.mark.parametrize("name", ["net.docx", "net.xlxs", "net.parquet", "net.orgnet.bak"])
def test_unknown_endings_are_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(orgnet.OptionError, match=r"ends in none of \.orgnet, \.csv") as caught:
        orgnet.write(from_tables({"unit_id": ["a"]}), tmp_path / name)
    assert ("Did you mean '.xlsx'?" in str(caught.value)) == (name == "net.xlxs")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["out", "out/", "out.v2/", "deep/out"])
def test_folders(tmp_path: Path, name: str) -> None:
    net = from_tables({"unit_id": ["a"]})
    folder = orgnet.write(net, f"{tmp_path}/{name}")
    assert sorted(path.name for path in folder.iterdir()) == ["ties.csv", "units.csv"]
    assert orgnet.write(net, folder) == folder  # its own files are replaced


@pytest.mark.parametrize("theirs", ["units.csv", "ties.csv"])
@pytest.mark.parametrize("text", ["编码,名称\na,甲\n", TEMPLATE, f"\ufeff{TEMPLATE}", "", COMMON, f"\ufeff{COMMON}"])
def test_files_of_others_are_never_overwritten(tmp_path: Path, theirs: str, text: str) -> None:
    (tmp_path / theirs).write_text(text, encoding="utf-8")
    with pytest.raises(orgnet.InputError, match="was not written by orgnet"):
        orgnet.write(orgnet.datasets.load(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [theirs]
    assert (tmp_path / theirs).read_text(encoding="utf-8") == text


def test_the_tie_file_beside_a_unit_file(tmp_path: Path) -> None:
    (tmp_path / "net-ties.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(orgnet.InputError, match=r"net-ties\.csv exists and was not written by orgnet"):
        orgnet.write(from_tables({"unit_id": ["a"]}), tmp_path / "net.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["net-ties.csv"]


@pytest.mark.parametrize("first", ["source,target,layer", "source,target,layer,tie_type,weight,since,until,note"])
def test_a_common_heading_makes_no_file_ours(tmp_path: Path, first: str) -> None:
    theirs = f"\ufeff{first}\r\na,b,collab\r\n"
    (tmp_path / "net-ties.csv").write_text(theirs, encoding="utf-8", newline="")
    with pytest.raises(orgnet.InputError, match="not written by orgnet with these columns: it is not overwritten"):
        orgnet.write(from_tables({"unit_id": ["a"]}), tmp_path / "net.csv")
    assert (tmp_path / "net-ties.csv").read_bytes() == theirs.encode()
    assert not (tmp_path / "net.csv").exists()


def test_a_file_that_is_named_is_replaced_whatever_it_is(tmp_path: Path) -> None:
    (tmp_path / "net.csv").write_text("mine", encoding="utf-8")
    for name in ("net.csv", "net.csv", "net-ties.csv"):  # its own files are replaced
        orgnet.write(from_tables({"unit_id": ["a"]}), tmp_path / name)
    assert (tmp_path / "net.csv").read_text(encoding="utf-8-sig") == "unit_id,name,kind\na,,\n"


@pytest.mark.parametrize("name", ALL)
def test_targets_are_the_files_that_are_written(tmp_path: Path, name: str) -> None:
    orgnet.write(orgnet.datasets.load(), tmp_path / name)
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    may_be = targets(tmp_path / name)
    assert set(written) <= set(may_be)
    if name != "folder":  # there, one for each optional table that a network may have
        assert sorted(may_be) == sorted(written)
    with pytest.raises(orgnet.OptionError, match="ends in none of"):
        targets("net.docx")


@pytest.mark.parametrize("name", TEXT)
def test_units_are_not_replaced_where_ties_cannot_become_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    path = orgnet.write(from_tables({"unit_id": ["a", "b"]}), tmp_path / name)
    written_before = [file for file in targets(path) if file.exists()]
    before = [file.read_bytes() for file in written_before]
    written = writers._csv  # noqa: SLF001 - fails for the second table alone

    def failing(frame: pd.DataFrame, name: str) -> tuple[str, str]:
        if "ties" in name:
            raise MemoryError
        return written(frame, name)

    monkeypatch.setattr(writers, "_csv", failing)
    with pytest.raises(MemoryError):
        orgnet.write(from_tables({"unit_id": ["c"]}), path)
    assert [file.read_bytes() for file in written_before] == before


def test_a_workbook_of_more_findings_than_a_sheet_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ties = {"source": ["a"] * 30, "target": "b", "layer": "no such layer"}
    net = from_tables({"unit_id": ["a", "b"]}, ties, strict=False)
    assert len(net.findings) > 20
    monkeypatch.setattr(workbook, "MOST_ROWS", 20)
    lines = first_cells(orgnet.write(net, tmp_path / "net.xlsx"), "findings")
    assert len(lines) == 20
    assert lines[-1] == f"... and {len(net.findings) - 17} more"
    chinese = first_cells(net.findings.to_excel(tmp_path / "x.xlsx", "zh"), "逐条")
    assert chinese[-1] == f"……另有 {len(net.findings) - 17} 条"
    monkeypatch.setattr(workbook, "MOST_ROWS", len(net.findings) + 1)
    assert len(first_cells(orgnet.write(net, tmp_path / "net.xlsx"), "findings")) == len(net.findings) + 1


def first_cells(path: Path, name: str) -> list[object]:
    """Return the first column of a sheet."""
    return [cell.value for cell in openpyxl.load_workbook(path)[name]["A"]]


@pytest.mark.skipif(os.name == "nt", reason="files have no such mode on Windows")
def test_the_mode_of_what_is_written(tmp_path: Path) -> None:
    net = from_tables({"unit_id": ["a"]})
    before = os.umask(0o077)
    try:
        path = orgnet.write(net, tmp_path / "net.orgnet")
        assert path.stat().st_mode & 0o777 == 0o600
        path.chmod(0o640)
        orgnet.write(net, path)
        assert path.stat().st_mode & 0o777 == 0o640
        os.umask(0o002)
        assert orgnet.write(net, tmp_path / "other.orgnet").stat().st_mode & 0o777 == 0o664
    finally:
        os.umask(before)


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_a_link_stays_a_link_to_the_file_it_names(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    link = tmp_path / "net.json"
    link.symlink_to(Path("deep") / "real.json")
    for _ in range(2):
        assert orgnet.write(from_tables({"unit_id": ["a"]}), link) == link
        assert link.is_symlink()
        assert back(tmp_path / "deep" / "real.json").n_units == 1
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["real.json"]


def test_a_file_that_another_program_holds_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    net = from_tables({"unit_id": ["a"]})
    path = orgnet.write(net, tmp_path / "net.xlsx")

    def held_open(self: Path, _: Path) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "replace", held_open)
    with pytest.raises(orgnet.InputError, match="Close it in the program that has it open"):
        orgnet.write(net, path)
    with pytest.raises(orgnet.InputError, match=r"denied\. Choose a folder"):
        orgnet.write(net, tmp_path / "new.xlsx")
    assert [file.name for file in tmp_path.iterdir()] == ["net.xlsx"]


def test_a_blank_template_is_not_taken_for_ours(tmp_path: Path) -> None:
    orgnet.template(tmp_path / "blank", lang="en")
    with pytest.raises(orgnet.InputError, match="not written by orgnet"):
        orgnet.write(orgnet.datasets.load(), tmp_path / "blank")


@pytest.mark.parametrize("name", ALL)
def test_places_that_cannot_be_written(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(orgnet.InputError, match="cannot write"):
        orgnet.write(from_tables({"unit_id": ["a"]}), tmp_path / "file" / name)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@contextmanager
def nobody() -> Iterator[None]:
    """Be somebody who may not write anywhere: root may."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(os.name == "nt", reason="folders have no such mode on Windows")
@pytest.mark.parametrize("name", ALL)
def test_a_folder_that_may_only_be_read(name: str) -> None:
    net = from_tables({"unit_id": ["a"]})
    with tempfile.TemporaryDirectory() as given:  # the folders of pytest are closed to others
        folder = Path(given)
        orgnet.write(net, folder / "open" / name)  # loads what it needs
        folder.chmod(0o555)
        with nobody(), pytest.raises(orgnet.InputError, match="cannot write"):
            orgnet.write(net, folder / name)
        assert [path.name for path in folder.iterdir()] == ["open"]
        folder.chmod(0o755)


@pytest.mark.parametrize("name", [*EXACT, *TEXT, "net.xlsx", "net.edgelist", "net.net"])
def test_the_public_gets_the_public_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    net = from_tables(
        {"unit_id": ["a", "b"], "name": ["甲", "乙"], "members": [987651, 987652], "superior_id": [None, "a"]}
    )

    def public_tables(net: OrgNetwork) -> tuple[pd.DataFrame, pd.DataFrame]:
        return net.units.drop(columns="members").assign(members="100+"), net.ties

    monkeypatch.setitem(sys.modules, "orgnet._model.disclosure", SimpleNamespace(public_tables=public_tables))
    path = orgnet.write(net, tmp_path / name, audience="public")
    texts = [unpacked(file) for file in tmp_path.rglob("*") if file.is_file()]
    assert not any("98765" in text for text in texts)
    orgnet.write(net, path, audience="internal")
    exact = any("98765" in unpacked(file) for file in tmp_path.rglob("*") if file.is_file())
    assert exact == (name not in {"net.edgelist", "net.net"})


def unpacked(path: Path) -> str:
    if not zipfile.is_zipfile(path):
        return path.read_text(encoding="utf-8")
    with zipfile.ZipFile(path) as archive:
        return "".join(archive.read(member).decode() for member in archive.namelist())


def test_a_public_workbook_has_no_findings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def public_tables(net: OrgNetwork) -> tuple[pd.DataFrame, pd.DataFrame]:
        return net.units, net.ties

    monkeypatch.setitem(sys.modules, "orgnet._model.disclosure", SimpleNamespace(public_tables=public_tables))
    path = orgnet.write(orgnet.datasets.load(), tmp_path / "net.xlsx", audience="public")
    assert openpyxl.load_workbook(path).sheetnames == ["units", "ties", "about"]


def test_nothing_is_made_for_an_unknown_audience(tmp_path: Path) -> None:
    with pytest.raises(orgnet.OptionError, match="audience"):
        orgnet.write(from_tables({"unit_id": ["a"]}), tmp_path / "net.xlsx", audience="everybody")
    for name in ("net.orgnet", "net.npz"):
        with pytest.raises(orgnet.OptionError, match="not for the public"):
            orgnet.write(from_tables({"unit_id": ["a"]}), tmp_path / name, audience="public")
    assert not list(tmp_path.iterdir())
