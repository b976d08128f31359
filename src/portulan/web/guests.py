"""People without an account: whose page they see, and the code that leads there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import segno
from django.utils.safestring import SafeString, mark_safe


@dataclass(frozen=True, slots=True)
class Host:
    """The organisation as its pilots see it who have no account: its name, and no way in."""

    name: str
    fictional: bool
    frozen_on: Any = None
    slug: str = ""


def drawn(address: str) -> SafeString:
    """Draw the code of an address, dark on light whatever the page: cameras want it so."""
    said = segno.make(address, error="m").svg_inline(
        scale=4, border=3, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True
    )
    return mark_safe(said)  # noqa: S308 - drawn by segno: paths alone
