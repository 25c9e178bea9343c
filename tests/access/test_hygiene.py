"""What every page and every tracked file keeps: policy, forms' keys, no secret, and reading that writes nothing."""

import re
import subprocess
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings

from core.accounts.hats import FIELD as HAT
from core.journal.idempotency import FIELD as KEY
from tests.access.conftest import Readers
from tests.access.reading import written
from tests.access.table import TABLE
from tests.access.test_table import address
from tests.access.world import World

pytestmark = pytest.mark.django_db
ROOT = Path(settings.BASE_DIR)
LOOKING = ("anonyme", "employeur", "organisme", "valideur", "decideur", "administrateur")

# Forms whose POST makes something new: a second click must not make a second one.
CREATING = {
    "intention_nouvelle", "intention_verification", "intention_reprise", "intention_modele", "demande_creer",
    "demande_verifier", "demande_message", "region_autoriser", "region_completer", "region_refuser",
    "region_derogation", "region_derogation_intention", "lot_creer", "marche_creer", "lot_membre_ajouter",
    "lot_prix_ajouter", "lot_lieu_ajouter", "lot_periode_ouvrir", "marche_reconduire", "marche_reprise",
    "invitation_creer", "organisation_creer", "region_organisation_creer",
    "reference_liste", "reference_depot_charger", "intention_preremplie", "positionnement_nouveau",
    "positionnement_liste", "positionnement_avis", "positionnement_message", "reunion_nouvelle", "reunion_convoquer",
}  # fmt: skip
# Forms that speak for the person, whatever the hat.
WITHOUT_HAT = ("/compte/", "/mon-compte/", "/nouvelles/", "/invitations/", "/organisation/changer/")
# Some of the creating forms that a role's pages show: the search below must have met them.
MET = {
    "employeur": {"intention_nouvelle", "intention_verification", "intention_modele"},
    "organisme": {"demande_creer", "demande_verifier", "demande_message", "intention_reprise", "lot_membre_ajouter"},
    "decideur": {"region_completer", "region_refuser", "region_autoriser", "region_derogation"},
    "administrateur": {"lot_creer", "marche_creer", "reference_depot_charger", "invitation_creer"},
}


class Forms(HTMLParser):
    """The POST forms of a page: where each goes and the names of its fields."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, set[str]]] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "form":
            self._open = (values.get("method") or "").lower() == "post"
            if self._open:
                self.found.append((values.get("action") or "", set()))
        elif self._open and (name := values.get("name")):
            self.found[-1][1].add(name)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = False


def readable(world: World, role: str) -> Iterator[str]:
    """The addresses that this role may open."""
    for name, row in TABLE.items():
        if row.expected("GET", role) == 200 and (not row.on or role in world.mine[row.on]):
            yield address(name, row, world.mine[row.on][role] if row.on else None)


@pytest.mark.parametrize("role", LOOKING)
def test_every_page_keeps_the_policy_writes_nothing_and_signs_its_forms(
    world: World, readers: Readers, role: str
) -> None:
    wrong, met = [], set()
    keyed = {
        re.compile(f"^{re.escape(address(name, TABLE[name], thing)).split('?')[0]}$"): name
        for name in CREATING
        for thing in (world.mine[TABLE[name].on].values() if TABLE[name].on else (None,))
    }
    for url in readable(world, role):
        answer = readers[role].get(url)
        if answer.wrote or answer.code != 200:
            wrong.append(f"{url} répond {answer.code}, écrit dans {answer.wrote}")
        policy = answer.headers.get("Content-Security-Policy", "")
        if "default-src 'none'" not in policy or "unsafe" in policy:
            wrong.append(f"{url} : politique de contenu « {policy} »")
        page = answer.page
        if found := re.search(r"<[^>]+\s(style|on[a-z]+)=", page):
            wrong.append(f"{url} : {found[0][:80]} dans le gabarit")
        reader = Forms()
        reader.feed(page)
        for action, names in reader.found:
            target = (action or url).split("?")[0].split("#")[0]
            if "csrfmiddlewaretoken" not in names:
                wrong.append(f"{url} : le formulaire vers {target} n’a pas de jeton CSRF")
            creating = {name for one, name in keyed.items() if one.match(target)}
            met |= creating
            if KEY not in names and creating:
                wrong.append(f"{url} : le formulaire vers {target} crée sans clé « {KEY} »")
            if HAT not in names and role in world.hats and not target.startswith(WITHOUT_HAT):
                wrong.append(f"{url} : le formulaire vers {target} ne dit pas sa casquette")
    assert not wrong, "\n" + "\n".join(dict.fromkeys(wrong))
    assert met >= MET.get(role, set())


def test_the_measure_of_writing_sees_a_write(world: World) -> None:
    before = written()
    world.hats["employeur"].user.save()
    assert written() != before


SECRETS = {
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "an access key": r"\b(AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{30,}|sk-[A-Za-z0-9]{32,}|xox[bp]-[\w-]{20,})\b",
    "a password in an address": r"\b[a-z]+://[^\s/:@\"'{}<>$]+:[^\s/@\"'{}<>$*]{6,}@(?!localhost|127\.)",
    "a path of someone's machine": r"(?<![\w/.])/(home|Users|root)/[a-z][\w.-]+/",
    "an index of packages": r"--(extra-)?index-url|\"resolved\": \"http",
}
ALLOWED = re.compile(r"tests/access/test_hygiene\.py|\.(woff2|png|ico|svg|gz|xlsx|pdf)$|^(static|tests)/vendor/")


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("Ce dossier n’est pas un dépôt git")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and not ALLOWED.search(name)]


@pytest.mark.parametrize("what", SECRETS)
def test_no_tracked_file_holds(what: str) -> None:
    found = [
        f"{path.relative_to(ROOT)} : {match[0][:60]}"
        for path in tracked()
        if path.is_file()
        for match in re.finditer(SECRETS[what], path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == []
