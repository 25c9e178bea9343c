"""The floor: the same rows by a bare driver, sent as JSON by a bare WSGI application."""

import json
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs
from wsgiref.types import StartResponse, WSGIEnvironment

import psycopg
from django.db import connection

PAGE = """
    SELECT s.number, s.title, s.starts_on::text, s.ends_on::text, s.places_left, s.hours_total::text, o.name, c.name
    FROM training_sessions_session s
    JOIN accounts_organisation o ON o.id = s.organisme_id JOIN reference_commune c ON c.code = s.commune_id
    WHERE s.state IN ('publiee', 'en_recrutement', 'en_cours') AND s.enter_until >= current_date {words}
    ORDER BY {order} s.starts_on, s.id LIMIT 25
"""
COUNT = """
    SELECT count(*) FROM (SELECT 1 FROM training_sessions_session s
    WHERE s.state IN ('publiee', 'en_recrutement', 'en_cours') AND s.enter_until >= current_date {words} LIMIT 1001) t
"""
WORDS = "AND s.search_vector @@ to_tsquery('french', %(q)s)"
RANK = "ts_rank(s.search_vector, to_tsquery('french', %(q)s)) DESC,"
COMMUNES = """
    SELECT code, name, departement_id FROM reference_commune
    WHERE retired_on IS NULL AND search LIKE %(q)s ORDER BY population DESC LIMIT 10
"""
Application = Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]


def application() -> Application:
    """Answers /catalogue/ and /reference/communes/ with what their pages need from the database, and no more."""
    given = connection.get_connection_params()
    names = ("host", "port", "dbname", "user", "password")
    driver = psycopg.connect(autocommit=True, **{name: given[name] for name in names if given.get(name)})

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        query = parse_qs(environ["QUERY_STRING"])
        body = json.dumps(_rows(driver, environ["PATH_INFO"], query.get("q", [""])[0])).encode()
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    return answer


def _rows(driver: "psycopg.Connection[Any]", path: str, q: str) -> list[Any]:
    if path.startswith("/reference/"):
        return driver.execute(COMMUNES, {"q": f"{q}%"}).fetchall()
    words = {"words": WORDS, "order": RANK} if q else {"words": "", "order": ""}
    rows = driver.execute(PAGE.format(**words), {"q": q}).fetchall()
    return [driver.execute(COUNT.format(**words), {"q": q}).fetchone(), *rows]
