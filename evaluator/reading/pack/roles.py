"""roles/<role>.yaml and moves.yaml → roles, criteria and moves."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from pathlib import PurePath

import attrs

from evaluator.core.conditions import Condition
from evaluator.core.enums import Basis, CriterionKind, MoveKind
from evaluator.core.model import Citation, Criterion, Document, Move, Policy, Role
from evaluator.core.ready_for import circle, reads, tests_of
from evaluator.core.values import Number, clip
from evaluator.diagnostics import Problems, Related, Span
from evaluator.reading.pack.conditions import ConditionReader
from evaluator.reading.pack.shapes import At, Got, Key, ListOf, Located, Object, Raw, check_edition
from evaluator.reading.references import Sort, refer
from evaluator.reading.yaml.nodes import Node
from evaluator.reading.yaml.scalars import Flag, Identifier, Months, Numeral, Text, Word, renaming_step

WEIGHT = Numeral(above=0, most=100, code="R404", step="a weight goes from above 0 to 100; 1 counts once, 2 twice")
SOURCE = Object(
    what="a source",
    keys=[
        Key(name="document", shape=At(shape=Text(definition="document")), doc="the id of a document in sources.yaml", required=True),
        Key(name="section", shape=At(shape=Text()), doc="one of the headings that sources.yaml lists for the document", required=True),
    ],
    also="sections",
)
_CITED = (
    Key(name="source", shape=SOURCE, doc="the document and section that says so"),
    Key(name="basis", shape=Word(words=Basis), doc="how firmly the source carries this", required=True, inherited=True),
)
_CONDITION = Raw(definition="condition")
CRITERION = Object(
    what="a criterion",
    keys=[
        Key(name="id", shape=At(shape=Identifier()), doc="its name within the role", required=True),
        Key(name="title", shape=Text(), doc="what it asks for, in one line", required=True),
        Key(name="kind", shape=Word(words=CriterionKind), doc="what sort of thing it asks for", required=True, inherited=True),
        Key(name="required", shape=Flag(), doc="whether the role cannot be had without it; false where not given"),
        Key(name="weight", shape=WEIGHT, doc="how much it counts towards the score, above 0"),
        Key(
            name="caps_at",
            shape=At(shape=Text(definition="cap")),
            doc="the verdict that the role's is no better than while this is unmet; without a weight it stands in no count",
            since=2,
        ),
        Key(name="when", shape=_CONDITION, doc="the condition that meets it", required=True),
        Key(name="almost", shape=_CONDITION, doc="a weaker condition: what counts as close"),
        Key(name="applies_when", shape=_CONDITION, doc="where this is unmet, the criterion leaves every count"),
        *_CITED,
        Key(name="advice", shape=Text(), doc="what to do about a gap"),
        Key(name="takes", shape=Months(), doc="how long closing the gap takes, such as 12 months"),
    ],
)
SETTABLE = ("weight", "required", "takes", "caps_at")
"""The keys of a criterion that hold one value which is no condition and can be exchanged for another."""
_CRITERION_DEFAULTS = ("kind", "required", "weight", "source", "basis")
DEFAULTS = Object(
    what="defaults",
    keys=[attrs.evolve(key, required=False) for key in CRITERION.keys if key.name in _CRITERION_DEFAULTS],
)
POLICY = Object(
    what="a policy",
    keys=[
        *CRITERION.keys,
        Key(name="tracks", shape=ListOf(shape=At(shape=Text(definition="track"))), doc="the tracks whose judged roles it holds for"),
        Key(
            name="roles",
            shape=ListOf(shape=At(shape=Text(definition="role"))),
            doc="the judged roles that it holds for; where neither tracks nor roles are named, it holds for all",
        ),
    ],
)
ROLE = Object(
    what="a role file",
    keys=[
        Key(name="role", shape=At(shape=Identifier()), doc="the role's id, which is the file's name", required=True),
        Key(name="title", shape=Text(), doc="the role's title", required=True),
        Key(name="also", shape=ListOf(shape=Text()), doc="other titles it goes by"),
        Key(name="track", shape=At(shape=Text(definition="track")), doc="the id of its track in pack.yaml", required=True),
        Key(name="rung", shape=Numeral(whole=True, least=0), doc="its height on the track; peers share one", required=True),
        Key(name="order", shape=Numeral(whole=True, least=0), doc="its place among the roles of its track and rung, lowest first", since=2),
        Key(name="destination", shape=Flag(), doc="true for a role beyond the ladder, which is never judged"),
        Key(name="entry", shape=Flag(), doc="true for a role that anybody holds: no criteria, and moves lead on from it", since=2),
        Key(name="interim", shape=Flag(), doc="true for a role that is held for a time: judged, and no standing", since=2),
        Key(name="held_only", shape=Flag(), doc="true for a role that people hold and nobody is promoted to", since=2),
        Key(name="summary", shape=Text(), doc="what the role is, in one sentence"),
        Key(name="source", shape=SOURCE, doc="the document and section that names it"),
        Key(name="defaults", shape=DEFAULTS, doc="what its criteria take where they say nothing themselves", since=2),
        Key(name="criteria", shape=ListOf(shape=CRITERION), doc="what the role asks for"),
    ],
    also="role_needs",
)
MOVE = Object(
    what="a move",
    keys=[
        Key(name="from", shape=At(shape=Text(definition="role")), doc="the role it leads out of", required=True),
        Key(name="to", shape=At(shape=Text(definition="role")), doc="the role it leads to", required=True),
        Key(
            name="kind",
            shape=Word(words=MoveKind, since={MoveKind.DEMOTION: 2}),
            doc="promotion, lateral, specialisation or, from edition 2 on, demotion",
            required=True,
            inherited=True,
        ),
        Key(name="when", shape=_CONDITION, doc="the condition under which it is open"),
        Key(name="reason", shape=Text(), doc="why somebody would take it, in one sentence"),
        *_CITED,
    ],
)
MOVE_DEFAULTS = Object(
    what="defaults", keys=[attrs.evolve(key, required=False) for key in MOVE.keys if key.name in {"kind", "source", "basis"}]
)
MOVES = Object(
    what="moves.yaml",
    keys=[
        Key(name="defaults", shape=MOVE_DEFAULTS, doc="what moves take where they say nothing themselves", since=2),
        Key(name="moves", shape=ListOf(shape=MOVE, least=0), doc="the ladder's arrows", required=True),
    ],
    also="moves_needs",
)


@attrs.frozen(kw_only=True)
class Surroundings:
    """What a role file is read against; what is declared and could not be read was reported where it is declared.

    `defaults` are what criteria take where they say nothing themselves, the nearest first. `scale` is the track whose own the
    `verdicts` are.
    """

    conditions: ConditionReader
    documents: Mapping[str, Document]
    tracks: frozenset[str]
    declared_documents: Container[str] = frozenset()
    declared_tracks: Container[str] = frozenset()
    declared_roles: Container[str] = frozenset()
    verdicts: Sequence[str] = ()
    scale: str = ""
    verdicts_of_tracks: Mapping[str, Sequence[str]] = attrs.field(factory=dict)
    default_weight: Number
    defaults: tuple[Got, ...] = ()
    sources: Span = attrs.field(factory=lambda: Span.whole_file("sources.yaml"))
    problems: Problems

    def on_track(self, track: str) -> Surroundings:
        """Return the same with the verdicts of a track, where it has its own."""
        return attrs.evolve(self, verdicts=self.verdicts_of_tracks[track], scale=track) if track in self.verdicts_of_tracks else self

    def cap(self, got: Got, tracks: Iterable[str] = ()) -> str | None:
        """Read the verdict at which a criterion caps, if it does; where no verdict could be read, nobody can tell whether it is one.

        What holds for roles of several `tracks` names a verdict that caps on each of them.
        """
        placed: Located[str] | None = got.get("caps_at")
        scales = {track: tuple(self.on_track(track).verdicts) for track in tracks} or {"": tuple(self.verdicts)}
        if placed is None or not all(scales.values()) or not self._caps(placed, scales):
            return None
        for scale in {self.on_track(track).scale for track in scales}:
            refer(Sort.VERDICT, placed.value, placed.span, scale)
        if got.get("required") and "weight" not in got.places:
            related = [Related(span=got.places["caps_at"], message="it caps here")]
            message = "a criterion that caps and names no weight stands in no count, and so cannot be required"
            step = "give it a weight, so that it counts as well, or take `required` out: the cap keeps everybody from a better verdict"
            self.problems.add("R108", message, got.places["required"], help=step, related=related)
        return placed.value

    def _caps(self, placed: Located[str], scales: Mapping[str, tuple[str, ...]]) -> bool:
        """Report a verdict that is none of those on a track, or the best of them, by the first track where that is so."""
        wrong = next((track for track, verdicts in scales.items() if placed.value not in verdicts[1:]), None)
        if wrong is None:
            return True
        verdicts, name = scales[wrong], clip(placed.value)
        common = [verdict for verdict in verdicts[1:] if all(verdict in others[1:] for others in scales.values())]
        where = f" on the track `{wrong}`" if len(set(scales.values())) > 1 else ""
        if placed.value == verdicts[0]:
            step = f"name a worse one, such as `{common[0]}`, or take caps_at out" if common else "take caps_at out"
            message, code = f"`{name}` is the best verdict{where}, and a cap there keeps nobody from anything", "R104"
        else:
            listed = " or ".join(f"`{verdict}`" for verdict in common)
            step = self.problems.did_you_mean(placed.value, common) or (f"name {listed}" if listed else "take caps_at out")
            message, code = f"there is no verdict called `{name}`{where}", "R207"
        if where and not common:
            step = "say the policy once for each list of verdicts, with the `tracks` that have it"
        self.problems.add(code, message, placed.span, help=step)
        return False

    def with_defaults(self, got: Got) -> Surroundings:
        """Return the same with the defaults of something read in front of those around it."""
        if not got.has("defaults"):
            return self
        self.citation(got["defaults"])
        return attrs.evolve(self, defaults=(got["defaults"], *self.defaults))

    def condition(self, got: Got, key: str) -> Condition | None:
        """Read the condition under a key, if there is one."""
        return self.conditions.read(got[key]) if got.has(key) else None

    def check_track(self, named: Located[str]) -> None:
        """Report a track that pack.yaml does not declare."""
        refer(Sort.TRACK, named.value, named.span)
        if named.value not in self.tracks and named.value not in self.declared_tracks:
            step = self.problems.did_you_mean(named.value, self.tracks) or "declare it in pack.yaml"
            self.problems.add("R207", f"there is no track called `{clip(named.value)}`", named.span, help=step)

    def check_role(self, named: Located[str], roles: Mapping[str, Role]) -> None:
        """Report a role that no file describes."""
        refer(Sort.ROLE, named.value, named.span)
        if named.value not in roles and named.value not in self.declared_roles:
            step = self.problems.did_you_mean(named.value, roles) or "add a file for it under roles/"
            self.problems.add("R202", f"there is no role called `{clip(named.value)}`", named.span, help=step)

    def citation(self, got: Got) -> Citation | None:
        """Read the source under a thing, and hold document and section against sources.yaml."""
        source: Got | None = got.get("source")
        if source is None or not source.has("document", "section"):
            return None
        name: Located[str] = source["document"]
        document = self.documents.get(name.value)
        section: Located[str] = source["section"]
        refer(Sort.DOCUMENT, name.value, name.span)
        if document is None and not self.documents and not self.declared_documents:
            step = "write a sources.yaml that lists them"
            self.problems.add("R205", "documents are cited, and no sources.yaml declares them", self.sources, help=step)
        elif document is None and name.value not in self.declared_documents:
            step = self.problems.did_you_mean(name.value, self.documents) or "declare it in sources.yaml"
            self.problems.add("R205", f"there is no document called `{clip(name.value)}`", name.span, help=step)
        elif document is not None and document.sections and section.value not in document.sections:
            step = self.problems.did_you_mean(section.value, document.sections) or "cite a heading listed in sources.yaml"
            related = [Related(span=document.span, message="its headings are listed here")]
            self.problems.add("R206", f"`{document.id}` has no section `{clip(section.value)}`", section.span, help=step, related=related)
        return Citation(document=name.value, section=section.value, span=source.span)


def read_role(node: Node, path: str, around: Surroundings, row: Span | None = None) -> Role | None:
    """Read a role file, or what a row of a table makes of one; None where it is unusable."""
    problems = around.problems
    got = ROLE.read(node, problems)
    if got is None or not got.has("role", "title", "track", "rung"):
        return None
    name: Located[str] = got["role"]
    if row is None and name.value != PurePath(path).stem:
        step = renaming_step("role", name.value, PurePath(path))
        problems.add("R107", f"the file is called {PurePath(path).name}, and the role `{name.value}`", name.span, help=step)
    refer(Sort.ROLE, name.value, name.span, declares=True)
    track: Located[str] = got["track"]
    around.check_track(track)
    _check_part(got, name.span, problems)
    return Role(
        id=name.value,
        title=got["title"],
        also=got.get("also", ()),
        track=track.value,
        rung=got["rung"],
        order=got.get("order"),
        destination=got.get("destination", False),
        entry=got.get("entry", False),
        interim=got.get("interim", False),
        held_only=got.get("held_only", False),
        summary=got.get("summary"),
        source=around.citation(got),
        criteria=_criteria(got.get("criteria", ()), name.value, around.on_track(track.value).with_defaults(got)),
        row=row,
        span=name.span,
    )


PARTS = {"destination": "a destination", "entry": "an entry role", "interim": "an interim role", "held_only": "held only"}
"""What a role may be at most one of, with its words."""
WITHOUT_CRITERIA = {
    "destination": "a destination is never judged and has no criteria",
    "entry": "an entry role is held by anybody and has no criteria",
}


def _check_part(got: Got, name: Span, problems: Problems) -> None:
    """Report a role that is two things which no role is at once, and criteria that are missing or too many."""
    parts = [key for key in got.places if key in PARTS and got.get(key)]
    first = parts[0] if parts else None
    for other in parts[1:]:
        related = [Related(span=got.places[parts[0]], message=f"it is called {PARTS[parts[0]]} here")]
        message = f"a role that is {PARTS[parts[0]]} cannot be {PARTS[other]} too"
        problems.add("R108", message, got.places[other], help="keep one of the two", related=related)
    if first in WITHOUT_CRITERIA and "criteria" in got.places:
        related = [Related(span=got.places[first], message=f"it is called {PARTS[first]} here")]
        step = f"take the criteria out, or the line {first}: true"
        problems.add("R108", WITHOUT_CRITERIA[first], got.places["criteria"], help=step, related=related)
    if first in {None, "interim"} and "criteria" not in got.places:
        step = "list what it asks for, or say destination: true"
        if problems.edition != 1:
            step += ", or entry: true where anybody holds it"
        message = "an interim role is judged and needs criteria" if first else "a role needs criteria"
        problems.add("R102", message, name, help="list what it asks for" if first else step)


def _criteria(items: tuple[Got, ...], role: str, around: Surroundings) -> tuple[Criterion, ...]:
    criteria: dict[str, Criterion] = {}
    for got in items:
        criterion = _criterion(got, role, around)
        if criterion is not None and criterion.id in criteria:
            related = [Related(span=criteria[criterion.id].span, message="the first one")]
            around.problems.add(
                "R208", f"the role has two criteria called `{criterion.id}`", criterion.span, help="rename one", related=related
            )
        elif criterion is not None:
            criteria[criterion.id] = criterion
    return tuple(criteria.values())


def read_policies(items: tuple[Got, ...], roles: Mapping[str, Role], around: Surroundings) -> tuple[Policy, ...]:
    """Read the policies of pack.yaml; unusable ones are reported and left out."""
    policies: dict[str, Policy] = {}
    for got in items:
        tracks, named = _tracks_named(got, around), _roles_named(got, roles, around)
        everywhere = not tracks and not named
        held = [role.track for role in roles.values() if role.judged and (everywhere or role.track in tracks or role.id in named)]
        criterion = _criterion(got, "", around, tuple(dict.fromkeys(held)))
        if criterion is None:
            continue
        policy = Policy(criterion=attrs.evolve(criterion, policy=True), tracks=tracks, roles=named)
        twins = [one for role in roles.values() for one in role.criteria if one.id == policy.id and policy.holds_for(role)]
        if policy.id in policies:
            related = [Related(span=policies[policy.id].span, message="the first one")]
            around.problems.add("R208", f"there are two policies called `{policy.id}`", policy.span, help="rename one", related=related)
        elif twins:
            related = [Related(span=one.span, message=f"the criterion of `{one.role}`") for one in twins]
            message = f"the policy `{policy.id}` has the name of a criterion of `{twins[0].role}`"
            around.problems.add("R208", message, policy.span, help="rename one", related=related)
        else:
            policies[policy.id] = policy
    return tuple(policies.values())


def with_policies(role: Role, policies: Iterable[Policy]) -> Role:
    """Return a role with the policies that hold for it among its criteria, after its own."""
    held = (attrs.evolve(policy.criterion, role=role.id) for policy in policies if policy.holds_for(role))
    return attrs.evolve(role, criteria=(*role.criteria, *held))


def _tracks_named(got: Got, around: Surroundings) -> tuple[str, ...]:
    named: tuple[Located[str], ...] = got.get("tracks", ())
    for track in named:
        around.check_track(track)
    return tuple(dict.fromkeys(track.value for track in named))


def _roles_named(got: Got, roles: Mapping[str, Role], around: Surroundings) -> tuple[str, ...]:
    named: tuple[Located[str], ...] = got.get("roles", ())
    for placed in named:
        around.check_role(placed, roles)
        if placed.value in roles and (why := roles[placed.value].why_never_judged):
            message = f"`{placed.value}` {why}, so no policy holds for it"
            around.problems.add("R104", message, placed.span, help="take it out of the list")
    return tuple(dict.fromkeys(placed.value for placed in named))


def _defaulted(shape: Object, got: Got, around: Surroundings) -> Got:
    """Return a criterion, policy or move with what it takes from defaults.

    No default makes a criterion count that only caps, and none cites a document for what is a judgement.
    """
    caps = {"weight", "required"} if "caps_at" in got.places and "weight" not in got.places else set()
    basis = next((one["basis"] for one in (got, *around.defaults) if one.has("basis")), None)
    sources = {"source"} if basis is Basis.JUDGEMENT else set()
    return shape.with_defaults(got, around.defaults, around.problems, leave=caps | sources)


def _criterion(read: Got, role: str, around: Surroundings, tracks: Sequence[str] | None = None) -> Criterion | None:
    """Read a criterion, or a policy that holds for judged roles of some tracks."""
    got = _defaulted(CRITERION if tracks is None else POLICY, read, around)
    when, almost, applies = (around.condition(got, key) for key in ("when", "almost", "applies_when"))
    source, caps_at = around.citation(got), around.cap(got, tracks or ())
    check_basis(got, "criterion" if tracks is None else "policy", around.problems)
    if when is None or not got.has("id", "title", "kind", "basis"):
        return None
    refer(Sort.CRITERION if tracks is None else Sort.POLICY, got["id"].value, got["id"].span, role, declares=True)
    return Criterion(
        id=got["id"].value,
        role=role,
        title=got["title"],
        kind=got["kind"],
        required=got.get("required", False),
        weight=got.get("weight", 0 if "caps_at" in got.places else around.default_weight),
        caps_at=caps_at,
        when=when,
        almost=almost,
        applies_when=applies,
        source=source,
        basis=got["basis"],
        advice=got.get("advice"),
        takes_months=got.get("takes"),
        places={key: got.value_places[key] for key in SETTABLE if key in got.value_places},
        span=got["id"].span,
    )


def check_basis(got: Got, what: str, problems: Problems) -> None:
    """Report what claims to stand on a document and names none."""
    basis = got.get("basis")
    if basis in {Basis.DOCUMENTED, Basis.INFERRED} and "source" not in got.places:
        step = "add source: {document: …, section: …}, or say basis: judgement"
        place, related = got.places["basis"], []
        if "basis" in got.defaulted:
            related = [Related(span=place, message=f"{basis} by default")]
            place = next(iter(got.places.values()))
        problems.add("R401", f"the {what} is {basis} and names no source", place, help=step, related=related)


def read_moves(node: Node, roles: Mapping[str, Role], around: Surroundings) -> tuple[Move, ...]:
    """Read moves.yaml; unusable moves are reported and left out."""
    got = MOVES.read(node, around.problems)
    around = attrs.evolve(around, defaults=())
    around = around if got is None else around.with_defaults(got)
    moves: dict[str, Move] = {}
    for item in () if got is None else got.get("moves", ()):
        move = _move(item, roles, around)
        if move is not None and move.key in moves:
            related = [Related(span=moves[move.key].span, message="the first one")]
            message = f"there are two moves from `{move.origin}` to `{move.to}`"
            around.problems.add("R208", message, move.span, help="join them: any_of their conditions", related=related)
        elif move is not None:
            moves[move.key] = move
    return tuple(moves.values())


def _move(read: Got, roles: Mapping[str, Role], around: Surroundings) -> Move | None:
    got = _defaulted(MOVE, read, around)
    when = around.condition(got, "when")
    source = around.citation(got)
    check_basis(got, "move", around.problems)
    ends = [_end(got, key, roles, around) for key in ("from", "to")]
    if None in ends or not got.has("kind", "basis") or ("when" in got.places and when is None):
        return None
    origin, to = (str(end) for end in ends)
    if origin == to:
        around.problems.add("R204", f"the move leads from `{to}` to itself", got["to"].span, help="name another role, or take the move out")
        return None
    if got["kind"] is MoveKind.DEMOTION:
        _check_demotion(got, roles[origin], roles[to], around.problems)
    else:
        _check_end(got, roles[to], around.problems)
    span: Span = got.places["from"]
    return Move(origin=origin, to=to, kind=got["kind"], when=when, reason=got.get("reason"), source=source, basis=got["basis"], span=span)


def _check_demotion(got: Got, origin: Role, to: Role, problems: Problems) -> None:
    """Report a demotion in edition 1, and one that leads up its track or stays on the rung."""
    check_edition(2, "the kind `demotion`", got.places.get("kind", got.span), problems)
    if origin.track == to.track and origin.rung <= to.rung:
        where = "leads up from" if origin.rung < to.rung else "stays on the rung of"
        related = [Related(span=to.span, message=f"`{to.id}` is on rung {to.rung}")]
        step = f"say what it is: kind: {'promotion' if origin.rung < to.rung else 'lateral'}"
        problems.add("R204", f"the demotion to `{to.id}` {where} `{origin.id}`", got["to"].span, help=step, related=related)


def _check_end(got: Got, to: Role, problems: Problems) -> None:
    """Report a move to a role that nobody can be moved to."""
    why = "anybody holds: it is an entry role" if to.entry else "is held only: nobody is promoted to it" if to.held_only else None
    if why:
        related = [Related(span=to.span, message="the role")]
        problems.add("R204", f"the move leads to `{to.id}`, which {why}", got["to"].span, help="take the move out", related=related)


def _end(got: Got, key: str, roles: Mapping[str, Role], around: Surroundings) -> str | None:
    placed: Located[str] | None = got.get(key)
    if placed is None:
        return None
    around.check_role(placed, roles)
    return placed.value if placed.value in roles else None


def check_ready_for(roles: Mapping[str, Role], moves: Iterable[Move], problems: Problems) -> None:
    """Report conditions that ask whether somebody is ready for a role that is never judged, or in a circle for their own."""
    conditions = [condition for role in roles.values() for criterion in role.criteria for condition in criterion.all_conditions]
    conditions += [move.when for move in moves if move.when is not None]
    told: set[Span] = set()
    for name, test in (pair for condition in conditions for pair in tests_of(condition)):
        why = roles[name].why_never_judged if name in roles else None
        if why and test.span not in told:
            told.add(test.span)
            related = [Related(span=roles[name].span, message="the role")]
            problems.add("R204", f"`{name}` {why}, so that nobody is ready for it", test.span, help="name a judged role", related=related)
    if names := circle(roles):
        test = reads(roles[names[0]])[names[1]]
        message = f"the verdict on `{names[0]}` waits for itself: {' → '.join(names)}"
        problems.add("R209", message, test.span, help="take one of these steps out")
