"""Everything that can be found wrong with a pack without a single profile."""

from __future__ import annotations

import os

from evaluator.diagnostics import Problems
from evaluator.lint.governance import GOVERNANCE, GOVERNANCE_OF_WHOLE_PACKS
from evaluator.lint.logic import LOGIC
from evaluator.lint.placeholders import PLACEHOLDERS
from evaluator.lint.style import STYLE, STYLE_OF_WHOLE_PACKS
from evaluator.reading.pack import read_pack
from evaluator.reading.ruletests import read_rule_tests

CHECKS = (*LOGIC, *GOVERNANCE, *STYLE, *PLACEHOLDERS)
CHECKS_OF_WHOLE_PACKS = (*GOVERNANCE_OF_WHOLE_PACKS, *STYLE_OF_WHOLE_PACKS)
"""Checks that find something missing, and so make sense only where everything could be read."""


def lint_pack(folder: str | os.PathLike[str]) -> Problems:
    """Read a pack and its rule tests, run every check, and return all that was found."""
    problems = Problems()
    pack = read_pack(folder, problems)
    if pack is not None:
        whole = not problems.errors
        if whole:
            read_rule_tests(pack, problems)
        for check in (*CHECKS, *(CHECKS_OF_WHOLE_PACKS if whole else ())):
            check(pack, problems)
    return problems
