"""Every row of the fault table: what each fault is called, where it stands, and what becomes of its row."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

import orgnet
from orgnet.build import from_tables

if TYPE_CHECKING:
    from pathlib import Path

Columns = dict[str, list[Any]]


def tied(source: str, target: str, layer: str = "collab", **more: str) -> Columns:
    """Give a tie table of one row."""
    return {name: [value] for name, value in {"source": source, "target": target, "layer": layer, **more}.items()}


@dataclass
class Case:
    """One fault: the tables, and the finding they must lead to."""

    name: str
    code: str
    severity: str
    units: Columns
    ties: Columns | None = None
    source: str = "units"
    row: int | None = 0
    column: str = ""
    value: str = ""
    other: str = ""
    left: list[str] = field(default_factory=lambda: ["a", "b"])
    n_ties: int = 0


PAIR: Columns = {"unit_id": ["a", "b"], "kind": ["enterprise", "grid"]}
CHAIN: Columns = {"unit_id": ["a", "b", "c"], "kind": ["grid", "grid", "grid"], "superior_id": ["b", "c", "a"]}

REFUSED = [
    Case("missing id", "unit.id_missing", "refused", {"unit_id": ["a", "", "b"], "name": ["x", "y", "z"]}, row=1),
    Case(
        "one id with different facts",
        "unit.id_conflict",
        "refused",
        {"unit_id": ["a", "b", "a"], "name": ["first", "x", "second"]},
        row=2,
        column="unit_id",
        value="a",
        other="0",
    ),
    Case(
        "dangling source",
        "tie.dangling",
        "refused",
        PAIR,
        tied("z", "b"),
        source="ties",
        column="source",
        value="z",
    ),
    Case(
        "dangling target",
        "tie.dangling",
        "refused",
        PAIR,
        tied("a", "y"),
        source="ties",
        column="target",
        value="y",
    ),
    Case("missing source", "tie.end_missing", "refused", PAIR, tied("", "b"), source="ties", column="source"),
    Case("missing target", "tie.end_missing", "refused", PAIR, tied("a", ""), source="ties", column="target"),
    Case("self-tie", "tie.self", "refused", PAIR, tied("a", "a"), source="ties", column="target", value="a"),
    Case(
        "self-tie by the superior",
        "tie.self",
        "refused",
        {"unit_id": ["a", "b"], "superior_id": ["a", ""]},
        column="superior_id",
        value="a",
    ),
    Case(
        "unknown layer",
        "tie.layer_unknown",
        "refused",
        PAIR,
        tied("a", "b", "comand"),
        source="ties",
        column="layer",
        value="comand",
    ),
    Case("missing layer", "tie.layer_unknown", "refused", PAIR, tied("a", "b", ""), source="ties", column="layer"),
    *(
        Case(
            f"weight {weight}",
            "tie.weight_bad",
            "refused",
            PAIR,
            tied("a", "b", weight=weight),
            source="ties",
            column="weight",
            value=weight,
        )
        for weight in ("0", "-1", "inf", "-inf", "1e999", "nan", "strong", "1;2")
    ),
    Case(
        "no id column",
        "table.missing_column",
        "refused",
        {"shop": ["a", "b"]},
        row=None,
        column="unit_id",
        value="shop",
        left=[],
    ),
    *(
        Case(
            f"no {gone} column",
            "tie.no_layer" if gone == "layer" else "table.missing_column",
            "refused",
            PAIR,
            {name: values for name, values in tied("a", "b").items() if name != gone},
            source="ties",
            row=None,
            column=gone,
            value=", ".join(name for name in tied("a", "b") if name != gone),
        )
        for gone in ("source", "target", "layer")
    ),
]
KEPT = [
    Case("cycle", "command.cycle", "error", CHAIN, value="a", other="a, b, c", left=["a", "b", "c"], n_ties=3),
    Case(
        "two superiors",
        "command.two_superiors",
        "error",
        {"unit_id": ["a", "b", "c"]},
        {"source": ["a", "b"], "target": ["c", "c"], "layer": ["command", "command"]},
        row=2,
        value="c",
        other="a, b",
        left=["a", "b", "c"],
        n_ties=2,
    ),
    Case(
        "superior outside",
        "unit.superior_outside",
        "warning",
        {"unit_id": ["a", "b"], "superior_id": ["", "zzz"]},
        row=1,
        value="zzz",
    ),
    Case(
        "level skip",
        "command.level_skip",
        "warning",
        {"unit_id": ["a", "b"], "level": ["district", "community"], "superior_id": ["", "a"]},
        row=1,
        value="b",
        other="a",
        n_ties=1,
    ),
    Case(
        "unknown kind",
        "unit.kind_unknown",
        "warning",
        {"unit_id": ["a", "b"], "kind": ["grid", "spaceship"]},
        row=1,
        column="kind",
        value="spaceship",
    ),
    Case(
        "no kind",
        "unit.kind_missing",
        "warning",
        {"unit_id": ["a", "b"], "kind": ["grid", ""]},
        row=1,
        column="kind",
    ),
    Case(
        "several tops",
        "command.several_tops",
        "warning",
        {"unit_id": ["a", "b", "c", "d"], "superior_id": ["", "a", "", "c"]},
        row=None,
        value="a, c",
        left=["a", "b", "c", "d"],
        n_ties=2,
    ),
    *(
        Case(
            f"the id {text}",
            "unit.id_like_missing",
            "warning",
            {"unit_id": ["a", text]},
            row=1,
            value=text,
            left=["a", text],
        )
        for text in ("NaN", "NA", "None", "null", "N/A", "nil")
    ),
    Case(
        "an id in scientific notation",
        "unit.id_scientific",
        "warning",
        {"unit_id": ["3.30106E+11", "b"]},
        value="3.30106E+11",
        left=["3.30106E+11", "b"],
    ),
    Case("repeated unit", "unit.merged", "note", {"unit_id": ["a", "b", "a"]}, row=2, value="a", other="0"),
    Case(
        "repeated tie",
        "tie.merged",
        "note",
        PAIR,
        {"source": ["a", "a"], "target": ["b", "b"], "layer": ["covers", "covers"]},
        source="ties",
        row=1,
        value="a - b (covers)",
        other="0",
        n_ties=1,
    ),
    Case(
        "undirected tie, both ways",
        "tie.merged",
        "note",
        PAIR,
        {"source": ["b", "a"], "target": ["a", "b"], "layer": ["collab", "collab"]},
        source="ties",
        row=1,
        value="a - b (collab)",
        other="0",
        n_ties=1,
    ),
    Case(
        "repeated tie with other facts",
        "tie.facts_differ",
        "warning",
        PAIR,
        {"source": ["a", "a"], "target": ["b", "b"], "layer": ["covers", "covers"], "weight": ["2", "3"]},
        source="ties",
        row=1,
        value="a - b (covers)",
        other="0",
        n_ties=1,
    ),
    Case("trimmed id", "id.tidied", "note", {"unit_id": ["a", " b "]}, row=1, column="unit_id", value=" b ", other="b"),
    Case(
        "converted number",
        "value.converted",
        "note",
        {"unit_id": ["a", "b"], "staff": ["", "1,200"]},
        row=1,
        column="staff",
        value="1,200",
        other="1200",
    ),
    Case(
        "converted word",
        "word.converted",
        "note",
        {"unit_id": ["a", "b"], "kind": ["grid", "企业"]},
        row=1,
        column="kind",
        value="企业",
        other="enterprise",
    ),
    Case(
        "contradiction with a tie",
        "presence.contradiction",
        "warning",
        {"unit_id": ["a", "b"], "kind": ["party_branch", "enterprise"], "has_party_org": ["", "否"]},
        tied("a", "b", "covers"),
        row=1,
        column="has_party_org",
        value="b",
        other="covers",
        n_ties=1,
    ),
    Case(
        "contradiction with the formation",
        "presence.contradiction",
        "warning",
        {"unit_id": ["a", "b"], "formation": ["", "单独组建"], "has_party_org": ["", "否"]},
        row=1,
        column="has_party_org",
        value="b",
        other="formation",
    ),
    Case(
        "ended tie",
        "tie.ended",
        "note",
        {"unit_id": ["a", "b"], "founded": ["2020-05-01", ""]},
        tied("a", "b", until="2019-12-31"),
        row=None,
        value="2020-05-01",
        n_ties=1,
    ),
]
ALL = REFUSED + KEPT


def finding(found: orgnet.Findings, case: Case) -> dict[str, Any]:
    frame = found.to_frame()
    rows = frame[frame["code"] == case.code].to_dict("records")
    assert len(rows) == 1, found.table
    return {str(key): value for key, value in rows[0].items()}


def as_frames(case: Case) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Give the tables as frames; empty cells are missing."""
    units = pd.DataFrame(case.units).replace("", None)
    return units, None if case.ties is None else pd.DataFrame(case.ties).replace("", None)


