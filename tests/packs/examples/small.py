"""A pack small enough to know each of its mutants by hand, written to a folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from evaluator.core.model import Pack
from evaluator.diagnostics import Problems
from evaluator.packs.examples import Outcome, run
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.pack.ruletests import read_rule_tests

PACK = """\
pack: small
title: Small
version: 1.0.0
effective: 2026-01-01
tracks:
  craft: {title: Craft}
verdicts:
  - verdict: ready
    when: {required_unmet: {at_most: 0}}
  - verdict: not yet
"""
ATTRIBUTES = """\
scales:
  level: [none, some, much]
attributes:
  years: {title: Years, type: integer, unit: years, range: {at_least: 0, at_most: 40}, question: How many years?}
  skill: {title: Skill, type: scale, scale: level, question: How much skill?}
  fields: {title: Fields, type: set, options: [art, law, music], question: Which fields?}
  large: {title: Large, type: flag, question: Is it large?}
"""
CRITERION = """\
  - id: {id}
    title: {id}
    kind: skill
    required: {required}
    when: {when}
    basis: judgement
"""


def criterion(name: str, when: str, *, required: bool = True, more: str = "") -> str:
    """Return a criterion as a role file has it; `more` is further lines."""
    return CRITERION.format(id=name, required=str(required).lower(), when=when) + (f"    {more}\n" if more else "")


def write_pack(folder: Path, criteria: Sequence[str], tests: str, *, attributes: str = ATTRIBUTES, moves: str = "") -> Path:
    """Write a pack with the role `lead` and a destination `top`, and the rule tests of `lead`; return its folder."""
    files = {
        "pack.yaml": PACK,
        "attributes.yaml": attributes,
        "roles/lead.yaml": "role: lead\ntitle: Lead\ntrack: craft\nrung: 2\ncriteria:\n" + "".join(criteria),
        "roles/top.yaml": "role: top\ntitle: Top\ntrack: craft\nrung: 3\ndestination: true\n",
        "tests/lead.yaml": f"role: lead\nas_of: 2026-11-01\n{tests}",
    }
    files |= {"moves.yaml": f"moves:\n{moves}"} if moves else {}
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def outcomes(folder: Path) -> tuple[Pack, list[Outcome]]:
    """Read a pack and run its rule tests, which have to be readable."""
    pack, problems = load_pack(folder), Problems()
    tests = read_rule_tests(pack, problems)
    assert not len(problems), str(problems)
    return pack, list(run(pack, tests, engine="reference"))
