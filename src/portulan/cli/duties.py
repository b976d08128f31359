"""`portulan duties`: the regular work of the instance, and doing what is due, for cron."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from portulan.cli import django_start
from portulan.cli.output import (
    DONE,
    UNUSABLE,
    WITH_ERRORS,
    JsonOption,
    LangOption,
    language,
    print_json,
    say,
    show,
)
from portulan.core.say.numbers import moment
from portulan.core.say.text import Language, Text, colon
from portulan.core.words import TaskStatus

if TYPE_CHECKING:
    from portulan.core.duties import Duty
    from portulan.core.models import DutyRun

_STATUSES = {
    TaskStatus.DONE: Text("fait", "done"),
    TaskStatus.FAILED: Text("échec", "failed"),
    TaskStatus.RUNNING: Text("en cours", "under way"),
    TaskStatus.INTERRUPTED: Text("interrompu", "interrupted"),
}
_NEVER = Text("jamais fait", "never done")
_NEXT = Text("prochain", "next")
_NOW = Text("maintenant", "now")
_WAITING = Text("{} organisations attendent", "{} organisations wait")
_FAILED = Text("{} en échec, seront reprises", "{} failed and will be tried again")
_ASIDE = Text("{} mises de côté", "{} set aside")
_AGAIN = Text(
    "{} travaux seront repris dans la minute.", "{} pieces of work will be tried within a minute."
)
_NO_PLACE = Text(
    "Aucune organisation ne porte le nom court «\u00a0{}\u00a0».",
    "No organisation has the short name “{}”.",
)
_UNKNOWN = Text(
    "Aucun travail régulier ne s’appelle «\u00a0{}\u00a0»\u00a0: il y a {}.",
    "No regular work is called “{}”: there is {}.",
)


def duties(
    run: Annotated[bool, typer.Option("--run", help="Do what is due.")] = False,
    name: Annotated[str, typer.Option(help="Do that one alone, due or not.")] = "",
    again: Annotated[
        bool,
        typer.Option("--again", help="Try again what was set aside (--organisation, or all)."),
    ] = False,
    organisation: Annotated[str, typer.Option(help="Its short name.")] = "",
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Say when regular work was last done and is next due; do it, where `serve` does not.

    Exit code 1 when the last run of one of them failed, or when some is set aside.
    """
    spoken = language(lang)
    django_start.start()
    django_start.speak(spoken)
    from portulan.core import by_organisation, schedule
    from portulan.core.duties import clock
    from portulan.core.duties import duties as known_duties

    if again:
        rows = by_organisation.set_aside(place_of(organisation, spoken) if organisation else None)
        count = by_organisation.try_again(rows, now=clock())
        say(_AGAIN.say(spoken).format(count))
    known = {duty.name: duty for duty in known_duties()}
    if name and name not in known:
        say(_UNKNOWN.say(spoken).format(name, ", ".join(known)))
        raise typer.Exit(UNUSABLE)
    if name:
        schedule.run_one(known[name], clock())
    elif run:
        schedule.run_due(clock())
    last = schedule.runs()
    found = [(duty, last.get(duty.name)) for duty in known.values()]
    if as_json:
        print_json({"duties": [_document(*one) for one in found]})
    else:
        show("".join(f"{duty.name}{colon(spoken)}{_said(duty, r, spoken)}\n" for duty, r in found))
    failed = any(one is not None and one.status == TaskStatus.FAILED for _duty, one in found)
    failed = failed or by_organisation.set_aside().exists()
    raise typer.Exit(WITH_ERRORS if failed else DONE)


def place_of(slug: str, spoken: Language) -> int:
    from portulan.accounts.models import Organisation

    found = Organisation.objects.filter(slug=slug).values_list("pk", flat=True).first()
    if found is None:
        say(_NO_PLACE.say(spoken).format(slug))
        raise typer.Exit(UNUSABLE)
    return int(found)


def _document(duty: Duty, run: DutyRun | None) -> dict[str, object]:
    from portulan.core.by_organisation import standing, totals
    from portulan.core.duties import clock
    from portulan.core.schedule import due_at

    def instant(at: datetime | None) -> str | None:
        return at.isoformat(timespec="seconds") if at else None

    return {
        "name": duty.name,
        "every": int(duty.every.total_seconds()),
        "status": run and run.status,
        "begun": run and instant(run.begun_at),
        "ended": run and instant(run.ended_at),
        "counts": totals(run) if run else {},
        "organisations": standing(duty) if duty.each else None,
        "failure": run.failure if run else "",
        "due": instant(due_at(duty, run, clock())),
    }


def _said(duty: Duty, run: DutyRun | None, spoken: Language) -> str:
    from django.utils.timezone import localtime as local

    from portulan.core.by_organisation import standing, totals
    from portulan.core.duties import clock
    from portulan.core.schedule import due_at

    due = due_at(duty, run, clock())
    when = moment(local(due), spoken) if due else _NOW.say(spoken)
    coming = f"{_NEXT.say(spoken)}{colon(spoken)}{when}"
    if run is None or run.status == TaskStatus.WAITING:
        return f"{_NEVER.say(spoken)}, {coming}"
    status = _STATUSES[TaskStatus(run.status)].say(spoken)
    told = [f"{status} {moment(local(run.begun_at), spoken)}"]
    if run.failure:
        told.append(run.failure)
    told += [f"{word} {count}" for word, count in sorted(totals(run).items())]
    stands = standing(duty) if duty.each else {}
    for key, words in (("waiting", _WAITING), ("failed", _FAILED), ("aside", _ASIDE)):
        if stands.get(key):
            told.append(words.say(spoken).format(stands[key]))
    return ", ".join([*told, coming])
