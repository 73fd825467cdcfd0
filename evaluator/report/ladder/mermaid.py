"""The ladder as Mermaid text: tracks as boxes, roles as nodes, moves as arrows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from evaluator.core.enums import MoveKind
from evaluator.core.model import Pack, Role
from evaluator.report.text import visible
from evaluator.report.words import role_words

_ARROWS = {MoveKind.PROMOTION: "-->", MoveKind.LATERAL: "-.->", MoveKind.SPECIALISATION: "==>", MoveKind.DEMOTION: "--x"}
_ENTITIES = str.maketrans({"#": "#35;", "&": "#amp;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "`": "#96;"})
LEGEND = {
    MoveKind.PROMOTION: "promotion",
    MoveKind.LATERAL: "lateral move",
    MoveKind.SPECIALISATION: "specialisation",
    MoveKind.DEMOTION: "demotion",
}


def mermaid(pack: Pack, labels: Mapping[str, str] | None = None) -> str:
    """Write the ladder as a Mermaid flowchart that grows from the bottom up; roles that have a label carry it behind their title."""
    return "\n".join(_lines(pack, labels or {})) + "\n"


def _lines(pack: Pack, labels: Mapping[str, str]) -> Iterator[str]:
    yield f"%% {visible(pack.title)} {visible(pack.version)} (hash {pack.content_hash})"
    drawn = [f"{_ARROWS[kind]} {words}" for kind, words in LEGEND.items() if any(move.kind is kind for move in pack.moves)]
    if drawn:
        yield f"%% {', '.join(drawn)}"
    if any(role.destination for role in pack.roles.values()):
        yield "%% rounded boxes lie beyond the ladder and are never judged"
    yield "flowchart BT"
    for track in pack.tracks:
        roles = sorted((role for role in pack.roles.values() if role.track == track.id), key=lambda role: (role.rung, role.among_peers))
        if roles:
            yield f"  subgraph {_id('track', track.id)}[{_quoted(track.title)}]"
            yield from (f"    {_node(role, labels.get(role.id))}" for role in roles)
            yield "  end"
    for move in pack.moves:
        yield f"  {_id('role', move.origin)} {_ARROWS[move.kind]} {_id('role', move.to)}"


def _node(role: Role, label: str | None) -> str:
    shape = ("([", "])") if role.destination else ("[", "]")
    notes = ", ".join(note for note in (note_of(role), label) if note)
    return f"{_id('role', role.id)}{shape[0]}{_quoted(f'{role.title} ({notes})' if notes else role.title)}{shape[1]}"


def note_of(role: Role) -> str | None:
    """Say beside a role's title what it is, where that is not seen by its shape."""
    return None if role.destination else role_words(role)


def _id(prefix: str, name: str) -> str:
    """Return an id that cannot be one of Mermaid's own words, such as `end`."""
    return f"{prefix}_{name.replace('-', '_')}"


def _quoted(title: str) -> str:
    return f'"{visible(title).translate(_ENTITIES)}"'
