"""The catalogue of findings, read from messages.toml, and how Chinese says what the library puts into a sentence."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
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

_FILE = files("orgnet._model") / "messages.toml"
MESSAGES: dict[str, Message] = {
    code: Message(**words) for code, words in tomllib.loads(_FILE.read_text(encoding="utf-8")).items()
}

# What a finding holds in English words, and how Chinese says it.
_PHRASES = (
    (r" Did you mean (.+)\?$", r"是否应为 \1？"),
    (r"(?<=[')]) or (?=')", " 或 "),
    (r" Unit (.+) differs by leading zeros: did a spreadsheet drop them\?$", r"与 \1 仅差前导零，是否被电子表格去掉？"),
    (r" Unit (.+) differs by upper and lower case\.$", r"与 \1 仅大小写不同。"),
    (r"^a quotation mark in row (\d+) is opened and never closed$", r"第 \1 行的引号没有闭合"),
    (r"^not a whole gzip file \((.*)\)$", r"gzip 文件不完整（\1）"),
    (r"^it looks like an Excel workbook under another name$", "看似改了名的 Excel 工作簿"),
    (r"^it is a Parquet file under another name$", "看似改了名的 Parquet 文件"),
    (r"^it is a web page \(HTML\) under another name$", "看似改了名的网页（HTML）"),
    (r"^it is a zip archive under another name$", "看似改了名的 zip 压缩包"),
    (r"^it is XML under another name$", "看似改了名的 XML 文件"),
    (r"^it is text under another name; name it \.csv$", "看似改了名的文本文件，请将扩展名改为 .csv"),
    (r"^it unpacks to far more than a table$", "解压后远大于正常表格"),
    (r"^it declares a document type$", "文件声明了文档类型（DOCTYPE）"),
    (r"^it is protected by a password$", "文件有密码保护"),
    (r"^it is no whole workbook \((.*)\)$", r"工作簿不完整（\1）"),
    (r"^it has more than (\d+) columns$", r"超过 \1 列"),
    (r"^its cells are strewn over (\d+) rows and (\d+) columns$", r"单元格散布在 \1 行 \2 列中"),
    (r"^none of its sheets holds a table$", "各工作表均无表格"),
    (r"^it holds notes$", "内容为说明"),
    (r"^it has no two headings$", "表头不足两列"),
    (r"^it has no rows$", "没有数据行"),
    (r"^it is empty$", "为空表"),
    (r"^it is an adjacency list: write it as (.+)$", r"为邻接表，请另存为 \1"),
    (r"^it is a tree of children: write it as (.+)$", r"为逐级嵌套的树，请另存为 \1"),
    (r"^it holds no cells$", "不含单元格"),
    (r"^the text is neither UTF-8 nor GB18030 nor UTF-16$", "文本不是 UTF-8、GB18030 或 UTF-16 编码"),
    (r"^the text is not ([\w-]+)$", r"文本不是 \1 编码"),
    (r"^([0-9.e+-]+) or more$", r"\1 以上"),
    (r"^([0-9.e+-]+) to ([0-9.e+-]+)$", r"\1 到 \2"),
    (r"^(\d+) of (.+)$", r"\1，见 \2"),
    (r" Unit (.+) is the same code, but for zeros at its end\.$", r"与 \1 仅差末尾的零。"),
    (r" Unit (.+) differs by spaces, points or hyphens\.$", r"与 \1 仅差空格、点或连字符。"),
    (r" It is the name of unit (.+)\.$", r"这是组织 \1 的名称。"),
    (r" Units (.+) have this name\.$", r"组织 \1 同用此名称。"),
    (r"^('.+') in row (\d+) of (.+)$", r"\3 第 \2 行的 \1"),
    (r"^('.+') in row (\d+)$", r"第 \2 行的 \1"),
    (r"^a yes$", "“是”"),
    (r"^a no$", "“否”"),
    (r"^its check digit is wrong$", "校验码不符"),
    (r"^it holds characters that no such code has$", "含不允许的字符"),
    (r"^it has not 18 characters$", "不是 18 位"),
    (r"^staff of (\d+) of them: ([0-9.e+]+)$", r"其中 \1 户填报从业人员共 \2 人"),
    (r"^staff not recorded$", "未填报从业人员"),
    (r", superior(?=：|$)", "，上级"),
    (r", hosts(?=：|$)", "，覆盖单位"),
    (r", party_org(?=：|$)", "，所属党组织"),
    (r", grid(?=：|$)", "，所属网格"),
    (r", area(?=：|$)", "，所属区域"),
    (r", codes(?=：|$)", "，区划代码"),
    (r", pairs(?=：|$)", "，两两协作"),
    (r", interlock(?=：|$)", "，交叉任职"),
    (r", serves(?=：|$)", "，服务"),
    (r"^the text is neither UTF-8 nor UTF-16$", "文本不是 UTF-8 或 UTF-16 编码"),
    (r"^it is no (JSON|XML) \((.*), line (\d+)\)$", r"不是合格的 \1（第 \3 行：\2）"),
    (r"^it is nested too deeply$", "嵌套过深"),
    (r"^it holds (\S+), which is no value of JSON$", r"含有 \1，不是 JSON 的值"),
    (r"^a key stands twice in one record$", "同一条记录中有重复的键"),
    (r"^it holds a single value and no table$", "只有单个值，没有表"),
    (r"^it holds no table: .*$", "没有表：应为记录列表，或 units 与 ties，或 nodes 与 edges"),
    (r"^its columns are no lists of one length$", "各列不是等长的列表"),
    (r"^it holds a list of something else than records$", "列表中不全是记录"),
    (r"^its first element is (.*), neither <graphml> nor <gexf>$", r"根元素是 \1，不是 <graphml> 或 <gexf>"),
    (r"^it is in an encoding that is not known$", "编码未知"),
    (r"^it declares entities, which this library never expands$", "声明了实体，本库从不展开实体"),
)


def in_chinese(text: str) -> str:
    """Return a fact of a finding with the English phrases that the library itself puts there in Chinese."""
    for english, chinese in _PHRASES:
        text = re.sub(english, chinese, text)
    return text
