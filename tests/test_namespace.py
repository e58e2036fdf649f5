"""NumPy's own namespace, walked: no function takes a tracked Tensor and quietly gives back a plain array.

Each is an entry of the rule book, or passes detached data through by nature, or is refused with what to use instead.
"""

import contextlib
import inspect
import io
import types
import warnings

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite import AutogradError, Tensor
from autograd_lite.errors import UnsupportedError
from autograd_lite.guard import holds_node
from autograd_lite.ops import BY_NUMPY, others

#: They make plain arrays, by their name: the documented ways to detach.
CONVERSIONS = {"array", "asarray", "asanyarray", "ascontiguousarray", "asfortranarray", "fromiter"}
#: It computes with Python's numbers, which it makes of its arguments by float(t).
OF_NUMBERS = {"arange"}
#: They take no array of numbers: constructors from sizes, files and text, settings, questions about types.
WITHOUT_DATA = {
    "bartlett", "blackman", "hamming", "hanning", "kaiser", "empty", "eye", "identity", "indices", "ones",
    "zeros", "tri", "diag_indices", "tril_indices", "triu_indices", "mask_indices", "broadcast_shapes",
    "fromfunction", "frombuffer", "fromfile", "fromregex", "fromstring", "from_dlpack", "genfromtxt", "load",
    "loadtxt", "base_repr", "binary_repr", "format_float_positional", "format_float_scientific",
    "get_include", "get_printoptions", "set_printoptions", "printoptions", "getbufsize", "setbufsize",
    "geterr", "seterr", "geterrcall", "seterrcall", "info", "isdtype", "issubdtype", "mintypecode",
    "promote_types", "typename", "datetime_data", "show_config", "show_runtime", "test", "iterable",
    "isfortran", "nested_iters",
}  # fmt: skip
#: Deprecated, and a call of another function, which is an entry.
CALLING_ANOTHER = {"row_stack"}
#: They start something, or wait for a terminal.
NOT_CALLED = {"test", "info", "show_config", "show_runtime", "set_printoptions", "setbufsize", "seterr", "seterrcall"}


def functions():
    """Every public function of NumPy and its linalg, by the name after `np.`."""
    found = {}
    for module, prefix in ((np, ""), (np.linalg, "linalg.")):
        for name in sorted(module.__all__):
            f = getattr(module, name)
            if callable(f) and not isinstance(f, type):
                found[prefix + name] = f
    return found


FUNCTIONS = functions()


def place(name):
    """What is said of a NumPy function; None for nothing."""
    f = FUNCTIONS[name]
    if f in BY_NUMPY:
        return "entry"
    if f in others.PASSING:
        return "passing"
    if name in others.REFUSED:
        return "refused"
    return "other" if name in CONVERSIONS | OF_NUMBERS | WITHOUT_DATA | CALLING_ANOTHER else None


def test_every_function_has_its_place():
    assert [name for name in FUNCTIONS if place(name) is None] == []


def test_no_function_has_two_places():
    entries = {f for f in FUNCTIONS.values() if f in BY_NUMPY}
    assert [f.__name__ for f in entries & others.PASSING] == []
    assert [n for n, f in FUNCTIONS.items() if n in others.REFUSED and (f in entries or f in others.PASSING)] == []


def test_a_function_without_a_place_is_named(monkeypatch):
    monkeypatch.setitem(FUNCTIONS, "novelty", lambda x: x)
    assert place("novelty") is None


