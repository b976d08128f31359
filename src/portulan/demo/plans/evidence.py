"""What the demonstration proves of its actions: minutes, a certificate, a contract."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from io import BytesIO

from portulan.demo.clock import Event
from portulan.demo.draft import Draft
from portulan.evidence.reception import receive
from portulan.evidence.words import Visibility
from portulan.evidence.writes import give
from portulan.plans.evidence import provable_of, prove
from portulan.plans.models import Action
from portulan.plans.plan import load_details

_MINUTES = """PROCÈS-VERBAL DE MISE À L’ARRÊT D’UNE SALLE SERVEUR

Le 12 juin 2026, la salle est vidée, coupée du réseau électrique et rendue au service des
bâtiments. Le groupe froid est déposé. Relevé du compteur général joint.
"""


def evidence_events(draft: Draft) -> Iterator[Event]:
    """Yield the pieces given: a file that proves two things, one that expires, a reference."""
    yield Event(date(2026, 6, 15), partial(_minutes, draft))
    yield Event(date(2026, 2, 2), partial(_certificate, draft))


def _minutes(draft: Draft) -> None:
    action = load_details(Action.objects.get(pk=draft.actions[19].pk))
    on = date(2026, 6, 15)
    piece = give(
        draft.cast.officer,
        title="Procès-verbal de mise à l’arrêt d’une salle",
        file=receive(BytesIO(_MINUTES.encode()), "pv-salle.txt"),
        visibility=Visibility.ORGANISATION,
        dated_on=date(2026, 6, 12),
    )
    things = [one for one in provable_of(action) if one.kind in {"action", "reading"}]
    prove(draft.cast.officer, action=action, piece=piece, proved=things[:2], today=on)


def _certificate(draft: Draft) -> None:
    action = load_details(Action.objects.get(pk=draft.actions[3].pk))
    on = date(2026, 2, 2)
    piece = give(
        draft.cast.officer,
        title="Certificat du label Numérique Responsable",
        reference="GED 2026-DNUM-044",
        expires_on=date(2026, 12, 31),
    )
    prove(draft.cast.officer, action=action, piece=piece, proved=provable_of(action)[:1], today=on)
