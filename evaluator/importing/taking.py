"""An export and a pack → a draft of a profile: history, degree, certificates and skills, each with where it comes from."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from pathlib import PurePath

import attrs

from evaluator.conditions import attributes_read
from evaluator.diagnostics import Problems, Span
from evaluator.drafting.draft import Draft, Proposal, Statement
from evaluator.expressions import Gather, inputs
from evaluator.facts import complete
from evaluator.importing.found import Certificate, Export, Said, Study
from evaluator.importing.history import Positions, Taken, role_today, statement
from evaluator.importing.lists import Listed, Matched, origins, scale_proposals
from evaluator.importing.periods import days_of
from evaluator.importing.telling import Left, Told
from evaluator.model import Attribute, Evidence, Pack, Profile
from evaluator.reading.imports import Imports
from evaluator.values import Facts

_SELF = "self"


def draft_from(export: Export, pack: Pack, imports: Imports, as_of: datetime.date, told: Told, problems: Problems) -> Draft:  # noqa: PLR0913, PLR0917 - what an import needs, once
    """Return what an export says as a draft at the as-of date, its id still to be given.

    What could not be used is told; dates and rows that are wrong are problems. Every value taken carries, as evidence, that the person
    said so themself.
    """
    taker = _Taker(export=export, pack=pack, imports=imports, as_of=as_of, told=told, problems=problems)
    entries = taker.history()
    taker.degrees()
    taker.certificates()
    taker.skills()
    told.left.extend(_unread(export))
    role, note = role_today(entries, as_of, told) if imports.history and export.positions else (None, None)
    head = (
        f"From a {export.system} export, as of {as_of}, read with {pack.title} {pack.version}.",
        "Nobody but the person has said so yet: check it, complete it, and say under evidence who can confirm it.",
    )
    return Draft(
        id="",
        name=export.name,
        role=role,
        role_note=note,
        as_of=as_of,
        statements=taker.statements,
        proposals=tuple(taker.proposals),
        evidence=taker.evidence,
        head=head,
    )


def _unread(export: Export) -> Iterable[Left]:
    return [Left(what=words, why="") for words in export.unread]


@attrs.frozen(kw_only=True)
class _Taker:
    """Takes one section of an export after the other."""

    export: Export
    pack: Pack
    imports: Imports
    as_of: datetime.date
    told: Told
    problems: Problems
    statements: dict[str, Statement] = attrs.field(factory=dict, init=False)
    proposals: list[Proposal] = attrs.field(factory=list, init=False)
    evidence: dict[str, tuple[Evidence, ...]] = attrs.field(factory=dict, init=False)

    def history(self) -> list[Taken]:
        """Take the positions."""
        rules = self.imports.history
        if rules is None:
            self._unwanted("position", len(self.export.positions))
            return []
        positions = Positions(self.pack, rules, self.as_of, self.told, self.problems)
        found = [taken for position in self.export.positions if (taken := positions.taken(position)) is not None]
        if found:
            made = statement(rules, found)
            self._state(made, self.export.positions[0].span.path, _counted(len(found), "position"))
        return found

    def degrees(self) -> None:
        """Take the highest degree where every degree is known, and put subjects forward."""
        self._highest()
        rules = self.imports.subjects
        if rules is None:
            return
        listed = Listed(self.pack, rules)
        found: list[Matched] = []
        for study in self.export.studies:
            named = [said for said in (study.subject, study.degree) if said and listed.find(said.text)]
            found.extend(Matched(option=listed.find(said.text) or "", said=said) for said in named[:1])
            if study.subject and not named:
                why = f"no option of {rules.attribute} has this name"
                self.told.leave(f"subject “{study.subject.text}”", why, study.subject.span, listed.names.close(study.subject.text))
        self._set(listed, found, "subject")

    def _highest(self) -> None:
        rules = self.imports.degrees
        if rules is None:
            self._unwanted("degree", len(self.export.studies))
            return
        listed = Listed(self.pack, rules)
        held = [study.degree for study in self.export.studies if study.degree and self._is_held(study, study.degree)]
        found = listed.matched(held, self.told, "degree")
        if not found:
            return
        highest = max(found, key=lambda one: listed.attribute.type.options.index(one.option))
        rank = listed.attribute.type.parse(highest.option)
        if len(found) == len(held):
            note = f"from {origins([highest])}"
            self._state(Statement(attribute=rules.attribute, value=rank, note=note), highest.said.span.path, f"the degree {highest.option}")
        else:
            note = f"from {origins([highest])}; another degree is unknown to the pack and may be higher"
            self.proposals.append(Proposal(attribute=rules.attribute, value=rank, note=note))

    def _is_held(self, study: Study, degree: Said) -> bool:
        """Whether a study is known to be over at the as-of date; one without any date counts as over."""
        if study.end is None and study.start is not None:
            self.told.leave(f"degree “{degree.text}”", "it has no end, so it may not be finished", degree.span)
            return False
        if study.end is None:
            return True
        days = days_of(study.end, self.problems)
        if days is None or days[1] > self.as_of:
            why = f"it is not known to be finished at the as-of date {self.as_of}"
            self.told.leave(f"degree “{degree.text}”", why, degree.span)
            return False
        return True

    def certificates(self) -> None:
        """Take the certificates that are in force at the as-of date."""
        rules = self.imports.certifications
        if rules is None:
            self._unwanted("certificate", len(self.export.certificates))
            return
        names: list[Said] = []
        for one in self.export.certificates:
            why = self._not_in_force(one)
            if why:
                self.told.leave(f"certificate “{one.name.text}”", why, one.name.span)
            else:
                names.append(one.name)
        listed = Listed(self.pack, rules)
        self._set(listed, listed.matched(names, self.told, "certificate"), "certificate")

    def _not_in_force(self, one: Certificate) -> str:
        start, end = days_of(one.start, self.problems), days_of(one.end, self.problems)
        if (one.start and start is None) or (one.end and end is None):
            return "its dates cannot be read, so it is not known to be in force"
        if end is not None and end[1] < self.as_of:
            return f"it ran out before the as-of date {self.as_of}"
        return f"it begins after the as-of date {self.as_of}" if start is not None and start[0] > self.as_of else ""

    def skills(self) -> None:
        """Take skills that are options of a set; those that name a scale are put forward, for they say no level."""
        rules = self.imports.skills
        proposals = scale_proposals(self.pack, self.export.skills, self.statements, self.told)
        self.proposals.extend(proposals)
        if rules is None:
            self._unwanted("skill", len(self.export.skills))
            return
        listed = Listed(self.pack, rules)
        levelled = {one.span for one in self.export.skills if any(f"“{one.text}”" in made.note for made in proposals)}
        known = [said for said in self.export.skills if listed.find(said.text) or said.span not in levelled]
        self._set(listed, listed.matched(known, self.told, "skill"), "skill")

    def _set(self, listed: Listed, found: list[Matched], what: str) -> None:
        made, proposal = listed.stated(found, self.told)
        if made is not None:
            self._state(made, found[0].said.span.path, f"{_counted(len(found), what)} as {listed.attribute.id}")
        if proposal is not None:
            self.proposals.append(proposal)

    def _state(self, made: Statement, path: str, words: str) -> None:
        self.statements[made.attribute] = made
        self.told.taken.append(words)
        item = Evidence(
            what=f"{self.export.system} export, {PurePath(path).name}",
            when=self.as_of,
            confirmed_by=_SELF,
            span=Span.whole_file(path),
        )
        self.evidence[made.attribute] = (item,)

    def _unwanted(self, what: str, number: int) -> None:
        if number:
            self.told.leave(_counted(number, what), "the pack's imports.yaml does not say where they go")


def years_words(draft: Draft, pack: Pack, imports: Imports, as_of: datetime.date) -> list[str]:
    """Return what the pack computes from the positions of a draft at the as-of date, or that it stays unknown, in words."""
    history = imports.history
    if history is None or history.records not in draft.statements:
        return []
    given = {name: one.value for name, one in draft.statements.items()}
    facts = complete(pack, Profile(id=draft.id, given=given, span=Span.whole_file("")), as_of).facts
    computed = [one for one in pack.derived_attributes if one.derivation and history.records in inputs(one.derivation.expression)]
    return [f"{one.id}: {one.show(facts.get(one.id))}, computed from {history.records}{_wants(one, facts)}" for one in computed]


def _wants(attribute: Attribute, facts: Facts) -> str:
    """Say which fields of which entries keep an attribute unknown."""
    made = attribute.derivation.expression if attribute.derivation else None
    if attribute.id in facts or not isinstance(made, Gather) or not isinstance(facts[made.records], tuple):
        return ""
    records = [record for record in facts[made.records] if isinstance(record, Mapping)]  # type: ignore[union-attr]
    read = attributes_read([made.where]) if made.where else ()
    lacking = {name: sum(name not in record for record in records) for name in (*read, *([made.start] if made.start else []))}
    told = [f"{name} is missing in {number} of {len(records)} entries" for name, number in lacking.items() if number]
    return f": {' and '.join(told)}" if told else ""


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
