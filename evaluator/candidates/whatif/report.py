"""What a change would do, as a report and as JSON."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from evaluator._version import __version__
from evaluator.candidates.whatif.analysis import Changed, RoleChange, WhatIf
from evaluator.core.days import Days, person_days
from evaluator.core.model import Pack, Role
from evaluator.core.recommendation import recommend
from evaluator.core.results import Evaluation, RoleResult
from evaluator.report.blocks import Block, Fact, Facts, Heading, Item, Listing, Paragraph
from evaluator.report.changed_values import change_words
from evaluator.report.days import days_facts, days_json, projected
from evaluator.report.jsons import document, made_by
from evaluator.report.people import pack_words
from evaluator.report.plain_values import Json, plain
from evaluator.report.recommendation import held_words, step_words
from evaluator.report.reported import reported_json, reported_lines
from evaluator.report.tables import Cell, Table
from evaluator.report.views import standing_words
from evaluator.report.words import NOTICE, STATE_MARKS, STATE_STYLES, Style, joined, score_words, verdict_style, verdict_words


def whatif_page(what_if: WhatIf, wanted: Sequence[Role] | None, *, today: datetime.date | None = None) -> tuple[Block, ...]:
    """Return what differs, as it reads today: values, verdicts, and the criteria behind them."""
    roles, days = what_if.roles(wanted), person_days(what_if.profile, what_if.as_of, what_if.pack, today)
    blocks: list[Block] = [
        Heading(projected(f"{what_if.profile.label}: what would change", days), level=1),
        _attributes(what_if.attributes),
    ]
    if roles:
        blocks += [Heading(projected("Verdicts", days)), _verdicts(roles, what_if), *_held(roles)]
        blocks += [block for role in roles for block in _criteria(role)]
    else:
        blocks.append(Paragraph("No verdict, score or criterion of any role would change."))
    return (*blocks, Facts(tuple(_facts(what_if, days))), Paragraph(NOTICE, style=Style.FAINT))


def _attributes(changed: Sequence[Changed]) -> Table:
    rows = []
    for one in changed:
        title = one.attribute.title if one.asked else f"{one.attribute.title} (computed)"
        rows.append(tuple(map(Cell, (title, *change_words(one.attribute, one.before, one.after)))))
    return Table(headers=("What", "Before", "After"), rows=tuple(rows))


def _verdicts(roles: Sequence[RoleChange], what_if: WhatIf) -> Table:
    pack = what_if.pack
    rows = tuple(
        (Cell(role.role.title), *_result(role.before, pack), *_result(role.after, pack), Cell(_step(role.role, what_if))) for role in roles
    )
    return Table(headers=("Role", "Verdict before", "Score before", "Verdict after", "Score after", "Step"), rows=rows)


def _held(roles: Sequence[RoleChange]) -> Iterator[Block]:
    """Yield what caps verdicts before and after, whatever the scores beside them."""
    for role in roles:
        before, after = (held_words(result) for result in (role.before, role.after))
        if before and before == after:
            yield Paragraph(f"{role.role.title} is {before}, before and after.")
        elif before or after:
            told = [f"{words} {when}" for words, when in ((before, "before"), (after, "after")) if words]
            yield Paragraph(f"{role.role.title} is {joined(told)}{'' if after else ', and no longer after'}.")


def _step(role: Role, what_if: WhatIf) -> str:
    """Say what the role would be for the person, before and after where that differs."""
    before, after = (
        step_words(recommend(evaluation, role.id, what_if.pack), what_if.pack) for evaluation in (what_if.before, what_if.after)
    )
    return after if before == after else f"{before}; then {after}"


def _result(result: RoleResult, pack: Pack) -> tuple[Cell, Cell]:
    return (
        Cell(verdict_words(result.verdict), verdict_style(result.verdict, pack.verdicts_of(result.role))),
        Cell(score_words(result.score)),
    )


def _criteria(role_change: RoleChange) -> Iterator[Block]:
    if role_change.criteria:
        yield Heading(role_change.role.title, level=3)
        items = []
        for before, after in role_change.criteria:
            required = ", required" if after.criterion.required else ""
            text = f"{after.criterion.title}: {before.state} → {after.state}{required}"
            items.append(Item(text, mark=STATE_MARKS[after.state], style=STATE_STYLES[after.state], place=str(after.criterion.span)))
        yield Listing(tuple(items))


def _facts(what_if: WhatIf, days: Days) -> Iterator[Fact]:
    before, after = (standing_words(evaluation, what_if.pack) for evaluation in (what_if.before, what_if.after))
    yield Fact("Standing", before if before == after else f"{before}, then {after}")
    one, other = (_next(each) for each in (what_if.before, what_if.after))
    if one or other:
        yield Fact("Next role", one if one == other else f"{one or 'none'}, then {other or 'none'}")
    reported = zip(*(reported_lines(each, what_if.pack) for each in (what_if.before, what_if.after)), strict=True)
    for (title, value), (_, then) in reported:
        yield Fact(title, value if value == then else f"{value}, then {then}")
    yield Fact("As of", str(what_if.as_of))
    yield from days_facts(days)
    yield Fact("Pack", pack_words(what_if.pack))
    yield Fact("Tool", f"evaluator {__version__}")


def _next(evaluation: Evaluation) -> str:
    return "" if not evaluation.next_roles else evaluation.next_roles[0].role.title


def whatif_json(what_if: WhatIf, wanted: Sequence[Role] | None, *, today: datetime.date | None = None) -> dict[str, Json]:
    """Return what differs as JSON, as it reads today."""
    body: dict[str, Json] = {
        "profile": what_if.profile.id,
        "as_of": what_if.as_of.isoformat(),
        "days": days_json(person_days(what_if.profile, what_if.as_of, what_if.pack, today)),
        "pack": {"name": what_if.pack.name, "version": what_if.pack.version, "hash": what_if.pack.content_hash},
        "attributes": [
            {
                "attribute": attribute.attribute.id,
                "before": plain(attribute.attribute, attribute.before),
                "after": plain(attribute.attribute, attribute.after),
                "asked": attribute.asked,
            }
            for attribute in what_if.attributes
        ],
        "roles": [_role_json(role) for role in what_if.roles(wanted)],
        "reported": {
            "before": reported_json(what_if.before, what_if.pack),
            "after": reported_json(what_if.after, what_if.pack),
        },
    }
    return document("whatif", body, made_by(what_if.pack))


def _role_json(role_change: RoleChange) -> Json:
    return {
        "role": role_change.role.id,
        "before": _result_json(role_change.before),
        "after": _result_json(role_change.after),
        "criteria": [
            {"criterion": after.criterion.id, "before": str(before.state), "after": str(after.state)}
            for before, after in role_change.criteria
        ],
    }


def _result_json(result: RoleResult) -> Json:
    score = {"worse": round(float(result.score.low), 6), "better": round(float(result.score.high), 6)}
    held = [holder.criterion.id for holder in result.held_by]
    return {"verdict": {"worse": result.verdict.low, "better": result.verdict.high}, "score": score, "held_by": held}
