"""A plan as a report: what to find out, what to do, what to wait for, and what it comes to."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

import attrs

from evaluator._version import __version__
from evaluator.candidates.plan.analysis import Answer, NoPlan, Plan, RolePlan, Step
from evaluator.core.days import Days
from evaluator.core.model import Criterion, Pack, Profile, Role
from evaluator.core.recommendation import Advice, Outlook, Recommendation, recommend
from evaluator.core.values import Kind, Number, show_number
from evaluator.report.blocks import Block, Fact, Facts, Heading, Item, Listing, Paragraph
from evaluator.report.changed_values import change_words
from evaluator.report.days import days_facts, projected
from evaluator.report.explain import question_words
from evaluator.report.people import pack_words
from evaluator.report.recommendation import recommendation_words
from evaluator.report.sentences import value_words
from evaluator.report.tables import Cell, Table
from evaluator.report.words import NOTICE, Style, counted, joined, verdict_style, verdict_words

_NO_STEP = frozenset({Advice.CLOSED, Advice.NO_MOVE, Advice.STEP_DOWN})
"""Where more than the verdict stands in the way, so that nothing is said of what is left to be done."""


def plan_page(planned: RolePlan, pack: Pack, profile: Profile, days: Days, by: datetime.date | None) -> tuple[Block, ...]:
    """Return the plan of a person for a role, from the day judged for on."""
    blocks: list[Block] = [
        Heading(f"{profile.label}: the way to {planned.role.title}", level=1),
        Facts(tuple(_facts(planned, pack, days, by))),
        Paragraph(recommendation_words(planned.judged, planned.role.id, pack, _said(planned, pack, days)), style=Style.STRONG),
        *_answers(planned, pack, days),
    ]
    blocks += _impossible(planned, pack, days, by) if planned.best is None else _possible(planned.best, planned.second, days)
    return (*blocks, Paragraph(NOTICE, style=Style.FAINT))


def _said(planned: RolePlan, pack: Pack, days: Days) -> Recommendation:
    return recommend(planned.judged, planned.role.id, pack, days.today)


def _facts(planned: RolePlan, pack: Pack, days: Days, by: datetime.date | None) -> Iterator[Fact]:
    verdict = planned.before.verdict
    yield Fact("Verdict", projected(verdict_words(verdict), days), style=verdict_style(verdict, pack.verdicts_of(planned.role)))
    if planned.best is not None:
        yield Fact("Effort", "none is needed" if not planned.best.effort else f"{show_number(planned.best.effort)}, the least that does it")
        yield from _earliest(planned, planned.best, pack, days)
    if by is not None:
        yield Fact("By", str(by))
    yield Fact("As of", str(days.judged))
    yield from days_facts(days)
    yield Fact("Pack", pack_words(pack))
    yield Fact("Tool", f"evaluator {__version__}")


def _earliest(planned: RolePlan, best: Plan, pack: Pack, days: Days) -> Iterator[Fact]:
    """Say when that is: at once where answers alone can do it, and from the past only for what it is."""
    asked = f"{day_words(days)} if the answers come out well, else " if planned.answers else ""
    passed = f", which has passed; --as-of {days.today} plans from today" if best.steps and has_passed(best, days) else ""
    yield Fact("Earliest", f"{asked}{best.ready_on}{passed}")
    if best.steps:
        yield Fact("Then", verdict_then(best, days), style=verdict_style(best.then.verdict, pack.verdicts_of(best.then.role)))


def has_passed(plan: Plan, days: Days) -> bool:
    """Whether the day that a plan comes to has passed; today has not where it is planned from."""
    return plan.ready_on < days.today or plan.ready_on == days.today > days.judged


def counted_words(plan: Plan, days: Days) -> str:
    """Say from which day time is counted, where that is not the day planned from; nothing where time brings nothing."""
    if days.counted_from == days.judged or not any(step.by_time for step in plan.steps):
        return ""
    if days.facts_as_of is None:
        return f"No day of the facts is stated: time is counted from today, {days.counted_from}."
    return f"What is stated is of {days.counted_from}, and time is counted from then."


def verdict_then(plan: Plan, days: Days) -> str:
    """Name the verdict at the end of a plan, as the projection that it is."""
    return projected(f"“{verdict_words(plan.then.verdict)}”", attrs.evolve(days, judged=plan.ready_on))


def lapsing_words(plan: Plan) -> str:
    """Say what time takes away until a plan is done, as what is dated has aged by then; empty where that is nothing."""
    if not plan.lapsing:
        return ""
    titles = joined([f"“{criterion.title}”" for criterion in plan.lapsing])
    are = "is" if len(plan.lapsing) == 1 else "are"
    return f"By {plan.ready_on} what is dated has aged: unless something newer is added until then, {titles} {are} no longer met."


def day_words(days: Days) -> str:
    """Say when the day judged for is, in a sentence: today, or the day."""
    return "today" if days.judged == days.today else f"as of {days.judged}"


def answers_words(planned: RolePlan, pack: Pack, days: Days) -> str:
    """Say that answers alone can make the verdict ready, and which; empty where they cannot."""
    best = pack.best_of(planned.role)
    if planned.answers:
        titles = joined([answer.attribute.title for answer in planned.answers])
        found = projected(f"“{best}” {day_words(days)}", days)
        recommendation = _said(planned, pack, days)
        if recommendation.advice in _NO_STEP:
            return f"If the open questions come out well, the verdict is {found}: ask about {titles}."
        asked = "" if recommendation.move is None or recommendation.open is not None else ", and whether the ladder’s move there is open"
        return f"If the open questions come out well, the verdict is {found}, with nothing to be done: ask about {titles}{asked}."
    undecided = planned.before.verdict.high == best != planned.before.verdict.low
    if undecided and _said(planned, pack, days).outlook is Outlook.OPEN:
        return f"The verdict is undecided, and answers alone may still make it “{best}”: see the open questions."
    return ""


def _answers(planned: RolePlan, pack: Pack, days: Days) -> Iterator[Block]:
    if words := answers_words(planned, pack, days):
        yield Heading("Ask first")
        yield Paragraph(words)
    if planned.answers:
        rows = tuple((Cell(question_words(answer.attribute)), Cell(enough_words(answer))) for answer in planned.answers)
        yield Table(headers=("Question", "Would be enough"), rows=rows)


def enough_words(answer: Answer) -> str:
    """Name what would be enough: of options that follow each other from one end, the last of them, as a test of a scale says it."""
    kind, options = answer.attribute.kind, answer.options
    words = [value_words(answer.attribute, option) for option in options]
    last = len(answer.attribute.type.options) - 1
    if len(options) <= 1:
        return value_words(answer.attribute, answer.to)
    if kind is Kind.FLAG or len(options) == last + 1:
        return "any answer"
    if kind is Kind.SCALE and [*options] == [*range(len(options))]:
        return f"at most {words[-1]}"
    if kind is Kind.SCALE and [*options] == [*range(last + 1 - len(options), last + 1)]:
        return f"at least {words[0]}"
    return joined(words, "or")


def _possible(best: Plan, second: Plan | None, days: Days) -> list[Block]:
    if not best.steps:
        return [Paragraph("Nothing has to change for the verdict.")]
    blocks: list[Block] = []
    unknown, work = ([step for step in best.steps if not step.by_time and (step.have is None) is wanted] for wanted in (True, False))
    waiting, brought = (
        [step for step in best.steps if step.by_time and (step.done_on > days.judged) is wanted] for wanted in (True, False)
    )
    if unknown:
        blocks += [Heading("Find out first"), Paragraph(_FIND_OUT), _table(unknown, best.after.role, days)]
    if work:
        blocks += [Heading("Do, the longest first"), _table(work, best.after.role, days)]
    if waiting:
        blocks += [Heading("Wait: time alone brings it"), _table(waiting, best.after.role, days)]
    if brought:
        words = f"By {days.judged} time has brought this, if all went on as it was: ask, and state it anew."
        blocks += [Heading("Ask: time should have brought it"), Paragraph(words), _table(brought, best.after.role, days)]
    blocks += [Paragraph(words) for words in (counted_words(best, days), lapsing_words(best)) if words]
    if second is not None:
        blocks += [Heading("A close second"), Paragraph(_second_words(best, second)), *_others(best, second)]
    return blocks


_FIND_OUT = "Nothing is known of these. They are counted at their worst: what is there already need not be done."


def _table(steps: Iterable[Step], role: Role, days: Days) -> Table:
    return Table(headers=("What", "Has", "Needed", "Effort", "Done by", "For"), rows=tuple(_row(step, role, days) for step in steps))


def criterion_name(criterion: Criterion, role: Role) -> str:
    """Name a criterion by its id, with its role's in front where that is another role, which the planned one waits for."""
    return criterion.id if criterion.role == role.id else criterion.key


