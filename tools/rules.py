"""Compile the pages of the rules: `python -m tools.rules`, or `--check` to only say what is wrong or stale.

A page (rules/README.md describes it) is read once here: its front matter becomes an entry of
`uwsgilint/_data/rules.py`, its text one of `uwsgilint/_data/pages.py`, and its examples and its
proof are what the tests replay.
"""

from __future__ import annotations

import argparse
import re
import string
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import tomli

from tools import proofs
from uwsgilint import catalog
from uwsgilint.lint.compiling import KEYS, compile_rule, fields, triggers
from uwsgilint.lint.registry import SEVERITIES
from uwsgilint.lint.selection import RECOMMENDED
from uwsgilint.lint.syntax import ConditionError, option_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from uwsgilint.lint.declared import Declared

__all__ = ["GROUPS", "ROOT", "Example", "Page", "complaints", "generated", "ledger", "read_page", "read_pages"]

ROOT = Path(__file__).parent.parent
LEDGER = "rules/codes.txt"

# The digit behind UW says what a rule is about, and so does the folder of its page.
GROUPS = {
    "0": "reading",
    "1": "names",
    "2": "values",
    "3": "language",
    "4": "processes",
    "5": "sockets",
    "6": "serving",
    "7": "logging",
    "8": "privileges",
    "9": "fleets",
}
STATUSES = ("stable", "preview")
FIXES = ("none", "safe", "unsafe")
# What a line begins with that marks the next one, and what it ends with. JSON has no comments.
SYNTAXES = {
    "ini": (";", ""),
    "toml": ("#", ""),
    "yaml": ("#", ""),
    "xml": ("<!--", "-->"),
    "json": ("", ""),
    # Files that start a server.
    "dockerfile": ("#", ""),
    "service": ("#", ""),
}
LONGEST_MESSAGE = 90

_REQUIRED: dict[str, type] = {
    "code": str,
    "name": str,
    "group": str,
    "severity": str,
    "security": bool,
    "since": str,
    "status": str,
    "fix": str,
    "values": list,
    "message": str,
    "consequence": str,
    "action": str,
}
_HEADINGS = ("What it does", "Why it matters", "Avoid", "Prefer", "Fix", "Proof", "References")
# What a sentence fills in as it was written stands in backticks; the rest is our own wording.
_QUOTED = {"option", "value", "name", "near", "comment", "home", "first", "plugin", "load", "text", "build"}
# A name says what is wrong; these would turn "allow <name>" into an order or a cure.
_CURES = {"no", "not", "allow", "avoid", "check", "dont", "fix", "forbid", "need", "prefer", "remove", "require", "use"}
_HEAD = '"""{}"""\n\n# GENERATED from rules/ by `python -m tools.rules`. Never edited.\n'
_LINKS = ("https://uwsgi-docs.readthedocs.io/en/latest/",)


class Example(NamedTuple):
    """A fenced block of a configuration.

    Attributes:
        syntax: "ini", "toml", "yaml", "json" or "xml", or "dockerfile" or "service" for a file with a command.
        data: the file that it shows.
        fires: line and code of each finding that it must give, in order.
        written: whether the findings come from writing it as INI, not from checking it.
        line: where the block stands in its page.
        name: the file that it is, where the page says so.
        beside: names and contents of the other files of its run.
    """

    syntax: str
    data: bytes
    fires: list[tuple[int, str]]
    written: bool
    line: int
    name: str = ""
    beside: tuple[tuple[str, bytes], ...] = ()


