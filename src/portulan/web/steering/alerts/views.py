"""From where the organisation is alerted, and who is written to of it."""

from __future__ import annotations

from functools import partial

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.accounts.access import Operation, Role
from portulan.accounts.models import ROLES
from portulan.steering.alerts.reads import thresholds_of
from portulan.steering.alerts.writes import TOLD, set_thresholds
from portulan.steering.models import AlertThresholds
from portulan.web.fields import PercentField, WholeField
from portulan.web.pages import Edit, screen
from portulan.web.requests import OrganisationRequest, url_in

FIELDS = ("share", "coverage", "law_days", "due_days", "evidence_days", "roles")


@screen
def thresholds(request: OrganisationRequest) -> Edit[ThresholdsForm, AlertThresholds]:
    request.actor.require(Operation.RUN_CAMPAIGN)
    kept = thresholds_of(request.actor.organisation_id)
    mail = url_in(request, "steering:mail")
    return Edit(
        title=_("Seuils d’alerte"),
        submit=_("Enregistrer les seuils"),
        intro=_(
            "Une alerte paraît à l’accueil quand un seuil est passé, et une fois "
            "dans le message de la semaine. Un champ vide n’alerte jamais. Une "
            "action en retard est un état du plan, pas"
            " une alerte ; un document que la loi attend, si."
        ),
        trail=[(mail, _("Messages envoyés"))],
        form=partial(ThresholdsForm, initial={name: getattr(kept, name) for name in FIELDS}),
        edits=kept if kept.pk else None,
        write=lambda form: set_thresholds(request.actor, **form.cleaned_data),
        done=_("Seuils enregistrés."),
    )


class ThresholdsForm(forms.Form):
    share = PercentField(
        label=gettext_lazy("Part sous l’ambition, de plus de (points)"), required=False
    )
    coverage = PercentField(label=gettext_lazy("Couverture sous (%)"), required=False)
    law_days = WholeField(
        label=gettext_lazy("Ce que la loi demande de plus, jours avant"), most=1000, required=False
    )
    due_days = WholeField(
        label=gettext_lazy("Fins prévues, jalons et livrables, jours avant"),
        most=1000,
        required=False,
    )
    evidence_days = WholeField(
        label=gettext_lazy("Preuves qui expirent, jours avant"), most=1000, required=False
    )
    roles = forms.TypedMultipleChoiceField(
        label=gettext_lazy("À qui le dire chaque semaine"),
        choices=[(role.value, ROLES[role]) for role in TOLD],
        coerce=Role,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy(
            "Un pilote lit toujours les échéances de ses actions. Rien ne part sans un jour"
            " d’envoi."
        ),
    )
