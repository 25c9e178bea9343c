"""What many rows of one spreadsheet ask again and again, looked up once: a commune, a métier, the filières.

Nothing is remembered outside `remembering()`, so that a page always reads the lists as they are.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

Found = TypeVar("Found")
_memory: ContextVar[dict[Hashable, Any] | None] = ContextVar("remembered", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Remember every answer until the end of the block; a block inside another starts afresh."""
    token = _memory.set({})
    try:
        yield
    finally:
        _memory.reset(token)


def remembered(question: Hashable, find: Callable[[], Found]) -> Found:
    """The answer already found to `question` in this block, else what `find` says now."""
    memory = _memory.get()
    if memory is None:
        return find()
    if question not in memory:
        memory[question] = find()
    found: Found = memory[question]
    return found
