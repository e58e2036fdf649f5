"""The README's code runs as it stands, and says what it says."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BLOCKS = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.DOTALL)


@pytest.mark.parametrize("code", BLOCKS, ids=lambda code: code.strip().splitlines()[-1][:40])
def test_code_block_runs(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "README.md", "exec"), {})
    printed = capsys.readouterr().out
    if "all 35 derivatives" in code:
        assert "all 35 derivatives agree with finite differences" in printed
    if "below 0.1" in code:
        assert float(printed) < 0.1
    if "graph.svg" in code:
        assert (tmp_path / "graph.svg").read_text(encoding="utf-8").lstrip().startswith("<?xml")


def test_picture_and_files_named_exist() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in re.findall(r"\]\((demos/[^)]+)\)", text):
        assert (ROOT / name).exists()
    for name in re.findall(r"`((?:autograd_lite|nn|optim|demos|benchmarks)/[\w./]*)`", text):
        assert (ROOT / name).exists()
