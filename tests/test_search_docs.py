"""The programs in docs/searches.md run as files of their own, and print what they say."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.distributed import MPIEXEC

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "searches.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```.*?```text\n(.*?)```", PAGE, flags=re.DOTALL)
LIBRARIES = ("sklearn", "dask", "optuna", "mpi4py")


def needs(code: str) -> list[str]:
    """The libraries that a program imports, of those that may be missing."""
    return [name for name in LIBRARIES if re.search(rf"^(import|from) {name}\b", code, flags=re.MULTILINE)]


def test_every_program_is_found() -> None:
    assert len(BLOCKS) == PAGE.count("```python") == 6
    assert {name for code, _ in BLOCKS for name in needs(code)} == set(LIBRARIES)


@pytest.mark.parametrize(("code", "text"), BLOCKS, ids=["-".join(needs(code)) for code, _ in BLOCKS])
def test_program_runs(code: str, text: str, tmp_path: Path) -> None:
    for name in needs(code):
        if importlib.util.find_spec(name) is None or (name == "mpi4py" and MPIEXEC is None):
            pytest.skip(f"{name} is not installed")
    (tmp_path / "program.py").write_text(code, encoding="utf-8")
    command = [sys.executable, "-m", "mpi4py", "program.py"] if "mpi4py" in code else [sys.executable, "program.py"]
    done = subprocess.run(
        [str(MPIEXEC), "-n", "2", *command] if "mpi4py" in code else command,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        # One thread for each process, as the page advises.
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == text, done.stderr
