"""`python -m demos.notebook`: the demos as executed notebooks, in demos/notebooks/.

`python -m demos.notebook a3 d4` makes some of them. With `--check` nothing is written: every demo runs as a notebook in
its quick form, two at a time, and the notebooks that are there are compared with their scripts.
"""

import argparse
import asyncio
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import jupytext
import nbformat
from jupyter_client.kernelspec import NATIVE_KERNEL_NAME
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from tqdm import tqdm

from autograd_lite.files import write_whole
from demos.catalogue import names, script

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "demos" / "notebooks"
RENEW = "python -m demos.notebook"
#: Notebooks that run at the same time; seconds that a cell may take; bytes that all notebooks may have.
TOGETHER, PATIENCE, ROOM = 2, 1200, 12_000_000

#: The first code cell of each notebook.
FIRST = """# The repository's own folder, so that the notebook runs from where it lies.
import sys

sys.path.insert(0, "../..")"""
#: All that a notebook says of the machine that runs it: there is a Python.
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": NATIVE_KERNEL_NAME},
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
#: What differs from run to run: the addresses of objects, and the files that a kernel makes of cells.
PASSING = re.compile(r"\b0x[0-9a-f]{6,}\b|\bipykernel_\d+")


class NotebookError(Exception):
    """A notebook that does not run, or that shows what it should not."""


def notebook(name: str) -> NotebookNode:
    """The cells of a demo's script as a notebook that has not run."""
    made = jupytext.reads(script(name).read_text(encoding="utf-8"), fmt="py:percent")
    first = next(i for i, cell in enumerate(made.cells) if cell.cell_type == "code")
    made.cells.insert(first, nbformat.v4.new_code_cell(FIRST))
    for i, cell in enumerate(made.cells):
        cell.id, cell.metadata = f"cell-{i}", {}
    made.metadata = nbformat.from_dict(METADATA)
    return made


async def executed(name: str, out: Path | None = None, quick: bool = False) -> NotebookNode:
    """The notebook of a demo with its outputs; pictures are written to `out`, by default demos/out.

    Raises NotebookError, with the error of the cell.
    """
    made = notebook(name)
    with TemporaryDirectory() as own:
        # No settings and no history of the user's; one thread, since two notebooks share the machine.
        environment = os.environ | {
            "IPYTHONDIR": own, "AUTOGRAD_LITE_DEMO": '{"quick": true}' if quick else "{}",
            "AUTOGRAD_LITE_OUT": str(out or ""), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
        }  # fmt: skip
        client = NotebookClient(
            made, timeout=PATIENCE, kernel_name=NATIVE_KERNEL_NAME, record_timing=False,
            resources={"metadata": {"path": str(FOLDER)}}, extra_arguments=["--Application.log_level=40"],
        )  # fmt: skip
        try:
            await client.async_execute(env=environment)
        except CellExecutionError as error:
            raise NotebookError(failure(made) or COLOURS.sub("", str(error))) from None
        except CellTimeoutError:
            raise NotebookError(f"a cell takes more than {PATIENCE} s.") from None
        except DeadKernelError:
            raise NotebookError("its Python process died.") from None
    tidy(made)
    if quick:
        made.metadata["quick"] = True
    return made


def failure(made: NotebookNode) -> str:
    """The cell that failed, by number, and its error with the traceback."""
    for cell in made.cells:
        for output in cell.get("outputs", ()):
            if output.output_type == "error":
                trace = COLOURS.sub("", "\n".join(output.traceback))
                return f"In[{cell.execution_count}]: {output.ename}: {output.evalue}\n{trace}"
    return ""


def tidy(made: NotebookNode) -> None:
    """Leave only what the next run gives again: no progress, no times; texts that follow each other are one.

    Raises NotebookError for a warning, and for what differs from machine to machine or from run to run.
    """
    made.metadata = nbformat.from_dict(METADATA)
    for cell in made.cells:
        cell.metadata = {}
        if cell.cell_type != "code":
            continue
        kept: list[NotebookNode] = []
        for output in cell.outputs:
            where = f"In[{cell.execution_count}]"
            if output.output_type == "stream" and output.name == "stderr":
                # Bars and lines of progress go there, and warnings.
                if found := re.search(r".*\w*Warning\b.*", output.text):
                    raise NotebookError(f"{where} warns: {found.group().strip()}")
                continue
            if output.output_type == "stream" and kept and kept[-1].output_type == "stream":
                kept[-1].text += output.text
            else:
                kept.append(output)
            output.get("metadata", {}).pop("transient", None)
        cell.outputs = kept
        for text in texts(kept):
            for private in (str(ROOT), str(Path.home())):
                if len(private) > 1 and private in text:
                    raise NotebookError(f"{where} shows a path of this machine, {private}; print its last part alone.")
            if found := PASSING.search(text):
                raise NotebookError(f"{where} shows {found.group()}, which differs in every run.")


