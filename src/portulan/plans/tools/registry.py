"""The tools of the field that a plan goes out to. To add one: its module, and its place here."""

from __future__ import annotations

from collections.abc import Mapping

from portulan.plans.tools import eco_clic, gpc_onr, grist, tet
from portulan.plans.tools.losses import OtherTool

TOOLS: Mapping[str, OtherTool] = {
    one.key: one for one in (tet.TOOL, gpc_onr.TOOL, eco_clic.TOOL, grist.TOOL)
}
