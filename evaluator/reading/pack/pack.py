"""A folder of rule files → a pack, with everything that is wrong with it found in one run."""

from __future__ import annotations

import contextlib
import datetime
import gc
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from evaluator.core.current_role import types_implied, with_todays_role
from evaluator.core.files import YAML_ENDINGS, no_ordinary_file, special
from evaluator.core.fingerprint import files_hash
from evaluator.core.model import EDITIONS, FACTS_STALE_AFTER, READY, UNDECIDED, Band, Document, Pack, Role, Track
from evaluator.core.ready_for import with_ready_for
from evaluator.core.tally import TALLY_TYPES
from evaluator.core.text import fold_spaces
from evaluator.core.values import Number, clip
from evaluator.diagnostics import Problems, ReadingError, Related, Span
from evaluator.reading.pack.attributes import Vocabulary, read_attributes
from evaluator.reading.pack.conditions import CONDITIONS, ConditionReader, NamedConditions
from evaluator.reading.pack.efforts import check_tracks
from evaluator.reading.pack.plausible import read_plausible
from evaluator.reading.pack.ranking import RANKING, read_ranking
from evaluator.reading.pack.role_tables import RoleNode, role_nodes
from evaluator.reading.pack.roles import (
    DEFAULTS,
    POLICY,
    WEIGHT,
    Surroundings,
    check_ready_for,
    read_moves,
    read_policies,
    read_role,
    with_policies,
)
from evaluator.reading.pack.shapes import At, Got, Key, ListOf, Located, MapOf, Object, Raw
from evaluator.reading.pack.types import NameUse, check_shared_names
from evaluator.reading.profile.evidence import EVIDENCE_RULES
from evaluator.reading.references import Sort, refer
from evaluator.reading.yaml.files import ORDINARY_FILE
from evaluator.reading.yaml.nodes import MappingNode, Node, ScalarNode, names_under, read_yaml, text_span
from evaluator.reading.yaml.scalars import Day, Flag, Identifier, Months, Numeral, Text

_NO_RULES: Mapping[str, int] = {}
EDITION = Numeral(whole=True, least=EDITIONS[0], most=EDITIONS[-1], step="write 1 or 2: a later edition needs a later version of this tool")
BAND = Object(
    what="a verdict",
    keys=[
        Key(
            name="verdict",
            shape=At(shape=Text()),
            doc="what the verdict is called; the best comes first, and is called ready in edition 1",
            required=True,
        ),
        Key(
            name="when",
            shape=Raw(definition="tally_condition"),
            doc="the condition over the tally under which it is given; the last has none",
        ),
    ],
)
TRACK = Object(
    what="a track",
    keys=[
        Key(name="title", shape=Text(), doc="the track's title", required=True),
        Key(
            name="cumulative",
            shape=Flag(),
            doc="whether a rung counts as a standing only where every rung below it is reached too; false where not given",
            since=2,
        ),
        Key(
            name="verdicts",
            shape=ListOf(shape=BAND, least=2),
            doc="the verdicts that its roles are judged by in place of the pack's, best first",
            since=2,
        ),
    ],
)
SCORING = Object(
    what="scoring",
    keys=[Key(name="default_weight", shape=WEIGHT, doc="the weight of a criterion that names none")],
)
FACTS = Object(
    what="facts",
    keys=[
        Key(
            name="stale_after",
            shape=Months(),
            doc=f"the age above which facts are told as old, such as `6 months`; {FACTS_STALE_AFTER} months where nothing is said",
        )
    ],
)
PACK = Object(
    what="pack.yaml",
    keys=[
        Key(name="pack", shape=Identifier(), doc="the pack's name", required=True),
        Key(name="title", shape=Text(), doc="the pack's title", required=True),
        Key(name="version", shape=Text(), doc="its version", required=True),
        Key(
            name="language",
            shape=EDITION,
            doc=f"the edition of the rule language; {EDITIONS[0]} where nothing is said",
        ),
        Key(name="effective", shape=Day(), doc="the date from which it holds", required=True),
        Key(name="tracks", shape=MapOf(key=Identifier(), shape=TRACK), doc="the families of rungs, in the order shown", required=True),
        Key(name="scoring", shape=SCORING, doc="how criteria are counted"),
        Key(name="defaults", shape=DEFAULTS, doc="what criteria and policies take where neither they nor their role say so", since=2),
        Key(name="ranking", shape=RANKING, doc="how candidates for a role are put in order"),
        Key(name="evidence", shape=EVIDENCE_RULES, doc="what evidence in profiles is held against"),
        Key(name="facts", shape=FACTS, doc="what the day of a profile's facts is held against"),
        Key(name="verdicts", shape=ListOf(shape=BAND, least=2), doc="the verdicts, best first", required=True),
        Key(
            name="policies",
            shape=ListOf(shape=POLICY),
            doc="criteria said once that hold for every judged role, or for the tracks or roles that they name",
            since=2,
        ),
        CONDITIONS,
    ],
    also="pack_needs",
)
DOCUMENT = Object(
    what="a document",
    keys=[
        Key(name="title", shape=Text(), doc="its title", required=True),
        Key(name="publisher", shape=Text(), doc="who published it"),
        Key(name="author", shape=Text(), doc="who wrote it"),
        Key(name="date", shape=Text(), doc="when it was published"),
        Key(name="sections", shape=ListOf(shape=Text()), doc="the headings that may be cited", required=True),
    ],
)
SOURCES = Object(
    what="sources.yaml", keys=[Key(name="documents", shape=MapOf(key=Identifier(), shape=DOCUMENT), doc="the documents", required=True)]
)
HEAD = "pack.yaml"
NO_ROLE = "the pack has no role"
_NEEDED = frozenset({HEAD, "attributes.yaml"})
RULE_FILES = (HEAD, "attributes.yaml", "sources.yaml", "moves.yaml")


