"""Batches: every sample once, in which order, built as the data is; what is refused."""

from collections import namedtuple

import numpy as np
import pytest

import autograd_lite as ag
import optim
from autograd_lite.errors import ArgumentError, ArgumentValueError, AutogradError, KindError, ShapeError


def rows(batches):
    return [batch.tolist() for batch in batches]


def flat(batches):
    return [i for batch in batches for i in batch]


def test_batches_go_through_the_data_in_its_order():
    assert rows(optim.batches(np.arange(5), 2)) == [[0, 1], [2, 3], [4]]
    assert rows(optim.batches(np.arange(5), 2, drop_last=True)) == [[0, 1], [2, 3]]
    assert rows(optim.batches(np.arange(4), 2, drop_last=True)) == [[0, 1], [2, 3]]
    assert rows(optim.batches(np.arange(3))) == [[0, 1, 2]]
    assert rows(optim.batches(np.arange(3), 1)) == [[0], [1], [2]]
    assert rows(optim.batches(np.arange(3), 7)) == [[0, 1, 2]]


@pytest.mark.parametrize(
    "options",
    [{}, {"drop_last": True}, {"shuffle": True}, {"replacement": True}, {"replacement": False, "drop_last": True}],
)
@pytest.mark.parametrize("size", [None, 1, 3, 5, 10])
def test_the_number_of_batches_is_known(size, options):
    batches = optim.batches(np.arange(10), size, **options)
    assert len(list(batches)) == len(batches) == len(list(batches))


def test_shuffled_epochs_see_every_sample_once_and_differ():
    batches = optim.batches(np.arange(40), 8, shuffle=True, seed=3)
    first, second = (flat(rows(batches)) for _ in range(2))
    assert sorted(first) == sorted(second) == list(range(40))
    assert first != second
    assert first != sorted(first)


def test_shuffled_once_keeps_its_order():
    batches = optim.batches(np.arange(40), 8, shuffle="once", seed=3)
    first, second = rows(batches), rows(batches)
    assert first == second
    assert flat(first) != list(range(40)) == sorted(flat(first))


def test_drawn_with_and_without_replacement():
    twice = optim.batches(np.arange(6), 5, replacement=True, seed=0)
    drawn = [batch for _ in range(50) for batch in rows(twice)]
    assert {len(batch) for batch in drawn} == {5}
    assert any(len(set(batch)) < 5 for batch in drawn)
    assert {i for batch in drawn for i in batch} == set(range(6))
    once = optim.batches(np.arange(6), 4, replacement=False, seed=0)
    drawn = [batch for _ in range(50) for batch in rows(once)]
    assert all(len(set(batch)) == 4 for batch in drawn)
    # A batch is drawn whatever was drawn before: two of four among six share a sample.
    assert all(set(a) & set(b) for a, b in zip(drawn[::2], drawn[1::2], strict=True))


@pytest.mark.parametrize("options", [{"shuffle": True}, {"shuffle": "once"}, {"replacement": True}])
def test_the_same_seed_gives_the_same_batches(options):
    def epochs(**by):
        batches = optim.batches(np.arange(30), 4, **options, **by)
        return [rows(batches), rows(batches)]

    assert epochs(seed=1) == epochs(seed=1) != epochs(seed=2)
    assert epochs(seed=1) == epochs(generator=np.random.default_rng(1))
    # Without either they come from the library's own generator.
    ag.manual_seed(5)
    first = epochs()
    ag.manual_seed(5)
    assert epochs() == first


def test_batches_are_built_as_the_data_is():
    point = namedtuple("point", "x y")
    x = np.arange(6.0).reshape(3, 2)
    tensor = ag.Tensor(x, requires_grad=True)
    data = {"a": (x, [10, 20, 30]), "b": point(tensor, range(3))}
    [first, second] = optim.batches(data, 2)
    assert first["a"][0].tolist() == [[0, 1], [2, 3]]
    assert first["a"][1] == [10, 20]
    assert type(first["b"]) is point
    assert isinstance(first["b"].x, ag.Tensor)
    assert not first["b"].x.requires_grad
    assert second["b"].x.tolist() == [[4, 5]]
    assert second["b"].y == [2]
    [shuffled] = optim.batches(data, shuffle=True, seed=1)
    order = shuffled["b"].y
    assert sorted(order) == [0, 1, 2]
    assert [10 * (i + 1) for i in order] == shuffled["a"][1]
    assert shuffled["b"].x.tolist() == x[order].tolist() == shuffled["a"][0].tolist()


