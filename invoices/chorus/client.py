"""Chorus Pro through PISTE: the only module that knows its addresses and the names of its fields.

Sources: the « Factures » and « Transverses » OpenAPI of PISTE, the annex of the external specifications on the API
(AIFE). What nobody could try against the true platform is said in docs/chorus-pro.md.
"""

import base64
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from django.db import transaction
from django.utils import timezone

from invoices.chorus.contract import (
    AnswerLost,
    Call,
    ChorusError,
    FlowState,
    Found,
    Outcome,
    RefusedForGood,
    Report,
    Told,
    TryAgain,
)

TOKEN = "/api/oauth/token"  # noqa: S105 an address
DEPOSIT = "/cpro/factures/v1/deposer/flux"
FIND = "/cpro/factures/v1/rechercher/fournisseur"
HISTORY = "/cpro/factures/v1/consulter/historique"
REPORT = "/cpro/transverses/v1/consulterCRDetaille"
SYNTAX = "IN_DP_E2_CII_FACTURX"

INTEGRATED = frozenset({"IN_INTEGRE", "IN_INTEGRE_PARTIEL"})
REJECTED = frozenset({"IN_REJETE", "IN_INCIDENTE"})
TECHNICAL = 20000  # its own breakdown, where 20001 and after say what is wrong with what was sent
PER_PAGE, PAGES = 100, 20
ANSWER_MAX = 5_000_000  # bytes
CONNECT_SECONDS = 5.0
EARLY = timedelta(seconds=60)  # a token is renewed before its end
PARIS = ZoneInfo("Europe/Paris")  # Chorus Pro says moments without their zone
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.InvalidURL)
WRONG = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)
LATER = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)
CLOSED = {
    HTTPStatus.UNAUTHORIZED: "Chorus Pro refuse le compte du portail.",
    HTTPStatus.FORBIDDEN: "PISTE n’ouvre pas cette demande au portail : son abonnement est à compléter.",
    HTTPStatus.NOT_FOUND: "L’adresse de Chorus Pro est fausse dans les réglages du portail.",
    HTTPStatus.METHOD_NOT_ALLOWED: "L’adresse de Chorus Pro est fausse dans les réglages du portail.",
}


@dataclass(frozen=True)
class Account:
    """The application known to PISTE, and the technical account known to Chorus Pro."""

    api_url: str
    oauth_url: str
    client_id: str
    client_secret: str = field(repr=False)
    login: str
    password: str = field(repr=False)


def _forget(call: Call) -> None:
    """Nobody watches."""


