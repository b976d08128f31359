"""Writing estimates, the organisation's own figures, and social effects."""

from portulan.impact.services.estimates import (
    estimate_action,
    restore_estimate,
    withdraw_estimate,
)
from portulan.impact.services.factors import (
    OwnFigure,
    give_factor,
    import_factors,
    withdraw_factor,
)
from portulan.impact.services.social import remove_social_effect, save_social_effect

__all__ = [
    "OwnFigure",
    "estimate_action",
    "give_factor",
    "import_factors",
    "remove_social_effect",
    "restore_estimate",
    "save_social_effect",
    "withdraw_estimate",
    "withdraw_factor",
]
