"""What the declared rules evaluate: see `uwsgilint.lint.declared`."""

# GENERATED from rules/ by `python -m tools.rules`. Never edited.

# name: the fields of `uwsgilint.lint.declared.Declared`
DECLARED: dict[str, tuple[object, ...]] = {
    'cheaper-not-below-workers': ('recommended', (), ('and', ('compare', '>', ('option', 'cheaper'), ('literal', 0)), ('compare', '>=', ('option', 'cheaper'), ('option', 'processes'))), ('cheaper', 'processes'), ('cheaper',), (), (), None),
}

# setting: the rules that can fire where it is given
TRIGGERS: dict[str, tuple[str, ...]] = {
    'cheaper': ('cheaper-not-below-workers',),
}

ALWAYS: tuple[str, ...] = ()
