"""An agenda and a difference at 5,000 actions, beside the list of the plan read anew.

Both look at every action and at what it has become, as the list does after a change.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from portulan.budget.funding.plan_rows import forget
from portulan.plans.models import Action
from portulan.steering.committees.reads import agenda_of
from portulan.steering.sealed.writes import seal_plan
from portulan.steering.words import Occasion
from tests.bench.base import database
from tests.bench.clock import alternate
from tests.bench.pages import Browser
from tests.bench.place import build
from tests.bench.table import Row, by_ratio
from tests.bench.views import LARGE, MOST_TIMES, SMALL, grow

TODAY = date(2026, 11, 24)


def rows(folder: Path) -> Iterator[Row]:
    """Yield the agenda that a committee would have, and what moved since a seal."""
    with database():
        browser = Browser(build("comite", folder, actions=SMALL, lines=50))
        place = browser.place
        grow(place, LARGE)
        sealed = seal_plan(
            place.town.editor,
            plan=place.plan,
            occasion=Occasion.VOTE,
            title="Vote",
            today=TODAY,
            texts_read=True,
        )
        Action.objects.filter(plan=place.plan, number__lte=LARGE // 10).update(progress="done")

        def anew() -> None:
            forget()
            browser.get("plans/{plan}/")

        def agenda() -> None:
            forget()
            agenda_of(place.plan, today=TODAY, since=None)

        def difference() -> None:
            forget()
            browser.get(f"steering/{{plan}}/sealed/{sealed.number}/")

        for name, work in (("agenda", agenda), ("difference with a seal", difference)):
            pair = alternate(work, anew, runs=3)
            yield by_ratio(f"{name}, {LARGE:,} actions, beside the list", pair, MOST_TIMES)
