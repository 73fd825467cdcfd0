"""A witness as a rule test, ready to be pasted into the role's file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from evaluator.core.dates import Precision, show_date
from evaluator.core.model import Pack
from evaluator.core.results import State
from evaluator.core.values import decimal_text
from evaluator.packs.examples.counterexamples import Witness
from evaluator.packs.examples.mutants import Mutant
from evaluator.packs.examples.writing import outcome_text, value_text, verdict_text
from evaluator.reading.yaml.writing import scalar

_LISTS = ("gaps", "almost", "questions", "next_roles", "beyond", "demotions")
_LADDER = frozenset({"next_roles", "beyond", "demotions"})
_INDENT = "  "
_PUNCTUATION = re.compile(r"[{}:\[\]]")


def example(pack: Pack, mutant: Mutant, witness: Witness) -> str:
    """Return a rule test that expects what comes out today and fails with the mutant; a whole file where the role has none yet."""
    lines = [f"{_INDENT}{line}" for line in _test(pack, mutant, witness)]
    if witness.base is None:
        lines = [f"role: {witness.role}", f"as_of: {show_date(witness.as_of, Precision.DAY)}", "tests:", *lines]
    return "\n".join(lines) + "\n"


def _test(pack: Pack, mutant: Mutant, witness: Witness) -> Iterator[str]:
    base, profile = witness.base, witness.profile
    shared = {} if base is None else base.given
    yield f"- name: {scalar(_name(mutant))}"
    if base is not None and witness.as_of != base.as_of:
        yield f"  as_of: {show_date(witness.as_of, Precision.DAY)}"
    if profile.role is not None and (base is None or profile.role != base.role):
        yield f"  role: {profile.role}"
    anew = {name: value for name, value in profile.given.items() if shared.get(name) != value or name not in shared}
    if anew:
        stated = ", ".join(f"{name}: {value_text(value, pack.attributes[name].type)}" for name, value in anew.items())
        yield f"  attributes: {{{stated}}}"
    without = [name for name in shared if name not in profile.given]
    if without:
        yield f"  without: [{', '.join(without)}]"
    yield "  expect:"
    for key, value in expectations(pack, witness).items():
        yield f"    {key}: {value}"


def _name(mutant: Mutant) -> str:
    now = f"not {mutant.now}" if mutant.now != "nothing" else "not without it"
    return _PUNCTUATION.sub("", f"{mutant.subject.split('/')[-1]} hangs on {mutant.was}, {now}")


def expectations(pack: Pack, witness: Witness, *, mutated: bool = False) -> Mapping[str, str]:
    """Return what to expect of a witness, as a rule test writes it: the verdict and all that differs; with `mutated`, what comes then."""
    outcome, differ = (witness.after if mutated else witness.before), witness.differences
    ladder = set(differ) <= _LADDER
    result: dict[str, str] = {}
    if "verdict" in outcome and not ladder:
        result["verdict"] = verdict_text(outcome["verdict"])
    if "score" in differ:
        result["score"] = _score(outcome["score"])
    result |= {key: f"[{', '.join(outcome[key])}]" for key in _LISTS if key in differ}
    if "states" in differ and not {"gaps", "questions"} & set(differ):
        changed = [name for name, state in witness.before["states"].items() if witness.after["states"][name] is not state]
        result |= _states(outcome["states"], changed)
    if "reported" in differ:
        told = [name for name, value in witness.before["reported"].items() if witness.after["reported"][name] != value]
        shown = (f"{name}: {outcome_text(outcome['reported'][name], pack.attributes[name].type)}" for name in told)
        result["reported"] = f"{{{', '.join(shown)}}}"
    return result


def _states(states: Mapping[str, State], names: list[str]) -> dict[str, str]:
    keys: dict[str, list[str]] = {}
    for name in names:
        keys.setdefault("not_applicable" if states[name] is State.NOT_APPLICABLE else str(states[name]), []).append(name)
    return {key: f"[{', '.join(listed)}]" for key, listed in keys.items()}


def _score(score: Any) -> str:  # noqa: ANN401 - a number out of a bag of expectations
    return decimal_text(Fraction(score))
