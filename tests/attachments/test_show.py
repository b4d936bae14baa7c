from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from apps.attachments.errors import AttachmentUnknown, AttachmentUnreadable
from apps.attachments.services.keep import attachment_storage
from apps.attachments.services.show import attachment_show
from apps.audit.models import Action, AuditEvent
from apps.common.ciphers import sealed
from tests.attachments.files import TEXT
from tests.attachments.test_keep import checked, insert, make_refund
from tests.support.factories import NOON, make_person, person_actor

pytestmark = pytest.mark.django_db


def seen() -> int:
    return AuditEvent.objects.filter(action=Action.ATTACHMENT_OPENED).count()


def test_shows_no_attachment_of_another_refund(folder: Path) -> None:
    (attachment,) = insert(make_refund(), checked())

    with pytest.raises(AttachmentUnknown):
        attachment_show(attachment.pk, refund_id=make_refund().pk, actor=person_actor(make_person()), now=NOON)

    assert seen() == 0


def test_records_nothing_when_nobody_could_see_it(folder: Path, settings: Settings) -> None:
    refund = make_refund()
    (attachment,) = insert(refund, checked())
    path, actor = folder / attachment.stored_as, person_actor(make_person())
    whole = path.read_bytes()

    for stored in (b"", whole[:-1], sealed(b"another file")):
        path.write_bytes(stored)
        with pytest.raises(AttachmentUnreadable):
            attachment_show(attachment.pk, refund_id=refund.pk, actor=actor, now=NOON)
    path.write_bytes(whole)
    settings.ENCRYPTION_KEYS = ["QWxsIG90aGVyIGtleXMgYXJlIDMyIGJ5dGVzIHRvby4="]
    with pytest.raises(AttachmentUnreadable):
        attachment_show(attachment.pk, refund_id=refund.pk, actor=actor, now=NOON)
    path.unlink()
    with pytest.raises(AttachmentUnreadable):
        attachment_show(attachment.pk, refund_id=refund.pk, actor=actor, now=NOON)

    assert seen() == 0


def test_shows_what_was_sent_and_records_who_saw_it(folder: Path) -> None:
    refund, person = make_refund(), make_person()
    (attachment,) = insert(refund, checked(name="王芳身份证.txt"))

    shown = attachment_show(attachment.pk, refund_id=refund.pk, actor=person_actor(person), now=NOON)

    assert (shown.content, shown.attachment.pk) == (TEXT, attachment.pk)
    event = AuditEvent.objects.get(action=Action.ATTACHMENT_OPENED)
    assert (event.person_id, event.refund_id, event.case_id) == (person.pk, refund.pk, "c")
    assert event.changes == {"attachment": attachment.pk}
    assert "王芳" not in str(event.__dict__)


def test_reads_what_an_older_key_encrypted(folder: Path, settings: Settings) -> None:
    refund = make_refund()
    (attachment,) = insert(refund, checked())
    settings.ENCRYPTION_KEYS = ["QWxsIG90aGVyIGtleXMgYXJlIDMyIGJ5dGVzIHRvby4=", *settings.ENCRYPTION_KEYS]

    shown = attachment_show(attachment.pk, refund_id=refund.pk, actor=person_actor(make_person()), now=NOON)

    assert shown.content == TEXT
    assert attachment_storage().exists(attachment.stored_as)
