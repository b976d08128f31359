"""The indicators of an action: made, followed, aimed, measured."""

from __future__ import annotations

from functools import partial

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.accounts.features import Feature
from portulan.accounts.reads import labels_of
from portulan.core.say import numbers
from portulan.core.storing import get_one
from portulan.indicators.fields import INDICATOR
from portulan.indicators.models import Indicator, Measurement
from portulan.indicators.reads import series_of
from portulan.indicators.series import Reading
from portulan.indicators.words import MeasurementRole
from portulan.indicators.writes import edit_indicator, judge_target, remove_target, set_target
from portulan.plans.access import may_on
from portulan.plans.feeds import feeders_of, starts_of
from portulan.plans.indicators import (
    add_indicator,
    leave_indicator,
    make_main,
    measure,
    set_aside,
    withdraw,
)
from portulan.plans.models import Action
from portulan.plans.plan import get_action_indicator
from portulan.sources.formulas import FORMULAS
from portulan.sources.reads import can_feed, fed_by, sources_of
from portulan.web.crumbs import action_at, action_url, under_action
from portulan.web.indicators.values import with_unit
from portulan.web.language import page_language
from portulan.web.pages import Act, Confirm, Edit, Trail, Typed, screen
from portulan.web.paging import page_of
from portulan.web.plans.indicators.forms import (
    AddIndicatorForm,
    AsideForm,
    IndicatorForm,
    JudgementForm,
    MeasurementForm,
    TargetForm,
    readings_told,
)
from portulan.web.plans.indicators.page import aim_rows, facts_of, reading_rows, standing_of
from portulan.web.plans.indicators.units import unit_rows
from portulan.web.requests import OrganisationRequest

PER_PAGE, MOST_UNITS = 12, 12


def _door(
    request: OrganisationRequest, plan: str, number: int, pk: int, need: Operation
) -> tuple[Action, Indicator]:
    return get_action_indicator(
        actor=request.actor, plan_slug=plan, number=number, pk=pk, need=need
    )


def _where(request: OrganisationRequest, action: Action, indicator: Indicator) -> list[str | int]:
    return [request.organisation.slug, action.plan.slug, action.number, indicator.pk]


def _url(request: OrganisationRequest, action: Action, indicator: Indicator) -> str:
    return reverse("plans:indicator", args=_where(request, action, indicator))


def _under(request: OrganisationRequest, action: Action, indicator: Indicator) -> Trail:
    return [
        *under_action(request, action),
        (_url(request, action, indicator), Typed(indicator.name)),
    ]


def _has_units(request: OrganisationRequest) -> bool:
    return Feature.UNITS not in request.organisation.put_away


@screen
def add(request: OrganisationRequest, plan: str, number: int) -> Edit[IndicatorForm, Indicator]:
    action = action_at(request, plan, number)
    return Edit(
        title=_("Ajouter un indicateur"),
        submit=_("Ajouter l’indicateur"),
        intro=_("Un ou deux par action suffisent : chacun demandera des relevés."),
        trail=under_action(request, action),
        form=partial(AddIndicatorForm, units=_has_units(request)),
        write=lambda form: add_indicator(request.actor, action=action, **form.said()),
        done=_("Indicateur ajouté. Il lui faut une référence et une cible."),
        then=lambda made: _url(request, action, made),
    )


@require_GET
def page(request: OrganisationRequest, plan: str, number: int, pk: int) -> HttpResponse:
    action, indicator = _door(request, plan, number, pk, Operation.READ_PLAN)
    found = Measurement.objects.filter(indicator=indicator).select_related("unit")
    measurements = list(found.order_by("-on", "-id"))
    shares, coverage = unit_rows(indicator, measurements, request.today)
    by_unit = "units" in request.GET
    units = Paginator(shares, PER_PAGE if by_unit else MOST_UNITS).get_page(
        request.GET.get("page") if by_unit else 1
    )
    readings = page_of(request, measurements, PER_PAGE)
    labels = labels_of(item.person_id for item in readings.object_list)
    context = {
        "action": action,
        "plan": action.plan,
        "indicator": indicator,
        "standing": standing_of(indicator, request.today),
        "facts": facts_of(indicator, by_units=bool(shares)),
        "trail": under_action(request, action),
        "measurements": measurements,
        "readings": reading_rows(indicator, readings.object_list, labels, measurements),
        "page": units if by_unit else readings,
        "by_unit": by_unit,
        "aims": aim_rows(indicator),
        "shares": units.object_list,
        "units": 0 if by_unit else len(shares),
        "coverage": coverage,
        "has_units": _has_units(request) and not indicator.computed_by,
        **_feeding(request, indicator),
        "is_main": next(iter(action.indicator_links.all())).indicator_id == indicator.pk,
        "can_update": may_on(request.actor, action, Operation.UPDATE_ACTION),
        "can_edit": may_on(request.actor, action, Operation.EDIT_PLAN),
    }
    return render(request, "plans/indicator.html", context)


