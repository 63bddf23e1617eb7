"""The command line: spreadsheet in, report out, for people who never open Python.

Exit codes: 0 done (`check`: nothing refused, no error); 1 `check` found refused rows or errors, or nothing could be
made; 2 wrong usage, missing input, unwritable output. Bad data never gives a traceback.
"""

from __future__ import annotations

import argparse
import json
import locale
import os
import shutil
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orgnet import __version__
from orgnet.errors import FormatError, OptionError, OrgNetError, ValidationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from orgnet._model.findings import Findings
    from orgnet._model.network import OrgNetwork
    from orgnet._model.vocabulary import Lang

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - the type has no public name

DONE, FAULTS, USAGE = 0, 1, 2
SHOWN = 20


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a console without Chinese shows codes, and does not fail
    options = _parser().parse_args(arguments)
    if options.lang is None:
        options.lang = _language()
    try:
        return _run(options)
    except BrokenPipeError:  # the reader, such as `head`, has seen enough; the last flush must not fail again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAULTS
    except ValidationError as error:
        _say_strict(error.findings, options.lang)
        return FAULTS
    except FormatError as error:
        print(f"orgnet: {error}", file=sys.stderr)
        return FAULTS
    except OrgNetError as error:
        print(f"orgnet: {error}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        print("orgnet: stopped; nothing was written half", file=sys.stderr)
        return 130


def _run(options: argparse.Namespace) -> int:
    code = int(options.run(options))
    sys.stdout.flush()  # here, where a reader that is gone can still be caught
    return code


def _language() -> str:
    name = locale.setlocale(locale.LC_CTYPE, None) or ""
    with suppress(locale.Error):
        name = locale.setlocale(locale.LC_CTYPE, "")
    return "zh" if name.lower().startswith(("zh", "chinese")) else "en"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="orgnet",
        description="Organisation networks of command and collaboration: check registers, measure coverage and reach, "
        "find the gaps, draw them, write the report. Holds organisations and counts, never people.",
        epilog="First steps: `orgnet demo` writes an example report; `orgnet template blank.xlsx` writes a workbook to "
        "fill in; `orgnet check blank.xlsx` says what is wrong with it; `orgnet report blank.xlsx -o report.html` "
        "makes the report.",
    )
    parser.add_argument("--version", action="version", version=f"orgnet {__version__}")
    commands = parser.add_subparsers(
        dest="command", required=True, metavar="demo | check | report | gaps | convert | template"
    )
    _add_demo(commands)
    _add_check(commands)
    _add_report(commands)
    _add_gaps(commands)
    _add_convert(commands)
    _add_template(commands)
    return parser


def _language_option(command: argparse.ArgumentParser) -> None:
    command.add_argument("--lang", choices=("en", "zh"), help="language; by default that of this computer")


def _input_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("path", help="folder of tables, one table or workbook, a graph, or a .orgnet file")
    command.add_argument("ties", nargs="?", help="tie table, where PATH is a unit table")
    command.add_argument(
        "--columns", action="append", default=[], metavar="HEADING=FIELD", help="what a heading means; may be repeated"
    )
    command.add_argument("--drop", action="append", default=[], metavar="HEADING", help="a column to leave out")
    command.add_argument("--rules", default="cn", help="rule set: a name or a TOML file (default: cn)")
    command.add_argument("--encoding", help="of text files, such as gb18030; by default it is found")
    command.add_argument("--sheet", action="append", metavar="NAME", help="sheet of a workbook; by default all tables")
    command.add_argument("--as-of", metavar="DATE", help="the date the data speak for, such as 2025-06-30")
    command.add_argument(
        "--superior-layer",
        default="command",
        metavar="LAYER",
        help="layer that the superior column stands for; contains for a list of areas (default: command)",
    )
    command.add_argument("--layer", metavar="LAYER", help="layer of ties that name none, such as collab")
    command.add_argument(
        "--save", action="store_true", help="remember these options in orgnet.toml beside the data for the next time"
    )


def _strict_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--strict", action="store_true", help="make nothing where a row is refused")
    command.add_argument(
        "--on-personal",
        choices=("drop", "raise"),
        default="drop",
        help="take personal data out with a warning, or make nothing where there are any (default: drop)",
    )


def _output_options(command: argparse.ArgumentParser) -> None:
    _strict_options(command)
    command.add_argument(
        "--audience",
        choices=("internal", "public"),
        default="internal",
        help="public: small numbers are suppressed and firms not shown with their counts (default: internal)",
    )


