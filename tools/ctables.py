"""Read uWSGI's option tables out of C source, without a compiler.

An option table is the initializer of an array of `struct uwsgi_option`:

    static struct uwsgi_option http_options[] = {
        {"http", required_argument, 0, "help", uwsgi_opt_corerouter, &uhttp, 0},
        UWSGI_END_OF_OPTIONS
    };

Only what such a table can contain is understood, but that exactly: comments, strings put together
from pieces, character constants, nested brackets, and the preprocessor conditions that stand around
each entry. Whatever else turns up in a table raises `Unreadable`: a fact that is silently missing
would be worse than no facts at all.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

__all__ = [
    "Declaration",
    "Function",
    "Source",
    "Token",
    "Unreadable",
    "flag_effects",
    "joined",
    "name_tests",
    "read_functions",
    "read_source",
    "tokens",
]

# One alternative per lexical form; the order matters. A directive runs to the end of its line, but a
# comment that starts on it may span lines, and a quoted // does not start one.
_LEXEME = re.compile(
    r"""
      (?P<blank>   [ \t\r\n\f\v]+ | //[^\n]* | /\*.*?\*/ )
    | (?P<directive> (?<![^\n]) \# (?: "(?:[^"\\\n]|\\.)*" | /\*.*?\*/ | /(?![/*]) | [^\n/"] | " )* )
    | (?P<string>  "(?:[^"\\\n]|\\.)*" )
    | (?P<char>    '(?:[^'\\\n]|\\.)+' )
    | (?P<name>    [A-Za-z_]\w* )
    | (?P<number>  \d[\w.]* )
    | (?P<punct>   << | >> | -> | \|\| | && | . )
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_DIRECTIVE = re.compile(r"#\s*(\w*)\s*(.*)", re.DOTALL)
_DEFINED = re.compile(r"\bdefined\s*(?:\(\s*(\w+)\s*\)|(\w+))")
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_ARGUMENTS = {
    "required_argument": "required",
    "no_argument": "none",
    "optional_argument": "optional",
}
_FLAG = "UWSGI_OPT_"
_FIELDS = 7
_NOTHING = frozenset({"", "0", "NULL", r"'\0'"})


class Unreadable(ValueError):  # noqa: N818  (says what the source is, as the standard library's Incomplete* do)
    """A table contains something that this reader does not understand."""


class Token(NamedTuple):
    """A lexical piece of C: its form (directive, string, char, name, number, punct) and its text."""

    form: str
    text: str


class Declaration(NamedTuple):
    """One entry of an option table.

    Attributes:
        name: the option's name.
        argument: "required", "none" or "optional".
        short: the one-letter flag, or "".
        handler: the function that takes the value, or "".
        writes: the expression handed to the handler, written without blanks; "" for none.
        flags: what else naming the option does, without the UWSGI_OPT_ in front, as in the source.
        when: preprocessor conditions that must all hold, outermost first.
    """

    name: str
    argument: str
    short: str
    handler: str
    writes: str
    flags: tuple[str, ...]
    when: tuple[str, ...]


class Source(NamedTuple):
    """What one file says about options.

    Attributes:
        tables: the entries of each table, in order of appearance; by the table's name.
        used: names of the tables that a plugin structure of this file hands to the server.
    """

    tables: dict[str, tuple[Declaration, ...]]
    used: tuple[str, ...]


def tokens(text: str) -> Iterator[Token]:
    """Split C source into tokens; blanks and comments are left out, directives are one token each."""
    # The preprocessor joins continued lines before it looks for anything else. A blank line in
    # front makes a directive on the first line look like all others; blanks in front of # go too.
    prepared = re.sub(r"\n[ \t]+#", "\n#", "\n" + text.replace("\r\n", "\n").replace("\\\n", ""))
    for found in _LEXEME.finditer(prepared):
        form = found.lastgroup or ""
        if form != "blank":
            yield Token(form, found.group())


def read_source(text: str, file: str) -> Source:
    """Read all option tables of one C, C++ or Objective-C file.

    Args:
        text: the source.
        file: its name, for messages.

    Raises:
        Unreadable: a table is not one, or conditions are not balanced.
    """
    return _Reader(text, file).read()


