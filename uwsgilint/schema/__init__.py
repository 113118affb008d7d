"""Typed models of every option, one module per subsystem; each loads when it is used.

`from uwsgilint.schema import Workers, Caching` gives the models of two subsystems; the names of all
are the names of their tables, capitalised.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from uwsgilint.catalog import subsystems

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    # What __getattr__ gives, for type checkers and editors; a test holds the two together.
    from uwsgilint.schema.alarms import Alarms as Alarms
    from uwsgilint.schema.application import Application as Application
    from uwsgilint.schema.base import Subsystem
    from uwsgilint.schema.caching import Caching as Caching
    from uwsgilint.schema.cgi import Cgi as Cgi
    from uwsgilint.schema.cheapening import Cheapening as Cheapening
    from uwsgilint.schema.composite import Composite as Composite
    from uwsgilint.schema.config import Config as Config
    from uwsgilint.schema.configuration import Configuration as Configuration
    from uwsgilint.schema.configuration import Lines as Lines
    from uwsgilint.schema.cron import Cron as Cron
    from uwsgilint.schema.daemons import Daemons as Daemons
    from uwsgilint.schema.emperor import Emperor as Emperor
    from uwsgilint.schema.go import Go as Go
    from uwsgilint.schema.hooks import Hooks as Hooks
    from uwsgilint.schema.httprouter import Httprouter as Httprouter
    from uwsgilint.schema.ipc import Ipc as Ipc
    from uwsgilint.schema.jvm import Jvm as Jvm
    from uwsgilint.schema.legion import Legion as Legion
    from uwsgilint.schema.limits import Limits as Limits
    from uwsgilint.schema.locks import Locks as Locks
    from uwsgilint.schema.logging import Logging as Logging
    from uwsgilint.schema.logic import Logic as Logic
    from uwsgilint.schema.loops import Loops as Loops
    from uwsgilint.schema.lua import Lua as Lua
    from uwsgilint.schema.metrics import Metrics as Metrics
    from uwsgilint.schema.monitoring import Monitoring as Monitoring
    from uwsgilint.schema.mono import Mono as Mono
    from uwsgilint.schema.mules import Mules as Mules
    from uwsgilint.schema.namespaces import Namespaces as Namespaces
    from uwsgilint.schema.networking import Networking as Networking
    from uwsgilint.schema.perl import Perl as Perl
    from uwsgilint.schema.php import Php as Php
    from uwsgilint.schema.plugins import Plugins as Plugins
    from uwsgilint.schema.privileges import Privileges as Privileges
    from uwsgilint.schema.process import Process as Process
    from uwsgilint.schema.pty import Pty as Pty
    from uwsgilint.schema.python import Python as Python
    from uwsgilint.schema.reloading import Reloading as Reloading
    from uwsgilint.schema.requests import Requests as Requests
    from uwsgilint.schema.routers import Routers as Routers
    from uwsgilint.schema.routing import Routing as Routing
    from uwsgilint.schema.ruby import Ruby as Ruby
    from uwsgilint.schema.spooler import Spooler as Spooler
    from uwsgilint.schema.ssl import Ssl as Ssl
    from uwsgilint.schema.static import Static as Static
    from uwsgilint.schema.subscriptions import Subscriptions as Subscriptions
    from uwsgilint.schema.types import Placeholder as Placeholder
    from uwsgilint.schema.v8 import V8 as V8
    from uwsgilint.schema.webdav import Webdav as Webdav
    from uwsgilint.schema.workers import Workers as Workers

__all__ = ["about", "kind_of", "subsystem"]

_CLASSES = {name.replace("-", "").capitalize(): name for name in subsystems.NAMES}


_ELSEWHERE = {
    "Composite": "composite",
    "Configuration": "configuration",
    "Lines": "configuration",
    "Placeholder": "types",
}


def __getattr__(name: str) -> Any:
    """Load what is asked for by its name: the model of a subsystem, or what configurations are made of."""
    if name in _CLASSES:
        return subsystem(_CLASSES[name])
    if name in _ELSEWHERE:
        return getattr(import_module(f"uwsgilint.schema.{_ELSEWHERE[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, *_CLASSES, *_ELSEWHERE]


def subsystem(table: str) -> type[Subsystem]:
    """Return the model of a subsystem.

    Raises:
        KeyError: there is no such table.
    """
    if table not in subsystems.NAMES:
        raise KeyError(table)
    module = import_module(f"uwsgilint.schema.{table}")
    model: type[Subsystem] = getattr(module, table.capitalize())
    return model


def about(field: FieldInfo) -> dict[str, Any]:
    """Return what a field says of itself besides its description: unit, default, catch, see ..."""
    extra = field.json_schema_extra
    found: Any = extra.get("x-uwsgi", {}) if isinstance(extra, dict) else {}
    return dict(found)


def kind_of(field: FieldInfo) -> tuple[str | None, bool]:
    """Return the kind of a field's values, None for a composite or a closed set, and whether it is a list."""
    from uwsgilint.schema.types import Of  # noqa: PLC0415

    kind: str | None = None
    listed = False
    todo: list[Any] = [field.annotation, *field.metadata]
    while todo:
        each = todo.pop()
        if isinstance(each, Of):
            kind = each.kind
        listed = listed or getattr(each, "__origin__", None) is list
        todo += getattr(each, "__args__", ()) or ()
        todo += getattr(each, "__metadata__", ()) or ()
    return kind, listed
