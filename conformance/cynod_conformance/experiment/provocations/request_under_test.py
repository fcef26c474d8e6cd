"""A request while provocations change it, one after another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from cynod_conformance.base.outcomes import NotApplicable
from cynod_conformance.experiment.request_builder import RequestBuilder

Header = tuple[str, str]


@dataclass(frozen=True)
class RequestUnderTest:
    """A valid request and what provocations have made of it; every ``with_`` method gives a changed copy.

    ``authorization`` is the value of that header: "" stands for the operation's own caller, None sends none.
    ``identity`` is the name of the credential that it belongs to. ``needs_basic`` says that the code is due
    only where HTTP Basic is open to that partner.
    """

    valid: RequestBuilder
    draft: RequestBuilder
    headers: tuple[Header, ...] = ()
    authorization: str | None = ""
    identity: str = ""
    needs_basic: bool = False

    @classmethod
    def of(cls, valid: RequestBuilder, authorization: str | None = "") -> RequestUnderTest:
        """The request *valid*, in which nothing has been changed yet."""
        return cls(valid, valid, authorization=authorization)

    def with_draft(self, draft: RequestBuilder) -> RequestUnderTest:
        """With *draft* in the place of its method, path, parameters and body."""
        return replace(self, draft=draft)

    def with_header(self, name: str, value: str) -> RequestUnderTest:
        """With one more header, which replaces one of that name."""
        return replace(self, headers=(*self.headers, (name, value)))

    def called_by(
        self, authorization: str | None, identity: str = "", *, needs_basic: bool = False
    ) -> RequestUnderTest:
        """With the Authorization of another caller, the credential *identity*."""
        return replace(self, authorization=authorization, identity=identity, needs_basic=needs_basic)

    def with_role(self, role: str, value: Any) -> RequestUnderTest:
        """With *value* where the operation takes *role*. Raises NotApplicable when it takes no such role."""
        expression = self.draft.operation.request.get(role)
        if expression is None:
            raise NotApplicable("not-here", what=f"{self.draft.operation.key} {role}")
        return self.with_draft(self.draft.put(expression, value))
