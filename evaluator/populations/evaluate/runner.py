"""Whole populations: chunk after chunk is judged, kept, counted and checked; the results appear once all of it is there."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import attrs
import polars as pl

from evaluator._version import __version__
from evaluator.cli.interrupts import Interrupts, remembered
from evaluator.core.files import PRIVATE, whole
from evaluator.core.gates import Gate
from evaluator.core.model import Pack
from evaluator.core.spreadsheets import CsvStyle
from evaluator.diagnostics.errors import PopulationProblem
from evaluator.engines.columns.plan import ROLE, role_today
from evaluator.engines.columns.truths import column
from evaluator.populations.acceptance import Acceptance, EmptyColumn
from evaluator.populations.counting import PopulationCounts, count, count_days
from evaluator.populations.evaluate.cross_check import Sample, compare
from evaluator.populations.evaluate.parts import REJECTED, RESULTS, UNREAD, Finished, Parts, TemporaryParts, work_folder
from evaluator.populations.evaluate.quarantine import RejectedRows
from evaluator.populations.evaluate.rejected_rows import quarantined, unread_beside
from evaluator.populations.evaluate.sanity_checks import implausible
from evaluator.populations.evaluate.unjudged import Reason, no_role_named, nobody_judged, reasons
from evaluator.populations.evaluate.writers import FOLDER, write
from evaluator.populations.judging import Judge
from evaluator.populations.levels import tidy
from evaluator.populations.request import Level, Request
from evaluator.populations.result_codes import ABOUT
from evaluator.populations.titles import titled
from evaluator.populations.where import Chosen, Where, chosen, those, told_of
from evaluator.reading.tables import Chunk

__all__ = ["Level", "Outcome", "Request", "Run", "Target"]

Progress = Callable[[int], None]


class People(Protocol):
    """A population: chunks of rows, the same ones in the same order however often they are read."""

    @property
    def total_rows(self) -> int | None:
        """How many rows there are, or about how many."""

    @property
    def sources(self) -> Iterable[Any]:
        """What pins down the files behind it."""

    @property
    def kept_columns(self) -> tuple[str, ...]:
        """The columns that are carried along."""

    @property
    def headers(self) -> tuple[str, ...]:
        """The columns as they are written in the data."""

    def names(self, own: str) -> bool:
        """Whether a column is one of a profile's own, such as the role."""

    def __iter__(self) -> Iterator[Chunk]: ...


@attrs.frozen(kw_only=True)
class Target:
    """Where results go, in which format, and where rejected rows go; whether to go on from a stopped run; how CSV is written.

    New files are made with `mode`; those that are there are replaced, and keep theirs.
    """

    output: Path
    format: str
    rejected: Path
    resume: bool = False
    csv: CsvStyle = attrs.field(factory=CsvStyle)
    mode: int = PRIVATE
    split_by: str | None = None
    """The column by which a workbook of rejected rows is split into several."""


@attrs.frozen(kw_only=True)
class Outcome:
    """What a run came to: its counts, how many chunks were there before, the seconds it took, and what was asked of it.

    Of the seconds, some went into writing. `refusal` says why there are no results although people were judged.
    """

    counts: PopulationCounts
    resumed: int
    seconds: float
    seconds_writing: float = 0.0
    gates: tuple[Gate, ...] = ()
    refusal: PopulationProblem | None = None

    @property
    def accepted(self) -> bool:
        """Whether there are results, and all that was asked for holds, so that they take their place."""
        return self.counts.judged > 0 and self.refusal is None and all(gate.passes for gate in self.gates)


