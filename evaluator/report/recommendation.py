"""Recommendations in words: the sentence that a case begins with, how a role stands to somebody, and the table of all that can be said.

`python -m evaluator.report.recommendation` prints the table as docs/case.md has it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from evaluator.core.decisions import Choice
from evaluator.core.model import Pack, Role
from evaluator.core.recommendation import Advice, Outlook, Recommendation, Relation, advice_on, move_undefined, recommend
from evaluator.core.results import Evaluation, RoleResult, State
from evaluator.report.evidence import thin_words
from evaluator.report.sentences import condition_words
from evaluator.report.undefined import undefined_words
from evaluator.report.words import counted, joined, score_words, sentence_case

_DOING = {
    Relation.PROMOTION: ("promote", "promoting", "to"),
    Relation.SIDEWAYS: ("move", "moving", "to"),
    Relation.HELD: ("confirm", "confirming", "as"),
    Relation.NO_MOVE: ("promote", "promoting", "to"),
}
_SAYS = {
    Advice.PROMOTE: "Promote …",
    Advice.MOVE: "Move …",
    Advice.CONFIRM: "Confirm … in the role held",
    Advice.ASK: "Ask before {doing} …",
    Advice.ASK_FOR_MOVE: "Ask whether the move is open before {doing} …",
    Advice.WAIT: "Wait before {doing} …",
    Advice.NOT_YET: "Do not {do} … yet",
    Advice.WHATEVER_THE_ANSWERS: "Do not {do} … yet, whatever the answers",
    Advice.HELD_AND_NOT_MET: "The role is held and not met",
    Advice.STEP_DOWN: "It would be a step down",
    Advice.NO_MOVE: "No move of the ladder leads there",
    Advice.CLOSED: "The move there is closed",
    Advice.NO_ROLE: "Not known whether it is a step",
    Advice.NO_ANSWER: "Settle what the rules say before {doing} …",
}


def requires(result: RoleResult) -> str:
    """Say how many required criteria are met."""
    required = [criterion for criterion in result.criteria if criterion.criterion.required and criterion.state is not State.NOT_APPLICABLE]
    if not required:
        return "none is required"
    met = sum(criterion_result.state is State.MET for criterion_result in required)
    unknown = sum(criterion_result.state is State.UNKNOWN for criterion_result in required)
    return f"{met} of {counted(len(required), 'required criterion', 'required criteria')} met{f', {unknown} unknown' if unknown else ''}"


def held_words(result: RoleResult, *, there: str = "") -> str:
    """Say which criteria hold a verdict at what they cap at: `held at “not yet” by “No plan”`; nothing where none does.

    One that is unknown may hold it. A verdict that was just named is `there`.
    """
    held: dict[tuple[str, bool], list[str]] = {}
    for holder in result.held_by:
        held.setdefault((str(holder.criterion.caps_at), holder.state is State.UNMET), []).append(f"“{holder.criterion.title}”")
    told = []
    for (verdict, sure), titles in held.items():
        where = "there" if verdict == there else f"at “{verdict}”"
        told.append(f"{'held' if sure else 'perhaps held'} {where} by {joined(titles)}")
    return joined(told)


def score_told(result: RoleResult) -> str:
    """Show a score, and beside it what holds the verdict whatever the score: `100 %, held at “not yet” by “No plan”`."""
    held = held_words(result)
    return f"{score_words(result.score)}{f', {held}' if held else ''}"


def recommendation_words(evaluation: Evaluation, role: str, pack: Pack, recommendation: Recommendation | None = None) -> str:
    """Say in a sentence what the facts speak for, and in a second one what else there is to say where that is much.

    Thin evidence is told where the verdict is the best one, or may be; it never changes what is recommended.
    """
    said = recommend(evaluation, role, pack) if recommendation is None else recommendation
    result, who = evaluation.roles[role], evaluation.profile.label
    tail = _added(list(_tail(said, evaluation, result, pack)))
    if said.projection:
        day = evaluation.provenance.as_of.isoformat()
        lead = f"Projection to {day}, and no recommendation for today: {who} as {result.role.title}{_standing(said)}"
        return f"{lead}; the verdict {_verdict(said, result, pack, ('would be', 'would lie'))}{tail}."
    lead = _lead(said, who, "" if evaluation.role is None else evaluation.role.title, result.role, pack)
    return f"{lead}: the verdict {_verdict(said, result, pack, ('is', 'lies'))}{tail}."


def _lead(recommendation: Recommendation, who: str, held: str, role: Role, pack: Pack) -> str:
    do, doing, link = _DOING.get(recommendation.relation, ("", "", ""))
    asked = (
        ""
        if recommendation.move is None or recommendation.move.when is None
        else f" ({condition_words(recommendation.move.when, pack.attributes)})"
    )
    meant = f"{who} {link} {role.title}"
    whatever = ", whatever the answers" if recommendation.outlook is Outlook.OUT_OF_REACH else ""
    leads = {
        Advice.PROMOTE: f"Promote {meant}",
        Advice.MOVE: f"Move {meant}",
        Advice.CONFIRM: f"Confirm {meant}",
        Advice.ASK: f"Ask before {doing} {meant}",
        Advice.ASK_FOR_MOVE: f"Ask whether the ladder’s move is open{asked} before {doing} {meant}",
        Advice.WAIT: f"Wait before {doing} {meant}",
        Advice.NOT_YET: f"Do not {do} {meant} yet",
        Advice.WHATEVER_THE_ANSWERS: f"Do not {do} {meant} yet{whatever}",
        Advice.HELD_AND_NOT_MET: f"The role that {who} holds, {role.title}, asks for more than is met{whatever}",
        Advice.STEP_DOWN: f"For {who}, who is {held} today, {role.title} would be a step down and no promotion",
        Advice.NO_MOVE: f"No promotion of {who} by the ladder, for none of its moves leads from {held} straight to {role.title}",
        Advice.CLOSED: f"The ladder’s move from {held} to {role.title} is closed to {who}, for its condition is not met{asked}",
        Advice.NO_ANSWER: f"Settle what the rules say before {doing} {meant}",
        Advice.NO_ROLE: f"Whether {role.title} would be a step for {who} is not known, for no role today is stated",
    }
    return leads[recommendation.advice]


def _verdict(recommendation: Recommendation, result: RoleResult, pack: Pack, words: tuple[str, str]) -> str:
    """Say what the verdict is, and why or with what."""
    verdict, best = result.verdict, pack.best_of(result.role)
    is_, lies = words
    text = f"{is_} “{verdict.low}”" if verdict.decided else f"{lies} between “{verdict.low}” and “{verdict.high}”"
    if recommendation.outlook is Outlook.BEST:
        return f"{text}, {_with(result)}"
    if recommendation.outlook is Outlook.OPEN:
        can = "" if not verdict.decided else f", and answers can make it “{best}”"
        return f"{text}{can}, with {_asks(result)}"
    if recommendation.outlook is Outlook.NO_ANSWER:
        undefined = "; ".join(undefined_words(undefined_value.undefined, pack.attributes) for undefined_value in result.undefined)
        return f"{text}, for the rules have no answer: {undefined}"
    return f"{text}, {_reason(result)}"


def _asks(result: RoleResult) -> str:
    """Say how many questions are open, and whether one answer alone can change the verdict or only several together."""
    asks, decisive = len(result.questions), sum(question.decisive for question in result.questions)
    words = counted(asks, "open question")
    if asks == 1:
        return words
    if decisive:
        return f"{words}, {'each' if decisive == asks else decisive} of which can change the verdict alone"
    return f"{words}, whose answers can change the verdict only together"


def _with(result: RoleResult) -> str:
    required = any(criterion.criterion.required and criterion.state is not State.NOT_APPLICABLE for criterion in result.criteria)
    return f"with {f'{requires(result)} and ' if required else ''}a score of {score_words(result.score)}"


def _reason(result: RoleResult) -> str:
    required = [gap.criterion.title for gap in result.gaps if gap.criterion.required]
    if held := held_words(result, there=result.verdict.low if result.verdict.decided else ""):
        return f"{held}, {_with(result)}"
    if len(required) == 1:
        return f"for one required criterion is not met, “{required[0]}”"
    if required:
        return f"for {len(required)} required criteria are not met"
    if not result.verdict.decided:
        return f"for even the best answers make it no better than “{result.verdict.high}”"
    return _with(result)


def _tail(recommendation: Recommendation, evaluation: Evaluation, result: RoleResult, pack: Pack) -> Iterator[str]:
    """Yield what else has to stand in the sentence: what the ladder holds against it, and thin evidence."""
    if recommendation.advice in {Advice.ASK, Advice.WAIT, Advice.NOT_YET, Advice.WHATEVER_THE_ANSWERS} and not recommendation.projection:
        if recommendation.relation is Relation.NO_MOVE and evaluation.role is not None:
            yield f"and no move of the ladder leads there straight from {evaluation.role.title}"
        elif recommendation.move is not None and recommendation.open is not True:
            closed = recommendation.open is False
            yield "and the ladder’s move there is closed" if closed else "and whether the ladder’s move there is open is not known"
    if recommendation.advice is Advice.NO_ANSWER and (undefined := move_undefined(recommendation.move, evaluation)):
        words = "; ".join(undefined_words(one, pack.attributes) for one in undefined)
        yield f"and whether the ladder’s move there is open is not known, for the rules have no answer: {words}"
    told = recommendation.outlook in {Outlook.BEST, Outlook.OPEN} and recommendation.relation is not Relation.DOWN
    thin = thin_words(result, evaluation, pack) if told else ""
    if thin:
        yield f"{'though' if recommendation.outlook is Outlook.BEST else 'and'} {thin}"


def _added(words: list[str]) -> str:
    """Add what else there is to say: one thing to the sentence, more as a sentence of their own."""
    if len(words) > 1:
        return f". {sentence_case(words[0].removeprefix('and '))}, {', '.join(words[1:])}"
    return "".join(f", {word}" for word in words)


def _standing(recommendation: Recommendation) -> str:
    """Say, after a role, how it stands to the person."""
    words = {
        Relation.HELD: "the role held today",
        Relation.DOWN: "a step down from the role today",
        Relation.NO_MOVE: "to which no move of the ladder leads straight",
        Relation.NO_ROLE: "with no role today stated",
    }
    closed = {False: "to which the ladder’s move is closed", None: "to which it is not known whether the ladder’s move is open"}
    told = words.get(recommendation.relation) or closed.get(recommendation.open)
    return f", {told}" if told else ""


def step_words(recommendation: Recommendation, pack: Pack) -> str:
    """Say in a few words what a role would be for somebody: `a promotion`, `holds this role already`, `stands above it`."""
    words = {
        Relation.HELD: "holds this role already",
        Relation.DOWN: "stands above it: a step down",
        Relation.NO_MOVE: "no move leads there",
        Relation.NO_ROLE: "not known: no role today is stated",
    }
    if recommendation.relation in words:
        return words[recommendation.relation]
    what = "a promotion" if recommendation.relation is Relation.PROMOTION else "a sideways move"
    if recommendation.open or recommendation.move is None or recommendation.move.when is None:
        return what
    condition = condition_words(recommendation.move.when, pack.attributes)
    return (
        f"{what}, but closed: not met is “{condition}”"
        if recommendation.open is False
        else f"{what}, if “{condition}” is met; that is not known"
    )


def departed_words(recommendation: Recommendation, best: str, decision: Choice) -> str:
    """Say whether a decision departs from what the facts say, and from what in them."""
    promoted = decision is Choice.PROMOTED
    departs = recommendation.departs(promoted=promoted)
    if departs is None:
        return _undecided_words(recommendation)
    if not departs:
        return "no"
    if not promoted:
        return f"yes: {decision}, and {best}"
    against = {
        Relation.HELD: "the role is held today",
        Relation.DOWN: "the role is a step down",
        Relation.NO_MOVE: "no move of the ladder leads there",
    }
    closed = "the ladder’s move there is closed" if recommendation.advice is Advice.CLOSED else f"not {best}"
    return f"yes: {decision}, and {against.get(recommendation.relation, closed)}"


def _undecided_words(recommendation: Recommendation) -> str:
    if recommendation.advice is Advice.NO_ROLE:
        return "no role today is stated, so it is not known whether this is a step, and no decision departs"
    if recommendation.advice is Advice.ASK_FOR_MOVE:
        return "it is not known whether the ladder’s move is open, so no decision departs from it"
    if recommendation.advice is Advice.NO_ANSWER:
        return "the rules have no answer, so no decision departs from them"
    return "the verdict is undecided, so no decision departs from it"


_ROWS: tuple[tuple[str, Relation, bool | None], ...] = (
    ("a promotion, open", Relation.PROMOTION, True),
    ("a promotion, not known whether open", Relation.PROMOTION, None),
    ("a promotion, closed", Relation.PROMOTION, False),
    ("a lateral move or specialisation, open", Relation.SIDEWAYS, True),
    ("the same, not known whether open", Relation.SIDEWAYS, None),
    ("the same, closed", Relation.SIDEWAYS, False),
    ("the role held today", Relation.HELD, None),
    ("a step down", Relation.DOWN, None),
    ("no move leads there", Relation.NO_MOVE, None),
    ("no role today is stated", Relation.NO_ROLE, None),
)


def table() -> str:
    """Return everything that can be recommended, as a table in Markdown: by what the role would be, and by the verdict."""
    heads = (
        "the role is …",
        "verdict the best",
        "undecided, may be the best",
        "one between",
        "the last",
        "undecided, never the best",
        "kept from it by the rules",
    )
    cells = ((words, *(_cell(relation, outlook, open_) for outlook in Outlook)) for words, relation, open_ in _ROWS)
    lines = [heads, ("---",) * len(heads), *cells]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cell(relation: Relation, outlook: Outlook, open_: bool | None) -> str:  # noqa: FBT001 - a truth with three values
    do, doing, _ = _DOING.get(relation, ("", "", ""))
    return _SAYS[advice_on(relation, outlook, open_)].format(do=do, doing=doing)


if __name__ == "__main__":
    sys.stdout.write(table())
