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
    COMMITTEE_CLOSED = "committee closed", _("séance close")
    COMMITTEE_UNDONE = "committee undone", _("séance rouverte")
    COMMITTEE_CONVENED = "committee convened", _("membres convoqués")
    DAY_PLAYED = "day played", _("jour joué")
    MINUTES_WRITTEN = "minutes written", _("relevé retouché")
    MINUTES_CLOSED = "minutes closed", _("relevé arrêté")
    MINUTES_SIGNED = "minutes signed", _("relevé signé rendu")
    DECISION_DONE = "decision done", _("décision faite")
    ACT_ATTACHED = "act attached", _("acte joint")
    PASSED_ON = "passed on", _("main passée")
    HANDED_BACK = "handed back", _("main rendue")
    HANDED_TAKEN = "handed taken", _("réponse de qui reprend")
    DIGEST_SET = "digest set", _("message de la semaine réglé")
    LETTER_STOPPED = "letter stopped", _("message arrêté")
    LETTERS_RESUMED = "letters resumed", _("messages relancés")
    LETTERS_HASTENED = "letters hastened", _("messages envoyés sans attendre")
    LETTER_RESUMED = "letter resumed", _("message relancé")
    LETTER_EDITED = "letter edited", _("message modifié")
    ADDRESS_CONFIRMED = "address confirmed", _("adresse dite bonne")
    ALERTS_SET = "alert thresholds set", _("seuils d’alerte réglés")
    WEBHOOK_SAVED = "webhook saved", _("webhook réglé")
    WEBHOOK_STOPPED = "webhook stopped", _("webhook arrêté")
    WEBHOOK_RESUMED = "webhook resumed", _("webhook remis en service")
    WEBHOOK_SECRET = "webhook secret changed", _("secret du webhook changé")
    WEBHOOK_REMOVED = "webhook removed", _("webhook retiré")
    DELIVERY_AGAIN = "delivery again", _("envoi relancé")
    CAMPAIGN_SAVED = "campaign saved", _("campagne préparée")
    CAMPAIGN_OPENED = "campaign opened", _("campagne ouverte")
    CAMPAIGN_CLOSED = "campaign closed", _("campagne fermée")
    CAMPAIGN_REMOVED = "campaign removed", _("campagne retirée")
    LINK_REVOKED = "reply link revoked", _("lien de réponse révoqué")
    LINK_RENEWED = "reply link renewed", _("lien de réponse donné à nouveau")
    PILOT_ASKED = "pilot asked", _("accord demandé au pilote")
    PILOT_ANSWERED = "pilot answered", _("réponse du pilote reçue")
    CHANGE_ACCEPTED = "change accepted", _("proposition du pilote acceptée")
    CHANGE_ASKED_AGAIN = "change asked again", _("proposition du pilote redemandée")
    CHANGE_REFUSED = "change refused", _("proposition du pilote refusée")
