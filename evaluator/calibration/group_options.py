"""The options of verbs that count people by group, as one object: what may be told, and which texts name a group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import click

from evaluator.cli.options import Verb, bundle

if TYPE_CHECKING:
    from evaluator.calibration.disclosure import Rule
    from evaluator.calibration.impact.groups import Words

_LEAST = 5


@attrs.frozen(kw_only=True)
class Grouping:
    """What was said about groups; what was left unsaid is None, or empty."""

    smallest: int | None
    smallest_pool: int | None
    exact: bool
    silent: tuple[str, ...]
    known: tuple[str, ...]

    @property
    def said(self) -> bool:
        """Whether anything was said."""
        return any(value not in {None, False, ()} for value in attrs.astuple(self))

    def rule(self) -> Rule:
        """Return what may be told by group."""
        from evaluator.calibration.disclosure import POOL, SMALLEST, Rule

        smallest = SMALLEST if self.smallest is None else self.smallest
        if smallest < _LEAST and not self.exact:
            raise click.UsageError(f"numbers of groups of fewer than {_LEAST} people are held back, unless --exact tells everything")
        return Rule(exact=self.exact, smallest=smallest, pool=POOL if self.smallest_pool is None else self.smallest_pool)

    def words(self) -> Words:
        """Return which texts name no group, and which do although they read otherwise."""
        from evaluator.calibration.impact.groups import Words

        return Words(silent=self.silent, known=self.known)


_OPTIONS = {
    "smallest": click.option("--smallest", type=click.IntRange(1), metavar="N", help="Tell no group of fewer people. [default: 10]"),
    "smallest_pool": click.option(
        "--smallest-pool",
        type=click.IntRange(2 * _LEAST),
        metavar="N",
        help="Tell nothing by group where fewer people are considered. [default: 1000]",
    ),
    "exact": click.option("--exact", is_flag=True, help="Tell everything by group, small numbers too: for those who may see it."),
    "silent": click.option("--unknown", "silent", multiple=True, metavar="TEXT", help="A text that says no group, such as x. Repeatable."),
    "known": click.option("--known", multiple=True, metavar="TEXT", help="A text that is a group, such as none. Repeatable."),
}


def grouping(verb: Verb) -> Verb:
    """Give a verb the options of those that count by group, as one `grouping`."""
    return bundle(verb, "grouping", Grouping, dict(_OPTIONS))
