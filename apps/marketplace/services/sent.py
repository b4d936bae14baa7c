"""The records of one call, one per id: what several say of the same thing is put together, the later ones last."""

from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeVar

from apps.common.records import HasId, Record
from apps.identity.records import VerificationRecord
from apps.marketplace.records import AccountRecord, OrderRecord
from apps.marketplace.services.outcomes import Outcome

Named = TypeVar("Named", bound=HasId)
AnyRecord = TypeVar("AnyRecord", bound=Record)


class Sent(Generic[Named]):
    """`by_id` holds one record per id; `outcomes` gives every record its own outcome again."""

    def __init__(self, records: Sequence[Named], put_together: Callable[[Named, Named], Named]) -> None:
        self.by_id: dict[str, Named] = {}
        self._repeats: list[tuple[str, Outcome | None]] = []
        for record in records:
            earlier = self.by_id.get(record.id)
            together = record if earlier is None else put_together(earlier, record)
            repeat = None if earlier is None else Outcome.UNCHANGED if together == earlier else Outcome.UPDATED
            self.by_id[record.id] = together
            self._repeats.append((record.id, repeat))

    def outcomes(self, by_id: Mapping[str, Outcome]) -> list[Outcome]:
        """Return the outcome of every record, in their order, from those of the ids."""
        return [
            repeat if repeat is not None and by_id[external_id] is not Outcome.UNCHANGED else by_id[external_id]
            for external_id, repeat in self._repeats
        ]


def said_last(earlier: AnyRecord, later: AnyRecord) -> AnyRecord:
    """Return the earlier record with every field that the later one names taken from the later one."""
    return earlier.model_copy(update={name: getattr(later, name) for name in later.model_fields_set})


def accounts_together(earlier: AccountRecord, later: AccountRecord) -> AccountRecord:
    """Put two records of one account together, factor by factor."""
    together = said_last(earlier, later)
    if earlier.verification is None or later.verification is None:
        verification = later.verification or earlier.verification
    else:
        verification = VerificationRecord.model_validate(
            {
                kind.value: said_last(earlier.verification.factors[kind], factor)
                if kind in earlier.verification.factors
                else factor
                for kind, factor in (earlier.verification.factors | later.verification.factors).items()
            }
        )
    return together.model_copy(update={"verification": verification}) if verification is not None else together


def orders_together(earlier: OrderRecord, later: OrderRecord) -> OrderRecord:
    """Take the later order, with the optional parts that only the earlier one tells."""
    lines = {line.id: line for line in earlier.lines}
    together = [_with_left_out(lines.get(line.id), line, "delivery", "consumption") for line in later.lines]
    return _with_left_out(earlier, later.model_copy(update={"lines": together}), "context")


def _with_left_out(earlier: AnyRecord | None, later: AnyRecord, *names: str) -> AnyRecord:
    """Fill in what the later record leaves out; one that leaves nothing out stays as it is, digest and all."""
    left_out = {name: getattr(earlier, name, None) for name in names if getattr(later, name) is None}
    told = {name: value for name, value in left_out.items() if value is not None}
    return later.model_copy(update=told) if told else later
