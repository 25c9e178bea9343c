"""The network is cut in the middle of a morning, the browser is killed, and every signature is counted once."""

import contextlib
import datetime as dt
import os
import re
import signal
from pathlib import Path
from typing import Any

import pytest
import segno
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from stagiaires import codes, tokens
from stagiaires.models import Signature
from stagiaires.workflow import half_days
from tests.chromium import ARGUMENTS, CHROMIUM
from tests.factories.sessions import published_session
from tests.factories.stagiaires import HalfDayFactory, member_of, parcours

pytestmark = pytest.mark.django_db(transaction=True)


def morning(people: int) -> tuple[Any, list[Any], Any]:
    """A half-day that goes on now, the people expected there, and the trainer's link."""
    now, today = timezone.localtime(), timezone.localdate()
    with transaction.atomic():
        session = published_session(starts_on=today, ends_on=today + dt.timedelta(days=60))
    start = max(now - dt.timedelta(hours=1), now.replace(hour=0, minute=0)).time().replace(second=0, microsecond=0)
    end = min(now + dt.timedelta(hours=2), now.replace(hour=23, minute=58)).time().replace(second=0, microsecond=0)
    half_day = HalfDayFactory(session=session, on_date=today, starts_at=start, ends_at=end, secret=codes.new_secret())
    link = half_days.give_link(session, "Anne Le Goff", today, today, member_of(session.organisme))
    return half_day, [parcours(session, funded=False, post=None) for _ in range(people)], link


def sign(page: Page, one: Any) -> None:
    """« Signer ici », a stroke, « Je signe »."""
    page.locator(f"[data-person='{one.pk}'] [data-sign]").click()
    pad = page.locator("dialog [data-pad]")
    box = pad.bounding_box()
    assert box
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 70, steps=4)
    page.mouse.up()
    page.locator("dialog button[value=signe]").click()


def profile(browser: Browser, folder: Path, url: str) -> BrowserContext:
    """A phone: what it keeps stays in `folder` when it is killed."""
    return browser.browser_type.launch_persistent_context(
        folder, executable_path=CHROMIUM, args=ARGUMENTS, base_url=url, locale="fr-FR",
        viewport={"width": 360, "height": 780},
    )  # fmt: skip


def kill(folder: Path) -> None:
    """`kill -9` of every process of the browser whose profile this is: it is told nothing, and writes nothing more."""
    mine = f"--user-data-dir={folder}".encode()
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and (entry / "cmdline").exists() and mine in (entry / "cmdline").read_bytes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(entry.name), signal.SIGKILL)


def test_the_network_is_cut_the_browser_killed_and_each_signature_counts_once(
    browser: Browser, live_server: Any, tmp_path: Path
) -> None:
    settings.SITE_URL = live_server.url
    half_day, people, link = morning(6)
    phone = profile(browser, tmp_path, live_server.url)
    page = phone.new_page()
    page.goto(reverse("formateur_lien", args=[tokens.link_token(link.pk)]))
    page.get_by_role("link", name="matin").first.click()
    page.get_by_role("button", name="Ouvrir le matin").click()
    expect(page.locator("[data-signs]")).to_have_text(re.compile(r"^[2-9A-Z]{4}$"))
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()  # now through the worker, which keeps the page
    page.wait_for_function("caches.open('pages').then((kept) => kept.keys()).then((all) => all.length > 0)")

    for one in people[:2]:
        sign(page, one)
        expect(page.locator(f"[data-person='{one.pk}'] .em-done")).to_be_visible()
    assert Signature.objects.count() == 2

    phone.set_offline(True)
    for one in people[2:4]:
        sign(page, one)
        expect(page.locator(f"[data-person='{one.pk}'] .em-wait")).to_contain_text("à envoyer")
    expect(page.locator("[data-news]")).to_contain_text("Hors connexion depuis")
    page.reload()  # the page itself comes from the phone
    expect(page.locator(f"[data-person='{people[3].pk}'] .em-wait")).to_contain_text("à envoyer")
    sign(page, people[4])
    expect(page.locator("[data-news]")).to_contain_text("3 signatures sont gardées")
    expect(page.locator("[data-count]")).to_contain_text("5")
    assert Signature.objects.count() == 2
    kill(tmp_path)  # with what it holds

    phone = profile(browser, tmp_path, live_server.url)
    page = phone.new_page()
    page.goto(reverse("formateur_lien", args=[tokens.link_token(link.pk)]))  # what was open may not have been kept
    page.goto(reverse("demi_journee", args=[half_day.pk]))
    for one in people[2:5]:
        expect(page.locator(f"[data-person='{one.pk}'] .em-said")).not_to_contain_text("à envoyer")
    expect(page.locator("[data-count]")).to_contain_text("5")
    sign(page, people[5])
    expect(page.locator(f"[data-person='{people[5].pk}'] .em-done")).to_be_visible()
    kept = Signature.objects.filter(half_day=half_day)
    assert sorted(kept.values_list("parcours_id", flat=True)) == sorted(one.pk for one in people)
    assert not kept.filter(late=True).exists()
    assert all(one.drawing for one in kept)
    assert {one.link_id for one in kept} == {link.pk}
    phone.close()


