"""Old forms without a column for the commitment or the steps: they are said once, for the whole table."""

import pytest
from django.test import Client
from django.urls import reverse

from core.journal.refusals import Refused
from intentions.importing import batches
from intentions.models import ImportBatch, ImportRow, Intention
from tests.factories.accounts import hat
from tests.factories.reference import CommuneFactory, MetierFactory
from tests.intentions.spreadsheets import HEADERS, good_row, upload, xlsx

pytestmark = pytest.mark.django_db
SHORT = HEADERS[:-2]  # without « Étapes » nor « Engagement »


def received() -> ImportBatch:
    MetierFactory(code="H2913", title="Soudage manuel")
    CommuneFactory(code="44109", name="Nantes")
    return batches.receive(upload(xlsx([good_row(1)[:-2], good_row(2)[:-2]], SHORT)), hat("region"))


def test_without_column_nor_answer_the_person_is_told_where_to_answer() -> None:
    batch = received()

    with pytest.raises(Refused, match="répondez en bas de la page pour toutes les lignes"):
        batches.start(batch, batch.mapping, tell_employers=False)


def test_what_is_said_for_the_table_holds_for_each_row_and_stands_in_its_statement(client: Client) -> None:
    batch = received()
    client.force_login(batch.hat.user)
    url = reverse("intention_reprise_colonnes", args=[batch.pk])
    columns = {f"c{at}": key for at, key in batch.mapping.items()}

    client.post(url, columns | {"all_milestones": ["stage", "jury"], "all_commitment": "on"})
    fragment = client.get(reverse("intention_reprise_lot", args=[batch.pk]), headers={"HX-Request": "true"})
    assert 'id="etats"' in fragment.content.decode()  # the counts follow the bar
    batches.take_through(batch.pk)

    assert set(ImportRow.objects.values_list("state", flat=True)) == {"acceptee"}
    one = Intention.objects.first()
    assert (one.commitment, set(one.milestones)) == (True, {"stage", "jury"})
    assert "Engagement de recruter, pour tout le tableau\u00a0: oui" in one.statement_text