class _Reader:
    """A pass over the tokens of one file, with the preprocessor conditions in force."""

    def __init__(self, text: str, file: str) -> None:
        self._file = file
        self._conditions: list[_Condition] = []
        self._tokens = list(tokens(text))
        self._next = 0

    def read(self) -> Source:
        tables: dict[str, tuple[Declaration, ...]] = {}
        used: list[str] = []
        recent: list[str] = []  # texts of the last tokens, enough to recognise what starts here
        while (token := self._take()) is not None:
            recent = [*recent[-8:], token.text]
            if token.text == "{" and recent[-2:-1] == ["="] and (name := _table_name(recent)):
                if name in tables:
                    raise self._unreadable(f"table {name} appears twice")
                tables[name] = tuple(self._table(name))
            elif token.form == "name" and recent[-5:-1] in ([",", ".", "options", "="], ["{", ".", "options", "="]):
                used.append(token.text)
        if self._conditions:
            raise self._unreadable("a condition is not closed")
        return Source(tables, tuple(used))

    def _table(self, table: str) -> Iterator[Declaration]:
        """Yield the entries up to the closing brace; the opening one has been taken."""
        while (token := self._take()) is not None:
            if token.text == "{":
                when = tuple(condition.holds for condition in self._conditions)
                declaration = self._declaration(self._fields(table), when)
                if declaration is not None:
                    yield declaration
            elif token.text == "}":
                return
            elif token.text not in {",", "UWSGI_END_OF_OPTIONS"}:
                raise self._unreadable(f"{token.text!r} among the entries of {table}")
        raise self._unreadable(f"table {table} is not closed")

    def _fields(self, table: str) -> list[list[Token]]:
        """Return the tokens of each field of the entry whose brace has been taken."""
        fields: list[list[Token]] = [[]]
        expected = ["}"]
        while (token := self._take(in_entry=True)) is not None:
            if token.text == expected[-1]:
                expected.pop()
                if not expected:
                    return fields
            elif token.text in _PAIRS and token.form == "punct":
                expected.append(_PAIRS[token.text])
            if token.text == "," and len(expected) == 1:
                fields.append([])
            else:
                fields[-1].append(token)
        raise self._unreadable(f"an entry of {table} is not closed")

    def _declaration(self, fields: list[list[Token]], when: tuple[str, ...]) -> Declaration | None:
        # C fills what an initializer leaves out with zeros; a comma may follow the last field.
        fields = [*fields, *[[]] * (_FIELDS - len(fields))]
        if len(fields) > _FIELDS and any(fields[_FIELDS:]):
            raise self._unreadable("an entry has too many fields")
        named, argument, short, _help, handler, writes, flags = fields[:_FIELDS]
        if _text(named) in _NOTHING:
            return None  # the terminator, written out
        named = _uncast(named)
        if any(token.form != "string" for token in named):
            raise self._unreadable(f"{_text(named)} is not a name")
        name = "".join(token.text[1:-1] for token in named)
        form = _ARGUMENTS.get(_text(argument))
        if form is None:
            raise self._unreadable(f"{name}: {_text(argument)} is no form of argument")
        return Declaration(
            name,
            form,
            self._short(name, short),
            self._handler(name, handler),
            "" if _text(writes) in _NOTHING else _text(writes),
            tuple(self._flags(name, flags)),
            when,
        )

    def _short(self, name: str, field: list[Token]) -> str:
        if _text(field) in _NOTHING:
            return ""
        if len(field) != 1 or field[0].form != "char" or len(field[0].text) != 3:
            raise self._unreadable(f"{name}: {_text(field)} is no short flag")
        return field[0].text[1]

    def _handler(self, name: str, field: list[Token]) -> str:
        if _text(field) in _NOTHING:
            return ""
        function = _uncast(field)
        if len(function) != 1 or function[0].form != "name":
            raise self._unreadable(f"{name}: {_text(field)} is no handler")
        return function[0].text

    def _flags(self, name: str, field: list[Token]) -> Iterator[str]:
        if _text(field) in _NOTHING:
            return
        for place, token in enumerate(field):
            if place % 2 == 0 and token.text.startswith(_FLAG):
                yield token.text.removeprefix(_FLAG)
            elif place % 2 == 0 or token.text != "|":
                raise self._unreadable(f"{name}: {_text(field)} is no set of flags")

    def _take(self, *, in_entry: bool = False) -> Token | None:
        """Return the next token that is not a directive; obey the directives on the way."""
        while self._next < len(self._tokens):
            token = self._tokens[self._next]
            self._next += 1
            if token.form != "directive":
                return token
            if in_entry:
                raise self._unreadable(f"{token.text!r} inside an entry")
            self._obey(token.text)
        return None

    def _obey(self, directive: str) -> None:
        found = _DIRECTIVE.match(directive)
        word, rest = found.groups() if found else ("", "")
        tested = " ".join(_COMMENT.sub(" ", rest).split())
        if word in {"ifdef", "ifndef"}:
            self._conditions.append(_Condition(tested if word == "ifdef" else _negated(tested)))
        elif word == "if":
            self._conditions.append(_Condition(_plain(tested)))
        elif word in {"elif", "else", "endif"}:
            if not self._conditions:
                raise self._unreadable(f"#{word} without #if")
            if word == "endif":
                self._conditions.pop()
            else:
                self._conditions[-1].turn(_plain(tested) if word == "elif" else None)

    def _unreadable(self, what: str) -> Unreadable:
        return Unreadable(f"{self._file}: {what}")


