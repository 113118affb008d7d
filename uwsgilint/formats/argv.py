"""Command-line arguments, exactly as the server reads them (core/init.c uwsgi_commandline_config).

The server hands its table of options to getopt_long, so words may be permuted, the beginning of a long name
is enough where only one option begins so, and letters can stand in a cluster. Magic variables are not
applied: the percent signs of an argument are its own, and become doubled ones in configuration text.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache
from typing import TYPE_CHECKING

from uwsgilint import catalog
from uwsgilint.document import Directive, Document, Problem, Section, Source, Span
from uwsgilint.formats.words import Word
from uwsgilint.values import is_false_word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from uwsgilint.catalog.builds import Build

__all__ = ["CONFIGURATION", "Names", "Word", "read", "words_of"]

# core/uwsgi.c uwsgi_opt_load: nothing else that stands alone on a command line can be loaded.
CONFIGURATION = (".ini", ".xml", ".yaml", ".yml", ".json", ".js")
_LEAST_NAME = 3  # shorter ones behind a single dash are what they look like: letters
_MOST_SHOWN = 4  # candidates that a sentence lists
_MOST_SUGGESTED = 20


@lru_cache(maxsize=4)
def _names(release: str) -> list[str]:
    return catalog.names(release)


class Names:
    """The options that a server knows on its command line, which become more from left to right.

    Args:
        release: its release; that of the build, or the newest, when left out.
        build: what it contains. Where nobody says, every option of the release may exist.
    """

    def __init__(self, release: str | None = None, build: Build | None = None) -> None:
        self.release = release or (build.release if build is not None else catalog.LATEST)
        self.build = build
        self.foreign = False  # whether options may exist that the catalogue has never heard of
        self._loaded: set[str] = set()
        self._declared: dict[str, str] = {}
        self._resolved: dict[str, list[str]] = {}

    def __contains__(self, name: str) -> bool:
        if name in self._declared:
            return True
        if not catalog.exists_in(name, self.release):
            return False
        if self.build is None or self.build.has(name):
            return True
        option = catalog.option(name)
        if option is None or self._loaded.isdisjoint(catalog.owners(name)):
            return False
        return self.build.features.issuperset(option.needs)

    def load(self, text: str) -> None:
        """Add what the value of `--plugin` brings (core/uwsgi.c uwsgi_opt_load_plugin)."""
        for word in text.split(","):
            # Distributions name plugins by the version they were built for: python311, rack-ruby31.
            file = word.partition("|")[0].rpartition(":")[2].rpartition("/")[2].removesuffix("_plugin.so")
            name = file if file in catalog.plugins() else file.rstrip("0123456789.")
            provided = self.build.loadable.get(file) if self.build is not None else None
            if provided is None and name not in catalog.plugins():
                self.foreign = True  # somebody's own plugin may have options that nobody else knows
            self._loaded.update(provided or (name, *catalog.plugin_requires(name)))
        self._resolved.clear()

    def declare(self, text: str) -> None:
        """Add the option that `--declare-option` declares (core/uwsgi.c uwsgi_opt_add_custom_option)."""
        name, equals, template = text.partition("=")
        if equals:
            taking = any(f"${number}" in template for number in "123")
            self._declared.setdefault(name, "required" if taking else "none")
            self._resolved.clear()

    def resolve(self, text: str) -> list[str]:
        """Return the option that getopt takes a long name for; of several that it could be, all; or none."""
        if text in self:
            return [text]
        found = self._resolved.get(text)
        if found is None:
            found = self.beginning_with(text)
            if not found and catalog.exists_in(text, self.release):
                found = [text]  # another file may have brought the plugin: that is for others to judge
            self._resolved[text] = found
        return found

    def beginning_with(self, text: str) -> list[str]:
        """Return the known names that begin so, sorted."""
        names = _names(self.release)
        found: list[str] = [name for name in self._declared if name.startswith(text)]
        for index in range(bisect_left(names, text), len(names)):
            if not names[index].startswith(text):
                break
            if names[index] in self:
                found.append(names[index])
        return sorted(set(found))

    def argument(self, name: str) -> str:
        """Return what an option wants on the command line: "required", "none" or "optional"."""
        declared = self._declared.get(name)
        option = catalog.option(name)
        if option is None:
            return declared or "required"
        key = catalog.release_key(self.release)
        for change in catalog.changes(name):
            if change.field == "argument" and catalog.release_key(change.release) > key:
                return str(change.before)
        return option.argument

    def letter(self, letter: str) -> str | None:
        """Return the option of a short flag: of several names the one that stands first in the server's table."""
        return next((name for name in _letters().get(letter, ()) if name in self), None)


@lru_cache(maxsize=1)
def _letters() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[tuple[bool, str]]] = {}
    for name in catalog.names():
        option = catalog.option(name)
        if option is not None and option.short:
            found.setdefault(option.short, []).append((option.setting != name, name))
    return {letter: tuple(name for _, name in sorted(names)) for letter, names in found.items()}


