"""Sealed plans: sealing one, reading it as it was, and what it became."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.core.errors import NotFoundError
from portulan.core.say.text import UnusableInputError
from portulan.plans.models import Plan
from portulan.plans.plan import get_plan
from portulan.steering.differences.reads import as_text, since
from portulan.steering.labels import OCCASIONS
from portulan.steering.models import SealedPlan, Stamp
from portulan.steering.sealed.content import content_of, mark_of, naming
from portulan.steering.sealed.document import ActText
from portulan.steering.sealed.reads import content_in, file_of, get_sealed, sealed_of
from portulan.steering.sealed.stamping import can_stamp
from portulan.steering.sealed.writes import seal_plan, stamp_seal
from portulan.steering.words import Occasion
from portulan.web.crumbs import under_plan
from portulan.web.downloads import tell_export
from portulan.web.fields import DayField
from portulan.web.language import page_language
from portulan.web.pages import Act, Edit, Trail, Typed, screen, sentence
from portulan.web.paging import page_of
from portulan.web.requests import OrganisationRequest, url_in
from portulan.web.steering.sealed.page import action_rows, grouped

PER_PAGE, SENTENCES = 20, 40


def _place(request: OrganisationRequest, plan: Plan) -> str:
    return url_in(request, "steering:sealed-plans", plan.slug)


def _trail(request: OrganisationRequest, plan: Plan) -> Trail:
    return [*under_plan(request, plan), (_place(request, plan), _("Versions votées"))]


def _address(request: OrganisationRequest, name: str, sealed: SealedPlan) -> str:
    place = [request.organisation.slug, sealed.plan.slug, sealed.number]
    return reverse(f"steering:{name}", args=place)


def _under(request: OrganisationRequest, sealed: SealedPlan) -> Trail:
    return [
        *_trail(request, sealed.plan),
        (_address(request, "sealed", sealed), Typed(sealed.title)),
    ]


def _door(
    request: OrganisationRequest, plan: str, number: int, need: Operation = Operation.READ_PLAN
) -> SealedPlan:
    return get_sealed(actor=request.actor, plan_slug=plan, number=number, need=need)


@require_GET
def browse(request: OrganisationRequest, plan: str) -> HttpResponse:
    found = get_plan(actor=request.actor, slug=plan, need=Operation.READ_PLAN)
    page = page_of(request, sealed_of(found), PER_PAGE)
    context = {"plan": found, "page": page, "trail": under_plan(request, found)}
    return render(request, "steering/sealed_plans.html", context)


@screen
def seal(request: OrganisationRequest, plan: str) -> Edit[SealForm, SealedPlan]:
    """Seal the plan: what it holds, and the texts that name somebody, are shown before."""
    found = get_plan(actor=request.actor, slug=plan, need=Operation.SEAL)
    content = content_of(request.actor, plan=found, today=request.today)
    named = naming(content, found.organisation_id)
    return Edit(
        title=_("Sceller le plan"),
        submit=_("Sceller"),
        trail=_trail(request, found),
        form=partial(
            SealForm,
            asks=bool(named),
            initial={
                "read": mark_of(content),
                "decided_on": found.adopted_on,
                "body": found.adopted_by,
            },
        ),
        write=lambda form: seal_plan(
            request.actor, plan=found, today=request.today, **form.given()
        ),
        done=lambda made: _("Plan scellé, n° %(number)s.") % {"number": made.number},
        then=lambda made: _address(request, "sealed", made),
        template="steering/seal.html",
        context={"plan": found, "content": content, "named": named[:30], "named_count": len(named)},
    )


@require_GET
def since_then(request: OrganisationRequest, plan: str, number: int) -> HttpResponse:
    """What a sealed plan became: against today, or against another seal."""
    sealed = _door(request, plan, number)
    against = _against(request, sealed)
    told = since(request.actor, sealed=sealed, against=against, today=request.today)
    page = page_of(request, told.found, SENTENCES)
    others = sealed_of(sealed.plan).exclude(pk=sealed.pk)[:8]
    context = {
        "sealed": sealed,
        "plan": sealed.plan,
        "against": against,
        "content": told.after if against and against.number < sealed.number else told.before,
        "groups": grouped(page.object_list, page_language()),
        "page": page,
        "unmoved": told.unmoved,
        "holds": told.holds,
        "stamp": getattr(sealed, "stamp", None),
        "can_stamp": bool(settings.TIMESTAMP_URL) and can_stamp(),
        "others": others,
        "trail": _trail(request, sealed.plan),
    }
    return render(request, "steering/sealed.html", context)


def _against(request: OrganisationRequest, sealed: SealedPlan) -> SealedPlan | None:
    asked = request.GET.get("against", "")
    if not asked:
        return None
    if not asked.isdecimal() or len(asked) > 9:
        raise NotFoundError(asked)
    return _door(request, sealed.plan.slug, int(asked))


@require_GET
def differences_text(request: OrganisationRequest, plan: str, number: int) -> HttpResponse:
    sealed = _door(request, plan, number)
    told = since(
        request.actor, sealed=sealed, against=_against(request, sealed), today=request.today
    )
    text = as_text(told.before, told.after, told.found, page_language())
    answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
    name = f"{plan}-{sealed.number}-differences.txt"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_GET
def read(request: OrganisationRequest, plan: str, number: int) -> HttpResponse:
    """The plan as it was sealed: nothing of today’s is read."""
    sealed = _door(request, plan, number)
    content = content_in(sealed)
    page = page_of(request, content.actions, PER_PAGE)
    context = {
        "sealed": sealed,
        "content": content,
        "page": page,
        "trail": _under(request, sealed),
    }
    return render(request, "steering/sealed_plan.html", context)


@require_GET
def action(request: OrganisationRequest, plan: str, number: int, action: int) -> HttpResponse:
    """An action as it was sealed."""
    sealed = _door(request, plan, number)
    content = content_in(sealed)
    found = next((one for one in content.actions if one.number == action), None)
    if found is None:
        raise NotFoundError(action)
    where = (_address(request, "sealed-plan", sealed), _("Le plan tel qu’il était"))
    context = {
        "sealed": sealed,
        "action": found,
        "rows": action_rows(found, content, page_language()),
        "trail": [*_under(request, sealed), where],
    }
    return render(request, "steering/sealed_action.html", context)


@require_GET
def file(request: OrganisationRequest, plan: str, number: int) -> HttpResponse:
    sealed = _door(request, plan, number)
    tell_export(request, "sealed")
    answer = HttpResponse(file_of(sealed), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{plan}-{sealed.number}.json"'
    return answer


@screen
def stamp(request: OrganisationRequest, plan: str, number: int) -> Act[Stamp]:
    sealed = _door(request, plan, number, Operation.SEAL)

    def write() -> Stamp:
        try:
            return stamp_seal(request.actor, sealed=sealed, url=settings.TIMESTAMP_URL)
        except UnusableInputError as error:
            raise ValidationError(sentence(error)) from error

    return Act(
        write=write,
        done=_("Sceau horodaté : sa date se prouve à un tiers."),
        back=_address(request, "sealed", sealed),
    )


class SealForm(forms.Form):
    """Why a plan is sealed, the act, and that the texts which name somebody were read."""

    title = forms.CharField(
        label=gettext_lazy("Intitulé"),
        max_length=160,
        help_text=gettext_lazy("Par exemple : vote du 13 décembre 2024, bilan 2025."),
    )
    occasion = forms.ChoiceField(
        label=gettext_lazy("Occasion"),
        choices=[(one, OCCASIONS[one]) for one in Occasion if one is not Occasion.CLOSING],
    )
    body = forms.CharField(label=gettext_lazy("Organe"), max_length=160, required=False)
    decided_on = DayField(label=gettext_lazy("Date de l’acte"), required=False)
    number = forms.CharField(label=gettext_lazy("Numéro de l’acte"), max_length=60, required=False)
    act_page = forms.CharField(label=gettext_lazy("Page"), max_length=40, required=False)
    votes = forms.CharField(
        label=gettext_lazy("Voix, si elles sont connues"), max_length=160, required=False
    )
    texts_read = forms.BooleanField(
        label=gettext_lazy("J’ai lu ces textes : ils peuvent rester ainsi pour toujours."),
        required=False,
    )
    read = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, data: Any = None, *, asks: bool, initial: Mapping[str, Any]) -> None:
        super().__init__(data, initial=dict(initial))
        if not asks:
            del self.fields["texts_read"]

    def given(self) -> dict[str, Any]:
        """Return what the service is told."""
        said = self.cleaned_data
        act = ActText(
            said["body"], said["decided_on"], said["number"], said["act_page"], said["votes"]
        )
        return {
            "title": said["title"],
            "occasion": Occasion(said["occasion"]),
            "act": None if act == ActText() else act,
            "texts_read": said.get("texts_read", False),
            "read": said["read"],
        }
