"""The views of a plan at 25 actions and at 5,000: as many queries, less than three times the CPU.

What they read is kept until something changes; the page after a change is told apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from pathlib import Path

from django.utils import timezone

from portulan.budget.funding.plan_rows import forget
from portulan.indicators.models import Indicator, Measurement
from portulan.plans.actions.writes import edit_action
from portulan.plans.models import Action, ActionIndicator, ActionPractice, PlannedMoney
from tests.bench.base import database
from tests.bench.clock import alternate, seconds
from tests.bench.pages import Browser
from tests.bench.place import Place, build
from tests.bench.table import Row, alike, by_amount, by_ratio

SMALL, LARGE = 25, 5_000
MOST_TIMES, MOST_SEARCH_MS, MOST_AFTER_MS = 3.0, 50.0, 150.0
VIEWS = {
    "list": "plans/{plan}/",
    "grid": "plans/{plan}/grid/",
    "board": "plans/{plan}/board/",
    "timeline": "plans/{plan}/timeline/",
    "matrix": "plans/{plan}/matrix/",
    "by unit": "plans/{plan}/units/",
    "dashboard": "",
}
SEARCH = "plans/{plan}/?q=numéro 49"


def rows(folder: Path) -> Iterator[Row]:
    """Yield each view at both sizes, its queries, the search, and the list after a change."""
    with database():
        small = Browser(build("petit", folder, actions=SMALL, lines=50))
        large = Browser(build("grand", folder, actions=SMALL, lines=50))
        grow(large.place, LARGE)
        for name, path in VIEWS.items():
            small.get(path)
            large.get(path)
            pair = alternate(lambda p=path: large.get(p), lambda p=path: small.get(p))  # type: ignore[misc]
            yield by_ratio(f"{name}, {LARGE:,} actions beside {SMALL}", pair, MOST_TIMES)
            yield alike(f"{name}, queries", small.queries(path), large.queries(path))
        large.get(SEARCH)
        spent = sorted(seconds(lambda: large.get(SEARCH)) for _ in range(5))[2]
        yield by_amount(f"search, {LARGE:,} actions", spent * 1000, MOST_SEARCH_MS, "ms")
        spent = sorted(after_a_change(large, path=VIEWS["list"]) for _ in range(5))[2]
        yield by_amount(
            f"list after an action changed, {LARGE:,}", spent * 1000, MOST_AFTER_MS, "ms"
        )
        forget()
        spent = seconds(lambda: large.get(VIEWS["list"]))
        yield by_amount(f"list read whole, {LARGE:,} actions", spent * 1000, 1_000.0, "ms")


def after_a_change(browser: Browser, *, path: str) -> float:
    """Return the seconds of a page that comes after an action changed."""
    place = browser.place
    action = place.plan.actions.order_by("number")[7]
    title = f"Autrement dite, {action.version} fois"
    edit_action(place.town.editor, action=action, title=title)
    return seconds(lambda: browser.get(path))


def grow(place: Place, total: int) -> None:
    """Bring a plan to that many actions, beneath the services: thousands would take minutes."""
    model = place.actions[0]
    model.refresh_from_db()
    made = []
    for number in range(len(place.actions) + 1, total + 1):
        action = copy(model)
        action._state = copy(model._state)
        action._state.adding = True
        action.pk, action.number = None, number
        action.title, action.level = f"Action numéro {number}", 1 + number % 3
        made.append(action)
    Action.objects.bulk_create(made, batch_size=200)
    followed = ActionPractice.objects.filter(action__plan=place.plan)
    practices = sorted(set(followed.values_list("practice_id", flat=True)))
    ActionPractice.objects.bulk_create(
        [
            ActionPractice(action=one, practice_id=practices[one.number % len(practices)])
            for one in made
        ],
        batch_size=500,
    )
    organisation = place.town.organisation
    indicators = Indicator.objects.bulk_create(
        [
            Indicator(
                organisation=organisation, name=f"Équipements {n}", unit="postes", kind="count"
            )
            for n in range(len(made))
        ],
        batch_size=200,
    )
    pairs = list(zip(made, indicators, strict=True))
    ActionIndicator.objects.bulk_create(
        [ActionIndicator(action=action, indicator=one) for action, one in pairs], batch_size=500
    )
    now = timezone.now()
    told = (("2025-12-31", 100), ("2026-06-30", 130))
    Measurement.objects.bulk_create(
        [
            Measurement(indicator=one, on=on, value=value, recorded_at=now)
            for one in indicators
            for on, value in told
        ],
        batch_size=200,
    )
    PlannedMoney.objects.bulk_create(
        [PlannedMoney(action=one, year=2027, amount=1000) for one in made], batch_size=500
    )
    forget()
