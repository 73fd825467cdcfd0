"""Which one of several people is meant: by id, or by name where one has it alone."""

from __future__ import annotations

from collections.abc import Sequence

from evaluator.cli.failures import Unusable
from evaluator.core.model import Profile
from evaluator.core.text import fold_spaces
from evaluator.diagnostics import did_you_mean
from evaluator.report.views import people_words
from evaluator.report.words import some

_SHOWN = 8


def the_one(path: str, person: str | None, people: Sequence[Profile], *, complete: bool = True) -> Profile:
    """Return the one of a file's people who is meant by --person, or the only one where nobody is named.

    `complete` says that nobody was left out as what is stated of them cannot be used. Raises Unusable where nobody is, or several could be.
    """
    profiles = list(people) if person is None else _called(person, people)
    if len(profiles) == 1:
        return profiles[0]
    if person is None:
        raise Unusable(f"{path} holds {people_words(len(people))}", f"name one with --person: {some(_labels(people), _SHOWN)}")
    if profiles:
        ids = some([profile.id for profile in profiles], _SHOWN)
        raise Unusable(f"{path} holds {len(profiles)} people called `{person}`", f"name one by the id: {ids}")
    names = [profile.id for profile in people] + [profile.name for profile in people if profile.name]
    step = did_you_mean(person, names) or f"it holds {some(_labels(people), _SHOWN)}"
    if not complete:
        step = f"mend what is wrong with the others, as told above; {step}"
        raise Unusable(f"{path} holds nobody with the id or name `{person}` among those whose rows can be used", step)
    raise Unusable(f"{path} holds nobody with the id or name `{person}`", step)


def _called(person: str, people: Sequence[Profile]) -> list[Profile]:
    """Return who has the id, else who has the name, whatever its case."""
    wanted = fold_spaces(person)
    return [one for one in people if one.id == person] or [one for one in people if one.name and fold_spaces(one.name) == wanted]


def _labels(people: Sequence[Profile]) -> list[str]:
    return [
        person.id if person.name is None or fold_spaces(person.name) == fold_spaces(person.id) else f"{person.id} ({person.name})"
        for person in people
    ]
