"""Cases of small, made-up people, and of ones whose profiles try to be more than text."""

from __future__ import annotations

import datetime
import functools
from pathlib import Path

from evaluator.candidates.case.building import case_for
from evaluator.candidates.case.document import case_document, case_paper
from evaluator.candidates.case.html import case_html
from evaluator.candidates.compare.document import comparison_document, comparison_paper
from evaluator.candidates.compare.html import comparison_html
from evaluator.candidates.compare.view import comparison
from evaluator.cli.main import run
from evaluator.engines.readiness import Evaluator
from evaluator.populations.loading import load_people
from evaluator.reading.pack.pack import load_pack
from evaluator.report.figures import markdown_with_figures
from evaluator.report.word import word_bytes
from tests.product import PROFILES, RULES

AS_OF = datetime.date(2026, 11, 1)
TRIES = (
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "![i](http://evil.example/i.png)",
    "| a | b |",
    "{{7*7}} {% raw %}",
    "# heading",
    "*bold* _soft_ `code` ~gone~",
    "&lt;b&gt; &amp;",
    "line\n\n---\n\n# other",
    "ends */ } ]]> --> </style></title>",
)
"""Texts that mean something to HTML, Markdown, Jinja, a style sheet or XML."""
TURNING = "a\u202eb\u200fc\u0007d"
"""A text with letters that turn the direction, and one that rings a bell."""


def trying(folder: Path, text: str) -> Path:
    """Write a profile that says a text wherever a profile can say one."""
    said = quoted(text)
    place = folder / "trying.yaml"
    place.write_text(
        f"""profile: trying
name: {said}
role: product-manager
attributes:
  product_management_years: 9
  direct_reports: 3
  history:
    - {{title: {said}, employer: {said}, function: product, start: 2015-01}}
evidence:
  direct_reports:
    - {{what: {said}, when: 2026-01, confirmed_by: {said}, link: "https://example.org/a?b=1&c=2"}}
notes: {said}
""",
        encoding="utf-8",
    )
    return place


def quoted(text: str) -> str:
    """Write a text as YAML in double quotes."""
    letters = "".join(f"\\u{ord(letter):04x}" if ord(letter) < 32 or letter in '"\\' or ord(letter) > 0x1FFF else letter for letter in text)
    return f'"{letters}"'


@functools.cache
def evaluator() -> Evaluator:
    """Return the shipped rules, read once."""
    return Evaluator(load_pack(RULES), engine="reference")


def quickly(verb: str, *people: Path, role: str, form: str, anonymous: bool = False) -> bytes:
    """Return what a verb writes, without reading the rules again."""
    rules = evaluator()
    found = [rules.evaluate(one, as_of=AS_OF, only={role}) for one in load_people(people, rules.pack)]
    if verb == "case":
        made = case_for(found[0], role, rules.pack, anonymous=anonymous)
        if form == "docx":
            return word_bytes(case_document(made), case_paper(made))
        return (case_html(made) if form == "html" else markdown_with_figures(case_document(made))).encode()
    both = comparison(found, role, rules.pack, anonymous=anonymous)
    if form == "docx":
        return word_bytes(comparison_document(both), comparison_paper(both))
    return (comparison_html(both) if form == "html" else markdown_with_figures(comparison_document(both))).encode()


def written(verb: str, *words: str | Path, to: Path) -> bytes:
    """Run a verb on the shipped rules and return what it wrote."""
    assert run([verb, *map(str, words), "--rules", str(RULES), "--as-of", AS_OF.isoformat(), "-o", str(to)]) == 0
    return to.read_bytes()


def case_of(name: str, role: str, to: Path, *words: str) -> str:
    """Return the case of one of the shipped people."""
    return written("case", PROFILES / f"{name}.yaml", role, *words, to=to).decode()
