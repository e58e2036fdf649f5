"""The demos as notebooks: cells, outputs that stay the same, and what is refused."""

import asyncio
import base64
import io
import re
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from PIL import Image

from autograd_lite.cells import file_name
from demos import catalogue
from demos import notebook as command
from demos.lesson import smaller
from demos.notebook import FIRST, NotebookError, executed, notebook, stale, strangers, tidy

NAMES = catalogue.names()

#: A demo with a bar, texts around pictures, a large picture, a page, and a place in the program.
SMALL = """# %% [markdown]
# # Z9. A small demo

# %%
import numpy as np
from tqdm import tqdm

import autograd_lite as ag
from demos.films import Film
from demos.lesson import Lesson
from demos.plots import figure

lesson = Lesson("z9", steps=5000, quick={"steps": 3})

# %%
for step in tqdm(range(lesson.steps)):
    last = step
print("last step", last)
w = ag.Tensor(2.0, requires_grad=True)
print(ag.explain(w.detach() * 3, w).why)

# %%
picture = ag.draw(w * 3)
lesson.show(picture, "small.svg", "A small picture.")
lesson.show(picture, "steps.html", "Step by step.")
print("between")
made, axes = figure(size=(5, 4))
axes.plot(*np.random.default_rng(0).normal(size=(2, 20_000)), ".")
lesson.show(made, "large.svg", "A large picture.")
lesson.show(Film([made, made]), "film.gif", "A 'film'.")
"""


