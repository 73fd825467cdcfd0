"""An edit tried on a copy of its pack: what lint says of it then, and which worked examples no longer come out as written."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

import attrs

from evaluator.core.files import scratch
from evaluator.core.model import Pack
from evaluator.diagnostics import Diagnostic, Problems, Span
from evaluator.packs.examples import run
from evaluator.packs.lint import lint_pack
from evaluator.packs.set.edit import Edit
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.pack.ruletests import RuleTest, read_rule_tests


@attrs.frozen(slots=False, kw_only=True)
class Trial:
    """What came of an edit: lint's findings by the pack's own paths, and the worked examples that failed and did not before.

    `brought` are those of the findings that the pack has not had before. `pack` is the edited one, as of the folder of the other; None
    where it cannot be read.
    """

    problems: Problems
    brought: Problems
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
        after = moved(problems, os.fspath(copy), pack.folder)
        return Trial(problems=after, brought=_brought(pack, after), broken=broken, pack=edited)


def _brought(before: Pack, after: Problems) -> Problems:
    """Return the findings that an edit of one line brings; one that stood in the same line before is not the edit's."""
    earlier = set(map(_line_and_words, lint_pack(before.folder))) if len(after) else set()
    return _collected((problem for problem in after if _line_and_words(problem) not in earlier), after.texts)


def _line_and_words(problem: Diagnostic) -> tuple[str, int, str, str]:
    return problem.span.path, problem.span.line, problem.code, problem.message


def moved(problems: Problems, here: str, there: str) -> Problems:
    """Return findings about a folder as findings about another one."""
    texts = {_path(path, here, there): text for path, text in problems.texts.items()}
    return _collected((_moved_problem(problem, here, there) for problem in problems), texts)


def _moved_problem(problem: Diagnostic, here: str, there: str) -> Diagnostic:
    related = tuple(attrs.evolve(other, span=_moved(other.span, here, there)) for other in problem.related)
    return attrs.evolve(problem, span=_moved(problem.span, here, there), related=related)


def _collected(diagnostics: Iterable[Diagnostic], texts: Mapping[str, str]) -> Problems:
    problems = Problems()
    for found in diagnostics:
        problems.add(found.code, found.message, found.span, help=found.help, related=found.related)
    problems.texts = dict(texts)
    return problems


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