def load_pack(folder: str | os.PathLike[str]) -> Pack:
    """Read a pack from its folder; raises ReadingError with every problem found where it cannot be used."""
    problems = Problems()
    pack = read_pack(folder, problems)
    if pack is None or problems.errors:
        raise ReadingError(problems)
    return pack


def read_pack(folder: str | os.PathLike[str], problems: Problems) -> Pack | None:
    """Read a pack as far as it can be read; problems hold all that is wrong. None where there is too little to go on."""
    with _uncollected():
        return _read_pack(folder, problems)


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Leave the collection of cycles off: what reading makes stays, and walking it again and again takes a third of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _read_pack(folder: str | os.PathLike[str], problems: Problems) -> Pack | None:
    root = Path(folder)
    if not (root / HEAD).is_file():
        message, step = why_no_pack(root)
        problems.add("R001", message, Span.whole_file(os.fspath(folder)), help=step)
        return None
    own = Problems()
    nodes = {name: read_yaml(root / name, own) for name in RULE_FILES if name in _NEEDED or os.path.lexists(root / name)}
    own.edition = _edition(nodes["pack.yaml"])
    head = None if nodes["pack.yaml"] is None else PACK.read(_node(nodes, "pack.yaml"), own)
    role_texts = _role_nodes(root, own)
    role_ids = [role.id for _, role in role_texts]
    tracks: Mapping[str, Located[Got]] = {} if head is None else head.get("tracks", {})
    for track, placed in tracks.items():
        refer(Sort.TRACK, track, placed.span, declares=True)
    todays = types_implied(role_ids, tracks) if own.edition == EDITIONS[-1] and role_ids and tracks else {}
    named = NamedConditions(
        declared={} if head is None else head.get("conditions", {}),
        listed=names_under(nodes["pack.yaml"], "conditions") if head is not None and "conditions" in head.places else frozenset(),
        roles=frozenset(role_ids),
    )
    vocabulary = (
        Vocabulary() if nodes.get("attributes.yaml") is None else read_attributes(_node(nodes, "attributes.yaml"), own, todays, named)
    )
    attributes = vocabulary.attributes
    documents = _documents(nodes.get("sources.yaml"), own)
    types = {name: attribute.type for name, attribute in attributes.items()} | todays
    declared = names_under(nodes["attributes.yaml"], "attributes")
    conditions = ConditionReader(types=types, problems=own, declared=declared, named=named)
    asking = attrs.evolve(conditions, roles=frozenset(role_ids))
    bands = _bands(() if head is None else head.get("verdicts", ()), own)
    of_tracks = _bands_of_tracks(tracks, own)
    around = Surroundings(
        conditions=asking,
        documents=documents,
        sources=Span.whole_file(os.fspath(root / "sources.yaml")),
        tracks=frozenset(tracks),
        verdicts=tuple(band.verdict for band in bands),
        verdicts_of_tracks={name: tuple(band.verdict for band in listed) for name, listed in of_tracks.items()},
        default_weight=_default_weight(head, own),
        declared_documents=names_under(nodes["sources.yaml"], "documents") if "sources.yaml" in nodes else frozenset(),
        declared_tracks=names_under(nodes["pack.yaml"], "tracks"),
        declared_roles=frozenset(role_ids),
        problems=own,
    )
    around = around if head is None else around.with_defaults(head)
    check_tracks(attributes.values(), around.declared_tracks, around.tracks, own)
    roles = _roles(root, role_texts, tracks, around)
    policies = read_policies(() if head is None else head.get("policies", ()), roles, around)
    roles = {name: with_policies(role, policies) for name, role in roles.items()}
    moves = () if nodes.get("moves.yaml") is None else read_moves(_node(nodes, "moves.yaml"), roles, around)
    check_ready_for(roles, moves, own)
    plausible = read_plausible(nodes["attributes.yaml"], conditions)
    named_conditions = named.all(asking)
    problems.extend(own)
    if head is None or not head.has("pack", "title", "version", "effective", "tracks"):
        return None
    tie_breakers, ranking = read_ranking(head.get("ranking"), attributes, problems)
    pack = Pack(
        name=head["pack"],
        title=head["title"],
        version=head["version"],
        language=own.edition or EDITIONS[0],
        effective=_day(head["effective"]),
        bands=bands,
        policies=policies,
        declared_roles=frozenset(role_ids),
        default_keys=frozenset().union(*(one.places for one in around.defaults)),
        tracks=tuple(
            Track(
                id=name,
                title=placed.value.get("title", name),
                cumulative=placed.value.get("cumulative", False),
                bands=of_tracks.get(name, ()),
                span=placed.span,
            )
            for name, placed in tracks.items()
        ),
        attributes=attributes,
        tables=vocabulary.tables,
        scales=vocabulary.scales,
        named_conditions=named_conditions,
        documents=documents,
        roles=roles,
        moves=moves,
        plausible=plausible,
        tie_breakers=tie_breakers,
        ranking=ranking,
        stale_after_months=head.get("evidence", _NO_RULES).get("stale_after"),
        facts_stale_after_months=head.get("facts", _NO_RULES).get("stale_after", FACTS_STALE_AFTER),
        content_hash=_hash(root, own),
        folder=os.fspath(folder),
        files=dict(own.files),
    )
    return with_ready_for(with_todays_role(pack, head.span), head.span) if todays else pack


