"""The pack and the profile: what the rule files and a candidate's file say, read and checked."""

from __future__ import annotations

import datetime
import graphlib
import math
from collections.abc import Iterator, Mapping
from functools import cached_property

import attrs

from evaluator.core.attributes import Attribute, LookupTable, Scale
from evaluator.core.bounds import AnswerRanges, bounds_of_type
from evaluator.core.conditions import Condition, NamedCondition, attributes_read
from evaluator.core.dates import Precision, last_day, show_date
from evaluator.core.derive_bounds import is_whole
from evaluator.core.enums import Basis, CriterionKind, MoveKind, Prefer, RankBy
from evaluator.core.expectations import Expectation
from evaluator.core.expressions import Expression, within
from evaluator.core.notebook import html_table
from evaluator.core.values import Facts, Kind, Number, Value
from evaluator.diagnostics import Span

EDITIONS = (1, 2)
"""The editions of the rule language; a pack that names none is of the first, and keeps its meaning."""
ROLE = "role"
"""The attribute that holds today's role in a pack whose rules read it; what is stated for it is the profile's own `role`."""
READY = "ready"
"""The command line's word for the best verdict, whatever a pack calls that."""
UNDECIDED = "undecided"
"""The word for a verdict that lies between two."""
FACTS_STALE_AFTER = 12
"""The age in months above which facts are told as old, where a pack says nothing of it."""


@attrs.frozen(kw_only=True)
class Citation:
    """A document and one of its section headings."""

    document: str
    section: str
    span: Span


@attrs.frozen(kw_only=True)
class Document:
    """A source that criteria may cite."""

    id: str
    title: str
    publisher: str | None
    author: str | None
    date: str | None
    sections: tuple[str, ...]
    span: Span


@attrs.frozen(kw_only=True)
class Criterion:
    """A condition that counts towards a role, with its weight, source and advice.

    While it is unmet, a verdict is no better than `caps_at`; one that caps and was given no weight weighs 0 and stands in no count.
    `policy` says that it is said once in pack.yaml, for this role and others; `places` is where its weight, cap and the like are written,
    which may be among defaults.
    """

    id: str
    role: str
    title: str
    kind: CriterionKind
    required: bool
    weight: Number
    caps_at: str | None = None
    when: Condition
    applies_when: Condition | None = None
    almost: Condition | None = None
    source: Citation | None = None
    basis: Basis
    advice: str | None = None
    takes_months: int | None = None
    policy: bool = False
    places: Mapping[str, Span] = attrs.field(factory=dict, eq=False, repr=False)
    span: Span

    def __repr__(self) -> str:
        return f"Criterion({self.key!r})"

    @property
    def key(self) -> str:
        """The criterion's name within the pack: role/criterion."""
        return f"{self.role}/{self.id}"

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The conditions that its state hangs on: its own, then what says whether it applies."""
        return (self.when,) if self.applies_when is None else (self.when, self.applies_when)

    @cached_property
    def attributes_read(self) -> tuple[str, ...]:
        """The attributes that its state hangs on, each once, in order."""
        return attributes_read(self.conditions)

    @property
    def all_conditions(self) -> tuple[Condition, ...]:
        """Every condition that it has: those that its state hangs on, then what is almost enough."""
        return self.conditions if self.almost is None else (*self.conditions, self.almost)

    @property
    def counts(self) -> bool:
        """Whether it stands in counts and in the score."""
        return self.weight > 0


@attrs.frozen(kw_only=True)
class Policy:
    """A criterion said once in pack.yaml for the judged roles of `tracks` and for `roles`; for all of them where it names neither.

    Each of these roles holds it among its criteria; `criterion` belongs to no role.
    """

    criterion: Criterion
    tracks: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Its name within the pack."""
        return self.criterion.id

    @property
    def title(self) -> str:
        """What it asks for."""
        return self.criterion.title

    @property
    def span(self) -> Span:
        """Where it stands."""
        return self.criterion.span

    def holds_for(self, role: Role) -> bool:
        """Whether it is one of a role's criteria."""
        everywhere = not self.tracks and not self.roles
        return role.judged and (everywhere or role.track in self.tracks or role.id in self.roles)


