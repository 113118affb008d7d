"""Commands that start a server, where people keep them: containers, units, programs and scripts.

Each kind of file has rules of its own for what is a command, how it is cut into words and which variables
reach it; `find` knows them, and gives each command as a document whose directives point into the file. Nothing
is run and nothing is filled in: what a shell, a build or systemd would put somewhere is `$(NAME)` here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from uwsgilint.formats import argv, environment
from uwsgilint.formats.environment import Variable
from uwsgilint.formats.words import DIALECTS, Text, Word, json_words, lines, literal, shell_commands, split, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from uwsgilint.catalog.builds import Build
    from uwsgilint.document import Document, Source
    from uwsgilint.formats.tree import Entry, Node, Scalar, Table

__all__ = ["KINDS", "Command", "detect", "find", "server_in"]


class Command(NamedTuple):
    """A server that a file starts, or variables that it sets for one.

    Attributes:
        program: the server's name as written; None for variables that no command of the file uses.
        document: the variables that reach the server and its arguments, in the order in which it reads them;
            its format is "args", or "environment" where there is no command.
        words: the arguments.
    """

    program: Word | None
    document: Document
    words: Sequence[Word] = ()


class _Found(NamedTuple):
    """Words of a command, wrappers and all, with the variables that are set around it."""

    words: Sequence[Word]
    variables: Sequence[Variable]


# -- which kind -------------------------------------------------------------------------------------------------------

_BY_NAME = (
    (re.compile(r"(?:.*\.)?(?:dockerfile|containerfile)(?:\..*)?", re.IGNORECASE), "dockerfile"),
    (re.compile(r".*\.service(?:\.d/.*\.conf)?", re.IGNORECASE), "systemd"),
    (re.compile(r"procfile(?:\..*)?", re.IGNORECASE), "procfile"),
    (re.compile(r"(?:.*[-_.])?compose(?:[-_.].*)?\.ya?ml", re.IGNORECASE), "compose"),
    (re.compile(r".*\.(?:sh|bash|dash|ksh|zsh)", re.IGNORECASE), "shell"),
)
_SUPERVISOR = re.compile(rb"^\[(?:program|fcgi-program|eventlistener):[^\n]*\]", re.MULTILINE)
_UNIT = re.compile(rb"^\[Service\][ \t]*\r?$", re.MULTILINE)
_EXEC_START = re.compile(rb"^[ \t]*ExecStart[ \t]*=", re.MULTILINE)
_FROM = re.compile(rb"^[ \t]*FROM[ \t]+\S", re.MULTILINE | re.IGNORECASE)
_INSTRUCTION = re.compile(rb"^[ \t]*(?:CMD|ENTRYPOINT|ENV|RUN|COPY)[ \t]", re.MULTILINE | re.IGNORECASE)
_SERVICES = re.compile(rb"^services[ \t]*:", re.MULTILINE)
_SHEBANG = re.compile(rb"#![^\n]*\b(?:ba|da|a|k|z)?sh\b")
_COMMAND_LINE = re.compile(
    rb"^[ \t]*(?:(?:exec|sudo|env|nohup|pipenv run|poetry run)[ \t]+)*(?:\w+=\S*[ \t]+)*"
    rb"(?:[^\s=\[\]:#;]*\buwsgi(?:_\w+)?|\$\{?UWSGI\}?)[ \t]+-{1,2}[a-zA-Z]",
    re.MULTILINE,
)
_UWSGI_INI = re.compile(rb"^[ \t]*\[uwsgi\]?", re.MULTILINE)


# What ends so has a grammar of its own, in which a line that looks like a command is prose or an example.
_OTHERS = (".ini", ".md", ".rst", ".txt", ".py", ".toml", ".yaml", ".yml", ".json", ".js", ".xml", ".html", ".log")
_PROSE = re.compile(r"readme|change|news|history|licen[cs]e|copying|install$|todo", re.IGNORECASE)


def detect(name: str, data: bytes) -> str | None:
    """Return the kind of a file that may start a server, by its name and its content; None when it is none.

    A file without the word uwsgi is none, and neither is a configuration of uWSGI itself.
    """
    if b"uwsgi" not in data.lower():
        return None
    base = name.replace("\\", "/").rpartition("/")[2]
    for pattern, kind in _BY_NAME:
        if pattern.fullmatch(base):
            return kind
    if _SHEBANG.match(data):
        return "shell"
    if _SUPERVISOR.search(data):
        return "supervisor"
    if _UNIT.search(data) and _EXEC_START.search(data):
        return "systemd"
    if _UWSGI_INI.search(data):
        return None
    if _FROM.search(data) and _INSTRUCTION.search(data):
        return "dockerfile"
    if _SERVICES.search(data) and base.lower().endswith((".yml", ".yaml")):
        return "compose"
    if _COMMAND_LINE.search(data) and not base.lower().endswith(_OTHERS) and not _PROSE.match(base):
        return "shell"
    return None


def find(source: Source, kind: str, *, release: str | None = None, build: Build | None = None) -> list[Command]:
    """Return the commands of a file that start a server, and variables of one that no command uses.

    Args:
        source: the file.
        kind: a key of `KINDS`, as `detect` gives it.
        release: the release that will read the commands; that of the build, or the newest, when left out.
        build: what the server contains, as far as it is known.

    Raises:
        KeyError: there is no such kind.
    """
    commands: list[Command] = []
    loose: list[Sequence[Variable]] = []
    used: set[int] = set()
    for words, variables in KINDS[kind](source):
        started = False
        for program, arguments, given in _servers(source, words):
            started = True
            ours = _ours([*variables, *given])
            used.update(v.name.start for v in ours)
            document = argv.read(arguments, release=release, build=build, program=program, source=source)
            document.sections[0].directives[:0] = environment.directives(ours)
            commands.append(Command(program, document, arguments))
        if not started:
            loose.append(_ours(variables))
    for group in loose:
        unused = [v for v in group if v.name.start not in used]
        if unused:
            used.update(v.name.start for v in unused)
            commands.append(Command(None, environment.read(unused, source)))
    return commands


def _ours(variables: Iterable[Variable]) -> list[Variable]:
    return [v for v in variables if environment.option_of(v.name.text) is not None]


# -- what a command starts --------------------------------------------------------------------------------------------

_PROGRAM = re.compile(r"(?:.*/)?(?:py)?uwsgi(?:-core|[0-9.]+|_[A-Za-z0-9_.]+)?", re.DOTALL)
_SHELLS = re.compile(r"(?:.*/)?(?:ba|da|a|k|z)?sh", re.DOTALL)
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\+?=")
_RESERVED = frozenset({"!", "{", "}", "if", "then", "else", "elif", "fi", "do", "done", "while", "until", "time"})
_DEEPEST = 8


class _Wrapper(NamedTuple):
    """A program that starts the one named behind it.

    Attributes:
        run: the word that has to stand between them, if any.
        valued: its options that take the next word.
        leading: how many words of its own come before the program.
    """

    run: str = ""
    valued: frozenset[str] = frozenset()
    leading: int = 0


def _wrapper(run: str = "", valued: str = "", leading: int = 0) -> _Wrapper:
    return _Wrapper(run, frozenset(valued.split()), leading)


_WRAPPERS = {
    "busybox": _wrapper(),
    "catchsegv": _wrapper(),
    "chpst": _wrapper("", "-u -U -b -/ -C -n -l -L -e -m -d -o -p -f -c -r -t"),
    "chroot": _wrapper("", "", 1),
    "chrt": _wrapper("", "", 1),
    "command": _wrapper(),
    "coverage": _wrapper("run"),
    "ddtrace-run": _wrapper(),
    "dockerize": _wrapper("", "-wait -timeout -template -stdout -stderr -wait-retry-interval"),
    "dumb-init": _wrapper("", "--rewrite -r"),
    "env": _wrapper("", "-u --unset -C --chdir"),
    "envdir": _wrapper("", "", 1),
    "exec": _wrapper("", "-a"),
    "gosu": _wrapper("", "", 1),
    "hatch": _wrapper("run"),
    "ionice": _wrapper("", "-c -n --class --classdata"),
    "newrelic-admin": _wrapper("run-program"),
    "nice": _wrapper("", "-n --adjustment"),
    "nohup": _wrapper(),
    "numactl": _wrapper("", "-m -N -C -i"),
    "opentelemetry-instrument": _wrapper("", "--traces_exporter --metrics_exporter --logs_exporter --service_name"),
    "pdm": _wrapper("run"),
    "pipenv": _wrapper("run"),
    "pixi": _wrapper("run"),
    "poetry": _wrapper("run"),
    "rye": _wrapper("run"),
    "s6-setuidgid": _wrapper("", "", 1),
    "setarch": _wrapper("", "", 1),
    "setpriv": _wrapper("", "--reuid --regid --groups --inh-caps --bounding-set"),
    "setsid": _wrapper(),
    "setuidgid": _wrapper("", "", 1),
    "softlimit": _wrapper("", "-m -d -s -l -a -o -p -f -c -r -t"),
    "stdbuf": _wrapper("", "-i -o -e"),
    "strace": _wrapper("", "-e -o -p -s -u -E"),
    "su-exec": _wrapper("", "", 1),
    "sudo": _wrapper("", "-u --user -g --group -C -h -p -r -t -T -U -D -R"),
    "taskset": _wrapper("", "", 1),
    "time": _wrapper("", "-f -o"),
    "timeout": _wrapper("", "-k -s --kill-after --signal", 1),
    "tini": _wrapper("", "-p -e"),
    "unbuffer": _wrapper(),
    "uv": _wrapper("run", "--with --extra --group --env-file --python -p --project --directory"),
    "valgrind": _wrapper(),
    "xvfb-run": _wrapper("", "-n -s -e -f -p -w"),
}


def server_in(words: Sequence[Word]) -> tuple[int, list[Variable]] | None:
    """Return which word of a command is the server, and the variables set in front of it; None without a server.

    Wrappers are seen through: `exec`, `env`, `sudo -u www-data`, `pipenv run`, `dumb-init --` and their like.
    """
    variables: list[Variable] = []
    guessed = False
    index = 0
    while index < len(words):
        word = words[index]
        assigned = _ASSIGNMENT.match(word.text)
        if assigned and word.knows(assigned.end()):
            variables.append(_variable(word, assigned.end()))
            index += 1
            continue
        if _is_server(word):
            # In `grep -- uwsgi FILE` it is only a word.
            if guessed and not any(each.text.startswith("-") for each in words[index + 1 :]):
                return None
            return index, variables
        if word.text in _RESERVED:
            index += 1
            continue
        name = word.text.rpartition("/")[2]
        wrapper = _WRAPPERS.get(name) if word.knows(len(word.text), len(word.text) - len(name)) else None
        index += 1
        if wrapper is not None:
            index = _behind(words, index, wrapper)
            continue
        # An unknown program may start what stands behind a `--`: `wait-for-it.sh db:5432 -- uwsgi --ini app.ini`.
        guessed = True
        while index < len(words) and words[index].text != "--":
            index += 1
        index += 1
    return None


def _is_server(word: Word) -> bool:
    name = len(word.text.rpartition("/")[2])
    return _PROGRAM.fullmatch(word.text) is not None and word.knows(len(word.text), len(word.text) - name)


def _variable(word: Word, value: int) -> Variable:
    name = word.text[: value - 1].rstrip("+")
    return Variable(word.cut(0, len(name)), word.cut(value))


def _behind(words: Sequence[Word], index: int, wrapper: _Wrapper) -> int:
    """Return where the program of a wrapper stands that begins in front of index; the end when there is none."""
    if wrapper.run:
        while index < len(words) and words[index].text != wrapper.run:
            if not words[index].text.startswith("-"):
                return len(words)
            index += 1
        index += 1
    leading = wrapper.leading
    while index < len(words):
        text = words[index].text
        if text == "--" and not leading:
            return index + 1
        if text.startswith("-") and len(text) > 1:
            index += 2 if text in wrapper.valued else 1
        elif leading:
            leading -= 1
            index += 1
        else:
            return index
    return len(words)


def _servers(
    source: Source, words: Sequence[Word], depth: int = 0
) -> Iterator[tuple[Word, Sequence[Word], list[Variable]]]:
    """Find what a command starts: each server with its arguments and the variables set on the way."""
    found = server_in(words)
    if found is not None:
        index, variables = found
        yield words[index], words[index + 1 :], variables
        return
    script = _script_of(words)
    if script is not None and depth < _DEEPEST:
        inner = Text(script.text, script.places)
        for each, exported in _script(source, inner):
            for program, arguments, given in _servers(source, each, depth + 1):
                yield program, arguments, [*exported, *given]


def _script_of(words: Sequence[Word]) -> Word | None:
    """Return the script of `sh -c SCRIPT`, wrappers seen through; None when a command is none."""
    for index, word in enumerate(words[:-2]):
        if not _SHELLS.fullmatch(word.text):
            continue
        for place in range(index + 1, len(words) - 1):
            text = words[place].text
            if not text.startswith("-") or text.startswith("--"):
                break
            if text.endswith("c"):
                return words[place + 1]
    return None


# -- shell scripts ----------------------------------------------------------------------------------------------------

_EXPORTS = frozenset({"export", "declare", "typeset"})


def _script(source: Source, text: Text) -> Iterator[_Found]:
    """Find the commands of a script, each with the variables that were exported above it."""
    assigned: dict[str, Variable] = {}
    exported: dict[str, Variable] = {}
    for command in shell_commands(source, text):
        words = [_filled(word, assigned) for word in command]
        while words and words[0].text in _RESERVED:
            del words[0]
        if not words:
            continue
        first = words[0].text
        if first in _EXPORTS:
            for word in words[1:]:
                found = _ASSIGNMENT.match(word.text)
                if found and word.knows(found.end()):
                    variable = _variable(word, found.end())
                    exported[variable.name.text] = variable
                elif word.text in assigned:
                    exported[word.text] = assigned[word.text]
        elif all(_ASSIGNMENT.match(word.text) for word in words[first == "env" :]):
            # Upstart's `env NAME=value` has this form, too.
            for word in words:
                found = _ASSIGNMENT.match(word.text)
                if found:
                    variable = _variable(word, found.end())
                    assigned[variable.name.text] = variable
                    if first == "env" or variable.name.text in exported:
                        exported[variable.name.text] = variable
        elif first == "unset":
            for word in words[1:]:
                exported.pop(word.text, None)
        else:
            yield _Found(words, list(exported.values()))
    if exported:
        yield _Found((), list(exported.values()))


def _filled(word: Word, assigned: Mapping[str, Variable]) -> Word:
    """Return the server that a word stands for, as in `$UWSGI --ini app.ini` below `UWSGI=/usr/bin/uwsgi`."""
    if word.unknown != ((0, len(word.text)),):
        return word
    variable = assigned.get(word.text[2:-1])
    if variable is None or not _is_server(variable.value):
        return word
    text = variable.value.text
    return Word(text, word.source, [*[word.start] * len(text), word.end])


def _shell(source: Source) -> Iterator[_Found]:
    yield from _script(source, text_of(source))


_PROCESS = re.compile(r"[A-Za-z0-9_.-]+[ \t]*:")


def _procfile(source: Source) -> Iterator[_Found]:
    """Find the commands of a Procfile: `name: command`, run by a shell."""
    for line in lines(text_of(source)):
        name = _PROCESS.match(line.chars)
        if name is not None:
            yield from _script(source, line.cut(name.end(), len(line.chars)))


# -- Dockerfiles ------------------------------------------------------------------------------------------------------

_ESCAPE = re.compile(r"#[ \t]*escape[ \t]*=[ \t]*([\\`])[ \t]*", re.IGNORECASE)
_HEREDOC = re.compile(r"<<(-?)([\"']?)([A-Za-z_][A-Za-z0-9_]*)\2")
_WITH_HEREDOC = frozenset({"RUN", "COPY", "ADD"})
_INSTRUCTION_WORD = re.compile(r"[ \t]*([A-Za-z]+)[ \t]+")
_STAGE = re.compile(r"(?:--\S+[ \t]+)*(\S+)(?:[ \t]+AS[ \t]+(\S+))?[ \t]*", re.IGNORECASE)
_OLD_PAIR = re.compile(r"([^\s=]+)[ \t]+")


class _Stage:
    """What a stage of a Dockerfile, and those that it is built from, have said so far."""

    def __init__(self, base: _Stage | None = None) -> None:
        self.variables: list[Variable] = list(base.variables) if base else []
        self.entrypoint: Text | None = base.entrypoint if base else None
        self.command: Text | None = base.command if base else None
        self.own_command = False
        self.told = False  # whether it says anything itself


def _dockerfile(source: Source) -> Iterator[_Found]:
    """Find what the stages of a Dockerfile start; the last CMD and the last ENTRYPOINT of a stage count."""
    whole = text_of(source)
    first = _ESCAPE.fullmatch(whole.chars.partition("\n")[0].rstrip("\r"))
    escape = first[1] if first else "\\"
    stages = [_Stage()]
    named: dict[str, _Stage] = {}
    for text in _instructions(whole, escape):
        match = _INSTRUCTION_WORD.match(text.chars)
        if match is None:
            continue
        word, rest = match[1].upper(), text.cut(match.end(), len(text.chars.rstrip()))
        stage = stages[-1]
        if word == "FROM":
            origin = _STAGE.fullmatch(rest.chars)
            stages.append(_Stage(named.get(origin[1].lower()) if origin else None))
            if origin and origin[2]:
                named[origin[2].lower()] = stages[-1]
        elif word == "ENV":
            stage.told = True
            stage.variables += _docker_variables(source, rest, escape)
        elif word == "ENTRYPOINT":
            stage.told = True
            stage.entrypoint = rest
            if not stage.own_command:
                stage.command = None  # Docker drops the one that came with the base
        elif word == "CMD":
            stage.told = stage.own_command = True
            stage.command = rest
    for stage in stages:
        if stage.told:
            yield from _stage(source, stage)


def _instructions(whole: Text, escape: str) -> Iterator[Text]:
    """Join the lines of each instruction, without the comments between them."""
    parts: list[Text] = []
    waiting: list[tuple[str, bool]] = []
    for line in lines(whole):
        bare = line.chars.strip()
        if waiting:
            delimiter, indented = waiting[0]
            if (line.chars.lstrip("\t") if indented else line.chars) == delimiter:
                waiting.pop(0)
            continue
        if bare.startswith("#") or (parts and not bare):
            continue
        kept = line.chars.rstrip(" \t")
        if kept.endswith(escape):
            parts.append(line.cut(0, len(kept) - 1))
            continue
        text = _joined([*parts, line])
        parts = []
        word = _INSTRUCTION_WORD.match(text.chars)
        if word is not None and word[1].upper() in _WITH_HEREDOC:
            waiting = [(found[3], bool(found[1])) for found in _HEREDOC.finditer(text.chars)]
        yield text
    if parts:
        yield _joined(parts)


def _joined(parts: Sequence[Text], between: str = "") -> Text:
    """Put texts together; what stands between them is where the text before it ends."""
    if len(parts) == 1:
        return parts[0]
    places: list[int] = []
    for part in parts:
        if places:
            places.extend([places[-1]] * (len(between) - 1) if between else [])
            if not between:
                places.pop()
        places.extend(part.places)
    return Text(between.join(part.chars for part in parts), places)


def _docker_variables(source: Source, text: Text, escape: str) -> Iterator[Variable]:
    """Read `ENV NAME=value NAME=value`, or `ENV NAME value` as it once was."""
    dialect = DIALECTS["docker" if escape == "\\" else "docker-backtick"]
    old = _OLD_PAIR.match(text.chars)
    if old is not None:
        name = literal(source, text.cut(*old.span(1)), dialect)
        yield Variable(name, literal(source, text.cut(old.end(), len(text.chars)), dialect))
        return
    for word in split(source, text, dialect):
        equals = word.text.find("=")
        if equals > 0 and word.knows(equals):
            yield _variable(word, equals + 1)


def _stage(source: Source, stage: _Stage) -> Iterator[_Found]:
    """Put ENTRYPOINT and CMD together as Docker does."""
    entrypoint = json_words(source, stage.entrypoint) if stage.entrypoint is not None else []
    command = json_words(source, stage.command) if stage.command is not None else []
    if stage.entrypoint is not None and entrypoint is None:
        yield from _around(_script(source, stage.entrypoint), stage.variables)
    elif stage.command is not None and command is None:
        # Behind an ENTRYPOINT of one's own stands what a script runs as "$@".
        if entrypoint:
            yield from _around(_container(entrypoint, []), stage.variables)
        yield from _around(_script(source, stage.command), stage.variables)
    else:
        yield from _around(_container(entrypoint or [], command or []), stage.variables)


def _around(found: Iterable[_Found], variables: Sequence[Variable]) -> Iterator[_Found]:
    """Set variables around commands; they are found even where there is no command."""
    for words, given in found:
        yield _Found(words, [*variables, *given])
    yield _Found((), variables)


def _container(entrypoint: Sequence[Word], command: Sequence[Word]) -> Iterator[_Found]:
    """Find the command of a container; a script in front of it is taken for one that runs its arguments."""
    words = [*entrypoint, *command]
    if len(words) > 1 and not _starts(words):
        if ("entrypoint" in words[0].text or words[0].text.endswith(".sh")) and _starts(words[1:]):
            words = words[1:]
        elif entrypoint and command:
            yield _Found(command, ())
            words = list(entrypoint)
    yield _Found(words, ())


def _starts(words: Sequence[Word]) -> bool:
    """Whether a command may start a server, itself or through a shell."""
    return server_in(words) is not None or _script_of(words) is not None


# -- systemd ----------------------------------------------------------------------------------------------------------

_UNIT_LINE = re.compile(r"[ \t]*([A-Za-z0-9]+)[ \t]*=[ \t]*", re.DOTALL)
_EXEC_MARKS = "@-:+!|"


def _systemd(source: Source) -> Iterator[_Found]:
    """Find the commands of a unit's service: ExecStart and its relatives, with Environment."""
    commands: dict[str, list[Text]] = {}
    variables: list[Variable] = []
    section = ""
    for text in _unit_lines(text_of(source)):
        bare = text.chars.strip()
        if bare.startswith("["):
            section = bare
            continue
        match = _UNIT_LINE.match(text.chars)
        if match is None or section != "[Service]":
            continue
        key, value = match[1], text.cut(match.end(), len(text.chars))
        if key == "Environment":
            if not value.chars.strip():
                variables.clear()  # an empty setting takes back what was said before
            for word in split(source, value, DIALECTS["systemd-environment"]):
                equals = word.text.find("=")
                if equals > 0 and word.knows(equals):
                    variables.append(_variable(word, equals + 1))
        elif key.startswith("Exec"):
            if not value.chars.strip():
                commands.pop(key, None)
            commands.setdefault(key, []).append(value)
    for text in (text for texts in commands.values() for text in texts):
        for words in _unit_commands(source, text):
            yield _Found(words, variables)
    yield _Found((), variables)


