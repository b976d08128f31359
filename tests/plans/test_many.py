"""The services for many do what the single ones do: same rows, same trail, same refusals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portulan.accounts.access import Role
from portulan.accounts.actors import Actor
from portulan.accounts.writes import add_unit
from portulan.indicators.measurements import Reading
from portulan.indicators.words import Kind, Knowledge, MeasurementRole, TargetKind
from portulan.indicators.writes import NewIndicator, NewTarget, set_target, set_targets
from portulan.plans.actions.progress import Said, update_many, update_progress
from portulan.plans.actions.writes import (
    NewAction,
    Pilots,
    assign_pilot,
    assign_pilots,
    create_action,
    create_actions,
    declare_all_vacant,
    declare_vacant,
    edit_action,
    edit_actions,
)
from portulan.plans.commitments.writes import TakenOver, take_over_levels
from portulan.plans.computed import NAMES
from portulan.plans.indicators import add_indicator, add_indicators, measure, measure_many
from portulan.plans.models import Action, Plan
from portulan.plans.money.writes import (
    MoneyKey,
    plan_money,
    replace_planned_money,
    set_planned_money,
)
from portulan.plans.plan import add_axis, add_goal
from portulan.plans.words import CommitmentLevel, Progress, Section
from tests.alike import RefusedError, one_by_one, played, together
from tests.people import Town
from tests.plans.plan_of_town import (
    TODAY,
    adopt,
    followed_action,
    make_action,
    make_edition,
    make_plan,
)

pytestmark = pytest.mark.django_db
FEW = settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass(frozen=True)
class Scene:
    """A plan with some actions, and what may be said of an action, right or wrong."""

    town: Town
    plan: Plan
    actions: list[Action]
    values: dict[str, list[Any]]

    @property
    def actor(self) -> Actor:
        return self.town.editor

    def again(self, places: Sequence[int]) -> list[Action]:
        """The actions as somebody else would have read them."""
        return [Action.objects.get(pk=self.actions[place].pk) for place in places]


@pytest.fixture
def scene(town: Town, elsewhere: Town) -> Scene:
    plan, other = make_plan(town), make_plan(elsewhere, "Ailleurs")
    version = make_edition()
    practices = list(version.practices.order_by("pk"))
    adopted = followed_action(town, plan, title="Adoptée", scope="Deux sites")
    adopt(town, adopted, CommitmentLevel.EXPERIMENT)
    actions = [
        adopted,
        make_action(town, plan, "Seconde", own_number="1.2", practices=practices[:2]),
        make_action(town, plan, "Troisième", own_number="12"),
        make_action(town, plan, "Quatrième", pilot=next(iter(town.people.values()))),
        make_action(elsewhere, other, "D’ailleurs"),
    ]
    for name in NAMES[:1]:
        add_indicator(
            town.editor, action=adopted, name="Part", kind=Kind.PERCENTAGE, computed_by=name
        )
    ours, theirs = list(town.people.values()), list(elsewhere.people.values())
    days = [None, date(2026, 1, 1), date(2026, 6, 30), date(2027, 3, 1)]
    values: dict[str, list[Any]] = {
        "title": ["Former", " Mesurer ", "", "x" * 251],
        "short_title": ["", "court", "x" * 41],
        "own_number": ["", "1.2", "12", "A-3", "2", " 4 ", "A-4"],
        "description": ["", "des mots"],
        "axis": [None, add_axis(town.editor, plan=plan, title="Gouvernance"),
                 add_axis(elsewhere.editor, plan=other, title="Ailleurs")],
        "goals": [[], [add_goal(town.editor, plan=plan, title="Sobriété")],
                  [add_goal(elsewhere.editor, plan=other, title="Autre")]],
        "practices": [[], practices[:1], practices[1:4]],
        "level": list(CommitmentLevel),
        "scope": ["", "Un site"],
        "follow_up_function": ["", "Délégué"],
        "starts_on": days,
        "due_on": days,
        "pilot_function": ["DSI", "", "DRH"],
        "pilot": [None, ours[0], ours[1], theirs[0]],
        "unit": [None, add_unit(town.admin, name="DSI"), add_unit(elsewhere.admin, name="DSI")],
        "contributors": [[], ["Une", " Deux ", ""]],
        "days_per_year": [None, Decimal("2.5"), Decimal("2.55")],
    }  # fmt: skip
    return Scene(town, plan, actions, values)


def alike(
    items: Callable[[], Sequence[Any]],
    single: Callable[[Any], Any],
    many: Callable[[Sequence[Any]], Sequence[Any]],
) -> list[str]:
    """Play the same by both services: what is said and what is left are the same."""
    said, left = played(lambda: one_by_one(items(), single))
    told, there = played(lambda: together(items(), many))
    assert told == said
    assert there.keys() == left.keys()
    for name, rows in left.items():
        assert there[name] == rows, name
    return said


def sheets(data: st.DataObject, scene: Scene, needed: Sequence[str] = ()) -> dict[str, Any]:
    names = [*needed, *data.draw(st.lists(st.sampled_from(sorted(scene.values)), max_size=6))]
    return {name: _drawn(data, scene.values[name]) for name in names}


def _drawn(data: st.DataObject, values: Sequence[Any]) -> Any:
    """Mostly what is right: the first values are."""
    place = data.draw(st.sampled_from([0, 0, 1, 1, *range(len(values))]))
    return values[min(place, len(values) - 1)]


def places(data: st.DataObject, scene: Scene) -> list[int]:
    """Some actions, each once."""
    return data.draw(
        st.lists(st.integers(0, len(scene.actions) - 1), unique=True, min_size=1, max_size=5)
    )


@FEW
@given(st.data())
def test_actions_are_created_alike(scene: Scene, data: st.DataObject) -> None:
    new = [
        NewAction(
            sheets(data, scene, ["title", "pilot_function"]),  # type: ignore[arg-type]
            data.draw(st.sampled_from([None, None, None, 2, 7, 12, 99])),
        )
        for _ in range(data.draw(st.integers(1, 5)))
    ]

    def one(item: NewAction) -> Action:
        return create_action(
            scene.actor, plan=scene.plan, today=TODAY, number=item.number, **item.fields
        )

    def many(items: Sequence[NewAction]) -> list[Action]:
        return create_actions(scene.actor, plan=scene.plan, today=TODAY, new=items)

    alike(lambda: new, one, many)


@FEW
@given(st.data())
def test_actions_are_edited_alike(scene: Scene, data: st.DataObject) -> None:
    chosen = places(data, scene)
    fields = [sheets(data, scene) for _ in chosen]

    def items() -> list[Any]:
        return list(zip(scene.again(chosen), fields, strict=True))

    def many(items: Sequence[Any]) -> Sequence[Any]:
        edit_actions(scene.actor, changes=items)
        return items

    alike(items, lambda item: edit_action(scene.actor, action=item[0], **item[1]), many)


@FEW
@given(st.data())
def test_pilots_are_assigned_alike(scene: Scene, data: st.DataObject) -> None:
    chosen = places(data, scene)
    people = [_drawn(data, scene.values["pilot"]) for _ in chosen]
    vacant = data.draw(st.booleans())

    def items() -> list[Pilots]:
        return [
            Pilots(one, "DSI", who) for one, who in zip(scene.again(chosen), people, strict=True)
        ]

    def one(item: Pilots) -> Any:
        if vacant:
            declare_vacant(scene.actor, action=item.action, since=TODAY, today=TODAY)
        return assign_pilot(
            scene.actor, action=item.action, pilot_function="DSI", pilot=item.pilot, today=TODAY
        )

    def many(items: Sequence[Pilots]) -> Sequence[Any]:
        if vacant:
            actions = [item.action for item in items]
            declare_all_vacant(scene.actor, actions=actions, since=TODAY, today=TODAY)
        assign_pilots(scene.actor, given=items, today=TODAY)
        return items

    alike(items, one, many)


AMOUNTS = st.dictionaries(
    st.builds(
        MoneyKey,
        st.sampled_from([2026, 2027, 1850]),
        st.sampled_from([None, *Section]),
        st.booleans(),
    ),
    st.sampled_from([None, Decimal(10), Decimal("3.50"), Decimal(-1)]),
    max_size=3,
)


@FEW
@given(st.data())
def test_money_is_planned_alike(scene: Scene, data: st.DataObject) -> None:
    with transaction.atomic():
        set_planned_money(scene.actor, action=scene.actions[0], year=2026, amount=Decimal(5))
        set_planned_money(
            scene.actor, action=scene.actions[1], year=2027, amount=None, section=Section.OPERATING
        )
        chosen = places(data, scene)
        amounts = [data.draw(AMOUNTS) for _ in chosen]

        def items() -> list[Any]:
            return list(zip(scene.again(chosen), amounts, strict=True))

        def many(items: Sequence[Any]) -> Sequence[Any]:
            plan_money(scene.actor, asked=items)
            return items

        alike(
            items,
            lambda item: replace_planned_money(scene.actor, action=item[0], amounts=item[1]),
            many,
        )
        transaction.set_rollback(True)


INDICATORS = st.builds(
    NewIndicator,
    st.sampled_from(["Postes", " Part ", "", "x" * 251]),
    st.sampled_from([Kind.COUNT, Kind.TEXT]),
    st.sampled_from([{}, {"unit": " postes "}]),
    computed_by=st.sampled_from(["", "", "", NAMES[0], "nothing.known"]),
)


def _said(new: NewIndicator) -> dict[str, Any]:
    said = new._asdict()
    return {**said.pop("fields"), **said}


@FEW
@given(st.data())
def test_indicators_are_added_alike(scene: Scene, data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.integers(0, 4), min_size=1, max_size=5))
    new = [data.draw(INDICATORS) for _ in chosen]
    alike(
        lambda: list(zip(scene.again(chosen), new, strict=True)),
        lambda item: add_indicator(scene.actor, action=item[0], **_said(item[1])),
        lambda items: add_indicators(scene.actor, new=items),
    )


@FEW
@given(st.data())
def test_targets_are_set_alike(scene: Scene, data: st.DataObject) -> None:
    indicators = [link.indicator for link in scene.actions[0].indicator_links.all()]
    indicators += [followed_action(scene.town, scene.plan, title="Autre").indicators.get()]
    aims = data.draw(
        st.lists(
            st.builds(
                NewTarget,
                st.sampled_from(indicators),
                st.sampled_from([date(2027, 12, 31), date(2028, 1, 1)]),
                st.sampled_from([None, Decimal(1), Decimal("0.00001")]),
                st.sampled_from(["", "", "en mots"]),
                st.sampled_from(TargetKind),
                st.sampled_from(["", "loi REEN"]),
                st.booleans(),
            ),
            min_size=1,
            max_size=5,
            unique_by=lambda aim: aim.key,
        )
    )
    alike(
        lambda: aims,
        lambda aim: set_target(scene.actor, **aim._asdict()),
        lambda some: set_targets(scene.actor, aims=some),
    )


@FEW
@given(st.data())
def test_levels_are_taken_over_alike(scene: Scene, data: st.DataObject) -> None:
    chosen = places(data, scene)
    said = [
        (
            data.draw(st.sampled_from(CommitmentLevel)),
            TODAY - timedelta(data.draw(st.integers(0, 900))),
        )
        for _ in chosen
    ]

    def items() -> list[TakenOver]:
        return [TakenOver(one, *its) for one, its in zip(scene.again(chosen), said, strict=True)]

    alike(
        items,
        lambda item: take_over_levels(scene.actor, said=[item], import_id=1),
        lambda items: take_over_levels(scene.actor, said=items, import_id=1),
    )


READINGS = st.builds(
    Reading,
    st.just(None),
    st.sampled_from([TODAY, TODAY - timedelta(1), TODAY + timedelta(1)]),
    st.sampled_from([None, Decimal(1), Decimal(2)]),
    st.sampled_from(["", "", "des mots"]),
    st.sampled_from([Knowledge.KNOWN, Knowledge.KNOWN, Knowledge.UNKNOWN]),
    st.sampled_from(MeasurementRole),
    source=st.sampled_from(["", "GLPI", "Facture"]),
    breaks_series=st.booleans(),
    numerator=st.sampled_from([None, Decimal(3)]),
    denominator=st.sampled_from([None, Decimal(4)]),
    note=st.just(" lu "),
    unit=st.none(),
    restated_for=st.sampled_from([None, None, TODAY]),
)


def _typed(said: Reading) -> dict[str, Any]:
    """What somebody who types a value says of it: a source alone says that it is computed."""
    return {name: value for name, value in said._asdict().items() if name != "computed"}


@FEW
@given(st.data())
def test_values_are_recorded_alike(scene: Scene, data: st.DataObject) -> None:
    links = [
        (place, link.indicator)
        for place, action in enumerate(scene.actions)
        for link in action.indicator_links.all()
    ]
    links.append((1, links[0][1]))  # that action is not followed by it
    actor = scene.town.actor(data.draw(st.sampled_from([Role.EDITOR, Role.CONTRIBUTOR])))
    chosen = data.draw(st.lists(st.sampled_from(links), min_size=1, max_size=6))
    said = [
        data.draw(READINGS)._replace(indicator=indicator, computed=False)
        for _place, indicator in chosen
    ]

    def items() -> list[tuple[Action, Reading]]:
        return list(zip(scene.again([place for place, _one in chosen]), said, strict=True))

    alike(
        items,
        lambda item: measure(actor, action=item[0], today=TODAY, **_typed(item[1])),
        lambda items: measure_many(actor, readings=items, today=TODAY),
    )


@FEW
@given(st.data())
def test_actions_are_updated_alike(scene: Scene, data: st.DataObject) -> None:
    actor = scene.town.actor(data.draw(st.sampled_from([Role.EDITOR, Role.CONTRIBUTOR])))
    chosen = places(data, scene)
    indicators = [None, *scene.actions[0].indicators.order_by("pk")]
    said = [
        {
            "progress": data.draw(st.sampled_from([None, *Progress])),
            "blocked_by": data.draw(st.sampled_from([None, "", " le marché ", "x" * 501])),
            "note": data.draw(st.sampled_from(["", " une note "])),
            "indicator": data.draw(st.sampled_from(indicators)),
            "value": data.draw(st.sampled_from([None, Decimal(2)])),
            "unknown": data.draw(st.booleans()),
            "source": "GLPI",
        }
        for _ in chosen
    ]

    def items() -> list[Said]:
        found = zip(scene.again(chosen), said, strict=True)
        return [Said(action, **its) for action, its in found]  # type: ignore[arg-type]

    alike(
        items,
        lambda item: update_progress(actor, today=TODAY, **item._asdict()),
        lambda items: update_many(actor, said=items, today=TODAY),
    )


def test_a_stranger_creates_nothing(scene: Scene) -> None:
    new = [NewAction({"title": "Une", "pilot_function": "DSI"})] * 2
    reader = scene.town.reader
    (said,) = {
        str(one)
        for one in together(
            new, lambda some: create_actions(reader, plan=scene.plan, today=TODAY, new=some)
        )
        if isinstance(one, RefusedError)
    }
    assert "DeniedError" in said
