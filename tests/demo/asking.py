"""What each main page of a demonstration asks of the database, and of our own functions.

`python -m tests.demo.asking FOLDER [ADDRESS…]` prints a table, or with `--json` what a test reads:
by address, what a page asks that was asked before (`kept`), once somebody gave news of an action
(`moved`) and where nothing is kept (`anew`): how many queries, those asked twice with the same
values, how many calls of functions of ours.
A generator that goes on is not called again.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Callable
from itertools import count
from pathlib import Path
from types import CodeType
from typing import Any

TOOL = 4  # of `sys.monitoring`: those of debuggers, coverage and profilers are others
PLAN, YEAR = "plan-2025-2027", 2026
PAGES = (
    "",
    *(f"plans/{PLAN}/{view}" for view in ("", "grid/", "board/", "timeline/", "units/", "matrix/")),
    *(f"plans/{PLAN}/{view}" for view in ("coverage/", "mine/", "settings/", "1/indicators/1/")),
    *(f"plans/{PLAN}/{number}/" for number in range(1, 21)),
    *("budget/", f"budget/{YEAR}/", f"budget/{YEAR}/lines/", f"budget/{YEAR}/queue/"),
    *(f"budget/{YEAR}/posts/", f"budget/{YEAR}/imports/", "budget/perimeter/", "portfolio/"),
    *(f"steering/{PLAN}/{view}/" for view in ("overview", "campaigns", "committees", "sealed")),
    *("documents/", "documents/public/", "documents/services/", "catalogue/", "evidence/"),
    *("people/", "group/", f"impact/plans/{PLAN}/"),
    *(f"documents/yearly/{YEAR}/?page={number}" for number in range(1, 11)),
    *(f"documents/{kind}/{YEAR}/" for kind in ("board", "plan", "reen", "rdd", "roadmap", "label")),
    "/public/{slug}/",
)


def start(folder: str) -> None:
    os.environ |= {"PORTULAN_DATA": folder, "PORTULAN_HOSTS": "testserver"}
    os.environ["DJANGO_SETTINGS_MODULE"] = "portulan.config.settings"
    import django

    django.setup()


def calls_of(ask: Callable[[], Any]) -> int:
    """Return how many times functions of the package are called meanwhile."""
    import portulan

    ours, counted, monitoring = str(Path(portulan.__file__).parent), [0], sys.monitoring

    def called(code: CodeType, _offset: int) -> Any:
        if not code.co_filename.startswith(ours):
            return monitoring.DISABLE
        counted[0] += 1
        return None

    monitoring.use_tool_id(TOOL, "asking")
    monitoring.register_callback(TOOL, monitoring.events.PY_START, called)
    monitoring.set_events(TOOL, monitoring.events.PY_START)
    try:
        ask()
    finally:
        monitoring.set_events(TOOL, 0)
        monitoring.register_callback(TOOL, monitoring.events.PY_START, None)
        monitoring.restart_events()
        monitoring.free_tool_id(TOOL)
    return counted[0]


def queries_of(ask: Callable[[], Any]) -> list[tuple[str, str]]:
    """Return what the database is asked meanwhile: the query and its values."""
    from django.db import connection

    asked = []

    def told(execute: Any, sql: str, values: Any, many: bool, context: Any) -> Any:
        asked.append((sql, repr(values)))
        return execute(sql, values, many, context)

    with connection.execute_wrapper(told):
        ask()
    return asked


def news_of(place: Any) -> Callable[[], None]:
    """Return the deed of every day: somebody says something else of an action."""
    from portulan.accounts.actors import command_line
    from portulan.plans.actions.progress import update_progress
    from portulan.plans.models import Action

    action = Action.objects.get(plan__organisation=place, plan__slug=PLAN, number=3)
    words = (f"Le fournisseur répond {number}" for number in count())

    def give() -> None:
        actor, today = command_line(place.pk), place.frozen_on
        update_progress(actor, action=action, today=today, blocked_by=next(words))

    return give


def measured(folder: str, pages: tuple[str, ...]) -> dict[str, Any]:
    start(folder)
    from django.test import Client

    from portulan.budget.funding.plan_rows import forget
    from portulan.demo.build import find, host_of

    place = find()
    assert place is not None
    client = Client(headers={"accept-language": "fr"})
    client.force_login(host_of(place), backend="portulan.accounts.backends.EmailBackend")
    gives_news = news_of(place)
    found = {}
    for page in pages:
        address = page.format(slug=place.slug)
        address = address if address.startswith("/") else f"/{place.slug}/{address}"

        def ask(address: str = address) -> None:
            answer = client.get(address)
            assert answer.status_code == 200, (address, answer.status_code)

        ask()  # what a process reads once is read: templates, addresses
        found[page] = {}
        whens = (("anew", forget), ("moved", gives_news), ("kept", lambda: None))
        for name, before in whens:
            before()
            asked = queries_of(ask)
            twice = [sql for (sql, _values), count in Counter(asked).items() if count > 1]
            before()
            found[page][name] = {"queries": len(asked), "twice": twice, "calls": calls_of(ask)}
    return found


if __name__ == "__main__":
    as_json = "--json" in sys.argv
    folder, *asked = (one for one in sys.argv[1:] if one != "--json")
    told = measured(folder, tuple(asked) or PAGES)
    whens = ("kept", "moved", "anew")
    lines = [f"{'':50}" + "".join(f"{when:>8}{'calls':>8}" for when in whens)]
    for page, its in told.items():
        numbers = (its[name][what] for name in whens for what in ("queries", "calls"))
        lines.append(f"{page:50}" + "".join(f"{number:>8}" for number in numbers))
    sys.stdout.write(json.dumps(told) if as_json else "\n".join(lines) + "\n")
