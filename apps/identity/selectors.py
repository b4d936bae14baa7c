"""Reading checks of factors."""

from apps.identity.models import FactorKind, VerificationCheck


def checks_of(subject_id: int | None) -> dict[FactorKind, VerificationCheck]:
    """Return the newest check of each factor of a person."""
    if subject_id is None:
        return {}
    checks = VerificationCheck.objects.filter(subject=subject_id).order_by("kind", "-pk").distinct("kind")
    return {FactorKind(check.kind): check for check in checks}
