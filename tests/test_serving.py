"""What no condition can say: checks over rules, static files and caches, and when they keep silent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uwsgilint import routing
from uwsgilint.lint import engine
from uwsgilint.lint.selection import Selection


def found(*lines: str, profile: str = "pedantic") -> list[tuple[int, str]]:
    """Line and name of what is told about an INI file of these lines, from 1, by rules about serving."""
    data = "\n".join(["[uwsgi]", *lines, ""]).encode()
    findings = engine.check_text("uwsgi.ini", data, selection=Selection(profile=profile))
    return [(f.line - 1, f.name) for f in findings if f.code.startswith("UW6") or "UW233" < f.code < "UW250"]


# -- the order of rules --------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["last:", "continue:", "return:403", "break:403 No", "redirect:https://x/"])
def test_nothing_is_reached_behind_an_end(action: str) -> None:
    """What ends the chain for everybody ends it for each rule below; one finding is enough."""
    assert found(f"route-run = {action}", "route = ^/a return:404", "route = ^/b return:404") == [
        (2, "unreachable-rule")
    ]


@pytest.mark.parametrize(
    "lines",
    [
        ("route = ^/a last:", "route = ^/b last:"),
        ("route-host = / last:", "route = ^/b last:"),
        ("route-if = empty:${HTTP_X} last:", "route = ^/b last:"),
        ("route-run = log:all", "route = ^/b last:"),
        ("route-run = last:", "final-route-run = log:all"),
        ("route = ^/a rewrite:/b", "route = ^/a last:"),
        ("route = ^/a goto:b", "route-run = last:", "route-label = b", "route = ^/a last:"),
        ("route = ^/(a|b)$ goto:$1", "route-run = last:", "route-label = b", "route = ^/a last:"),
        ("route = ^/a goto:2", "route-run = last:", "route = ^/a last:"),
        ("route-run = {{ action }}", "route-run = last:", "route-label = b", "route = ^/a last:"),
    ],
)
def test_what_may_be_reached_is_not_told(lines: tuple[str, ...]) -> None:
    """A test, a jump, a change of the path, or a rule that nobody sees may lead there."""
    assert "unreachable-rule" not in {name for _, name in found(*lines, profile="recommended")}


def test_another_label_does_not_help() -> None:
    """A label that nothing jumps to is reached by nobody who comes from above."""
    assert (3, "unreachable-rule") in found("route-run = last:", "route-label = b", "route = ^/a last:")


def test_an_end_under_a_condition_is_none() -> None:
    """A rule that the server may not have does not end anything."""
    assert found("if-env = CLOSED", "route-run = return:503", "endif =", "route = ^/a return:404") == []


@pytest.mark.parametrize(
    ("lines", "loops"),
    [
        (("route = ^/ redirect:/new",), True),
        (("route = ^/(.*) redirect:/new/$1",), True),
        (("route-run = redirect:/new",), True),
        (("route = ^/old redirect:/new",), False),
        (("route = ^/ redirect:https://other.example/new",), False),
        (("route = ^/ redirect://other.example/new",), False),
        (("route = ^/ redirect:${HTTP_REFERER}",), False),
        (("route = ^/new last:", "route = ^/ redirect:/new"), False),
        (("route = ^/old last:", "route = ^/ redirect:/new"), True),
        (("route-if = equal:${HTTP_X};1 last:", "route = ^/ redirect:/new"), False),
        (("route = ^/(?!new) redirect:/new",), False),
    ],
)
def test_redirection_to_itself(lines: tuple[str, ...], loops: bool) -> None:
    """Only what certainly comes back is told."""
    assert ("looping-redirect" in {name for _, name in found(*lines)}) == loops


def test_labels_of_two_chains_have_nothing_to_do_with_each_other() -> None:
    """The same name may stand in each chain."""
    assert "repeated-label" not in {
        name
        for _, name in found(
            "route = ^/a goto:end",
            "route-run = log:a",
            "route-label = end",
            "response-route = ^/a goto:end",
            "response-route-run = log:a",
            "response-route-label = end",
        )
    }


# -- tests ---------------------------------------------------------------------------------------


@given(st.ip_addresses(v=4), st.sampled_from(["{}", "^{}", "{}$", "^{}$"]), st.booleans())
def test_a_loose_address_names_one_that_fits(address: object, shape: str, escaped: bool) -> None:
    """The other address that a finding shows is one, and the expression fits it; the proposal fits no other."""
    import re

    plain = str(address)
    pattern = shape.format(plain.replace(".", r"\.") if escaped else plain)
    data = f"[uwsgi]\nroute-remote-addr = {pattern} last:\n".encode()
    findings = [f for f in engine.check_text("uwsgi.ini", data) if f.name == "loose-address"]

    for finding in findings:
        other = finding.message.rpartition(" ")[2]
        assert other != plain
        assert re.search(pattern, other)
        assert all(0 <= int(octet) <= 255 for octet in other.split("."))
        near = finding.action.split("`")[1]
        assert re.search(near, plain)
        assert not re.search(near, other)
    if shape == "^{}$":
        assert findings == []


@pytest.mark.parametrize(
    "rule",
    [
        "route = ^%(prefix)admin last:",
        "route = ^(admin|/admin) last:",
        "route = ^[a/]dmin last:",
        "route = ^$ last:",
        "route-qs = ^admin last:",
        "route-uri = ^https?:// last:",
    ],
)
def test_paths_that_may_begin_with_a_slash(rule: str) -> None:
    """What is optional, hidden, or about something else is not told."""
    assert "slashless-path" not in {name for _, name in found(rule)}


def test_a_rewritten_path_may_begin_with_anything() -> None:
    """Below a rewrite the path is what that made of it."""
    assert [name for _, name in found("route = ^/a rewrite:$1b", "route = ^b last:")] == []


def test_a_variable_that_a_rule_sets_is_known() -> None:
    """`addvar` may make a variable with any name."""
    assert found("route-run = addvar:remote_addr=x", "route-run = addheader:X: ${remote_addr}") == []


# -- what else there is --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "name", "cure"),
    [
        ("route-run = harakiri:3", "unwatched-harakiri", "cheaper = 1"),
        ("route-run = offload:", "offload-without-threads", "offload-threads = 2"),
        ("route-run = metricinc:hits", "metrics-off", "enable-metrics = true"),
        ("route-run = cachestore:key=a", "cacheless-route", "cache = 10"),
        ("route-run = static:/srv/a.css", "typeless-file", "static-index = index.html"),
        ("add-cache-item = a=b", "item-without-cache", "cache2 = name=a,items=10"),
        ("static-cache-paths = 10", "static-cache-paths-without-cache", "cache = 10"),
    ],
)
def test_what_a_rule_needs(rule: str, name: str, cure: str) -> None:
    """It is told where it is certainly missing: not where it is there, nor where another file may have it."""
    assert name in {each for _, each in found(rule)}
    assert name not in {each for _, each in found(cure, rule)}
    assert name not in {each for _, each in found("include = $(MORE).ini", rule)}


@pytest.mark.parametrize("chain", sorted(routing.CHAINS))
def test_only_the_last_chain_is_too_late_to_answer(chain: str) -> None:
    """Each chain but the final one may send another answer."""
    told = found(f"{routing.option_of(chain, 'run')} = return:403")

    assert told == ([(1, "final-answer")] if chain == "final" else [])


def test_basicauth_next_may_be_followed_by_what_turns_people_away() -> None:
    """A refusal below is as good as another list of users."""
    rule = "route = ^/ basicauth-next:Shop,users"

    assert "open-basicauth" in {name for _, name in found(rule)}
    assert "open-basicauth" not in {name for _, name in found(rule, "route-if = empty:${REMOTE_USER} return:403")}


# -- static files --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (("check-static = /srv/shop", "chdir = /srv/shop/app", "module = shop"), True),
        (("check-static = .", "chdir = /srv/shop", "module = shop"), True),
        (("check-static = public", "chdir = /srv/shop", "module = shop"), False),
        (("check-static = /srv/shop-public", "chdir = /srv/shop", "module = shop"), False),
        (("check-static = /srv/shop", "module = shop.wsgi:application"), False),
        (("check-static = /srv/shop", "chdir = /srv/shop", "module = shop", "static-skip-ext = .py"), False),
        (("check-static = $(PUBLIC)", "chdir = /srv/shop", "module = shop"), False),
        (("static-map = /=/etc/", "static-skip-ext = .conf"), True),
    ],
)
def test_folders_that_hold_the_application(lines: tuple[str, ...], told: bool) -> None:
    """A folder is told when it is the application's, or above it, and nobody has thought of endings."""
    assert ("exposed-code" in {name for _, name in found(*lines)}) == told


