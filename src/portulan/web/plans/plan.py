"""Making a plan, and its settings: title, years, vote, common goals, axes."""

from __future__ import annotations

from functools import partial

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.core.errors import NotFoundError
from portulan.plans.models import Axis, Goal, Plan
from portulan.plans.plan import (
    add_axis,
    add_goal,
    create_plan,
    current_plan,
    edit_plan,
    get_plan,
    plans_of,
    remove_part,
    rename_part,
)
from portulan.plans.starters.reads import starters_for
from portulan.web.crumbs import plan_url, under_plan
from portulan.web.fields import CalendarYearField, WholeField, field_of
from portulan.web.pages import Act, Confirm, Edit, Said, screen
from portulan.web.paging import page_of
from portulan.web.plans.votes import dates_apart
from portulan.web.requests import OrganisationRequest, url_in

PER_PAGE = 20
# The two lists of a plan's settings: their model, their title, how one is added, when none is.
PARTS: dict[str, tuple[type[Goal] | type[Axis], Said, Said, Said]] = {
    "goals": (
        Goal,
        _("Objectifs communs"),
        _("Ajouter un objectif"),
        _("Aucun objectif commun : un plan court s’en passe très bien."),
    ),
    "axes": (
        Axis,
        _("Axes"),
        _("Ajouter un axe"),
        _("Aucun axe : les thématiques du référentiel rangent déjà les actions."),
    ),
}


@require_GET
def all_plans(request: OrganisationRequest) -> HttpResponse:
    """All plans, which of them the home page shows, and the ways to open another."""
    followed = current_plan(actor=request.actor, today=request.today)
    plans = plans_of(actor=request.actor).annotate(count=Count("actions"))
    context = {
        "page": page_of(request, plans, PER_PAGE),
        "followed": followed,
        "starters": starters_for(request.organisation),
    }
    return render(request, "plans/all.html", context)


@screen
def create(request: OrganisationRequest) -> Edit[PlanForm, Plan]:
    request.actor.require(Operation.EDIT_PLAN)
    first, last = request.today.year, request.today.year + 2
    initial = {
        "title": _("Plan d’action %(first)s-%(last)s") % {"first": first, "last": last},
        "first_year": first,
        "last_year": last,
    }
    return Edit(
        title=_("Créer un plan d’action"),
        submit=_("Créer le plan"),
        intro=_("Le titre et les années suffisent ; le reste se complète à tout moment."),
        back=url_in(request, "plans:current"),
        form=partial(PlanForm, initial=initial),
        write=lambda form: create_plan(request.actor, **form.cleaned_data),
        done=_("Plan créé. Il reste à choisir des bonnes pratiques, ou à ajouter des actions."),
        then=lambda made: plan_url(request, made),
    )


@screen
def settings(request: OrganisationRequest, plan: str) -> Edit[SettingsForm, object]:
    found = get_plan(actor=request.actor, slug=plan, need=Operation.EDIT_PLAN)
    initial = {name: getattr(found, name) for name in SettingsForm.base_fields}
    return Edit(
        title=_("Réglages du plan"),
        submit=_("Enregistrer"),
        trail=under_plan(request, found),
        form=partial(SettingsForm, initial=initial),
        edits=found,
        write=lambda form: edit_plan(request.actor, plan=found, **form.cleaned_data),
        done=lambda _kept: " ".join((str(_("Réglages enregistrés.")), dates_apart(found))).strip(),
        template="plans/settings.html",
        context={
            "plan": found,
            "dates_apart": dates_apart(found),
            "part_lists": [
                (kind, words, model._default_manager.filter(plan=found).order_by("order", "id"))
                for kind, (model, *words) in PARTS.items()
            ],
        },
    )


@screen
def add_part(request: OrganisationRequest, plan: str, kind: str) -> Act[object]:
    found = get_plan(actor=request.actor, slug=plan, need=Operation.EDIT_PLAN)
    add = add_goal if kind == "goals" else add_axis
    return Act(
        write=lambda: add(request.actor, plan=found, title=_title(request)),
        done=_("Ajouté."),
        back=_settings_url(request, plan),
    )


def _settings_url(request: OrganisationRequest, plan: str) -> str:
    return url_in(request, "plans:settings", plan)


def _title(request: OrganisationRequest) -> str:
    form = PartForm(request.POST)
    if not form.is_valid():
        raise ValidationError(form.errors["title"].as_data())
    title: str = form.cleaned_data["title"]
    return title


@screen
def rename(request: OrganisationRequest, plan: str, kind: str, pk: int) -> Act[object]:
    """Rename a goal or an axis."""
    part = _part(request, plan, kind, pk)
    return Act(
        write=lambda: rename_part(request.actor, part=part, title=_title(request)),
        done=_("Renommé."),
        back=_settings_url(request, plan),
    )


@screen
def remove(request: OrganisationRequest, plan: str, kind: str, pk: int) -> Confirm[None]:
    """Remove a goal or an axis that no action uses, once confirmed."""
    part = _part(request, plan, kind, pk)
    back = _settings_url(request, plan)
    return Confirm(
        title=_("Supprimer « %(title)s » ?") % {"title": part.title},
        submit=_("Supprimer"),
        intro=_("Ce n’est possible que si aucune action ne s’y rattache."),
        trail=[*under_plan(request, part.plan), (back, _("Réglages du plan"))],
        about=[part],
        write=lambda: remove_part(request.actor, part=part),
        done=_("Supprimé."),
    )


def _part(request: OrganisationRequest, plan: str, kind: str, pk: int) -> Goal | Axis:
    found = get_plan(actor=request.actor, slug=plan, need=Operation.EDIT_PLAN)
    part = PARTS[kind][0]._default_manager.filter(plan=found, pk=pk).select_related("plan").first()
    if part is None:
        raise NotFoundError(pk)
    return part


class PlanForm(forms.Form):
    title = field_of(Plan, "title")
    first_year = CalendarYearField(label=_("Première année"))
    last_year = CalendarYearField(label=_("Dernière année"))
    adopted_on = field_of(Plan, "adopted_on", help_text=_("Laissez vide tant qu’il ne l’est pas."))
    adopted_by = field_of(
        Plan,
        "adopted_by",
        help_text=_("L’organe : conseil municipal, assemblée, conseil d’administration…"),
    )
    stale_after_days = WholeField(
        label=_("Sans nouvelle après (jours)"),
        low=7,
        most=1000,
        initial=120,
        help_text=_("Au-delà, une action en cours est signalée « sans nouvelle »."),
    )


class SettingsForm(PlanForm):
    """What a plan says of itself, once it is there."""

    used_share = WholeField(
        label=_("Part à engager (%)"),
        most=100,
        help_text=_("D’une dotation de l’exercice ; en dessous, l’action est « sous-employée »."),
    )
    used_by_month = WholeField(
        label=_("À la fin du mois (1 à 12)"), low=1, most=12, help_text=_("9 : le 30 septembre.")
    )


class PartForm(forms.Form):
    """A common goal or an axis."""

    title = field_of(Goal, "title")
