"""Sums of products over labelled axes: einsum in every form that NumPy takes, and tensordot."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd_lite as ag
from autograd_lite import Tensor, Value
from autograd_lite.errors import ArgumentError, AutogradError, DtypeError, KindError, ShapeError
from autograd_lite.ops import contraction as chapter
from tests.checks import check_float32, check_orders, gradients, leaves, same

RNG = np.random.default_rng(0)

FORMS = [
    ("ij,jk->ik", (2, 3), (3, 4)),
    ("ij,jk", (2, 3), (3, 4)),
    ("ij,jk->ki", (2, 3), (3, 4)),
    (" i j , j k -> i k ", (2, 3), (3, 4)),
    ("ba,ca", (2, 3), (4, 3)),
    ("Ba,aB", (2, 3), (3, 2)),
    ("zA->Az", (2, 3)),
    ("ij", (2, 3)),
    ("ba", (2, 3)),
    ("ij->", (2, 3)),
    ("ij->j", (2, 3)),
    ("ij,k->k", (2, 3), (4,)),
    ("ijk,k->i", (2, 3, 4), (4,)),
    ("ii", (3, 3)),
    ("ii->", (3, 3)),
    ("ii->i", (3, 3)),
    ("iji->j", (3, 2, 3)),
    ("iji", (3, 2, 3)),
    ("iii->i", (3, 3, 3)),
    ("iijj->ji", (2, 2, 3, 3)),
    ("ijij->ij", (2, 3, 2, 3)),
    ("ii,i->i", (3, 3), (3,)),
    ("ii,ij,jj->", (3, 3), (3, 2), (2, 2)),
    ("i,i", (3,), (3,)),
    ("i,j", (3,), (2,)),
    ("i,j,k->", (2,), (3,), (4,)),
    ("ij,ij,ij->i", (2, 3), (2, 3), (2, 3)),
    ("ab,bc,cd,de->ae", (2, 3), (3, 4), (4, 2), (2, 3)),
    (",", (), ()),
    ("", ()),
    (",i->i", (), (3,)),
    (",,ij->j", (), (), (2, 3)),
    ("...", (2, 3)),
    ("i...->...", (2, 3, 4)),
    ("...i->i...", (2, 3, 4)),
    ("...ii->...i", (2, 3, 3)),
    ("i...i", (3, 2, 3)),
    ("...ij,...jk", (5, 1, 2, 3), (4, 3, 2)),
    ("...ij,...jk->...ik", (2, 3), (4, 3, 2)),
    ("b...i,i...->b...", (2, 4, 3), (3, 1)),
    ("...,...", (2, 3), (3,)),
    ("...,...->...", (2, 1), (1, 3)),
    ("...i,...i->...", (3,), (2, 3)),
    ("ii,i->i", (1, 1), (3,)),
    ("ii,ij->j", (1, 1), (3, 2)),
    ("i,i", (3,), (1,)),
    ("i,i->i", (1,), (3,)),
    ("ij,ik->i", (1, 3), (4, 2)),
    ("ij,jk->ik", (2, 1), (3, 4)),
    ("ij,ij->j", (1, 3), (4, 1)),
    ("ij,jk,ki->", (1, 3), (3, 1), (2, 2)),
    ("i,i->", (1,), (0,)),
    ("ij,jk->ik", (0, 3), (3, 4)),
    ("ij,jk->ik", (2, 0), (0, 4)),
    ("ii->i", (0, 0)),
    ("ij,k->k", (0, 2), (3,)),
]


def arrays(*shapes):
    return [RNG.uniform(-2, 2, shape) for shape in shapes]


def check_einsum(subscripts, args, **params):
    """Assert that einsum gives NumPy's value, and is right to second order, in float32 too."""

    def f(*xs):
        return ag.einsum(subscripts, *xs, **params)

    expected = np.einsum(subscripts, *args, **params)
    for out in (f(*map(Tensor, args)), np.einsum(subscripts, *map(Tensor, args), **params)):
        assert type(out) is Tensor
        assert out.shape == expected.shape
        np.testing.assert_allclose(out.data, expected, rtol=1e-13, atol=1e-14)
    check_orders(f, args)
    for x, g in zip(args, gradients(f, args, range(len(args))), strict=True):
        assert g.shape == x.shape


@pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form[0]} {form[1:]}")
def test_forms(form):
    subscripts, *shapes = form
    args = arrays(*shapes)
    check_einsum(subscripts, args)
    same(ag.einsum(subscripts, *map(Tensor, args)).data, np.einsum(subscripts, *args))
    check_float32(lambda *xs: ag.einsum(subscripts, *xs), [a.astype(np.float32) for a in args])


@pytest.mark.parametrize(
    ("labels", "output", "shapes"),
    [
        ([[0, 1], [1, 2]], [0, 2], [(2, 3), (3, 4)]),
        ([[0, 1], [1, 2]], None, [(2, 3), (3, 4)]),
        ([[30, 1], [1, 2]], None, [(2, 3), (3, 4)]),
        ([[0, 0]], [0], [(3, 3)]),
        ([[0, 0]], None, [(3, 3)]),
        ([[Ellipsis, 0], [Ellipsis, 0]], [Ellipsis], [(2, 1, 3), (4, 3)]),
        ([[51, Ellipsis]], None, [(2, 3)]),
        ([(0, 1), (1,), ()], (0,), [(2, 3), (3,), ()]),
    ],
)
def test_lists_of_labels(labels, output, shapes):
    args = arrays(*shapes)

    def call(f, xs):
        return f(
            *[part for pair in zip(xs, labels, strict=True) for part in pair], *([] if output is None else [output])
        )

    same(call(ag.einsum, list(map(Tensor, args))).data, call(np.einsum, args))
    same(call(np.einsum, list(map(Tensor, args))).data, call(np.einsum, args))
    check_orders(lambda *xs: call(ag.einsum, xs), args)


@st.composite
def contractions(draw):
    """Subscripts and shapes: labels repeated within and between arrays, ellipses, lengths of 1."""
    lengths = dict(zip("abAB", draw(st.lists(st.integers(1, 3), min_size=4, max_size=4)), strict=True))
    batch = draw(st.lists(st.integers(1, 2), max_size=2))
    terms, shapes = [], []
    for _ in range(draw(st.integers(1, 3))):
        labels = draw(st.lists(st.sampled_from("abAB"), max_size=3))
        repeated = len(set(labels)) < len(labels)
        # NumPy takes a length of 1 for any only where the label is not repeated in the array.
        short = {c: draw(st.booleans()) and not repeated for c in dict.fromkeys(labels)}
        shape = [1 if short[c] else lengths[c] for c in labels]
        if draw(st.booleans()):
            i = draw(st.integers(0, len(labels)))
            own = [1 if draw(st.booleans()) else n for n in batch[draw(st.integers(0, len(batch))) :]]
            labels.insert(i, "...")
            shape[i:i] = own
        terms.append("".join(labels))
        shapes.append(tuple(shape))
    subscripts = ",".join(terms)
    if draw(st.booleans()):
        used = sorted({c for c in subscripts if c in lengths})
        output = draw(st.permutations(draw(st.lists(st.sampled_from(used), unique=True)) if used else []))
        output = [*output]
        if "..." in subscripts:
            output.insert(draw(st.integers(0, len(output))), "...")
        subscripts += "->" + "".join(output)
    return subscripts, shapes


@settings(max_examples=150, deadline=None)
@given(contractions(), st.sampled_from([1, 10**9]), st.integers(0, 2**32 - 1))
def test_any_contraction(contraction, planned, seed):
    subscripts, shapes = contraction
    args = [np.random.default_rng((seed, i)).uniform(-2, 2, shape) for i, shape in enumerate(shapes)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chapter, "PLANNED", planned)
        check_einsum(subscripts, args)


@pytest.mark.parametrize("optimize", [True, "greedy", "optimal", ["einsum_path", (0, 1), (0, 1)], False])
def test_optimize_is_accepted(optimize):
    check_einsum("ij,jk,kl->il", arrays((2, 3), (3, 4), (4, 2)), optimize=optimize)