def _row(step: Step, role: Role, days: Days) -> tuple[Cell, ...]:
    have, need = change_words(step.attribute, step.have, step.to)
    months = months_words(step, days)
    by_then = f"{step.done_on} ({months})" if months else str(step.done_on) if step.by_time else ""
    criteria = ", ".join(criterion_name(criterion, role) for criterion in step.criteria)
    return tuple(map(Cell, (step.attribute.title, have, need, effort_words(step.effort), by_then, criteria)))


def months_words(step: Step, days: Days) -> str:
    """Say how long a step takes from the day planned from; nothing where it takes no time, or is counted from a later day."""
    return "" if not step.months or (step.by_time and days.counted_from > days.judged) else counted(step.months, "month")


def effort_words(effort: Number) -> str:
    """Show an effort; nothing for none."""
    return show_number(effort) if effort else "–"


def _second_words(best: Plan, second: Plan) -> str:
    more = second.effort - best.effort
    effort = "as much effort" if not more else f"{show_number(more)} more effort"
    return f"Another way takes {effort} and can be done by {second.ready_on}. It differs in:"


def _others(best: Plan, second: Plan) -> list[Block]:
    there = {(step.attribute.id, step.to) for step in best.steps}
    instead = {(step.attribute.id, step.to) for step in second.steps}
    items = [Item(_step_line(step), mark="+") for step in second.steps if (step.attribute.id, step.to) not in there]
    items += [Item(_step_line(step), mark="-") for step in best.steps if (step.attribute.id, step.to) not in instead]
    return [Listing(tuple(items))] if items else []