def why_no_pack(root: Path) -> tuple[str, str]:
    """Say why a path is no pack's folder, and what to name instead; to be asked where it holds no pack.yaml."""
    if root.is_symlink() and not root.exists():
        return "it is a link to what is not there", "mend the link, or name the folder of a pack"
    if not root.exists():
        return "there is no such folder", "name the folder of a pack, such as `my-rules/`, or begin one with `evaluator init`"
    if not root.is_dir():
        above = next((str(parent) for parent in root.parents if (parent / HEAD).is_file()), None)
        return "it is a file, and a pack is a folder", f"name the folder of the pack{f', {above}' if above else ''}"
    return _why_none_in(root)


def _why_none_in(root: Path) -> tuple[str, str]:
    try:
        names = sorted(path.name for path in root.iterdir())
    except OSError:
        return "the folder cannot be read", "check its permissions"
    if not names:
        return "the folder is empty, so it is no pack", "name the folder of a pack, such as `my-rules/`, or begin one with `evaluator init`"
    if HEAD in names:
        words = special(root / HEAD) or no_ordinary_file("a folder" if (root / HEAD).is_dir() else "a link to what is not there")
        return f"its {HEAD} cannot be read: {words}", ORDINARY_FILE
    likely = next((name for name in names if name.casefold() in {"pack.yml", HEAD}), None)
    below = next((name for name in names if (root / name / HEAD).is_file()), None)
    step = f"call {likely} {HEAD}" if likely else f"name the folder of the pack{f', perhaps {root / below}' if below else ''}"
    return f"the folder holds no {HEAD}, so it is no pack", step


