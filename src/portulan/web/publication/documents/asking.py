"""What a page of a document asks, and where it stands among the others."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from portulan.core.errors import NotFoundError
from portulan.publication.documents.asking import Asked, Kind
from portulan.publication.documents.cell import Block, Section, Table
from portulan.web.language import page_language
from portulan.web.requests import OrganisationRequest, url_in, years_of

# Of a preview; the file has them all.
MOST_CELLS = 130


def asked_of(request: OrganisationRequest, year: int, kind: Kind | None = None) -> Asked:
    if not 2000 <= year <= 2100:
        raise NotFoundError(str(year))
    said = {name: request.GET.get(name, "") for name in (kind.options if kind else ())}
    language, known = page_language(), years_of(request)
    return Asked(request.actor, request.organisation, year, request.today, language, said, known)


def at(request: OrganisationRequest, name: str, kind: Kind, *arguments: object) -> str:
    """Return an address of a document, with what is asked of it besides."""
    said = {one: value for one in kind.options if (value := request.GET.get(one))}
    place = url_in(request, f"documents:{name}", kind.name, *arguments)
    return f"{place}?{urlencode(said)}" if said else place


def trail_of(request: OrganisationRequest) -> list[tuple[str, str]]:
    return [(url_in(request, "documents:browse"), _("Documents"))]


def shortened(section: Section, most: int = MOST_CELLS) -> tuple[Section, int]:
    """Return a section whose tables fit a page, and how many rows are left out."""
    room, left = most, 0
    blocks: list[Block] = []
    for block in section.blocks:
        if not isinstance(block, Table):
            blocks.append(block)
            continue
        rows = max(1, room // max(1, len(block.heads)))
        room -= min(rows, len(block.rows)) * len(block.heads)
        left += max(0, len(block.rows) - rows)
        blocks.append(replace(block, rows=block.rows[:rows]))
    return replace(section, blocks=tuple(blocks)), left
