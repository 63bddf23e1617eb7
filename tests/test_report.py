"""The report: what it says, that it escapes everything, and that it is sensible where there is little to say."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

import orgnet
from orgnet._report.words import WORDS
from orgnet.errors import InputError, OptionError, UnitError

if TYPE_CHECKING:
    from pathlib import Path

    from orgnet._model.vocabulary import Lang


def written(net: orgnet.OrgNetwork, folder: Path, **options: Any) -> str:
    return orgnet.report(net, folder / "report.html", **options).read_text(encoding="utf-8")


def plain(page: str) -> str:
    """The page as a reader sees it: without the framed picture, tags and escapes."""
    outer = re.sub(r'srcdoc="[^"]*"', "", page)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", outer)))


@pytest.fixture(scope="module")
def subdistrict() -> orgnet.OrgNetwork:
    return orgnet.datasets.load()


@pytest.fixture(scope="module", params=["en", "zh"])
def page(
    request: pytest.FixtureRequest, subdistrict: orgnet.OrgNetwork, tmp_path_factory: pytest.TempPathFactory
) -> str:
    return written(subdistrict, tmp_path_factory.mktemp("report"), lang=request.param)


def test_it_says_the_numbers_of_the_measures(page: str, subdistrict: orgnet.OrgNetwork) -> None:
    text = plain(page)
    coverage = orgnet.metrics.coverage(subdistrict)
    for population in ("operating", "three_have", "eligible"):
        assert f"{100 * coverage.rate(population):.1f} %" in text
    cut = orgnet.metrics.communication(subdistrict).cut_units
    for name in cut["name"].head(5):
        assert name in text
    for name in orgnet.metrics.gaps(subdistrict).table["name"].head(10):
        assert name in text
    assert str(subdistrict.n_units) in text
    assert "2025-06-30" in text


def test_it_has_every_section_and_a_described_picture(page: str) -> None:
    for key in (
        "summary",
        "picture",
        "coverage",
        "gaps",
        "chain",
        "reach",
        "cut",
        "position",
        "read",
        "findings",
        "about",
    ):
        assert f'<section id="{key}"' in page
    images = re.findall(r"<img [^>]*>", page)
    assert len(images) == 3
    assert all(re.search(r'alt="[^"]{12,}"', image) for image in images)
    assert page.count("<h1>") == 1


def test_it_is_one_file_that_asks_for_nothing(page: str) -> None:
    outer = re.sub(r'srcdoc="[^"]*"', "", page)
    assert "Content-Security-Policy" in outer
    assert not re.findall(r'(?:src|href)="(?!data:|#)[^"]*"', outer)
    assert "<script" not in outer


def test_the_same_network_gives_the_same_bytes(subdistrict: orgnet.OrgNetwork, tmp_path: Path) -> None:
    assert written(subdistrict, tmp_path) == written(orgnet.datasets.load(), tmp_path)


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}",
    "</style><script>1</script>",
    "' onload='x",
]


def test_nothing_in_the_data_becomes_markup(tmp_path: Path) -> None:
    units = pd.DataFrame(
        {
            "unit_id": HOSTILE,
            "name": HOSTILE,
            "kind": ["party_committee", "party_branch", "enterprise", HOSTILE[0], HOSTILE[1]],
            "superior_id": [None, HOSTILE[0], None, None, None],
            "area": HOSTILE,
            "sector": HOSTILE,
            "status": "存续",
            "has_party_org": False,
        }
    )
    ties = pd.DataFrame({"source": HOSTILE[:4], "target": HOSTILE[1:], "layer": "collab", "tie_type": HOSTILE[:4]})
    net = orgnet.build.from_tables(units, ties)
    outer = re.sub(r'srcdoc="[^"]*"', "", written(net, tmp_path, title=HOSTILE[0]))
    assert "<script" not in outer
    assert "onerror=alert(1)>" not in outer
    assert "49" not in re.findall(r"\{\{.*?\}\}", outer)
    assert html.escape(HOSTILE[0], quote=False).replace("'", "&#39;") in outer


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    "tables",
    [
        {"unit_id": ["a"]},
        {"unit_id": ["a", "b"], "kind": "enterprise"},
        {"unit_id": ["a", "b"], "superior_id": ["b", "a"]},
        {"unit_id": ["a", "b", "c"], "kind": "enterprise", "status": None, "area": "x", "sector": None},
        {
            "unit_id": ["a", "b", "c"],
            "kind": "party_branch",
            "superior_id": [None, "a", None],
            "area": ["x", None, "x"],
        },
    ],
    ids=["one", "no ties", "cycle", "nothing recorded", "little"],
)
def test_little_data_gives_a_readable_page(tables: dict[str, Any], lang: Lang, tmp_path: Path) -> None:
    text = plain(written(orgnet.build.from_tables(tables), tmp_path, lang=lang))
    assert "nan" not in re.findall(r"\b\w+\b", text)
    assert "None" not in text
    assert text.count("–") < 200


def test_a_tree_of_areas_shows_its_levels(tmp_path: Path) -> None:
    net = orgnet.build.from_tables(
        {"unit_id": list("abcd"), "superior_id": [None, "a", "a", "b"]}, superior_layer="contains"
    )
    text = plain(written(net, tmp_path))
    assert WORDS["contains_tree"][0] in text


def test_what_takes_too_long_is_left_out_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orgnet._report.sections.MOST_BETWEENNESS", 1)
    net = orgnet.build.from_tables({"unit_id": ["a", "b"], "superior_id": [None, "a"]})
    assert "takes longer than a report should" in plain(written(net, tmp_path))


def test_unknown_is_not_reported_as_a_reassuring_zero(tmp_path: Path) -> None:
    units = {"unit_id": ["f"], "kind": "enterprise", "full_members": [4], "has_party_org": [False]}
    text = plain(written(orgnet.build.from_tables(units), tmp_path))
    assert "Status or presence not recorded: 1" in text


def test_the_largest_gap_is_the_largest(tmp_path: Path) -> None:
    many = {"unit_id": [f"f{i}" for i in range(41)], "kind": "enterprise", "status": "存续", "has_party_org": False}
    units = many | {"area": ["大"] * 40 + ["小"], "full_members": [0] * 40 + [9]}
    assert "The largest gap: 大, 40 of 40" in plain(written(orgnet.build.from_tables(units), tmp_path))


def test_a_cycle_of_command_is_not_called_no_command(tmp_path: Path) -> None:
    text = plain(written(orgnet.build.from_tables({"unit_id": ["a", "b"], "superior_id": ["b", "a"]}), tmp_path))
    assert "No unit stands at the top of command" in text
    assert "holds no ties of command" not in text
    assert "units on a cycle 2: a, b" in text


def test_warnings_speak_the_language_of_the_report(tmp_path: Path) -> None:
    net = orgnet.build.from_tables({"unit_id": list("abcd"), "superior_id": [None, "a", None, "c"]})
    english, chinese = plain(written(net, tmp_path)), plain(written(net, tmp_path, lang="zh"))
    assert "2 units are tops of command" in english
    assert "有 2 个隶属顶端" in chinese
    assert "tops of command" not in chinese


def test_errors_are_clear(subdistrict: orgnet.OrgNetwork, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="choose one of"):
        orgnet.report(subdistrict, tmp_path / "x.html", lang="fr")  # type: ignore[arg-type]
    with pytest.raises(UnitError, match="no unit 'nobody'"):
        orgnet.report(subdistrict, tmp_path / "x.html", headquarters="nobody")
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="cannot write"):
        orgnet.report(subdistrict, tmp_path / "file" / "x.html")


def test_every_word_has_both_languages_with_the_same_facts() -> None:
    for key, (english, chinese) in WORDS.items():
        facts = re.findall(r"\{(\w+)\}", english), re.findall(r"\{(\w+)\}", chinese)
        assert set(facts[0]) == set(facts[1]), key
        assert english
        assert chinese
