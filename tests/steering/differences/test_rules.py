"""What moved is told in sentences, nothing moves in silence, and nothing else is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings

from portulan.core.contracts import from_json
from portulan.plans.files.document import DecisionText, MilestoneText, MoneyText, TargetText
from portulan.plans.words import CommitmentLevel, Outcome, Progress
from portulan.steering.differences.rules import differences, level_unmoved
from portulan.steering.sealed.document import AmbitionText, Content
from tests.house.test_seals import FOLDER, changes
from tests.steering.sealed.contents import CONTENT, END, PHONES, SERVERS, SHARE, THEN, contents

ACT = date(2025, 11, 12)


def told(after: Content, before: Content = CONTENT) -> list[str]:
    return [one.sentence("fr") for one in differences(before, after)]


def with_action(**changed: Any) -> Content:
    return replace(CONTENT, actions=(replace(PHONES, **changed), SERVERS))


def test_a_level_and_a_target_make_one_sentence() -> None:
    moved = DecisionText(ACT, Outcome.MOVE, THEN, "Comité", CommitmentLevel.EXPERIMENT)
    after = replace(
        with_action(level=THEN, decisions=(*PHONES.decisions, moved)),
        indicators={
            **CONTENT.indicators,
            "part-de-reconditionne": replace(SHARE, targets=(TargetText(END, value=Decimal(60)),)),
        },
    )
    (sentence,) = told(after)
    assert sentence == (
        "L’action 12 (Smartphones reconditionnés) est passée d’Expérimentation à Réalisation le"
        " 12/11/2025\u202f; sa cible a baissé de 75 à 60\u00a0%."
    )
    (sentence,) = [one.sentence("en") for one in differences(CONTENT, after)]
    assert sentence == (
        "Action 12 (Smartphones reconditionnés) went from Experiment to Implementation on"
        " 12 Nov 2025; its target fell from 75 to 60%."
    )
    assert level_unmoved(CONTENT, after) == [19]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"level": CommitmentLevel.STUDY}, "est redescendue d’Expérimentation à Réflexion."),
        ({"progress": Progress.PAUSED}, "est passée de «\u00a0En cours\u00a0» à «\u00a0En pause"),
        ({"vacant_since": ACT}, "n’a plus de pilote depuis le 12/11/2025."),
        ({"due_on": date(2028, 6, 30)}, "sa fin prévue a reculé du 31/12/2027 au 30/06/2028."),
        ({"due_on": ACT}, "sa fin prévue a avancé du 31/12/2027 au 12/11/2025."),
        ({"due_on": None}, "sa fin prévue n’est plus dite."),
        ({"blocked_by": "le marché"}, "est bloquée par «\u00a0le marché\u00a0»."),
        ({"pilot_function": "Achats"}, "son pilote est «\u00a0Achats\u00a0» (c’était"),
        ({"description": "Longue"}, "sa description a changé."),
        ({"money": (MoneyText(2027, "F", True),)}, "2027\u00a0: son coût est inconnu."),
        (
            {"money": (MoneyText(2027, "F", True, Decimal(48000)),)},
            "2027\u00a0: elle demande 48\u00a0k€.",
        ),
    ],
)
def test_each_thing_has_its_sentence(changed: dict[str, Any], words: str) -> None:
    (sentence,) = told(with_action(**changed))
    assert words in sentence


def test_actions_come_and_go_and_the_plan_moves() -> None:
    after = replace(CONTENT, actions=(PHONES,), ambitions=(AmbitionText(2025, "2.5"),))
    assert told(after) == [
        "L’action 19 (Une seule salle serveur) n’est plus au plan.",
        "2026\u00a0: plus d’ambition.",
    ]
    assert told(CONTENT, after)[0].endswith("a été ajoutée, en Réflexion.")
    more = replace(CONTENT, ambitions=(AmbitionText(2025, "2.5"), AmbitionText(2026, "4")))
    assert told(more) == ["2026\u00a0: l’ambition est passée de 3,5\u00a0% à 4\u00a0%."]


# Where a seal stands, when and why: no part of the plan.
PARTS = ("plan", "indicators", "actions", "budget", "ambitions", "envelopes", "allotments")
EXACT = ("value", "percent", "amount")
BESIDE = ("plan.slug", "actions.0.indicators", "allotments.0.action")


def test_nothing_moves_in_silence() -> None:
    """Each leaf of a plan that says everything is changed in turn."""
    plan = replace(FOLDER.plan, origin=None, units={"Direction": "Services"})
    full = replace(
        CONTENT,
        plan=plan,
        indicators=FOLDER.indicators,
        actions=FOLDER.actions,
        allotments=tuple(replace(one, action=1) for one in CONTENT.allotments),
    )
    seen = 0
    for part in (*PARTS, "evidence"):
        whole = getattr(full, part)
        if part == "plan":
            whole = FOLDER.plan
        for where, other in changes(whole, part):
            if where.startswith(BESIDE) or where == "indicators[pannes] gone" or "origin" in where:
                continue
            if part in PARTS[3:] and where.endswith(EXACT):
                continue  # a number with a letter more
            told = bool(differences(full, replace(full, **{part: other})))
            assert told, f"no sentence says that {where} moved: steering/differences/sentences.py"
            seen += 1
    assert seen > 90


def test_milestones_of_one_title_are_told_apart_by_their_days() -> None:
    one, other = MilestoneText("Pilote", ACT, None), MilestoneText("Pilote", ACT, ACT)
    before = with_action(milestones=(one, other, one))
    assert told(before, before) == []
    reached = with_action(milestones=(one, other, replace(one, reached_on=END)))
    (sentence,) = told(reached, before)
    assert "Pilote" in sentence


@given(contents())
@settings(max_examples=20)
def test_a_plan_is_no_different_from_itself(content: dict[str, Any]) -> None:
    one = from_json(Content, content)
    assert differences(one, one) == []
    for difference in differences(CONTENT, one) + differences(one, CONTENT):
        for language in ("fr", "en"):
            assert difference.sentence(language)  # type: ignore[arg-type]
