"""The engines: one meaning, several ways to run it."""

from __future__ import annotations

DATABASES = ("duckdb", "spark")
"""Those that judge where the data lies."""
