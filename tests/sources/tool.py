"""A tool that is read at an address, as Snipe-IT answers: its rows, and how it behaves."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "a-token-that-nobody-shows"


@dataclass
class Tool:
    """A Snipe-IT of somebody else's: its rows, and how it behaves at the n-th request."""

    place: str = ""
    rows: list[dict[str, Any]] = field(default_factory=list)
    behave: Any = None
    asked: list[str] = field(default_factory=list)


def device(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "serial": f"SN-{number}",
        "category": {"name": "Portable"},
        "manufacturer": {"name": "Dell"},
        "status_label": {"name": "En service", "status_meta": "deployed"},
        "purchase_date": {"date": "2022-11-24"},
        "updated_at": {"datetime": "2026-01-02 08:00:00"},
    }


def serve(found: Tool) -> ThreadingHTTPServer:
    """Serve a tool on this machine alone, and say where in its `place`."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else each body waits 40 ms for what acknowledges its head

        def do_GET(self) -> None:
            found.asked.append(self.path)
            assert self.headers["Authorization"] == f"Bearer {TOKEN}"
            if found.behave is not None and found.behave(self, len(found.asked)):
                return
            query = {name: one[0] for name, one in parse_qs(urlsplit(self.path).query).items()}
            start, limit = int(query.get("offset", 0)), int(query["limit"])
            self.say(200, {"total": len(found.rows), "rows": found.rows[start : start + limit]})

        def say(self, status: int, document: object, **heads: str) -> None:
            body = document if isinstance(document, bytes) else json.dumps(document).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **heads}.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_said: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    found.place = f"127.0.0.1:{server.server_port}"
    return server
