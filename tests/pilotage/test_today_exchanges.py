"""What the home page says of the exchanges, to the Région and to the organisme that tells AGORA itself."""

import pytest

from pilotage.today import todos_of
from stagiaires.enums import ExternalState, Partner, Sender
from stagiaires.models import ExternalEvent
from stagiaires.workflow.exchanges import answers, files
from tests.factories.accounts import hat
from tests.factories.stagiaires import member_of
from tests.stagiaires.test_exchanges import heard_of

pytestmark = pytest.mark.django_db


def said(membership) -> list[str]:
    words = [one.title.replace("\u00a0", " ") for one in todos_of(membership)]
    return [one for one in words if "événement" in one or "fichier" in one]


def test_the_region_is_led_to_what_waits_then_to_the_file_then_to_what_was_refused():
    one = heard_of()
    keeper, organisme = hat("region", "gestionnaire"), member_of(one.organisme)
    assert said(keeper) == ["1 événement attend d’être transmis"]
    assert said(organisme) == []

    made = files.prepare(Partner.AGORA, keeper)
    assert said(keeper) == ["1 fichier est à remettre à un partenaire"]

    files.take(made, "tout", keeper)
    assert said(keeper) == []
    answers.refuse(ExternalEvent.objects.get(), keeper, reason="Le dossier est inconnu")
    assert said(keeper) == ["1 événement est refusé par un partenaire"]


def test_an_organisme_is_led_to_what_it_tells_itself():
    one = heard_of()
    ExternalEvent.objects.update(sender=Sender.ORGANISME, state=ExternalState.PAR_AUTRUI)
    organisme = member_of(one.organisme)
    assert said(organisme) == ["1 événement est à transmettre par vous"]
    assert said(hat("region", "gestionnaire")) == []
    assert said(hat("organisme")) == []

    files.prepare(Partner.AGORA, organisme, Sender.ORGANISME)
    assert said(organisme) == []
