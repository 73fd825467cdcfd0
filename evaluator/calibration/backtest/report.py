"""Past decisions against verdicts, as a report: how far they agree, which criterion stands between them, and who it is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

import attrs

from evaluator._version import __version__
from evaluator.calibration.backtest.alternatives import Alternative, Search
from evaluator.calibration.backtest.analysis import CriterionAgreement, Disagreement, RoleBacktest
from evaluator.calibration.statistics import Confusion, Kappa
from evaluator.core.days import ManyDays
from evaluator.core.decisions import Choice
from evaluator.core.gates import Gate, State
from evaluator.core.model import UNDECIDED, Pack, Role
from evaluator.reading.decisions import Decision
from evaluator.report.blocks import Block, Fact, Facts, Heading, Item, Listing, Paragraph
from evaluator.report.days import projected
from evaluator.report.gates import gates_blocks
from evaluator.report.people import pack_words
from evaluator.report.tables import Cell, Table
from evaluator.report.words import NOTHING, NOTICE, Style, best_words, counted, percent_words, sentence_case, some

SHOWN = 8
_MANY = 1_000
"""From so many decisions on, a digit of a per cent says something."""
_UNLIKELY = 0.05
_NOBODY, _OPEN = "none is on anybody of these people", "everybody is undecided on the day of the decision"
_STEPS = {
    _NOBODY: "the decisions' `person` has to be the people's `id`",
    _OPEN: "`evaluator evaluate` tells which facts are missing",
}


@attrs.frozen(kw_only=True)
class Findings:
    """All that a backtest came to: role by role, with the thresholds that were sought, and what was left out.

    `by_person` says that people were found by their own ids, for the facts that decisions were taken on are not there.
    `unmatched` are decisions on people who are not there, `unreadable` those on people whose rows cannot be judged, `unusable`
    counts findings about rows of decisions. `asked` are the roles that were named, none where all are meant. `days` are those of each
    role's decisions: one to come makes its verdict a projection.
    """

    pack: Pack
    roles: tuple[tuple[RoleBacktest, Search | None], ...]
    unmatched: tuple[Decision, ...]
    unreadable: tuple[Decision, ...] = ()
    unusable: int = 0
    by_person: bool = False
    seed: int
    asked: tuple[Role, ...] = ()
    days: Mapping[str, ManyDays] = attrs.field(factory=dict)

    @property
    def gates(self) -> tuple[Gate, ...]:
        """What was not tested: a role that was asked for and has no decision here, or of which everybody is undecided.

        Where no role was asked for, only where that goes for all of them.
        """
        there = {role_backtest.role.id for role_backtest, _ in self.roles}
        gates = [_untested(role, _NOBODY) for role in self.asked if role.id not in there]
        open_ = [role_backtest.role for role_backtest, _ in self.roles if all(low != high for _, low, high in role_backtest.counts)]
        if self.asked or len(open_) == len(self.roles):
            gates += [_untested(role, _OPEN) for role in open_]
        return tuple(gates)


def _untested(role: Role, why: str) -> Gate:
    return Gate(limit=f"decisions on {role.title}", state=State.NOT_TESTED, reason=why, step=_STEPS[why])


def backtest_page(findings: Findings, *, everybody: bool = False) -> tuple[Block, ...]:
    """Return the report; `everybody` lists every disagreement, else the first few."""
    most = None if everybody else SHOWN
    blocks = [
        block for role, search in findings.roles for block in _role(role, search, findings.pack, findings.days.get(role.role.id), most)
    ]
    return (*blocks, *gates_blocks(findings.gates, "Not tested"), Facts(tuple(_facts(findings))), Paragraph(NOTICE, style=Style.FAINT))


def _role(role_backtest: RoleBacktest, search: Search | None, pack: Pack, days: ManyDays | None, most: int | None) -> Iterator[Block]:
    decisions = sum(role_backtest.counts.values())
    yield Heading(projected(f"{role_backtest.role.title}: {counted(decisions, 'decision')} against verdicts", days), level=2)
    yield _matrix(role_backtest, pack)
    best = best_words(pack.verdicts_of(role_backtest.role)[0])
    yield Facts(tuple(_measures(role_backtest, best)))
    yield Heading("Each criterion by itself", level=3)
    yield _criteria(role_backtest.criteria)
    for title, some_of in _both_ways(role_backtest, best):
        if some_of:
            yield Heading(f"{title}: {len(some_of)}", level=3)
            yield Listing(tuple(_disagreement(disagreement) for disagreement in some_of[:most]) + _more(len(some_of), most))
    if search is not None:
        yield Heading("Thresholds that would agree better", level=3)
        yield from _alternatives(search, role_backtest.role.id)


def _matrix(role_backtest: RoleBacktest, pack: Pack) -> Table:
    words = (*pack.verdicts_of(role_backtest.role), UNDECIDED)
    rows = []
    for choice in Choice:
        by_word = dict.fromkeys(words, 0)
        for (decision, low, high), number in role_backtest.counts.items():
            if decision is choice:
                by_word[low if low == high else UNDECIDED] += number
        rows.append((str(choice), *(str(number) if number else NOTHING for number in by_word.values()), str(sum(by_word.values()))))
    return Table(headers=("Decision", *words, "Decisions"), rows=tuple(tuple(map(Cell, row)) for row in rows))


def _measures(role_backtest: RoleBacktest, best: str) -> Iterator[Fact]:
    table, wide = role_backtest.table, role_backtest.generous
    said = (f"of those {best} were promoted", f"of those promoted were {best}", f"of those not promoted were not {best}")
    for name, words in zip(("precision", "recall", "specificity"), said, strict=True):
        now, if_met = getattr(table, name), getattr(wide, name)
        yield Fact(
            sentence_case(name),
            "there is nobody to say it of" if now is None else f"{share_words(now, table)} {words}{_if_generous(now, if_met, table)}",
        )
    yield Fact("Kappa", f"{kappa_words(role_backtest.kappa)}, agreement beyond chance (1 is complete, 0 is chance; 95 % interval)")


def _if_generous(number: Fraction | None, other: Fraction | None, table: Confusion) -> str:
    return "" if number == other else f"; {share_words(other, table)} if all that is unknown were met"


def share_words(share: Fraction | None, table: Confusion) -> str:
    """Show a share in per cent: whole, or to a digit where there are decisions enough for it."""
    return "undefined" if share is None else percent_words(share, 1 if table.total >= _MANY else 0)


def kappa_words(kappa: Kappa | None) -> str:
    """Write a kappa with its interval, which says nothing where it has no width."""
    if kappa is not None and kappa.interval.low == kappa.interval.high:
        return f"{float(kappa.value):.2f} (too few to say more)"
    return "undefined" if kappa is None else f"{float(kappa.value):.2f} ({kappa.interval.low:.2f} to {kappa.interval.high:.2f})"


def _criteria(criteria: Sequence[CriterionAgreement]) -> Table:
    headers = ("Criterion", "Kappa", "Met, promoted", "Met, not", "Unmet, promoted", "Unmet, not", "Unknown", "Single reason")
    return Table(
        headers=headers,
        rows=tuple(_criterion(criterion) for criterion in sorted(criteria, key=lambda criterion_agreement: -criterion_agreement.single)),
    )


def _criterion(criterion_agreement: CriterionAgreement) -> tuple[Cell, ...]:
    table: Confusion = criterion_agreement.table
    numbers = (
        table.true_positive,
        table.false_positive,
        table.false_negative,
        table.true_negative,
        criterion_agreement.unknown,
        criterion_agreement.single,
    )
    criterion = criterion_agreement.criterion
    part = "required" if criterion.required else f"caps at {criterion.caps_at}" if criterion.caps_at else ""
    return (
        Cell(f"{criterion.id} ({part})" if part else criterion.id),
        Cell(kappa_words(criterion_agreement.kappa)),
        *(Cell(str(number) if number else NOTHING) for number in numbers),
    )


def _both_ways(role_backtest: RoleBacktest, best: str) -> tuple[tuple[str, list[Disagreement]], ...]:
    promoted = [disagreement for disagreement in role_backtest.disagreements if disagreement.decision.promoted]
    return (
        (f"Promoted, and not {best}", promoted),
        (
            f"{sentence_case(best)}, and not promoted",
            [disagreement for disagreement in role_backtest.disagreements if not disagreement.decision.promoted],
        ),
    )


def _disagreement(disagreement: Disagreement) -> Item:
    verdict = disagreement.low if disagreement.low == disagreement.high else f"{disagreement.low} to {disagreement.high}"
    if disagreement.decision.promoted:
        why = " or ".join(criterion.id for criterion in disagreement.reasons)
        reason = f"{why} alone" if why else "several criteria together"
    else:
        reason = (
            "the verdict hangs on " + some([criterion.id for criterion in disagreement.reasons], 3)
            if disagreement.reasons
            else "no criterion alone"
        )
    return Item(
        f"{disagreement.decision.person}, {disagreement.decision.decision} on {disagreement.decision.date}: {verdict}", note=f"({reason})"
    )


def _more(there: int, most: int | None) -> tuple[Item, ...]:
    left = 0 if most is None else there - most
    return (Item(f"and {left} more; --all lists them", style=Style.FAINT),) if left > 0 else ()


def _alternatives(search: Search, role: str) -> Iterator[Block]:
    if search.too_few:
        halves = " and ".join(map(str, search.halves))
        yield Paragraph(f"Nothing was sought: the halves have {halves} decisions, and each needs ten promotions and ten others.")
        return
    tried = f"{search.values} values of {search.thresholds} thresholds were tried on {search.halves[0]} decisions"
    if not search.alternatives:
        yield Paragraph(f"None: {tried}, and none that did better there did better on the other {search.halves[1]}.")
        return
    headers = ("Threshold", "Today", "Then", "Kappa today", "Kappa then", "Righted", "Wronged", "By chance")
    yield Table(headers=headers, rows=tuple(_alternative(one) for one in search.alternatives))
    yield Paragraph(f"{tried}; the table counts the other {search.halves[1]}. {_warning(search.alternatives)}")
    for alternative in search.alternatives if _beyond_chance(search.alternatives) else ():
        value = alternative.threshold.written(alternative.value)
        yield Listing((Item(f"evaluator set {role} {alternative.threshold.path} {value}", mark="$"),))


def _alternative(alternative: Alternative) -> tuple[Cell, ...]:
    then, now = (alternative.threshold.shown(value) for value in (alternative.value, alternative.threshold.value))
    numbers = (
        f"{float(alternative.today):.2f}",
        f"{float(alternative.then):.2f}",
        str(alternative.righted),
        str(alternative.wronged),
        f"{alternative.chance:.2f}",
    )
    return tuple(map(Cell, (alternative.threshold.path, now, then, *numbers)))


def _beyond_chance(alternatives: Sequence[Alternative]) -> bool:
    return any(alternative.chance <= _UNLIKELY for alternative in alternatives)


def _warning(alternatives: Sequence[Alternative]) -> str:
    if not _beyond_chance(alternatives):
        return "None of this is beyond chance: it says where to look, not what to set."
    return "So many were tried that some look good by chance: it says where to look, not what to set."


_BY_PERSON = (
    "those that the population has of each person now: those that the decisions were taken on are not there;"
    " `decisions export --profiles` writes them"
)


def _facts(findings: Findings) -> Iterator[Fact]:
    for left_out, why in (
        (findings.unmatched, "on people who are not there"),
        (findings.unreadable, "on people whose rows cannot be judged"),
    ):
        if left_out:
            names = some(list(dict.fromkeys(decision.profile for decision in left_out)), SHOWN)
            yield Fact("Left out", f"{counted(len(left_out), 'decision')} {why}: {names}", style=Style.OPEN)
    if findings.unusable:
        yield Fact("Left out", f"rows of decisions that cannot be used: {counted(findings.unusable, 'finding')}", style=Style.OPEN)
    yield Fact(
        "As of", "the day of each decision: positions and dates are counted to it; what is stated counts as it stands in the population"
    )
    if findings.by_person:
        yield Fact("Facts", _BY_PERSON, style=Style.OPEN)
    yield Fact("Halves", f"by person, drawn with the seed {findings.seed}")
    yield Fact("Pack", pack_words(findings.pack))
    yield Fact("Tool", f"evaluator {__version__}")
