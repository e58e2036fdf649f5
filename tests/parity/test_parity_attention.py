"""Attention and the transformer's layer beside PyTorch's: values, weights, gradients, masks, orders of axes."""

import numpy as np
import pytest

import nn
from autograd_lite import Tensor, gradcheck, gradgradcheck
from nn import functional

torch = pytest.importorskip("torch")


def rng(seed=0):
    return np.random.default_rng(seed)


def close(ours, theirs, rtol=1e-9):
    np.testing.assert_allclose(np.asarray(ours), theirs.detach().numpy(), rtol=rtol, atol=1e-12)


def alike(name, *args, **options):
    ours, theirs = getattr(nn, name)(*args, dtype=float, **options), getattr(torch.nn, name)(*args, **options).double()
    for number, parameter in enumerate(theirs.parameters()):
        parameter.data = torch.tensor(rng(number).normal(size=tuple(parameter.shape)) * 0.5)
    ours.load_state_dict({path: t.detach().numpy() for path, t in theirs.state_dict().items()})
    assert [n for n, _ in ours.named_parameters()] == [n for n, _ in theirs.named_parameters()]
    return ours, theirs


def gradients(ours, theirs, a, b, out, expected):
    close(out, expected)
    cotangent = rng(9).normal(size=out.shape)
    out.backward(cotangent)
    expected.backward(torch.tensor(cotangent))
    for x, y in zip([*a, *ours.parameters()], [*b, *theirs.parameters()], strict=True):
        close(x.grad, y.grad, rtol=1e-8)


def pairs(*arrays):
    return [Tensor(x, requires_grad=True) for x in arrays], [torch.tensor(x, requires_grad=True) for x in arrays]


L, S, N, E, H = 3, 5, 2, 8, 4
PADDING = np.array([[False, False, True, False, True], [False, True, False, False, False]])
SCORES = rng(5).normal(size=(L, S))
MASKS = [
    {}, {"key_padding_mask": PADDING}, {"attn_mask": SCORES > 0.8}, {"attn_mask": SCORES},
    {"attn_mask": np.stack([0.5 + 0.1 * i < SCORES for i in range(N * H)])},
    {"key_padding_mask": PADDING, "attn_mask": SCORES < -1.0},
    {"key_padding_mask": np.where(PADDING, -np.inf, 0.0), "attn_mask": SCORES},
]  # fmt: skip


@pytest.mark.parametrize("averaged", [True, False])
@pytest.mark.parametrize("masks", MASKS)
@pytest.mark.parametrize("options", [{}, {"batch_first": True}, {"bias": False}, {"kdim": 6, "vdim": 3}])
def test_multi_head_attention(options, masks, averaged):
    ours, theirs = alike("MultiheadAttention", E, H, **options)
    shapes = [(L, N, E), (S, N, options.get("kdim", E)), (S, N, options.get("vdim", E))]
    shapes = [(s[1], s[0], s[2]) for s in shapes] if options.get("batch_first") else shapes
    a, b = pairs(*(rng(i).normal(size=s) for i, s in enumerate(shapes)))
    out, weights = ours(*a, average_attn_weights=averaged, **masks)
    their_masks = {name: torch.tensor(mask) for name, mask in masks.items()}
    expected, expected_weights = theirs(*b, average_attn_weights=averaged, **their_masks)
    close(weights, expected_weights)
    gradients(ours, theirs, a, b, out, expected)


def test_without_a_batch_axis_and_of_itself():
    ours, theirs = alike("MultiheadAttention", E, H)
    a, b = pairs(rng().normal(size=(L, E)))
    ahead = np.triu(np.ones((L, L), bool), 1)
    out, weights = ours(a[0], a[0], a[0], is_causal=True)
    expected, expected_weights = theirs(b[0], b[0], b[0], attn_mask=torch.tensor(ahead), is_causal=True)
    close(weights, expected_weights)
    gradients(ours, theirs, a, b, out, expected)
    assert ours(a[0], a[0], a[0], need_weights=False)[1] is None


