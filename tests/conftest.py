"""What every test is held to: it leaves recording on and NumPy's error handling as they were."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag


@pytest.fixture(autouse=True)
def modes_are_left_as_found() -> Iterator[None]:
    """Fail a test that leaves recording off, or NumPy's error handling changed."""
    recording, handling = ag.is_grad_enabled(), np.geterr()
    yield
    assert ag.is_grad_enabled() == recording, "the test left recording in another mode"
    assert np.geterr() == handling, "the test left np.errstate changed"


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., SimpleNamespace]:
    """Runs a demo in its quick form, with other options where they are given, and gives the names of its script.

    What it shows is there, with a caption, and is no empty file.
    """

    def run(name: str, **given: Any) -> SimpleNamespace:
        from demos.play import play

        monkeypatch.setattr("demos.lesson.OUT", tmp_path)
        found = SimpleNamespace(**play(name, quick=True, **given))
        assert found.lesson.out == tmp_path / name
        assert found.lesson.pictures
        for picture in found.lesson.pictures:
            assert (found.lesson.out / picture["file"]).stat().st_size > 1000
            assert picture["caption"]
        return found

    return run