@attrs.frozen(kw_only=True)
class Run:
    """One run over a population: what is asked, by which pack, and what else its results hang on, as `options`.

    `every_role` says that a verdict of everybody for every role is what was asked for, so that nobody needs a next one. `acceptance` is
    what has to hold for its results to take their place, and `warnings` what was found when the files were opened.
    """

    pack: Pack
    request: Request
    people: People
    every_role: bool = False
    options: dict[str, Any] = attrs.field(factory=dict)
    acceptance: Acceptance = attrs.field(factory=Acceptance)
    where: Where | None = None
    warnings: tuple[str, ...] = ()

    def to(self, target: Target, progress: Progress = lambda _: None) -> Outcome:
        """Judge everybody and write the results; a run that is stopped leaves its finished chunks.

        Where nobody could be judged, or what was asked of the run does not hold, results that are there stay as they were, and only the
        rejected rows are written.
        """
        start = time.monotonic()
        parts = Parts.begin(work_folder(target.output), self.manifest(), resume=target.resume)
        try:
            with remembered() as interrupts:
                outcome, chunks = self._outcome(parts, progress, interrupts)
                judged = time.monotonic()
                types = getattr(self.people, "kept_types", {})  # people who are no table of typed cells have none
                if not isinstance(outcome.refusal, EmptyColumn):
                    rejected = RejectedRows(
                        target=target.rejected, people=self.people, split_by=target.split_by, csv=target.csv, mode=target.mode
                    )
                    write_results = partial(
                        write, csv=target.csv, types=types, titles=partial(titled, pack=self.pack, request=self.request)
                    )
                    _write(
                        parts,
                        chunks,
                        outcome.counts,
                        target,
                        interrupts,
                        written=write_results if outcome.accepted else None,
                        rejected=rejected,
                    )
        except BaseException:
            parts.leave()
            raise
        parts.remove()
        end = time.monotonic()
        return attrs.evolve(outcome, seconds=end - start, seconds_writing=end - judged)

    def _outcome(self, parts: Parts | TemporaryParts, progress: Progress, interrupts: Interrupts) -> tuple[Outcome, int]:
        """Judge everybody, and return what came of it and in how many chunks."""
        start = time.monotonic()
        counts, chunks, resumed = self._chunks(parts, progress, interrupts)
        gates, refusal = self.acceptance.gates(counts, self.warnings), self._refusal(counts)
        return Outcome(counts=counts, resumed=resumed, seconds=time.monotonic() - start, gates=gates, refusal=refusal), chunks

    def _refusal(self, counts: PopulationCounts) -> PopulationProblem | None:
        """Refuse a run in which people were read and none gets a verdict for a next role, unless one role or every role was asked for.

        So is one in which a column that is required holds nothing.
        """
        if empty := self.acceptance.empty(counts):
            return empty
        judged = counts.judged - sum(counts.unjudged.values())
        if judged or not counts.judged or self.request.role is not None or self.every_role:
            return None
        if self.request.role_column is not None:
            return PopulationProblem(*no_role_named(self.request.role_column, counts.judged))
        why = {Reason(reason): many for reason, many in counts.unjudged.items()}
        return PopulationProblem(*nobody_judged(why, self.people.headers, self.pack, has_roles=self.people.names(ROLE)))

    @contextmanager
    def passing(self, progress: Progress = lambda _: None) -> Iterator[tuple[Outcome, TemporaryParts]]:
        """Judge everybody, and give what came of it; nothing of it is left on any disk afterwards, however this ends."""
        parts = TemporaryParts()
        try:
            with remembered() as interrupts:
                outcome, _ = self._outcome(parts, progress, interrupts)
            yield outcome, parts
        finally:
            parts.remove()

    def manifest(self) -> dict[str, Any]:
        """Return all that the bytes of the results hang on."""
        return {
            "tool": [__version__, pl.__version__],
            "pack": [self.pack.name, self.pack.version, self.pack.content_hash],
            "sources": [list(attrs.astuple(source)) for source in self.people.sources],
            "request": {name: str(value) for name, value in attrs.asdict(self.request, recurse=False).items()},
            "options": {name: str(value) for name, value in self.options.items()},
        }

    def _chunks(self, parts: Parts | TemporaryParts, progress: Progress, interrupts: Interrupts) -> tuple[PopulationCounts, int, int]:
        """Bring every chunk to its end: those that are finished are only counted."""
        judge = Judge(pack=self.pack, request=self.request)
        sample = Sample(seed=self.request.seed, most=self.request.check)
        counts, index, resumed = PopulationCounts(), -1, 0
        for index, whole_chunk in enumerate(self.people):
            chunk, left = self._chosen(whole_chunk)
            interrupts.check()
            finished = parts.finished(index)
            if finished is None:
                finished, tables = self._finish(chunk, index, judge, sample, left)
                interrupts.check()
                parts.save(index, tables, finished)
            else:
                sample.draw(index, chunk.frame.height)
                resumed += 1
            counts.add(finished.counts)
            progress(chunk.rows)
        return counts, index + 1, resumed

    def _chosen(self, chunk: Chunk) -> tuple[Chunk, Chosen | None]:
        """Return a chunk with those whom a condition on the columns that came in takes."""
        if self.where is None or self.where.of_results:
            return chunk, None
        met, left = chosen(self.where, chunk, None, self.pack)
        return those(chunk, met), left

    def _finish(
        self, chunk: Chunk, place: int, judge: Judge, sample: Sample, left: Chosen | None
    ) -> tuple[Finished, dict[str, pl.DataFrame]]:
        found = judge.judge(chunk.frame)
        drawn = sample.draw(place, chunk.frame.height)
        compare(judge, chunk.frame[drawn], found[drawn])
        if self.where is not None and self.where.of_results:
            results = told_of(chunk, found, self.pack, self.request)
            met, left = chosen(self.where, chunk, results, self.pack)
            chunk, found = those(chunk, met), found.filter(met)
        counts = _counted(chunk, found, self.pack, self.request, left)
        counts.checked = len(drawn)
        if not self.request.in_database:
            counts.implausible = implausible(chunk.frame, self.pack)
        counts.held.update(self.acceptance.held_by(chunk))
        carried = chunk.kept.drop(getattr(self.people, "looked_at", ()), strict=False)
        results = tidy(chunk.frame, found, self.pack, self.request, carried)
        return Finished(counts=counts), {RESULTS: results, REJECTED: quarantined(chunk.rejected), UNREAD: quarantined(chunk.unread)}


