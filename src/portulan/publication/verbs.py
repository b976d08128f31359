"""The verbs of what goes out, in the trail, and their words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portulan.core import trail


class Verb(trail.Verb):
    PRODUCED = "produced", _("document produit")
    PUBLIC_CHOSEN = "public chosen", _("choix de ce qui est public")
    SHOWN = "shown", _("mis en public")
    WITHDRAWN_FROM_PUBLIC = "withdrawn from public", _("retiré du public")
    ERROR_ANSWERED = "error answered", _("réponse à une erreur signalée")
    SERVICE_SAVED = "service saved", _("service numérique enregistré")
    SERVICE_REMOVED = "service removed", _("service numérique retiré")
    SERVICE_ASSESSED = "service assessed", _("service numérique évalué")
