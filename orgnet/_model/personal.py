"""No persons: which headings and values are personal, and how they are kept out.

The library holds organisations, seats and counts. What looks like a person's data is taken out before anything is kept;
findings name the column, never the value.

What is looked for depends on the value alone and on its heading, never on the other rows: a part of a table that was
let in is let in again.

- Everywhere: identity cards of 18 places and mobile telephones. A code that is both a sound credit code and a sound
  card number is taken for a card; of credit codes that are all digits fewer than 1 in 100,000 are such.
- In all but ids, numbers, flags and dates, also: telephones with an area code, e-mail addresses, and identity cards
  of 15 digits. Registration numbers of enterprises have 15 digits too, and about 1 in 30 looks like a card: they stay
  where the heading says that it is a number of something (代码, 编号, 注册号, code, no. ...).
- Codes of 11 digits that begin with 13 to 19 are refused as ids. No rule tells them from telephones safely: those of
  one office often share seven digits or run in sequence, as codes do.

Headings of who holds a seat (书记, 网格员, manager) announce names or counts. Such a column stays only where each value
is a count, an answer of yes or no, or not recorded.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet._model.reading import NOT_RECORDED, asked
from orgnet._model.values import NO, YES, as_text, fold, is_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from orgnet._model.values import Place

HEADINGS = frozenset(
    [
        *("姓名", "身份证", "身份证号", "身份证号码", "公民身份号码", "护照号", "证件号码", "性别", "民族"),
        *("出生日期", "出生年月", "家庭住址", "住址", "联系人", "法定代表人"),
        *("手机", "手机号", "手机号码", "联系电话", "电话", "联系方式", "微信", "微信号", "邮箱", "电子邮箱"),
        *("person_name", "full_name", "id_card", "id_number", "home_address", "date_of_birth", "ethnicity", "gender"),
        *("contact", "contact_person", "contact_name", "staff_name", "employee_name", "manager_name", "owner_name"),
        *("主持人", "记录人", "参加人员", "参会人员", "填表人", "审核人", "制表人", "经办人", "联络人", "名字", "座机"),
    ]
)
HOLDERS = frozenset(
    [
        *("书记", "副书记", "支部书记", "党支部书记", "党组织书记", "主任", "副主任", "委员", "党员", "发展对象"),
        *("法人", "业主", "网格员", "网格长", "楼长", "楼栋长", "单元长", "组长", "党建联络员", "分管领导", "包片干部"),
        *("manager", "secretary", "owner", "head", "leader", "employee", "supervisor", "chairman", "chairperson"),
    ]
)
NAMES = frozenset(
    [
        *("姓名", "名字", "人员姓名", "员工姓名", "职工姓名", "党员姓名"),
        *("person_name", "full_name", "employee_name", "staff_name", "employee"),
    ]
)
_ENDS = ("长", "员", "书记", "主任", "干部", "领导", "法人")  # of the heading for who holds a seat
_NO_HOLDERS = (
    *("增长", "成长", "生长", "时长", "周长", "全长", "总长", "边长", "延长", "特长"),
    *("满员", "缺员", "定员", "动员"),
)
_OF_PERSONS = frozenset(  # facts that persons have, and organisations have not
    [
        *("email", "e_mail", "job_title", "employee", "employee_id", "gender", "hire_date", "date_of_birth"),
        *("工号", "职称", "性别", "入职时间", "入职日期", "出生年月"),
    ]
)
_ENGLISH_HOLDERS = frozenset([word for word in HOLDERS if word.isascii()])
_QUESTIONS = ("是否", "有无", "平均", "has_", "is_", "number_of_")
_PARTS = (
    *("e-mail", "身份证", "出生日期", "姓名", "电话", "手机", "联系人", "负责人", "责任人", "法定代表人", "法人代表"),
    *("户主", "住址", "居住地址", "户籍", "年龄"),
)
_OF_UNITS = frozenset(["单位电话", "单位邮箱"])
_COUNT = r"(?:约|近)?[0-9]{1,6}(?:[.,][0-9]{1,3})?(?:余|多)?[人名个位户]?(?:左右)?"
_PART_SIGNS = re.compile(r"[、,，;；\n|]")  # what stands between the parts of a list
_NO_NAMES = frozenset([*YES, *NO, *NOT_RECORDED, "暂无", "-", "—"])
_IN_BRACKETS = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]")
_IDS = frozenset(["unit_id", "superior_id"])  # a manager may be the id of a unit
_COUNTED = ("数", "人口", "率")  # such a heading counts, and names nobody
_TOKENS = frozenset(["phone", "mobile", "telephone", "tel", "email", "birthday", "birthdate", "passport"])

# A heading that says so holds numbers of something: there 15 digits are no old identity card.
_NUMBER_OF = ("代码", "编码", "号", "证", "执照", "登记", "注册", "统一社会信用")
_NUMBER_TOKENS = frozenset(["id", "code", "codes", "no", "number", "nr", "ref", "uscc", "registration", "licence"])

# An identity card: 17 digits with a date of birth, and a check character; before 1999 15 digits. A mobile telephone:
# 11 digits from 13 to 19. Each may be written in groups. No look-around here: the columnar engine knows none.
_DASHES = "\u2010-\u2015-"
_GAP = f"[ \u00a0{_DASHES}]?"
_FREE, _END = r"(?:^|[^0-9A-Za-z])", r"(?:$|[^0-9A-Za-z])"
_CARD = rf"[1-9](?:{_GAP}[0-9]){{5}}{_GAP}(?:19|20)(?:{_GAP}[0-9]){{9}}{_GAP}[0-9Xx]"
_PHONE = r"(?:\+?86[- ]?)?1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}"
_HAS_CARD = rf"{_FREE}{_CARD}{_END}"
_HAS_PHONE = rf"(?:^|[^0-9A-Za-z.]){_PHONE}{_END}"
_WIDE = f"[{chr(0xFF10)}-{chr(0xFF19)}]"  # full-width digits
_BETWEEN = f"[ \u00a0{_DASHES}()\uff08\uff09]"  # what may stand between the digits of any of these numbers
_DIGITS_OR_AT = f"@|{_WIDE}|[0-9](?:{_BETWEEN}{{0,3}}[0-9]){{9}}"
_ONE_CARD = re.compile(rf"(?<![0-9A-Za-z])(?=({_CARD})(?![0-9A-Za-z]))")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_PHONES, _CARDS, _OLD_CARDS = (1.3e10, 2e10), (1e17, 1e18), (1e14, 1e15)  # where they lie as numbers

_MAIL = r"[0-9A-Za-z._%+-]+@[0-9A-Za-z-]+\.[A-Za-z]"
_AREA_CODE = r"0(?:10|2[0-9]|[3-9][0-9]{2})"
_LINE = rf"(?:^|[^0-9A-Za-z])[(（]?{_AREA_CODE}(?:[)）] ?|[)）]?[ {_DASHES}]{{1,2}})[2-9][0-9]{{6,7}}{_END}"
_HAS_CONTACT = rf"{_MAIL}|{_LINE}"
_PROVINCE = r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])"
_OLD_CARD = rf"{_PROVINCE}[0-9]{{4}}[0-9]{{2}}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{{3}}"
_HAS_OLD_CARD = rf"{_FREE}{_OLD_CARD}{_END}"
_ONE_OLD_CARD = re.compile(rf"(?<![0-9A-Za-z])({_OLD_CARD})(?![0-9A-Za-z])")


def personal_heading(heading: str) -> bool:
    """Return whether a heading announces personal data; one that ends in a word for a number does not.

    Examples
    --------
    >>> personal_heading("书记姓名"), personal_heading("Contact phone"), personal_heading("户籍人口数")
    (True, True, False)
    """
    word, core, parts = _parts(heading)
    if word in _OF_UNITS or core.endswith(_COUNTED) or core.startswith("平均"):
        return False
    if {word, core, *parts} & (HEADINGS | HOLDERS) or any(part in word for part in _PARTS):
        return True
    return bool(_TOKENS & set(re.split(r"[^a-z]+", word)))


def like_holder(heading: str) -> bool:
    """Return whether a heading sounds like who holds a seat; a field may sound so too.

    Examples
    --------
    >>> like_holder("片区党建指导员"), like_holder("备注（书记）"), like_holder("网格员数"), like_holder("专员单位")
    (True, True, False, False)
    """
    word, core, _ = _parts(heading)
    if core.endswith((*_COUNTED, *_NO_HOLDERS)) or core.startswith(_QUESTIONS):
        return False
    inside = {part.strip() for part in _IN_BRACKETS.findall(word)}
    english = core.rsplit("_", 1)[-1] in _ENGLISH_HOLDERS
    return core.endswith(_ENDS) or english or bool(inside & (HEADINGS | HOLDERS))


def names_persons(heading: str) -> bool:
    """Return whether a heading stands over the names of persons themselves.

    Examples
    --------
    >>> names_persons("姓名"), names_persons("Employee name"), names_persons("书记姓名")
    (True, True, False)
    """
    _, core, parts = _parts(heading)
    return bool({core, *parts} & NAMES)


def tells_persons(headings: Iterable[str]) -> bool:
    """Return whether some heading holds facts that persons have, and organisations have not.

    Examples
    --------
    >>> tells_persons(["id", "name", "Job title"]), tells_persons(["id", "name", "industry"])
    (True, False)
    """
    return any(bool({core, *parts} & _OF_PERSONS) for _, core, parts in map(_parts, headings))


def _parts(heading: str) -> tuple[str, str, tuple[str, ...]]:
    """Return a heading folded, without spaces, stars and brackets, and of two languages each part alone."""
    word = fold(heading).lower()
    core = _IN_BRACKETS.sub("", word)
    if core.isascii():
        return word, "_".join(re.findall(r"[^\s*_-]+", core)), ()
    core = re.sub(r"[\s*]+", "", core)
    parts = "".join(re.findall("[\u4e00-\u9fff]+", core)), "_".join(re.findall("[a-z]+", core))
    return word, core, parts if all(parts) else ()


def only_counts(column: pd.Series) -> bool:
    """Return whether each value is a count, an answer of yes or no, or not recorded: no name of a person.

    Examples
    --------
    >>> only_counts(pd.Series(["3", "12人", None])), only_counts(pd.Series(["3", "张三"]))
    (True, False)
    """
    return not _names(column).any()


def _names(column: pd.Series) -> NDArray[np.bool_]:
    """Return which values may be names: neither counts nor answers nor blanks."""
    if not is_text(column):
        return np.zeros(len(column), dtype=bool)
    text = as_text(column)
    words = pd.Series(text.dropna().unique(), dtype="str")
    folded = words.map(lambda word: fold(word).lower()).astype("str")
    plain = folded.str.fullmatch(_COUNT) | folded.isin(list(_NO_NAMES))
    return text.isin(words[~plain]).to_numpy(bool)


def like_personal(column: pd.Series) -> NDArray[np.bool_]:
    """Return which values are, or hold, what looks like an identity card or mobile telephone number."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes = column.cat.codes.to_numpy()
        return np.append(like_personal(pd.Series(column.cat.categories)), False)[codes]  # code -1 is missing
    if not is_text(column):
        return _numbers_like_personal(column)
    text = _text(column)
    likely = _likely(text)
    if likely.any():
        likely[likely] = _has_number(_narrow(text[likely]))
    return likely