class PisteClient:
    """`ChorusPro` over HTTP. One instance serves all the threads of a process and keeps its token until it ends.

    `seconds`: how long one answer may take. `watch` is told of each call, outside any transaction.
    """

    def __init__(self, account: Account, *, seconds: float = 30.0, watch: Callable[[Call], None] = _forget) -> None:
        self._account = account
        self._seconds = seconds
        self._watch = watch
        self._lock = threading.Lock()
        self._token, self._token_ends = "", timezone.now()
        # No connection is kept: one that the server has closed meanwhile would lose an answer for nothing.
        self._http = httpx.Client(
            timeout=httpx.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds)),
            limits=httpx.Limits(max_keepalive_connections=0),
            follow_redirects=False,
        )

    def deposit(self, name: str, content: bytes) -> str:
        file = base64.b64encode(content).decode()
        body = {"fichierFlux": file, "nomFichier": name, "syntaxeFlux": SYNTAX, "avecSignature": False}
        with _Watched(self._watch, "depot", writes=True):
            said = self._ask(DEPOSIT, body, writes=True)
            flow = str(said.get("numeroFluxDepot") or "").strip()
            if not flow:
                raise AnswerLost("Chorus Pro a répondu sans donner de numéro de flux.")
        return flow

    def report(self, flow: str) -> Report:
        with _Watched(self._watch, "compte_rendu"):
            try:
                said = self._ask(REPORT, {"numeroFluxDepot": flow})
            except RefusedForGood as error:
                if "introuvable" not in error.words.lower():
                    raise
                return Report(FlowState.EN_COURS, "introuvable")  # as it is for some minutes after the deposit
        code = str(said.get("etatCourantDepotFlux") or "")
        errors = tuple(
            str(row[name]).strip()
            for rows, name in (("listeErreurTechnique", "libelleErreur"), ("listeErreurDP", "libelleErreurDP"))
            for row in _rows(said, rows)
            if row.get(name)
        )
        if code in REJECTED or (code in INTEGRATED and errors):  # one invoice a flow: in part is not at all
            return Report(FlowState.REJETE, code, errors)
        return Report(FlowState.INTEGRE if code in INTEGRATED else FlowState.EN_COURS, code, errors)

    def find(self, number: str, siret: str, flow: str = "") -> Found | None:
        with _Watched(self._watch, "recherche"):
            rows = [row for row in self._list(number) if str(row.get("numeroFacture") or "").strip() == number]
            if any(not _digits(row.get("codeFournisseur")) for row in rows):
                raise TryAgain("Chorus Pro connaît ce numéro sans dire de quel fournisseur.")
        # Each organisme has its own series: the same number stands with several of them.
        ours = [row for row in rows if _digits(row["codeFournisseur"])[:9] == siret[:9]]
        known = [
            Found(
                int(row["identifiantFactureCPP"]),
                str(row.get("numeroFluxDepot") or "").strip(),
                str(row.get("statut") or ""),
                str(row.get("commentaireEtatCourant") or "").strip(),
            )
            for row in ours
            if row.get("identifiantFactureCPP")
        ]
        return max(known, key=lambda one: (bool(flow) and one.flow == flow, one.identifier), default=None)

    def history(self, identifier: int) -> list[Told]:
        with _Watched(self._watch, "historique"):
            said = self._ask(
                HISTORY,
                {
                    "idFacture": identifier,
                    "paramRechercheHistoStatuts": {
                        "pageResultatDemandeeListeHistoStatut": 1,
                        "nbResultatsParPageListeHistoStatut": PER_PAGE,
                        "triSensListeHistoStatut": "Ascendant",
                    },
                },
            )
            rows = _rows(said.get("historiquesDesStatuts") or {}, "histoStatut")
            told = [
                (
                    _moment(row.get("histoStatutDatePassage")),
                    int(row.get("histoStatutId") or 0),
                    str(row.get("histoStatutCode") or ""),
                    str(row.get("histoStatutCommentaire") or "").strip(),
                )
                for row in rows
            ]
        return [Told(code, at, reason) for at, _, code, reason in sorted(told)]

    def _list(self, number: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for page in range(1, PAGES + 1):
            paging = {"nbResultatsParPage": PER_PAGE, "pageResultatDemandee": page}
            said = self._ask(FIND, {"numeroFacture": number, "rechercheFactureParFournisseur": paging})
            found += _rows(said, "listeFactures")
            if page >= int((said.get("parametresRetour") or {}).get("pages") or 1):
                break
        return found

    def _ask(self, path: str, body: dict[str, Any], *, writes: bool = False) -> dict[str, Any]:
        """The answer of a call that succeeded. A token that is refused is asked again once: nothing was taken."""
        with transaction.atomic(durable=True):
            pass  # raises RuntimeError inside a transaction: a slow service would hold our locks
        account = base64.b64encode(f"{self._account.login}:{self._account.password}".encode()).decode()
        for again in (False, True):
            headers = {
                "Authorization": f"Bearer {self._bearer(again)}",
                "cpro-account": account,
                "Content-Type": "application/json;charset=utf-8",
                "Accept": "application/json",
            }
            answer = self._post(f"{self._account.api_url}{path}", headers, json.dumps(body).encode(), writes=writes)
            if answer.status != HTTPStatus.UNAUTHORIZED:
                break
        return _read(answer, writes=writes)

    def _bearer(self, again: bool) -> str:
        with self._lock:
            if again or not self._token or timezone.now() >= self._token_ends:
                self._token = ""
                form = {
                    "grant_type": "client_credentials",
                    "client_id": self._account.client_id,
                    "client_secret": self._account.client_secret,
                    "scope": "openid",
                }
                answer = self._post(
                    f"{self._account.oauth_url}{TOKEN}",
                    {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
                    str(httpx.QueryParams(form)).encode(),
                )
                if answer.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED):
                    raise TryAgain("PISTE refuse les identifiants du portail.", str(answer.status), ours=True)
                said = _read(answer)
                if not said.get("access_token"):
                    raise TryAgain("PISTE a répondu sans donner de jeton.")
                self._token = str(said["access_token"])
                self._token_ends = timezone.now() + timedelta(seconds=int(said.get("expires_in") or 0)) - EARLY
            return self._token

    def _post(self, url: str, headers: dict[str, str], content: bytes, *, writes: bool = False) -> "_Answer":
        until = time.monotonic() + self._seconds
        try:
            with self._http.stream("POST", url, content=content, headers=headers) as answer:
                body = b""
                for piece in answer.iter_bytes():
                    body += piece
                    if len(body) > ANSWER_MAX or time.monotonic() > until:
                        raise _lost(writes, "Chorus Pro n’a pas fini de répondre.")
                return _Answer(answer.status_code, body, answer.headers.get("Retry-After", ""))
        except NOT_SENT as error:
            raise TryAgain("Chorus Pro ne répond pas.", type(error).__name__) from error
        except httpx.RequestError as error:
            raise _lost(writes, "La réponse de Chorus Pro n’est pas arrivée.", type(error).__name__) from error


@dataclass(frozen=True)
class _Answer:
    status: int
    body: bytes
    retry_after: str = ""


class _Watched:
    """Tells whoever watches how a call ended. An answer of another shape than the documented one is no answer."""

    def __init__(self, watch: Callable[[Call], None], act: str, *, writes: bool = False) -> None:
        self._watch, self._act, self._writes = watch, act, writes

    def __enter__(self) -> None:
        self._started = time.monotonic()

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        odd = isinstance(error, (ValueError, TypeError, KeyError, AttributeError))
        said = _lost(self._writes, "Chorus Pro a répondu dans une forme inconnue.", kind.__name__) if odd else error
        spent = int((time.monotonic() - self._started) * 1000)
        if said is None:
            self._watch(Call(self._act, Outcome.FAIT, "", spent))
        elif isinstance(said, ChorusError):
            words = f"{said.words} ({said.code})" if said.code else said.words
            self._watch(Call(self._act, Outcome.of(said), words, spent))
        if odd and said is not None:
            raise said from error


def _lost(writes: bool, words: str, code: str = "") -> ChorusError:
    """An answer that did not come: what was written may have been taken, what was asked may be asked again."""
    return AnswerLost(words, code) if writes else TryAgain(words, code)


def _read(answer: _Answer, *, writes: bool = False) -> dict[str, Any]:
    """The answer of a call that succeeded; raises what the others mean."""
    status, said = answer.status, _json(answer.body)
    words = str((said or {}).get("libelle") or (said or {}).get("message") or "").strip()
    if status in CLOSED:
        raise TryAgain(CLOSED[HTTPStatus(status)], str(status), ours=True)
    if status in LATER:
        raise TryAgain("Chorus Pro demande d’attendre.", str(status), after=_seconds(answer.retry_after))
    if status in WRONG:
        raise RefusedForGood(words or "Chorus Pro refuse la demande sans dire pourquoi.", str(status))
    if status != HTTPStatus.OK or said is None:
        raise _lost(writes, "Chorus Pro est en panne ou en maintenance.", str(status))
    code = said.get("codeRetour") or 0
    if code == TECHNICAL:
        raise _lost(writes, words or "Chorus Pro signale une erreur technique.", str(code))
    if code:
        raise RefusedForGood(words or "Chorus Pro refuse la demande sans dire pourquoi.", str(code))
    return said


def _json(body: bytes) -> dict[str, Any] | None:
    try:
        said = json.loads(body.replace(rb"\u0000", b""))  # a character that the database cannot keep
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def _rows(said: dict[str, Any], name: str) -> list[dict[str, Any]]:
    rows = said.get(name)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _digits(value: Any) -> str:
    return "".join(sign for sign in str(value or "") if sign.isdigit())


def _moment(value: Any) -> datetime:
    """« 2026-04-19 11:08 », an ISO moment or milliseconds. Without a zone, it is Paris."""
    try:
        if isinstance(value, int):
            return datetime.fromtimestamp(value / 1000, PARIS)
        at = datetime.fromisoformat(str(value))
    except (ValueError, OverflowError, OSError) as error:
        raise TryAgain("Chorus Pro a donné une date illisible.") from error
    return at if at.tzinfo else at.replace(tzinfo=PARIS)


def _seconds(text: str) -> int | None:
    """The header Retry-After: seconds, or a moment."""
    if text.isdigit():
        return int(text)
    try:
        return max(0, int((parsedate_to_datetime(text) - timezone.now()).total_seconds()))
    except (ValueError, TypeError):
        return None