def as_files(case: Case, folder: Path) -> Path:
    for name, columns in (("units", case.units), ("ties", case.ties)):
        if columns is not None:
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([list(columns), *zip(*columns.values(), strict=True)])
    return folder


def assert_adds_up(found: orgnet.Findings) -> None:
    accounts = found.accounts
    assert (accounts["rows_in"] == accounts["kept"] + accounts["merged"] + accounts["set_aside"]).all()
    assert (accounts.drop(columns="source") >= 0).all(axis=None)


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_what_is_found(case: Case) -> None:
    found = orgnet.check(*as_frames(case))
    facts = finding(found, case)
    assert facts["severity"] == case.severity
    assert facts["source"] == case.source
    assert facts["value"] == case.value
    assert (None if pd.isna(facts["row"]) else facts["row"]) == case.row
    if case.column:
        assert facts["column"] == case.column
    if case.other:
        assert facts["other"] == case.other
    assert facts["message"]
    assert facts["remedy"]
    assert_adds_up(found)


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_rows_of_files_are_those_of_the_sheet(case: Case, tmp_path: Path) -> None:
    facts = finding(orgnet.check(as_files(case, tmp_path)), case)
    assert facts["source"] == f"{case.source}.csv"
    assert (None if pd.isna(facts["row"]) else facts["row"]) == (None if case.row is None else case.row + 2)
    assert facts["value"] == case.value


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_strict_refuses(case: Case) -> None:
    with pytest.raises(orgnet.ValidationError) as caught:
        from_tables(*as_frames(case))
    assert case.code in set(caught.value.findings.table["code"])
    assert finding(caught.value.findings, case)["message"] in str(caught.value)