@attrs.frozen(kw_only=True)
class Role:
    """A rung of a track; at most one of `destination`, `entry`, `interim` and `held_only` holds.

    A destination lies beyond the ladder and has no criteria. An entry role is held by anybody, and has none either. An interim role is
    judged and gives no standing. A role that is held only is nobody's promotion; it may go without criteria. Of peers, which share a
    track and a rung, the one of the lowest `order` is listed first.
    `row` is the row of a table that the role is made of, beside a template which it shares with other rows.

    `shared_title` is the title that its file gives it, where roles of other tracks have the same: the `title` then says the track as well.
    """

    id: str
    title: str
    also: tuple[str, ...] = ()
    track: str
    rung: int
    order: int | None = None
    shared_title: str | None = None
    destination: bool = False
    entry: bool = False
    interim: bool = False
    held_only: bool = False
    summary: str | None = None
    source: Citation | None = None
    criteria: tuple[Criterion, ...] = ()
    row: Span | None = attrs.field(default=None, eq=False, repr=False)
    span: Span

    def __repr__(self) -> str:
        return f"Role({self.id!r})"

    @property
    def among_peers(self) -> tuple[float, str]:
        """What orders it among its peers: its `order`, those without one last, then its id."""
        return (math.inf if self.order is None else self.order, self.id)

    @cached_property
    def attributes_read(self) -> frozenset[str]:
        """The attributes that its verdict hangs on."""
        return frozenset(name for criterion in self.criteria for name in criterion.attributes_read)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Every condition of its criteria."""
        return tuple(condition for criterion in self.criteria for condition in criterion.all_conditions)

    @property
    def judged(self) -> bool:
        """Whether anybody is judged for it."""
        return not (self.destination or self.entry or (self.held_only and not self.criteria))

    @property
    def why_never_judged(self) -> str | None:
        """Why nobody is judged for it, in words that go on after its name; None where it is judged."""
        if self.judged:
            return None
        if self.destination:
            return "lies beyond the ladder and is never judged"
        return "is an entry role, held by anybody, and is never judged" if self.entry else "is held only and asks for nothing"


@attrs.frozen(kw_only=True)
class Move:
    """An arrow of the ladder."""

    origin: str
    to: str
    kind: MoveKind
    when: Condition | None = None
    reason: str | None = None
    source: Citation | None = None
    basis: Basis
    span: Span

    @property
    def key(self) -> str:
        """The move's name within the pack: from->to."""
        return f"{self.origin}->{self.to}"


@attrs.frozen(kw_only=True)
class Band:
    """A verdict and the condition over a role's tally under which it is given; the last has none."""

    verdict: str
    when: Condition | None
    span: Span


@attrs.frozen(kw_only=True)
class TieBreaker:
    """An attribute that orders candidates who are level by what comes before it; who does not state it comes last."""

    attribute: str
    prefer: Prefer
    span: Span


@attrs.frozen(kw_only=True)
class Track:
    """A family of rungs; on a cumulative one a rung counts only where those below it do.

    `bands` are the verdicts that its roles are judged by, best first, where it has its own.
    """

    id: str
    title: str
    cumulative: bool = False
    bands: tuple[Band, ...] = ()
    span: Span


