"""Hats: which one is worn, how one changes, and how a form keeps the one it was opened with."""

import re

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.cache import SessionStore
from django.http import Http404, HttpRequest, HttpResponse
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.urls import reverse

from core.accounts import hats
from core.accounts.access import NoHat, hat_of, hat_required
from core.accounts.enums import OrganisationKind, Role
from core.accounts.middleware import HatMiddleware
from core.accounts.models import Membership, User
from tests.factories.accounts import MembershipFactory, OrganisationFactory, UserFactory, hat

pytestmark = pytest.mark.django_db


def request_of(
    user: User | AnonymousUser, method: str = "GET", worn: Membership | None = None, **data: object
) -> HttpRequest:
    """A request that has gone through the middleware."""
    request = RequestFactory().generic(method, "/") if method == "GET" else RequestFactory().post("/", data)
    request.user = user
    request.session = SessionStore()
    if worn:
        request.session[hats.SESSION_KEY] = worn.pk
    HatMiddleware(lambda _: HttpResponse())(request)
    return request


class TestWhichHat:
    def test_the_only_one(self):
        member = hat("organisme")
        assert request_of(member.user).hat == member

    def test_the_first_by_name_until_one_is_chosen(self):
        person = UserFactory()
        second = hat("employeur", name="Zinguerie", user=person)
        first = hat("employeur", name="Ardoisière", user=person)
        assert request_of(person).hat == first
        assert request_of(person, worn=second).hat == second

    def test_none_for_a_visitor(self):
        assert request_of(AnonymousUser()).hat is None

    def test_none_for_someone_without_organisation(self):
        assert request_of(UserFactory()).hat is None

    def test_a_hat_taken_off_is_not_worn_even_if_chosen_before(self):
        member = hat("organisme")
        former = MembershipFactory(user=member.user, former=True)
        request = request_of(member.user, worn=former)
        assert request.hat == member
        assert request.hats == [member]

    def test_a_closed_organisation_gives_no_hat(self):
        assert request_of(hat("organisme", is_active=False).user).hat is None

    def test_another_person_s_hat_is_not_worn_whatever_the_session_says(self):
        member, other = hat("organisme"), hat("region")
        assert request_of(member.user, worn=other).hat == member

    def test_it_costs_one_query_and_none_when_nobody_asks(self, django_assert_num_queries):
        member = hat("region")
        request = request_of(member.user)
        with django_assert_num_queries(1):
            assert request.hat.organisation.name
            assert request.hat.user.email
            assert len(request.hats) == 1
            assert request.hat.kind == OrganisationKind.REGION

        with django_assert_num_queries(0):
            request_of(member.user)

    @pytest.mark.parametrize(
        ("kind", "role", "label"),
        [
            ("employeur", Role.MEMBRE, "Employeur"),
            ("organisme", Role.ADMINISTRATEUR, "Organisme"),
            ("region", Role.DECIDEUR, "Région · Décideur"),
            ("relais", Role.MEMBRE, "Relais"),
        ],
    )
    def test_its_label(self, kind, role, label):
        assert hat(kind, role).label == label