def operands():
    """Argument lists that a tracked Tensor stands in: alone, twice, beside numbers, indices, lists, functions."""
    v = Tensor([0.5, 0.25, 0.75], requires_grad=True)
    m = Tensor([[2.0, 0.5], [0.25, 1.5]], requires_grad=True)
    s = Tensor(0.5, requires_grad=True)
    n = np.array([0.5, 0.25, 0.75])
    i = np.array([0, 1, 1])
    for t in (v, m, s):
        plain = t.numpy()
        yield from ((t,), (t, t), (t, t, t), ([t, t],), ((t, t), (t, t)))
        yield from ((t, 0), (t, 1), (t, 0.5), (t, 0, 1), (t, 1, 0), (t, i), (t, 0, t), (t, (1, 1)), (t, [[0]], [[1.0]]))
        yield from ((plain, t), (t, plain), (plain, plain, t), (plain, t, plain), (t, plain, plain), ([plain, t],))
        yield from ((0, t), (1.0, t), (2, t, t), (0.0, 1.0, t), ("i,i", t, t), ("ij,jk", m, m), (3, t))
        yield from ((np.sum, 0, t), (np.sum, t, np.array([0, 0])))
        yield from (
            (plain > 0, t),
            (t > 0, t),
            (plain > 0, [t]),
            ([plain > 0], [t]),
            (t, [plain > 0], [t]),
            (i, [t, t]),
        )
        yield from ((t, plain > 0, plain), (plain, plain > 0, t), (plain, 0, t), (plain, i, t))
    yield (Tensor(np.ones((2, 1, 1)), requires_grad=True), 1)
    yield from ((i, v), (i, i, v), (n, (v, v)), (n, v, n), (3, 0.5, v), (v, "float32"), (i, n, v), (m, n[:2]), (m, 2))
    yield (v, n, 1)


def plain_floats(result):
    """The plain arrays and numbers of floats in a result, which a tracked Tensor has no business to become."""
    if isinstance(result, dict):
        return plain_floats(list(result.values()))
    if isinstance(result, tuple | list):
        return [found for r in result for found in plain_floats(r)]
    return [result] if isinstance(result, np.ndarray | np.generic) and result.dtype.kind in "fcO" else []


#: Parameters that are no data, beside flags and counts: of a Tensor there, NumPy asks the dtype or an integer.
NO_DATA = {
    "dtype",
    "type",
    "requirements",
    "N",
    "M",
    "k",
    "tol",
    "ddof",
    "dims",
    "dimensions",
    "shape",
    "axis",
    "dx",
    "ldict",
    "gdict",
    "range",
}


def in_c(f):
    """Whether NumPy's function makes arrays of its arguments in C: of a list of Tensors too, before asking them."""
    return not isinstance(getattr(f, "_implementation", f), types.FunctionType)


def is_data(f, args):
    """Whether a tracked Tensor stands where f takes numbers: in a list only where f asks what is in the list."""
    if isinstance(getattr(f, "__self__", None), np.ufunc):
        # The methods of a ufunc: `outer` takes arrays alone, the others an array, an axis or indices, a dtype.
        args = args if f.__name__ == "outer" else args[:1]
    elif not isinstance(f, np.ufunc):
        with contextlib.suppress(TypeError, ValueError):
            call = inspect.signature(f).bind(*args)
            counts = {n for n, p in call.signature.parameters.items() if isinstance(p.default, int)}
            args = [a for name, a in call.arguments.items() if name not in NO_DATA | counts]
    lists = not in_c(f) and f not in others.PASSING
    return any(
        a.requires_grad if isinstance(a, Tensor) else lists and isinstance(a, tuple | list) and holds_node(a)
        for a in args
    )


def lost(f):
    """The calls of f in which a tracked Tensor became a plain array; and whether any call gave a result."""
    found, worked = [], False
    for args in operands():
        if not is_data(f, args):
            continue
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                result = f(*args)
            except Exception:
                continue
        worked = True
        if plain_floats(result):
            found.append(args)
    return found, worked