@pytest.mark.parametrize(("queries", "keys", "batch"), [(0, S, N), (L, 0, N), (L, S, 0), (0, 0, 0)])
def test_of_nothing(queries, keys, batch):
    ours, theirs = alike("MultiheadAttention", E, H)
    a, b = pairs(np.ones((queries, batch, E)), np.ones((keys, batch, E)), np.ones((keys, batch, E)))
    gradients(ours, theirs, a, b, ours(*a)[0], theirs(*b)[0])


@pytest.mark.parametrize("options", [
    {}, {"norm_first": True}, {"activation": "gelu"}, {"batch_first": True}, {"bias": False},
])  # fmt: skip
@pytest.mark.parametrize("masked", [False, True])
def test_transformer_encoder_layer(options, masked):
    ours, theirs = alike("TransformerEncoderLayer", E, H, 16, 0.0, **options)
    a, b = pairs(rng().normal(size=(N, S, E) if options.get("batch_first") else (S, N, E)))
    masks = (np.triu(np.ones((S, S), bool), 1), PADDING) if masked else (None, None)
    out = ours(a[0], *masks)
    expected = theirs(b[0], *(None if m is None else torch.tensor(m) for m in masks))
    gradients(ours, theirs, a, b, out, expected)
    # In evaluation PyTorch takes another way to the same numbers.
    close(ours.eval()(a[0]), theirs.eval()(b[0]), rtol=1e-8)


@pytest.mark.parametrize(
    "options", [{}, {"is_causal": True}, {"scale": 0.3}, {"mask": SCORES > -0.5}, {"mask": SCORES}]
)
def test_scaled_dot_product_attention(options):
    a, b = pairs(rng(1).normal(size=(N, H, L, E)), rng(2).normal(size=(N, H, S, E)), rng(3).normal(size=(N, H, S, 2)))
    options = dict(options)
    mask = options.pop("mask", None)
    out = functional.scaled_dot_product_attention(*a, mask, **options)
    their_mask = None if mask is None else torch.tensor(mask)
    expected = torch.nn.functional.scaled_dot_product_attention(*b, their_mask, **options)
    gradients(nn.Identity(), torch.nn.Identity(), a, b, out, expected)


def test_first_and_second_derivatives():
    args = [rng(i).normal(size=s) for i, s in enumerate([(2, 3), (4, 3), (4, 2)])]
    mask = np.array([[True, False, True, True], [False, False, True, True]])

    def f(q, k, v):
        return functional.scaled_dot_product_attention(q, k, v, mask)

    assert gradcheck(f, args)
    assert gradgradcheck(f, args)
    layer = nn.TransformerEncoderLayer(4, 2, 3, 0.0, "gelu", dtype=float, generator=rng())
    assert gradcheck(layer, (rng(1).normal(size=(3, 1, 4)),))
    assert gradgradcheck(layer, (rng(1).normal(size=(2, 1, 4)),))


def test_float32_stays_float32():
    layer = nn.TransformerEncoderLayer(E, H, 16, 0.0)
    x = Tensor(rng().normal(size=(S, N, E)).astype(np.float32), requires_grad=True)
    out = layer(x, rng(1).normal(size=(S, S)))
    out.sum().backward()
    assert {out.dtype, x.grad.dtype, *(p.grad.dtype for p in layer.parameters())} == {np.dtype(np.float32)}


def test_initial_values_have_the_distribution_of_pytorch():
    torch.manual_seed(0)
    ours, theirs = nn.TransformerEncoderLayer(64, 4, 128, generator=rng()), torch.nn.TransformerEncoderLayer(64, 4, 128)
    for (path, p), q in zip(ours.named_parameters(), theirs.parameters(), strict=True):
        if p.size > 4000 or not q.any():
            ranks, q = np.linspace(0.01, 0.99, 21), q.detach().numpy()
            spread = 0.06 * q.std() + 1e-12
            np.testing.assert_allclose(np.quantile(p.data, ranks), np.quantile(q, ranks), atol=spread, err_msg=path)
