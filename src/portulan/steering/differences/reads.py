"""What moved between a sealed plan and another, or today’s."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.budget.funding.plan_rows import plan_rows
from portulan.core.say import numbers
from portulan.core.say.text import Language, Text
from portulan.steering.differences.rules import Difference, differences, level_unmoved
from portulan.steering.models import SealedPlan
from portulan.steering.sealed.content import content_of
from portulan.steering.sealed.document import Content
from portulan.steering.sealed.reads import content_in, is_unmoved

_HEAD = Text("{plan}\u00a0: du {before} au {after}", "{plan}: from {before} to {after}")
_NOTHING = Text("Rien n’a changé.", "Nothing changed.")


class Told(NamedTuple):
    """Both plans, the older first, without what is many in them; what moved, and what did not.

    `unmoved` are the numbers of the actions whose level is the same in both; `holds` tells whether
    the seal is still that of what is kept.
    """

    before: Content
    after: Content
    found: tuple[Difference, ...]
    unmoved: tuple[int, ...]
    holds: bool


def since(actor: Actor, *, sealed: SealedPlan, against: SealedPlan | None, today: date) -> Told:
    """Return what moved, from the older to the newer; against today without another seal.

    It is drawn once, and kept with the rows of the plan until something changes (ADR 72). Raises
    NotFoundError, DeniedError.
    """
    actor.require(Operation.READ_BUDGET)
    plan = sealed.plan
    kept = plan_rows(plan, today)
    name = f"since {sealed.pk} {against.pk if against else 'today'}"
    return kept.once(name, lambda: _since(actor, sealed, against, today))


def _since(actor: Actor, sealed: SealedPlan, against: SealedPlan | None, today: date) -> Told:
    before = content_in(sealed)
    if against is None:
        after = content_of(actor, plan=sealed.plan, today=today)
    else:
        after = content_in(against)
        if against.number < sealed.number:
            before, after = after, before
    return Told(
        _head(before),
        _head(after),
        tuple(differences(before, after)),
        tuple(level_unmoved(before, after)),
        is_unmoved(sealed),
    )


def _head(content: Content) -> Content:
    return replace(content, indicators={}, actions=(), allotments=(), evidence=(), commitments=())


def as_text(before: Content, after: Content, found: Iterable[Difference], lang: Language) -> str:
    """Return what moved as a text, one sentence a line."""
    days = {
        "before": numbers.date(before.sealed_on, lang),
        "after": numbers.date(after.sealed_on, lang),
    }
    head = _HEAD.say(lang).format(plan=after.plan.title, **days)
    lines = [one.sentence(lang) for one in found] or [_NOTHING.say(lang)]
    return "\n".join((head, "", *lines, ""))
