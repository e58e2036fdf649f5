"""Ranks that share each batch are one process with the whole batch, and never drift apart."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import nn
import optim
from autograd_lite import Tensor, Value, is_grad_enabled, no_grad
from autograd_lite.errors import ArgumentValueError, GraphError, KindError, MissingLibraryError, ShapeError
from optim.mpi import DistributedOptimizer, Shares, average_gradients, share
from tests.distributed import MPIEXEC, Rank, Team, adam, together, train

ROOT = Path(__file__).parents[1]
needs_mpi = pytest.mark.skipif(
    importlib.util.find_spec("mpi4py") is None or MPIEXEC is None, reason="mpi4py or mpiexec is not installed"
)


def alone():
    return Rank(Team(1), 0)


def leaf(data, dtype=float):
    return Tensor(np.array(data, dtype), requires_grad=True)


def mpiexec(*arguments):
    done = subprocess.run(
        [MPIEXEC, "-n", "2", sys.executable, "-m", "mpi4py", *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=120,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


# In processes


@needs_mpi
def test_two_processes_give_the_weights_of_one(tmp_path):
    mpiexec("-m", "tests.distributed", str(tmp_path / "weights.npz"))
    first, second = np.load(tmp_path / "weights.npz").values()
    whole = np.concatenate([a.ravel() for a in train(adam)])
    start = np.concatenate([a.ravel() for a in train(adam, steps=0)])
    assert first.tobytes() == second.tobytes()
    assert np.allclose(first, whole, rtol=0.0, atol=1e-12)
    assert abs(whole - start).min() > 1e-3


# In threads


@pytest.mark.parametrize("size", [2, 3, 5])
@pytest.mark.parametrize(
    "make",
    [adam, lambda params: optim.SGD(params, lr=0.1, momentum=0.9), lambda params: optim.RMSprop(params, lr=0.01)],
    ids=["Adam", "SGD", "RMSprop"],
)
def test_any_number_of_ranks_gives_the_weights_of_one(make, size):
    results, errors = together(size, lambda comm: train(make, comm, seed=comm.Get_rank()))
    assert errors == [None] * size
    for arrays in results:
        assert [a.tobytes() for a in arrays] == [a.tobytes() for a in results[0]]
    assert all(np.allclose(a, b, rtol=0.0, atol=1e-12) for a, b in zip(results[0], train(make), strict=True))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_one_rank_is_the_same_bits(dtype):
    found, whole = train(adam, alone(), dtype=dtype), train(adam, dtype=dtype)
    assert [a.dtype for a in found] == [dtype] * 4
    assert [a.tobytes() for a in found] == [a.tobytes() for a in whole]


def test_the_mean_weighs_each_rank_by_its_samples_in_one_message():
    """3 samples with gradients 1 and [10, 20], 1 sample with 5 and [-2, 0]: 2 and [7, 15]."""
    team = Team(2)

    def work(rank):
        a, b = leaf([0.0]), leaf([[0.0, 0.0]])
        (a.sum() * (1.0, 5.0)[rank] + (b * ([[10.0, 20.0]], [[-2.0, 0.0]])[rank]).sum()).backward()
        given = [a.grad.data, b.grad.data]
        kept = [g.copy() for g in given]
        average_gradients([a, b], Rank(team, rank), count=(3, 1)[rank])
        assert all((g == k).all() for g, k in zip(given, kept, strict=True)), "a gradient was written to"
        return a.grad.data.tolist(), b.grad.data.tolist()

    results, errors = together(2, lambda comm: work(comm.Get_rank()))
    assert errors == [None, None]
    assert results == [([2.0], [[7.0, 15.0]])] * 2
    assert team.messages == [3]


def test_none_stays_none_where_no_rank_has_a_gradient():
    def work(comm):
        both, first, none = leaf([1.0]), leaf([1.0]), leaf([1.0])
        (both * 4.0 + (first * 2.0 if comm.Get_rank() == 0 else 0.0)).sum().backward()
        average_gradients([none, both, first], comm)
        return [p.grad if p.grad is None else p.grad.item() for p in (both, first, none)]

    assert together(2, work) == ([[4.0, 1.0, None]] * 2, [None, None])
    lonely = leaf([1.0])
    average_gradients([lonely], alone())
    assert lonely.grad is None


def test_a_rank_without_samples_counts_for_nothing():
    def work(comm):
        x = leaf([1.0])
        (x * (3.0, np.nan)[comm.Get_rank()]).sum().backward()
        average_gradients([x], comm, count=(2, 0)[comm.Get_rank()])
        return x.grad.item()

    assert together(2, work) == ([3.0, 3.0], [None, None])


def test_halves_and_values_travel_too():
    x, y = leaf([1.0, 2.0], np.float16), Value(3.0)
    (x * 0.5).sum().backward()
    (y * y).backward()
    average_gradients([x, y], alone())
    assert (x.grad.dtype, x.grad.data.tolist(), float(y.grad)) == (np.float16, [0.5, 0.5], 6.0)


def test_all_ranks_take_the_options_and_the_state_of_the_first():
    def work(comm):
        rank = comm.Get_rank()
        x = leaf([1.0 + rank])
        inner = optim.SGD([x], lr=0.1 * (rank + 1), momentum=0.9)
        for _ in range(rank + 1):
            x.grad = np.array([1.0])
            inner.step()
        optimizer = DistributedOptimizer(inner, comm)
        x.grad = np.array([1.0])
        optimizer.step()
        return x.item(), optimizer.param_groups[0]["lr"], optimizer.state[0]["momentum_buffer"].tolist()

    (first, second), errors = together(2, work)
    assert errors == [None, None]
    # 1 - 0.1 1 = 0.9 at the start; v = 0.9 1 + 1 = 1.9.
    assert first == second == (pytest.approx(0.71), 0.1, [1.9])


def test_it_resumes_from_a_plain_state_and_gives_one():
    a, b = leaf([1.0]), leaf([1.0])
    plain, spread = adam([a]), DistributedOptimizer(adam([b]), alone())
    for _ in range(2):
        a.grad = b.grad = np.array([1.0])
        plain.step(), spread.step()
    assert spread.state_dict()["param_groups"] == plain.state_dict()["param_groups"]
    spread.load_state_dict(plain.state_dict())
    assert spread.state is spread.optimizer.state
    a.grad = b.grad = np.array([0.5])
    plain.step(), spread.step()
    assert a.item() == b.item()
    assert repr(spread) == f"DistributedOptimizer({plain!r}, rank 0 of 1)"


def test_a_closure_is_computed_before_the_gradients_are_averaged():
    def work(comm):
        x = leaf([1.0])
        optimizer = DistributedOptimizer(optim.SGD([x], lr=1.0), comm)

        def closure():
            assert is_grad_enabled()
            optimizer.zero_grad()
            loss = (x * (2.0 * comm.Get_rank())).sum()
            loss.backward()
            return loss.item()

        with no_grad():
            return optimizer.step(closure), x.item()

    assert together(2, work) == ([(0.0, 0.0), (2.0, 0.0)], [None, None])


def test_a_group_added_later_is_that_of_rank_0_and_checked():
    def work(comm):
        x, y = leaf([1.0]), leaf([5.0 + comm.Get_rank()])
        optimizer = DistributedOptimizer(optim.SGD([x], lr=1.0), comm)
        optimizer.add_param_group({"params": [y], "lr": 0.5})
        y.grad = np.array([1.0])
        optimizer.step()
        optimizer.zero_grad()
        assert y.grad is None
        optimizer.param_groups[1]["lr"] = -1.0
        with pytest.raises(ArgumentValueError, match="lr is -1"):
            optimizer.checked(optimizer.param_groups[1])
        return y.item()

    assert together(2, work) == ([4.5, 4.5], [None, None])


def test_a_group_that_does_not_fit_is_not_added():
    def work(comm):
        optimizer = DistributedOptimizer(optim.SGD([leaf([1.0])], lr=1.0), comm)
        with pytest.raises(ArgumentValueError, match="Build the same model"):
            optimizer.add_param_group({"params": [leaf([1.0] * (1 + comm.Get_rank()))]})
        return len(optimizer.optimizer.param_groups)

    assert together(2, work) == ([1, 1], [None, None])


@pytest.mark.parametrize("n", range(6))
def test_shares_are_the_batch_in_parts(n):
    team = Team(4)
    parts = [share(np.arange(n), comm=Rank(team, rank)) for rank in range(4)]
    assert np.concatenate(parts).tolist() == list(range(n))
    assert max(map(len, parts)) - min(map(len, parts)) <= 1
    x, y = share(Tensor(np.arange(n)), "abcdef"[:n], comm=Rank(team, 3))
    assert x.data.tolist() == parts[3].tolist()
    assert len(y) == len(x)


# With fit


def fitted(comm=None, **options):
    generator = np.random.default_rng(0)
    x = generator.normal(size=(26, 3))
    y = x @ generator.normal(size=(3, 2))
    model = nn.Sequential(
        nn.Linear(3, 4, generator=generator), nn.Tanh(), nn.Linear(4, 2, generator=generator)
    ).double()
    optimizer = optim.Adam(model.parameters(), lr=0.05)
    data = optim.batches((x, y), 8, shuffle=True, seed=1)
    if comm is not None:
        optimizer, data = DistributedOptimizer(optimizer, comm), Shares(data, comm)
    history = optim.fit(
        model, nn.MSELoss(), optimizer, data, validation=(x, y), schedule=lambda epoch: 0.05 * 0.8**epoch,
        progress=False, **{"epochs": 4, **options}
    )  # fmt: skip
    return np.concatenate([p.data.ravel() for p in model.parameters()]), history


def test_fit_on_shares_is_fit_on_the_whole():
    results, errors = together(2, fitted)
    assert errors == [None, None]
    (first, history), (second, other) = results
    whole, expected = fitted()
    assert first.tobytes() == second.tobytes()
    assert np.allclose(first, whole, rtol=0.0, atol=1e-12)
    assert history["val_loss"] == other["val_loss"] == pytest.approx(expected["val_loss"], rel=1e-12)
    # Of what each rank has seen, the mean is that of all.
    assert np.allclose(np.add(history["loss"], other["loss"]) / 2, expected["loss"], rtol=1e-12)


def test_fit_on_shares_resumes_to_the_same_bits(tmp_path):
    def work(comm):
        path = tmp_path / f"{comm.Get_rank()}.npz"
        whole, _ = fitted(comm)
        fitted(comm, epochs=2, checkpoint=path)
        return whole, fitted(comm, checkpoint=path)[0]

    results, errors = together(2, work)
    assert errors == [None, None]
    assert all(whole.tobytes() == resumed.tobytes() for whole, resumed in results)


@pytest.mark.parametrize(
    ("options", "odd"),
    [((9,), 9), ((4,), 3), ((11,), 11), ((None,), 11), ((12,), 11)],
)
def test_batches_without_equal_shares_are_refused(options, odd):
    comm = Rank(Team(2), 0)
    with pytest.raises(ShapeError, match=f"one of {odd} has no equal shares for 2 ranks"):
        Shares(optim.batches(np.arange(11), *options), comm)
    assert len(list(Shares(optim.batches(np.arange(11), 4, drop_last=True), comm))) == 2
    assert [len(part) for part in Shares(optim.batches(np.arange(11), 4, replacement=True, seed=0), comm)] == [2] * 3
    with pytest.raises(KindError, match=r"batches is ndarray \(11,\)"):
        Shares(np.arange(11), comm)


# What is refused


def test_models_that_differ_are_refused_on_every_rank():
    def work(comm):
        DistributedOptimizer(optim.SGD(nn.Linear(2, 1 + comm.Get_rank()).parameters(), lr=0.1), comm)

    _, errors = together(2, work)
    assert all(isinstance(e, ArgumentValueError) for e in errors)
    assert "the parameters of rank 1 are [[((2, 2), 'float32'), ((2,), 'float32')]]" in str(errors[0])
    assert str(errors[0]) == str(errors[1])


@pytest.mark.parametrize("counts", [(2, -1), (0, 0), (1, np.nan), (1, np.inf), (1, "2")])
def test_wrong_counts_are_refused_on_every_rank(counts):
    def work(comm):
        x = leaf([1.0])
        x.grad = np.array([1.0 + comm.Get_rank()])
        try:
            average_gradients([x], comm, count=counts[comm.Get_rank()])
        finally:
            assert x.grad.item() == 1.0 + comm.Get_rank()

    _, errors = together(2, work)
    assert [type(e) for e in errors] == [ArgumentValueError] * 2
    assert f"the ranks have counts {list(counts)}" in str(errors[0])


def test_wrong_calls():
    with pytest.raises(KindError, match="optimizer is Linear"):
        DistributedOptimizer(nn.Linear(2, 1), alone())
    once = DistributedOptimizer(optim.SGD([leaf([1.0])], lr=0.1), alone())
    with pytest.raises(KindError, match="once"):
        DistributedOptimizer(once, alone())
    with pytest.raises(GraphError):
        once.add_param_group({"params": [Tensor([1.0])]})
    with pytest.raises(ShapeError, match=r"have \[3, 2\] rows"):
        share([1, 2, 3], [1, 2], comm=alone())
    with pytest.raises(ShapeError, match="give one array or more"):
        share(comm=alone())
    with pytest.raises(KindError, match="must have rows"):
        share(3, comm=alone())


def test_without_mpi4py_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "mpi4py", None)
    for call in (share, lambda: average_gradients([]), lambda: DistributedOptimizer(optim.SGD([leaf([1.0])], lr=0.1))):
        with pytest.raises(MissingLibraryError, match="pip install mpi4py mpich"):
            call()
