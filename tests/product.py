"""The pack and the people that tests use as material: those of 1.0.0, which no edit of rules/ or profiles/ changes.

Every test begins in their folder, and to every command that a test runs they are what comes with the tool; see tests/conftest.py. What
says something of rules/ and profiles/ themselves names them by ROOT, and asks for the fixture `as_shipped`.
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PRODUCT = ROOT / "tests" / "ladders" / "product"
RULES, PROFILES = PRODUCT / "rules", PRODUCT / "profiles"
