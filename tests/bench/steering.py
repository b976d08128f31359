"""The agenda of a committee and what moved since a seal, at 5,000 actions, beside the plain page.

What is read is kept until something changes, as for the views (ADR 72): the page after a change,
and the agenda that builds itself, are told apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.test import Client

from portulan.accounts.access import Role
from portulan.budget.funding.plan_rows import forget
from portulan.plans.actions.progress import update_progress
from portulan.plans.models import Action
from portulan.plans.words import Progress
from portulan.steering.committees.bodies import save_body
from portulan.steering.committees.preparing import prepare_committee
from portulan.steering.committees.reads import agenda_of
from portulan.steering.sealed.writes import seal_plan
from portulan.steering.words import Occasion, Power
from tests.bench.base import database
from tests.bench.clock import alternate, seconds
from tests.bench.pages import Browser
from tests.bench.place import TODAY, Place, build
from tests.bench.table import Row, alike, by_amount, by_ratio
from tests.bench.views import LARGE, SMALL, grow

MOST_TIMES, MOVED = 3.0, 20


class Officer(Browser):
    """Who steers: what they open is kept for others too."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        user = place.town.people[Role.EDITOR].user
        assert user is not None
        self.client = Client()
        self.client.force_login(user, backend="portulan.accounts.backends.EmailBackend")


def rows(folder: Path) -> Iterator[Row]:
    """Yield both pages beside the plain one, their queries, and what is made once."""
    with database():
        small = Officer(build("petit", folder, actions=SMALL, lines=50))
        large = Officer(build("grand", folder, actions=SMALL, lines=50))
        grow(large.place, LARGE)
        made = [_steered(one.place) for one in (small, large)]
        agenda, diff = (f"steering/{{plan}}/{end}" for end in ("committees/{}/", "sealed/1/"))
        for name, paths in (
            ("agenda", [agenda.replace("{}", str(pk)) for pk in made]),
            ("diff with today", [diff, diff]),
        ):
            first, second = paths
            small.get(first)
            large.get(second)
            pair = alternate(lambda p=second: large.get(p), lambda: large.get("plain/2026/"))  # type: ignore[misc]
            yield by_ratio(f"{name}, {LARGE:,} actions beside the plain page", pair, MOST_TIMES)
            yield alike(f"{name}, queries", small.queries(first), large.queries(second))
        forget()
        spent = seconds(lambda: large.get(diff))
        yield by_amount(f"diff after a change, {LARGE:,} actions", spent * 1000, 8_000.0, "ms")
        spent = seconds(lambda: agenda_of(large.place.plan, today=TODAY, since=None))
        yield by_amount(f"agenda built, {LARGE:,} actions", spent * 1000, 4_000.0, "ms")


def _steered(place: Place) -> int:
    """Seal a plan, move some of its actions, prepare a committee; return it."""
    editor = place.town.editor
    seal_plan(
        editor, plan=place.plan, occasion=Occasion.VOTE, title="Vote", today=TODAY, texts_read=True
    )
    for action in Action.objects.filter(plan=place.plan).order_by("number")[:MOVED]:
        told = Progress.PAUSED if action.progress != Progress.PAUSED else Progress.IN_PROGRESS
        update_progress(editor, action=action, today=TODAY, progress=told)
    body = save_body(editor, name="Comité", power=Power.DECIDE)
    committee = prepare_committee(editor, plan=place.plan, body=body, held_on=TODAY, today=TODAY)
    forget()
    return committee.pk
