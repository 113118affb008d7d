"""Directories for WebDAV, CalDAV and CardDAV clients."""

from __future__ import annotations

from typing import ClassVar

from uwsgilint.schema.base import Subsystem, option
from uwsgilint.schema.types import String, Strings

__all__ = ["Webdav"]


class Webdav(Subsystem):
    """Offers a directory to WebDAV, CalDAV and CardDAV clients, with properties and a listing for browsers.

    The plugin, which is not part of the usual builds, answers requests that carry modifier 35. One `webdav-mount` makes
    a store: clients may read, write, copy, move and delete in it, and what they attach to files as properties is kept
    in extended attributes of the file system. There is no permission system: put `route = ... basicauth:` or a web
    server in front, or everybody may delete.

    The `webdav-add-...` options declare properties that exist on no disk, which calendar and address-book clients ask
    for. They differ in three ways: for every resource, for directories (`collection`) or for files (`object`); with a
    text, a link (`href`) or a list of components (`comp`) as content; or as a kind of resource (`rtype`). Locks are
    granted to anyone who asks and kept nowhere.
    """

    table: ClassVar[str] = "webdav"
    title: ClassVar[str] = "WebDAV"

    webdav_mount: Strings | None = option(
        "Offers a directory, with the mount point before an `=`. Requests must come with modifier 35, for example "
        "through `http-socket-modifier1`.",
        examples=("/dav=/srv/files", "/srv/files"),
        catch="All methods are open, PUT and DELETE too; and a directory that does not exist ends the start.",
        see=("http-socket-modifier1", "webdav-principal-base"),
    )
    webdav_lock_cache: String | None = option(
        "Has no effect: the name is stored and never read. The plugin answers each LOCK request with success "
        "and remembers nothing.",
        examples=("locks",),
        catch="Two clients that lock the same file both believe they have it.",
        see=("webdav-mount",),
    )
    webdav_principal_base: String | None = option(
        "Tells clients who they are: the user name of the request is appended to this path and given as "
        "`current-user-principal`. Address books and calendars need it.",
        examples=("/principals/",),
        catch="It shows only for requests with a `REMOTE_USER`, so something must have authenticated them.",
        see=("webdav-add-prop-href",),
    )
    webdav_add_option: Strings | None = option(
        "Adds a word to the `Dav` header in answers to OPTIONS, by which clients learn what a server can do.",
        examples=("calendar-access", "addressbook"),
        default="1, 2, 3",
        see=("webdav-mount",),
    )
    webdav_skip_prop: Strings | None = option(
        "Hides a property that is stored in an extended attribute; the name is what follows `user.uwsgi.webdav.`, with "
        "its namespace and a `|` in front if it has one. For properties that an `add` option replaces.",
        examples=("DAV:|displayname",),
        catch="The stored properties that the file system lists after the hidden one vanish from the answer as well.",
        see=("webdav-add-prop",),
    )

    # Properties with a text: namespace, name and value, with blanks between.
    webdav_add_prop: Strings | None = option(
        "Gives every resource a property: namespace, name and, if wanted, a text, separated by blanks.",
        examples=("http://calendarserver.org/ns/ getctag 1",),
        see=("webdav-add-collection-prop", "webdav-add-object-prop"),
    )
    webdav_add_collection_prop: Strings | None = option(
        "Gives directories a property with an optional text, in the form of `webdav-add-prop`; files do not get it.",
        examples=("urn:ietf:params:xml:ns:caldav calendar-description Team",),
        see=("webdav-add-prop",),
    )
    webdav_add_object_prop: Strings | None = option(
        "Gives files a property with an optional text, in the form of `webdav-add-prop`; directories do not get it.",
        examples=("DAV: getcontentlanguage en",),
        see=("webdav-add-prop",),
    )

    # Properties that hold a link.
    webdav_add_prop_href: Strings | None = option(
        "Gives every resource a property whose content is an `href` element with the third word as its path.",
        examples=("DAV: principal-URL /principals/",),
        see=("webdav-add-prop", "webdav-principal-base"),
    )
    webdav_add_collection_prop_href: Strings | None = option(
        "Gives directories a property that links to a path, such as the home of calendars or address books.",
        examples=("urn:ietf:params:xml:ns:caldav calendar-home-set /calendars/",),
        see=("webdav-add-prop-href",),
    )
    webdav_add_object_prop_href: Strings | None = option(
        "Gives files a property that links to a path.",
        examples=("DAV: owner /principals/admin/",),
        see=("webdav-add-prop-href",),
    )

    # Properties that list components.
    webdav_add_prop_comp: Strings | None = option(
        "Gives every resource a property that holds a `comp` element for each word of a comma-separated list.",
        examples=("urn:ietf:params:xml:ns:caldav supported-calendar-component-set VEVENT,VTODO",),
        see=("webdav-add-prop",),
    )
    webdav_add_collection_prop_comp: Strings | None = option(
        "Gives directories a list of `comp` elements; CalDAV clients read from it whether a calendar takes events, "
        "tasks or both.",
        examples=("urn:ietf:params:xml:ns:caldav supported-calendar-component-set VEVENT,VTODO",),
        see=("webdav-add-prop-comp",),
    )
    webdav_add_object_prop_comp: Strings | None = option(
        "Gives files a property that holds a list of `comp` elements, as calendar clients ask for.",
        examples=("urn:ietf:params:xml:ns:caldav supported-calendar-component-set VEVENT",),
        see=("webdav-add-prop-comp",),
    )

    # Kinds of resource.
    webdav_add_rtype_prop: Strings | None = option(
        "Extends the `resourcetype` of directories and files alike by an element: namespace and name, with a blank "
        "between.",
        examples=("urn:ietf:params:xml:ns:carddav addressbook",),
        see=("webdav-add-rtype-collection-prop",),
    )
    webdav_add_rtype_collection_prop: Strings | None = option(
        "Adds an element to the `resourcetype` of directories, which makes a directory a calendar or an address book "
        "in the eyes of clients.",
        examples=("urn:ietf:params:xml:ns:caldav calendar",),
        see=("webdav-add-rtype-prop",),
    )
    webdav_add_rtype_object_prop: Strings | None = option(
        "Adds an element to the `resourcetype` of files, which is empty otherwise.",
        examples=("http://example.com/ns document",),
        see=("webdav-add-rtype-prop",),
    )

    # The listing for browsers.
    webdav_css: Strings | None = option(
        "Links a style sheet in the page that a browser gets for a directory.",
        examples=("/static/listing.css",),
        see=("webdav-javascript", "webdav-class-directory"),
    )
    webdav_javascript: Strings | None = option(
        "Loads a script in the page that a browser gets for a directory.",
        examples=("/static/listing.js",),
        see=("webdav-css",),
    )
    webdav_class_directory: String | None = option(
        "Sets the CSS class of entries that are directories themselves.",
        examples=("folder",),
        default="directory",
        see=("webdav-css",),
    )
    webdav_div: String | None = option(
        "Sets the id of the `div` element round the listing, for styles and scripts to find it.",
        examples=("listing",),
        default="a `div` without an id",
        see=("webdav-css",),
    )
