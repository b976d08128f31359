"""The words of sources on screen."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portulan.sources.feeding import Answer, Entrance, Manner
from portulan.sources.outcomes import Failure, Stop

ENTRANCES = {
    Entrance.FILE: _("Un fichier donné"),
    Entrance.DEPOSIT: _("Un dépôt"),
}
MANNERS = {
    Manner.PROPOSE: _("Proposé, puis accepté"),
    Manner.AUTOMATIC: _("Inscrit sans question"),
}
ANSWERS = {
    Answer.PENDING: _("Attend une réponse"),
    Answer.ACCEPTED: pgettext_lazy("a reading", "Accepté"),
    Answer.REFUSED: pgettext_lazy("a reading", "Refusé"),
    Answer.CHECK: _("À vérifier"),
    Answer.SUPERSEDED: _("Remplacé"),
}
STOPS = {Stop.PERSON: _("Arrêtée par quelqu’un.")}
FAILURES = {Failure.UNREADABLE: _("Le dernier fichier n’était pas lisible.")}