class _Condition:
    """One #if ... #endif: what must hold for the branch being read."""

    def __init__(self, tested: str) -> None:
        self._failed: list[str] = []
        self._tested = tested

    @property
    def holds(self) -> str:
        parts = [*(_negated(failed) for failed in self._failed), *([self._tested] if self._tested else [])]
        return joined(parts) if len(parts) > 1 else parts[0]

    def turn(self, tested: str | None) -> None:
        self._failed.append(self._tested)
        self._tested = tested or ""


def joined(conditions: Iterable[str]) -> str:
    """Write that several conditions must hold; an alternative among them gets brackets."""
    return " && ".join(
        f"({each})" if "||" in each and not re.fullmatch(r"!\([^()]*\)", each) else each for each in conditions
    )


def _plain(condition: str) -> str:
    """Write `defined(X)` as `X`: every condition in the tables asks whether something is defined."""
    return _DEFINED.sub(lambda found: found.group(1) or found.group(2), condition)


def _negated(condition: str) -> str:
    if re.fullmatch(r"!\w+", condition):
        return condition[1:]
    return f"!{condition}" if re.fullmatch(r"\w+", condition) else f"!({condition})"


def _uncast(field: list[Token]) -> list[Token]:
    """Drop the casts in front of an expression: the C++ plugins cannot do without."""
    while field and field[0].text == "(":
        depth = 0
        for place, token in enumerate(field):
            depth += (token.text == "(") - (token.text == ")")
            if depth == 0:
                field = field[place + 1 :]
                break
    return field


def _text(field: list[Token]) -> str:
    """Write tokens without blanks, except where two words would run together."""
    text = ""
    previous = ""
    for token in field:
        if token.form in {"name", "number"} and previous in {"name", "number"}:
            text += " "
        text += token.text
        previous = token.form
    return text


def _table_name(recent: list[str]) -> str | None:
    """Return NAME when the tokens end in `struct uwsgi_option NAME[...] = {`."""
    for start in range(len(recent) - 5):
        if recent[start : start + 2] == ["struct", "uwsgi_option"] and recent[start + 3] == "[":
            return recent[start + 2] if recent[-3] == "]" and recent.index("]", start) == len(recent) - 3 else None
    return None


class Function(NamedTuple):
    """The definition of a C function: the names of its parameters and the tokens of its body."""

    parameters: tuple[str, ...]
    body: tuple[Token, ...]


def read_functions(text: str, names: Iterable[str]) -> dict[str, Function]:
    """Find the definitions of functions in a file; what is declared or called only is left out."""
    wanted = frozenset(names)
    found: dict[str, Function] = {}
    pieces = [token for token in tokens(text) if token.form != "directive"]
    for place, token in enumerate(pieces[:-1]):
        if token.text in wanted and token.form == "name" and pieces[place + 1].text == "(":
            end = closing(pieces, place + 1)
            if end + 1 < len(pieces) and pieces[end + 1].text == "{":
                parameters = arguments(pieces, place + 1)
                body = pieces[end + 2 : closing(pieces, end + 1)]
                found[token.text] = Function(tuple(each[-1].text for each in parameters if each), tuple(body))
    return found


