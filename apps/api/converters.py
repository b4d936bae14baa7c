"""Identifiers in addresses. What does not fit is an unknown address; nothing else reaches the database."""


class OurId:
    """An identifier of ours, or what somebody takes for one."""

    regex = r"[^/\x00]{1,64}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class ClientsOwnId(OurId):
    """A client's own identifier: opaque, 1 to 128 characters, slashes included."""

    regex = r"[^\x00-\x1f\x7f-\x9f]{1,128}"
