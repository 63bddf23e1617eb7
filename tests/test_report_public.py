"""The report for the public: nothing small, nothing of a firm's members, and nothing of it hidden in the picture."""

from __future__ import annotations

import base64
import html
import re
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

import orgnet
from orgnet._report.words import WORDS
from orgnet.errors import OptionError, UnitError

if TYPE_CHECKING:
    from pathlib import Path

    from orgnet._model.vocabulary import Lang

LANGS: tuple[Lang, ...] = ("en", "zh")


def written(net: orgnet.OrgNetwork, folder: Path, **options: Any) -> str:
    """All that the file holds as text: the page, and the page inside it with its facts."""
    page = orgnet.report(net, folder / "report.html", audience="public", **options).read_text(encoding="utf-8")
    return html.unescape(html.unescape(page))


def data(page: str) -> str:
    """What the file says, without the script and the pictures, in which any number stands by chance."""
    without = re.sub(r"data:image/png;base64,[A-Za-z0-9+/=]+", "", page)
    return re.sub(r"<script(?![^>]*json)[^>]*>.*?</script>|<style.*?</style>", "", without, flags=re.DOTALL)


def plain(page: str) -> str:
    outer = re.sub(r"<iframe.*?</iframe>", "", data(page), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", outer))


def hosts(area: str, n: int, covered: int, **facts: object) -> list[dict[str, object]]:
    """Enterprises of an area, the first of them covered by a branch of their own."""
    common = {"kind": "enterprise", "area": area, "sector": "制造", "status": "存续", **facts}
    return [
        common | {"unit_id": f"{area}{number}", "name": f"{area}公司{number}", "has_party_org": number < covered}
        for number in range(n)
    ]


def planted() -> orgnet.OrgNetwork:
    """Five areas: in 丙 three of 41 are covered; the numbers of the firms stand nowhere else."""
    secret = {"staff": 48613, "full_members": 6173, "members": 6174, "no_party_reason": "出资人不同意", "备考": "密"}
    units = [
        {
            "unit_id": "h",
            "name": "某街道党工委",
            "kind": "party_committee",
            "members": 9371,
            "备考": "密",
            "area": "甲",
        },
        {"unit_id": "b", "name": "某支部", "kind": "party_branch", "members": 33, "superior_id": "h", "area": "甲"},
        *(hosts("甲", 30, 12, **secret) + hosts("乙", 37, 17) + hosts("丙", 41, 3, fixed_premises=True)),
        *(hosts("丁", 26, 10) + hosts("戊", 29, 13)),
        {"unit_id": "i", "name": "某面馆", "kind": "enterprise", "area": "甲"},
    ]
    ties = pd.DataFrame(
        [
            ("b", "甲0", "covers", ""),
            ("h", "甲1", "collab", "某君牵线"),
            ("h", "i", "collab", ""),
            ("h", "b", "collab", ""),
        ],
        columns=["source", "target", "layer", "tie_type"],
    )
    net = orgnet.build.from_tables(pd.DataFrame(units), ties, as_of="2025-06-30")
    code = {"i": "92110000MA0012345X"}  # the door lets no such unit in; older files may hold one
    return net.with_units(uscc=[code.get(unit) for unit in net.ids])


@pytest.mark.parametrize("lang", LANGS)
def test_nothing_planted_stands_anywhere_in_the_file(lang: Lang, tmp_path: Path) -> None:
    net = planted()
    page = written(net, tmp_path, lang=lang)
    for secret in (
        "48613",
        "48,613",
        "6173",
        "6,173",
        "6174",
        "6,174",
        "9371",
        "9,371",
        "不同意",
        "密",
        "面馆",
        "某君",
        "92110000",
    ):
        assert secret not in data(page)
    exact = orgnet.metrics.coverage(net, by="area")
    for area in ("丙", "丁"):  # the small one, and the smallest beside it
        row = exact.row("operating", group=area)
        assert f"{100 * row['rate']:.1f} %" not in page
        assert re.search(rf"\b{row['numerator']} of {row['denominator']}\b", page) is None
        assert f"{row['numerator']}/{row['denominator']}" not in page
    for area in ("甲", "乙", "戊"):
        row = exact.row("operating", group=area)
        assert f"{100 * row['rate']:.1f} %" in plain(page)
    assert WORDS["suppressed"][lang == "zh"] in plain(page)
    assert "100+" in data(page)
    assert "7–49" not in data(page)  # the branch of a firm
    assert "某支部" not in data(page)
    assert "公司" not in data(page)


@pytest.mark.parametrize("lang", LANGS)
def test_the_internal_report_has_all_that_the_public_one_has_not(lang: Lang, tmp_path: Path) -> None:
    page = html.unescape(html.unescape(orgnet.report(planted(), tmp_path / "r.html", lang=lang).read_text("utf-8")))
    for secret in ("48,613", "6,173", "面馆", "密"):
        assert secret in data(page)
    assert WORDS["public_footer"][lang == "zh"][:8] not in page
    default = orgnet.report(planted(), tmp_path / "r.html", lang=lang).read_bytes()
    assert default == orgnet.report(planted(), tmp_path / "s.html", lang=lang, audience="internal").read_bytes()


@pytest.mark.parametrize("lang", LANGS)
def test_it_says_that_it_is_the_public_version_and_by_which_rule(lang: Lang, tmp_path: Path) -> None:
    text = plain(written(planted(), tmp_path, lang=lang))
    rule = WORDS["public_footer"][lang == "zh"].format(k=5, rules="cn 2026.1")
    assert rule in text
    assert WORDS["d_no_gaps"][lang == "zh"] in text
    assert "nan" not in re.findall(r"\b\w+\b", text)
    assert "None" not in text
    assert "<NA>" not in text


def crossed() -> orgnet.OrgNetwork:
    """By area and by sector all is large; area A less sector X leaves four firms, all of them covered."""
    cells = [("A", "X", 24, 10), ("A", "Y", 4, 4), ("B", "Y", 30, 12), ("B", "Z", 30, 14), ("C", "Z", 40, 20)]
    units = [unit for area, sector, n, covered in cells for unit in hosts(area + sector, n, covered, sector=sector)]
    frame = pd.DataFrame(units)
    return orgnet.build.from_tables(frame.assign(area=frame["area"].str[0]))


def test_one_breakdown_is_published_and_never_a_second(tmp_path: Path) -> None:
    net = crossed()
    text = plain(written(net, tmp_path))
    assert "14 of 28" in text
    assert "10 of 24" not in text
    assert "by area; no second breakdown" in text
    by_sector = plain(written(net.with_units(area=None), tmp_path))
    assert "10 of 24" in by_sector
    assert "by sector; no second breakdown" in by_sector


def test_no_firm_is_listed_so_none_can_be_told_from_the_denominators(tmp_path: Path) -> None:
    """All but one firm of an area are in operation: which one is not can be read off a list of them."""
    units = [*hosts("甲", 30, 12), *hosts("乙", 31, 15)]
    units[0]["status"] = "注销"
    ties = pd.DataFrame([("甲1", "甲2", "supports"), ("b", "甲1", "serves")], columns=["source", "target", "layer"])
    branch = {"unit_id": "b", "name": "先锋支部", "kind": "party_branch"}
    page = data(written(orgnet.build.from_tables(pd.DataFrame([*units, branch]), ties), tmp_path))
    assert "of 29" in page
    assert "先锋支部" in page
    assert "公司" not in page


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_says_nothing_of_the_file_that_is_true_only_of_the_listed(lang: Lang, tmp_path: Path) -> None:
    """The file holds ties of command; those of firms' branches are not listed."""
    units = [
        {"unit_id": "p", "name": "某公司党委", "kind": "party_committee"},
        {"unit_id": "q", "name": "某公司党支部", "kind": "party_branch", "superior_id": "p"},
        {"unit_id": "f", "name": "某公司", "kind": "enterprise", "status": "注销"},
    ]
    text = plain(written(orgnet.build.from_tables(pd.DataFrame(units)), tmp_path, lang=lang))
    for key in ("why_no_command", "why_no_hosts"):
        assert WORDS[key][lang == "zh"] not in text
        assert WORDS[f"{key}_listed"][lang == "zh"] in text
    assert text.count(WORDS["d_listed"][lang == "zh"]) == 4


def test_every_number_of_the_tables_is_large_or_of_listed_units(tmp_path: Path) -> None:
    """Read the coverage section as a reader does: no count below k, no difference below k in a row."""
    page = written(orgnet.datasets.load(), tmp_path)
    section = re.search(r'<section id="coverage".*?</section>', page, re.DOTALL)
    assert section is not None
    cells = re.findall(r"(\d+) of (\d+) \(", section[0])
    assert len(cells) > 5
    for has, of in cells:
        assert int(has) >= 5
        assert int(of) - int(has) >= 5


def test_no_picture_shows_the_cells(tmp_path: Path) -> None:
    page = orgnet.report(orgnet.datasets.load(), tmp_path / "r.html", audience="public").read_text(encoding="utf-8")
    images = re.findall(r'<img src="data:image/png;base64,([^"]*)" alt="([^"]*)"', page)
    assert [alt for _, alt in images] == [WORDS["alt_tree"][0], WORDS["alt_reach"][0]]
    assert all(base64.b64decode(data).startswith(b"\x89PNG") for data, _ in images)


def test_the_same_network_gives_the_same_public_bytes(tmp_path: Path) -> None:
    assert written(planted(), tmp_path) == written(planted(), tmp_path)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    "tables",
    [
        {"unit_id": ["a"]},
        {"unit_id": ["a", "b"], "kind": "enterprise"},
        {"unit_id": ["a", "b"], "superior_id": ["b", "a"]},
        {"unit_id": ["a", "b"], "kind": "enterprise", "uscc": "92110000MA0012345X"},
        {"unit_id": list("abc"), "kind": "enterprise", "status": None, "area": [None, "x", "x"], "sector": None},
    ],
    ids=["one", "hosts only", "cycle", "individual businesses only", "nothing recorded"],
)
def test_little_data_gives_a_readable_page(tables: dict[str, Any], lang: Lang, tmp_path: Path) -> None:
    text = plain(written(orgnet.build.from_tables(tables), tmp_path, lang=lang))
    assert "nan" not in re.findall(r"\b\w+\b", text)
    assert "None" not in text


def test_a_large_network_is_drawn_by_area_without_sums(tmp_path: Path) -> None:
    net = orgnet.build.synthetic(n_communities=30, seed=1)
    net = net.with_units(staff=net.units.index.to_series().map(lambda _: 987654.0))
    page = written(net, tmp_path)
    assert "987,654" not in data(page)
    assert "Σ" not in data(page)


def test_words_that_are_not_allowed(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="audience='press' is not allowed"):
        orgnet.report(planted(), tmp_path / "x.html", audience="press")  # type: ignore[arg-type]
    with pytest.raises(UnitError, match="no unit 'i'"):
        orgnet.report(planted(), tmp_path / "x.html", audience="public", headquarters="i")
    assert not (tmp_path / "x.html").exists()
    assert orgnet.report(planted(), tmp_path / "x.html", audience="public", headquarters="h").exists()
