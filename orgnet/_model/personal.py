"""No persons: which headings and values are personal, and how they are kept out.

The library holds organisations, seats and counts. What looks like a person's data is taken out before anything is kept;
findings name the column, never the value.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet._model.values import as_text, fold, is_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from orgnet._model.values import Place

HEADINGS = frozenset(
    [
        *("姓名", "身份证", "身份证号", "身份证号码", "公民身份号码", "护照号", "证件号码", "性别", "民族"),
        *("出生日期", "出生年月", "家庭住址", "住址", "联系人", "法定代表人"),
        *("手机", "手机号", "手机号码", "联系电话", "电话", "联系方式", "微信", "微信号", "邮箱", "电子邮箱"),
        *("person_name", "full_name", "id_card", "id_number", "home_address", "date_of_birth", "ethnicity", "gender"),
        *("contact", "contact_person"),
        *("书记", "支部书记", "党支部书记", "党组织书记", "网格员", "网格长", "经办人", "联络人", "名字", "座机"),
    ]
)
_PARTS = (
    *("e-mail", "身份证", "出生日期", "姓名", "电话", "手机", "联系人", "负责人", "责任人", "法定代表人", "法人代表"),
    *("户主", "住址", "居住地址", "户籍", "年龄"),
)
_OF_UNITS = frozenset(["单位电话"])
_COUNTED = ("数", "人口", "率")  # such a heading counts, and names nobody
_TOKENS = frozenset(["phone", "mobile", "telephone", "tel", "email", "birthday", "birthdate", "passport"])

# An identity card: 17 digits with a date of birth, and a check character. A mobile telephone: 11 digits from 13 to 19.
_CARD = r"[1-9][0-9]{5}(?:19|20)[0-9]{9}[0-9Xx]"
_PHONE = r"(?:\+?86[- ]?)?1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}"
_HAS_CARD = rf"(?:^|[^0-9A-Za-z]){_CARD}(?:$|[^0-9A-Za-z])"
_HAS_PHONE = rf"(?:^|[^0-9A-Za-z.]){_PHONE}(?:$|[^0-9A-Za-z])"
_WIDE = f"[{chr(0xFF10)}-{chr(0xFF19)}]"  # full-width digits
_ONE_CARD = re.compile(rf"(?<![0-9A-Za-z]){_CARD}(?![0-9A-Za-z])")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_PHONES, _CARDS = (1.3e10, 2e10), (1e17, 1e18)  # where they lie as numbers


def personal_heading(heading: str) -> bool:
    """Return whether a heading announces personal data; one that ends in a word for a number does not.

    Examples
    --------
    >>> personal_heading("书记姓名"), personal_heading("Contact phone"), personal_heading("户籍人口数")
    (True, True, False)
    """
    word = fold(heading).lower()
    if word in _OF_UNITS or word.endswith(_COUNTED) or word.startswith("平均"):
        return False
    return word in HEADINGS or any(part in word for part in _PARTS) or bool(_TOKENS & set(re.split(r"[^a-z]+", word)))


def like_personal(column: pd.Series) -> NDArray[np.bool_]:
    """Return which values are, or hold, what looks like an identity card or mobile telephone number."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes = column.cat.codes.to_numpy()
        return np.append(like_personal(pd.Series(column.cat.categories)), False)[codes]  # code -1 is missing
    if not is_text(column):
        return _numbers_like_personal(column)
    text = as_text(column)
    wide = text.str.contains(_WIDE, regex=True, na=False)
    if wide.any():
        text = text.mask(wide, text[wide].map(fold).astype("str"))
    found = text.str.contains(_HAS_PHONE, regex=True, na=False).to_numpy(bool, copy=True)
    for at in np.flatnonzero(text.str.contains(_HAS_CARD, regex=True, na=False)):
        found[at] |= any(_is_card(number) for number in _ONE_CARD.findall(text.iloc[at]))
    return found


def _numbers_like_personal(column: pd.Series) -> NDArray[np.bool_]:
    found = np.zeros(len(column), dtype=bool)
    if pd.api.types.is_integer_dtype(column.dtype) or pd.api.types.is_float_dtype(column.dtype):
        number = column.to_numpy("float64", na_value=np.nan)
        for low, high in (_PHONES, _CARDS):
            found |= (number >= low) & (number < high)
        found[found] = like_personal(as_text(column[found]))
    return found


def _is_card(number: str) -> bool:
    try:
        pd.Timestamp(year=int(number[6:10]), month=int(number[10:12]), day=int(number[12:14]))
    except ValueError:
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number[:17], strict=True))
    return number[17].upper() == _CHECK[total % 11]


def without_persons(
    frame: pd.DataFrame, place: Place, *, fields: Mapping[str, str], safe: frozenset[str] = frozenset()
) -> pd.DataFrame:
    """Return the table without personal data.

    A column with a personal heading goes, and a column of no `fields` in which a value looks personal; in a column
    that is a field only the values go. `fields` says which heading is which field; those in `safe` are not looked at,
    because they are read as something that cannot hold a number of a person.
    """
    for heading in list(frame.columns):
        column, field = frame[heading], fields.get(heading)
        if field in safe and not personal_heading(heading):
            continue
        personal = like_personal(column)
        if personal_heading(heading) or (field is None and personal.any()):
            place.log.add("column.personal", place.source, column=heading, count=int(column.notna().sum()))
            frame = frame.drop(columns=heading)
        elif personal.any():
            place.log.add("value.personal", place.source, column=heading, count=int(personal.sum()))
            frame = frame.assign(**{heading: column.astype(object).mask(personal, None)})
    return frame
