"""An edit tried on a copy of its pack: what lint says of it then, and which worked examples no longer come out as written."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import attrs

from evaluator.core.files import scratch
from evaluator.core.model import Pack
from evaluator.diagnostics import Problems, Span
from evaluator.packs.examples import run
from evaluator.packs.lint import lint_pack
from evaluator.packs.set.edit import Edit
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.pack.ruletests import RuleTest, read_rule_tests


@attrs.frozen(slots=False, kw_only=True)
class Trial:
    """What came of an edit: lint's findings by the pack's own paths, and the worked examples that failed and did not before.

    `pack` is the edited one, as of the folder of the other; None where it cannot be read.
    """

    problems: Problems
    broken: tuple[RuleTest, ...]
    pack: Pack | None = None


def trial(pack: Pack, edit: Edit) -> Trial:
    """Try an edit of a file of a pack; no file of the pack is written."""
    with scratch() as folder:
        copy = folder / "pack"
        shutil.copytree(pack.folder, copy)
        (copy / Path(edit.path).relative_to(pack.folder)).write_bytes(edit.after)
        problems = lint_pack(copy)
        edited = None if problems.errors else attrs.evolve(load_pack(copy), folder=pack.folder)
        broken = () if edited is None else _broken(pack, edited)
        return Trial(problems=moved(problems, os.fspath(copy), pack.folder), broken=broken, pack=edited)


def moved(problems: Problems, here: str, there: str) -> Problems:
    """Return findings about a folder as findings about another one."""
    found = Problems()
    for problem in problems:
        related = [attrs.evolve(other, span=_moved(other.span, here, there)) for other in problem.related]
        found.add(problem.code, problem.message, _moved(problem.span, here, there), help=problem.help, related=related)
    found.texts = {_path(path, here, there): text for path, text in problems.texts.items()}
    return found


def _moved(span: Span, here: str, there: str) -> Span:
    return attrs.evolve(span, path=_path(span.path, here, there))


def _path(path: str, here: str, there: str) -> str:
    return there + path[len(here) :] if path == here or path.startswith(here + os.sep) else path


def _broken(before: Pack, after: Pack) -> tuple[RuleTest, ...]:
    """Return the worked examples that fail after an edit; those that failed before are not the edit's."""
    tests = read_rule_tests(before, Problems())
    failing = [outcome.test for outcome in run(after, tests, engine="reference") if not outcome.passed]
    already = [outcome.test for outcome in run(before, failing, engine="reference") if not outcome.passed]
    return tuple(test for test in failing if test not in already)
