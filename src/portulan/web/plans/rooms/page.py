"""What a room said of a practice, as pages show it: a chart and sentences."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.charts.canvas import Drawing
from portulan.charts.room_dots import room_dots
from portulan.plans.models import RoomTally
from portulan.plans.rooms import agreement
from portulan.plans.rooms.voices import Heard


def told(tally: RoomTally | None) -> dict[str, object]:
    """Return what a room said, in sentences and as a chart; nothing under three answers."""
    heard = Heard.read(tally.heard) if tally is not None else Heard()
    if not heard.count:
        return {"received": tally.received if tally is not None else 0}
    return {
        "heard": heard,
        "received": tally.received if tally is not None else 0,
        "dots": _drawn(heard),
        "headline": agreement.title(heard),
        "impact_said": agreement.impact(heard),
        "effort_said": agreement.effort(heard),
        "impact_split": agreement.is_split(heard.impact),
        "effort_split": agreement.is_split(heard.effort),
        "who_said": agreement.who(heard),
        "could_said": agreement.could(heard) if heard.could else "",
    }


def _drawn(heard: Heard) -> Drawing:
    counted = ngettext("%(count)s avis", "%(count)s avis", heard.count) % {"count": heard.count}
    return room_dots(
        heard.dots,
        efforts=[str(one) for one in agreement.EFFORTS],
        impacts=[str(one) for one in agreement.IMPACTS],
        axes=(_("Effet"), _("Effort")),
        title=_("%(counted)s, effet et effort") % {"counted": counted},
        description=f"{agreement.impact(heard)} {agreement.effort(heard)}",
        is_split=agreement.is_split(heard.effort),
    )
