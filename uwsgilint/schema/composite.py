"""Composites: options whose value is a small language, as models with a field for each part."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeAlias, TypeVar, get_args, get_origin

from pydantic import BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from uwsgilint import grammar
from uwsgilint.schema.base import Described
from uwsgilint.schema.types import LISTED, Of, Placeholder

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["Bit", "Command", "Composite", "Each", "Integers", "Regex", "Secretly", "Text", "part"]

_AnyComposite = TypeVar("_AnyComposite", bound="Composite")
# What an option takes that may be repeated: tables, native strings, or both.
Each: TypeAlias = Annotated[list[_AnyComposite | str], LISTED]
# Texts that may be anything, `true` and `off` included.
Text: TypeAlias = Annotated[str, Of("print")]
Command: TypeAlias = Annotated[str, Of("commands")]
Regex: TypeAlias = Annotated[str, Of("regexps")]
Integers: TypeAlias = Annotated[list[Annotated[int | Placeholder, Of("int")]], LISTED]


def _bit(value: object) -> object:
    return {"0": 0, "1": 1}.get(value, value) if isinstance(value, str) else int(value) if value in (0, 1) else value


def _marked(value: object) -> object:
    return {True: "!", False: None}.get(value, value) if isinstance(value, bool) else value


# A number that says yes or no, unlike a key whose mere presence says yes.
Bit: TypeAlias = Annotated[Literal[0, 1] | Placeholder, BeforeValidator(_bit)]
# An exclamation mark that is there or not.
Secretly: TypeAlias = Annotated[Literal["!"] | None, BeforeValidator(_marked)]


def part(
    description: str,
    *,
    keys: tuple[str, ...] = (),
    separator: str = "",
    pattern: str = "",
    words: str = "",
    form: str = "",
    wants: str = "",
    choices: tuple[str, ...] = (),
    required: bool = False,
    unit: str | None = None,
    default: str | None = None,
    ge: int | None = None,
    le: int | None = None,
    examples: tuple[object, ...] = (),
) -> Any:
    """Describe a part of a composite as the field of a model.

    Args:
        description: what it means, in full sentences.
        keys: what a key-value list calls it, the best first; its own name when left out.
        separator: what stands between the items, when the part is a list.
        pattern: a regular expression for its text, where the template alone does not tell its end.
        words: a regular expression that finds, as its first group, the words inside a text that must be among
            the choices.
        form: a regular expression that its text, or each item of a list, has to match from end to end.
        wants: what that expression says, as the end of "expects ...".
        choices: the words that it may be, where its annotation does not list them.
        required: whether uWSGI refuses, or does nothing, without it; its annotation has no None then.
        unit: what the number counts.
        default: what the server takes without it.
        ge: the smallest number.
        le: the largest number.
        examples: values worth copying.
    """
    about: dict[str, object] = {"keys": keys, "separator": separator, "pattern": pattern}
    about |= {
        "words": words,
        "form": form,
        "wants": wants,
        "choices": choices,
        "unit": unit,
        "default": default,
        "ge": ge,
        "le": le,
    }
    extra: Any = {"x-uwsgi": {key: value for key, value in about.items() if value not in (None, (), "")}}
    return Field(
        default=... if required else None,
        description=description,
        examples=list(examples) or None,
        json_schema_extra=extra,
    )


class Composite(Described):
    """A value with parts; `native` writes it as uWSGI reads it, `parse` reads that.

    Attributes:
        template: its shape, see `uwsgilint.grammar`.
        pairs: a regular expression for the text of `{*}`, where the template alone does not tell its end.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    template: ClassVar[str]
    pairs: ClassVar[str] = ""

    @model_validator(mode="before")
    @classmethod
    def _by_any_name(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        names = {key: part.name for key in values if (part := grammar.named(cls.grammar(), str(key))) is not None}
        return {names.get(key, key): value for key, value in values.items()}

    @field_validator("*")
    @classmethod
    def _reads_as_it_looks(cls, value: Any, info: ValidationInfo) -> Any:
        """Hold the items of lists, and texts of a certain form, to what the part allows; the types see to the rest."""
        part = next(part for part in cls.grammar().parts if part.name == info.field_name)
        formed = (part.words or part.form) and value is not None
        for item in value if isinstance(value, list) else [value] if formed else []:
            if (reads := grammar.question(part, str(item))) is not None:
                raise ValueError(f"expects {grammar.expects(part)}; uWSGI reads {str(item)!r} as {reads}")
        return value

    def native(self) -> str:
        """Write the value as uWSGI reads it.

        Raises:
            CannotJoinError: a part holds what its place in the value cannot.
        """
        composite = type(self).grammar()
        spelt = {part.name: grammar.spell(part, getattr(self, part.name)) for part in composite.parts}
        return grammar.join(composite, {name: text for name, text in spelt.items() if text is not None})

    def __str__(self) -> str:
        return self.native()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a value as uWSGI wants it.

        Raises:
            ValueError: it is not of this shape, or a part of it says nothing sensible.
        """
        composite = cls.grammar()
        parsed = grammar.parse(composite, text)
        if parsed.faults:
            fault = parsed.faults[0]
            raise ValueError(f"{fault.rule} at character {fault.start + 1} of {text!r}")
        separators = {part.name: part.separator for part in composite.parts}
        return cls.model_validate(
            {
                name: piece.text.split(separators[name]) if separators[name] else piece.text
                for name, piece in parsed.pieces.items()
            }
        )

    @classmethod
    def grammar(cls) -> grammar.Composite:
        """Return the plain declaration of the language, which the linter works with."""
        return _grammar(cls)


@cache
def _grammar(model: type[Composite]) -> grammar.Composite:
    parts = []
    for name, field in model.model_fields.items():
        about = _about(field.json_schema_extra)
        kinds, choices = _readings(field.annotation, field.metadata)
        positional = f"{{{name}}}" in model.template
        parts.append(
            grammar.Part(
                name=name,
                keys=about.get("keys", () if positional else (name,)),
                kind=kinds[0] if kinds else "string",
                required=field.is_required(),
                choices=about.get("choices", tuple(choices)),
                ge=about.get("ge"),
                le=about.get("le"),
                separator=about.get("separator", ""),
                pattern=about.get("pattern", ""),
                words=about.get("words", ""),
                form=about.get("form", ""),
                wants=about.get("wants", ""),
            )
        )
    return grammar.Composite(model.__name__, model.template, model.pairs, tuple(parts))


def _about(extra: object) -> dict[str, Any]:
    """Return what `part` put into the schema of a field."""
    return extra["x-uwsgi"] if isinstance(extra, dict) else {}


def _readings(annotation: Any, metadata: list[Any]) -> tuple[list[str], list[str]]:
    """Return the kinds and the choices that an annotation says, wherever in a union or a list they stand."""
    kinds = [each.kind for each in metadata if isinstance(each, Of)]
    if kinds:
        return kinds, []
    if get_origin(annotation) is Literal:
        return [], [str(word) for word in get_args(annotation)]
    choices: list[str] = []
    for argument in get_args(annotation):
        if argument in (type(None), Placeholder) or isinstance(argument, BeforeValidator):
            continue
        further, more = _readings(argument, list(getattr(argument, "__metadata__", ())))
        kinds += further
        choices += more
    return kinds, choices
