"""Keeping what an action spares: a record never changes, it is superseded or withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.core.storing import get_one, store
from portulan.impact.engine import VERSION
from portulan.impact.estimates.drafting import draft_estimate
from portulan.impact.estimates.reads import read_from
from portulan.impact.estimates.stored import digest_of
from portulan.impact.models import Estimate
from portulan.impact.verbs import Verb
from portulan.impact.words import REDUCTION, Moment
from portulan.indicators.measurements import refresh_used
from portulan.indicators.models import Measurement
from portulan.plans.access import check
from portulan.plans.models import Action


@transaction.atomic
def estimate_action(
    actor: Actor,
    *,
    action: Action,
    request: Mapping[str, object],
    today: date,
    moment: Moment = Moment.EX_ANTE,
    baseline: str = "",
    note: str = "",
    measurement: Measurement | None = None,
) -> Estimate:
    """Estimate what an action spares and keep it, dated today; earlier ones stay readable.

    `request` is a `portulan-impact/1` request whose estimates are the parts of this action;
    `measurement` is the dated value that a measured estimate rests on. Raises DeniedError,
    NotFoundError, RequestError, ValidationError.
    """
    check(actor, action, Operation.ESTIMATE)
    if measurement is not None:
        _check_measurement(action, moment, measurement)
    draft = draft_estimate(action, request)
    estimate = Estimate(
        action=action,
        moment=moment,
        view=draft.combined.view,
        reach=draft.combined.reach,
        quality=draft.combined.quality,
        is_indicative=draft.combined.is_indicative,
        request=dict(request),
        factors=draft.factors,
        result=draft.result,
        engine=VERSION,
        digest=digest_of(VERSION, request, draft.factors, draft.result),
        baseline=baseline.strip(),
        note=note.strip(),
        measurement=measurement,
        made_on=today,
        person_id=actor.person_id,
        recorded_at=timezone.now(),
    )
    store(estimate)
    changes: dict[str, tuple[object, object]] = {"estimate": (None, estimate.made_on)}
    if told := "; ".join(read_from(estimate.request)):
        changes["source"] = (None, told)
    record(actor, action, Verb.ESTIMATED, changes)
    refresh_used(actor, names=[REDUCTION])
    return estimate


def _check_measurement(action: Action, moment: Moment, measurement: Measurement) -> None:
    if moment is not Moment.MEASURED:
        raise ValidationError({"measurement": _("Un relevé ne fonde qu’une estimation mesurée.")})
    followed = action.indicator_links.filter(indicator_id=measurement.indicator_id).exists()
    if not followed or measurement.withdrawn_at is not None:
        raise ValidationError(
            {"measurement": _("Ce relevé n’est pas de cette action, ou il a été retiré.")}
        )


@transaction.atomic
def withdraw_estimate(actor: Actor, *, estimate: Estimate, reason: str) -> Estimate:
    """Withdraw an estimate, for a reason: it stays readable, and counts no more.

    Raises DeniedError, NotFoundError, ValidationError.
    """
    estimate = _held(actor, estimate)
    if not reason.strip():
        raise ValidationError({"reason": _("Dites pourquoi cette estimation est retirée.")})
    if estimate.withdrawn_at is None:
        estimate.withdrawn_at = timezone.now()
        estimate.withdrawn_by = actor.person_id
        estimate.withdrawn_for = reason.strip()
        _write_withdrawal(estimate)
        changes = {
            "estimate": (estimate.made_on, None),
            "reason": (None, estimate.withdrawn_for),
        }
        record(actor, estimate.action, Verb.ESTIMATE_WITHDRAWN, changes)
        refresh_used(actor, names=[REDUCTION])
    return estimate


@transaction.atomic
def restore_estimate(actor: Actor, *, estimate: Estimate) -> Estimate:
    """Take a withdrawal back. Raises DeniedError, NotFoundError."""
    estimate = _held(actor, estimate)
    if estimate.withdrawn_at is not None:
        estimate.withdrawn_at = estimate.withdrawn_by = None
        estimate.withdrawn_for = ""
        _write_withdrawal(estimate)
        restored = {"estimate": (None, estimate.made_on)}
        record(actor, estimate.action, Verb.ESTIMATE_RESTORED, restored)
        refresh_used(actor, names=[REDUCTION])
    return estimate


def _held(actor: Actor, estimate: Estimate) -> Estimate:
    """Return the estimate as it is now, held with its action."""
    check(actor, estimate.action, Operation.ESTIMATE)
    found = get_one(Estimate.objects.select_for_update(of=("self",)), pk=estimate.pk)
    found.action = estimate.action
    return found


def _write_withdrawal(estimate: Estimate) -> None:
    """Write these three columns alone: guards refuse any other."""
    estimate.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_for"])
