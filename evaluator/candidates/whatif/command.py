"""whatif: what a change would do."""

from __future__ import annotations

from collections.abc import Mapping

import click

from evaluator.cli import options
from evaluator.cli.clock import today
from evaluator.cli.completion import role_names
from evaluator.cli.exits import DONE
from evaluator.cli.failures import Unusable
from evaluator.cli.loading import attribute_called, day_for, judged_role, load_pack, role_called
from evaluator.cli.options import Setting
from evaluator.cli.output import Output
from evaluator.cli.tables import Tables, table_reading
from evaluator.core.attributes import Attribute
from evaluator.core.model import ROLE, Pack, Profile
from evaluator.core.values import Kind, Value, ValueProblem, clip
from evaluator.populations.one_person import one_of
from evaluator.report.jsons import dumps

_UNKNOWN = "unknown"


@click.command(
    epilog="""\b
Examples:
  evaluator whatif profiles/sofia-marquez.yaml --set product_management_years=8
  evaluator whatif profiles/sofia-marquez.yaml --set coaching=practitioner --set knowledge+=pricing --role product-director
  evaluator whatif people.csv --person p017 --set direct_reports=unknown
""",
)
@click.argument("profile", metavar="PROFILE", type=options.ANYWHERE)
@click.option(
    "--set",
    "changes",
    multiple=True,
    required=True,
    metavar="ATTRIBUTE=VALUE",
    help="What would be different; += and -= add to a set and take out of it, =unknown takes a value out. Repeatable.",
)
@click.option("--role", "roles", multiple=True, metavar="ROLE", shell_complete=role_names, help="Show this role. [default: all that move]")
@click.option("--person", metavar="PERSON", help="Whom of a table or folder to look at, by id or name.")
@options.output("text", "json", "markdown", document=True)
@table_reading
@options.setting
def whatif(  # noqa: PLR0913, PLR0917 - each is a thing of its own on the command line
    profile: str,
    changes: tuple[str, ...],
    roles: tuple[str, ...],
    person: str | None,
    output: Output,
    tables: Tables,
    setting: Setting,
) -> int:
    """Show what a change would do: before and after, and why.

    Nothing is written to the profile.
    """
    from evaluator.candidates.whatif.analysis import WhatIf
    from evaluator.candidates.whatif.report import whatif_json, whatif_page

    pack = load_pack(setting.rules)
    wanted = [judged_role(name, pack) for name in roles] or None
    found = one_of(profile, person, pack, tables)
    now = today()
    day = day_for(found, setting, now)
    what = WhatIf(pack=pack, profile=found, values=_values(changes, found, pack), as_of=day, engine=setting.engine)
    as_json = output.format == "json"
    output.write(dumps(whatif_json(what, wanted, today=now)) if as_json else output.written(whatif_page(what, wanted, today=now)))
    return DONE


def _values(changes: tuple[str, ...], profile: Profile, pack: Pack) -> Mapping[str, Value | None]:
    result: dict[str, Value | None] = {}
    for change in changes:
        name, sign, text = change.partition("=")
        if not sign or not name.strip(" +-"):
            raise click.UsageError(f"`--set {clip(change)}` sets nothing; write it as --set ATTRIBUTE=VALUE")
        how = name[-1] if name[-1] in "+-" else ""
        attribute = _attribute(name.removesuffix(how).strip(), pack)
        result[attribute.id] = _value(attribute, how, text.strip(), result.get(attribute.id, profile.given.get(attribute.id)), pack)
    return result


def _attribute(name: str, pack: Pack) -> Attribute:
    if name == ROLE and ROLE not in pack.attributes:
        step = "`evaluator explain PROFILE ROLE` judges for a role, whatever is held today"
        raise Unusable("no rule of the pack reads the role that is held today, so another one changes no verdict", step)
    attribute = attribute_called(name, pack)
    if not attribute.may_be_given:
        raise Unusable(f"`{attribute.id}` is computed, and is not stated", f"set what it is computed from: {attribute.id} follows")
    if attribute.kind is Kind.RECORDS:
        raise Unusable(
            f"`{attribute.id}` is a list of entries, which one line cannot state", "edit a copy of the profile and compare the two"
        )
    return attribute


def _value(attribute: Attribute, how: str, text: str, have: Value | None, pack: Pack) -> Value | None:
    """Read a value; `+` and `-` add members to a set that is there, or take them out."""
    if how and attribute.kind is not Kind.SET:
        raise Unusable(f"`{attribute.id}` is {attribute.kind.one}, to which nothing is added", f"write {attribute.id}=VALUE")
    if text == _UNKNOWN and not how and _UNKNOWN not in attribute.type.options:
        return None
    try:
        if attribute.id == ROLE and attribute.implied:
            return role_called(text, pack).id
        if attribute.kind is not Kind.SET:
            return attribute.type.read(text)
        words = [word.strip() for word in text.strip("[]").split(",")]
        members = frozenset(str(attribute.type.read(word)) for word in words if word)
    except ValueProblem as problem:
        raise Unusable(f"{attribute.id}: {problem.message}", problem.step) from None
    before = have if isinstance(have, frozenset) else frozenset[str]()
    return before | members if how == "+" else before - members if how == "-" else members
