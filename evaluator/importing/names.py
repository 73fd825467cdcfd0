"""Names of an export held against the pack's own: equal but for case, spaces and punctuation, or not matched at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from evaluator.importing.texts import folded


@attrs.frozen(kw_only=True)
class Names:
    """What names stand for; a name that stands for two things stands for none."""

    meant: Mapping[str, str]
    shown: Mapping[str, str]

    @classmethod
    def of(cls, named: Iterable[tuple[str, Iterable[str]]]) -> Names:
        """Build from pairs of a thing and its names."""
        meant: dict[str, str] = {}
        shown: dict[str, str] = {}
        twice: set[str] = set()
        for thing, names in named:
            for name in names:
                key = folded(name)
                twice |= {key} if meant.setdefault(key, thing) != thing else set()
                shown.setdefault(key, name)
        return cls(meant={key: thing for key, thing in meant.items() if key and key not in twice}, shown=shown)

    def find(self, text: str) -> str | None:
        """Return what a text stands for, or None."""
        return self.meant.get(folded(text))

    def close(self, text: str) -> str | None:
        """Return `did you mean …?` for the names that come closest, or None; a hint for people, never a match."""
        return close_names(text, [self.shown[key] for key in self.meant])


_LEAST = 60
_MOST = 2


def close_names(text: str, names: Iterable[str]) -> str | None:
    """Return `did you mean …?` with names close to a text: by rapidfuzz where the extra `match` is there, else by the standard library."""
    known = list(names)
    try:
        from rapidfuzz import fuzz, process, utils
    except ImportError:
        from evaluator.diagnostics import did_you_mean

        return did_you_mean(text, known)
    found = process.extract(text, known, scorer=fuzz.token_sort_ratio, processor=utils.default_process, limit=_MOST, score_cutoff=_LEAST)
    return f"did you mean {' or '.join(f'`{name}`' for name, *_ in found)}?" if found else None
