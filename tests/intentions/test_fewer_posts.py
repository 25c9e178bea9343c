"""An employer offers fewer posts than he filed, and goes on with the others."""

import pytest
from django.test import Client
from django.urls import reverse

from core.journal.events import _handlers, history_of, subscribe
from core.journal.models import Notification
from core.journal.refusals import Refused
from core.rulebook.receipts import last_receipt
from intentions import queries, workflow
from intentions.enums import PostState
from intentions.models import Intention
from tests.factories.accounts import hat
from tests.factories.intentions import filed

pytestmark = pytest.mark.django_db


def open_ranks(intention: Intention) -> list[int]:
    return list(intention.posts.filter(state=PostState.OUVERT).order_by("rank").values_list("rank", flat=True))


def test_posts_that_nobody_holds_close_first_then_the_last_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    intention = filed(post_count=4)
    held = {post.pk for post in intention.posts.filter(rank__in=(1, 4))}
    monkeypatch.setattr(queries, "_holders", [lambda _intention: held])

    workflow.reduce_posts(intention, 2, hat=intention.filed_by, reason="Deux départs reportés.")
    assert open_ranks(intention) == [1, 4]
    workflow.reduce_posts(intention, 1, hat=intention.filed_by, reason="Un autre encore.")
    assert open_ranks(intention) == [1]

    intention.refresh_from_db()
    assert intention.post_count == 1
    assert last_receipt(intention).act == "reduction"
    assert [line.label for line in history_of(intention)][-2:] == [
        "4\u00a0postes au dépôt, 2 maintenant",
        "2\u00a0postes au dépôt, 1 maintenant",
    ]


def test_the_rooms_above_hear_which_posts_are_closed_and_the_region_is_told() -> None:
    intention, heard, decider = filed(post_count=3), [], hat("region")

    @subscribe("intention.reduite")
    def hear(posts: list[int], **news: object) -> None:
        heard.extend(posts)

    try:
        workflow.reduce_posts(intention, 1, hat=intention.filed_by, reason="Le chantier est plus petit.")
    finally:
        _handlers["intention.reduite"].remove(hear)

    assert sorted(heard) == sorted(intention.posts.filter(rank__in=(2, 3)).values_list("pk", flat=True))
    told = Notification.objects.get(user=decider.user, kind="intention.close").text
    assert "propose 1\u00a0poste au lieu de 3" in told


@pytest.mark.parametrize(
    ("posts", "reason", "said"), [(0, "x", "plus petit"), (2, "x", "plus petit"), (1, " ", "pourquoi")]
)
def test_nothing_left_nothing_taken_or_no_reason_is_refused(posts: int, reason: str, said: str) -> None:
    intention = filed(post_count=2)

    with pytest.raises(Refused, match=said):
        workflow.reduce_posts(intention, posts, hat=intention.filed_by, reason=reason)


def test_the_page_asks_and_a_single_post_has_no_such_page(client: Client) -> None:
    several, one = filed(post_count=2), filed(post_count=1)
    client.force_login(several.filed_by.user)
    page = reverse("intention_reduire", args=[several.pk])
    assert page in client.get(several.get_absolute_url()).content.decode()

    answer = client.post(page, {"posts": 1, "reason": "Un seul départ."}, follow=True)

    assert "sont prévenus si une session s’appuyait sur ces postes." in answer.content.decode()
    client.force_login(one.filed_by.user)
    assert client.get(reverse("intention_reduire", args=[one.pk])).status_code == 404