class Images:
    """A sequence that reads its samples one by one."""

    def __len__(self):
        return 4

    def __getitem__(self, i):
        if not isinstance(i, int):
            raise TypeError("positions are Python integers")
        return f"image {i}"


class Table:
    """Like a data frame: rows are taken by iloc."""

    shape = (3, 2)

    class iloc:
        def __class_getitem__(cls, chosen):
            return "rows", np.arange(3)[chosen].tolist()


def test_any_sequence_and_table_serves():
    assert list(optim.batches(Images(), 3)) == [["image 0", "image 1", "image 2"], ["image 3"]]
    assert sorted(next(iter(optim.batches(Images(), 4, shuffle=True)))) == [f"image {i}" for i in range(4)]
    assert list(optim.batches(Table(), 2)) == [("rows", [0, 1]), ("rows", [2])]


def test_sparse_matrices_serve():
    sparse = pytest.importorskip("scipy.sparse").csr_matrix(np.eye(4))
    [first, _] = optim.batches(sparse, 2)
    assert first.toarray().tolist() == [[1, 0, 0, 0], [0, 1, 0, 0]]


def test_the_data_is_not_changed_by_its_batches():
    data = np.arange(6)
    for batch in optim.batches(data, 2, shuffle=True, seed=0):
        batch[:] = -1
    for batch in optim.batches((data,), 2):
        with pytest.raises(ValueError, match="read-only"):
            batch[0][:] = -1
    assert data.flags.writeable
    assert data.tolist() == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("wrong", "error", "said"),
    [
        (lambda: optim.batches((np.ones(3), np.ones(4))), ShapeError, r"data\[0\] has 3, data\[1\] has 4"),
        (lambda: optim.batches({"x": np.ones(3), "y": [1, 2]}), ShapeError, r"data\['x'\] has 3, data\['y'\] has 2"),
        (lambda: optim.batches((np.ones(3), (np.ones(3), [1]))), ShapeError, r"data\[1\]\[1\] has 1"),
        (lambda: optim.batches(np.float64(3.0)), KindError, "first axis"),
        (lambda: optim.batches(3), KindError, "data is int 3"),
        (lambda: optim.batches("text"), KindError, "data is str"),
        (lambda: optim.batches(i for i in range(3)), KindError, "data is generator"),
        (lambda: optim.batches(()), ArgumentValueError, "no arrays"),
        (lambda: optim.batches(np.ones((0, 2))), ArgumentValueError, "no samples"),
        (lambda: optim.batches(np.ones(3), 0), ArgumentValueError, "batch_size is 0; it must be at least 1"),
        (lambda: optim.batches(np.ones(3), 2.0), KindError, "batch_size is float 2.0"),
        (lambda: optim.batches(np.ones(3), True), KindError, "batch_size is bool"),
        (lambda: optim.batches(np.ones(3), 4, drop_last=True), ArgumentValueError, "no batch at all"),
        (lambda: optim.batches(np.ones(3), 4, replacement=False), ArgumentValueError, "only 3 samples"),
        (lambda: optim.batches(np.ones(3), 2, True, replacement=True), ArgumentError, "give one"),
        (lambda: optim.batches(np.ones(3), 2, "twice"), ArgumentValueError, "'twice'"),
        (lambda: optim.batches(np.ones(3), 2, 1), KindError, "shuffle is int 1"),
        (lambda: optim.batches(np.ones(3), 2, replacement=1), KindError, "replacement is int 1"),
        (lambda: optim.batches(np.ones(3), 2, drop_last=None), KindError, "drop_last"),
        (lambda: optim.batches(np.ones(3), seed=-1), ArgumentValueError, "seed is -1"),
        (lambda: optim.batches(np.ones(3), seed=0.5), KindError, "seed is float"),
        (lambda: optim.batches(np.ones(3), seed=0, generator=np.random.default_rng(0)), ArgumentError, "give one"),
        (lambda: optim.batches(np.ones(3), generator=0), KindError, "default_rng"),
    ],
)
def test_wrong_uses_of_batches(wrong, error, said):
    with pytest.raises(error, match=said) as caught:
        wrong()
    assert isinstance(caught.value, AutogradError)


def test_batches_say_what_they_are():
    assert repr(optim.batches(np.ones(10), 4)) == "3 batches of 4 of 10 samples"