def _text(column: pd.Series) -> pd.Series:
    return column if isinstance(column.dtype, pd.StringDtype) else as_text(column)


def _likely(text: pd.Series) -> NDArray[np.bool_]:
    """Return which texts may hold a number of a person, or an address, at all: nearly none do, and this is quick."""
    return asked(text, lambda words: words.str.contains(_DIGITS_OR_AT, regex=True, na=False))


def _has_number(text: pd.Series) -> NDArray[np.bool_]:
    found = text.str.contains(_HAS_PHONE, regex=True, na=False).to_numpy(bool, copy=True)
    for at in np.flatnonzero(text.str.contains(_HAS_CARD, regex=True, na=False)):
        found[at] |= any(_is_card(re.sub(_GAP, "", number)) for number in _ONE_CARD.findall(text.iloc[at]))
    return found


def _narrow(text: pd.Series) -> pd.Series:
    """Return text with full-width forms folded where it has digits of full width."""
    wide = text.str.contains(_WIDE, regex=True, na=False)
    return text.mask(wide, text[wide].map(fold).astype("str")) if wide.any() else text


def like_contact(column: pd.Series, heading: str = "") -> NDArray[np.bool_]:
    """Return which values hold a telephone with an area code, an e-mail address, or an identity card of 15 digits.

    Examples
    --------
    >>> like_contact(pd.Series(["(0571) 88880000", "a.b@example.cn", "330106 12345", "88880000"])).tolist()
    [True, True, False, False]
    """
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes = column.cat.codes.to_numpy()
        return np.append(like_contact(pd.Series(column.cat.categories), heading), False)[codes]
    found = np.zeros(len(column), dtype=bool)
    if not is_text(column):
        if not _says_number(heading) and (among := _between(column, _OLD_CARDS)).any():
            found[among] = _like_old_card(as_text(column[among]))
        return found
    text = _text(column)
    among = _likely(text)
    narrow = _narrow(text[among])
    if among.any() and fold(heading).lower() not in _OF_UNITS:
        found[among] = narrow.str.contains(_HAS_CONTACT, regex=True).to_numpy(bool)
    if among.any() and not _says_number(heading):
        found[among] |= _like_old_card(narrow)
    return found


