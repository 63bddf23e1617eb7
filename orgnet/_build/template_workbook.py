"""The template as a workbook: drop-downs, notes and formats that help, and stop nobody from pasting what they have."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Any

from orgnet._build.template_sheets import NOTES, SHEETS
from orgnet._model.rules import load_rules
from orgnet._model.vocabulary import FORMATIONS, KINDS, LAYERS, LEVELS, PARTY_KINDS, label

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from orgnet._build.template_sheets import Column, Sheet
    from orgnet._model.vocabulary import Lang

LAST_ROW = 1_048_575  # of a sheet, counted from 0
_MADE = dt.datetime(2026, 1, 1)  # noqa: DTZ001 - workbooks know no zones; the same bytes each time
_FIRST_LIST = 8  # column of the notes sheet where the lists of words begin
_WIDE = {"text": 22, "code": 24, "date": 13}
_WORDS = {
    "sheet": ("sheet", "工作表"),
    "heading": ("heading", "表头"),
    "meaning": ("what goes there", "填写内容"),
    "form": ("form", "格式"),
    "example": ("example", "示例"),
    "lists": ("lists of words", "词表"),
    "persons": (
        "No persons: no names, identity or telephone numbers; such columns are taken out when the file is read.",
        "不收个人信息：不填姓名、证件号、电话；读取时此类列会被删除。",
    ),
    "empty": (
        "Fill in the sheets you have and leave the others empty. What is not known stays empty; 0 means none.",
        "只填已有的表，其余留空。不掌握的留空；0 表示没有。",
    ),
    "asked": ("Not of the usual form", "与通常格式不符"),
    "kept": ("It can stay; the check will say how it is read.", "可以保留；检查时会说明如何读取。"),
}
_FORMS = {
    "text": ("text", "文字"),
    "code": ("text, zeros kept", "文本，保留前导零"),
    "count": ("whole number, 0 or more", "0 及以上整数"),
    "date": ("date, 2025-06-30", "日期，如 2025-06-30"),
    "amount": ("number, 0 or more", "0 及以上数字"),
    "share": ("0 to 1", "0 到 1"),
    "strength": ("number above 0", "大于 0 的数字"),
    "yes_no": ("yes or no", "是或否"),
}


def blank_workbook(lang: Lang) -> bytes:
    """Return the blank workbook; the same bytes each time."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"created": _MADE, "author": "orgnet"})
    formats = {
        "head": book.add_format({"bold": True, "bg_color": "#DDE6F0", "bottom": 1, "text_wrap": True, "valign": "top"}),
        "code": book.add_format({"num_format": "@"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "bold": book.add_format({"bold": True}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    lists = word_lists(lang)
    places = _list_places(lists, lang)
    for sheet in SHEETS:
        _write_sheet(book.add_worksheet(_title(sheet, lang)), sheet, places, formats, lang)
    _write_notes(book, lists, formats, lang)
    book.close()
    return out.getvalue()


def word_lists(lang: Lang) -> dict[str, list[str]]:
    """Return the words to choose from, by the name of the list: in Chinese, or as the data model has them."""
    rules = load_rules()["coverage"]
    status = [
        word for word in (*rules["operating_status"], *rules["closed_status"]) if word.isascii() == (lang == "en")
    ]
    named = {
        "kind": list(KINDS),
        "party_kind": [kind for kind in KINDS if kind in PARTY_KINDS],
        "level": list(LEVELS),
        "formation": list(FORMATIONS),
        "layer": list(LAYERS),
    }
    lists = {name: [word if lang == "en" else label(word, "zh") for word in words] for name, words in named.items()}
    return lists | {"status": status, "yes_no": ["yes", "no"] if lang == "en" else ["是", "否"]}


def _say(words: tuple[str, str], lang: Lang) -> str:
    return words[lang == "zh"]


def _title(sheet: Sheet, lang: Lang) -> str:
    return sheet.zh if lang == "zh" else sheet.en


def _list_places(lists: dict[str, list[str]], lang: Lang) -> dict[str, str]:
    """Return where on the notes sheet each list stands, as a validation names it."""
    from xlsxwriter.utility import xl_range_abs

    return {
        name: f"='{_say(NOTES, lang)}'!{xl_range_abs(1, _FIRST_LIST + number, len(words), _FIRST_LIST + number)}"
        for number, (name, words) in enumerate(lists.items())
    }


def _write_sheet(sheet: Worksheet, what: Sheet, places: dict[str, str], formats: dict[str, Format], lang: Lang) -> None:
    for number, column in enumerate(what.columns):
        sheet.write_string(0, number, column.heading(lang), formats["head"])
        sheet.write_comment(0, number, _comment(column, lang), {"author": "orgnet", "x_scale": 1.6})
        sheet.set_column(number, number, _WIDE.get(column.holds, 15), formats.get(column.holds))
        rule = _validation(column, places, lang)
        if rule:
            sheet.data_validation(1, number, LAST_ROW, number, rule)
    sheet.freeze_panes(1, 0)


def _comment(column: Column, lang: Lang) -> str:
    meaning = column.meaning_zh if lang == "zh" else column.meaning
    form = _form(column, lang)
    return f"{meaning}\n{form}" if form else meaning


def _form(column: Column, lang: Lang) -> str:
    if column.holds in _FORMS:
        return _say(_FORMS[column.holds], lang)
    return "从下拉列表选择，或按词表填写" if lang == "zh" else "choose from the list"


def _validation(column: Column, places: dict[str, str], lang: Lang) -> dict[str, Any]:
    """Return the rule of a column, which asks and never blocks; none for text."""
    rules: dict[str, dict[str, Any]] = {
        "count": {"validate": "integer", "criteria": ">=", "value": 0},
        "amount": {"validate": "decimal", "criteria": ">=", "value": 0},
        "strength": {"validate": "decimal", "criteria": ">", "value": 0},
        "share": {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1},
        "date": {"validate": "date", "criteria": ">=", "value": dt.date(1900, 1, 1)},
    }
    rule = rules.get(column.holds)
    if rule is None and column.holds in places:
        rule = {"validate": "list", "source": places[column.holds]}
    if rule is None:
        return {}
    asked = {"error_title": _say(_WORDS["asked"], lang), "error_message": _say(_WORDS["kept"], lang)}
    return rule | asked | {"error_type": "information", "ignore_blank": True}


def _write_notes(book: Workbook, lists: dict[str, list[str]], formats: dict[str, Format], lang: Lang) -> None:
    """Explain every sheet and column, with an example down each, and write the lists of words at the right."""
    notes = book.add_worksheet(_say(NOTES, lang))
    for number, width in enumerate((16, 18, 44, 26, 30)):
        notes.set_column(number, number, width, formats["wrap"])
    for number, key in enumerate(("sheet", "heading", "meaning", "form", "example")):
        notes.write_string(0, number, _say(_WORDS[key], lang), formats["head"])
    row = 1
    for key in ("empty", "persons"):
        notes.write_string(row, 2, _say(_WORDS[key], lang), formats["wrap"])
        row += 1
    for sheet in SHEETS:
        notes.write_string(row, 0, _title(sheet, lang), formats["bold"])
        notes.write_string(row, 2, sheet.row_zh if lang == "zh" else sheet.row, formats["bold"])
        row += 1
        for column in sheet.columns:
            example = label(column.example, "zh") if lang == "zh" else column.example
            example = {"yes": "是", "no": "否"}.get(example, example) if lang == "zh" else example
            meaning = column.meaning_zh if lang == "zh" else column.meaning
            cells = (column.heading(lang), meaning, _form(column, lang), example)
            for number, text in enumerate(cells, start=1):
                notes.write_string(row, number, text)
            row += 1
    for number, (name, words) in enumerate(lists.items(), start=_FIRST_LIST):
        title = f"{_say(_WORDS['lists'], lang)}: {label(name, lang)}" if name != "yes_no" else _say(_FORMS[name], lang)
        notes.write_string(0, number, title, formats["head"])
        notes.set_column(number, number, 18)
        for at, word in enumerate(words, start=1):
            notes.write_string(at, number, word)
    notes.freeze_panes(1, 0)
