"""The life of one refund, from its arrival to where it stands now."""

from datetime import timedelta

from apps.demo import documents
from apps.demo.story.agenda import Story
from apps.demo.story.paying import paid, runs_out
from apps.demo.story.stage import Course, Scene
from apps.refunds.lifecycle import Status
from apps.refunds.records import RefundRecord
from apps.reviews.services.intake import refund_intake

_OF_THEMSELVES: dict[Status, Course] = {Status.HELD: runs_out, Status.RELEASED: paid}


def life(scene: Scene) -> Story:
    """Submit the refund, then take at each status the course that is laid out for it."""
    at = yield scene.ask.at + timedelta(seconds=scene.stage.chance.randint(1, 4))
    record = RefundRecord.model_validate(documents.refund(scene.ask, scene.reference))
    scene.refund_id = refund_intake(record, client=scene.stage.client, actor=scene.stage.client_actor, now=at).pk
    scene.stage.arrived[scene.live.group].append((scene.ask.purchase.buyer.id, scene.reference))
    courses = scene.live.courses()
    while True:
        status = scene.status()
        course = next(courses[status], None) if status in courses else None
        course = course or _OF_THEMSELVES.get(status)
        if course is None:
            return at
        at = yield from course(scene, at)