def test_who_signs_out_leaves_no_name_on_a_phone_that_others_use(page_as: Any, watch: Any) -> None:
    watch.expected = ["ERR_INTERNET_DISCONNECTED", "ERR_FAILED"]
    half_day, (one,), _ = morning(1)
    page = page_as(member_of(half_day.session.organisme))
    address = reverse("demi_journee", args=[half_day.pk])
    page.goto(address)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.wait_for_function("caches.open('pages').then((kept) => kept.keys()).then((all) => all.length > 0)")
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_text(one.stagiaire.short_name).first).to_be_visible()
    page.context.set_offline(False)
    page.goto(reverse("account_logout"))
    page.get_by_role("button", name="Me déconnecter").click()
    expect(page.get_by_role("link", name="Se connecter")).to_be_visible()
    assert page.evaluate("caches.has('pages')") is False


def test_a_trainee_signs_on_his_own_phone_and_is_known_the_next_time(page: Page, watch: Any) -> None:
    watch.expected = ["422"]
    half_day, (one, other), _ = morning(2)
    half_days.open_half_day(half_day, half_days.Opener(hat=member_of(half_day.session.organisme)))

    def scan() -> None:
        shown = codes.code(half_day.secret, half_day.pk, codes.window_of(timezone.now()))
        page.goto(reverse("signature_code", args=[half_day.pk, shown]))

    scan()
    page.get_by_label(one.stagiaire.short_name).check()
    page.get_by_label("Votre date de naissance").fill("1990-01-01")
    page.get_by_role("button", name="Je signe").click()
    expect(page.get_by_text("Ce n’est pas la date connue").first).to_be_visible()
    page.get_by_label("Votre date de naissance").fill(one.stagiaire.birth_on.isoformat())
    page.get_by_role("button", name="Je signe").click()
    expect(page.get_by_role("heading", name="C’est signé")).to_be_visible()
    assert Signature.objects.get().parcours == one
    scan()  # this phone signs for her, and for nobody else
    expect(page.get_by_text("déjà dite")).to_be_visible()
    expect(page.get_by_label(other.stagiaire.short_name)).to_have_count(0)


def test_the_code_drawn_on_the_phone_is_a_qr_code(page: Page) -> None:
    page.goto(reverse("accessibilite"))
    page.evaluate((Path(settings.BASE_DIR) / "static/js/emargement/qr.js").read_text(encoding="utf-8"))
    for length in (14, 62, 84, 122, 180):  # full: what a maker writes after the text is its own affair
        made = segno.make("b" * length, error="m", mask=5, mode="byte", micro=False, boost_error=False)
        drawn = page.evaluate("(text) => codeQr.matrix(text, 5)", "b" * length)
        assert [[bool(one) for one in line] for line in made.matrix] == drawn
