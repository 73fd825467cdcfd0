"""The chain of rules that fired in an engine: criteria, then verdicts, then moves, each with the line it stands on."""

from __future__ import annotations

from evaluator.core.conditions import TRUTH_WORDS
from evaluator.core.results import Evaluation, Fired, RoleResult
from evaluator.engines.rule_layers import CRITERIA, MOVES, VERDICTS
from evaluator.report.blocks import Block, Heading, Paragraph
from evaluator.report.tables import Cell, Table
from evaluator.report.words import TRUTH_STYLES, Style, joined

_SIDES = "The worse side counts everything unknown as unmet, the better side as met; on each, the first verdict that is met is given."


def fired_for(evaluation: Evaluation, role: str) -> tuple[Fired, ...]:
    """Return the rules about one role that fired: its criteria, its verdict on either side, the moves into it."""
    return tuple(rule for rule in evaluation.fired if _about(rule, role))


def _about(rule: Fired, role: str) -> bool:
    if rule.layer == CRITERIA:
        return rule.key.startswith(f"{role}/")
    if rule.layer == VERDICTS:
        return rule.subject.startswith(f"{role},")
    return rule.layer == MOVES and rule.key.endswith(f"->{role}")


def fired_blocks(evaluation: Evaluation, role: str) -> tuple[Block, ...]:
    """Return the chain as a table, or a sentence where the engine fires no rules."""
    rules = fired_for(evaluation, role)
    engine = evaluation.provenance.engine
    if not rules:
        return (Heading("Rules fired"), Paragraph(f"The {engine} engine fires no rules; use --engine inference to see the chain."))
    rows = tuple(_row(rule) for rule in rules)
    return (
        Heading(f"Rules fired by the {engine} engine, in order"),
        Table(headers=("Layer", "Rule", "Came to", "Line"), rows=rows),
        Paragraph(f"{_SIDES}{_held(evaluation.roles[role])}", style=Style.FAINT),
    )


def _held(result: RoleResult) -> str:
    """Say that what the bands give is not the verdict where a criterion caps."""
    titles = joined([f"“{holder.criterion.title}”" for holder in result.held_by])
    return f" The verdict is no better than {titles} {'lets' if len(result.held_by) == 1 else 'let'} it be." if titles else ""


def _row(rule: Fired) -> tuple[Cell, ...]:
    about = rule.key.partition("/")[2] if rule.layer == CRITERIA else rule.key
    side = rule.subject.rpartition(", ")[2]
    name = f"{side}: {about}" if side else about
    word = Cell(TRUTH_WORDS[rule.truth], TRUTH_STYLES[rule.truth])
    return (Cell(rule.layer), Cell(name), word, Cell(str(rule.span), Style.FAINT))
