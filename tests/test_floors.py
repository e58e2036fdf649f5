"""The floors of the house: a module imports only from floors below it, or from its own without going round.

What is imported inside a function counts, though within one floor it may lead back: by then both
modules are there. What only a type checker imports does not count.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("autograd_lite", "nn", "optim")

#: The floor of each module, or of each folder with all that is in it.
FLOORS = {
    "autograd_lite.cells": 0,
    "autograd_lite.errors": 0,
    "autograd_lite.generator": 0,
    "autograd_lite.modes": 0,
    "autograd_lite.files": 0,
    "autograd_lite.tree": 0,
    "autograd_lite.graph": 1,
    "autograd_lite.guard": 1,
    "autograd_lite.calls": 1,
    "autograd_lite.operation": 1,
    "autograd_lite.define": 1,
    "autograd_lite.compose": 1,
    "autograd_lite.convert": 1,
    "autograd_lite.gate": 1,
    "autograd_lite.backward": 1,
    "autograd_lite.ops": 2,
    "autograd_lite.linalg": 3,
    "autograd_lite.dispatch": 3,
    "autograd_lite.arithmetic": 3,
    "autograd_lite.array": 3,
    "autograd_lite.tensor": 3,
    "autograd_lite.value": 3,
    "autograd_lite.run": 4,
    "autograd_lite.transforms": 4,
    "autograd_lite.gradcheck": 4,
    "autograd_lite.testing": 4,
    "autograd_lite.draw": 4,
    "autograd_lite.save": 4,
    "nn": 5,
    "optim": 5,
    "optim.sklearn": 6,
}
#: The package itself gathers floors 0 to 4, so only what is above them imports it.
GATHERED = {"autograd_lite": 4.5}
FOLDERS = (
    "autograd_lite.ops",
    "autograd_lite.gradcheck",
    "autograd_lite.draw",
    "autograd_lite.save",
    "nn",
    "optim.sklearn",
    "optim",
)

#: Folders that join the house to a library, which they import at once: above all others, imported by none.
JOINTS = {"optim.sklearn": "sklearn"}

#: Folders that never import certain modules, whatever their floors, but for the joints within them.
APART = {
    "nn": ("optim",),
    "optim": ("nn",),
    "autograd_lite.draw": ("autograd_lite.transforms", "autograd_lite.gradcheck"),
}


def sources() -> dict[str, str]:
    """The text of each module of the three packages, by its dotted name."""
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path.read_text()
    return found


def place(module: str) -> str | None:
    """The entry of `FLOORS` that covers a module: itself or the folder that it is in."""
    if module in FLOORS or module in GATHERED:
        return module
    return next((folder for folder in FOLDERS if module.startswith(folder + ".")), None)


def floor(module: str) -> float:
    entry = place(module)
    assert entry is not None, f"{module}: on no floor; give it one in tests/test_floors.py"
    return FLOORS[entry] if entry in FLOORS else GATHERED[entry]


def statements(tree: ast.AST, late: bool = False) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    """All import statements but those for type checkers alone, and whether each waits for a call."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node, late
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            yield from statements(ast.Module(node.orelse, []), late)
        else:
            yield from statements(node, late or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda))


def imports(module: str, text: str, known: dict[str, str]) -> Iterator[tuple[str, int, bool]]:
    """The modules of the house that a module imports, with the line of each and whether it waits for a call."""
    for statement, late in statements(ast.parse(text)):
        if isinstance(statement, ast.Import):
            targets = [alias.name for alias in statement.names]
        else:
            base = statement.module or ""
            if statement.level:
                parts = module.split(".")
                up = parts[: len(parts) - statement.level + is_package(module, known)]
                base = ".".join([*up, base] if base else up)
            inner = [f"{base}.{alias.name}" for alias in statement.names]
            targets = [name if name in known else base for name in inner]
        for target in dict.fromkeys(targets):
            if target.partition(".")[0] in PACKAGES:
                yield target, statement.lineno, late


def is_package(module: str, known: dict[str, str]) -> bool:
    return any(name.startswith(module + ".") for name in known)


def violations(known: dict[str, str]) -> list[str]:
    """What is wrong with the imports of these modules, in words."""
    wrong = [f"{module}: on no floor; give it one in tests/test_floors.py" for module in known if place(module) is None]
    links: dict[str, set[str]] = {module: set() for module in known}
    for module, text in known.items():
        if place(module) is None:
            continue
        for target, line, late in imports(module, text, known):
            said = f"{module}, line {line}, imports {target}"
            if target not in known or place(target) is None:
                wrong.append(f"{said}, which is not there or on no floor")
                continue
            if not late:
                links[module].add(target)
            if floor(target) > floor(module):
                wrong.append(f"{said}: from floor {floor(module)} up to {floor(target)}")
            for folder, others in APART.items():
                if (
                    place(module) not in JOINTS
                    and (module + ".").startswith(folder + ".")
                    and any((target + ".").startswith(o + ".") for o in others)
                ):
                    wrong.append(f"{said}: {folder} does not know {target}")
    return wrong + [f"round and round: {' -> '.join(circle)}" for circle in circles(links)]


def circles(links: dict[str, set[str]]) -> Iterator[list[str]]:
    """Each module that imports itself by way of others, with the way."""
    for start in links:
        paths = [[start]]
        seen: set[str] = set()
        while paths:
            path = paths.pop()
            for target in sorted(links[path[-1]]):
                if target == start:
                    yield [*path, start]
                    paths.clear()
                    break
                if target not in seen:
                    seen.add(target)
                    paths.append([*path, target])


