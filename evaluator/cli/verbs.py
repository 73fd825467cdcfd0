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
    Verb(
        "evaluate",
        "evaluator.populations.evaluate.command:evaluate",
        PEOPLE,
        "Judge people by a pack: verdict, score, gaps and next roles.",
    ),
    Verb(
        "explain", "evaluator.candidates.explain.command:explain", PEOPLE, "Trace a verdict back to the conditions and lines it stands on."
    ),
    Verb("case", "evaluator.candidates.case.command:case", PEOPLE, "Write the promotion case of a person for a role, for a panel."),
    Verb("compare", "evaluator.candidates.compare.command:compare", PEOPLE, "Set candidates for a role side by side, what differs first."),
    Verb("rank", "evaluator.populations.rank.command:rank", PEOPLE, "Rank a population's candidates for a role, ties shown as ties."),
    Verb(
        "bench",
        "evaluator.populations.bench.command:bench",
        PEOPLE,
        "Show the succession bench of every role: who is ready now, and who will be in 1-2 and 3 years.",
    ),
    Verb(
        "report",
        "evaluator.populations.report.command:report",
        PEOPLE,
        "Report on a population: a page and a workbook to read, filter and print.",
    ),
    Verb(
        "template",
        "evaluator.populations.template.command:template",
        PEOPLE,
        "Make a table of people to fill in: a row each, with a column for everything that the rules rest on.",
    ),
    Verb(
        "map",
        "evaluator.populations.map.command:map_table",
        PEOPLE,
        "Propose how the tables of a source are read: a mapping file, with reasons.",
    ),
    Verb(
        "progress",
        "evaluator.calibration.progress.command:progress",
        PEOPLE,
        "Tell what changed between two populations, and whether facts, time or rules moved it.",
    ),
    Verb("plan", "evaluator.candidates.plan.command:plan", PEOPLE, "Plan the least change that makes a person ready for a role."),
    Verb("whatif", "evaluator.candidates.whatif.command:whatif", PEOPLE, "Show what a change would do: before and after, and why."),
    Verb(
        "decide",
        "evaluator.candidates.decisions.decide_command:decide",
        PEOPLE,
        "Record a decision that people took on a person and a role.",
    ),
    Verb("decisions", "evaluator.candidates.decisions.command:decisions", PEOPLE, "Verify, list, export and replay recorded decisions."),
    Verb("profile", "evaluator.candidates.profile.command:profile", PEOPLE, "Make, import, change and check profiles."),
    Verb(
        "init", "evaluator.packs.init.command:init", RULES, "Begin a ladder: a folder with rules that lint clean, and people to play with."
    ),
    Verb("lint", "evaluator.packs.lint.command:lint", RULES, "Find what is wrong with a pack, with the place and a next step."),
    Verb("test", "evaluator.packs.examples.command:test", RULES, "Run a pack's worked examples, all or those of some roles."),
    Verb(
        "show", "evaluator.packs.show.command:show", RULES, "Tell a role in plain sentences, or the whole ladder, or list the attributes."
    ),
    Verb("graph", "evaluator.packs.graph:graph", RULES, "Draw the ladder of roles and moves."),
    Verb("new", "evaluator.packs.new:new", RULES, "Start a new role."),
    Verb(
        "schema",
        "evaluator.packs.schema:schema",
        RULES,
        "Write the JSON Schemas for completion in editors, into the pack's schema folder.",
    ),
    Verb("explain-code", "evaluator.packs.explain_code:explain_code", RULES, "Explain the code of a finding."),
    Verb("diff", "evaluator.calibration.diff.command:diff", CALIBRATION, "Show what an edit of the rules changes, and who moves."),
    Verb(
        "sweep",
        "evaluator.calibration.sweep.command:sweep",
        CALIBRATION,
        "Move a threshold, and see how many are ready, nearly, not yet and undecided.",
    ),
    Verb("backtest", "evaluator.calibration.backtest.command:backtest", CALIBRATION, "Hold past decisions against the verdicts of a pack."),
    Verb(
        "impact",
        "evaluator.calibration.impact.command:impact",
        CALIBRATION,
        "Show how verdicts fall on groups, and which criterion drives a disparity.",
    ),
    Verb("set", "evaluator.packs.set.command:set_", CALIBRATION, "Change one value of a rule file, and nothing else in it."),
    Verb("rename", "evaluator.packs.rename.command:rename", CALIBRATION, "Rename what a pack declares, wherever it is used."),
    Verb(
        "migrate", "evaluator.calibration.migrate.command:migrate", CALIBRATION, "Bring a pack to the second edition of the rule language."
    ),
    Verb("watch", "evaluator.calibration.watch.command:watch", CALIBRATION, "Watch a pack, and show at every save who moves."),
    Verb(
        "prove",
        "evaluator.calibration.prove.command:prove",
        CALIBRATION,
        "Prove what a pack's rules can never do, and show by an example what they can.",
    ),
)
"""Every verb, in the order in which help lists them."""
