"""The report as one file: Jinja2 with autoescape, no script of its own, nothing asked of the network."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Literal

from orgnet._model.files import write_atomic
from orgnet._model.vocabulary import check_choice
from orgnet._report.internal import internal_sections
from orgnet._report.public import public_sections
from orgnet._report.words import say
from orgnet.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from orgnet._model.network import OrgNetwork
    from orgnet._model.vocabulary import Lang
    from orgnet._report.sections import Section

STEPS = 5


def report(
    net: OrgNetwork,
    path: str | Path,
    *,
    lang: Lang = "en",
    title: str | None = None,
    headquarters: str | Sequence[str] | None = None,
    audience: Literal["internal", "public"] = "internal",
    previous: OrgNetwork | None = None,
    progress: Callable[[str], None] | None = None,
) -> Path:
    """Write the report of a network: one HTML file that opens anywhere and needs nothing else.

    It answers the ten questions of a planner, each with its numbers, pictures and caveats, says what was read and what
    was wrong with it, and holds the interactive picture. What would take too long for the size of the network is left
    out, and the page says so.

    Parameters
    ----------
    net
        The network, of any size.
    path
        Where to write; the file appears in one step.
    lang
        ``"en"`` or ``"zh"``.
    title
        The heading; by default that of the language.
    headquarters
        One id or several; by default the tops of command.
    audience
        ``"internal"`` says everything exactly. ``"public"`` leaves out the gap list, the findings, every enterprise and
        social organisation with the Party organisations that cover it, and small counts with what gives them back.
    previous
        An earlier network of the same place: the report then says what changed. Not for the public.
    progress
        Called with the name of each step as it begins, `STEPS` times in all.

    Returns
    -------
    Path
        Where it was written.

    Raises
    ------
    InputError
        Where the file cannot be written.
    OptionError
        For another language or audience.
    UnitError
        If a headquarters is no unit, or is not listed in public.

    Examples
    --------
    >>> import orgnet, tempfile
    >>> net = orgnet.build.from_tables({"unit_id": ["h", "g"], "superior_id": [None, "h"]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = report(net, f"{folder}/report.html")
    ...     path.stat().st_size > 10_000
    True
    """
    from orgnet import viz

    check_choice("lang", lang, ("en", "zh"))
    check_choice("audience", audience, ("internal", "public"))
    if previous is not None and audience == "public":
        msg = "previous= is not for the public: the difference of two releases gives small counts away; leave it out"
        raise OptionError(msg)
    heads = [headquarters] if isinstance(headquarters, str) else headquarters
    if heads is not None:
        net.rows(heads)
    step = progress or (lambda _: None)
    heading = title or say("title", lang)
    shown, footer = net, ""
    if audience == "public":
        found, shown = public_sections(net, lang, heads, step)
        footer = say("public_footer", lang, k=net.rules["disclosure"]["k"], rules=net.rules.label)
    else:
        found = internal_sections(net, lang, heads, previous, step)
    step("picture")
    picture = viz.explore(shown, headquarters=heads, lang=lang, title=say("picture", lang))
    html = page(heading, found, lang, nonce=picture.nonce, frame=picture.iframe(), footer=footer)
    step("writing")
    return write_atomic(path, html)


def page(
    title: str, found: Sequence[Section], lang: Lang, *, nonce: str = "", frame: str = "", footer: str = ""
) -> str:
    """Return sections as a page; `frame`, the picture, stands below the first one, its scripts known by `nonce`."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_asset), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    )
    return environment.get_template("report.html.j2").render(
        lang="zh-CN" if lang == "zh" else "en",
        title=title,
        style=_asset("report.css"),
        nonce=nonce,
        sections=found,
        contents=say("contents", lang),
        picture_title=say("picture", lang),
        warnings_title=say("warnings", lang),
        frame=frame,
        footer=footer,
    )


def _asset(name: str) -> str:
    return resources.files("orgnet._report").joinpath("assets").joinpath(name).read_text(encoding="utf-8")
