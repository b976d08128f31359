"""Reading catalogues: editions, practices, and what is said of them."""

from portulan.catalogue.selectors.editions import (
    PracticeFilters,
    family_of,
    get_practice,
    get_version,
    pilots_of,
    practices,
    same_code,
    versions_for,
)
from portulan.catalogue.selectors.links import (
    SeenLink,
    comparison_of,
    get_link,
    links_of,
    missing_ends,
    said_of,
    steps_between,
)

__all__ = [
    "PracticeFilters",
    "SeenLink",
    "comparison_of",
    "family_of",
    "get_link",
    "get_practice",
    "get_version",
    "links_of",
    "missing_ends",
    "pilots_of",
    "practices",
    "said_of",
    "same_code",
    "steps_between",
    "versions_for",
]
