"""Numbers are given without hole or double."""

import threading

import pytest
from django.db import connection, transaction

from core.journal.numbering import next_number


@pytest.mark.django_db
def test_a_series_starts_at_one_each_year() -> None:
    assert [next_number("demande", 2026), next_number("demande", 2026), next_number("demande", 2027)] == [1, 2, 1]


@pytest.mark.django_db
def test_a_failed_transaction_gives_its_number_back() -> None:
    with pytest.raises(ValueError, match="panne"), transaction.atomic():
        next_number("demande", 2026)
        raise ValueError("panne")

    assert next_number("demande", 2026) == 1


@pytest.mark.django_db(transaction=True)
def test_a_number_outside_a_transaction_is_a_defect() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        next_number("demande", 2026)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_each_their_own() -> None:
    given: list[int] = []

    def take() -> None:
        try:
            with transaction.atomic():
                given.append(next_number("demande", 2026))
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(given) == list(range(1, 13))
