"""The tables of steering, in the order of their foreign keys."""

from portulan.steering.models.sealed import PlanClosing, SealedPlan, Stamp

__all__ = ["PlanClosing", "SealedPlan", "Stamp"]
