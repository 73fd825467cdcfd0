"""Names of an export held against the pack's own: equal but for case, spaces and punctuation, or not matched at all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import attrs

from evaluator.candidates.profile.importing.texts import folded
from evaluator.diagnostics.spelling import close_words

_RANKS = {"sr": "senior", "snr": "senior", "sen": "senior", "jr": "junior", "jnr": "junior", "jun": "junior"}
_MOST = 2


@attrs.frozen(kw_only=True)
class Names:
    """What names stand for; a name that stands for two things stands for none. `labels` is what each thing is called to people."""

    meant: Mapping[str, str]
    shown: Mapping[str, str]
    labels: Mapping[str, str] = attrs.field(factory=dict)
    ranks: Mapping[str, str] = attrs.field(factory=dict)

    @classmethod
    def of(cls, named: Iterable[tuple[str, Iterable[str]]], labels: Mapping[str, str] | None = None, *, titles: bool = False) -> Names:
        """Build from pairs of a thing and its names; of `titles`, Sr. and Jr. stand for Senior and Junior where no name is spelt so."""
        pairs = [(thing, name) for thing, names in named for name in names]
        shown: dict[str, str] = {}
        for _, name in pairs:
            shown.setdefault(folded(name), name)
        ranks = _unambiguous((thing, folded(_ranked(name))) for thing, name in pairs) if titles else {}
        return cls(meant=_unambiguous((thing, folded(name)) for thing, name in pairs), shown=shown, labels=labels or {}, ranks=ranks)

    def joined(self, other: Names) -> Names:
        """Return these names and others, for suggestions."""
        labels = {**self.labels, **other.labels}
        return attrs.evolve(self, meant={**self.meant, **other.meant}, shown={**self.shown, **other.shown}, labels=labels)

    def find(self, text: str) -> str | None:
        """Return what a text stands for, or None."""
        return self.meant.get(folded(text)) or self.ranks.get(folded(_ranked(text)))

    def close(self, text: str) -> str | None:
        """Return `did you mean …?` for the things whose names come closest, or None; a hint for people, never a match."""
        labels = {self.shown[key]: self.labels.get(thing, self.shown[key]) for key, thing in self.meant.items()}
        close = list(dict.fromkeys(labels[name] for name in close_words(text, labels, most=2 * _MOST)))[:_MOST]
        return f"did you mean {' or '.join(f'`{name}`' for name in close)}?" if close else None


def _unambiguous(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    meant: dict[str, str] = {}
    twice: set[str] = set()
    for thing, key in pairs:
        twice |= {key} if meant.setdefault(key, thing) != thing else set()
    return {key: thing for key, thing in meant.items() if key and key not in twice}


def _ranked(title: str) -> str:
    """Return a title with the short forms of ranks written in full."""
    return " ".join(_RANKS.get(word, word) for word in re.findall(r"[^\W_]+[+#]*|&", title.casefold()))
