"""What each operation is called where a token is given it, by its name in `accounts.access`."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

OPERATIONS: dict[str, str | Promise] = {
    "read_plan": _("Lire le plan et le référentiel"),
    "edit_plan": _("Modifier le plan et ses actions"),
    "update_action": _("Tenir des actions à jour"),
    "source": _("Brancher des sources et les lire"),
    "decide": _("Décider des niveaux d’engagement"),
    "estimate": _("Estimer ce qu’une action épargne"),
    "edit_factors": _("Modifier les facteurs d’impact"),
    "read_budget": _("Lire le budget"),
    "read_originals": _("Lire les fichiers de comptes reçus"),
    "propose": _("Proposer des fléchages"),
    "edit_budget": _("Importer des comptes et flécher"),
    "publish": _("Publier la part du budget"),
    "read_scenario": _("Lire les scénarios"),
    "edit_scenario": _("Modifier et calculer des scénarios"),
    "seal": _("Sceller le plan"),
    "hold_committee": _("Tenir un comité"),
    "handover": _("Passer la main"),
    "room_choice": _("Mener le choix d’une salle"),
    "run_campaign": _("Mener une campagne"),
    "publish_plan": _("Publier le plan"),
    "give_evidence": _("Donner des preuves"),
    "read_private_evidence": _("Lire les preuves non publiées"),
    "qualify": _("Qualifier les achats"),
    "contracts": _("Tenir les marchés et contrats"),
    "manage": _("Administrer l’organisation"),
    "export_all": _("Emporter tout ce que l’organisation possède"),
    "share": _("Partager avec un groupe"),
    "import_catalogue": _("Importer des référentiels"),
    "read_trail": _("Lire le journal"),
    "read_security": _("Lire le journal de sécurité"),
}
