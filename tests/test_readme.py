"""What the prose shows is what the program does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools.readme import pages, renewed

ROOT = Path(__file__).parent.parent
PROSE = [*pages(), *(ROOT / name for name in ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"))]


def shown() -> list[object]:
    """The pages as parameters; one that shows the server's answer needs the server."""
    return [
        pytest.param(page, marks=[pytest.mark.server] if "--verify >" in page.read_text(encoding="utf-8") else [])
        for page in pages()
    ]


@pytest.mark.parametrize("page", shown(), ids=lambda page: page.name)
def test_output_is_current(page: Path) -> None:
    """Running the commands of a page again gives what it shows (else: python -m tools.readme)."""
    text = page.read_text(encoding="utf-8")

    assert renewed(text) == text


@pytest.mark.parametrize("page", PROSE, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """A relative link names a file of the project, and its fragment a heading of that file."""
    for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", page.read_text(encoding="utf-8")):
        name, _, fragment = target.partition("#")
        file = page.parent / name if name else page
        assert file.exists(), target
        if fragment:
            headings = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
            assert fragment in {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}, (
                target
            )
