"""impact: how verdicts, and each criterion, fall on groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import attrs
import click

from evaluator.calibration.group_options import Grouping, grouping
from evaluator.calibration.load_population import ON, gather, refuse_few_left
from evaluator.cli import options
from evaluator.cli.completion import role_names
from evaluator.cli.failures import Unusable
from evaluator.cli.gates import ended
from evaluator.cli.loading import judged_role, load_pack
from evaluator.cli.options import Verb, bundle
from evaluator.cli.output import Output
from evaluator.cli.tables import Tables, table_reading
from evaluator.core.gates import judged
from evaluator.core.model import READY
from evaluator.core.text import fold_name, fold_spaces
from evaluator.diagnostics import did_you_mean
from evaluator.report.words import joined

if TYPE_CHECKING:
    import datetime

    from evaluator.calibration.impact.assessing import Impact
    from evaluator.calibration.impact.report import ImpactContext
    from evaluator.calibration.impact.request import ImpactRequest, Law
    from evaluator.calibration.people import People

_SEX, _ETHNICITY = ("sex", "gender"), ("ethnicity", "race/ethnicity", "race", "ethnic group")
_LAW = "nyc144"


@attrs.frozen(kw_only=True)
class ImpactOptions:
    """What was asked for, in the words of the command line."""

    by: tuple[str, ...]
    roles: tuple[str, ...]
    selected: str | None
    among: str
    law: str | None
    sex: str | None
    ethnicity: str | None
    reason: str | None
    limits: tuple[str, ...]
    allow_untested: bool


_OPTIONS = {
    "by": click.option(
        "--by",
        multiple=True,
        metavar="COLUMNS",
        help="Group columns, or some crossed: sex,ethnicity,sex+ethnicity. [default: each there is]",
    ),
    "roles": click.option(
        "--role",
        "roles",
        multiple=True,
        metavar="ROLE",
        shell_complete=role_names,
        help="Show a role in full. Repeatable. [default: every role]",
    ),
    "selected": click.option("--selected", metavar="VERDICT", help="The verdict that is enough, or better. [default: the best one]"),
    "among": click.option(
        "--among",
        type=click.Choice(("candidates", "everyone")),
        default="candidates",
        show_default=True,
        help="Who is considered: whom a move leads there, or all.",
    ),
    "law": click.option("--law", type=click.Choice((_LAW,)), help="Add the tables of New York City's Local Law 144."),
    "sex": click.option("--sex-column", "sex", metavar="COLUMN", help="The law's sex categories. [default: sex or gender]"),
    "ethnicity": click.option(
        "--ethnicity-column", "ethnicity", metavar="COLUMN", help="Its race or ethnicity. [default: ethnicity or race]"
    ),
    "reason": click.option(
        "--reason-to-leave-out", "reason", metavar="TEXT", help="Leave categories under 2 % out of the law's ratios, for this reason."
    ),
    "limits": click.option(
        "--fail-if", "limits", multiple=True, metavar="LIMIT", help='Exit with 1 where it holds: "sex ratio < 0.8". Repeatable.'
    ),
    "allow_untested": options.ALLOW_UNTESTED,
}


def _wanted(verb: Verb) -> Verb:
    return bundle(verb, "wanted", ImpactOptions, dict(_OPTIONS))


@click.command(
    epilog="""\b
Examples:
  evaluator impact --on people.csv --by sex,ethnicity
  evaluator impact --on people.csv --by sex+ethnicity --role product-director
  evaluator impact --on people.csv --law nyc144 -o impact.html
  evaluator impact --on people.csv --by sex --fail-if "sex ratio < 0.8"
  evaluator impact --on people.csv --by sex --fail-if "sex ratio < 0.8" --format github
