"""Promotion criteria as code: evaluate candidate profiles against sourced, tested, versioned rule files."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evaluator._version import __version__
    from evaluator.core.model import Pack, Profile
    from evaluator.core.results import Evaluation, Verdict
    from evaluator.diagnostics import Diagnostic, EvaluatorError, Problems, ReadingError, Span
    from evaluator.engines.columns.from_columns import FrameProblem
    from evaluator.engines.readiness import Evaluator, evaluate
    from evaluator.engines.rule_layers import EngineProblem
    from evaluator.packs.lint import lint_pack
    from evaluator.populations.frames import evaluate_frame
    from evaluator.populations.loading import People, load_people
    from evaluator.populations.result_frames import evaluations_frame, problems_frame
    from evaluator.reading.pack.pack import load_pack
    from evaluator.reading.profile.profile import load_profile
    from evaluator.reading.shipped import shipped_profiles, shipped_rules

_HOMES = {
    "Diagnostic": "diagnostics",
    "EngineProblem": "engines.rule_layers",
    "Evaluation": "core.results",
    "Evaluator": "engines.readiness",
    "EvaluatorError": "diagnostics",
    "FrameProblem": "engines.columns.from_columns",
    "Pack": "core.model",
    "People": "populations.loading",
    "Problems": "diagnostics",
    "Profile": "core.model",
    "ReadingError": "diagnostics",
    "Span": "diagnostics",
    "Verdict": "core.results",
    "__version__": "_version",
    "evaluate": "engines.readiness",
    "evaluate_frame": "populations.frames",
    "evaluations_frame": "populations.result_frames",
    "lint_pack": "packs.lint",
    "load_pack": "reading.pack.pack",
    "load_people": "populations.loading",
    "load_profile": "reading.profile.profile",
    "problems_frame": "populations.result_frames",
    "shipped_profiles": "reading.shipped",
    "shipped_rules": "reading.shipped",
}
"""Where each public name lives; it is imported when it is first used, so that `evaluator --help` need not wait for all of them."""

__all__ = [
    "Diagnostic",
    "EngineProblem",
    "Evaluation",
    "Evaluator",
    "EvaluatorError",
    "FrameProblem",
    "Pack",
    "People",
    "Problems",
    "Profile",
    "ReadingError",
    "Span",
    "Verdict",
    "__version__",
    "evaluate",
    "evaluate_frame",
    "evaluations_frame",
    "lint_pack",
    "load_pack",
    "load_people",
    "load_profile",
    "problems_frame",
    "shipped_profiles",
    "shipped_rules",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'evaluator' has no attribute {name!r}")
    return getattr(importlib.import_module(f"evaluator.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
