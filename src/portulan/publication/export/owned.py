"""The tables of an organisation, found by what refers to it: none is listed, so none is forgotten.

A table that another version adds leaves too, as soon as it refers to an organisation; a test holds
that each table is reached, or left out here with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.db import models

from portulan.accounts.models import Organisation

# What opens, and is nobody's to take away.
SECRET = frozenset(
    {"password", "token", "token_hash", "session_key", "session_data", "secret", "key_hash"}
)
LEFT_OUT = {
    "accounts.User": "an account is a person's, and opens other organisations",
    "accounts.Factor": "of an account",
    "accounts.RecoveryCode": "of an account",
    "accounts.Identity": "of an account",
    "accounts.Attempt": "of whoever tries a password, whatever the organisation",
    "accounts.SignInLink": "opens, and serves once",
    "accounts.MailedCode": "opens, and serves once",
    "accounts.OwnerMessage": "to whoever reads an address, until it leaves",
    "accounts.Invitation": "opens, and serves once",
    "accounts.Session": "who is signed in now",
    "accounts.Token": "opens",
    "auth.Group": "of the framework, empty",
    "auth.Group_permissions": "of the framework, empty",
    "auth.Permission": "of the framework",
    "contenttypes.ContentType": "of the framework",
    "core.ChainLink": "of the instance: the order of its journals",
    "core.DutyRun": "of the instance",
    "core.GuardsLaid": "of the instance",
    "core.JournalHead": "of the instance: the journals of all",
    "core.OrganisationDuty": "of work under way",
    "core.Sending": "kept a day, so that a form sent twice counts once",
    "core.SharedFolder": "of the instance",
    "core.Task": "of work under way",
    "observatory.DeclaredReuse": "public data of all local bodies, of the instance",
    "observatory.Inhabitants": "public data of all local bodies, of the instance",
    "observatory.PublicAccountLine": "public data of all local bodies, of the instance",
    "observatory.PublicAccounts": "public data of all local bodies, of the instance",
    "observatory.PublicContract": "public data of all local bodies, of the instance",
    "observatory.PublicFile": "public data of all local bodies, of the instance",
    "observatory.PublishedLevels": "what others published, of the instance",
    "observatory.PublishedShare": "what others published, of the instance",
    "sessions.Session": "of the framework, empty",
    "sources.FleetMarks": "keyed marks of devices, whose key is sealed by the machine",
    "sources.ReceivedFile": "sealed, for a week, and may name people",
}

_SECRET_PART = re.compile(r"(?<=/)(?=[^/\s]*[:A-Z])[\w:.=~-]{20,}(?=[/?\s]|$)")

type Model = type[models.Model]


@cache
def paths() -> dict[Model, str]:
    """Return the way from each table to its organisation, as a query says it; the surest first."""
    found: dict[Model, str] = {Organisation: "pk"}
    every = list(apps.get_models(include_auto_created=True))
    before = 0
    while before != len(found):
        before = len(found)
        for model in every:
            if model not in found and (ways := list(_ways(model, found))):
                found[model] = min(ways)[-1]
    return found


def _ways(model: Model, found: dict[Model, str]) -> Iterator[tuple[bool, int, str]]:
    for field in model._meta.concrete_fields:
        if field.name == "organisation_id":
            yield False, 0, field.name
        elif isinstance(field, models.ForeignKey) and field.related_model in found:
            above = found[field.related_model]
            way = field.name if above == "pk" else f"{field.name}__{above}"
            yield bool(field.null), way.count("__"), way


def owned() -> list[tuple[Model, str]]:
    """Return the tables that leave, in their order, with the way to their organisation."""
    return [
        (model, path)
        for model, path in sorted(paths().items(), key=lambda item: item[0]._meta.label)
        if model._meta.label not in LEFT_OUT
    ]


def unreached() -> set[str]:
    """Return the tables that are neither reached nor left out with a reason."""
    every = {model._meta.label for model in apps.get_models(include_auto_created=True)}
    return every - {model._meta.label for model in paths()} - set(LEFT_OUT)


def columns_of(model: Model) -> list[str]:
    """Return the columns that leave: those made of others of the row (`derived`) do not."""
    every = [one for one in model._meta.concrete_fields if not getattr(one, "derived", False)]
    return [field.attname for field in every if field.attname not in SECRET]


def rows_of(model: Model, path: str, organisation_id: int) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a table that are the organisation's, in order; memory does not grow."""
    rows = model._base_manager.filter(**{path: organisation_id}).order_by("pk")
    names = columns_of(model)
    opening = {
        names.index(name): close for name, close in OPENING.get(model._meta.label, {}).items()
    }
    found = rows.values_list(*names).iterator(2_000)
    if not opening:
        yield from found
        return
    for row in found:
        yield tuple(opening[at](one) if at in opening else one for at, one in enumerate(row))


def shut(text: str) -> str:
    """Return a text whose addresses lead where they led, and open nothing."""
    return re.sub(r"https?://\S+", lambda found: _SECRET_PART.sub("…", found[0]), text)


def host_alone(address: str) -> str:
    """Return the address of others without what follows its host, which may open something."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}/…"


# Texts that hold addresses which still open something: what opens is taken out of them.
OPENING: dict[str, dict[str, Callable[[str], str]]] = {
    "core.Letter": {"body": shut, "unsubscribe": shut},
    "steering.Webhook": {"url": host_alone},
}