class Page(NamedTuple):
    """One page as read, whatever is wrong with it.

    Attributes:
        path: its file.
        front: its front matter.
        text: what follows the front matter.
        sections: the lines below each heading of the second level, in order.
        avoid, prefer: its examples.
        proofs: what the server has to say about them.
        faults: what is wrong with the page, as complete sentences.
    """

    path: Path
    front: dict[str, Any]
    text: str
    sections: dict[str, list[str]]
    avoid: list[Example]
    prefer: list[Example]
    proofs: list[proofs.Proof]
    faults: list[str]

    @property
    def code(self) -> str:
        """The code of the rule."""
        return str(self.front.get("code", ""))

    @property
    def name(self) -> str:
        """The name of the rule."""
        return str(self.front.get("name", ""))

    def declared(self) -> Declared | None:
        """What the linter evaluates; None for a rule that code tells by its name."""
        return compile_rule(self.front)

    @property
    def filled(self) -> frozenset[str]:
        """The values that a declared rule fills its sentences with: options, its own, and what it is asked about."""
        if "when" not in self.front:
            return frozenset()
        names = {f for key in ("message", "consequence", "action") for f in fields(str(self.front.get(key, "")))}
        own = {*self.front.get("let", {}), "option", *(["value"] if "each" in self.front else [])}
        return frozenset(name for name in names if name in own or catalog.option(name) is not None)

    @property
    def alternatives(self) -> dict[str, str]:
        """Actions for the case that a value is not empty, by the name of that value."""
        return {key[7:]: str(text) for key, text in self.front.items() if key.startswith("action_")}


def read_pages(root: Path = ROOT) -> list[Page]:
    """Read all pages, sorted by code."""
    return sorted((read_page(path) for path in root.glob("rules/*/*.md")), key=lambda page: (page.code, page.path))


def read_page(path: Path) -> Page:
    """Read one page and say what is wrong with it."""
    whole = path.read_text("utf-8")
    faults: list[str] = []
    front: dict[str, Any] = {}
    opening, _, rest = whole.partition("+++\n")
    matter, closing, text = rest.partition("\n+++\n")
    if opening or not closing:
        faults.append("The front matter does not stand between two lines of +++.")
        text = whole
    else:
        try:
            front = tomli.loads(matter)
        except tomli.TOMLDecodeError as error:
            faults.append(f"The front matter is not TOML: {error}.")
    text = text.strip("\n") + "\n"
    first_line = whole.count("\n", 0, len(whole) - len(text)) + 1
    sections: dict[str, list[str]] = {}
    blocks: dict[str, list[tuple[str, list[str], int]]] = {}
    title = ""
    heading = ""
    fence: list[str] | None = None
    for number, line in enumerate(text.splitlines(), first_line):
        if fence is not None:
            if line == "```":
                fence = None
            else:
                fence.append(line)
        elif line.startswith("```"):
            fence = []
            blocks.setdefault(heading, []).append((line[3:].strip(), fence, number))
        elif line.startswith("# "):
            title = line[2:]
        elif line.startswith("## "):
            heading = line[3:]
            if heading in sections:
                faults.append(f"The heading {heading!r} stands there twice.")
            sections[heading] = []
            continue
        if heading:
            sections[heading].append(line)
    if fence is not None:
        faults.append("A fenced block is not closed.")
    page = Page(path, front, text, sections, [], [], [], faults)
    for kind, examples in (("Avoid", page.avoid), ("Prefer", page.prefer)):
        for info, lines, number in blocks.get(kind, []):
            try:
                example = _example(info, lines, number)
            except ValueError as error:
                faults.append(f"The block at line {number} {error}.")
            else:
                examples.extend([] if example is None else [example])
        examples[:] = _together(examples)
    faults += _faults_of_front(page)
    faults += _faults_of_text(page, title)
    found = [lines for info, lines, _ in blocks.get("Proof", []) if info == "proof"]
    if len(found) != 1:
        faults.append("There must be exactly one block of proof below 'Proof'.")
    else:
        try:
            page.proofs.extend(proofs.read("\n".join(found[0])))
        except (tomli.TOMLDecodeError, ValueError) as error:
            faults.append(f"The proof cannot be read: {error}.")
        else:
            faults += proofs.faults(page)
    return page


