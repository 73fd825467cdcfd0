"""A pack read with every name in it, edited, and read again to see that it says the same but for one name."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import attrs

from evaluator.core.model import Pack
from evaluator.diagnostics import Problems, ReadingError, lines_of
from evaluator.packs.examples import run
from evaluator.packs.rename.edits import FileEdit, renamed_yaml
from evaluator.packs.rename.names import RenameProblem, Renaming
from evaluator.packs.rename.same import first_difference, prose_changed
from evaluator.packs.trial import copied, moved
from evaluator.reading.pack.imports import Imports, read_imports
from evaluator.reading.pack.pack import read_pack
from evaluator.reading.pack.ruletests import RuleTest, read_rule_tests
from evaluator.reading.references import References, Sort, recorded

_AROUND = 24
_WORDS = re.compile(r"[-_ ]")


@attrs.frozen(kw_only=True)
class NamedPack:
    """A pack with its worked examples, every name that was resolved in it, and the bytes of its files."""

    pack: Pack
    tests: tuple[RuleTest, ...]
    imports: Imports
    references: References
    files: dict[str, bytes]


@attrs.frozen(kw_only=True)
class Tried:
    """What came of the edits on a copy: the pack, how many worked examples ran, and texts that read otherwise now."""

    pack: Pack
    examples: int
    prose: tuple[str, ...]


def read_named(folder: str) -> NamedPack:
    """Read a pack and all that lies beside it; raises ReadingError where it cannot be used."""
    problems = Problems()
    with recorded() as references:
        pack = read_pack(folder, problems)
        tests = () if pack is None or problems.errors else read_rule_tests(pack, problems)
        imports = Imports() if pack is None or problems.errors else read_imports(pack, problems)
    if pack is None or problems.errors:
        raise ReadingError(problems)
    return NamedPack(pack=pack, tests=tests, imports=imports, references=references, files=problems.files)


def edits_of(named: NamedPack, renamed: Renaming) -> tuple[FileEdit, ...]:
    """Return the edit of each file of the pack in which the name stands, or which is called by it."""
    spans = [reference.span for reference in named.references.names if renamed.means(reference)]
    paths = dict.fromkeys(span.path for span in spans)
    edits = []
    for path in paths:
        here = [span for span in spans if span.path == path]
        to = _new_path(path, named.pack.folder, renamed)
        edits.append(renamed_yaml(path, to, named.files[path], here, (renamed.old, renamed.new), renamed.stands))
    return tuple(edit for edit in edits if edit.places or edit.to != edit.path)


def _new_path(path: str, folder: str, renamed: Renaming) -> str:
    """Return where a file lies afterwards: that of a role, and that of its worked examples, is called as the role is."""
    place = Path(path)
    beside = place.parent in {Path(folder) / "roles", Path(folder) / "tests"}
    if renamed.sort is not Sort.ROLE or not beside or place.stem != renamed.old:
        return path
    to = os.fspath(place.with_name(f"{renamed.new}{place.suffix}"))
    if os.path.lexists(to):
        raise RenameProblem(f"{to} is there already", "choose another name, or take that file away first")
    return to


def tried(named: NamedPack, edits: Sequence[FileEdit], renamed: Renaming) -> Tried:
    """Read the pack as it is to be, from a copy.

    Raises ReadingError where it does not read, and RenameProblem where it would say more than one thing else.
    """
    pack = named.pack
    files: dict[str, bytes | None] = {edit.path: None for edit in edits}
    with copied(pack.folder, files | {edit.to: edit.after for edit in edits}) as copy:
        try:
            new = read_named(os.fspath(copy))
        except ReadingError as problem:
            raise ReadingError(moved(problem.problems, os.fspath(copy), pack.folder)) from None
        place = first_difference(pack, new.pack, renamed) or first_difference(named.imports, new.imports, renamed)
        if place is not None or _outcomes(pack, named.tests) != _outcomes(new.pack, new.tests):
            what = "worked examples would come out otherwise" if place is None else f"more would change than the name, at {place}"
            raise RenameProblem(f"nothing was renamed: {what}", "rename it by hand, and see `evaluator diff`")
        return Tried(pack=attrs.evolve(new.pack, folder=pack.folder), examples=len(new.tests), prose=prose_changed(pack, new.pack, renamed))


def _outcomes(pack: Pack, tests: Sequence[RuleTest]) -> list[tuple[str, bool]]:
    return sorted((outcome.test.name, outcome.passed) for outcome in run(pack, tests, engine="reference"))


def mentions(named: NamedPack, edits: Iterable[FileEdit], renamed: Renaming) -> list[tuple[str, int, str]]:
    """Return where the pack still has the name, as a word or in words: path, line and the text around it."""
    after = {edit.path: (edit.to, edit.after) for edit in edits}
    words = re.escape(renamed.old) if not _WORDS.search(renamed.old) else "[-_ ]".join(map(re.escape, _WORDS.split(renamed.old)))
    found = re.compile(rf"(?<![\w-]){words}(?![\w-])", re.IGNORECASE)
    told = []
    for path, data in sorted(named.files.items()):
        to, text = after.get(path, (path, data))
        for number, line in enumerate(lines_of(text.decode("utf-8-sig", "replace")), 1):
            if (match := found.search(line)) is not None:
                told.append((to, number, _around(line, match)))
    return told


def _around(line: str, match: re.Match[str]) -> str:
    start, end = max(0, match.start() - _AROUND), match.end() + _AROUND
    return f"{'…' if line[:start].strip() else ''}{line[start:end].strip()}{'…' if line[end:].strip() else ''}"
