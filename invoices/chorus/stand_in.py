"""Chorus Pro and PISTE on one machine: real sockets, the documented shapes, and the mishaps that one asks for.

For the tests (`StandIn()` in a thread, `plan(...)` the next mishaps) and for the demonstration:

    python -m invoices.chorus.stand_in --port 8123 --keep var/chorus.json

It answers a deposit, integrates the file a little later, then tells the statuses of its story one after the other.
It never refuses a second file for the same invoice: whoever deposits twice is seen (`StandIn.deposits`).
"""

from __future__ import annotations

import argparse
import base64
import binascii
import json
import signal
import socket
import sys
import threading
import time
from collections import Counter, defaultdict, deque
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

from invoices.chorus.reading import from_file, from_name

PARIS = ZoneInfo("Europe/Paris")
CLIENT, SECRET, LOGIN, PASSWORD = "client-factice", "secret-factice", "TECH_1_FACTICE@cpro.exemple.test", "factice"
SYNTAXES = frozenset({"IN_DP_E2_CII_FACTURX", "IN_DP_E1_CII_16B", "IN_DP_E1_UBL_INVOICE"})
DONE = "GCU_MSG_01_000"
FILE_MAX, TOKEN_SECONDS = 10_000_000, 3600
ACTS = {
    "/api/oauth/token": "jeton",
    "/cpro/factures/v1/deposer/flux": "depot",
    "/cpro/factures/v1/rechercher/fournisseur": "recherche",
    "/cpro/factures/v1/consulter/historique": "historique",
    "/cpro/transverses/v1/consulterCRDetaille": "compte_rendu",
}
Story = tuple[tuple[str, str], ...]  # (status, reason), one after the other
PAID: Story = (
    ("DEPOSEE", ""),
    ("EN_COURS_ACHEMINEMENT", ""),
    ("MISE_A_DISPOSITION", ""),
    ("SERVICE_FAIT", ""),
    ("MANDATEE", ""),
    ("MISE_A_DISPOSITION_COMPTABLE", ""),
    ("COMPTABILISEE", ""),
    ("MISE_EN_PAIEMENT", ""),
)
# What befalls an invoice of the demonstration, by the last figure of its number; the others are paid.
STORIES: dict[str, Story] = {
    "7": (*PAID[:3], ("REJETEE", "Le nombre d’heures ne correspond pas au service fait.")),
    "8": (*PAID[:3], ("A_RECYCLER", "Le code service n’est pas celui de la direction qui paie.")),
    "9": (*PAID[:3], ("SUSPENDUE", "La feuille d’émargement du 14 manque.")),
}


@dataclass(frozen=True)
class Mishap:
    """What goes wrong with one call. `taken`: what was asked is done before it goes wrong."""

    taken: bool = False
    drop: bool = False  # the connection is closed without an answer
    status: int = 0
    body: str = ""
    retry_after: str = ""
    seconds: float = 0.0  # of silence before the answer


@dataclass
class Flow:
    """A file that was deposited, and the invoice that it carries."""

    flow: str
    name: str
    number: str
    siret: str
    at: str
    identifier: int
    errors: list[str] = field(default_factory=list)

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.at)