def test_large_contractions_are_planned(monkeypatch):
    x, y, z = arrays((60, 50), (50, 40), (40, 30))
    asked = []
    einsum = np.einsum
    monkeypatch.setattr(
        np, "einsum", lambda *args, optimize: asked.append(optimize) or einsum(*args, optimize=optimize)
    )
    nodes = leaves((x, y, z), (0, 1, 2))
    out = ag.contraction(nodes, subscripts="ij,jk,kl->il")
    np.testing.assert_allclose(out.data, x @ y @ z, rtol=1e-12)
    out.backward(np.ones(out.shape))
    assert asked == [True] * 4
    np.testing.assert_allclose(nodes[1].grad.data, x.T @ np.ones(out.shape) @ z.T, rtol=1e-12)
    ag.contraction(leaves((x[:3], y[:, :3]), (0, 1)), subscripts="ij,jk->ik")
    assert asked[4:] == [False]


def test_products_of_an_array_with_itself():
    (x,) = arrays((3, 3))
    check_orders(lambda x: ag.einsum("ij,jk,ki->", x, x, x), [x])
    check_orders(lambda x: ag.einsum("ii,ij->j", x, x), [x])


def test_infinite_gradients_stay_on_the_diagonal():
    (x,) = arrays((3, 3))
    (g,) = gradients(lambda x: ag.einsum("ii->i", x), [x], [0], np.array([np.inf, 1.0, np.nan]))
    same(g, np.array([[np.inf, 0, 0], [0, 1.0, 0], [0, 0, np.nan]]))


def test_numbers_and_kinds():
    x = Tensor(np.array([1.0, 2.0], np.float32), requires_grad=True)
    assert ag.einsum("i,->i", x, 2.0).dtype == np.float32
    out = ag.einsum("i,->", x, Value(2.0))
    assert (out.item(), out.dtype) == (6.0, np.float32)
    assert ag.einsum("i,i->", x, [1, 2]).item() == 5.0
    assert ag.einsum("i,i->", x, np.array([1, 2]), dtype=np.float64).dtype == np.float64
    assert not isinstance(ag.einsum("i,i->", [1.0], [2.0]), Tensor)
    assert not ag.einsum("i,i->", Tensor([1, 2]), Tensor([3, 4])).requires_grad


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda f, x, y: f("ij,jk->ik", x, x), ShapeError, "label j is an axis of length 3 .* and of length 2"),
        (lambda f, x, y: f("ij,jk->il", x, y), AutogradError, "output subscript 'l' which never appeared"),
        (lambda f, x, y: f("ij,jk->ii", x, y), AutogradError, "output subscript 'i' multiple times"),
        (lambda f, x, y: f("ij,jk->ik", x), AutogradError, "fewer operands|more operands"),
        (lambda f, x, y: f("ij->ik", x, y), AutogradError, "operands"),
        (lambda f, x, y: f("ijk,jk->ik", x, y), AutogradError, "too many subscripts for operand 0"),
        (lambda f, x, y: f("i,jk->ik", x, y), AutogradError, "no '...' ellipsis"),
        (lambda f, x, y: f("i$,jk->ik", x, y), AutogradError, "invalid subscript"),
        (lambda f, x, y: f("...j,jk->jk", x, y), AutogradError, "ellipsis"),
        (lambda f, x, y: f("ii->i", x), ShapeError, "label i|collapsing index 'i'"),
        (lambda f, x, y: f(x, [0, -1]), AutogradError, "from 0 to 51"),
        (lambda f, x, y: f(x, [0, 52]), AutogradError, "from 0 to 51"),
        (lambda f, x, y: f(x, ["i", "j"]), AutogradError, "an integer or an ellipsis"),
        (lambda f, x, y: f(x, y), AutogradError, "an integer or an ellipsis"),
        (lambda f, x, y: f("ij,jk", x, y, out=np.zeros((2, 4))), ArgumentError, "out= is refused"),
        (lambda f, x, y: f("ij,jk", x, y, optimize="fast"), AutogradError, "fast"),
        (lambda f, x, y: f("ij,jk", x, y, dtype=np.float32), DtypeError, "cannot hold"),
        (lambda f, x, y: f("ij,jk", x, y, axis=0), ArgumentError, "unknown argument axis"),
        (lambda f, x, y: f("i,i", x[0], [y[0, 0], y[0, 1], y[0, 2]]), KindError, "list holds nodes"),
        (lambda f, x, y: f("i", np.array([1j]), x), DtypeError, "complex"),
    ],
)
def test_wrong_calls(call, error, said):
    x, y = (Tensor(a, requires_grad=True) for a in arrays((2, 3), (3, 4)))
    with pytest.raises(error, match=f"^einsum: .*({said})"):
        call(ag.einsum, x, y)


