"""The people of the console and when they work; together they cover day and night."""

from dataclasses import dataclass
from datetime import datetime

from apps.common.actors import Actor, ActorKind
from apps.demo.trade import Language
from apps.staff.models import Person, Role
from apps.staff.services import person_choose_language, person_create

# Everybody may know it: it opens the demo world and nothing else.
PASSWORD = "galaxy-demo-2026"  # noqa: S105


@dataclass(frozen=True)
class Colleague:
    """Somebody at work. The shift is in hours of the day in Shanghai and may end past midnight."""

    username: str
    name: str
    role: Role
    language: Language
    time_zone: str
    shift: tuple[float, float]
    address: str


COLLEAGUES = (
    Colleague("lin", "林晓", Role.REVIEWER, Language.CHINESE, "Asia/Shanghai", (6.0, 14.5), "10.24.3.17"),
    Colleague("wang", "王磊", Role.REVIEWER, Language.CHINESE, "Asia/Shanghai", (14.0, 22.5), "10.24.3.22"),
    # Nine to half past five in Toronto is the night in Shanghai.
    Colleague("emma", "Emma Novak", Role.REVIEWER, Language.ENGLISH, "America/Toronto", (22.0, 30.5), "10.61.0.9"),
    Colleague("chen", "陈静", Role.SUPERVISOR, Language.CHINESE, "Asia/Shanghai", (9.0, 19.0), "10.24.3.5"),
    Colleague("admin", "Admin", Role.ADMINISTRATOR, Language.ENGLISH, "Asia/Shanghai", (9.5, 18.0), "10.24.1.2"),
)


@dataclass(frozen=True)
class Member:
    """A colleague and the row that stands for them."""

    colleague: Colleague
    person: Person

    @property
    def actor(self) -> Actor:
        """The colleague acting from their desk."""
        return Actor(ActorKind.PERSON, str(self.person), person_id=self.person.pk, address=self.colleague.address)


def staff_create(now: datetime) -> dict[str, Member]:
    """Make the people, by username."""
    return {colleague.username: Member(colleague, _person(colleague, now)) for colleague in COLLEAGUES}


def _person(colleague: Colleague, now: datetime) -> Person:
    person = person_create(
        username=colleague.username,
        password=PASSWORD,
        role=colleague.role,
        now=now,
        display_name=colleague.name,
        email=f"{colleague.username}@galaxy-mall.example",
    )
    person_choose_language(person=person, language=colleague.language)
    person.time_zone = colleague.time_zone
    person.save(update_fields=["time_zone"])
    return person
