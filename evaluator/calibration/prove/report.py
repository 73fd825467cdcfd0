"""What was proved of a pack: each finding with the example that shows it, then what was asked and assumed."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from evaluator.calibration.prove.findings import Better, Claim, Finding, Open, Proofs, Question
from evaluator.calibration.prove.ladder import origins_below
from evaluator.calibration.prove.lowered_verdicts import changed
from evaluator.core import gates as outcome
from evaluator.core.days import Days, example_days
from evaluator.core.gates import Gate
from evaluator.core.model import Criterion, Pack, Role
from evaluator.core.results import Evaluation, State
from evaluator.core.values import show_number
from evaluator.report.blocks import Block, Fact, Facts, Heading, Item, Listing, Paragraph
from evaluator.report.days import days_facts, projected
from evaluator.report.gates import gates_blocks
from evaluator.report.people import pack_words
from evaluator.report.plain_values import plain
from evaluator.report.sentences import condition_words, value_words
from evaluator.report.words import NOTICE, Style, best_words, counted, joined, sentence_case, some, verdict_words

_ASKED = {
    Question.CRITERIA: ("criterion", "criteria", "that nobody or everybody meets"),
    Question.IMPLIED: ("pair", "pairs", "of criteria of which one could imply the other"),
    Question.ORDER: ("role", "roles", "against the rung below"),
    Question.DIRECTION: ("attribute", "attributes", "of which a better value could lower a verdict"),
    Question.BANDS: ("verdict", "verdicts", "that nobody could get"),
}
OPEN = "open"
"""The word of --fail-on for questions that were not decided."""
_NAMES_SHOWN = 12


def proof_gates(proofs: Proofs, failing: Sequence[str]) -> tuple[Gate, ...]:
    """Return what each question that can fail a run came to, and `open`; one that was never put, or never decided, tested nothing."""
    wanted = [question for question in proofs.questions if question in failing]
    gates = [_gate(proofs, question) for question in wanted if proofs.asked.get(question)]
    if wanted and not gates:
        why = "there was nothing to ask of " + (joined([role.title for role in proofs.roles]) if proofs.roles else "a pack without roles")
        step = "ask another question with --only, or of more roles"
        gates = [Gate(limit=str(question), state=outcome.State.NOT_TESTED, reason=why, step=step) for question in wanted]
    if OPEN in failing:
        words = f"{counted(len(proofs.open), 'question')} not decided"
        gates.append(Gate(limit=OPEN, state=outcome.State.BROKEN if proofs.open else outcome.State.HELD, reason=words))
    return tuple(gates)


def _gate(proofs: Proofs, question: Question) -> Gate:
    number = sum(finding.claim.question is question for finding in proofs.findings)
    asked, undecided = proofs.asked[question], sum(question_open.question is question for question_open in proofs.open)
    if number:
        return Gate(limit=str(question), state=outcome.State.BROKEN, reason=counted(number, "finding"))
    if undecided >= asked:
        why = f"none of {asked_words(question, asked)} could be decided"
        return Gate(limit=str(question), state=outcome.State.NOT_TESTED, reason=why, step="give each proof more time with --seconds")
    return Gate(limit=str(question), state=outcome.State.HELD, reason=f"{asked_words(question, asked - undecided)}: none found")


def asked_words(question: Question, number: int) -> str:
    """Say how often a question was put: `1 pair of criteria of which one could imply the other`."""
    one, many, which = _ASKED[question]
    return f"{counted(number, one, many)} {which}"


def proofs_page(proofs: Proofs, pack: Pack, failing: Collection[str], *, today: datetime.date | None = None) -> tuple[Block, ...]:
    """Return the page of a run; `failing` are the words of the questions, or `open`, whose findings fail it."""
    days = example_days(proofs.as_of, pack, today)
    return (
        Heading(projected(f"What follows from the rules: {pack.title}", days), 1),
        *_roles(proofs, pack, failing),
        *_open(proofs),
        *gates_blocks(
            [proof_gate for proof_gate in proof_gates(proofs, tuple(failing)) if proof_gate.state is outcome.State.NOT_TESTED], "Not tested"
        ),
        Heading("What was asked and assumed"),
        Facts((*_footer(proofs, pack, days), Fact("Fails the run", _failing_words(proofs, failing)))),
        Paragraph(NOTICE, style=Style.FAINT),
    )


def _roles(proofs: Proofs, pack: Pack, failing: Collection[str]) -> Iterator[Block]:
    if not proofs.findings:
        asked = bool(sum(proofs.asked.values()))
        words = f"No findings, but {counted(len(proofs.open), 'question')} not decided." if proofs.open else "No findings."
        yield Paragraph(words if asked else "There was nothing to ask.", style=Style.GOOD if asked and not proofs.open else Style.OPEN)
    for role in proofs.roles:
        items = tuple(_item(finding, pack, failing) for finding in proofs.findings if finding.role is role)
        if items:
            yield Heading(role.title)
            yield Listing(items, spaced=True)


def _item(finding: Finding, pack: Pack, failing: Collection[str]) -> Item:
    parts = tuple(Item(text) for text in _details(finding, pack))
    criterion = finding.criteria[-1] if finding.criteria else None
    location = str((criterion or finding.role).span)
    mark, style = ("✗", Style.BAD) if finding.claim.question in failing else ("!", Style.CLOSE)
    return Item(claim_words(finding, pack), mark=mark, style=style, strong=True, place=location, parts=parts)


def claim_words(finding: Finding, pack: Pack) -> str:  # noqa: PLR0911 - a sentence each
    """Say a finding in one sentence, without a full stop."""
    titles = [f"{'the policy ' if criterion.policy else ''}“{criterion.title}”" for criterion in finding.criteria]
    match finding.claim:
        case Claim.NEVER_MET:
            return f"{titles[0]} can never be met{_where_applies(finding)}"
        case Claim.ALWAYS_MET:
            return f"{titles[0]} is met by everybody{_where_applies(finding)}"
        case Claim.NEVER_APPLIES:
            return f"{titles[0]} never applies"
        case Claim.IMPLIED:
            return f"whoever meets {titles[0]} meets {titles[1]} as well"
        case Claim.SAME:
            return f"{titles[0]} and {titles[1]} are met by the same people"
        case Claim.EASIER:
            ready, below = best_words(pack.best_of(finding.role)), joined(_titles(finding.below), "or")
            return f"somebody can be {ready} for it and not for {below}, the rung below"
        case Claim.LOWERED:
            before, after = (verdict_words(example.roles[finding.role.id].verdict) for example in finding.examples)
            return f"a better value of “{pack.attributes[finding.attribute or ''].title}” can lower the verdict from {before} to {after}"
        case Claim.OUT_OF_REACH:
            return f"nobody can get the verdict `{finding.verdict}`"


def _where_applies(finding: Finding) -> str:
    return " where it applies" if finding.criteria[0].applies_when else ""


def _titles(roles: Sequence[Role]) -> list[str]:
    return [role.title for role in roles]


def _details(finding: Finding, pack: Pack) -> Iterator[str]:
    if finding.conflict:
        together = [condition_words(part, pack.attributes) for part in finding.conflict]
        yield f"cannot hold{' together' if len(together) > 1 else ''}: {'; '.join(together)}"
    yield from _score(finding)
    if finding.also:
        missed = "; ".join(_told(criterion, criterion.key) for criterion in finding.also)
        yield f"missed alone, each of these is enough to be kept from the rung below: {missed}"
    if finding.claim is Claim.EASIER:
        yield from _missed(finding)
    if finding.claim is Claim.LOWERED:
        yield from _change(finding, pack)
    for number, example in enumerate(finding.examples):
        name = f"example {number + 1}" if len(finding.examples) > 1 else "example"
        yield f"{name} ({_verdicts(example, finding)}): {profile_words(example, pack)}"


def _score(finding: Finding) -> Iterator[str]:
    role = finding.role
    yield from _caps(finding)
    if not all(criterion.counts for criterion in finding.criteria):
        return
    total = show_number(sum(criterion.weight for criterion in role.criteria))
    weights = show_number(sum(criterion.weight for criterion in finding.criteria))
    if finding.claim is Claim.IMPLIED:
        weak = show_number(finding.criteria[1].weight)
        yield f"for the score: missing the second means missing both, so one gap costs {weights} of {total}"
        yield f"once the first is met, the {weak} of the second tell nobody apart"
    elif finding.claim is Claim.SAME:
        yield f"for the score: one achievement counts twice, {weights} of {total}"
    elif finding.claim is Claim.ALWAYS_MET:
        yield f"for the score: {weights} of {total} are a gift, and tell nobody apart"
    elif finding.claim is Claim.NEVER_MET:
        yield f"for the score: {weights} of {total} can never be earned{_required(finding.criteria[0], role)}"


def _caps(finding: Finding) -> Iterator[str]:
    """Say what a finding means for the verdict where its criterion caps."""
    cap = finding.criteria[0].caps_at if finding.criteria else None
    if cap is not None and finding.claim is Claim.ALWAYS_MET:
        yield f"for the verdict: it caps at “{cap}” and holds nobody there"
    if cap is not None and finding.claim is Claim.NEVER_MET:
        yield f"for the verdict: it caps at “{cap}”, so that no one it applies to gets a better one"


def _required(criterion: Criterion, role: Role) -> str:
    return f"; it is required of every {role.title}" if criterion.required else ""


def _told(criterion: Criterion, name: str) -> str:
    return f"{criterion.title} ({name}{', a policy' if criterion.policy else ''})"


def _missed(finding: Finding) -> Iterator[str]:
    for role in finding.below:
        results = finding.examples[0].roles[role.id].criteria
        missed = [_told(result.criterion, result.criterion.id) for result in results if result.state is State.UNMET]
        yield f"of {role.title} the example misses: {'; '.join(missed)}"


def _change(finding: Finding, pack: Pack) -> Iterator[str]:
    name = finding.attribute or ""
    values = [value_words(pack.attributes[name], example.profile.given[name]) for example in finding.examples]
    yield f"the two examples differ in {name} alone: {values[0]}, then {values[1]}"
    criteria = {criterion.id: criterion for criterion in finding.role.criteria}
    for key, (state, two) in changed(finding).items():
        yield f"{_told(criteria[key], key)}: {state}, then {two}"
    if finding.alike:
        yield f"so can a better value of {joined(finding.alike, 'or')}"


def _verdicts(example: Evaluation, finding: Finding) -> str:
    roles = [finding.role, *finding.below]
    if len(roles) == 1:
        return verdict_words(example.roles[roles[0].id].verdict)
    return ", ".join(f"{role.title} {verdict_words(example.roles[role.id].verdict)}" for role in roles)


def profile_words(example: Evaluation, pack: Pack) -> str:
    """Write what a profile states as it can stand after `attributes:` in a profile's file."""
    given = example.profile.given
    shown = (f"{name}: {_yaml(plain(pack.attributes[name], value))}" for name, value in given.items() if not pack.attributes[name].implied)
    today = "".join(f", role: {value}" for name, value in given.items() if pack.attributes[name].implied)
    return f"{{{', '.join(shown)}}}{today}"


