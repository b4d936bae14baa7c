"""No tracked file names a package registry or a content network: what is installed comes from wherever one says."""

import subprocess
import sys

from tools.environment import BASE_DIR

# Put together here, so that this file passes its own check.
HOSTS = [
    ".".join(parts)
    for parts in [
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("jsdelivr", "net"),
        ("unpkg", "com"),
        ("cloudflare", "com"),
        ("googleapis", "com"),
        ("gstatic", "com"),
    ]
]
# Licence headers and source comments of others stay as they are.
EXCEPT = [":!static/vendor"]


def main() -> int:
    patterns = [part for host in HOSTS for part in ("-e", host)]
    command = ["git", "grep", "--untracked", "-n", "-I", "-F", *patterns, "--", ".", *EXCEPT]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=BASE_DIR)
    if done.returncode > 1:
        sys.exit(done.stderr)
    print(done.stdout, end="")
    # git grep answers 0 when it found something.
    return 1 if done.returncode == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
