"""Reading plans and actions."""

from portulan.plans.selectors.action_columns import PlanActions, actions_of, deliverables_due
from portulan.plans.selectors.actions import (
    SORT_NAMES,
    Filters,
    Listing,
    Row,
    list_actions,
    row_of,
    rows_of,
    shown_year,
)
from portulan.plans.selectors.commitment import commitment_of, decisions_of, facts_of
from portulan.plans.selectors.coverage import Acting, Coverage, ThemeCoverage, coverage_of
from portulan.plans.selectors.doors import (
    current_plan,
    get_action,
    get_action_indicator,
    get_part,
    get_plan,
    load_details,
    may_on,
    owns,
    plans_of,
)
from portulan.plans.selectors.editions import EditionNews, edition_news
from portulan.plans.selectors.history import story_of
from portulan.plans.selectors.money import planned_funding, rows_around
from portulan.plans.selectors.practices import Following, following, practices_for, themes_of
from portulan.plans.selectors.votes import ToVote, Voting, actions_to_vote, voting_of

__all__ = [
    "SORT_NAMES",
    "Acting",
    "Coverage",
    "EditionNews",
    "Filters",
    "Following",
    "Listing",
    "PlanActions",
    "Row",
    "ThemeCoverage",
    "ToVote",
    "Voting",
    "actions_of",
    "actions_to_vote",
    "commitment_of",
    "coverage_of",
    "current_plan",
    "decisions_of",
    "deliverables_due",
    "edition_news",
    "facts_of",
    "following",
    "get_action",
    "get_action_indicator",
    "get_part",
    "get_plan",
    "list_actions",
    "load_details",
    "may_on",
    "owns",
    "planned_funding",
    "plans_of",
    "practices_for",
    "row_of",
    "rows_around",
    "rows_of",
    "shown_year",
    "story_of",
    "themes_of",
    "voting_of",
]
