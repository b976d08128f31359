"""The Model Context Protocol on standard input and output: a message a line, until it ends."""

from __future__ import annotations

import json
import sys

from django.db import close_old_connections
from django.utils import translation

from portulan.api.assistant import reader_of
from portulan.api.mcp_protocol import Asker, respond


def serve(slug: str, language: str) -> None:
    """Answer an assistant about an organisation, with a reader's rights, until it leaves."""
    for line in sys.stdin.buffer:
        if not line.strip():
            continue
        with translation.override(language):
            said = respond(line, Asker(*reader_of(slug)))
        close_old_connections()
        if said is not None:
            # ASCII alone: whatever the terminal's encoding, a line is one message.
            sys.stdout.write(json.dumps(said) + "\n")
            sys.stdout.flush()