def _node(nodes: Mapping[str, Node | None], name: str) -> Node:
    node = nodes[name]
    if node is None:
        raise ValueError(name)
    return node


def _edition(head: Node | None) -> int:
    """Return the edition that a pack says it is of, before anything else is read; the first where it says none.

    One that there is not, which is told where it is read, is taken for the latest: nothing else is then told of keys of later editions.
    """
    entries = head.entries if isinstance(head, MappingNode) else ()
    named = next((entry.value for entry in entries if entry.key.text == "language"), None)
    texts = {str(edition): edition for edition in EDITIONS}
    return EDITIONS[0] if named is None else texts.get(named.text if isinstance(named, ScalarNode) else "", EDITIONS[-1])


def _day(value: datetime.date) -> datetime.date:
    return value


def _default_weight(head: Got | None, problems: Problems) -> Number:
    scoring: Got | None = None if head is None else head.get("scoring")
    defaults: Got | None = None if head is None else head.get("defaults")
    if scoring is not None and defaults is not None and "default_weight" in scoring.places and "weight" in defaults.places:
        related = [Related(span=scoring.places["default_weight"], message="`default_weight` is here")]
        message = "`weight` among the defaults cannot stand beside `default_weight`, which says the same"
        problems.add("R108", message, defaults.places["weight"], help="keep one of the two", related=related)
    weight: Number = 1 if scoring is None else scoring.get("default_weight", 1)
    return weight


def _documents(node: Node | None, problems: Problems) -> dict[str, Document]:
    got = None if node is None else SOURCES.read(node, problems)
    if got is None:
        return {}
    documents: dict[str, Document] = {}
    for name, placed in got.get("documents", {}).items():
        document: Got = placed.value
        refer(Sort.DOCUMENT, name, placed.span, declares=True)
        fields: dict[str, Any] = {key: document.get(key) for key in ("publisher", "author", "date")}
        documents[name] = Document(
            id=name, title=document.get("title", name), sections=document.get("sections", ()), span=placed.span, **fields
        )
    return documents


def role_files(root: Path) -> list[Path]:
    """Return the role files of a pack, sorted; links to what is not there and pipes too, so that no role is missed in silence."""
    paths = (path for path in (root / "roles").glob("*") if path.suffix in YAML_ENDINGS)
    return sorted(path for path in paths if not path.is_dir())


def _role_nodes(root: Path, problems: Problems) -> list[tuple[Path, RoleNode]]:
    """Read what each role file says of its role, or of the roles of its table; one that cannot be read has the role of its name."""
    found: list[tuple[Path, RoleNode]] = []
    for path in role_files(root):
        node = read_yaml(path, problems)
        nodes = (RoleNode(id=path.stem, node=None),) if node is None else role_nodes(node, path.stem, problems)
        found += ((path, one) for one in nodes)
    return found


def _roles(root: Path, read: Sequence[tuple[Path, RoleNode]], tracks: Mapping[str, Located[Got]], around: Surroundings) -> dict[str, Role]:
    if not role_files(root):
        around.problems.add("R009", NO_ROLE, Span.whole_file(os.fspath(root / "roles")), help=_first_role(around.tracks))
    roles: dict[str, Role] = {}
    nodes: dict[str, Node] = {}
    for path, one in read:
        node = one.node
        role = None if node is None else read_role(node, os.fspath(path), around, None if one.row is None else one.row.span)
        if role is not None and role.id in roles:
            related = [Related(span=roles[role.id].span, message="the other one")]
            around.problems.add("R208", f"two files describe the role `{role.id}`", role.span, help="keep one of them", related=related)
        elif role is not None and node is not None:
            roles[role.id], nodes[role.id] = role, node
    roles = _told_apart(roles, tracks, around.problems)
    _shared_names(roles, nodes, around.problems)
    return roles


