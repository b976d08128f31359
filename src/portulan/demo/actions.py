"""The twenty actions of the plan of Région Armorique."""

from __future__ import annotations

from portulan.demo.actions_buy import ACTIONS as BUY
from portulan.demo.actions_govern import ACTIONS as GOVERN
from portulan.demo.actions_run import ACTIONS as RUN

ACTIONS = GOVERN + BUY + RUN