@attrs.frozen(slots=False, kw_only=True)
class Pack:
    """A folder of rule files: one ladder of one organisation; not slotted, so that look-ups can be kept.

    `declared_roles` are the ids of all roles that files describe, usable or not. `ranking` is what orders candidates where the pack names
    it, with its attributes among the `tie_breakers`; else that is the verdict, the score, then these. `default_keys` are what pack.yaml
    says once for all criteria that do not say it themselves. By its `former_names` people may state an attribute too, where packs are
    compared between which it was renamed; by `former_fields`, written `history.title`, fields of entries. `files` has the bytes that
    each file was read from, so that an edit of one is made from what the pack says and nothing else.
    """

    name: str
    title: str
    version: str
    language: int = EDITIONS[0]
    effective: datetime.date
    bands: tuple[Band, ...]
    policies: tuple[Policy, ...] = ()
    default_keys: frozenset[str] = frozenset()
    declared_roles: frozenset[str] = frozenset()
    tracks: tuple[Track, ...]
    attributes: Mapping[str, Attribute]
    former_names: Mapping[str, str] = attrs.field(factory=dict)
    former_fields: Mapping[str, str] = attrs.field(factory=dict)
    tables: Mapping[str, LookupTable] = attrs.field(factory=dict)
    scales: Mapping[str, Scale] = attrs.field(factory=dict)
    named_conditions: Mapping[str, NamedCondition] = attrs.field(factory=dict)
    documents: Mapping[str, Document]
    roles: Mapping[str, Role]
    moves: tuple[Move, ...]
    tie_breakers: tuple[TieBreaker, ...] = ()
    ranking: tuple[RankBy | TieBreaker, ...] = ()
    plausible: tuple[Expectation, ...] = ()
    stale_after_months: int | None = None
    facts_stale_after_months: int = FACTS_STALE_AFTER
    content_hash: str
    folder: str
    files: Mapping[str, bytes] = attrs.field(factory=dict, eq=False, repr=False)

    def __repr__(self) -> str:
        return f"Pack({self.name!r}, version={self.version!r}, {len(self.roles)} roles, {len(self.attributes)} attributes)"

    def _repr_html_(self) -> str:
        rows = [(role.title, role.track, role.rung, len(role.criteria)) for role in self.roles.values()]
        caption = f"{self.title}, {self.version}, in force since {self.effective}"
        return html_table(caption, ("role", "track", "rung", "criteria"), rows)

    @cached_property
    def verdicts(self) -> tuple[str, ...]:
        """The verdicts of the pack's own bands, best first; a role may have others: see `verdicts_of`."""
        return tuple(band.verdict for band in self.bands)

    @property
    def best(self) -> str:
        """What the best verdict of the pack's own bands is called; of a role it may be called otherwise: see `best_of`."""
        return self.verdicts[0]

    @cached_property
    def tracks_with_bands(self) -> Mapping[str, Track]:
        """The tracks that have verdicts of their own."""
        return {track.id: track for track in self.tracks if track.bands}

    def bands_of(self, role: Role) -> tuple[Band, ...]:
        """Return the bands that a role is judged by: those of its track where that has its own, else the pack's."""
        track = self.tracks_with_bands.get(role.track)
        return self.bands if track is None else track.bands

    def verdicts_of(self, role: Role) -> tuple[str, ...]:
        """Return the verdicts that there are on a role, best first."""
        return tuple(band.verdict for band in self.bands_of(role)) if role.track in self.tracks_with_bands else self.verdicts

    def best_of(self, role: Role) -> str:
        """Return what the best verdict on a role is called."""
        return self.bands_of(role)[0].verdict

    def scale_of(self, role: Role) -> str | None:
        """Return the track whose own verdicts a role is judged by; None where it is judged by the pack's."""
        return role.track if role.track in self.tracks_with_bands else None

    def caps_for(self, criterion: Criterion) -> tuple[str, ...]:
        """Return the verdicts at which a criterion may cap: all but the best of its role; of a policy, those that all its roles have."""
        of_policy = [role for role in self.judged_roles if any(one.policy and one.id == criterion.id for one in role.criteria)]
        roles = of_policy if criterion.policy else [self.roles[criterion.role]]
        first, *others = [self.verdicts_of(role)[1:] for role in roles] or [self.verdicts[1:]]
        return tuple(verdict for verdict in first if all(verdict in other for other in others))

    def with_bands(self, track: str | None, bands: tuple[Band, ...]) -> Pack:
        """Return the pack with other bands for one of its `tracks_with_bands`, or without a track with other bands of its own."""
        if track is None:
            return attrs.evolve(self, bands=bands)
        return attrs.evolve(self, tracks=tuple(attrs.evolve(one, bands=bands) if one.id == track else one for one in self.tracks))

    @cached_property
    def declared_bands(self) -> Mapping[str | None, tuple[Band, ...]]:
        """The lists of bands that the pack has, by the track that has them as its own; the pack's own under None, first."""
        return {None: self.bands, **{track.id: track.bands for track in self.tracks_with_bands.values()}}

    @cached_property
    def scales_of_verdicts(self) -> Mapping[str | None, tuple[Band, ...]]:
        """The lists of bands that judged roles are judged by, by the track that has them as its own; the pack's own under None, first."""
        used = {self.scale_of(role) for role in self.judged_roles} or {None}
        return {track: bands for track, bands in self.declared_bands.items() if track in used}

    @cached_property
    def roles_by_verdicts(self) -> Mapping[tuple[str, ...], tuple[Role, ...]]:
        """The judged roles by the words of their verdicts, best first: tracks with the same words stand together."""
        roles: dict[tuple[str, ...], list[Role]] = {}
        for role in self.judged_roles:
            roles.setdefault(self.verdicts_of(role), []).append(role)
        return {verdicts: tuple(listed) for verdicts, listed in roles.items()}

    @cached_property
    def verdict_words(self) -> tuple[str, ...]:
        """Every word for a verdict, once: those of the pack's own bands, then what only tracks have."""
        return tuple(dict.fromkeys(band.verdict for bands in self.declared_bands.values() for band in bands))

    @cached_property
    def every_band(self) -> tuple[Band, ...]:
        """The bands that judged roles are judged by."""
        return tuple(band for bands in self.scales_of_verdicts.values() for band in bands)

    @cached_property
    def judged_roles(self) -> tuple[Role, ...]:
        """The roles that people are judged for, by track and rung, then peers by their `order` and id."""
        order = {track.id: index for index, track in enumerate(self.tracks)}
        judged = (role for role in self.roles.values() if role.judged)
        return tuple(sorted(judged, key=lambda role: (order.get(role.track, len(order)), role.rung, role.among_peers)))

    @cached_property
    def standing_roles(self) -> Mapping[str, tuple[Role, ...]]:
        """The roles that can be a standing, by the track they are of: those that are judged and not interim; no track without any."""
        roles = {
            track.id: tuple(role for role in self.judged_roles if role.track == track.id and not role.interim) for track in self.tracks
        }
        return {track: standing for track, standing in roles.items() if standing}

    @cached_property
    def cumulative_tracks(self) -> frozenset[str]:
        """The tracks on which a rung counts only where those below it do."""
        return frozenset(track.id for track in self.tracks if track.cumulative)

    @cached_property
    def declared_attributes(self) -> Mapping[str, Attribute]:
        """The attributes that attributes.yaml declares."""
        return {name: attribute for name, attribute in self.attributes.items() if not attribute.implied}

    @cached_property
    def reported(self) -> tuple[Attribute, ...]:
        """The computed attributes that are shown in results, in the order of the file."""
        return tuple(attribute for attribute in self.attributes.values() if attribute.report)

    @cached_property
    def entry_role(self) -> Role | None:
        """The role that is held by whoever states none: the entry role of a pack that has exactly one."""
        entries = [role for role in self.roles.values() if role.entry]
        return entries[0] if len(entries) == 1 else None

    def role_held(self, profile: Profile) -> str | None:
        """Return today's role of a profile: the one stated, else the entry role; None where it is none of the pack, or not known."""
        if profile.role is not None or profile.other_role is not None or self.entry_role is None:
            return profile.role
        return self.entry_role.id

    @cached_property
    def ready_order(self) -> tuple[Role, ...]:
        """The roles whose verdicts conditions read, each after those that it waits for; raises graphlib.CycleError for a circle."""
        flags = {attribute.id: attribute.ready_for for attribute in self.attributes.values() if attribute.ready_for}
        if not flags:
            return ()
        waits = {role.id: [flags[name] for name in attributes_read(role.conditions) if name in flags] for role in self.judged_roles}
        order = graphlib.TopologicalSorter(waits).static_order()
        return tuple(self.roles[name] for name in order if name in waits and name in flags.values())

    @cached_property
    def waiting_roles(self) -> frozenset[str]:
        """The roles whose own criteria read whether somebody is ready for another one."""
        flags = {attribute.id for attribute in self.attributes.values() if attribute.ready_for}
        return frozenset(role.id for role in self.judged_roles if not flags.isdisjoint(attributes_read(role.conditions)))

    @cached_property
    def derived_attributes(self) -> tuple[Attribute, ...]:
        """The derived attributes, each after those it reads; raises graphlib.CycleError where they go in a circle."""
        reads = {attribute.id: attribute.derivation.expression.inputs for attribute in self.attributes.values() if attribute.derivation}
        return tuple(self.attributes[name] for name in graphlib.TopologicalSorter(reads).static_order() if name in reads)

    @cached_property
    def answer_ranges(self) -> AnswerRanges:
        """What the pack says of the answers to what it asks for, which bounds of computed attributes are worked out from.

        Nothing is said of what is implied: today's role may be none of the pack, and then nothing is known of what follows from it.
        """
        declared = self.declared_attributes.values()
        answerable = [attribute for attribute in declared if attribute.derivation is None or attribute.may_be_given]
        bounds = {attribute.id: bounds_of_type(attribute.type, ranged=attribute.derivation is None) for attribute in answerable}
        fields = {(attribute.id, name): bounds_of_type(type_) for attribute in answerable for name, type_ in attribute.type.fields.items()}
        whole = {attribute.id for attribute in self.attributes.values() if attribute.kind in {Kind.INTEGER, Kind.SCALE}}
        for attribute in self.derived_attributes:
            if attribute.derivation and not attribute.may_be_given and is_whole(attribute.derivation.expression, whole):
                whole.add(attribute.id)
        return AnswerRanges(
            answerable=frozenset(attribute.id for attribute in answerable),
            bounds={name: given for name, given in bounds.items() if given is not None},
            whole=frozenset(whole),
            fields={name: given for name, given in fields.items() if given is not None},
        )

    @cached_property
    def dependents(self) -> Mapping[str, tuple[Attribute, ...]]:
        """What is computed from each attribute, also by way of others, each after those that it reads."""
        reads: dict[str, set[str]] = {}
        readers: dict[str, list[Attribute]] = {name: [] for name in self.attributes}
        for attribute in self.derived_attributes:
            direct = () if attribute.derivation is None else attribute.derivation.expression.inputs
            reads[attribute.id] = {*direct}.union(*(reads.get(name, set()) for name in direct))
            for name in reads[attribute.id] & readers.keys():
                readers[name].append(attribute)
        return {name: tuple(listed) for name, listed in readers.items()}

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """The conditions of criteria and moves, in their order."""
        criteria = (criterion for role in self.roles.values() for criterion in role.criteria)
        of_moves = (move.when for move in self.moves if move.when is not None)
        return (*(condition for criterion in criteria for condition in criterion.all_conditions), *of_moves)

    @cached_property
    def read_by_rules(self) -> frozenset[str]:
        """The attributes that criteria, moves and tie-breakers read, and those that these are computed from."""
        waiting = [
            *attributes_read(self.conditions),
            *(tie_breaker.attribute for tie_breaker in self.tie_breakers),
        ]
        names: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name not in names:
                names.add(name)
                derivation = self.attributes[name].derivation
                waiting += [] if derivation is None else derivation.expression.inputs
        return frozenset(names)

    def expressions(self) -> Iterator[Expression]:
        """Yield every expression that derived attributes are computed from, and every one inside these."""
        for attribute in self.derived_attributes:
            yield from () if attribute.derivation is None else within(attribute.derivation.expression)

    @cached_property
    def role_names(self) -> Mapping[str, str]:
        """Every name of a role (id, title, other names), folded to lower case, and the role's id."""
        names = {name.casefold(): role.id for role in self.roles.values() for name in (*role.also, role.title)}
        return names | {role: role for role in self.roles}

    def titled(self, name: str) -> tuple[str, ...]:
        """Return the titles, with their tracks, of the roles that share a title; nothing where no two have it."""
        folded = " ".join(name.split()).casefold()
        return tuple(role.title for role in self.roles.values() if role.shared_title and role.shared_title.casefold() == folded)

    def find_role(self, name: str) -> Role | None:
        """Return the role of that id, title or other name, whatever its case."""
        return self.roles.get(self.role_names.get(" ".join(name.split()).casefold(), ""))

    def show(self, facts: Facts) -> dict[str, str]:
        """Return facts as people read them, by attribute: the label of a scale, which facts hold as its rank, numbers with their unit."""
        return {name: self.attributes[name].show(value) for name, value in facts.items() if name in self.attributes}

    def height(self, move: Move) -> int:
        """Return how high a move leads on the way up, the higher the better of next roles with one verdict; 0 for any other.

        The way up are promotions, and whatever leads to a higher rung of the same track. In edition 1 the rung orders nothing.
        """
        here, there = self.roles[move.origin], self.roles[move.to]
        up = move.kind is MoveKind.PROMOTION or (here.track == there.track and here.rung < there.rung)
        return there.rung + 1 if up and self.language > 1 else 0

    @cached_property
    def moves_in_order(self) -> tuple[int, ...]:
        """The places of the moves, by the `order` of the roles that they lead to, then as the file has them: who is first among equals."""
        places = range(len(self.moves))
        return tuple(sorted(places, key=lambda place: (self.roles[self.moves[place].to].among_peers[0], place)))

    def moves_from(self, role: str) -> tuple[Move, ...]:
        """Return the moves out of a role, in the order of the file."""
        return tuple(move for move in self.moves if move.origin == role)


