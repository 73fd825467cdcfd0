"""Hashes that pin down what was evaluated: the pack's files and the profile's facts."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping
from fractions import Fraction

from evaluator.core.model import Evidence, Profile
from evaluator.core.values import PartialDate, Value

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
    """Return the hash of what can change a result or a case: id, today's role, both days, stated attributes and their evidence.

    No verdict depends on evidence, nor on the day on which facts were gathered, but what a panel reads does; a profile without either
    has the hash that it had before there was such a thing. Name, groups and notes do not count.
    """
    as_of = None if profile.as_of is None else profile.as_of.isoformat()
    content: list[object] = [profile.id, profile.role, as_of, {name: encoded(value) for name, value in profile.given.items()}]
    if profile.other_role is not None:
        content.append(["role", profile.other_role])
    if profile.evidence:
        content.append({name: [_item(item) for item in items] for name, items in profile.evidence.items()})
    if profile.gathered:
        content.append(["gathered", profile.gathered.isoformat()])
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:LENGTH]


def _item(item: Evidence) -> list[str | None]:
    return [item.what, item.date_words, item.confirmed_by, item.link]


def encoded(value: Value | PartialDate) -> object:
    """Return a value as something JSON can hold exactly: numbers that are no integers as `numerator/denominator`."""
    if isinstance(value, bool | str | int):
        return value
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, PartialDate):
        return str(value)
    if isinstance(value, frozenset):
        return sorted(value)
    return [{field: encoded(field_value) for field, field_value in entry.items()} for entry in value]
