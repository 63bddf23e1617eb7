"""The catalogue of findings: each stable code with its severity, its sentence and its remedy, in English and Chinese.

Sentences may use ``{value}``, ``{other}``, ``{column}`` and ``{count}``; file and row stand beside them.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Message(NamedTuple):
    """One kind of finding."""

    severity: str
    en: str
    remedy_en: str
    zh: str
    remedy_zh: str


SEVERITIES = ("refused", "error", "warning", "note")
SEVERITY_ZH = {"refused": "拒收", "error": "错误", "warning": "警告", "note": "说明"}

MESSAGES: dict[str, Message] = {
    # --- refused: the row (or the table) does not get in
    "table.empty": Message(
        "refused",
        "the file has no rows",
        "Write one heading row and one row a unit or tie; `orgnet template` makes a blank one.",
        "文件为空",
        "请写一行表头，其后每个组织或关系一行；orgnet template 可生成空白模板。",
    ),
    "table.no_rows": Message(
        "warning",
        "the table has a heading and no rows",
        "Write one row a unit.",
        "只有表头，没有数据行",
        "请每个组织填写一行。",
    ),
    "table.unreadable": Message(
        "refused",
        "the file cannot be read as a table: {value}",
        "Save it from the spreadsheet as CSV (UTF-8) and try again.",
        "文件无法按表格读取：{value}",
        "请在电子表格中另存为 CSV（UTF-8）后重试。",
    ),
    "table.missing_column": Message(
        "refused",
        "no column for {column}; the columns found are {value}",
        "Rename the heading, or map it: --columns 'heading={field}' (in Python columns={{'heading': '{field}'}}).",
        "缺少“{column}”列；现有列：{value}",
        "请修改表头，或加以指定：--columns '原表头={field}'（Python 中为 columns={{'原表头': '{field}'}}）。",
    ),
    "table.no_units": Message(
        "refused",
        "a tie table came without a unit table",
        "Add a table of units (units.csv) with one row for each end of a tie.",
        "只有关系表，没有组织表",
        "请补充组织表（units.csv），关系的每一端都应有一行。",
    ),
    "table.several": Message(
        "refused",
        "several files could be the {column} table: {value}",
        "Keep one of them in the folder, or name the files one by one.",
        "有多个文件可作为 {column} 表：{value}",
        "文件夹中只保留一个，或逐个指定文件。",
    ),
    "row.ragged": Message(
        "refused",
        "the row has {value} fields, the heading has {other}",
        "Put fields that contain a comma between quotation marks, and add the missing fields.",
        "该行有 {value} 个字段，表头有 {other} 个",
        "含逗号的字段请加引号，并补齐缺少的字段。",
    ),
    "unit.id_missing": Message(
        "refused",
        "the unit has no id",
        "Give each unit an id of its own.",
        "组织缺少编码",
        "请为每个组织填写唯一编码。",
    ),
    "unit.id_conflict": Message(
        "refused",
        "id {value!r} stands in row {other} already, with different facts",
        "Keep one row an id, or give the second unit an id of its own.",
        "编码 {value!r} 已在第 {other} 行出现，且内容不同",
        "每个编码只保留一行，或为第二个组织另编编码。",
    ),
    "unit.id_personal": Message(
        "refused",
        "the id looks like a personal number (the value is not shown)",
        "This library holds organisations, never people: use the code of the organisation.",
        "编码疑似个人证件号码（不显示原值）",
        "本库只收组织，不收个人：请使用组织编码。",
    ),
    "tie.end_missing": Message(
        "refused",
        "the tie has no {column}",
        "Fill in the id of the unit at this end.",
        "关系缺少{column}",
        "请填写该端组织的编码。",
    ),
    "tie.dangling": Message(
        "refused",
        "{column} {value!r} is not a unit.{other}",
        "Add the unit to the unit table, or correct the id here.",
        "{column} {value!r} 不在组织表中。{other}",
        "请在组织表中补充该组织，或更正此处编码。",
    ),
    "tie.self": Message(
        "refused",
        "unit {value!r} is tied to itself",
        "Remove the row, or correct one of its ends.",
        "组织 {value!r} 与自身建立了关系",
        "请删除该行，或更正其中一端。",
    ),
    "tie.layer_unknown": Message(
        "refused",
        "layer {value!r} is not known",
        "Use one of: {other}.",
        "未知的关系层 {value!r}",
        "请使用：{other}。",
    ),
    "tie.weight_bad": Message(
        "refused",
        "weight {value!r} is not a positive number",
        "Write the strength of the tie as a number above 0, or leave it empty for 1.",
        "强度 {value!r} 不是正数",
        "请填写大于 0 的数，留空则按 1 计。",
    ),
    # --- error, kept
    "command.cycle": Message(
        "error",
        "{value!r} stands on a cycle of command: {other}",
        "Find the wrong superior on this cycle; the size of the subtree is undefined for these units.",
        "{value!r} 处于隶属循环中：{other}",
        "请查找循环中错误的上级；这些组织的下属规模无法计算。",
    ),
    "command.two_superiors": Message(
        "error",
        "{value!r} has {count} superiors in command: {other}",
        "Keep the Party superior as command, and record a second line as guides or serves.",
        "{value!r} 有 {count} 个上级：{other}",
        "请只保留党组织隶属上级，其余条线改记为指导或服务。",
    ),
    # --- warning, kept
    "unit.superior_outside": Message(
        "warning",
        "superior {value!r} is not in the file; the unit stays without a superior.{other}",
        "Add the superior as a unit, or correct its id.",
        "上级 {value!r} 不在文件中，该组织暂无上级。{other}",
        "请补充上级组织，或更正编码。",
    ),
    "unit.id_like_missing": Message(
        "warning",
        "the id is the text {value!r}, kept as an id",
        "If it means that the id is missing, leave the cell empty.",
        "编码为文字 {value!r}，按编码保留",
        "若表示缺失，请留空。",
    ),
    "unit.id_scientific": Message(
        "warning",
        "id {value!r} is a code that a spreadsheet turned into a number; its last digits are lost",
        "Take the code from the original source and format the column as text.",
        "编码 {value!r} 被电子表格转成数字，末位已丢失",
        "请从原始来源重新取编码，并将该列设为文本格式。",
    ),
    "unit.kind_unknown": Message(
        "warning",
        "kind {value!r} is not in the vocabulary; kept as written.{other}",
        "If it is a known kind, write it as fields.txt of `orgnet template` or docs/data-model.md do; else leave it.",
        "类别 {value!r} 不在词表中，按原文保留。{other}",
        "若属已有类别，请改为 orgnet template 的 fields.txt 或 docs/data-model.md 所列名称。",
    ),
    "unit.kind_missing": Message(
        "warning",
        "the kind is not recorded",
        "Write a kind, as `orgnet template` (fields.txt) and docs/data-model.md list them.",
        "未登记类别",
        "请按 orgnet template 的 fields.txt 或 docs/data-model.md 所列填写类别。",
    ),
    "unit.formation_unknown": Message(
        "warning",
        "formation {value!r} is not in the vocabulary; kept as written.{other}",
        "Write sole, joint, functional or temporary, or a word that docs/data-model.md lists.",
        "组建形式 {value!r} 不在词表中，按原文保留。{other}",
        "请写单独组建、联合组建、功能型或临时，或 docs/data-model.md 所列的词。",
    ),
    "unit.status_unknown": Message(
        "warning",
        "status {value!r} says neither operating nor closed; counted as not recorded",
        "Write 存续 or 注销, operating or closed, or add the word to a rule set (--rules, in Python rules=).",
        "经营状态 {value!r} 无法判断是否在营，按未登记处理",
        "请写“存续”“注销”等词，或在规则集中补充该词（--rules，Python 中为 rules=）。",
    ),
    "covers.not_party": Message(
        "warning",
        "{value!r} covers {other!r}, but is of no Party kind; the tie does not count as cover",
        "Correct the kind of the unit, or record the tie as serves, guides or supports.",
        "{value!r} 覆盖 {other!r}，但其类别不是党组织，该关系不计入覆盖",
        "请更正该组织的类别，或将关系改记为服务、指导或支持。",
    ),
    "tie.facts_differ": Message(
        "warning",
        "the tie {value} stands in row {other} already, with other facts (weight, latency ...); the first is kept",
        "Keep one row, or tell the two ties apart by tie_type, since or until.",
        "关系 {value} 已在第 {other} 行出现，但其他内容（强度、时延等）不同，保留第一条",
        "请只保留一行，或用关系类型、起止时间加以区分。",
    ),
    "command.level_skip": Message(
        "warning",
        "{value!r} answers to {other}, more than one level above",
        "If a level is missing in between, add it; a direct unit may stay as it is.",
        "{value!r} 的上级为 {other}，跨越一个以上层级",
        "若中间缺少一级请补充；确属直属的可保留。",
    ),
    "command.several_tops": Message(
        "warning",
        "command has {count} tops: {value}",
        "Name the headquarters (--headquarters, in Python headquarters=), or give the others a superior.",
        "隶属关系有 {count} 个顶端：{value}",
        "请指定总部（--headquarters，Python 中为 headquarters=），或补充其上级。",
    ),
    "value.unreadable": Message(
        "warning",
        "{value!r} is not a number; taken as not recorded",
        "Write a plain number without unit.",
        "{value!r} 不是数字，按未登记处理",
        "请只写数字，不带单位。",
    ),
    "value.out_of_range": Message(
        "warning",
        "{value!r} is outside the range {other}; taken as not recorded",
        "Correct the number.",
        "{value!r} 超出范围 {other}，按未登记处理",
        "请更正该数。",
    ),
    "flag.unreadable": Message(
        "warning",
        "{value!r} is neither yes nor no; taken as not recorded",
        "Write 是 or 否, yes or no; leave it empty where it is not known.",
        "{value!r} 无法判断是或否，按未登记处理",
        "请写“是”或“否”，不清楚的留空。",
    ),
    "date.unreadable": Message(
        "warning",
        "{value!r} is not a date; taken as not recorded",
        "Write dates as 2025-06-30.",
        "{value!r} 不是日期，按未登记处理",
        "日期请写成 2025-06-30。",
    ),
    "presence.contradiction": Message(
        "warning",
        "{value!r} is recorded without a Party organisation, but `{other}` says that it has one",
        "Correct one of them; a tie speaks before the flag.",
        "{value!r} 登记为未建党组织，但“{other_label}”表明已建",
        "请更正其一；有覆盖关系的以关系为准。",
    ),
    "column.duplicate": Message(
        "warning",
        "the headings {value} all mean {column}; the first is used, the others are kept as extra columns",
        "Keep one, or map the right one: --columns 'heading={field}' (in Python columns={{'heading': '{field}'}}).",
        "表头 {value} 都表示“{column}”；采用第一列，其余作为附加列保留",
        "请只保留一列，或加以指定：--columns '表头={field}'（Python 中为 columns={{'表头': '{field}'}}）。",
    ),
    "option.no_heading": Message(
        "warning",
        "no table has the heading {value!r}.{other}",
        "Write the heading as it stands in the file, or leave it out of the option.",
        "各表均无表头 {value!r}。{other}",
        "请按文件中的表头填写，或从选项中删去。",
    ),
    "column.ambiguous": Message(
        "warning",
        "heading {value!r} may mean staff or population; it is kept as an extra column",
        "Map it: --columns {value}=staff or {value}=population (in Python columns={{'{value}': 'staff'}}).",
        "表头 {value!r} 可能指从业人员或人口，作为附加列保留",
        "请指定：--columns {value}=staff 或 {value}=population（Python 中为 columns={{'{value}': 'staff'}}）。",
    ),
    "column.personal": Message(
        "warning",
        "column {column!r} holds personal data and was dropped ({count} values, not shown)",
        "Remove the column from the file: this library holds organisations, never people.",
        "“{column}”列含个人信息，已删除（{count} 个值，不显示）",
        "请从文件中删除该列：本库只收组织，不收个人。",
    ),
    "value.personal": Message(
        "warning",
        "{count} values of {column!r} look like personal numbers and were taken out (not shown)",
        "Remove them from the file: this library holds organisations, never people.",
        "“{column}”列有 {count} 个值疑似个人证件或电话号码，已删除（不显示）",
        "请从文件中删除：本库只收组织，不收个人。",
    ),
    "text.nul": Message(
        "warning",
        "a character that no table may hold (NUL) was removed",
        "Export the file again from its source.",
        "已删除非法字符（NUL）",
        "请从来源重新导出文件。",
    ),
    # --- note
    "unit.merged": Message(
        "note",
        "the row repeats the unit {value!r} of row {other} word for word; merged",
        "Nothing to do.",
        "该行与第 {other} 行组织 {value!r} 完全相同，已合并",
        "无需处理。",
    ),
    "tie.merged": Message(
        "note",
        "the tie {value} stands in row {other} already; merged",
        "Nothing to do.",
        "关系 {value} 已在第 {other} 行出现，已合并",
        "无需处理。",
    ),
    "tie.ended": Message(
        "note",
        "{count} ties ended before {value}; they are counted like the others",
        "To leave them out, take their rows out, or in Python use net.select(at={value!r}).",
        "{count} 条关系在 {value} 前已结束，仍与其他关系一并计算",
        "如需排除，请删去这些行，或在 Python 中用 net.select(at={value!r})。",
    ),
    "tie.weight_default": Message(
        "note",
        "{count} ties have no weight and take 1",
        "Nothing to do, unless the strength is known.",
        "{count} 条关系未填强度，按 1 计",
        "若已知强度请补充。",
    ),
    "id.tidied": Message(
        "note",
        "{count} ids were tidied, the first: {value!r} was read as {other!r}",
        "Nothing to do; spaces at the ends, full-width forms and a final .0 are not part of an id.",
        "整理了 {count} 个编码，首个：{value!r} 读作 {other!r}",
        "无需处理；首尾空格、全角字符和末尾 .0 不属于编码。",
    ),
    "word.converted": Message(
        "note",
        "{value!r} was read as {other!r}",
        "Nothing to do.",
        "{value!r} 读作 {other!r}",
        "无需处理。",
    ),
    "value.converted": Message(
        "note",
        "{count} values were converted, the first: {value!r} was read as {other}",
        "Nothing to do.",
        "转换了 {count} 个值，首个：{value!r} 读作 {other}",
        "无需处理。",
    ),
    "column.mapped": Message(
        "note",
        "heading {value!r} was read as {column}",
        "If that is wrong, map the heading: --columns HEADING=FIELD (in Python columns={{'heading': 'field'}}).",
        "表头 {value!r} 读作“{column}”",
        "如有误，请加以指定：--columns 表头=字段（Python 中为 columns={{'表头': '字段'}}）。",
    ),
    "column.dropped": Message(
        "note",
        "column {column!r} was left out as asked",
        "Nothing to do.",
        "已按要求略去“{column}”列",
        "无需处理。",
    ),
    "file.ignored": Message(
        "note",
        "file {value!r} was not read: it is named neither units nor ties",
        "To have it read, name it units (nodes) or ties (edges), or give its path.",
        "未读取文件 {value!r}：文件名既非 units 也非 ties",
        "如需读取，请命名为 units（nodes）或 ties（edges），或直接指定路径。",
    ),
    "rows.blank": Message(
        "note",
        "{count} empty rows were passed over",
        "Nothing to do.",
        "略过 {count} 个空行",
        "无需处理。",
    ),
    "text.encoding": Message(
        "note",
        "the text was read as {value}",
        "If names look wrong, name the encoding: --encoding (in Python encoding=).",
        "按 {value} 编码读取",
        "若名称显示不正常，请指定编码：--encoding（Python 中为 encoding=）。",
    ),
}

# What a finding holds in English words, and how Chinese says it.
_PHRASES = (
    (r" Did you mean (.+)\?$", r"是否应为 \1？"),
    (r" Unit (.+) differs by leading zeros: did a spreadsheet drop them\?$", r"与 \1 仅差前导零，是否被电子表格去掉？"),
    (r" Unit (.+) differs by upper and lower case\.$", r"与 \1 仅大小写不同。"),
    (r"^a quotation mark in row (\d+) is opened and never closed$", r"第 \1 行的引号没有闭合"),
    (r"^not a whole gzip file \((.*)\)$", r"gzip 文件不完整（\1）"),
    (r"^it looks like an Excel workbook under another name$", "看似改了名的 Excel 工作簿"),
    (r"^it is a Parquet file under another name$", "看似改了名的 Parquet 文件"),
    (r"^the text is neither UTF-8 nor GB18030 nor UTF-16$", "文本不是 UTF-8、GB18030 或 UTF-16 编码"),
    (r"^the text is not ([\w-]+)$", r"文本不是 \1 编码"),
    (r"^([0-9.e+-]+) or more$", r"\1 以上"),
    (r"^([0-9.e+-]+) to ([0-9.e+-]+)$", r"\1 到 \2"),
    (r"^(\d+) of (.+)$", r"\1（\2）"),
    (r", superior", "，上级"),
)


def in_chinese(text: str) -> str:
    """Return a fact of a finding with the English phrases that the library itself puts there in Chinese."""
    for english, chinese in _PHRASES:
        text = re.sub(english, chinese, text)
    return text