TENSORDOT = [
    ((2, 3), (2, 3), 2),
    ((2, 3), (3, 4), 1),
    ((2, 3), (4,), 0),
    ((5, 2, 3), (2, 3, 4), 2),
    ((5, 2, 3), (3, 4, 2), ([1, 2], [2, 0])),
    ((5, 2, 3), (3, 4, 2), ([2, 1], [0, 2])),
    ((5, 2, 3), (3, 4, 2), ((-1, -2), (0, -1))),
    ((2, 3, 4), (4, 2), (0, 1)),
    ((2, 3, 4), (5, 4, 2), ([0], [-1])),
    ((2, 3, 4, 2), (2, 4, 3), ([3, 1], [0, 2])),
    ((2, 3, 4), (4, 2, 3), ([0, 1, 2], [1, 2, 0])),
    ((2, 3), (4, 5), ([], [])),
    ((), (2, 3), 0),
    ((2, 3), (), 0),
    ((), (), 0),
    ((0, 3), (3, 2), 1),
    ((2, 0), (0, 3), 1),
]


@pytest.mark.parametrize(("first", "second", "axes"), TENSORDOT)
def test_tensordot(first, second, axes):
    args = arrays(first, second)

    def f(x, y):
        return ag.tensordot(x, y, axes)

    same(f(*map(Tensor, args)).data, np.tensordot(*args, axes))
    same(np.tensordot(*map(Tensor, args), axes=axes).data, np.tensordot(*args, axes))
    same(np.linalg.tensordot(*map(Tensor, args), axes=axes).data, np.tensordot(*args, axes))
    check_orders(f, args)
    check_float32(f, [a.astype(np.float32) for a in args])
    for i in range(2):
        assert gradients(f, args, [i])[0].shape == args[i].shape


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_tensordot_over_any_axes(data):
    lengths = data.draw(st.lists(st.integers(0, 3), max_size=3))
    first, second = (data.draw(st.permutations(range(len(lengths)))) for _ in range(2))
    shapes, axes = [], []
    for order in (first, second):
        free = data.draw(st.lists(st.integers(1, 2), max_size=2))
        places = data.draw(st.permutations(range(len(lengths) + len(free))))
        shape = [0] * len(places)
        for place, n in zip(places, [*(lengths[i] for i in order), *free], strict=True):
            shape[place] = n
        at = dict(zip(order, places, strict=False))
        back = data.draw(st.booleans())
        axes.append([at[i] - back * len(places) for i in range(len(lengths))])
        shapes.append(tuple(shape))
    args = arrays(*shapes)
    f = lambda x, y: ag.tensordot(x, y, axes=axes)  # noqa: E731
    same(f(*map(Tensor, args)).data, np.tensordot(*args, axes=axes))
    check_orders(f, args)


@pytest.mark.parametrize("axes", [1, 3, ([0], [0, 1]), ([0], [5]), ([0, 0], [0, 0]), "ij", 1.5, ([0],)])
def test_wrong_axes_of_tensordot(axes):
    with pytest.raises(AutogradError, match="tensordot"):
        ag.tensordot(*map(Tensor, arrays((2, 3), (4, 3))), axes=axes)
