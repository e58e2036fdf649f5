"""Indexing in every form, as NumPy has it, with the gradient at its place."""

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite import Tensor
from tests.checks import check_orders, gradients, same

X = np.arange(1.0, 61.0).reshape(3, 4, 5) / 7
MASK = X % 1 > 0.5

BASIC = [
    0,
    -1,
    np.int64(1),
    (1, 2),
    (1, -1, 0),
    slice(None),
    slice(1, 3),
    slice(None, None, -1),
    slice(5, 0, -2),
    slice(2, 2),
    (slice(None), slice(None, None, 2)),
    (slice(None), 1, slice(None, None, -2)),
    Ellipsis,
    (Ellipsis, 0),
    (0, Ellipsis),
    (Ellipsis, slice(1, 2), 0),
    None,
    (None, 0, None),
    (Ellipsis, None),
    (slice(None), None, 2),
    (),
]
ADVANCED = [
    [0, 2],
    [0, 0, 2, 0],
    [-1, 2],
    [],
    np.array([0, 2]),
    np.array([[0, 1], [1, 1]]),
    np.array(1),
    (np.array([0, 2, 0]), np.array([1, 3, 1])),
    (np.array([[0], [2]]), np.array([1, 1])),
    ([0, 0, 1], slice(None), [4, 4, 0]),
    (slice(None), [3, 3]),
    (Ellipsis, [0, 0, 4]),
    (0, [1, 1], slice(None, None, -1)),
    ([1, 1], None, 0),
    (slice(None), [[0, 1], [1, 0]], None),
    range(2),
]
BOOLEAN = [
    MASK,
    MASK[:, :, 0],
    [True, False, True],
    np.zeros((3, 4, 5), bool),
    (slice(None), MASK[0, :, 0]),
    (MASK[:, 0, 0], [1, 1]) if MASK[:, 0, 0].sum() == 2 else ([True, True, False], [1, 1]),
    (Ellipsis, [True, False, False, True, True]),
    (0, MASK[0]),
    True,
    False,
    (MASK[:, :, 0], 2),
]
EVERY = BASIC + ADVANCED + BOOLEAN


def as_numpy(index):
    return list(index) if isinstance(index, range) else index


@pytest.mark.parametrize("index", EVERY, ids=repr)
def test_getitem(index):
    expected = X[as_numpy(index)]
    out = Tensor(X)[index]
    assert type(out) is Tensor
    same(out.data, expected)
    # Squared, so that the rule's own derivative counts.
    check_orders(lambda x: x[index] ** 2, [X])
    check_orders(lambda x: ag.getitem(x, index), [X])
    counts = np.zeros(X.shape)
    np.add.at(counts, as_numpy(index), 1.0)
    np.testing.assert_array_equal(gradients(lambda x: x[index], [X], [0], 1.0)[0], counts)


def as_tensors(index):
    if isinstance(index, tuple):
        return tuple(map(as_tensors, index))
    return Tensor(np.asarray(index)) if isinstance(index, np.ndarray) or (isinstance(index, list) and index) else index


@pytest.mark.parametrize("index", [i for i in ADVANCED + BOOLEAN if as_tensors(i) is not i], ids=repr)
def test_indices_that_are_tensors(index):
    same(Tensor(X)[as_tensors(index)].data, X[index])
    np.testing.assert_array_equal(
        gradients(lambda x: x[as_tensors(index)] ** 2, [X], [0]), gradients(lambda x: x[index] ** 2, [X], [0])
    )


def test_slices_with_tensors_for_bounds():
    same(Tensor(X)[Tensor(0) : Tensor(2)].data, X[0:2])
    same(Tensor(X)[:, :: np.int64(2)].data, X[:, ::2])


def test_a_comparison_is_a_mask():
    def f(x):
        return x[x > 4.05] ** 2

    same(f(Tensor(X)).data, f(X))
    check_orders(f, [X])


def test_chained_and_repeated_indexing():
    check_orders(lambda x: x[1:][:, ::-1][..., [0, 0]] * x[0, 0, 0], [X])
    check_orders(lambda x: x[0] * x[1] + x[[0, 2]].sum(0), [X])
    check_orders(lambda x: sum(row.sum() ** 2 for row in x[0]), [X])


def test_elements_named_twice_count_twice():
    x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    (x[[0, 0, 2]] * [1.0, 10.0, 100.0]).sum().backward()
    np.testing.assert_array_equal(x.grad.data, [11.0, 0.0, 100.0])


def test_iteration_and_unpacking():
    a, b = Tensor([2.0, 3.0], requires_grad=True)
    (a * b).backward()
    x = Tensor([2.0, 3.0], requires_grad=True)
    first, second = x
    (first * second).backward()
    np.testing.assert_array_equal(x.grad.data, [3.0, 2.0])


@pytest.mark.parametrize("index", [[0, 1], np.array([0, 1]), (np.array([0, 1]),), np.array([True, True, False])])
def test_an_index_changed_later_changes_nothing(index):
    part = index[0] if isinstance(index, tuple) else index
    expected = gradients(lambda x: x[index] ** 2, [X], [0], 1.0)[0]
    x = Tensor(X, requires_grad=True)
    out = (x[index] ** 2).sum()
    part[0], part[-1] = part[-1], 0
    out.backward()
    np.testing.assert_array_equal(x.grad.data, expected)


@pytest.mark.parametrize("index", EVERY, ids=repr)
def test_scatter_add_is_the_transpose_of_getitem(index):
    part = X[as_numpy(index)]
    expected = np.zeros(X.shape)
    np.add.at(expected, as_numpy(index), part)
    same(ag.scatter_add(Tensor(part), index, X.shape).data, expected)
    check_orders(lambda a: ag.scatter_add(a, index, X.shape) ** 2, [np.asarray(part)])
    # <scatter(a), x> = <a, getitem(x)>
    a = np.cos(part)
    left, right = np.sum(ag.scatter_add(a, index, X.shape) * X), np.sum(a * part)
    assert left == pytest.approx(right, rel=1e-13)
