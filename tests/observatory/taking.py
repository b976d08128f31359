"""Taking made-up files into the table."""

from __future__ import annotations

import io

from portulan.observatory.readers.files import identity_of, read_stream
from portulan.observatory.writes import Taken, take_in


def take(text: str, name: str = "balances.csv") -> Taken:
    stream = io.BytesIO(text.encode())
    identity = identity_of(stream, name)
    return take_in(identity, read_stream(stream, name, lambda _rows: None))
