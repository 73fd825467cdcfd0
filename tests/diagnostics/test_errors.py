"""One base error: whatever the library raises on purpose is caught by one name, and says the same things in the same places."""

from __future__ import annotations

import importlib
import pickle
import pkgutil
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest

import evaluator
from evaluator import EngineProblem, Evaluator, EvaluatorError, FrameProblem, Problems, ReadingError, Span
from evaluator.cli.error_messages import failed
from evaluator.core.dates import DateProblem, parse_date
from evaluator.core.values import ValueProblem, parse_number
from evaluator.diagnostics.errors import Disagreement, PopulationProblem
from tests.tiny_pack import AS_OF, FILES, write

PLACE = Span(path="role.yaml", line=3, column=7, end_line=3, end_column=9)
SIGNALS = {
    "evaluator.calibration.prove.formulas.Untranslatable",
    "evaluator.calibration.prove.interval_check.TooMuch",
    "evaluator.candidates.plan.search.TooManyWays",
    "evaluator.candidates.profile.drafting.unfinished.UnfinishedProblem",
    "evaluator.candidates.profile.importing.jsontext._Stopped",
    "evaluator.cli.interrupts.Stopped",
    "evaluator.core.files.SpecialFile",
    "evaluator.engines.inference.machine.EngineMissing",
    "evaluator.engines.inference.machine.MachineError",
    "evaluator.reading.json_nodes.NoJson",
    "evaluator.reading.tables.columns.HeaderBelow",
    "evaluator.reading.tables.json_object._Twice",
}
"""What one module tells another, never the user, and a file that is no ordinary one, which is an error of the system's kind."""


def every_exception() -> Iterator[type[BaseException]]:
    """Yield each class of exceptions that the package defines."""
    for module in pkgutil.walk_packages(evaluator.__path__, "evaluator."):
        if not module.name.endswith("__main__"):
            found = vars(importlib.import_module(module.name)).values()
            yield from (one for one in found if isinstance(one, type) and issubclass(one, BaseException) and one.__module__ == module.name)


EVERY = sorted(set(every_exception()), key=lambda one: f"{one.__module__}.{one.__qualname__}")
ERRORS = [one for one in EVERY if issubclass(one, EvaluatorError)]


def test_what_is_no_evaluator_error_is_a_signal_inside() -> None:
    """A class of exceptions that users could meet is an EvaluatorError; the others are known by name."""
    assert {f"{one.__module__}.{one.__qualname__}" for one in EVERY if one not in ERRORS} == SIGNALS
    assert len(ERRORS) >= 15


def problems() -> Problems:
    found = Problems()
    found.add("R102", "the key `role` is missing", PLACE, help="write it")
    found.add("R104", "`x` is no date", Span.whole_file("z.yaml"))
    return found


def made(kind: type[EvaluatorError]) -> EvaluatorError:
    if issubclass(kind, ReadingError):
        return kind(problems())
    return kind("nothing is there", ("one", "two")) if issubclass(kind, Disagreement) else kind("nothing is there", "look elsewhere")


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: str(kind.__name__))
def test_every_error_says_the_same_things_and_goes_to_another_process(kind: type[EvaluatorError]) -> None:
    """Message, step, place and text are there, and are the same once the error went through a pool of processes."""
    error = made(kind)
    assert error.message
    assert error.step
    assert error.message in str(error)
    sent = pickle.loads(pickle.dumps(error))  # noqa: S301 - what the line itself has made
    assert type(sent) is kind
    assert (sent.message, sent.step, sent.span, str(sent)) == (error.message, error.step, error.span, str(error))
    assert getattr(sent, "lines", None) == getattr(error, "lines", None)


TEXTS = [
    (EvaluatorError("it is gone"), "it is gone"),
    (EvaluatorError("it is gone", "look again"), "it is gone; look again"),
    (EvaluatorError("it is gone", span=PLACE), "role.yaml:3:7: it is gone"),
    (EngineProblem("it is gone", "look again", PLACE), "role.yaml:3:7: it is gone; look again"),
    (FrameProblem("no column `id`", "name one"), "no column `id`; name one"),
    (ReadingError(problems()), "role.yaml:3:7: the key `role` is missing [R102]; write it (and 1 more)"),
]


@pytest.mark.parametrize(("error", "text"), TEXTS, ids=[text[:30] for _, text in TEXTS])
def test_the_text_of_an_error_holds_place_message_and_step(error: EvaluatorError, text: str) -> None:
    """What a traceback ends with is the whole of it."""
    assert str(error) == text


def test_an_error_of_reading_is_that_of_its_first_finding() -> None:
    """Message, step and place are there for those who catch the base alone."""
    error: EvaluatorError = ReadingError(problems())
    assert (error.message, error.step, error.span) == ("the key `role` is missing", "write it", PLACE)


def tiny(tmp_path: Path) -> evaluator.Pack:
    return evaluator.load_pack(write(tmp_path / "rules", FILES))


CALLS: dict[str, Callable[[Path], object]] = {
    "a pack that is not there": lambda there: evaluator.load_pack(there / "none"),
    "an engine nobody knows": lambda there: Evaluator(tiny(there), engine="magic"),
    "a frame without ids": lambda there: evaluator.evaluate_frame(pl.DataFrame({"name": ["Ada"]}), tiny(there), as_of=AS_OF),
    "no frame at all": lambda there: evaluator.evaluate_frame([1, 2], tiny(there), as_of=AS_OF),  # type: ignore[type-var]
    "people that are not there": lambda there: evaluator.load_people(there / "none.csv", tiny(there)),
    "a profile that is not there": lambda there: evaluator.load_profile(there / "none.yaml", tiny(there)),
    "a number that is none": lambda _: parse_number("eight"),
    "a date that is none": lambda _: parse_date("the other day"),
}


@pytest.mark.parametrize("name", CALLS)
def test_one_name_catches_what_the_library_raises(name: str, tmp_path: Path) -> None:
    """Whoever uses the library has one thing to catch."""
    with pytest.raises(EvaluatorError) as caught:
        list(found) if isinstance(found := CALLS[name](tmp_path), Iterator) else found
    assert caught.value.message in str(caught.value)


@pytest.mark.parametrize("kind", [FrameProblem, ValueProblem, DateProblem])
def test_what_was_an_error_of_values_still_is(kind: type[Exception]) -> None:
    """Code that catches ValueError goes on doing so."""
    assert issubclass(kind, ValueError)


class OfTomorrow(EvaluatorError):
    """A class that the command line has never heard of."""


TOLD = [
    (OfTomorrow("it is gone"), "error: it is gone\n"),
    (OfTomorrow("it is gone", "look again"), "error: it is gone\nhelp: look again\n"),
    (OfTomorrow("it is gone", "look again", PLACE), "error: role.yaml:3:7: it is gone\nhelp: look again\n"),
    (PopulationProblem("no room"), "error: no room\n"),
    (
        Disagreement("a and b differ", ("a: met", "b: unmet")),
        "error: a and b differ\n  a: met\n  b: unmet\nhelp: this is an error of the tool: report it with these lines\n",
    ),
]


@pytest.mark.parametrize(("error", "told"), TOLD, ids=range(len(TOLD)))
def test_the_command_line_tells_each_as_a_sentence(error: EvaluatorError, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    """An error of any class of the family ends with its sentence and exit code 2."""
    assert failed(error) == 2
    assert capsys.readouterr().err == told


def test_a_failure_of_the_program_itself_is_raised_again() -> None:
    """What nobody foresaw is no sentence."""
    with pytest.raises(ZeroDivisionError):
        failed(ZeroDivisionError("division by zero"))
