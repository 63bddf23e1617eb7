"""The optional tables behind the door: their types, what is refused, and what other networks keep of them."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import python_calamine

import orgnet
from orgnet._model.disclosure import public_network
from orgnet._model.optional import MUST, TABLES, dtypes, past_dates, unit_columns
from orgnet._model.vocabulary import UNIT_FIELDS
from orgnet.build import from_tables

UNITS = {"unit_id": ["h", "a", "b", "c"], "kind": ["party_committee", "enterprise", "social_org", "grid"]}
TYPE_OF = {
    **dict.fromkeys(("unit", "text", "role"), "str"),
    "date": "datetime64[us]",
    "number": "float64",
    "flag": "boolean",
}
EVENTS = {
    "unit_id": ["h", "a", "b", "a"],
    "event_id": ["e1", "e1", "e1", "e2"],
    "date": ["2025-03-01", "2025-03-01", "2025-03-01", "2025-04"],
    "event_type": "joint meeting",
    "role": ["主办", "参加", "缺席", None],
    "attendances": [12, 12, 12, None],
}


@pytest.fixture(scope="module")
def net() -> orgnet.OrgNetwork:
    return from_tables(UNITS, {"source": ["h"], "target": ["a"], "layer": ["command"]})


def row(name: str) -> dict[str, list[str]]:
    """A table with one row that names what it must, of unit a (and b)."""
    ids = iter("ab")
    return {column: [next(ids) if TABLES[name][column] == "unit" else "x"] for column in MUST[name]}


@pytest.mark.parametrize("name", TABLES)
def test_every_column_is_there_in_its_type(net: orgnet.OrgNetwork, name: str) -> None:
    expected = {column: TYPE_OF[holds] for column, holds in TABLES[name].items()}
    assert dtypes(name) == expected
    table = net.with_tables(**{name: row(name)}).tables[name]
    assert {column: str(dtype) for column, dtype in table.dtypes.items()} == expected
    empty = net.with_tables(**{name: {column: [] for column in MUST[name]}}).tables[name]
    assert ({column: str(dtype) for column, dtype in empty.dtypes.items()}, len(empty)) == (expected, 0)
    blank = [column for column in TABLES[name] if column not in {*MUST[name], "role", "event_id"}]
    assert table[blank].isna().to_numpy().all()


def test_values_are_read_as_in_a_file(net: orgnet.OrgNetwork) -> None:
    table = net.with_tables(events=EVENTS).tables["events"]
    assert table["role"].tolist() == ["organiser", "participant", "absent", "participant"]
    assert table["date"].tolist() == [*[pd.Timestamp("2025-03-01")] * 3, pd.Timestamp("2025-04-01")]
    assert table["attendances"].fillna(-1).tolist() == [12, 12, 12, -1]
    given = {"unit_id": ["a", "a"], "filled": ["是", "否"], "full_time": [None, True]}
    posts = net.with_tables(posts=given).tables["posts"]
    assert posts["filled"].tolist() == [True, False]
    assert posts["full_time"].fillna(value=False).tolist() == [False, True]
    messages = {"source": ["h"], "target": ["a"], "sent": ["2025年6月1日"], "due_days": ["5天"]}
    sent, due = net.with_tables(messages=messages).tables["messages"].loc[0, ["sent", "due_days"]]
    assert (sent, due) == (pd.Timestamp("2025-06-01"), 5)


def test_a_row_without_an_event_is_an_event_of_its_own(net: orgnet.OrgNetwork) -> None:
    table = net.with_tables(events={"unit_id": ["a", "b", "c"], "event_id": [None, 7, None]}).tables["events"]
    assert table["event_id"].tolist() == ["events 0", "7", "events 2"]


@pytest.mark.parametrize(
    ("tables", "code"),
    [
        ({"events": {"unit_id": ["a", "nobody"]}}, "optional.unit_unknown"),
        ({"posts": {"unit_id": ["a"], "concurrent_unit": ["nobody"]}}, "optional.unit_unknown"),
        ({"messages": {"source": ["a"], "target": [None]}}, "optional.end_missing"),
        ({"items": {"unit_id": ["a", "b"], "item": ["x", ""]}}, "optional.end_missing"),
        ({"services": {"service": ["x"]}}, "table.missing_column"),
        ({"events": {"unit_id": ["a"], "role": ["onlooker"]}}, "optional.role_unknown"),
        ({"services": {"provider": ["a"], "capacity": ["many"]}}, "value.unreadable"),
        ({"services": {"provider": ["a"], "metres": [-1]}}, "value.out_of_range"),
        ({"posts": {"unit_id": ["a"], "filled": ["perhaps"]}}, "flag.unreadable"),
        ({"posts": {"unit_id": ["a"], "姓名": ["某某"]}}, "column.personal"),
        ({"messages": {"source": ["a"], "target": ["b"], "topic": ["19900000000"]}}, "value.personal"),
        ({"events": {"unit_id": ["a"], "remark": ["call 13800000000"]}}, "column.personal"),
    ],
)
def test_what_a_file_would_have_refused_or_lost_is_an_error(
    net: orgnet.OrgNetwork, tables: dict[str, Any], code: str
) -> None:
    with pytest.raises(orgnet.ValidationError) as error:
        net.with_tables(**tables)
    assert code in set(error.value.findings.table["code"])


def test_what_is_no_optional_table(net: orgnet.OrgNetwork) -> None:
    with pytest.raises(orgnet.OptionError, match=r"no optional table 'event'.*Did you mean 'events'"):
        net.with_tables(event={"unit_id": ["a"]})
    for wrong in ({"unit_id": "a"}, {"unit_id": ["a", "b"], "date": ["2025-01-01"]}):
        with pytest.raises(orgnet.OptionError, match="events is no table"):
            net.with_tables(events=wrong)


def test_tables_are_set_replaced_and_taken_out_and_the_old_network_stays(net: orgnet.OrgNetwork) -> None:
    two = net.with_tables(events=EVENTS, items={"unit_id": ["c"], "item": ["x"]})
    other = two.with_tables(events={"unit_id": ["c"]})
    assert (len(two.tables["events"]), len(other.tables["events"]), len(other.tables["items"])) == (4, 1, 1)
    assert list(two.with_tables(events=None, posts=None).tables) == ["items"]
    assert net.tables == {}
    assert two.provenance[-1] == {"step": "with_tables", "tables": ["events", "items"]}
    table = two.tables["events"]
    table["unit_id"] = "z"
    assert two.tables["events"]["unit_id"].tolist() == ["h", "a", "b", "a"]
    pd.testing.assert_frame_equal(two.ties, net.ties)


def test_columns_that_are_no_fields_are_kept(net: orgnet.OrgNetwork) -> None:
    table = net.with_tables(items={"unit_id": ["a"], "item": ["x"], "hours": [2.5]}).tables["items"]
    assert list(table) == [*TABLES["items"], "hours"]
    assert table["hours"].tolist() == [2.5]


def test_the_order_of_rows_says_nothing(net: orgnet.OrgNetwork) -> None:
    frame = pd.DataFrame(EVENTS)
    turned = frame.iloc[::-1]
    one, other = (net.with_tables(events=table).tables["events"] for table in (frame, turned))
    pd.testing.assert_frame_equal(other.iloc[::-1].reset_index(drop=True), one)


def test_a_part_of_the_network_keeps_the_rows_whose_units_are_all_in_it(net: orgnet.OrgNetwork) -> None:
    posts = {"unit_id": ["h", "h", "a"], "concurrent_unit": ["a", "b", None]}
    messages = {"source": ["h", "a"], "target": ["a", "c"]}
    whole = net.with_tables(events=EVENTS, posts=posts, messages=messages)
    for part in (whole.select(units=["h", "a"]), whole.without(["b", "c"]), whole.ego("h")):
        assert part.ids.tolist() == ["h", "a"]
        assert part.tables["events"]["unit_id"].tolist() == ["h", "a", "a"]
        assert part.tables["posts"]["concurrent_unit"].fillna("").tolist() == ["a", ""]
        assert part.tables["messages"]["target"].tolist() == ["a"]
    assert {name: len(table) for name, table in whole.select(layers="collab").tables.items()} == {
        "events": 4,
        "posts": 3,
        "messages": 2,
    }


def test_other_changes_and_other_processes_keep_the_tables(net: orgnet.OrgNetwork) -> None:
    whole = net.with_tables(events=EVENTS)
    more = {"source": ["a"], "target": ["b"], "layer": ["collab"]}
    for other in (
        whole.with_units(staff=1),
        whole.with_ties(pd.DataFrame(more)),
        pickle.loads(pickle.dumps(whole)),  # noqa: S301 - made here
    ):
        pd.testing.assert_frame_equal(other.tables["events"], whole.tables["events"])


def test_nothing_of_them_is_public(net: orgnet.OrgNetwork, tmp_path: Path) -> None:
    services = {"provider": ["h"], "receiver": ["c"], "service": ["secret service"]}
    whole = net.with_tables(events=EVENTS, services=services)
    assert public_network(whole).tables == {}
    for name in ("folder", "net.xlsx", "net.json"):
        orgnet.write(whole, tmp_path / "in" / name)
        orgnet.write(whole, tmp_path / "out" / name, audience="public")
    assert {file.name for file in (tmp_path / "in" / "folder").iterdir()} == {
        *("units.csv", "ties.csv", "events.csv", "services.csv"),
    }
    assert {file.name for file in (tmp_path / "out" / "folder").iterdir()} == {"units.csv", "ties.csv"}
    assert "secret service" in (tmp_path / "in" / "net.json").read_text(encoding="utf-8")
    assert "secret service" not in (tmp_path / "out" / "net.json").read_text(encoding="utf-8")
    book = python_calamine.CalamineWorkbook.from_path(tmp_path / "out" / "net.xlsx")
    assert book.sheet_names == ["units", "ties", "about"]
    with pytest.raises(orgnet.InputError, match=r"events\.csv exists and this network has no such table"):
        orgnet.write(whole, tmp_path / "in" / "folder", audience="public")


@pytest.mark.parametrize("n", [0, 1])
def test_networks_of_no_unit_and_one(n: int) -> None:
    ids = ["a"] * n
    net = from_tables({"unit_id": ids}).with_tables(**{name: dict.fromkeys(MUST[name], ids) for name in TABLES})
    assert [len(table) for table in net.tables.values()] == [n] * len(TABLES)
    assert [len(table) for table in net.select(units=[]).tables.values()] == [0] * len(TABLES)


def test_ends_and_terms_are_no_dates_of_the_past() -> None:
    assert past_dates("posts") == past_dates("services") == ("since",)
    assert past_dates("messages") == ("sent", "acknowledged", "acted", "closed")
    assert unit_columns("posts") == ("unit_id", "concurrent_unit")


def test_the_data_model_explains_every_column_and_field() -> None:
    page = (Path(__file__).parents[1] / "docs" / "data-model.md").read_text(encoding="utf-8")
    for name, columns in TABLES.items():
        section = page.split(f"**{name}**", 1)[1].split("\n**", 1)[0]
        for column in columns:
            star = "*" if column in MUST[name] else ""
            assert f"`{column}`{star}" in section, (name, column)
    assert [field for field in UNIT_FIELDS if f"`{field}`" not in page] == []


def test_a_hundred_thousand_rows_take_no_loop_over_them() -> None:
    n = 100_000
    net = from_tables({"unit_id": [f"u{i}" for i in range(1_000)], "kind": "enterprise"})
    ids = np.array(net.ids)[np.arange(n) % 1_000]
    table = net.with_tables(events={"unit_id": ids, "event_id": np.arange(n) // 5}).tables["events"]
    assert (len(table), table["event_id"].nunique()) == (n, n // 5)