def _counted(chunk: Chunk, found: pl.DataFrame, pack: Pack, request: Request, left: Chosen | None) -> PopulationCounts:
    """Count a chunk; raises where a row would be lost."""
    counts = count(found, pack)
    counts.rows = chunk.rows
    without_role = found[ABOUT].is_null()
    if request.role_column is None:
        counts.unjudged.update(reasons(pack, chunk.frame.filter(without_role)[role_today(pack)]))
    else:
        counts.unjudged[Reason.NOT_NAMED] += int(without_role.sum())
    counts.other_roles.update(chunk.other_roles)
    without = min(counts.unjudged[Reason.NO_ROLE], counts.other_roles.total())
    if without:
        counts.unjudged[Reason.NO_ROLE] -= without
        counts.unjudged[Reason.OTHER_ROLE] += without
    counts.unjudged = +counts.unjudged
    known = chunk.frame.select(pl.col(column(name)).count().alias(name) for name in pack.attributes).row(0, named=True)
    counts.stated.update(known)
    counts.days = count_days(chunk.frame)
    counts.unread.update(one.column or "" for one in chunk.unread)
    counts.rejected = len({row.row for row in chunk.rejected})
    for problem in {(one.row, one.column or "", one.code) for one in chunk.rejected}:
        counts.reasons[f"{problem[2]} {problem[1]}".strip()] += 1
    if left is not None:
        counts.left_out, counts.unknown = left.people - left.taken, left.unknown
    if counts.rows != counts.judged + counts.rejected + counts.left_out:
        raise AssertionError(f"{counts.rows} rows were read, {counts.judged} judged and {counts.rejected} rejected: one was lost")
    return counts


def _write(  # noqa: PLR0913 - what is written, where, and what stops it
    parts: Parts,
    chunks: int,
    counts: PopulationCounts,
    target: Target,
    interrupts: Interrupts,
    *,
    written: Callable[[Sequence[Path], Path, str], None] | None,
    rejected: RejectedRows,
) -> None:
    """Put results, where there are any, and rejected rows in their places, each whole; none written while Ctrl-C was pressed."""
    mark = hashlib.sha256(os.fsencode(target.output.resolve())).hexdigest()[:8]  # one run at a time writes this output
    made = whole(target.output, mode=target.mode, folder=target.format == FOLDER, mark=mark) if written is not None else nullcontext()
    with made as beside:
        if beside is not None and written is not None:
            written(parts.paths(RESULTS, chunks), beside, target.format)
        unread = unread_beside(target.output)
        if counts.unread:
            attrs.evolve(rejected, mark=mark, target=unread, split_by=None).write(parts.paths(UNREAD, chunks), interrupts.check)
        elif written is not None:
            unread.unlink(missing_ok=True)
        if counts.rejected:
            attrs.evolve(rejected, mark=mark).write(parts.paths(REJECTED, chunks), interrupts.check)
            return
        interrupts.check()
        if written is not None:  # else the rejected rows that are there go with the results that stay
            target.rejected.unlink(missing_ok=True)
