"""What an organisation says of the personal data it keeps here, and who changes it."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portulan.accounts import trail
from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.models import Organisation, PrivacyNotice
from portulan.accounts.verbs import Verb
from portulan.accounts.words import LegalForm
from portulan.accounts.writes import hold_organisation
from portulan.core.outward import open_ways
from portulan.core.say.text import Language
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
            "Les personnes de l’organisation, selon leur rôle, et qui exploite le serveur. Il n’y "
            "a ni mesure d’audience, ni décision automatique."
        ),
        "contact": _(
            "L’administration de Portulan dans votre organisation, ou son délégué à la protection "
            "des données."
        ),
    }
    told = {name: getattr(notice, name) or default for name, default in defaults.items()}
    # Whatever was written: where names go is a fact of this server.
    told["recipients"] += _told_outside(organisation)
    return told


def _told_outside(organisation: Organisation) -> str:
    """Return to whom else names may go from this server, as its settings are now."""
    language: Language = "en" if get_language() == "en" else "fr"
    ways = [
        f"{way.title.say(language)} ({to})"
        for way, to in open_ways(organisation.pk)
        if way.names and way.code != "database"
    ]
    if not ways:
        return " " + _("Rien n’est transmis à d’autres.")
    return " " + _("Passent aussi par : %(ways)s.") % {"ways": ", ".join(ways)}


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
