"""The verbs of the command line: where each lives, under which heading and in which words help lists it."""

from __future__ import annotations

from typing import NamedTuple


class Verb(NamedTuple):
    """One verb; its module is imported only when it is used."""

    name: str
    target: str
    section: str
    line: str


PEOPLE = "People"
RULES = "Rules"
CALIBRATION = "Calibration"
SECTIONS = (PEOPLE, RULES, CALIBRATION)

VERBS: tuple[Verb, ...] = (
    Verb("evaluate", "evaluator.cli.evaluate:evaluate", PEOPLE, "Judge people by a pack: verdict, score, gaps and next roles."),
    Verb("explain", "evaluator.cli.explain:explain", PEOPLE, "Trace a verdict back to the conditions and lines it stands on."),
    Verb("rank", "evaluator.cli.rank:rank", PEOPLE, "Rank a population's candidates for a role, ties shown as ties."),
    Verb("profile", "evaluator.cli.profile:profile", PEOPLE, "Check profiles."),
    Verb("lint", "evaluator.cli.lint:lint", RULES, "Find what is wrong with a pack, with the place and a next step."),
    Verb("test", "evaluator.cli.test:test", RULES, "Run a pack's worked examples, all or those of some roles."),
    Verb("show", "evaluator.cli.show:show", RULES, "Tell a role in plain sentences."),
    Verb("graph", "evaluator.cli.graph:graph", RULES, "Draw the ladder of roles and moves."),
    Verb("new", "evaluator.cli.new:new", RULES, "Start a new role."),
    Verb(
        "schema",
        "evaluator.cli.schema:schema",
        RULES,
        "Write the JSON Schemas for completion in editors, into the pack's schema folder.",
    ),
    Verb("explain-code", "evaluator.cli.explain_code:explain_code", RULES, "Explain the code of a finding."),
    Verb("set", "evaluator.cli.set:set_", CALIBRATION, "Change one value of a rule file, and nothing else in it."),
)
"""Every verb, in the order in which help lists them."""
