"""What is installed where: dependencies by system, the release workflow, the container, and what the pages say of them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ENGINE = next(Requirement(text) for text in PROJECT["dependencies"] if text.startswith("durable_rules"))
FLAG = "CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject"
WORKFLOW: dict[str, Any] = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("system", "wanted"), [("win32", False), ("linux", True), ("darwin", True)])
def test_the_engine_in_c_is_a_dependency_but_on_windows(system: str, wanted: bool) -> None:  # noqa: FBT001 - a column of the table
    """Where it is left out, so is nothing else."""
    requirements = [Requirement(text) for text in PROJECT["dependencies"]]
    needed = {one.name for one in requirements if one.marker is None or one.marker.evaluate({"sys_platform": system})}
    assert {one.name for one in requirements} - needed == (set() if wanted else {"durable_rules"})


def test_the_workflow_and_the_pages_take_the_version_and_the_pythons_of_the_project() -> None:
    """So that what is released is what is tested."""
    version = f"durable_rules{ENGINE.specifier}"
    pythons = [line.rpartition(" ")[2] for line in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", line)]
    engine, tried = WORKFLOW["jobs"]["engine"], WORKFLOW["jobs"]["tried"]
    assert WORKFLOW["env"]["DURABLE_RULES"] == version
    steps = {step.get("name"): step for step in engine["steps"]}
    built = steps["Wheels for the three Pythons"]["env"]
    assert built["CIBW_BUILD"].split() == [f"cp{python.replace('.', '')}-*" for python in pythons]
    assert built["CIBW_ENVIRONMENT"] == FLAG
    assert tried["strategy"]["matrix"]["python"] == pythons
    assert {name.split("-")[0] for name in tried["strategy"]["matrix"]["system"]} == {"ubuntu", "macos", "windows"}
    page = (ROOT / "docs" / "installing.md").read_text(encoding="utf-8")
    assert f"pip wheel {version} ." in page
    assert all(python in page for python in pythons)
    for path in (ROOT / "Containerfile", ROOT / "README.md", ROOT / "docs" / "installing.md"):
        assert FLAG in path.read_text(encoding="utf-8")


def test_what_is_released_was_tried() -> None:
    """Nothing is released that did not install and judge the sample people on every system."""
    jobs = WORKFLOW["jobs"]
    assert jobs["release"]["needs"] == "tried"
    assert set(jobs["tried"]["needs"]) == {"tool", "engine"}
    commands = [step["run"] for step in jobs["tried"]["steps"] if "run" in step]
    assert any("--only-binary :all:" in command for command in commands)
    assert "evaluator evaluate profiles/ --as-of 2026-11-01" in commands


def test_what_the_container_copies_is_there() -> None:
    """And the extras that it installs."""
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    extras = re.search(r"/source\[(.*?)\]", text)
    assert extras is not None
    assert set(extras[1].split(",")) <= PROJECT["optional-dependencies"].keys()
    assert re.search(r"^USER 1000$", text, re.MULTILINE)
