"""When a kernel runs as plain Python and when it is compiled."""

from __future__ import annotations

import sys
import threading
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

PLAIN_STEPS = 250_000
_COMPILING = threading.Lock()


class Kernel:
    """A function on arrays that is compiled the first time there is enough work to repay it.

    Parameters
    ----------
    plain : callable
        The kernel; its first argument is the number of units.
    sweeps : bool
        Whether it sweeps the arcs once for every unit; if not, it is linear.
    regrouped : bool
        Whether the compiler may regroup its sums, to add several numbers at once.
    """

    def __init__(self, plain: Callable[..., Any], *, sweeps: bool, regrouped: bool = False) -> None:
        self.plain = plain
        self.sweeps = sweeps
        self.regrouped = regrouped

    @cached_property
    def compiled(self) -> Any:  # noqa: ANN401 - numba's dispatcher has no type
        """The compiled form, made on first use, and once though several threads want it."""
        with _COMPILING:
            made = vars(self).get("compiled")
            if made is None:
                made = vars(self)["compiled"] = compile_kernel(self.plain, regrouped=self.regrouped)
            return made

    def __call__(self, n: int, *args: Any) -> Any:  # noqa: ANN401 - a kernel returns what its function does
        """Run the form that suits the work."""
        longest = max([n, *(len(arg) for arg in args if isinstance(arg, np.ndarray))])
        return self.compiled(n, *args) if self.repays(n, longest) else self.plain(n, *args)

    def repays(self, n: int, longest: int) -> bool:
        """Whether compiling repays itself for `n` units and arrays up to `longest`."""
        if self.sweeps:
            return n * longest > PLAIN_STEPS
        return longest > (PLAIN_STEPS // 8 if "numba" in sys.modules else PLAIN_STEPS)


def lazily_compiled(plain: Callable[..., Any], *, sweeps: bool, regrouped: bool = False) -> Kernel:
    """Wrap a kernel; nothing is imported or compiled before its first call with much to do.

    A kernel that sweeps is compiled from some 350 to 500 units, a linear one from some 100 000, or some 12 000
    where the compiler is loaded already.
    """
    return Kernel(plain, sweeps=sweeps, regrouped=regrouped)


def compile_kernel(plain: Callable[..., Any], *, regrouped: bool = False) -> Callable[..., Any]:
    """Compile with a cache on disk where there is a place for one, without it where there is none."""
    import numba

    options: dict[str, Any] = {"nogil": True, "error_model": "numpy"}
    options |= {"fastmath": {"reassoc", "contract", "nsz"}} if regrouped else {}
    compiled: Callable[..., Any]
    try:
        compiled = numba.njit(cache=True, **options)(plain)
    except RuntimeError:  # numba found no folder it may write to
        compiled = numba.njit(**options)(plain)
    return compiled
