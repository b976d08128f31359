"""The phones of a vote on a scenario: no account, one ballot that may change until it closes."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from portulan.accounts.attempts import count_by_link
from portulan.accounts.peers import client_address
from portulan.core.errors import NotFoundError
from portulan.core.say import numbers
from portulan.core.say.country import settle
from portulan.portfolio.choice.writing import POINTS_EACH
from portulan.portfolio.models import RoomChoice
from portulan.portfolio.room.writes import find_voting_phone, vote
from portulan.portfolio.words import Voted
from portulan.web.errors import not_found, too_many
from portulan.web.fields import WholeField
from portulan.web.form_tokens import apart
from portulan.web.guests import Host
from portulan.web.language import page_language, speak_as_here
from portulan.web.pages import posted


@login_not_required
@apart
@require_http_methods(["GET", "POST"])
def ballot(request: HttpRequest, token: str) -> HttpResponse:
    """What one would choose under the envelope; once sent, that it came."""
    try:
        phone = find_voting_phone(token)
    except NotFoundError as error:
        counted = count_by_link(client_address(request))
        return not_found(request, error) if counted else too_many(request)
    choice, now = phone.choice, timezone.now()
    organisation = choice.scenario.organisation
    settle(organisation.country, organisation.currency)
    speak_as_here()
    host = Host(organisation.name, organisation.fictional, organisation.frozen_on)
    context: dict[str, object] = {"organisation": host, "here": request.path, "choice": choice}
    if choice.closed_at is not None or choice.until <= now:
        return render(request, "plans/rooms/over.html", context, status=410)
    own = phone.own()
    form = BallotForm(choice, own or {}, posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            vote(phone, content=form.said, now=now)
            return redirect(request.path)
        except ValidationError as error:
            form.add_error(None, error)
    context |= {
        "form": form,
        "own": own if "again" not in request.GET and not form.is_bound else None,
        "sent": [one["title"] for one in choice.projects if one["id"] in (own or {})],
        "points": POINTS_EACH if choice.voted == Voted.POINTS else 0,
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "portfolio/room/phone.html", context, status=status)


class BallotForm(forms.Form):
    """Boxes to tick, or points to give."""

    is_free = True

    def __init__(self, choice: RoomChoice, own: Mapping[str, int], data: Any = None) -> None:
        super().__init__(data)
        labels = [(one["id"], _label(one)) for one in choice.projects]
        self._by_points = choice.voted == Voted.POINTS
        if self._by_points:
            for key, label in labels:
                self.fields[key] = WholeField(
                    label=label, most=POINTS_EACH, required=False, initial=own.get(key)
                )
        else:
            self.fields["approved"] = forms.MultipleChoiceField(
                label=_("Ce que vous soutenez"),
                choices=labels,
                initial=list(own),
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    @property
    def said(self) -> dict[str, int]:
        if self._by_points:
            return {key: points for key, points in self.cleaned_data.items() if points}
        return dict.fromkeys(self.cleaned_data["approved"], 1)


def _label(project: Mapping[str, Any]) -> str:
    cost = numbers.money(Decimal(project["cost"]), page_language(), unit="k€")
    return f"{project['title']} · {cost}"