def words_of(arguments: Sequence[str], name: str = "arguments") -> list[Word]:
    """Return arguments that stand in no file as words; their source is one argument a line."""
    data = [argument.encode("utf-8", "surrogateescape") for argument in arguments]
    source = Source(name, b"".join(each + b"\n" for each in data))
    words = []
    start = 0
    for each, text in zip(data, arguments, strict=True):
        places: list[int] = [start]
        for character in text:
            places.append(places[-1] + len(character.encode("utf-8", "surrogateescape")))
        words.append(Word(text, source, places))
        start += len(each) + 1
    return words


def read(
    words: Sequence[Word],
    *,
    release: str | None = None,
    build: Build | None = None,
    program: Word | None = None,
    source: Source | None = None,
) -> Document:
    """Read the arguments of a server, its own name not among them, into one section.

    What the server refuses is a problem, and reading goes on behind it. A configuration file that stands alone
    is an `include` at the end, because that is when the server loads it, with an empty place for its key.
    A directive has the whole name of its option, whatever was written.

    Args:
        words: the arguments.
        release: the release that reads them; that of the build, or the newest, when left out.
        build: what the server contains, as far as it is known.
        program: the server's own name, which loads plugins when it is one like `uwsgi_python3`
            (core/init.c uwsgi_autoload_plugins_by_name).
        source: the file of the document; that of the words when left out.
    """
    first = program or (words[0] if words else None)
    home = source or (first.source if first is not None else Source("arguments", b""))
    document = Document(home, "args")
    start = first.start if first is not None else 0
    end = words[-1].end if words else first.end if first is not None else 0
    reader = _Arguments(words, Names(release, build))
    document.sections.append(Section("uwsgi", reader.directives, Span(home, start, max(start, end))))
    if program is not None:
        reader.name(program)
    reader.run()
    document.problems = reader.problems
    return document


