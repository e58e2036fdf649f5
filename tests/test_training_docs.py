"""The code in docs/training.md runs as it stands, and prints what it says."""

import re
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[1] / "docs" / "training.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```(?:\n\n```text\n(.*?)```)?", PAGE, flags=re.DOTALL)


@pytest.mark.parametrize(("code", "text"), BLOCKS, ids=range(len(BLOCKS)))
def test_code_block_runs(code: str, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(code, "example.py", "exec"), {})
    assert capsys.readouterr().out == text
