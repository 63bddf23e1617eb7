"""Codes of organisations and areas: what is wrong with a code is said, never corrected, and never a reason to refuse.

The Unified Social Credit Code (USCC, GB 32100) has 18 places: registrar, class, six digits for the area of the
registrar, nine for the body (an organisation code, GB 11714) and a check character. Codes really issued have been
reported to fail the check. Statistical division codes have 2, 4, 6, 9 or 12 digits; each begins with the code of the
area that contains it, and short ones are often filled up with zeros.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet._model.reading import fold, positions

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from orgnet._model.findings import Log
    from orgnet._model.tables import Origin

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_PLACES = 18
_AREA = slice(2, 8)
_WEIGHTS = np.array([1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28])
_VALUES = np.full(128, -1)
_VALUES[[ord(letter) for letter in _ALPHABET]] = np.arange(len(_ALPHABET))
_GAPS = r"[\s\-\u2010-\u2015]+"
_MAY_BE_92 = "^[^0-8A-Za-z\u4e00-\u9fff]*[9\uff19]"  # its first digit, also of full width, behind spaces and signs

CLASSES: dict[str, str] = {
    "11": "government_organ",
    "12": "public_institution",
    "13": "mass_organisation",
    "51": "association",
    "52": "non_enterprise_unit",
    "53": "foundation",
    "54": "self_governance",
    "91": "enterprise",
    "92": "individual_business",
    "93": "cooperative",
    "N1": "collective",
    "N2": "collective",
    "N3": "collective",
}

_FAULTS = {
    "length": "it has not 18 characters",
    "characters": "it holds characters that no such code has",
    "check digit": "its check digit is wrong",
}
_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_OLD_REGISTRATION = re.compile(r"[0-9]{15}")
_LEVELS = {2: "province", 4: "city", 6: "district", 9: "subdistrict", 12: "community"}
_PROVINCES = r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])"
_DIVISION = rf"{_PROVINCES}(?:[0-9]{{2}}){{0,2}}|{_PROVINCES}[0-9]{{7}}|{_PROVINCES}[0-9]{{10}}"
_DISTRICT, _LONGEST = 6, 12
_MOSTLY = 0.9  # of the ids that are digits: then they are division codes
_RUN = re.compile(r"(.)\1*|.{0,6}(.)\2{11,}.{0,6}")
_COUNTING = ("1234567890" * 2, "0123456789" * 2)
_SHORTEST = 5
_SHOWN = 10  # rows named in one finding


def tidy_code(text: str) -> str:
    """Return a code in upper case, folded, without spaces and hyphens."""
    return re.sub(_GAPS, "", fold(text)).upper()


def uscc_check(code: str) -> str | None:
    """Return what is wrong with a USCC: its length, its characters or its check character; None where nothing is.

    Registrars that are letters pass, and so do lower case, full-width characters, spaces and hyphens.

    Examples
    --------
    >>> uscc_check("91110000600037341L"), uscc_check("91110000600037341K"), uscc_check("123456789")
    (None, 'check digit', 'length')
    """
    fault = uscc_faults(pd.Series([code or " "], dtype="str")).iloc[0]
    return None if pd.isna(fault) else str(fault)


def uscc_faults(column: pd.Series) -> pd.Series:
    """Return what is wrong with each USCC of a column of text: a word, missing where nothing is.

    Examples
    --------
    >>> uscc_faults(pd.Series(["91110000600037341L", "9111000060003734IL", None])).fillna("").tolist()
    ['', 'characters', '']
    """
    codes = _tidied(column)
    faults = pd.Series(pd.NA, index=column.index, dtype="str")
    whole = (codes.str.len() == _PLACES).to_numpy(bool, na_value=False)
    faults[column.notna().to_numpy(bool) & ~whole] = "length"
    if not whole.any():
        return faults
    value = _characters(codes[whole])
    wrong = (value < 0).any(axis=1) | (value[:, _AREA] > 9).any(axis=1)  # noqa: PLR2004 - a digit
    check = -(value[:, :-1] @ _WEIGHTS) % len(_ALPHABET)
    words = np.where(wrong, "characters", np.where(check != value[:, -1], "check digit", ""))
    faults[whole] = pd.array(words, dtype="str")
    return faults.mask(faults == "")


def _tidied(column: pd.Series) -> pd.Series:
    """Return codes as `tidy_code` does, working on those that are not in order already."""
    codes = column.astype("str")
    untidy = codes.notna() & ~codes.str.fullmatch("[0-9A-Z]*", na=False)
    if untidy.any():
        codes = codes.copy()
        codes[untidy] = codes[untidy].map({text: tidy_code(text) for text in codes[untidy].unique()}).astype("str")
    return codes


def _characters(codes: pd.Series) -> NDArray[np.int64]:
    """Return the value of each character of codes that are equally long, -1 for one that no USCC holds."""
    points = np.array(codes, dtype=f"<U{_PLACES}").view(np.uint32).reshape(len(codes), _PLACES)
    return np.where(points < len(_VALUES), _VALUES[np.minimum(points, len(_VALUES) - 1)], -1)


def uscc_class(code: str) -> str:
    """Return the class that a USCC says of its holder, empty where it says none that is known.

    Examples
    --------
    >>> uscc_class("91110000600037341L"), uscc_class("N1110101E53AK13068"), uscc_class("330106")
    ('enterprise', 'collective', '')
    """
    tidy = tidy_code(code)
    return CLASSES.get(tidy[:2], "") if len(tidy) == _PLACES else ""


def individual_business(column: pd.Series) -> NDArray[np.bool_]:
    """Return which USCCs are of individual businesses: close to a natural person, so they show in totals only.

    A code of 18 places that begins with 92 counts, also where its check fails.

    Examples
    --------
    >>> individual_business(pd.Series(["92330106Y742547M5E", "91110000600037341L", None])).tolist()
    [True, False, False]
    """
    found = column.str.contains(_MAY_BE_92, regex=True, na=False).to_numpy(bool, copy=True)
    if found.any():
        found[found] = _tidied(column[found]).str.fullmatch(r"92.{16}", na=False).to_numpy(bool)
    return found


def organisation_code_check(code: str) -> str | None:
    """Return what is wrong with an organisation code (GB 11714: eight places and a check), None where nothing is.

    Places 9 to 17 of a USCC are such a code.

    Examples
    --------
    >>> organisation_code_check("60003734-1"), organisation_code_check("600037342"), organisation_code_check("6000")
    (None, 'check digit', 'length')
    """
    tidy = tidy_code(code)
    if len(tidy) != len(_BODY_WEIGHTS) + 1:
        return "length"
    if not re.fullmatch(r"[0-9A-Z]{8}[0-9X]", tidy):
        return "characters"
    total = sum(weight * int(letter, 36) for weight, letter in zip(_BODY_WEIGHTS, tidy, strict=False))
    return None if tidy[-1] == "0123456789X0"[(11 - total % 11) % 11] else "check digit"


def old_code(code: str) -> bool:
    """Return whether a code is one from before the USCC: a registration number of 15 digits, or an organisation code.

    Examples
    --------
    >>> old_code("330106000012345"), old_code("600037341"), old_code("91110000600037341L")
    (True, True, False)
    """
    tidy = tidy_code(code)
    return bool(_OLD_REGISTRATION.fullmatch(tidy)) or organisation_code_check(tidy) is None


def placeholder(code: str) -> bool:
    """Return whether a code only fills its cell: one character over and over, or digits as they are counted.

    Examples
    --------
    >>> [placeholder(text) for text in ("000000", "99999", "123456789012345678", "910000000000000000", "330106")]
    [True, True, True, True, False]
    """
    tidy = tidy_code(code)
    counted = any(digits.startswith(tidy) for digits in _COUNTING)
    return len(tidy) >= _SHORTEST and (counted or _RUN.fullmatch(tidy) is not None)


def division_level(code: str) -> str:
    """Return the level of a division code by its length, as it stands; empty for what is no such code.

    Examples
    --------
    >>> [division_level(code) for code in ("33", "3301", "330106", "330106001", "330106001001", "33010")]
    ['province', 'city', 'district', 'subdistrict', 'community', '']
    """
    return _LEVELS.get(len(code), "") if re.fullmatch("[0-9]+", code) else ""


def division_containers(ids: pd.Index) -> pd.Series:
    """Return for each division code the nearest one among `ids` that contains it, missing where none does.

    A code is contained in every code that it begins with, whether that stands there short (33), with six digits
    (330000) or with twelve (330000000000). Of two codes for
    one area the shorter contains the longer.

    Examples
    --------
    >>> division_containers(pd.Index(["33", "330106001", "330106000000"])).fillna("").tolist()
    ['', '330106000000', '33']
    """
    codes = ids.to_series(index=ids).astype("str")
    containers = pd.Series(pd.NA, index=ids, dtype="str")
    known = codes.str.fullmatch("[0-9]+", na=False) & codes.str.len().isin(list(_LEVELS))
    open_ = known.to_numpy(bool, copy=True)
    own = codes.str.pad(_LONGEST, side="right", fillchar="0")
    for length in sorted(_LEVELS, reverse=True)[1:]:
        for form in sorted({length, _DISTRICT, _LONGEST}):
            if form < length or not open_.any():
                continue
            prefix = codes[open_].str.slice(0, length)
            candidate = prefix.str.pad(form, side="right", fillchar="0")
            longer = codes[open_].str.len() > form
            other = candidate.str.pad(_LONGEST, side="right", fillchar="0") != own[open_]
            fits = (codes[open_].str.len() > length) & (longer | other)
            at = positions(candidate.where(fits), ids)
            found = np.flatnonzero(open_)[at >= 0]
            containers.iloc[found] = ids[at[at >= 0]].to_numpy()
            open_[found] = False
    return containers


def padded_collisions(ids: pd.Index) -> list[tuple[str, ...]]:
    """Return the groups of division codes that become one code when zeros fill them up to twelve digits.

    Examples
    --------
    >>> padded_collisions(pd.Index(["44", "4419", "441900", "441900003"]))
    [('4419', '441900')]
    """
    codes = pd.Series(ids, dtype="str")
    codes = codes[codes.str.fullmatch("[0-9]+", na=False) & codes.str.len().isin(list(_LEVELS))]
    padded = codes.str.pad(_LONGEST, side="right", fillchar="0").astype("int64")
    codes = codes[padded.duplicated(keep=False)].drop_duplicates()
    groups = codes.groupby(padded[codes.index], sort=True)
    return [tuple(sorted(group, key=len)) for _, group in groups if len(group) > 1]


def audit_codes(units: pd.DataFrame, origin: Origin, log: Log) -> None:
    """Log what is odd about the codes of units: placeholders, old codes, failed checks, shared and colliding codes.

    Nothing is refused and nothing changed. `origin` says where each unit stands.
    """
    for name in ("uscc", "old_code", "area_code"):
        if name in units:
            _log_placeholders(units[name], name, origin, log)
    if "uscc" in units:
        _audit_uscc(units["uscc"], origin, log)
    _log_collisions(units.index, origin, log)


def _placeholders(column: pd.Series) -> NDArray[np.bool_]:
    known = [text for text in column.dropna().unique() if placeholder(text)]
    return column.isin(known).to_numpy(bool)


def _log_placeholders(column: pd.Series, name: str, origin: Origin, log: Log) -> None:
    mask = _placeholders(column)
    log.add("code.placeholder", **origin.at(mask), column=name, value=column[mask].to_numpy(object))


def _audit_uscc(column: pd.Series, origin: Origin, log: Log) -> None:
    real = column.mask(_placeholders(column))
    faults = uscc_faults(real)
    old = real.isin([text for text in real[faults == "length"].unique() if old_code(text)]).to_numpy(bool)
    at = np.flatnonzero(old)
    if len(at):
        log.add("code.old", **origin.at(at[:1]), column="uscc", value=real.iloc[at[0]], count=len(at))
    wrong = faults.notna().to_numpy(bool) & ~old
    other = faults[wrong].map(_FAULTS).to_numpy(object)
    log.add("code.uscc_check", **origin.at(wrong), column="uscc", value=_shown(real[wrong]), other=other)
    codes = _tidied(real).mask(faults == "length")
    shared = np.flatnonzero(codes.notna() & codes.duplicated(keep=False))
    for code, group in pd.Series(shared).groupby(codes.iloc[shared].to_numpy(object), sort=False):
        members = group.to_numpy()
        ids = ", ".join(map(str, column.index[members[:_SHOWN]])) + (" ..." if len(members) > _SHOWN else "")
        value = _shown(pd.Series([code], dtype="str"))
        log.add("code.uscc_shared", **origin.at(members[:1]), column="uscc", value=value, other=ids, count=len(members))


def _shown(codes: pd.Series) -> NDArray[np.object_]:
    """Return codes as a finding shows them: those of individual businesses cut short."""
    return codes.mask(individual_business(codes), "92…").to_numpy(object)


def _log_collisions(ids: pd.Index, origin: Origin, log: Log) -> None:
    """Log the ids that zero-padding would make one, where the ids that are digits are division codes."""
    digits = ids[np.asarray(ids.str.fullmatch("[0-9]+", na=False), dtype=bool)]
    divisions = digits[np.asarray(digits.str.fullmatch(_DIVISION, na=False), dtype=bool)]
    lengths = set(divisions.str.len())
    if len(lengths) <= 1 or max(lengths) < _DISTRICT or len(divisions) < _MOSTLY * len(digits):
        return
    for group in padded_collisions(divisions):
        at = np.array([ids.get_loc(group[0])])
        padded = group[0].ljust(_LONGEST, "0")
        log.add(
            "code.division_padded",
            **origin.at(at),
            column="unit_id",
            value=padded,
            other=", ".join(group),
            count=len(group),
        )