def _add_demo(commands: Commands) -> None:
    command = commands.add_parser("demo", help="write an example report from the bundled subdistrict (made-up data)")
    command.add_argument("-o", "--output", default="orgnet-demo", metavar="FOLDER", help="default: orgnet-demo")
    _language_option(command)
    command.set_defaults(run=_demo)


def _add_check(commands: Commands) -> None:
    command = commands.add_parser("check", help="say what is wrong with the tables, row by row")
    _input_options(command)
    _language_option(command)
    command.add_argument("--json", action="store_true", help="print all findings as JSON")
    command.add_argument("-o", "--output", metavar="FILE", help="also write all findings into a workbook (.xlsx)")
    command.set_defaults(run=_check)


def _add_report(commands: Commands) -> None:
    command = commands.add_parser("report", help="write the report as one HTML file")
    _input_options(command)
    _language_option(command)
    command.add_argument("-o", "--output", required=True, metavar="FILE", help="where to write, such as report.html")
    command.add_argument("--headquarters", action="append", metavar="ID", help="id of a headquarters; may be repeated")
    command.add_argument("--title", help="heading of the report")
    command.add_argument("--previous", metavar="PATH", help="earlier data of the same place, to say what changed")
    _output_options(command)
    command.set_defaults(run=_report)


def _add_gaps(commands: Commands) -> None:
    command = commands.add_parser("gaps", help="list who should have Party organisation and has not")
    _input_options(command)
    _language_option(command)
    command.add_argument(
        "-o", "--output", required=True, metavar="FILE", help="where to write: gaps.html, gaps.xlsx or gaps.csv"
    )
    _strict_options(command)
    command.set_defaults(run=_gaps)


def _add_convert(commands: Commands) -> None:
    command = commands.add_parser("convert", help="read and check, then write in another form")
    _input_options(command)
    _language_option(command)
    command.add_argument(
        "-o",
        "--output",
        required=True,
        metavar="FILE",
        help="a folder, or a name that ends in .xlsx, .csv, .json, .graphml, .gexf, .orgnet ...",
    )
    _output_options(command)
    command.set_defaults(run=_convert)


def _add_template(commands: Commands) -> None:
    command = commands.add_parser("template", help="write blank tables to fill in")
    command.add_argument("path", metavar="PATH", help="a new workbook (.xlsx), or a new folder for tables as CSV")
    _language_option(command)
    command.set_defaults(run=_template)


def _columns(given: Sequence[str]) -> dict[str, str]:
    columns = {}
    for text in given:
        heading, equals, name = text.partition("=")
        if not equals:
            msg = f"--columns {text!r} has no '='; write HEADING=FIELD, such as 人数=staff"
            raise OptionError(msg)
        columns[heading] = name
    return columns


def _input(options: argparse.Namespace) -> dict[str, Any]:
    given = {
        "columns": _columns(options.columns) or None,
        "drop": options.drop or None,
        "rules": options.rules,
        "encoding": options.encoding,
        "sheet": options.sheet,
        "as_of": options.as_of,
        "superior_layer": options.superior_layer,
        "layer": options.layer,
    }
    if options.save:
        from orgnet.build import remember

        _say(f"remembered in {remember(options.path, **given)}")
    return given


def _say(text: str) -> None:
    print(f"orgnet: {text}", file=sys.stderr)


def _check(options: argparse.Namespace) -> int:
    from orgnet.build import check

    if options.output:
        _refuse_ending(options.output, (".xlsx",))
        _refuse_input(options, [Path(options.output)])
    found = check(options.path, options.ties, **_input(options))
    if options.json:
        print(json.dumps(found.to_dict(options.lang), ensure_ascii=False, indent=1, default=str))
    else:
        print(*found.ledger(options.lang), *found.digest(options.lang), found.counts(options.lang), sep="\n")
    if options.output:
        _say(f"all findings: {found.to_excel(options.output, options.lang).resolve()}")
    return DONE if found.ok else FAULTS


def _read(options: argparse.Namespace) -> OrgNetwork:
    from orgnet.build import read

    net = read(options.path, options.ties, strict=options.strict, on_personal=options.on_personal, **_input(options))
    _say_findings(net, options.lang)
    return net


def _convert(options: argparse.Namespace) -> int:
    from orgnet._build.writers import targets
    from orgnet.build import write

    path = Path(options.output)
    _refuse_input(options, targets(path))
    net = _read(options)
    print(write(net, path, audience=options.audience).resolve())
    return DONE


