"""Where random numbers come from: initial values, dropout, anything drawn without a generator of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograd_lite.errors import ArgumentValueError, KindError, describe

if TYPE_CHECKING:
    from numpy.random import Generator

_DEFAULT: list[Generator] = []


def default_generator() -> Generator:
    """The library's own generator, seeded by the system until `manual_seed` is called."""
    if not _DEFAULT:
        # NumPy loads its random numbers when first asked for, which importing the library does not do.
        from numpy.random import default_rng

        _DEFAULT.append(default_rng())
    return _DEFAULT[0]


def manual_seed(seed: int) -> Generator:
    """Start the library's own generator anew: the same seed gives the same initial values and the same dropout.

    Parameters
    ----------
    seed : an integer of at least 0.

    Gives the generator. What was handed a generator of its own does not change. Raises `KindError` for
    what is no integer, and `ArgumentValueError` for a negative one.

    >>> import autograd_lite as ag, nn
    >>> first = [ag.manual_seed(7), nn.Linear(3, 2)][1]
    >>> second = [ag.manual_seed(7), nn.Linear(3, 2)][1]
    >>> bool((first.weight == second.weight).all())
    True
    """
    import operator

    from numpy.random import default_rng

    try:
        number = operator.index(seed)
    except TypeError:
        raise KindError(f"manual_seed: the seed is {describe(seed)}; it must be an integer of at least 0.") from None
    if number < 0 or isinstance(seed, bool):
        raise ArgumentValueError(f"manual_seed: the seed is {seed!r}; it must be an integer of at least 0.")
    generator = default_generator()
    # The generator stays the same object, so that who holds it is seeded too.
    generator.bit_generator.state = default_rng(number).bit_generator.state
    return generator


def checked_generator(owner: str, generator: Any) -> Generator:
    """`generator`, or the library's own where None. Raises `KindError` for anything else."""
    if generator is None:
        return default_generator()
    from numpy.random import Generator

    if not isinstance(generator, Generator):
        raise KindError(
            f"{owner}: generator is {describe(generator)}; give np.random.default_rng(seed), once for all layers."
        )
    return generator
