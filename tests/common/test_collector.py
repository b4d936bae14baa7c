"""The collector rests while anybody pauses it."""

import gc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from apps.common.collector import collector_paused, collector_resumed


@pytest.fixture(autouse=True)
def on_again() -> Iterator[None]:
    """Leave the collector as it was found."""
    yield
    gc.enable()


def test_rests_inside_and_goes_on_afterwards() -> None:
    with collector_paused:
        assert not gc.isenabled()
        with collector_resumed:
            assert gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_goes_on_after_a_failure() -> None:
    with pytest.raises(KeyError), collector_paused, collector_resumed:
        raise KeyError
    assert gc.isenabled()


def test_rests_until_the_last_of_several_threads_is_done() -> None:
    both_in, one_out = Barrier(2), Barrier(2)
    seen: list[bool] = []

    def first() -> None:
        with collector_paused:
            both_in.wait(timeout=10)
        one_out.wait(timeout=10)

    def second() -> None:
        with collector_paused:
            both_in.wait(timeout=10)
            one_out.wait(timeout=10)
            with collector_resumed:
                seen.append(gc.isenabled())
            seen.append(gc.isenabled())

    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(first), threads.submit(second)]:
            done.result(timeout=20)

    assert seen == [True, False]
    assert gc.isenabled()


def test_resuming_alone_starts_no_collection() -> None:
    collections: list[str] = []
    gc.callbacks.append(lambda phase, _details: collections.append(phase))
    try:
        with collector_paused:
            young = [[] for _index in range(10_000)]  # type: ignore[var-annotated]  # lists of nothing
            with collector_resumed:
                pass
            found = len(collections)
    finally:
        gc.callbacks.pop()

    assert (len(young), found) == (10_000, 0)
