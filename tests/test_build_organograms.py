"""A published register of senior posts, with the faults it really has: every one is named with its rows."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

import orgnet

FILE = Path(__file__).parent / "data" / "uk_organograms_structure.csv"
COLUMNS = {"post_ref": "unit_id", "reports_to": "superior_id", "unit": "name", "grade": "level"}
FACTS = ("grade", "unit", "reports_to", "fte", "junior_fte")
Row = dict[str, str]


def published() -> list[Row]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@dataclass(frozen=True)
class Truth:
    """What is wrong in some rows, found the plain way; rows are numbered as in a sheet, the heading being 1."""

    kept: dict[str, Row]  # by reference, the first of each
    conflicts: list[tuple[int, str, int]]  # row, reference, and the row that has it first
    merged: list[tuple[int, str, int]]
    outside: list[tuple[int, str]]  # row and the superior that is not there

    @classmethod
    def of(cls, rows: list[Row]) -> Truth:
        first: dict[str, int] = {}
        kept: dict[str, Row] = {}
        conflicts, merged = [], []
        for number, row in enumerate(rows, start=2):
            reference = row["post_ref"]
            if reference not in kept:
                kept[reference], first[reference] = row, number
            elif all(row[name] == kept[reference][name] for name in FACTS):
                merged.append((number, reference, first[reference]))
            else:
                conflicts.append((number, reference, first[reference]))
        outside = [(first[own], row["reports_to"]) for own, row in kept.items() if row["reports_to"] not in kept]
        return cls(kept, conflicts, merged, outside)


def department(tmp_path: Path, name: str) -> tuple[Path, list[Row]]:
    """Write the rows of one department to a file of its own."""
    rows = [row for row in published() if row["department"] == name]
    path = tmp_path / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path, rows


def found(net: orgnet.OrgNetwork, code: str) -> list[tuple[object, ...]]:
    """Return row, value and other fact of each finding of a code."""
    table = net.findings.table
    table = table[table["code"] == code]
    return list(table[["row", "value", "other"]].itertuples(index=False, name=None))


def assert_told(net: orgnet.OrgNetwork, truth: Truth, n_rows: int) -> None:
    """Hold that each fault is a finding with its row, that nothing else is wrong, and where every row went."""
    for code, due in (("unit.id_conflict", truth.conflicts), ("unit.merged", truth.merged)):
        assert found(net, code) == [(row, reference, str(first)) for row, reference, first in due]
    assert [(row, value) for row, value, _ in found(net, "unit.superior_outside")] == truth.outside
    assert net.findings.n_refused == len(truth.conflicts)
    assert net.findings.n_errors == 0
    n_kept, n_outside = len(truth.kept), len(truth.outside)
    assert net.findings.accounts.drop(columns="source").to_numpy().tolist() == [
        [n_rows, n_kept, len(truth.merged), len(truth.conflicts)],
        [n_kept, n_kept - n_outside, 0, n_outside],
    ]


@pytest.mark.parametrize(
    ("name", "n_rows", "units", "conflicts", "merged", "outside"),
    [
        ("cabinet_office", 235, 234, ["103"], 0, {"XX": 3}),
        ("department_for_work_and_pensions", 209, 203, ["DWP179", "0", "0", "0", "DWP62"], 1, {"XX": 1, "JCP2": 2}),
        ("home_office", 201, 190, ["1HR03", "2SIIGSEC"], 9, {"XX": 1}),
        ("ministry_of_defence", 629, 619, ["1748140", "1463923"], 8, {"XX": 11}),
    ],
)
def test_one_department(
    tmp_path: Path, name: str, n_rows: int, units: int, conflicts: list[str], merged: int, outside: dict[str, int]
) -> None:
    path, rows = department(tmp_path, name)
    truth = Truth.of(rows)
    assert (len(rows), [reference for _, reference, _ in truth.conflicts]) == (n_rows, conflicts)
    assert (len(truth.merged), Counter(superior for _, superior in truth.outside)) == (merged, outside)
    with pytest.raises(orgnet.ValidationError, match=rf"refused for {len(conflicts)} faults"):
        orgnet.read(path, columns=COLUMNS)
    net = orgnet.read(path, columns=COLUMNS, strict=False)
    assert (net.n_units, net.n_ties, net.layers) == (units, units - sum(outside.values()), ("command",))
    assert_told(net, truth, n_rows)
    assert net.units["name"].tolist() == [row["unit"] for row in truth.kept.values()]
    assert net.units["level"].tolist() == [row["grade"] for row in truth.kept.values()]
    tops = [own for own, row in truth.kept.items() if row["reports_to"] not in truth.kept]
    superiors = set(net.ties["target"])
    assert [own for own in net.ids if own not in superiors] == tops


def test_the_number_nought_stands_for_four_posts(tmp_path: Path) -> None:
    path, _ = department(tmp_path, "department_for_work_and_pensions")
    net = orgnet.read(path, columns=COLUMNS, strict=False)
    assert found(net, "unit.id_conflict")[1:4] == [(153, "0", "152"), (154, "0", "152"), (155, "0", "152")]
    outside = [fact for fact in found(net, "unit.superior_outside") if fact[1] != "XX"]
    assert outside == [(152, "JCP2", " Did you mean 'JCP8'?"), (210, "JCP2", " Did you mean 'JCP8'?")]


def test_leading_zeros_stay(tmp_path: Path) -> None:
    path, rows = department(tmp_path, "ministry_of_defence")
    net = orgnet.read(path, columns=COLUMNS, strict=False)
    zeros = {row["post_ref"] for row in rows if row["post_ref"].startswith("0")}
    assert len(zeros) > 1
    assert zeros <= set(net.ids)


def test_all_departments_as_they_stand() -> None:
    net = orgnet.read(FILE, columns=COLUMNS, strict=False)
    truth = Truth.of(published())
    assert (len(truth.kept), len(truth.conflicts), len(truth.merged), len(truth.outside)) == (1245, 12, 17, 18)
    assert_told(net, truth, 1274)
    assert (net.n_units, net.n_ties) == (1245, 1227)


def test_a_grade_is_no_kind() -> None:
    found = orgnet.check(FILE, columns=COLUMNS | {"grade": "kind"})
    unknown = found.table.query("code == 'unit.kind_unknown'")
    grades = Counter(row["grade"] for row in Truth.of(published()).kept.values())
    assert dict(zip(unknown["value"], unknown["count"], strict=True)) == grades