@pytest.mark.parametrize("case", KEPT, ids=lambda case: case.name)
def test_strict_keeps_what_is_no_refusal(case: Case) -> None:
    net = from_tables(*as_frames(case))
    assert net.ids.tolist() == case.left
    assert net.n_ties == case.n_ties


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_not_strict_sets_refused_rows_aside(case: Case) -> None:
    net = from_tables(*as_frames(case), strict=False)
    assert net.ids.tolist() == case.left
    assert net.n_ties == case.n_ties
    assert net.findings.ok == (case.severity not in {"refused", "error"})


def test_of_conflicting_ids_the_first_is_kept() -> None:
    net = from_tables({"unit_id": ["a", "a", "a"], "name": ["first", "second", "first"]}, strict=False)
    assert net.units["name"].tolist() == ["first"]
    assert net.findings.accounts.to_dict("records") == [
        {"source": "units", "rows_in": 3, "kept": 1, "merged": 1, "set_aside": 1}
    ]


def test_one_error_lists_all() -> None:
    units = {"unit_id": ["a", None, "b", "a"], "name": ["x", "y", "z", "other"]}
    ties = {
        "source": ["a", "a", "b", "a", "q"],
        "target": ["a", "b", "a", "b", "b"],
        "layer": ["collab", "nowhere", "collab", "covers", "covers"],
        "weight": [1, 1, -1, 0, 1],
    }
    with pytest.raises(orgnet.ValidationError) as caught:
        from_tables(units, ties)
    refused = caught.value.findings.table.query("severity == 'refused'")["code"].tolist()
    assert sorted(refused) == [
        "tie.dangling",
        "tie.layer_unknown",
        "tie.self",
        "tie.weight_bad",
        "tie.weight_bad",
        "unit.id_conflict",
        "unit.id_missing",
    ]
    assert len(str(caught.value).splitlines()) == 1 + len(refused)


def test_an_error_is_also_what_a_caller_expects() -> None:
    with pytest.raises(ValueError, match="refused for 1 faults"):
        from_tables({"unit_id": [None]})


def test_every_source_has_its_account() -> None:
    net = from_tables(
        {"unit_id": ["a", "b", "b", None, "c"], "superior_id": ["c", "a", "a", "a", "nowhere"]},
        {"source": ["a", "a", "b"], "target": ["b", "b", "zz"], "layer": ["command", "command", "collab"]},
        strict=False,
    )
    assert net.findings.accounts.to_dict("records") == [
        {"source": "units", "rows_in": 5, "kept": 3, "merged": 1, "set_aside": 1},
        {"source": "ties", "rows_in": 3, "kept": 1, "merged": 1, "set_aside": 1},
        {"source": "units, superior", "rows_in": 3, "kept": 1, "merged": 1, "set_aside": 1},
    ]
    assert net.ties[["source", "target", "layer"]].to_numpy().tolist() == [["a", "b", "command"], ["c", "a", "command"]]


