"""From an action as it is to what is wanted of it: only what differs is written."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model

from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.core import trail
from portulan.core.storing import store
from portulan.indicators.models import Indicator, MeasurementEvidence
from portulan.plans.files.document import ActionText, practice_of
from portulan.plans.models import (
    Action,
    ActionIndicator,
    ActionPractice,
    Deliverable,
    Milestone,
    PlannedMoney,
)
from portulan.plans.verbs import Verb
from portulan.publication.plan_files.entering import Met, action_values, enter_decisions, values_of
from portulan.publication.plan_files.proving import prove_action


def leave(indicators: Iterable[int]) -> None:
    """Delete the indicators that no action follows, unless a piece proves one of their values.

    What they held is in what takes the folder back.
    """
    lone = Indicator.objects.filter(pk__in=list(indicators), action_links=None)
    proved = MeasurementEvidence.objects.filter(proved__indicator__in=lone)
    lone.exclude(pk__in=proved.values("proved__indicator")).delete()


@dataclass(frozen=True, slots=True)
class Sheet:
    """An action that is on both sides, as it is and as it is wanted."""

    actor: Actor
    action: Action
    before: ActionText
    after: ActionText
    met: Met
    now: datetime

    def write(self) -> None:
        """Write what differs. Raises ValidationError."""
        action, after, actor = self.action, self.after, self.actor
        values = action_values(after, self.met)
        wanted = {name: value for name, value in values.items() if moved(self.before, after, name)}
        if wanted.get("vacant_since") is not None:
            wanted["pilot"] = None
        changes = trail.set_fields(action, wanted)
        if changes:
            store(action)
        changes |= self._many()
        if changes:
            record(actor, action, Verb.EDITED, changes)
        self._milestones()
        handed = self._deliverables()
        self._money()
        new = after.decisions[len(self.before.decisions) :]
        enter_decisions(actor, action, new, handed, self.now)
        for decision in new:
            told = {"level": (decision.from_level, decision.level)}
            record(actor, action, Verb.DECIDED, told)
        self._remove_deliverables(handed)
        if self.before.evidence or after.evidence:
            left = {one.key: handed[one.key] for one in after.deliverables}
            prove_action(actor, action, after.evidence, left)

    def _many(self) -> dict[str, trail.Change]:
        """Set the goals, the practices and the indicators."""
        action, before, after = self.action, self.before, self.after
        changes: dict[str, trail.Change] = {}
        if before.goals != after.goals:
            action.goals.set([self.met.goals[key] for key in after.goals])
            changes["goals"] = (list(before.goals), list(after.goals))
        if (before.practices, before.seen) != (after.practices, after.seen):
            self._practices()
            changes["practices"] = (list(before.practices), list(after.practices))
        if before.indicators != after.indicators:
            links = {one.indicator_id: one for one in action.indicator_links.all()}
            for order, key in enumerate(after.indicators):
                indicator = self.met.indicators[key]
                link = links.pop(indicator.pk, None) or ActionIndicator(
                    action=action, indicator=indicator
                )
                link.order = order
                store(link)
            for link in links.values():
                link.delete()
            leave(links)
            changes["indicators"] = (list(before.indicators), list(after.indicators))
        return changes

    def _practices(self) -> None:
        links = {one.practice_id: one for one in self.action.practice_links.all()}
        for practice in self.after.practices:
            found = self.met.practices[practice]
            link = links.pop(found.pk, None) or ActionPractice(action=self.action, practice=found)
            seen = self.after.seen.get(practice)
            link.seen = self.met.editions[practice_of(practice)[0], seen] if seen else None
            store(link)
        for link in links.values():
            link.delete()

    def _milestones(self) -> None:
        rows = list(self.action.milestones.all())
        verbs = Verb.MILESTONE_ADDED, Verb.MILESTONE_EDITED, Verb.MILESTONE_REMOVED
        for row, text in paired(
            self.before.milestones, rows, self.after.milestones, lambda one: one.title
        ):
            if text is None:
                self._told(verbs[2], "milestone", row.title, None)
                row.delete()
            else:
                verb = verbs[0] if row is None else verbs[1]
                row = row or Milestone(action=self.action)
                trail.set_fields(row, values_of(text))
                store(row)
                self._told(verb, "milestone", None, row.title)

    def _deliverables(self) -> dict[str, Deliverable]:
        """Return the deliverables by key, made and changed; those that go wait for decisions."""
        rows = {text.key: row for text, row in self._handed()}
        before = {one.key: one for one in self.before.deliverables}
        for text in self.after.deliverables:
            row = rows.get(text.key)
            if row is not None and before[text.key] == text:
                continue
            verb = Verb.DELIVERABLE_ADDED if row is None else Verb.DELIVERABLE_EDITED
            row = row or Deliverable(action=self.action)
            trail.set_fields(row, values_of(text, "key"))
            store(row)
            rows[text.key] = row
            self._told(verb, "deliverable", None, row.title)
        return rows

    def _handed(self) -> Iterator[tuple[Any, Deliverable]]:
        rows = sorted(
            self.action.deliverables.all(), key=lambda one: (one.due_on is None, one.due_on, one.pk)
        )
        yield from zip(self.before.deliverables, rows, strict=True)

    def _remove_deliverables(self, rows: dict[str, Deliverable]) -> None:
        for key in rows.keys() - {one.key for one in self.after.deliverables}:
            self._told(Verb.DELIVERABLE_REMOVED, "deliverable", rows[key].title, None)
            rows[key].delete()

    def _money(self) -> None:
        rows = sorted(
            self.action.planned_money.all(),
            key=lambda one: (one.year, one.section, not one.in_it_budget),
        )
        changes: dict[str, trail.Change] = {}
        for row, text in paired(self.before.money, rows, self.after.money, _place):
            said = text if text is not None else row
            label = f"planned:{said.year}:{said.section}:{'it' if said.in_it_budget else 'outside'}"
            was = None if row is None else _amount(row.amount)
            if text is None:
                row.delete()
                changes[label] = (was, None)
            else:
                row = row or PlannedMoney(action=self.action)
                trail.set_fields(row, values_of(text))
                store(row)
                changes[label] = (was, _amount(text.amount))
        if changes:
            record(self.actor, self.action, Verb.MONEY_PLANNED, changes)

    def _told(self, verb: Verb, what: str, before: str | None, after: str | None) -> None:
        record(self.actor, self.action, verb, {what: (before, after)})


def _place(money: Any) -> tuple[int, str, bool]:
    return money.year, money.section, money.in_it_budget


def _amount(amount: Any) -> str:
    """Return what the trail keeps of money asked: that it is not known is an answer."""
    return "unknown" if amount is None else f"{amount:.2f}"


def moved(before: object, after: object, name: str) -> bool:
    """Tell whether two texts say otherwise under a name."""
    return bool(getattr(before, name) != getattr(after, name))


def paired[T, Row: Model](
    before: Sequence[T], rows: Sequence[Row], after: Sequence[T], key: Callable[[T], Hashable]
) -> Iterator[tuple[Any, Any]]:
    """Yield each row with what it becomes: None for one that goes, no row for one that comes.

    What stays as it is, is left out.
    """
    waiting: dict[Hashable, list[tuple[T, Row]]] = {}
    for text, row in zip(before, rows, strict=True):
        waiting.setdefault(key(text), []).append((text, row))
    coming: list[tuple[Any, T]] = []
    for wanted in after:
        alike = waiting.get(key(wanted))
        if not alike:
            coming.append((None, wanted))
            continue
        old, row = alike.pop(0)
        if old != wanted:
            coming.append((row, wanted))
    for left in waiting.values():
        yield from ((row, None) for _text, row in left)
    yield from coming
