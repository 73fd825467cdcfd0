"""An export and a pack → a draft of a profile: history, degree, certificates and skills, each with where it comes from."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping
from pathlib import PurePath

import attrs

from evaluator.candidates.profile.drafting.draft import Draft, Proposal, Statement
from evaluator.candidates.profile.importing.exported import Certificate, Export, ExportedText, Study
from evaluator.candidates.profile.importing.history import ImportedPosition, Positions, role_today, statement
from evaluator.candidates.profile.importing.lists import Listed, OptionMatch, origins, scale_proposals
from evaluator.candidates.profile.importing.periods import days_of, is_open
from evaluator.candidates.profile.importing.report import ImportNotes, Left
from evaluator.core.attributes import Attribute
from evaluator.core.conditions import attributes_read
from evaluator.core.expressions import Gather
from evaluator.core.facts import complete
from evaluator.core.model import Evidence, Pack, Profile
from evaluator.core.values import Facts, PartialDate
from evaluator.diagnostics import Problems, Span
from evaluator.reading.pack.imports import Imports
from evaluator.report.words import joined, joined_some

_SELF = "self"


def draft_from(export: Export, pack: Pack, imports: Imports, as_of: datetime.date, import_notes: ImportNotes, problems: Problems) -> Draft:  # noqa: PLR0913, PLR0917 - what an import needs, once
    """Return what an export says as a draft at the as-of date, its id still to be given.

    A list counts as the whole only where all of it was understood. What could not be used is told; dates and rows that are wrong are
    problems. Every value taken carries, as evidence, that the person said so themself.
    """
    taker = _Taker(export=export, pack=pack, imports=imports, as_of=as_of, told=import_notes, problems=problems)
    entries = taker.history()
    taker.degrees()
    taker.certificates()
    taker.skills()
    import_notes.left.extend(_unread(export))
    role, note = role_today(entries, as_of, import_notes) if imports.history and export.positions else (None, None)
    head = (
        f"From a {export.system} export, as of {as_of}, read with {pack.title} {pack.version}.",
        "Nobody but the person has said so yet: check it, complete it, and say under evidence who can confirm it.",
    )
    return Draft(
        id="",
        name=export.name,
        role=role,
        role_note=note,
        gathered=as_of,
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
    told: ImportNotes
    problems: Problems
    statements: dict[str, Statement] = attrs.field(factory=dict, init=False)
    proposals: list[Proposal] = attrs.field(factory=list, init=False)
    evidence: dict[str, tuple[Evidence, ...]] = attrs.field(factory=dict, init=False)

    def history(self) -> list[ImportedPosition]:
        """Take the positions."""
        rules = self.imports.history
        if rules is None:
            self._unwanted("position", len(self.export.positions))
            return []
        positions = Positions(self.pack, rules, self.as_of, self.told, self.problems)
        imported_positions = [
            imported_position for position in self.export.positions if (imported_position := positions.taken(position)) is not None
        ]
        if imported_positions:
            whole = [*imported_positions, *(positions.lost(span) for span in self.export.lost.get("positions", ()))]
            self._state(statement(rules, whole), self.export.positions[0].span.path, _counted(len(imported_positions), "position"))
            return whole
        return []

    def degrees(self) -> None:
        """Take the highest degree where every degree is known, and put subjects forward."""
        self._highest()
        rules = self.imports.subjects
        if rules is None:
            return
        listed = Listed(self.pack, rules)
        option_matches: list[OptionMatch] = []
        unknown: list[ExportedText] = []
        nameless = False
        for study in self.export.studies:
            named = [exported_text for exported_text in (study.subject, study.degree) if exported_text and listed.find(exported_text.text)]
            option_matches.extend(OptionMatch(option=listed.find(said.text) or "", said=said) for said in named[:1])
            nameless = nameless or (not named and (study.subject is None or study.subject.unreadable))
            if study.subject and not study.subject.unreadable and not named:
                unknown.append(study.subject)
                why = f"no option of {rules.attribute} has this name"
                self.told.leave(f"subject “{study.subject.text}”", why, study.subject.span, listed.names.close(study.subject.text))
        lacks = self._lacks("studies", unknown) or ("another education names no subject" if nameless else "")
        self._set(listed, option_matches, "subject", lacks)

    def _highest(self) -> None:
        """Take the highest degree that is held, where no other one may be higher."""
        rules = self.imports.degrees
        if rules is None:
            self._unwanted("degree", len(self.export.studies))
            return
        listed = Listed(self.pack, rules)
        over = [(study, self._is_finished(study)) for study in self.export.studies]
        named = [(study.degree, finished) for study, finished in over if study.degree and not study.degree.unreadable]
        held = [degree for degree, finished in named if finished]
        perhaps = [degree for degree, finished in named if finished is None]
        nameless = [study for study, finished in over if finished is not False and (study.degree is None or study.degree.unreadable)]
        option_matches, unknown = listed.matched(held, self.told, "degree")
        if not option_matches:
            return
        highest = max(option_matches, key=lambda option_match: self._rank(listed, option_match.option))
        value = listed.attribute.type.parse(highest.option)
        note = f"from {origins([highest])}"
        lacks = "another degree is unknown to the pack and may be higher" if unknown else self._may_be_higher(listed, highest, perhaps)
        if not lacks and (nameless or self.export.lost.get("studies")):
            lacks = "another education names no degree that can be read, and may be higher"
        if lacks:
            self.told.ask(f"{rules.attribute}: {highest.option}", f"{lacks}; say which level is the highest")
        assumed = listed.attribute.absent_means
        if lacks and not (isinstance(assumed, int) and isinstance(value, int) and assumed <= value):
            self.proposals.append(Proposal(attribute=rules.attribute, value=value, note=f"{note}; {lacks}"))
        else:
            made = Statement(attribute=rules.attribute, value=value, note=note)
            self._state(made, highest.said.span.path, f"the degree {highest.option}")

    def _rank(self, listed: Listed, option: str) -> int:
        return listed.attribute.type.options.index(option)

    def _may_be_higher(self, listed: Listed, highest: OptionMatch, perhaps: list[ExportedText]) -> str:
        """Say that a degree of which nobody knows whether it is finished may be higher; nothing where none may."""
        found = [listed.find(perhap.text) for perhap in perhaps]
        higher = any(option is None or self._rank(listed, option) > self._rank(listed, highest.option) for option in found)
        return "another degree may be finished by now and may be higher" if higher else ""

    def _is_finished(self, study: Study) -> bool | None:
        """Whether a study is over at the as-of date, one without any date included; None where nobody knows."""
        if study.end is None:
            if study.start is not None:
                self._not_finished(study, "it has no end, so it may not be finished")
            return True if study.start is None else None
        if not study.end.unreadable and is_open(study.end.text):
            self._not_finished(study, "it goes on, so it is not finished")
            return False
        days = days_of(study.end, self.problems, "whether it is finished")
        if days is not None and days[1] <= self.as_of:
            return True
        self._not_finished(study, f"it is not known to be finished at the as-of date {self.as_of}")
        return False if days is not None and days[0] > self.as_of else None

    def _not_finished(self, study: Study, why: str) -> None:
        if study.degree is not None:
            self.told.leave(f"degree “{study.degree.text}”", why, study.degree.span)

    def certificates(self) -> None:
        """Take the certificates that are in force at the as-of date."""
        rules = self.imports.certifications
        if rules is None:
            self._unwanted("certificate", len(self.export.certificates))
            return
        names: list[ExportedText] = []
        doubtful = False
        for certificate in self.export.certificates:
            in_force, why = self._in_force(certificate)
            if why:
                self.told.leave(f"certificate “{certificate.name.text}”", why, certificate.name.span)
            else:
                names.append(certificate.name)
            doubtful = doubtful or in_force is None
        listed = Listed(self.pack, rules)
        option_matches, unknown = listed.matched(names, self.told, "certificate")
        lacks = "whether another is in force is not known" if doubtful else self._lacks("certificates", unknown)
        self._set(listed, option_matches, "certificate", lacks)

    def _in_force(self, certificate: Certificate) -> tuple[bool | None, str]:
        """Whether a certificate is in force at the as-of date, None where nobody knows, and why it is not known to be."""
        open_end = certificate.end is not None and not certificate.end.unreadable and is_open(certificate.end.text)
        what = "whether the certificate is in force"
        start, end = days_of(certificate.start, self.problems, what), None if open_end else days_of(certificate.end, self.problems, what)
        if end is not None and end[1] < self.as_of:
            return False, f"it ran out before the as-of date {self.as_of}"
        if start is not None and start[0] > self.as_of:
            return False, f"it begins after the as-of date {self.as_of}"
        if (certificate.start and start is None) or (certificate.end and end is None and not open_end):
            return None, "its dates cannot be read, so it is not known to be in force"
        return True, ""

    def _lacks(self, section: str, unknown: Collection[ExportedText]) -> str:
        """Say why a list of an export may be more than what was understood of it; nothing where all of it was."""
        if unknown:
            return f"{some_texts(unknown)} {'is' if len(unknown) == 1 else 'are'} not understood, and may be more of it"
        return "entries could not be read" if self.export.lost.get(section) else ""

    def skills(self) -> None:
        """Take skills that are options of a set; those that name a scale are put forward, for they say no level."""
        rules = self.imports.skills
        proposals = scale_proposals(self.pack, self.export.skills, self.statements, self.told)
        self.proposals.extend(proposals)
        if rules is None:
            self._unwanted("skill", len(self.export.skills))
            return
        listed = Listed(self.pack, rules)
        levelled = {skill.span for skill in self.export.skills if any(f"“{skill.text}”" in proposal.note for proposal in proposals)}
        known = [skill for skill in self.export.skills if listed.find(skill.text) or skill.span not in levelled]
        option_matches, unknown = listed.matched(known, self.told, "skill")
        self._set(listed, option_matches, "skill", self._lacks("skills", unknown))

    def _set(self, listed: Listed, option_matches: list[OptionMatch], what: str, lacks: str) -> None:
        made, proposal = listed.stated(option_matches, self.told, lacks)
        if made is not None:
            self._state(made, option_matches[0].said.span.path, f"{_counted(len(option_matches), what)} as {listed.attribute.id}")
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
    computed = [
        derived_attribute
        for derived_attribute in pack.derived_attributes
        if derived_attribute.derivation and history.records in derived_attribute.derivation.expression.inputs
    ]
    return [
        f"{attribute.id}: {attribute.show(facts.get(attribute.id))}, computed from {history.records}{_wants(attribute, facts)}"
        for attribute in computed
    ]


def _wants(attribute: Attribute, facts: Facts) -> str:
    """Say which fields of which entries keep an attribute unknown."""
    expression = attribute.derivation.expression if attribute.derivation else None
    if attribute.id in facts or not isinstance(expression, Gather) or not isinstance(facts[expression.records], tuple):
        return ""
    records = [record for record in facts[expression.records] if isinstance(record, Mapping)]  # type: ignore[union-attr]
    read = attributes_read([expression.where]) if expression.where else ()
    lacking = {name: sum(name not in record for record in records) for name in (*read, *([expression.start] if expression.start else []))}
    told = [f"{name} is missing in {number} of {len(records)} entries" for name, number in lacking.items() if number]
    for name in (expression.start, expression.end):
        partly = sum(isinstance(record.get(name or ""), PartialDate) for record in records)
        told += [f"{name} is not wholly known in {partly} of {len(records)} entries"] if partly else []
    return f": {joined(told)}" if told else ""


def some_texts(said: Collection[ExportedText]) -> str:
    """Name the first texts in quotation marks, and say how many more there are."""
    return joined_some(list(dict.fromkeys(f"“{one.text}”" for one in said)), _NAMED)


_NAMED = 3


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