# -- caches --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (("cache2 = name=a,items=10", "cache2 = name=b,items=10", "check-cache = b"), True),
        (("cache2 = name=a,items=10", "cache2 = name=b,items=10", "check-cache = a"), False),
        (("cache2 = name=a,items=10", "cache = 10", "check-cache = a"), True),
        (("cache2 = name=a,items=10", "cache = 10", "check-cache = default"), False),
        (("include = $(MORE).ini", "cache2 = name=a,items=10", "cache2 = name=b,items=10", "check-cache = b"), False),
        (("cache2 = $(FIRST)", "cache2 = name=a,items=10", "cache2 = name=b,items=10", "check-cache = b"), False),
    ],
)
def test_pages_come_from_the_first_cache(lines: tuple[str, ...], told: bool) -> None:
    """`cache` is before every `cache2`; where one cannot be seen nobody knows which is the first."""
    assert ("later-cache" in {name for _, name in found(*lines)}) == told


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 8), st.booleans())
def test_items_that_do_not_fit(size: int, block: int, blocks: int, bitmap: bool) -> None:
    """A value may be as large as a block, or with `bitmap` as all of them."""
    cache = f"cache2 = name=a,items=2,blocks={blocks + 1},blocksize={block}" + (",bitmap=1" if bitmap else "")
    told = "lost-cache-item" in {name for _, name in found(cache, f"add-cache-item = k={'x' * size}")}

    assert told == (size > block * (blocks + 1 if bitmap else 1))


