"""How PostgreSQL plans the statements of a transaction."""

from django.db import connection


def keep_plans() -> None:
    """Have the plans of statements that recur on a connection kept, whatever their values, until the transaction ends.

    For work whose every statement reads by keys: there is one right plan, and
    finding it anew each time takes longer than the work. Never for a filter
    that a partial index serves, which a kept plan cannot use.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('plan_cache_mode', 'force_generic_plan', true)")
