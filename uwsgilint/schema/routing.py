"""Routing: ordered rules for requests, responses and failures."""

from __future__ import annotations

from typing import ClassVar

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.types import Flag, Routes, String, Switch

__all__ = ["Routing"]


class Routing(Subsystem):
    """Applies ordered rules to a request, its response or its end: redirect, rewrite, refuse, cache, relay.

    There are four chains. `route*` runs before the application, `error-route*` whenever a status line is set,
    `response-route*` just before the headers leave, `final-route*` after the response. In each chain the rules run in
    the order in which they are written, whatever they look at; each is a match and an action, `^/old/ redirect:/new/`.
    An action either lets the chain go on (set a variable, add a header) or ends it, with an answer of its own
    (`return:403`) or without (`continue:` and `last:`).

    A match is a regular expression on one subject, not anchored unless it says so, or a condition (`-if`). Actions
    may use its groups as `$1` and variables as `${HTTP_HOST}`. A value ends at its first blank, so expressions hold
    none. Everything here needs a server built with PCRE: without it the rules vanish with a line in the log, those that
    guard something included.
    """

    table: ClassVar[str] = "routing"
    title: ClassVar[str] = "Routing"

    # The request, before the application
    route: Routes | None = option(
        "Matches the path (`PATH_INFO`), decoded and without the query, and runs the action. The usual rule for "
        "rewriting, redirecting and protecting parts of a site.",
        examples=("^/old/(.*)$ redirect-301:/new/$1", "^/+private basicauth:Staff,staff:secret"),
        catch="`^/private` does not match `//private`, which reaches the application; guard with `^/+private`.",
        see=("route-uri", "route-if", "route-run"),
    )
    route_uri: Routes | None = option(
        "Matches `REQUEST_URI`, the path with its query exactly as the client sent them, nothing decoded.",
        examples=("^(/search\\?q=.*) cache:key=$1",),
        catch="Never guard anything by it: `/%61dmin` reaches the application as `/admin` but matches no `^/admin`.",
        see=("route", "route-qs"),
    )
    route_qs: Routes | None = option(
        "Matches the query string alone, without the question mark.",
        examples=("(^|&)debug=1 return:403",),
        see=("route-uri",),
    )
    route_host: Routes | None = option(
        "Matches the `Host` header as it came, port included, or the server's name when there is none.",
        examples=("^www\\.example\\.com$ redirect-301:https://example.com${REQUEST_URI}",),
        catch="The client chooses this header: do not build redirects from it.",
        see=("vhost",),
    )
    route_remote_addr: Routes | None = option(
        "Matches the address of the client, as text. For networks the conditions `ipv4in` and `ipv6in` of `route-if` "
        "are more precise.",
        examples=("^10\\. last:",),
        catch="Behind a proxy this is the proxy unless the real address is passed on.",
        see=("route-if", "route-remote-user"),
    )
    route_remote_user: Routes | None = option(
        "Matches `REMOTE_USER`, the name under which the web server or an earlier authentication rule let the client "
        "in.",
        examples=("^guest$ return:403",),
        see=("route-remote-addr",),
    )
    route_user_agent: Routes | None = option(
        "Matches what the client says it is, in its `User-Agent` header; to turn away known robots, for instance.",
        examples=("(?i)badbot return:403",),
        see=("route-referer",),
    )
    route_referer: Routes | None = option(
        "Matches the page from which the client claims to come (`Referer`), against pictures embedded elsewhere.",
        examples=("^https?://spam\\.example/ return:403",),
        see=("route-user-agent",),
    )
    route_if: Routes | None = option(
        "Runs the action when a condition holds: its name, a colon, its arguments, which a semicolon separates and "
        "which may hold variables. Among them `exists`, `isfile`, `equal`, `startswith`, `regexp`, `ipv4in`, `empty`.",
        examples=(
            "equal:${REQUEST_METHOD};TRACE return:405",
            "ipv4in:${REMOTE_ADDR};192.168.0.0/16 last:",
            "isfile:/srv/shop/maintenance.html return:503",
        ),
        catch="Without the semicolon a comparison is never true, and a blank ends the condition.",
        see=("route-if-not", "route-label"),
    )
    route_if_not: Routes | None = option(
        "Runs the action when the condition does not hold; otherwise written like `route-if`.",
        examples=("equal:${HTTPS};on redirect-permanent:https://example.com${REQUEST_URI}",),
        catch="A condition that is misspelt in its arguments is false, so here the action runs for everybody.",
        see=("route-if",),
    )
    route_run: Routes | None = option(
        "Runs the action for every request that comes this far in the chain; there is nothing to match.",
        examples=("addheader:X-Frame-Options: DENY", "goto:common"),
        catch="`last:` as such a rule switches off all that follow it.",
        see=("route-label", "route"),
    )
    route_label: Routes | None = option(
        "Marks a place to which `goto:NAME` jumps. Rules between jump and label are passed over.",
        examples=("common",),
        catch="Jumps lead forward only; a label that is missing or lies behind leaves the client without an answer.",
        see=("route-run", "route-if"),
    )

    # The response, before its headers are sent
    response_route_status: Routes | None = option(
        "Compares the status of the response with a number and runs the action when they are equal; the place to add "
        "headers to certain answers.",
        examples=("404 addheader:Cache-Control: no-store",),
        catch="It is no regular expression: `2..` and `^200$` never match, `200|404` means 200.",
        see=("error-route-status", "response-route"),
    )
    response_route: Routes | None = option(
        "Matches the path of the request whose response is about to leave; headers can be added, the body can still be "
        "transformed.",
        examples=("^/api/ addheader:Cache-Control: no-store",),
        catch="`delheader:` comes too late here: it works in the request chain, on headers still to be set.",
        see=("response-route-status", "route"),
    )
    response_route_uri: Routes | None = option(
        "Looks at the undecoded path and query of the request when its response is ready.",
        examples=("\\.css(\\?|$) addheader:Cache-Control: max-age=3600",),
        see=("response-route", "route-uri"),
    )
    response_route_qs: Routes | None = option(
        "Lets a parameter of the request decide what is added to its answer, by an expression on all of the query.",
        examples=("(^|&)download=1 addheader:Content-Disposition: attachment",),
        see=("response-route", "route-qs"),
    )
    response_route_host: Routes | None = option(
        "Treats responses differently from host to host, by the `Host` header of the request.",
        examples=("^staging\\. addheader:X-Robots-Tag: noindex",),
        see=("response-route", "route-host"),
    )
    response_route_remote_addr: Routes | None = option(
        "Adjusts responses for clients with certain addresses, a monitoring host for one.",
        examples=("^127\\.0\\.0\\.1$ addheader:X-Worker: ${uwsgi[wid]}",),
        see=("response-route", "route-remote-addr"),
    )
    response_route_remote_user: Routes | None = option(
        "Adjusts responses for users who are logged in at the server, by name.",
        examples=(". addheader:Cache-Control: private",),
        see=("response-route", "route-remote-user"),
    )
    response_route_user_agent: Routes | None = option(
        "Adjusts responses for certain clients, when an old one needs a header that others do not.",
        examples=("MSIE addheader:X-UA-Compatible: IE=edge",),
        see=("response-route", "route-user-agent"),
    )
    response_route_referer: Routes | None = option(
        "Adjusts responses by the page that the request came from.",
        examples=("^https://partner\\.example/ addheader:Access-Control-Allow-Origin: https://partner.example",),
        see=("response-route", "route-referer"),
    )
    response_route_if: Routes | None = option(
        "Tests a condition, with the same names and syntax as in `route-if`, when the response is about to leave.",
        examples=("empty:${HTTP_COOKIE} addheader:Cache-Control: public",),
        see=("route-if", "response-route-if-not"),
    )
    response_route_if_not: Routes | None = option(
        "Runs its action, before the headers leave, for those answers of which the condition is false.",
        examples=("equal:${HTTPS};on addheader:X-Insecure: 1",),
        see=("response-route-if",),
    )
    response_route_run: Routes | None = option(
        "Acts on every response, without a match: security headers for the whole site are one line each.",
        examples=("addheader:X-Content-Type-Options: nosniff",),
        see=("response-route-status", "add-header"),
    )
    response_route_label: Routes | None = option(
        "Marks the target of a `goto:` within the response chain; labels of other chains are not seen.",
        examples=("done",),
        see=("response-route-run",),
    )

    # When a status is set
    error_route_status: Routes | None = option(
        "Runs the action when the application or the server sets exactly this status, and can replace the whole "
        "answer before a byte of it is sent: a page of your own for a 404.",
        examples=("404 redirect:/not-found", "502 file:filename=/srv/shop/502.html,status=502"),
        catch="One number per rule, compared as a number; expressions do not work.",
        see=("response-route-status", "error-route-run"),
    )
    error_route: Routes | None = option(
        "Matches the path of a request at the moment when its status is set. Despite the name this is so for every "
        "status, 200 included: combine it with a status rule and a jump.",
        examples=("^/api/ last:",),
        catch="Alone it applies to successes as well as to failures.",
        see=("error-route-status", "error-route-label"),
    )
    error_route_uri: Routes | None = option(
        "Does so by the raw path and query of the request.",
        examples=("^/api/ last:",),
        catch="It runs for each status, not for errors only.",
        see=("error-route", "route-uri"),
    )
    error_route_qs: Routes | None = option(
        "Chooses by the query string what happens when a status is set.",
        examples=("(^|&)raw=1 last:",),
        catch="It runs for each status, not for errors only.",
        see=("error-route", "route-qs"),
    )
    error_route_host: Routes | None = option(
        "Tells hosts apart in the error chain, so that each site can have error pages of its own.",
        examples=("^api\\. goto:plain",),
        catch="It runs for each status, not for errors only.",
        see=("error-route", "route-host"),
    )
    error_route_remote_addr: Routes | None = option(
        "Tells clients apart by address in the error chain: the office may see the original error.",
        examples=("^10\\. last:",),
        catch="It runs for each status, not for errors only.",
        see=("error-route", "route-remote-addr"),
    )
    error_route_remote_user: Routes | None = option(
        "Tells users apart by login name in the error chain.",
        examples=("^admin$ last:",),
        catch="It runs for each status, not for errors only.",
        see=("error-route", "route-remote-user"),
    )
    error_route_user_agent: Routes | None = option(
        "Tells programs apart in the error chain: command-line clients want no page with pictures.",
        examples=("^curl/ last:",),
        catch="It runs for each status, not for errors only.",
        see=("error-route", "route-user-agent"),
    )
    error_route_referer: Routes | None = option(
        "Reacts to the page that the request came from when a status is set, for example to log broken links.",
        examples=("^https://example\\.com/ log:${REQUEST_URI} from ${HTTP_REFERER}",),
        catch="It runs for each status, not for errors only.",
        see=("error-route", "route-referer"),
    )
    error_route_if: Routes | None = option(
        "Tests a condition when a status is set. `${uwsgi[status]}` is that status, so ranges can be compared here.",
        examples=("ishigherequal:${uwsgi[status]};500 log:failed ${REQUEST_URI}",),
        see=("route-if", "error-route-status"),
    )
    error_route_if_not: Routes | None = option(
        "Turns such a test round; a first rule that ends the chain for all harmless statuses makes "
        "the rest of it what its name promises.",
        examples=("ishigherequal:${uwsgi[status]};400 last:",),
        see=("error-route-if",),
    )
    error_route_run: Routes | None = option(
        "Acts whenever a status is set, without any match.",
        examples=("log:status ${uwsgi[status]}",),
        catch="An action that answers by itself, such as `return:`, then replaces every page of the site.",
        see=("error-route-status", "error-route-if-not"),
    )
    error_route_label: Routes | None = option(
        "Marks the target of a `goto:` within the error chain.",
        examples=("plain",),
        see=("error-route-run",),
    )

    # After the response
    final_route_status: Routes | None = option(
        "Runs the action when a response with exactly this status has been sent: raise an alarm, count, signal. The "
        "client notices nothing any more.",
        examples=("500 alarm:mail 500 at ${REQUEST_URI}",),
        catch="The status is compared as a number, never as an expression.",
        see=("final-route-run", "alarm"),
    )
    final_route: Routes | None = option(
        "Matches the path of a request that is finished and accounted for. Actions that only note something are "
        "useful; it is too late for those that answer.",
        examples=("^/checkout log:checkout by ${REMOTE_ADDR}",),
        see=("final-route-status", "route"),
    )
    final_route_uri: Routes | None = option(
        "Looks at the raw path and query of a finished request.",
        examples=("^/track\\? signal:17",),
        see=("final-route", "route-uri"),
    )
    final_route_qs: Routes | None = option(
        "Looks at the query string of a finished request, campaign parameters for instance.",
        examples=("(^|&)campaign= log:campaign ${QUERY_STRING}",),
        see=("final-route", "route-qs"),
    )
    final_route_host: Routes | None = option(
        "Looks at the host a finished request was for; to count requests per site.",
        examples=("^shop\\. metricinc:shop_requests",),
        see=("final-route", "route-host"),
    )
    final_route_remote_addr: Routes | None = option(
        "Looks at the client's address when all is done.",
        examples=("^203\\.0\\.113\\. log:watched ${REQUEST_URI}",),
        see=("final-route", "route-remote-addr"),
    )
    final_route_remote_user: Routes | None = option(
        "Looks at the login name when all is done; an audit trail in one line.",
        examples=("^admin$ log:admin did ${REQUEST_METHOD} ${REQUEST_URI}",),
        see=("final-route", "route-remote-user"),
    )
    final_route_user_agent: Routes | None = option(
        "Looks at the client's program when all is done, to count robots for instance.",
        examples=("(?i)bot metricinc:robots",),
        see=("final-route", "route-user-agent"),
    )
    final_route_referer: Routes | None = option(
        "Looks at the referring page when all is done.",
        examples=("^https://partner\\.example/ metricinc:partner",),
        see=("final-route", "route-referer"),
    )
    final_route_if: Routes | None = option(
        "Tests a condition on a finished request, its duration or status among the variables.",
        examples=("ishigher:${uwsgi[rtime]};1000000 log:slow ${REQUEST_URI}",),
        see=("route-if", "final-route-if-not"),
    )
    final_route_if_not: Routes | None = option(
        "Acts on finished requests for which a condition fails.",
        examples=("startswith:${PATH_INFO};/static/ metricinc:pages",),
        see=("final-route-if",),
    )
    final_route_run: Routes | None = option(
        "Acts after every request, whatever it was.",
        examples=("metricinc:requests_done",),
        see=("final-route-status",),
    )
    final_route_label: Routes | None = option(
        "Marks the target of a `goto:` within the final chain.",
        examples=("end",),
        see=("final-route-run",),
    )

    # The machinery
    router_list: Flag | None = option(
        "Prints the actions that this binary and its loaded plugins offer to rules, then continues to start. It is the "
        "quickest way to see whether a plugin is missing.",
        default="off",
        see=("route", "plugin-list"),
    )
    pcre_jit: Switch | None = option(
        "Compiles regular expressions to machine code where the PCRE library can. It takes effect for expressions "
        "built afterwards and cannot be switched off again.",
        default="off",
        see=("route",),
    )
    geoip_country: String | None = option(
        "Opens a country database in the old GeoIP format (`.dat`), from which `${geoip[country_code]}` and its like "
        "take the country of an IPv4 client.",
        examples=("/usr/share/GeoIP/GeoIP.dat",),
        catch="The newer `.mmdb` files are something else; one that cannot be opened stops the start.",
        see=("geoip-city", "geoip-use-disk"),
    )
    geoip_city: String | None = option(
        "Opens a city database of that format, which adds region, city, postal code and coordinates to the variables. "
        "When it is there the country database is not asked.",
        examples=("/usr/share/GeoIP/GeoLiteCity.dat",),
        see=("geoip-country",),
    )
    geoip_use_disk: Flag | None = option(
        "Reads the databases from disk for every lookup rather than keeping them in memory; saves tens of megabytes "
        "per process at the price of speed.",
        default="off",
        see=("geoip-city", "geoip-country"),
    )