@attrs.frozen(kw_only=True)
class Evidence:
    """One item that carries a claim: what it is, when it was (the first day of the date given), who can confirm it, and a link."""

    what: str
    when: datetime.date | None = None
    precision: Precision = Precision.DAY
    confirmed_by: str | None = None
    link: str | None = None
    span: Span

    @property
    def last_day(self) -> datetime.date | None:
        """The last day that its date covers."""
        return None if self.when is None else last_day(self.when, self.precision)

    @property
    def date_words(self) -> str | None:
        """Its date as it was written: 2024, 2024-05 or 2024-05-17."""
        return None if self.when is None else show_date(self.when, self.precision)

    @property
    def parts(self) -> tuple[str | None, ...]:
        """All that it says, without where it stands."""
        return (self.what, self.date_words, self.confirmed_by, self.link)


@attrs.frozen(kw_only=True)
class Profile:
    """What is known of one candidate; `given` holds only what was stated, `evidence` what carries it, by attribute.

    `other_role` is a role stated that is none of the pack, kept where the rules read today's role; `as_of` is the day to judge for,
    `gathered` the day on which the facts were gathered; `places` says where these and attributes stand.
    """

    id: str
    name: str | None = None
    role: str | None = None
    other_role: str | None = None
    as_of: datetime.date | None = None
    gathered: datetime.date | None = None
    given: Mapping[str, Value] = attrs.field(factory=dict)
    groups: Mapping[str, str] = attrs.field(factory=dict)
    evidence: Mapping[str, tuple[Evidence, ...]] = attrs.field(factory=dict)
    notes: str | None = None
    span: Span
    places: Mapping[str, Span] = attrs.field(factory=dict, eq=False, repr=False)

    def __repr__(self) -> str:
        today = "" if self.role is None else f", role={self.role!r}"
        return f"Profile({self.id!r}{today}, {len(self.given)} facts)"

    @property
    def facts_as_of(self) -> datetime.date | None:
        """The day that the facts are of: the one on which they were gathered, else the one that the profile is judged for."""
        return self.gathered or self.as_of

    @property
    def label(self) -> str:
        """The name, or the id where there is none."""
        return self.name or self.id