def _like_old_card(text: pd.Series) -> NDArray[np.bool_]:
    found = text.str.contains(_HAS_OLD_CARD, regex=True, na=False).to_numpy(bool, copy=True)
    for at in np.flatnonzero(found):
        found[at] = any(_is_day(f"19{number[6:12]}") for number in _ONE_OLD_CARD.findall(text.iloc[at]))
    return found


def _says_number(heading: str) -> bool:
    word = fold(heading).lower()
    return any(part in word for part in _NUMBER_OF) or bool(_NUMBER_TOKENS & set(re.split(r"[^a-z]+", word)))


def _numbers_like_personal(column: pd.Series) -> NDArray[np.bool_]:
    found = _between(column, _PHONES) | _between(column, _CARDS)
    if found.any():
        found[found] = like_personal(as_text(column[found]))
    return found


def _between(column: pd.Series, limits: tuple[float, float]) -> NDArray[np.bool_]:
    """Return which values of a column of numbers lie between the limits."""
    if not (pd.api.types.is_integer_dtype(column.dtype) or pd.api.types.is_float_dtype(column.dtype)):
        return np.zeros(len(column), dtype=bool)
    number = column.to_numpy("float64", na_value=np.nan)
    return (number >= limits[0]) & (number < limits[1])


def _is_card(number: str) -> bool:
    if not _is_day(number[6:14]):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number[:17], strict=True))
    return number[17].upper() == _CHECK[total % 11]


