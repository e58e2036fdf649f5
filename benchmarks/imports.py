"""How long a user waits for the library to be imported."""

import os
import subprocess
import sys
from functools import partial
from pathlib import Path

from benchmarks.measure import OURS, Result, Sample, in_turns
from benchmarks.peers import Libraries, installed

ROUNDS = 15
TARGETS = {OURS: 40.0}

CLOCK = "from time import perf_counter; start = perf_counter(); import {}; print(perf_counter() - start)"


def import_time(module: str) -> Sample:
    """Milliseconds that `import module` takes in a fresh interpreter; raises `ImportError` where it fails."""
    command = [sys.executable, "-c", CLOCK.format(module)]
    root = Path(__file__).parent.parent
    # Where bytecode is not kept, every import compiles the library anew, which an installed one never does.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise ImportError((done.stderr.strip() or f"exit code {done.returncode}").splitlines()[-1])
    return {"total": 1e3 * float(done.stdout)}


def run(rounds: int | None = None, quick: bool = False, libraries: Libraries | None = None) -> list[Result]:
    """Milliseconds of `import autograd_lite` beyond those of `import numpy`, in fresh interpreters."""
    found, missing = installed() if libraries is None else (libraries, [])
    tasks = {"numpy": partial(import_time, "numpy")}
    tasks |= {library.name: partial(import_time, library.module) for library in found}
    # The first import of all compiles to bytecode and reads the files from disk.
    in_turns(tasks, 1, "import: first")
    samples, failed = in_turns(tasks, rounds or ROUNDS, "import")
    numpy = samples.pop("numpy")
    beyond = {
        name: [{"total": sample["total"] - base["total"]} for sample, base in zip(taken, numpy, strict=False)]
        for name, taken in samples.items()
    }
    return [Result("import, beyond import numpy", "ms", "total", beyond, TARGETS, failed, missing)]
