"""The organisation's pages: the whole way through the form, with what French people type."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.journal.models import Event, Notification
from orders.models import LotCertification
from sessions.enums import RequestState
from sessions.models import SessionRequest
from tests.factories.accounts import hat
from tests.factories.orders import LotFactory, LotPlaceFactory
from tests.factories.reference import CertificationFactory, CommuneFactory, FormacodeFactory
from tests.factories.rulebook import dated
from tests.factories.sessions import SessionRequestFactory, waiting_intention

pytestmark = pytest.mark.django_db


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
    assert "1\u00a0190\u00a0h\u00a0: " in page

    answer = client.post(check)
    assert answer.status_code == 302
    request.refresh_from_db()
    assert request.state == RequestState.COMPLETE

    detail = client.get(reverse("demande_detail", args=[request.pk])).content.decode()
    assert "Complète, à son rang" in detail
    assert "dans l’ordre d’arrivée" in detail


def filled(**changes):
    """The answers of the step « Le déroulement », as a form sends them."""
    return {
        "teaching": "presentiel",
        "modalities": ["centre"],
        "pathway": "individualise",
        "hours_centre": "525",
        "hours_company": "140",
        "rhythm": "Temps plein",
        "entry_mode": "dates_fixes",
        "starts_on": "2027-03-01",
        "ends_on": "2027-06-30",
    } | changes


def test_what_is_right_is_kept_even_when_another_answer_is_wrong(client, draft):
    url = reverse("demande_etape", args=[draft.pk, "deroulement"])
    answer = client.post(url, filled(hours_centre="1 200,5", hours_company="beaucoup", ends_on="31/02/2027"))

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Écrivez un nombre, par exemple 12 ou 12,5." in page
    assert "Écrivez une date du calendrier" in page
    assert 'value="beaucoup"' in page  # what was typed is given back
    draft.refresh_from_db()
    assert str(draft.hours_centre) == "1200.50"
    assert draft.starts_on.isoformat() == "2027-03-01"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ends_on": "2027-02-01"}, "La session finit avant de commencer"),
        ({"hours_company": "-3"}, "Un nombre d’heures n’est pas négatif."),
        ({"weekly_hours": "60"}, "48 heures par semaine au plus."),
        ({"registration_until": "2028-01-01"}, "Les inscriptions se terminent avant la fin"),
        ({"meeting_day": "2027-02-01"}, "Dites aussi l’heure de la réunion."),
        ({"meeting_day": "2027-02-01", "meeting_hour": "neuf heures"}, "Écrivez une heure, par exemple 9 h 30."),
        ({"modalities": ["vol"]}, "vol"),
    ],
)
def test_each_slip_is_said_at_its_field(client, draft, changes, said):
    answer = client.post(reverse("demande_etape", args=[draft.pk, "deroulement"]), filled(**changes))
    assert answer.status_code == 422
    assert said in answer.content.decode().replace("\u00a0", " ")


def test_a_meeting_is_typed_the_french_way(client, draft):
    url = reverse("demande_etape", args=[draft.pk, "deroulement"])
    client.post(url, filled(meeting_day="5 février 2027", meeting_hour="9 h 30"))
    draft.refresh_from_db()
    meeting = timezone.localtime(draft.meeting_on)
    assert (meeting.day, meeting.hour, meeting.minute) == (5, 9, 30)


@pytest.mark.parametrize(
    ("step", "data", "said"),
    [
        ("groupe", {"seats": "0"}, "au moins une place"),
        ("groupe", {"seats": "cinq"}, "Écrivez un nombre entier"),
        ("formation", {"formacodes_text": "2302"}, "Un Formacode compte cinq chiffres."),
        ("formation", {"aim": "rs", "certification-code": "RNCP39216", "certification": "x"}, "est au RNCP"),
        ("formation", {"title": "x" * 256}, "255"),
        ("lieu", {"place_choice": "autre", "place_postcode": "44"}, "Un code postal compte cinq chiffres."),
        ("personnes", {"contact_email": "accueil"}, "Écrivez une adresse complète"),
        ("personnes", {"contact_phone": "02 40"}, "Écrivez dix chiffres"),
    ],
)
def test_slips_of_the_other_steps_are_said_at_their_field_too(client, draft, step, data, said):
    answer = client.post(reverse("demande_etape", args=[draft.pk, step]), data)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_the_verdict_comes_back_alone_when_htmx_asks_and_says_what_the_page_says(client, draft):
    url = reverse("demande_etape", args=[draft.pk, "deroulement"])
    fragment = client.post(url, filled(hours_company="0"), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert "À instruire" in fragment
    assert "R55" in fragment
    beside = fragment[: fragment.index("</aside>")].strip()
    assert beside in client.get(url).content.decode()
    assert 'hx-swap-oob="true"' in fragment  # the bar of small screens follows


def test_answers_are_saved_as_they_are_typed_and_the_same_answer_is_written_once(client, draft):
    url = reverse("demande_etape", args=[draft.pk, "deroulement"])
    history = SessionRequest._meta.get_field("events").related_model
    for _ in range(2):
        assert client.post(url, filled(), headers={"X-Requested-With": "autosave"}).status_code == 204
        written = history.objects.filter(pgh_obj=draft.pk).count()
    assert client.post(url, filled(), headers={"X-Requested-With": "autosave"}).status_code == 204
    assert history.objects.filter(pgh_obj=draft.pk).count() == written
    draft.refresh_from_db()
    assert draft.rhythm == "Temps plein"


def test_a_pasted_text_loses_its_markup_and_nothing_of_its_words(client, draft):
    text = "<p>Souder</p>\u200bà l’arc,\u202fen atelier"
    client.post(reverse("demande_etape", args=[draft.pk, "formation"]), {"objective": text})
    draft.refresh_from_db()
    assert draft.objective == "Souder\nà l’arc,\u00a0en atelier"


def test_another_place_is_described_and_its_agreement_asked(client, draft):
    CommuneFactory()
    answer = client.post(
        reverse("demande_etape", args=[draft.pk, "lieu"]),
        {
            "place_choice": "autre",
            "place_name": "Atelier neuf",
            "place_address": "3, rue du Port",
            "place_postcode": "44000",
            "place_commune": "Nantes",
            "place_commune-code": "44109",
            "place_reason": "L’atelier du lot est en travaux.",
        },
    )
    assert answer.status_code == 302, answer.context["form"].errors
    page = client.get(reverse("demande_verifier", args=[draft.pk])).content.decode()
    assert "Ce lieu de formation est nouveau pour le lot" in page
    assert 'name="motif_R44"' in page


def test_the_reasons_are_asked_on_the_check_page_and_kept_when_one_is_missing(client, draft):
    SessionRequest.objects.filter(pk=draft.pk).update(hours_company=0)
    url = reverse("demande_verifier", args=[draft.pk])
    empty = client.post(url, {"motif_R55": ""})
    assert empty.status_code == 422
    assert "elle lira votre réponse telle quelle" in empty.content.decode()
    client.post(url, {"motif_R55": "Atelier en travaux."})
    assert draft.derogations.get().asked_reason == "Atelier en travaux."
    detail = client.get(reverse("demande_detail", args=[draft.pk])).content.decode()
    assert "Atelier en travaux." in detail


def test_a_step_that_still_lacks_an_answer_is_not_shown_as_done(client, draft):
    SessionRequest.objects.filter(pk=draft.pk).update(objective="")
    steps = client.get(reverse("demande_verifier", args=[draft.pk])).context["steps"]
    assert {step.label: step.state for step in steps} == {
        "Le groupe": "done",
        "La formation": "todo",
        "Le déroulement": "done",
        "Le lieu": "done",
        "Les personnes": "done",
        "Vérifier": "current",
    }


def test_a_double_click_on_send_sends_once_and_leads_to_the_same_page(client, draft):
    url, data = reverse("demande_verifier", args=[draft.pk]), {"cle": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"}
    assert client.post(url, data).url == reverse("demande_detail", args=[draft.pk])
    again = client.post(url, data)
    assert again.status_code in (302, 404)  # sent: the form is no longer there
    draft.refresh_from_db()
    assert draft.number.endswith("-0001")


@pytest.mark.parametrize("km", [30, 12])
def test_a_group_too_small_hears_of_the_intentions_around_within_the_dated_distance(client, draft, km):
    if km != 30:
        dated("nearby_km", str(km), 0)
    SessionRequest.objects.filter(pk=draft.pk).update(seats=3)
    waiting_intention(posts=2)

    page = client.get(reverse("demande_verifier", args=[draft.pk])).content.decode()

    assert f"1\u00a0intention à moins de {km}\u00a0km" in page


def test_the_same_creation_twice_makes_one_draft(client, me):
    LotFactory(mandataire=me.organisation)
    intention = waiting_intention(posts=4)
    data = {f"postes-{intention.pk}": "2", "cle": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"}
    first, second = client.post(reverse("demande_creer"), data), client.post(reverse("demande_creer"), data)
    assert first.url == second.url
    assert SessionRequest.objects.count() == 1


@pytest.mark.parametrize("value", ["-1", "deux", "9999", "1.5"])
def test_a_forged_number_of_posts_is_refused_in_words(client, me, value):
    LotFactory(mandataire=me.organisation)
    intention = waiting_intention(posts=4)
    answer = client.post(reverse("demande_creer"), {f"postes-{intention.pk}": value}, follow=True)
    assert "nombre de postes entier" in answer.content.decode()
    assert not SessionRequest.objects.exists()


def test_the_group_is_changed_from_the_request(client, draft):
    intention = draft.coverages.first().post.intention
    more = waiting_intention(posts=2)
    url = reverse("demande_postes", args=[draft.pk])
    page = client.get(url).content.decode()
    assert intention.employer.name in page
    assert more.employer.name in page
    client.post(url, {f"postes-{intention.pk}": "4", f"postes-{more.pk}": "2"})
    draft.refresh_from_db()
    assert draft.seats == 6


def test_a_session_at_the_socle_starts_without_any_post(client, me):
    LotFactory(mandataire=me.organisation)
    client.post(reverse("demande_creer"), {"acces": "socle"})
    assert SessionRequest.objects.get().is_socle


def test_an_earlier_request_is_taken_up_again(client, me):
    source = SessionRequestFactory(in_queue=True, organisme=me.organisation, created_by=me)
    client.post(reverse("demande_creer"), {"modele": source.pk, "retour": "liste"})
    assert SessionRequest.objects.filter(title=source.title, state=RequestState.BROUILLON).count() == 1


def test_giving_up_a_compulsory_training_that_employers_ask_for_is_said_and_told(client, me):
    asked = SessionRequestFactory(in_queue=True, organisme=me.organisation, created_by=me)
    manager = hat("region", "gestionnaire")
    asked.lot.gestionnaire = manager.user
    asked.lot.save()
    url = reverse("demande_retirer", args=[asked.pk])
    assert "obligatoire" not in client.get(url).content.decode()
    LotCertification.objects.update_or_create(
        lot=asked.lot, certification=asked.certification, defaults={"obligatoire": True}
    )

    assert "vous devez pouvoir la proposer" in client.get(url).content.decode()
    client.post(url, {"reason": "Plus de formateur."})

    assert Event.objects.filter(kind="demande.obligatoire_refusee").count() == 1
    told = Notification.objects.get(kind="demande.retiree", user=manager.user)
    assert "obligatoire du marché a été demandée et refusée" in told.text


def test_a_request_is_withdrawn_after_a_page_that_says_what_it_changes(client, me):
    asked = SessionRequestFactory(in_queue=True, organisme=me.organisation, created_by=me)
    url = reverse("demande_retirer", args=[asked.pk])
    assert "redeviennent libres" in client.get(url).content.decode()
    assert client.post(url, {"reason": ""}).status_code == 422
    client.post(url, {"reason": "Le groupe ne se fait pas."})
    asked = SessionRequest.objects.get(pk=asked.pk)
    assert asked.state == RequestState.RETIREE