def _example(info: str, lines: Sequence[str], number: int) -> Example | None:
    """Read a fenced block; None when it is of no syntax of ours, and only to be looked at."""
    syntax, *words = info.split() or [""]
    if syntax not in SYNTAXES:
        if words:
            raise ValueError(f"is of no syntax that takes {' '.join(words)!r}")
        return None
    text = "".join(f"{line}\n" for line in lines)
    fires: list[tuple[int, str]] = []
    escaped = "escaped" in words
    written = "written" in words
    name = next((word[5:] for word in words if word.startswith("file=")), "")
    for word in words:
        if re.fullmatch(r"fires=\d+(:UW\d\d\d)?(,\d+(:UW\d\d\d)?)*", word):
            for given, _, code in (each.partition(":") for each in word[6:].split(",")):
                fires.append((int(given), code))
        elif word not in {"escaped", "written", f"file={name}"}:
            raise ValueError(f"does not know {word!r}")
    if escaped:
        # Lines are as the text says: only \n ends one. Every byte is spelled by its \x form.
        return Example(syntax, _unescaped("".join(lines)), fires, written, number, name)
    begin, end = SYNTAXES[syntax]
    mark = re.compile(rf"\s*{begin}((?: UW\d\d\d)+)\s*{end}\s*")
    for place, line in enumerate(lines, 1):
        found = mark.fullmatch(line) if begin else None
        if found is not None:
            fires += [(place + 1, code) for code in found[1].split()]
    return Example(syntax, text.encode(), fires, written, number, name)


def _together(examples: Sequence[Example]) -> list[Example]:
    """Lay files that belong to one run beside each other: those with names, up to the first name that comes again."""
    runs: list[list[Example]] = []
    for example in examples:
        fresh = not runs or not example.name or not runs[-1][0].name
        if fresh or example.name in {other.name for other in runs[-1]}:
            runs.append([])
        runs[-1].append(example)
    return [
        example._replace(beside=tuple((other.name, other.data) for other in run if other is not example))
        for run in runs
        for example in run
    ]


def _unescaped(text: str) -> bytes:
    """Return the bytes that a text with Python's escapes stands for."""
    return text.encode("ascii").decode("unicode_escape").encode("latin-1")


def _faults_of_front(page: Page) -> Iterator[str]:
    front, path = page.front, page.path
    if "when" in front:
        front.setdefault("values", [])  # they follow from the condition
    for key, expected in _REQUIRED.items():
        if not isinstance(front.get(key), expected):
            yield f"The front matter has no {key} of type {expected.__name__}."
    for key in front:
        if key not in _REQUIRED and key not in KEYS and key != "uwsgi" and not key.startswith("action_"):
            yield f"The front matter knows no {key!r}."
    if any(not isinstance(front.get(key), expected) for key, expected in _REQUIRED.items()):
        return
    code, name = page.code, page.name
    if not re.fullmatch(r"UW\d\d\d", code):
        yield f"{code!r} is no code: UW and three digits."
    elif front["group"] != GROUPS[code[2]]:
        yield f"A code that starts with {code[:3]} belongs to the group {GROUPS[code[2]]!r}."
    if path.name != f"{code}-{name}.md" or path.parent.name != front["group"]:
        yield f"The file is called {path.parent.name}/{path.name}, not {front['group']}/{code}-{name}.md."
    if not re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", name):
        yield f"{name!r} is no name: lower-case words with dashes between them."
    if _CURES & set(name.split("-")[:1]):
        yield f"'allow {name}' does not say what is wrong: a name tells the fault, never the cure."
    for key, choices in (("severity", SEVERITIES), ("status", STATUSES), ("fix", FIXES)):
        if front[key] not in choices:
            yield f"{front[key]!r} is no {key}: it is one of {', '.join(choices)}."
    yield from _faults_of_sentences(page)
    try:
        page.declared()
    except ConditionError as error:
        yield f"The rule cannot be evaluated: {error}."


def _faults_of_sentences(page: Page) -> Iterator[str]:
    front = page.front
    fields = set(front["values"]) | page.filled
    sentences = {key: front[key] for key in ("message", "consequence", "action")}
    for value, text in page.alternatives.items():
        sentences[f"action_{value}"] = text
        if value not in fields:
            yield f"There is an action_{value}, but no value {value!r}."
    for key, text in sentences.items():
        try:
            used = {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}
        except ValueError as error:
            yield f"The {key} is no template: {error}."
            continue
        if used - fields:
            yield f"The {key} uses {', '.join(sorted(used - fields))}, which the front matter does not list in values."
        for field in used & _QUOTED:
            if len(re.findall(rf"\{{{field}\}}", text)) != len(re.findall(rf"`[^`]*\{{{field}\}}[^`]*`", text)):
                yield f"The {key} does not put {{{field}}} in backticks."
        if key != "message" and (
            not text.endswith(".") or ". " in text or not text.startswith((*string.ascii_uppercase, "uWSGI"))
        ):
            yield f"The {key} is not one sentence with a capital at its start and a full stop at its end."
    message = front["message"]
    if len(message) > LONGEST_MESSAGE:
        yield f"The message has {len(message)} characters; {LONGEST_MESSAGE} are allowed."
    if message.endswith("."):
        yield "The message ends in a full stop."
    if re.match(r"`?\{option\}`?(:|$)", message):
        yield "The message starts with the name of the option alone."


