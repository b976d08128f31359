"""Writing estimates, the organisation's own figures, and social effects."""

from portulan.impact.services.estimates import (
    estimate_action,
    restore_estimate,
    withdraw_estimate,
)

__all__ = ["estimate_action", "restore_estimate", "withdraw_estimate"]
