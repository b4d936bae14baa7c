import pytest

from apps.clients.quotas import SECOND, QuotaPolicy


@pytest.mark.parametrize(
    ("rate", "quota", "window"),
    [(50, 100, 2), (1, 2, 2), (0.5, 1, 2), (0.3, 1, 4), (7, 14, 2), (6, 12, 2), (2_000_000, 4_000_000, 4)],
)
def test_holds_what_two_seconds_bring(rate: float, quota: int, window: int) -> None:
    policy = QuotaPolicy.of_rate(rate)

    assert policy is not None
    assert (policy.quota, policy.window_seconds) == (quota, window)


@pytest.mark.parametrize("rate", [0, -1])
def test_is_no_policy_when_nothing_is_limited(rate: float) -> None:
    assert QuotaPolicy.of_rate(rate) is None


def test_counts_down_to_nothing() -> None:
    policy = QuotaPolicy(quota=4, step=SECOND // 2)

    told = [policy.after_request(debt * policy.step).remaining for debt in (1, 2, 3, 4)]

    assert told == [3, 2, 1, 0]


def test_tells_when_the_next_request_may_pass() -> None:
    policy = QuotaPolicy(quota=4, step=3 * SECOND)

    refused = policy.refused(debt=4 * 3 * SECOND)

    assert (refused.remaining, refused.wait, refused.effective_seconds) == (0, 3 * SECOND, 3)
    assert refused.is_exhausted


def test_never_tells_of_more_requests_a_second_than_the_limit() -> None:
    policy = QuotaPolicy(quota=100, step=SECOND // 50)

    for passed in range(1, 101):
        quota = policy.after_request(passed * policy.step)
        assert quota.remaining <= 50 * quota.effective_seconds
        assert quota.effective_seconds in (1, 2)
