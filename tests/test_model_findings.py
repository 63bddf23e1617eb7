"""Findings: every code has its words in two languages, the counts add up, and no code is dead."""

from __future__ import annotations

import json
import re
import string
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import orgnet
from orgnet._model.findings import Findings, Log
from orgnet._model.messages import MESSAGES, SEVERITIES, SEVERITY_ZH

if TYPE_CHECKING:
    from orgnet._model.vocabulary import Lang

SOURCES = [path for path in (Path(orgnet.__file__).parent).rglob("*.py") if path.name != "messages.py"]
FIELDS = {"value", "other", "other_label", "value_label", "column", "field", "count"}
HOSTILE = "{value} {0} %s <b>" + "长" * 500


def logged(value: object = "x") -> Findings:
    log = Log()
    for code in MESSAGES:
        log.add(code, "units.csv", row=3, column="staff", value=value, other=value, count=2)
        log.add(code, "units.csv")
    return log.findings()


@pytest.mark.parametrize("code", MESSAGES)
def test_every_code_has_words_in_both_languages(code: str) -> None:
    message = MESSAGES[code]
    assert message.severity in SEVERITIES
    for text in message[1:]:
        assert text
        assert {name for _, name, *_ in string.Formatter().parse(text) if name} <= FIELDS
    assert not re.search("[\u4e00-\u9fff]", message.en)
    assert re.search("[\u4e00-\u9fff]", message.zh)
    assert re.search("[\u4e00-\u9fff]", message.remedy_zh)


@pytest.mark.parametrize("code", MESSAGES)
def test_every_code_is_used(code: str) -> None:
    assert any(f'"{code}"' in path.read_text(encoding="utf-8") for path in SOURCES)


@pytest.mark.parametrize("code", MESSAGES)
def test_every_code_is_explained_in_the_data_model(code: str) -> None:
    page = Path(__file__).parents[1] / "docs" / "data-model.md"
    assert f"`{code}`" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("value", ["x", "", HOSTILE])
def test_every_code_can_be_said(lang: Lang, value: str) -> None:
    found = logged(value)
    frame = found.to_frame(lang)
    assert len(frame) == len(found) == 2 * len(MESSAGES)
    assert frame["message"].str.len().between(1, 600).all()
    assert frame["remedy"].str.len().gt(0).all()
    assert set(frame["severity"]) == set(SEVERITIES if lang == "en" else SEVERITY_ZH.values())
    assert len(found.lines(lang, most=1000)) == len(found)
    assert found.sentence(0, lang) == (frame["message"].iloc[0], frame["remedy"].iloc[0])


def test_the_gravest_come_first() -> None:
    order = [SEVERITIES.index(severity) for severity in logged().table["severity"]]
    assert order == sorted(order)


def test_counts_add_up() -> None:
    found = logged()
    assert sum(found.count(severity) for severity in SEVERITIES) == len(found)
    assert (found.n_refused, found.n_errors) == (found.count("refused"), found.count("error"))
    assert not found.ok
    summary = found.summary()
    assert summary["findings"].sum() == len(found)
    assert not summary.duplicated(["code", "source", "column"]).any()
    assert found.summary("zh")["findings"].sum() == len(found)


def test_findings_are_plain_json() -> None:
    found = logged(HOSTILE)
    langs: tuple[Lang, ...] = ("en", "zh")
    for lang in langs:
        facts = json.loads(json.dumps(found.to_dict(lang), allow_nan=False))
        assert len(facts["findings"]) == len(found)
        assert sum(facts["counts"].values()) == len(found)
        assert {row["row"] for row in facts["findings"]} == {3, None}
    assert json.loads(json.dumps(Log().findings().to_dict()))["ok"] is True


def test_no_findings() -> None:
    found = Log().findings()
    assert len(found) == len(found.to_frame()) == len(found.summary()) == len(found.lines()) == 0
    assert found.ok
    assert repr(found) == "<Findings 0 refused, 0 error, 0 warning, 0 note>"
    assert found.table.dtypes.astype(str).to_dict() == logged().table.dtypes.astype(str).to_dict()


def test_the_html_face_is_escaped() -> None:
    log = Log()
    log.add("tie.self", "<script>.csv", row=1, column="<b>", value="<script>alert(1)</script>")
    page = log.findings()._repr_html_()
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_long_lists_of_findings_end_with_how_many_more() -> None:
    lines = logged().lines(most=5)
    assert len(lines) == 6
    assert lines[-1] == f"... and {2 * len(MESSAGES) - 5} more"


def test_arrays_make_one_finding_each() -> None:
    log = Log()
    frame = orgnet.check({"unit_id": [None, None, "a"]}).table
    log.add("tie.self", "ties", row=frame["row"].dropna().to_numpy("int64"), value=frame["value"].to_numpy())
    assert len(log.findings()) == len(frame)
    log.add("tie.self", "ties", row=frame["row"].dropna().to_numpy("int64")[:0])
    assert len(log.findings()) == len(frame)


def test_accounts_that_do_not_add_up_are_a_fault_of_ours() -> None:
    with pytest.raises(AssertionError, match="3 rows in, but 1 kept"):
        Log().account("units", 3, 1, 0, 1)


def test_lines_count_only_what_was_asked_for() -> None:
    found = logged()
    lines = found.lines(most=1, severities=("refused", "error"))
    assert lines[-1] == f"... and {found.n_refused + found.n_errors - 1} more"
    assert found.lines("zh", most=1)[-1] == f"……另有 {len(found) - 1} 条"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_lines_are_sentences(lang: Lang) -> None:
    for line in logged().lines(lang, most=1000) + logged().digest(lang):
        assert not re.search(r"[.。]{2}|[.。？?][.。]|None|<NA>", line.replace("latency ...", "")), line


def test_a_digest_has_one_line_a_table_for_headings_and_one_count() -> None:
    log = Log()
    for field, heading in (("unit_id", "编码"), ("name", "名称")):
        log.add("column.mapped", "units.csv", column=field, value=heading)
    for word in ("甲", "乙"):
        log.add("unit.kind_unknown", "units.csv", row=2, column="kind", value=word, count=3)
    log.add("unit.kind_missing", "units.csv", row=5, column="kind", count=4)
    kinds, missing, headings = log.findings().digest()
    assert kinds.startswith("warning: units.csv, row 2: kind '甲' is not in the vocabulary")
    assert "kept as written. (The first of 2.) If" in kinds
    assert "not recorded. (4 rows.) Write a kind" in missing
    assert headings.startswith("note: units.csv: headings read as fields: 编码=unit_id, 名称=name. If that is wrong")
    assert "表头读作字段：编码=unit_id, 名称=name。" in log.findings().digest("zh")[-1]


def test_chinese_is_chinese_throughout() -> None:
    log = Log()
    log.add("tie.dangling", "units.csv, superior", row=2, column="source", value="XX", other=" Did you mean 'X1'?")
    assert log.findings().lines("zh") == [
        (
            "拒收：units.csv，上级，第 2 行：起点 'XX' 不在组织表中。是否应为 'X1'？"
            "请在组织表中补充该组织，或更正此处编码。"
        )
    ]
