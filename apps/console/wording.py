"""How the pages write times, durations, shares and ids in the active language."""

from datetime import datetime, timedelta
from urllib.parse import urlencode

from babel.dates import format_datetime
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

LONGEST_IDENTIFIER = 18
_PATTERNS = {
    "en_GB": {
        "short": "d MMM, HH:mm",
        "long": "d MMM y, HH:mm",
        "date": "d MMM",
        "day": "d MMM y",
        "month": "MMM y",
        "tick": "d MMM",
        "tick_year": "d MMM yy",
        "clock": "HH:mm",
        "exact": "y-MM-dd HH:mm:ss",
    },
    "zh_Hans_CN": {
        "short": "M月d日 HH:mm",
        "long": "y年M月d日 HH:mm",
        "date": "M月d日",
        "day": "y年M月d日",
        "month": "y年M月",
        "tick": "M月d日",
        "tick_year": "yy/M/d",
        "clock": "HH:mm",
        "exact": "y-MM-dd HH:mm:ss",
    },
}


_WITH_YEAR = {"short": "long", "date": "day", "tick": "tick_year"}


def active_language() -> str:
    """Return the code of the language that the page is written in."""
    return get_language() or "en"


def language_tag(language: str | None) -> str:
    """Turn Django's language code into a BCP 47 tag: ``zh-hans`` -> ``zh-Hans``."""
    return "zh-Hans" if language == "zh-hans" else "en"


def babel_locale() -> str:
    """Return the active language as Babel names it. English is written with the 24-hour clock."""
    return "zh_Hans_CN" if get_language() == "zh-hans" else "en_GB"


def exact_moment(local: datetime) -> str:
    """Write an instant to the second, with its zone."""
    return f"{local:%Y-%m-%d %H:%M:%S} {local.tzname()}"


def written_moment(local: datetime, style: str = "short") -> str:
    """Write a local time as `short`, `long` (with the year), `date`, `day`, `month`, `tick`, `clock` or `exact`.

    The short ones tell the year when it is another than the present.
    """
    locale = babel_locale()
    if local.year != timezone.localtime().year:
        style = _WITH_YEAR.get(style, style)
    return str(format_datetime(local, _PATTERNS[locale][style], locale=locale))


def duration(span: timedelta) -> str:
    """Write a length of time with its one or two largest units: ``3 d 4 h``, ``12 min``."""
    minutes = int(abs(span).total_seconds()) // 60
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days >= 60:
        return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    if days:
        return (_("%(d)d d %(h)d h") if hours else _("%(d)d d")) % {"d": days, "h": hours}
    if hours:
        return (_("%(h)d h %(m)d min") if rest else _("%(h)d h")) % {"h": hours, "m": rest}
    if minutes:
        return _("%(m)d min") % {"m": minutes}
    return _("under 1 min")


def time_left(due_at: datetime, now: datetime) -> str:
    """Say how long until a deadline, or how long ago it passed."""
    if due_at >= now:
        return _("%(span)s left") % {"span": duration(due_at - now)}
    return _("%(span)s late") % {"span": duration(now - due_at)}


def ago(at: datetime, now: datetime) -> str:
    """Say how long ago something happened."""
    if now - at < timedelta(minutes=1):
        return _("just now")
    return _("%(span)s ago") % {"span": duration(now - at)}


def shortened(identifier: str) -> str:
    """Keep the head and the tail of a long id: ``rfd_01jd3v…8k2p``."""
    if len(identifier) <= LONGEST_IDENTIFIER:
        return identifier
    return f"{identifier[:10]}…{identifier[-5:]}"


def age(span: timedelta) -> str:
    """Write how old something is by its largest unit: ``3 years``, ``24 days``, ``5 hours``."""
    days = max(span, timedelta()).days
    if days >= 730:
        return ngettext("%(n)d year", "%(n)d years", days // 365) % {"n": days // 365}
    if days >= 90:
        return ngettext("%(n)d month", "%(n)d months", days // 30) % {"n": days // 30}
    if days >= 1:
        return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    return duration(max(span, timedelta()))


def share_words(share: float) -> str:
    """Write a share of one as a percentage with two digits: ``0.46%``, ``7.7%``."""
    return f"{100 * share:.2g}%"


def base_rate_words(share: float, accounts: int | None) -> str:
    """Say how common something is among all accounts; what the sample does not show is rarer than one in it."""
    if accounts is None:
        return _("%(share)s of all accounts") % {"share": share_words(share)}
    if not share:
        return _("fewer than one account in %(accounts)s") % {"accounts": f"{accounts:,}"}
    return _("%(share)s of all accounts show as much (%(accounts)s looked at)") % {
        "share": share_words(share),
        "accounts": f"{accounts:,}",
    }


def search_address(text: str) -> str:
    """Return where everything is shown that carries this id."""
    return f"{reverse('console:queue')}?{urlencode({'q': text})}"


def line_name(identifier: str) -> str:
    """Name an order line, which has no page of its own."""
    return _("line %(id)s") % {"id": shortened(identifier)}


def local_input(at: datetime) -> str:
    """Write an instant as a datetime-local field holds it, in the person's time zone, to the minute."""
    return timezone.localtime(at).strftime("%Y-%m-%dT%H:%M")
