"""The vote of a plan, and what is said of the dates that do not agree."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from portulan.accounts.access import Operation
from portulan.plans.models import CommitmentDecision, Plan
from portulan.plans.selectors import actions_to_vote, get_plan, voting_of
from portulan.plans.services import vote_plan
from portulan.web import formats
from portulan.web.form_pages import FormPage, form_page
from portulan.web.language import page_language
from portulan.web.plans.crumbs import plan_url, under_plan
from portulan.web.plans.forms.votes import PlanVoteForm
from portulan.web.requests import OrganisationRequest
from portulan.web.saving import posted


@require_http_methods(["GET", "POST"])
def vote(request: OrganisationRequest, plan: str) -> HttpResponse:
    """Adopt all the actions ticked by one vote; the plan takes its date if it has none."""
    found = get_plan(actor=request.actor, slug=plan, need=Operation.DECIDE)
    form = PlanVoteForm(found, actions_to_vote(found), request.today, posted(request))
    page = FormPage(
        title=_("Enregistrer le vote du plan"),
        trail=under_plan(request, found),
        back=plan_url(request, found),
        submit=_("Enregistrer le vote"),
        template="plans/vote.html",
    )
    made: list[CommitmentDecision] = []

    def save() -> None:
        made.extend(
            vote_plan(
                request.actor,
                plan=found,
                votes=form.votes(),
                on=form.cleaned_data["decided_on"],
                body=form.cleaned_data["body"],
                reference=form.cleaned_data["reference"],
                today=request.today,
            )
        )

    return form_page(
        request,
        form,
        page,
        save=save,
        done=lambda: (
            page.back,
            ngettext("Une action votée.", "%(count)s actions votées.", len(made))
            % {"count": len(made)},
        ),
        plan=found,
    )


def dates_apart(plan: Plan) -> str:
    """Return in a sentence why the vote of a plan and those of its actions do not agree."""
    voting = voting_of(plan)
    if voting.lacks_date:
        return _("Toutes les actions sont votées : donnez la date du vote du plan.")
    if not voting.later or voting.first_later is None:
        return ""
    return ngettext(
        "Une action est votée après cette date, le %(first)s : elle ne compte pas parmi celles du "
        "vote du plan. Si c’était le même vote, corrigez la date du plan.",
        "%(count)s actions sont votées après cette date, la première le %(first)s : elles ne "
        "comptent pas parmi celles du vote du plan. Si c’était le même vote, corrigez la date du "
        "plan.",
        voting.later,
    ) % {"count": voting.later, "first": formats.date(voting.first_later, page_language())}
