"""A kept document before an assembly: presented to it, adopted by it, before which debate."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.core import trail
from portulan.core.storing import store
from portulan.publication.documents.asking import Asked
from portulan.publication.models import KeptDocument, Presentation
from portulan.publication.verbs import Verb


@transaction.atomic
def present_document(
    actor: Actor,
    *,
    kept: KeptDocument,
    today: date,
    on: date | None,
    body: str = "",
    adopted: bool = False,
    reference: str = "",
    debate_on: date | None = None,
) -> Presentation | None:
    """Say when and to whom a kept document was presented; without a day, that it was not.

    Raises DeniedError; ValidationError: another organisation, nobody, a day before its data or to
    come.
    """
    actor.require(Operation.PUBLISH_PLAN)
    if kept.organisation_id != actor.organisation_id:
        raise ValidationError(_("Ce document est d’une autre organisation."))
    found = Presentation.objects.filter(document=kept).first()
    before = None if found is None else str(found)
    if on is None:
        if found is not None:
            found.delete()
            record(actor, kept, Verb.PRESENTED, {"presentation": (before, None)})
        return None
    if not body.strip():
        raise ValidationError({"body": _("Dites à quel organe le document a été présenté.")})
    if not kept.on <= on <= today:
        raise ValidationError(
            {"on": _("Ce jour est entre celui des données du document et aujourd’hui.")}
        )
    found = found or Presentation(organisation_id=kept.organisation_id, document=kept)
    said = {"on": on, "body": body.strip(), "adopted": adopted}
    trail.set_fields(found, said | {"reference": reference.strip(), "debate_on": debate_on})
    store(found)
    record(actor, kept, Verb.PRESENTED, {"presentation": (before, str(found))})
    return found


def last_presented(asked: Asked, kind: str, *, adopted: bool = False) -> Presentation | None:
    """Return the last presentation of a kind of document up to the day asked for.

    Of the year asked for in any language; or, where `adopted`, of any year in the language asked
    for, for it is compared.
    """
    found = Presentation.objects.filter(
        organisation=asked.organisation, document__kind=kind, on__lte=asked.today
    )
    if adopted:
        found = found.filter(
            adopted=True, document__language=asked.language, document__on__lt=asked.today
        )
    else:
        found = found.filter(document__year=asked.year).defer("document__content")
    return found.select_related("document").order_by("-on", "-pk").first()
