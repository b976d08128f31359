"""The verbs of what goes out, in the trail, and their words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portulan.core import trail


class Verb(trail.Verb):
    PRODUCED = "produced", _("document produit")
    PRESENTED = "presented", _("document présenté ou adopté")
    TEXTS_WRITTEN = "texts written", _("textes d’un document écrits")
    TEXTS_UNDONE = "texts undone", _("textes d’un document remis comme avant")
    PUBLIC_CHOSEN = "public chosen", _("choix de ce qui est public")
    SHOWN = "shown", _("mis en public")
    WITHDRAWN_FROM_PUBLIC = "withdrawn from public", _("retiré du public")
    ERROR_ANSWERED = "error answered", _("réponse à une erreur signalée")
    SHARED = "shared", _("partage avec un groupe")
    SHARED_AGAIN = "shared again", _("copie remise à un groupe")
    SHARING_ENDED = "sharing ended", _("partage repris")
    MEMBER_ACCEPTED = "member accepted", _("membre accepté par le groupe")
    MEMBER_DECLINED = "member declined", _("membre refusé par le groupe")
    MEMBERS_SAID = "members said", _("membres du groupe")
    FOUNDED = "founded", _("organisation créée pour un membre")
    PLAN_SENT = "plan sent", _("plan proposé aux membres")
    PLAN_RECEIVED = "plan received", _("plan proposé par le groupe")
    PLAN_TAKEN = "plan taken", _("plan du groupe repris")
    PLAN_DECLINED = "plan declined", _("plan du groupe décliné")
    OBLIGATION_NOTED = "obligation noted", _("obligation faite, notée")
    SERVICE_SAVED = "service saved", _("service numérique enregistré")
    SERVICE_REMOVED = "service removed", _("service numérique retiré")
    SERVICE_ASSESSED = "service assessed", _("service numérique évalué")
    CRITERION_SAVED = "criterion saved", _("critère du label enregistré")
    CRITERION_REMOVED = "criterion removed", _("critère du label retiré")
    CRITERIA_PASTED = "criteria pasted", _("critères du label collés")
    CRITERIA_UNDONE = "criteria undone", _("critères du label remis comme avant")
