"""From the plan that is here to the one that is wanted: only what differs is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from django.db.models import Max

from portulan.accounts.actors import Actor
from portulan.accounts.models import Unit
from portulan.accounts.trail import record
from portulan.catalogue.models import CatalogueVersion, Practice
from portulan.core import trail
from portulan.core.storing import store
from portulan.indicators.measurements import withdraw_measurement
from portulan.indicators.models import Indicator, Measurement, Target, UnitPart
from portulan.indicators.verbs import Verb as IndicatorVerb
from portulan.indicators.writes import remove_target
from portulan.plans.files.document import (
    ActionText,
    IndicatorText,
    PlanFolder,
    ReadingText,
    UnitPartText,
)
from portulan.plans.files.reads import Rows
from portulan.plans.models import (
    TIES,
    Action,
    ActionTie,
    Axis,
    Goal,
    PracticeChoice,
    UnitDays,
)
from portulan.plans.plan import remove_part, rename_part
from portulan.plans.relations import untie
from portulan.plans.stakeholders import remove_stakeholder, save_stakeholder
from portulan.plans.verbs import Verb
from portulan.plans.words import Tie
from portulan.publication.plan_files.aligning import Alignment
from portulan.publication.plan_files.changing import Sheet, leave, moved, paired
from portulan.publication.plan_files.entering import (
    Met,
    enter_action,
    enter_indicator,
    enter_reading,
    enter_tie,
    indicator_values,
    part_values,
    practices_of,
    units_of,
    values_of,
)
from portulan.publication.plan_files.proving import prove_choices, prove_readings

# What an action is made of in its files: anything else that points to it is not theirs to delete.
HANGING = frozenset(
    {
        *("practice_links", "indicator_links", "milestones", "deliverables", "planned_money"),
        *("table_lines", "succeeds", "ties", "tied_by", "evidence_links"),
    }
)
_HEAD = (
    *("title", "first_year", "last_year", "adopted_on", "adopted_by", "stale_after_days"),
    *("used_share", "used_by_month"),
)


def apply(
    actor: Actor,
    rows: Rows,
    *,
    names: Alignment,
    here: PlanFolder,
    wanted: PlanFolder,
    now: datetime,
) -> dict[int, int]:
    """Write what differs between two plans in the names of one folder, the first being here.

    Returns the number here of each action that is made, by its number there. Raises
    ValidationError.
    """
    return _Applying(actor, rows, names, here, wanted, now).all()


@dataclass(frozen=True)
class _Applying:
    actor: Actor
    rows: Rows
    names: Alignment
    here: PlanFolder
    wanted: PlanFolder
    now: datetime

    def all(self) -> dict[int, int]:
        self._head()
        axes, goals = self._parts(Axis), self._parts(Goal)
        met = Met(
            self._units, axes, goals, self._indicators(), self._practices[0], self._practices[1]
        )
        before = {one.number: one for one in self.here.actions}
        after = {one.number: one for one in self.wanted.actions}
        found = {self.names.numbers[one.number]: one for one in self.rows.actions}
        for number in before.keys() - after.keys():
            self._delete(found[number])
        for number in before.keys() & after.keys():
            if before[number] != after[number]:
                Sheet(
                    self.actor, found[number], before[number], after[number], met, self.now
                ).write()
        made = self._made(after.keys() - before.keys(), after, met)
        self._choices(met)
        self._unit_days()
        self._stakeholders()
        self._ties(made)
        self._take_away(Axis, axes)
        self._take_away(Goal, goals)
        return made

    def _made(
        self, numbers: Iterable[int], wanted: dict[int, ActionText], met: Met
    ) -> dict[int, int]:
        """Make the actions that are new, at their number, or after the last where it is taken."""
        plan, found = self.rows.plan, {}
        taken = set(plan.actions.values_list("number", flat=True))
        for number in sorted(numbers):
            own = number if number not in taken else max(taken) + 1
            taken.add(own)
            found[number] = own
            said = replace(wanted[number], number=own)
            enter_action(self.actor, plan, said, met, self.now)
        return found

    # --- the head -----------------------------------------------------------------------------

    def _head(self) -> None:
        plan = self.rows.plan
        before, after = self.here.plan, self.wanted.plan
        changes = trail.set_fields(
            plan, {name: getattr(after, name) for name in _HEAD if moved(before, after, name)}
        )
        if changes:
            store(plan)
            record(self.actor, plan, Verb.EDITED, changes)

    def _part_rows[Part: (Axis, Goal)](self, model: type[Part]) -> dict[str, Part]:
        keys = self.rows.axes if model is Axis else self.rows.goals
        there = self.names.axes if model is Axis else self.names.goals
        parts = model.objects.filter(plan=self.rows.plan).in_bulk()
        return {there[keys[pk]]: part for pk, part in parts.items()}

    def _parts[Part: (Axis, Goal)](self, model: type[Part]) -> dict[str, Part]:
        """Return the axes or goals that are wanted, made or renamed; others go in the end."""
        found = self._part_rows(model)
        wanted = self.wanted.plan.axes if model is Axis else self.wanted.plan.goals
        parts = model.objects.filter(plan=self.rows.plan)
        order = parts.aggregate(last=Max("order"))["last"] or 0
        word = "axis" if model is Axis else "goal"
        for key, title in wanted.items():
            if key not in found:
                order += 1
                found[key] = model(plan=self.rows.plan, title=title, order=order)
                store(found[key])
                record(self.actor, self.rows.plan, Verb.EDITED, {word: (None, title)})
            elif found[key].title != title:
                rename_part(self.actor, part=found[key], title=title)
        return found

    def _take_away[Part: (Axis, Goal)](self, model: type[Part], parts: dict[str, Part]) -> None:
        wanted = self.wanted.plan.axes if model is Axis else self.wanted.plan.goals
        for key, part in parts.items():
            if key not in wanted:
                remove_part(self.actor, part=part)

    @cached_property
    def _units(self) -> dict[str, Unit]:
        return units_of(self.actor, self.wanted.plan.units)

    @cached_property
    def _practices(
        self,
    ) -> tuple[dict[str, Practice], dict[tuple[str, str], CatalogueVersion]]:
        return practices_of(self.actor, self.wanted.plan.editions)

    def _choices(self, met: Met) -> None:
        plan = self.rows.plan
        before = {one.practice: one for one in self.here.plan.choices}
        after = {one.practice: one for one in self.wanted.plan.choices}
        standing = {one.practice_id: one for one in PracticeChoice.objects.filter(plan=plan)}
        here, _editions = practices_of(self.actor, self.here.plan.editions)
        for practice in before.keys() - after.keys():
            choice = standing[here[practice].pk]
            record(self.actor, plan, Verb.CHOICE_UNDONE, {practice: (choice.choice, None)})
            choice.delete()
        for practice, said in after.items():
            if before.get(practice) == said:
                continue
            pk = met.practices[practice].pk
            choice = standing.get(pk) or PracticeChoice(plan=plan, practice_id=pk)
            was = choice.choice or None
            choice.choice, choice.reason = said.choice, said.reason
            choice.chosen_on, choice.person_id = said.chosen_on, self.actor.person_id
            store(choice, exclude=["person_id"])
            record(self.actor, plan, Verb.CHOSEN, {practice: (was, said.choice)})
        proofs = self.wanted.plan.evidence
        if proofs or self.here.plan.evidence:
            rows = {one.practice_id: one for one in PracticeChoice.objects.filter(plan=plan)}
            chosen = {practice: rows[met.practices[practice].pk] for practice in after}
            prove_choices(self.actor, chosen, proofs)

    def _unit_days(self) -> None:
        before, after = self.here.plan.unit_days, self.wanted.plan.unit_days
        units, rows = self._units, {one.unit.name: one for one in self.rows.unit_days.values()}
        for name in before.keys() | after.keys():
            was, now = before.get(name), after.get(name)
            if was == now:
                continue
            if now is None:
                rows[name].delete()
            else:
                row = rows.get(name) or UnitDays(plan=self.rows.plan, unit=units[name])
                row.days = now
                store(row)
            record(self.actor, self.rows.plan, Verb.UNIT_DAYS_SET, {name: (was, now)})

    def _stakeholders(self) -> None:
        before, after = self.here.plan.stakeholders, self.wanted.plan.stakeholders
        rows = {one.name: one for one in self.rows.plan.stakeholders.all()}
        for name in before.keys() - after.keys():
            remove_stakeholder(self.actor, stakeholder=rows[name])
        for name, said in after.items():
            if said != before.get(name):
                row = rows.get(name)
                told = {"name": name, "kind": said.kind, "role": said.role, "stakeholder": row}
                save_stakeholder(self.actor, plan=self.rows.plan, **told)  # type: ignore[arg-type]

    def _ties(self, made: Mapping[int, int]) -> None:
        """Say the ties that are wanted and are not said, take back those that are not wanted."""
        numbers = {there: here for here, there in self.names.numbers.items()} | dict(made)
        actions = {one.number: one for one in Action.objects.filter(plan=self.rows.plan)}
        wanted = {
            (numbers[one.number], numbers[tie.other], tie.kind): tie
            for one in self.wanted.actions
            for tie in one.ties
        }
        ties = ActionTie.objects.filter(action__plan=self.rows.plan)
        for tie in ties.select_related("action", "other"):
            said = wanted.pop((tie.action.number, tie.other.number, Tie(tie.kind)), None)
            if said is None:
                untie(self.actor, action=tie.action, pk=tie.pk)
            elif said.reason != tie.reason:
                trail.set_fields(tie, {"reason": said.reason})
                store(tie, exclude=["person_id"])
        for (number, other, kind), said in wanted.items():
            enter_tie(self.actor, actions[number], actions[other], said, self.now)
            told = f"{actions[number].called} {TIES[kind]} {actions[other].called}"
            record(self.actor, actions[number], Verb.TIED, {"tie": (None, told)})

    def _delete(self, action: Action) -> None:
        record(self.actor, action, Verb.DELETED, {"title": (action.title, None)})
        its_own = list(action.indicator_links.values_list("indicator_id", flat=True))
        action.delete()
        leave(its_own)

    # --- indicators ---------------------------------------------------------------------------

    def _indicators(self) -> dict[str, Indicator]:
        found = {
            self.names.indicators[self.rows.indicators[one.pk]]: one for one in self.rows.followed
        }
        for key, said in self.wanted.indicators.items():
            if key not in found:
                found[key] = enter_indicator(self.actor, said, self._units, self.now)
            elif said != self.here.indicators[key]:
                self._change_indicator(found[key], self.here.indicators[key], said)
        return found

    def _change_indicator(
        self, indicator: Indicator, before: IndicatorText, after: IndicatorText
    ) -> None:
        said = indicator_values(after)
        changes = trail.set_fields(
            indicator, {name: value for name, value in said.items() if moved(before, after, name)}
        )
        if changes:
            store(indicator)
            record(self.actor, indicator, Verb.EDITED, changes)
        rows = sorted(indicator.targets.all(), key=lambda one: (one.due_on, one.kind))
        for target, text in paired(
            before.targets, rows, after.targets, lambda one: (one.kind, one.due_on)
        ):
            if text is None:
                remove_target(self.actor, target=target)
                continue
            target = target or Target(indicator=indicator)
            told = trail.set_fields(target, values_of(text))
            store(target)
            record(self.actor, indicator, Verb.EDITED, {f"{text.kind}:{text.due_on}": _told(told)})
        self._unit_parts(indicator, before.unit_parts, after.unit_parts)
        self._readings(indicator, before.readings, after.readings)
        if before.evidence or after.evidence:
            prove_readings(self.actor, indicator, after.evidence)

    def _unit_parts(
        self,
        indicator: Indicator,
        before: Mapping[str, UnitPartText],
        after: Mapping[str, UnitPartText],
    ) -> None:
        rows = {one.unit.name: one for one in indicator.unit_parts.select_related("unit")}
        for name in sorted(before.keys() | after.keys()):
            was, now = before.get(name), after.get(name)
            if was == now:
                continue
            if now is None:
                rows[name].delete()
            else:
                row = rows.get(name) or UnitPart(indicator=indicator, unit=self._units[name])
                trail.set_fields(row, part_values(now))
                store(row)
            told = {name: (_part(was), _part(now))}
            record(self.actor, indicator, IndicatorVerb.UNITS_DESIGNATED, told)

    def _readings(
        self,
        indicator: Indicator,
        before: tuple[ReadingText, ...],
        after: tuple[ReadingText, ...],
    ) -> None:
        """Withdraw the readings that are no more, and record those that are new."""
        rows: list[Measurement] = list(indicator.measurements.all())
        pairs = zip(before, rows, strict=True)
        typed = [(text, row) for text, row in pairs if not text.computed]
        for row, text in paired(
            [text for text, _row in typed],
            [row for _text, row in typed],
            [text for text in after if not text.computed],
            lambda one: one,
        ):
            if text is None:
                withdraw_measurement(self.actor, measurement=row, now=self.now)
            elif row is None:
                enter_reading(self.actor, indicator, text, self._units, self.now)


def _part(said: UnitPartText | None) -> str | list[str] | None:
    """Return a part in few words, for the trail: its weight, and its days if it has any."""
    if said is None:
        return None
    words = "designated" if said.weight is None else str(said.weight)
    days = [str(day) for day in (said.since, said.until) if day is not None]
    return [words, *days] if days else words


def _told(changes: dict[str, trail.Change]) -> trail.Change:
    """Return an old and a new value in few words."""
    shown = [
        "; ".join(str(change[side]) for change in changes.values() if change[side] is not None)
        for side in (0, 1)
    ]
    return shown[0] or None, shown[1] or None
