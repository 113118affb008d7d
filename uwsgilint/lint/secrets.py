"""Secrets in configurations: where they stand, so that no report repeats them.

Nobody can say what a secret is, so this goes by what things are called, by how some options and programs write
passwords, and by how keys of well-known services look. It rather hides too much: a place still has its line and column.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from uwsgilint.document import CUT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from uwsgilint.document import Source
    from uwsgilint.lint.finding import Finding

__all__ = ["HIDDEN", "find", "hide", "is_named", "redact"]

HIDDEN = "***"
"""What stands in the place of a secret."""

_SHORTEST = 3  # in a sentence, a text of one or two characters would be hidden wherever it stands
_KNOWN_BY = 3  # characters that secrets are looked up by

# Words that merely end like one that secrets are called: `gevent-monkey-patch` holds no key.
_NO_OTHER_WORD = b"".join(
    rb"(?<!\A%sK)(?<![^A-Z0-9]%sK)" % (start, start) for start in (b"MON", b"TUR", b"DON", b"HOC", b"JOC", b"WHIS")
)
# What a secret is called: as the end of a name, as in PGPASSWORD and stripeApiKey, or, of the words that are common
# in other names, as a part between underscores.
_CALLED = (
    rb"(?:K" + _NO_OTHER_WORD + rb"EYS?|TOKENS?|(?<!BY)PASS(?:WORDS?|WD|PHRASES?|CODE)?|PASS_PHRASE|PWD?|SECRETS?"
    rb"|CREDENTIALS?|CREDS|DSN|SALT|JWT|COMMUNITY|(?<![A-Z0-9])(?:AUTH|AUTHORIZATION|COOKIE|PIN|PRIVATE))"
)
# Every run is bounded: a line of a megabyte must not take longer than others.
_NAME = rb"[A-Z0-9_.-]{0,80}?" + _CALLED + rb"(?:[_.-][A-Z0-9_.-]{0,80})?"
_NAMED = re.compile(rb"(?<![A-Z0-9_.-])(?P<name>" + _NAME + rb")[\"']?[ \t]*[=:>][ \t]*", re.IGNORECASE)
_IS_NAMED = re.compile(_NAME, re.IGNORECASE)
# Names of uWSGI that end like that and hold none, and the key of a subscription or a certificate's file.
_HARMLESS = frozenset(
    {
        *(b"key", b"mono-key", b"php-app-bypass", b"fastrouter-fallback-on-no-key"),
        *(b"fastrouter-subscription-fallback-key", b"http-subscription-fallback-key"),
        *(b"subscriptions-use-credentials", b"tuntap-use-credentials"),
    }
)
# In front of a variable of which all that follows is the value: the beginning of a line, a quote, an option. Only in
# commands there are words behind it.
_WHOLE = re.compile(
    rb"(?:\A[\s<\[({-]*|[\"']"
    rb"|\A[ \t]*(?![\w-]*(?:attach|daemon|exec|cron|hook|alarm|spawn|cmd|command|emperor|mule|worker|logger|route))"
    rb"[a-z][a-z0-9-]{0,60}[ \t]*=[ \t]*"
    rb"|(?:\A|[\s<\"'{,-])(?:env|set|set-ph|set-placeholder|eval)[\"']?[ \t]*[=:>][ \t]*"
    rb"|\b(?:addvar|addheader|setvar|set-var):)\Z",
    re.IGNORECASE,
)
_WORD = rb"\S{1,200}[ \t]{1,9}"
_TO_BLANK = rb"(?P<secret>[^\s\"'<>]{1,4000})"
_TO_END = rb"(?P<rest>)"
# On one line, or on as many as it has.
_PRIVATE_KEY = (
    rb"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----(?P<secret>[^\n\"'<>-]{0,9999}"
    rb"(?:\r?\n[ \t]{0,99}[\w+/=]{16,99}[ \t]{0,9}){0,199}(?:\r?\n[ \t]{0,99}[\w+/=]{1,99}(?=\s{1,99}-----END))?)"
)
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    for pattern in (
        # ENV NAME value, in a Dockerfile
        rb"^[ \t]*ENV[ \t]+" + _NAME + rb"[ \t]+(?![=:])" + _TO_END,
        # --password secret, and what ends like that, in commands
        rb"(?<!\S)--?" + _NAME + rb"[ \t]+(?!-)[\"']?" + _TO_BLANK,
        rb"(?<!\S)--requirepass[ \t=]+[\"']?" + _TO_BLANK,
        rb"\bmysql\w{0,20}[ \t][^\n]{0,80}?(?<=[ \t])-p" + _TO_BLANK,
        rb"\bcurl[ \t][^\n]{0,120}?(?<=[ \t])(?:-u|--user)[ \t=]*[\"']?[^\s:\"']{1,200}:" + _TO_BLANK,
        # Authorization: Basic secret
        rb"\bauthorization[ \t]*[=:][ \t]*(?:\w{1,20}[ \t]{1,9})?" + _TO_BLANK,
        rb"\bbearer[ \t]{1,9}" + _TO_BLANK,
        # basicauth:realm,user:password
        rb"\bbasicauth[\w-]{0,20}:[^,\n]{0,200},[^:\n]{1,200}:" + _TO_END,
        # alarms by XMPP: account, password, receivers
        rb"\bxmpp:[^;\n]{1,200};(?P<secret>[^;\n\"'<>]+)",
        # scheme://user:password@host, scheme://secret@host, and user:password@host
        rb"\b[a-z][a-z0-9+.-]{0,24}://[^/\s:@]{0,200}:(?P<secret>[^/\s\"'<>]{1,400})@",
        rb"\b[a-z][a-z0-9+.-]{0,24}://(?P<secret>[^/\s:@\"'<>]{16,400})@",
        rb"(?<![\w.+/:-])[\w.+-]{1,100}:(?P<secret>[^\s:@/\"'<>]{3,200})@[\w.-]",
        rb"(?<=:)[\w.+-]{1,100}:(?P<secret>[^\s:@/\"'<>]{3,200})@[\w.-]",
        # legion = name addr valor algo:secret
        rb"\blegion(?:-mcast)?\b[\"'>]?[ \t]*[=:]?[ \t]*[\"']?" + 3 * _WORD + rb"[\w-]{1,60}:" + _TO_END,
        # secret=, key= and password= in lists of pairs
        rb"(?<=[,;])(?:secret|password|pass|token|access_?key|secret_?key|bindpw)=(?P<secret>[^\s,;\"'<>]+)",
        # subscriptions: sign with algo:key
        rb"\bsubscribe[\w-]*[\"'>]?[ \t]*[=:].{0,400}?\bsign=[^:,\s]{1,60}:(?P<secret>[^,\s\"'<>]+)",
        # the logger of Redis, which says its password in a command
        rb"\bredislog:[^,\n]{0,200},auth[ \t]+(?P<secret>[^\s,\"'<>]+)",
        # private keys, and keys of well-known services
        _PRIVATE_KEY,
        rb"\b(?P<secret>gh[pousr]_\w{16,255}|github_pat_\w{16,255}|glpat-[\w-]{16,64}|xox[abeprs]-[\w-]{10,250})",
        rb"\b(?P<secret>[sr]k_(?:live|test)_\w{10,250}|A(?:KIA|SIA)[A-Z0-9]{16}\b)",
        rb"\b(?P<secret>eyJ[\w-]{5,4000}\.eyJ[\w-]{5,4000}\.[\w-]{5,4000})",
    )
)
# What stands in the place of a secret: a placeholder, a variable, a path, a word that says that there is none.
_ELSEWHERE = re.compile(
    rb"(?:[%$@]\([^()]*\)|\$\{[^{}]*\}|\$[A-Z_][A-Z0-9_]*|%[A-Za-z]"
    rb"|(?:~|\.{1,2})?/(?:app|apps|bin|code|data|dev|etc|home|mnt|opt|path|proc|root|run|secrets|srv|sys|tmp|Users|usr|var|www)"
    rb"(?:/[^\s]*)?|(?:~|\.{1,2})/\S*"
    rb"|[\w./-]+\.(?:cert|cfg|conf|crt|csr|der|env|ini|json|key|p12|pem|pub|py|sock|toml|txt|xml|ya?ml)"
    rb"|(?i:true|false|none|null|on|off|yes|no))"
)
_BEHIND_QUOTE = b" \t\r,;#]})<"


def is_named(name: str) -> bool:
    """Whether something of this name holds a secret, such as the variable `DB_PASSWORD`."""
    text = name.encode("utf-8", "replace")
    return _IS_NAMED.fullmatch(text) is not None and text not in _HARMLESS


def find(data: bytes) -> list[tuple[int, int]]:
    """Return the places of what looks like a secret, in order, none inside another."""
    found = [place for place in _places(data) if _is_secret(data[slice(*place)])]
    apart: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


def _places(data: bytes) -> Iterator[tuple[int, int]]:
    covered = 0  # what stands inside a value is not looked at again: a line of a megabyte may be full of names
    for match in _NAMED.finditer(data):
        if match.start() >= covered and match["name"] not in _HARMLESS:
            place = _value(data, match.start(), match.end())
            covered = place[1]
            yield place
    for pattern in _PATTERNS:
        covered = 0
        for match in pattern.finditer(data):
            if match.start() >= covered:
                place = match.span("secret") if "secret" in pattern.groupindex else _rest(data, match.end())
                covered = place[1]
                yield place


def _value(data: bytes, name: int, start: int) -> tuple[int, int]:
    """Return where the value of a variable stands: all that follows, or a word of a command."""
    if data[start : start + 1] in {b'"', b"'"}:
        return _quoted(data, start)
    if _WHOLE.search(data[max(data.rfind(b"\n", 0, name) + 1, name - 200) : name]):
        return _rest(data, start)
    return start, _end(data, start, rb"[\s\"'<>]")


def _quoted(data: bytes, start: int) -> tuple[int, int]:
    """Return where a text in quotes stands; to INI they are characters like others, and more may follow."""
    quote = re.escape(data[start : start + 1])
    end = _end(data, start + 1, rb"(?<!\\)" + quote + rb"|\n")
    behind = data[end + 1 : end + 2]
    if data[end : end + 1] not in {b"", b"\n"} and behind not in {b"", b"\n"} and behind not in _BEHIND_QUOTE:
        return start, _end(data, start, rb"\n")
    return start + 1, end


def _rest(data: bytes, start: int) -> tuple[int, int]:
    """Return where the rest of a value stands: up to the quote that it began with, a tag or the end of the line.

    What looks like a comment is shown: there are rules that speak of it.
    """
    line = max(data.rfind(b"\n", 0, start) + 1, start - 400)
    quote = b""
    for match in re.finditer(rb"(?<!\\)[\"']", data[line:start]):
        quote = b"" if match[0] == quote else quote or match[0]
    end = _end(data, start, (rb"(?<!\\)" + quote + rb"|" if quote else b"") + rb"\n|</|]]>|[ \t][;#][ \t]")
    return start, start + len(data[start:end].rstrip())


def _end(data: bytes, start: int, pattern: bytes) -> int:
    found = re.compile(pattern).search(data, start)
    return len(data) if found is None else found.start()


def _is_secret(text: bytes) -> bool:
    """Whether a text is one, and not the name of a file or of a variable that has it."""
    return text != b"" and _ELSEWHERE.fullmatch(text) is None


def redact(text: str, sources: Iterable[Source], env: Mapping[str, str | None] | None = None) -> str:
    """Return a text in which no secret of some files stands, nor one of an environment."""
    return _Secrets({id(source): source for source in sources}.values(), env).out_of(text)


def hide(
    findings: Iterable[Finding], sources: Iterable[Source] = (), env: Mapping[str, str | None] | None = None
) -> list[Finding]:
    """Return findings whose sentences and excerpts show no secret; a fix that holds one is left out.

    Args:
        findings: what was found.
        sources: files besides those that the findings are in, of which something may be told.
        env: variables that were filled in.
    """
    told = []
    known: dict[frozenset[int], _Secrets] = {}
    others = {id(source): source for source in sources}
    for finding in findings:
        mine = {id(span.source): span.source for span in (finding.span, *(each.span for each in finding.related))}
        mine |= others
        files = frozenset(mine)
        secrets = known.get(files)
        if secrets is None:
            secrets = known[files] = _Secrets(mine.values(), env)
        if not secrets:
            told.append(finding)
            continue
        message, consequence, action = map(secrets.out_of, (finding.message, finding.consequence, finding.action))
        related = tuple(each._replace(label=secrets.out_of(each.label)) for each in finding.related)
        fix = finding.fix
        if fix is not None and any(secrets.out_of(edit.text) != edit.text for edit in fix.edits):
            fix = None
        told.append(finding._replace(message=message, consequence=consequence, action=action, related=related, fix=fix))
    return told


class _Secrets:
    """The secrets of some files, for sentences: however many they are, each place of a text is looked at once."""

    def __init__(self, sources: Iterable[Source], env: Mapping[str, str | None] | None = None) -> None:
        self._texts: set[str] = set()
        for source in sources:
            if source.hidden is None:
                source.hidden = find(source.data)
            for start, end in source.hidden:
                self._texts.update(_ways(source.data[start:end].decode("utf-8", "replace")))
        for name, value in (env or {}).items():
            if value and is_named(name):
                self._texts.update(_ways(value))
        # By their first characters, sorted: that which agrees longest with a text stands beside the text's own place.
        self._beginnings: dict[str, list[str]] = {}
        for text in sorted(self._texts):
            self._beginnings.setdefault(text[:_KNOWN_BY], []).append(text)
        self._longest = {start: max(map(len, texts)) for start, texts in self._beginnings.items()}
        self._firsts = {text[:length] for text in self._beginnings for length in range(1, _KNOWN_BY + 1)}

    def __bool__(self) -> bool:
        return bool(self._texts)

    def out_of(self, text: str) -> str:
        """Return a text with something else in the place of every secret, however its lines are broken."""
        # Every run of blanks counts as one: a secret of several words may have been wrapped.
        plain, starts = (text, None) if "\n" not in text and "  " not in text else _unwrapped(text)
        pieces = []
        done = place = 0
        while place < len(plain):
            length = self._length(plain, place) if plain[place] in self._firsts else 0
            if length:
                first, behind = (place, place + length) if starts is None else (starts[place], starts[place + length])
                pieces += [text[done:first], HIDDEN]
                done = behind
                place += length
            else:
                place += 1
        return "".join([*pieces, text[done:]])

    def _length(self, text: str, place: int) -> int:
        """Return how long the secret is that stands at a place of a text, whole or cut; 0 for none."""
        start = text[place : place + _KNOWN_BY]
        secrets = self._beginnings.get(start)
        if secrets is None:
            shown = start.partition(CUT)[0]
            return len(shown) if len(shown) < len(start) and shown in self._firsts else 0
        follows = text[place : place + self._longest[start]]
        number = bisect_left(secrets, follows)
        longest = max(_agreeing(secret, follows) for secret in secrets[max(number - 1, 0) : number + 1])
        if text.startswith(CUT, place + longest):
            return longest
        # Where only its first word was looked for, what follows it goes with it.
        return longest if any(follows[:length] in self._texts for length in range(longest, _SHORTEST - 1, -1)) else 0


def _unwrapped(text: str) -> tuple[str, list[int]]:
    """Return a text with one blank for each run of blanks and ends of lines, and where its characters stood."""
    found = list(re.finditer(r"\s+|\S", text))
    return "".join(" " if each[0].isspace() else each[0] for each in found), [*(e.start() for e in found), len(text)]


def _agreeing(first: str, second: str) -> int:
    """Return how many characters two texts begin with alike."""
    if first.startswith(second) or second.startswith(first):
        return min(len(first), len(second))
    return next(number for number, (a, b) in enumerate(zip(first, second, strict=False)) if a != b)


def _ways(secret: str) -> Iterator[str]:
    """Return how a secret may come out in a sentence: as it is written, as it is read, and as it is shown."""
    words = secret.split()
    ways = {secret, secret.replace("%%", "%"), " ".join(words), *words[:1]}
    if "&" in secret:
        from html import unescape  # noqa: PLC0415  (few files escape)

        ways.add(unescape(secret))
    if "\\" in secret:
        ways.add(re.sub(r"\\(.)", r"\1", secret))
        ways.add(re.sub(r"\\[nrtbf\"'/\\]|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}", _read, secret))
    ways |= {"".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in way) for way in ways}
    if any(c in secret for c in '"\\\N{DELETE}') or not secret.isascii():
        import json  # noqa: PLC0415  (few secrets are that good)

        ways |= {json.dumps(way)[1:-1] for way in ways}
    return (way for way in ways if len(way) >= _SHORTEST)


def _read(escape: re.Match[str]) -> str:
    return "/" if escape[0] == "\\/" else escape[0].encode("ascii").decode("unicode_escape")
