"""Writing indicators, their targets and their dated values."""

from portulan.indicators.services.indicators import (
    create_indicator,
    edit_indicator,
    remove_target,
    set_target,
)
from portulan.indicators.services.measurements import (
    record_measurement,
    refresh_computed,
    undo_measurement,
    withdraw_measurement,
)

__all__ = [
    "create_indicator",
    "edit_indicator",
    "record_measurement",
    "refresh_computed",
    "remove_target",
    "set_target",
    "undo_measurement",
    "withdraw_measurement",
]
