"""Everything that can be found wrong with a pack without a single profile."""

from __future__ import annotations

import os
from pathlib import Path

from evaluator.core.model import Pack
from evaluator.diagnostics import Problems
from evaluator.packs.lint.files import files_not_read
from evaluator.packs.lint.governance import GOVERNANCE, nothing_required, policy_without_role, unreachable_role
from evaluator.packs.lint.logic import LOGIC, divisors_that_may_be_zero, nobody_ready
from evaluator.packs.lint.percentages import parts_for_percentages
from evaluator.packs.lint.placeholders import PLACEHOLDERS
from evaluator.packs.lint.style import STYLE, Check, scale_without_words, unused_attribute, unused_condition
from evaluator.packs.lint.tables import dead_entries, values_without_entry
from evaluator.reading.pack.imports import read_imports
from evaluator.reading.pack.pack import HEAD, read_pack
from evaluator.reading.pack.ruletests import read_rule_tests

CHECKS = (*LOGIC, *GOVERNANCE, *STYLE, *PLACEHOLDERS)
_ROLES = "roles"
_ALL = frozenset({"pack.yaml", "attributes.yaml", "moves.yaml", _ROLES})
NEEDING: tuple[tuple[Check, frozenset[str]], ...] = (
    (nothing_required, frozenset({"attributes.yaml"})),
    (unreachable_role, _ALL - {_ROLES}),
    (policy_without_role, frozenset({"pack.yaml", _ROLES})),
    (nobody_ready, _ALL),
    (divisors_that_may_be_zero, frozenset({"attributes.yaml"})),
    (parts_for_percentages, frozenset({"attributes.yaml"})),
    (unused_attribute, _ALL),
    (unused_condition, _ALL),
    (scale_without_words, _ALL),
    (values_without_entry, frozenset({"attributes.yaml"})),
    (dead_entries, frozenset({"attributes.yaml"})),
)
"""Checks that find something missing, and so make sense only where the files that could hold it have no errors."""
UNCHECKED = "rule tests were not checked yet against the pack: mend its errors first, and lint again"
_OF_ITS_OWN = ("R0", "R101", "R102", "R103", "R105", "R106")
"""Codes that say what is wrong with a file by itself, whatever the others say."""


def lint_pack(folder: str | os.PathLike[str]) -> Problems:
    """Read a pack and its rule tests, run every check that can be judged already, and return all that was found."""
    return linted(folder)[1]


def linted(folder: str | os.PathLike[str]) -> tuple[Pack | None, Problems]:
    """Do the same, and return the pack too, as far as it could be read."""
    problems = Problems()
    pack = read_pack(folder, problems)
    if pack is not None:
        broken = _broken(pack, problems)
        _read_beside(pack, problems)
        _check(pack, problems, broken)
    if (Path(folder) / HEAD).is_file():
        files_not_read(Path(folder), problems)
    return pack, problems


def check_pack(pack: Pack, problems: Problems) -> None:
    """Run every check over a pack that was just read, without its rule tests; `problems` are those of the reading."""
    _check(pack, problems, _broken(pack, problems))


def _check(pack: Pack, problems: Problems, broken: frozenset[str]) -> None:
    for check in (*CHECKS, *(check for check, needed in NEEDING if not needed & broken)):
        check(pack, problems)


def _broken(pack: Pack, problems: Problems) -> frozenset[str]:
    """Return which files have errors; of those in folders, the folder. A role that is not there at all breaks more than its file."""
    root = Path(pack.folder)
    paths = (Path(error.span.path) for error in problems.errors)
    folders = {path.relative_to(root).parts[0] for path in paths if path.is_relative_to(root) and path != root}
    return frozenset(folders | (_ALL if len(pack.roles) < len(pack.declared_roles) else set()))


def _read_beside(pack: Pack, problems: Problems) -> None:
    """Read rule tests and imports; where the pack has errors, only what is wrong with a file of tests by itself is told."""
    if not problems.errors:
        read_rule_tests(pack, problems)
        read_imports(pack, problems)
        return
    own = Problems()
    if read_rule_tests(pack, own) or len(own):
        problems.notes.append(UNCHECKED)
    problems.texts.update(own.texts)
    for diagnostic in own:
        if diagnostic.code.startswith(_OF_ITS_OWN):
            problems.add(diagnostic.code, diagnostic.message, diagnostic.span, help=diagnostic.help, related=diagnostic.related)
