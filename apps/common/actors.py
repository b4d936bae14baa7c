"""Who does something: a person, an API client, or the console itself."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """The three that can act."""

    PERSON = "person"
    CLIENT = "client"
    SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """An actor by id; `name` is what the audit log shows even after a renaming."""

    kind: ActorKind
    name: str
    person_id: int | None = None
    client_id: int | None = None
    request_id: str = ""
    address: str | None = None


def system(name: str) -> Actor:
    """Return the console itself acting, `name` being the timer or rule that moved it."""
    return Actor(ActorKind.SYSTEM, name)
