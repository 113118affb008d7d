"""Routing: what the server's internal router knows, and how its rules are written and read.

A rule is a test and an action, `^/old/(.*) redirect-301:/new/$1`, in one of four chains; the name of
the option tells the chain and what is tested. An authored rule is a table that says the same,
`{ match = { path = "^/old/(.*)" }, action = { redirect-301 = "/new/$1" } }`. Here one becomes the other.

The server checks little when it starts and nothing when it serves: a rule that makes no sense then
drops the request, or ends the worker. What can be seen before is a fault with its place.
"""

from __future__ import annotations

from uwsgilint.routing.known import (
    ACTIONS,
    CHAINS,
    CONDITIONS,
    KEYS,
    OPTIONS,
    STATUSES,
    SUBJECTS,
    VARIABLES,
    Subject,
    Variable,
    Verb,
    option_of,
)
from uwsgilint.routing.reading import (
    Call,
    ParsedRule,
    check_jumps,
    parse_rule,
    plugins_needed,
    references,
    settings_needed,
)
from uwsgilint.routing.writing import RuleError, compile_rule, table_of

__all__ = [
    "ACTIONS",
    "CHAINS",
    "CONDITIONS",
    "KEYS",
    "OPTIONS",
    "STATUSES",
    "SUBJECTS",
    "VARIABLES",
    "Call",
    "ParsedRule",
    "RuleError",
    "Subject",
    "Variable",
    "Verb",
    "check_jumps",
    "compile_rule",
    "option_of",
    "parse_rule",
    "plugins_needed",
    "references",
    "settings_needed",
    "table_of",
]
