"""Who sees a piece of evidence."""

from __future__ import annotations

from enum import StrEnum


class Visibility(StrEnum):
    PRIVATE = "private"
    ORGANISATION = "organisation"
    PUBLISHED = "published"
