"""From bytes to text: the encoding given, or one of few that are tried strictly, and whether it makes sense."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from orgnet.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 4000  # bytes
_COMMON = (0xB0, 0xD7)  # first bytes of the 3,755 usual characters in GB 2312
_RARE = 0.3  # share of unusual characters that headings never have
_MISREAD = ("latin-1", "cp1252", "gb18030")  # what UTF-8 or GB18030 is taken for, and then saved as UTF-8


def decoded(data: bytes, encoding: str | None, known: Callable[[str], int]) -> tuple[str | None, str]:
    """Return the text and its encoding; None where no encoding fits.

    The encoding given wins; else the byte-order mark, UTF-16 without a mark if its headings are known ones, strict
    UTF-8, strict GB18030. `known` counts the known headings of a text.
    """
    marked = [name for mark, name in _BOMS if data.startswith(mark)]
    wide = "" if encoding or marked else _wide(data)
    for name in [encoding] if encoding else [*marked, *([wide] if wide else []), "utf-8", "gb18030"]:
        try:
            text = data.decode(name).removeprefix("\ufeff")
        except UnicodeError:
            continue
        except LookupError as error:
            msg = f"encoding {name!r} is not known; use one such as 'utf-8', 'gb18030', 'utf-16'"
            raise InputError(msg) from error
        if name != wide or known(text):
            return text, name
    return None, ""


def _wide(data: bytes) -> str:
    """Return the form of UTF-16 that the places of the NUL bytes speak for, empty where none does."""
    sample = data[:_SAMPLE]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if len(data) % 2 or even == odd or min(even, odd) * 10 > max(even, odd):
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def doubtful(headings: str, encoding: str) -> bool:
    """Return whether headings look like text that was read in the wrong encoding.

    In GB18030 they hold many characters that no heading has, as Big5 does; in UTF-8 they were UTF-8 or GB18030 once,
    and somebody read them as something else and saved that.

    Examples
    --------
    >>> doubtful("编码 名称", "gb18030"), doubtful("编码 名称".encode().decode("latin-1"), "utf-8")
    (False, True)
    """
    foreign = [character for character in headings if not character.isascii()]
    if not foreign:
        return False
    if encoding == "gb18030":
        return sum(map(_is_rare, foreign)) > _RARE * len(foreign)
    return "\ufffd" in headings or "锟斤拷" in headings or any(_undone(headings, name) for name in _MISREAD)


def _is_rare(character: str) -> bool:
    try:
        code = character.encode("gb2312")
    except UnicodeEncodeError:
        return True
    return not _COMMON[0] <= code[0] <= _COMMON[1]


def _undone(text: str, encoding: str) -> bool:
    """Return whether the bytes of the text in `encoding` are Chinese in UTF-8 or, all of it, in GB18030."""
    try:
        data = text.encode(encoding)
    except UnicodeEncodeError:
        return False
    for name in {"utf-8", "gb18030"} - {encoding}:
        try:
            back = data.decode(name)
        except UnicodeDecodeError:
            continue
        foreign = [character for character in back if not character.isascii()]
        if all("\u4e00" <= character <= "\u9fff" for character in foreign) and not any(map(_is_rare, foreign)):
            return True
    return False