def test_a_tie_table_without_a_unit_table(tmp_path: Path) -> None:
    (tmp_path / "edges.csv").write_text("source,target,layer\na,b,collab\nb,c,collab\n", encoding="utf-8")
    found = orgnet.check(tmp_path)
    assert found.table["code"].tolist() == ["table.no_units"]
    assert found.accounts.to_dict("records") == [
        {"source": "edges.csv", "rows_in": 2, "kept": 0, "merged": 0, "set_aside": 2}
    ]
    with pytest.raises(orgnet.ValidationError, match=r"edges\.csv"):
        orgnet.read(tmp_path)


def test_a_superior_has_nothing_to_say_about_strength() -> None:
    net = from_tables(
        {"unit_id": ["a", "b"], "superior_id": [None, "a"]},
        {"source": ["a"], "target": ["b"], "layer": ["command"], "weight": [5.0]},
    )
    assert net.ties["weight"].tolist() == [5.0]
    assert net.findings.table.query("source == 'units, superior'")["code"].tolist() == ["tie.merged"]


def test_a_later_row_that_says_less_is_merged() -> None:
    ties = {"source": ["a", "a"], "target": ["b", "b"], "layer": ["guides", "guides"], "note": ["x", None]}
    assert from_tables(PAIR, ties).findings.table["code"].tolist() == ["tie.merged"]


@pytest.mark.parametrize("field", ["tie_type", "since", "until"])
def test_ties_that_differ_in_what_identifies_them_are_parallel(field: str) -> None:
    values = {"tie_type": ["x", None], "since": ["2020-01-01", "2021-01-01"], "until": ["2020-01-01", None]}[field]
    ties = {"source": ["a", "a"], "target": ["b", "b"], "layer": ["collab", "collab"], field: values}
    net = from_tables(PAIR, ties)
    assert net.n_ties == 2
    assert net.findings.accounts["merged"].tolist() == [0, 0]


def test_directed_ties_the_other_way_are_other_ties() -> None:
    ties = {"source": ["a", "b"], "target": ["b", "a"], "layer": ["covers", "covers"]}
    assert from_tables(PAIR, ties).n_ties == 2


def test_a_blank_weight_is_one_and_a_note() -> None:
    ties = {"source": ["a", "a"], "target": ["b", "b"], "layer": ["collab", "guides"], "weight": [" ", "2"]}
    net = from_tables(PAIR, ties)
    assert net.ties["weight"].tolist() == [1.0, 2.0]
    assert net.findings.table["code"].tolist() == ["tie.weight_default"]


@pytest.mark.parametrize("n", [2, 5, 60])
def test_a_deep_cycle_is_one_finding(n: int) -> None:
    ids = [f"u{number}" for number in range(n)]
    found = orgnet.check({"unit_id": ids, "superior_id": ids[1:] + ids[:1]})
    cycles = found.table.query("code == 'command.cycle'")
    assert cycles["count"].tolist() == [n]
    assert ("..." in cycles["other"].iloc[0]) == (n > 10)


def test_two_cycles_are_two_findings() -> None:
    found = orgnet.check({"unit_id": ["a", "b", "c", "d", "e"], "superior_id": ["b", "a", "d", "c", "a"]})
    assert found.table.query("code == 'command.cycle'")["other"].tolist() == ["a, b", "c, d"]


@pytest.mark.parametrize(
    ("wanted", "ids", "hint"),
    [
        ("10101", ["010101"], "differs by leading zeros"),
        ("010101", ["10101"], "differs by leading zeros"),
        ("ab", ["AB"], "differs by upper and lower case"),
        ("branch-11", ["branch-12"], "Did you mean 'branch-12'?"),
    ],
)
def test_a_dangling_end_gets_a_hint(wanted: str, ids: list[str], hint: str) -> None:
    found = orgnet.check({"unit_id": [*ids, "other"]}, tied(wanted, "other"))
    assert hint in found.table.query("code == 'tie.dangling'")["other"].iloc[0]
    found = orgnet.check({"unit_id": [*ids, "other"], "superior_id": [None] * len(ids) + [wanted]})
    assert hint in found.table.query("code == 'unit.superior_outside'")["other"].iloc[0]


@pytest.mark.parametrize(
    ("layer", "expected"), [("contains", ["a", "b"]), ("report", ["b", "a"]), ("collab", ["a", "b"])]
)
def test_the_superior_column_becomes_ties_of_a_layer(layer: str, expected: list[str]) -> None:
    net = from_tables({"unit_id": ["b", "a"], "superior_id": ["a", None]}, superior_layer=layer)
    assert net.ties[["source", "target"]].to_numpy().tolist() == [expected]
    assert net.layers == (layer,)
    assert "superior_id" not in net.units


