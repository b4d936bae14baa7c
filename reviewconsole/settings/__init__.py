"""Settings by concern.

`base` gathers the concerns; `local` is what `make run` uses, `production` what
the containers use, `testing` what the tests use.
"""
