"""Prepare a base of its own, measure, print the table.

BENCH_SESSIONS (20,000) sessions in var/bench, made once; BENCH_INVOICES (1,000) files of invoices. A share is told
rather than a time: both sides run in the same process, one after the other, so that a busy machine slows them alike.
Nothing here passes or fails.
"""

import logging
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
os.environ.setdefault("PORTAL_VAR", str(ROOT / "var" / "bench"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.local")


def main() -> None:
    import django

    django.setup()
    logging.disable(logging.INFO)  # a line per page would be measured too
    from bench import measures, report

    sessions = int(os.environ.get("BENCH_SESSIONS", "20000"))
    measures.prepare(sessions)
    report.show(measures.all_rows(), sessions, sys.stdout)


if __name__ == "__main__":
    main()
