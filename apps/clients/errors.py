"""Why a client or a key cannot be made or changed."""

from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, Invalid, NotFound


class ScopeUnknown(Invalid):
    """A scope that does not exist was asked for."""

    code = "scope_unknown"
    title = _("Unknown scope")
    message = _("There is no scope {scope}. The scopes are: {known}.")


class ScopesMissing(Invalid):
    """A key that is good for nothing was asked for."""

    code = "scopes_missing"
    title = _("Scopes missing")
    message = _("Name at least one scope.")


class NetworkUnreadable(Invalid):
    """A network that is none."""

    code = "network_unreadable"
    title = _("Network not readable")
    message = _("{network} is no network in CIDR notation, such as 203.0.113.0/24 or 2001:db8::/32.")


class TooManyNetworks(Invalid):
    """More networks than anybody keeps in order."""

    code = "too_many_networks"
    title = _("Too many networks")
    message = _("A key takes {most} networks at most.")


class ExpiryPast(Invalid):
    """The key would be of no use from the start."""

    code = "expiry_past"
    title = _("Expiry in the past")
    message = _("The key has to expire in the future, or never.")


class LabelUnusable(Invalid):
    """More words than a list has room for, or what does not print."""

    code = "label_unusable"
    title = _("Label not usable")
    message = _("A label has {most} characters at most, none of which is a control character.")


class ClientNameUnusable(Invalid):
    """Nothing, too much, or what does not print."""

    code = "client_name_unusable"
    title = _("Name not usable")
    message = _("A name has 1 to {most} characters, none of which is a control character.")


class ClientNameTaken(Conflict):
    """Another client has that name."""

    code = "client_name_taken"
    title = _("Name taken")
    message = _("There is a client named {name} already.")


class LanguageUnknown(Invalid):
    """No sentence is kept in that language."""

    code = "language_unknown"
    title = _("Unknown language")
    message = _("There is no language {language} here. The languages are: {known}.")


class TwoKeysValid(Conflict):
    """As many keys are valid as may be: two, which is enough to change from one to the other."""

    code = "two_keys_valid"
    title = _("Enough keys are valid already")
    message = _("{client} has {most} valid keys or more, as many as a client may have. Revoke one first.")


class KeysChanged(Conflict):
    """The keys are not those that the person saw; a form that is sent twice asks for two."""

    code = "keys_changed"
    title = _("The keys have changed")
    message = _("A key was made since this page was shown. Look at the keys, and ask again if it is still needed.")


class KeyEnded(Conflict):
    """The key is expired or revoked."""

    code = "key_ended"
    title = _("Key has ended")
    message = _("The key {key} is expired or revoked.")


class EndTooLate(Invalid):
    """A key that is to end would live longer for it."""

    code = "end_too_late"
    title = _("End too late")
    message = _("The key expires before that anyway.")


class ClientUnknown(NotFound):
    """There is no such client."""

    code = "client_unknown"
    title = _("Unknown client")
    message = _("There is no client named {name}.")


class KeyUnknown(NotFound):
    """There is no such key."""

    code = "key_unknown"
    title = _("Unknown key")
    message = _("There is no key {key}.")


class KeyAmbiguous(Conflict):
    """Several keys begin like that."""

    code = "key_ambiguous"
    title = _("Several keys")
    message = _("Several keys begin with {key}. Write more of it.")
