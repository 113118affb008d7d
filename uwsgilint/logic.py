"""Run-time logic: blocks of options that the server takes, skips or repeats while it reads.

An authored block says its condition, or its loop, in one entry, `env = "STAGING"`; an option opens it
in a native file, `if-env = STAGING`, and another closes it. Blocks do not nest, and nothing is filled in
in a condition (core/config.c uwsgi_opt_logic).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from uwsgilint.catalog.nearest import nearest
from uwsgilint.routing import RuleError

__all__ = ["BLOCKS", "OPENERS", "Block", "compile_block", "table_of"]


class Block(NamedTuple):
    """A kind of block.

    Attributes:
        opener: the option that opens it.
        terminator: the option that closes it.
        takes: "text", "flag", "words" or "number".
        also: other names of the opener.
    """

    opener: str
    terminator: str
    takes: str
    also: tuple[str, ...] = ()


def _conditions() -> dict[str, Block]:
    kinds = {"env": ("ifenv",), "opt": (), "exists": ("ifexists",), "file": (), "dir": ("ifdir", "if-directory"),
             "plugin": ("ifplugin",), "hostname": (), "reload": ()}  # fmt: skip
    found = {}
    for kind, also in kinds.items():
        takes = "flag" if kind == "reload" else "text"
        found[kind] = Block(f"if-{kind}", "endif", takes, also)
        found[f"not-{kind}"] = Block(f"if-not-{kind}", "endif", takes)
    return found


BLOCKS: dict[str, Block] = {
    **_conditions(),
    "for": Block("for", "endfor", "words"),
    "for-times": Block("for-times", "endfor", "number"),
    "for-glob": Block("for-glob", "endfor", "text"),
    "for-readline": Block("for-readline", "endfor", "text"),
}
"""What an authored block may say, by the word that says it."""

OPENERS = {name: word for word, block in BLOCKS.items() for name in (block.opener, *block.also)}
"""The word of each option that opens a block, by any name of the option."""

# Conditions that no server with PCRE2 can decide (core/config.c): there is a better one for each.
_BROKEN = {"hostname-match": "hostname", "not-hostname-match": "not-hostname"}
_PLACEHOLDER = re.compile(r"[%$@]\([^()]*\)")


def compile_block(table: Mapping[str, Any]) -> tuple[str, str, str]:
    """Write what opens and what closes an authored block.

    Args:
        table: one entry with a key of `BLOCKS`.

    Returns:
        The option that opens it, that option's value, and the option that closes it.

    Raises:
        RuleError: it says none of them, several, or something that none of them can decide.
    """
    words = [word for word in table if word in BLOCKS]
    for key in table:
        if key not in BLOCKS:
            near = [_BROKEN[key]] if key in _BROKEN else nearest(key.replace("_", "-"), tuple(BLOCKS), 1)
            raise RuleError((key,), "unknown-part", {"part": key, "near": near[0] if near else ""})
    if not words:
        raise RuleError((), "missing-part", {"part": "env"})
    if len(words) > 1:
        values = {"missing": "a block of its own, as one block has one condition", "shape": f"one of {_all(words)}"}
        raise RuleError((words[1],), "malformed-value", values)
    word = words[0]
    block, value = BLOCKS[word], table[word]
    if block.takes == "flag":
        return _flag(word, value)
    text = _text(word, block, value)
    if _PLACEHOLDER.search(text):
        reads = "that very text, for nothing is filled in there"
        raise _misread(word, text, reads, "text without placeholders")
    if word.endswith("env") and text.startswith("="):
        raise _misread(word, text, "a variable without a name", "NAME or NAME=value")
    return block.opener, text, block.terminator


def _flag(word: str, value: object) -> tuple[str, str, str]:
    if not isinstance(value, bool):
        raise _misread(word, str(value), "true, whatever it says", "true or false")
    if not value:
        word = word.removeprefix("not-") if word.startswith("not-") else f"not-{word}"
    return BLOCKS[word].opener, "true", BLOCKS[word].terminator


def _text(word: str, block: Block, value: object) -> str:
    if block.takes == "number":
        text = str(value)
        if isinstance(value, bool) or not re.fullmatch(r"[1-9][0-9]*", text):
            raise _misread(word, text.lower(), "no number of times, and leaves the options out", "a number above 0")
        return text
    if block.takes == "words" and isinstance(value, Sequence) and not isinstance(value, str):
        items = [str(item) for item in value]
        for index, item in enumerate(items):
            if not item or " " in item or not isinstance(value[index], (str, int)) or isinstance(value[index], bool):
                reads = "several words" if " " in item else "no word"
                error = _misread(word, item, reads, "words without blanks")
                raise RuleError((word, index), error.rule, error.values)
        text = " ".join(items)
    elif isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        text = str(value)
    else:
        shape = f'{word} = ["a", "b"]' if block.takes == "words" else f'{word} = "..."'
        raise RuleError((word,), "malformed-value", {"missing": "a text", "shape": shape})
    if not text.strip(" "):
        raise RuleError((word,), "missing-part", {"part": word})
    return text


def _misread(word: str, text: str, reads: str, expects: str) -> RuleError:
    return RuleError((word,), "misread-part", {"part": word, "value": text, "reads": reads, "expects": expects})


def _all(words: Sequence[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def table_of(option: str, value: str) -> dict[str, Any] | None:
    """Return the authored form of an option that opens a block, or None when it opens none, or none that makes sense.

    `compile_block` makes the same of it again, with the first of the option's names.
    """
    word = OPENERS.get(option)
    if word is None:
        return None
    table: dict[str, Any] = {word: value}
    if BLOCKS[word].takes == "flag":
        table[word] = True
    elif BLOCKS[word].takes == "number" and value.isdigit() and str(int(value)) == value:
        table[word] = int(value)
    elif BLOCKS[word].takes == "words" and " ".join(value.split(" ")) == value and "" not in value.split(" "):
        table[word] = value.split(" ")
    try:
        compile_block(table)
    except RuleError:
        return None
    return table
