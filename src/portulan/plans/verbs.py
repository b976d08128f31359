"""The verbs of plans in the trail, and their words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portulan.core import trail


class Verb(trail.Verb):
    CHOICE_UNDONE = "choice undone", _("réponse reprise")
    CHOSEN = "chosen", _("réponse à une pratique")
    CREATED = "created", _("création")
    DECIDED = "decided", _("décision d’engagement")
    DECISION_CORRECTED = "decision corrected", _("décision corrigée")
    DELETED = "deleted", _("suppression")
    DELIVERABLE_ADDED = "deliverable added", _("livrable ajouté")
    DELIVERABLE_EDITED = "deliverable edited", _("livrable modifié")
    DELIVERABLE_REMOVED = "deliverable removed", _("livrable retiré")
    EDITED = "edited", _("modification")
    EDITION_KEPT = "edition kept", _("différence vue")
    EDITION_UNKEPT = "edition unkept", _("différence à revoir")
    ENTERED = "plan entered", _("reprise d’un dossier")
    INDICATOR_ADDED = "indicator added", _("indicateur ajouté")
    INDICATOR_REMOVED = "indicator removed", _("indicateur retiré")
    EVIDENCE_GIVEN = "evidence linked", _("preuve rattachée")
    EVIDENCE_TAKEN_BACK = "evidence unlinked", _("preuve détachée")
    IMPORTED = "table imported", _("reprise d’un tableau")
    IMPORT_UNDONE = "import undone", _("reprise annulée")
    LEFT = "plan left", _("sortie en dossier")
    MAIN_INDICATOR = "main indicator", _("indicateur principal")
    MERGED = "folder merged", _("dossier fusionné")
    MERGE_UNDONE = "folder merge undone", _("fusion annulée")
    MILESTONE_ADDED = "milestone added", _("jalon ajouté")
    MILESTONE_EDITED = "milestone edited", _("jalon modifié")
    MILESTONE_REMOVED = "milestone removed", _("jalon retiré")
    MONEY_PLANNED = "money planned", _("argent demandé")
    NOTED = "noted", _("note")
    NOTE_REMOVED = "note removed", _("note retirée")
    PILOT_ASSIGNED = "pilot assigned", _("pilote nommé")
    POST_VACANT = "post vacant", _("poste vacant")
    DUPLICATED = "duplicated", _("copie d’un plan")
    RENEWED = "renewed", _("plan renouvelé")
    ROOM_CLOSED = "room closed", _("atelier fermé aux téléphones")
    ROOM_OPENED = "room opened", _("atelier ouvert aux téléphones")
    RESTORED = "restored", _("valeur restaurée")
    TIED = "tied", _("lien entre actions")
    UNIT_DAYS_SET = "unit days set", _("jours d’une entité")
    UNTIED = "untied", _("lien retiré")
    UPDATE_UNDONE = "update undone", _("mise à jour annulée")
    VIEW_REMOVED = "view removed", _("vue retirée")
    VIEW_SAVED = "view saved", _("vue enregistrée")
    UPDATED = "updated", _("mise à jour")
