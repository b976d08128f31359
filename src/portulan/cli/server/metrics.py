"""What is measured of an instance, as Prometheus reads it: counts and ages, nobody's name."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from django.conf import settings
from django.db import connection
from django.db.models import Count

from portulan.core.by_organisation import standing
from portulan.core.duties import clock, duties
from portulan.core.models import Letter, Task
from portulan.core.schedule import due_at, runs
from portulan.core.words import LetterStatus, TaskStatus
from portulan.steering.models import Webhook


def lines() -> Iterator[str]:
    """Yield each measure on a line, with its name and its labels."""
    letters = dict(
        Letter.objects.values_list("status").annotate(count=Count("pk")).order_by("status")
    )
    for status in LetterStatus:
        yield _line("letters", letters.get(status, 0), state=status)
    yield from _of_duties()
    tasks = dict(Task.objects.values_list("status").annotate(count=Count("pk")).order_by("status"))
    for work in TaskStatus:
        yield _line("tasks", tasks.get(work, 0), state=work)
    yield _line("webhooks_stopped", Webhook.objects.exclude(stopped="").count())
    yield _line("disk_free_bytes", shutil.disk_usage(settings.DATA).free)
    yield _line("database_bytes", _weight())


def _of_duties() -> Iterator[str]:
    last, now = runs(), clock()
    for duty in duties():
        run = last.get(duty.name)
        if run is not None and run.status != TaskStatus.WAITING:
            yield _line("duty_age_seconds", (now - run.begun_at).total_seconds(), duty=duty.name)
        failed = run is not None and run.status == TaskStatus.FAILED
        yield _line("duty_failed", int(failed), duty=duty.name)
        due = due_at(duty, run, now)
        late = max(0.0, (now - due).total_seconds()) if due else 0.0
        yield _line("duty_late_seconds", late, duty=duty.name)
        for state, count in (standing(duty) if duty.each else {}).items():
            yield _line("duty_organisations", count, duty=duty.name, state=state)


def _weight() -> int:
    """Return how many bytes the database has."""
    if connection.vendor != "postgresql":
        name = settings.DATABASES["default"]["NAME"]
        return sum(one.stat().st_size for one in settings.DATA.glob(f"{_stem(str(name))}*"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def _stem(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2]


def _line(name: str, value: float, **labels: str) -> str:
    said = ",".join(f'{key}="{one}"' for key, one in labels.items())
    return f"portulan_{name}{{{said}}} {value:.15g}" if said else f"portulan_{name} {value:.15g}"
