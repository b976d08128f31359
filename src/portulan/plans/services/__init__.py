"""Writing plans, actions, commitments, money and choices."""

from portulan.plans.services.actions import (
    assign_pilot,
    create_action,
    declare_vacant,
    delete_action,
    edit_action,
    hangs_on,
)
from portulan.plans.services.choices import Chosen, choose_practice, undo_choice
from portulan.plans.services.commitments import (
    decide,
    remove_deliverable,
    remove_milestone,
    save_deliverable,
    save_milestone,
)
from portulan.plans.services.corrections import Correction, correct_decision
from portulan.plans.services.editions import follow_edition, keep_edition, review_edition
from portulan.plans.services.fields import ActionFields
from portulan.plans.services.indicators import (
    add_indicator,
    leave_indicator,
    make_main,
    measure,
    share_indicator,
    withdraw,
)
from portulan.plans.services.money import MoneyKey, replace_planned_money, set_planned_money
from portulan.plans.services.plans import (
    add_axis,
    add_goal,
    create_plan,
    edit_plan,
    remove_part,
    rename_part,
)
from portulan.plans.services.progress import Update, drop_action, undo_update, update_progress
from portulan.plans.services.restoring import can_restore, restore_value
from portulan.plans.services.votes import Vote, vote_plan

__all__ = [
    "ActionFields",
    "Chosen",
    "Correction",
    "MoneyKey",
    "Update",
    "Vote",
    "add_axis",
    "add_goal",
    "add_indicator",
    "assign_pilot",
    "can_restore",
    "choose_practice",
    "correct_decision",
    "create_action",
    "create_plan",
    "decide",
    "declare_vacant",
    "delete_action",
    "drop_action",
    "edit_action",
    "edit_plan",
    "follow_edition",
    "hangs_on",
    "keep_edition",
    "leave_indicator",
    "make_main",
    "measure",
    "remove_deliverable",
    "remove_milestone",
    "remove_part",
    "rename_part",
    "replace_planned_money",
    "restore_value",
    "review_edition",
    "save_deliverable",
    "save_milestone",
    "set_planned_money",
    "share_indicator",
    "undo_choice",
    "undo_update",
    "update_progress",
    "vote_plan",
    "withdraw",
]
