"""What the release workflow refuses, and what is published."""

import importlib
import re
import shutil
from pathlib import Path

import pytest

from tests import ROOT
from tests.programs.release import __main__ as release
from tests.programs.release.__main__ import UnfitError

PACKAGES = (
    "security_copilot_asking",
    "security_copilot_client",
    "security_copilot_contract",
    "security_copilot_runtime",
)
VERSION = importlib.import_module("security_copilot_client").__version__
PINNED = f"FROM python:3.13-slim@sha256:{'0' * 64} AS base\n\nFROM base AS build\nFROM base\n"
NOTES = "The\nfirst:\n\n- a\n  client\n- a mock\n"
DATED = f"# Changelog\n\n## {VERSION}, 2026-12-01\n\n{NOTES}\n## 0.0.1, 2026-01-01\n\nOlder.\n"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository that may be released."""
    (tmp_path / "openapi").mkdir()
    shutil.copy(ROOT / "openapi/security-copilot.yaml", tmp_path / "openapi")
    (tmp_path / "Dockerfile").write_text(PINNED, "utf-8")
    (tmp_path / "CHANGELOG.md").write_text(DATED, "utf-8")
    (tmp_path / "CODEOWNERS").write_text("* @contoso\n", "utf-8")
    monkeypatch.setattr(release, "ROOT", tmp_path)
    monkeypatch.setattr(release, "tracked", lambda: ["CHANGELOG.md", "CODEOWNERS"])
    return tmp_path


def test_each_package_has_the_version_of_the_document() -> None:
    """As `__version__`."""
    assert {name: importlib.import_module(name).__version__ for name in PACKAGES} == dict.fromkeys(PACKAGES, VERSION)
    assert f"\n  version: {VERSION}\n" in (ROOT / "openapi/security-copilot.yaml").read_text("utf-8")


@pytest.mark.usefixtures("root")
def test_the_notes_are_those_of_the_version() -> None:
    """And of no other. A paragraph is a line, since the forge ends a line where the notes do."""
    assert release.notes(f"v{VERSION}") == "The first:\n\n- a client\n- a mock"


@pytest.mark.usefixtures("root")
def test_another_tag_is_refused() -> None:
    """The version is that of the document."""
    with pytest.raises(UnfitError, match=r"the tag is v9\.9\.9"):
        release.notes("v9.9.9")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2026-12-01", "unreleased"),
        (f"## {VERSION}", "## 9.9.9"),
        (f"## {VERSION}", f"## Next\n\n- More.\n\n## {VERSION}"),
        (f"## {VERSION}, 2026-12-01", f"## {VERSION}"),
    ],
)
def test_a_changelog_whose_newest_section_is_another_is_refused(root: Path, old: str, new: str) -> None:
    """Nor does an earlier version count."""
    (root / "CHANGELOG.md").write_text(DATED.replace(old, new), "utf-8")

    with pytest.raises(UnfitError, match=r"CHANGELOG\.md must begin with"):
        release.notes(f"v{VERSION}")


@pytest.mark.parametrize(
    "text", ["* @OWNER", "https://github.com/OWNER/repository", "- uses: OWNER/repository@main", "a@OWNER.example"]
)
def test_the_placeholder_is_refused_until_it_is_replaced(root: Path, text: str) -> None:
    """By one name in all files; words that contain it stay."""
    (root / "CODEOWNERS").write_text(f"# OWNER stands for the OWNERS\n{text}\n", "utf-8")
    with pytest.raises(UnfitError, match="stands for the owner in CODEOWNERS"):
        release.notes(f"v{VERSION}")

    release.name_owner("contoso")

    assert release.notes(f"v{VERSION}")
    replaced = f"# OWNER stands for the OWNERS\n{text.replace('OWNER', 'contoso')}\n"
    assert (root / "CODEOWNERS").read_text("utf-8") == replaced


@pytest.mark.parametrize(
    ("old", "new"),
    [(f"@sha256:{'0' * 64}", ""), ("0" * 64, "0" * 63), ("FROM base\n", "FROM python:3.13-slim\n")],
)
def test_an_image_on_a_base_without_a_digest_is_refused(root: Path, old: str, new: str) -> None:
    """A stage of its own needs none."""
    (root / "Dockerfile").write_text(PINNED.replace(old, new), "utf-8")

    with pytest.raises(UnfitError, match=r"^Dockerfile: python:3\.13-slim\S* has no digest; "):
        release.notes(f"v{VERSION}")


def test_the_bases_of_the_image_are_found() -> None:
    """In the Dockerfile as it is: one of them, pinned or not."""
    (base,) = re.findall(r"^FROM (python:\S+) AS base$", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    assert release.unpinned() in ([], [base])
