from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "portulan.evidence"

    def ready(self) -> None:
        from portulan.core import uploads
        from portulan.evidence.reads import of_revisions

        uploads.register("evidence", of_revisions)
