"""R5: what makes a pack hard to keep: attributes nobody reads, titles that stand twice, levels and files that say too little."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

from evaluator.core.attributes import Attribute
from evaluator.core.conditions import AttributeTest, attributes_read, names_used
from evaluator.core.model import Criterion, Pack
from evaluator.core.operators import Operator
from evaluator.core.pack_conditions import every_condition
from evaluator.core.values import Atom, Kind
from evaluator.diagnostics import Problems, Related, Span
from evaluator.report.sentences import test_words
from evaluator.report.words import counted

Check = Callable[[Pack, Problems], None]


def unused_attribute(pack: Pack, problems: Problems) -> None:
    """R501: an attribute that no criterion, move or derived attribute reads."""
    conditions = [
        condition
        for criterion in (*(one for role in pack.roles.values() for one in role.criteria), *(policy.criterion for policy in pack.policies))
        for condition in (criterion.when, criterion.almost, criterion.applies_when)
    ]
    conditions += [*(move.when for move in pack.moves), *(expectation.expect for expectation in pack.plausible)]
    read = set(attributes_read(condition for condition in conditions if condition is not None))
    read.update(tie_breaker.attribute for tie_breaker in pack.tie_breakers)
    for attribute in pack.derived_attributes:
        read.update(attribute.derivation.expression.inputs if attribute.derivation else ())
    read.update(attribute.id for attribute in pack.reported)
    for attribute in pack.declared_attributes.values():
        if attribute.id not in read:
            problems.add(
                "R501",
                f"nothing reads the attribute `{attribute.id}`",
                attribute.span,
                help=_use(pack, attribute),
            )


def _use(pack: Pack, attribute: Attribute) -> str:
    if attribute.derivation is None:
        return "use it in a rule, or take it out, with its question"
    shown = ", say `report: true` where results are to show it" if pack.language > 1 else ""
    return f"use it in a rule{shown}, or take it out"


def unused_condition(pack: Pack, problems: Problems) -> None:
    """R509: a condition that is said once, and used nowhere; one that only another such condition uses is not told as well."""
    used = {name.id for condition in every_condition(pack) for name in names_used(condition)}
    idle = [named for named in pack.named_conditions.values() if named.id not in used]
    by_idle = {name.id for named in idle for name in names_used(named.when)}
    for named in idle:
        if named.id not in by_idle:
            step = f"use it as `condition: {named.id}`, or take it out"
            problems.add("R509", f"nothing uses the condition `{named.id}`", named.span, help=step)


def duplicate_title(pack: Pack, problems: Problems) -> None:
    """R503: two criteria of a role with one title, which nobody can tell apart in a report."""
    for role in pack.roles.values():
        seen: dict[str, Criterion] = {}
        for criterion in role.criteria:
            first = seen.setdefault(criterion.title.casefold(), criterion)
            if first is not criterion:
                shared = criterion.policy and not first.policy  # it is told at each role's own criterion, and at a policy once
                one, other = (criterion, first) if shared else (first, criterion)
                related = [Related(span=one.span, message="the policy" if shared else "the first one")]
                message = f"two criteria are titled `{other.title}`"
                problems.add("R503", message, other.span, help="say what sets them apart", related=related)


def no_schema_line(pack: Pack, problems: Problems) -> None:
    """R502: a file whose first line names no schema, so that an editor completes nothing."""
    root = Path(pack.folder)
    for path, text in problems.texts.items():
        if Path(path).is_relative_to(root) and text.strip() and not text.startswith("# yaml-language-server: $schema="):
            up = "../" * (len(Path(path).relative_to(root).parts) - 1)
            names = {"roles": "role", "tests": "tests"}
            name = names.get(Path(path).parent.name, Path(path).stem) if up else Path(path).stem
            step = f"start the file with `# yaml-language-server: $schema={up}schema/{name}.json`"
            problems.add("R502", "the first line names no schema for editors", Span.whole_file(path), help=step)


def scale_without_words(pack: Pack, problems: Problems) -> None:
    """R508: a scale that people are placed on and rules hang on, of which no level says what it means."""
    asked = [pack.attributes[name] for name in pack.read_by_rules if pack.attributes[name].may_be_given]
    for scale in pack.scales.values():
        if scale.words or not scale.levels:
            continue
        titles = [attribute.title for attribute in asked if attribute.kind is Kind.SCALE and attribute.type.options == scale.levels]
        if titles:
            message = f"no level of the scale `{scale.id}` says what it means, and {_hang(len(titles))} on it"
            level = scale.levels[len(scale.levels) // 2]
            step = f"say it for each level, with an example: `- {level}: {{means: …, example: …}}`"
            problems.add("R508", message, scale.span, help=step)


def same_sentence(pack: Pack, problems: Problems) -> None:
    """R208: two attributes of which a test reads the same, so that a report does not say which is meant."""
    seen: dict[str, Attribute] = {}
    for attribute in pack.attributes.values():
        for words in dict.fromkeys(test_words(test, pack.attributes) for test in _samples(attribute)):
            other = seen.setdefault(words.casefold(), attribute)
            if other is not attribute:
                message = f"tests of `{other.id}` and of `{attribute.id}` read the same: “{words}”"
                related = [Related(span=other.span, message=f"`{other.id}` is here")]
                step = "say in the title or the `wording` of one of them what sets it apart"
                problems.add("R208", message, attribute.span, help=step, related=related)
                break


def _samples(attribute: Attribute) -> list[AttributeTest]:
    """Return tests of an attribute that read as all of its tests do."""
    options = attribute.type.options
    found: dict[Kind, list[tuple[Operator, Atom | frozenset[str]]]] = {
        Kind.FLAG: [(Operator.IS, True), (Operator.IS, False)],
        Kind.DATE: [(Operator.IS, datetime.date(2026, 1, 1))],
        Kind.SET: [(Operator.INCLUDES, frozenset(options[:1]))],
        Kind.CHOICE: [(Operator.IS, option) for option in options[:1]],
        Kind.RECORDS: [],
    }
    tests = found.get(attribute.kind, [(Operator.AT_LEAST, 1), (Operator.AT_LEAST, 0)])
    return [AttributeTest(attribute=attribute.id, operator=how, value=value, span=attribute.span) for how, value in tests]


def _hang(number: int) -> str:
    return f"{counted(number, 'attribute')} that rules read {'is' if number == 1 else 'are'}"


STYLE: tuple[Check, ...] = (duplicate_title, no_schema_line, same_sentence)