# -- sentences -----------------------------------------------------------------------------------


def test_a_release_is_shown_as_it_is_called() -> None:
    """A rule that names the release of the target says 2.0.25.1, not its numbers."""
    data = b'[target]\nuwsgi = "2.0.25.1"\n\n[static]\ncheck-static = "/srv/shop"\nstatic-expires-uri = "^/ 3600"\n'

    assert [f.message for f in engine.check_text("uwsgi.toml", data) if f.name == "matchless-expression"] == [
        "on 2.0.25.1 no expression of `static-expires-uri` ever fits, if it is built with PCRE2"
    ]


# -- what is meant, though it looks like a mistake -----------------------------------------------


@pytest.mark.parametrize(
    ("action", "told"),
    [("break:", False), ("return:", False), ("break:40", False), ("break:403 No", True), ("return:403", True)],
)
def test_only_an_end_with_a_status_answers_in_the_last_chain(action: str, told: bool) -> None:
    """With less than three characters uWSGI only ends the chain."""
    assert ((1, "final-answer") in found(f"final-route = ^/health {action}", "final-route-run = log:counted")) is told


@pytest.mark.parametrize(
    ("rewrite", "later", "told"),
    [
        ("rewrite:/static/$1", "route = ^/static/(.*)$ static:/srv/static/$1", False),
        ("rewrite:/static/$1", "route = ^/static/(.*)$ file:/srv/static/$1", False),
        ("rewrite:/static/$1", "route = ^/static/(.*)$ $(ACTION)", False),
        ("rewrite:/static/$1", "route = ^/static/(.*)$ log:asked", True),
        ("rewrite:/static/$1", "response-route = ^/static/(.*)$ static:/srv/static/$1", True),
        ("rewrite-last:/static/$1", "route = ^/static/(.*)$ static:/srv/static/$1", True),
    ],
)
def test_a_rewritten_path_may_meet_a_rule_that_sends_the_file(rewrite: str, later: str, told: bool) -> None:
    """A later rule of the same chain sees the new path, unless the chain ends with the rewriting."""
    lines = ("static-map = /static=/srv/static", f"route = ^/old/(.*)$ {rewrite}", later)
    assert ((2, "rewrite-to-static") in found(*lines)) is told


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("static-index = index.html", False),
        ("module = shop", True),
        ("socket = /run/shop.sock", True),
        ("wsgi-file = /srv/shop/app.py", True),
    ],
)
def test_a_folder_of_files_alone_is_no_code(line: str, told: bool) -> None:
    """`chdir` is where code is only in a server that loads some."""
    lines = ("http-socket = 127.0.0.1:8000", "chdir = /srv/shop", "check-static = /srv/shop", line)
    assert ((3, "exposed-code") in found(*lines)) is told
