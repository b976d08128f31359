"""The documents that can be produced, in the order in which they are shown."""

from __future__ import annotations

from portulan.publication.documents import (
    agec,
    dashboard,
    green,
    label,
    lesson,
    plan,
    rdd,
    reen,
    rgesn,
    roadmap,
    yearly,
)
from portulan.publication.documents.asking import Kind

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        dashboard.KIND,
        yearly.KIND,
        lesson.KIND,
        plan.KIND,
        reen.KIND,
        rdd.KIND,
        agec.KIND,
        green.KIND,
        rgesn.KIND,
        label.KIND,
        roadmap.KIND,
    )
}
