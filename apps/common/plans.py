"""How PostgreSQL plans the statements of a transaction."""

# Selected in a transaction, these hold until it ends: the plans of statements that recur on a connection are kept,
# whatever their values, and go from index to index. For work whose every statement reads by keys: there is one right
# plan, finding it anew each time takes longer than the work, and one that was found while a table was small would read
# all of it after it has grown. Never for a filter that a partial index serves, which a kept plan cannot use.
_SETTINGS = {
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
}
PLANS_KEPT = ", ".join(f"set_config('{name}', '{value}', true)" for name, value in _SETTINGS.items())
