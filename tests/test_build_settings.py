"""What is remembered beside the data, and what an option given now does to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import orgnet
from orgnet.build import remember
from orgnet.errors import OptionError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "units.csv").write_text("编码,甲列,乙列\na,3,5\nb,4,6\n", encoding="utf-8")
    return tmp_path


def test_a_mapping_is_found_again(data: Path) -> None:
    file = remember(data, columns={"甲列": "staff"}, as_of="2024-01-31")
    assert file == data / "orgnet.toml"
    net = orgnet.read(data)
    assert net.units["staff"].tolist() == [3, 4]
    assert str(net.as_of) == "2024-01-31"
    found = net.findings.table
    assert found.loc[found["code"] == "settings.read", ["source", "value"]].to_numpy().tolist() == [
        ["orgnet.toml", "as_of, columns"]
    ]
    assert orgnet.read(data / "units.csv").units["staff"].tolist() == [3, 4]


def test_what_is_given_now_speaks_first(data: Path) -> None:
    remember(data, columns={"甲列": "staff"}, as_of="2024-01-31")
    net = orgnet.read(data, columns={"甲列": "members", "乙列": "households"}, as_of="2024-02-01")
    assert net.units["members"].tolist() == [3, 4]
    assert net.units["households"].tolist() == [5, 6]
    assert "staff" not in net.units
    assert str(net.as_of) == "2024-02-01"


def test_headings_to_leave_out_add_up(data: Path) -> None:
    remember(data, drop=["甲列"])
    assert list(orgnet.read(data, drop="乙列").units) == ["name", "kind"]


def test_remembering_more_keeps_what_was_there(data: Path) -> None:
    remember(data, columns={"甲列": "staff"}, encoding="utf-8")
    remember(data / "units.csv", columns={"乙列": "members"}, drop=None)
    assert (data / "orgnet.toml").read_text(encoding="utf-8") == (
        'encoding = "utf-8"\n\n[columns]\n"甲列" = "staff"\n"乙列" = "members"\n'
    )


def test_hostile_headings_come_back_as_they_were(data: Path) -> None:
    heading = 'a"b\\c\n=[x]\t\x7f😀'
    (data / "units.csv").write_text('编码,"a""b\\c\n=[x]\t\x7f😀"\na,3\n', encoding="utf-8")
    remember(data, columns={heading: "staff"})
    assert orgnet.read(data).units["staff"].tolist() == [3]


def test_rules_beside_the_data(data: Path) -> None:
    (data / "ours.toml").write_text('name = "ours"\n', encoding="utf-8")
    remember(data, rules="ours.toml")
    assert orgnet.read(data).rules.name == "ours"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("colums = 1", "Did you mean 'columns'?"),
        ("columns = 3", 'write a table \\[columns\\] with "heading" = "field"'),
        ('drop = "x"', "write a list of headings"),
        ("as_of = 3", "write a text between quotation marks"),
        ("= 3", "is no valid TOML"),
    ],
)
def test_a_file_that_cannot_be_used(data: Path, text: str, said: str) -> None:
    (data / "orgnet.toml").write_text(text, encoding="utf-8")
    with pytest.raises(OptionError, match=said):
        orgnet.read(data)


def test_what_cannot_be_remembered(data: Path) -> None:
    with pytest.raises(OptionError, match="no option 'colums' to remember"):
        remember(data, colums={})
    with pytest.raises(OptionError, match="cannot be remembered"):
        remember(data, rules={"coverage": {}})
    assert not (data / "orgnet.toml").exists()


def test_a_date_of_toml(data: Path) -> None:
    (data / "orgnet.toml").write_text("as_of = 2024-03-01\n", encoding="utf-8")
    assert str(orgnet.read(data).as_of) == "2024-03-01"
    remember(data, encoding="utf-8")
    assert 'as_of = "2024-03-01"' in (data / "orgnet.toml").read_text(encoding="utf-8")


def test_personal_data_can_be_refused_for_good(data: Path) -> None:
    remember(data, on_personal="raise", drop=["甲列"])
    assert orgnet.read(data).n_units == 2
    (data / "units.csv").write_text("编码,姓名\na,某某\n", encoding="utf-8")
    with pytest.raises(orgnet.ValidationError, match="personal data"):
        orgnet.read(data)
    assert "column.personal" in set(orgnet.check(data).table["code"])


def test_an_option_set_to_its_usual_value_is_forgotten(data: Path) -> None:
    remember(data, superior_layer="contains", encoding="utf-8")
    remember(data, superior_layer="command")
    assert (data / "orgnet.toml").read_text(encoding="utf-8") == 'encoding = "utf-8"\n'


def test_rules_are_found_from_elsewhere(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = data.parent / "ours.toml"
    rules.write_text('name = "ours"\n', encoding="utf-8")
    monkeypatch.chdir(data.parent)
    remember(data, rules="ours.toml")
    monkeypatch.chdir("/")
    assert orgnet.read(data).rules.name == "ours"
