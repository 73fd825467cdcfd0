"""Promotion criteria as code: evaluate candidate profiles against sourced, tested, versioned rule files."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evaluator._version import __version__
    from evaluator.diagnostics import Diagnostic, Problems, ReadingError, Span
    from evaluator.engines.columns.natural import FrameProblem
    from evaluator.engines.layers import EngineProblem
    from evaluator.frames import evaluate_frame
    from evaluator.lint import lint_pack
    from evaluator.model import Pack, Profile
    from evaluator.readiness import Evaluator, evaluate
    from evaluator.reading.pack import load_pack
    from evaluator.reading.people import load_people
    from evaluator.reading.profile import load_profile
    from evaluator.results import Evaluation, Verdict
    from evaluator.shipped import shipped_profiles, shipped_rules

_HOMES = {
    "Diagnostic": "diagnostics",
    "EngineProblem": "engines.layers",
    "Evaluation": "results",
    "Evaluator": "readiness",
    "FrameProblem": "engines.columns.natural",
    "Pack": "model",
    "Problems": "diagnostics",
    "Profile": "model",
    "ReadingError": "diagnostics",
    "Span": "diagnostics",
    "Verdict": "results",
    "__version__": "_version",
    "evaluate": "readiness",
    "evaluate_frame": "frames",
    "lint_pack": "lint",
    "load_pack": "reading.pack",
    "load_people": "reading.people",
    "load_profile": "reading.profile",
    "shipped_profiles": "shipped",
    "shipped_rules": "shipped",
}
"""Where each public name lives; it is imported when it is first used, so that `evaluator --help` need not wait for all of them."""

__all__ = [
    "Diagnostic",
    "EngineProblem",
    "Evaluation",
    "Evaluator",
    "FrameProblem",
    "Pack",
    "Problems",
    "Profile",
    "ReadingError",
    "Span",
    "Verdict",
    "__version__",
    "evaluate",
    "evaluate_frame",
    "lint_pack",
    "load_pack",
    "load_people",
    "load_profile",
    "shipped_profiles",
    "shipped_rules",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'evaluator' has no attribute {name!r}")
    return getattr(importlib.import_module(f"evaluator.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