def _told_apart(roles: dict[str, Role], tracks: Mapping[str, Located[Got]], problems: Problems) -> dict[str, Role]:
    """Let titles that roles of different tracks share say the track as well; in edition 1 no two share one, nor on one track.

    A title that is also an id or another name of some role stays as it is, and is reported: it would be read as that.
    """
    shared: dict[str, list[Role]] = {}
    others = {name.casefold() for role in roles.values() for name in (role.id, role.id.replace("-", " "), *role.also)}
    for role in roles.values():
        shared.setdefault(role.title.casefold(), []).append(role)
    for title, same in shared.items() if problems.edition != EDITIONS[0] else ():
        if len(same) > 1 and title not in others and len({role.track for role in same}) == len(same):
            for role in same:
                named = tracks[role.track].value.get("title", role.track) if role.track in tracks else role.track
                roles[role.id] = attrs.evolve(role, title=f"{role.title} ({named})", shared_title=role.title)
    return roles


def _shared_names(roles: Mapping[str, Role], nodes: Mapping[str, Node], problems: Problems) -> None:
    names = [
        NameUse(owner=role.id, what=what, name=name, folded=name.casefold(), span=text_span(nodes[role.id], key, written) or role.span)
        for role in roles.values()
        for what, key, name, written in (
            ("id", "role", role.id.replace("-", " "), role.id),
            ("title", "title", role.title, role.shared_title or role.title),
            *(("other name", "also", name, name) for name in role.also),
        )
    ]
    check_shared_names(names, "roles", problems)


def _first_role(tracks: frozenset[str]) -> str:
    """Return the command that starts the first role of a pack."""
    track = min(tracks, default="TRACK")
    return f"start one with `evaluator new role ROLE --track {track} --rung 1`"


def _bands_of_tracks(tracks: Mapping[str, Located[Got]], problems: Problems) -> dict[str, tuple[Band, ...]]:
    """Read the verdicts of tracks that have their own; none could be read of those that are reported where they stand."""
    own = {name: placed.value for name, placed in tracks.items() if "verdicts" in placed.value.places}
    return {name: _bands(got.get("verdicts", ()), problems, name) for name, got in own.items()} if problems.edition != EDITIONS[0] else {}


def _bands(items: Sequence[Got], problems: Problems, track: str = "") -> tuple[Band, ...]:
    reader = ConditionReader(types=TALLY_TYPES, problems=problems, what="count of the tally")
    bands: list[Band] = []
    keys: set[str] = set()
    for number, got in enumerate(items):
        if not got.has("verdict"):
            continue
        name, last = got["verdict"], number == len(items) - 1
        refer(Sort.VERDICT, name.value, name.span, track, declares=True)
        if number == 0 and name.value != READY and problems.edition == EDITIONS[0]:
            step = f"call it `{READY}`: standing is counted by it; in edition 2 of the rule language it may have any name"
            problems.add("R104", f"the first verdict is `{name.value}`", name.span, help=step)
        key = name.value if problems.edition == EDITIONS[0] else fold_spaces(name.value)  # options fold what they name
        if number and key == READY and problems.edition != EDITIONS[0]:
            message = f"`{clip(name.value)}` is the command line's word for the best verdict, and this is verdict number {number + 1}"
            problems.add("R208", message, name.span, help="put it first, or choose another name")
        if key == UNDECIDED and problems.edition != EDITIONS[0]:
            message = f"`{clip(name.value)}` is what a verdict is called that lies between two"
            problems.add("R208", message, name.span, help="choose another name")
        if key in keys:
            spelt = "" if name.value in {band.verdict for band in bands} else ", in two spellings"
            problems.add("R208", f"there are two verdicts called `{clip(name.value)}`{spelt}", name.span, help="rename one")
            continue
        keys.add(key)
        if last == ("when" in got.places):
            message = (
                "the last verdict takes all that is left and has no condition" if last else "only the last verdict goes without a condition"
            )
            step = "take `when` out, or add a verdict below" if last else "say under what counts it is given: when: …"
            problems.add("R108" if last else "R102", message, got.places.get("when", name.span), help=step)
        bands.append(Band(verdict=name.value, when=reader.read(got["when"]) if got.has("when") else None, span=name.span))
    return tuple(bands)


def _hash(root: Path, problems: Problems) -> str:
    paths = [root / name for name in RULE_FILES] + role_files(root)
    texts = {path.relative_to(root).as_posix(): problems.texts.get(os.fspath(path), "") for path in paths}
    return files_hash(texts)
