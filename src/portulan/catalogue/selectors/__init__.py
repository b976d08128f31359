"""Reading catalogues: editions, practices, and what is said of them."""

from portulan.catalogue.selectors.editions import (
    PracticeFilters,
    family_of,
    get_practice,
    get_version,
    pilots_of,
    practices,
    versions_for,
)
from portulan.catalogue.selectors.links import (
    Elsewhere,
    SeenLink,
    comparison_of,
    elsewhere,
    get_link,
    links_of,
    missing_ends,
    said_of,
    steps_between,
)

__all__ = [
    "Elsewhere",
    "PracticeFilters",
    "SeenLink",
    "comparison_of",
    "elsewhere",
    "family_of",
    "get_link",
    "get_practice",
    "get_version",
    "links_of",
    "missing_ends",
    "pilots_of",
    "practices",
    "said_of",
    "steps_between",
    "versions_for",
]
