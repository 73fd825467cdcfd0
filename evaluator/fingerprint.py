"""Hashes that pin down what was evaluated: the pack's files and the profile's facts."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping
from fractions import Fraction

from evaluator.model import Profile
from evaluator.values import Value

LENGTH = 16
"""Hexadecimal digits shown and stored of a SHA-256; 64 bits are enough to tell versions apart."""


def files_hash(texts: Mapping[str, str]) -> str:
    """Return the hash of files by relative path and text; line ends and a byte order mark do not count."""
    digest = hashlib.sha256()
    for path in sorted(texts):
        body = texts[path].removeprefix("\ufeff").replace("\r\n", "\n")
        digest.update(f"{path}\0{len(body)}\0{body}\0".encode())
    return digest.hexdigest()[:LENGTH]


def profile_hash(profile: Profile) -> str:
    """Return the hash of what can change a result: the id, today's role, the as-of date and the stated attributes."""
    as_of = None if profile.as_of is None else profile.as_of.isoformat()
    content = [profile.id, profile.role, as_of, {name: encoded(value) for name, value in profile.given.items()}]
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:LENGTH]


def encoded(value: Value) -> object:
    """Return a value as something JSON can hold exactly: numbers that are no integers as `numerator/denominator`."""
    if isinstance(value, bool | str | int):
        return value
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    return [{field: encoded(found) for field, found in entry.items()} for entry in value]
