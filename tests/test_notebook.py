"""The notebook of docs/ runs from top to bottom, and what stands below each cell is what comes out.

To write anew what comes out: UPDATE_DOCS=1 python -m pytest tests/test_notebook.py — then read every line of the difference.
"""

from __future__ import annotations

import ast
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.product import ROOT

NOTEBOOK = ROOT / "docs" / "analysts.ipynb"
UPDATE = bool(os.environ.get("UPDATE_DOCS")) and not os.environ.get("CI")


@pytest.mark.usefixtures("as_shipped")
def test_the_notebook_comes_out_as_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its cells are run one after the other beside a copy of the rules and profiles, as a kernel runs them."""
    for name in ("rules", "profiles"):
        shutil.copytree(ROOT / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    names: dict[str, Any] = {"__name__": "__main__"}
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    with pl.Config():
        outputs = [_run("".join(cell["source"]), names, number) for number, cell in enumerate(cells, 1)]
    if UPDATE:
        for number, (cell, output) in enumerate(zip(cells, outputs, strict=True), 1):
            cell |= {"execution_count": number, "outputs": output}
        NOTEBOOK.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert [cell["outputs"] for cell in cells] == outputs


def _run(source: str, names: dict[str, Any], number: int) -> list[Mapping[str, object]]:
    """Run a cell; where it ends in an expression, return how its value shows itself."""
    body = ast.parse(source).body
    last = body.pop() if isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body=body, type_ignores=[]), f"cell {number}", "exec"), names)  # noqa: S102 - a page of our own
    value = None if last is None else eval(compile(ast.Expression(last.value), f"cell {number}", "eval"), names)  # type: ignore[attr-defined]  # noqa: S307 - as above
    if value is None:
        return []
    data = {"text/plain": repr(value).splitlines(keepends=True)}
    if type(value).__module__.startswith("evaluator.") and hasattr(value, "_repr_html_"):
        data["text/html"] = value._repr_html_().splitlines(keepends=True)
    return [{"data": data, "execution_count": number, "metadata": {}, "output_type": "execute_result"}]