def closing(pieces: Sequence[Token], opening: int) -> int:
    """Return the place of the bracket that closes the one at `opening`; the end when none does."""
    opens = pieces[opening].text
    closes = _PAIRS[opens]
    depth = 0
    for place in range(opening, len(pieces)):
        if pieces[place].form == "punct":
            depth += (pieces[place].text == opens) - (pieces[place].text == closes)
            if depth == 0:
                return place
    return len(pieces)


def arguments(pieces: Sequence[Token], opening: int) -> list[list[Token]]:
    """Split what stands between the bracket at `opening` and its end at the commas outside brackets."""
    split: list[list[Token]] = [[]]
    depth = 0
    for token in pieces[opening + 1 : closing(pieces, opening)]:
        if token.form == "punct":
            depth += (token.text in _PAIRS) - (token.text in _PAIRS.values())
        if token.text == "," and depth == 0:
            split.append([])
        else:
            split[-1].append(token)
    return split


def name_tests(functions: Mapping[str, Function]) -> dict[str, tuple[str, ...]]:
    """Say how handlers look at the name of the option they are called for, their first parameter.

    Most never do: what they write to is all that counts. Telling the name in a message, or handing
    it to another handler that does not look at it either, is not looking. The others compare it.

    Returns:
        By handler, for those that look: the patterns that they tell apart, `x` for a name and `x*`
        for a beginning; `*` alone when the name counts as a whole. A handler with an empty body
        is of the last kind: only its name can make such an option mean anything.
    """
    tests: dict[str, tuple[str, ...]] = {}
    for name, function in functions.items():
        if not function.body:
            tests[name] = ("*",)
        elif function.parameters and (patterns := set(_patterns(function, functions))):
            tests[name] = ("*",) if "*" in patterns else tuple(sorted(patterns))
    # A handler looks through the eyes of those to which it hands the name on.
    while changed := {
        name: ("*",)
        for name, function in functions.items()
        if name not in tests and function.parameters and not tests.keys().isdisjoint(_handed_to(function))
    }:
        tests.update(changed)
    return tests


def _patterns(function: Function, handlers: Container[str]) -> Iterator[str]:
    body, option = function.body, function.parameters[0]
    for place, token in enumerate(body):
        if token.text != option or token.form != "name":
            continue
        opening = _call_around(body, place)
        called = body[opening - 1].text if opening > 0 else ""
        literals = [each[0].text[1:-1] for each in arguments(body, opening) if each and each[0].form == "string"]
        if called == "strcmp" and literals:
            yield literals[0]
        elif called in {"uwsgi_startswith", "uwsgi_starts_with", "strncmp"} and literals:
            yield f"{literals[0]}*"
        elif called not in {"uwsgi_log", "strlen"} and called not in handlers:
            yield "*"


def _handed_to(function: Function) -> Iterator[str]:
    for place, token in enumerate(function.body):
        if token.text == function.parameters[0] and token.form == "name":
            opening = _call_around(function.body, place)
            if opening > 0:
                yield function.body[opening - 1].text


def _call_around(body: Sequence[Token], place: int) -> int:
    """Return the place of the innermost open parenthesis around a place, -1 when there is none."""
    depth = 0
    for before in range(place - 1, -1, -1):
        depth += (body[before].text == ")") - (body[before].text == "(")
        if depth < 0:
            return before
    return -1


def flag_effects(text: str) -> dict[str, tuple[str, ...]]:
    """Read what the server sets when it meets an option with a flag (core/config.c).

    Returns:
        By flag, without the UWSGI_OPT_ in front: the variables that get a value.
    """
    effects: dict[str, tuple[str, ...]] = {}
    pieces = [token for token in tokens(text) if token.form != "directive"]
    texts = [token.text for token in pieces]
    for place, word in enumerate(texts):
        if word.startswith(_FLAG) and texts[place - 3 : place] == ["->", "flags", "&"]:
            body = texts[place + 3 : closing(pieces, place + 2)] if texts[place + 2] == "{" else []
            targets = [_target(body, each) for each, sign in enumerate(body) if sign == "="]
            effects[word.removeprefix(_FLAG)] = tuple(each for each in targets if each.startswith("uwsgi."))
    return effects


def _target(body: list[str], assigned: int) -> str:
    start = assigned
    while start > 0 and (body[start - 1] == "." or body[start - 1].isidentifier()):
        start -= 1
    return "".join(body[start:assigned])
