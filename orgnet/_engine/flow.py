"""Moving what some have to spare to those who lack it, along the ties there are: a maximum flow between two rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

_MOST = 2**31 - 1  # of the integers that the flow is computed in
_FINEST = 6  # decimals that amounts are kept to
_ROUNDING = 1e-6  # of one step: what decimals in binary may be off by


def most_shared(
    supply: npt.NDArray[np.float64],
    demand: npt.NDArray[np.float64],
    giver: npt.NDArray[np.integer[Any]],
    taker: npt.NDArray[np.integer[Any]],
) -> tuple[npt.NDArray[np.float64], float]:
    """Give the amount that moves along each tie when as much as possible moves.

    Parameters
    ----------
    supply, demand : numpy.ndarray of float64
        What each giver has, and what each taker lacks; more than 0.
    giver, taker : numpy.ndarray of int
        The ends of the ties, sorted by giver and taker, no tie twice. Any amount may move along a tie.

    Returns
    -------
    amount : numpy.ndarray of float64
        By tie. No giver gives more than its supply, no taker has more than its demand.
    step : float
        0 where the flow is the largest there is. The flow is computed in integers: where supply and demand have more
        digits than these hold, they were rounded down to multiples of this step first.
    """
    if not len(giver):
        return np.zeros(0), 0.0
    from scipy.sparse import csgraph, csr_array

    total = min(supply.sum(), demand.sum())
    supply, demand = np.minimum(supply, total), np.minimum(demand, total)
    digits, exact = _digits(np.concatenate([supply, demand]), total)
    have, lack = (np.floor(amounts * 10.0**digits + _ROUNDING).astype(np.int32) for amounts in (supply, demand))
    n_givers, n_takers = len(have), len(lack)
    source, sink = n_givers + n_takers, n_givers + n_takers + 1
    tails = np.concatenate([np.full(n_givers, source), giver, n_givers + np.arange(n_takers)]).astype(np.int32)
    heads = np.concatenate([np.arange(n_givers), n_givers + taker, np.full(n_takers, sink)]).astype(np.int32)
    room = np.concatenate([have, np.minimum(have[giver], lack[taker]), lack])
    network = csr_array((room, (tails, heads)), shape=(sink + 1, sink + 1))
    flow = csgraph.maximum_flow(network, source, sink, method="dinic").flow.tocoo()
    moved = (flow.data > 0) & (flow.row < n_givers) & (flow.col >= n_givers) & (flow.col < source)
    keys = giver.astype(np.int64) * n_takers + taker
    found = flow.row[moved].astype(np.int64) * n_takers + (flow.col[moved] - n_givers)
    amount = np.zeros(len(giver))
    amount[np.searchsorted(keys, found)] = flow.data[moved] / 10.0**digits
    return amount, 0.0 if exact else 10.0**-digits


def _digits(amounts: npt.NDArray[np.float64], total: float) -> tuple[int, bool]:
    """Give the decimals to keep, as few as hold all amounts or as many as there is room for, and whether all hold."""
    most = min(_FINEST, int(np.floor(np.log10(_MOST / total))))
    for digits in range(min(most, 0), most + 1):
        scaled = amounts * 10.0**digits
        if (np.abs(scaled - np.rint(scaled)) < _ROUNDING).all():
            return digits, True
    return most, False
