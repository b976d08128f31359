"""The tables of steering, in the order of their foreign keys."""

from portulan.steering.models.sealed import CommitmentVerdict, SealedPlan, Stamp

__all__ = ["CommitmentVerdict", "SealedPlan", "Stamp"]
