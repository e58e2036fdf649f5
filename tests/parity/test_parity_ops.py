"""Every operation beside PyTorch's: value and gradient in float64, broadcasting included."""

import importlib
import pkgutil

import numpy as np
import pytest

from autograd_lite import RULE_BOOK, Tensor
from autograd_lite.ops import COMPOSED
from tests.samples.row import joined, plainly

torch = pytest.importorskip("torch")

from tests.parity import rows  # noqa: E402

torch = pytest.importorskip("torch")

ENTRIES = {**RULE_BOOK, **COMPOSED}
CHAPTERS = [importlib.import_module(f"{rows.__name__}.{m.name}") for m in pkgutil.iter_modules(rows.__path__)]
TABLE = [case for chapter in CHAPTERS for case in getattr(chapter, "TABLE", [])]
#: Operations that PyTorch has in no form.
WITHOUT_PARITY = {name for chapter in CHAPTERS for name in getattr(chapter, "WITHOUT", [])}


def title(case):
    name, args, params, *_ = case
    shapes = [np.shape(a) for arg in args for a in (arg if isinstance(arg, list) else [arg])]
    words = " ".join(f"{k}={v!r}" for k, v in params.items())
    return " ".join(f"{name} {' '.join(map(str, shapes))} {words}".split())[:80]


def leaves(x):
    """`x` as a leaf of ours and one of PyTorch's; floats require a gradient, Python numbers stay."""
    if not isinstance(x, np.ndarray | np.generic):
        return x, x
    x = np.asarray(x)
    track = x.dtype.kind == "f"
    return Tensor(x, requires_grad=track), torch.tensor(x, requires_grad=track)


def as_leaves(x):
    """An argument, or a list of them, as leaves of ours and of PyTorch's."""
    pairs = [leaves(a) for a in x] if isinstance(x, list) else [leaves(x)]
    ours, theirs = [a for a, _ in pairs], [b for _, b in pairs]
    return (ours, theirs, pairs) if isinstance(x, list) else (ours[0], theirs[0], pairs)


@pytest.mark.parametrize("case", TABLE, ids=title)
def test_value_and_gradient(case):
    name, args, params, theirs, *how = case
    entry = ENTRIES[name]
    ours, others, pairs = zip(*map(as_leaves, args), strict=True)
    # PyTorch's functions of a list are given it as arguments.
    others = others[0] if isinstance(others[0], list) else others
    params = {**params, "dtype": float} if name == "astype" else params
    out = joined((how[0] if how else plainly)(entry, *ours, **params))
    expected = theirs(*others)
    if isinstance(expected, tuple | list):
        expected = torch.cat([torch.as_tensor(e).reshape(-1) for e in expected])
    assert out.shape == tuple(expected.shape)
    np.testing.assert_allclose(out.data, expected.detach().numpy(), rtol=1e-12, atol=1e-13)
    if not out.requires_grad:
        assert not getattr(entry, "differentiable", False)
        return
    assert out.dtype == np.float64
    cotangent = np.random.default_rng(1).normal(size=out.shape)
    out.backward(cotangent)
    if expected.requires_grad:
        expected.backward(torch.tensor(cotangent))
    for a, b in (pair for of_one in pairs for pair in of_one):
        if isinstance(a, Tensor) and a.requires_grad:
            ours_by, theirs_by = (np.zeros(a.shape) if g is None else np.asarray(g) for g in (a.grad, b.grad))
            np.testing.assert_allclose(ours_by, theirs_by, rtol=1e-11, atol=1e-12)


def test_no_operation_is_left_out():
    missing = set(ENTRIES) - {case[0] for case in TABLE} - WITHOUT_PARITY
    assert not missing, f"give each a row in tests/parity/rows, or name it in WITHOUT there: {sorted(missing)}"
    assert not WITHOUT_PARITY & {case[0] for case in TABLE}
