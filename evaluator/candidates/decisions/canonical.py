"""Canonical JSON and hashes over it: the same content is always the same bytes."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence

Json = bool | int | str | Sequence["Json"] | Mapping[str, "Json"] | None

_AS_IT_STANDS = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
_BY_CODE_POINT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, sort_keys=True)
_BEYOND = re.compile("[\ud800-\U0010ffff]")
"""Below these characters, code points and UTF-16 code units sort alike."""


def canonical(document: Json) -> bytes:
    """Return a document as canonical JSON in UTF-8, as RFC 8785 has it.

    No space between tokens, keys sorted by their UTF-16 code units, nothing escaped that need not be. Numbers are integers: where
    there are no others, their plain digits are what that standard asks for. Raises ValueError for text that is no Unicode.
    """
    text = _BY_CODE_POINT.encode(document)
    return (_AS_IT_STANDS.encode(_sorted(document)) if _BEYOND.search(text) else text).encode()


def digest(content: bytes) -> str:
    """Return the SHA-256 of bytes as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def _sorted(document: Json) -> Json:
    if isinstance(document, Mapping):
        return {key: _sorted(document[key]) for key in sorted(document, key=lambda key: key.encode("utf-16-be", "surrogatepass"))}
    if isinstance(document, Sequence) and not isinstance(document, str):
        return [_sorted(item) for item in document]
    return document
