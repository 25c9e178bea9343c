"""Lots: who keeps them, who reads them, who enters the group, at what price."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse
from django.utils import timezone

from core.journal.models import Event, Notification
from core.journal.refusals import Refused
from orders import ledger, queries, workflow
from orders.enums import ComposanteKind, LotRole
from orders.models import Lot, LotMember, LotPrice
from orders.workflow import composantes
from tests.factories.accounts import OrganisationFactory, hat
from tests.factories.orders import LotFactory, LotMemberFactory, LotPlaceFactory, LotPriceFactory, MarcheFactory
from tests.factories.reference import CertificationFactory, CommuneFactory, DepartementFactory, FiliereFactory
from tests.orders.test_ledger import training

pytestmark = pytest.mark.django_db


# ---- what the records promise


def test_a_lot_has_one_mandataire():
    lot = LotFactory()
    with pytest.raises(IntegrityError, match="lot_one_mandataire"), transaction.atomic():
        LotMemberFactory(lot=lot, role=LotRole.MANDATAIRE)


def test_a_subcontractor_needs_his_two_statements_even_in_the_database():
    with pytest.raises(IntegrityError, match="lot_member_subcontractor_statements"), transaction.atomic():
        LotMemberFactory(sous_traitant=True, mandataire_agreed_on=None)


def test_prices_of_a_lot_never_overlap():
    lot = LotFactory()
    with pytest.raises(IntegrityError, match="lot_price_periods_apart"), transaction.atomic():
        LotPriceFactory(lot=lot, period=DateRange(date(2024, 1, 1), date(2024, 6, 1)))


# ---- who may what


def test_role_rights_and_price_are_read_on_a_day():
    lot = LotFactory()
    me = hat("organisme")
    assert queries.role_on(lot, me.organisation) is None
    assert not queries.may_ask(me, lot)

    LotMemberFactory(lot=lot, organisation=me.organisation)

    assert queries.role_on(lot, me.organisation) == LotRole.COTRAITANT
    assert queries.may_ask(me, lot)
    assert not queries.may_ask(me, lot, on=date(2022, 12, 31))  # before the marché
    assert [found.role for found in queries.lots_of(me.organisation)] == [LotRole.COTRAITANT]
    assert queries.price_at(lot) == Decimal("9.35")
    assert queries.price_at(lot, date(2022, 12, 31)) is None
    assert queries.mandataire_of(lot) != me.organisation


def test_a_closed_lot_lets_nobody_ask():
    me = hat("organisme")
    lot = LotFactory(mandataire=me.organisation, is_active=False)
    assert not queries.may_ask(me, lot)


@pytest.mark.parametrize(
    ("kind", "role", "seen"),
    [("region", "finances", True), ("organisme", "", False), ("employeur", "", False), ("valideur", "", False)],
)
def test_the_region_sees_every_lot_the_others_none_of_theirs_not(kind, role, seen):
    lot = LotFactory()
    assert queries.visible_to(hat(kind, role=role)).filter(pk=lot.pk).exists() is seen


def test_the_mandataire_lets_a_subcontractor_in_and_the_region_is_told():
    gestionnaire = hat("region", role="gestionnaire")
    me, newcomer = hat("organisme"), hat("organisme")
    lot = LotFactory(mandataire=me.organisation)
    day = timezone.localdate()

    member = workflow.add_member(
        lot, newcomer.organisation, LotRole.SOUS_TRAITANT, me, lack_stated_on=day, mandataire_agreed_on=day
    )

    assert member.entered_by == me
    assert queries.may_ask(newcomer, lot)
    assert Event.objects.filter(kind="lot.membre_entre", subject_id=lot.pk).exists()
    told = Notification.objects.filter(kind="lot.membre").values_list("user", flat=True)
    assert {gestionnaire.user_id, newcomer.user_id, me.user_id} == set(told)


@pytest.mark.parametrize("role", [LotRole.COTRAITANT, LotRole.SOUS_TRAITANT])
def test_a_cotraitant_lets_nobody_in(role):
    lot = LotFactory()
    me = hat("organisme")
    LotMemberFactory(lot=lot, organisation=me.organisation)
    day = timezone.localdate()
    with pytest.raises(Refused):
        workflow.add_member(
            lot, OrganisationFactory(organisme=True), role, me, lack_stated_on=day, mandataire_agreed_on=day
        )
    assert lot.members.count() == 2


def test_a_subcontractor_without_his_statements_is_refused_in_words():
    me = hat("organisme")
    lot = LotFactory(mandataire=me.organisation)
    with pytest.raises(Refused, match="deux pièces"):
        workflow.add_member(lot, OrganisationFactory(organisme=True), LotRole.SOUS_TRAITANT, me)


def test_a_decideur_reads_the_lots_and_does_not_keep_them():
    with pytest.raises(Refused, match="gestionnaires"):
        workflow.set_price(LotFactory(), Decimal("9.80"), timezone.localdate(), hat("region", role="decideur"))


# ---- screens


@pytest.fixture
def keeper(client):
    worn = hat("region", role="gestionnaire")
    client.force_login(worn.user)
    return worn


def test_the_region_creates_a_marche_and_a_lot_with_french_figures(client, keeper):
    certification = CertificationFactory()
    filiere, departement = FiliereFactory(), DepartementFactory(code="44")
    client.post(
        reverse("marche_creer"),
        {"number": "2027-1E1F", "title": "Formations", "starts_on": "01/01/2026", "ends_on": "31/12/2029"},
    )
    from orders.models import Marche

    marche = Marche.objects.get(number="2027-1E1F")
    answer = client.post(
        reverse("lot_creer"),
        {
            "marche": marche.pk,
            "number": "12",
            "title": "Inter-industrie, Loire-Atlantique",
            "filiere": filiere.pk,
            "departements": [departement.pk],
            "mini_hours": "42 000",
            "maxi_hours": "84 000,50",
            "gestionnaire": keeper.user_id,
            "coordinateur": "Dominique Martin",
            "obligatory": certification.code.lower(),
            "is_active": "on",
        },
    )
    assert answer.status_code == 302, answer.context["form"].errors
    lot = Lot.objects.get()
    assert lot.periods.get().maxi == Decimal("84000.50")
    assert [d.code for d in lot.departements.all()] == ["44"]
    assert lot.lot_certifications.get().obligatoire

    page = client.get(reverse("lot_detail", args=[lot.pk])).content.decode()
    assert "84\u00a0000,50\u00a0heures" in page


def test_a_lot_put_right_keeps_the_terms_that_a_colleague_has_just_changed(client, keeper):
    lot = LotFactory(period=("0", "5000"), gestionnaire=keeper.user)
    form = client.get(reverse("lot_modifier", args=[lot.pk])).context["form"]
    typed = {
        "marche": lot.marche_id, "number": lot.number, "title": "Un autre titre", "filiere": lot.filiere_id,
        "departements": ["44"], "gestionnaire": keeper.user_id, "coordinateur": "X", "is_active": "on",
        "mini_hours": "0", "maxi_hours": "5 000",
    }  # fmt: skip
    ledger.set_terms(lot.periods.get(), Decimal(0), Decimal(9000))

    assert client.post(reverse("lot_modifier", args=[lot.pk]), typed).status_code == 302

    lot.refresh_from_db()
    assert (lot.title, lot.periods.get().maxi) == ("Un autre titre", 9000)
    assert "maxi_hours" not in form.fields


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(client, keeper):
    lot = LotFactory(period=False)
    data = {"number": lot.number, "title": "Un titre gardé", "mini_hours": "beaucoup", "listed": "RNCP1, RNCP2"}
    answer = client.post(reverse("lot_modifier", args=[lot.pk]), data)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Un titre gardé" in page
    assert "Ces codes ne sont pas dans la liste des certifications : RNCP1, RNCP2." in page
    assert "Écrivez un nombre" in page


def test_a_place_is_accepted_with_its_commune(client, keeper):
    lot = LotFactory()
    CommuneFactory()
    mandataire = queries.mandataire_of(lot)
    data = {"organisme": mandataire.pk, "name": "Atelier", "address": "1 quai", "postcode": "44000", "town": "nantes"}
    answer = client.post(reverse("lot_lieu_ajouter", args=[lot.pk]), data)
    assert answer.status_code == 302, answer.context["form"].errors
    assert lot.places.get().commune.name == "Nantes"


def test_the_mandataire_sees_one_form_for_a_subcontractor_and_the_cotraitant_none(client):
    me, other = hat("organisme"), hat("organisme")
    lot = LotFactory(mandataire=me.organisation)
    LotMemberFactory(lot=lot, organisation=other.organisation)
    newcomer = OrganisationFactory(organisme=True)
    url = reverse("lot_membre_ajouter", args=[lot.pk])

    client.force_login(other.user)
    assert client.get(url).status_code == 404

    client.force_login(me.user)
    assert "Faire entrer un sous-traitant" in client.get(url).content.decode()
    missing = client.post(url, {"organisation": newcomer.pk, "role": "sous_traitant"})
    assert missing.status_code == 422
    assert "Dites la date de l’accord du mandataire." in missing.content.decode()
    forged = client.post(url, {"organisation": newcomer.pk, "role": "cotraitant"})
    assert forged.status_code == 422
    client.post(
        url,
        {
            "organisation": newcomer.pk,
            "role": "sous_traitant",
            "lack_stated_on": "05/01/2026",
            "mandataire_agreed_on": "6 janvier 2026",
        },
    )
    assert LotMember.objects.get(organisation=newcomer).mandataire_agreed_on == date(2026, 1, 6)


def test_another_group_s_lot_does_not_exist_for_an_organisme(client):
    lot = LotFactory()
    client.force_login(hat("organisme").user)
    for name in ("lot_detail", "lot_modifier", "lot_prix_ajouter", "lot_lieu_ajouter", "lot_membre_ajouter"):
        assert client.get(reverse(name, args=[lot.pk])).status_code == 404


def test_a_member_reads_his_rights_and_changes_nothing(client):
    me = hat("organisme")
    lot = LotFactory()
    LotMemberFactory(lot=lot, organisation=me.organisation)
    place = LotPlaceFactory(lot=lot, organisme=me.organisation)
    client.force_login(me.user)
    page = client.get(reverse("lot_detail", args=[lot.pk])).content.decode()
    assert "Saisir directement la Région" in page
    assert "Modifier le lot" not in page
    assert client.post(reverse("lot_lieu_retirer", args=[lot.pk, place.pk])).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_whatever_the_lots(client, django_assert_num_queries, count):
    worn = hat("region", role="decideur")
    for _ in range(count):
        lot = LotFactory()
        LotMemberFactory(lot=lot)
    client.force_login(worn.user)
    client.get(reverse("lot_liste"))
    with django_assert_num_queries(LIST_QUERIES):
        page = client.get(reverse("lot_liste"))
    assert len(page.context["page"].rows) == count


LIST_QUERIES = 11


def test_an_empty_list_says_why(client):
    client.force_login(hat("organisme").user)
    page = client.get(reverse("lot_liste")).content.decode()
    assert "membre d’aucun lot en cours" in page


def test_filters_find_a_lot_by_its_mandataire_and_hide_the_closed(client, keeper):
    shown = LotFactory(mandataire=OrganisationFactory(organisme=True, name="Campus de l’Ardoise"))
    LotFactory(is_active=False)
    page = client.get(reverse("lot_liste"), {"q": "ardoise"})
    assert page.context["page"].rows == [shown]
    assert len(client.get(reverse("lot_liste")).context["page"].rows) == 1
    assert len(client.get(reverse("lot_liste"), {"clos": "on"}).context["page"].rows) == 2
    other = LotFactory(marche=MarcheFactory(number="2029-1E1F"))
    assert client.get(reverse("lot_liste"), {"marche": other.marche_id}).context["page"].rows == [other]


def test_the_list_says_what_is_taken_of_each_lot_and_what_is_left(client, keeper):
    lot = LotFactory(period=("1000", "4000"))
    composantes.engage(
        lot, ComposanteKind.INTENTION, training(keeper.organisation, places=5, hours="300.00"), hat=keeper
    )
    page = client.get(reverse("lot_liste")).content.decode().replace("\u00a0", " ")
    assert "1 500" in page
    assert "2 500" in page


@pytest.mark.parametrize("typed", ["²", "٣", "99999999999"])
def test_a_search_that_is_no_number_of_a_lot_finds_nothing(client, keeper, typed):
    LotFactory()
    assert not client.get(reverse("lot_liste"), {"q": typed}).context["page"].rows


def test_a_double_click_dates_one_price(client, keeper):
    lot = LotFactory(price=False)
    data = {"amount": "9,35", "starts_on": "2026-01-01", "cle": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"}
    for _ in range(2):
        assert client.post(reverse("lot_prix_ajouter", args=[lot.pk]), data).status_code == 302
    assert LotPrice.objects.get().amount == Decimal("9.35")
