"""Titles of a new ladder, in any script, and the ids that files and rules know them by."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence

import attrs

from evaluator.core.values import clip
from evaluator.diagnostics import EvaluatorError
from evaluator.packs.scaffold import NewRole
from evaluator.reading.yaml.writing import WORDS_IN_QUOTES, slug

_LONGEST_TITLE, _LONGEST_ID = 120, 48
_NO_TEXT = frozenset({"Cc", "Cs", "Cn", "Zl", "Zp"})
_MARKS = "\ufeff"
_WORDS = WORDS_IN_QUOTES | {"none"}
"""What other programs that read YAML, or the rule files themselves, take for something else than a name."""


class NamesProblem(EvaluatorError):
    """A title that cannot be one, or titles that cannot stand beside each other."""


@attrs.frozen(kw_only=True)
class NewTrack:
    """A track that is to be started, with its roles, lowest first."""

    id: str
    title: str
    roles: tuple[NewRole, ...]


@attrs.frozen(kw_only=True)
class NewLadder:
    """What is known of a ladder that is to be started."""

    id: str
    title: str
    tracks: tuple[NewTrack, ...]

    @property
    def roles(self) -> tuple[NewRole, ...]:
        """All roles, track by track."""
        return tuple(role for track in self.tracks for role in track.roles)


def checked_title(text: str) -> str:
    """Return a title as it is written to files; raises NamesProblem for what is no line of text."""
    title = " ".join(text.split())
    odd = next((letter for letter in title if unicodedata.category(letter) in _NO_TEXT or letter in _MARKS), None)
    if not title:
        raise NamesProblem("a title has no letters", "give every name, track and role a title, such as `Senior Designer`")
    if odd is not None:
        raise NamesProblem(
            f"the title `{clip(title)}` holds a character that cannot be seen, U+{ord(odd):04X}", "write it as one line of text"
        )
    if len(title) > _LONGEST_TITLE:
        raise NamesProblem(f"the title `{clip(title)}` has {len(title)} characters, at most {_LONGEST_TITLE}", "shorten it")
    return title


def new_ladder(title: str, tracks: Mapping[str, Sequence[str]]) -> NewLadder:
    """Return the ladder of titles: of each track the roles, lowest first.

    Raises NamesProblem where titles cannot stand beside each other.
    """
    _refuse_twice(list(tracks), "track")
    for track, roles in tracks.items():
        _refuse_twice(roles, f"role of {track}")
    track_ids = _ids(list(tracks), "track")
    titles = [(track, role) for track, roles in tracks.items() for role in roles]
    role_ids = iter(_ids([role for _, role in titles], "role", within=[track for track, _ in titles]))
    made = tuple(
        NewTrack(
            id=id_,
            title=track,
            roles=tuple(NewRole(id=next(role_ids), title=role, track=id_, rung=rung) for rung, role in enumerate(roles, 1)),
        )
        for id_, (track, roles) in zip(track_ids, tracks.items(), strict=True)
    )
    return NewLadder(id=_ids([title], "ladder")[0], title=title, tracks=made)


def _refuse_twice(titles: Sequence[str], what: str) -> None:
    seen: dict[str, str] = {}
    for title in titles:
        if (before := seen.setdefault(_folded(title), title)) is not title:
            same = f"`{clip(title)}` stands twice" if before == title else f"`{clip(before)}` and `{clip(title)}` differ in case alone"
            raise NamesProblem(f"{same}: each {what} needs a title of its own", "say what sets the two apart, or name it once")


def _ids(titles: Sequence[str], what: str, *, within: Sequence[str] = ()) -> list[str]:
    """Return an id for each title, none of which is another one's id or title.

    A title of which nothing can stay, as of another script, is numbered; roles that share a title have their track before it, and what
    gives an id that is there already has a number after it.
    """
    ids: list[str] = []
    slugs = [f"{what}-{name}" if (name := slug(title)) in _WORDS else name for title in titles]
    for index, title in enumerate(titles):
        barred = {*ids, *(_folded(other) for place, other in enumerate(titles) if place != index)}
        shared = sum(_folded(other) == _folded(title) for other in titles) > 1
        before = slug(within[index]) if shared and within and slugs[index] else ""
        wanted = [slugs[index], f"{before}-{slugs[index]}" if before else ""]
        ids.append(_free([_short(name) for name in wanted], what, index + 1, barred))
    return ids


def _free(wanted: Iterable[str], what: str, number: int, barred: Collection[str]) -> str:
    for name in filter(None, wanted):
        if name not in barred:
            return name
    stem = next(filter(None, wanted), "")
    numbered = f"{stem}-{{}}" if stem else f"{what}-{{}}"
    start = 2 if stem else number
    return next(name for name in map(numbered.format, range(start, start + len(barred) + 2)) if name not in barred)


def _short(name: str) -> str:
    """Return an id that no name of a file is too long for, cut between words where that can be."""
    if len(name) <= _LONGEST_ID:
        return name
    head = name[: _LONGEST_ID + 1].rpartition("-")[0]
    return head or name[:_LONGEST_ID]


def _folded(title: str) -> str:
    return " ".join(title.split()).casefold()