@pytest.fixture
def z9(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes a script the demo z9, the only one, with an empty folder for its notebook."""
    (tmp_path / "notebooks").mkdir()
    monkeypatch.setattr(command, "FOLDER", tmp_path / "notebooks")
    monkeypatch.setattr(command, "names", lambda: ["z9"])
    monkeypatch.setattr(command, "script", lambda name: tmp_path / f"{name}.py")
    monkeypatch.setattr(command, "FIRST", FIRST.replace("../..", str(Path(command.__file__).parents[1])))

    def write(text: str) -> Path:
        (tmp_path / "z9.py").write_text(text, encoding="utf-8")
        return tmp_path / "notebooks" / "z9.ipynb"

    return write


def run(name: str, out: Path, quick: bool = True) -> Any:
    return asyncio.run(executed(name, out, quick))


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_is_its_script_cell_by_cell(name: str) -> None:
    made = notebook(name)
    nbformat.validate(made)
    kinds = {"markdown": "text", "code": "code"}
    cells = [(kinds[cell.cell_type], cell.source) for cell in made.cells]
    assert cells.pop(1) == ("code", FIRST)
    assert cells == catalogue.cells(name)


def test_the_notebooks_are_what_the_scripts_say() -> None:
    files = sorted(command.FOLDER.glob("*.ipynb"))
    assert strangers() == []
    assert [f"{file.name}: {why}" for file in files if (why := stale(file.stem))] == []


def test_a_run_shows_pictures_and_text_and_nothing_that_passes(z9: Any, tmp_path: Path) -> None:
    z9(SMALL)
    made = run("z9", tmp_path)
    nbformat.validate(made)
    first, second = made.cells[-2:]
    # A bar has gone to stderr; steps are those of the quick form; the place is a cell and a line in it.
    assert [output.name for output in first.outputs] == ["stdout"]
    assert first.outputs[0].text.startswith("last step 2\n")
    assert "detached at In[3]:5" in first.outputs[0].text
    kinds = [sorted(output.get("data", {"text": ""})) for output in second.outputs]
    assert [kind[0] for kind in kinds] == [
        "image/svg+xml", "text/markdown", "text/markdown", "text", "image/png", "text/markdown",
        "text/html", "text/markdown"
    ]  # fmt: skip
    assert second.outputs[1].data["text/markdown"] == "*A small picture.*"
    assert second.outputs[2].data["text/markdown"] == "[Step by step.](../out/z9/steps.html)"
    film = re.fullmatch(
        '<img src="data:image/gif;base64,(.*)" alt="A &#x27;film&#x27;.">', second.outputs[6].data["text/html"]
    )
    assert film is not None
    assert base64.b64decode(film[1]) == (tmp_path / "z9" / "film.gif").read_bytes()
    assert (tmp_path / "z9" / "large.svg").stat().st_size > 300_000
    assert nbformat.writes(run("z9", tmp_path)) == nbformat.writes(made)
    assert run("z9", tmp_path, quick=False).cells[-2].outputs[0].text.startswith("last step 4999\n")


def test_a_cell_that_fails_is_told_by_demo_and_number(z9: Any, capsys: pytest.CaptureFixture[str]) -> None:
    file = z9(SMALL.replace('print("last step", last)', "rate = 1 / 0"))
    file.write_text("kept", encoding="utf-8")
    with pytest.raises(SystemExit) as stopped:
        command.main(["--quick"])
    said = str(stopped.value)
    assert said.startswith("z9: In[3]: ZeroDivisionError: division by zero\n")
    assert re.search(r"-+> 3 rate = 1 / 0", said)
    assert "\x1b" not in said
    assert file.read_text(encoding="utf-8") == "kept"


def test_a_check_runs_all_and_tells_what_is_old(z9: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = z9(SMALL)
    command.main([])
    assert "1 notebooks written to demos/notebooks" in capsys.readouterr().out
    written = file.read_bytes()
    command.main(["--check"])
    assert "1 notebooks run" in capsys.readouterr().out
    z9(SMALL.replace("20_000", "20_001"))
    (tmp_path / "notebooks" / "y8.ipynb").write_bytes(written)
    with pytest.raises(SystemExit) as stopped:
        command.main(["--check", "z9"])
    assert str(stopped.value).split("\n\n") == [
        "z9: the script has changed since the notebook was made.",
        "Renew with: python -m demos.notebook z9",
        "y8.ipynb: there is no such demo; remove the notebook.",
    ]
    assert file.read_bytes() == written


def test_notebooks_that_take_too_much_room_are_told(z9: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    z9(SMALL).write_bytes(bytes(2_000_000))
    monkeypatch.setattr(command, "ROOM", 1_000_000)
    monkeypatch.setattr(command, "run", nothing)
    with pytest.raises(SystemExit, match=r"2\.0 MB; 1 are allowed\. Largest: z9\.ipynb 2\.0 MB"):
        command.main(["--quick"])


async def nothing(*arguments: Any) -> dict[str, str]:
    return {}


def test_why_a_notebook_is_old(z9: Any) -> None:
    file = z9(SMALL)
    assert stale("z9") == "there is no notebook"
    made = notebook("z9")
    nbformat.write(made, file)
    assert stale("z9") == "the notebook has not run"
    for cell in made.cells:
        if cell.cell_type == "code":
            cell.execution_count = 1
    nbformat.write(made, file)
    assert stale("z9") == ""
    made.metadata["quick"] = True
    nbformat.write(made, file)
    assert stale("z9") == "the notebook shows a quick run"


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("stderr", "a.py:3: RuntimeWarning: divide by zero\n  1 / x", r"In\[2\] warns: a.py:3: RuntimeWarning: divide"),
        (
            "stdout",
            f"saved {command.ROOT}/best.safetensors",
            r"In\[2\] shows a path of this machine, .*; print its last",
        ),
        ("stdout", "<function f at 0x7f31c0>", r"In\[2\] shows 0x7f31c0, which differs in every run"),
        ("stdout", "ipykernel_123/456.py:3", r"In\[2\] shows ipykernel_123, which differs in every run"),
    ],
)
def test_outputs_that_are_refused(kind: str, text: str, said: str) -> None:
    with pytest.raises(NotebookError, match=said):
        tidy(with_outputs(nbformat.v4.new_output("stream", name=kind, text=text)))


def test_texts_that_follow_each_other_are_one() -> None:
    parts = [("stdout", "a\n"), ("stderr", "bar"), ("stdout", "b\n")]
    made = with_outputs(*(nbformat.v4.new_output("stream", name=kind, text=text) for kind, text in parts))
    tidy(made)
    assert [output.text for output in made.cells[0].outputs] == ["a\nb\n"]


def test_the_bytes_of_a_film_are_no_text() -> None:
    film = '<img src="data:image/gif;base64,AA/0x7f31c0+ipykernel_1/" alt="film">'
    tidy(with_outputs(nbformat.v4.new_output("display_data", {"text/html": film})))


def test_a_large_png_has_fewer_colours_and_the_same_size() -> None:
    shades = np.random.default_rng(0).integers(0, 256, size=(400, 400, 3)).astype(np.uint8)
    for size, few in ((400, True), (40, False)):
        held = io.BytesIO()
        Image.fromarray(shades[:size, :size]).save(held, "png")
        less = smaller(held.getvalue())
        if not few:
            assert less == held.getvalue()
            continue
        picture = Image.open(io.BytesIO(less))
        assert picture.size == (400, 400)
        assert len(picture.getcolors()) <= 256
        assert len(less) < len(held.getvalue()) / 2


def with_outputs(*outputs: Any) -> Any:
    cell = nbformat.v4.new_code_cell("f()", execution_count=2, outputs=list(outputs))
    return nbformat.v4.new_notebook(cells=[cell])


def test_unknown_names_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["z8"])
    assert "there is no z8; there are a1, " in capsys.readouterr().err


@pytest.mark.parametrize("file", ["/a/b/demo.py", r"C:\a\demo.py", "demo.py"])
def test_a_file_is_told_by_its_last_part(file: str) -> None:
    assert file_name(file) == "demo.py"
