"""The template workbook: sheets, headings, lists, formats and notes, as a spreadsheet will find them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import openpyxl
import pytest
from openpyxl.utils import get_column_letter, range_boundaries

import orgnet
from orgnet._build.template_sheets import NOTES, SHEETS
from orgnet._build.template_workbook import LAST_ROW, word_lists
from orgnet._model.personal import personal_heading
from orgnet._model.vocabulary import FORMATION_WORDS, KIND_WORDS, KINDS, LAYER_WORDS, LEVEL_WORDS
from orgnet.errors import InputError, OptionError

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.worksheet import Worksheet

    from orgnet._model.vocabulary import Lang

ZH = [
    *("单位", "关系", "党组织", "企业", "社会组织", "社区机构", "网格", "楼栋", "岗位", "服务", "活动", "交办", "事项"),
    "说明",
]
EN = [
    "units",
    "ties",
    "party",
    "enterprises",
    "social_orgs",
    "bodies",
    "grids",
    "buildings",
    "posts",
    "services",
    "events",
    "messages",
    "items",
    "notes",
]


@pytest.fixture(scope="module", params=["zh", "en"])
def lang(request: pytest.FixtureRequest) -> Lang:
    found: Lang = request.param
    return found


@pytest.fixture(scope="module")
def book(lang: Lang, tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    path = orgnet.template(tmp_path_factory.mktemp("template") / "blank.xlsx", lang=lang)
    return openpyxl.load_workbook(path)


def columns(sheet: Worksheet) -> list[str]:
    return [str(cell.value) for cell in sheet[1]]


def rule(sheet: Worksheet, column: int) -> DataValidation | None:
    """The validation of a column, which holds from the second row to the last."""
    whole = f"{get_column_letter(column)}2:{get_column_letter(column)}{LAST_ROW + 1}"
    found = [each for each in sheet.data_validations.dataValidation if str(each.sqref) == whole]
    return found[0] if found else None


def number_format(sheet: Worksheet, column: int) -> str:
    """The format of a column; columns beside one another that are alike stand together."""
    found = [each for each in sheet.column_dimensions.values() if each.min <= column <= each.max]
    assert len(found) == 1
    return str(found[0].number_format)


def test_one_sheet_a_register_and_one_of_notes(book: Workbook, lang: Lang) -> None:
    assert book.sheetnames == (ZH if lang == "zh" else EN)
    for what in SHEETS:
        sheet = book[what.zh if lang == "zh" else what.en]
        assert sheet.max_row == 1  # headings alone: the blank workbook holds no row
        assert columns(sheet) == [column.zh if lang == "zh" else column.field for column in what.columns]
        assert sheet.freeze_panes == "A2"
        assert all(cell.font.bold for cell in sheet[1])
        assert len(set(columns(sheet))) == len(columns(sheet))


def test_every_column_has_its_note_format_and_rule(book: Workbook, lang: Lang) -> None:
    seen = set()
    for what in SHEETS:
        sheet = book[what.zh if lang == "zh" else what.en]
        for number, column in enumerate(what.columns, start=1):
            seen.add(column.holds)
            comment = sheet.cell(1, number).comment
            assert comment is not None
            assert (column.meaning_zh if lang == "zh" else column.meaning) in comment.text
            form = number_format(sheet, number)
            assert (form == "@") == (column.holds == "code"), (what.en, column.field)
            assert (form == "yyyy-mm-dd") == (column.holds == "date")
            found = rule(sheet, number)
            kinds = {"count": "whole", "date": "date", "amount": "decimal", "share": "decimal", "strength": "decimal"}
            if column.holds in {"text", "code"}:
                assert found is None
                continue
            assert found is not None, (what.en, column.field)
            assert found.type == kinds.get(column.holds, "list")
            assert found.errorStyle == "information"  # it asks and never blocks
            assert found.allowBlank
    assert seen == {"text", "code", "count", "date", "amount", "share", "strength", *word_lists(lang)}


def test_codes_keep_their_zeros_and_all_their_digits(book: Workbook, lang: Lang) -> None:
    codes = {(what.role, column.field) for what in SHEETS for column in what.columns if column.holds == "code"}
    assert {("units", "unit_id"), ("units", "superior_id"), ("enterprise", "uscc"), ("ties", "source")} <= codes
    assert all(("unit_id" not in [c.field for c in what.columns]) or (what.role, "unit_id") in codes for what in SHEETS)
    assert book.sheetnames[0] == ("单位" if lang == "zh" else "units")


def test_lists_offer_words_that_the_door_knows(book: Workbook, lang: Lang) -> None:
    known: dict[str, Collection[str]] = {
        "kind": KIND_WORDS,
        "party_kind": KIND_WORDS,
        "level": LEVEL_WORDS,
        "formation": FORMATION_WORDS,
        "layer": LAYER_WORDS,
        "yes_no": {"yes", "no", "是", "否"},
    }
    for what in SHEETS:
        sheet = book[what.zh if lang == "zh" else what.en]
        for number, column in enumerate(what.columns, start=1):
            found = rule(sheet, number)
            if found is None or found.type != "list":
                continue
            name, _, place = found.formula1.rpartition("!")
            left, top, right, bottom = range_boundaries(place.replace("$", ""))
            assert left == right
            notes = book[name.strip("'")]
            words = [notes.cell(row, left).value for row in range(top, bottom + 1)]
            assert words == word_lists(lang)[column.holds]
            assert notes.cell(bottom + 1, left).value is None
            assert notes.cell(top - 1, left).value not in words
            assert all(words)
            if column.holds in known:
                assert set(words) <= set(known[column.holds])
    assert len(word_lists(lang)["kind"]) == len(KINDS)


def test_the_notes_explain_every_column_with_an_example_of_each_sheet(book: Workbook, lang: Lang) -> None:
    notes = book[NOTES[lang == "zh"]]
    lines = [[cell.value for cell in row[:5]] for row in notes.iter_rows()]
    starts = {line[0]: number for number, line in enumerate(lines) if line[0]}
    for what in SHEETS:
        start = starts[what.zh if lang == "zh" else what.en]
        block = lines[start + 1 : start + 1 + len(what.columns)]
        assert [line[1] for line in block] == [column.zh if lang == "zh" else column.field for column in what.columns]
        assert all(line[2] and line[3] for line in block)
        assert sum(bool(line[4]) for line in block) >= 2
        for line, column in zip(block, what.columns, strict=True):
            if line[4] and column.holds in word_lists(lang) and column.holds != "status":
                assert line[4] in word_lists(lang)[column.holds]
            if line[4] and column.holds == "date":
                assert re.fullmatch(r"\d{4}-\d\d-\d\d", line[4])
            if line[4] and column.holds == "count":
                assert int(line[4]) >= 0


def test_the_examples_are_a_small_network_that_reads_clean(lang: Lang, tmp_path: Path) -> None:
    path = orgnet.template(tmp_path / "x.xlsx", lang=lang)
    assert orgnet.check(path).ok
    book = openpyxl.load_workbook(path)
    notes = [[cell.value for cell in row[:5]] for row in book[NOTES[lang == "zh"]].iter_rows()]
    starts = {line[0]: number for number, line in enumerate(notes) if line[0]}
    for what in SHEETS:
        title = what.zh if lang == "zh" else what.en
        block = notes[starts[title] + 1 : starts[title] + 1 + len(what.columns)]
        book[title].append([line[4] for line in block])
    book.save(path)
    net = orgnet.read(path)
    severe = net.findings.table[net.findings.table["severity"] != "note"]
    assert severe.empty, net.findings.lines("en")
    assert net.n_units == sum("unit_id" in [column.field for column in what.columns] for what in SHEETS)
    assert {"command", "covers", "contains", "collab", "serves", "interlock"} <= set(net.layers)
    assert {name: len(table) for name, table in net.tables.items()} == {
        "events": 3,  # the organiser, one unit that came, one that did not
        "posts": 1,
        "services": 1,
        "messages": 1,
        "items": 1,
    }
    assert net.units.loc["330106001D01", "formation"] == "joint"


def test_no_heading_announces_a_person() -> None:
    for what in SHEETS:
        for column in what.columns:
            assert not personal_heading(column.zh), column.zh
            assert not personal_heading(column.field), column.field


def test_the_same_bytes_each_time(lang: Lang, tmp_path: Path) -> None:
    one, two = (orgnet.template(tmp_path / name, lang=lang).read_bytes() for name in ("a.xlsx", "b.XLSX"))
    assert one == two


def test_a_workbook_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "mine.xlsx"
    path.write_bytes(b"mine")
    with pytest.raises(InputError, match="exists already"):
        orgnet.template(path)
    assert path.read_bytes() == b"mine"
    with pytest.raises(InputError, match="cannot write"):
        orgnet.template(path / "x.xlsx")
    with pytest.raises(OptionError, match="lang='fr'"):
        orgnet.template(tmp_path / "fr.xlsx", lang="fr")  # type: ignore[arg-type]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["mine.xlsx"]


def test_a_path_of_another_kind_is_still_a_folder(tmp_path: Path) -> None:
    assert sorted(file.name for file in orgnet.template(tmp_path / "tables").iterdir()) == [
        *("fields.txt", "ties.csv", "units.csv"),
    ]
