"""How long until something is done, where some of it is not done yet (Kaplan-Meier)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray


def kaplan_meier(days: NDArray[np.float64], done: NDArray[np.bool_]) -> pd.DataFrame:
    r"""Estimate the share not done by each day, from days until done, or until last seen undone (right censoring).

    .. math:: S(t) = \prod_{t_i \le t} (1 - d_i / n_i)

    with :math:`d_i` done on day :math:`t_i` of the :math:`n_i` not done and still seen before it; what was last seen on
    a day counts as seen on that day.

    Returns
    -------
    DataFrame
        One row a day on which something is done or last seen: ``days``, ``at_risk``, ``done``, ``censored``,
        ``survival``.

    References
    ----------
    .. [1] Kaplan, E. L. and Meier, P. (1958). Nonparametric estimation from incomplete observations. *JASA* 53,
       457-481.

    Examples
    --------
    >>> import numpy as np
    >>> kaplan_meier(np.array([1.0, 2.0, 2.0, 5.0]), np.array([True, True, False, True]))["survival"].tolist()
    [0.75, 0.5, 0.0]
    """
    times, place = np.unique(days, return_inverse=True)
    n_done = np.bincount(place[done], minlength=len(times))
    n_censored = np.bincount(place[~done], minlength=len(times))
    left = n_done + n_censored
    at_risk = len(days) - np.cumsum(left) + left
    survival = np.cumprod(1 - n_done / at_risk)
    return pd.DataFrame(
        {"days": times, "at_risk": at_risk, "done": n_done, "censored": n_censored, "survival": survival}
    )


def median_days(curve: pd.DataFrame) -> float:
    """Return the first day by which half is done; NaN where it never comes to that."""
    half = curve["days"].to_numpy()[curve["survival"].to_numpy() <= 0.5 + 1e-12]
    return float(half[0]) if len(half) else np.nan
