"""One type per kind of value: what a field of a model takes.

Each type is Annotated over its kind in `uwsgilint.values`, which alone says how uWSGI reads text;
nothing here reads anything by itself. What the server fills in when it starts, such as `$(PORT)` or
`%(name)`, is a `Placeholder` and is taken wherever a value is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from pydantic import BeforeValidator
from pydantic_core import core_schema

from uwsgilint.grammar import sized
from uwsgilint.values import KINDS, Refused

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from typing_extensions import Self

__all__ = [
    "LISTED",
    "PLACEHOLDER",
    "PLACEHOLDER_PATTERN",
    "Actions",
    "Address",
    "Addresses",
    "Bytes",
    "Capabilities",
    "CodeString",
    "CodeText",
    "Commands",
    "Conditions",
    "Configs",
    "Counts",
    "Cron2s",
    "Crons",
    "Declarations",
    "Definitions",
    "DigestDirectory",
    "Endpoints",
    "EnvironmentNames",
    "Environments",
    "Farms",
    "FileDescriptors",
    "FileMode",
    "FileServeMode",
    "Flag",
    "Group",
    "Ignored",
    "Int",
    "InverseFlag",
    "IpAddresses",
    "KeyValues",
    "LegionCrons",
    "LegionPairs",
    "Legions",
    "LogDate",
    "Loggers",
    "Megabytes",
    "Mode",
    "Mules",
    "Namespaces",
    "Of",
    "OptionalPairs",
    "OptionalPath",
    "Pairs",
    "Path",
    "Paths",
    "Placeholder",
    "Plugins",
    "Presence",
    "Prints",
    "RedirectSockets",
    "RegexpPairs",
    "Regexps",
    "Resets",
    "RouterSockets",
    "Routes",
    "SignedInt",
    "Snis",
    "Sockets",
    "SpacedString",
    "String",
    "Strings",
    "SubscriptionAlgo",
    "Switch",
    "Terminators",
    "TlsPairs",
    "TlsSockets",
    "TuntapRules",
    "UInt16",
    "UInt64",
    "Umask",
    "User",
]

PLACEHOLDER_PATTERN = r"[%$@]\([^)]+\)|%[vVhtTkuUgG\[opdsnecxijbOPDSNECXIJ0-9]"
PLACEHOLDER = re.compile(PLACEHOLDER_PATTERN)


class Placeholder(str):
    """Text that the server replaces before it reads the value: `$(PORT)`, `%(name)`, `@(file)`, `%k`.

    Raises:
        ValueError: the text has nothing in it to replace.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """Take a text with something to replace in it."""
        if not PLACEHOLDER.search(text):
            raise ValueError(f"{text!r} has no placeholder in it, such as $(PORT) or %(name)")
        return super().__new__(cls, text)

    @classmethod
    def _validated(cls, value: object) -> Placeholder:
        if not isinstance(value, str):
            raise ValueError("expects text with a placeholder in it")
        return cls(value)

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(cls._validated)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, _schema: core_schema.CoreSchema, _handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"$ref": "#/definitions/placeholder"}


class Of:
    """Binds a type to a kind of `uwsgilint.values`."""

    __slots__ = ("kind",)

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def __repr__(self) -> str:
        return f"Of({self.kind!r})"

    def validate(self, value: object) -> object:
        """Take a value that uWSGI reads as it looks; numbers and booleans also as text.

        Raises:
            ValueError: uWSGI would read something else, or refuse it.
        """
        if isinstance(value, str) and PLACEHOLDER.search(value):
            return Placeholder(value)
        kind = KINDS[self.kind]
        if self.kind == "bytes" and isinstance(value, str):
            value = sized(value)
        if isinstance(value, bool):
            text = "true" if value else "false"
        elif isinstance(value, (int, float, str)):
            text = str(value)
        else:
            raise ValueError(f"expects {kind.expects}, not {type(value).__name__}")
        doubt = kind.question(text)
        if doubt is not None:
            raise ValueError(f"expects {kind.expects}; uWSGI reads {text!r} as {doubt.reads}")
        if not isinstance(value, str):
            return value
        # A model holds what is written. What the server stores for it is its own affair: the opposite of a contrary
        # flag, and bytes where mebibytes are written.
        as_written = {"inverse-flag": KINDS["flag"].read, "megabytes": KINDS["uint64"].read}
        reading = _try_read(as_written.get(self.kind, kind.read), text)
        return reading if isinstance(reading, (bool, int)) and self.json_type != "string" else value

    @property
    def json_type(self) -> str:
        """The type of JSON that says a value of this kind best: "boolean", "integer" or "string"."""
        return _JSON_TYPES.get(self.kind, "string")

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(self.validate)

    def __get_pydantic_json_schema__(
        self, _schema: core_schema.CoreSchema, _handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"$ref": f"#/definitions/{self.kind}"}


