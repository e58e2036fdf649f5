"""The code in docs/gradcheck.md runs as it stands, prints what it says, and its tests pass."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from autograd_lite.gradcheck import report

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "gradcheck.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```(?:\n\n```text\n(.*?)```)?", PAGE, flags=re.DOTALL)


@pytest.mark.parametrize(("code", "text"), BLOCKS, ids=range(len(BLOCKS)))
def test_code_block_runs(code: str, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(code, "example.py", "exec"), {})
    assert capsys.readouterr().out == text


def test_example_for_pytest_passes(tmp_path: Path) -> None:
    """As a file of its own, in a run of its own."""
    [code] = [code for code, _ in BLOCKS if "import pytest" in code]
    (tmp_path / "test_example.py").write_text(code, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip
    assert "5 passed" in done.stdout, done.stdout


def test_every_verdict_is_explained() -> None:
    """The table has a row for each, and says which are true."""
    rows = dict(re.findall(r"^\| ([a-z ]+) \| (yes|no) \|", PAGE, flags=re.MULTILINE))
    assert set(rows) == set(report.Verdict.__args__)
    assert {verdict for verdict, true in rows.items() if true == "yes"} == set(report.GOOD)
