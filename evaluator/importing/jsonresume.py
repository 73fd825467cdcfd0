"""A JSON Resume → what it says: positions, education, certificates, skills and the name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from evaluator.diagnostics import Problems
from evaluator.importing.archive import MOST_BYTES, ExportProblem, check_size
from evaluator.importing.export import text_of
from evaluator.importing.found import Certificate, Export, Position, Said, Study
from evaluator.importing.jsontext import parse_json
from evaluator.importing.texts import plain
from evaluator.reading.nodes import ListNode, MappingNode, Node, ScalarNode, node_words

_SECTIONS = ("work", "education", "certificates", "skills")
_KNOWN = frozenset({*_SECTIONS, "basics", "meta", "$schema"})


def read_jsonresume(path: str, problems: Problems) -> Export:
    """Read a résumé; raises ExportProblem where it is none, and OSError where it cannot be read."""
    with Path(path).open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    check_size(path, len(data))
    node = parse_json(text_of(path, data), path, problems)
    if node is not None and not isinstance(node, MappingNode):
        raise ExportProblem(f"{path} holds no JSON object, so it is no résumé", "name a file in the shape of jsonresume.org")
    if node is None:
        return Export(system="JSON Resume", files=(path,))
    known = {entry.key.text for entry in node.entries} & set(_SECTIONS)
    if not known:
        raise ExportProblem(f"{path} holds none of {', '.join(_SECTIONS)}", "name a file in the shape of jsonresume.org")
    basics = node.get("basics")
    name = _said(basics.value, ("name",), problems) if basics and isinstance(basics.value, MappingNode) else None
    others = [entry.key.text for entry in node.entries if entry.key.text not in _KNOWN]
    return Export(
        system="JSON Resume",
        files=(path,),
        name=name.text if name else None,
        positions=tuple(_position(one, problems) for one in _entries(node, "work", problems)),
        studies=tuple(_study(one, problems) for one in _entries(node, "education", problems)),
        certificates=tuple(_certificates(node, problems)),
        skills=tuple(_skills(node, problems)),
        unread=tuple(f"`{plain(other)}` is not read" for other in others),
    )


def _entries(resume: MappingNode, section: str, problems: Problems) -> Iterator[MappingNode]:
    entry = resume.get(section)
    if entry is None or (isinstance(entry.value, ScalarNode) and entry.value.empty):
        return
    if not isinstance(entry.value, ListNode):
        problems.add("I103", f"`{section}` holds {node_words(entry.value)}, and no list", entry.value.span, help="write it in brackets")
        return
    for item in entry.value.items:
        if isinstance(item, MappingNode):
            yield item
        else:
            problems.add("I103", f"an entry of `{section}` is {node_words(item)}, and no object", item.span, help="write it in braces")


def _said(node: MappingNode, names: tuple[str, ...], problems: Problems) -> Said | None:
    """Return the text of the first of the keys that says something."""
    for name in names:
        entry = node.get(name)
        if entry is None or (isinstance(entry.value, ScalarNode) and (entry.value.empty or not entry.value.text.strip())):
            continue
        if isinstance(entry.value, ScalarNode):
            return Said(text=plain(entry.value.text), span=entry.value.span, column=name)
        problems.add("I103", f"`{name}` holds {_shape(entry.value)}, and no text", entry.value.span, help="write it in double quotes")
    return None


def _shape(node: Node) -> str:
    return "a list" if isinstance(node, ListNode) else "an object"


def _position(node: MappingNode, problems: Problems) -> Position:
    return Position(
        title=_said(node, ("position",), problems),
        employer=_said(node, ("name", "company"), problems),
        start=_said(node, ("startDate",), problems),
        end=_said(node, ("endDate",), problems),
        span=node.span,
    )


def _study(node: MappingNode, problems: Problems) -> Study:
    return Study(
        degree=_said(node, ("studyType",), problems),
        subject=_said(node, ("area",), problems),
        start=_said(node, ("startDate",), problems),
        end=_said(node, ("endDate",), problems),
        span=node.span,
    )


def _certificates(resume: MappingNode, problems: Problems) -> Iterator[Certificate]:
    for node in _entries(resume, "certificates", problems):
        name = _said(node, ("name",), problems)
        if name is not None:
            yield Certificate(name=name, start=_said(node, ("date",), problems), end=None)


def _skills(resume: MappingNode, problems: Problems) -> Iterator[Said]:
    """Yield the names of skills and their keywords, which are skills too."""
    for node in _entries(resume, "skills", problems):
        name = _said(node, ("name",), problems)
        if name is not None:
            yield name
        keywords = node.get("keywords")
        for item in keywords.value.items if keywords and isinstance(keywords.value, ListNode) else ():
            if isinstance(item, ScalarNode) and item.text.strip() and not item.empty:
                yield Said(text=plain(item.text), span=item.span, column="keywords")
