"""profile evidence: what carries a claim, added all year to a log beside the profile, and listed with its age."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

import click

from evaluator.candidates.profile.editing.evidence_text import item
from evaluator.candidates.profile.editing.profile_file import ProfileFile
from evaluator.cli import options
from evaluator.cli.clock import today
from evaluator.cli.completion import role_names
from evaluator.cli.exits import DONE
from evaluator.cli.failures import Unusable
from evaluator.cli.loading import attribute_called, day_for, judged_role, load_pack
from evaluator.cli.options import Setting
from evaluator.cli.output import Output, write_error
from evaluator.core.attributes import Attribute
from evaluator.core.dates import months_since
from evaluator.core.evidence import EvidenceFor, WeighedItem, evidence_for
from evaluator.core.files import append_line
from evaluator.core.model import Evidence, Pack, Profile
from evaluator.reading.profile.evidence_log import Added, log_of, with_log
from evaluator.reading.profile.profile import load_profile
from evaluator.report.attributes import attributes_asked
from evaluator.report.blocks import Block, Heading, Paragraph
from evaluator.report.tables import Cell, Table
from evaluator.report.words import NOTHING, counted, joined, joined_some

_MOST = 8


@click.group(
    epilog="""\b
Examples:
  evaluator profile evidence add jana.yaml coaching --what "Review of the mentoring programme" --when 2026-09
  evaluator profile evidence list jana.yaml --role product-director
""",
)
def evidence() -> None:
    """Add evidence for what a profile says, and list it with its age."""


@evidence.command(
    short_help="Add an item for an attribute.",
    epilog="""\b
Examples:
  evaluator profile evidence add jana.yaml coaching --what "Review of the mentoring programme" --when 2026-09 --confirmed-by "People team"
  evaluator profile evidence add jana.yaml "people mentored" --what "Notes of three mentees" --link https://intranet.example.org/notes
""",
)
@click.argument("profile", metavar="PROFILE", type=options.FILE)
@click.argument("attribute", metavar="ATTRIBUTE")
@click.option("--what", "--text", "what", required=True, metavar="TEXT", help="What shows it: a document, a release, a review, a project.")
@click.option("--when", "--date", "when", metavar="DATE", help="When that was: a year, a month or a day.")
@click.option("--confirmed-by", "--source", "confirmed_by", metavar="NAME", help="Who can confirm it: a person or a record.")
@click.option("--link", "--url", "link", metavar="URL", help="Where it can be seen.")
@click.option("--by", metavar="NAME", help="Who adds it.")
@options.setting
def add(  # noqa: PLR0913, PLR0917 - as click gives them
    profile: str, attribute: str, what: str, when: str | None, confirmed_by: str | None, link: str | None, by: str | None, setting: Setting
) -> int:
    """Add an item of evidence to the log beside the profile, NAME.evidence.jsonl, from which nothing is ever taken.

    `explain` and `case` read it with the profile's own evidence. It is shown with its age, and never scored.
    """
    pack = load_pack(setting.rules)
    carried = attribute_called(attribute, pack)
    person, log = _person(profile, pack), log_of(profile)
    now = today()
    added = item(what, when=when, confirmed_by=confirmed_by, link=link, today=now)
    if any(added.parts == there.parts for there in person.evidence.get(carried.id, ())):
        raise Unusable(f"{profile} has this evidence for “{carried.title}” already", "nothing has to be added")
    line = Added(attribute=carried.id, item=added, added=now, by=by)
    try:
        append_line(log, line.line)
    except TimeoutError:
        raise Unusable(f"another program holds {log}", "try again once it is done") from None
    day = day_for(person, setting, now)
    claim = evidence_for(pack, with_log(person, [line]), carried.id, day)
    marks = f"; the claim is marked: {joined(claim.marks)}" if claim.marks else ""
    Output(format="text").write(f"{log}: evidence for “{carried.title}”: {_words(added)}{marks}\n")
    if not claim.claimed:
        write_error(f"nothing is stated of “{carried.title}” yet; `evaluator profile set {profile} {carried.id}=…` states it\n")
    return DONE


def _words(one: Evidence) -> str:
    return f"{one.what}{f' ({one.date_words})' if one.when else ''}"


def _person(path: str, pack: Pack) -> Profile:
    """Read the one profile of a file, with its log; raises ReadingError where either cannot be used."""
    ProfileFile.read(path, pack)
    return load_profile(path, pack)


@evidence.command(
    name="list",
    short_help="List what carries the claims, with its age.",
    epilog="""\b
Examples:
  evaluator profile evidence list jana.yaml
  evaluator profile evidence list jana.yaml coaching
  evaluator profile evidence list jana.yaml --role product-director --as-of 2026-11-01
""",
)
@click.argument("profile", metavar="PROFILE", type=options.FILE)
@click.argument("attribute", metavar="[ATTRIBUTE]", required=False)
@click.option("--role", metavar="ROLE", shell_complete=role_names, help="Only what the criteria of this role rest on.")
@options.output("text", "markdown", document=True)
@options.setting
def listing(profile: str, attribute: str | None, role: str | None, output: Output, setting: Setting) -> int:
    """List the evidence in a profile and in the log beside it, the latest first, and the claims that nothing carries."""
    pack = load_pack(setting.rules)
    person = _person(profile, pack)
    day = day_for(person, setting, today())
    wanted = attributes_asked(pack, None if role is None else judged_role(role, pack))
    if attribute is not None:
        wanted = (attribute_called(attribute, pack),)
    claims = [evidence_for(pack, person, one.id, day) for one in wanted if one.id in person.given or one.id in person.evidence]
    output.write(output.written(_page(person, claims, pack, day)))
    return DONE


def _page(person: Profile, claims: Sequence[EvidenceFor], pack: Pack, day: datetime.date) -> Iterator[Block]:
    yield Heading(f"Evidence for what is said of {person.label}, as of {day}", level=1)
    carried = [claim for claim in claims if claim.items]
    if carried:
        rows = [row for claim in carried for row in _rows(claim, pack.attributes[claim.attribute], day)]
        yield Table(headers=("Attribute", "What", "When", "Age", "Confirmed by", "Marks"), rows=tuple(rows))
    else:
        yield Paragraph("There is no evidence.")
    bare = [f"“{pack.attributes[claim.attribute].title}”" for claim in claims if claim.claimed and not claim.items]
    if bare:
        yield Paragraph(f"{counted(len(bare), 'claim rests', 'claims rest')} on no evidence: {joined_some(bare, _MOST)}.")
    loose = [f"“{pack.attributes[claim.attribute].title}”" for claim in carried if not claim.claimed]
    if loose:
        yield Paragraph(f"There is evidence for {joined(loose)}, and the profile says nothing of {'it' if len(loose) == 1 else 'them'}.")


def _rows(claim: EvidenceFor, attribute: Attribute, day: datetime.date) -> Iterator[tuple[Cell, ...]]:
    title, marks = attribute.title, ", ".join(claim.marks)
    for weighed in claim.items:
        one = weighed.item
        who = "the person’s own word" if weighed.own_word else one.confirmed_by or NOTHING
        texts = (title, one.what, one.date_words or NOTHING, _age(weighed, day), who, marks or NOTHING)
        yield tuple(map(Cell, texts))
        title = marks = ""


def _age(weighed: WeighedItem, day: datetime.date) -> str:
    """Say how many whole months before a day an item is; of a month or a year its last day counts."""
    last = weighed.item.last_day
    if last is None:
        return NOTHING
    if weighed.later:
        return "later"
    return f"{counted(months_since(last, day), 'month')}{', old' if weighed.stale else ''}" if last <= day else "this month"