def _feeding(request: OrganisationRequest, indicator: Indicator) -> dict[str, object]:
    """Return what feeds an indicator, else the sources that could (five queries at most)."""
    fed = fed_by(indicator)
    may = request.actor.may(Operation.SOURCE) and fed is None and bool(can_feed(indicator))
    return {
        "fed_by": fed,
        "can_feed": may,
        "feeders": [
            (one, FORMULAS[key].name.say(page_language()))
            for one, key in feeders_of(indicator, list(sources_of(actor=request.actor)))
        ]
        if may
        else [],
    }


@screen
def edit(
    request: OrganisationRequest, plan: str, number: int, pk: int
) -> Edit[IndicatorForm, object]:
    action, indicator = _door(request, plan, number, pk, Operation.EDIT_PLAN)
    initial = {field.name: getattr(indicator, field.name) for field in INDICATOR}
    return Edit(
        title=_("Modifier l’indicateur"),
        submit=_("Enregistrer"),
        trail=_under(request, action, indicator),
        form=partial(IndicatorForm, initial=initial, units=_has_units(request)),
        edits=indicator,
        write=lambda form: edit_indicator(request.actor, indicator=indicator, **form.said()),
        done=_("Indicateur enregistré."),
    )


@screen
def target(
    request: OrganisationRequest, plan: str, number: int, pk: int
) -> Edit[TargetForm, object]:
    action, indicator = _door(request, plan, number, pk, Operation.EDIT_PLAN)
    initial = {"due_on": action.due_on or f"{action.plan.last_year}-12-31"}
    return Edit(
        title=_("Fixer une cible"),
        submit=_("Fixer la cible"),
        intro=_("Une cible par échéance : la même date remplace ce qu’elle disait."),
        trail=_under(request, action, indicator),
        form=partial(TargetForm, indicator, initial=initial),
        write=lambda form: set_target(request.actor, indicator=indicator, **form.cleaned_data),
        done=_("Cible enregistrée."),
    )


@screen
def judge(
    request: OrganisationRequest, plan: str, number: int, pk: int, target: int
) -> Edit[JudgementForm, object]:
    """Say whether a target in words is reached, once its date has come."""
    action, indicator = _door(request, plan, number, pk, Operation.EDIT_PLAN)
    found = get_one(indicator.targets, pk=target)
    initial = {
        "judgement": found.judgement,
        "by": found.judged_by,
        "why": found.judged_why,
        "on": found.judged_on or request.today,
    }
    return Edit(
        title=_("Juger la cible"),
        submit=_("Enregistrer le jugement"),
        intro=found.text,
        trail=_under(request, action, indicator),
        form=lambda data: JudgementForm(data, initial=initial),
        edits=found,
        write=lambda form: judge_target(
            request.actor, target=found, today=request.today, **form.cleaned_data
        ),
        done=_("Jugement enregistré."),
    )


@screen
def remove_aim(
    request: OrganisationRequest, plan: str, number: int, pk: int, target: int
) -> Confirm[None]:
    action, indicator = _door(request, plan, number, pk, Operation.EDIT_PLAN)
    found = get_one(indicator.targets, pk=target)
    day = numbers.date(found.due_on, page_language())
    return Confirm(
        title=_("Retirer la cible du %(day)s ?") % {"day": day},
        submit=_("Retirer la cible"),
        intro=_("Sa valeur reste dans le journal de l’action."),
        trail=_under(request, action, indicator),
        about=[found],
        write=lambda: remove_target(request.actor, target=found),
        done=_("Cible retirée."),
    )


@screen
def reading(
    request: OrganisationRequest, plan: str, number: int, pk: int
) -> Edit[MeasurementForm, Measurement]:
    """Record a dated value, with its source; the pilot's short form is on the action's page."""
    action, indicator = _door(request, plan, number, pk, Operation.UPDATE_ACTION)
    starts = "baseline" in request.GET
    role = MeasurementRole.BASELINE if starts else MeasurementRole.READING
    offered = starts_of(indicator) if starts and not indicator.computed_by else []
    chosen = request.GET.get("from", "")
    start = next((one for one in offered if str(one.snapshot.pk) == chosen), None)

    def write(form: MeasurementForm) -> Measurement:
        return measure(
            request.actor, action=action, indicator=indicator, today=request.today, **form.taken()
        )

    return Edit(
        title=_("Donner la référence") if starts else _("Enregistrer un relevé"),
        submit=_("Enregistrer la référence") if starts else _("Enregistrer le relevé"),
        intro=_("La valeur d’avant l’action : la trajectoire en part.") if starts else "",
        trail=_under(request, action, indicator),
        form=partial(
            MeasurementForm,
            indicator,
            request.today,
            role=role,
            unit=request.GET.get("unit", ""),
            start=start,
        ),
        template="plans/measure.html",
        context={
            "offered": [(one, with_unit(indicator, Reading(one.on, one.value))) for one in offered],
            "start": start,
            "stood": _baseline(indicator) if offered else "",
        },
        write=write,
        told=lambda form: readings_told(
            form, {form.value_name: indicator}, request.actor.person_id, role=role
        ),
        done=_("Relevé enregistré."),
    )


