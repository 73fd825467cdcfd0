"""The answers of a sheet that was filled in, written into the profile together, and their evidence into the log beside it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import attrs

from evaluator.candidates.profile.editing.assignments import Assigning, Assignment
from evaluator.candidates.profile.editing.effect import Effect
from evaluator.candidates.profile.editing.evidence_text import evidence_in
from evaluator.candidates.profile.editing.profile_file import ProfileFile
from evaluator.candidates.profile.sheets.filled import FilledRow, filled
from evaluator.cli.clock import today
from evaluator.cli.exits import DONE, FINDINGS
from evaluator.cli.failures import Unusable
from evaluator.cli.output import Output, write_error, write_findings
from evaluator.core.files import append_line
from evaluator.core.model import Pack, Role
from evaluator.core.values import clip
from evaluator.diagnostics import Problems, ReadingError
from evaluator.reading.profile.evidence_log import Added, log_of, read_log
from evaluator.reading.yaml.mapping_edits import said
from evaluator.reading.yaml.splicing import parsed
from evaluator.report.words import counted


@attrs.define(kw_only=True)
class SheetAnswers:
    """What a sheet says of a profile: what is to be set, evidence, what contradicts the profile, and what cannot be read, in words."""

    pack: Pack
    file: ProfileFile
    day: datetime.date
    prefer: str | None
    made: list[Assignment] = attrs.field(factory=list)
    evidence: list[Added] = attrs.field(factory=list)
    conflicts: list[str] = attrs.field(factory=list)
    wrong: list[str] = attrs.field(factory=list)
    kept: int = 0

    def take(self, rows: Sequence[FilledRow]) -> None:
        """Read every row; what is wrong with one is noted with its place."""
        profile = self.file.profile
        given = {} if profile is None else dict(profile.given)
        assigning = Assigning(pack=self.pack, said=said(parsed(self.file.text, self.file.path)), given=given, numbered=True)
        for row in rows:
            if profile is not None and row.profile not in {None, profile.id}:
                raise Unusable(
                    f"{row.place}: the sheet is about {row.profile}, and not about {profile.id}", "name the profile that it is about"
                )
            try:
                self._answer(row, assigning)
                self._evidence(row, assigning)
            except Unusable as problem:
                self.wrong.append(f"{row.place}: {problem.message}{f'; {problem.step}' if problem.step else ''}")

    def _answer(self, row: FilledRow, assigning: Assigning) -> None:
        if not row.answer:
            return
        if not row.key:
            raise Unusable("an answer has no attribute beside it", "take the row as it was written, or name the attribute")
        assignment = assigning.read(f"{row.key}={row.answer}")
        if assignment.idle:
            return
        if assignment.before != "unknown" and self.prefer != "sheet":
            if self.prefer == "profile":
                self.kept += 1
            else:
                words = f"{assignment.title} is {assignment.before} in the profile, and {assignment.after} in the sheet"
                self.conflicts.append(f"{row.place}: {words}")
            return
        self.made.append(assignment)

    def _evidence(self, row: FilledRow, assigning: Assigning) -> None:
        for line in row.evidence:
            attribute = assigning.attribute_of(row.key)
            self.evidence.append(Added(attribute=attribute.id, item=evidence_in(line, today()), added=today()))


def take_sheet(answers: SheetAnswers, path: str, ahead: Role | None) -> int:
    """Write what a sheet says, all of it or nothing, and tell what changed; returns the exit code."""
    rows = filled(path)
    if not rows:
        raise Unusable(f"nothing is filled in in {clip(path)}", "write into its columns for answers and evidence")
    answers.take(rows)
    if answers.wrong or answers.conflicts:
        for words in (*answers.wrong, *answers.conflicts):
            write_error(f"{words}\n")
        step = "; --prefer sheet or --prefer profile says which counts" if answers.conflicts else ""
        write_error(f"nothing was written{step}\n")
        return FINDINGS
    return _written(answers, ahead)


def _written(answers: SheetAnswers, ahead: Role | None) -> int:
    pack, before = answers.pack, answers.file
    after = before.changed([change for one in answers.made for change in one.changes], pack)
    if after.profile is None:
        write_findings(after.problems)
        Output(format="text").write(f"{before.path} was left as it was: it could not be used with these answers\n")
        return FINDINGS
    new = _new_evidence(answers)
    if after.data != before.data:
        after.write(before)
    for line in new:
        append_line(log_of(before.path), line.line)
    lines = [f"{one.title}: {one.before} → {one.after}" for one in answers.made]
    shown = f", and {counted(len(new), 'item')} of evidence" if new else ""
    if answers.made or new or answers.kept:
        lines.append(f"wrote {counted(len(answers.made), 'answer')} into {before.path}{shown}")
    else:
        lines.append(f"{before.path} says all of it already, and nothing was written")
    if answers.kept:
        lines.append(f"{counted(answers.kept, 'answer')} of the sheet left out, as the profile says otherwise")
    if answers.made:
        effect = Effect.of(pack, before.profile, after.profile, answers.day, "reference")
        lines += effect.lines([ahead] if ahead else [], pack)
    Output(format="text").write("".join(f"{line}\n" for line in lines))
    return DONE


def _new_evidence(answers: SheetAnswers) -> list[Added]:
    """Return the evidence that the log does not hold yet, so that a sheet can be read twice."""
    problems = Problems()
    there = read_log(log_of(answers.file.path), answers.pack, problems)
    if problems.errors:
        raise ReadingError(problems)
    held = {(line.attribute, *line.item.parts) for line in there}
    return [line for line in answers.evidence if (line.attribute, *line.item.parts) not in held]
