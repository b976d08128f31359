from django.apps import AppConfig


class SteeringConfig(AppConfig):
    name = "portulan.steering"

    def ready(self) -> None:
        from django.db.models import F, Q

        from portulan.evidence.models import hold
        from portulan.plans.models import ActionEvidence, DecisionEvidence, DeliverableEvidence

        # What proved something of a plan when it was sealed is never deleted.
        hold(ActionEvidence, Q(proved__plan__sealed__sealed_at__gte=F("given_at")))
        for model in (DecisionEvidence, DeliverableEvidence):
            hold(model, Q(proved__action__plan__sealed__sealed_at__gte=F("given_at")))
