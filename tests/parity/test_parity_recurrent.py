"""Recurrent layers, cells and embeddings beside PyTorch's: values, last states, gradients of everything."""

import numpy as np
import pytest

import nn
from autograd_lite import Tensor, gradcheck, gradgradcheck
from nn import functional

torch = pytest.importorskip("torch")

KINDS = [("RNN", {}), ("RNN", {"nonlinearity": "relu"}), ("LSTM", {}), ("GRU", {})]


def rng(seed=0):
    return np.random.default_rng(seed)


def close(ours, theirs, rtol=1e-9):
    np.testing.assert_allclose(np.asarray(ours), theirs.detach().numpy(), rtol=rtol, atol=1e-12)


def flat(result):
    """All arrays of a result, in order."""
    return [x for part in result for x in flat(part)] if isinstance(result, tuple) else [result]


def alike(name, *args, **options):
    ours, theirs = getattr(nn, name)(*args, dtype=float, **options), getattr(torch.nn, name)(*args, **options).double()
    ours.load_state_dict({path: t.detach().numpy() for path, t in theirs.state_dict().items()})
    assert [n for n, _ in ours.named_parameters()] == [n for n, _ in theirs.named_parameters()]
    return ours, theirs


def compare(ours, theirs, *arrays, rebuild=lambda x, *states: (x, *states)):
    """The same results, and the same gradients of the inputs, the first states and the parameters."""
    a = [Tensor(x, requires_grad=True) for x in arrays]
    b = [torch.tensor(x, requires_grad=True) for x in arrays]
    out, expected = flat(ours(*rebuild(*a))), flat(theirs(*rebuild(*b)))
    assert len(out) == len(expected)
    loss, their_loss = 0.0, 0.0
    for number, (x, y) in enumerate(zip(out, expected, strict=True)):
        assert x.shape == tuple(y.shape)
        close(x, y)
        cotangent = rng(number).normal(size=x.shape)
        loss, their_loss = loss + (x * cotangent).sum(), their_loss + (y * torch.tensor(cotangent)).sum()
    loss.backward()
    their_loss.backward()
    for x, y in zip([*a, *ours.parameters()], [*b, *theirs.parameters()], strict=True):
        close(x.grad, y.grad)


def with_states(name):
    """Puts arrays in the places that a layer takes: x, and the states."""
    return (lambda x, h, c: (x, (h, c))) if name.startswith("LSTM") else (lambda x, h: (x, h))


@pytest.mark.parametrize(("name", "kind"), KINDS)
@pytest.mark.parametrize("options", [
    {}, {"bias": False}, {"num_layers": 3}, {"bidirectional": True}, {"batch_first": True},
    {"num_layers": 2, "bidirectional": True, "batch_first": True},
])  # fmt: skip
@pytest.mark.parametrize("sizes", [(5, 3, 4, 2), (1, 1, 1, 1)])
def test_layers(name, kind, options, sizes):
    steps, batch, size, hidden = sizes
    ours, theirs = alike(name, size, hidden, **kind, **options)
    shape = (batch, steps, size) if options.get("batch_first") else (steps, batch, size)
    compare(ours, theirs, rng().normal(size=shape))
    places = options.get("num_layers", 1) * (2 if options.get("bidirectional") else 1)
    states = [rng(i).normal(size=(places, batch, hidden)) for i in range(2 if name == "LSTM" else 1)]
    ours.zero_grad(), theirs.zero_grad()
    compare(ours, theirs, rng(8).normal(size=shape), *states, rebuild=with_states(name))


@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_layers_without_a_batch_axis(name, kind):
    ours, theirs = alike(name, 4, 3, 2, **kind)
    states = [rng(i).normal(size=(2, 3)) for i in range(2 if name == "LSTM" else 1)]
    compare(ours, theirs, rng(8).normal(size=(5, 4)), *states, rebuild=with_states(name))


@pytest.mark.parametrize("options", [{}, {"bias": False}])
@pytest.mark.parametrize("shape", [(3, 4), (4,)])
@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_cells(name, kind, shape, options):
    ours, theirs = alike(name + "Cell", 4, 2, **kind, **options)
    compare(ours, theirs, rng().normal(size=shape))
    states = [rng(i).normal(size=(*shape[:-1], 2)) for i in range(2 if name == "LSTM" else 1)]
    ours.zero_grad(), theirs.zero_grad()
    compare(ours, theirs, rng(8).normal(size=shape), *states, rebuild=with_states(name))


@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_float32_stays_float32(name, kind):
    ours, theirs = getattr(nn, name)(4, 3, **kind), getattr(torch.nn, name)(4, 3, **kind)
    ours.load_state_dict({path: t.detach().numpy() for path, t in theirs.state_dict().items()})
    x = rng().normal(size=(6, 2, 4)).astype(np.float32)
    a = Tensor(x, requires_grad=True)
    out, _ = ours(a)
    out.sum().backward()
    assert {out.dtype, a.grad.dtype, *(p.grad.dtype for p in ours.parameters())} == {np.dtype(np.float32)}
    np.testing.assert_allclose(out.data, theirs(torch.tensor(x))[0].detach().numpy(), rtol=1e-5, atol=1e-6)


def test_dropout_between_layers_alone_and_in_training_alone():
    ours = nn.LSTM(4, 50, 2, dropout=0.5, dtype=float, generator=rng())
    x = rng().normal(size=(3, 2, 4))
    assert not np.array_equal(ours(x)[0].data, ours(x)[0].data)
    ours.eval()
    np.testing.assert_array_equal(ours(x)[0].data, ours(x)[0].data)
    one = nn.LSTM(4, 5, dropout=0.5, dtype=float)
    np.testing.assert_array_equal(one(x)[0].data, one(x)[0].data)


@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_second_derivatives(name, kind):
    layer = getattr(nn, name)(2, 2, dtype=float, generator=rng(), **kind)
    x = rng(1).normal(size=(3, 2, 2))
    assert gradcheck(lambda x: layer(x)[0], (x,))
    assert gradgradcheck(lambda x: layer(x)[0], (x,))


@pytest.mark.parametrize("padding", [None, 0, -1])
@pytest.mark.parametrize("shape", [(4,), (2, 3), (), (0, 2)])
def test_embedding(shape, padding):
    ours, theirs = alike("Embedding", 5, 3, padding)
    index = rng().integers(0, 5, size=shape)
    out, expected = ours(index), theirs(torch.tensor(index))
    close(out, expected)
    cotangent = rng(1).normal(size=out.shape)
    out.backward(cotangent)
    expected.backward(torch.tensor(cotangent))
    close(ours.weight.grad, theirs.weight.grad)
    assert repr(ours) == repr(theirs)


def test_one_hot():
    index = rng().integers(0, 4, size=(2, 3))
    for classes in (-1, 6):
        np.testing.assert_array_equal(
            functional.one_hot(index, classes).data, torch.nn.functional.one_hot(torch.tensor(index), classes).numpy()
        )


@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell", "Embedding"])
def test_initial_values_have_the_distribution_of_pytorch(name):
    torch.manual_seed(0)
    ours, theirs = getattr(nn, name)(300, 60, generator=rng()), getattr(torch.nn, name)(300, 60)
    for (path, p), q in zip(ours.named_parameters(), theirs.parameters(), strict=True):
        if p.size > 5000:
            ranks = np.linspace(0.01, 0.99, 21)
            np.testing.assert_allclose(
                np.quantile(p.data, ranks),
                np.quantile(q.detach().numpy(), ranks),
                atol=0.03 * p.data.std() * 2,
                err_msg=path,
            )
