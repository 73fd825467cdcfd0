"""A decision and the evaluation that it was taken on → a record."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

import attrs

from evaluator.candidates.decisions.appending import append
from evaluator.candidates.decisions.entry import MOST_TEXT, Departed, Record
from evaluator.candidates.decisions.problems import LogProblem
from evaluator.candidates.decisions.reading import Log, log_in
from evaluator.candidates.decisions.snapshots import Snapshots, snapshot_text, with_groups_named
from evaluator.candidates.decisions.storage import folder_of, mode_beside
from evaluator.candidates.decisions.witness import Witness
from evaluator.core.decisions import Choice
from evaluator.core.files import PRIVATE
from evaluator.core.model import Pack
from evaluator.core.recommendation import DEPARTURE_RULE, recommend
from evaluator.core.results import Evaluation, Verdict


@attrs.frozen(kw_only=True)
class DecisionTaken:
    """What people decided on a person and a role: how, when, why and who; `corrects` is the number of a record that was wrong."""

    role: str
    decision: Choice
    date: datetime.date
    reason: str
    decided_by: tuple[str, ...] = ()
    corrects: int | None = None


def departure(decision: Choice, evaluation: Evaluation, role: str, pack: Pack, rule: int = DEPARTURE_RULE) -> Departed:
    """Say whether a decision departs from what the facts say, by the rule of that number.

    By rule 2 it does where somebody was promoted whom the recommendation does not promote or move, the holder of the role among them, and
    where somebody was not whom it does. Where what is unknown decides, no decision departs. Rule 1 went by the verdict alone.
    """
    promoted = decision is Choice.PROMOTED
    if rule == 1:
        return _by_verdict(promoted=promoted, verdict=evaluation.roles[role].verdict, ready=pack.best_of(pack.roles[role]))
    departs = recommend(evaluation, role, pack).departs(promoted=promoted)
    return Departed.UNDECIDED if departs is None else Departed.YES if departs else Departed.NO


def _by_verdict(*, promoted: bool, verdict: Verdict, ready: str) -> Departed:
    low, high = verdict.low == ready, verdict.high == ready
    if low is not high:
        return Departed.UNDECIDED
    return Departed.NO if low is promoted else Departed.YES


def take(  # noqa: PLR0913 - each is a thing of its own
    log: Path,
    decision_taken: DecisionTaken,
    evaluation: Evaluation,
    pack: Pack,
    now: datetime.datetime,
    *,
    keep: Sequence[str] = (),
    witness: Witness | None = None,
    mode: int = PRIVATE,
) -> Record:
    """Record a decision at the end of a log, with the facts and rules beside it; `now` is when that is done.

    Facts of the person's groups, which no verdict rests on, are kept only where `keep` asks for them, by group:* or one by one.

    The heads that a witness holds have to be those of the log; its new head is for the caller to append, once the record is there.
    A new log is made with `mode`; what goes beside it is for whom the log is.

    Raises LogProblem, with nothing written, where the texts or the facts cannot be kept, where the log is broken, where the same
    decision stands in it already, or where there is nothing to correct.
    """
    _check(decision_taken)
    snapshots = Snapshots(folder=folder_of(log))
    text = snapshot_text(with_groups_named(evaluation.profile, keep), pack)
    if not log.exists():
        empty = log_in(b"", log)
        _check_others(empty, decision_taken, evaluation.profile.id)
        if witness is not None:
            witness.ready(empty)

    def made(found: Log) -> Record:
        _check_others(found, decision_taken, evaluation.profile.id)
        if witness is not None:
            witness.ready(found)
        own = attrs.evolve(snapshots, mode=mode_beside(log))
        kept, rules = own.keep_profile(text), own.keep_pack(pack)
        return _record(found, decision_taken, evaluation, pack, now, (kept, rules))

    return append(log, made, mode)


def _record(  # noqa: PLR0913, PLR0917 - all that a record is made of
    log: Log, decision_taken: DecisionTaken, evaluation: Evaluation, pack: Pack, now: datetime.datetime, snapshots: tuple[str, str]
) -> Record:
    result, provenance = evaluation.roles[decision_taken.role], evaluation.provenance
    return Record(
        number=1 if log.last is None else log.last.number + 1,
        previous=None if log.last is None else log.last.hash,
        recorded=now.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        person=evaluation.profile.id,
        departed=departure(decision_taken.decision, evaluation, decision_taken.role, pack),
        departed_rule=DEPARTURE_RULE,
        verdict=result.verdict,
        score=result.score,
        held_by=tuple(holder.criterion.id for holder in result.held_by),
        profile_snapshot=snapshots[0],
        pack_snapshot=snapshots[1],
        **attrs.asdict(decision_taken, recurse=False),
        **attrs.asdict(provenance, recurse=False),
    )


def _check(decision_taken: DecisionTaken) -> None:
    for what, text in (("the reason", decision_taken.reason), *(("a name", name) for name in decision_taken.decided_by)):
        if not text.strip():
            raise LogProblem(f"{what} is empty", "say it in words: whoever reads the log later has nothing else")
        if len(text) > MOST_TEXT:
            raise LogProblem(f"{what} is longer than {MOST_TEXT:,} characters", "say it shorter, and name the document that holds the rest")
        try:
            text.encode()
        except UnicodeEncodeError:
            raise LogProblem(f"{what} holds bytes that are no UTF-8", "write it as UTF-8") from None


def _check_others(log: Log, decision_taken: DecisionTaken, person: str) -> None:
    records = {one.number: one for one in log.records}
    if decision_taken.corrects is not None:
        wrong = records.get(decision_taken.corrects)
        if wrong is None:
            raise LogProblem(f"there is no record {decision_taken.corrects} to correct", "`evaluator decisions list` shows the numbers")
        if wrong.person != person:
            step = "a record of somebody else is corrected by a decision on that person"
            raise LogProblem(f"record {wrong.number} is about `{wrong.person}`, and this about `{person}`", step)
    corrected = corrections(log)
    if decision_taken.corrects in corrected:
        by = corrected[decision_taken.corrects]
        raise LogProblem(f"record {decision_taken.corrects} was corrected by record {by}", f"correct that one: --corrects {by}")
    for record in records.values():
        same = (record.person, record.role, record.date) == (person, decision_taken.role, decision_taken.date)
        if same and record.number not in {*corrected, decision_taken.corrects}:
            step = f"to put it right, say --corrects {record.number}"
            raise LogProblem(f"`{person}` was decided on for `{record.role}` on {record.date} already, in record {record.number}", step)


def corrections(log: Log) -> dict[int, int]:
    """Return the numbers of the records that were corrected, and of those that did it."""
    return {record.corrects: record.number for record in log.records if record.corrects is not None}


def in_force(log: Log) -> tuple[Record, ...]:
    """Return the records that no later one corrects: what counts."""
    corrected = corrections(log)
    return tuple(record for record in log.records if record.number not in corrected)
