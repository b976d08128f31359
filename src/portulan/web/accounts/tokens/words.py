"""What each operation is called where a token is given it."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portulan.accounts.access import Operation

OPERATIONS: dict[Operation, str | Promise] = {
    Operation.READ_PLAN: _("Lire le plan et le référentiel"),
    Operation.EDIT_PLAN: _("Modifier le plan et ses actions"),
    Operation.UPDATE_ACTION: _("Tenir des actions à jour"),
    Operation.DECIDE: _("Décider des niveaux d’engagement"),
    Operation.ESTIMATE: _("Estimer ce qu’une action épargne"),
    Operation.EDIT_FACTORS: _("Modifier les facteurs d’impact"),
    Operation.READ_BUDGET: _("Lire le budget"),
    Operation.READ_ORIGINALS: _("Lire les fichiers de comptes reçus"),
    Operation.PROPOSE: _("Proposer des fléchages"),
    Operation.EDIT_BUDGET: _("Importer des comptes et flécher"),
    Operation.PUBLISH: _("Publier la part du budget"),
    Operation.PUBLISH_PLAN: _("Produire et garder des documents"),
    Operation.READ_SCENARIO: _("Lire les scénarios"),
    Operation.EDIT_SCENARIO: _("Modifier et calculer des scénarios"),
    Operation.IMPORT_CATALOGUE: _("Importer des référentiels"),
    Operation.READ_TRAIL: _("Lire le journal"),
    Operation.READ_SECURITY: _("Lire le journal de sécurité"),
}
