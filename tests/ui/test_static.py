"""What the browser loads: known, small, and nothing inline that a strict policy would refuse."""

import gzip
import hashlib
import re
from pathlib import Path

import pytest
from django.conf import settings
from fontTools.ttLib import TTFont

BASE = Path(settings.BASE_DIR)
STATIC = BASE / "static"
TEMPLATES = sorted((BASE / "templates").rglob("*.html"))
VERSIONS = sorted([*STATIC.glob("vendor/*/VERSIONS"), *(BASE / "tests" / "vendor").glob("*/VERSIONS")])
JS_BUDGET = 60_000
FRENCH = "àâçéèêëîïôùûüÿœæÀÂÇÉÈÊËÎÏÔÙÛÜŒÆ’«»…–—€·×−°²½\u00a0›"


def facts_of(path: Path) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in path.read_text().splitlines() if not line.startswith("sha256"))


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.parent.name)
def test_vendored_files_are_what_their_versions_file_says(path):
    assert set(facts_of(path)) == {"name", "version", "licence"}
    sums = dict(reversed(line.split()) for line in re.findall(r"^sha256: (.+)$", path.read_text(), flags=re.MULTILINE))
    files = {file.name for file in path.parent.iterdir()} - {"VERSIONS", "LICENSE"}
    assert set(sums) == files
    for name, expected in sums.items():
        assert hashlib.sha256((path.parent / name).read_bytes()).hexdigest() == expected
    assert (path.parent / "LICENSE").exists()


def test_every_vendored_folder_has_its_versions_file():
    assert {path.parent.name for path in VERSIONS} == {
        *(folder.name for folder in (STATIC / "vendor").iterdir()),
        *(folder.name for folder in (BASE / "tests" / "vendor").iterdir()),
    }


def test_all_scripts_together_stay_under_sixty_kilobytes():
    weight = sum(len(gzip.compress(path.read_bytes())) for path in STATIC.rglob("*.js"))
    assert weight < JS_BUDGET


def test_the_font_has_every_french_sign():
    font = TTFont(next((STATIC / "vendor" / "source-sans-3").glob("*.woff2")))
    known = font.getBestCmap()
    assert [sign for sign in FRENCH if ord(sign) not in known] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(BASE / "templates")))
def test_nothing_inline_in_any_template(path):
    source = path.read_text()
    assert not re.search(r"\sstyle\s*=", source), "style="
    assert not re.search(r"<[a-z][^>]*\son[a-z]+\s*=", source), "handler"
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", source), "script without src"
    assert "javascript:" not in source
    assert "\u202f" not in source
    if "email" not in path.parts and "pdf" not in path.parts:
        assert "<style" not in source


@pytest.mark.parametrize("path", sorted(STATIC.rglob("css/*.css")), ids=lambda path: path.name)
def test_a_style_sheet_stays_short_and_at_home(path):
    source = path.read_text()
    assert len(source.splitlines()) < 400
    for address in re.findall(r"url\(\"?([^)\"]+)\"?\)", source):
        # « static:/// » is how the PDF sheets name our own files.
        home = STATIC if address.startswith("static:///") else path.parent
        assert (home / address.removeprefix("static:///")).resolve().is_file()
    assert "@import" not in source


def test_style_uses_only_tokens_that_exist():
    sheets = "".join(path.read_text() for path in STATIC.rglob("css/*.css"))
    used = set(re.findall(r"var\((--[a-z0-9-]+)", sheets))
    given = set(re.findall(r"(--[a-z0-9-]+)\s*:", sheets))
    assert used - given == set()


@pytest.mark.parametrize("path", sorted(STATIC.glob("js/*.js")), ids=lambda path: path.name)
def test_scripts_build_no_markup_from_text(path):
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", path.read_text()
    )
