"""profile answer: what is open of a person, asked and saved answer by answer, with evidence beside it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator

import attrs
import click

from evaluator.candidates.profile.conversation import Conversation, next_line, open_verdicts
from evaluator.candidates.profile.drafting.interview import NAME, ROLE, Interview
from evaluator.candidates.profile.editing.assignments import ATTRIBUTES, Assigning
from evaluator.candidates.profile.editing.effect import Effect
from evaluator.candidates.profile.editing.entry_gaps import EntryGap, entry_gaps
from evaluator.candidates.profile.editing.evidence_text import evidence_in
from evaluator.candidates.profile.editing.profile_file import ProfileFile
from evaluator.candidates.profile.editing.values import written_value
from evaluator.candidates.profile.sheets.taking import SheetAnswers, take_sheet
from evaluator.candidates.profile.terminal_question import HOW
from evaluator.cli import options
from evaluator.cli.clock import today
from evaluator.cli.completion import role_names
from evaluator.cli.exits import DONE, FINDINGS, INTERRUPTED
from evaluator.cli.failures import Unusable
from evaluator.cli.loading import day_for, judged_role, load_pack, refuse_days_to_come
from evaluator.cli.options import Setting
from evaluator.cli.output import Output, write_error, write_findings
from evaluator.core.files import append_line
from evaluator.core.model import Pack, Profile, Role
from evaluator.core.values import clip
from evaluator.diagnostics import ReadingError
from evaluator.engines.readiness import Evaluator
from evaluator.reading.profile.evidence_log import Added, log_of
from evaluator.reading.yaml.mapping_edits import Change, Put, said
from evaluator.reading.yaml.splicing import parsed
from evaluator.reading.yaml.written import Word
from evaluator.report.words import counted

_EVIDENCE = "  What shows it? Enter for nothing, or: what; when; who can confirm it; a link\n"


@click.command(
    short_help="Answer what is open, saved answer by answer.",
    epilog="""\b
Examples:
  evaluator profile answer jana.yaml product-director
  evaluator profile answer jana.yaml product-director --self --no-evidence
  evaluator profile answer jana.yaml product-director --from questions.docx
