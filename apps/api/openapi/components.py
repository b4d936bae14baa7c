"""Schemas that have a name, each written down once."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.plumbing import ComponentRegistry, ResolvedComponent

Schema = dict[str, Any]


class Components:
    """drf-spectacular's registry, filled by name."""

    def __init__(self, registry: ComponentRegistry) -> None:
        self._registry = registry

    def reference(self, name: str, make: Callable[[], Schema], kind: str = ResolvedComponent.SCHEMA) -> Schema:
        """Return a reference to the component of this name, which is made when it is first asked for."""
        component = ResolvedComponent(name, kind, schema={}, object=name)
        if component not in self._registry:
            # Registered before it is made: a shape may hold itself.
            self._registry.register(component)
            component.schema = make()
        return dict(component.ref)

    def example(self, name: str, make: Callable[[], Schema]) -> Schema:
        """Return a reference to an example."""
        return self.reference(name, make, ResolvedComponent.EXAMPLE)

    def header(self, name: str, make: Callable[[], Schema]) -> Schema:
        """Return a reference to a header of answers."""
        return self.reference(name, make, ResolvedComponent.HEADER)

    def parameter(self, name: str, make: Callable[[], Schema]) -> Schema:
        """Return a reference to a parameter."""
        return self.reference(name, make, ResolvedComponent.PARAMETER)
