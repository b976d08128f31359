"""What is held on a person, found by what each table refers to people with: as a file for them.

No list to keep: a table that another version adds is found by its reference to a person. A test
holds that each reference is either followed or left out here, with its reason.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from typing import IO, Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from portulan.accounts.mentions import mentioning
from portulan.accounts.models import Person, User

# What opens, and is nobody's to read.
_SECRET = frozenset({"password", "token_hash", "session_key", "session_data", "token", "secret"})
# Plain identifiers of people and of accounts, by the names they bear.
PERSON_NAMES, USER_NAMES = frozenset({"person_id", "subject_id"}), frozenset({"user_id"})
LEFT_OUT = {
    "core.Sending.user_id": "kept a day, of no organisation: what was answered, and no name",
}

type Field = models.Field[Any, Any]


def references() -> Iterator[tuple[type[models.Model], Field, bool]]:
    """Yield each field of any table that refers to a person (True) or to an account (False)."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            related = field.related_model
            plain = isinstance(field, models.BigIntegerField) and related is None
            if related is Person or (plain and _names_a_person(field.name)):
                yield model, field, True
            elif related is User or (plain and field.name in USER_NAMES):
                yield model, field, False


def named_in() -> list[str]:
    """Return the fields that refer to people or to accounts, as `app.Model.field`."""
    return sorted({f"{model._meta.label}.{field.name}" for model, field, _ in references()})


def _names_a_person(name: str) -> bool:
    return name in PERSON_NAMES or name.endswith("_by")


def held(person: Person) -> Iterator[tuple[str, str, Iterator[dict[str, Any]]]]:
    """Yield what is held on somebody by their organisation: subject, table, rows."""
    yield "accounts", "person", _rows(Person.objects.filter(pk=person.pk))
    if person.user_id is not None:
        yield "accounts", "user", _rows(User.objects.filter(pk=person.user_id))
    for model, field, of_person in references():
        found = _found(model, field, person, of_person=of_person)
        if found is not None and found.exists():
            name = f"{model._meta.model_name}-{field.name.removesuffix('_id')}"
            yield model._meta.app_label, name, _rows(found)
    words = {person.name, person.email}
    mentioned = [
        {"table": row._meta.label_lower, "id": row.pk}
        for row, _without in mentioning(person.organisation_id, words)
    ]
    if mentioned:
        yield "copies", "mentions", iter(mentioned)


def write_held(person: Person, stream: IO[bytes]) -> None:
    """Write a ZIP file with a folder for each subject and a JSON file for each table."""
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for subject, table, rows in held(person):
            with archive.open(f"{subject}/{table}.json", "w") as file:
                lines = (json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False) for row in rows)
                for number, line in enumerate(lines):
                    file.write(f"{',' if number else '['}\n{line}".encode())
                file.write(b"\n]\n")


def _found(
    model: type[models.Model], field: Field, person: Person, *, of_person: bool
) -> models.QuerySet[models.Model] | None:
    if f"{model._meta.label}.{field.name}" in LEFT_OUT or model is Person:
        return None
    rows: models.QuerySet[models.Model] = model._base_manager.all()
    names = {one.name for one in model._meta.concrete_fields}
    if of_person:
        found = rows.filter(**{field.attname: person.pk})
        # What is done to objects of any kind says which.
        return found.filter(subject_type="person") if _is_of_any(field, names) else found
    # Of an account, which opens several organisations, what concerns this one.
    if person.user_id is None or "organisation" not in {n.removesuffix("_id") for n in names}:
        return None
    place = next(one.attname for one in model._meta.concrete_fields if one.name in _PLACES)
    return rows.filter(**{field.attname: person.user_id, place: person.organisation_id})


_PLACES = ("organisation", "organisation_id")


def _is_of_any(field: Field, names: set[str]) -> bool:
    return field.name == "subject_id" and "subject_type" in names


def _rows(found: models.QuerySet[Any]) -> Iterator[dict[str, Any]]:
    # What is made of other columns of the row is said by them.
    every = [f for f in found.model._meta.concrete_fields if not getattr(f, "derived", False)]
    names = [f.attname for f in every if f.name not in _SECRET]
    yield from found.order_by("pk").values(*names).iterator(500)
