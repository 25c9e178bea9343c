"""The one exception of the workflows: an act that is not lawful now, said in French to the person who tried."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import IntegrityError, transaction


class Refused(Exception):
    """Raised by a workflow function; its text is shown as it stands, where the act was tried."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Taken(Refused):
    """Somebody was quicker: what was asked for is no longer free."""


@contextmanager
def lost_race(messages: Mapping[str, str]) -> Iterator[None]:
    """Say in French that somebody was quicker, when the database keeps a promise that the form saw as kept.

    `messages`: a part of the constraint's name → the sentence. Raises Taken for these constraints, and lets
    any other error through; what was written in the block is undone, the rest of the transaction stands.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        told = next((message for name, message in messages.items() if name in str(error)), None)
        if told is None:
            raise
        raise Taken(told) from error
