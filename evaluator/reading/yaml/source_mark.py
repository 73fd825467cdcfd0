"""A place in a text as the YAML parser marks it."""

from __future__ import annotations

from typing import Protocol


class Mark(Protocol):
    """A place in a text; lines and columns count from 0."""

    @property
    def line(self) -> int:
        """The line."""

    @property
    def column(self) -> int:
        """The column."""
