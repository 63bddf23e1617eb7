"""Rule sets: the thresholds that measures use, dated and replaceable, never written into code."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

from orgnet.errors import InputError, OptionError, near

BUILT_IN = ("cn",)


@dataclass(frozen=True)
class Rules:
    """A rule set: `name`, `version`, and read-only `values` by section; `rules["coverage"]["three_have_staff"]`."""

    name: str
    version: str
    values: Mapping[str, Any]

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", _frozen(self.values))

    def __reduce__(self) -> tuple[type[Rules], tuple[str, str, dict[str, Any]]]:
        return Rules, (self.name, self.version, self.plain())

    def __getitem__(self, section: str) -> Any:  # noqa: ANN401 - a section is what its TOML says
        return self.values[section]

    def __repr__(self) -> str:
        return f"<Rules {self.label}>"

    @property
    def label(self) -> str:
        """Name and version, as results cite them."""
        return f"{self.name} {self.version}"

    def plain(self) -> dict[str, Any]:
        """Return the values as dicts and lists of one's own."""
        return {key: _thawed(value) for key, value in self.values.items()}


def _frozen(value: Any) -> Any:  # noqa: ANN401 - what TOML holds
    if isinstance(value, Mapping):
        return MappingProxyType({key: _frozen(item) for key, item in value.items()})
    return tuple(_frozen(item) for item in value) if isinstance(value, list | tuple) else value


def _thawed(value: Any) -> Any:  # noqa: ANN401 - what TOML holds
    if isinstance(value, Mapping):
        return {key: _thawed(item) for key, item in value.items()}
    return [_thawed(item) for item in value] if isinstance(value, tuple) else value


def load_rules(spec: str | Path | Mapping[str, Any] | Rules = "cn") -> Rules:
    """Load a rule set by name, from a TOML file, or from a mapping; what it leaves out comes from ``"cn"``.

    Examples
    --------
    >>> load_rules().label
    'cn 2026.1'
    >>> load_rules({"name": "local", "coverage": {"three_have_staff": 20}})["coverage"]["three_have_staff"]
    20
    """
    if isinstance(spec, Rules):
        return spec
    base = tomllib.loads(resources.files("orgnet._model").joinpath("rules/cn.toml").read_text(encoding="utf-8"))
    if spec == "cn":
        given: Mapping[str, Any] = {}
    elif isinstance(spec, Mapping):
        given = {"name": "local", "version": _on(base), **spec}
    else:
        given = _read(spec, _on(base))
    values = _overlay(base, given)
    return Rules(str(values.pop("name")), str(values.pop("version")), values)


def _on(base: Mapping[str, Any]) -> str:
    """Return the version of a rule set that names none: what it changes."""
    return f"(changes {base['name']} {base['version']})"


def _read(spec: str | Path, version: str) -> dict[str, Any]:
    if not isinstance(spec, str | Path):
        msg = f"rules={spec!r} is not allowed; give a name ({list(BUILT_IN)}), the path of a TOML file, or a mapping"
        raise OptionError(msg)
    path = Path(spec)
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        hint = near(str(spec), BUILT_IN)
        msg = f"no rule set {str(spec)!r}: no file that can be read, and the built-in ones are {list(BUILT_IN)}.{hint}"
        raise InputError(msg) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        msg = f"rule set {path} is not readable TOML: {error}. Compare it with the built-in set 'cn'."
        raise OptionError(msg) from error
    return {"name": path.stem, "version": version, **found}


def _overlay(base: Mapping[str, Any], given: Mapping[str, Any], where: str = "") -> dict[str, Any]:
    """Return `base` with the values of `given`; a key or type that `base` does not know is an error."""
    merged = dict(base)
    for key, value in given.items():
        place = f"{where}{key}"
        if key not in base:
            msg = f"rule {place!r} is not known; here the rules are {sorted(base)}.{near(str(key), base)}"
            raise OptionError(msg)
        if not _alike(value, base[key]):
            msg = f"rule {place!r} must be of the same type as {base[key]!r}, not {value!r}"
            raise OptionError(msg)
        if _is_band(base[key]) and not value[0] <= value[-1]:
            msg = f"rule {place!r} is a band, from the least to the most, not {list(value)!r}; turn it round"
            raise OptionError(msg)
        if key == "sources":
            merged[key] = {**base[key], **value}
        else:
            merged[key] = _overlay(base[key], value, f"{place}.") if isinstance(value, Mapping) else value
    return merged


def _is_band(model: object) -> bool:
    """Return whether a rule is a band: two numbers, the least and the most."""
    return isinstance(model, list) and len(model) == 2 and all(isinstance(end, int | float) for end in model)  # noqa: PLR2004


def _alike(value: object, model: object) -> bool:
    """Return whether a value has the type of a model; lists hold what the model holds."""
    if isinstance(model, dict):
        return isinstance(value, Mapping)
    if isinstance(model, list):
        return isinstance(value, list | tuple) and all(_alike(item, model[0]) for item in value)
    return type(value) is type(model)
