"""Rules of the internal router in Python: typed, in order, with a function for each action and condition.

    Chain(
        "request",
        Rule(match=Match(path="^/old/(.*)"), action=actions.redirect("/new/$1", permanent=True)),
        Rule(if_=conditions.isfile("/srv/shop/closed"), action=actions.return_(503)),
    )

A rule says what one of `[[routing.request]]` says, and takes the same words.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    PrivateAttr,
    field_validator,
    model_validator,
)

from uwsgilint import routing
from uwsgilint.schema.base import native_name
from uwsgilint.schema.routes import actions, conditions
from uwsgilint.schema.routes.call import Action, Condition, arguments_of, compiled, description_of
from uwsgilint.schema.types import PLACEHOLDER_PATTERN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from typing_extensions import Self

    from uwsgilint.grammar import Part
    from uwsgilint.routing import Verb

__all__ = [
    "Action",
    "Chain",
    "ChainName",
    "Condition",
    "Match",
    "Rule",
    "actions",
    "conditions",
    "describe",
    "rule_schema",
]

ChainName = Literal["request", "response", "error", "final"]
_Pattern: TypeAlias = "str | None"
_ALSO = {"qs": "query"}  # the option's own word for it


class Match(BaseModel):
    """Expressions on what the request says, which must all match.

    An expression matches anywhere unless it is anchored, and holds no blank (`\\x20` is one). The groups of the
    last one are the action's.
    """

    model_config = ConfigDict(alias_generator=native_name, extra="forbid", frozen=True, populate_by_name=True)

    path: _Pattern = Field(default=None, description="For the path, decoded and without its query.")
    uri: _Pattern = Field(
        default=None, description="For path and query exactly as the client sent them. Nothing should be guarded by it."
    )
    query: _Pattern = Field(default=None, description="For the query, without the question mark.")
    host: _Pattern = Field(default=None, description="For the `Host` header with its port, which the client chooses.")
    remote_addr: _Pattern = Field(default=None, description="For the address of the client, or of the proxy before it.")
    remote_user: _Pattern = Field(default=None, description="For the name that the client has proved, if any.")
    user_agent: _Pattern = Field(default=None, description="For what the client says it is.")
    referer: _Pattern = Field(default=None, description="For the page that the client says it comes from.")
    status: int | str | None = Field(
        default=None,
        description="The status of the response, one number. Requests have none yet, only the other chains.",
    )

    _order: tuple[str, ...] = PrivateAttr(())

    @model_validator(mode="wrap")
    @classmethod
    def _in_order(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Remember which subject was given last."""
        made = handler({_ALSO.get(key, key): each for key, each in value.items()} if isinstance(value, dict) else value)
        if isinstance(value, dict):
            given = (native_name(_ALSO.get(key, key)) for key in map(str, value))
            made._order = tuple(dict.fromkeys(given))  # noqa: SLF001  (its own)
        return made

    def authored(self) -> dict[str, str | int]:
        """Return the form that an authored rule takes, in the order in which the subjects were given."""
        given = {native_name(name): getattr(self, name) for name in type(self).model_fields}
        return {name: given[name] for name in self._order if given[name] is not None}


class Rule(BaseModel):
    """One rule: when all of its tests hold, its action is done. A rule with a label alone marks a place."""

    model_config = ConfigDict(alias_generator=native_name, extra="forbid", frozen=True, populate_by_name=True)

    match: Match | None = Field(default=None, description="What the request has to look like, all of it.")
    if_: Condition | list[Condition] | None = Field(default=None, description="What has to be so, all of it.")
    unless: Condition | list[Condition] | None = Field(default=None, description="What must not be so, none of it.")
    action: Action | None = Field(default=None, description="What is done then.")
    label: str | int | None = Field(default=None, description="The name of a place to which `goto` jumps.")

    @field_validator("if_", "unless", mode="before")
    @classmethod
    def _several(cls, value: Any) -> Any:
        """Take a table of several conditions for as many tables."""
        if isinstance(value, list):
            return [test for each in value for test in _apart(each)]
        tests = _apart(value)
        return tests[0] if len(tests) == 1 else tests

    @model_validator(mode="after")
    def _can_be_written(self) -> Self:
        """Refuse what the server would refuse, or misunderstand."""
        self.compile("response")
        return self

    def authored(self) -> dict[str, Any]:
        """Return the rule as a table of `[[routing.request]]`."""
        table: dict[str, Any] = {}
        if self.match is not None:
            table["match"] = self.match.authored()
        for key, tests in (("if", self.if_), ("unless", self.unless)):
            if tests is not None:
                table[key] = [test.authored() for test in tests] if isinstance(tests, list) else tests.authored()
        if self.action is not None:
            table["action"] = self.action.authored()
        if self.label is not None:
            table["label"] = self.label
        return table

    def compile(self, chain: ChainName = "request", number: int = 0) -> list[tuple[str, str]]:
        """Write the rule as options and their values.

        Args:
            chain: the chain that it is for.
            number: its place there, which keeps its labels apart from those of others.

        Raises:
            ValueError: the server cannot be told this in this chain.
        """
        return compiled(chain, self.authored(), number)

    @classmethod
    def of(cls, option: str, value: str) -> Self:
        """Read a rule as uWSGI does: `Rule.of("route", "^/old redirect:/new")`.

        Raises:
            ValueError: the option holds no rules, or its value is none.
        """
        table = routing.table_of(option, value)
        if table is None:
            raise ValueError(f"{option} = {value} is no rule")
        return cls.model_validate(table)


def _apart(value: Any) -> list[Any]:
    several = isinstance(value, dict) and len(value) > 1 and "name" not in value
    return [{name: operands} for name, operands in value.items()] if several else [value]


