"""What is printed, held as it is: each form, each kind of place, at each width."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.cli import uwsgilint
from uwsgilint.document import Source, Span
from uwsgilint.lint.engine import check_text, one
from uwsgilint.lint.finding import Finding, Related
from uwsgilint.report import findings as report
from uwsgilint.report import services
from uwsgilint.report.layout import Style

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = "[uwsgi]\nmodule = app\nmaster = true\nprocesses = 4\nthreads = 2\nprocesses = 2\nvaccum = true\n"


def text(source: str, name: str = "conf/uwsgi.ini", width: int = 0) -> str:
    """What the text form shows of a configuration."""
    found = check_text(name, source.encode("utf-8", "surrogateescape"))
    return report.render("text", found, 1, quiet=True, style=Style(width=width))


def several() -> list[Finding]:
    """A finding that speaks of places in one line, in others, far away and in other files."""
    data = "日本語 = äöü second third\nnext\nnot shown\nmore" + " " * 100 + "end\n"
    source, other = Source("a.ini", data.encode()), Source("b.ini", b"[uwsgi]\nbc = 4\n")

    def place(word: str, of: Source = source) -> Span:
        start = of.data.index(word.encode())
        return Span(of, start, start + len(word.encode()))

    related = [
        Related(place(word, of), label)
        for word, of, label in (
            ("日本語", source, "the name is here"), ("second", source, "this is the second"),
            ("third", source, "and the third"), ("next", source, "on the next line"),
            ("more", source, "more"), ("end", source, "the end"), ("bc", other, "elsewhere"), ("4", other, "too"),
        )
    ]  # fmt: skip
    found = one("internal-error", place("äöü"), reason="something happened")
    return [found._replace(related=tuple(related))]


def masked(out: str) -> str:
    """A report without what changes with a release: its number and the pages of the rules."""
    document = json.loads(out)
    driver = document["runs"][0]["tool"]["driver"]
    driver["version"] = driver["semanticVersion"] = "VERSION"
    for rule in driver["rules"]:
        del rule["help"]
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def test_text() -> None:
    """A finding: its place, what it is about, what follows and what to do."""
    expected = """\
warning[UW211] `processes` is set to `2` here, and to `4` before
 --> conf/uwsgi.ini:6:1
  |
4 | processes = 4
  | ------------- first set here
...
6 | processes = 2
  | ^^^^^^^^^^^^^
  |
  = uWSGI uses the last value only.
  = help: Remove one of the two.

error[UW101] `vaccum` is not an option of uWSGI
 --> conf/uwsgi.ini:7:1
  |
7 | vaccum = true
  | ^^^^^^
  |
  = uWSGI ignores it without a word, or refuses to start when `strict` is on.
  = help: Write `vacuum`. [--unsafe-fixes]
"""
    assert text(PLAIN) == expected


def test_places_in_one_line() -> None:
    """Two places of a line are one picture."""
    expected = """\
warning[UW211] `processes` is set to `5` here, and to `4` before
 --> a.toml:2:28
  |
2 | lines = [{processes = 4}, {processes = 5}]
  |           -------------    ^^^^^^^^^^^^^
  |           |
  |           first set here
  |
  = uWSGI uses the last value only.
  = help: Remove one of the two.
"""
    assert text("[uwsgi]\nlines = [{processes = 4}, {processes = 5}]\nmaster = true\n", "a.toml") == expected


def test_places_in_many_lines() -> None:
    """Each line is shown once, labels do not meet, and other files follow."""
    expected = """\
error[UW000] uwsgilint itself failed here: something happened
 --> a.ini:1:7
  |
1 | 日本語 = äöü second third
  | ------   ^^^ ------ ----- and the third
  | |            |
  | |            this is the second
  | the name is here
2 | next
  | ---- on the next line
...
4 | more                                                                                                    end
  | ----                                                                                                    --- the end
  | |
  | more
  |
 ::: b.ini:2:1
  |
2 | bc = 4
  | --   - too
  | |
  | elsewhere
  |
  = The rest of this file was not checked.
  = help: Report this, with the file if it may be shown.
"""
    assert report.render("text", several(), 2, quiet=True) == expected


def test_places_in_many_lines_on_a_narrow_terminal() -> None:
    """What does not fit is cut around the places."""
    expected = """\