def _unit_lines(whole: Text) -> Iterator[Text]:
    """Join lines that end in a backslash, with a blank; comments between them do not count."""
    parts: list[Text] = []
    for line in lines(whole):
        if line.chars.lstrip(" \t").startswith(("#", ";")):
            continue
        if line.chars.endswith("\\"):
            parts.append(line.cut(0, len(line.chars) - 1))
            continue
        yield _joined([*parts, line], " ")
        parts = []
    if parts:
        yield _joined(parts, " ")


def _unit_commands(source: Source, text: Text) -> Iterator[list[Word]]:
    """Cut a setting into commands at each semicolon that is a word, and take the marks off their programs."""
    current: list[Word] = []
    words = split(source, text, DIALECTS["systemd"])
    for word in [*words, None]:
        if word is not None and not (word.text == ";" and source.data[word.start : word.end] == b";"):
            current.append(word)
            continue
        if current:
            program = current[0].text
            marks = len(program) - len(program.lstrip(_EXEC_MARKS))
            current[0] = current[0].cut(marks)
            if "@" in program[:marks]:
                del current[1:2]  # what the process calls itself
            yield current
        current = []


# -- supervisor -------------------------------------------------------------------------------------------------------

_SECTION_LINE = re.compile(r"\[([^\]]*)\]")
_SUPERVISOR_LINE = re.compile(r"([^:=\s][^:=]*)[:=][ \t]*")
_INLINE_COMMENT = re.compile(r"[ \t][;#]")
_SUPERVISOR_PAIR = re.compile(r"[\s,]*([^\s=,\"']+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s,]*))", re.DOTALL)


def _supervisor(source: Source) -> Iterator[_Found]:
    """Find the commands of supervisor's programs, with their environment and supervisor's own."""
    shared: list[Variable] = []
    programs: list[tuple[Text | None, list[Variable]]] = []
    for section, settings in _supervisor_sections(text_of(source)):
        environ = settings.get("environment")
        variables = list(_supervisor_variables(source, environ)) if environ is not None else []
        if section == "supervisord":
            shared += variables
        elif section.startswith(("program:", "fcgi-program:", "eventlistener:")):
            programs.append((settings.get("command"), variables))
    for command, variables in programs:
        words = split(source, command, DIALECTS["supervisor"]) if command is not None else []
        yield _Found(words, [*shared, *variables])
    yield _Found((), shared)


def _supervisor_sections(whole: Text) -> Iterator[tuple[str, dict[str, Text]]]:
    name = ""
    settings: dict[str, list[Text]] = {}
    current: list[Text] | None = None
    for line in lines(whole):
        comment = _INLINE_COMMENT.search(line.chars)
        text = line.cut(0, comment.start()) if comment else line
        bare = text.chars.strip()
        if not bare or bare[0] in ";#":
            continue
        if text.chars[0] in " \t" and current is not None:
            current.append(text)
            continue
        header = _SECTION_LINE.match(bare)
        if header is not None:
            yield name, {key: _joined(parts, "\n") for key, parts in settings.items()}
            name, settings, current = header[1], {}, None
            continue
        match = _SUPERVISOR_LINE.match(text.chars)
        if match is not None:
            current = [text.cut(match.end(), len(text.chars))]
            settings[match[1].rstrip().lower()] = current
    yield name, {key: _joined(parts, "\n") for key, parts in settings.items()}


def _supervisor_variables(source: Source, text: Text) -> Iterator[Variable]:
    """Read `NAME="value",NAME=value`."""
    index = 0
    while found := _SUPERVISOR_PAIR.match(text.chars, index):
        index = found.end()
        group = next(number for number in (2, 3, 4) if found[number] is not None)
        name = literal(source, text.cut(*found.span(1)), DIALECTS["supervisor"])
        yield Variable(name, literal(source, text.cut(*found.span(group)), DIALECTS["supervisor"]))


# -- Compose ----------------------------------------------------------------------------------------------------------

_YAML_ESCAPE = re.compile(r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
_YAML_BREAK = re.compile(r"\\\r?\n[ \t]*")
_BLANKS = re.compile(r"\s+")


def _compose(source: Source) -> Iterator[_Found]:
    """Find the commands of the services of a Compose file, with their environment."""
    from uwsgilint.formats import yaml  # noqa: PLC0415  (only Compose files need its parser)
    from uwsgilint.formats.tree import MalformedError, Table  # noqa: PLC0415

    try:
        root = yaml.read(source)
    except MalformedError:
        return
    top = _members(root)
    services = top.get("services")
    named = _members(services) if isinstance(services, Table) else top  # the first version had no such key
    for node in named.values():
        if not isinstance(node, Table):
            continue
        service = _members(node)
        entrypoint = _compose_words(source, service.get("entrypoint"))
        command = _compose_words(source, service.get("command"))
        variables = list(_compose_variables(source, service.get("environment")))
        yield from _around(_container(entrypoint, command), variables)


def _entries(table: Table, depth: int = 0) -> dict[str, Entry]:
    """Return the entries of a table by name, those merged in by `<<` included, which its own ones override."""
    from uwsgilint.formats.tree import Array, Table  # noqa: PLC0415

    found: dict[str, Entry] = {}
    for entry in table.entries:
        if entry.key == "<<" and depth < _DEEPEST:
            merged = entry.node.items if isinstance(entry.node, Array) else [entry.node]
            for node in merged:
                if isinstance(node, Table):
                    found = {**_entries(node, depth + 1), **found}
    found.update((entry.key, entry) for entry in table.entries if entry.key != "<<")
    return found


def _members(table: Table) -> dict[str, Node]:
    """Return the values of a table by name."""
    return {key: entry.node for key, entry in _entries(table).items()}


def _compose_words(source: Source, node: Node | None) -> list[Word]:
    from uwsgilint.formats.tree import Array, Scalar  # noqa: PLC0415

    if isinstance(node, Scalar) and node.type != "null":
        return split(source, _scalar(source, node), DIALECTS["compose"])
    if isinstance(node, Array):
        scalars = [item for item in node.items if isinstance(item, Scalar)]
        return [literal(source, _scalar(source, item), DIALECTS["compose"]) for item in scalars]
    return []


def _compose_variables(source: Source, node: Node | None) -> Iterator[Variable]:
    from uwsgilint.formats.tree import Array, Scalar, Table  # noqa: PLC0415

    if isinstance(node, Array):
        for item in node.items:
            if isinstance(item, Scalar):
                word = literal(source, _scalar(source, item), DIALECTS["compose"])
                equals = word.text.find("=")
                if equals > 0 and word.knows(equals):
                    yield _variable(word, equals + 1)
    elif isinstance(node, Table):
        for key, entry in _entries(node).items():
            # A name alone takes its value from wherever Compose runs.
            if isinstance(entry.node, Scalar) and entry.node.type != "null":
                name = _scalar(source, Scalar(key, "string", entry.start, entry.end))
                value = literal(source, _scalar(source, entry.node), DIALECTS["compose"])
                yield Variable(Word(name.chars, source, name.places), value)


def _scalar(source: Source, node: Scalar) -> Text:
    """Return the text of a YAML value with the place of each character, whatever its style."""
    raw = text_of(source, node.start, node.end)
    chars, value = raw.chars, node.text
    if chars == value:
        return raw
    quote = chars[0] if chars[:1] in {"'", '"'} else ""
    index = 1 if quote else chars.find("\n") + 1 if chars[:1] in {"|", ">"} else 0
    places: list[int] = []
    for char in value:
        while quote == '"' and (broken := _YAML_BREAK.match(chars, index)):
            index = broken.end()
        if quote == '"' and (escaped := _YAML_ESCAPE.match(chars, index)):
            places.append(raw.places[index])
            index = escaped.end()
            continue
        if chars[index : index + 1] != char and (blanks := _BLANKS.match(chars, index)):
            # A folded line: its break and the indentation behind it are one blank, or nothing.
            if char.isspace():
                places.append(raw.places[index])
                index = blanks.end()
                continue
            index = blanks.end()
        places.append(raw.places[min(index, len(chars))])
        if chars[index : index + 1] == char:
            index += 2 if quote == char == "'" else 1
    return Text(value, [*places, raw.places[min(index, len(chars))]])


KINDS: dict[str, Callable[[Source], Iterator[_Found]]] = {
    "compose": _compose,
    "dockerfile": _dockerfile,
    "procfile": _procfile,
    "shell": _shell,
    "supervisor": _supervisor,
    "systemd": _systemd,
}
"""How each kind of file is read."""