class _Arguments:
    """One pass over the words, left to right."""

    def __init__(self, words: Sequence[Word], names: Names) -> None:
        self.words = words
        self.names = names
        self.directives: list[Directive] = []
        self.problems: list[Problem] = []
        self.standing: list[tuple[Word, str]] = []  # what is no option, with the word in front of it
        self.index = 0
        self.unknown = 0

    def name(self, program: Word) -> None:
        """Load the plugins that the name of the server asks for."""
        _, found, plugins = program.text.rpartition("/")[2].partition("uwsgi_")
        if not found or not plugins or not program.knows(len(program.text)):
            return
        at = len(program.text) - len(plugins)
        for plugin in filter(None, plugins.split("_")):
            start, end = program.places[at], program.places[at + len(plugin)]
            self.directives.append(Directive("plugin", plugin, program.source, start, start, start, end))
            self.names.load(plugin)
            at += len(plugin) + 1

    def run(self) -> None:
        """Read all words."""
        previous = ""
        while self.index < len(self.words):
            word = self.words[self.index]
            self.index += 1
            text = word.text
            if word.many and word.unknown == ((0, len(text)),):
                previous = ""
                continue  # it may be nothing, and it may be ten options
            if text == "--":
                self.standing += [(each, "") for each in self.words[self.index :]]
                break
            if text.startswith("--"):
                self.long(word)
                previous = text
            elif text.startswith("-") and text != "-":
                self.cluster(word)
                previous = text
            else:
                self.standing.append((word, previous))
                previous = ""
        for word, before in self.standing:
            self.stand_alone(word, before)

    # -- options ------------------------------------------------------------------------------------------------------

    def long(self, word: Word) -> None:
        """Read `--name`, `--name=value` or `--name value`."""
        name, equals, _ = word.text[2:].partition("=")
        behind = 2 + len(name)
        if not word.knows(behind):
            following = self.words[self.index] if self.index < len(self.words) else None
            if not equals and following is not None and not following.text.startswith("-"):
                self.index += 1  # its value, as far as anyone can tell
            return
        found = self.names.resolve(name)
        if len(found) != 1:
            self.unresolved(word, name, found)
            return
        option = found[0]
        if option != name:
            shown = {"text": f"--{name}", "option": option}
            self.problem("abbreviated-option", word, 0, behind, shown, option)
        key = (word, 2, behind)
        argument = self.names.argument(option)
        if equals:
            if argument == "none":
                self.needless(word, option, word.text[behind + 1 :])
            self.add(option, key, word, behind + 1)
        elif argument == "required":
            self.following(option, key, f"--{name}", word)
        else:
            self.add(option, key)

    def unresolved(self, word: Word, name: str, candidates: Sequence[str]) -> None:
        """Tell of a long name that is none, or could be several."""
        behind = 2 + len(name)
        if candidates:
            shown = ", ".join(f"--{each}" for each in candidates[:_MOST_SHOWN])
            if len(candidates) > _MOST_SHOWN:
                shown += f" and {len(candidates) - _MOST_SHOWN} more"
            self.problem("ambiguous-argument", word, 0, behind, {"argument": f"--{name}", "candidates": shown})
            return
        if self.names.foreign:
            return
        # Somebody who names options of another program by the hundred has no use for hundreds of suggestions.
        self.unknown += 1
        near = catalog.suggest(name, _names(self.names.release)) if self.unknown <= _MOST_SUGGESTED else []
        values = {"argument": f"--{name}", "reason": "no option has this name", "near": f"--{near[0]}" if near else ""}
        self.problem("refused-argument", word, 0, behind, values)

    def needless(self, word: Word, option: str, value: str) -> None:
        """Tell of a value for an option that takes none."""
        near = f"--set={option}={value}" if is_false_word(value) else f"--{option}"
        values = {"argument": word.text, "reason": "the option takes no value", "near": near}
        self.problem("refused-argument", word, 0, len(word.text), values, option)

    def following(self, option: str, key: tuple[Word, int, int], shown: str, word: Word) -> None:
        """Take the next word for the value of an option, whatever it looks like."""
        if self.index < len(self.words):
            value = self.words[self.index]
            self.index += 1
            self.add(option, key, value, 0)
            return
        values = {"argument": shown, "reason": "a value must follow", "near": ""}
        self.problem("refused-argument", word, 0, len(word.text), values, option)

    def cluster(self, word: Word) -> None:
        """Read letters behind a single dash: `-M`, `-Mp4`, `-p 4`."""
        text = word.text
        taken: list[str] = []
        index = 1
        while index < len(text):
            letter = text[index]
            if not word.knows(index + 1):
                break
            option = self.names.letter(letter)
            if option is None:
                if not self.names.foreign:
                    self.no_letter(word, letter)
                return
            key = (word, index, index + 1)
            argument = self.names.argument(option)
            index += 1
            rest = text[index:]
            if argument != "none" and rest:
                taken.append(f"-{letter} {rest}")
                self.add(option, key, word, index)
                break
            taken.append(f"-{letter}")
            if argument == "required":
                self.following(option, key, f"-{letter}", word)
            else:
                self.add(option, key)
        whole = text[1:].partition("=")[0]
        if len(whole) >= _LEAST_NAME and catalog.exists_in(whole, self.names.release) and word.knows(1 + len(whole)):
            values = {"argument": text, "letters": " ".join(taken), "near": f"-{text}"}
            self.problem("single-dash-option", word, 0, len(text), values)

    def no_letter(self, word: Word, letter: str) -> None:
        """Tell of a letter that no option has."""
        whole = word.text[1:].partition("=")[0]
        meant = len(whole) >= _LEAST_NAME and catalog.exists_in(whole, self.names.release)
        near = f"-{word.text}" if meant else ""
        values = {"argument": word.text, "reason": f"no option has the letter {letter!r}", "near": near}
        self.problem("refused-argument", word, 0, len(word.text), values)

    # -- the rest -----------------------------------------------------------------------------------------------------

    def stand_alone(self, word: Word, before: str) -> None:
        """Read a word that is no option: a configuration file, or nothing that the server can use."""
        text = word.text
        if text.startswith("["):
            self.problem("ignored-argument", word, 0, len(text), {"argument": text})
            return
        if text.endswith(CONFIGURATION):
            self.add("include", (word, 0, 0), word, 0)
            return
        if not word.knows(len(text)):
            return
        near = ""
        if before:
            option = before.lstrip("-")
            known = self.names.resolve(option) if before.startswith("--") else []
            if len(known) == 1 and self.names.argument(known[0]) == "optional":
                near = f"--{known[0]}={text}"
        self.problem("stray-argument", word, 0, len(text), {"argument": text, "near": near})

    def add(self, option: str, key: tuple[Word, int, int], value: Word | None = None, start: int = 0) -> None:
        """Add a directive; with no value it is a name alone, the server's NULL."""
        word, key_start, key_end = key
        places = (word.places[key_start], word.places[key_end])
        if value is None:
            directive = Directive(option, None, word.source, *places, places[1], places[1])
        else:
            text = value.configuration(start)
            if key_end == key_start:  # the file stands alone
                places = (value.start, value.start)
            directive = Directive(option, text, word.source, *places, value.places[start], value.end)
        self.directives.append(directive)
        known = catalog.option(option)
        if known is None or value is None:
            return
        if known.kind == "plugins":
            if value.knows(len(value.text), start):
                self.names.load(value.text[start:])
            else:
                self.names.foreign = True
        elif option == "declare-option":
            self.names.declare(value.text[start:])
        elif option == "autoload":
            self.names.foreign = True

    def problem(
        self, rule: str, word: Word, start: int, end: int, values: dict[str, str], option: str | None = None
    ) -> None:
        """Add a problem at characters of a word."""
        self.problems.append(Problem(rule, Span(word.source, word.places[start], word.places[end]), values, option))
