"""Starting from a ready-made plan: who, when and what for of each action, on one page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.accounts.access import Operation
from portulan.core.errors import NotFoundError
from portulan.core.periods import month_end
from portulan.plans.models import Plan
from portulan.plans.starters.starter import Starter
from portulan.plans.starters.writes import STARTERS, Taken, start_plan
from portulan.web.crumbs import plan_url
from portulan.web.fields import CalendarYearField, DayField
from portulan.web.language import page_language
from portulan.web.pages import Edit, screen
from portulan.web.requests import OrganisationRequest, url_in

# The fields of an action, in the order of a row: kept or not, what, who, by when, what for.
ROW = ("keep", "title", "pilot", "due", "why")


@screen
def start(request: OrganisationRequest, key: str) -> Edit[StarterForm, Plan]:
    request.actor.require(Operation.EDIT_PLAN)
    starter = STARTERS.get(key)
    if starter is None:
        raise NotFoundError(key)
    home = url_in(request, "dashboard:page")
    return Edit(
        title=starter.title.say(page_language()),
        submit=_("Faire ce plan"),
        back=url_in(request, "plans:current"),
        form=partial(StarterForm, starter, request.today),
        write=lambda form: start_plan(
            request.actor,
            title=form.cleaned_data["title"],
            first_year=form.cleaned_data["first_year"],
            last_year=form.cleaned_data["last_year"],
            taken=form.taken(),
            today=request.today,
        ),
        done=_("Plan fait. Tout s’y change à tout moment."),
        then=lambda made: home if request.organisation.is_simple else plan_url(request, made),
        template="plans/starter.html",
        context={"starter": starter},
    )


class StarterForm(forms.Form):
    """A ready-made plan, each of its actions kept or not."""

    title = forms.CharField(label=gettext_lazy("Titre du plan"), max_length=200)
    first_year = CalendarYearField(label=gettext_lazy("Première année"))
    last_year = CalendarYearField(label=gettext_lazy("Dernière année"))

    def __init__(self, starter: Starter, today: date, data: Any = None) -> None:
        language = page_language()
        initial: dict[str, Any] = {
            "title": starter.title.say(language),
            "first_year": today.year,
            "last_year": today.year + 2,
        }
        super().__init__(data, initial=initial)
        self.starter = starter
        for rank, action in enumerate(starter.actions):
            self.fields |= {
                f"keep-{rank}": forms.BooleanField(label=_("Garder"), required=False, initial=True),
                f"title-{rank}": _line(250, _("Action"), action.title.say(language)),
                f"pilot-{rank}": _line(160, _("Qui"), action.pilot.say(language)),
                f"due-{rank}": DayField(
                    label=_("Pour le"),
                    required=False,
                    initial=month_end(today, months=action.months),
                ),
                f"why-{rank}": _line(500, _("Pour quoi"), action.why.say(language)),
            }
            for name in ROW:
                field = self.fields[f"{name}-{rank}"]
                field.widget.attrs["aria-label"] = f"{field.label} {rank + 1}"

    def rows(self) -> Iterator[tuple[Any, list[forms.BoundField]]]:
        """Yield each action with its fields."""
        for rank, action in enumerate(self.starter.actions):
            yield action, [self[f"{name}-{rank}"] for name in ROW]

    def taken(self) -> list[Taken]:
        """Return the actions kept, as they were said."""
        given, language = self.cleaned_data, page_language()
        return [
            Taken(
                action,
                given[f"title-{rank}"] or action.title.say(language),
                given[f"pilot-{rank}"],
                given[f"due-{rank}"],
                given[f"why-{rank}"],
            )
            for rank, action in enumerate(self.starter.actions)
            if given[f"keep-{rank}"]
        ]


def _line(length: int, label: str, initial: str) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, required=False, initial=initial)
