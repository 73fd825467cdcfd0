"""An edit tried on a copy of its pack: what lint says of it then, and which worked examples no longer come out as written."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import attrs

from evaluator.core.files import read_bytes, scratch
from evaluator.core.model import Pack
from evaluator.diagnostics import Diagnostic, Problems, Span
from evaluator.packs.edits import Edit
from evaluator.packs.examples import run
from evaluator.packs.lint import lint_pack
from evaluator.packs.lint.files import is_yaml
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.pack.ruletests import RuleTest, read_rule_tests
from evaluator.reading.yaml.files import note_owner


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
    with copied(pack.folder, {edit.path: edit.after}) as copy:
        problems = lint_pack(copy)
        edited = None if problems.errors else attrs.evolve(load_pack(copy), folder=pack.folder)
        broken = () if edited is None else _broken(pack, edited)
        after = moved(problems, os.fspath(copy), pack.folder)
        return Trial(problems=after, brought=_brought(pack, after), broken=broken, pack=edited)


@contextmanager
def copied(folder: str, files: Mapping[str, bytes | None]) -> Iterator[Path]:
    """Give a copy of what is read of a pack, in which some of its files hold other bytes or, with None, are not there.

    What cannot be read, such as a link to nothing, is a link to the original, of which the same is to be said.
    """
    with scratch() as root:
        copy = root / "pack"
        _copy(Path(folder), copy, ())
        for path, data in files.items():
            place = copy / Path(path).relative_to(folder)
            place.unlink(missing_ok=True)
            if data is not None:
                place.write_bytes(data)
        yield copy


def _copy(folder: Path, to: Path, within: tuple[str, ...]) -> None:
    """Copy the YAML of a folder and of those in it; none twice into itself, where a link leads back up."""
    to.mkdir()
    within = (*within, os.path.realpath(folder))
    for entry in folder.iterdir():
        place = to / entry.name
        if entry.is_dir() and not entry.name.startswith("."):
            if os.path.realpath(entry) not in within and os.access(entry, os.R_OK | os.X_OK):
                _copy(entry, place, within)
        elif is_yaml(entry.name) or entry.is_symlink():
            try:
                place.write_bytes(read_bytes(entry))
            except OSError:
                place.symlink_to(entry.absolute())


def _brought(before: Pack, after: Problems) -> Problems:
    """Return the findings that an edit of one line brings; one that stood in the same line before is not the edit's."""
    earlier = set(map(_line_and_words, lint_pack(before.folder))) if len(after) else set()
    return _collected((problem for problem in after if _line_and_words(problem) not in earlier), after.texts)


def _line_and_words(problem: Diagnostic) -> tuple[str, int, str, str]:
    return problem.span.path, problem.span.line, problem.code, problem.message


def moved(problems: Problems, here: str, there: str) -> Problems:
    """Return findings about a folder as findings about another one."""
    texts = {_path(path, here, there): text for path, text in problems.texts.items()}
    collected = _collected((_moved_problem(problem, here, there) for problem in problems), texts)
    for path in texts:
        note_owner(path, collected)
    return collected


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
