"""What an edition says of others: links to other catalogues, successors of its own old codes."""

from __future__ import annotations

from collections.abc import Sequence

from portulan.catalogue.readers.content import (
    RELATIONS,
    LinkContent,
    PracticeContent,
    SuccessorContent,
)
from portulan.catalogue.readers.edition_checks import Checker
from portulan.catalogue.readers.edition_findings import EDITION_NO_PRACTICE
from portulan.catalogue.readers.plain_yaml import Value

LINK_KEYS = ("code", "relation", "catalogue", "edition", "other", "reason")
SUCCESSOR_KEYS = ("edition", "old", "code", "reason")


def read_links(
    check: Checker, value: Value, practices: Sequence[PracticeContent]
) -> tuple[LinkContent, ...]:
    """Read `{code, relation, catalogue, edition, other, reason}`; only `edition` is optional."""
    codes = tuple(practice.code for practice in practices)
    links = []
    for place, item in check.items(value, ("links",)):
        entry = check.mapping(item, place, LINK_KEYS)
        code = check.code(entry.get("code"), (*place, "code"))
        if code and code not in codes:
            check.note(EDITION_NO_PRACTICE, (*place, "code"), code=code)
        relation = check.text(entry.get("relation"), (*place, "relation"))
        if relation:
            check.word(relation, (*place, "relation"), RELATIONS)
        edition = entry.get("edition")
        reason, english = check.pair(entry.get("reason"), (*place, "reason"))
        links.append(
            LinkContent(
                code=code,
                relation=next((known for known in RELATIONS if known == relation), "related"),
                catalogue=check.slug(entry.get("catalogue"), (*place, "catalogue")),
                edition=None if edition is None else check.text(edition, (*place, "edition")),
                other=check.code(entry.get("other"), (*place, "other")),
                reason=reason,
                translations={"en": english} if english else {},
            )
        )
    return tuple(links)


def read_successors(
    check: Checker, value: Value, practices: Sequence[PracticeContent]
) -> tuple[SuccessorContent, ...]:
    """Read `{edition, old, code, reason}`; without `code`, the old practice has no successor."""
    codes = tuple(practice.code for practice in practices)
    successors = []
    for place, item in check.items(value, ("successors",)):
        entry = check.mapping(item, place, SUCCESSOR_KEYS)
        code = entry.get("code")
        here = None if code is None else check.code(code, (*place, "code"))
        if here and here not in codes:
            check.note(EDITION_NO_PRACTICE, (*place, "code"), code=here)
        reason, english = check.pair(entry.get("reason"), (*place, "reason"), required=False)
        successors.append(
            SuccessorContent(
                edition=check.text(entry.get("edition"), (*place, "edition")),
                old=check.code(entry.get("old"), (*place, "old")),
                code=here,
                reason=reason,
                translations={"en": english} if english else {},
            )
        )
    return tuple(successors)
