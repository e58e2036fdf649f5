"""The tests. Each process of theirs computes on one thread, unless told otherwise: several share the cores."""

import os

# With a thread for each core in each process, they wait for one another: a training of 10 s took 150 s.
os.environ.setdefault("OMP_NUM_THREADS", "1")
