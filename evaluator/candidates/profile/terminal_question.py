"""A question on a terminal: what is asked, what can stand behind it, why it matters, and the help."""

from __future__ import annotations

from collections.abc import Iterator

from evaluator.candidates.profile.drafting.interview import NAME, ROLE, Ask, Interview
from evaluator.core.attributes import Attribute
from evaluator.core.model import Pack
from evaluator.core.values import Kind
from evaluator.report.attributes import option_lines
from evaluator.report.explain import question_words
from evaluator.report.third_person import about_somebody
from evaluator.report.words import joined, some

HOW = "Enter skips; ? helps; back returns; done writes what there is; Ctrl-C keeps the answers for later."
_TITLES = 4
_PLAIN = {NAME: "What is the person's name?", ROLE: "What is today's role?"}


def question(interview: Interview, key: str, *, of_others: bool = False) -> str:
    """Return the lines of a question, to the person or about somebody."""
    if key in _PLAIN:
        return f"\n{_PLAIN[key]}\n  {'any text' if key == NAME else 'a title; ? lists the roles of the ladder'}\n"
    asks = interview.asks()
    ask = asks[0]
    more = len(asks) - 1
    left = f"at most {more} more" if more else "the last one"
    roles = some([interview.pack.roles[role].title for role in ask.roles], _TITLES)
    words = question_words(ask.attribute)
    lines = (about_somebody(words) if of_others else words, _hint(interview, ask.attribute), f"{matters_words(ask)} {roles}; {left}")
    return "\n" + "\n  ".join(lines) + "\n"


def matters_words(ask: Ask) -> str:
    """Say why a question matters, up to the roles."""
    if not ask.criteria:
        return "decides whether a move is open, to"
    lead = "can decide the verdict" if ask.decisive else "required" if ask.required else "counts"
    if not ask.assumed:
        return f"{lead} for"
    return f"left open, the pack assumes {ask.attribute.show(ask.attribute.absent_means)}; {lead} for"


def _hint(interview: Interview, attribute: Attribute) -> str:
    """Say what an answer looks like, and what each level or option means, unless a question before this one did."""
    lines = option_lines(attribute)
    before = (interview.pack.attributes[answer.key] for answer in interview.answers if answer.key in interview.pack.attributes)
    if lines and any(option_lines(one) == lines for one in before):
        return f"{answer_hint(attribute)}; ? says what they mean"
    return "\n    ".join((answer_hint(attribute), *lines))


def answer_hint(attribute: Attribute) -> str:
    """Say what an answer looks like: type, unit, range and options."""
    type_ = attribute.type
    if type_.options:
        listed = ", ".join(f"{index} {option}" for index, option in enumerate(type_.options, 1))
        return f"{'some, with commas, or none' if attribute.kind is Kind.SET else 'one'} of: {listed}"
    if attribute.kind is Kind.RECORDS:
        return f"entries as {', '.join(f'{name}: …' for name in type_.fields)}; a semicolon between two"
    plain = {Kind.FLAG: "yes or no", Kind.DATE: f"a date such as {type_.precision.example}", Kind.TEXT: "any text"}
    if attribute.kind in plain:
        return plain[attribute.kind]
    whole = "a whole number" if attribute.kind is Kind.INTEGER else "a number"
    unit = f" of {type_.unit}" if type_.unit else ""
    return f"{whole}, {type_.range_words()}" if type_.ranged else f"{whole}{unit}"


def help_words(interview: Interview, key: str) -> str:
    """Return the help on a question: the attribute, and the criteria that hang on it."""
    pack = interview.pack
    if key == ROLE:
        return "".join(f"  {line}\n" for line in _roles(pack))
    if key == NAME:
        return f"  It stands at the top of reports.\n  {HOW}\n"
    ask = next(ask for ask in interview.asks() if ask.attribute.id == key)
    attribute = ask.attribute
    told = (answer_hint(attribute), *(f"  {line}" for line in option_lines(attribute)))
    lines = [f"{attribute.id}: {attribute.title}, {attribute.kind.one}", *told, *_criteria(ask, pack), HOW]
    return "".join(f"  {line}\n" for line in lines)


def _roles(pack: Pack) -> Iterator[str]:
    for track in pack.tracks:
        titles = [role.title for role in sorted(pack.roles.values(), key=lambda role: role.rung) if role.track == track.id]
        yield f"{track.title}: {', '.join(titles)}"


def _criteria(ask: Ask, pack: Pack) -> Iterator[str]:
    for role in dict.fromkeys(ask.roles):
        titles = [criterion.title for criterion in pack.roles[role].criteria if criterion.id in ask.criteria]
        if titles:
            yield f"for {pack.roles[role].title}: {joined(titles)}"