""",
)
@options.quiet_and_log
@ON
@_wanted
@grouping
@options.WHERE
@options.output("text", "markdown", "json", "html", "github")
@table_reading
@options.RULES_OR_NONE
@options.AS_OF
def impact(  # noqa: PLR0913, PLR0917 - each is a thing of its own on the command line
    on: tuple[str, ...],
    wanted: ImpactOptions,
    grouping: Grouping,
    where: str | None,
    output: Output,
    tables: Tables,
    rules: str | None,
    as_of: datetime.date | None,
) -> int:
    """Show how verdicts fall on groups, and which criterion drives a disparity.

    Groups are `group:` columns of tables and `groups:` of profiles; no rule can read them. The report names no person, and holds
    numbers back from which somebody's group could be worked out; --exact tells them to those who may see it.
    """
    from evaluator.calibration.impact.assessing import impact as assess
    from evaluator.calibration.impact.limits import checked, parsed
    from evaluator.calibration.impact.limits_report import EVERYONE, gate, lines_of_rules, nobody_words
    from evaluator.calibration.impact.report import ImpactContext
    from evaluator.report.annotations import gate_annotations

    if output.format == "github" and not wanted.limits:
        raise Unusable("annotations tell what limits came to, and none are given", 'name one with --fail-if, such as "sex ratio < 0.8"')
    pack = load_pack(options.own_pack(None, rules) if wanted.limits else rules or options.default_rules())
    limits = [parsed(limit) for limit in wanted.limits]
    loaded_population = gather(on, pack, tables, as_of, groups=True, where=where)
    refuse_few_left(loaded_population.people, grouping.rule())
    assessed = assess(loaded_population.people, _asked(wanted, grouping, loaded_population.people))
    limit_outcomes = [limit_outcome for limit in limits for limit_outcome in checked(limit, assessed)]
    gates = judged((gate(limit_outcome, assessed) for limit_outcome in limit_outcomes), allow_untested=wanted.allow_untested)
    if not gates and not any(pool.considered for pool in assessed.pools):
        raise Unusable(nobody_words(loaded_population.people, assessed.asked.roles), EVERYONE)
    if not gates and not any(dimension.labels.count() for dimension in assessed.dimensions):
        names = joined([f"`{dimension.name}`" for dimension in assessed.dimensions], "or")
        raise Unusable(f"nobody's group is known by {names}", "fill the column, or name another one with --by")
    if output.format == "github":
        output.write(gate_annotations(zip(gates, map(lines_of_rules, limit_outcomes), strict=True)))
        return ended(gates, output, complete=loaded_population.complete)
    output.write(
        _written(
            assessed,
            ImpactContext(sources=on, as_of=loaded_population.as_of, days=loaded_population.days, limits=wanted.limits, gates=gates),
            output,
        )
    )
    return ended(gates, output, complete=loaded_population.complete)


def _written(found: Impact, impact_context: ImpactContext, output: Output) -> str:
    from evaluator.calibration.impact.report import impact_page
    from evaluator.calibration.impact.to_json import impact_json
    from evaluator.report.jsons import dumps
    from evaluator.report.pages import blocks_page

    if output.format == "json":
        return dumps(impact_json(found, impact_context))
    page = impact_page(found, impact_context, whole=output.format == "html")
    return blocks_page(page, title=f"Adverse impact, {impact_context.as_of}") if output.format == "html" else output.written(page)


def _asked(wanted: ImpactOptions, grouping: Grouping, people: People) -> ImpactRequest:
    from evaluator.calibration.impact.request import Among, ImpactRequest, verdicts_considered

    pack = people.pack
    roles = tuple(dict.fromkeys(judged_role(name, pack) for name in wanted.roles))
    for option, texts in (("--unknown", grouping.silent), ("--known", grouping.known)):
        _there_is(option, texts, people)
    return ImpactRequest(
        roles=roles,
        selected=_verdict(wanted.selected, verdicts_considered(roles, pack)),
        among=Among(wanted.among),
        by=tuple(part for one in wanted.by for part in _parts(one, people.groups.columns)),
        words=grouping.words(),
        rule=grouping.rule(),
        law=_law(wanted, people.groups.columns),
    )


def _there_is(option: str, texts: Iterable[str], people: People) -> None:
    """Refuse a text that no group column holds: spelt otherwise, what is meant would count as a group, or as none."""
    held = {fold_spaces(str(text)) for column in people.groups.columns for text in people.groups[column].drop_nulls().unique()}
    for text in texts:
        if held and fold_spaces(text) not in held:
            step = did_you_mean(fold_spaces(text), held) or "leave it out, or write it as it stands in a `group:` column"
            raise Unusable(f"{option} names the text `{text}`, which no group column holds", step)


def _parts(by: str, columns: Sequence[str]) -> list[str]:
    """Split what was named at commas, but for a column that has one in its own name."""
    return [by] if by in columns else [part for part in by.split(",") if part.strip()]


def _verdict(name: str | None, lists: Sequence[tuple[str, ...]]) -> int:
    """Return the place of the verdict that is enough; where roles have different verdicts, only the best of each can be asked for."""
    if name is None or fold_spaces(name) == READY:
        return 0
    if len(lists) > 1:
        message = f"the roles that count have different verdicts, so `{name}` says nothing that holds for all of them"
        raise Unusable(message, f"name roles of one track with --role, or take the best of each: --selected {READY}")
    verdicts = lists[0]
    places = {fold_spaces(verdict): place for place, verdict in enumerate(verdicts)} | {READY: 0}
    index = places.get(fold_spaces(name))
    if index is None:
        step = did_you_mean(fold_spaces(name), places) or f"the verdicts are {', '.join(verdicts)}"
        raise Unusable(f"there is no verdict `{name}`", step)
    if index == len(verdicts) - 1:
        step = f"name one of {', '.join(verdicts[:-1])}"
        raise Unusable(f"`{name}` is the last verdict, so everybody would be selected", step)
    return index


def _law(wanted: ImpactOptions, columns: Sequence[str]) -> Law | None:
    from evaluator.calibration.impact.request import Law

    if wanted.law is None:
        if wanted.sex or wanted.ethnicity or wanted.reason:
            raise click.UsageError(
                "--sex-column, --ethnicity-column and --reason-to-leave-out are for the tables of the law; add --law nyc144"
            )
        return None
    sex = wanted.sex or _there(_SEX, columns, "--sex-column")
    ethnicity = wanted.ethnicity or _there(_ETHNICITY, columns, "--ethnicity-column")
    if len({fold_name(name).removeprefix("group:") for name in (sex, ethnicity)}) == 1:
        raise Unusable(f"`{sex}` is named as the column of sex and as that of race or ethnicity", "name two columns")
    return Law(sex=sex, ethnicity=ethnicity, reason=wanted.reason)


def _there(names: Iterable[str], columns: Sequence[str], option: str) -> str:
    known = {column.casefold(): column for column in columns}
    found = next((known[name] for name in names if name in known), None)
    if found is None and columns:
        raise Unusable(f"the law's tables need a column that {option} names", f"there are {', '.join(columns)}")
    return found or next(iter(names))
