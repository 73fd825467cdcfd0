"""init: a folder to begin a ladder in."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import attrs
import click

from evaluator.cli.clock import today
from evaluator.cli.exits import DONE
from evaluator.cli.failures import Unusable
from evaluator.cli.output import columns_of, write_error
from evaluator.cli.path_overlap import WrittenPath
from evaluator.core.model import Pack
from evaluator.diagnostics import Problems
from evaluator.packs.init.folder import new_folder, refuse_used, write_files
from evaluator.packs.init.from_nothing import files_from_nothing
from evaluator.packs.init.interview import ask_name, ask_roles, ask_start, ask_tracks
from evaluator.packs.init.names import NamesProblem, checked_title, new_ladder
from evaluator.packs.init.templates import TEMPLATES, Template
from evaluator.packs.lint import linted
from evaluator.reading.pack.ruletests import read_rule_tests
from evaluator.reading.pack.schema import write_schemas
from evaluator.report.words import counted

_TRACK, _NAME = "Careers", "Careers"
_NOTHING = "nothing"
_WIDEST = 100


@attrs.frozen(kw_only=True)
class _Said:
    """What the options say of the ladder; empty where they say nothing."""

    name: str | None
    start: str | None
    tracks: tuple[str, ...]
    roles: tuple[str, ...]


@click.command(
    epilog="""\b
Examples:
  evaluator init my-ladder
  evaluator init my-ladder --from points --name "Our engineers"
  evaluator init my-ladder --name Design --role Designer --role "Senior Designer"
  evaluator init my-ladder --track Craft --track Management \\
    --role "Craft: Senior Designer" --role "Management: Design Lead"
  evaluator init --list