def _is_day(digits: str) -> bool:
    try:
        dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return True


def _personal(column: pd.Series, heading: str) -> NDArray[np.bool_]:
    """Return which values of a column under a heading look personal in one way or another."""
    if not isinstance(column.dtype, pd.StringDtype):
        return like_personal(column) | like_contact(column, heading)
    found = _likely(column)
    if found.any():
        found[found] = like_personal(column[found]) | like_contact(column[found], heading)
    return found


def without_persons(
    frame: pd.DataFrame,
    place: Place,
    *,
    fields: Mapping[str, str],
    safe: frozenset[str] = frozenset(),
    lists: frozenset[str] = frozenset(),
) -> pd.DataFrame:
    """Return the table without personal data.

    A column with a personal heading goes, and a column of no `fields` in which a value looks personal; in a column
    that is a field only the values go. `fields` says which heading is which field; those in `safe` are not looked at,
    because they are read as something that cannot hold a number of a person. Of several headings for one field all
    are looked at: all but one are kept as they are. In a field of `lists`, whose cells name several units, the part
    of a cell that looks personal goes alone.
    """
    given = list(fields.values())
    for heading in list(frame.columns):
        column, field = frame[heading], fields.get(heading)
        alone = field is not None and given.count(field) == 1
        holder = like_holder(heading)
        if alone and field in safe and not holder and not personal_heading(heading):
            continue
        personal = _personal(column, field if alone and field else heading)
        if holder and alone and field in safe and field not in _IDS:
            personal |= _names(column)
        if _announces(heading, column, field) or (field is None and personal.any()):
            place.log.add("column.personal", place.source, column=heading, count=int(column.notna().sum()))
            frame = frame.drop(columns=heading)
        elif personal.any() and field in lists:
            place.log.add("value.personal", place.source, row=place.rows[personal], column=heading)
            frame = frame.assign(**{heading: _without_parts(column, personal, field)})
        elif personal.any():
            place.log.add("value.personal", place.source, column=heading, count=int(personal.sum()))
            frame = frame.assign(**{heading: column.astype(object).mask(personal, None)})
    return frame


def _without_parts(column: pd.Series, personal: NDArray[np.bool_], field: str) -> pd.Series:
    """Return a column of lists without the parts that look personal; a cell that still looks so goes as a whole."""
    text = as_text(column[personal])
    kept = []
    for cell in text:
        parts = pd.Series(_PART_SIGNS.split(cell), dtype="str")
        kept.append("、".join(part for part in parts[~_personal(parts, field)] if part.strip()))
    left = pd.Series(kept, dtype="str")
    new = column.astype(object)
    new[personal] = left.astype(object).mask(_personal(left, field) | (left == ""), None).to_numpy(object)
    return new


def _announces(heading: str, column: pd.Series, field: str | None) -> bool:
    """Return whether a heading announces persons, and the column under it is none of counts or ids."""
    _, core, parts = _parts(heading)
    if personal_heading(heading):
        seat = bool({core, *parts} & HOLDERS) and not any(part in fold(heading) for part in _PARTS)
        return not (seat and (field in _IDS or only_counts(column)))
    return field is None and like_holder(heading) and not only_counts(column)