class Chain:
    """Rules of one chain in their order, for a configuration.

    Args:
        name: "request", "response", "error" or "final".
        rules: the rules.

    Raises:
        ValueError: a rule cannot be in this chain.
    """

    __slots__ = ("name", "rules")

    def __init__(self, name: ChainName, *rules: Rule) -> None:
        self.name: ChainName = name
        self.rules = rules
        self.directives()

    def __repr__(self) -> str:
        return f"Chain({self.name!r}, {', '.join(map(repr, self.rules))})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Chain) and (self.name, self.rules) == (other.name, other.rules)

    def __hash__(self) -> int:
        return hash((self.name, len(self.rules)))

    def directives(self) -> list[tuple[str, str]]:
        """Return native names and texts, in order."""
        return [pair for number, rule in enumerate(self.rules) for pair in rule.compile(self.name, number)]


# -- what they mean, for those who show it ------------------------------------------------------------


def describe(verb: Verb) -> tuple[str, dict[str, str]]:
    """Return what an action or a condition does, and what each of its parts means."""
    makers: dict[str, Any] = {**actions.MAKERS} if routing.ACTIONS.get(verb.name) == verb else {**conditions.MAKERS}
    made_by = makers[verb.name]
    return description_of(made_by), arguments_of(made_by)


# -- as a JSON Schema -----------------------------------------------------------------------------

Schema: TypeAlias = "dict[str, Any]"
_FILLED = rf"{PLACEHOLDER_PATTERN}|\$[0-9{{]"


def rule_schema(chain: ChainName = "response") -> Schema:
    """Return a draft-07 schema of one authored rule; its `definitions` are those of actions and conditions."""
    tests = {
        "anyOf": [{"$ref": "#/definitions/condition"}, {"type": "array", "items": _ref("condition"), "minItems": 1}]
    }
    subjects = {
        native_name(name): {"type": ["string", "integer"] if name == "status" else "string", "minLength": 1}
        | {"description": field.description}
        for name, field in Match.model_fields.items()
        if chain in routing.SUBJECTS[native_name(name)].chains
    }
    properties: dict[str, Schema] = {
        "match": _closed(subjects, minProperties=1),
        "if": tests,
        "unless": tests,
        "action": {"anyOf": [_ref("action")]},
        "label": {"type": ["string", "integer"], "minLength": 1},
    }
    for name, field in Rule.model_fields.items():
        properties[native_name(name)] = {"description": field.description, **properties[native_name(name)]}
    return {
        **_closed(properties, description=(Rule.__doc__ or "").strip()),
        "oneOf": [{"required": ["label"], "maxProperties": 1}, {"required": ["action"]}],
        "definitions": {
            "action": _calls(routing.ACTIONS.values(), maxProperties=1),
            "condition": _calls(routing.CONDITIONS.values()),
        },
    }


def _ref(definition: str) -> Schema:
    return {"$ref": f"#/definitions/{definition}"}


def _closed(properties: dict[str, Schema], **more: object) -> Schema:
    return {"type": "object", "properties": properties, "additionalProperties": False, **more}


def _calls(verbs: Iterable[Verb], **more: object) -> Schema:
    """Describe actions or conditions: as a table of one, or as the server's own text."""
    listed = list(verbs)
    bare = [verb.name for verb in listed if verb.takes is None]
    names = "|".join(re.escape(verb.name) for verb in listed)
    native: list[Schema] = [{"type": "string", "pattern": f"^(?:{names}):|^[^:]*(?:{PLACEHOLDER_PATTERN})"}]
    if bare:
        native.append({"enum": bare})
    return {"anyOf": [_closed({verb.name: _call(verb) for verb in listed}, minProperties=1, **more), *native]}


def _call(verb: Verb) -> Schema:
    """Describe the arguments of one: as a table, as a list in their order, or as the server's own text."""
    said, parts = describe(verb)
    origin = "" if verb.plugin == "core" else f" Of the plugin {verb.plugin}."
    since = "" if verb.since == "2.0" else f" Since {verb.since}."
    about = {"description": f"{said}{origin}{since}"}
    if verb.takes is None:
        return {**about, "enum": [True, ""]}
    named = {}
    for part in verb.takes.parts:
        for key in part.keys or (part.name,):
            named[key] = {"description": parts[part.name], **_part(part)}
    required = [part.name for part in verb.takes.parts if part.required and len(part.keys) < 2]
    alternatives: list[Schema] = [
        {"type": ["string", "integer"]},
        _closed(named, **({"required": required} if required else {})),
    ]
    places = [part for part in verb.takes.parts if not part.keys]
    if places:
        most = {} if places[-1].separator else {"maxItems": len(places)}
        alternatives.append({"type": "array", "items": {"type": ["string", "integer"]}, **most})
    return {**about, "anyOf": alternatives}


def _part(part: Part) -> Schema:
    filled = {"type": "string", "pattern": _FILLED}
    if part.kind == "presence":
        return {"type": ["boolean", "string", "integer"]}
    if part.kind == "int":
        limits = {"minimum": part.ge or 0} | ({"maximum": part.le} if part.le is not None else {})
        return {"anyOf": [{"type": "integer", **limits}, {"type": "string", "pattern": f"^[0-9]+$|{_FILLED}"}]}
    if part.choices:
        numbers = [int(choice) for choice in part.choices if choice.isdigit()]
        return {"anyOf": [{"enum": [*part.choices, *numbers]}, filled]}
    text: Schema = {"type": ["string", "integer"]}
    return {"anyOf": [text, {"type": "array", "items": text, "minItems": 1}]} if part.separator else text
