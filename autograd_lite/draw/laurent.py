"""Laurent polynomials with rational coefficients: the exact arithmetic behind the formulas of derivatives.

A monomial is the tuple of its atoms, which are numbers here, each with its power, in order. A
polynomial is a dictionary from monomials to coefficients, none of them zero.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

Monomial = tuple[tuple[int, int], ...]
Poly = dict[Monomial, Fraction]
#: A coefficient and a monomial.
Term = tuple[Fraction, Monomial]

UNIT: Monomial = ()
MOST_BITS = 300


def is_long(c: Fraction) -> bool:
    """Whether a coefficient has so many digits that no one wrote it: a product of many numbers."""
    return c.denominator.bit_length() + c.numerator.bit_length() > MOST_BITS


def constant(c: Fraction | int) -> Poly:
    """A number as a polynomial."""
    return {UNIT: Fraction(c)} if c else {}


def of_term(term: Term) -> Poly:
    """A term as a polynomial."""
    return {term[1]: term[0]} if term[0] else {}


def times(a: Monomial, b: Monomial) -> Monomial:
    """The product of two monomials.

    >>> times(((0, 1), (1, 2)), ((1, -2), (3, 1)))
    ((0, 1), (3, 1))
    """
    powers = dict(a)
    for atom, power in b:
        powers[atom] = powers.get(atom, 0) + power
    return tuple(sorted((atom, power) for atom, power in powers.items() if power))


def to_power(a: Monomial, n: int) -> Monomial:
    """A monomial to an integer power."""
    return tuple((atom, power * n) for atom, power in a) if n else UNIT


def add(*polynomials: Poly) -> Poly:
    """The sum of polynomials."""
    total: Poly = {}
    for polynomial in polynomials:
        for monomial, c in polynomial.items():
            total[monomial] = total.get(monomial, Fraction(0)) + c
    return {monomial: c for monomial, c in total.items() if c}


def multiply(a: Poly, b: Poly) -> Poly:
    """The product of two polynomials."""
    return add(*({times(m, n): c * d for n, d in b.items()} for m, c in a.items()))


def scale(a: Poly, term: Term) -> Poly:
    """A polynomial times a term."""
    return {times(monomial, term[1]): c * term[0] for monomial, c in a.items()} if term[0] else {}


def power(a: Poly, n: int) -> Poly:
    """A polynomial to a power from 0."""
    total = constant(1)
    for _ in range(n):
        total = multiply(total, a)
    return total


def exponent(a: Monomial, atom: int) -> int:
    """The power of an atom in a monomial."""
    return dict(a).get(atom, 0)


def common(monomials: Iterable[Monomial]) -> Monomial:
    """The monomial of the least power of each atom, which divides all of these.

    >>> common([((0, 1), (1, 2)), ((0, 2), (1, -1))])
    ((0, 1), (1, -1))
    """
    each = [dict(monomial) for monomial in monomials]
    atoms = sorted({atom for powers in each for atom in powers})
    least = [(atom, min(powers.get(atom, 0) for powers in each)) for atom in atoms]
    return tuple((atom, power) for atom, power in least if power)


def shared(monomials: Iterable[Monomial]) -> Monomial:
    """The factors that all of these have, above the line or below it.

    >>> shared([((0, 1), (1, -2)), ((0, 2), (1, -1)), ((0, 1), (1, -1), (2, 1))])
    ((0, 1), (1, -1))
    """
    each = list(monomials)
    below = [tuple((atom, -power) for atom, power in monomial) for monomial in each]
    least, most = common(each), common(below)
    above = [(atom, power) for atom, power in least if power > 0]
    return tuple(sorted(above + [(atom, -power) for atom, power in most if power > 0]))


def divide(a: Poly, b: Poly) -> Poly | None:
    """The quotient of two polynomials where there is one without remainder, else None.

    >>> x, y = ((0, 1),), ((1, 1),)
    >>> difference, total = {x: Fraction(1), y: Fraction(-1)}, {x: Fraction(1), y: Fraction(1)}
    >>> divide(multiply(difference, total), total) == difference
    True
    """
    if not a or not b:
        return None
    low, base = common(a), common(b)
    rest, divisor = scale(a, (Fraction(1), to_power(low, -1))), scale(b, (Fraction(1), to_power(base, -1)))
    lead = max(divisor, key=_order)
    quotient: Poly = {}
    while rest:
        head = max(rest, key=_order)
        ratio = times(head, to_power(lead, -1))
        if any(power < 0 for _, power in ratio):
            return None
        term = (rest[head] / divisor[lead], ratio)
        quotient = add(quotient, of_term(term))
        rest = add(rest, scale(divisor, (-term[0], ratio)))
    return scale(quotient, (Fraction(1), times(low, to_power(base, -1))))


def _order(monomial: Monomial) -> list[tuple[int, int]]:
    """Places monomials without negative powers in lexicographic order: the atom of the least number decides first."""
    return [(-atom, power) for atom, power in monomial]
