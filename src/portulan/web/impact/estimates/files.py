"""Estimates from a file: a request in JSON, or an inventory whose devices will last longer.

Nothing is kept between the steps but what the page itself carries, sealed: what is previewed is
what is recorded.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from portulan.core.documents import TOO_BIG
from portulan.impact.engine.names import device_name
from portulan.impact.estimates.drafting import draft_estimate
from portulan.impact.estimates.inventories import Group, groups_of, request_of
from portulan.impact.estimates.writes import estimate_action
from portulan.impact.factors.reads import own_factors, registry_of
from portulan.impact.readers.numecoeval import read_inventory
from portulan.impact.readers.request import LARGEST_FILE, parse
from portulan.impact.words import Moment
from portulan.plans.models import Action
from portulan.web.fields import NumberField
from portulan.web.impact.estimates.forms import RecordForm
from portulan.web.impact.estimates.views import door, shown, under_effects
from portulan.web.impact.uploads import FilesField, opened, read_uploaded, sealed, told_with_lines
from portulan.web.language import page_language
from portulan.web.pages import posted, saved, status_of
from portulan.web.requests import OrganisationRequest
from portulan.web.sending import apart


@require_http_methods(["GET", "POST"])
@apart
def upload(request: OrganisationRequest, plan: str, number: int) -> HttpResponse:
    """Read the files: a request goes to its preview, an inventory asks how long devices last."""
    action = door(request, plan, number)
    form = SourceForm(posted(request), request.FILES if request.method == "POST" else None)
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        files: list[UploadedFile[Any]] = form.cleaned_data["sources"]
        if len(files) == 1 and str(files[0].name).lower().endswith(".json"):
            response, problems = _from_request(request, action, files[0])
        else:
            response, problems = _from_inventory(request, action, files)
        if response is not None:
            return response
    return _page(request, action, "file", form, problems, 422 if problems else 200)


def _page(
    request: OrganisationRequest,
    action: Action,
    name: str,
    form: forms.Form,
    problems: Sequence[str] = (),
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    context |= {
        "action": action,
        "trail": under_effects(request, action),
        "form": form,
        "problems": problems,
    }
    return render(request, f"impact/{name}.html", context, status=max(status, status_of(form)))


def _from_request(
    request: OrganisationRequest, action: Action, file: UploadedFile[Any]
) -> tuple[HttpResponse | None, list[str]]:
    if (file.size or 0) > LARGEST_FILE:
        return None, told_with_lines((TOO_BIG.at(limit=LARGEST_FILE),))
    content = file.read()
    registry = registry_of(own_factors(request.organisation.pk))
    reading = parse(content, registry, file=file.name)
    if reading.request is None:
        return None, told_with_lines(reading.problems)
    return _previewed(request, action, json.loads(content.decode("utf-8-sig")))


def _from_inventory(
    request: OrganisationRequest, action: Action, files: list[UploadedFile[Any]]
) -> tuple[HttpResponse | None, list[str]]:
    inventory, called = read_uploaded(files, read_inventory)
    problems = told_with_lines(inventory.problems.told(), called)
    registry = registry_of(own_factors(request.organisation.pk))
    groups = groups_of(inventory, registry, request.today)
    if not groups:
        return None, problems or [str(_("Aucun appareil connu dans ces fichiers."))]
    carried = sealed("groups", [asdict(group) for group in groups])
    return _page(request, action, "lives", LivesForm(groups), problems, sealed=carried), []


@require_POST
def lives(request: OrganisationRequest, plan: str, number: int) -> HttpResponse:
    """Preview what longer lives spare."""
    action = door(request, plan, number)
    kept = opened(request, "groups")
    if kept is None:
        return redirect("impact:file", request.organisation.slug, plan, number)
    groups = [Group(**one) for one in kept]
    form = LivesForm(groups, request.POST)
    if form.is_valid():
        asked = request_of(groups, form.cleaned_data["lives"])
        response, problems = _previewed(request, action, asked)
        if response is not None:
            return response
        for problem in problems:
            form.add_error(None, problem)
    return _page(request, action, "lives", form, sealed=request.POST["sealed"])


@require_POST
def record(request: OrganisationRequest, plan: str, number: int) -> HttpResponse:
    """Record what was previewed."""
    action = door(request, plan, number)
    asked = opened(request, "request")
    if asked is None:
        return redirect("impact:file", request.organisation.slug, plan, number)
    form = RecordForm(request.POST)
    estimate = saved(
        form,
        lambda: estimate_action(
            request.actor,
            action=action,
            request=asked,
            today=request.today,
            moment=Moment(form.cleaned_data["moment"]),
            baseline=form.cleaned_data["baseline"],
            note=form.cleaned_data["note"],
        ),
    )
    if estimate is None:
        response, _problems = _previewed(request, action, asked, form)
        return response or redirect("impact:file", request.organisation.slug, plan, number)
    messages.success(request, str(_("Estimation enregistrée : elle ne changera plus.")))
    return redirect("impact:estimate", request.organisation.slug, plan, number, estimate.pk)


def _previewed(
    request: OrganisationRequest,
    action: Action,
    asked: Mapping[str, Any],
    form: RecordForm | None = None,
) -> tuple[HttpResponse | None, list[str]]:
    """Return the preview of a request, or why there is none."""
    try:
        draft = shown(draft_estimate(action, asked))
    except ValidationError as error:
        return None, error.messages
    carried = sealed("request", asked)
    return _page(request, action, "record", form or RecordForm(), sealed=carried, **draft), []


class SourceForm(forms.Form):
    sources = FilesField(
        label=_("Fichiers"),
        help_text=_(
            "Une demande d’impact en JSON, ou les tables d’un inventaire NumEcoEval en CSV."
        ),
    )


class LivesForm(forms.Form):
    """How long the devices of an inventory are kept, without the action and with it."""

    def __init__(self, groups: Sequence[Group], data: Any = None) -> None:
        super().__init__(data)
        self.groups = groups
        for group in groups:
            for name, label in (("before", _("sans l’action")), ("after", _("avec l’action"))):
                self.fields[f"{name}-{group.device}"] = NumberField(label=label, required=False)
            if group.life is not None:
                self.initial[f"before-{group.device}"] = Decimal(str(group.life))

    def rows(self) -> list[tuple[Group, str, tuple[forms.BoundField, ...]]]:
        return [
            (
                group,
                device_name(group.device, page_language()),
                (self[f"before-{group.device}"], self[f"after-{group.device}"]),
            )
            for group in self.groups
        ]

    def clean(self) -> dict[str, Any]:
        chosen = {
            group.device: (before, after)
            for group in self.groups
            if (after := self.cleaned_data.get(f"after-{group.device}")) is not None
            and (before := self.cleaned_data.get(f"before-{group.device}")) is not None
        }
        if not chosen and not self.errors:
            raise ValidationError(_("Dites pour un appareil au moins combien de temps il servira."))
        return {"lives": chosen}