""",
)
@click.argument("profile", metavar="PROFILE", type=options.FILE)
@click.argument("role", metavar="[ROLE]", required=False, shell_complete=role_names)
@click.option("--self", "by_person", is_flag=True, help="Ask the person, not somebody about the person.")
@click.option("--no-evidence", "bare", is_flag=True, help="Do not ask what shows each answer.")
@click.option("--all", "everything", is_flag=True, help="Ask on past what decides the verdicts.")
@click.option("--from", "sheet", metavar="SHEET", type=options.FILE, help="Take the answers of a sheet that was filled in, .csv or .docx.")
@click.option("--prefer", type=click.Choice(("sheet", "profile")), help="What counts where the profile says otherwise. [default: refused]")
@options.setting
def answer(  # noqa: PLR0913, PLR0917 - as click gives them
    profile: str,
    role: str | None,
    by_person: bool,  # noqa: FBT001 - a click flag
    bare: bool,  # noqa: FBT001 - a click flag
    everything: bool,  # noqa: FBT001 - a click flag
    sheet: str | None,
    prefer: str | None,
    setting: Setting,
) -> int:
    """Ask what is open for a role, what can change the verdict first, and write each answer into the profile as it is given.

    Without ROLE it is about the roles that moves lead to. Nothing but the answers is changed in the file; evidence goes to the log
    beside it. Whoever stops midway loses nothing, and the same command goes on with what is still open.
    """
    pack = load_pack(setting.rules)
    file = ProfileFile.read(profile, pack)
    if file.profile is None:
        raise ReadingError(file.problems)
    refuse_days_to_come([file.profile], setting.as_of, today())
    ahead = None if role is None else judged_role(role, pack)
    day = day_for(file.profile, setting, today())
    if sheet is not None:
        return take_sheet(SheetAnswers(pack=pack, file=file, day=day, prefer=prefer), sheet, ahead)
    if prefer is not None:
        raise click.UsageError("--prefer says what counts beside a sheet; name one with --from")
    session = _Session(pack=pack, file=file, begun=file, day=day, bare=bare)
    return session.hold(ahead, everything=everything, by_person=by_person)


@attrs.define(kw_only=True)
class _Session:
    """A profile that is answered for: its file as it is now and as it was, and before each answer that was given."""

    pack: Pack
    file: ProfileFile
    begun: ProfileFile
    day: datetime.date
    bare: bool
    before: list[ProfileFile] = attrs.field(factory=list)
    evidence: int = 0

    def hold(self, ahead: Role | None, *, everything: bool, by_person: bool) -> int:
        """Ask, and tell at the end what changed; returns the exit code."""
        about = "the roles ahead" if ahead is None else ahead.title
        write_error(f"Questions about {self._person.label} that can matter for {about}, as of {self.day}. {HOW}\n")
        evaluator = Evaluator(self.pack, engine="reference")
        try:
            going = self._entries(Interview(evaluator=evaluator, base=self._person, ahead=ahead, as_of=self.day))
        except KeyboardInterrupt:
            return self._stopped()
        held = Interview(evaluator=evaluator, base=self._person, ahead=ahead, as_of=self.day, everything=everything)
        talk = Conversation(interview=held, took=self._taker(held), undone=lambda: self._undone(held), of_others=not by_person)
        if going and not talk.hold():
            return self._stopped()
        write_error(f"\n{open_verdicts(held)}\n")
        self._tell(ahead)
        if talk.refused is None:
            return DONE
        write_error(f"the last answer, `{clip(talk.refused)}`, was refused and is left out of the profile\n")
        return FINDINGS

    @property
    def _person(self) -> Profile:
        if self.file.profile is None:
            raise ReadingError(self.file.problems)
        return self.file.profile

    def _stopped(self) -> int:
        write_error(f"\nevery answer so far stands in {self.file.path}; the same command goes on with what is open\n")
        return INTERRUPTED

    def _tell(self, ahead: Role | None) -> None:
        """Say how many answers were written, and what they do to the verdicts."""
        if self.file.data == self.begun.data:
            Output(format="text").write("nothing was answered, and nothing was written\n")
            return
        number = sum(1 for _ in self._changed())
        shown = f", and {counted(self.evidence, 'item')} of evidence" if self.evidence else ""
        effect = Effect.of(self.pack, self.begun.profile, self._person, self.day, "reference")
        lines = [f"wrote {counted(number, 'answer')} into {self.file.path}{shown}", *effect.lines([ahead] if ahead else [], self.pack)]
        Output(format="text").write("".join(f"{line}\n" for line in lines))

    def _changed(self) -> Iterator[str]:
        before, after = self.begun.profile, self._person
        if before is not None:
            yield from (name for name, value in after.given.items() if before.given.get(name) != value)
            yield from (name for name in ("name", "role") if getattr(before, name) != getattr(after, name))

    def _entries(self, interview: Interview) -> bool:
        """Ask for what entries lack that years or the like are counted by; False where no more answers come."""
        return all(self._entry(gap) for gap in entry_gaps(interview))

    def _entry(self, gap: EntryGap) -> bool:
        write_error(gap.question)
        while True:
            text = next_line()
            if text is None or text.casefold() == "done":
                return False
            if text in {"", "?", "back"} or text.casefold() == "skip":
                return True
            try:
                assigning = Assigning(pack=self.pack, said=said(parsed(self.file.text, self.file.path)), given=dict(self._person.given))
                changes = assigning.read(f"{gap.route}={text}").changes
            except Unusable as problem:
                write_error(f"  {problem.message}{f'; {problem.step}' if problem.step else ''}\n")
                continue
            self._write(changes)
            return True

    def _taker(self, interview: Interview) -> Callable[[str], None]:
        return lambda key: self._took(interview, key)

    def _took(self, interview: Interview, key: str) -> None:
        """Write an answer into the file, and ask what shows it."""
        self.before.append(self.file)
        text = interview.answers[-1].text
        if text is None:
            return
        if not self._write([_change(interview, key, text)]):
            interview.back()
            interview.take(key, None)
            return
        if not self.bare and key in self.pack.attributes:
            self._evidence(key)

    def _write(self, changes: list[Change] | tuple[Change, ...]) -> bool:
        after = self.file.changed(changes, self.pack)
        if after.profile is None:
            write_findings(after.problems)
            write_error("  it cannot stand beside what the profile says, and is left out\n")
            return False
        if after.data != self.file.data:
            after.write(self.file)
            self.file = after
        return True

    def _undone(self, interview: Interview) -> None:
        """Put back the file as it was before the answer that was taken away."""
        if len(self.before) <= len(interview.answers):
            return
        earlier = self.before.pop()
        if earlier.data != self.file.data:
            earlier.write(self.file)
            self.file = earlier

    def _evidence(self, key: str) -> None:
        """Ask for evidence until an item can be used, or there is none."""
        write_error(_EVIDENCE)
        while text := next_line():
            try:
                item = evidence_in(text, today())
            except Unusable as problem:
                write_error(f"  {problem.message}{f'; {problem.step}' if problem.step else ''}\n")
                continue
            append_line(log_of(self.file.path), Added(attribute=key, item=item, added=today()).line)
            self.evidence += 1
            return


def _change(interview: Interview, key: str, text: str) -> Change:
    """Return the change that writes an answer."""
    if key == NAME:
        return Put(route=("name",), value=Word(text=text))
    if key == ROLE:
        return Put(route=("role",), value=Word(text=interview.role(text)))
    return Put(route=(ATTRIBUTES, key), value=written_value(interview.pack.attributes[key].type, interview.value(key, text)))
