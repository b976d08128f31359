from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "portulan.plans"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from portulan.accounts.mentions import Mention, declare
        from portulan.core.retention import Retention
        from portulan.core.retention import declare as keep
        from portulan.plans import computed
        from portulan.plans.models import LIFE, PlanMerge, TableImport
        from portulan.plans.rooms.writes import close_ended

        declare(
            Mention("plans.TableImport", "plan__organisation", ("grid", "report")),
            Mention("plans.TableLine", "table__plan__organisation", ("said", "before")),
            Mention("plans.PlanMerge", "plan__organisation", ("file_name", "files")),
            Mention("plans.RoomTally", "room__plan__organisation", ("heard",)),
            Mention("plans.RoomVoice", "room__plan__organisation", ("who", "word")),
            Mention("plans.Stakeholder", "plan__organisation", ("role",)),
        )
        computed.declare()
        for code, title, kind in (
            ("tables", _("tableaux d’actions non repris"), TableImport),
            ("folders", _("dossiers de plan non repris"), PlanMerge),
        ):
            keep(Retention(code, title, kind.lifetime(), kind.clear))
        keep(Retention("rooms", _("avis d’un atelier, un par téléphone"), LIFE, close_ended))