def test_a_superior_layer_must_be_known() -> None:
    with pytest.raises(orgnet.OptionError, match="Did you mean 'contains'"):
        from_tables({"unit_id": ["a"]}, superior_layer="contain")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"founded": ["2020-01-01", "2021-01-01"]}, "2021-01-01"),
        ({"founded": ["2020-01-01", None], "last_election": ["2022-06-01", None]}, "2022-06-01"),
        ({"founded": ["2020-01-01", None], "term_end": ["2030-06-01", None]}, "2020-01-01"),
        ({}, None),
    ],
)
def test_the_date_is_the_latest_beginning(facts: Columns, expected: str | None) -> None:
    net = from_tables({"unit_id": ["a", "b"], **facts})
    assert (None if net.as_of is None else net.as_of.isoformat()) == expected


def test_the_beginning_of_a_tie_counts_and_its_end_does_not() -> None:
    net = from_tables(PAIR, tied("a", "b", since="2023-03-01", until="2031-01-01"))
    assert str(net.as_of) == "2023-03-01"
    assert str(from_tables(PAIR, tied("a", "b"), as_of="2024-12-31").as_of) == "2024-12-31"


@pytest.mark.parametrize("given", ["today", "now", "2025-13-01", 20250101, pd.NaT, "soon"])
def test_a_date_that_is_none_is_refused(given: Any) -> None:  # noqa: ANN401 - what callers may hand in
    with pytest.raises(orgnet.OptionError, match="is not a date; write it as"):
        from_tables({"unit_id": ["a"]}, as_of=given)


def found(
    units: Any,  # noqa: ANN401 - what the door takes
    ties: dict[str, Any] | None = None,
    **options: Any,
) -> list[tuple[str, str, str, int]]:
    table = orgnet.check(units, ties, **options).table
    return list(table[["code", "value", "other", "count"]].itertuples(index=False, name=None))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"kind": "企业"}, {"kind": " 公司 "}),
        ({"formation": "联建"}, {"formation": "joint"}),
        ({"name": "Ａ社"}, {"name": "A社 "}),
    ],
)
def test_the_same_facts_in_other_words_are_a_repeat(first: dict[str, str], second: dict[str, str]) -> None:
    table = pd.DataFrame([{"unit_id": "a"} | first, {"unit_id": "a"} | second])
    assert "unit.merged" in [code for code, *_ in found(table)]


def test_other_facts_are_a_conflict() -> None:
    assert "unit.id_conflict" in [code for code, *_ in found({"unit_id": ["a", "a"], "kind": ["企业", "网格"]})]


@pytest.mark.parametrize(
    ("word", "read"),
    [("独立组建", "sole"), ("单建", "sole"), ("行业联建", "joint"), ("挂靠", "joint"), ("临时党支部", "temporary")],
)
def test_the_usual_words_for_a_formation(word: str, read: str) -> None:
    net = from_tables({"unit_id": ["a"], "formation": [word]})
    assert net.units["formation"].tolist() == [read]


def test_an_unknown_formation_is_kept_and_said_once_a_word() -> None:
    units = {"unit_id": ["a", "b", "c"], "kind": "enterprise", "formation": ["漂流", "漂流", "sole"]}
    assert found(units) == [("unit.formation_unknown", "漂流", "", 2)]
    assert from_tables(units).units["formation"].tolist() == ["漂流", "漂流", "sole"]


def test_a_status_that_says_nothing_of_a_host_is_said_once_a_word() -> None:
    status = ["存续（在营、开业、在册）", "Closed", "筹建", "筹建", "筹建", None]
    kinds = ["enterprise"] * 4 + ["grid", "enterprise"]
    units = {"unit_id": list("abcdef"), "kind": kinds, "status": status}
    assert found(units) == [("unit.status_unknown", "筹建", "", 2)]
    assert found(units, rules={"coverage": {"closed_status": ["筹建", "closed"]}}) == []


def test_cover_by_a_unit_that_is_no_party_unit() -> None:
    units = {"unit_id": ["p", "g", "f"], "kind": ["党支部", "网格", "企业"]}
    ties = {"source": ["p", "g"], "target": ["f", "f"], "layer": ["covers", "covers"]}
    assert ("covers.not_party", "g", "f", 1) in found(units, ties)
    assert "p" not in [value for code, value, *_ in found(units, ties) if code == "covers.not_party"]


def test_an_empty_tie_table_keeps_its_columns() -> None:
    ties = pd.DataFrame({"source": [], "target": [], "layer": [], "latency_days": [], "note": []})
    net = from_tables({"unit_id": ["a", "b"], "superior_id": [None, "a"]}, ties)
    assert net.ties["latency_days"].dtype == "float64"
    assert "note" in net.ties
    assert from_tables({"unit_id": ["a"]}, ties).ties["latency_days"].dtype == "float64"