def _faults_of_text(page: Page, title: str) -> Iterator[str]:
    front = page.front
    if title != f"{page.name} ({page.code})":
        yield f"The title is {title!r}, not '{page.name} ({page.code})'."
    wanted = [heading for heading in _HEADINGS if heading != "Fix" or front.get("fix", "none") != "none"]
    if list(page.sections) != wanted:
        yield f"The headings are {', '.join(page.sections)}; they must be {', '.join(wanted)}."
    for heading, lines in page.sections.items():
        if not any(line.strip() for line in lines):
            yield f"There is nothing below {heading!r}."
    for example in page.avoid:
        if not example.fires and not example.name:
            yield f"The block at line {example.line} marks no line."
        elif example.fires and page.code not in {code or page.code for _, code in example.fires}:
            yield f"The block at line {example.line} does not mark {page.code}."
    for example in page.prefer:
        if example.fires:
            yield f"The block at line {example.line} marks a line, though it stands below 'Prefer'."
    if page.avoid and not any(example.fires for example in page.avoid):
        yield "No block below 'Avoid' marks a line."
    if not page.avoid and not all(proof.mode == "none" for proof in page.proofs):
        yield "There is no example below 'Avoid'."
    for number, line in enumerate(page.text.splitlines(), 1):
        if line != line.rstrip() or "\t" in line:
            yield f"Line {number} of the text has a tab, or a blank at its end."
        for link in re.findall(r"https?://[^\s)>\]]*", line if line in page.sections.get("References", []) else ""):
            if not link.startswith(_LINKS):
                yield f"The address {link} is not one of uWSGI's documentation."


def complaints(pages: Iterable[Page]) -> list[str]:
    """Return what is wrong with pages, one line each, starting with the name of the file."""
    found: list[str] = []
    seen: dict[str, str] = {}
    given = ledger()
    codes = {name: code for code, name in given.items()}
    for page in pages:
        place = f"{page.path.parent.name}/{page.path.name}"
        found += [f"{place}: {fault}" for fault in page.faults]
        for word in (page.code, page.name):
            if word and word in seen:
                found.append(f"{place}: {word} is taken by {seen[word]}.")
            seen.setdefault(word, place)
        if page.code and page.name:
            code, name = codes.get(page.name, page.code), given.get(page.code, page.name)
            if (code, name) != (page.code, page.name):
                found.append(f"{place}: says {LEDGER}, {page.code} is {name} and {page.name} is {code}, for ever.")
    return found


def ledger() -> dict[str, str]:
    """Return the name of every code that was ever given to a rule: neither is given to another one."""
    lines = (ROOT / LEDGER).read_text("utf-8").splitlines()
    return dict(line.split(" ", 1) for line in lines if not line.startswith("#"))


