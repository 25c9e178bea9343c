"""Lists of candidacies: what they cost, and what may be taken away of them."""

import pytest
from django.urls import reverse

from core.accounts.models import Membership
from sessions.models import Session
from stagiaires.queries import positionings as queries
from stagiaires.workflow import sensitive
from tests.factories.accounts import hat
from tests.factories.sessions import published_session
from tests.factories.stagiaires import PositioningFactory, member_of

pytestmark = pytest.mark.django_db


def a_session() -> tuple[Session, Membership, Membership]:
    """A published session, somebody of its organisme, somebody of its employer."""
    made = published_session()
    return made, member_of(made.organisme), member_of(queries.employers_of(made).get())


COSTS = [("valideur", 5, 10), ("organisme", 5, 11), ("employeur", 5, 10), ("region", 5, 10)]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("kind", "listed", "of_session"), COSTS)
def test_the_lists_cost_the_same_at_one_and_three(client, kind, listed, of_session, count, django_assert_num_queries):
    session, trainer, employer = a_session()
    advisor = hat("valideur")
    for _ in range(count):
        PositioningFactory(session=session, advisor=advisor)
    reader = {"valideur": advisor, "organisme": trainer, "employeur": employer}.get(kind) or hat("region")
    client.force_login(reader.user)
    with django_assert_num_queries(listed):
        client.get(reverse("positionnements"))
    with django_assert_num_queries(of_session):
        client.get(reverse("session_candidats", args=[session.number]))


def test_a_list_is_taken_away_as_it_is_shown_and_no_further(client):
    """The same rows under the same filters; an employer takes short names; nobody takes what few may read."""
    session, trainer, employer = a_session()
    mine = PositioningFactory(session=session, stagiaire__last_name="Vertbois")
    PositioningFactory(session=session, stagiaire__last_name="Courlis", state="convoque")
    PositioningFactory(stagiaire__last_name="Ailleurs")
    sensitive.write(mine.stagiaire, mine.advisor, "Constituer le dossier", {"accommodations": "Siège adapté"})

    def taken(who: Membership, **asked: str) -> str:
        client.force_login(who.user)
        return b"".join(client.get(reverse("positionnements_export", args=["csv"]), asked)).decode()

    for who, names in ((trainer, {"Vertbois", "Courlis"}), (mine.advisor, {"Vertbois"}), (employer, set())):
        whole = taken(who)
        assert {name for name in ("Vertbois", "Courlis", "Ailleurs") if name in whole} == names
        assert "Siège" not in whole
    assert taken(employer).count(session.number) == 2
    assert "Vertbois" not in taken(trainer, etat="convoque", session=session.number)
    client.force_login(hat("organisme").user)
    foreign = client.get(reverse("positionnements_export", args=["csv"]), {"session": session.number})
    assert foreign.status_code == 404
    assert client.get(reverse("positionnements_export", args=["pdf"])).status_code == 404
