"""Fuzz the readers, guided by the code that each input reaches (atheris, Linux only).

    make fuzz                       every reader, a minute each
    make fuzz READERS=totem TIME=600

Inputs start from the seeds of `tests/hostile/seeds.py`, one per line of the registries. What is
read or refused with a sentence is fine; the input that does anything else is written to
`.fuzz/crash-…`: make a test of it in `tests/hostile/corpus.py`, then mend.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / ".fuzz"
sys.path.insert(0, str(ROOT))


def main() -> None:
    """Fuzz the reader named, else each in a process of its own for a number of seconds."""
    from tests.hostile.seeds import ACCOUNTS, CATALOGUES

    seconds, *wanted = sys.argv[1:]
    if seconds == "one":
        fuzz(*wanted)
        return
    failed = [
        name
        for name in wanted or [*ACCOUNTS, *CATALOGUES]
        if subprocess.run(
            [sys.executable, __file__, "one", name, seconds], cwd=ROOT, check=False
        ).returncode
    ]
    sys.exit(f"found something: {', '.join(failed)}" if failed else 0)


def fuzz(name: str, seconds: str) -> None:
    import atheris  # type: ignore[import-not-found]

    with atheris.instrument_imports(include=["portulan"]):
        from portulan.budget.imports import inspection as accounts
        from portulan.catalogue.imports import inspection as catalogues
        from portulan.core.say.text import UnusableInputError
        from tests.hostile.seeds import ACCOUNTS, CATALOGUES, put

        for seed in ACCOUNTS.values():  # readers are loaded when first needed
            accounts.inspect(io.BytesIO(seed))

    def read_accounts(data: bytes) -> None:
        document = accounts.inspect(io.BytesIO(data))
        json.dumps(document).encode()

    def read_catalogue(data: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            found = catalogues.inspect(put(Path(folder), CATALOGUES[name][0], data))
        json.dumps(found.document("en")).encode()

    read = read_accounts if name in ACCOUNTS else read_catalogue

    def check(data: bytes) -> None:
        try:
            read(data)
        except UnusableInputError as error:
            if error.problem.message("fr") == error.problem.message("en"):
                raise

    seeds = FOLDER / name
    seeds.mkdir(parents=True, exist_ok=True)
    (seeds / "seed").write_bytes(ACCOUNTS[name] if name in ACCOUNTS else CATALOGUES[name][1])
    options = [f"-max_total_time={seconds}", "-timeout=20", "-rss_limit_mb=1000", "-max_len=20000"]
    crash = f"-artifact_prefix={FOLDER}/{name}-"
    atheris.Setup([sys.argv[0], str(seeds), *options, crash, "-print_final_stats=1"], check)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
