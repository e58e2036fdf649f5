"""Rules that begin alike: what they share is worked out once in each backward pass."""

import numpy as np

import autograd_lite as ag

calls = []


def counted(g, out, x, y):
    calls.append(1)
    return g * out


# exp(x y): both rules begin with the gradient times the result.
product = ag.op("exp_of_product", lambda x, y: np.exp(x * y), elementwise=True, through=counted, partials=[
    ("y f", lambda s, out, x, y: s * y),
    ("x f", lambda s, out, x, y: s * x)])  # fmt: skip
both_ways = ag.op(
    "both_ways", lambda x, y: [x + y, x * y], results=tuple,
    through=lambda g, out, x, y: (calls.append(1), g[0] + 0 * out[0], g[1]),
    partials=[("1, y", lambda s, out, x, y: s[1] + s[2] * y), ("1, x", lambda s, out, x, y: s[1] + s[2] * x)],
)  # fmt: skip


def test_once_for_all_arguments_of_a_node():
    x, y = (ag.Tensor([0.3, -0.5], requires_grad=True) for _ in range(2))
    out = product(x, y).sum()
    for passes in (1, 2):
        calls.clear()
        out.backward()
        assert len(calls) == 1
        np.testing.assert_allclose(x.grad.data, passes * y.data * np.exp(x.data * y.data))
    calls.clear()
    (product(x, y) + product(y, x)).sum().backward()
    assert len(calls) == 2


def test_right_to_second_order_and_on_values():
    rng = np.random.default_rng(0)
    args = (rng.normal(size=(3, 2)), rng.normal(size=2))
    assert ag.gradcheck(product, args)
    assert ag.gradgradcheck(product, args)
    assert ag.gradcheck(product, (0.3, -0.5))
    x, y = ag.Value(0.3), ag.Value(-0.5)
    product(x, y).backward()
    np.testing.assert_allclose([x.grad, y.grad], np.exp(-0.15) * np.array([-0.5, 0.3]))


def test_with_several_results():
    rng = np.random.default_rng(0)
    args = (rng.normal(size=3), rng.normal(size=3))
    assert ag.gradcheck(lambda x, y: both_ways(x, y), args)
    assert ag.gradgradcheck(lambda x, y: both_ways(x, y), args)


def test_a_wrong_beginning_is_blamed_on_the_operation():
    wrong = ag.op("wrong", lambda x, y: x * y, elementwise=True, through=lambda g, out, x, y: 2 * g, partials=[
        ("y", lambda s, out, x, y: s * y),
        ("x", lambda s, out, x, y: s * x)])  # fmt: skip
    report = ag.gradcheck(lambda x, y: np.tanh(wrong(x, y)), (np.array([0.3, 0.4]), np.array([0.5, 0.7])))
    assert report.culprit.op == "wrong"
