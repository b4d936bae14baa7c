"""A request before any view: whose it is, and whether its key has any quota left."""

from time import monotonic

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from apps.api.errors import QuotaExceeded
from apps.api.limits.guesses import note_right_key, note_wrong_key, refuse_guesses
from apps.api.limits.memory import Remembered
from apps.clients.admission import Admission, Verdict, admit
from apps.clients.keys import digest_of
from apps.clients.quotas import SECOND, Quota, QuotaPolicy
from apps.clients.services import note_use

POLICY_NAME = "default"
_ADMISSION = "reviewconsole.admission"
_QUOTA = "reviewconsole.quota"
# Until when a key has nothing left: meanwhile it is refused without asking the database.
_exhausted_until = Remembered()


def policy_in_force() -> QuotaPolicy | None:
    """Return the limit that holds for each key, None when there is none."""
    return QuotaPolicy.of_rate(settings.REVIEWCONSOLE_RATE_LIMIT)


def admit_request(request: HttpRequest) -> None:
    """Judge and count the key that a request carries, if it carries one; `admission_of` has the verdict then.

    Reads no body. Raises QuotaExceeded, TooManyWrongKeys.
    """
    presented = _bearer(request)
    if presented is None:
        return
    address, digest, now = request.META.get("REMOTE_ADDR", ""), digest_of(presented), monotonic()
    policy = policy_in_force()
    if policy is not None:
        rest = _exhausted_until.moment(digest) - now
        if rest > 0:
            _refuse(request, Quota(policy, remaining=0, wait=int(rest * SECOND) + 1))
        refuse_guesses(address, digest, now=now)
    admission = admit(presented, address=address or None, policy=policy)
    request.META[_ADMISSION] = admission
    if admission.verdict in (Verdict.UNKNOWN, Verdict.FROM_ELSEWHERE):
        note_wrong_key(address, digest, now=now)
        return
    note_right_key(digest, now=now)
    if admission.verdict is Verdict.EXHAUSTED and admission.quota is not None:
        _exhausted_until.write(digest, now + admission.quota.wait / SECOND)
        _refuse(request, admission.quota)
    request.META[_QUOTA] = admission.quota
    if admission.key is not None:
        note_use(admission.key, now=timezone.now())


def admission_of(request: HttpRequest) -> Admission | None:
    """Return what `admit_request` found, None when no key came."""
    found = request.META.get(_ADMISSION)
    return found if isinstance(found, Admission) else None


def tell_quota(request: HttpRequest, response: HttpResponse) -> None:
    """Say what the key may still ask, as draft-ietf-httpapi-ratelimit-headers has it."""
    quota = request.META.get(_QUOTA)
    if isinstance(quota, Quota):
        policy = quota.policy
        response["RateLimit-Policy"] = f'"{POLICY_NAME}";q={policy.quota};w={policy.window_seconds}'
        response["RateLimit"] = f'"{POLICY_NAME}";r={quota.remaining};t={quota.effective_seconds}'


def forget_exhausted_keys() -> None:
    """Begin anew; for tests, which share one process."""
    _exhausted_until.forget_all()


def _refuse(request: HttpRequest, quota: Quota) -> None:
    request.META[_QUOTA] = quota
    raise QuotaExceeded(policies=[POLICY_NAME], seconds=quota.effective_seconds)


def _bearer(request: HttpRequest) -> str | None:
    scheme, _space, key = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return key.strip() or None if scheme.lower() == "bearer" else None
