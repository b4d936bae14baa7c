"""Pictures that customers send, taken in the way that the REST face takes them."""

from base64 import b64encode
from pathlib import Path

from apps.attachments.content import checked_files
from apps.attachments.limits import limits
from apps.attachments.records import AttachmentRecord
from apps.attachments.services.keep import KeptFile, files_keep

_FOLDER = Path(__file__).with_name("files")


def picture(name: str) -> list[KeptFile]:
    """Store one picture of the folder and return it, ready to go with an answer or an appeal; none without a name."""
    if not name:
        return []
    content = b64encode((_FOLDER / name).read_bytes()).decode()
    sent = AttachmentRecord(name=name, media_type="image/png", content_base64=content)
    return files_keep(checked_files([sent], limits(), pointer="/attachments"))
