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
