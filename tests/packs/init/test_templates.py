"""The packs of other fields that a ladder can start from hold to what is asked of any pack, and more."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evaluator.cli.main import run
from evaluator.diagnostics import Problems
from evaluator.packs.init.templates import TEMPLATES, Template
from evaluator.packs.lint import linted
from evaluator.reading.pack.ruletests import read_rule_tests
from evaluator.reading.profile.people import read_people

Capture = pytest.CaptureFixture[str]
GALLERY = [template for template in TEMPLATES if template.name != "product-careers"]
each = pytest.mark.parametrize("template", GALLERY, ids=lambda template: template.name)
ENDS = {"points": ("not yet", "ready"), "skill-levels": ("not yet", "ready"), "ranks": ("close", "eligible")}


def people(template: Template) -> str:
    """Return where a template's people are."""
    table = template.rules.parent / "people.csv"
    return str(table if table.is_file() else template.rules.parent / "people")


@each
def test_a_template_has_no_findings_and_says_what_edition_it_is(template: Template) -> None:
    """Neither errors nor warnings."""
    pack, problems = linted(template.rules)
    assert pack is not None
    assert (list(problems), pack.language, pack.version) == ([], 2, "1.0.0")


@pytest.mark.slow
@each
def test_a_template_is_clean_under_prove(template: Template, capsys: Capture) -> None:
    """Nothing is found, and nothing is left undecided."""
    assert run(["prove", str(template.rules), "--format", "json", "--as-of", "2026-11-01"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [one for one in document["findings"] if one["status"] != "holds"] == []


@each
def test_every_role_of_a_template_has_examples_that_decide_all_of_it(template: Template, capsys: Capture) -> None:
    """Each branch of each condition decides an example on either side."""
    assert run(["test", str(template.rules), "--coverage", "--fail-under", "100"]) == 0
    assert "100 %" in capsys.readouterr().out
    examples = {example.role for example in read_rule_tests(template.pack, Problems())}
    assert examples == {role.id for role in template.pack.judged_roles}


@each
def test_people_of_a_template_show_what_verdicts_there_are(template: Template, capsys: Capture) -> None:
    """Five to ten of them, without a finding, ready and not, and some of whom something is unknown."""
    problems = Problems()
    found = read_people([people(template)], template.pack, problems)
    assert list(problems) == []
    assert 5 <= len(found) <= 10
    assert run(["evaluate", people(template), "--rules", str(template.rules), "--as-of", "2026-11-01", "--format", "json"]) == 0
    shown = capsys.readouterr().out
    assert all(f'"{word}"' in shown for word in ENDS[template.name])
    assert run(["evaluate", people(template), "--rules", str(template.rules), "--as-of", "2026-11-01"]) == 0
    assert "undecided" in capsys.readouterr().out


@each
def test_a_template_says_that_its_organisation_is_invented(template: Template) -> None:
    """In every document that is cited, and in the page beside it; and everything cites a document."""
    assert template.pack.documents
    assert all("(invented)" in document.title for document in template.pack.documents.values())
    assert "is invented" in " ".join((template.rules.parent / "README.md").read_text(encoding="utf-8").split())
    assert all(criterion.source for role in template.pack.judged_roles for criterion in role.criteria)


@each
def test_levels_of_a_template_are_said_in_words(template: Template) -> None:
    """Each level of each scale says what it means, and most have an example."""
    for scale in template.pack.scales.values():
        said = [scale.words[level] for level in scale.levels if level in scale.words]
        assert len(said) >= len(scale.levels) - 1
        assert sum(words.example is not None for words in said) >= len(scale.levels) - 2


def test_the_templates_show_what_the_language_can_do() -> None:
    """Each has something that the others have not, so that there is something to copy from."""
    texts = {one.name: "".join(path.read_text(encoding="utf-8") for path in Path(one.rules).rglob("*.yaml")) for one in GALLERY}
    assert all(word in texts["points"] for word in ("lookup:", "cumulative: true", "caps_at:", "report: true", "entry: true", "roles:\n"))
    assert all(word in texts["skill-levels"] for word in ("conditions:", "means:", "example:", "one_of:"))
    assert all(
        word in texts["ranks"] for word in ("within:", "last:", "ready_for:", "interim: true", "ranking:", "demotion", "current_role")
    )
