"""Rules of attribution: seen, made, proposed again, withdrawn."""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.accounts.access import Operation
from portulan.accounts.reads import labels_of
from portulan.budget.attributions import rule_writes
from portulan.budget.attributions.reads import get_rule, open_matches, rules
from portulan.budget.attributions.rule_writes import Proposed
from portulan.budget.attributions.rules import ASKED
from portulan.budget.models import AttributionRule
from portulan.web.budget.attributions.forms import AttributionRuleForm
from portulan.web.budget.attributions.page import criteria_words, proposed_words
from portulan.web.pages import Act, Confirm, Edit, screen
from portulan.web.paging import page_of
from portulan.web.requests import OrganisationRequest, url_in

PER_PAGE = 20
# Lines of a rule shown for one year; the page says how many there are.
SHOWN = 15


@screen
def browse(
    request: OrganisationRequest,
) -> Edit[AttributionRuleForm, tuple[AttributionRule, Proposed]]:
    """The rules, and a new one."""
    if request.method == "POST":
        request.actor.require(Operation.PROPOSE)
    return Edit(
        back=url_in(request, "budget:attribution-rules"),
        form=partial(AttributionRuleForm, request.actor.organisation_id, initial=_initial(request)),
        write=lambda form: rule_writes.make_rule(request.actor, **form.service_values()),
        done=lambda made: _("Règle enregistrée.") + " " + proposed_words(made[1]),
        then=lambda made: url_in(request, "budget:attribution-rule", made[0].pk),
        template="budget/attribution_rules.html",
        context=lambda: {"page": page_of(request, rules(actor=request.actor), PER_PAGE)},
    )


def _initial(request: OrganisationRequest) -> dict[str, object]:
    """Return what the page that leads here already knows: a contract, an account…"""
    known = {name: request.GET.get(name, "")[:300] for name in ASKED}
    return {"first_year": request.GET.get("year", request.today.year), **known}


@screen
def rule(request: OrganisationRequest, pk: int) -> Confirm[Proposed | None]:
    """One rule: its lines in the open years, and why some have no proposal. POST proposes again."""
    found = get_rule(actor=request.actor, pk=pk, need=Operation.READ_BUDGET)
    if request.method == "POST":
        request.actor.require(Operation.PROPOSE)

    def write() -> Proposed | None:
        stands = found.withdrawn_at is None
        return rule_writes.propose_again(request.actor, rule=found) if stands else None

    def context() -> dict[str, object]:
        # Those where it proposes nothing stand last.
        years = [
            (year, sorted(lines, key=lambda match: match.existing is None))
            for year, lines in open_matches(found)
        ]
        people = labels_of([found.person_id, found.withdrawn_by])
        return {
            "rule": found,
            "name": criteria_words(found, request.actor.may(Operation.PROPOSE)),
            "years": [(year, rows[:SHOWN], len(rows)) for year, rows in years],
            "author": people.get(found.person_id or 0, ""),
            "withdrawer": people.get(found.withdrawn_by or 0, ""),
        }

    return Confirm(
        back=url_in(request, "budget:attribution-rule", pk),
        write=write,
        done=lambda proposed: "" if proposed is None else proposed_words(proposed),
        template="budget/attribution_rule.html",
        context=context,
    )


@screen
def withdraw(request: OrganisationRequest, pk: int) -> Act[int]:
    """Withdraw a rule, with what it proposed and nobody accepted."""
    found = get_rule(actor=request.actor, pk=pk, need=Operation.PROPOSE)
    return Act(
        write=lambda: rule_writes.withdraw_rule(request.actor, rule=found),
        done=lambda count: (
            ngettext(
                "Règle retirée, avec %(count)s proposition en attente.",
                "Règle retirée, avec %(count)s propositions en attente.",
                count,
            )
            % {"count": count}
        ),
        back=url_in(request, "budget:attribution-rule", pk),
    )
