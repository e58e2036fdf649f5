"""Ranks for tests: as threads of this process, and a program whose ranks are processes, for mpiexec."""

import os
import shutil
import sys
import threading
from pathlib import Path

import numpy as np

import nn
import optim
from autograd_lite import Tensor
from optim.mpi import DistributedOptimizer, share

#: Beside the interpreter, where the wheel of MPICH puts it, or on the PATH.
MPIEXEC = shutil.which("mpiexec", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))


class Team:
    """What ranks that are threads share: a place for each, and a barrier."""

    def __init__(self, size):
        self.size = size
        self.places = [None] * size
        self.barrier = threading.Barrier(size, timeout=30)
        self.messages = []


class Rank:
    """The part of an mpi4py communicator that `optim.mpi` uses, for one thread of a team."""

    def __init__(self, team, rank):
        self.team, self.rank = team, rank

    def Get_rank(self):
        return self.rank

    def Get_size(self):
        return self.team.size

    def allgather(self, item):
        self.team.places[self.rank] = item
        self.team.barrier.wait()
        found = list(self.team.places)
        self.team.barrier.wait()
        return found

    def bcast(self, item, root):
        return self.allgather(item)[root]

    def Allreduce(self, own, total):
        assert own.dtype.char in "fdg", "MPI has no such numbers"
        parts = self.allgather(own)
        total[...] = sum(parts[1:], start=parts[0])
        if not self.rank:
            self.team.messages.append(total.size)


def together(size, work):
    """What `work(comm)` gives on each rank, the ranks being threads; the first error of any, where there is one."""
    team, results, errors = Team(size), [None] * size, [None] * size

    def run(rank):
        try:
            results[rank] = work(Rank(team, rank))
        except Exception as error:
            errors[rank] = error

    threads = [threading.Thread(target=run, args=(rank,)) for rank in range(size)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results, errors


#: A batch of 9 rows has no equal halves, and of one row a rank has none.
SIZES = (8, 9, 4, 1, 8)


def train(make, comm=None, seed=0, steps=12, dtype=np.float64):
    """The parameters of a small network after some steps: on the whole batches, or on this rank's shares."""
    generator = np.random.default_rng(seed)
    model = nn.Sequential(nn.Linear(3, 5, generator=generator), nn.Tanh(), nn.Linear(5, 2, generator=generator))
    model.to(dtype)
    optimizer = make(model.parameters())
    if comm is not None:
        optimizer = DistributedOptimizer(optimizer, comm)
    batches = np.random.default_rng(100)
    for step in range(steps):
        x = batches.normal(size=(SIZES[step % len(SIZES)], 3)).astype(dtype)
        y = batches.normal(size=(len(x), 2)).astype(dtype)
        count = {}
        if comm is not None:
            x, y = share(x, y, comm=comm)
            count = {"count": len(x)}
        optimizer.zero_grad()
        if len(x):
            nn.functional.mse_loss(model(Tensor(x)), y).backward()
        optimizer.step(**count)
    return [p.data.copy() for p in model.parameters()]


def adam(params):
    return optim.Adam(params, lr=0.05, weight_decay=0.01)


if __name__ == "__main__":
    from mpi4py import MPI

    comm = MPI.COMM_WORLD
    # Seeds that differ: all ranks begin with what rank 0 has.
    found = comm.gather(train(adam, comm, seed=comm.Get_rank()))
    if comm.Get_rank() == 0:
        np.savez(sys.argv[1], *(np.concatenate([a.ravel() for a in arrays]) for arrays in found))