def texts(outputs: Iterable[NotebookNode]) -> Iterable[str]:
    """All that the outputs say in letters."""
    for output in outputs:
        yield output.get("text", "")
        for kind, content in output.get("data", {}).items():
            if kind in ("text/plain", "text/markdown", "text/html"):
                yield re.sub(r"base64,[^\"]*", "", content)


def stale(name: str) -> str:
    """Why the notebook in demos/notebooks is not the script's, or nothing."""
    file = FOLDER / f"{name}.ipynb"
    if not file.exists():
        return "there is no notebook"
    here, there = nbformat.read(file, as_version=4), notebook(name)
    if [(cell.cell_type, cell.source) for cell in here.cells] != [(c.cell_type, c.source) for c in there.cells]:
        return "the script has changed since the notebook was made"
    if here.metadata.get("quick"):
        return "the notebook shows a quick run"
    if any(cell.cell_type == "code" and not cell.execution_count for cell in here.cells):
        return "the notebook has not run"
    return ""


def strangers() -> list[str]:
    """Notebooks that no script stands for."""
    return sorted(file.name for file in FOLDER.glob("*.ipynb") if file.stem not in names())


async def run(chosen: list[str], quick: bool, check: bool) -> dict[str, str]:
    """Run the notebooks, `TOGETHER` at a time, and write them, except for a check. Gives the errors by name."""
    errors: dict[str, str] = {}
    places = asyncio.Semaphore(TOGETHER)
    bar = tqdm(total=len(chosen), desc="notebooks", unit="notebook")
    at_work: list[str] = []

    async def one(name: str, out: Path | None) -> None:
        async with places:
            at_work.append(name)
            bar.set_postfix_str(", ".join(at_work))
            try:
                made = await executed(name, out, quick)
                if not check:
                    write_whole(FOLDER / f"{name}.ipynb", (nbformat.writes(made) + "\n").encode())
            except NotebookError as error:
                errors[name] = str(error)
            at_work.remove(name)
            bar.update()

    with TemporaryDirectory() as folder, bar:
        await asyncio.gather(*(one(name, Path(folder) if check else None) for name in chosen))
    return {name: errors[name] for name in chosen if name in errors}


def main(arguments: list[str]) -> None:
    """Make or check the notebooks that the command line names, or all; exit with what is wrong."""
    parser = argparse.ArgumentParser(prog=RENEW, description="The demos as executed notebooks, in demos/notebooks/.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="by default all")
    parser.add_argument("--quick", action="store_true", help="run the demos in their quick form")
    parser.add_argument(
        "--check", action="store_true", help="write nothing: run all quick, and compare with the scripts"
    )
    said = parser.parse_args(arguments)
    if unknown := [name for name in said.names if name not in names()]:
        parser.error(f"there is no {', '.join(unknown)}; there are {', '.join(names())}.")
    chosen = said.names or names()
    start = time.perf_counter()
    errors = asyncio.run(run(chosen, said.quick or said.check, said.check))
    wrong = [f"{name}: {error}" for name, error in errors.items()]
    if said.check:
        old = {name: why for name in chosen if (why := stale(name))}
        wrong += [f"{name}: {why}." for name, why in old.items()]
        if old:
            wrong.append(f"Renew with: {RENEW} {' '.join(old)}")
        wrong += [f"{file}: there is no such demo; remove the notebook." for file in strangers()]
    sizes = Counter({file.name: file.stat().st_size for file in FOLDER.glob("*.ipynb")})
    if sizes.total() > ROOM:
        largest = ", ".join(f"{name} {size / 1e6:.1f} MB" for name, size in sizes.most_common(3))
        wrong.append(
            f"The notebooks have {sizes.total() / 1e6:.1f} MB; {ROOM / 1e6:.0f} are allowed. Largest: {largest}."
        )
    if wrong:
        sys.exit("\n\n".join(wrong))
    print(
        f"{len(chosen)} notebooks {'run' if said.check else 'written to demos/notebooks'} "
        f"({time.perf_counter() - start:.0f} s; {sizes.total() / 1e6:.1f} MB in all)"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
