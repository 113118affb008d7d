"""Fixes: what they edit in each syntax, the proof that nothing else changes, and the passes in which they are made.

`edits` makes the fix of a rule and is written for INI; `members` and `restating` do the same in tables, `arguments` in
commands, `headers` above sections. `rereading` reads the result again before it is offered, within `allowance`.
`passes` makes fixes until nothing is left to be mended.
"""