error[UW000] uwsgilint itself failed
  here: something happened
 --> a.ini:1:7
  |
1 | 日本語 = äöü second third
  | ------   ^^^ ------ -----
  | |            |      |
  | |            |      and the third
  | |            this is the second
  | the name is here
2 | next
  | ---- on the next line
...
4 | more                               …
  | ---- more
4 | …         end
  |           --- the end
  |
 ::: b.ini:2:1
  |
2 | bc = 4
  | --   - too
  | |
  | elsewhere
  |
  = The rest of this file was not
    checked.
  = help: Report this, with the file if
    it may be shown.
"""
    assert report.render("text", several(), 2, quiet=True, style=Style(width=40)) == expected


def test_wide_characters() -> None:
    """Marks stand below what they mark, whatever its width."""
    expected = """\
error[UW202] `日本é❤️` for `harakiri` is not a whole number
 --> conf/uwsgi.ini:2:12
  |
2 | harakiri = 日本é❤️
  |            ^^^^^^
  |
  = uWSGI reads it as 0.
  = help: Write a whole number.

error[UW202] `ü 🐍` for `listen` is not a whole number
 --> conf/uwsgi.ini:3:10
  |
3 | listen = ü 🐍
  |          ^^^^
  |
  = uWSGI reads it as 0.
  = help: Write a whole number.
"""
    assert text("[uwsgi]\nharakiri = 日本e\u0301\u2764\ufe0f\nlisten = \u00fc \U0001f40d\n") == expected


def test_tabs() -> None:
    """A tab is four blanks."""
    expected = """\
error[UW202] `two` for `threads` is not a whole number
 --> conf/uwsgi.ini:2:12
  |
2 |     threads    =    two
  |                     ^^^
  |
  = uWSGI reads it as 0.
  = help: Write a whole number.
"""
    assert text("[uwsgi]\n\tthreads\t=\ttwo\t\n") == expected


def test_control_characters() -> None:
    """Nothing reaches the terminal that it would act on, from files or from their names."""
    expected = r"""