def _step_line(step: Step) -> str:
    have, need = change_words(step.attribute, step.have, step.to)
    return f"{step.attribute.title}: {have} → {need}"


def _impossible(planned: RolePlan, pack: Pack, days: Days, by: datetime.date | None) -> list[Block]:
    """Say what stands in the way."""
    if planned.later is not None:
        words = f"{planned.role.title} cannot be reached by {by}. It can by {planned.later.ready_on}:"
        return [Heading("Not by then"), Paragraph(words), *_possible(planned.later, None, days)]
    none = "No plan" if planned.why in _UNSAID or planned.dated else "No other way leads there" if planned.answers else "No way leads there"
    blocks: list[Block] = [Heading(none), Paragraph(why_words(planned, pack))]
    if planned.why not in _UNSAID and planned.blocked:
        blocks.append(
            Listing(
                tuple(
                    Item(f"{criterion.title} ({criterion_name(criterion, planned.role)})", place=str(criterion.span))
                    for criterion in planned.blocked
                )
            )
        )
    if words := dated_words(planned):
        blocks.append(Paragraph(words + (f" A plan from then on: --as-of {planned.dated_on}." if planned.dated_on else "")))
    return blocks


_UNSAID = frozenset({NoPlan.NO_EFFORT, NoPlan.TIME_ALONE})
_SAY = "Say what a change takes with `effort:` at the attributes of attributes.yaml, such as `effort: {each: 3}`."


def dated_words(planned: RolePlan) -> str:
    """Say of what is counted from a date when it is met as days pass, which the plan does not count; empty where there is none."""
    if not planned.dated:
        return ""
    titles = joined([attribute.title for attribute in planned.dated])
    if planned.dated_on is None:
        return f"What is asked of {titles} is not met within ten years as days pass."
    return f"What is asked of {titles} is met as days pass, on {planned.dated_on}."


def why_words(planned: RolePlan, pack: Pack) -> str:
    """Say why there is no plan, in a sentence, and where the pack says too little for one, what to write."""
    best = pack.best_of(planned.role)
    match planned.why:
        case NoPlan.NO_EFFORT:
            return f"The pack declares no effort, so that nothing can be planned. {_SAY}"
        case NoPlan.TIME_ALONE:
            return f"The pack declares no effort, and what time alone brings does not lead to “{best}”. {_SAY}"
        case NoPlan.BLOCKED:
            many = f"{'these criteria' if len(planned.blocked) > 1 else 'this criterion'}, without which nobody is “{best}”"
            if all(criterion.required for criterion in planned.blocked):
                many = "these required criteria" if len(planned.blocked) > 1 else "this required criterion"
            brought = "says that time adds to" if planned.dated else "that time brings"
            return f"Nothing that the pack declares an effort for, or {brought}, meets {many}:"
        case NoPlan.TOO_LATE:
            return "There is not enough time."
        case _:
            return f"All that the pack declares an effort for, or that time brings, does not add up to “{best}”."
