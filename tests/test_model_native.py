"""The native file: what goes in comes out, the same bytes for the same network, and nothing else gets in."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model_networks import networks

import orgnet
from orgnet.build import from_tables

if TYPE_CHECKING:
    from pathlib import Path

    from orgnet._model.network import OrgNetwork


def assert_same(one: OrgNetwork, other: OrgNetwork) -> None:
    pd.testing.assert_frame_equal(one.units, other.units)
    pd.testing.assert_frame_equal(one.ties, other.ties)
    pd.testing.assert_frame_equal(one.findings.table, other.findings.table)
    pd.testing.assert_frame_equal(one.findings.accounts, other.findings.accounts)
    assert (one.ends == other.ends).all()
    assert one.ends.dtype == other.ends.dtype
    assert not other.ends.flags.writeable
    assert one.rules == other.rules
    assert one.provenance == other.provenance
    assert one.as_of == other.as_of
    assert list(one.tables) == list(other.tables)
    for name, table in one.tables.items():
        pd.testing.assert_frame_equal(table, other.tables[name])


@given(net=networks(), local=st.booleans())
@settings(max_examples=25)
def test_there_and_back(tmp_path_factory: pytest.TempPathFactory, *, net: OrgNetwork, local: bool) -> None:
    if local:
        net = from_tables(net.units, net.ties, rules={"name": "local", "coverage": {"three_have_staff": 5}})
        net = net.select(units=net.ids[::2], at="2020-01-01")
    path = tmp_path_factory.mktemp("native") / "net.orgnet"
    assert orgnet.write(net, path) == path
    first = path.read_bytes()
    again = orgnet.read(path)
    assert_same(net, again)
    orgnet.write(again, path)
    assert path.read_bytes() == first


def test_findings_can_be_checked_again(tmp_path: Path) -> None:
    net = from_tables({"unit_id": ["a", None]}, strict=False)
    path = orgnet.write(net, tmp_path / "net.orgnet")
    pd.testing.assert_frame_equal(orgnet.check(path).table, net.findings.table)


@pytest.mark.parametrize(
    "extra",
    [
        pd.Categorical(["x", "y"], categories=["y", "x"], ordered=True),
        pd.array([1, None], dtype="Int64"),
        pd.Series(["2024-01-01", None], dtype="datetime64[us]").dt.tz_localize("Asia/Shanghai"),
        [True, False],
        [0.1, float("nan")],
        ["甲\n", None],
    ],
)
def test_extra_columns_there_and_back(tmp_path: Path, extra: Any) -> None:  # noqa: ANN401 - whatever pandas takes
    net = from_tables(
        {"unit_id": ["a", "b"], "extra": extra, "superior_id": [None, "a"]},
        {"source": ["a"], "target": ["b"], "layer": ["collab"], "formal": [True]},
    )
    assert_same(net, orgnet.read(orgnet.write(net, tmp_path / "net.orgnet")))


def test_the_empty_network(tmp_path: Path) -> None:
    net = from_tables({"unit_id": []})
    assert_same(net, orgnet.read(orgnet.write(net, tmp_path / "net.orgnet")))


@pytest.mark.parametrize("extra", [["a", 1], [{1}, {2}], [[1], [2]], [1 << 70, 1], [1 + 2j, 0], pd.Categorical([1, 2])])
def test_columns_without_one_type_are_refused_politely(tmp_path: Path, extra: list[Any]) -> None:
    net = from_tables({"unit_id": ["a", "b"], "extra": extra})
    with pytest.raises(orgnet.FormatError, match="Give every extra column one type"):
        orgnet.write(net, tmp_path / "net.orgnet")
    assert not list(tmp_path.iterdir())


def test_other_endings_and_places_that_cannot_be_written(tmp_path: Path) -> None:
    net = from_tables({"unit_id": ["a"]})
    with pytest.raises(orgnet.OptionError, match="ends in none of"):
        orgnet.write(net, tmp_path / "net.docx")
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(orgnet.InputError, match="cannot write"):
        orgnet.write(net, tmp_path / "file" / "net.orgnet")
    (tmp_path / "folder.orgnet").mkdir()
    with pytest.raises(OSError, match="cannot write"):
        orgnet.write(net, tmp_path / "folder.orgnet")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder.orgnet"]


def test_an_old_file_is_replaced_and_folders_are_made(tmp_path: Path) -> None:
    path = tmp_path / "new" / "net.orgnet"
    orgnet.write(from_tables({"unit_id": ["a"]}), path)
    orgnet.write(from_tables({"unit_id": ["b"]}), path)
    assert orgnet.read(path).ids.tolist() == ["b"]
    assert [file.name for file in path.parent.iterdir()] == ["net.orgnet"]


@pytest.mark.parametrize(
    "option",
    [
        *({"as_of": "2024-01-01"}, {"columns": {"a": "name"}}, {"drop": ["a"]}, {"rules": {}}, {"ties": "x.csv"}),
        *({"superior_layer": "contains"}, {"encoding": "gb18030"}),
    ],
)
def test_options_of_the_door_do_not_apply(tmp_path: Path, option: dict[str, Any]) -> None:
    path = orgnet.write(from_tables({"unit_id": ["a"]}), tmp_path / "net.orgnet")
    for door in (orgnet.read, orgnet.check):
        with pytest.raises(orgnet.OptionError, match="whole and exact"):
            door(path, **option)


# --- files that are not ours


def native(tmp_path: Path) -> dict[str, bytes]:
    net = from_tables({"unit_id": ["a", "b"]}, {"source": ["a"], "target": ["b"], "layer": ["collab"]})
    with zipfile.ZipFile(orgnet.write(net, tmp_path / "good.orgnet")) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def parquet(frame: pd.DataFrame) -> bytes:
    out = io.BytesIO()
    frame.to_parquet(out, index=False)
    return out.getvalue()


def with_about(members: dict[str, bytes], **changes: Any) -> dict[str, bytes]:
    about = json.loads(members["about.json"]) | changes
    return members | {
        "about.json": json.dumps({key: value for key, value in about.items() if value != "gone"}).encode()
    }


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "new.orgnet", with_about(native(tmp_path), schema=99))
    with pytest.raises(orgnet.FormatError, match=r"newer orgnet \(schema 99, this one reads 1\); update orgnet"):
        orgnet.read(path)


@pytest.mark.parametrize(
    "change",
    [
        {"about.json": b"{"},
        {"about.json": b"[]"},
        {"about.json": b"\xff"},
        {"units.parquet": b"PAR1"},
        {"units.parquet": b"PAR1" + bytes(100) + b"PAR1"},
        {"ties.parquet": b""},
        {"units.parquet": parquet(pd.DataFrame({"id": ["a", "b"]}))},
        {"units.parquet": parquet(pd.DataFrame({"unit_id": ["a", "a"]}))},
        {"units.parquet": parquet(pd.DataFrame({"unit_id": ["a"]}))},
        {"ties.parquet": parquet(pd.DataFrame({"source": ["a"]}))},
        {"findings.parquet": parquet(pd.DataFrame({"code": ["x"]}))},
    ],
)
def test_members_that_are_damaged(tmp_path: Path, change: dict[str, bytes]) -> None:
    path = zipped(tmp_path / "bad.orgnet", native(tmp_path) | change)
    with pytest.raises(orgnet.FormatError, match=r"bad\.orgnet is no orgnet file, or is damaged"):
        orgnet.read(path)


@pytest.mark.parametrize("key", ["schema", "rules", "provenance", "accounts", "as_of"])
@pytest.mark.parametrize("value", ["gone", "nonsense", 5])
def test_pages_that_are_damaged(tmp_path: Path, key: str, value: object) -> None:
    if (key, value) == ("schema", 5):
        value = "1"
    path = zipped(tmp_path / "bad.orgnet", with_about(native(tmp_path), **{key: value}))
    with pytest.raises(orgnet.FormatError, match="no orgnet file"):
        orgnet.read(path)


@pytest.mark.parametrize("gone", ["about.json", "units.parquet", "ties.parquet", "findings.parquet"])
def test_members_that_are_missing(tmp_path: Path, gone: str) -> None:
    members = native(tmp_path)
    del members[gone]
    with pytest.raises(orgnet.FormatError, match=gone):
        orgnet.read(zipped(tmp_path / "bad.orgnet", members))


def test_files_that_are_cut_or_changed_anywhere(tmp_path: Path) -> None:
    native(tmp_path)
    whole = (tmp_path / "good.orgnet").read_bytes()
    path = tmp_path / "bad.orgnet"
    for at in range(0, len(whole), len(whole) // 40):
        path.write_bytes(whole[:at])
        with pytest.raises(orgnet.FormatError):
            orgnet.read(path)
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        try:
            again = orgnet.read(path)
        except orgnet.FormatError:
            continue
        assert again.n_units == 2  # a byte of the wrapping that says nothing about the content


def test_a_text_under_this_name(tmp_path: Path) -> None:
    (tmp_path / "text.orgnet").write_text("id\na\n", encoding="utf-8")
    with pytest.raises(ValueError, match="no orgnet file"):
        orgnet.read(tmp_path / "text.orgnet")
    with pytest.raises(orgnet.InputError, match="does not exist"):
        orgnet.read(tmp_path / "missing.orgnet")


def changed(tmp_path: Path, table: str, columns: dict[str, Any]) -> Path:
    """Write a good file in which one table has other columns; None takes a column out."""
    members = native(tmp_path)
    frame = pd.read_parquet(io.BytesIO(members[f"{table}.parquet"]))
    gone = [column for column, values in columns.items() if values is None]
    frame = frame.assign(**{key: values for key, values in columns.items() if values is not None}).drop(columns=gone)
    return zipped(tmp_path / "bad.orgnet", members | {f"{table}.parquet": parquet(frame)})


@pytest.mark.parametrize(
    ("name", "columns", "match"),
    [
        ("units", {"name": None}, "units without a column 'name'"),
        ("units", {"staff": ["1", "2"]}, "column 'staff' of units is str, not float64"),
        ("units", {"has_union": [1.0, 0.0]}, "column 'has_union' of units is float64, not boolean"),
        ("units", {"founded": ["2020-01-01", None]}, "column 'founded'"),
        ("units", {"手机": ["x", "y"]}, "personal data in column '手机'"),
        ("units", {"extra": ["19900000000", "y"]}, "personal data in column 'extra'"),
        ("units", {"name": ["19900000000", "y"]}, "personal data in column 'name'"),
        ("ties", {"weight": None}, "ties without a column 'weight'"),
        ("ties", {"weight": [0.0]}, "weights that are not above 0"),
        ("ties", {"weight": [float("inf")]}, "weights that are not above 0"),
        ("ties", {"weight": [float("nan")]}, "weights that are not above 0"),
        ("ties", {"layer": ["sideways"]}, "a layer that is not known"),
        ("ties", {"target": ["a"]}, "tied to itself"),
        ("ties", {"联系电话": ["x"]}, "personal data in column '联系电话'"),
        ("findings", {"code": ["no.such"]}, "code is not known"),
    ],
)
def test_tables_that_another_program_changed(tmp_path: Path, name: str, columns: dict[str, Any], match: str) -> None:
    with pytest.raises(orgnet.FormatError, match=match):
        orgnet.read(changed(tmp_path, name, columns))


@pytest.mark.parametrize(
    "values", [{"coverage": 5}, {"coverage": {"three_have_staff": "x"}}, {"nonsense": {}}, {"date": 5}]
)
def test_rules_that_another_program_changed(tmp_path: Path, values: dict[str, Any]) -> None:
    members = native(tmp_path)
    rules = json.loads(members["about.json"])["rules"]
    about = with_about(members, rules=rules | {"values": rules["values"] | values})
    with pytest.raises(orgnet.FormatError):
        orgnet.read(zipped(tmp_path / "bad.orgnet", about))


# --- optional tables


def with_tables() -> OrgNetwork:
    return from_tables({"unit_id": ["a", "b"], "kind": "grid"}).with_tables(
        events={"unit_id": ["a", "b"], "event_id": "1", "date": ["2025-01-01", None], "role": ["主办", None]},
        posts={"unit_id": ["a"], "concurrent_unit": ["b"], "filled": [True], "extra": [2.5]},
        items={"unit_id": [], "item": []},
    )


def test_optional_tables_there_and_back(tmp_path: Path) -> None:
    net = with_tables()
    path = orgnet.write(net, tmp_path / "net.orgnet")
    first = path.read_bytes()
    again = orgnet.read(path)
    assert_same(net, again)
    assert again.tables["posts"]["extra"].tolist() == [2.5]
    orgnet.write(again, path)
    assert path.read_bytes() == first
    with zipfile.ZipFile(path) as archive:
        assert {name for name in archive.namelist() if "/" in name} == {
            f"tables/{name}.parquet" for name in ("events", "posts", "items")
        }


def test_a_file_of_before_there_were_optional_tables(tmp_path: Path) -> None:
    path = zipped(tmp_path / "old.orgnet", with_about(native(tmp_path), tables="gone"))
    assert orgnet.read(path).tables == {}


@pytest.mark.parametrize(
    ("columns", "match"),
    [
        ({"unit_id": ["a", "z"]}, "z is no unit of the file"),
        ({"unit_id": ["a", None]}, "events, row 1"),
        ({"unit_id": None}, "events without a column 'unit_id'"),
        ({"attendances": None}, "events without a column 'attendances'"),
        ({"attendances": ["1", "2"]}, "column 'attendances' of events is str, not float64"),
        ({"date": ["2025-01-01", "x"]}, "column 'date' of events"),
        ({"attendances": [-1.0, 2.0]}, "-1"),
        ({"role": ["onlooker", "absent"]}, "onlooker"),
        ({"手机": ["x", "y"]}, "手机"),
        ({"event_type": ["19900000000", "y"]}, "event_type"),
    ],
)
def test_optional_tables_that_another_program_changed(tmp_path: Path, columns: dict[str, Any], match: str) -> None:
    with zipfile.ZipFile(orgnet.write(with_tables(), tmp_path / "good.orgnet")) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    frame = pd.read_parquet(io.BytesIO(members["tables/events.parquet"]))
    gone = [column for column, values in columns.items() if values is None]
    frame = frame.drop(columns=gone).assign(**{key: values for key, values in columns.items() if values is not None})
    path = zipped(tmp_path / "bad.orgnet", members | {"tables/events.parquet": parquet(frame)})
    with pytest.raises(orgnet.FormatError, match=match):
        orgnet.read(path)


@pytest.mark.parametrize("named", [["nonsense"], ["services"], 5, "events"])
def test_optional_tables_that_are_named_and_not_there(tmp_path: Path, named: object) -> None:
    path = zipped(tmp_path / "bad.orgnet", with_about(native(tmp_path), tables=named))
    with pytest.raises(orgnet.FormatError, match="no orgnet file"):
        orgnet.read(path)