def _yaml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(map(str, value))}]"
    return str(value)


def _open(proofs: Proofs) -> Iterator[Block]:
    if proofs.open:
        yield Heading("Not decided")
        yield Listing(
            tuple(Item(f"{question.role.title}: {question.about}", note=f"({open_words(question)})", mark="?") for question in proofs.open)
        )


def open_words(question: Open) -> str:
    """Say why a question stayed open."""
    return "its example does not come out so once evaluated" if question.unconfirmed else "not decided in the time"


def _footer(proofs: Proofs, pack: Pack, days: Days) -> Iterator[Fact]:
    asked = [asked_words(question, proofs.asked.get(question, 0)) for question in proofs.questions]
    yield Fact("Asked", "; ".join(asked))
    yield from _not_compared(proofs, pack)
    count = counted(len(proofs.findings), "finding")
    yield Fact("Found", f"{count}, {len(proofs.open)} not decided; every example was evaluated by the reference engine")
    yield Fact("For whom", _whom(proofs, pack))
    if proofs.free:
        yield Fact("Assumed free", f"{', '.join(proofs.free)}: computed in ways that are not followed, so taken to have any value")
    if Question.DIRECTION in proofs.questions:
        yield Fact("Better", better_words(proofs.better))
        if proofs.undirected:
            yield Fact("No direction", f"{some(proofs.undirected, _NAMES_SHOWN)}: used both ways, or no way, so not asked about")
    yield Fact("As of", proofs.as_of.isoformat())
    yield from days_facts(days)
    yield Fact("Pack", f"{pack_words(pack)}, {pack.folder}")


