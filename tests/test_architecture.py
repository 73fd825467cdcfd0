"""docs/architecture.md names modules that are there, and its picture shows the imports as they are."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

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
