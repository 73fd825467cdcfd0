"""What attribute may have been meant by a name that is none."""

from __future__ import annotations

from evaluator.core.model import Pack
from evaluator.core.text import fold_name
from evaluator.diagnostics import Problems


def meant(name: str, pack: Pack, problems: Problems) -> str | None:
    """Return `did you mean ...?`, with the id of the attribute whose title or other name it is, else the closest ids."""
    if problems.crowded:
        return None
    named = {_folded(one): attribute.id for attribute in pack.attributes.values() for one in (attribute.title, *attribute.also)}
    found = named.get(_folded(name))
    return problems.did_you_mean(name, pack.attributes) if found is None else f"did you mean `{found}`?"


def _folded(name: str) -> str:
    """Fold hyphens too: in a profile a name may be written as ids of roles are."""
    return fold_name(name.replace("-", " "))
