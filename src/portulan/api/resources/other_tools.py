"""A plan as other tools read it: what it loses on its way to each, and the files."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from portulan.accounts.access import Operation
from portulan.api.call import Call
from portulan.api.declaring import Sent, answer, download
from portulan.core.say.language import spoken_language
from portulan.core.workbooks import write_xlsx_sheets
from portulan.plans.tools.losses import Kept
from portulan.plans.tools.reads import Departure, departure_of, tool_of
from portulan.plans.tools.registry import TOOLS

AT = "plans/{plan}/tools"


def _saying(kind: str, words: str, example: Any, **more: Any) -> dict[str, Any]:
    return {"type": kind, "description": words, "examples": [example], **more}


def _whole(**properties: Any) -> dict[str, Any]:
    """Return the schema of an object that has all of these, and nothing else."""
    closed = {"required": list(properties), "additionalProperties": False}
    return {"type": "object", "properties": properties, **closed}


LOSS = _whole(
    field=_saying("string", "Field of an action, or `action` for whole ones", "scope"),
    name=_saying("string", "How the field is called", "Champ d’expérimentation"),
    actions=_saying("integer", "How many actions hold it", 3),
    kept=_saying(
        "string",
        "What becomes of it: dropped, folded into a text, or rounded",
        "folded",
        enum=[one.value for one in Kept],
    ),
    becomes=_saying("string", "The same in words", "Ne part pas."),
)
DEPARTURE = _whole(
    tool=_saying("string", "Tool that the plan goes out to", "tet", enum=list(TOOLS)),
    name=_saying("string", "How the tool is called", "Territoires en Transitions"),
    about=_saying("string", "What its file is, and how it enters there", "Le modèle d’import."),
    actions=_saying("integer", "How many actions the plan has", 20),
    losses={
        "type": "array",
        "items": LOSS,
        "description": "What does not leave as it is, whole actions first",
        "examples": [[]],
    },
)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _departure(call: Call) -> Departure:
    slug = call.found["plan"].slug
    return departure_of(call.actor, slug=slug, today=call.today, language=spoken_language())


def _tools(call: Call) -> Any:
    going = _departure(call)
    return [going.report(tool) for tool in TOOLS.values()]


def _for_a_tool(call: Call) -> Sent:
    tool, stream = tool_of(call.path["tool"]), BytesIO()
    write_xlsx_sheets(stream, _departure(call).sheets(tool))
    name = f"{call.found['plan'].slug}-{tool.key}.xlsx"
    return Sent(content=stream.getvalue(), kind=XLSX, name=name)


answer(
    AT,
    _tools,
    schema={"type": "array", "items": DEPARTURE},
    summary="What a plan loses on its way to each tool of the field: by field, how many actions.",
)
download(
    f"{AT}/{{tool}}/file",
    _for_a_tool,
    Operation.READ_PLAN,
    kinds=(XLSX,),
    summary="A plan as the file that another tool reads: tet, gpc-onr, eco-clic or grist.",
)
