"""A configuration in Python: subsystems in order, written in any form."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal, Protocol

from uwsgilint import catalog
from uwsgilint.catalog import subsystems
from uwsgilint.document import Directive, Document, Section, Source, Span, Target
from uwsgilint.formats import read, syntax_of
from uwsgilint.schema import subsystem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from typing_extensions import Self

__all__ = ["Configuration", "Lines", "Part", "Syntax"]


class Part(Protocol):
    """What a configuration is made of: a subsystem, a chain of routes, or lines."""

    def directives(self) -> list[tuple[str, str]]:
        """Return native names and texts, in order."""


Syntax = Literal["ini", "args", "toml", "yaml", "json"]


class Lines:
    """Options by their native names in exactly this order, for what order alone can say.

    `Lines(("route", "^/a last:"), ("route-host", "^b break:403"))`; placeholders of one's own are
    taken too.
    """

    __slots__ = ("pairs",)

    def __init__(self, *pairs: tuple[str, str | int | bool]) -> None:
        self.pairs = tuple((key, _text(value)) for key, value in pairs)

    def __repr__(self) -> str:
        return f"Lines({', '.join(map(repr, self.pairs))})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Lines) and other.pairs == self.pairs

    def __hash__(self) -> int:
        return hash(self.pairs)

    def directives(self) -> list[tuple[str, str]]:
        """Return native names and texts, in order."""
        return list(self.pairs)


class Configuration:
    """Everything that one file says.

    Attributes:
        parts: subsystems and lines, in the order in which they are written.
        sections: further sections by name.
        target: what it will run on.
    """

    def __init__(
        self,
        *parts: Part,
        sections: Mapping[str, Sequence[Part]] | None = None,
        target: Target | None = None,
    ) -> None:
        self.parts: list[Part] = list(parts)
        self.sections: dict[str, list[Part]] = {k: list(v) for k, v in (sections or {}).items()}
        self.target = target or Target()

    def __repr__(self) -> str:
        return f"Configuration({', '.join(map(repr, self.parts))})"

    def document(self) -> Document:
        """Return the configuration as a document, which every writer and the linter take."""
        source = Source("configuration", b"")
        document = Document(source, "python")
        document.target = self.target
        for name, parts in {"uwsgi": self.parts, **self.sections}.items():
            pairs = [pair for part in parts for pair in part.directives()]
            document.sections.append(
                Section(name, [Directive(key, text, source) for key, text in pairs], Span(source, 0, 0))
            )
        return document

    def write(self, syntax: Syntax = "ini") -> str:
        """Write the configuration: INI, arguments (one on a line), TOML, YAML or JSON.

        Raises:
            CannotWriteError: it holds what this form cannot express.
        """
        document = self.document()
        if syntax == "ini":
            from uwsgilint.formats import ini  # noqa: PLC0415

            return ini.write(document).decode("utf-8", "surrogateescape")
        if syntax == "args":
            from uwsgilint.formats import args  # noqa: PLC0415

            return "".join(f"{argument}\n" for argument in args.write(document))
        from uwsgilint.formats import authoring  # noqa: PLC0415

        tables = authoring.tables(document)
        stated = {"uwsgi": self.target.release, "build": self.target.build}
        target: dict[str, Any] = {key: value for key, value in stated.items() if value is not None}
        if target:
            tables["target"] = target
        if syntax == "toml":
            from uwsgilint.formats import toml  # noqa: PLC0415

            return toml.dump(tables)
        if syntax == "yaml":
            from uwsgilint.formats import yaml  # noqa: PLC0415

            return yaml.dump(tables)
        return json.dumps(tables, indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def read(cls, text: str | bytes, name: str = "uwsgi.ini") -> Self:
        """Read a configuration from the text of a file; what it says is written again in the same order.

        Args:
            text: the file's content.
            name: its name, the end of which tells the syntax.

        Raises:
            ValueError: the text is not of its syntax, or says what uWSGI would misread.
        """
        data = text.encode() if isinstance(text, str) else text
        document = read(Source(name, data), syntax_of(name, data) or "ini")
        for problem in document.problems:
            if problem.rule == "malformed-file":
                raise ValueError(f"{name}:{problem.span.line}: {problem.values['reason']}")
        return cls(
            *_parts(document.directives()),
            sections={n: _parts(s.directives) for n, s in document.merged().items() if n != "uwsgi"},
            target=document.target,
        )


def _parts(directives: Iterable[Directive]) -> list[Part]:
    """Gather neighbours of one subsystem into a model; what no model has stays as lines."""
    runs: list[tuple[str | None, dict[str, list[str]]]] = []
    previous = None
    for directive in directives:
        table = subsystems.home(directive.key)
        values = runs[-1][1] if runs and runs[-1][0] == table else None
        setting = catalog.setting_of(directive.key)
        if values is not None and directive.key != previous and any(catalog.setting_of(k) == setting for k in values):
            values = None  # it comes back behind another option, and so keeps its place
        if values is None:
            values = {}
            runs.append((table, values))
        values.setdefault(directive.key, []).append(directive.value if directive.value is not None else "true")
        previous = directive.key
    return [_part(table, values) for table, values in runs]


def _part(table: str | None, values: dict[str, list[str]]) -> Part:
    flat = [(key, text) for key, texts in values.items() for text in texts]
    if table is None:
        return Lines(*flat)
    model = subsystem(table)
    # A single-valued option given several times is a list to nobody: the lines say it exactly.
    if any(len(texts) > 1 and not _repeats(key) for key, texts in values.items()):
        return Lines(*flat)
    return model(**{key: texts if _repeats(key) else texts[0] for key, texts in values.items()})


def _repeats(key: str) -> bool:
    option = catalog.option(key)
    return option is not None and option.repeatable


def _text(value: str | int | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
