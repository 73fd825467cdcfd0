"""Write docs/default-pack.md from docs/facts.yaml and the default pack: `python docs/facts.py`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import attrs
import yaml

from evaluator import Pack, load_pack
from evaluator.core.model import Citation

ROOT = Path(__file__).parents[1]
LIST, PAGE = ROOT / "docs" / "facts.yaml", ROOT / "docs" / "default-pack.md"
STATUSES = ("rendered", "in part", "overstated", "wrong", "left out")
"""What can be said of a fact; all but the first need a reason."""

HEAD = """\
# What the default pack takes from its documents

The pack in `rules/`, {title} {version}, is written after five documents. This page lists what they say, fact by fact and
in our own words, and where the pack has it, or why it has not. `python docs/facts.py` writes it from [facts.yaml](facts.yaml);
a test holds the list to the pack.

Beside each criterion and move stands its basis. *Documented*: the document names what is tested. *Inferred*: it follows from
what the document says. *Judgement*: it is ours, and the document names the role or the subject only. Levels of skill, counts,
lengths of time, weights and what is required are the pack's own, whatever the basis, but for the eight years of a product director."""


@attrs.frozen(kw_only=True)
class Fact:
    """What a document says, and where the pack has it."""

    document: str
    sections: tuple[str, ...]
    words: str
    status: str
    at: tuple[str, ...] = ()
    why: str | None = None


def facts() -> tuple[Fact, ...]:
    """Read the list."""
    documents: dict[str, list[dict[str, Any]]] = yaml.safe_load(LIST.read_text(encoding="utf-8"))["documents"]
    return tuple(
        Fact(
            document=document,
            sections=tuple(each["sections"]),
            words=each["fact"],
            status=each["status"],
            at=tuple(each.get("at", ())),
            why=each.get("why"),
        )
        for document, of_it in documents.items()
        for each in of_it
    )


def parts_of(pack: Pack) -> dict[str, tuple[str, Citation | None]]:
    """Return what the list can name: roles, criteria, moves and attributes, each with its words for the page and what it cites."""
    named: dict[str, tuple[str, Citation | None]] = {
        f"@{each.id}": (f"{each.title} (attribute)", None) for each in pack.attributes.values()
    }
    for role in pack.roles.values():
        named[role.id] = (f"{role.title} (role)", role.source)
        for criterion in role.criteria:
            if not criterion.policy:
                named[f"{role.id}/{criterion.id}"] = (f"{role.title}: {criterion.title} – {criterion.basis}", criterion.source)
    for move in pack.moves:
        words = f"{pack.roles[move.origin].title} → {pack.roles[move.to].title} – {move.basis}"
        named[f"{move.origin} > {move.to}"] = (words, move.source)
    return named


def made(pack: Pack) -> str:
    """Return the text of the page."""
    known, listed = parts_of(pack), facts()
    lines = [*_head(pack, listed)]
    for document in dict.fromkeys(fact.document for fact in listed):
        lines += ["", f"## {pack.documents[document].title}", ""]
        lines += ["| says | under | in the pack | where |", "|---|---|---|---|"]
        for fact in listed:
            if fact.document == document:
                where = "<br>".join(known[name][0] for name in fact.at) or "–"
                status = fact.status if fact.why is None else f"{fact.status}: {fact.why[0].lower()}{fact.why[1:]}"
                lines.append("| " + " | ".join((fact.words, "<br>".join(fact.sections), status, where)) + " |")
    return "\n".join(lines) + "\n"


def _head(pack: Pack, listed: tuple[Fact, ...]) -> list[str]:
    counts = {document: Counter(fact.status for fact in listed if fact.document == document) for document in pack.documents}
    used = [status for status in STATUSES if any(status in count for count in counts.values())]
    rows = [
        f"| {pack.documents[document].title} | {count.total()} | " + " | ".join(str(count[status]) for status in used) + " |"
        for document, count in counts.items()
    ]
    total = Counter(fact.status for fact in listed)
    return [
        *HEAD.format(title=pack.title, version=pack.version).splitlines(),
        "",
        "| document | facts | " + " | ".join(used) + " |",
        "|---|---|" + "---|" * len(used),
        *rows,
        f"| **all** | {total.total()} | " + " | ".join(str(total[status]) for status in used) + " |",
    ]


if __name__ == "__main__":
    PAGE.write_text(made(load_pack(ROOT / "rules")), encoding="utf-8")
