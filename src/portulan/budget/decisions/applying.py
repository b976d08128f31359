"""Writing what a sheet of decisions changes, all together, and giving back what stood before.

In three steps, so that no line holds more than its share meanwhile: attributions that leave room,
then verdicts, then attributions that take room.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import batched
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from portulan.accounts.actors import Actor
from portulan.accounts.trail import record_many
from portulan.budget.attributions.evidence import follow_evidence
from portulan.budget.decisions.columns import Column
from portulan.budget.decisions.judging import Outcome, made_of
from portulan.budget.decisions.standing import ActionNames
from portulan.budget.lines.kept_sums import following
from portulan.budget.models import Attribution, BudgetLine, FiscalYear, LineOverride
from portulan.budget.perimeter.judged_lines import Judge
from portulan.budget.perimeter.writes import judge_again, perimeter_in_force
from portulan.budget.verbs import Verb
from portulan.budget.words import AttributionStatus
from portulan.core.money import ZERO
from portulan.core.trail import Change

_CHUNK = 500
_LINE = (
    *("verdict", "it_share", "verdict_reason", "overridden", "post", "run_build"),
    *("reviewed_on", "reviewed_by"),
)
_OVERRIDE = ("verdict", "share", "reason", "person_id", "decided_at", "together", "learnt_from")
_GIVEN = (
    *("action_id", "share", "amount", "stage", "outside_it", "key", "method", "status"),
    *("reason", "evidence", "person_id", "recorded_at"),
)
_FIELDS = [name.removesuffix("_id") if name == "action_id" else name for name in _GIVEN]
_NAMES = {Column.OUTSIDE: "outside_it"}
type Before = dict[str, dict[str, Any]]


def apply(actor: Actor, deeds: Sequence[Outcome], *, on: date) -> Before:
    """Write what the rows decide, and return what stood before it, as plain values.

    To be called inside the transaction that holds the year.
    """
    names = ActionNames(actor.organisation_id)
    pks = sorted({one.standing.line.pk for one in deeds if one.standing is not None})
    lines = BudgetLine.everything.in_bulk(pks)
    overrides = {one.line_id: one for one in LineOverride.objects.filter(line__in=pks)}
    before: Before = {
        "lines": {str(pk): _line_before(lines[pk], overrides.get(pk)) for pk in pks},
        "attributions": {},
    }
    made = [(one, made_of(one, names)) for one in deeds if one.given]
    with following(pks):
        _write_attributions(actor, [item for item in made if _leaves_room(*item)], before)
        _write_lines(actor, [one for one in deeds if one.line], lines, on=on)
        _write_attributions(actor, [item for item in made if not _leaves_room(*item)], before)
        _unreview(made)
    _record(actor, deeds, on=on)
    _note_after(before)
    return before


def _line_before(line: BudgetLine, override: LineOverride | None) -> dict[str, Any]:
    kept = {name: _plain(getattr(line, name)) for name in _LINE}
    said = override and {name: _plain(getattr(override, name)) for name in _OVERRIDE}
    return kept | {"override": said}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def _leaves_room(outcome: Outcome, made: Attribution) -> bool:
    old = outcome.attribution
    if old is None or old.outside_it != made.outside_it:
        return False
    return made.status == AttributionStatus.WITHDRAWN or made.share <= old.share


def _write_attributions(
    actor: Actor, some: list[tuple[Outcome, Attribution]], before: Before
) -> None:
    now = timezone.now()
    fresh, changed = [], []
    for outcome, made in some:
        made.person_id, made.recorded_at = actor.person_id, now
        if outcome.attribution is None:
            fresh.append(made)
            continue
        old = outcome.attribution
        before["attributions"][str(old.pk)] = {name: _plain(getattr(old, name)) for name in _GIVEN}
        made.version = old.version + 1
        changed.append(made)
    Attribution.objects.bulk_create(fresh, batch_size=_CHUNK)
    Attribution.objects.bulk_update(changed, [*_FIELDS, "version"], batch_size=_CHUNK)
    follow_evidence(actor, [*fresh, *changed])
    for one in fresh:
        before["attributions"][str(one.pk)] = {}


def _write_lines(
    actor: Actor, some: list[Outcome], lines: dict[int, BudgetLine], *, on: date
) -> None:
    overrides, written, now = [], [], timezone.now()
    for outcome in some:
        if outcome.standing is None:
            continue
        line, values = lines[outcome.standing.line.pk], outcome.line
        if Column.VERDICT in values:
            line.verdict = str(values[Column.VERDICT])
            line.it_share = values[Column.IT_SHARE]  # type: ignore[assignment]
            line.verdict_reason = str(values[Column.VERDICT_REASON])
            line.overridden = True
            overrides.append(
                LineOverride(
                    line=line,
                    verdict=line.verdict,
                    share=line.it_share or ZERO,
                    reason=line.verdict_reason,
                    person_id=actor.person_id,
                    decided_at=now,
                )
            )
        if Column.REVIEWED in values:
            line.reviewed_on = on if values[Column.REVIEWED] else None
            line.reviewed_by = actor.person_id if values[Column.REVIEWED] else None
        written.append(line)
    _put_overrides(overrides)
    BudgetLine.everything.bulk_update(written, _LINE, batch_size=_CHUNK)


def _put_overrides(overrides: list[LineOverride]) -> None:
    for some in batched(overrides, _CHUNK):
        LineOverride.objects.bulk_create(
            some, update_conflicts=True, unique_fields=["line"], update_fields=list(_OVERRIDE)
        )


def _unreview(made: list[tuple[Outcome, Attribution]]) -> None:
    """What is attributed is not “reviewed, 0 %” any more."""
    pks = [one.line_id for _outcome, one in made if one.status != AttributionStatus.WITHDRAWN]
    for some in batched(pks, _CHUNK):
        BudgetLine.everything.filter(pk__in=some, reviewed_on__isnull=False).update(
            reviewed_on=None, reviewed_by=None
        )


def _record(actor: Actor, deeds: Sequence[Outcome], *, on: date) -> None:
    """Write the entries of the lines in the trail: the same as if each had been decided alone."""
    told: dict[Verb, list[tuple[int, dict[str, Change]]]] = {}
    for outcome in deeds:
        if outcome.standing is None:
            continue
        pk, before = outcome.standing.line.pk, outcome.before
        if Column.VERDICT in outcome.line:
            verdicts = [
                [values[Column.VERDICT], values[Column.IT_SHARE]]
                for values in (before, outcome.line)
            ]
            told.setdefault(Verb.VERDICT, []).append((pk, {"verdict": (*verdicts,)}))  # type: ignore[dict-item]
        if Column.REVIEWED in outcome.line:
            days = (None, on) if outcome.line[Column.REVIEWED] else (on, None)
            told.setdefault(Verb.REVIEWED, []).append((pk, {"reviewed_on": days}))
        if outcome.given:
            verb = Verb.ATTRIBUTED if outcome.attribution is None else Verb.ATTRIBUTION_EDITED
            changes = {
                _NAMES.get(column, column.value): (before.get(column), value)
                for column, value in outcome.given.items()
                if before.get(column) != value
            }
            told.setdefault(verb, []).append((pk, changes))
    for verb, entries in told.items():
        for some in batched(entries, _CHUNK):
            # Two entries of one line are two rows: a mapping holds one.
            _record_each(actor, verb, some)


def _record_each(
    actor: Actor, verb: Verb, entries: Iterable[tuple[int, dict[str, Change]]]
) -> None:
    left = list(entries)
    while left:
        once = dict(reversed(left))
        record_many(actor, BudgetLine, verb, once)
        left = [entry for entry in left if once.get(entry[0]) is not entry[1]]


def _note_after(before: Before) -> None:
    """Keep what was written, by which what somebody changes afterwards is seen."""
    lines = BudgetLine.everything.in_bulk([int(pk) for pk in before["lines"]])
    for pk, after in _after(lines).items():
        before["lines"][str(pk)]["after"] = after


def _after(lines: dict[int, BudgetLine]) -> dict[int, list[Any]]:
    """Return what stands of lines, but what a rule proposed and nobody answered."""
    waiting = Q(rule__isnull=False, status=AttributionStatus.PROPOSED)
    given: dict[int, list[list[int]]] = defaultdict(list)
    for some in batched(lines, _CHUNK):
        standing = Attribution.objects.filter(line__in=some).exclude(
            waiting | Q(status=AttributionStatus.WITHDRAWN)
        )
        for line, pk, version in standing.order_by("pk").values_list("line", "pk", "version"):
            given[line].append([pk, version])
    return {
        pk: [
            *(line.verdict, _plain(line.it_share), line.verdict_reason),
            *(_plain(line.reviewed_on), given[pk]),
        ]
        for pk, line in lines.items()
    }


def restore(actor: Actor, fiscal_year: FiscalYear, before: Before) -> None:
    """Give back what stood before a sheet. Raises ValidationError where somebody went on."""
    pks = [int(pk) for pk in before["lines"]]
    lines = BudgetLine.everything.in_bulk(pks)
    _require_untouched(lines, before)
    given = Attribution.objects.in_bulk([int(pk) for pk in before["attributions"]])
    with following(pks):
        for one in given.values():
            one.status, one.version = AttributionStatus.WITHDRAWN, one.version + 1
        Attribution.objects.bulk_update(given.values(), ["status", "version"], batch_size=_CHUNK)
        _restore_lines(lines, before)
        changed = [one for pk, one in given.items() if _given_back(one, before, pk)]
        Attribution.objects.bulk_update(changed, _FIELDS, batch_size=_CHUNK)
        follow_evidence(actor, changed)
    # Rules may have changed meanwhile: what a rule judges, it judges again.
    ruled = BudgetLine.everything.filter(pk__in=pks, overridden=False).select_related("batch")
    judge_again(Judge(perimeter_in_force(actor)), list(ruled))
    taken = {pk: {"taken back": (None, True)} for pk in pks}
    record_many(actor, BudgetLine, Verb.DECISIONS_TAKEN_BACK, taken)


def _require_untouched(lines: dict[int, BudgetLine], before: Before) -> None:
    now = _after(lines)
    moved = [
        str(line) for pk, line in lines.items() if now[pk] != before["lines"][str(pk)]["after"]
    ]
    missing = len(before["lines"]) - len(lines)
    if moved or missing:
        raise ValidationError(
            _(
                "Ces lignes ont changé depuis : %(lines)s. Une feuille s’annule tant que personne"
                " n’est revenu sur ce qu’elle a décidé."
            )
            % {"lines": ", ".join(dict.fromkeys(moved[:5])) or missing},
            code="moved",
        )


def _restore_lines(lines: dict[int, BudgetLine], before: Before) -> None:
    overrides, bare = [], []
    for pk, line in lines.items():
        kept = before["lines"][str(pk)]
        _set(line, {name: kept[name] for name in _LINE})
        if kept["override"] is None:
            bare.append(pk)
        else:
            override = LineOverride(line=line)
            _set(override, kept["override"])
            overrides.append(override)
    for some in batched(bare, _CHUNK):
        LineOverride.objects.filter(line__in=some).delete()
    BudgetLine.everything.bulk_update(lines.values(), _LINE, batch_size=_CHUNK)
    _put_overrides(overrides)


def _given_back(one: Attribution, before: Before, pk: int) -> bool:
    """Give an attribution what it said; one that the sheet made stays withdrawn."""
    kept = before["attributions"][str(pk)]
    _set(one, kept)
    return bool(kept)


def _set(row: Model, kept: dict[str, Any]) -> None:
    for name, value in kept.items():
        field = row._meta.get_field(name.removesuffix("_id") if name == "action_id" else name)
        if name in {"decided_at", "recorded_at"}:
            value = parse_datetime(value)
        elif name != "action_id":
            value = field.to_python(value)  # type: ignore[union-attr]
        setattr(row, name, value)
