"""The words of sources on screen."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portulan.sources.feeding import Answer, Entrance, Manner
from portulan.sources.outcomes import Failure, Stop

ENTRANCES = {
    Entrance.FILE: _("Un fichier donné"),
    Entrance.DEPOSIT: _("Un dépôt"),
    Entrance.ADDRESS: _("Une adresse lue"),
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
STOPS = {
    Stop.PERSON: _("Arrêtée par quelqu’un."),
    Stop.SECRET: _(
        "Son secret ne se lit plus avec la clé de cette machine : donnez-le de nouveau."
    ),
}
FAILURES = {
    Failure.REFUSED: _("Le compte ou le jeton est refusé."),
    Failure.RIGHTS: _("Le compte n’a pas le droit de lire."),
    Failure.BUSY: _("L’outil demande d’attendre."),
    Failure.BROKEN: _("L’outil est en panne."),
    Failure.SILENT: _("L’adresse ne répond pas."),
    Failure.NOT_ALLOWED: _("Cette adresse n’est pas ouverte par qui exploite Portulan."),
    Failure.REDIRECTED: _("L’adresse renvoie ailleurs."),
    Failure.NOT_JSON: _("La réponse n’est pas celle de l’outil."),
    Failure.CUT: _("La réponse est coupée."),
    Failure.MOVED: _("Le total a bougé pendant la lecture."),
    Failure.TOO_BIG: _("La réponse est trop grosse."),
    Failure.UNREADABLE: _("Le fichier n’est pas lisible."),
}