class StandIn:
    """The server. `integration`: time before a deposited invoice is known; `pace`: time between two statuses.

    `reads_files`: the invoice is read in the Factur-X file, which is refused when it is none; otherwise in its name
    (« SIRET-NUMBER.pdf »). `older`: it also refuses what the sandbox is said to refuse, a « cadre » that is none of A1
    to A25 and parties named by their SIREN.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        integration: timedelta = timedelta(0),
        pace: timedelta = timedelta(0),
        reads_files: bool = True,
        older: bool = False,
        keep: Path | None = None,
    ) -> None:
        self.integration, self.pace, self.reads_files, self._keep = integration, pace, reads_files, keep
        self.older = older
        self.flows: list[Flow] = []
        self.calls: Counter[str] = Counter()
        self.tokens: set[str] = set()
        self.stories: dict[str, Story] = {}
        self.rejections: dict[str, str] = {}
        self._mishaps: dict[str, deque[Mishap]] = defaultdict(deque)
        self._lock = threading.Lock()
        if keep is not None and keep.exists():
            self.flows = [Flow(**row) for row in json.loads(keep.read_text(encoding="utf-8"))]
        stand_in = self

        class Handler(_Handler):
            server_of = stand_in

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> StandIn:
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def serve(self) -> None:
        """Answer until `stop`."""
        self._server.serve_forever(poll_interval=0.02)

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def plan(self, act: str, *mishaps: Mishap | None) -> None:
        """What befalls the next calls of this act, one each; None: nothing."""
        self._mishaps[act].extend(one or Mishap(taken=True) for one in mishaps)

    def forget_plans(self) -> None:
        self._mishaps.clear()

    def expire_tokens(self) -> None:
        """The tokens that were given are refused from now on."""
        self.tokens.clear()

    def deposits(self, number: str, siret: str) -> int:
        """How many files were taken for this invoice."""
        return sum(1 for one in self.flows if (one.number, one.siret) == (number, siret))

    # --- What it answers -----------------------------------------------------------------------

    def mishap(self, act: str) -> Mishap | None:
        with self._lock:
            self.calls[act] += 1
            return self._mishaps[act].popleft() if self._mishaps[act] else None

    def token(self, form: dict[str, list[str]]) -> tuple[int, dict[str, Any]]:
        if (form.get("client_id"), form.get("client_secret")) != ([CLIENT], [SECRET]):
            return HTTPStatus.BAD_REQUEST, {"error": "invalid_client"}
        given = f"jeton-{len(self.tokens)}-{time.time_ns()}"
        self.tokens.add(given)
        return HTTPStatus.OK, {"access_token": given, "token_type": "Bearer", "expires_in": TOKEN_SECONDS}

    def answer(self, act: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        said: dict[str, Any] = getattr(self, f"_{act}")(body)
        return HTTPStatus.OK, {"codeRetour": 0, "libelle": DONE} | said

    def _depot(self, body: dict[str, Any]) -> dict[str, Any]:
        name, syntax = str(body.get("nomFichier") or ""), body.get("syntaxeFlux")
        try:
            content = base64.b64decode(str(body.get("fichierFlux") or ""), validate=True)
        except (binascii.Error, ValueError):
            content = b""
        if not (content and name and syntax in SYNTAXES):
            return {"codeRetour": 20001, "libelle": "GDP_MSG_11.020 : une donnée obligatoire manque ou est fausse"}
        if len(content) > FILE_MAX:
            return {"codeRetour": 20001, "libelle": "GDP_MSG_11.022 : le fichier est trop volumineux"}
        number, siret, errors = from_file(content, older=self.older) if self.reads_files else from_name(name)
        now = datetime.now(PARIS)
        with self._lock:
            rank = len(self.flows) + 1
            flow = Flow(f"CPP{rank:022d}", name, number, siret, now.isoformat(), 8_000_000 + rank, errors)
            if number in self.rejections:
                flow.errors.append(self.rejections[number])
            self.flows.append(flow)
            if self._keep is not None:
                self._keep.parent.mkdir(parents=True, exist_ok=True)
                self._keep.write_text(json.dumps([asdict(one) for one in self.flows]), encoding="utf-8")
        return {"numeroFluxDepot": flow.flow, "dateDepot": f"{now:%Y-%m-%d}", "syntaxeFlux": syntax}

    def _compte_rendu(self, body: dict[str, Any]) -> dict[str, Any]:
        flow = next((one for one in self.flows if one.flow == body.get("numeroFluxDepot")), None)
        if flow is None:
            return {"codeRetour": 20001, "libelle": "POQ_MSG_01.003 - Flux introuvable."}
        state = "IN_DEPOT_PORTAIL_EN_ATTENTE_TRAITEMENT_SE_CPP"
        if self._is_treated(flow):
            state = "IN_REJETE" if flow.errors else "IN_INTEGRE"
        said: dict[str, Any] = {
            "nomFichier": flow.name,
            "codeInterfaceDepotFlux": "FSO1117A",
            "dateDepotFlux": flow.at,
            "dateHeureEtatCourantFlux": flow.at,
            "etatCourantDepotFlux": state,
            "listeErreurTechnique": [],
            "listeErreurDP": [],
        }
        if state == "IN_REJETE":
            said["listeErreurDP"] = [
                {
                    "numeroDP": flow.number,
                    "identifiantFournisseur": flow.siret,
                    "identifiantDestinataire": "",
                    "libelleErreurDP": error,
                }
                for error in flow.errors
            ]
        return said

    def _recherche(self, body: dict[str, Any]) -> dict[str, Any]:
        paging = body.get("rechercheFactureParFournisseur") or {}
        size, page = int(paging.get("nbResultatsParPage") or 10), int(paging.get("pageResultatDemandee") or 1)
        known = [one for one in self.flows if self._is_treated(one) and not one.errors]
        known = [one for one in known if body.get("numeroFacture") in (None, one.number)]
        known = [one for one in known if body.get("numeroFluxDepot") in (None, one.flow)]
        rows = [
            {
                "identifiantFactureCPP": one.identifier,
                "numeroFacture": one.number,
                "codeFournisseur": one.siret,
                "numeroFluxDepot": one.flow,
                "statut": self._told(one)[-1][1],
                "commentaireEtatCourant": self._told(one)[-1][2],
                "dateDepot": f"{one.moment:%Y-%m-%d}",
            }
            for one in known[(page - 1) * size : page * size]
        ]
        paged = {"pageCourante": page, "pages": -(-len(known) // size) or 1, "total": len(known)}
        return {"listeFactures": rows, "parametresRetour": paged}

    def _historique(self, body: dict[str, Any]) -> dict[str, Any]:
        flow = next((one for one in self.flows if one.identifier == body.get("idFacture")), None)
        if flow is None or not self._is_treated(flow) or flow.errors:
            return {"codeRetour": 20001, "libelle": "GDP_MSG_01.001 - Facture introuvable."}
        told = self._told(flow)
        rows = [
            {
                "histoStatutId": flow.identifier * 100 + rank,
                "histoStatutCode": status,
                "histoStatutCommentaire": reason,
                "histoStatutDatePassage": f"{at:%Y-%m-%d %H:%M}",
            }
            for rank, (at, status, reason) in enumerate(told)
        ]
        return {
            "idFacture": flow.identifier,
            "numeroFacture": flow.number,
            "modeDepot": "DEPOT_EDI",
            "statutCourantCode": told[-1][1],
            "historiquesDesStatuts": {
                "histoStatut": rows[::-1],
                "pageCouranteHistoStatut": 1,
                "pagesHistoStatut": 1,
                "nbResultatsParPageHistoStatut": 100,
                "totalHistoStatut": len(rows),
            },
        }

    def _is_treated(self, flow: Flow) -> bool:
        return datetime.now(PARIS) >= flow.moment + self.integration

    def _told(self, flow: Flow) -> list[tuple[datetime, str, str]]:
        story = self.stories.get(flow.number) or STORIES.get(flow.number[-1:], PAID)
        begins = (flow.moment + self.integration).astimezone(PARIS)
        moments = [begins + self.pace * rank for rank in range(len(story))]
        now = datetime.now(PARIS)
        told = [(at, *one) for at, one in zip(moments, story, strict=True) if at <= now]
        return told or [(begins, *story[0])]


class _Handler(BaseHTTPRequestHandler):
    server_of: StandIn
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body leave together

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        act = ACTS.get(self.path)
        if act is None:
            self._write(HTTPStatus.NOT_FOUND, "{}")
            return
        mishap = self.server_of.mishap(act)
        if mishap is None or mishap.taken:
            status, said = self._treat(act, content)
        else:
            status, said = HTTPStatus.SERVICE_UNAVAILABLE, {}
        body = json.dumps(said)
        if mishap is None or mishap == Mishap(taken=True):
            self._write(status, body)
            return
        time.sleep(mishap.seconds)
        if mishap.drop:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self._write(mishap.status or status, mishap.body or body, mishap.retry_after)

    def _treat(self, act: str, content: bytes) -> tuple[int, dict[str, Any]]:
        if act == "jeton":
            return self.server_of.token(parse_qs(content.decode()))
        account = base64.b64encode(f"{LOGIN}:{PASSWORD}".encode()).decode()
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self.server_of.tokens or self.headers.get("cpro-account") != account:
            return HTTPStatus.UNAUTHORIZED, {"httpCode": "401", "httpMessage": "Unauthorized"}
        try:
            return self.server_of.answer(act, json.loads(content))
        except ValueError:
            return HTTPStatus.BAD_REQUEST, {"codeRetour": 400, "libelle": "Le corps de la demande est illisible."}

    def _write(self, status: int, body: str, retry_after: str = "") -> None:
        sent = body.encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json;charset=utf-8")
            self.send_header("Content-Length", str(len(sent)))
            if retry_after:
                self.send_header("Retry-After", retry_after)
            self.end_headers()
            self.wfile.write(sent)
        except OSError:
            self.close_connection = True  # whoever asked has left

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 the name of the base class
        """Nothing: whoever looks reads `calls`."""


def main() -> int:
    """Answer until Ctrl-C."""
    parser = argparse.ArgumentParser(description="Chorus Pro factice, pour essayer le portail sur une machine.")
    parser.add_argument("--port", type=int, default=8123)
    parser.add_argument("--keep", type=Path, help="fichier où garder les dépôts")
    parser.add_argument("--integration", type=float, default=20.0, help="secondes avant qu’un dépôt soit intégré")
    parser.add_argument("--pace", type=float, default=60.0, help="secondes entre deux statuts")
    parser.add_argument("--older", action="store_true", help="refuse ce que le bac à sable refuse (BT-23, SIREN)")
    given = parser.parse_args()
    stand_in = StandIn(
        port=given.port,
        integration=timedelta(seconds=given.integration),
        pace=timedelta(seconds=given.pace),
        keep=given.keep,
        older=given.older,
    )
    for order in (signal.SIGINT, signal.SIGTERM):
        signal.signal(order, lambda *_: threading.Thread(target=stand_in.stop).start())
    sys.stdout.write(f"Chorus Pro factice : {stand_in.url} (docs/chorus-pro.md)\n")
    sys.stdout.flush()
    stand_in.serve()
    return 0


if __name__ == "__main__":
    sys.exit(main())
