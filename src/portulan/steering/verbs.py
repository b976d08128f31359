"""The verbs of steering in the trail, and their words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portulan.core import trail


class Verb(trail.Verb):
    SEALED = "plan sealed", _("plan scellé")
    STAMPED = "seal stamped", _("sceau horodaté")
    JUDGED = "commitment judged", _("engagement jugé")
    BODY_EDITED = "body edited", _("organe réglé")
    COMMITTEE_PREPARED = "committee prepared", _("comité préparé")
    COMMITTEE_OPENED = "committee opened", _("séance ouverte")
    COMMITTEE_CLOSED = "committee closed", _("relevé arrêté")
    DECISION_DONE = "decision done", _("décision faite")
    ACT_ATTACHED = "act attached", _("acte joint")
    DIGEST_SET = "digest set", _("message de la semaine réglé")
    LETTER_STOPPED = "letter stopped", _("message arrêté")
    LETTER_RESUMED = "letter resumed", _("message relancé")
    LETTER_EDITED = "letter edited", _("message modifié")
