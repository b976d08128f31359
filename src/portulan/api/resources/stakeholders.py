"""The register of actors of a plan: bodies of the area, public or private."""

from __future__ import annotations

from portulan.api.declaring import resource
from portulan.api.resources.plans import PLAN_AT
from portulan.api.shapes import shape
from portulan.plans.models import Stakeholder
from portulan.plans.stakeholders import remove_stakeholder, save_stakeholder

resource(
    f"{PLAN_AT}/stakeholders",
    "stakeholder",
    shape(Stakeholder, "id version name kind role"),
    lambda call: call.found["plan"].stakeholders.select_related("plan"),
    create=save_stakeholder,
    change=save_stakeholder,
    remove=remove_stakeholder,
)