def _not_compared(proofs: Proofs, pack: Pack) -> Iterator[Fact]:
    """Say why no role was held against a lower one, where that was asked for."""
    if Question.ORDER not in proofs.questions or proofs.asked.get(Question.ORDER) or not proofs.roles:
        return
    interim = [role for role in proofs.roles if role.interim]
    others = [role for role in proofs.roles if not role.interim]
    passed = [role for role in others if origins_below(pack, role)]
    words = {
        f"{{}} {'is' if len(interim) == 1 else 'are'} interim, and not held against the rung below": interim,
        "from lower rungs of its track, moves lead to {} out of interim or never judged roles alone": passed,
        "no move leads to {} from a lower rung of its track": [role for role in others if role not in passed],
    }
    told = [text.format(_some_titles(roles, "and" if roles is interim else "or")) for text, roles in words.items() if roles]
    yield Fact("Not compared", f"by `order`: {'; '.join(told)}")


def _some_titles(roles: Sequence[Role], last: str) -> str:
    titles = _titles(roles)
    return some(titles, _NAMES_SHOWN) if len(titles) > _NAMES_SHOWN else joined(titles, last)


def _failing_words(proofs: Proofs, failing: Collection[str]) -> str:
    """Say how many findings of each kind that fails a run there are, or that there are none."""
    counts = Counter(str(finding.claim.question) for finding in proofs.findings)
    told = [f"{counted(number, 'finding')} of `{word}`" for word, number in counts.items() if word in failing]
    told += [f"{len(proofs.open)} not decided"] if proofs.open and OPEN in failing else []
    spared = [f"`{word}`" for word in counts if word not in failing]
    more = f"; what is marked ! does not, as --fail-on leaves out {joined(spared)}" if spared else ""
    return f"{joined(told) or 'nothing'}{more}"


def _whom(proofs: Proofs, pack: Pack) -> str:
    words = "profiles that state everything the rules read, within the declared ranges"
    words += " and as `plausible:` expects" if pack.plausible else ""
    words += "; what an example leaves out may be anything"
    if proofs.missing:
        words += f"; these may be missing, since rules ask whether they are known: {', '.join(proofs.missing)}"
    return words


def better_words(better: Sequence[Better]) -> str:
    """Say which way attributes get better, the exceptions by name."""
    groups = {
        "declared by tie-breakers in pack.yaml": [direction for direction in better if direction.declared],
        "less": [direction for direction in better if direction.sign < 0 and not direction.declared],
        "used both ways, the heavier way taken": [direction for direction in better if direction.against],
    }
    told = [f"{words}: {some([_name(direction) for direction in betters], _NAMES_SHOWN)}" for words, betters in groups.items() if betters]
    return sentence_case("; ".join(["more, higher, later, or true, as criteria use it", *told]))


def _name(better: Better) -> str:
    return better.attribute if better.member is None else f"{better.attribute} ({better.member})"
