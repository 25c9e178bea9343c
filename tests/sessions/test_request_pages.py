"""The organisation's pages: the whole way through the form, with what French people type."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from sessions.enums import RequestState
from sessions.models import SessionRequest
from tests.factories.accounts import hat
from tests.factories.orders import LotFactory, LotPlaceFactory
from tests.factories.reference import CertificationFactory, FormacodeFactory
from tests.factories.sessions import SessionRequestFactory, waiting_intention

pytestmark = pytest.mark.django_db


@pytest.fixture
def me(client):
    """A member of the mandataire of a lot, signed in."""
    worn = hat("organisme")
    client.force_login(worn.user)
    return worn


def test_from_the_posts_that_wait_to_the_rank_in_the_queue(client, me):
    lot = LotFactory(mandataire=me.organisation)
    place = LotPlaceFactory(lot=lot, organisme=me.organisation)
    certification = CertificationFactory()
    FormacodeFactory()
    intention = waiting_intention(posts=6)
    start = timezone.localdate() + timedelta(days=120)

    page = client.get(reverse("demande_intentions"))
    assert intention.employer.name in page.content.decode()

    answer = client.post(reverse("demande_creer"), {f"postes-{intention.pk}": "5"})
    request = SessionRequest.objects.get()
    assert answer.url == reverse("demande_etape", args=[request.pk, "groupe"])

    def fill(step, **values):
        answer = client.post(reverse("demande_etape", args=[request.pk, step]), values)
        assert answer.status_code == 302, answer.context["form"].errors
        return answer.url

    fill("groupe", lot=lot.pk, access_mode="intention-embauche", seats="5", head_count_case="normal")
    fill(
        "formation",
        **{
            "title": "Soudeur assembleur industriel",
            "aim": "rncp_complet",
            "certification": certification.title,
            "certification-code": certification.code,
            "metier": "Soudeur",
            "metier-code": "H2913",
            "formacodes_text": "23026",
            "objective": "Assembler et souder.",
            "expected_results": "Titre professionnel.",
            "content": "Plan, soudage, contrôle.",
            "prerequisites": "Aucun",
        },
    )
    fill(
        "deroulement",
        teaching="presentiel",
        modalities=["centre"],
        pathway="individualise",
        hours_centre="1 050,0",
        hours_company="140 heures",
        weekly_hours="35",
        rhythm="Temps plein",
        entry_mode="dates_fixes",
        starts_on=start.strftime("%d/%m/%Y"),
        ends_on=(start + timedelta(days=180)).isoformat(),
    )
    fill("lieu", place_choice=place.pk)
    check = fill("personnes", contact_name="Accueil", contact_phone="02 40 00 00 00")
    assert check == reverse("demande_verifier", args=[request.pk])

    page = client.get(check).content.decode()
    assert "Envoyer la demande à la Région" in page
    assert "1\u00a0190,00\u00a0heures" in page

    answer = client.post(check)
    assert answer.status_code == 302
    request.refresh_from_db()
    assert request.state == RequestState.COMPLETE

    detail = client.get(reverse("demande_detail", args=[request.pk])).content.decode()
    assert "Complète, à son rang" in detail
    assert "dans l’ordre d’arrivée" in detail
