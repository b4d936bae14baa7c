"""Why the product could not be started, in words for the person at the terminal."""


class LauncherError(Exception):
    """Base: the message is a whole sentence and says what to do next."""


class PortTaken(LauncherError):
    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            f"{host}:{port} is in use by another program. Stop it, or choose another port: "
            f"REVIEWCONSOLE_PORT={port + 1} make run"
        )


class AlreadyRunning(LauncherError):
    def __init__(self, data_dir: object) -> None:
        super().__init__(
            f"Already running with the data folder {data_dir}. Stop that one first, or choose another folder and "
            "port: REVIEWCONSOLE_DATA_DIR=… REVIEWCONSOLE_PORT=… make run"
        )


class SettingUnusable(LauncherError):
    def __init__(self, name: str, value: str, expected: str) -> None:
        super().__init__(f"{name} is {value!r}, but must be {expected}.")


class SystemAccountMissing(LauncherError):
    def __init__(self, name: str, why: str) -> None:
        super().__init__(
            f"PostgreSQL refuses to run as root, and the system user {name!r} could not be made ({why}). "
            "Make it by hand, or run as an ordinary user."
        )


class PathClosed(LauncherError):
    def __init__(self, folder: object, account: str) -> None:
        super().__init__(
            f"PostgreSQL runs as the user {account!r}, which may not pass through {folder}, and that could not be "
            "changed. Choose a data folder elsewhere (REVIEWCONSOLE_DATA_DIR), or run as an ordinary user."
        )


class StepFailed(LauncherError):
    """Something that had to succeed did not; `output` is the end of what it wrote."""

    def __init__(self, step: str, output: str) -> None:
        super().__init__(f"{step} failed.\n{output.rstrip()}")
