"""What an organisation says of the personal data it keeps here, and who changes it."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts import trail
from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.models import Organisation, PrivacyNotice
from portulan.accounts.verbs import Verb
from portulan.accounts.words import LegalForm
from portulan.accounts.writes import hold_organisation
from portulan.core.storing import store
from portulan.core.trail import set_fields

FIELDS = ("purposes", "legal_basis", "recipients", "contact")


def notice_of(organisation: Organisation) -> PrivacyNotice:
    """Return what the organisation wrote, else an empty notice that is not stored."""
    found = PrivacyNotice.objects.filter(organisation=organisation).first()
    return found or PrivacyNotice(organisation=organisation)


def said(organisation: Organisation, notice: PrivacyNotice) -> dict[str, str]:
    """Return what the page says: what was written, else what holds of any such organisation.

    Source of the defaults: GDPR, articles 6 and 13.
    """
    private = organisation.legal_form in {LegalForm.COMPANY, LegalForm.ASSOCIATION}
    public = _("Mission d’intérêt public (article 6, 1, e du RGPD).")
    defaults = {
        "purposes": _(
            "Construire, financer et suivre le plan d’action numérique responsable : savoir qui "
            "pilote et suit chaque action, garder qui a décidé ou saisi une valeur, et n’ouvrir le "
            "service qu’à qui y a droit."
        ),
        "legal_basis": _("Intérêt légitime (article 6, 1, f du RGPD).") if private else public,
        "recipients": _(
            "Les personnes de l’organisation, selon leur rôle, et qui exploite le serveur. Rien "
            "n’est transmis à d’autres ; il n’y a ni mesure d’audience, ni décision automatique."
        ),
        "contact": _(
            "L’administration de Portulan dans votre organisation, ou son délégué à la protection "
            "des données."
        ),
    }
    return {name: getattr(notice, name) or default for name, default in defaults.items()}


@transaction.atomic
def edit_notice(
    actor: Actor, *, purposes: str, legal_basis: str, recipients: str, contact: str
) -> PrivacyNotice:
    """Write what the organisation says; "" goes back to the default. Raises DeniedError."""
    actor.require(Operation.MANAGE)
    notice = notice_of(hold_organisation(actor))
    told = {
        "purposes": purposes,
        "legal_basis": legal_basis,
        "recipients": recipients,
        "contact": contact,
    }
    changes = set_fields(notice, {name: value.strip() for name, value in told.items()})
    if changes:
        store(notice)
        trail.record(actor, notice, Verb.EDITED, changes)
    return notice
