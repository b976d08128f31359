"""What opens access in an organisation that comes back: it opens no more than it does today.

Some of it was closed, revoked or withdrawn since the copy, which does not know it. So the fields
that open are those of today where their row is here, and are closed where it is not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db import models
from django.utils import timezone

from portulan.core.words import LetterStatus
from portulan.publication.export.owned import paths
from portulan.sources.models import Source
from portulan.sources.outcomes import Stop
from portulan.steering.words import DeliveryStatus, Stopped

type Model = type[models.Model]
type Row = tuple[Any, ...]
type Close = Callable[[Any, Any], Any]


def _as_copied(_pk: Any, value: Any) -> Any:
    return value


def _broken(pk: Any, _value: Any) -> Any:
    return f"closed {pk}"


def _always(closed: Any) -> Close:
    return lambda _pk, _value: closed


def _or_now(_pk: Any, value: Any) -> Any:
    return value or timezone.now()


def _or_today(_pk: Any, value: Any) -> Any:
    return value or timezone.localdate()


def _gone(stopped: str) -> Close:
    """Close what waits to leave: it may have left since."""
    return lambda _pk, value: stopped if value in {"waiting", "sending"} else value


# What opens, is in no copy, and refers to what goes.
OPENS = {
    "accounts.Invitation",
    "accounts.Session",
    "accounts.SignInLink",
    "accounts.Token",
    "sources.FleetMarks",
    "sources.ReceivedFile",
}
_WITHDRAWN = dict.fromkeys(("withdrawn_on", "withdrawn_by", "withdrawal_reason"), _as_copied)
# The fields that open, by table, and what closes them where their row is not here any more.
DOORS: Mapping[str, Mapping[str, Close]] = {
    "accounts.Delegation": {"ended_at": _or_now, "until": _as_copied, "accepted_by": _as_copied},
    "accounts.Person": {"left_on": _as_copied},
    "core.Letter": {
        "body": _as_copied,
        "unsubscribe": _as_copied,
        "status": _gone(LetterStatus.STOPPED.value),
        "sent_at": _as_copied,
    },
    "plans.Room": {"code": _always(""), "closed_at": _or_now, "until": _as_copied},
    "portfolio.RoomChoice": {"code": _always(""), "closed_at": _or_now, "until": _as_copied},
    "publication.ErrorReport": {"token": _broken},
    "publication.PublicChoice": {"parts": _as_copied, "indexed": _as_copied},
    "publication.PublicDocument": _WITHDRAWN,
    "publication.PublicEdition": _WITHDRAWN,
    "publication.Sharing": {"ended_on": _or_today, "accepted_siren": _as_copied},
    "sources.Source": {
        "key": _as_copied,
        "token_hash": _always(""),
        "token_until": _always(None),
        "secret": _always(""),
        "secret_until": _as_copied,
        "stopped": _as_copied,
    },
    "steering.CalendarAddress": {"token_hash": _broken},
    "steering.Delivery": {"status": _gone(DeliveryStatus.FAILED.value), "ended_at": _as_copied},
    "steering.Reply": {"key": _broken, "revoked_at": _as_copied},
    "steering.Webhook": {
        "url": _as_copied,
        "secret": _always(""),
        "stopped": _always(Stopped.SECRET.value),
    },
}


def standing(model: Model, way: str, organisation: int) -> dict[Any, dict[str, Any]]:
    """Return what opens today, by row (a query, and none where nothing does)."""
    fields = [*DOORS.get(model._meta.label, ())]
    if not fields:
        return {}
    fields += ["url", "api"] if model is Source else []
    mine = model._base_manager.filter(**{way: organisation})
    return {row["pk"]: row for row in mine.values("pk", *fields)}


def shut(model: Model, names: list[str], rows: list[Row], today: dict[Any, dict[str, Any]]) -> None:
    """Have rows to come open what they do today, and no more."""
    doors = DOORS.get(model._meta.label, {})
    for rank, values in enumerate(rows if doors else []):
        row = dict(zip(names, values, strict=True))
        pk = row[model._meta.pk.attname]
        here = today.get(pk)
        for name, close in doors.items():
            row[name] = close(pk, row[name]) if here is None else here[name]
        if model is Source:
            _shut_source(row, here)
        rows[rank] = tuple(row.values())


def _shut_source(row: dict[str, Any], here: Mapping[str, Any] | None) -> None:
    """Keep a secret for the address to which it was given, as what is spoken there alone."""
    if here is not None and (here["url"], here["api"]) == (row["url"], row["api"]):
        return
    row["secret"] = ""
    if row["url"]:
        row["stopped"] = row["stopped"] or Stop.SECRET.value


def crossings(every: list[tuple[Model, str]], organisation: int) -> set[tuple[str, str, Any, Any]]:
    """Return what rows of an organisation refer to in another: table, column, row, row there.

    What nobody owns (a national catalogue) is everybody's, and a sharing is of both its parties.
    """
    found: set[tuple[str, str, Any, Any]] = set()
    for model, way in every:
        for field in model._meta.concrete_fields:
            target = field.related_model
            if not isinstance(field, models.ForeignKey) or target not in paths():
                continue
            there = f"{field.name}__{paths()[target]}"
            if paths()[target] == "pk" or there == way:
                continue
            rows = model._base_manager.filter(**{way: organisation}).exclude(**{field.name: None})
            rows = rows.exclude(**{f"{there}__isnull": True})
            for party in {there, *(f"{field.name}__{one}" for one in _parties(target))}:
                rows = rows.exclude(**{party: organisation})
            table = model._meta.db_table
            for pk, other in rows.values_list("pk", field.attname):
                found.add((table, field.attname, pk, other))
    return found


def _parties(model: Model) -> list[str]:
    """Return the columns of a table that are organisations."""
    return [
        field.name
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and paths().get(field.related_model) == "pk"
    ]