class TestChanging:
    @pytest.fixture
    def person(self) -> User:
        return UserFactory()

    @pytest.fixture
    def employer(self, person: User) -> Membership:
        return hat("employeur", name="Ardoisière", user=person)

    @pytest.fixture
    def region(self, person: User) -> Membership:
        return hat("region", user=person)

    def test_the_header_offers_the_others_and_changing_keeps_it(self, client: Client, employer, region):
        client.force_login(employer.user)
        page = client.get(reverse("organisation")).content.decode()
        assert f'name="hat" value="{region.pk}"' in page
        assert "Employeur" in page

        client.post(reverse("hat_change"), {"hat": region.pk})

        page = client.get(reverse("organisation")).content.decode()
        assert "Région · Décideur" in page
        assert f'name="hat" value="{employer.pk}"' in page

    def test_goes_where_it_is_told_on_this_site_only(self, client: Client, employer, region):
        client.force_login(employer.user)
        answer = client.post(reverse("hat_change"), {"hat": region.pk, "next": "/mon-compte/"})
        assert answer["Location"] == "/mon-compte/"
        answer = client.post(reverse("hat_change"), {"hat": region.pk, "next": "//ailleurs.test/"})
        assert answer["Location"] == "/"

    @pytest.mark.parametrize("asked", ["another's", "former", "absent", "rubbish", "nothing"])
    def test_a_hat_that_is_not_one_s_own_is_absent(self, client: Client, employer, asked):
        number = {
            "another's": hat("region").pk,
            "former": MembershipFactory(user=employer.user, former=True).pk,
            "absent": 10**9,
            "rubbish": "premier",
            "nothing": "",
        }[asked]
        client.force_login(employer.user)
        assert client.post(reverse("hat_change"), {"hat": number}).status_code == 404

    def test_is_a_post(self, client: Client, employer):
        client.force_login(employer.user)
        assert client.get(reverse("hat_change")).status_code == 405

    def test_read_by_a_browser_it_says_that_nothing_was_sent(self, client: Client):
        """Where one lands by signing in again, when the session ended under a form."""
        client.force_login(hat("organisme").user)
        answer = client.get(reverse("positionnement_message", args=[25]), headers={"accept": "text/html,*/*"})
        assert answer.status_code == 405
        assert "Rien n’a été envoyé" in answer.content.decode()
        assert f'href="{reverse("positionnement_detail", args=[25])}"' in answer.content.decode()


class TestPinnedForms:
    """The form says with which hat it was opened."""

    TEMPLATES = settings.BASE_DIR / "templates"

    @pytest.fixture
    def employer(self) -> Membership:
        return hat("employeur", name="Ardoisière")

    @pytest.fixture
    def other(self, employer) -> Membership:
        return hat("employeur", name="Zinguerie", user=employer.user)

    def invite(self, client: Client, pinned: Membership, **more: object):
        return client.post(
            reverse("invitation_creer", args=[pinned.organisation_id]),
            {"casquette": pinned.pk, "email": "nouveau@exemple.test", "role": "membre", **more},
        )

    def test_the_field(self, employer):
        html = Template("{% load accounts %}{% hat_field %}").render(Context({"request": request_of(employer.user)}))
        assert html == f'<input type="hidden" name="casquette" value="{employer.pk}">'

    def test_nothing_to_pin_without_a_hat(self):
        page = Template("{% load accounts %}{% hat_field %}")
        assert page.render(Context({"request": request_of(UserFactory())})) == ""

    def test_with_the_same_hat_the_form_goes_through(self, client: Client, employer, other):
        client.force_login(employer.user)
        assert self.invite(client, employer).status_code == 302
        assert employer.organisation.invitations.count() == 1

    def test_with_another_hat_nothing_is_done_and_nothing_is_lost(self, client: Client, employer, other):
        client.force_login(employer.user)
        client.post(reverse("hat_change"), {"hat": other.pk})

        answer = self.invite(client, employer)

        page = answer.content.decode()
        assert answer.status_code == 409
        assert "Vous avez changé de casquette" in page
        assert "Ardoisière" in page
        assert "Zinguerie" in page
        assert 'name="email" value="nouveau@exemple.test"' in page
        assert not employer.organisation.invitations.exists()

    def test_taking_the_hat_back_sends_what_was_typed(self, client: Client, employer, other):
        client.force_login(employer.user)
        client.post(reverse("hat_change"), {"hat": other.pk})
        page = self.invite(client, employer).content.decode()
        main = page[page.index("<main") :]
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', main))

        action = re.search(r'<form[^>]*action="([^"]+)"', main)[1]
        answer = client.post(action, fields)

        assert answer.status_code == 302
        assert employer.organisation.invitations.get().email == "nouveau@exemple.test"
        assert f'name="hat" value="{other.pk}"' in client.get(reverse("organisation")).content.decode()

    def test_a_hat_lost_meanwhile_is_not_offered_back(self, client: Client, employer, other):
        client.force_login(employer.user)
        employer.is_active, employer.deactivated_at = False, employer.created_at
        employer.save()
        answer = self.invite(client, employer)
        assert answer.status_code == 409
        assert "que vous ne portez plus" in answer.content.decode()

    def test_the_way_back_gives_no_hat_of_someone_else(self, client: Client, employer):
        stranger = hat("region")
        client.force_login(employer.user)
        answer = self.invite(client, stranger, casquette_reprise=stranger.pk)
        assert answer.status_code == 409
        assert not stranger.organisation.invitations.exists()

    def test_what_was_typed_comes_back_as_text(self, client: Client, employer, other):
        client.force_login(employer.user)
        client.post(reverse("hat_change"), {"hat": other.pk})
        page = self.invite(client, employer, email='"><script>x</script>').content.decode()
        assert "<script>x" not in page

    @pytest.mark.parametrize("room", ["cotton", "intentions", "orders", "reference", "sessions"])
    def test_every_form_that_writes_under_a_hat_carries_it(self, room):
        unpinned = [
            str(path.relative_to(self.TEMPLATES))
            for path in sorted((self.TEMPLATES / room).rglob("*.html"))
            for form in re.findall(r'<form\b[^>]*method="post".*?</form>', path.read_text(), re.DOTALL)
            if "{% hat_field %}" not in form
        ]
        # The personal link of an employer's contact is asked for again by someone who may have no account.
        assert unpinned == (["intentions/lien_expire.html"] if room == "intentions" else [])


