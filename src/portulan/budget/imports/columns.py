"""The columns of a tool’s export, as somebody said them: remembered, proposed again, forgotten."""

from __future__ import annotations

import os
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.budget.models import ColumnMapping
from portulan.budget.readers import first_fitting
from portulan.budget.readers.ledger_mapping import OF_ONE_FILE
from portulan.budget.verbs import Verb
from portulan.core.storing import get_one, store


def mappings_of(organisation_id: int) -> QuerySet[ColumnMapping]:
    """Return what is remembered, by tool."""
    return ColumnMapping.objects.filter(organisation_id=organisation_id).order_by("tool")


def mapping_for(organisation_id: int, path: str | os.PathLike[str]) -> ColumnMapping | None:
    """Return what is remembered of a file’s titles: what names most columns, the latest first."""
    known = sorted(
        mappings_of(organisation_id),
        key=lambda mapping: (len(mapping.columns), mapping.recorded_at),
        reverse=True,
    )
    if not known:
        return None
    at = first_fitting(path, [mapping.columns for mapping in known])
    return None if at is None else known[at]


@transaction.atomic
def remember_columns(actor: Actor, *, tool: str, columns: Mapping[str, int | str]) -> ColumnMapping:
    """Keep the columns of a tool’s export, by title, in the place of what was kept for it.

    Raises ValidationError when a column is known by its place only: another file may have another
    column there.
    """
    actor.require(Operation.EDIT_BUDGET)
    kept = {field: column for field, column in columns.items() if field not in OF_ONE_FILE}
    if not tool.strip():
        raise ValidationError({"tool": _("Dites de quel outil viennent ces colonnes.")})
    if not all(isinstance(column, str) and column for column in kept.values()):
        raise ValidationError(
            {"tool": _("Une colonne sans titre, ou de même titre qu’une autre, ne se retient pas.")}
        )
    mapping, created = ColumnMapping.objects.select_for_update().get_or_create(
        organisation_id=actor.organisation_id,
        tool=tool.strip(),
        defaults={"columns": kept, "person_id": actor.person_id, "recorded_at": timezone.now()},
    )
    before = None if created else mapping.columns
    if before != kept:
        if not created:
            mapping.columns, mapping.person_id = kept, actor.person_id
            mapping.recorded_at = timezone.now()
            store(mapping)
        record(actor, mapping, Verb.REMEMBERED, {"columns": (before, kept)})
    return mapping


@transaction.atomic
def forget_columns(actor: Actor, *, mapping: ColumnMapping) -> None:
    """Forget the columns of a tool; what was imported with them stays."""
    actor.require(Operation.EDIT_BUDGET)
    record(actor, mapping, Verb.FORGOTTEN, {"columns": (mapping.columns, None)})
    mapping.delete()


def get_column_mapping(*, actor: Actor, pk: int, need: Operation) -> ColumnMapping:
    """Return the columns remembered for a tool. Raises NotFoundError, DeniedError."""
    actor.require(need)
    return get_one(ColumnMapping.objects.filter(organisation_id=actor.organisation_id), pk=pk)
