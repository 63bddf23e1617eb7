"""Hundreds of small networks at once: one row a community, beside its peers and never in a league table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from orgnet import __version__, metrics
from orgnet._model.catalogue import entries
from orgnet._model.network import OrgNetwork
from orgnet._model.results import INDICATORS, Note, Result, headline
from orgnet.build import read
from orgnet.errors import FormatError, InputError, OptionError, ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from orgnet._build.door import RulesSpec

    Network = OrgNetwork | str | Path

FUNNEL = ("community", "figure", "numerator", "denominator", "value", "overall")
_QUARTERS = {"lowest": 0.0, "lower": 0.25, "median": 0.5, "upper": 0.75, "highest": 1.0}
WITHIN, ABOVE, BELOW = "within", "above", "below"


@dataclass(frozen=True, eq=False, repr=False)
class Batch(Result):
    """Many networks side by side; see `orgnet.batch`.

    Attributes
    ----------
    indicators
        One row a community and measure: ``community`` and the indicators of all families.
    quartiles
        One row a figure: ``figure``, ``n`` (communities where it is defined), ``lowest``, ``lower``, ``median``,
        ``upper``, ``highest``.
    funnel
        One row a community and share of things counted one by one (``of`` in the catalogue): ``figure``,
        ``numerator``, ``denominator``, ``value``, ``overall`` (all pooled), for each limit of the rule set its ends
        (``low_95``, ``high_95``, ``low_99.8``, ``high_99.8``), and ``stands``: within, or above or below the limits and
        which (``"below 95"``).
    failed
        Inputs that could not be read, or hold no unit: ``community``, ``reason``.
    """

    indicators: pd.DataFrame = field(default_factory=pd.DataFrame)
    quartiles: pd.DataFrame = field(default_factory=pd.DataFrame)
    funnel: pd.DataFrame = field(default_factory=pd.DataFrame)
    failed: pd.DataFrame = field(default_factory=pd.DataFrame)


def batch(
    networks: Iterable[Network] | Mapping[str, Network],
    *,
    columns: Mapping[str, str] | None = None,
    rules: RulesSpec = "cn",
    strict: bool = False,
) -> Batch:
    r"""How does each of many communities stand beside its peers, given its size?

    All measures of each network, the quartiles of its peers, and for every share of things counted one by one (the
    catalogue names them in ``of``: units, messages, seats ...) the limits of a funnel plot: the range in which a
    community of its size would lie, with the probability that the rule set names, if all communities had the same rate
    :math:`p`. They are quantiles of the binomial distribution,

    .. math:: \left[ \frac{q_{\alpha/2}(n, p)}{n}, \frac{q_{1 - \alpha/2}(n, p)}{n} \right]

    with :math:`n` the denominator of the community. Means, indices and shares of households, staff or money are no
    counts of things that stand alone, and have no such limits. A small community far from the mean may be chance;
    outside the wider limits it is worth a look. There are no ranks: a league table of small numbers is a list of
    accidents.

    Parameters
    ----------
    networks
        Networks, or paths that `orgnet.read` takes; a mapping gives them names, else paths are named after their file
        or folder and networks by their place in the list.
    columns, rules, strict
        As in `orgnet.read`, where paths are given; rows that are refused are set aside unless `strict`.

    Returns
    -------
    Batch
        ``table``: one row a community, in the order given: ``community``, ``units``, ``ties``, ``as_of``, and a column
        for every figure of the whole network (NaN where it is undefined): a measure by its name, or, where it is given
        for groups alone, a measure and group (``"organisation_coverage: operating"``). An input that cannot be read is
        in ``failed`` and stops nothing.

    Raises
    ------
    OptionError
        If there is no network at all, or two of one name.

    References
    ----------
    Spiegelhalter 2005 for funnel plots; the limits are in the rule set, ``net.rules["batch"]``.

    Examples
    --------
    >>> import orgnet
    >>> net = orgnet.datasets.load()
    >>> areas = ["黄龙社区", "玉泉社区"]
    >>> found = batch({area: net.select(area=area) for area in areas})
    >>> found.table[["community", "units"]].values.tolist()
    [['黄龙社区', 63], ['玉泉社区', 63]]
    """
    named = _named(networks)
    if not named:
        msg = "there is no network to compare; give networks, or paths that orgnet.read takes"
        raise OptionError(msg)
    rows, parts, failed = [], [], []
    limits: tuple[float, ...] = ()
    for name, given in _watched(named):
        try:
            net = given if isinstance(given, OrgNetwork) else read(given, columns=columns, rules=rules, strict=strict)
        except (InputError, FormatError, ValidationError) as error:
            failed.append({"community": name, "reason": str(error)})
            continue
        if not net.n_units:
            why = "; ".join(net.findings.lines("en", 1)) or "it holds no units"
            failed.append({"community": name, "reason": why})
            continue
        limits = limits or tuple(net.rules["batch"]["limits"])
        rows.append({"community": name, "units": net.n_units, "ties": net.n_ties, "as_of": net.as_of})
        parts.append(metrics.profile(net).table[list(INDICATORS)].assign(community=name))
    indicators = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["community", "measure"])
    whole = headline(indicators) if parts else indicators
    note = Note(
        "communities stand in the order given, without ranks: outside the limits of the funnel is worth a look, within "
        "them a difference may be chance",
        "各社区按给定顺序排列，不作排名：超出漏斗图界限者值得关注，界限以内的差异可能出于偶然",
    )
    about = {"measure": "batch", "n_networks": len(rows), "version": __version__, "warnings": [note]}
    return Batch(
        _wide(pd.DataFrame(rows, columns=["community", "units", "ties", "as_of"]), whole),
        about,
        indicators=indicators[["community", *(name for name in indicators if name != "community")]],
        quartiles=_quartiles(whole),
        funnel=_funnel(whole, limits),
        failed=pd.DataFrame(failed, columns=["community", "reason"]),
    )


def _named(networks: Iterable[Network] | Mapping[str, Network]) -> list[tuple[str, Network]]:
    if isinstance(networks, OrgNetwork | str | Path):
        msg = f"networks={networks!r} is one network; give a list of them, or a mapping of names"
        raise OptionError(msg)
    if isinstance(networks, Mapping):
        return [(str(name), given) for name, given in networks.items()]
    named = [
        (Path(given).name if isinstance(given, str | Path) else str(number), given)
        for number, given in enumerate(networks, start=1)
    ]
    names = pd.Index([name for name, _ in named])
    if not names.is_unique:
        msg = f"several inputs are named {names[names.duplicated()][0]!r}; name them: batch({{'name': path, ...}})"
        raise OptionError(msg)
    return named


def _watched(named: list[tuple[str, Network]]) -> Iterable[tuple[str, Network]]:
    from tqdm import tqdm

    watched: Iterable[tuple[str, Network]] = tqdm(named, desc="batch", unit=" networks", disable=None, leave=False)
    return watched


def _wide(rows: pd.DataFrame, whole: pd.DataFrame) -> pd.DataFrame:
    if whole.empty:
        return rows
    values = whole.set_index(["community", "figure"])["value"].unstack("figure")  # noqa: PD010 - nothing to add up
    return rows.merge(values[whole["figure"].unique()], left_on="community", right_index=True, how="left")


def _quartiles(whole: pd.DataFrame) -> pd.DataFrame:
    if whole.empty:
        return pd.DataFrame(columns=["figure", "n", *_QUARTERS])
    grouped = whole.groupby("figure", sort=False)["value"]
    found = {name: grouped.quantile(part) for name, part in _QUARTERS.items()}
    return pd.DataFrame({"n": grouped.count()} | found).reset_index()


def _funnel(whole: pd.DataFrame, limits: tuple[float, ...]) -> pd.DataFrame:
    """Return each share of things counted one by one in each community, with its limits."""
    ends = [f"{side}_{100 * limit:g}" for limit in limits for side in ("low", "high")]
    counts = [name for name, item in entries().items() if item.of]
    table = whole[whole["measure"].isin(counts) & (whole["denominator"] > 0)] if len(whole) else whole
    if table.empty:
        return pd.DataFrame(columns=[*FUNNEL, *ends, "stands"])
    pooled = table.groupby("figure", sort=False)[["numerator", "denominator"]].transform("sum")
    table = table.assign(overall=pooled["numerator"] / pooled["denominator"])[list(FUNNEL)].reset_index(drop=True)
    stands = np.full(len(table), WITHIN, dtype=object)
    for limit in sorted(limits):
        low, high = funnel_limits(table["overall"].to_numpy(), table["denominator"].to_numpy(), limit)
        name = f"{100 * limit:g}"
        table[f"low_{name}"], table[f"high_{name}"] = low, high
        stands[(table["value"] < low).to_numpy(bool)] = f"{BELOW} {name}"
        stands[(table["value"] > high).to_numpy(bool)] = f"{ABOVE} {name}"
    return table.assign(stands=pd.array(stands, dtype="str"))


def funnel_limits(
    rate: NDArray[np.float64], n: NDArray[np.float64], limit: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the range in which a share of `n` lies with probability `limit` at least, if its rate is `rate`."""
    from scipy.stats import binom

    whole = np.round(n)
    low = binom.ppf((1 - limit) / 2, whole, rate) / whole
    high = binom.ppf(1 - (1 - limit) / 2, whole, rate) / whole
    return np.asarray(low), np.asarray(high)
