"""Rule tests: the worked examples of a pack, run and compared; what they decide, and what changes of a rule they notice."""

from evaluator.packs.examples.running import Mismatch, Outcome, run

__all__ = ["Mismatch", "Outcome", "run"]