@pytest.mark.parametrize("name", sorted(FUNCTIONS.keys() - CONVERSIONS - OF_NUMBERS - NOT_CALLED))
def test_no_function_loses_a_tracked_tensor(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    calls, worked = lost(FUNCTIONS[name])
    assert not calls, f"np.{name}{calls[0]} gave a plain array"
    if place(name) == "entry" and getattr(BY_NUMPY[FUNCTIONS[name]], "differentiable", True):
        assert worked, f"no list of operands fits np.{name}; add one"


def test_a_function_that_loses_a_tensor_is_caught():
    calls, worked = lost(lambda *args: np.asarray(args[0]) * 2)
    assert calls
    assert worked


@pytest.mark.filterwarnings("ignore:the matrix subclass")
@pytest.mark.parametrize("name", others.REFUSED)
def test_what_is_refused_says_what_to_use_instead(name):
    f = FUNCTIONS.get(name) or getattr(np, name)
    t = Tensor([[0.5, 0.25], [0.75, 1.0]], requires_grad=True)
    calls = [(t,), (t, t), (t, t, t), (2, t), (t, 0.5), (t, [0], t), (np.sum, t, 0), (t, np.sum, 0)]
    calls += [(np.zeros(4), t), (np.zeros((2, 2)), t), (np.zeros((2, 2)), np.array([[0]]), t, 1), ([[t]],)]
    texts = []
    for args in calls:
        try:
            f(*args)
        except UnsupportedError as error:
            texts.append(str(error))
        except Exception:
            continue
    if name in ("frompyfunc", "vectorize"):
        with pytest.raises(UnsupportedError) as caught:
            (np.frompyfunc(abs, 1, 1) if name == "frompyfunc" else np.vectorize(abs))(t)
        texts.append(str(caught.value))
    assert any(others.REFUSED[name] in text and name in text for text in texts), texts


UFUNCS = [f for f in FUNCTIONS.values() if isinstance(f, np.ufunc)]


@pytest.mark.parametrize("ufunc", UFUNCS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("method", ["reduce", "accumulate", "reduceat", "outer", "at"])
def test_no_method_of_a_ufunc_loses_a_tracked_tensor(ufunc, method):
    calls, _ = lost(getattr(ufunc, method))
    assert not calls


@pytest.mark.parametrize("name", ["fft", "ifft", "rfft", "fft2", "fftshift", "hfft"])
def test_fourier_transforms_say_that_complex_numbers_are_out_of_scope(name):
    with pytest.raises(UnsupportedError, match=f"^np.fft.{name}: complex numbers are out of scope"):
        getattr(np.fft, name)(Tensor([1.0, 2.0], requires_grad=True))


@pytest.mark.filterwarnings("ignore:the matrix subclass")
@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.sum([x, x]),
        lambda x: np.polynomial.polynomial.polyval(0.5, x),
        lambda x: np.ma.masked_array(x),
        lambda x: np.matrix(x),
        lambda x: np.lib.stride_tricks.sliding_window_view(x, 2),
    ],
)
def test_what_numpy_makes_an_array_inside_itself_is_refused(f):
    with pytest.raises(AutogradError):
        f(Tensor([1.0, 2.0], requires_grad=True))


def test_passing_functions_give_untracked_tensors():
    t = Tensor([0.5, 0.25, 0.75], requires_grad=True)
    order = np.argsort(t)
    assert type(order) is Tensor
    assert not order.requires_grad
    np.testing.assert_array_equal(order, [1, 0, 2])
    np.testing.assert_array_equal(t[order].data, [0.25, 0.5, 0.75])
    assert all(type(i) is Tensor for i in np.nonzero(t > 0.3))
    assert np.allclose(t, [0.5, 0.25, 0.75]) is True
    assert np.shape(t) == (3,)
    counts, edges = np.histogram(t, 2)
    assert type(counts) is type(edges) is Tensor


def test_untracked_tensors_pass_where_tracked_ones_do_not():
    assert np.sum([Tensor([1.0]), Tensor([2.0])]) == 3.0
    assert ag.grad(lambda x: np.sum(x[np.argsort(x)][:2]))(np.array([3.0, 1.0, 2.0])).tolist() == [0.0, 1.0, 1.0]
