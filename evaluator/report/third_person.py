"""Questions to a person turned into questions about one: `How many people report to you?` asks about `them`.

English alone is turned; a question in another language stays as it is.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"\b(?P<you>you|your|yours|yourself|yourselves)\b(?P<short>['’](?:re|ve|ll|d))?", re.IGNORECASE)
_BEFORE = re.compile(r"([A-Za-z]+)\s+$")
_OTHERS = {"your": "their", "yours": "theirs", "yourself": "themselves", "yourselves": "themselves"}
_BEFORE_OBJECTS = frozenset({
    *("about", "above", "against", "around", "at", "behind", "below", "beside", "besides", "between", "by", "for", "from", "in", "of"),
    *("on", "over", "to", "toward", "towards", "under", "with", "without"),
    *("ask", "asks", "asked", "call", "calls", "give", "gives", "gave", "help", "helps", "join", "let", "lets", "suit", "suits", "tell"),
    *("tells", "told", "trust", "trusts", "trusted"),
})  # fmt: skip
"""Prepositions and verbs after which `you` is asked of, or done to."""


def about_somebody(question: str) -> str:
    """Return a question in the third person, with `they` for whoever was asked: verbs agree with both alike."""
    return _WORD.sub(lambda found: _turned(found, question[: found.start()]), question)


def _turned(found: re.Match[str], before: str) -> str:
    word = found["you"].casefold()
    previous = _BEFORE.search(before)
    if word != "you":
        turned = _OTHERS[word]
    elif found["short"] is None and previous is not None and previous[1].casefold() in _BEFORE_OBJECTS:
        turned = "them"
    else:
        turned = "they"
    return (turned.capitalize() if found["you"][0].isupper() else turned) + (found["short"] or "")
