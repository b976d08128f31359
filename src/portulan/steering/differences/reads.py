"""What moved between a sealed plan and another, or today’s."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from portulan.accounts.actors import Actor
from portulan.core.say import numbers
from portulan.core.say.text import Language, Text
from portulan.steering.differences.rules import Difference, differences
from portulan.steering.models import SealedPlan
from portulan.steering.sealed.content import content_of
from portulan.steering.sealed.document import Content
from portulan.steering.sealed.reads import content_in

_HEAD = Text("{plan}\u00a0: du {before} au {after}", "{plan}: from {before} to {after}")
_NOTHING = Text("Rien n’a changé.", "Nothing changed.")


def since(
    actor: Actor, *, sealed: SealedPlan, against: SealedPlan | None, today: date
) -> tuple[Content, Content, list[Difference]]:
    """Return both plans and what moved, from the older to the newer; against today without a seal.

    Raises NotFoundError, DeniedError.
    """
    before = content_in(sealed)
    if against is None:
        after = content_of(actor, plan=sealed.plan, today=today)
    else:
        after = content_in(against)
        if against.number < sealed.number:
            before, after = after, before
    return before, after, differences(before, after)


def as_text(before: Content, after: Content, found: Iterable[Difference], lang: Language) -> str:
    """Return what moved as a text, one sentence a line."""
    days = {
        "before": numbers.date(before.sealed_on, lang),
        "after": numbers.date(after.sealed_on, lang),
    }
    head = _HEAD.say(lang).format(plan=after.plan.title, **days)
    lines = [one.sentence(lang) for one in found] or [_NOTHING.say(lang)]
    return "\n".join((head, "", *lines, ""))
