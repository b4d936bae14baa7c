"""Every problem that REST answers with is explained."""

from collections.abc import Iterator

from apps.api import urls
from apps.api.problem_types import CATALOGUE
from apps.api.problems import problem_document
from apps.common.errors import Refusal

# What REST raises is here; refusals of the apps below that it meets are seen by the tests that meet them, because
# every answer that a test receives is checked against the catalogue.
OF_REST = ("apps.api.", "apps.common.keysets", "apps.refunds.")
# Told in the list of a report's rejections, as the code of one field.
IN_REPORTS = {"decided_before_requested", "decided_in_future"}
# Raised for people at the console alone.
ON_PAGES = {"approval_exceeds_line", "approval_exceeds_order"}


def _kinds(kind: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    for inner in kind.__subclasses__():
        yield inner
        yield from _kinds(inner)


def _codes_of_the_product() -> set[str]:
    assert urls.urlpatterns
    return {kind.code for kind in _kinds() if kind.__module__.startswith("apps.")}


def test_explains_every_code_that_rest_raises() -> None:
    raised = {kind.code for kind in _kinds() if kind.__module__.startswith(OF_REST) and "code" in vars(kind)}
    assert raised - IN_REPORTS - ON_PAGES - set(CATALOGUE) == set()


def test_explains_no_code_that_does_not_exist() -> None:
    assert set(CATALOGUE) - _codes_of_the_product() == set()


def test_has_an_example_of_each_with_all_its_facts() -> None:
    for code, entry in CATALOGUE.items():
        document = problem_document(entry.example)
        assert document["code"] == code
        assert "{" not in document["detail"], code
