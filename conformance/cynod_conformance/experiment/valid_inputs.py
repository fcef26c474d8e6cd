"""Valid requests in which one input is filled."""

from __future__ import annotations

from typing import Any

from cynod_conformance.base.outcomes import NotApplicable
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.inputs import InputLocation, reachable, schema_at
from cynod_conformance.experiment.request_builder import NOTHING, RequestBuilder
from cynod_spec.base.errors import CynodError
from cynod_spec.model import Parameter, Schema
from cynod_spec.schema.directions import in_direction
from cynod_spec.schema.sample import parameter_sample, sample


def filled_request(context: TestContext, location: InputLocation) -> tuple[RequestBuilder, Any]:
    """A valid draft in which the input is filled, and its value. Raises NotApplicable when it cannot be."""
    draft = context.control(location.operation)
    if not reachable(draft, location):
        raise NotApplicable("not-here", what=location.label)
    if location.parameter is not None and location.is_structured:
        return filled_with_parts(context, location, location.parameter, draft)
    if location.parameter is not None:
        pairs = draft.query if location.place == "query" else draft.headers
        known: Any = next((v for n, v in pairs if n.lower() == location.name.lower()), NOTHING)
        if known is NOTHING:
            known = location.parameter.example
    else:
        known = draft.body
        for token in location.path:
            known = known.get(token, NOTHING) if isinstance(known, dict) else NOTHING
    if known is NOTHING or known is None:
        try:
            schema = Schema(schema_at(context.contract, location.pointer), location.operation.at)
            where = schema.at.__class__(schema.at.file, location.pointer, 0, 0)
            known = sample(in_direction(context.contract, "request"), Schema(schema.value, where))
        except CynodError:
            raise NotApplicable("no-sample", what=location.label) from None
    return location.set(draft, known), known


def filled_with_parts(
    context: TestContext, location: InputLocation, parameter: Parameter, draft: RequestBuilder
) -> tuple[RequestBuilder, Any]:
    """The same for a list or an object in a query parameter, whose value keeps its types."""
    try:
        known = parameter_sample(context.contract, parameter)
        return location.set(draft, known), known
    except CynodError:
        raise NotApplicable("no-sample", what=location.label) from None
