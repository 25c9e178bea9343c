"""So many tries in so long, from one address or for one thing. Without a cache, nobody is refused."""

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError


def address_of(request: HttpRequest) -> str:
    """Who asks: the address that the proxy saw, when there is a proxy that says it."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.SECURE_PROXY_SSL_HEADER else ""
    asked_by: str = forwarded.rsplit(",", 1)[-1].strip() or request.META.get("REMOTE_ADDR", "")
    return "".join(sign for sign in asked_by[:45] if sign.isalnum() or sign in ".:")


def count(key: str, seconds: int) -> int:
    """Count one more try under this key; how many that makes since the first of them, forgotten after `seconds`."""
    try:
        cache.add(key, 0, seconds)
        return int(cache.incr(key))
    except (RedisError, ValueError):  # unreachable, or expired between the two
        return 0


def counted(key: str) -> int:
    """How many tries stand under this key."""
    try:
        return int(cache.get(key, 0))
    except RedisError:
        return 0
