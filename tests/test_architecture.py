"""docs/architecture.md names modules that are there, and its picture shows the imports as they are."""

from __future__ import annotations

import ast
import importlib.util
import re
import runpy
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def test_every_module_that_the_page_names_is_there() -> None:
    """By its path under evaluator/, with or without its ending."""
    named = set(
        re.findall(r"`((?:calibration|candidates|cli|core|diagnostics|engines|packs|populations|reading|report)/[\w/]+)(?:\.py)?`", PAGE)
    )
    assert len(named) > 20
    package = ROOT / "evaluator"
    assert not {name for name in named if not ((package / name).is_dir() or (package / f"{name}.py").is_file())}


def test_every_part_of_the_package_has_its_line() -> None:
    """The map, the picture and the package have the same parts."""
    parts = {path.parent.name for path in (ROOT / "evaluator").glob("*/__init__.py")}
    assert {found[1] for found in re.finditer(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)} == parts
    assert set(runpy.run_path(str(ROOT / "docs" / "architecture.py"))["PARTS"]) == parts


def test_the_picture_is_in_step_with_the_imports() -> None:
    """Drawn again, it is the same."""
    script = runpy.run_path(str(ROOT / "docs" / "architecture.py"))
    assert (ROOT / "docs" / "architecture.svg").read_text(encoding="utf-8") == script["picture"](script["arrows"]())


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Not even where an import is made late or for types alone."""
    graph = grimp.build_graph("evaluator", exclude_type_checking_imports=False)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    assert len(imports) > 300
    tuple(TopologicalSorter(imports).static_order())  # raises CycleError, with the circle


@pytest.mark.parametrize("page", [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")], ids=lambda page: page.name)
def test_every_link_of_a_page_leads_to_a_file(page: Path) -> None:
    """Links to elsewhere are left out: a test has no network."""
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert not [link for link in links if "://" not in link and not (page.parent / link).exists()]


@pytest.mark.parametrize("script", sorted(ROOT.glob("benchmarks/*.py")), ids=lambda script: script.name)
def test_benchmarks_use_what_the_package_has(script: Path) -> None:
    """They run by hand and rarely, so that a name that is gone would be found too late."""
    assert not list(_missing(ast.parse(script.read_text(encoding="utf-8"))))


def _missing(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("evaluator"):
            module = importlib.import_module(node.module or "")
            yield from (f"{node.module}.{one.name}" for one in node.names if not hasattr(module, one.name) and not _imports(node, one.name))


def _imports(node: ast.ImportFrom, name: str) -> bool:
    return importlib.util.find_spec(f"{node.module}.{name}") is not None
