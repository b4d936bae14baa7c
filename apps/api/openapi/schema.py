"""One operation: what is declared of it, and what is read from its view."""

from typing import cast

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ComponentRegistry

from apps.api.openapi.bodies import answers, request_body
from apps.api.openapi.components import Components, Schema
from apps.api.openapi.declarations import Operation
from apps.api.openapi.generator import SECURITY
from apps.api.openapi.operations import operation_of
from apps.api.openapi.parameters import parameters
from apps.api.openapi.refusals import problem_answers
from apps.api.openapi.tags import TITLES
from apps.api.views.base import ApiView


class DeclaredSchema(AutoSchema):
    """Describes views from their declarations; nothing is guessed."""

    components: Components
    operation: Operation

    def get_operation(
        self, path: str, path_regex: str, path_prefix: str, method: str, registry: ComponentRegistry
    ) -> Schema | None:
        self.components = Components(registry)
        self.operation = operation_of(type(self.view), method)
        described: Schema | None = super().get_operation(path, path_regex, path_prefix, method, registry)
        return described

    def get_operation_id(self) -> str:
        return self.operation.identifier

    def get_summary(self) -> str:
        return str(self.operation.summary)

    def get_description(self) -> str:  # type: ignore[override]  # drf-spectacular asks without arguments
        return str(self.operation.description)

    def get_tags(self) -> list[str]:
        return [str(TITLES[self.operation.tag])]

    def get_auth(self) -> list[Schema]:
        if self.operation.is_public:
            return [{}]
        scopes = cast(ApiView, self.view).required_scopes
        return [{SECURITY: [scopes[self.method].value]}]

    def _get_parameters(self) -> list[Schema]:
        return parameters(self.operation, self.method, self.path_regex, self.components)

    def _get_request_body(self, direction: str = "request") -> Schema | None:
        return request_body(self.operation, self.components)

    def _get_response_bodies(self, direction: str = "response") -> Schema:
        return answers(self.operation, self.components) | problem_answers(self.operation, self.components)
