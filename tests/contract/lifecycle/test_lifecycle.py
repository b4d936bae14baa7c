"""The refund's public life against a model of it: random legal and illegal calls, everything compared after each."""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.contract.lifecycle.people_rules import PeopleRules

# `make fuzz` asks for more, and for other examples each time.
EXAMPLES = int(os.environ.get("REVIEWCONSOLE_FUZZ_EXAMPLES", "0"))


@pytest.mark.django_db
def test_agrees_with_its_model_after_every_step() -> None:
    run_state_machine_as_test(
        PeopleRules,
        settings=settings(
            max_examples=EXAMPLES or 15,
            stateful_step_count=60,
            deadline=None,
            derandomize=not EXAMPLES,
            database=None,
            # Shrinking takes minutes; a failure is shown as it was met, and `make fuzz` shrinks.
            phases=list(Phase) if EXAMPLES else [Phase.generate],
            suppress_health_check=list(HealthCheck),
            print_blob=bool(EXAMPLES),
        ),
    )
