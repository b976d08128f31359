"""Candidates and their levels: every figure typed here says so, and is never filled over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from portulan.accounts.actors import Actor
from portulan.core import trail
from portulan.core.errors import NotFoundError
from portulan.core.storing import store
from portulan.plans.models import Action
from portulan.plans.words import CommitmentLevel
from portulan.portfolio.access import changed, hold
from portulan.portfolio.models import Candidate, CandidateLevel, Scenario
from portulan.portfolio.verbs import Verb
from portulan.portfolio.words import Origin

MOST = 10**9  # euros or days: beyond, it was counted in another unit


class CandidateFields(TypedDict, total=False):
    """What is typed of a candidate."""

    label: str
    theme: str
    gate: CommitmentLevel | None
    after: int | None
    after_reason: str
    must_level: CommitmentLevel | None
    must_by: int | None
    must_reason: str
    step_level: CommitmentLevel | None
    step_start: int | None
    step_reason: str
    out_reason: str


class LevelFields(TypedDict, total=False):
    """What is typed of a level: `models.CandidateLevel` says the shapes."""

    duration: int
    cost: Mapping[str, Sequence[int]] | None
    running: Mapping[str, int]
    days: Mapping[str, Sequence[int]]
    running_days: Mapping[str, int]
    impact_low: int | None
    impact_likely: int | None
    impact_high: int | None
    score_law: int | None
    score_readiness: int | None
    score_social: int | None


# Which group of figures a field belongs to: a group has one origin.
GROUPS = {
    "must_level": "must", "must_by": "must", "must_reason": "must",
    "step_level": "step", "step_start": "step", "step_reason": "step",
    "out_reason": "out", "gate": "gate", "theme": "theme",
    "after": "after", "after_reason": "after",
    "cost": "cost", "running": "running", "days": "days", "running_days": "running_days",
    "impact_low": "impact", "impact_likely": "impact", "impact_high": "impact",
    "score_law": "scores", "score_readiness": "scores", "score_social": "scores",
}  # fmt: skip


@transaction.atomic
def add_candidate(
    actor: Actor, *, scenario: Scenario, action: Action, label: str = ""
) -> Candidate:
    """Add an action of the plan, or with a label, an addition to one.

    Raises DeniedError, NotFoundError (an action of another plan), ValidationError.
    """
    hold(actor, scenario)
    if action.plan_id != scenario.plan_id:
        raise NotFoundError(action.pk)
    known = Candidate.objects.filter(scenario=scenario, action=action)
    label = label.strip()
    rank = 0
    if label:
        rank = (known.aggregate(last=Max("rank"))["last"] or 0) + 1
    elif known.filter(rank=0).exists():
        raise ValidationError(
            {
                "label": _("L’action %(number)s est déjà candidate : nommez ce qui s’y ajouterait.")
                % {"number": action.number}
            }
        )
    candidate = Candidate(scenario=scenario, action=action, rank=rank, label=label)
    store(candidate)
    changed(actor, scenario, Verb.CANDIDATE_ADDED, {"candidate": (None, candidate.key)})
    return candidate


@transaction.atomic
def edit_candidate(
    actor: Actor,
    *,
    candidate: Candidate,
    origins: Mapping[str, Origin] | None = None,
    **fields: Unpack[CandidateFields],
) -> None:
    """Change what is said of a candidate; `origins` by group of figures, else they are typed.

    Raises DeniedError, NotFoundError, ValidationError.
    """
    hold(actor, candidate.scenario)
    changes = trail.set_fields(candidate, fields)
    _check_candidate(candidate)
    if changes:
        _say_origins(candidate, changes, origins)
        store(candidate)
        changed(
            actor,
            candidate.scenario,
            Verb.CANDIDATE_EDITED,
            _named(f"candidate:{candidate.key}", changes),
        )


@transaction.atomic
def remove_candidate(actor: Actor, *, candidate: Candidate) -> None:
    """Take a candidate out of the scenario, with the rules that speak of it alone.

    Raises DeniedError, NotFoundError, ValidationError.
    """
    scenario, key = candidate.scenario, candidate.key
    hold(actor, scenario)
    candidate.delete()
    scenario.rules.exclude(kind="coverage").filter(candidates=None).delete()
    changed(actor, scenario, Verb.CANDIDATE_REMOVED, {"candidate": (key, None)})


@transaction.atomic
def save_level(
    actor: Actor,
    *,
    candidate: Candidate,
    level: CommitmentLevel,
    origins: Mapping[str, Origin] | None = None,
    **fields: Unpack[LevelFields],
) -> CandidateLevel:
    """Say what a candidate takes and brings at a level, new or known; `origins` as above.

    Raises DeniedError, NotFoundError, ValidationError at the field.
    """
    hold(actor, candidate.scenario)
    kept = CandidateLevel.objects.filter(candidate=candidate, level=level).first()
    row = kept or CandidateLevel(candidate=candidate, level=level)
    changes = trail.set_fields(row, fields)
    _check_level(row)
    if changes or kept is None:
        _say_origins(row, changes, origins)
        store(row)
        name = f"level:{candidate.key}:{level.value}"
        changed(actor, candidate.scenario, Verb.LEVEL_SAVED, _named(name, changes))
    return row


@transaction.atomic
def remove_level(actor: Actor, *, level: CandidateLevel) -> None:
    """Take a level away from a candidate. Raises DeniedError, NotFoundError, ValidationError."""
    candidate = level.candidate
    hold(actor, candidate.scenario)
    name = f"level:{candidate.key}:{level.level}:level"
    level.delete()
    changed(actor, candidate.scenario, Verb.LEVEL_REMOVED, {name: (level.level, None)})


def _say_origins(
    row: Candidate | CandidateLevel,
    changes: Mapping[str, object],
    origins: Mapping[str, Origin] | None,
) -> None:
    groups = {GROUPS[name] for name in changes if name in GROUPS}
    said = {group: (origins or {}).get(group, Origin.TYPED).value for group in sorted(groups)}
    row.origins = row.origins | said


def _named(name: str, changes: Mapping[str, trail.Change]) -> dict[str, trail.Change]:
    return {f"{name}:{field}": change for field, change in changes.items()}


def _check_candidate(candidate: Candidate) -> None:
    refused: dict[str, str] = {}
    years = candidate.scenario.years
    outside = _("Choisissez une année du scénario, de %(first)s à %(last)s.") % {
        "first": years[0],
        "last": years[-1],
    }
    for level, year in (("must_level", "must_by"), ("step_level", "step_start")):
        at, when = getattr(candidate, level), getattr(candidate, year)
        if (at is None) != (when is None):
            missing = level if at is None else year
            refused[missing] = _("Donnez le niveau et l’année, ou aucun des deux.")
        elif when is not None and when not in years:
            refused[year] = outside
    refused |= _check_contract(candidate, outside)
    if candidate.must_level is not None and not candidate.must_reason.strip():
        refused["must_reason"] = _("Dites quelle loi ou quel engagement l’impose.")
    if candidate.step_level is not None and candidate.out_reason.strip():
        refused["out_reason"] = _("Une action décidée n’est pas écartée : choisissez.")
    if candidate.gate == CommitmentLevel.IMPLEMENTATION:
        refused["gate"] = _("Le passage obligé vient avant la Réalisation.")
    if candidate.rank and not candidate.label.strip():
        refused["label"] = _("Nommez ce qui s’ajoute à l’action.")
    if refused:
        raise ValidationError(refused)


def _check_contract(candidate: Candidate, outside: str) -> dict[str, str]:
    """Return what is wrong in the contract that a candidate awaits, by field."""
    if candidate.after is not None and candidate.after not in candidate.scenario.years:
        return {"after": outside}
    if (candidate.after is None) is not bool(candidate.after_reason.strip()):
        return {}
    missing = "after" if candidate.after is None else "after_reason"
    return {missing: _("Donnez l’année et le marché, ou aucun des deux.")}


def _check_level(row: CandidateLevel) -> None:
    refused: dict[str, str] = {}
    if not 1 <= row.duration <= len(row.candidate.scenario.years):
        refused["duration"] = _("La durée va de 1 à %(most)s années.") % {
            "most": len(row.candidate.scenario.years)
        }
    for name in ("cost", "days"):
        for amounts in (getattr(row, name) or {}).values():
            if len(amounts) != row.duration:
                refused[name] = _("Donnez un nombre par année de travail : %(duration)s.") % {
                    "duration": row.duration
                }
    for name in ("cost", "running", "days", "running_days"):
        if any(not 0 <= amount <= MOST for amount in _amounts(getattr(row, name))):
            refused[name] = _("Un montant va de 0 à un milliard.")
    impact = (row.impact_low, row.impact_likely, row.impact_high)
    known = [part for part in impact if part is not None]
    if known and len(known) < len(impact):
        refused["impact_likely"] = _("Donnez les trois impacts, ou aucun : il reste inconnu.")
    elif known != sorted(known):
        refused["impact_likely"] = _("L’impact probable est entre le plus bas et le plus haut.")
    if refused:
        raise ValidationError(refused)


def _amounts(by_name: Mapping[str, Any] | None) -> list[int]:
    found: list[int] = []
    for amounts in (by_name or {}).values():
        found += [amounts] if isinstance(amounts, int) else amounts
    return found
