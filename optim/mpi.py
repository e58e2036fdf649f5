"""Data-parallel training over MPI: each rank has its share of every batch, and all take the same steps.

`pip install 'autograd_lite[mpi]'` brings mpi4py and MPICH; then `mpiexec -n 2 python -m mpi4py train.py`, where
`-m mpi4py` ends all ranks when an error ends one.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from autograd_lite.errors import ArgumentValueError, KindError, MissingLibraryError, ShapeError, describe
from autograd_lite.graph import raw
from autograd_lite.modes import enable_grad
from optim.batches import Batches, samples, taken
from optim.optimizer import Optimizer

__all__ = ["DistributedOptimizer", "Shares", "average_gradients", "share"]


def world() -> Any:
    """The communicator of all ranks."""
    try:
        from mpi4py import MPI
    except (ImportError, RuntimeError):
        raise MissingLibraryError(
            "optim.mpi: needs mpi4py and an MPI library. Install both: pip install mpi4py mpich."
        ) from None
    return MPI.COMM_WORLD


def share(*arrays: Any, comm: Any = None) -> Any:
    """The rows of a batch that are this rank's: consecutive ones, as many as every other rank has, to one.

    Parameters
    ----------
    *arrays : the whole batch, the same on every rank: arrays, Tensors or sequences of one length.
    comm : the communicator; all ranks where not given.

    Gives the rows of the only array, or a tuple. Where there are fewer rows than ranks, some have none.
    Raises `ShapeError` for arrays of several lengths and `KindError` for what has no length.

    >>> class SecondOfTwo:
    ...     Get_rank, Get_size = lambda self: 1, lambda self: 2
    >>> share([1, 2, 3, 4, 5], "abcde", comm=SecondOfTwo())
    ([3, 4, 5], 'cde')
    """
    comm = world() if comm is None else comm
    try:
        lengths = [len(a) for a in arrays]
    except TypeError:
        raise KindError("share: each argument must have rows; give arrays or sequences.") from None
    if not lengths or len(set(lengths)) > 1:
        raise ShapeError(f"share: the arrays have {lengths} rows; give one array or more, of as many rows each.")
    rows = _rows(lengths[0], comm)
    parts = tuple(a[rows] for a in arrays)
    return parts if len(parts) > 1 else parts[0]


def _rows(n: int, comm: Any) -> slice:
    rank, size = comm.Get_rank(), comm.Get_size()
    return slice(n * rank // size, n * (rank + 1) // size)


class Shares(Batches):
    """The share of this rank of every batch, for `optim.fit` with a `DistributedOptimizer`.

    Parameters
    ----------
    batches : of `optim.batches`, with the same seed on every rank, so that all have the same ones. Every batch
        has as many samples for each rank: all ranks weigh the same in a step of `fit`.
    comm : the communicator; all ranks where not given.

    Raises `KindError` for other data, and `ShapeError` for batches that cannot be cut into equal shares.

    >>> import numpy as np, optim
    >>> class SecondOfTwo:
    ...     Get_rank, Get_size = lambda self: 1, lambda self: 2
    >>> [part.tolist() for part in Shares(optim.batches(np.arange(8), 4), SecondOfTwo())]
    [[2, 3], [6, 7]]
    """

    def __init__(self, batches: Batches, comm: Any = None) -> None:
        if not isinstance(batches, Batches):
            raise KindError(f"Shares: batches is {describe(batches)}; give optim.batches(data, ...).")
        vars(self).update(vars(batches))
        self.comm = world() if comm is None else comm
        size = self.comm.Get_size()
        last = 0 if self.drop_last or self.replacement is not None else self.samples % self.batch_size
        odd = next((n for n in (min(self.batch_size, self.samples), last) if n % size), None)
        if odd is not None:
            raise ShapeError(
                f"Shares: {batches!r}: one of {odd} has no equal shares for {size} ranks. Give a batch_size that "
                f"{size} divides, and drop_last=True or as many samples that it divides them too."
            )

    def __iter__(self) -> Iterator[Any]:
        return (taken(batch, _rows(samples(batch), self.comm)) for batch in super().__iter__())


def average_gradients(params: Iterable[Any], comm: Any = None, *, count: float = 1) -> None:
    """Give each parameter the mean of its gradients on all ranks, in one message.

    Parameters
    ----------
    params : the parameters, the same on every rank and in the same order.
    comm : the communicator; all ranks where not given.
    count : how many samples the mean loss of this rank is of, 0 or more. Without it all ranks weigh the same.

    With g_r the gradient of the mean over the n_r samples of rank r:

        g ← Σ_r (n_r / Σ_s n_s) g_r

    which is the gradient of the mean over all samples. A gradient of None is none of a rank's loss: it counts
    as 0, and stays None where every rank has None. What a rank of 0 samples has counts for nothing.
    Gradients are given new data and not written to. Clip them afterwards, never before.

    Every rank raises `ArgumentValueError`, and no gradient changes, where a count is negative or none is above 0.

    Source: Goyal et al., Accurate, Large Minibatch SGD, 2017, https://arxiv.org/abs/1706.02677, section 3.
    """
    comm = world() if comm is None else comm
    params = list(params)
    told = comm.allgather((count, [p.grad is not None for p in params]))
    counts = [n for n, _ in told]
    if not all(isinstance(n, int | float | np.number) and 0 <= n < np.inf for n in counts) or not sum(counts):
        raise ArgumentValueError(
            f"average_gradients: the ranks have counts {counts}; each must be a number of at least 0, and one above."
        )
    reached = [p for p, known in zip(params, zip(*(k for _, k in told), strict=True), strict=True) if any(known)]
    if not reached:
        return
    # MPI has no half precision.
    own = np.zeros(sum(np.size(p.data) for p in reached), np.result_type(np.float32, *(p.data for p in reached)))
    weight = float(count) / float(sum(counts))
    starts = np.cumsum([0] + [np.size(p.data) for p in reached])
    for p, start, end in zip(reached, starts, starts[1:], strict=False):
        if weight and p.grad is not None:
            own[start:end] = weight * np.ravel(raw(p.grad))
    mean = np.empty_like(own)
    comm.Allreduce(own, mean)
    for p, start, end in zip(reached, starts, starts[1:], strict=False):
        p.grad = mean[start:end].reshape(np.shape(p.data)).astype(np.asarray(p.data).dtype)


class DistributedOptimizer(Optimizer):
    """An optimizer whose steps are the same on all ranks, from the mean of their gradients.

    Parameters
    ----------
    optimizer : any other, over parameters of the same shapes on every rank, in the same order.
    comm : the communicator, of mpi4py; all ranks where not given.

    At the start every rank takes the parameters, options and state of rank 0. From then on the parameters are
    identical, bit by bit, wherever Allreduce gives every rank the same sum, which MPICH and Open MPI do; so options
    that change, such as a rate by schedule, must change alike. Each step is that of one process with
    the whole batch, to rounding: the sum over the batch is taken in another order. With one rank it is the same bits.

    Buffers, such as the running means of `nn.BatchNorm1d`, are each rank's own, and so are random numbers: give each
    rank the same seed to have the same batches, of which `share` gives each its part.

    Every rank raises `ArgumentValueError` where the parameters are not of the same shapes and data types. Raises
    `KindError` for what is no optimizer and `MissingLibraryError` without mpi4py.

    Source: Dean et al., Large Scale Distributed Deep Networks, NIPS 2012, in its synchronous form; Goyal et al.,
    Accurate, Large Minibatch SGD, 2017, https://arxiv.org/abs/1706.02677, section 3.
    """

    def __init__(self, optimizer: Optimizer, comm: Any = None) -> None:
        if not isinstance(optimizer, Optimizer) or isinstance(optimizer, DistributedOptimizer):
            raise KindError(
                f"DistributedOptimizer: optimizer is {describe(optimizer)}; give one such as optim.SGD(...), once."
            )
        self.optimizer = optimizer
        self.comm = world() if comm is None else comm
        self.defaults = optimizer.defaults
        self.param_groups = optimizer.param_groups
        self._begin()

    def _begin(self) -> None:
        """Take what rank 0 has. Nothing has changed where the ranks do not fit."""
        layout = [[(np.shape(p.data), str(np.asarray(p.data).dtype)) for p in g["params"]] for g in self.param_groups]
        layouts = self.comm.allgather(layout)
        other = next((rank for rank, found in enumerate(layouts) if found != layouts[0]), None)
        if other is not None:
            raise ArgumentValueError(
                f"DistributedOptimizer: the parameters of rank {other} are {layouts[other]}, those of rank 0 "
                f"{layouts[0]}. Build the same model on every rank."
            )
        own = (self.optimizer.state_dict(), [p.data for p in self._parameters()])
        state, arrays = self.comm.bcast(own, root=0)
        if self.comm.Get_rank():
            self.optimizer.load_state_dict(state)
            for p, array in zip(self._parameters(), arrays, strict=True):
                p.data = array
        self.state = self.optimizer.state

    def step(self, closure: Callable[[], Any] | None = None, *, count: float = 1) -> Any:
        """Average the gradients over all ranks, and update every parameter.

        Parameters
        ----------
        closure : where given, it computes the loss of this rank and its gradients, and returns the loss, as
            does the step.
        count : how many samples the loss is the mean of: see `average_gradients`.

        To clip gradients, average them first: `average_gradients(params, comm)`, the clipping, and
        `optimizer.step()` of the optimizer within.
        """
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        average_gradients(self._parameters(), self.comm, count=count)
        self.optimizer.step()
        return loss

    def add_param_group(self, group: Mapping[str, Any]) -> None:
        """Add parameters with options of their own, on every rank alike; all take those of rank 0."""
        self.optimizer.add_param_group(group)
        try:
            self._begin()
        except ArgumentValueError:
            del self.param_groups[-1]
            raise

    def state_dict(self) -> dict[str, Any]:
        """The state of the optimizer within, which loads into one that is not distributed too."""
        return self.optimizer.state_dict()

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from `state_dict`, of this optimizer or of one that is not distributed, the same on every rank."""
        self.optimizer.load_state_dict(state_dict)
        self.state = self.optimizer.state

    def checked(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The options in `given`, by the checks of the optimizer within."""
        return self.optimizer.checked(given)

    def __repr__(self) -> str:
        return f"DistributedOptimizer({self.optimizer!r}, rank {self.comm.Get_rank()} of {self.comm.Get_size()})"
