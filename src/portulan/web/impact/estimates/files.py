"""Estimates from a file: a request in JSON, or an inventory whose devices will last longer.

Nothing is kept between the steps but what the page itself carries, sealed: what is previewed is
what is recorded.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portulan.accounts.access import Operation
from portulan.core.documents import TOO_BIG
from portulan.impact.estimates.drafting import draft_estimate
from portulan.impact.estimates.inventories import Group, groups_of, request_of
from portulan.impact.estimates.writes import estimate_action
from portulan.impact.factors.reads import own_factors, registry_of
from portulan.impact.readers.numecoeval import read_inventory
from portulan.impact.readers.request import LARGEST_FILE, parse
from portulan.impact.words import Moment
from portulan.plans.models import Action
from portulan.plans.plan import get_action
from portulan.web.impact.estimates.views import under_effects
from portulan.web.impact.sentences import (
    column_of,
    factors_said,
    indicators_said,
    parts_said,
    told_with_lines,
)
from portulan.web.impact.uploads import LivesForm, RecordForm, SourceForm, on_disk
from portulan.web.pages import posted, saved
from portulan.web.requests import OrganisationRequest
from portulan.web.sending import apart

_SALT, _A_DAY = "impact.files", 24 * 3600


def _door(request: OrganisationRequest, plan: str, number: int) -> Action:
    return get_action(actor=request.actor, plan_slug=plan, number=number, need=Operation.ESTIMATE)


@require_http_methods(["GET", "POST"])
@apart
def upload(request: OrganisationRequest, plan: str, number: int) -> HttpResponse:
    """Read the files: a request goes to its preview, an inventory asks how long devices last."""
    action = _door(request, plan, number)
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
    context = {
        "action": action,
        "trail": under_effects(request, action),
        "form": form,
        "problems": problems,
    }
    status = 422 if form.errors or problems else 200
    return render(request, "impact/file.html", context, status=status)


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
    with on_disk(files) as paths:
        inventory = read_inventory(paths)
    called = {str(path): str(file.name) for path, file in zip(paths, files, strict=True)}
    problems = told_with_lines(inventory.problems.told(), called)
    registry = registry_of(own_factors(request.organisation.pk))
    groups = groups_of(inventory, registry, request.today)
    if not groups:
        return None, problems or [_("Aucun appareil connu dans ces fichiers.")]
    kept = [group.as_json() for group in groups]
    return _ask_lives(request, action, LivesForm(groups), _sealed(groups=kept), problems), []


def _ask_lives(
    request: OrganisationRequest,
    action: Action,
    form: LivesForm,
    sealed: str,
    problems: list[str],
) -> HttpResponse:
    context = {
        "action": action,
        "trail": under_effects(request, action),
        "form": form,
        "sealed": sealed,
        "problems": problems,
    }
    return render(request, "impact/lives.html", context, status=422 if form.errors else 200)


@require_POST
def lives(request: OrganisationRequest, plan: str, number: int) -> HttpResponse:
    """Preview what longer lives spare."""
    action = _door(request, plan, number)
    kept = _opened(request, "groups")
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
    return _ask_lives(request, action, form, request.POST["sealed"], [])


@require_POST
def record(request: OrganisationRequest, plan: str, number: int) -> HttpResponse:
    """Record what was previewed."""
    action = _door(request, plan, number)
    asked = _opened(request, "request")
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
    messages.success(request, _("Estimation enregistrée : elle ne changera plus."))
    return redirect("impact:estimate", request.organisation.slug, plan, number, estimate.pk)


def _previewed(
    request: OrganisationRequest,
    action: Action,
    asked: Mapping[str, Any],
    form: RecordForm | None = None,
) -> tuple[HttpResponse | None, list[str]]:
    """Return the preview of a request, or why there is none."""
    try:
        draft = draft_estimate(action, asked)
    except ValidationError as error:
        return None, error.messages
    view = draft.combined.view
    context = {
        "action": action,
        "trail": under_effects(request, action),
        "form": form or RecordForm(),
        "sealed": _sealed(request=asked),
        "said": indicators_said(draft.result, view),
        "column": column_of(draft.combined.reach, view),
        "parts": parts_said(draft.result, view),
        "factors": factors_said(draft.factors),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "impact/record.html", context, status=status), []


def _sealed(**content: object) -> str:
    return signing.dumps(content, salt=_SALT, compress=True)


def _opened(request: OrganisationRequest, name: str) -> Any:
    """Return what the page carried, or None, said, when its seal is broken or a day old."""
    try:
        return signing.loads(request.POST.get("sealed", ""), salt=_SALT, max_age=_A_DAY)[name]
    except (signing.BadSignature, KeyError, TypeError):
        messages.error(request, _("Cet aperçu n’est plus valable : déposez le fichier à nouveau."))
        return None
