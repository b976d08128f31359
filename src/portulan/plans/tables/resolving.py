"""The names that a table gives, found in the organisation: people, units, practices, axes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.models import Person, Unit
from portulan.accounts.writes import add_person, add_unit
from portulan.catalogue.models import Practice
from portulan.core.folding import fold
from portulan.core.say.text import Problem, ProblemKind
from portulan.plans.choices.practices import practices_for
from portulan.plans.models import Axis, Plan
from portulan.plans.plan import add_axis
from portulan.plans.tables.cells import Line
from portulan.plans.tables.findings import UNKNOWN_PERSON, UNKNOWN_PRACTICE, UNKNOWN_UNIT
from portulan.plans.tables.vocabulary import DECLARED, Field

_UNITS = tuple(name for name, one in DECLARED.items() if one.to == "units")


def people_by_name(organisation_id: int) -> dict[str, Person]:
    """Return who is here by folded name; of two of one name, always the same (one query)."""
    people = Person.objects.filter(organisation_id=organisation_id, erased_at=None, left_on=None)
    return {fold(one.name): one for one in people.order_by("pk") if one.name}


class Names:
    """Who and what a table names. Whoever manages people and units makes those that are missing.

    `made` are the identifiers of what was made, by field: undone, the import takes them back.
    """

    def __init__(self, actor: Actor, plan: Plan, *, proposes: bool = False) -> None:
        self._actor = actor
        self._plan = plan
        people = Person.objects.filter(organisation_id=actor.organisation_id, erased_at=None)
        self._people = people_by_name(actor.organisation_id)
        self._by_pk = {one.pk: one for one in people}
        units = Unit.objects.filter(organisation_id=actor.organisation_id)
        self._units = {fold(one.name): one for one in units}
        self._axes = {fold(one.title): one for one in plan.axes.all()}
        self._practices: dict[str, Practice] | None = None
        # A file of another tool makes nobody here.
        self._proposes = proposes
        self._may_make = actor.may(Operation.MANAGE) and not proposes
        self.made: dict[str, list[int]] = {}

    def resolved(self, lines: Iterable[Line]) -> Iterator[tuple[Line, list[Problem]]]:
        """Yield the lines, a person by their identifier; what nobody knows is left out, and told.

        Names of people stand in one table: what is kept of an import refers to it.
        """
        told: set[tuple[str, str]] = set()
        for line in lines:
            values = dict(line.values)
            problems: list[Problem] = []
            if name := values.get(Field.PERSON):
                person = self._person(name)
                values[Field.PERSON] = str(person.pk) if person else name
                if person is None and not self._may_make:
                    del values[Field.PERSON]
                    problems += self._once(told, UNKNOWN_PERSON, line, Field.PERSON, name)
            for name in _UNITS:
                unit = values.get(name)
                if unit and fold(unit) not in self._units and not self._may_make:
                    del values[name]
                    problems += self._once(told, UNKNOWN_UNIT, line, name, unit)
            if codes := values.get(Field.PRACTICE):
                known = [code for code in codes.split("\n") if code in self._practice_by_code]
                values[Field.PRACTICE] = "\n".join(known)
                for code in codes.split("\n"):
                    # A target of a catalogue that is not here: the file proposes, nothing lacks.
                    if code not in known and not self._proposes:
                        problems += self._once(told, UNKNOWN_PRACTICE, line, Field.PRACTICE, code)
            yield replace(line, values=values), problems

    @staticmethod
    def _once(
        told: set[tuple[str, str]], kind: ProblemKind, line: Line, name: str, text: str
    ) -> list[Problem]:
        """Return the problem, said at its first cell only."""
        if (name, text) in told:
            return []
        told.add((name, text))
        return [kind.at(line=line.row, cell=line.cell(name), text=text)]

    def _person(self, name: str) -> Person | None:
        """Return somebody by a name as it is written: surname first or last."""
        folded = fold(name)
        turned = " ".join([*folded.split()[1:], *folded.split()[:1]])
        return self._people.get(folded) or self._people.get(turned)

    @property
    def _practice_by_code(self) -> Mapping[str, Practice]:
        if self._practices is None:
            self._practices = {}
            for practice in practices_for(self._plan):
                self._practices.setdefault(practice.code.lower(), practice)
            if self._proposes:
                own = Practice.objects.filter(
                    version__catalogue__organisation=self._plan.organisation_id
                ).select_related("version__catalogue")
                for practice in own.order_by("version__imported_at"):
                    code = f"{practice.version.catalogue.slug}/{practice.code}"
                    self._practices[code.lower()] = practice
        return self._practices

    # --- as the services take them ------------------------------------------------------------

    def person(self, text: str, function: str) -> Person | None:
        """Return the person of a resolved line, made if they must be."""
        if not text:
            return None
        if text.isdecimal():
            return self._by_pk.get(int(text))
        person = add_person(self._actor, function=function, name=text)
        self._people[fold(text)] = self._by_pk[person.pk] = person
        self.made.setdefault(Field.PERSON, []).append(person.pk)
        return person

    def called(self, text: str) -> str:
        """Return how the person of a resolved line is called."""
        person = self._by_pk.get(int(text)) if text.isdecimal() else None
        return str(person) if person else text

    def unit(self, name: str) -> Unit | None:
        if not name:
            return None
        found = self._units.get(fold(name))
        if found is None:
            found = self._units[fold(name)] = add_unit(self._actor, name=name)
            self.made.setdefault(Field.UNIT, []).append(found.pk)
        return found

    def axis(self, title: str) -> Axis | None:
        if not title:
            return None
        found = self._axes.get(fold(title))
        if found is None:
            found = self._axes[fold(title)] = add_axis(self._actor, plan=self._plan, title=title)
            self.made.setdefault(Field.AXIS, []).append(found.pk)
        return found

    def practices(self, codes: str) -> list[Practice]:
        by_code = self._practice_by_code
        return [by_code[code] for code in codes.split("\n") if code in by_code]