def _baseline(indicator: Indicator) -> str:
    """Return the reference that stands, with its day; "" where there is none."""
    stood = series_of(indicator).baseline
    if stood is None:
        return ""
    told = {
        "value": with_unit(indicator, stood),
        "day": numbers.date(stood.on, page_language()),
    }
    return str(_("%(value)s au %(day)s") % told)


@screen
def withdraw_reading(
    request: OrganisationRequest, plan: str, number: int, pk: int, measurement: int
) -> Confirm[object]:
    action, indicator = _door(request, plan, number, pk, Operation.UPDATE_ACTION)
    found = get_one(Measurement.objects.filter(indicator=indicator), pk=measurement)
    day = numbers.date(found.on, page_language())
    return Confirm(
        title=_("Retirer le relevé du %(day)s ?") % {"day": day},
        submit=_("Retirer le relevé"),
        intro=_("Il reste lisible, barré, et ne compte plus. Un nouveau relevé peut le remplacer."),
        trail=_under(request, action, indicator),
        write=lambda: withdraw(request.actor, action=action, measurement=found),
        done=_("Relevé retiré."),
    )


@screen
def aside(
    request: OrganisationRequest, plan: str, number: int, pk: int, measurement: int
) -> Edit[AsideForm, object]:
    """Refuse a value among several: it is kept, with the reason."""
    action, indicator = _door(request, plan, number, pk, Operation.UPDATE_ACTION)
    found = get_one(Measurement.objects.filter(indicator=indicator), pk=measurement)
    return Edit(
        title=_("Écarter le relevé du %(day)s") % {"day": numbers.date(found.on, page_language())},
        submit=_("Écarter ce relevé"),
        trail=_under(request, action, indicator),
        form=lambda data: AsideForm(data, initial={"why": found.refused_why}),
        write=lambda form: set_aside(
            request.actor, action=action, measurement=found, why=form.cleaned_data["why"]
        ),
        done=_("Relevé écarté : il reste lisible, avec son motif."),
        undo=lambda _found: reverse(
            "plans:keep-reading", args=[*_where(request, action, indicator), measurement]
        ),
    )


@screen
def keep(
    request: OrganisationRequest, plan: str, number: int, pk: int, measurement: int
) -> Act[object]:
    """Count again a value that was refused."""
    action, indicator = _door(request, plan, number, pk, Operation.UPDATE_ACTION)
    found = get_one(Measurement.objects.filter(indicator=indicator), pk=measurement)
    return Act(
        write=lambda: set_aside(request.actor, action=action, measurement=found, why=""),
        done=_("Relevé repris : il compte à nouveau."),
        back=_url(request, action, indicator),
    )


@screen
def first(request: OrganisationRequest, plan: str, number: int, pk: int) -> Act[object]:
    """Make an indicator the main one."""
    action, indicator = _door(request, plan, number, pk, Operation.EDIT_PLAN)
    return Act(
        write=lambda: make_main(request.actor, action=action, indicator=indicator),
        done=_("C’est maintenant l’indicateur principal."),
        back=_url(request, action, indicator),
    )


@screen
def leave(request: OrganisationRequest, plan: str, number: int, pk: int) -> Confirm[None]:
    """Stop following the action by an indicator; its values stay."""
    action, indicator = _door(request, plan, number, pk, Operation.EDIT_PLAN)
    return Confirm(
        title=_("Ne plus suivre l’action par « %(name)s » ?") % {"name": indicator.name},
        submit=_("Ne plus suivre"),
        intro=_("Ses relevés sont gardés ; sans relevé ni autre action, il disparaît."),
        trail=_under(request, action, indicator),
        about=[indicator],
        write=lambda: leave_indicator(request.actor, action=action, indicator=indicator),
        done=_("L’action n’est plus suivie par cet indicateur."),
        then=lambda _none: action_url(request, action),
    )
