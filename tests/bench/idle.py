"""What an installation costs that has nothing to do: processor and memory of all its processes, and transactions."""

import time
from pathlib import Path

import psutil

from tests.launcher.installed import Installed, free_port

# In the first two minutes each process loads what its first tasks need, the search for rings once a minute among them.
SETTLES, WATCHED = 120, 60


def measure_idle(folder: Path) -> None:
    """Print the share of one core that all processes take together, their memory, and transactions a second."""
    installed = Installed(folder / "idle", free_port(), folder / "idle.txt")
    installed.start()
    try:
        time.sleep(SETTLES)
        processes = installed.processes()
        before, begun = {each: _seconds(each) for each in processes}, time.perf_counter()
        transactions = _transactions(installed)
        time.sleep(WATCHED)
        passed = time.perf_counter() - begun
        used = sum(_seconds(each) - before[each] for each in processes if each.is_running())
        memory = sum(each.memory_full_info().pss for each in processes if each.is_running())
        asked = (_transactions(installed) - transactions) / passed
        print(
            f"idle             {len(processes)} processes: {100 * used / passed:.1f} % of a core,"
            f" {memory / 2**20:.0f} MB, {asked:.1f} transactions a second"
        )
    finally:
        installed.stop()


def _seconds(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)


def _transactions(installed: Installed) -> int:
    query = "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()"
    return int(str(installed.ask_database(query)))
