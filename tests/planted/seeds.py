"""Two disjoint sets of seeds. Whatever is tuned is tuned on the first, and only the second is reported.

Looking at what is missed under a report seed, and changing anything for it,
spoils that seed: then it has to be replaced by one that nobody has looked at.
"""

TUNING = (101, 102, 103)
REPORT = (9001, 9002, 9003)
SETS = {"tuning": TUNING, "report": REPORT}
