"""What actions and conditions have in common: a name, and arguments by name."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from pydantic import BaseModel, ConfigDict, model_validator

from uwsgilint.routing import ACTIONS, CONDITIONS, RuleError, Verb, compile_rule

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Action", "Condition", "Text", "action", "arguments_of", "condition", "description_of"]

# What most arguments are: text, or a number.
Text: TypeAlias = "str | int"


class _Call(BaseModel):
    """An action or a condition with its arguments, as a rule takes it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    verbs: ClassVar[Mapping[str, Verb]]
    name: str
    arguments: Any = True

    @model_validator(mode="before")
    @classmethod
    def _from_authored(cls, value: Any) -> Any:
        """Take the authored forms: a name, the server's own text, or a table of the name and its arguments."""
        if isinstance(value, str):
            name, colon, text = value.partition(":")
            return {"name": name, "arguments": text if colon else True}
        if isinstance(value, dict) and len(value) == 1 and "name" not in value:
            ((name, arguments),) = value.items()
            return {"name": name, "arguments": arguments}
        return value

    def authored(self) -> str | dict[str, Any]:
        """Return the form that an authored rule takes."""
        verb = self.verbs.get(self.name)
        arguments = self.arguments
        if verb is None and isinstance(arguments, str):
            return f"{self.name}:{arguments}"  # the name has a placeholder in it, or there is no such verb
        if verb is None or verb.takes is None:
            return self.name if arguments is True and self.verbs is ACTIONS else {self.name: arguments}
        if isinstance(arguments, dict):
            names = [part.name for part in verb.takes.parts if not part.keys]
            if len(verb.takes.parts) == 1 and list(arguments) == names:
                arguments = arguments[names[0]]
            elif verb.takes.template == "{subject};{operand}":
                arguments = [arguments.get(name, "") for name in names]
        return {self.name: arguments}


class Action(_Call):
    """What a rule does. The functions of this package make them, one for each action of uWSGI."""

    verbs: ClassVar[Mapping[str, Verb]] = ACTIONS

    def __str__(self) -> str:
        return self.native()

    def native(self) -> str:
        """Write the action as uWSGI reads it, `redirect:/new/`.

        Raises:
            ValueError: it has arguments that cannot be written so, or not without the rest of its rule.
        """
        return compiled("request", {"action": self.authored()})[0][1]


class Condition(_Call):
    """What a rule wants to be so. The functions of this package make them, one for each condition of uWSGI."""

    verbs: ClassVar[Mapping[str, Verb]] = CONDITIONS

    def __str__(self) -> str:
        return self.native()

    def native(self) -> str:
        """Write the condition as uWSGI reads it, `isfile:/srv/shop/closed`.

        Raises:
            ValueError: it has arguments that cannot be written so.
        """
        return compiled("request", {"if": self.authored(), "action": "last"})[0][1].removesuffix(" last:")


def compiled(chain: str, table: Mapping[str, Any], number: int = 0) -> list[tuple[str, str]]:
    """Compile an authored rule for a model.

    Raises:
        ValueError: the server cannot be told this. (A `RuleError` is one, but pydantic would lose its words.)
    """
    try:
        return compile_rule(chain, table, number)
    except RuleError as error:
        raise ValueError(str(error)) from error


def action(name: str, /, **arguments: Text | Sequence[str] | None) -> Action:
    """Make an action of its name and its arguments; what is None or false is left out."""
    return Action(name=name, arguments=_given(ACTIONS[name], arguments))


def condition(name: str, /, **arguments: Text | None) -> Condition:
    """Make a condition of its name and its arguments; what is None is left out."""
    return Condition(name=name, arguments=_given(CONDITIONS[name], arguments))


def _given(verb: Verb, arguments: Mapping[str, object]) -> dict[str, object] | bool:
    given = {name: value for name, value in arguments.items() if value is not None and value is not False}
    return True if verb.takes is None else given


_ARGUMENT = re.compile(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", re.MULTILINE)


def description_of(made_by: Callable[..., object]) -> str:
    """Return what a function says about the action or condition that it makes, without its arguments."""
    return " ".join((inspect.getdoc(made_by) or "").partition("\nArgs:")[0].split())


def arguments_of(made_by: Callable[..., object]) -> dict[str, str]:
    """Return what a function says about each argument, by the name of the part that it is."""
    text = (inspect.getdoc(made_by) or "").partition("\nArgs:\n")[2]
    return {name.rstrip("_"): " ".join(said.split()) for name, said in _ARGUMENT.findall(text)}
