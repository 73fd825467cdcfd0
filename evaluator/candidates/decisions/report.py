"""Decisions that were recorded, as reports: one as it was taken, the list of them, and what verification and replay came to."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from evaluator._version import __version__
from evaluator.candidates.decisions.entry import Departed, Record
from evaluator.candidates.decisions.faults import Fault
from evaluator.candidates.decisions.leftovers import Leftovers
from evaluator.candidates.decisions.reading import Log
from evaluator.candidates.decisions.recording import corrections, in_force
from evaluator.candidates.decisions.replaying import Replayed
from evaluator.candidates.decisions.snapshots import Snapshots
from evaluator.candidates.decisions.verifying import Verified
from evaluator.candidates.decisions.witness import Witnessed
from evaluator.core.days import Days
from evaluator.core.decisions import Choice
from evaluator.core.values import clip
from evaluator.report.blocks import Block, Fact, Facts, Heading, Item, Listing, Paragraph
from evaluator.report.days import LABEL, projected
from evaluator.report.tables import Cell, Table
from evaluator.report.words import NOTICE, Style, counted, joined, score_words, sentence_case, verdict_words

_REASON = 60
_A_DAY = datetime.timedelta(days=1)
"""Records are dated in UTC, where it may still be the day before."""
_MOST = 8
CANNOT = "The chain cannot show whether its end was cut off, or all of it written anew: keep the last hash elsewhere, for --expect."
KEPT = "Keep the last line elsewhere, for `decisions verify --expect`: nothing in the log itself can show that its end was cut off."
NOT_KEPT = "No hash is given to keep while anything is wrong: it would vouch for what was altered."
SHOWN = "What came after the last of the heads kept elsewhere could still have been cut off or written anew."
UNNAMED = (
    "No record names these. A decision that was broken off before its record was written leaves such files, and so does a log"
    " whose end was cut off."
)


_LINKS = {Choice.PROMOTED: "to", Choice.DEFERRED: "for", Choice.DECLINED: "for"}


def taken_page(  # noqa: PLR0913 - what is told of a record beside it
    record: Record, log: str, departed: str, *, name: str, role: str, witness: str | None = None, days: str = "", held: str = ""
) -> tuple[Block, ...]:
    """Return what was recorded of a decision: `departed` says whether and from what, `held` what holds the verdict below its score.

    `witness` says where the log's new head was appended to.
    """
    return (
        Heading(f"{name}: {record.decision} {_LINKS[record.decision]} {role} on {record.date}", level=1),
        Facts((*_taken(record, log, departed, days, held), *([Fact("Witness", f"appended to {witness}")] if witness else []))),
        *([] if witness else [Paragraph(KEPT, style=Style.FAINT)]),
        Paragraph(NOTICE, style=Style.FAINT),
    )


def _taken(record: Record, log: str, departed: str, days: str, held: str) -> Iterator[Fact]:
    yield Fact("Reason", record.reason)
    if record.decided_by:
        yield Fact("Decided by", joined(record.decided_by))
    yield Fact("Verdict", verdict_words(record.verdict))
    yield Fact("Score", score_words(record.score) + (f", {held}" if held else ""))
    yield Fact("Departed", departed, style=Style.STRONG if record.departed is Departed.YES else Style.PLAIN)
    yield Fact("As of", str(record.as_of))
    if days:
        yield Fact(LABEL, days, style=Style.CLOSE, broken=True)
    yield Fact("Pack", f"{record.pack} {record.pack_version} (hash {record.pack_hash})")
    yield Fact("Tool", f"evaluator {record.tool_version}, {record.engine} engine")
    corrects = "" if record.corrects is None else f", in place of record {record.corrects}"
    yield Fact("Record", f"{record.number} of {log}{corrects}")
    yield Fact("Keep", record.seal)


def listed_page(log: Log, snapshots: Snapshots) -> tuple[Block, ...]:
    """Return the records as a table, with counts of those in force."""
    if not log.records:
        return (Paragraph(f"{log.path} has no record."),)
    return (
        Table(headers=LISTED, rows=tuple(listed_rows(log, snapshots))),
        Facts(tuple(_counts(log))),
        Paragraph(NOTICE, style=Style.FAINT),
    )


def _counts(log: Log) -> Iterator[Fact]:
    """Count what is in force, and apart from it what was corrected and what cannot be read."""
    force = in_force(log)
    decided = sorted(Counter(str(record.decision) for record in force).items(), key=lambda pair: (-pair[1], pair[0]))
    yield Fact("In force", f"{len(force)}: {joined([f'{number} {word}' for word, number in decided])}")
    yield Fact("Departed", f"{_departing(force)} from the recommendation")
    corrected = len(log.records) - len(force)
    if corrected:
        yield Fact("Corrected", f"{counted(corrected, 'record')}, counted nowhere above")
    unread = len(log.placed) - len(log.records) + bool(log.torn)
    if unread:
        yield Fact("Not counted", f"{counted(unread, 'line')} that cannot be trusted")


def _departing(force: Sequence[Record]) -> str:
    departing = sum(record.departed is Departed.YES for record in force)
    return f"{departing} of {counted(len(force), 'decision')} {'departs' if departing == 1 else 'depart'}"


LISTED = ("No.", "Date", "Person", "Role", "Decision", "Verdict", "Departed", "Reason")


def listed_rows(log: Log, snapshots: Snapshots) -> Iterator[tuple[Cell, ...]]:
    """Yield a row for each record; one that was corrected says so."""
    corrected, titles = corrections(log), _titles(log.records, snapshots)
    for record in log.records:
        note = f" (corrected by {corrected[record.number]})" if record.number in corrected else ""
        yield (
            Cell(str(record.number)),
            Cell(str(record.date)),
            Cell(record.person),
            Cell(titles[_role(record)]),
            Cell(f"{record.decision}{note}", Style.FAINT if note else Style.PLAIN),
            Cell(_verdict(record) + (f", held by {joined(record.held_by)}" if record.held_by else "")),
            Cell(str(record.departed), Style.FAINT if note else Style.STRONG if record.departed is Departed.YES else Style.PLAIN),
            Cell(clip(record.reason, _REASON)),
        )


def _role(record: Record) -> tuple[str, str]:
    return (record.pack_snapshot, record.role)


def _titles(records: Iterable[Record], snapshots: Snapshots) -> dict[tuple[str, str], str]:
    """Return what each role was called in the rules of its record."""
    return {role: snapshots.role_title(*role) for role in {_role(record) for record in records}}


def _verdict(record: Record) -> str:
    """Name a recorded verdict; one for a day that had not come when it was recorded was a projection."""
    try:
        recorded = datetime.date.fromisoformat(record.recorded[:10]) + _A_DAY
    except ValueError:
        recorded = record.as_of
    return projected(verdict_words(record.verdict), Days(judged=record.as_of, facts=None, today=recorded, limit=0))


def verified_page(found: Verified, witnessed: Witnessed | None = None) -> tuple[Block, ...]:
    """Return all that is wrong with a log, or that nothing is, what lies beside it without a record, and what to keep of it."""
    log = found.log
    blocks: list[Block] = []
    if found.faults:
        blocks += [Heading(f"{log.path}: {counted(len(found.faults), 'thing')} wrong", level=1), faults_list(log, found.faults)]
    elif log.placed:
        blocks += [Heading(f"{log.path}: every record is as it was written", level=1)]
    else:
        blocks += [Heading(f"{log.path}: there is no record, so nothing is verified", level=1)]
    held = found.since is not None or (witnessed is not None and not witnessed.faults)
    facts = Facts(tuple(_verified(found, witnessed)))
    words = NOT_KEPT if found.faults else SHOWN if held else CANNOT
    return (*blocks, *_left(found.left), facts, Paragraph(words, style=Style.FAINT))


def _left(left: Leftovers) -> Iterator[Block]:
    if left.unnamed:
        yield Heading(f"{counted(len(left.unnamed), 'snapshot')} without a record")
        yield Paragraph(UNNAMED)
        yield Listing(tuple(Item(str(path), mark="?", style=Style.CLOSE) for path in left.unnamed))
    if left.parts:
        yield Heading(f"{counted(len(left.parts), 'part')} of a snapshot that was never completed")
        yield Paragraph("`evaluator decisions repair` removes what a process that was killed left, once no `decide` runs.")
        yield Listing(tuple(Item(str(path), mark="?", style=Style.CLOSE) for path in left.parts))


def faults_list(log: Log, faults: Sequence[Fault]) -> Listing:
    """Return what is wrong, with the lines."""
    items = (f"line {fault.line}: {fault.message}" if fault.line else f"{log.path}: {fault.message}" for fault in faults)
    return Listing(tuple(Item(words, mark="✗", style=Style.BAD) for words in items))


def _verified(found: Verified, witnessed: Witnessed | None) -> Iterator[Fact]:
    records = len(found.log.records)
    corrected = records - len(in_force(found.log))
    apart = f" ({corrected} of them corrected by a later one)" if corrected else ""
    yield Fact("Records", f"{records}{apart}, on {counted(found.profiles, 'profile')} and {counted(found.packs, 'pack')} kept beside them")
    if found.since is not None:
        since = "it is the last" if not found.since else f"{counted(found.since, 'record')} came after it"
        yield Fact("Expected", f"found as it was; {since}")
    if witnessed is not None and not witnessed.faults:
        yield Fact("Witness", f"{witnessed.path}: {_found_words(witnessed.heads)}")
    if found.log.last is not None and not found.faults:
        yield Fact("Keep", found.log.last.seal)
    yield Fact("Tool", f"evaluator {__version__}")


def _found_words(heads: int) -> str:
    return f"{'its one head' if heads == 1 else f'each of its {heads} heads'} was found as it was"


def replayed_page(log: Log, found: Sequence[Replayed], snapshots: Snapshots) -> tuple[Block, ...]:
    """Return which records were confirmed, and what of the others came out otherwise."""
    confirmed = sum(one.confirmed for one in found)
    blocks: list[Block] = [Heading(f"{log.path}: {confirmed} of {counted(len(found), 'record')} confirmed", level=1)]
    titles = _titles([one.record for one in found], snapshots)
    rows = tuple(_replayed_row(one, titles[_role(one.record)]) for one in found)
    if rows:
        blocks.append(Table(headers=("No.", "Person", "Role", "As of", "Verdict", "Score", "Replayed"), rows=rows))
    otherwise = [one for one in found if not one.confirmed]
    if otherwise:
        blocks += [Heading("What differs"), Listing(tuple(_otherwise(one, titles[_role(one.record)]) for one in otherwise))]
    older = [str(one.record.number) for one in found if one.other_tool]
    facts = [Fact("Tool", f"evaluator {__version__}")]
    corrected = sum(one.record.number in corrections(log) for one in found)
    if corrected:
        facts.append(Fact("Corrected", f"{corrected} of them by a later record"))
    if older:
        more = f", +{len(older) - _MOST}" if len(older) > _MOST else ""
        facts.append(Fact("Recorded", f"by another version of the tool: {', '.join(older[:_MOST])}{more}"))
    return (*blocks, Facts(tuple(facts)), Paragraph(NOTICE, style=Style.FAINT))


def _replayed_row(one: Replayed, role: str) -> tuple[Cell, ...]:
    record = one.record
    outcome = Cell("✓ confirmed", Style.GOOD) if one.confirmed else Cell("✗ see below", Style.BAD)
    texts = (str(record.number), record.person, role, str(record.as_of), _verdict(record), score_words(record.score))
    return (*map(Cell, texts), outcome)


def _otherwise(one: Replayed, role: str) -> Item:
    who = f"record {one.record.number}, {one.record.person} as {role}"
    if one.unusable is not None:
        return Item(f"{who}: {one.unusable}", mark="✗", style=Style.BAD)
    parts = [Item(f"{sentence_case(diff.what)}: {diff.recorded} was recorded, and now it is {diff.now}") for diff in one.differences]
    tool = f", recorded by evaluator {one.record.tool_version}" if one.other_tool else ""
    return Item(f"{who}{tool}", mark="✗", style=Style.BAD, parts=tuple(parts))
