"""What the models of all subsystems have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationInfo, field_validator

from uwsgilint import catalog
from uwsgilint.schema.types import PLACEHOLDER

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

__all__ = ["Described", "Subsystem", "composite_of", "native_name", "option", "python_name"]

# The native name that a change of dashes does not give.
_NATIVE = {"start_response_nodelay": "start_response-nodelay"}
_PYTHON = {native: python for python, native in _NATIVE.items()}
# Words that are Python's own, or that every pydantic model has, get an underscore behind them.
_TAKEN = frozenset({"for", "import", "async", "json", "copy", "lambda"})


def native_name(field: str) -> str:
    """Return uWSGI's name of an option from the name of its field: http_socket is http-socket."""
    return _NATIVE.get(field) or field.removesuffix("_").replace("_", "-")


def python_name(option: str) -> str:
    """Return the name of the field of an option: http-socket is http_socket, import is import_."""
    name = _PYTHON.get(option) or option.replace("-", "_")
    return f"{name}_" if name in _TAKEN else name


def option(
    description: str,
    *,
    unit: str | None = None,
    default: str | None = None,
    ge: int | None = None,
    le: int | None = None,
    examples: tuple[object, ...] = (),
    catch: str | None = None,
    see: tuple[str, ...] = (),
) -> Any:
    """Describe an option as the field of a model; a field that is not set writes nothing.

    Args:
        description: what it does and when to use it, in full sentences.
        unit: what the number counts: "seconds", "bytes", "MiB" ...
        default: what the server does without the option, in a few words.
        ge: the smallest number that makes sense.
        le: the largest number that makes sense.
        examples: values worth copying.
        catch: what surprises people, in a sentence.
        see: native names of options that belong with it.
    """
    about = {"unit": unit, "default": default, "ge": ge, "le": le, "catch": catch, "see": see}
    extra = {key: value for key, value in about.items() if value not in (None, ())}
    return Field(
        default=None,
        description=description,
        examples=list(examples) or None,
        json_schema_extra={"x-uwsgi": cast("Any", extra)} if extra else None,
    )


class Described(BaseModel):
    """A model whose fields say their limits where they say everything else about themselves."""

    @field_validator("*")
    @classmethod
    def _within_limits(cls, value: Any, info: ValidationInfo) -> Any:
        if isinstance(value, bool) or not isinstance(value, int) or info.field_name is None:
            return value
        extra = cls.model_fields[info.field_name].json_schema_extra
        about: Any = extra.get("x-uwsgi", {}) if isinstance(extra, dict) else {}
        lowest, highest = about.get("ge"), about.get("le")
        if lowest is not None and value < lowest:
            raise ValueError(f"expects a number of at least {lowest}")
        if highest is not None and value > highest:
            raise ValueError(f"expects a number of at most {highest}")
        return value


def composite_of(field: FieldInfo) -> Any:
    """Return the model of the small language that a field takes, None for all others."""
    todo: list[Any] = [field.annotation]
    while todo:
        each = todo.pop()
        if isinstance(each, type) and hasattr(each, "grammar"):
            return each
        todo += getattr(each, "__args__", ()) or ()
    return None


class Subsystem(Described):
    """Options that serve one purpose, each a field under its own name with underscores for dashes.

    Options are written in the order in which they were given. Native names and aliases are taken as
    well as the fields' own, and are written as they were given.

    Attributes:
        table: the name of the subsystem's table in an authored file.
        title: what it is called in a heading.
    """

    model_config = ConfigDict(
        alias_generator=native_name, extra="forbid", populate_by_name=True, validate_assignment=True
    )

    table: ClassVar[str]
    title: ClassVar[str]

    _given: dict[str, str] = PrivateAttr(default_factory=dict)

    if not TYPE_CHECKING:  # the signature that a type checker sees is that of the fields

        def __init__(self, **data: Any) -> None:
            given = {}
            for name in data:
                native = name if catalog.option(name) is not None else native_name(name)
                given[python_name(catalog.setting_of(native))] = native
            if len(given) < len(data):
                raise ValueError("the same setting is given twice, under two of its names")
            super().__init__(**dict(zip(given, data.values(), strict=True)))
            self._given = {name: native for name, native in given.items() if name in type(self).model_fields}

    @field_validator("*")
    @classmethod
    def _native_texts(cls, value: Any, info: ValidationInfo) -> Any:
        """Hold native texts of composites against their language; what the server fills in cannot be judged."""
        composite = composite_of(cls.model_fields[info.field_name]) if info.field_name else None
        if composite is not None:
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, str) and not PLACEHOLDER.search(item):
                    composite.parse(item)
        return value

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if name in type(self).model_fields:
            self._given.setdefault(name, native_name(name))

    def directives(self) -> list[tuple[str, str]]:
        """Return what the server is to read: native names and texts, in order; a list repeats its option.

        Raises:
            CannotJoinError: a part of a composite holds what its place cannot.
        """
        found = []
        for field, native in self._given.items():
            value = getattr(self, field)
            if value is None:
                continue
            items = value if isinstance(value, (list, tuple)) else [value]
            found += [(native, _text(item)) for item in items]
        return found


def _text(value: object) -> str:
    """Write a value as the server reads it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