error[UW101] `va\x1b[31mccum\u202e` is not an option of uWSGI
 --> a\x1b[1m\nb.ini:2:1
  |
2 | va�[31mccum� = 1
  | ^^^^^^^^^^^^
  |
  = uWSGI ignores it without a word, or refuses to start when `strict` is on.
  = help: Look the name up with `uwsgilint options`.

error[UW202] `\x07` for `listen` is not a whole number
 --> a\x1b[1m\nb.ini:3:10
  |
3 | listen = �
  |          ^
  |
  = uWSGI reads it as 0.
  = help: Write a whole number.
"""[1:]
    assert text("[uwsgi]\nva\x1b[31mccum\u202e = 1\nlisten = \x07\n", "a\x1b[1m\nb.ini") == expected


def test_characters_that_are_not_utf8() -> None:
    """They are shown as such."""
    expected = r"""
error[UW202] `caf\udce9` for `listen` is not a whole number
 --> caf\udce9.ini:2:10
  |
2 | listen = caf�
  |          ^^^^
  |
  = uWSGI reads it as 0.
  = help: Write a whole number.
"""[1:]
    assert text("[uwsgi]\nlisten = caf\udce9\n", "caf\udce9.ini") == expected


def test_a_long_line_at_any_columns() -> None:
    """It is cut on both sides of its place."""
    expected = """\
error[UW226] there is no routing action `redirct`
 --> conf/uwsgi.ini:2:192
  |
2 | …aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa redirct:http://x/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb…
  |                                         ^^^^^^^
  |
  = uWSGI refuses to start.
  = help: Write `redirect`.
"""
    assert text("[uwsgi]\nroute = ^/" + "a" * 180 + " redirct:http://x/" + "b" * 100 + "\n", width=0) == expected


def test_a_long_line_at_40_columns() -> None:
    """It is cut on both sides of its place."""
    expected = """\
error[UW226] there is no routing action
  `redirct`
 --> conf/uwsgi.ini:2:192
  |
2 | …aaaaaaaa redirct:http://x/bbbbbbbb…
  |           ^^^^^^^
  |
  = uWSGI refuses to start.
  = help: Write `redirect`.
"""
    assert text("[uwsgi]\nroute = ^/" + "a" * 180 + " redirct:http://x/" + "b" * 100 + "\n", width=40) == expected


def test_a_long_line_at_80_columns() -> None:
    """It is cut on both sides of its place."""
    expected = """\
error[UW226] there is no routing action `redirct`
 --> conf/uwsgi.ini:2:192
  |
2 | …aaaaaaaaaaaaaaaaaa redirct:http://x/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb…
  |                     ^^^^^^^
  |
  = uWSGI refuses to start.
  = help: Write `redirect`.
"""
    assert text("[uwsgi]\nroute = ^/" + "a" * 180 + " redirct:http://x/" + "b" * 100 + "\n", width=80) == expected


def test_a_long_line_at_200_columns() -> None:
    """It is cut on both sides of its place."""
    expected = """\
error[UW226] there is no routing action `redirct`
 --> conf/uwsgi.ini:2:192
  |
2 | …aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa redirct:http://x/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
  |                                                   ^^^^^^^
  |
  = uWSGI refuses to start.
  = help: Write `redirect`.
"""
    assert text("[uwsgi]\nroute = ^/" + "a" * 180 + " redirct:http://x/" + "b" * 100 + "\n", width=200) == expected


def test_long_sentences_on_a_narrow_terminal() -> None:
    """They are broken between words."""
    expected = """\
error[UW101] `vaccum` is not an option
  of uWSGI
 --> conf/uwsgi.ini:2:1
  |
2 | vaccum = true
  | ^^^^^^
  |
  = uWSGI ignores it without a word, or
    refuses to start when `strict` is
    on.
  = help: Write `vacuum`.
    [--unsafe-fixes]
"""
    assert text("[uwsgi]\nvaccum = true\n", width=40) == expected


def test_a_finding_without_a_place() -> None:
    """What could not be read has no line."""
    expected = """\
error[UW001] the file cannot be read: permission denied
 --> a.ini
  |
  = Nothing in it was checked, and uWSGI stops when it cannot read it either.
  = help: Check the path and the permissions of the file.

Found 1 error in 1 file.
"""
    assert (
        report.render("text", [one("unreadable-file", Span(Source("a.ini", b""), 0, 0), reason="permission denied")], 1)
        == expected
    )


def test_counts_and_offers() -> None:
    """At the end findings are counted, and what can be mended is said."""
    expected = """\
warning[UW025] `; four` is not a comment but part of the value
 --> a.ini:2:15
  |
2 | processes = 4 ; four
  |               ^^^^^^
  |
  = uWSGI happens to read 4, but whatever else uses the value gets the comment with it.
  = help: Move the comment to a line of its own. [--fix]

error[UW101] `vaccum` is not an option of uWSGI
 --> a.ini:3:1
  |
3 | vaccum = 1
  | ^^^^^^
  |
  = uWSGI ignores it without a word, or refuses to start when `strict` is on.
  = help: Write `vacuum`. [--unsafe-fixes]

Found 1 error and 1 warning in 1 file.
`--fix` mends 1 of them, `--unsafe-fixes` 1 more; with `--diff` they show how.
"""
    assert (
        report.render("text", check_text("a.ini", b"[uwsgi]\nprocesses = 4 ; four\nvaccum = 1\n"), 1, offers=True)
        == expected
    )


def test_colour() -> None:
    """Severities, places and labels have colours of their own."""
    expected = """\
<warn>warning[UW211]</> <b>`processes` is set to `2` here, and to `4` before</>
 <dim>--></> a.ini:6:1
  |
4 | processes = 4
  | <dim>-------------</><dim> first set here</>
...
6 | processes = 2
  | <warn>^^^^^^^^^^^^^</>
  |
  = uWSGI uses the last value only.
  = <b>help</>: Remove one of the two.

<bad>error[UW101]</> <b>`vaccum` is not an option of uWSGI</>
 <dim>--></> a.ini:7:1
  |
7 | vaccum = true
  | <bad>^^^^^^</>
  |
  = uWSGI ignores it without a word, or refuses to start when `strict` is on.
  = <b>help</>: Write `vacuum`. [--unsafe-fixes]

Found 1 error and 1 warning in 1 file.
"""
    assert (
        report.render(
            "text", check_text("a.ini", PLAIN.encode()), 1, style=Style("<b>", "<dim>", "<warn>", "</>", "<bad>")
        )
        == expected
    )


def test_concise() -> None:
    """A line for each."""
    expected = r"""
a\n.ini:6:1: warning UW211 conflicting-values: `processes` is set to `2` here, and to `4` before
a\n.ini:7:1: error UW101 unknown-option: `vaccum` is not an option of uWSGI
"""[1:]
    assert report.render("concise", check_text("a\n.ini", PLAIN.encode()), 1) == expected


def test_json() -> None:
    """The same findings for programs."""
    expected = """\
{
  "version": 1,
  "findings": [
    {
      "code": "UW211",
      "name": "conflicting-values",
      "severity": "warning",
      "message": "`processes` is set to `2` here, and to `4` before",
      "consequence": "uWSGI uses the last value only.",
      "action": "Remove one of the two.",
      "file": "conf/uwsgi.ini",
      "line": 6,
      "column": 1,
      "end_line": 6,
      "end_column": 14,
      "option": "processes",
      "related": [
        {
          "message": "first set here",
          "file": "conf/uwsgi.ini",
          "line": 4,
          "column": 1,
          "end_line": 4,
          "end_column": 14
        }
      ],
      "fix": null
    },
    {
      "code": "UW101",
      "name": "unknown-option",
      "severity": "error",
      "message": "`vaccum` is not an option of uWSGI",
      "consequence": "uWSGI ignores it without a word, or refuses to start when `strict` is on.",
      "action": "Write `vacuum`.",
      "file": "conf/uwsgi.ini",
      "line": 7,
      "column": 1,
      "end_line": 7,
      "end_column": 7,
      "option": "vaccum",
      "related": [],
      "fix": {
        "safe": false,
        "edits": [
          {
            "start": 75,
            "end": 81,
            "text": "vacuum"
          }
        ]
      }
    }
  ],
  "summary": {
    "files": 1,
    "findings": 2,
    "errors": 1,
    "warnings": 1,
    "advice": 0
  }
}
"""
    assert report.render("json", check_text("conf/uwsgi.ini", PLAIN.encode()), 1) == expected


def test_jsonl() -> None:
    """The same findings for programs."""
    expected = """\
{"code": "UW211", "name": "conflicting-values", "severity": "warning", "message": "`processes` is set to `2` here, and to `4` before", "consequence": "uWSGI uses the last value only.", "action": "Remove one of the two.", "file": "conf/uwsgi.ini", "line": 6, "column": 1, "end_line": 6, "end_column": 14, "option": "processes", "related": [{"message": "first set here", "file": "conf/uwsgi.ini", "line": 4, "column": 1, "end_line": 4, "end_column": 14}], "fix": null}
{"code": "UW101", "name": "unknown-option", "severity": "error", "message": "`vaccum` is not an option of uWSGI", "consequence": "uWSGI ignores it without a word, or refuses to start when `strict` is on.", "action": "Write `vacuum`.", "file": "conf/uwsgi.ini", "line": 7, "column": 1, "end_line": 7, "end_column": 7, "option": "vaccum", "related": [], "fix": {"safe": false, "edits": [{"start": 75, "end": 81, "text": "vacuum"}]}}
"""
    assert report.render("jsonl", check_text("conf/uwsgi.ini", PLAIN.encode()), 1) == expected


def test_github() -> None:
    """The same findings for programs."""
    expected = """\
::warning file=conf/uwsgi.ini,line=6,endLine=6,col=1,endColumn=14,title=UW211 conflicting-values::`processes` is set to `2` here, and to `4` before. uWSGI uses the last value only. Remove one of the two.
::error file=conf/uwsgi.ini,line=7,endLine=7,col=1,endColumn=7,title=UW101 unknown-option::`vaccum` is not an option of uWSGI. uWSGI ignores it without a word, or refuses to start when `strict` is on. Write `vacuum`.
"""
    assert report.render("github", check_text("conf/uwsgi.ini", PLAIN.encode()), 1) == expected


def test_gitlab() -> None:
    """The same findings for programs."""
    expected = """\
[
  {
    "description": "UW211: `processes` is set to `2` here, and to `4` before. uWSGI uses the last value only. Remove one of the two.",
    "check_name": "conflicting-values",
    "fingerprint": "c8fb3c285893be5ad6ff-1",
    "severity": "minor",
    "location": {
      "path": "conf/uwsgi.ini",
      "positions": {
        "begin": {
          "line": 6,
          "column": 1
        }
      },
      "lines": {
        "begin": 6
      }
    }
  },
  {
    "description": "UW101: `vaccum` is not an option of uWSGI. uWSGI ignores it without a word, or refuses to start when `strict` is on. Write `vacuum`.",
    "check_name": "unknown-option",
    "fingerprint": "ca03b02eced72abb93ac-1",
    "severity": "major",
    "location": {
      "path": "conf/uwsgi.ini",
      "positions": {
        "begin": {
          "line": 7,
          "column": 1
        }
      },
      "lines": {
        "begin": 7
      }
    }
  }
]
"""
    assert report.render("gitlab", check_text("conf/uwsgi.ini", PLAIN.encode()), 1) == expected


def test_junit() -> None:
    """The same findings for programs."""
    expected = """\
<?xml version="1.0" encoding="utf-8"?>
<testsuites tests="2" failures="2" errors="0">
  <testsuite name="uwsgilint" tests="2" failures="2" errors="0">
    <testcase classname="conf/uwsgi.ini" name="UW211 conf/uwsgi.ini:6:1">
      <failure type="warning" message="`processes` is set to `2` here, and to `4` before">conf/uwsgi.ini:6:1: `processes` is set to `2` here, and to `4` before. uWSGI uses the last value only. Remove one of the two.</failure>
    </testcase>
    <testcase classname="conf/uwsgi.ini" name="UW101 conf/uwsgi.ini:7:1">
      <failure type="error" message="`vaccum` is not an option of uWSGI">conf/uwsgi.ini:7:1: `vaccum` is not an option of uWSGI. uWSGI ignores it without a word, or refuses to start when `strict` is on. Write `vacuum`.</failure>
    </testcase>
  </testsuite>
</testsuites>
"""
    assert report.render("junit", check_text("conf/uwsgi.ini", PLAIN.encode()), 1) == expected


def test_checkstyle() -> None:
    """The same findings for programs."""
    expected = """\
<?xml version="1.0" encoding="utf-8"?>
<checkstyle version="10.0">
  <file name="conf/uwsgi.ini">
    <error line="6" column="1" severity="warning" message="`processes` is set to `2` here, and to `4` before. uWSGI uses the last value only. Remove one of the two." source="uwsgilint.UW211"/>
    <error line="7" column="1" severity="error" message="`vaccum` is not an option of uWSGI. uWSGI ignores it without a word, or refuses to start when `strict` is on. Write `vacuum`." source="uwsgilint.UW101"/>
  </file>
</checkstyle>
"""
    assert report.render("checkstyle", check_text("conf/uwsgi.ini", PLAIN.encode()), 1) == expected


def test_sarif() -> None:
    """With places, fingerprints, related places and fixes."""
    expected = """\
{
 "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
 "version": "2.1.0",
 "runs": [
  {
   "tool": {
    "driver": {
     "name": "uwsgilint",
     "version": "VERSION",
     "semanticVersion": "VERSION",
     "rules": [
      {
       "id": "UW101",
       "name": "UnknownOption",
       "shortDescription": {
        "text": "Unknown option."
       },
       "defaultConfiguration": {
        "level": "error"
       },
       "properties": {
        "tags": [
         "names"
        ]
       }
      },
      {
       "id": "UW211",
       "name": "ConflictingValues",
       "shortDescription": {
        "text": "Conflicting values."
       },
       "defaultConfiguration": {
        "level": "warning"
       },
       "properties": {
        "tags": [
         "values"
        ]
       }
      }
     ]
    }
   },
   "columnKind": "unicodeCodePoints",
   "originalUriBaseIds": {
    "ROOT": {
     "description": {
      "text": "The folder that uwsgilint was run in."
     }
    }
   },
   "results": [
    {
     "ruleId": "UW211",
     "ruleIndex": 1,
     "level": "warning",
     "message": {
      "text": "`processes` is set to `2` here, and to `4` before. uWSGI uses the last value only. Remove one of the two."
     },
     "locations": [
      {
       "physicalLocation": {
        "artifactLocation": {
         "uri": "conf/uwsgi.ini",
         "uriBaseId": "ROOT"
        },
        "region": {
         "startLine": 6,
         "startColumn": 1,
         "endLine": 6,
         "endColumn": 14
        }
       }
      }
     ],
     "partialFingerprints": {
      "uwsgilint/v1": "82438db4b4b55be55adf:1"
     },
     "relatedLocations": [
      {
       "id": 1,
       "message": {
        "text": "first set here"
       },
       "physicalLocation": {
        "artifactLocation": {
         "uri": "conf/uwsgi.ini",
         "uriBaseId": "ROOT"
        },
        "region": {
         "startLine": 4,
         "startColumn": 1,
         "endLine": 4,
         "endColumn": 14
        }
       }
      }
     ]
    },
    {
     "ruleId": "UW101",
     "ruleIndex": 0,
     "level": "error",
     "message": {
      "text": "`vaccum` is not an option of uWSGI. uWSGI ignores it without a word, or refuses to start when `strict` is on. Write `vacuum`."
     },
     "locations": [
      {
       "physicalLocation": {
        "artifactLocation": {
         "uri": "conf/uwsgi.ini",
         "uriBaseId": "ROOT"
        },
        "region": {
         "startLine": 7,
         "startColumn": 1,
         "endLine": 7,
         "endColumn": 7
        }
       }
      }
     ],
     "partialFingerprints": {
      "uwsgilint/v1": "4279b28948bd8961b853:1"
     },
     "fixes": [
      {
       "description": {
        "text": "Write `vacuum`."
       },
       "artifactChanges": [
        {
         "artifactLocation": {
          "uri": "conf/uwsgi.ini",
          "uriBaseId": "ROOT"
         },
         "replacements": [
          {
           "deletedRegion": {
            "startLine": 7,
            "startColumn": 1,
            "endLine": 7,
            "endColumn": 7
           },
           "insertedContent": {
            "text": "vacuum"
           }
          }
         ]
        }
       ]
      }
     ]
    }
   ]
  }
 ]
}
"""
    assert masked(report.render("sarif", check_text("conf/uwsgi.ini", PLAIN.encode()), 1)) == expected


def test_sarif_of_nothing() -> None:
    """Without results it is a whole report."""
    expected = """\
{
 "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
 "version": "2.1.0",
 "runs": [
  {
   "tool": {
    "driver": {
     "name": "uwsgilint",
     "version": "VERSION",
     "semanticVersion": "VERSION",
     "rules": []
    }
   },
   "columnKind": "unicodeCodePoints",
   "originalUriBaseIds": {
    "ROOT": {
     "description": {
      "text": "The folder that uwsgilint was run in."
     }
    }
   },
   "results": []
  }
 ]
}
"""
    assert masked(report.render("sarif", [], 1)) == expected


def test_text_of_nothing() -> None:
    """A clean run is quiet, or says so in the words of the form."""
    expected = """\
"""
    assert report.render("text", [], 2) == expected


def test_concise_of_nothing() -> None:
    """A clean run is quiet, or says so in the words of the form."""
    expected = """\
"""
    assert report.render("concise", [], 2) == expected


def test_json_of_nothing() -> None:
    """A clean run is quiet, or says so in the words of the form."""
    expected = """\
{
  "version": 1,
  "findings": [],
  "summary": {
    "files": 2,
    "findings": 0,
    "errors": 0,
    "warnings": 0,
    "advice": 0
  }
}
"""
    assert report.render("json", [], 2) == expected


def test_jsonl_of_nothing() -> None:
    """A clean run is quiet, or says so in the words of the form."""
    expected = """\
"""
    assert report.render("jsonl", [], 2) == expected


def test_github_of_nothing() -> None:
    """A clean run is quiet, or says so in the words of the form."""
    expected = """\
"""
    assert report.render("github", [], 2) == expected


def test_gitlab_of_nothing() -> None:
    """A clean run is quiet, or says so in the words of the form."""
    expected = """\
[]
"""
    assert report.render("gitlab", [], 2) == expected


def test_junit_of_nothing() -> None:
    """A clean run is quiet, or says so in the words of the form."""
    expected = """\
<?xml version="1.0" encoding="utf-8"?>
<testsuites tests="1" failures="0" errors="0">
  <testsuite name="uwsgilint" tests="1" failures="0" errors="0">
    <testcase classname="uwsgilint" name="2 files"/>
  </testsuite>
</testsuites>
"""
    assert report.render("junit", [], 2) == expected


def test_checkstyle_of_nothing() -> None:
    """A clean run is quiet, or says so in the words of the form."""
    expected = """\
<?xml version="1.0" encoding="utf-8"?>
<checkstyle version="10.0">
</checkstyle>
"""
    assert report.render("checkstyle", [], 2) == expected


def test_job_summary() -> None:
    """GitHub shows a table."""
    expected = r"""
### uwsgilint

Found 1 error and 1 warning in 1 file.

| | rule | place | |
|---|---|---|---|
| warning | UW211 conflicting-values | conf/a\|b.ini:6:1 | `processes` is set to `2` here, and to `4` before |
| error | UW101 unknown-option | conf/a\|b.ini:7:1 | `vaccum` is not an option of uWSGI |
"""[1:]
    assert services.summary(check_text("conf/a|b.ini", PLAIN.encode()), 1) == expected


def test_job_summary_of_nothing() -> None:
    """Or one sentence."""
    expected = """\
### uwsgilint

Nothing wrong in 2 files.
"""
    assert services.summary([], 2) == expected


def test_statistics() -> None:
    """Rules, the most frequent first."""
    expected = """\
2  UW101  unknown-option
1  UW211  conflicting-values
"""
    assert report.statistics(check_text("a.ini", (PLAIN + "mastr = 1\n").encode())) == expected


def test_quiet(tmp_path: Path) -> None:
    """Without counts."""
    (tmp_path / "uwsgi.ini").write_text(
        "[uwsgi]\nmodule = app\nprocesses = 4 ; four\nenv = DB_PASSWORD=hunter2\nvaccum = true\n"
    )
    expected = """\
warning[UW025] `; four` is not a comment but part of the value
 --> uwsgi.ini:3:15
  |
3 | processes = 4 ; four
  |               ^^^^^^
  |
  = uWSGI happens to read 4, but whatever else uses the value gets the comment with it.
  = help: Move the comment to a line of its own. [--fix]

advice[UW829] a secret stands in the configuration
 --> uwsgi.ini:4:1
  |
4 | env = DB_PASSWORD=*******
  | ^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = It is known to whoever reads the file, its history or a backup.
  = help: Leave it to what starts the server, with `EnvironmentFile=` of systemd or a secret of the container.

error[UW101] `vaccum` is not an option of uWSGI
 --> uwsgi.ini:5:1
  |
5 | vaccum = true
  | ^^^^^^
  |
  = uWSGI ignores it without a word, or refuses to start when `strict` is on.
  = help: Write `vacuum`. [--unsafe-fixes]
"""
    done = uwsgilint("check", "uwsgi.ini", "--isolated", "--quiet", cwd=tmp_path)
    assert done.out == expected
    assert done.err == ""


def test_diff(tmp_path: Path) -> None:
    """What fixes would change, and nothing else on standard output."""
    (tmp_path / "uwsgi.ini").write_text(
        "[uwsgi]\nmodule = app\nprocesses = 4 ; four\nenv = DB_PASSWORD=hunter2\nvaccum = true\n"
    )
    expected = """\
--- a/uwsgi.ini
+++ b/uwsgi.ini
@@ -3 +3,2 @@
-processes = 4 ; four
+; four
+processes = 4
@@ -5 +6 @@
-vaccum = true
+vacuum = true
"""
    done = uwsgilint("check", "uwsgi.ini", "--isolated", "--diff", "--unsafe-fixes", cwd=tmp_path)
    assert done.out == expected
    assert done.err == "Would fix 2 findings in 1 file.\n"


def test_fix_only(tmp_path: Path) -> None:
    """What was done."""
    (tmp_path / "uwsgi.ini").write_text(
        "[uwsgi]\nmodule = app\nprocesses = 4 ; four\nenv = DB_PASSWORD=hunter2\nvaccum = true\n"
    )
    expected = """\
"""
    done = uwsgilint("check", "uwsgi.ini", "--isolated", "--fix-only", cwd=tmp_path)
    assert done.out == expected
    assert done.err == "Fixed 1 finding in 1 file.\n1 fix more is not safe: --unsafe-fixes makes them.\n"
