"""R5: what makes a pack hard to keep: attributes nobody reads, titles that stand twice, files an editor cannot help with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from evaluator.core.conditions import attributes_read
from evaluator.core.expressions import inputs
from evaluator.core.model import Pack
from evaluator.diagnostics import Problems, Related, Span

Check = Callable[[Pack, Problems], None]


def unused_attribute(pack: Pack, problems: Problems) -> None:
    """R501: an attribute that no criterion, move or derived attribute reads."""
    conditions = [
        condition
        for role in pack.roles.values()
        for criterion in role.criteria
        for condition in (criterion.when, criterion.almost, criterion.applies_when)
    ]
    conditions += [*(move.when for move in pack.moves), *(expectation.expect for expectation in pack.plausible)]
    read = set(attributes_read(condition for condition in conditions if condition is not None))
    read.update(tie_breaker.attribute for tie_breaker in pack.tie_breakers)
    for attribute in pack.derived_attributes:
        read.update(inputs(attribute.derivation.expression) if attribute.derivation else ())
    for attribute in pack.declared_attributes.values():
        if attribute.id not in read:
            problems.add(
                "R501",
                f"nothing reads the attribute `{attribute.id}`",
                attribute.span,
                help="use it in a rule, or take it out, with its question",
            )


def duplicate_title(pack: Pack, problems: Problems) -> None:
    """R503: two criteria of a role with one title, which nobody can tell apart in a report."""
    for role in pack.roles.values():
        seen: dict[str, Span] = {}
        for criterion in role.criteria:
            first = seen.setdefault(criterion.title.casefold(), criterion.span)
            if first is not criterion.span:
                related = [Related(span=first, message="the first one")]
                problems.add(
                    "R503", f"two criteria are titled `{criterion.title}`", criterion.span, help="say what sets them apart", related=related
                )


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


STYLE: tuple[Check, ...] = (duplicate_title, no_schema_line)
