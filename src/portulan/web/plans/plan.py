"""Making a plan, and its settings: title, years, vote, common goals, axes."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from portulan.accounts.access import Operation
from portulan.core.errors import NotFoundError
from portulan.plans.models import Axis, Goal, Plan
from portulan.plans.plan import (
    add_axis,
    add_goal,
    create_plan,
    edit_plan,
    get_plan,
    remove_part,
    rename_part,
)
from portulan.web.crumbs import plan_url, under_plan
from portulan.web.fields import CalendarYearField, DayField, WholeField
from portulan.web.pages import FormPage, attempt, confirm_page, form_page
from portulan.web.plans.votes import dates_apart
from portulan.web.requests import OrganisationRequest

PARTS: dict[str, type[Goal] | type[Axis]] = {"goals": Goal, "axes": Axis}


@require_http_methods(["GET", "POST"])
def create(request: OrganisationRequest) -> HttpResponse:
    request.actor.require(Operation.EDIT_PLAN)
    year = request.today.year
    form = PlanForm(
        request.POST or None,
        initial={
            "title": _("Plan d’action %(first)s-%(last)s") % {"first": year, "last": year + 2},
            "first_year": year,
            "last_year": year + 2,
        },
    )
    made: list[Plan] = []
    return form_page(
        request,
        form,
        FormPage(
            title=_("Créer un plan d’action"),
            trail=[],
            back=reverse("plans:current", args=[request.organisation.slug]),
            submit=_("Créer le plan"),
            intro=_("Le titre et les années suffisent ; le reste se complète à tout moment."),
        ),
        save=lambda: made.append(create_plan(request.actor, **form.cleaned_data)),
        done=lambda: (
            plan_url(request, made[0]),
            _("Plan créé. Il reste à choisir des bonnes pratiques, ou à ajouter des actions."),
        ),
    )


@require_http_methods(["GET", "POST"])
def settings(request: OrganisationRequest, plan: str) -> HttpResponse:
    found = get_plan(actor=request.actor, slug=plan, need=Operation.EDIT_PLAN)
    initial = {name: getattr(found, name) for name in PlanForm.base_fields}
    form = PlanForm(request.POST or None, initial=initial)
    page = FormPage(
        title=_("Réglages du plan"),
        trail=under_plan(request, found),
        back=plan_url(request, found),
        submit=_("Enregistrer"),
        template="plans/settings.html",
    )
    return form_page(
        request,
        form,
        page,
        save=lambda: edit_plan(request.actor, plan=found, **form.cleaned_data),
        done=lambda: (
            page.back,
            " ".join((_("Réglages enregistrés."), dates_apart(found))).strip(),
        ),
        plan=found,
        dates_apart=dates_apart(found),
        part_lists=_part_lists(found),
    )


def _part_lists(plan: Plan) -> list[dict[str, object]]:
    return [
        {
            "kind": "goals",
            "title": _("Objectifs communs"),
            "add": _("Ajouter un objectif"),
            "empty": _("Aucun objectif commun : un plan court s’en passe très bien."),
            "items": list(plan.goals.order_by("order", "id")),
        },
        {
            "kind": "axes",
            "title": _("Axes"),
            "add": _("Ajouter un axe"),
            "empty": _("Aucun axe : les thématiques du référentiel rangent déjà les actions."),
            "items": list(plan.axes.order_by("order", "id")),
        },
    ]


@require_POST
def add_part(request: OrganisationRequest, plan: str, kind: str) -> HttpResponse:
    found = get_plan(actor=request.actor, slug=plan, need=Operation.EDIT_PLAN)
    add = add_goal if kind == "goals" else add_axis
    attempt(request, lambda: add(request.actor, plan=found, title=_title(request)), _("Ajouté."))
    return redirect("plans:settings", request.organisation.slug, plan)


def _title(request: OrganisationRequest) -> str:
    form = PartForm(request.POST)
    if not form.is_valid():
        raise ValidationError(form.errors["title"].as_data())
    title: str = form.cleaned_data["title"]
    return title


@require_POST
def rename(request: OrganisationRequest, plan: str, kind: str, pk: int) -> HttpResponse:
    """Rename a goal or an axis."""
    part = _part(request, plan, kind, pk)
    attempt(
        request,
        lambda: rename_part(request.actor, part=part, title=_title(request)),
        _("Renommé."),
    )
    return redirect("plans:settings", request.organisation.slug, plan)


@require_http_methods(["GET", "POST"])
def remove(request: OrganisationRequest, plan: str, kind: str, pk: int) -> HttpResponse:
    """Remove a goal or an axis that no action uses, once confirmed."""
    part = _part(request, plan, kind, pk)
    back = reverse("plans:settings", args=[request.organisation.slug, plan])
    page = FormPage(
        title=_("Supprimer « %(title)s » ?") % {"title": part.title},
        trail=[*under_plan(request, part.plan), (back, _("Réglages du plan"))],
        back=back,
        submit=_("Supprimer"),
        intro=_("Ce n’est possible que si aucune action ne s’y rattache."),
    )
    return confirm_page(
        request, page, lambda: remove_part(request.actor, part=part), _("Supprimé.")
    )


def _part(request: OrganisationRequest, plan: str, kind: str, pk: int) -> Goal | Axis:
    found = get_plan(actor=request.actor, slug=plan, need=Operation.EDIT_PLAN)
    part = PARTS[kind]._default_manager.filter(plan=found, pk=pk).select_related("plan").first()
    if part is None:
        raise NotFoundError(pk)
    return part


class PlanForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("Titre"), max_length=200)
    first_year = CalendarYearField(label=gettext_lazy("Première année"))
    last_year = CalendarYearField(label=gettext_lazy("Dernière année"))
    adopted_on = DayField(
        label=gettext_lazy("Voté le"),
        required=False,
        help_text=gettext_lazy("Laissez vide tant qu’il ne l’est pas."),
    )
    adopted_by = forms.CharField(
        label=gettext_lazy("Voté par"),
        max_length=160,
        required=False,
        help_text=gettext_lazy(
            "L’organe : conseil municipal, assemblée, conseil d’administration…"
        ),
    )
    stale_after_days = WholeField(
        label=gettext_lazy("Sans nouvelle après (jours)"),
        initial=120,
        help_text=gettext_lazy("Au-delà, une action en cours est signalée « sans nouvelle »."),
        low=7,
        most=1000,
    )


class PartForm(forms.Form):
    """A common goal or an axis."""

    title = forms.CharField(label=gettext_lazy("Titre"), max_length=250)
