"""Every syntax holds what docs/formats.md says it does, and every example goes through all of them."""

from __future__ import annotations

import pytest

from tools import formats
from uwsgilint.document import Document, Source
from uwsgilint.formats import ini


def test_the_tables_are_true() -> None:
    """The page says what comes out when it is tried; a cell that is neither the same nor refused would raise."""
    text = formats.PAGE.read_text("utf-8")

    assert formats.renewed(text) == text, "run python -m tools.formats"


@pytest.mark.parametrize(("name", "document"), [pytest.param(*each, id=each[0]) for each in formats.examples()])
@pytest.mark.parametrize("syntax", ["TOML", "YAML", "JSON", "INI", "native YAML, libyaml", "native XML"])
def test_every_example_survives(name: str, document: Document, syntax: str) -> None:
    """These hold every example whole: the same options in the same order."""
    if document.profiles and "," not in name and syntax not in {"TOML", "YAML", "JSON"}:
        pytest.skip("its profiles are laid over it first")

    assert formats.round_trip(document, syntax) == "same"


def test_a_refusal_names_what_cannot_be_held() -> None:
    """The option is named that stands where the syntax has no room for it."""
    text = b"[uwsgi]\nenv = A=1\nmaster = true\nenv = B=2\n"

    assert formats.round_trip(ini.read(Source("x.ini", text)), "native JSON") == "refused: env"
