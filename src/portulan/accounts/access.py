"""Who may do what: one table, role × operation → ALL, OWN or NONE.

OWN means "on the actions this person pilots"; the door of the object resolves it
(`plans.plan.get_action`). A person's rights are the widest of their roles.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum, StrEnum


class Role(StrEnum):
    READER = "reader"
    CONTRIBUTOR = "contributor"
    EDITOR = "editor"
    FINANCE = "finance"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Operation(StrEnum):
    READ_PLAN = "read_plan"
    EDIT_PLAN = "edit_plan"  # plan, goals, axes, practices kept or not, actions
    UPDATE_ACTION = "update_action"  # progress, measurements, deliverables
    DECIDE = "decide"  # commitment levels
    SOURCE = "source"  # what feeds indicators: made, changed, read now
    SOURCE_SECRET = "source_secret"  # noqa: S105 - what opens a tool, or lets it push
    GIVE_EVIDENCE = "give_evidence"  # a piece, its revisions, what it proves
    READ_PRIVATE_EVIDENCE = "read_private_evidence"
    ESTIMATE = "estimate"  # what an action spares, its social effects
    EDIT_FACTORS = "edit_factors"  # the organisation's own figures of impact
    READ_BUDGET = "read_budget"
    # The files of accounts as received, suppliers; amounts of a contract before its award.
    READ_ORIGINALS = "read_originals"
    PROPOSE = "propose"  # an attribution, that finance will accept or not
    EDIT_BUDGET = "edit_budget"  # imports, perimeter, attributions, ambitions
    CONTRACTS = "contracts"  # the register of contracts, clauses and criteria
    PUBLISH = "publish"  # the figure of the budget
    PUBLISH_PLAN = "publish_plan"  # documents kept, the public page and its data
    READ_SCENARIO = "read_scenario"
    EDIT_SCENARIO = "edit_scenario"  # an arbitration: its figures, its rules, its computation
    SEAL = "seal"  # the plan as it was voted
    RUN_CAMPAIGN = "run_campaign"  # messages: what will leave, to whom, with what text
    HOLD_COMMITTEE = "hold_committee"  # prepared, held, its minutes closed
    HANDOVER = "handover"  # all that somebody holds, to whom, from when
    ROOM_CHOICE = "room_choice"  # phones of a room: opened, shown, closed
    IMPORT_CATALOGUE = "import_catalogue"
    SHARE = "share"  # what a group reads of the organisation, and until when
    READ_TRAIL = "read_trail"  # the whole organisation's journal
    READ_SECURITY = "read_security"  # who came in, and what was made that opens
    MAKE_TOKEN = "make_token"  # noqa: S105 - of the API, for one's own rights or fewer
    MANAGE = "manage"  # organisation, units, people, roles
    EXPORT_ALL = "export_all"  # all that the organisation owns, in one archive


class Grant(IntEnum):
    NONE = 0
    OWN = 1
    ALL = 2


# What nobody does for an organisation that is not their own, whatever its roles gave them.
NEVER_DELEGATED = frozenset(
    {
        *(Operation.MANAGE, Operation.SHARE, Operation.MAKE_TOKEN, Operation.READ_SECURITY),
        *(Operation.SOURCE_SECRET, Operation.EXPORT_ALL),
    }
)
_NONE, _OWN, _ALL = Grant.NONE, Grant.OWN, Grant.ALL

#                                reader contributor editor finance auditor admin
_TABLE: dict[Operation, tuple[Grant, ...]] = {
    Operation.READ_PLAN:        (_ALL,  _ALL,       _ALL,  _ALL,   _ALL,   _ALL),
    Operation.EDIT_PLAN:        (_NONE, _NONE,      _ALL,  _NONE,  _NONE,  _ALL),
    Operation.UPDATE_ACTION:    (_NONE, _OWN,       _ALL,  _NONE,  _NONE,  _ALL),
    Operation.DECIDE:           (_NONE, _NONE,      _ALL,  _NONE,  _NONE,  _ALL),
    Operation.SOURCE:           (_NONE, _NONE,      _ALL,  _NONE,  _NONE,  _ALL),
    Operation.SOURCE_SECRET:    (_NONE, _NONE,      _NONE, _NONE,  _NONE,  _ALL),
    Operation.GIVE_EVIDENCE:    (_NONE, _OWN,       _ALL,  _ALL,   _NONE,  _ALL),
    Operation.READ_PRIVATE_EVIDENCE: (_NONE, _OWN,  _ALL,  _ALL,   _ALL,   _ALL),
    Operation.ESTIMATE:         (_NONE, _OWN,       _ALL,  _NONE,  _NONE,  _ALL),
    Operation.EDIT_FACTORS:     (_NONE, _NONE,      _ALL,  _NONE,  _NONE,  _ALL),
    Operation.READ_BUDGET:      (_ALL,  _ALL,       _ALL,  _ALL,   _ALL,   _ALL),
    Operation.READ_ORIGINALS:   (_NONE, _NONE,      _NONE, _ALL,   _ALL,   _ALL),
    Operation.PROPOSE:          (_NONE, _NONE,      _ALL,  _ALL,   _NONE,  _ALL),
    Operation.EDIT_BUDGET:      (_NONE, _NONE,      _NONE, _ALL,   _NONE,  _ALL),
    Operation.CONTRACTS:        (_NONE, _NONE,      _ALL,  _ALL,   _NONE,  _ALL),
    Operation.PUBLISH:          (_NONE, _NONE,      _NONE, _ALL,   _NONE,  _ALL),
    Operation.PUBLISH_PLAN:     (_NONE, _NONE,      _ALL,  _NONE,  _NONE,  _ALL),
    Operation.READ_SCENARIO:    (_ALL,  _ALL,       _ALL,  _ALL,   _ALL,   _ALL),
    Operation.EDIT_SCENARIO:    (_NONE, _NONE,      _ALL,  _ALL,   _NONE,  _ALL),
    Operation.SEAL:             (_NONE, _NONE,      _ALL,  _NONE,  _NONE,  _ALL),
    Operation.RUN_CAMPAIGN:     (_NONE, _NONE,      _ALL,  _NONE,  _NONE,  _ALL),
    Operation.HOLD_COMMITTEE:   (_NONE, _NONE,      _ALL,  _NONE,  _NONE,  _ALL),
    Operation.HANDOVER:         (_OWN,  _OWN,       _ALL,  _OWN,   _OWN,   _ALL),
    Operation.ROOM_CHOICE:      (_NONE, _NONE,      _ALL,  _NONE,  _NONE,  _ALL),
    Operation.IMPORT_CATALOGUE: (_NONE, _NONE,      _ALL,  _NONE,  _NONE,  _ALL),
    Operation.SHARE:            (_NONE, _NONE,      _NONE, _NONE,  _NONE,  _ALL),
    Operation.READ_TRAIL:       (_NONE, _NONE,      _NONE, _NONE,  _ALL,   _ALL),
    Operation.READ_SECURITY:    (_NONE, _NONE,      _NONE, _NONE,  _ALL,   _ALL),
    Operation.MAKE_TOKEN:       (_ALL,  _ALL,       _ALL,  _ALL,   _ALL,   _ALL),
    Operation.MANAGE:           (_NONE, _NONE,      _NONE, _NONE,  _NONE,  _ALL),
    Operation.EXPORT_ALL:       (_NONE, _NONE,      _NONE, _NONE,  _NONE,  _ALL),
}  # fmt: skip
_COLUMNS = (
    Role.READER, Role.CONTRIBUTOR, Role.EDITOR, Role.FINANCE, Role.AUDITOR, Role.ADMIN,
)  # fmt: skip

RIGHTS: dict[Role, dict[Operation, Grant]] = {
    role: {operation: row[column] for operation, row in _TABLE.items()}
    for column, role in enumerate(_COLUMNS)
}


def granted(roles: Iterable[Role], operation: Operation) -> Grant:
    """Return the widest grant that the roles give for the operation."""
    return max((RIGHTS[role][operation] for role in roles), default=Grant.NONE)
