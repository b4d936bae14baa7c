"""What the console calls: webhook receivers, and the operator's verification service."""

from reviewconsole.settings.environment import env

# Private networks that webhooks may reach all the same, e.g. 127.0.0.0/8 for a receiver on this host.
REVIEWCONSOLE_WEBHOOK_ALLOW = env.list("REVIEWCONSOLE_WEBHOOK_ALLOW", default=[])
# A service that checks verification factors, and the secret (whsec_…) that signs questions and answers.
REVIEWCONSOLE_VERIFICATION_URL = env.str("REVIEWCONSOLE_VERIFICATION_URL", "")
REVIEWCONSOLE_VERIFICATION_SECRET = env.str("REVIEWCONSOLE_VERIFICATION_SECRET", "")
REVIEWCONSOLE_VERIFICATION_TIMEOUT = env.float("REVIEWCONSOLE_VERIFICATION_TIMEOUT", 10)
WEBHOOK_TIMEOUT_SECONDS = env.float("REVIEWCONSOLE_WEBHOOK_TIMEOUT", 15)
