"""From a candidate to the job: the organisme admits, prepares, enters, completes; the employer confirms."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Page, expect

from core.accounts.models import Membership
from intentions.models import Intention
from sessions.models import Session
from stagiaires.models import Parcours
from tests.browser.conftest import Watch
from tests.factories.sessions import published_session
from tests.factories.stagiaires import member_of
from tests.stagiaires.test_parcours import begun, candidate

pytestmark = pytest.mark.django_db(transaction=True)


def test_from_the_admission_to_the_job(page_as: Callable[..., Page], watch: Watch) -> None:
    watch.expected.append("422")  # a refusal comes back with its page
    with transaction.atomic():
        session = begun(published_session(), ends=0)
        candidacy = candidate(session, project_validated=False)
    trainer = member_of(session.organisme)

    organisme = page_as(trainer)
    organisme.goto(f"/positionnements/{candidacy.pk}/admission/")
    organisme.get_by_label("Entrée", exact=True).fill(session.starts_on.isoformat())
    organisme.get_by_role("button", name="Vérifier l’admission").click()
    expect(organisme.get_by_text("Admission possible")).to_be_visible()
    organisme.get_by_role("button", name="Admettre").click()
    expect(organisme.get_by_text("Lisez d’abord").first).to_be_visible()
    organisme.get_by_label("J’ai lu").check()
    organisme.get_by_role("button", name="Admettre").click()
    expect(organisme.get_by_text("La personne est admise.")).to_be_visible()

    for button in ("Établir le contrat", "Noter la charte acceptée", "Noter l’engagement signé"):
        organisme.get_by_role("button", name=button).click()
    organisme.get_by_role("link", name="Noter l’entrée…").click()
    organisme.get_by_role("button", name="Noter l’entrée").click()
    expect(organisme.get_by_text("L’entrée en formation est notée.")).to_be_visible()
    organisme.get_by_role("link", name="Noter la fin…").click()
    organisme.get_by_role("button", name="Noter la fin du parcours").click()
    organisme.get_by_role("link", name="Noter le résultat…").click()
    organisme.get_by_label("Certification obtenue").check()
    organisme.get_by_role("button", name="Noter le résultat").click()
    expect(organisme.get_by_text("Le résultat est noté.")).to_be_visible()
    organisme.get_by_role("link", name="Déclarer une embauche…").click()
    organisme.get_by_label("À partir du").fill((timezone.localdate() + dt.timedelta(days=7)).isoformat())
    organisme.get_by_role("button", name="Déclarer une embauche").click()
    expect(organisme.get_by_text("Attend la confirmation de l’employeur")).to_be_visible()

    one = Parcours.objects.select_related("post__intention__employer", "stagiaire").get()
    assert one.post is not None
    employer = page_as(_of(one))
    employer.goto("/")
    employer.get_by_role("link", name="Confirmer").click()
    expect(employer.get_by_text(one.stagiaire.short_name).first).to_be_visible()
    assert one.stagiaire.last_name not in employer.content()
    employer.get_by_role("link", name="Confirmer ou corriger").click()
    employer.get_by_role("button", name="Confirmer l’embauche").click()
    expect(employer.get_by_text("L’embauche est confirmée.")).to_be_visible()

    Session.objects.filter(pk=session.pk).update(state="terminee")
    organisme.goto(f"/parcours/session/{session.number}/")
    organisme.get_by_role("button", name="Faire le bilan").click()
    expect(organisme.get_by_text("Le bilan est fait")).to_be_visible()
    assert Intention.objects.get(pk=one.post.intention_id).state == "honoree"
    employer.goto("/parcours/engagements/")
    expect(employer.get_by_text("Honorée").first).to_be_visible()


def _of(one: Parcours) -> Membership:
    return member_of(one.post.intention.employer)  # type: ignore[union-attr]