""",
)
@click.argument("folder", metavar="[FOLDER]", required=False, default=".", type=WrittenPath())
@click.option("--name", metavar="TITLE", help="What the ladder is called. [default: the folder's name, or the template's title]")
@click.option("--track", "tracks", metavar="TITLE", multiple=True, help="A track; may be given more than once. [default: Careers]")
@click.option(
    "--role",
    "roles",
    metavar="TITLE",
    multiple=True,
    help="A role, the lowest of its track first; may be given more than once. With several tracks: `TRACK: TITLE`.",
)
@click.option(
    "--from",
    "start",
    type=click.Choice([_NOTHING, *(template.name for template in TEMPLATES)]),
    help="What to start from: nothing, or a template. [default: asked]",
)
@click.option("--list", "listed", is_flag=True, help="List the templates, and write nothing.")
def init(folder: str, name: str | None, tracks: tuple[str, ...], roles: tuple[str, ...], start: str | None, listed: bool) -> int:  # noqa: FBT001, PLR0913, PLR0917 - as click gives them
    """Begin a ladder: a folder with rules that lint clean, and people to play with.

    FOLDER is new or empty, the current one without a name; nothing is ever written over. What the options leave open is asked for, one
    answer on each line. A ladder from nothing has two criteria a role, which are examples to write over, and worked examples of each.
    """
    if listed:
        click.echo(_templates())
        return DONE
    root = Path(folder)
    refuse_used(root)
    files = _files(_Said(name=name, start=start, tracks=tracks, roles=roles), root)
    with new_folder(root) as inside:
        write_files(inside, files)
        pack, examples = _checked(inside / "rules")
        write_schemas(pack, inside / "rules" / "schema")
    click.echo("\n".join(_told(root, pack, examples, files)))
    return DONE


def _files(said: _Said, root: Path) -> dict[str, str]:
    """Settle what the options leave open, and return the files."""
    if said.start not in {None, _NOTHING} and (said.tracks or said.roles):
        raise Unusable("a template has its own tracks and roles", "leave out --track and --role, or say --from nothing")
    name = None if said.name is None else checked_title(said.name)
    tracks = _tracks([checked_title(track) for track in said.tracks], [checked_title(role) for role in said.roles])
    try:
        template = _template(said, tracks)
        if template is not None:
            default = template.pack.title
            name = ask_name(default) if name is None and said.start is None else name
            renamed = None if name in {None, default} else new_ladder(name or default, {})
            return template.files(renamed)
        whole = bool(tracks) and all(tracks.values())
        name = name or (_default_name(root) if whole else ask_name(_default_name(root)))
        titles = list(tracks) or ask_tracks(_TRACK)
        asked = {track: tracks.get(track) or ask_roles(track) for track in titles}
    except KeyboardInterrupt:
        write_error("\nnothing was written\n")
        raise
    return files_from_nothing(new_ladder(name, asked), today())


def _template(said: _Said, tracks: Mapping[str, Sequence[str]]) -> Template | None:
    if said.start is None:
        return None if tracks else ask_start()
    return next((template for template in TEMPLATES if template.name == said.start), None)


def _tracks(tracks: Sequence[str], roles: Sequence[str]) -> dict[str, list[str]]:
    """Return the roles of each track that options name."""
    if roles and not tracks:
        tracks = [_TRACK]
    held: dict[str, list[str]] = {track: [] for track in tracks}
    if len({track.casefold() for track in tracks}) < len(tracks):
        raise NamesProblem("two tracks have the same title", "say what sets them apart, or name it once")
    for role in roles:
        track, title = _placed(role, list(tracks))
        held[track].append(title)
    bare = [track for track, titles in held.items() if not titles]
    if roles and bare:
        raise Unusable(f"the track {bare[0]} has no role", f"say --role {shlex.quote(f'{bare[0]}: TITLE')}, or leave the track out")
    return held


def _placed(role: str, tracks: Sequence[str]) -> tuple[str, str]:
    """Return the track and the title of a role that an option names."""
    for track in sorted(tracks, key=len, reverse=True):
        if role.casefold().startswith(f"{track.casefold()}: ") and (title := role[len(track) + 1 :].strip()):
            return track, title
    if len(tracks) == 1:
        return tracks[0], role
    raise Unusable(f"--role {role!r} does not say on which track it is", f"put the track before it: {shlex.quote(f'{tracks[0]}: {role}')}")


def _default_name(root: Path) -> str:
    try:
        words = checked_title(root.resolve().name.replace("-", " ").replace("_", " "))
    except NamesProblem:
        return _NAME
    return words[:1].upper() + words[1:]


def _checked(rules: Path) -> tuple[Pack, int]:
    """Return the pack as it was written, and how many examples it has; what its names bring about is told before anything is kept."""
    pack, problems = linted(rules)
    if pack is None or len(problems):
        first = next(iter(problems))
        raise Unusable(f"with these names the pack would not be right: {first.message}", first.help)
    tests = read_rule_tests(pack, Problems())
    return pack, len(tests)


def _told(root: Path, pack: Pack, examples: int, files: Mapping[str, str]) -> Iterator[str]:
    people = "people.csv" if "people.csv" in files else "people"
    number = files[people].count("\n") - 1 if people in files else sum(path.startswith("people/") for path in files)
    roles, worked = counted(len(pack.judged_roles), "role"), counted(examples, "worked example")
    yield f"wrote {root}: {pack.title}, with {roles}, {worked} and {counted(number, 'person', 'people')} to play with"
    yield ""
    yield "Next:"
    if root != Path():
        yield f"  cd {'-- ' if str(root).startswith('-') else ''}{shlex.quote(str(root))}"
    yield "  evaluator test"
    yield f"  evaluator evaluate {people}{'' if pack.moves else ' --all-roles'}"
    yield "  evaluator show --all -o ladder.html"


def _templates() -> str:
    formatter = click.HelpFormatter(width=min(columns_of(sys.stdout) or _WIDEST, _WIDEST))
    with formatter.indentation():
        formatter.write_dl(
            [(_NOTHING, "tracks and roles of your own, with criteria to write over"), *((one.name, one.words) for one in TEMPLATES)]
        )
    return f"What a ladder can start from, by --from:\n\n{formatter.getvalue().rstrip()}"
