"""An interview that was left: its answers in a file beside the profile to be, so that it goes on where it stopped."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import attrs

from evaluator.candidates.profile.drafting.interview import Answer, Interview
from evaluator.core.files import open_to_read
from evaluator.core.values import ValueProblem

FORMAT = "evaluator/unfinished-profile"
_MOST = 1024 * 1024


class UnfinishedProblem(Exception):
    """The file of an unfinished interview cannot be used."""


@attrs.frozen(kw_only=True)
class Unfinished:
    """What was kept of an interview: the pack it was held with, its as-of date and the answers in order."""

    pack: str
    as_of: datetime.date
    answers: tuple[Answer, ...]


def beside(target: str) -> Path:
    """Return the file in which an interview for a profile is kept."""
    return Path(f"{target}.unfinished")


def kept(interview: Interview) -> str:
    """Return an interview as the text of that file."""
    answers = [[answer.key, answer.text] for answer in interview.answers]
    content = {"format": FORMAT, "version": 1, "pack": interview.pack.name, "as_of": interview.as_of.isoformat(), "answers": answers}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def read_unfinished(path: Path) -> Unfinished | None:
    """Read the file, or return None where there is none; raises UnfinishedProblem where it is no such file."""
    if not path.exists():
        return None
    with open_to_read(path) as file:
        data = file.read(_MOST + 1)
    try:
        content: dict[str, Any] = json.loads(data.decode("utf-8")) if len(data) <= _MOST else {}
        if content["format"] != FORMAT or content["version"] != 1:
            raise UnfinishedProblem
        answers = tuple(_answer(pair) for pair in content["answers"])
        return Unfinished(pack=str(content["pack"]), as_of=datetime.date.fromisoformat(content["as_of"]), answers=answers)
    except (ValueError, TypeError, KeyError, LookupError, RecursionError) as problem:
        raise UnfinishedProblem from problem


def _answer(pair: list[object]) -> Answer:
    key, text = pair
    if not isinstance(key, str) or not (text is None or isinstance(text, str)):
        raise TypeError
    return Answer(key=key, text=text)


def resumed(interview: Interview, answers: Iterable[Answer]) -> list[str]:
    """Give an interview the answers that were kept; returns the keys of those that the pack takes no more."""
    lost: list[str] = []
    for answer in answers:
        try:
            interview.take(answer.key, answer.text)
        except (ValueProblem, KeyError):
            lost.append(answer.key)
    return lost
