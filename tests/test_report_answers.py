"""The ten answers: full where the data have the fields, honest about what is missing where they have not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

import orgnet
from orgnet import cli, metrics
from orgnet._build.template_sheets import SHEETS
from orgnet._report.answers import Answers, need_label, sheets_for
from orgnet._report.frames import frame_table, heading, one_language
from orgnet._report.questions import QUESTIONS
from orgnet.errors import OptionError, UnitError

if TYPE_CHECKING:
    from pathlib import Path

    from orgnet._model.vocabulary import Lang

NINE = list(range(1, 10))


@pytest.fixture(scope="module")
def net() -> orgnet.OrgNetwork:
    return orgnet.datasets.load()


@pytest.fixture(scope="module")
def found(net: orgnet.OrgNetwork) -> Answers:
    return orgnet.answers(net)


@pytest.fixture(scope="module")
def bare() -> Answers:
    """Only ids, kinds and superiors."""
    units = {
        "unit_id": ["h", "g1", "g2", "c1", "c2", "c3", "c4"],
        "kind": ["party_committee", "party_branch", "party_branch", *["party_cell"] * 4],
        "superior_id": [None, "h", "h", "g1", "g1", "g1", "g2"],
    }
    return orgnet.answers(orgnet.build.from_tables(units))


def test_the_bundled_subdistrict_answers_nine_questions_in_full(found: Answers) -> None:
    assert found.table["number"].tolist() == [*NINE, 10]
    assert found.table["answered"].tolist() == [*["full"] * 9, "none"]
    assert found.table["missing"].tolist() == [""] * 10
    for number in NINE:
        assert found[number].tables, f"question {number} has no numbers"
        assert all(len(frame) for frame in found[number].tables.values())


def test_sentences_carry_the_numbers_of_the_measures(found: Answers, net: orgnet.OrgNetwork) -> None:
    coverage, arrival = metrics.coverage(net), metrics.arrival(net)
    for population in ("operating", "three_have", "eligible"):
        assert f"{100 * coverage.rate(population):.1f} %" in found[3].sentence
        assert f"{100 * coverage.rate(population):.1f} %" in found[3].sentence.zh
    assert f"{arrival.t50:,.1f} days" in found[4].sentence
    worst = metrics.communication(net).cut_units.iloc[0]
    assert worst["name"] in found[7].sentence
    assert worst["name"] in found[7].sentence.zh


def test_the_planted_sizes_are_in_the_first_answer(found: Answers) -> None:
    """Two grids above 500 households (612 and 545), one below 300 (248); each of the two needs one grid more."""
    odd = found[1].tables["outside_band"]
    grids = odd[odd["kind"] == "grid"].set_index("unit_id")["verdict"].to_dict()
    assert grids == {
        "330106012002-G03": "above",
        "330106012005-G01": "above",
        "330106012006-G02": "below",
    }
    assert "Of 27 grids" in found[1].sentence
    assert "2 are above 500" in found[1].sentence
    assert "2 more grids" in found[1].sentence


def test_the_planted_break_and_the_planted_cluster_are_found(found: Answers) -> None:
    broken = set(found[2].tables["breaks"]["unit_id"])
    assert {"330106012003-G04", *(f"330106012003-G04-C{cell}" for cell in (1, 2, 3))} <= broken
    assert "330106012001-G02-C1" in broken
    joint = found[3].tables["joint_branches"]
    assert joint["unit_ids"].iloc[0] == "330106012002-E09, 330106012002-E10"


def test_a_file_of_ids_kinds_and_superiors_answers_what_it_can(bare: Answers) -> None:
    answered = bare.table.set_index("number")["answered"].to_dict()
    assert answered[2] in {"full", "part"}
    assert answered[7] in {"full", "part"}
    for number in (1, 5, 6, 8, 9):
        assert answered[number] == "none", number
    for number, needs in ((1, "units.households"), (4, "ties.latency_days"), (9, "events")):
        assert needs in bare[number].missing
    assert bare.table.loc[bare.table["number"] == 9, "sheets"].item() == "events"
    assert bare.table.loc[bare.table["number"] == 9, "sheets_zh"].item() == "活动"


def test_what_is_missing_is_named_with_the_sheet_that_has_it(bare: Answers) -> None:
    sheets = {sheet.en for sheet in SHEETS}
    for answer in bare.answers:
        for need in answer.missing:
            assert sheets_for(need, "en"), need
            assert set(sheets_for(need, "en")) <= sheets
        assert all("(" in text for text in answer.lacks("en"))


def test_every_question_has_both_languages(found: Answers, bare: Answers) -> None:
    assert len(QUESTIONS) == 10
    for answer in (*found.answers, *bare.answers):
        for note in (answer.question, answer.sentence, *answer.caveats):
            assert str(note)
            assert any("\u4e00" <= letter <= "\u9fff" for letter in note.zh)
            assert not any("\u4e00" <= letter <= "\u9fff" for letter in answer.question)


def test_every_column_and_every_table_has_a_heading_in_chinese(found: Answers, net: orgnet.OrgNetwork) -> None:
    tables = {name: frame for answer in found.answers for name, frame in answer.tables.items()}
    tables |= orgnet.answers(net, before=net)[10].tables
    gaps = metrics.gaps(net)
    tables |= {"misfits": gaps.misfits, "cells": gaps.cells}
    for name, frame in tables.items():
        for word in (name, *map(str, one_language(frame, "zh"))):
            assert any("\u4e00" <= letter <= "\u9fff" for letter in heading(word, "zh")), (name, word)


def test_the_tenth_answer_compares_two_networks(net: orgnet.OrgNetwork) -> None:
    hosts = ["330106012007-E12", "330106012007-E13"]
    found = orgnet.answers(net, before=net.without(hosts))[10]
    assert found.answered == "full"
    facts = found.tables["data_changes"].set_index("fact")["count"].to_dict()
    assert facts["units_added"] == 2
    assert facts["units_gone"] == 0
    changes = found.tables["changes"].set_index("figure")
    same = orgnet.answers(net, before=net)[10].tables["changes"]
    assert same["change"].dropna().eq(0).all()
    assert (changes["now"] - changes["then"]).dropna().tolist() == changes["change"].dropna().tolist()
    assert changes.loc["backlog", "change"] == 2


def test_the_report_says_what_changed_where_it_has_earlier_data(net: orgnet.OrgNetwork, tmp_path: Path) -> None:
    """Two firms without organisation are new: the backlog grows from 3 to 5."""
    before = net.without(["330106012007-E12", "330106012007-E13"])
    page = orgnet.report(net, tmp_path / "r.html", previous=before).read_text(encoding="utf-8")
    assert 'id="change"' in page
    assert "New units: 2; gone: 0." in page
    assert 'id="change"' not in orgnet.report(net, tmp_path / "r.html").read_text(encoding="utf-8")
    with pytest.raises(OptionError, match="not for the public"):
        orgnet.report(net, tmp_path / "r.html", previous=before, audience="public")


def test_the_command_takes_earlier_data(tmp_path: Path) -> None:
    units = "unit_id,kind,superior_id\nh,party_committee,\ng,party_branch,h\n"
    then, now, page = tmp_path / "then.csv", tmp_path / "now.csv", tmp_path / "r.html"
    then.write_text(units, encoding="utf-8")
    now.write_text(units + "g2,party_branch,h\n", encoding="utf-8")
    assert cli.main(["report", str(now), "-o", str(page), "--previous", str(then), "--lang", "en"]) == 0
    assert "New units: 1; gone: 0." in page.read_text(encoding="utf-8")


def test_a_blank_column_is_missing_like_one_that_is_not_there() -> None:
    units = {
        "unit_id": ["h", "g", "f"],
        "kind": ["residents_committee", "grid", "enterprise"],
        **dict.fromkeys(("households", "status", "floor_area", "posts_filled", "has_party_org"), [None] * 3),
    }
    found = orgnet.answers(orgnet.build.from_tables(units))
    assert found[1].answered == "none"
    assert "units.households" in found[1].missing
    assert found[3].answered == "none"
    assert "units.status" in found[3].missing
    assert found[5].answered == "none"
    assert "units.floor_area" in found[5].missing


def test_households_that_are_not_recorded_are_not_nought() -> None:
    units = {
        "unit_id": ["h", "g", "c"], "kind": ["party_committee", "party_branch", "party_cell"],
        "superior_id": [None, "h", "g"], "households": [None, None, None],
    }  # fmt: skip
    answer = orgnet.answers(orgnet.build.from_tables(units))[7]
    assert "if g stops, 1 units lose every route (households: not recorded)" in answer.sentence
    assert "（户数：未登记）" in answer.sentence.zh
    assert answer.answered == "part"


def test_answers_are_counted_iterated_and_asked_by_number(found: Answers) -> None:
    assert len(found) == 10
    assert [answer.number for answer in found] == list(range(1, 11))
    for number in (0, 11):
        with pytest.raises(OptionError, match="1 to 10"):
            found[number]


def test_headquarters_may_be_named(net: orgnet.OrgNetwork) -> None:
    found = orgnet.answers(net, headquarters="330106012004-PC")
    assert found.provenance["headquarters"] == ["330106012004-PC"]
    with pytest.raises(UnitError):
        orgnet.answers(net, headquarters="nobody")


@pytest.mark.parametrize(
    "units", [{"unit_id": []}, {"unit_id": ["a"]}, {"unit_id": ["a", "b"], "superior_id": ["b", "a"]}]
)
def test_networks_with_next_to_nothing_in_them_are_answered_too(units: dict[str, list[str]]) -> None:
    found = orgnet.answers(orgnet.build.from_tables(units, strict=False))
    assert len(found.answers) == 10
    assert set(found.table["answered"]) <= {"full", "part", "none"}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_workbook_holds_every_answer(found: Answers, tmp_path: Path, lang: Lang) -> None:
    sheets = pd.read_excel(found.to_excel(tmp_path / "answers.xlsx", lang), sheet_name=None, engine="calamine")
    first = next(iter(sheets.values()))
    words = first.astype(str).to_numpy().ravel().tolist()
    for answer in found.answers:
        assert (answer.sentence.zh if lang == "zh" else str(answer.sentence)) in words
    assert len(sheets) == 1 + sum(len(answer.tables) for answer in found.answers)


def test_needs_are_words() -> None:
    assert need_label("units.households", "en") == "households"
    assert need_label("events", "zh") == "活动"
    assert need_label("ties.latency_days", "zh") == "时延（天）"


def test_a_table_shows_dashes_percentages_and_how_many_rows_there_are() -> None:
    frame = pd.DataFrame(
        {
            "kind": ["enterprise", None],
            "rate": [0.5, float("nan")],
            "staff": [1200.0, None],
            "gain": [0.125, 1.0],
            "verdict": ["above", "unknown"],
            "has_union": pd.array([True, None], dtype="boolean"),
            "last_date": pd.to_datetime(pd.Series(["2025-06-30", None])),
            "reason": ["because", "why"],
            "reason_zh": ["因为", "为何"],
        }
    )
    table = frame_table(frame, "en")
    assert table.rows[0] == ["enterprise", "50.0 %", "1,200", "0.12", "above", "yes", "2025-06-30", "because"]
    assert table.rows[1] == ["–", "–", "–", "1.00", "not recorded", "–", "–", "why"]
    assert table.note == ""
    chinese = frame_table(frame, "zh", most=1)
    assert chinese.rows == [["企业", "50.0 %", "1,200", "0.12", "超标", "有", "2025-06-30", "因为"]]
    assert "2" in chinese.note
