"""A JSON Resume → what it says: positions, education, certificates, skills and the name."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from evaluator.candidates.profile.importing.archive import ExportProblem, check_size
from evaluator.candidates.profile.importing.export import text_of
from evaluator.candidates.profile.importing.exported import Certificate, Export, ExportedText, Position, Study, is_placeholder
from evaluator.candidates.profile.importing.jsontext import parse_json
from evaluator.candidates.profile.importing.texts import plain
from evaluator.core.values import clip
from evaluator.diagnostics import Problems, Span
from evaluator.reading import limits
from evaluator.reading.yaml.files import open_input
from evaluator.reading.yaml.nodes import Entry, ListNode, MappingNode, Node, ScalarNode, node_words

_SECTIONS = {"work": "positions", "education": "studies", "certificates": "certificates", "skills": "skills"}
_KNOWN = frozenset({*_SECTIONS, "basics", "meta", "$schema"})


def read_jsonresume(path: str, problems: Problems) -> Export:
    """Read a résumé; raises ExportProblem where it is none, and OSError where it cannot be read."""
    with open_input(path, problems) as file:
        data = file.read(limits.EXPORTED + 1)
    check_size(path, len(data))
    twice: dict[Span, str] = {}
    node = parse_json(text_of(path, data), path, problems, twice)
    if node is not None and not isinstance(node, MappingNode):
        raise ExportProblem(f"{path} holds no JSON object, so it is no résumé", "name a file in the shape of jsonresume.org")
    if node is None:
        return Export(system="JSON Resume", files=(path,))
    if not {entry.key.text for entry in node.entries} & set(_SECTIONS):
        raise ExportProblem(f"{path} holds none of {', '.join(_SECTIONS)}", "name a file in the shape of jsonresume.org")
    return _Resume(path=path, node=node, twice=twice, problems=problems).export()


@attrs.frozen(kw_only=True)
class _Resume:
    """Reads the sections of a résumé; what cannot be read of them is reported, and kept as lost."""

    path: str
    node: MappingNode
    twice: dict[Span, str]
    problems: Problems
    lost: dict[str, list[Span]] = attrs.field(factory=dict, init=False)

    def export(self) -> Export:
        """Return what the résumé says."""
        basics = self.node.get("basics")
        name = self._said(basics.value, ("name",)) if basics and isinstance(basics.value, MappingNode) else None
        positions = tuple(self._position(entry) for entry in self._entries("work") if isinstance(entry, MappingNode))
        studies = tuple(self._study(entry) for entry in self._entries("education") if isinstance(entry, MappingNode))
        certificates, skills = tuple(self._certificates()), tuple(self._skills())
        others = [entry.key.text for entry in self.node.entries if entry.key.text not in _KNOWN]
        return Export(
            system="JSON Resume",
            files=(self.path,),
            name=name.text if name and not name.unreadable else None,
            positions=tuple(position for position in positions if position),
            studies=tuple(study for study in studies if study),
            certificates=certificates,
            skills=skills,
            lost={_SECTIONS[section]: tuple(spans) for section, spans in self.lost.items()},
            unread=(
                *(f"`{plain(other)}` is not read" for other in others),
                *(f"{span}: the key `{clip(key)}` stands twice, in a part that is not read" for span, key in self.twice.items()),
            ),
        )

    def _entries(self, section: str) -> Iterator[Node]:
        """Yield the entries of a section that say anything."""
        entry = self.node.get(section)
        if entry is None or _says_nothing(entry.value) or self._is_twice(entry, section):
            return
        if not isinstance(entry.value, ListNode):
            self._lose(section, f"`{section}` holds {node_words(entry.value)}, and no list", entry.value.span, "write it in brackets")
            return
        for item in entry.value.items:
            if isinstance(item, MappingNode) or (section == "skills" and isinstance(item, ScalarNode) and not _says_nothing(item)):
                yield item
            elif not _says_nothing(item):
                step = "write it in braces"
                self._lose(section, f"an entry of `{section}` is {node_words(item)}, and no object", item.span, step)

    def _lose(self, section: str, message: str, span: Span, step: str) -> None:
        self.problems.add("I103", message, span, help=f"{step}; it was not used")
        self.lost.setdefault(section, []).append(span)

    def _is_twice(self, entry: Entry, section: str | None = None) -> bool:
        """Whether a key stands twice in an object, so that nobody knows which of the two is meant; report it."""
        key = self.twice.pop(entry.value.span, None)
        if key is None:
            return False
        self.problems.add("I103", f"the key `{clip(key)}` stands twice in one object", entry.value.span, help=_TWICE)
        if section is not None:
            self.lost.setdefault(section, []).append(entry.value.span)
        return True

    def _said(self, node: MappingNode, names: tuple[str, ...]) -> ExportedText | None:
        """Return the text of the first of the keys that says something."""
        for name in names:
            entry = node.get(name)
            if entry is None or _says_nothing(entry.value):
                continue
            if self._is_twice(entry):
                return ExportedText(text="", span=entry.value.span, column=name, unreadable=True)
            if isinstance(entry.value, ScalarNode):
                return ExportedText(text=plain(entry.value.text), span=entry.value.span, column=name)
            message = f"`{name}` holds {'a list' if isinstance(entry.value, ListNode) else 'an object'}, and no text"
            self.problems.add("I103", message, entry.value.span, help="write it in double quotes; it was not used")
            return ExportedText(text="", span=entry.value.span, column=name, unreadable=True)
        return None

    def _position(self, node: MappingNode) -> Position | None:
        title, employer = self._said(node, ("position",)), self._said(node, ("name", "company"))
        start, end = self._said(node, ("startDate",)), self._said(node, ("endDate",))
        if is_placeholder(title, employer, start, end):
            return None
        return Position(title=title, employer=employer, start=start, end=end, span=node.span)

    def _study(self, node: MappingNode) -> Study | None:
        school, degree, subject = (self._said(node, (name,)) for name in ("institution", "studyType", "area"))
        start, end = self._said(node, ("startDate",)), self._said(node, ("endDate",))
        if is_placeholder(school, degree, subject, start, end):
            return None
        return Study(degree=degree, subject=subject, start=start, end=end, span=node.span)

    def _certificates(self) -> Iterator[Certificate]:
        for node in self._entries("certificates"):
            name = self._said(node, ("name",)) if isinstance(node, MappingNode) else None
            if isinstance(node, MappingNode) and name is not None and not is_placeholder(name):
                if name.unreadable:
                    self.lost.setdefault("certificates", []).append(name.span)
                else:
                    yield Certificate(name=name, start=self._said(node, ("date",)), end=None)

    def _skills(self) -> Iterator[ExportedText]:
        """Yield the names of skills and their keywords, which are skills too."""
        for node in self._entries("skills"):
            if isinstance(node, ScalarNode):
                yield from self._skill(ExportedText(text=plain(node.text), span=node.span, column="skills"))
            elif isinstance(node, MappingNode):
                yield from self._skill(self._said(node, ("name",)))
                yield from self._keywords(node)

    def _keywords(self, node: MappingNode) -> Iterator[ExportedText]:
        entry = node.get("keywords")
        if entry is None or _says_nothing(entry.value) or self._is_twice(entry, "skills"):
            return
        for item in entry.value.items if isinstance(entry.value, ListNode) else (entry.value,):
            if isinstance(item, ScalarNode):
                yield from self._skill(
                    ExportedText(text=plain(item.text), span=item.span, column="keywords") if not _says_nothing(item) else None
                )
            elif not _says_nothing(item):
                self._lose("skills", f"a keyword is {node_words(item)}, and no text", item.span, "write it in double quotes")

    def _skill(self, exported_text: ExportedText | None) -> Iterator[ExportedText]:
        if exported_text is not None and exported_text.unreadable:
            self.lost.setdefault("skills", []).append(exported_text.span)
        elif exported_text is not None and not is_placeholder(exported_text):
            yield exported_text


_TWICE = "keep one of the two; neither was used"


def _says_nothing(node: Node) -> bool:
    """Whether a value is a placeholder: null, nothing but spaces, a list or an object without anything in it."""
    if isinstance(node, ScalarNode):
        return node.empty or not plain(node.text)
    if isinstance(node, ListNode):
        return all(map(_says_nothing, node.items))
    return all(_says_nothing(entry.value) for entry in node.entries)
