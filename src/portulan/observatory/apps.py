from django.apps import AppConfig


class ObservatoryConfig(AppConfig):
    name = "portulan.observatory"

    def ready(self) -> None:
        from django.conf import settings

        from portulan.core.outward import Outward, declare
        from portulan.core.say.text import Text

        declare(
            Outward(
                "observatory",
                Text("Fichiers publics, à la demande de l’exploitant", "Public files, on request"),
                Text("une adresse lue, rien d’ici", "an address that is read, nothing of here"),
                ("portulan.observatory.fetching",),
                lambda _organisation: "https://…" if settings.OBSERVATORY_FETCH else "",
                "PORTULAN_OBSERVATORY_FETCH",
                names=False,
            ),
            Outward(
                "spark",
                Text("Moteur des comptes publics", "Engine of public accounts"),
                Text("fichiers publics", "public files"),
                ("portulan.observatory.lakes",),
                lambda _organisation: settings.SPARK_COMMAND[0] if settings.SPARK_COMMAND else "",
                "PORTULAN_SPARK",
                names=False,
            ),
        )
