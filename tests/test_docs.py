"""Every block of the README and of docs/ that can be run is run, and comes out as written."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sybil import Example, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser

from evaluator.cli.main import run

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
WIDTH = "100"
_OURS = re.compile(
    r"""(?P<words>evaluator(?:"[^"$`\\]*"|'[^']*'|[^"'|<>;&$*?~`(){}\n\[\\])*?)(?P<quiet>\s*2>\s*/dev/null)?"""
    r"""(?:\s*\|(?P<filters>[^\n;&<>]*)|(?P<coded>; echo "exit code \$\?"))?"""
)
"""A command of ours of which a shell does no more than to filter what it prints, or to say its exit code."""
_GONE = re.compile(r"cd (?P<folder>[\w./-]+)")


def _session(text: str) -> list[tuple[str, str]]:
    """Split a console block into commands and what each prints."""
    parts = re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]
    return [_continued(command, output) for command, _, output in (part.partition("\n") for part in parts)]


def _continued(command: str, output: str) -> tuple[str, str]:
    """Join the lines of a here-document, which begin with `> `, to the command that reads them."""
    lines = output.split("\n")
    while "<<" in command and lines and lines[0].startswith(">"):
        command += "\n" + lines.pop(0).removeprefix(">").removeprefix(" ")
    return command, "\n".join(lines)


def _pattern(expected: str) -> str:
    """Turn expected output into a pattern; a line of `...` stands for any lines, and `...` within a line for anything."""
    lines = [
        ".*" if line.strip() == "..." else re.escape(line.rstrip()).replace(re.escape("..."), ".*")
        for line in expected.rstrip().split("\n")
    ]
    return "\n".join(lines)


def _run_console(example: Example) -> None:
    for command, expected in _session(str(example.parsed)):
        ours, gone = _OURS.fullmatch(command), _GONE.fullmatch(command)
        if gone is not None:
            os.chdir(gone["folder"])
        out = "" if gone is not None else _run_in_bash(command) if ours is None else _run_here(ours)
        printed = "\n".join(line.rstrip() for line in out.rstrip().split("\n"))
        assert re.fullmatch(_pattern(expected), printed, re.DOTALL), f"$ {command}\nprinted:\n{printed}\n\nexpected:\n{expected}"


def _run_in_bash(command: str, given: str | None = None) -> str:
    ran = subprocess.run(["bash", "-c", command], input=given, capture_output=True, text=True, check=False)
    return ran.stdout + ran.stderr


def _run_here(ours: re.Match[str]) -> str:
    """Run a command of ours without starting another Python, which takes longer than most commands."""
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        code = run(shlex.split(ours["words"])[1:])
    printed = out.getvalue() if ours["filters"] is None else _run_in_bash(ours["filters"], out.getvalue())
    printed += f"exit code {code}\n" if ours["coded"] else ""
    return printed + ("" if ours["quiet"] else err.getvalue())


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_blocks_of_a_page_come_out_as_written(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Console and Python blocks run one after the other in a copy of the rules and profiles."""
    for name in ("rules", "profiles"):
        shutil.copytree(ROOT / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}", prepend=os.pathsep)
    somebody = {f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    for name, value in {"COLUMNS": WIDTH, "NO_COLOR": "1", "LC_ALL": "C.UTF-8", **somebody}.items():
        monkeypatch.setenv(name, value)
    document = Sybil([CodeBlockParser("console", _run_console), PythonCodeBlockParser()]).parse(page)
    for example in document.examples():
        example.evaluate()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_commands_of_a_page_name_verbs_that_exist(page: Path) -> None:
    """No page names a verb that the command line does not have."""
    from evaluator.cli.verbs import VERBS

    verbs = {verb.name for verb in VERBS}
    for block in re.findall(r"```(?:console|sh)\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        for command in re.findall(r"^(?:\$ )?evaluator (.*)$", block, re.MULTILINE):
            first = next((word for word in shlex.split(command) if not word.startswith("-")), None)
            assert first is None or first in verbs, command


def test_the_first_hour_says_how_many_commands_and_lines_it_takes() -> None:
    """Counted in its blocks; what ends a text that is typed is no line of it."""
    page = (ROOT / "docs" / "your-own-ladder.md").read_text(encoding="utf-8")
    commands = re.findall(r"^\$ ", page, re.MULTILINE)
    lines = [line for line in re.findall(r"^> (.*)$", page, re.MULTILINE) if line not in {"YAML", "CSV", "done"}]
    assert f"takes {len(commands)} commands, and {len(lines)} lines of" in " ".join(page.split())
