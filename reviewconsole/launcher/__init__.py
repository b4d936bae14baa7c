"""One command that runs the whole product on one machine.

`python -m reviewconsole.launcher` keeps everything in one data folder: its own
PostgreSQL, the broker's messages, the secrets, the logs. It imports no app: it
knows processes, and what they do is theirs.
"""
