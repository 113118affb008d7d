"""The small languages of options, one module per area; `registry` says which option speaks which."""
