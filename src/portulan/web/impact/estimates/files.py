"""Estimates from a file: a request in JSON, or an inventory whose devices will last longer.

Nothing is kept between the steps but what the page itself carries, sealed: what is previewed is
what is recorded.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portulan.core.documents import TOO_BIG
from portulan.impact.engine.names import device_name
from portulan.impact.estimates.drafting import draft_estimate
from portulan.impact.estimates.inventories import Group, groups_of, request_of
from portulan.impact.estimates.writes import estimate_action
from portulan.impact.factors.reads import own_factors, registry_of
from portulan.impact.models import Estimate
from portulan.impact.readers.numecoeval import read_inventory
from portulan.impact.readers.request import LARGEST_FILE, parse
from portulan.impact.words import Moment
from portulan.plans.models import Action
from portulan.sources.reads import inventories_of
from portulan.web.fields import NumberField
from portulan.web.form_tokens import apart
from portulan.web.impact.estimates.forms import RecordForm
from portulan.web.impact.estimates.views import door, shown, under_effects
from portulan.web.language import page_language
from portulan.web.pages import Edit, Preview, Shown, screen
from portulan.web.requests import OrganisationRequest
from portulan.web.uploads import FilesField, opened, read_uploaded, sealed, told_with_lines

MOST_TOLD = 20  # what is wrong with a file, at once


@apart
@screen
def upload(request: OrganisationRequest, plan: str, number: int) -> Preview[SourceForm]:
    """Read the files: a request goes to its preview, an inventory asks how long devices last."""
    action = door(request, plan, number)
    return Preview(
        form=lambda data: SourceForm(data, request.FILES or None),
        read=lambda form: _read(request, action, form.cleaned_data["sources"]),
        template="impact/file.html",
        context={**around(request, action), "inventories": inventories_of(actor=request.actor)},
    )


@screen
def lives(
    request: OrganisationRequest, plan: str, number: int
) -> Preview[LivesForm] | HttpResponse:
    """Ask how long the devices of an inventory last, then preview what longer lives spare."""
    action = door(request, plan, number)
    kept = opened(request, "groups")
    if kept is None:
        return redirect("impact:file", request.organisation.slug, plan, number)
    return _lives(request, action, [Group(**one) for one in kept])


@screen
def record(
    request: OrganisationRequest, plan: str, number: int
) -> Edit[RecordForm, Estimate] | HttpResponse:
    """Record what was previewed."""
    action = door(request, plan, number)
    asked = opened(request, "request")
    if asked is None:
        return redirect("impact:file", request.organisation.slug, plan, number)
    return record_of(request, action, asked)


def around(request: OrganisationRequest, action: Action) -> dict[str, Any]:
    return {"action": action, "trail": under_effects(request, action)}


def _read(
    request: OrganisationRequest, action: Action, files: Sequence[UploadedFile[Any]]
) -> Shown:
    """Return what the files lead to. Raises ValidationError."""
    if len(files) > 1 or not str(files[0].name).lower().endswith(".json"):
        return _inventory(request, action, files)
    [file] = files
    if (file.size or 0) > LARGEST_FILE:
        raise ValidationError(told_with_lines((TOO_BIG.at(limit=LARGEST_FILE),)))
    content = file.read()
    registry = registry_of(own_factors(request.organisation.pk))
    reading = parse(content, registry, file=file.name)
    if reading.request is None:
        raise ValidationError(told_with_lines(reading.problems[:MOST_TOLD]))
    return record_of(request, action, json.loads(content.decode("utf-8-sig")))


def _inventory(
    request: OrganisationRequest, action: Action, files: Sequence[UploadedFile[Any]]
) -> Shown:
    inventory, called = read_uploaded(files, read_inventory)
    problems = told_with_lines(inventory.problems.told(), called)
    registry = registry_of(own_factors(request.organisation.pk))
    groups = groups_of(inventory, registry, request.today)
    if not groups:
        raise ValidationError(problems[:MOST_TOLD] or _("Aucun appareil connu dans ces fichiers."))
    return _lives(request, action, groups, problems)


def _lives(
    request: OrganisationRequest,
    action: Action,
    groups: Sequence[Group],
    problems: Sequence[str] = (),
) -> Preview[LivesForm]:
    return Preview(
        form=partial(LivesForm, groups),
        read=lambda form: record_of(
            request, action, request_of(groups, form.cleaned_data["lives"])
        ),
        template="impact/lives.html",
        context={
            **around(request, action),
            "problems": problems,
            "sealed": sealed("groups", [asdict(group) for group in groups]),
        },
    )


def record_of(
    request: OrganisationRequest, action: Action, asked: Mapping[str, Any], baseline: str = ""
) -> Edit[RecordForm, Estimate]:
    """Return what records a request. Raises ValidationError for one that cannot be estimated."""
    where = [request.organisation.slug, action.plan.slug, action.number]
    draft = shown(draft_estimate(action, asked))
    return Edit(
        back=reverse("impact:file", args=where),
        form=partial(RecordForm, initial={"baseline": baseline}),
        write=lambda form: estimate_action(
            request.actor,
            action=action,
            request=asked,
            today=request.today,
            moment=Moment(form.cleaned_data["moment"]),
            baseline=form.cleaned_data["baseline"],
            note=form.cleaned_data["note"],
        ),
        done=_("Estimation enregistrée : elle ne changera plus."),
        then=lambda made: reverse("impact:estimate", args=[*where, made.pk]),
        template="impact/record.html",
        context={**around(request, action), **draft, "sealed": sealed("request", asked)},
    )


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
