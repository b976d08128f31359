"""The work that waits for somebody, beside the alerts: whose it is, by when (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from portulan.accounts.access import Operation
from portulan.budget.contracts.reads import Row as ContractRow
from portulan.budget.contracts.standing import State as Standing
from portulan.budget.contracts.standing import is_renewed
from portulan.core.periods import later
from portulan.core.say import numbers
from portulan.core.say.text import Problem, ProblemKind, Text
from portulan.core.say.values import Count, Day
from portulan.plans.actions.reads import Row
from portulan.plans.states.rules import Derived
from portulan.plans.states.words import LACKS
from portulan.plans.words import OVER, State
from portulan.steering.alerts.rules import Alert
from portulan.steering.law import BudgetDay, WalkBack
from portulan.steering.words import AlertKind, CampaignKind, CommitteeState

if TYPE_CHECKING:
    from portulan.steering.models import Committee, Reply

# By our rule, papers leave a week before a session where no law asks for more.
_AHEAD = timedelta(days=7)


def _fact(code: str, fr: str, en: str) -> ProblemKind:
    return ProblemKind(code, "warning", fr=fr, en=en)


_REPLY = _fact(
    "reply-awaited",
    "{title}\u00a0: {count:action|actions}, avant le {day:fr}.",
    "{title}: {count:action|actions}, before {day:en}.",
)
_NEWS = Text("Donner des nouvelles", "Give news")
_CONSENT = Text("Dire si vous pilotez", "Say whether you pilot")
_REVIEW = _fact(
    "replies-to-review",
    "{title}\u00a0: {answered} sur {asked} ont répondu, {count:réponse|réponses} à relire.",
    "{title}: {answered} of {asked} answered, {count:answer|answers} to review.",
)
_SILENT = _fact(
    "replies-silent",
    "{title}\u00a0: {answered} sur {asked} ont répondu, fin le {day:fr}.",
    "{title}: {answered} of {asked} answered, it ends on {day:en}.",
)
_READ_AGAIN = Text("Relire les réponses", "Review the answers")
_REMIND = Text("Relancer les silences", "Remind who is silent")
_SESSION = _fact(
    "session",
    "{body}, le {day:fr}\u00a0: {count:sujet|sujets}.",
    "{body}, on {day:en}: {count:subject|subjects}.",
)
_CONVENE = Text("Convoquer, avec le dossier", "Convene, with the papers")
_HOLD = Text("Tenir la séance", "Hold the session")
_CLOSE = Text("Clore la séance", "Close the session")
_CORRECT = _fact(
    "contract-to-correct",
    "Consultation commencée sans la condition ou le critère de la loi.",
    "Consultation begun without the condition or the criterion of the law.",
)
_WRITE = _fact(
    "contract-to-write",
    "Condition et critère à écrire avant la consultation, au plus tard le {day:fr}.",
    "Condition and criterion to write before the consultation, on {day:en} at the latest.",
)
_RENEW = _fact(
    "contract-to-renew",
    "Reconduire ou dénoncer, au plus tard le {day:fr}.",
    "Renew or end it, on {day:en} at the latest.",
)
_BUDGET = _fact(
    "budget-day",
    "{name} {year}, au plus tard le {day:fr} ({source}).",
    "{name} {year}, on {day:en} at the latest ({source}).",
)
_COST = _fact(
    "budget-figures",
    "{count:action|actions} à chiffrer pour {year}, avant le {day:fr}.",
    "{count:action|actions} to cost for {year}, before {day:en}.",
)
_COSTS = Text("Chiffrer les actions", "Cost the actions")
_MEET = _fact(
    "budget-committee",
    "Comité au plus tard le {day:fr}, avant\u00a0: {name} {year}.",
    "Committee on {day:en} at the latest, before: {name} {year}.",
)
_MEETING = Text("Fixer un comité", "Set a committee")
_LINES = _fact(
    "lines-undecided",
    "{count:ligne|lignes} de {year} sans réponse, {amount}.",
    "{count:line|lines} of {year} without an answer, {amount}.",
)
_DECIDE = Text("Dire si ces lignes comptent", "Say whether these lines count")
_OLD = _fact(
    "accounts-old",
    "Les derniers de {year} sont du {day:fr}.",
    "The last ones of {year} are of {day:en}.",
)
_BRING = Text("Déposer des comptes plus récents", "Bring newer accounts")

# Whose gesture a state calls for, beside the pilot's.
_WHOSE = {
    State.LATE: Operation.EDIT_PLAN,
    State.VACANT: Operation.EDIT_PLAN,
    State.BLOCKED: Operation.EDIT_PLAN,
    State.OVER_ENVELOPE: Operation.EDIT_BUDGET,
    State.NOT_COSTED: Operation.EDIT_BUDGET,
}


# A function asked in an open campaign; its actions without an answer; its changes to review.
type Asked = tuple[Reply, int, int]


def of_states(plan: str, rows: Iterable[Row], *, lacks: bool = False) -> Iterator[Alert]:
    """Yield what calls for attention in each action that is not over; what it lacks if asked."""
    for row in rows:
        if row.progress in OVER:
            continue
        wrong = tuple(one for one in row.states if one.state not in LACKS)
        if wrong:
            yield _of_action(AlertKind.STATE, plan, row, wrong)
        elif lacks and row.lacks:
            yield _of_action(AlertKind.LACK, plan, row, row.lacks)


def _of_action(kind: AlertKind, plan: str, row: Row, found: Sequence[Derived]) -> Alert:
    action, first = row.action, found[0]
    whose = (_WHOSE[one.state] for one in found if one.state in _WHOSE)
    return Alert(
        kind,
        f"{kind}:{action.pk}",
        first.facts,
        title=f"{action.called}. {action.short_title or action.title}",
        page="plans:action",
        arguments=(plan, action.number),
        on=action.due_on if first.state is State.LATE else None,
        action=action.number,
        pilot=action.pilot_id,
        whose=next(whose, None),
        more=tuple(one.facts for one in found[1:]),
    )


def of_replies(asked: Iterable[Asked]) -> Iterator[Alert]:
    """Yield what each person is asked, and has not answered."""
    for one, left, _review in asked:
        campaign = one.campaign
        if one.answered_at is not None or one.person_id is None or not left:
            continue
        is_consent = campaign.kind == CampaignKind.ACCEPTANCE
        count, day = Count(left), Day(campaign.closes_on)
        yield Alert(
            AlertKind.CONSENT if is_consent else AlertKind.REPLY,
            f"reply:{one.pk}",
            _REPLY.at(title=campaign.title, count=count, day=day),
            gesture=_CONSENT if is_consent else _NEWS,
            page="steering:own-reply",
            arguments=(campaign.plan.slug, campaign.pk, one.pk),
            on=campaign.closes_on,
            pilot=one.person_id,
            is_private=True,
            parts=left,
        )


def of_campaigns(asked: Iterable[Asked]) -> Iterator[Alert]:
    """Yield, of each open campaign, the answers to review, else who is silent."""
    by_campaign: dict[int, list[Asked]] = {}
    for one in asked:
        by_campaign.setdefault(one[0].campaign_id, []).append(one)
    for found in by_campaign.values():
        campaign, asked_of = found[0][0].campaign, len(found)
        review = sum(to_review for _one, _left, to_review in found)
        answered = sum(one.answered_at is not None for one, _left, _review in found)
        if not review and answered == asked_of:
            continue
        said = (_REVIEW if review else _SILENT).at(
            title=campaign.title,
            answered=answered,
            asked=asked_of,
            count=Count(review),
            day=Day(campaign.closes_on),
        )
        yield Alert(
            AlertKind.CAMPAIGN,
            f"campaign:{campaign.pk}",
            said,
            gesture=_READ_AGAIN if review else _REMIND,
            page="steering:campaign",
            arguments=(campaign.plan.slug, campaign.pk),
            on=None if review else campaign.closes_on,
            whose=Operation.RUN_CAMPAIGN,
            need=Operation.RUN_CAMPAIGN,
        )


def of_sessions(
    sessions: Iterable[tuple[Committee, int, date]], today: date, within: timedelta
) -> Iterator[Alert]:
    """Yield the sessions to convene, hold or close, of their subjects and the day of papers."""
    for one, subjects, papers in sessions:
        if one.held_on > today + within:
            continue
        if one.state == CommitteeState.PREPARING and one.convened_on is None:
            gesture, on = _CONVENE, min(papers, one.held_on - _AHEAD)
        elif one.held_on >= today:
            gesture, on = _HOLD, one.held_on
        else:
            gesture, on = _CLOSE, one.held_on
        yield Alert(
            AlertKind.SESSION,
            f"session:{one.pk}",
            _SESSION.at(body=one.body.name, day=Day(one.held_on), count=Count(subjects)),
            gesture=gesture,
            page="steering:committee",
            arguments=(one.plan.slug, one.pk),
            on=on,
            whose=Operation.HOLD_COMMITTEE,
            functions=tuple(one.body.members),
        )


def of_contracts(
    full: Iterable[ContractRow], blind: Iterable[ContractRow], last: date, today: date
) -> Iterator[Alert]:
    """Yield the contracts to correct, to write or to renew before a day.

    `blind` is what is known without the amounts that are secret before the award: who may not read
    them sees the days that follow from the rest.
    """
    told = {one.key: one for row in full for one in _of_contract(row, last, today)}
    other = {one.key: one for row in blind for one in _of_contract(row, last, today)}
    yield from (one for key, one in told.items() if other.get(key) == one)
    for key, one in told.items():
        if other.get(key) != one:
            yield _but(one, "full", need=Operation.READ_ORIGINALS)
    for key, one in other.items():
        if told.get(key) != one:
            yield _but(one, "blind", unless=Operation.READ_ORIGINALS)


def _but(one: Alert, version: str, **changed: Operation) -> Alert:
    return replace(one, key=f"{one.key}:{version}", **changed)  # type: ignore[arg-type]


def _of_contract(row: ContractRow, last: date, today: date) -> Iterator[Alert]:
    contract, standing = row.contract, row.standing
    on = standing.before
    if standing.state is Standing.TO_CORRECT:
        said = _CORRECT.at()
    elif on is None or on > last:
        return
    elif standing.state is Standing.TO_WRITE:
        said = _WRITE.at(day=Day(on))
    elif is_renewed(contract) and not contract.decision and on >= today:
        said = _RENEW.at(day=Day(on))
    else:
        return
    yield Alert(
        AlertKind.CONTRACT,
        f"contract:{contract.pk}:{said.kind.code.rpartition('-')[2]}",
        said,
        title=contract.subject,
        page="budget:contract",
        arguments=(contract.pk,),
        on=on,
        whose=Operation.CONTRACTS,
        need=Operation.READ_BUDGET,
    )


def of_budget(days: Iterable[BudgetDay]) -> Iterator[Alert]:
    """Yield the days that the law sets to the budget."""
    for one in days:
        said = _BUDGET.at(name=one.name, year=str(one.year), day=Day(one.on), source=one.source)
        yield Alert(
            AlertKind.BUDGET,
            f"budget:{one.key}:{one.year}",
            said,
            page="budget:years",
            on=one.on,
            need=Operation.READ_BUDGET,
        )


def before_budget(
    back: WalkBack, plan: str, rows: Iterable[Row], meetings: Iterable[date], today: date
) -> Iterator[Alert]:
    """Yield what the next budget asks before it: costs while some lack, a committee if none is set.

    `meetings` are the days of the committees that are prepared: costs are for the last in time.
    """
    year = back.day.year
    meeting = max((one for one in meetings if today <= one <= back.committee), default=None)
    figures = back.figures if meeting is None else meeting - timedelta(days=1)
    missing = sum(
        any(one.state is State.NOT_COSTED and one.year == year for one in row.states)
        for row in rows
    )
    if missing:
        said = _COST.at(count=Count(missing), year=str(year), day=Day(figures))
        yield Alert(
            AlertKind.BUDGET,
            f"budget:figures:{year}",
            said,
            gesture=_COSTS,
            page="plans:plan",
            arguments=(plan,),
            on=figures,
            whose=Operation.EDIT_BUDGET,
        )
    if meeting is None:
        day = Day(back.committee)
        yield Alert(
            AlertKind.BUDGET,
            f"budget:committee:{year}",
            _MEET.at(day=day, name=back.day.name, year=str(year)),
            gesture=_MEETING,
            page="steering:committees",
            arguments=(plan,),
            on=back.committee,
            whose=Operation.HOLD_COMMITTEE,
        )


def of_lines(year: int, lines: int, amount: Decimal) -> Iterator[Alert]:
    """Yield the lines of a year of which nobody said whether they count."""
    if lines:
        money = Text(*(numbers.money(amount, lang, unit="k€") for lang in ("fr", "en")))
        yield _of_accounts(
            "lines",
            _LINES.at(count=Count(lines), year=str(year), amount=money),
            _DECIDE,
            ("budget:queue", year),
            None,
        )


def of_accounts(year: int, last: date | None, today: date) -> Iterator[Alert]:
    """Yield the accounts of the year under way, once the last ones are a month old."""
    if last is not None and later(last, 1) <= today:
        said = _OLD.at(year=str(year), day=Day(last))
        yield _of_accounts("accounts", said, _BRING, ("budget:imports", year), later(last, 1))


def _of_accounts(
    key: str, said: Problem, gesture: Text, page: tuple[str, int], on: date | None
) -> Alert:
    return Alert(
        AlertKind.ACCOUNTS,
        f"{key}:{page[1]}",
        said,
        gesture=gesture,
        page=page[0],
        arguments=page[1:],
        on=on,
        whose=Operation.EDIT_BUDGET,
        need=Operation.READ_BUDGET,
    )
