"""The pack and the sample profiles that come with the tool: inside an installed package, or beside it in a source tree."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def shipped_rules() -> Path:
    """Return the folder of the default pack."""
    return _shipped("rules")


def shipped_profiles() -> Path:
    """Return the folder of the sample profiles."""
    return _shipped("profiles")


def _shipped(name: str) -> Path:
    inside = _PACKAGE / "data" / name
    return inside if inside.is_dir() else _PACKAGE.parent / name
