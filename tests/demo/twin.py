"""A second organisation beside the demonstration: one row of each table, all with one number.

Copied from what the demonstration has, whatever the tables: a new one is there by itself. Any
identifier of another, in any field of any form, is then that one number, and every text says so.
"""

from __future__ import annotations

import secrets
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction

from portulan.accounts.access import Role
from portulan.accounts.models import Membership, Organisation, Person, User

NUMBER = 990_017
LEAK = "Fuite"
_PLAIN = ("hash", "sha", "digest", "seal", "token", "key", "encoding", "currency", "country")


def owned() -> list[type[models.Model]]:
    """Return the tables whose rows belong to an organisation, from above to below."""
    known: list[type[models.Model]] = [Organisation]
    every = list(apps.get_models(include_auto_created=True))
    found = True
    while found:
        found = False
        for model in every:
            if model not in known and any(target in known for target in _targets(model)):
                known.append(model)
                found = True
    return known


def make_twin() -> tuple[User, set[str]]:
    """Make it; return the account that has all its roles, and the tables that could not be."""
    user = User.objects.create(pk=NUMBER, email="tout@fuite.example", language="fr")
    mine, missing = owned(), set()
    for model in mine:
        first = model._base_manager.order_by("pk").first()
        if first is None:
            missing.add(model._meta.label)
            continue
        try:
            with transaction.atomic():
                model._base_manager.bulk_create([_copy(first, set(mine))])
        except IntegrityError:  # a guard, or a rule between rows, wants more than one row
            missing.add(model._meta.label)
    while hanging := {model for model in mine if _hangs(model, set(mine))}:
        for model in hanging:
            model._base_manager.filter(pk=NUMBER)._raw_delete("default")
            missing.add(model._meta.label)
    Organisation.objects.filter(pk=NUMBER).update(slug="fuite", fictional=False, frozen_on=None)
    Person.objects.filter(pk=NUMBER).update(user=user, left_on=None)
    Membership.objects.filter(person_id=NUMBER).delete()
    Membership.objects.bulk_create(Membership(person_id=NUMBER, role=role) for role in Role)
    return user, missing


def _hangs(model: type[models.Model], mine: set[type[models.Model]]) -> bool:
    """Tell whether the row refers to one that could not be made."""
    row = model._base_manager.filter(pk=NUMBER).first()
    return row is not None and any(
        field.related_model in mine
        and getattr(row, field.attname) == NUMBER
        and not field.related_model._base_manager.filter(pk=NUMBER).exists()
        for field in model._meta.concrete_fields
    )


def _targets(model: type[models.Model]) -> list[Any]:
    return [field.related_model for field in model._meta.concrete_fields if field.related_model]


def _copy(row: models.Model, mine: set[type[models.Model]]) -> models.Model:
    values: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if field.generated:
            continue
        if field.primary_key and field.related_model is None:
            value = NUMBER
        elif field.related_model is Organisation:
            value = NUMBER  # what comes with Portulan becomes theirs
        elif field.related_model in mine and value is not None:
            value = None if field.related_model is type(row) and field.null else NUMBER
        elif field.related_model is User:
            value = None if field.null else NUMBER
        elif isinstance(field, models.BigIntegerField) and field.name.endswith(("_id", "_by")):
            value = None if value is None else NUMBER  # a plain identifier
        elif field.name == "proved_siren":
            value = ""  # one organisation alone proves a SIREN
        elif isinstance(field, models.CharField | models.TextField):
            value = _marked(field, value)
        values[field.attname] = value
    return type(row)(**values)


def _marked(field: models.CharField[Any, Any] | models.TextField[Any, Any], value: Any) -> Any:
    length = field.max_length or 10_000
    if isinstance(field, models.SlugField):
        return f"fuite-{value}"[:length]
    if field.unique:
        return secrets.token_hex(length)[: min(length, 40)]
    if not value or field.choices or length < 30 or any(one in field.name for one in _PLAIN):
        return value
    if value.startswith("{"):  # a document as it is kept: it must still be read
        return value.replace("Armorique", LEAK)
    return f"{LEAK} {value}"[:length]