def test_imports_go_down() -> None:
    """Every module of the three packages keeps to its floor."""
    known = sources()
    assert {"autograd_lite.graph", "autograd_lite.ops.elementwise", "autograd_lite", "nn", "optim"} <= set(known)
    assert violations(known) == []


@pytest.mark.parametrize(
    ("module", "text", "said"),
    [
        ("autograd_lite.errors", "from autograd_lite.tensor import Tensor", "from floor 0 up to 3"),
        ("autograd_lite.graph", "import autograd_lite.tensor", "from floor 1 up to 3"),
        ("autograd_lite.graph", "def f():\n    from autograd_lite import tensor", "from floor 1 up to 3"),
        ("autograd_lite.graph", "def f():\n    import autograd_lite", "from floor 1 up to 4.5"),
        ("autograd_lite.tensor", "from .draw import draw", "from floor 3 up to 4"),
        ("autograd_lite.ops.elementwise", "from ..tensor import Tensor", "from floor 2 up to 3"),
        ("autograd_lite.ops.elementwise", "from autograd_lite.value import Value as V", "from floor 2 up to 3"),
        ("autograd_lite.transforms", "class A:\n    def f(self):\n        import nn.linear", "from floor 4 up to 5"),
        ("nn.linear", "from optim.sgd import SGD", "nn does not know optim.sgd"),
        ("nn.linear", "def f():\n    import optim", "nn does not know optim"),
        ("optim", "def f():\n    import optim.sklearn", "from floor 5 up to 6"),
        ("optim.sgd", "from optim.sklearn.options import checked", "from floor 5 up to 6"),
        ("optim.sgd", "try:\n    import nn\nexcept ImportError:\n    pass", "optim does not know nn"),
        ("autograd_lite.draw.dot", "from autograd_lite.transforms import grad", "draw does not know"),
        ("autograd_lite.draw", "def f():\n    from autograd_lite import gradcheck", "draw does not know"),
        ("autograd_lite.draw.dot", "from autograd_lite import grad", "up to 4.5"),
        ("autograd_lite.errors", "import autograd_lite.modes", "round and round"),
        ("autograd_lite.ops.reduce", "from autograd_lite.ops import elementwise", "round and round"),
        ("autograd_lite.novelty", "", "autograd_lite.novelty: on no floor"),
        ("autograd_lite.tensor", "from autograd_lite.novelty import new", "not there or on no floor"),
        ("autograd_lite.draw.dot", "from optim import SGD", "from floor 4 up to 5"),
    ],
)
def test_planted_violations_are_caught(module: str, text: str, said: str) -> None:
    """An import that goes up, across or round is named, wherever in the module it stands."""
    known = dict.fromkeys([*sources(), "optim.sgd", "nn.linear", "autograd_lite.draw.dot"], "")
    known["autograd_lite.modes"] = "from autograd_lite.errors import ArgumentError"
    known["autograd_lite.ops.elementwise"] = "from autograd_lite.ops.reduce import spread"
    assert violations(known) == []
    known[module] = text
    found = violations(known)
    assert any(said in line for line in found), found


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("autograd_lite.graph", "if TYPE_CHECKING:\n    from autograd_lite.tensor import Tensor"),
        ("autograd_lite.graph", "if typing.TYPE_CHECKING:\n    import nn\nelse:\n    import math"),
        ("autograd_lite.graph", "import numpy as np\nfrom autograd_lite.errors import GraphError"),
        ("autograd_lite.draw.dot", "from autograd_lite.backward import backpropagate"),
        ("optim.sklearn.estimator", "import nn\nimport optim\nfrom nn.linear import Linear"),
        ("nn.linear", "import autograd_lite as ag\nfrom autograd_lite.draw import draw\nfrom nn.module import Module"),
    ],
)
def test_permitted_imports_pass(module: str, text: str) -> None:
    """Downwards, within a folder, and for type checkers."""
    known = dict.fromkeys([*sources(), "nn.linear", "nn.module", "autograd_lite.draw.dot"], "")
    known[module] = text
    assert violations(known) == []


def test_every_entry_is_a_module() -> None:
    """The list of floors names nothing that has gone, but for what is yet to come."""
    known = set(sources())
    assert set(FLOORS) - known <= {"autograd_lite.save"}


@pytest.mark.parametrize("package", PACKAGES)
def test_import_loads_no_optional_library(package: str) -> None:
    """Libraries for drawing, saving, plotting and progress load when first used."""
    late = ("graphviz", "pygraphviz", "safetensors", "tqdm", "scipy", "matplotlib", "sklearn", "mpi4py", "torch")
    program = f"import sys, {package}; print([m for m in {late} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("package", PACKAGES)
def test_only_numpy_is_imported_at_the_top(package: str) -> None:
    """At the top of a module stand the standard library, NumPy and the house itself."""
    allowed = {"numpy", *PACKAGES, *sys.stdlib_module_names}
    for module, text in sources().items():
        if module.partition(".")[0] != package:
            continue
        joined = {library for folder, library in JOINTS.items() if place(module) == folder}
        for statement in ast.parse(text).body:
            names = [a.name for a in statement.names] if isinstance(statement, ast.Import) else []
            if isinstance(statement, ast.ImportFrom) and not statement.level:
                names = [statement.module or ""]
            assert {n.partition(".")[0] for n in names} <= allowed | joined, f"{module}, line {statement.lineno}"
