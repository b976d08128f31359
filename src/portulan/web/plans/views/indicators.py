"""The indicators of an action: made, followed, aimed, measured."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portulan.accounts.access import Operation
from portulan.accounts.selectors import labels_of
from portulan.core.errors import NotFoundError
from portulan.indicators.enums import MeasurementRole
from portulan.indicators.models import Indicator, Measurement
from portulan.indicators.services import edit_indicator, remove_target, set_target
from portulan.plans.models import Action
from portulan.plans.selectors import get_action, get_action_indicator, may_on
from portulan.plans.services import (
    add_indicator,
    leave_indicator,
    make_main,
    measure,
    withdraw,
)
from portulan.web import formats
from portulan.web.form_pages import FormPage, Trail, attempt, confirm_page, form_page
from portulan.web.language import page_language
from portulan.web.plans.action_page import indicator_view
from portulan.web.plans.crumbs import action_url, under_action
from portulan.web.plans.forms.indicators import IndicatorForm, MeasurementForm, TargetForm
from portulan.web.plans.readings import aim_rows, reading_rows
from portulan.web.requests import OrganisationRequest

WRITE = require_http_methods(["GET", "POST"])


def _door(
    request: OrganisationRequest, plan: str, number: int, pk: int, need: Operation
) -> tuple[Action, Indicator]:
    return get_action_indicator(
        actor=request.actor, plan_slug=plan, number=number, pk=pk, need=need
    )


def _url(request: OrganisationRequest, action: Action, indicator: Indicator) -> str:
    where = [request.organisation.slug, action.plan.slug, action.number, indicator.pk]
    return reverse("plans:indicator", args=where)


def _under(request: OrganisationRequest, action: Action, indicator: Indicator) -> Trail:
    return [*under_action(request, action), (_url(request, action, indicator), indicator.name)]


@WRITE
def add(request: OrganisationRequest, plan: str, number: int) -> HttpResponse:
    action = get_action(
        actor=request.actor, plan_slug=plan, number=number, need=Operation.EDIT_PLAN
    )
    form = IndicatorForm(request.POST or None)
    made: list[Indicator] = []
    return form_page(
        request,
        form,
        FormPage(
            title=_("Ajouter un indicateur"),
            trail=under_action(request, action),
            back=action_url(request, action),
            submit=_("Ajouter l’indicateur"),
            intro=_("Un ou deux par action suffisent : chacun demandera des relevés."),
        ),
        save=lambda: made.append(add_indicator(request.actor, action=action, **form.cleaned_data)),
        done=lambda: (
            _url(request, action, made[0]),
            _("Indicateur ajouté. Il lui faut une référence et une cible."),
        ),
    )


@require_GET
def page(request: OrganisationRequest, plan: str, number: int, pk: int) -> HttpResponse:
    action, indicator = _door(request, plan, number, pk, Operation.READ_PLAN)
    measurements = list(Measurement.objects.filter(indicator=indicator).order_by("-on", "-id"))
    labels = labels_of(item.person_id for item in measurements)
    context = {
        "action": action,
        "plan": action.plan,
        "indicator": indicator,
        "view": indicator_view(indicator, request.today),
        "trail": under_action(request, action),
        "readings": reading_rows(indicator, measurements, labels),
        "aims": aim_rows(indicator),
        "is_main": next(iter(action.indicator_links.all())).indicator_id == indicator.pk,
        "can_update": may_on(request.actor, action, Operation.UPDATE_ACTION),
        "can_edit": may_on(request.actor, action, Operation.EDIT_PLAN),
    }
    return render(request, "plans/indicator.html", context)


@WRITE
def edit(request: OrganisationRequest, plan: str, number: int, pk: int) -> HttpResponse:
    action, indicator = _door(request, plan, number, pk, Operation.EDIT_PLAN)
    names = IndicatorForm.base_fields
    initial = {name: getattr(indicator, name) for name in names}
    form = IndicatorForm(request.POST or None, initial=initial)
    here = FormPage(
        title=_("Modifier l’indicateur"),
        trail=_under(request, action, indicator),
        back=_url(request, action, indicator),
        submit=_("Enregistrer"),
    )
    return form_page(
        request,
        form,
        here,
        save=lambda: edit_indicator(request.actor, indicator=indicator, **form.cleaned_data),
        done=lambda: (here.back, _("Indicateur enregistré.")),
    )


@WRITE
def target(request: OrganisationRequest, plan: str, number: int, pk: int) -> HttpResponse:
    action, indicator = _door(request, plan, number, pk, Operation.EDIT_PLAN)
    form = TargetForm(
        indicator,
        request.POST or None,
        initial={"due_on": action.due_on or f"{action.plan.last_year}-12-31"},
    )
    here = FormPage(
        title=_("Fixer une cible"),
        trail=_under(request, action, indicator),
        back=_url(request, action, indicator),
        submit=_("Fixer la cible"),
        intro=_("Une cible par échéance : la même date remplace ce qu’elle disait."),
    )
    return form_page(
        request,
        form,
        here,
        save=lambda: set_target(request.actor, indicator=indicator, **form.cleaned_data),
        done=lambda: (here.back, _("Cible enregistrée.")),
    )


@WRITE
def remove_aim(
    request: OrganisationRequest, plan: str, number: int, pk: int, target: int
) -> HttpResponse:
    action, indicator = _door(request, plan, number, pk, Operation.EDIT_PLAN)
    found = indicator.targets.filter(pk=target).first()
    if found is None:
        raise NotFoundError(target)
    day = formats.date(found.due_on, page_language())
    page = FormPage(
        title=_("Retirer la cible du %(day)s ?") % {"day": day},
        trail=_under(request, action, indicator),
        back=_url(request, action, indicator),
        submit=_("Retirer la cible"),
        intro=_("Sa valeur reste dans le journal de l’action."),
    )
    deed = lambda: remove_target(request.actor, target=found)  # noqa: E731
    return confirm_page(request, page, deed, _("Cible retirée."))


@WRITE
def reading(request: OrganisationRequest, plan: str, number: int, pk: int) -> HttpResponse:
    """Record a dated value, with its source; the pilot's short form is on the action's page."""
    action, indicator = _door(request, plan, number, pk, Operation.UPDATE_ACTION)
    starts = "baseline" in request.GET
    role = MeasurementRole.BASELINE if starts else MeasurementRole.READING
    form = MeasurementForm(indicator, request.today, request.POST or None, role=role)
    here = FormPage(
        title=_("Donner la référence") if starts else _("Enregistrer un relevé"),
        trail=_under(request, action, indicator),
        back=_url(request, action, indicator),
        submit=_("Enregistrer la référence") if starts else _("Enregistrer le relevé"),
        intro=_("La valeur d’avant l’action : la trajectoire en part.") if starts else "",
    )

    def save() -> Measurement:
        data = {name: value for name, value in form.cleaned_data.items() if value is not None}
        return measure(
            request.actor, action=action, indicator=indicator, today=request.today, **data
        )

    return form_page(
        request, form, here, save=save, done=lambda: (here.back, _("Relevé enregistré."))
    )


@WRITE
def withdraw_reading(
    request: OrganisationRequest, plan: str, number: int, pk: int, measurement: int
) -> HttpResponse:
    action, indicator = _door(request, plan, number, pk, Operation.UPDATE_ACTION)
    found = Measurement.objects.filter(indicator=indicator, pk=measurement).first()
    if found is None:
        raise NotFoundError(measurement)
    day = formats.date(found.on, page_language())
    page = FormPage(
        title=_("Retirer le relevé du %(day)s ?") % {"day": day},
        trail=_under(request, action, indicator),
        back=_url(request, action, indicator),
        submit=_("Retirer le relevé"),
        intro=_("Il reste lisible, barré, et ne compte plus. Un nouveau relevé peut le remplacer."),
    )
    deed = lambda: withdraw(request.actor, action=action, measurement=found)  # noqa: E731
    return confirm_page(request, page, deed, _("Relevé retiré."))


@require_POST
def first(request: OrganisationRequest, plan: str, number: int, pk: int) -> HttpResponse:
    """Make an indicator the main one."""
    action, indicator = _door(request, plan, number, pk, Operation.EDIT_PLAN)
    deed = lambda: make_main(request.actor, action=action, indicator=indicator)  # noqa: E731
    attempt(request, deed, _("C’est maintenant l’indicateur principal."))
    return redirect(_url(request, action, indicator))


@WRITE
def leave(request: OrganisationRequest, plan: str, number: int, pk: int) -> HttpResponse:
    """Stop following the action by an indicator; its values stay."""
    action, indicator = _door(request, plan, number, pk, Operation.EDIT_PLAN)
    page = FormPage(
        title=_("Ne plus suivre l’action par « %(name)s » ?") % {"name": indicator.name},
        trail=_under(request, action, indicator),
        back=_url(request, action, indicator),
        submit=_("Ne plus suivre"),
        intro=_("Ses relevés sont gardés ; sans relevé ni autre action, il disparaît."),
    )
    return confirm_page(
        request,
        page,
        lambda: leave_indicator(request.actor, action=action, indicator=indicator),
        _("L’action n’est plus suivie par cet indicateur."),
        then=action_url(request, action),
    )
