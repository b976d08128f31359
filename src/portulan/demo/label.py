"""A label that the Region wants renewed: criteria in our own words, no label's own text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial

from portulan.demo.cast import Cast
from portulan.demo.clock import Event
from portulan.evidence.models import Piece
from portulan.plans.models import Plan
from portulan.publication.label.reads import criteria_of
from portulan.publication.label.writes import paste_criteria, prove_criterion, save_criterion

# Invented: who applies copies those of its own contract.
CRITERIA = (
    ("1.1", "Une personne répond de la démarche et rend compte à la direction"),
    ("1.2", "Les agents et les élus comprennent ce que le numérique coûte à l’environnement"),
    ("1.3", "La démarche a un budget connu et suivi"),
    ("2.1", "Les équipements durent, se réparent et changent de mains"),
    ("2.2", "Les achats comptent des exigences de durabilité"),
    ("2.3", "Ce qui ne sert plus est éteint"),
    ("3.1", "Les services en ligne sont conçus sobres et se mesurent"),
    ("3.2", "Chacun peut faire ses démarches sans matériel récent"),
    ("4.1", "Les effets sont mesurés et publiés, y compris ceux qui déçoivent"),
)
ANSWERS = {
    "1.1": ("Un délégué hors de la DSI, un comité deux fois par an.", (1,)),
    "1.2": ("Un parcours court et un atelier, encore loin de tous les agents.", (5, 6)),
    "1.3": ("Une part du budget de la DSI, publiée chaque année.", (2,)),
    "2.1": ("Six ans pour un portable ; les écrans en double sont redistribués.", (9, 10)),
    "2.2": ("Un critère noté dans chaque consultation du numérique.", (13,)),
    "2.3": ("La salle Est est vidée ; les applications sans usage suivent.", (14, 18, 19)),
    "3.1": ("", (16,)),
    "3.2": ("Des démarches revues avec des usagers, sur de vieux appareils.", (17,)),
}
PROVED = {"2.3": "Procès-verbal de mise à l’arrêt d’une salle"}


def label_events(cast: Cast) -> Iterator[Event]:
    """Yield the day when the list is copied, and that when it is answered."""
    yield Event(date(2026, 9, 7), partial(_copy, cast))
    yield Event(date(2026, 10, 19), partial(_answer, cast))


def _plan(cast: Cast) -> Plan:
    return Plan.objects.get(organisation=cast.organisation, title__contains="2025-2027")


def _copy(cast: Cast) -> None:
    lines = "\n".join(f"{code}\t{title}" for code, title in CRITERIA)
    paste_criteria(cast.officer, plan=_plan(cast), lines=lines)


def _answer(cast: Cast) -> None:
    plan, actor = _plan(cast), cast.officer
    actions = {one.number: one for one in plan.actions.all()}
    for one in criteria_of(actor, plan):
        if one.code not in ANSWERS:
            continue
        answer, numbers = ANSWERS[one.code]
        save_criterion(
            actor,
            plan=plan,
            code=one.code,
            title=one.title,
            answer=answer,
            actions=[actions[number] for number in numbers],
            criterion=one,
        )
        if one.code in PROVED:
            piece = Piece.objects.get(organisation=cast.organisation, title=PROVED[one.code])
            prove_criterion(actor, criterion=one, piece=piece)