def _report(options: argparse.Namespace) -> int:
    from orgnet._report.page import report

    _refuse_ending(options.output, (".html", ".htm"))
    net = _read(options)
    if not net.n_units:
        print("orgnet: no unit could be read, so there is no report to make", file=sys.stderr)
        return FAULTS
    previous = None if options.previous is None else _earlier(options)
    with _progress() as step:
        path = report(
            net,
            options.output,
            lang=options.lang,
            title=options.title,
            headquarters=options.headquarters,
            audience=options.audience,
            previous=previous,
            progress=step,
        )
    print(path.resolve())
    return DONE


def _earlier(options: argparse.Namespace) -> OrgNetwork:
    from orgnet.build import read

    return read(options.previous, strict=False, rules=options.rules)


def _gaps(options: argparse.Namespace) -> int:
    from orgnet._report.gaplist import ENDINGS, write_gaps

    _refuse_ending(options.output, ENDINGS)
    _refuse_input(options, [Path(options.output)])
    net = _read(options)
    if not net.n_units:
        print("orgnet: no unit could be read, so there is no list to make", file=sys.stderr)
        return FAULTS
    print(write_gaps(net, options.output, lang=options.lang).resolve())
    return DONE


def _refuse_ending(output: str, endings: tuple[str, ...]) -> None:
    """Raise for an output that would not be what its name says, or take the place of a table."""
    if Path(output).suffix.lower() not in endings:
        known = " or ".join(endings)
        msg = f"{output} does not end in {known}; name it so, such as -o result{endings[0]}"
        raise OptionError(msg)


def _refuse_input(options: argparse.Namespace, outputs: list[Path]) -> None:
    """Raise where an output would take the place of what is read, or be read as data the next time."""
    from orgnet._build.readers import table_suffix

    read = [Path(name).resolve() for name in (options.path, options.ties) if name]
    for path in outputs:
        target = path.resolve()
        if target in read or (target.parent in read and table_suffix(target)):
            msg = f"{path} is among the data that are read: it is not overwritten. Name a place elsewhere."
            raise OptionError(msg)


def _say_findings(net: OrgNetwork, lang: Lang) -> None:
    """Say on stderr what was refused and what is wrong, so that nobody takes the report for the whole truth."""
    for line in net.findings.lines(lang, SHOWN, ("refused", "error")):
        _say(line)


def _say_strict(found: Findings, lang: Lang) -> None:
    from orgnet._build.entry import PERSONAL

    if lang == "zh":
        head = "有内容不能收入，因指定了 --strict 或 --on-personal raise，未生成结果；请更正，或去掉该选项："
    else:
        head = "nothing was made, because of --strict or --on-personal raise. Correct this, or leave out the option:"
    stopped = found.only(lambda table: (table["severity"] == "refused") | table["code"].isin(PERSONAL))
    print("orgnet:", "\n".join([head, *stopped.lines(lang, SHOWN)]), file=sys.stderr)


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """Show a bar on stderr while the report is made; nothing where stderr is no terminal."""
    from tqdm import tqdm

    from orgnet._report.page import STEPS

    with tqdm(total=STEPS, disable=None, leave=False, bar_format="{desc:12} {bar} {n_fmt}/{total_fmt}") as bar:

        def step(name: str) -> None:
            bar.set_description_str(name)
            bar.update()

        yield step


def _demo(options: argparse.Namespace) -> int:
    from orgnet import datasets
    from orgnet._report.page import report

    folder = Path(options.output)
    lang: Lang = options.lang
    other: Lang = "en" if lang == "zh" else "zh"
    net = datasets.load()
    paths = {}
    with _progress() as step:
        paths["report"] = report(net, folder / "report.html", lang=lang, progress=step)
    paths["other language"] = report(net, folder / f"report.{other}.html", lang=other)
    for table in sorted(datasets.path().glob("*.csv")):
        shutil.copyfile(table, folder / table.name)
    print(f"The bundled subdistrict is made up: {net.n_units} units, {net.n_ties} ties.")
    for what, path in paths.items():
        print(f"{what}: {path.resolve()}")
    print(f"its tables, to see what goes in: {(folder / 'units.csv').resolve()}")
    return DONE


def _template(options: argparse.Namespace) -> int:
    from orgnet.build import template

    print(template(options.path, lang=options.lang).resolve())
    return DONE
