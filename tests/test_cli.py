"""The command line: what it prints, its exit codes, and that bad data never gives a traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

import orgnet
from orgnet.cli import main

NASTY = Path(__file__).parent / "data" / "nasty"
SAMPLES = Path(__file__).parent / "data"


def write_tables(folder: Path, units: str, ties: str | None = None) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "units.csv").write_text(units, encoding="utf-8")
    if ties is not None:
        (folder / "ties.csv").write_text(ties, encoding="utf-8")
    return folder


GOOD = "unit_id,name,kind,superior_id\nh,总部,party_committee,\ng,支部,party_branch,h\n"


def test_check_says_done_where_nothing_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(write_tables(tmp_path / "d", GOOD)), "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert "units.csv: 2 rows in, 2 kept, 0 merged, 0 set aside" in out


def test_check_names_file_row_value_and_remedy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_tables(tmp_path / "d", GOOD, "source,target,layer\nh,zz,collab\nh,g,sideways\n")
    assert main(["check", str(folder), "--lang", "en"]) == 1
    out = capsys.readouterr().out
    assert "refused: ties.csv, row 2: target 'zz' is not a unit" in out
    assert "row 3: layer 'sideways' is not known" in out
    assert "Use one of: command" in out


def test_check_speaks_chinese(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_tables(tmp_path / "d", GOOD, "source,target,layer\nh,zz,collab\n")
    assert main(["check", str(folder), "--lang", "zh"]) == 1
    out = capsys.readouterr().out
    assert "拒收：ties.csv，第 2 行：终点 'zz' 不在组织表中" in out
    assert "units.csv：读入 2 行，保留 2" in out
    assert "拒收 1，错误 0" in out
    assert "rows in" not in out


def test_check_json_is_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_tables(tmp_path / "d", GOOD, "source,target,layer\nh,zz,collab\n")
    assert main(["check", str(folder), "--json", "--lang", "en"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["counts"]["refused"] == 1
    assert found["findings"][0]["row"] == 2
    assert found["accounts"][1] == {"source": "ties.csv", "rows_in": 1, "kept": 0, "merged": 0, "set_aside": 1}


def test_report_keeps_the_good_rows_and_says_what_it_set_aside(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_tables(tmp_path / "d", GOOD, "source,target,layer\nh,zz,collab\n")
    out = tmp_path / "new" / "out.html"
    assert main(["report", str(folder), "-o", str(out), "--lang", "en"]) == 0
    said = capsys.readouterr()
    assert str(out) in said.out
    assert "'zz' is not a unit" in said.err
    assert "set aside: 1" in out.read_text(encoding="utf-8")


def test_strict_makes_no_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_tables(tmp_path / "d", GOOD, "source,target,layer\nh,zz,collab\n")
    assert main(["report", str(folder), "-o", str(tmp_path / "out.html"), "--strict"]) == 1
    assert "strict" in capsys.readouterr().err
    assert not (tmp_path / "out.html").exists()


def test_options_reach_the_door(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_tables(tmp_path / "d", "key,boss,kind,junk\nh,,党委,1\ng,h,党支部,2\n")
    options = ["--columns", "key=unit_id", "--columns", "boss=superior_id", "--drop", "junk", "--as-of", "2025-01-31"]
    assert (
        main(["report", str(folder), "-o", str(tmp_path / "o.html"), "--lang", "zh", "--headquarters", "h", *options])
        == 0
    )
    page = (tmp_path / "o.html").read_text(encoding="utf-8")
    assert "2025-01-31" in page
    assert 'lang="zh-CN"' in page
    capsys.readouterr()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check", "no-such-folder"], "does not exist"),
        (["report", "{d}", "-o", "{d}/units.csv/x.html"], "cannot write"),
        (["check", "{d}", "--columns", "nothing"], "HEADING=FIELD"),
        (["check", "{d}", "--columns", "a=nofield"], "which is no field"),
        (["check", "{d}", "--rules", "nowhere.toml"], "no rule set"),
        (["check", "{d}", "--superior-layer", "sideways"], "not allowed"),
        (["check", "{d}", "--as-of", "yesterday-ish"], "is not a date"),
        (["check", "{d}", "--encoding", "klingon"], "not known"),
        (["report", "{d}", "-o", "{d}/o.html", "--headquarters", "q"], "no unit 'q'"),
        (["template", "{d}"], "not overwritten"),
        (["report", "{d}", "-o", "{d}/units.csv"], "does not end in .html"),
        (["report", "{d}/units.csv", "-o", "{d}/units.csv"], "does not end in .html"),
    ],
)
def test_wrong_usage_is_exit_code_2_with_a_sentence(
    arguments: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_tables(tmp_path / "d", GOOD)
    assert main([text.replace("{d}", str(folder)) for text in arguments]) == 2
    err = capsys.readouterr().err
    assert words in err
    assert "Traceback" not in err
    assert (folder / "units.csv").read_text(encoding="utf-8") == GOOD


def test_unknown_command_is_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["fly"])
    assert left.value.code == 2
    assert "invalid choice" in capsys.readouterr().err


def test_nothing_that_could_be_made_is_exit_code_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "units.csv").write_text("", encoding="utf-8")
    assert main(["report", str(tmp_path), "-o", str(tmp_path / "o.html"), "--lang", "en"]) == 1
    assert "the file has no rows" in capsys.readouterr().err
    broken = tmp_path / "x.orgnet"
    broken.write_bytes(b"no zip")
    assert main(["check", str(broken)]) == 1
    assert "no orgnet file" in capsys.readouterr().err


@pytest.mark.parametrize("path", sorted(NASTY.iterdir()), ids=lambda path: path.name)
def test_no_hostile_file_gives_a_traceback(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(path)]) in {0, 1, 2}
    assert main(["report", str(path), "-o", str(tmp_path / "o.html")]) in {0, 1, 2}
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("name", ["krackhardt_hightech", "hangzhou_xihu_divisions", "aucs_multiplex"])
def test_real_networks_give_a_report(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(SAMPLES / name), "-o", str(tmp_path / "out.html"), "--lang", "en"]) == 0
    assert (tmp_path / "out.html").stat().st_size > 100_000
    capsys.readouterr()


def test_template_then_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "mine"
    assert main(["template", str(folder), "--lang", "zh"]) == 0
    with (folder / "units.csv").open("a", encoding="utf-8") as file:
        file.write("PC,示例社区党委,党委,,示例社区\r\n".replace("\r\n", "," * 16 + "\r\n"))
    assert main(["check", str(folder), "--lang", "en"]) == 0
    assert "1 rows in, 1 kept" in capsys.readouterr().out


def test_demo_writes_both_languages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "-o", str(tmp_path), "--lang", "en"]) == 0
    said = capsys.readouterr().out
    for name in ("report.html", "report.zh.html", "units.csv", "ties.csv"):
        assert (tmp_path / name).exists()
    assert str(tmp_path / "report.html") in said
    assert orgnet.check(tmp_path / "units.csv", tmp_path / "ties.csv").ok


def test_it_runs_as_a_module_under_a_plain_locale(tmp_path: Path) -> None:
    folder = write_tables(tmp_path / "d", GOOD, "source,target,layer\nh,不在,collab\n")
    command = [sys.executable, "-m", "orgnet", "check", str(folder)]
    done = subprocess.run(command, capture_output=True, check=False, env={"LC_ALL": "C", "PYTHONUTF8": "0"})
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr


def test_the_template_speaks_the_language_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["template", str(tmp_path / "en"), "--lang", "en"]) == 0
    assert "unit_id" in (tmp_path / "en" / "units.csv").read_text(encoding="utf-8")
    capsys.readouterr()


def test_a_reader_that_leaves_gives_no_traceback(tmp_path: Path) -> None:
    ties = "source,target,layer\n" + "".join(f"h,z{number},collab\n" for number in range(4000))
    folder = write_tables(tmp_path / "d", GOOD, ties)
    command = [sys.executable, "-m", "orgnet", "check", str(folder), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(1)
        process.stdout.close()
        assert process.stderr.read() == b""


def test_check_writes_a_workbook_of_findings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_tables(tmp_path / "d", GOOD, "source,target,layer\nh,zz,collab\n")
    out = tmp_path / "findings.xlsx"
    assert main(["check", str(folder), "-o", str(out), "--lang", "zh"]) == 1
    assert f"all findings: {out}" in capsys.readouterr().err
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["摘要", "逐条", "行数核对"]
    rows = [[cell.value for cell in row] for row in book["逐条"].iter_rows()]
    found = dict(zip(rows[0], rows[1], strict=True))
    assert [found[name] for name in ("级别", "代码", "文件", "行", "值")] == [
        "拒收",
        "tie.dangling",
        "ties.csv",
        2,
        "zz",
    ]
    assert [[cell.value for cell in row] for row in book["行数核对"].iter_rows()][1] == ["units.csv", 2, 2, 0, 0]


def test_check_does_not_write_over_the_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_tables(tmp_path / "d", GOOD)
    assert main(["check", str(folder), "-o", str(folder / "units.csv"), "--lang", "en"]) == 2
    assert "does not end in .xlsx" in capsys.readouterr().err
    assert main(["check", str(folder), "-o", str(folder / "new.xlsx"), "--lang", "en"]) == 2
    assert "it is not overwritten" in capsys.readouterr().err
    assert main(["convert", str(folder), "-o", str(tmp_path / "book.xlsx")]) == 0
    before = (tmp_path / "book.xlsx").read_bytes()
    assert main(["check", str(tmp_path / "book.xlsx"), "-o", str(tmp_path / "book.xlsx"), "--lang", "en"]) == 2
    assert (tmp_path / "book.xlsx").read_bytes() == before
    assert (folder / "units.csv").read_text(encoding="utf-8") == GOOD


def test_options_are_remembered_beside_the_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_tables(tmp_path / "d", "我的编码,name\nh,总部\n")
    assert main(["check", str(folder), "--lang", "en"]) == 0
    assert "take their name as id" in capsys.readouterr().out
    assert main(["check", str(folder), "--columns", "我的编码=unit_id", "--save", "--lang", "en"]) == 0
    assert f"remembered in {folder / 'orgnet.toml'}" in capsys.readouterr().err
    assert main(["convert", str(folder), "-o", str(tmp_path / "net.orgnet")]) == 0
    assert orgnet.read(tmp_path / "net.orgnet").ids.tolist() == ["h"]


@pytest.mark.parametrize("ending", ["orgnet", "xlsx", "json", "graphml", "gexf", "csv"])
def test_convert(tmp_path: Path, capsys: pytest.CaptureFixture[str], ending: str) -> None:
    folder = write_tables(tmp_path / "d", GOOD)
    out = tmp_path / f"net.{ending}"
    assert main(["convert", str(folder), "-o", str(out)]) == 0
    assert capsys.readouterr().out.strip() == str(out)
    net = orgnet.read(out, tmp_path / "net-ties.csv") if ending == "csv" else orgnet.read(out)
    assert net.ids.tolist() == ["h", "g"]
    assert net.ties[["source", "target", "layer"]].to_numpy().tolist() == [["h", "g", "command"]]


def test_convert_does_not_write_over_what_it_reads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_tables(tmp_path / "d", GOOD)
    assert main(["convert", str(folder), "-o", str(folder), "--lang", "en"]) == 2
    assert "it is not overwritten" in capsys.readouterr().err
    for output in ("units.csv", "other.xlsx", ""):
        assert main(["convert", str(folder / "units.csv"), "-o", str(folder / "units.csv"), "--lang", "en"]) == 2
        assert main(["convert", str(folder), "-o", str(folder / output), "--lang", "en"]) == 2
    assert main(["convert", str(folder / "units.csv"), "-o", str(folder), "--lang", "en"]) == 2
    assert (folder / "units.csv").read_text(encoding="utf-8") == GOOD


def test_persons_can_stop_everything(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_tables(tmp_path / "d", "unit_id,姓名\nh,某某\n")
    out = tmp_path / "net.json"
    assert main(["convert", str(folder), "-o", str(out), "--on-personal", "raise", "--lang", "en"]) == 1
    said = capsys.readouterr().err
    assert "column '姓名' holds personal data" in said
    assert "某某" not in said
    assert not out.exists()


def test_a_workbook_of_a_planner_comes_in_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "党组织"
    for row in (
        ["统计表"],
        ["党组织代码", "党组织名称", "上级党组织名称"],
        ["001", "甲党委", None],
        ["002", "乙支部", "甲党委"],
    ):
        sheet.append(row)
    book.create_sheet("说明").append(["每月填报"])
    book.save(tmp_path / "台账.xlsx")
    assert main(["check", str(tmp_path / "台账.xlsx"), "--lang", "zh"]) == 0
    assert "台账.xlsx/党组织：读入 2 行，保留 2" in capsys.readouterr().out
    assert main(["check", str(tmp_path / "台账.xlsx"), "--sheet", "无此表", "--lang", "en"]) == 2
    assert "党组织" in capsys.readouterr().err


def test_ties_without_a_layer_take_the_one_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_tables(tmp_path / "d", GOOD, "source,target\nh,g\n")
    assert main(["check", str(folder), "--lang", "en"]) == 1
    assert "name it: --layer collab" in capsys.readouterr().out
    assert main(["check", str(folder), "--layer", "collab", "--lang", "en"]) == 0
    assert "1 ties have no layer of their own and are taken as collaboration" in capsys.readouterr().out
    assert main(["check", str(folder), "--layer", "colab", "--lang", "en"]) == 2
    assert "Did you mean 'collab'?" in capsys.readouterr().err


def test_outputs_are_what_their_names_say(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_tables(tmp_path / "d", GOOD)
    assert main(["report", str(folder), "-o", str(tmp_path / "r.xlsx"), "--lang", "en"]) == 2
    assert "does not end in .html" in capsys.readouterr().err
    assert main(["check", str(folder), "-o", str(tmp_path / "r"), "--lang", "en"]) == 2
    assert not (tmp_path / "r").exists()
