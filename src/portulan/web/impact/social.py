"""Stating what an action changes for people, correcting it, taking it away."""

from __future__ import annotations

from functools import partial

from django import forms
from django.forms import model_to_dict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portulan.accounts.access import Operation
from portulan.impact.estimates.reads import get_social_effect
from portulan.impact.models import SENSES, SOCIALS, SocialEffect
from portulan.impact.social import remove_social_effect, save_social_effect
from portulan.impact.words import Sense, Social
from portulan.plans.models import Action
from portulan.web.impact.estimates.views import door, effects_url, under_effects
from portulan.web.pages import Confirm, Edit, screen
from portulan.web.requests import OrganisationRequest


@screen
def state(
    request: OrganisationRequest, plan: str, number: int, pk: int | None = None
) -> Edit[SocialForm, SocialEffect]:
    if pk is None:
        action, effect = door(request, plan, number), None
    else:
        action, effect = _door(request, plan, number, pk)
    start = {} if effect is None else model_to_dict(effect, list(SocialForm.base_fields))

    def write(form: SocialForm) -> SocialEffect:
        return save_social_effect(
            request.actor,
            action=action,
            effect=effect,
            today=request.today,
            **form.cleaned_data,
        )

    return Edit(
        title=_("Ce que l’action change pour les gens"),
        submit=_("Enregistrer"),
        intro=_("En mots et avec une preuve : cela ne se compte pas en carbone."),
        trail=under_effects(request, action),
        form=partial(SocialForm, initial=start),
        edits=effect,
        write=write,
        done=_("Effet enregistré."),
        template="impact/social.html",
        context={"action": action, "effect": effect},
    )


def _door(
    request: OrganisationRequest, plan: str, number: int, pk: int
) -> tuple[Action, SocialEffect]:
    return get_social_effect(
        actor=request.actor, plan_slug=plan, number=number, pk=pk, need=Operation.ESTIMATE
    )


@screen
def remove(request: OrganisationRequest, plan: str, number: int, pk: int) -> Confirm[None]:
    action, effect = _door(request, plan, number, pk)
    where = [request.organisation.slug, action.plan.slug, action.number, effect.pk]
    return Confirm(
        title=_("Retirer un effet sur les gens"),
        submit=_("Retirer"),
        intro=effect.statement,
        trail=under_effects(request, action),
        back=reverse("impact:social", args=where),
        about=[effect],
        write=lambda: remove_social_effect(request.actor, action=action, effect=effect),
        done=_("Effet retiré : le journal de l’action le garde."),
        then=lambda _none: effects_url(request, action),
    )


class SocialForm(forms.Form):
    kind = forms.TypedChoiceField(label=_("Genre"), choices=SOCIALS, coerce=Social)
    sense = forms.TypedChoiceField(label=_("Sens"), choices=SENSES, coerce=Sense)
    statement = forms.CharField(
        label=_("Ce qui change, et pour qui"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    evidence = forms.CharField(
        label=_("Preuve"),
        max_length=500,
        required=False,
        help_text=_("Une référence ou une adresse : enquête, test, témoignages."),
    )
