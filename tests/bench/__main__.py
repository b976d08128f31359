"""Run the benches named on the command line (all of them by default) and print one table."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path


def main(wanted: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="portulan-bench-") as name:
        folder = Path(name)
        os.environ["PORTULAN_DATA"] = str(folder / "data")
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
        import django

        django.setup()
        from tests.bench import (
            arbitrating,
            estimating,
            exporting,
            importing,
            leaving,
            ledgers,
            million,
            neighbours,
            night,
            observing,
            pages,
            published,
            reading,
            returning,
            serving,
            solving,
            steering,
            together,
            views,
        )
        from tests.bench.table import lines

        benches = {
            "reading": reading.rows,
            "ledgers": ledgers.rows,
            "importing": importing.rows,
            "million": million.rows,
            "neighbours": neighbours.rows,
            "night": night.rows,
            "exporting": exporting.rows,
            "leaving": leaving.rows,
            "returning": returning.rows,
            "pages": pages.rows,
            "views": views.rows,
            "steering": steering.rows,
            "together": together.rows,
            "serving": serving.rows,
            "estimating": estimating.rows,
            "solving": solving.rows,
            "arbitrating": arbitrating.rows,
            "published": published.rows,
            "observatory": observing.rows,
        }
        unknown = set(wanted) - set(benches)
        if unknown:
            sys.stderr.write(f"{', '.join(sorted(unknown))}: choose among {', '.join(benches)}\n")
            return 2
        rows = []
        for bench in wanted or benches:
            for row in benches[bench](folder):
                rows.append(row)
                sys.stderr.write(f"{[*lines([row])][-1]}\n")  # some benches last for an hour
        sys.stdout.write("\n".join(lines(rows)) + "\n")
        return 1 if any(row.ok is False for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
