"""Every case of the corpus comes out as written, on every engine."""

from pathlib import Path

import pytest

from evaluator.engines.readiness import ENGINES, Evaluator
from evaluator.engines.rule_layers import CRITERIA
from tests.cases import read_case, write_case

CASES = sorted((Path(__file__).parent / "corpus").glob("*.json"))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_case_comes_out_as_written(path: Path, engine: str) -> None:
    """All conditions of a case have the truths it states, for one profile after the other on one engine."""
    case = read_case(path)
    judge = Evaluator(case.pack(), engine=engine).engine.judge
    for facts, truths in case.expected:
        expected = {f"role/{name}": truth for name, truth in truths.items()}
        assert judge(CRITERIA, facts, list(expected)).truths == expected


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_case_is_written_as_it_is_read(path: Path) -> None:
    """Reading and writing a case gives the same file, so that the soak's output can be saved as it is."""
    assert write_case(read_case(path)) == path.read_text(encoding="utf-8")


def test_the_corpus_is_there() -> None:
    """The folder of cases is found, and is not empty."""
    assert len(CASES) >= 13