def generated(pages: Iterable[Page]) -> dict[str, str]:
    """Return the text of the generated modules, by their path from the root of the project."""
    pages = list(pages)
    head = _HEAD
    rules = [
        head.format("The rules: what `uwsgilint.lint.registry` serves."),
        "\n_Alternatives = tuple[tuple[str, str], ...]\n",
    ]
    rules.append("\n# name: the fields of `uwsgilint.lint.registry.Rule` behind the name\n")
    rules.append("RULES: dict[str, tuple[str, str, str, str, str, str, str, bool, str, str, str, _Alternatives]] = {\n")
    texts = [head.format("The pages of the rules: what `uwsgilint explain` shows."), "\nPAGES: dict[str, str] = {\n"]
    results = proofs.results()
    for page in pages:
        front = page.front
        mode = next((proof.mode for proof in page.proofs if proof.heading == "avoid"), "none")
        shown = {"profile": RECOMMENDED, **front, "proof": mode}
        rules.append(f"    {_quoted(page.name)}: (\n")
        plain = ("code", "group", "severity", "fix", "status", "profile", "proof")
        rules += [f"        {_quoted(shown[key])},\n" for key in plain]
        rules.append(f"        {front['security']},\n")
        rules += [f"        {_quoted(front[key])},\n" for key in ("message", "consequence", "action")]
        pairs = "".join(f"({_quoted(value)}, {_quoted(text)}), " for value, text in page.alternatives.items())
        rules.append(f"        ({pairs.rstrip()}),\n    ),\n")
        texts.append(f"    {_quoted(page.code)}: (\n")
        texts += [f"        {_quoted(line)}\n" for line in proofs.told(page, results).splitlines(keepends=True)]
        texts.append("    ),\n")
    return {
        "uwsgilint/_data/rules.py": "".join([*rules, "}\n"]),
        "uwsgilint/_data/pages.py": "".join([*texts, "}\n"]),
        "uwsgilint/_data/conditions.py": _conditions(pages),
        LEDGER: _ledger(pages),
    }


def _ledger(pages: Iterable[Page]) -> str:
    """Return the list of all codes with those added that are new; nothing ever goes from it."""
    codes = {page.code: page.name for page in pages} | ledger()
    head = "# Every code that was ever given to a rule; `python -m tools.rules` adds to it, and nothing goes from it.\n"
    return head + "".join(f"{code} {name}\n" for code, name in sorted(codes.items()))


def _conditions(pages: Iterable[Page]) -> str:
    """Return the module of what the linter evaluates: the rules that declare a condition or a check."""
    declared = {page.name: rule for page in pages if (rule := page.declared()) is not None}
    started: dict[str, list[str]] = {}
    always = []
    for name, rule in declared.items():
        wanted = rule.check and next(page.front["triggers"] for page in pages if page.name == name)
        found = triggers(rule) if not wanted else tuple(o for each in wanted for o in option_names(each))
        for setting in found or ():
            started.setdefault(setting, []).append(name)
        if found is None:
            always.append(name)
    lines = [_HEAD.format("What the declared rules evaluate: see `uwsgilint.lint.declared`."), "\n"]
    lines.append("# name: the fields of `uwsgilint.lint.declared.Declared`\n")
    lines.append("DECLARED: dict[str, tuple[object, ...]] = {\n")
    lines += [f"    {name!r}: {tuple(rule)!r},\n" for name, rule in declared.items()]
    lines.append("}\n\n# setting: the rules that can fire where it is given\n")
    lines.append("TRIGGERS: dict[str, tuple[str, ...]] = {\n")
    lines += [f"    {setting!r}: {tuple(names)!r},\n" for setting, names in sorted(started.items())]
    lines.append(f"}}\n\nALWAYS: tuple[str, ...] = {tuple(always)!r}\n")
    return "".join(lines)


def _quoted(text: str) -> str:
    """Spell a text as a Python literal in double quotes."""
    plain = repr(text)
    return plain if plain.startswith('"') else '"' + plain[1:-1].replace('"', '\\"').replace("\\'", "'") + '"'


def main(arguments: Sequence[str] | None = None) -> int:
    """Compile the pages, or say what keeps them from being compiled.

    Returns:
        0 when all is well, 1 when a page is wrong or, with --check, a module stale.
    """
    parser = argparse.ArgumentParser(prog="python -m tools.rules", description="Compile the pages of the rules.")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 when a page is wrong or a module stale"
    )
    check = parser.parse_args(arguments).check
    pages = read_pages()
    found = complaints(pages)
    if found:
        print(*found, sep="\n", file=sys.stderr)
        return 1
    stale = 0
    for name, text in generated(pages).items():
        path = ROOT / name
        if path.is_file() and path.read_text("utf-8") == text:
            continue
        stale = 1
        if check:
            print(f"{name} is stale: run python -m tools.rules", file=sys.stderr)
        else:
            path.write_text(text, "utf-8")
            print(f"{name}: {len(pages)} rules")
    return stale if check else 0


if __name__ == "__main__":
    sys.exit(main())
