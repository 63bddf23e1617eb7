"""When a kernel runs as plain Python and when it is compiled."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

PLAIN_STEPS = 250_000


class Kernel:
    """A function on arrays that is compiled the first time there is enough work to repay it.

    Parameters
    ----------
    plain : callable
        The kernel; its first argument is the number of units.
    sweeps : bool
        Whether it sweeps the arcs once for every unit; if not, it is linear.
    """

    def __init__(self, plain: Callable[..., Any], *, sweeps: bool) -> None:
        self.plain = plain
        self.sweeps = sweeps

    @cached_property
    def compiled(self) -> Any:  # noqa: ANN401 - numba's dispatcher has no type
        """The compiled form, made on first use."""
        return compile_kernel(self.plain)

    def __call__(self, n: int, *args: Any) -> Any:  # noqa: ANN401 - a kernel returns what its function does
        """Run the form that suits the work."""
        longest = max([n, *(len(arg) for arg in args if isinstance(arg, np.ndarray))])
        steps = n * longest if self.sweeps else longest
        return self.compiled(n, *args) if steps > PLAIN_STEPS else self.plain(n, *args)


def lazily_compiled(plain: Callable[..., Any], *, sweeps: bool) -> Kernel:
    """Wrap a kernel; nothing is imported or compiled before its first call with much to do.

    A kernel that sweeps is compiled from some 350 to 500 units, a linear one from some 100 000.
    """
    return Kernel(plain, sweeps=sweeps)


def compile_kernel(plain: Callable[..., Any]) -> Callable[..., Any]:
    """Compile with a cache on disk where there is a place for one, without it where there is none."""
    import numba

    compiled: Callable[..., Any]
    try:
        compiled = numba.njit(cache=True, nogil=True)(plain)
    except RuntimeError:  # numba found no folder it may write to
        compiled = numba.njit(nogil=True)(plain)
    return compiled
