"""What the comparison with other linters claims of ours, a test holds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "compared.md"
TOOLS = ["ruff", "actionlint", "zizmor", "cfn-lint", "regal", "uwsgilint"]
WORDS = {"●", "◐", "○", "\u2013", "?"}


def rows() -> list[list[str]]:
    """The cells of every row of every table, heads left out."""
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.read_text("utf-8").splitlines()]
    return [row for row in cells if len(row) == len(TOOLS) + 2 and row[0] and not row[0].startswith("-")]


def test_the_table_is_as_it_says() -> None:
    """Every table has the same six tools, and every cell one of the five signs."""
    heads = re.findall(r"^\| +\| (.*) \| held by \|$", PAGE.read_text("utf-8"), re.MULTILINE)

    assert set(heads) == {" | ".join(TOOLS)}
    assert len(rows()) > 40
    assert [row[0] for row in rows() if not set(row[1:7]) <= WORDS] == []


@pytest.mark.parametrize("row", rows(), ids=lambda row: re.sub(r"\W+", "-", row[0]))
def test_a_claim_links_a_test(row: list[str]) -> None:
    """What we have, whole or in part, links a test that is there; what we have not links none."""
    ours, link = row[6], row[7]
    if ours == "○":
        assert link == ""
        return
    match = re.fullmatch(r"\[`(test_\w+)`\]\(\.\./(tests/test_\w+\.py)\)", link)
    assert match
    assert re.search(rf"^def {match[1]}\(", (ROOT / match[2]).read_text("utf-8"), re.MULTILINE)
