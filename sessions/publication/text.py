"""Cleaning of texts that people paste from a word processor or a web page."""

import re
import textwrap
import unicodedata
from functools import lru_cache

LINE_WIDTH = 50
"""Longest address line that LHÉO accepts, in characters."""

# Word and Outlook wrap their own markup in conditional comments and in prefixed tags.
_WORD_COMMENT = re.compile(r"<!(?:--)?\[if.*?<!\[endif\](?:--)?>", re.DOTALL | re.IGNORECASE)
_BLOCK_TAG = re.compile(r"<(?:br\s*/?|/p|/li|/div|/h[1-6]|/tr)\s*>", re.IGNORECASE)
_KNOWN_TAG = re.compile(
    r"</?(?:[owmv]:\w+|p|div|span|ul|ol|li|b|i|u|strong|em|a|font|h[1-6]|table|tbody|tr|td)"
    r"(?:\s+[\w:-]+=(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s<>\"']+))*\s*/?>",
    re.IGNORECASE,
)
_LINE_BREAKS = re.compile("\r\n|[\r\v\f\u2028\u2029]")
_SPACES = re.compile("[ \t\u2000-\u200a\u202f\u205f\u3000]+")
# Soft hyphen, zero-width and direction marks, joiners that are not part of an emoji, byte-order mark.
_INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffc]")
# Bullets that Word writes with the private characters of its symbol fonts.
_SYMBOL_BULLET = re.compile("[\uf000-\uf0ff]")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")
_WINDOWS = re.compile("[\x80-\x9f]")
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def is_legal(text: str) -> bool:
    """Tell whether XML 1.0 can carry every character of ``text``."""
    return _ILLEGAL.search(text) is None


# A feed says the same addresses, names and codes thousands of times.
@lru_cache(maxsize=1024)
def clean(text: str) -> str:
    """Return ``text`` without what XML forbids nor what word processors leave behind.

    Lines are kept, trimmed; runs of spaces become one; Windows quotes that were read in the wrong
    encoding are put right; the thin no-break space, which our font lacks, becomes the ordinary one.
    Nothing that a person wrote is cut.
    """
    text = unicodedata.normalize("NFC", text)
    text = _WORD_COMMENT.sub("", text)
    text = _KNOWN_TAG.sub("", _BLOCK_TAG.sub("\n", text))
    text = text.replace("\u202f", "\u00a0")
    text = _WINDOWS.sub(_windows, text)
    text = _LINE_BREAKS.sub("\n", text)
    text = _PRIVATE.sub("", _SYMBOL_BULLET.sub("•", text))
    text = _ILLEGAL.sub("", _INVISIBLE.sub("", text))
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    # NFC again: taking an invisible mark away may bring a letter and its accent together.
    return unicodedata.normalize("NFC", re.sub("\n{3,}", "\n\n", "\n".join(lines)).strip())


def one_line(text: str) -> str:
    """Return the cleaned text on one line, as the feed needs (one element per line)."""
    return " ".join(clean(text).split("\n")).replace("  ", " ").strip()


def wrap(lines: tuple[str, ...], width: int = LINE_WIDTH) -> list[str]:
    """Return address lines no longer than ``width``, broken between words, none lost.

    A single word longer than ``width`` stays whole: it is for the checks to refuse it.
    """
    wrapped: list[str] = []
    for line in lines:
        wrapped += textwrap.wrap(one_line(line), width, break_long_words=False, break_on_hyphens=False)
    return wrapped


def _windows(found: re.Match[str]) -> str:
    """Put right a character of Windows-1252 that was read as Latin-1."""
    try:
        return found[0].encode("latin-1").decode("cp1252")
    except UnicodeDecodeError:
        return ""
