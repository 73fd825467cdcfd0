"""Break a module in small ways, one at a time, and see whether its tests notice.

`python -m tests.mutate evaluator/core/gaps.py tests/core/test_gaps.py`: a mutant turns a comparison round, takes a number by one, swaps
`and` and `or`, drops a `not`, or turns a sign. Each is written to a copy of the project, which is what the tests import. One that no test
notices is printed with its line; the exit code is how many there are.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
_TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_SWAPPED: dict[type[ast.operator], type[ast.operator]] = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv}


def mutants(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield each mutant of a module as its line and its text; the tree is whole again afterwards."""
    for node in ast.walk(tree):
        match node:
            case ast.Compare(ops=[one]) if type(one) in _TURNED:
                node.ops = [_TURNED[type(one)]()]
                yield node.lineno, ast.unparse(tree)
                node.ops = [one]
            case ast.BoolOp(op=one):
                node.op = ast.Or() if isinstance(one, ast.And) else ast.And()
                yield node.lineno, ast.unparse(tree)
                node.op = one
            case ast.Constant(value=bool() as one):
                node.value = not one
                yield node.lineno, ast.unparse(tree)
                node.value = one
            case ast.Constant(value=int() as one):
                node.value = one + 1
                yield node.lineno, ast.unparse(tree)
                node.value = one
            case ast.BinOp(op=one) if type(one) in _SWAPPED:
                node.op = _SWAPPED[type(one)]()
                yield node.lineno, ast.unparse(tree)
                node.op = one
            case ast.UnaryOp(op=ast.Not() | ast.USub() as one, operand=inner):
                node.op = ast.UAdd() if isinstance(one, ast.USub) else one
                node.operand = inner if isinstance(one, ast.USub) else ast.UnaryOp(op=ast.Not(), operand=inner)
                yield node.lineno, ast.unparse(tree)
                node.op, node.operand = one, inner
            case _:
                pass


def main(module: str, *tests: str) -> int:
    """Try every mutant of a module against some tests, and return how many survive."""
    original = (ROOT / module).read_text(encoding="utf-8")
    lines = original.splitlines()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in ("evaluator", "rules", "profiles", "tests", "docs", "pyproject.toml", "README.md"):
            place = ROOT / name
            (shutil.copytree if place.is_dir() else shutil.copy2)(place, copy / name)
        environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-n", "0", *tests]
        survived = tried = 0

        def noticed() -> bool:
            return subprocess.run(command, cwd=copy, env=environment, capture_output=True, check=False, timeout=600).returncode != 0

        if noticed():
            print("the tests fail before anything is broken")
            return 1
        for number, text in mutants(ast.parse(original)):
            (copy / module).write_text(text, encoding="utf-8")
            tried += 1
            if not noticed():
                survived += 1
                changed = next(
                    (new for old, new in zip(ast.unparse(ast.parse(original)).splitlines(), text.splitlines(), strict=False) if old != new),
                    "",
                )
                print(f"{module}:{number}: {lines[number - 1].strip()}\n    → {changed.strip()}", flush=True)
        print(f"{module}: {survived} of {tried} mutants survive")
    return survived


if __name__ == "__main__":
    sys.exit(min(main(*sys.argv[1:]), 100))
