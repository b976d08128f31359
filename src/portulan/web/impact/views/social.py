"""Stating what an action changes for people, correcting it, taking it away."""

from __future__ import annotations

from django.forms import model_to_dict
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portulan.accounts.access import Operation
from portulan.impact.enums import Sense, Social
from portulan.impact.models import SocialEffect
from portulan.impact.selectors.estimates import get_social_effect
from portulan.impact.services import remove_social_effect, save_social_effect
from portulan.plans.models import Action
from portulan.plans.selectors import get_action
from portulan.web.form_pages import FormPage, confirm_page, form_page
from portulan.web.impact.forms.social import SocialForm
from portulan.web.impact.views.estimates import effects_url, under_effects
from portulan.web.requests import OrganisationRequest
from portulan.web.saving import posted


@require_http_methods(["GET", "POST"])
def state(
    request: OrganisationRequest, plan: str, number: int, pk: int | None = None
) -> HttpResponse:
    action, effect = _door(request, plan, number, pk)
    start = {} if effect is None else model_to_dict(effect, list(SocialForm.base_fields))
    form = SocialForm(posted(request), initial=start)
    back = effects_url(request, action)
    about = FormPage(
        title=_("Ce que l’action change pour les gens"),
        trail=under_effects(request, action),
        back=back,
        submit=_("Enregistrer"),
        intro=_("En mots et avec une preuve : cela ne se compte pas en carbone."),
        template="impact/social.html",
    )

    def save() -> SocialEffect:
        data = form.cleaned_data
        return save_social_effect(
            request.actor,
            action=action,
            effect=effect,
            kind=Social(data["kind"]),
            sense=Sense(data["sense"]),
            statement=data["statement"],
            evidence=data["evidence"],
            today=request.today,
        )

    return form_page(
        request,
        form,
        about,
        save=save,
        done=lambda: (back, _("Effet enregistré.")),
        action=action,
        effect=effect,
    )


def _door(
    request: OrganisationRequest, plan: str, number: int, pk: int | None
) -> tuple[Action, SocialEffect | None]:
    actor, need = request.actor, Operation.ESTIMATE
    if pk is None:
        return get_action(actor=actor, plan_slug=plan, number=number, need=need), None
    return get_social_effect(actor=actor, plan_slug=plan, number=number, pk=pk, need=need)


@require_http_methods(["GET", "POST"])
def remove(request: OrganisationRequest, plan: str, number: int, pk: int) -> HttpResponse:
    action, effect = get_social_effect(
        actor=request.actor, plan_slug=plan, number=number, pk=pk, need=Operation.ESTIMATE
    )
    where = [request.organisation.slug, action.plan.slug, action.number, effect.pk]
    about = FormPage(
        title=_("Retirer un effet sur les gens"),
        trail=under_effects(request, action),
        back=reverse("impact:social", args=where),
        submit=_("Retirer"),
        intro=effect.statement,
    )
    return confirm_page(
        request,
        about,
        lambda: remove_social_effect(request.actor, action=action, effect=effect),
        _("Effet retiré : le journal de l’action le garde."),
        then=effects_url(request, action),
    )
