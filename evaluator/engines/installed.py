"""Which engine judges profiles on this machine: on Windows durable_rules needs a compiler of one's own, and is no dependency there."""

from __future__ import annotations

import importlib.util
import sys

PLATFORM = sys.platform
_MODULE = "durable_rules_engine"


def inference_is_left_out() -> bool:
    """Whether inference is not there and need not be; anywhere else than on Windows it is a dependency, and its lack is an error."""
    return PLATFORM == "win32" and importlib.util.find_spec(_MODULE) is None


def default_engine() -> str:
    """Return the engine for profiles: inference, or the reference, which defines what rules mean, where that is left out."""
    return "reference" if inference_is_left_out() else "inference"


def engine_or_reference(name: str) -> str:
    """Return the engine of a name, or the reference in place of inference where that is left out: both say the same."""
    return default_engine() if name == "inference" else name