def _try_read(read: Any, text: str) -> object:
    try:
        return read(text)
    except Refused:
        return None


def _listed(value: object) -> object:
    """Take a single value for a list of one, as TOML and YAML authors write it."""
    return list(value) if isinstance(value, (list, tuple)) else [value]


LISTED = BeforeValidator(_listed)

_JSON_TYPES = {
    **dict.fromkeys(("flag", "inverse-flag", "switch", "presence", "terminator", "reset", "ignored"), "boolean"),
    **dict.fromkeys(
        ("int", "signed-int", "uint64", "uint16", "megabytes", "bytes", "count", "file-descriptor"), "integer"
    ),
}

Int: TypeAlias = Annotated[int | Placeholder, Of("int")]
SignedInt: TypeAlias = Annotated[int | Placeholder, Of("signed-int")]
UInt64: TypeAlias = Annotated[int | Placeholder, Of("uint64")]
UInt16: TypeAlias = Annotated[int | Placeholder, Of("uint16")]
Megabytes: TypeAlias = Annotated[int | Placeholder, Of("megabytes")]
Counts: TypeAlias = Annotated[list[Annotated[int | Placeholder, Of("count")]], LISTED]
FileDescriptors: TypeAlias = Annotated[list[Annotated[int | Placeholder, Of("file-descriptor")]], LISTED]
Flag: TypeAlias = Annotated[bool | Placeholder, Of("flag")]
InverseFlag: TypeAlias = Annotated[bool | Placeholder, Of("inverse-flag")]
Bytes: TypeAlias = Annotated[int | Placeholder, Of("bytes")]
Presence: TypeAlias = Annotated[bool | Placeholder, Of("presence")]
Switch: TypeAlias = Annotated[bool | Placeholder, Of("switch")]
String: TypeAlias = Annotated[str, Of("string")]
SpacedString: TypeAlias = Annotated[str, Of("spaced-string")]
LogDate: TypeAlias = Annotated[str, Of("log-date")]
Strings: TypeAlias = Annotated[list[Annotated[str, Of("strings")]], LISTED]
Path: TypeAlias = Annotated[str, Of("path")]
OptionalPath: TypeAlias = Annotated[str, Of("optional-path")]
Paths: TypeAlias = Annotated[list[Annotated[str, Of("paths")]], LISTED]
CodeText: TypeAlias = Annotated[str, Of("code")]
Commands: TypeAlias = Annotated[list[Annotated[str, Of("commands")]], LISTED]
Mules: TypeAlias = Annotated[list[Annotated[str, Of("mule")]], LISTED]
Loggers: TypeAlias = Annotated[list[Annotated[str, Of("logger")]], LISTED]
Regexps: TypeAlias = Annotated[list[Annotated[str, Of("regexps")]], LISTED]
Prints: TypeAlias = Annotated[list[Annotated[str, Of("print")]], LISTED]
Mode: TypeAlias = Annotated[str, Of("mode")]
FileMode: TypeAlias = Annotated[str, Of("file-mode")]
Umask: TypeAlias = Annotated[str, Of("umask")]
User: TypeAlias = Annotated[str | int, Of("user")]
Group: TypeAlias = Annotated[str | int, Of("group")]
Capabilities: TypeAlias = Annotated[str, Of("capabilities")]
Namespaces: TypeAlias = Annotated[list[Annotated[str, Of("namespaces")]], LISTED]
Sockets: TypeAlias = Annotated[list[Annotated[str, Of("socket")]], LISTED]
Endpoints: TypeAlias = Annotated[list[Annotated[str, Of("endpoint")]], LISTED]
RouterSockets: TypeAlias = Annotated[list[Annotated[str, Of("router-socket")]], LISTED]
RedirectSockets: TypeAlias = Annotated[list[Annotated[str, Of("redirect-socket")]], LISTED]
TlsSockets: TypeAlias = Annotated[list[Annotated[str, Of("tls-socket")]], LISTED]
TlsPairs: TypeAlias = Annotated[list[Annotated[str, Of("tls-pairs")]], LISTED]
Address: TypeAlias = Annotated[str, Of("address")]
Addresses: TypeAlias = Annotated[list[Annotated[str, Of("addresses")]], LISTED]
IpAddresses: TypeAlias = Annotated[list[Annotated[str, Of("ip-addresses")]], LISTED]
Pairs: TypeAlias = Annotated[list[Annotated[str, Of("pairs")]], LISTED]
OptionalPairs: TypeAlias = Annotated[list[Annotated[str, Of("optional-pairs")]], LISTED]
RegexpPairs: TypeAlias = Annotated[list[Annotated[str, Of("regexp-pairs")]], LISTED]
KeyValues: TypeAlias = Annotated[list[Annotated[str, Of("key-values")]], LISTED]
Environments: TypeAlias = Annotated[list[Annotated[str, Of("environment")]], LISTED]
EnvironmentNames: TypeAlias = Annotated[list[Annotated[str, Of("environment-name")]], LISTED]
Crons: TypeAlias = Annotated[list[Annotated[str, Of("cron")]], LISTED]
Cron2s: TypeAlias = Annotated[list[Annotated[str, Of("cron2")]], LISTED]
LegionCrons: TypeAlias = Annotated[list[Annotated[str, Of("legion-cron")]], LISTED]
Legions: TypeAlias = Annotated[list[Annotated[str, Of("legion")]], LISTED]
LegionPairs: TypeAlias = Annotated[list[Annotated[str, Of("legion-pairs")]], LISTED]
Farms: TypeAlias = Annotated[list[Annotated[str, Of("farm")]], LISTED]
Routes: TypeAlias = Annotated[list[Annotated[str, Of("route")]], LISTED]
Snis: TypeAlias = Annotated[list[Annotated[str, Of("sni")]], LISTED]
TuntapRules: TypeAlias = Annotated[list[Annotated[str, Of("tuntap-rule")]], LISTED]
CodeString: TypeAlias = Annotated[str, Of("code-string")]
DigestDirectory: TypeAlias = Annotated[str, Of("digest-directory")]
FileServeMode: TypeAlias = Annotated[str, Of("file-serve-mode")]
SubscriptionAlgo: TypeAlias = Annotated[str, Of("subscription-algo")]
Plugins: TypeAlias = Annotated[list[Annotated[str, Of("plugins")]], LISTED]
Configs: TypeAlias = Annotated[list[Annotated[str, Of("config")]], LISTED]
Definitions: TypeAlias = Annotated[list[Annotated[str, Of("placeholder")]], LISTED]
Declarations: TypeAlias = Annotated[list[Annotated[str, Of("declaration")]], LISTED]
Conditions: TypeAlias = Annotated[list[Annotated[str, Of("logic")]], LISTED]
Terminators: TypeAlias = Annotated[list[Annotated[bool | Placeholder, Of("terminator")]], LISTED]
Resets: TypeAlias = Annotated[list[Annotated[bool | Placeholder, Of("reset")]], LISTED]
Actions: TypeAlias = Annotated[list[Annotated[str, Of("action")]], LISTED]
Ignored: TypeAlias = Annotated[bool | Placeholder, Of("ignored")]
