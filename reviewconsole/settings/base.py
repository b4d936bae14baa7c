"""All concerns together; every installation starts from here."""

from reviewconsole.settings.applications import *
from reviewconsole.settings.clock import *
from reviewconsole.settings.database import *
from reviewconsole.settings.evidence import *
from reviewconsole.settings.internationalisation import *
from reviewconsole.settings.outgoing import *
from reviewconsole.settings.people import *
from reviewconsole.settings.records import *
from reviewconsole.settings.rest import *
from reviewconsole.settings.security import *
