"""Blank tables to fill in, with the meaning of every column beside them."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

from orgnet._model.files import write_atomic
from orgnet._model.vocabulary import FORMATIONS, KINDS, LAYERS, LEVELS, check_choice
from orgnet.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from orgnet._model.vocabulary import Lang

# field, heading in Chinese, meaning, meaning in Chinese
_UNITS = (
    ("unit_id", "编码", "id of the unit, unique, text", "组织编码，唯一，文本"),
    ("name", "名称", "name of the organisation (no person)", "组织名称（不填个人）"),
    ("kind", "类别", "kind: see kinds below", "类别：见下方词表"),
    (
        "superior_id",
        "上级编码",
        "unit_id of the superior in command; empty for the top",
        "隶属上级的编码；最高一级留空",
    ),
    ("area", "区域", "community or other area", "所属社区等区域"),
    ("level", "层级", "level: see levels below", "层级：见下方词表"),
    ("sector", "行业", "line of business", "行业"),
    ("members", "党员人数", "Party members, number", "党员人数"),
    ("full_members", "正式党员数", "full Party members, number", "正式党员数"),
    ("staff", "从业人员数", "staff, number", "从业人员数"),
    ("households", "户数", "households (grids, communities), number", "户数（网格、社区）"),
    ("population", "人口数", "residents, number", "人口数"),
    ("has_party_org", "是否建立党组织", "yes or no; empty where it is not recorded", "是或否；未登记的留空"),
    ("formation", "组建形式", "sole, joint, functional or temporary", "单独组建、联合组建、功能型、临时"),
    ("fixed_premises", "固定场所", "yes or no", "是或否"),
    ("status", "经营状态", "for example 存续, 在业, 注销", "如 存续、在业、注销"),
    ("instructors", "党建指导员", "Party-building instructors sent, number", "选派党建指导员数"),
    ("has_union", "是否建立工会", "yes or no", "是或否"),
    ("has_league", "是否建立团组织", "yes or no", "是或否"),
    ("founded", "成立时间", "date, 2025-06-30", "日期，如 2025-06-30"),
    ("last_election", "换届日期", "date", "日期"),
)
_TIES = (
    ("source", "起点", "unit_id; the superior, provider or covering unit", "起点编码：上级、提供方或覆盖方"),
    ("target", "终点", "unit_id of the other end", "终点编码"),
    ("layer", "关系层", "layer: see layers below", "关系层：见下方词表"),
    ("tie_type", "关系类型", "free text, such as joint meeting", "自由填写，如 联席会议"),
    ("weight", "强度", "strength above 0, larger is closer; empty is 1", "大于 0，越大越紧密；留空为 1"),
    ("since", "开始时间", "date", "日期"),
    ("until", "结束时间", "date", "日期"),
    ("latency_days", "时延天数", "days a message takes", "信息传达所需天数"),
    ("reliability", "可靠度", "share of messages that arrive, 0 to 1", "传达到位的比例，0 到 1"),
)


def template(path: str | Path, *, lang: Lang = "zh") -> Path:
    """Write blank tables to fill in: a workbook with one sheet a register, or a folder of two CSV tables.

    The workbook has a sheet each for units in general, ties, Party organisations, enterprises, social organisations,
    grids, buildings, posts, services and events; fill in those you have. Words are chosen from lists, codes stay text,
    a note at each heading says what goes there, and the last sheet explains all with an example of each. Nothing is
    forbidden: a cell that does not fit is only asked about. The folder holds units, ties and a page that explains
    every column, as CSV in UTF-8 with a byte-order mark, so that a spreadsheet opens them as they are. Filled in,
    `orgnet.read` takes either. Files that are there already are never overwritten.

    Parameters
    ----------
    path
        The workbook, ending in ``.xlsx``; anything else is the folder, made where it does not exist.
    lang
        Of the headings: ``"zh"``, or ``"en"`` for the names of the fields.

    Returns
    -------
    Path
        The workbook or folder.

    Raises
    ------
    OptionError
        For another language.
    InputError
        Where the workbook is there already, the folder holds one of the files, or they cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sorted(file.name for file in template(folder).iterdir())
    ['fields.txt', 'ties.csv', 'units.csv']
    """
    check_choice("lang", lang, ("en", "zh"))
    folder = Path(path)
    if folder.suffix.lower() == ".xlsx":
        from orgnet._build.template_workbook import blank_workbook

        if folder.exists():
            msg = f"{folder} exists already and is not overwritten; name a new workbook"
            raise InputError(msg)
        return write_atomic(folder, blank_workbook(lang))
    files = {
        "units.csv": _csv([[zh if lang == "zh" else field for field, zh, *_ in _UNITS]]),
        "ties.csv": _csv([[zh if lang == "zh" else field for field, zh, *_ in _TIES]]),
        "fields.txt": "\ufeff" + _explained(),
    }
    for name in files:
        if (folder / name).exists():
            msg = f"{folder / name} exists already and is not overwritten; name a new folder"
            raise InputError(msg)
    for name, text in files.items():
        write_atomic(folder / name, text)
    return folder


def _csv(rows: Iterable[Iterable[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return "\ufeff" + out.getvalue()


def _explained() -> str:
    lines = ["units.csv: 一行一个组织 / one row a unit", ""]
    lines += [f"  {zh} ({field}): {meaning_zh} / {meaning}" for field, zh, meaning, meaning_zh in _UNITS]
    lines += ["", "ties.csv: 一行一条关系 / one row a tie", ""]
    lines += [f"  {zh} ({field}): {meaning_zh} / {meaning}" for field, zh, meaning, meaning_zh in _TIES]
    lines += ["", "类别 / kinds", "", *(f"  {kind.zh} ({name})" for name, kind in KINDS.items())]
    lines += ["", "层级 / levels", "", *(f"  {zh} ({name})" for name, zh in LEVELS.items())]
    lines += ["", "关系层 / layers", ""]
    lines += [
        f"  {layer.zh} ({name}): {'有方向 / directed' if layer.directed else '无方向 / undirected'}"
        for name, layer in LAYERS.items()
    ]
    lines += ["", "组建形式 / formations", "", *(f"  {zh} ({name})" for name, zh in FORMATIONS.items())]
    lines += ["", "不收个人信息：姓名、证件号、电话等列会被删除。/ No persons: such columns are dropped.", ""]
    return "\r\n".join(lines)