class TestDoors:
    """`hat_required`: kind and role, both or either."""

    @pytest.mark.parametrize(
        ("kinds", "roles", "opens"),
        [
            ((), (), {"employeur", "organisme", "decideur", "finances"}),
            (("employeur",), (), {"employeur"}),
            (("employeur", "organisme"), (), {"employeur", "organisme"}),
            (("region",), (), {"decideur", "finances"}),
            (("region",), ("decideur",), {"decideur"}),
            ((), ("administrateur",), {"employeur", "organisme"}),
        ],
    )
    def test_table(self, kinds, roles, opens):
        worn = {
            "employeur": hat("employeur"),
            "organisme": hat("organisme"),
            "decideur": hat("region", Role.DECIDEUR),
            "finances": hat("region", Role.FINANCES),
        }

        @hat_required(*kinds, roles=roles)
        def page(request: HttpRequest) -> HttpResponse:
            return HttpResponse("ouvert")

        for name, member in worn.items():
            request = request_of(member.user)
            if name in opens:
                assert page(request).content == b"ouvert"
            else:
                with pytest.raises(Http404):
                    page(request)

    def test_without_a_hat_one_is_told_what_to_do(self, client: Client):
        client.force_login(UserFactory())
        answer = client.get(reverse("organisation"))
        assert answer["Location"] == reverse("sans_casquette")

    def test_hat_of_gives_the_hat_or_says_there_is_none(self):
        member = hat("employeur")
        assert hat_of(request_of(member.user)) == member
        with pytest.raises(NoHat):
            hat_of(request_of(UserFactory()))

    def test_whoever_has_a_hat_does_not_stay_on_the_welcome_page(self, client: Client):
        client.force_login(hat("employeur").user)
        assert client.get(reverse("sans_casquette"))["Location"] == "/"

    def test_the_welcome_page_names_the_ways_in(self, client: Client):
        person = UserFactory()
        client.force_login(person)
        page = client.get(reverse("sans_casquette")).content.decode()
        assert reverse("organisation_creer") in page
        assert person.email in page


def test_every_kind_has_an_invented_organisation():
    for kind in OrganisationKind.values:
        assert OrganisationFactory(**{kind: True}).kind == kind
