"""Rule sets: by name, file and mapping; what is not known, or of another type, is an error."""

from __future__ import annotations

import datetime as dt
import json
import pickle
from typing import TYPE_CHECKING, Any

import pytest

import orgnet
from orgnet._model.rules import Rules, load_rules
from orgnet.build import from_tables

if TYPE_CHECKING:
    from pathlib import Path


def test_the_built_in_rules() -> None:
    rules = load_rules()
    assert rules.label == "cn 2026.1"
    assert repr(rules) == "<Rules cn 2026.1>"
    assert rules["coverage"]["eligible_full_members"] == 3
    assert rules["joint"]["most_hosts"] == 5
    assert rules["date"] == dt.date(2026, 1, 1)
    for section in (rules["coverage"], rules["joint"]):
        assert all(set(source) == {"text", "sureness"} for source in section["sources"].values())
        assert set(section["sources"]) <= set(section)


def test_a_mapping_holds_what_differs() -> None:
    rules = load_rules({"coverage": {"three_have_staff": 20}})
    assert rules.label == "local (changes cn 2026.1)"
    assert rules["coverage"] == load_rules()["coverage"] | {"three_have_staff": 20}
    assert load_rules()["coverage"]["three_have_staff"] == 10
    assert load_rules(rules) is rules


def test_a_file(tmp_path: Path) -> None:
    path = tmp_path / "杭州.toml"
    path.write_text(
        '\ufeffversion = "3"\ndate = 2026-05-01\n[joint]\nmost_hosts = 4\n'
        '[joint.sources]\nmost_hosts = { text = "x" }\n',
        encoding="utf-8",
    )
    rules = load_rules(path)
    assert rules == load_rules(str(path))
    assert rules.label == "杭州 3"
    assert rules["joint"]["most_hosts"] == 4
    assert rules["date"] == dt.date(2026, 5, 1)
    assert from_tables({"unit_id": ["a"]}, rules=path).rules == rules


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"covrage": {}}, "'covrage' is not known.*Did you mean 'coverage'"),
        ({"coverage": {"staff": 3}}, "'coverage.staff' is not known"),
        ({"scope": {"grid_households": [500, 300]}}, "'scope.grid_households' is a band.*turn it round"),
        ({"coverage": {"three_have_staff": "10"}}, "same type as 10, not '10'"),
        ({"coverage": {"three_have_staff": 1.5}}, "same type"),
        ({"coverage": {"three_have_staff": True}}, "same type"),
        ({"coverage": {"host_kinds": "enterprise"}}, "same type"),
        ({"coverage": {"host_kinds": [1]}}, "same type"),
        ({"coverage": 5}, "same type"),
        ({"coverage": {"sources": 5}}, "same type"),
        ({"name": 5}, "same type"),
        ({"date": "2026-01-01"}, "same type"),
        (5, "rules=5 is not allowed"),
        (None, "rules=None is not allowed"),
    ],
)
def test_rules_that_are_none(given: Any, match: str) -> None:  # noqa: ANN401 - what callers may hand in
    with pytest.raises(orgnet.OptionError, match=match):
        load_rules(given)
    with pytest.raises(ValueError, match=match):
        orgnet.check({"unit_id": ["a"]}, rules=given)


def test_rules_that_are_not_there(tmp_path: Path) -> None:
    for spec in ("cm", tmp_path / "none.toml", tmp_path):
        with pytest.raises(orgnet.InputError, match="built-in ones are"):
            load_rules(spec)
    with pytest.raises(orgnet.InputError, match="Did you mean 'cn'"):
        load_rules("cnn")


@pytest.mark.parametrize("data", [b"name = ", b"\xff\xfe", b"[coverage\n"])
def test_files_that_are_no_toml(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "bad.toml").write_bytes(data)
    with pytest.raises(orgnet.OptionError, match="not readable TOML"):
        load_rules(tmp_path / "bad.toml")


def test_rules_are_frozen() -> None:
    with pytest.raises(AttributeError):
        load_rules().name = "x"  # type: ignore[misc]
    assert isinstance(load_rules(), Rules)
    for section, value in (("coverage", {}), ("joint", 5)):
        with pytest.raises(TypeError):
            load_rules()[section]["x"] = value
    with pytest.raises(TypeError):
        load_rules().values["x"] = 1  # type: ignore[index]
    assert isinstance(load_rules()["coverage"]["host_kinds"], tuple)


def test_rules_travel() -> None:
    rules = load_rules()
    assert pickle.loads(pickle.dumps(rules)) == rules  # noqa: S301 - our own bytes
    assert load_rules({"name": "cn", "version": rules.version, **rules.plain()}) == rules
    assert json.loads(json.dumps(rules.plain(), default=str))["coverage"]["host_kinds"] == ["enterprise", "social_org"]
