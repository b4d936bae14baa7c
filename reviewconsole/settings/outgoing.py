"""What the console calls: webhook receivers."""

from reviewconsole.settings.environment import env

# Private networks that webhooks may reach all the same, e.g. 127.0.0.0/8 for a receiver on this host.
REVIEWCONSOLE_WEBHOOK_ALLOW = env.list("REVIEWCONSOLE_WEBHOOK_ALLOW", default=[])
WEBHOOK_TIMEOUT_SECONDS = env.float("REVIEWCONSOLE_WEBHOOK_TIMEOUT", 15)
