from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "portulan.evidence"

    def ready(self) -> None:
        from portulan.core import uploads
        from portulan.evidence.reads import of_revisions

        uploads.register("evidence", of_revisions)

        from django.conf import settings

        from portulan.core.outward import Outward, declare
        from portulan.core.say.text import Text

        declare(
            Outward(
                "scan",
                Text("Commande qui examine les fichiers", "Command that scans files"),
                Text("chaque fichier reçu", "each file received"),
                ("portulan.evidence.reception",),
                lambda _organisation: settings.SCAN_COMMAND[0] if settings.SCAN_COMMAND else "",
                "PORTULAN_SCAN_COMMAND",
            )
        )
