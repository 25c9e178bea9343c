"""Invoices: a thousand files on two processes beside bare WeasyPrint, and every invoice of a year before the standard.

Both sides print the very same pages with the same stylesheet, turn by turn in the same processes. Bare WeasyPrint is
called as its documentation does; ours adds the data, the checks of the standard, PDF/A, PDF/UA and the seal.
"""

import hashlib
import os
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from decimal import Decimal
from functools import cache
from multiprocessing import get_context
from typing import Any

from bench.rows import Row

INVOICES = int(os.environ.get("BENCH_INVOICES", "1000"))
PROCESSES = 2
ROUNDS = 5  # turn by turn, so that a busy minute weighs on both


def all_rows() -> list[Row]:
    return [*_files(), *_standard()]


def _start() -> None:
    """A process of the pool: as a worker is, with everything loaded and one file made."""
    import logging

    import django

    django.setup()
    logging.disable(logging.INFO)
    for side in (_ours, _bare, _kept):
        side(0)


def _files() -> list[Row]:
    """Ours beside each of the two others, by the clock and by computing time: others use the machine too."""
    sides = (_ours, _bare, _kept)
    share = max(INVOICES // ROUNDS // PROCESSES, 1)
    wall, computing = dict.fromkeys(sides, 0.0), dict.fromkeys(sides, 0.0)
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn"), initializer=_start) as pool:
        list(pool.map(_take, [(_ours, 0, 1)] * PROCESSES))  # both are up
        for turn in range(ROUNDS):
            for side in sides[turn % 3 :] + sides[: turn % 3]:
                ranks = [(side, (turn * PROCESSES + n) * share, share) for n in range(PROCESSES)]
                start = time.perf_counter()
                computing[side] += sum(pool.map(_take, ranks))
                wall[side] += time.perf_counter() - start
    made, rows = share * PROCESSES * ROUNDS, []
    for floor, name in ((_bare, "WeasyPrint nu"), (_kept, "WeasyPrint nu, police et style gardés")):
        for spent, how in ((wall, "temps écoulé"), (computing, "temps de calcul")):
            ours, low = made / spent[_ours], made / spent[floor]
            title = f"{made} factures, {PROCESSES} processus ; plancher : {name} ({how})"
            rows.append((title, f"{ours:.1f}/s", f"{low:.1f}/s", f"{ours / low:.2f}"))
    return rows


def _take(work: tuple[Callable[[int], object], int, int]) -> float:
    """Seconds of computing for so many files from this rank on."""
    make, first, count = work
    start = time.process_time()
    for rank in range(first, first + count):
        make(rank)
    return time.process_time() - start


def _ours(rank: int) -> str:
    """What the worker does: the frozen content read, checked, written, printed and sealed."""
    from invoices.document.checks import faults
    from invoices.document.content import load
    from invoices.document.files import pdf_of

    content = load(_content(rank))
    if found := faults(content):
        raise SystemExit(str(found))
    return hashlib.sha256(pdf_of(content)).hexdigest()


def _bare(rank: int) -> bytes:
    """The same page and the same stylesheet by WeasyPrint alone, as its documentation calls it."""
    from weasyprint.text.fonts import FontConfiguration

    from core.ui.pdf import styles_of
    from invoices.document.files import STYLES

    fonts = FontConfiguration()
    return _print(rank, styles_of(STYLES, fonts), fonts)


def _kept(rank: int) -> bytes:
    """The same, with the font and the stylesheet read once: WeasyPrint at its best."""
    return _print(rank, *_press())


@cache
def _press() -> tuple[Any, Any]:
    from weasyprint.text.fonts import FontConfiguration

    from core.ui.pdf import styles_of
    from invoices.document.files import STYLES

    fonts = FontConfiguration()
    return styles_of(STYLES, fonts), fonts


def _print(rank: int, styles: Any, fonts: Any) -> bytes:
    from weasyprint import HTML

    from core.ui.pdf import OwnFiles

    page = HTML(string=_page(rank), base_url="static:///", url_fetcher=OwnFiles())
    return bytes(page.write_pdf(stylesheets=styles, font_config=fonts))


def _content(rank: int) -> dict[str, Any]:
    """An invoice like those of a month: from one to six composantes."""
    from invoices.document.content import dump
    from tests.invoices.contents import invoice, line

    lines = tuple(
        line(f"C2026-{number:04d}", Decimal(100 + rank % 900) + Decimal(number) / 4)
        for number in range(1, 2 + rank % 6)
    )
    return dump(invoice(number=f"F2026-{rank:05d}", lines=lines))


def _page(rank: int) -> str:
    """The page of that invoice, as our own template writes it."""
    from django.template.loader import render_to_string

    from invoices.document.content import load
    from invoices.document.files import TEMPLATE, page_of

    return render_to_string(TEMPLATE, page_of(load(_content(rank))))


def _standard() -> list[Row]:
    """Every invoice of the base before our checks, the XSD and both schematrons."""
    from invoices.models import Invoice
    from tests.invoices.standard import broken

    contents = Invoice.objects.order_by("pk").values_list("number", "content")
    start, count, wrong = time.perf_counter(), 0, []
    for number, content in contents.iterator(chunk_size=200):
        count += 1
        wrong += [f"{number} : {one}" for one in broken(content)]
    seconds = time.perf_counter() - start
    for one in wrong[:20]:
        print(one)
    said = "aucun écart" if not wrong else f"{len(wrong)} écarts"
    label = f"{count} factures de la base devant la norme (contrôles, XSD, deux schématrons)"
    return [(label, f"{said}, {count / seconds:.1f}/s", "—", "—")] if count else []
