"""The site in one language, as seen from one page: catalogue, texts, links."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from markupsafe import Markup

from cynod_generators.targets.docs.addresses import Addresses
from cynod_generators.targets.docs.text import markdown
from cynod_generators.targets.docs.text.markdown import Anchor
from cynod_generators.targets.docs.text.words import words
from cynod_spec.base import pointer as pointers
from cynod_spec.base.errors import CynodError
from cynod_spec.base.location import SourceLocation
from cynod_spec.i18n.catalogue import Texts
from cynod_spec.model import Code, Contract, Language, Operation, Text
from cynod_spec.workflows.model import Workflows

_HINT: Final = "link to code:NAME, page:ID or operation:EFFECT/RESOURCE"


@dataclass(frozen=True, slots=True)
class LocalizedSite:
    """The context in which the views of one page are made.

    *up* is the relative path from the page to the folder of its language.
    """

    contract: Contract
    language: Language
    addresses: Addresses
    words: Texts
    workflows: Workflows | None = None  # the scenarios, when the contract comes with some
    up: str = ""
    _rendered: dict[tuple[str, str], Markup] = field(default_factory=dict, compare=False)

    @classmethod
    def of(
        cls,
        contract: Contract,
        language: Language,
        addresses: Addresses,
        workflows: Workflows | None = None,
    ) -> LocalizedSite:
        """The site in *language*, as seen from the top of its folder."""
        return cls(contract, language, addresses, words(language), workflows)

    def at(self, address: str) -> LocalizedSite:
        """The same site, as seen from the page at *address*."""
        return replace(self, up="../" * address.count("/"))

    def text(self, text: Text) -> str:
        """*text* in this language."""
        return text.in_(self.language).strip()

    def rich(self, text: Text, at: SourceLocation | None = None) -> Markup:
        """*text* in this language, its Markdown rendered. Raises CynodError for a link to nothing."""
        source = self.text(text)
        key = (self.up, source)  # a text that stands on many pages is rendered once for each member_path up
        if key not in self._rendered:
            self._rendered[key] = markdown.render(
                source, lambda target: self._named(target, at), self.language
            )
        return self._rendered[key]

    def described(self, pointer: str) -> Markup:
        """The description of the node at *pointer*, rendered; empty when it has none."""
        return self.rich(self.contract.words(pointer + "/description"))

    def sets(self, at: SourceLocation, keyword: str) -> bool:
        """Whether the document says ``true`` under *keyword* of the node at *at*."""
        try:
            node = pointers.resolve(self.contract.document, pointers.split(at.pointer))
        except LookupError:
            return False
        return isinstance(node, dict) and node.get(keyword) is True

    def code(self, code: Code) -> Anchor:
        """The link to *code*."""
        return Anchor(self.up + self.addresses.code(code), code.value)

    def operation(self, operation: Operation) -> Anchor:
        """The link to *operation*."""
        text = self.text(operation.summary) or operation.key
        return Anchor(self.up + self.addresses.operation(operation), text)

    def tag(self, name: str) -> Anchor:
        """The link to the family of operations *name*."""
        titles = {tag.name: self.text(tag.title) for tag in self.contract.tags}
        return Anchor(self.up + self.addresses.tags[name], titles.get(name, name) or self.words.operations)

    def page(self, name: str, title: str) -> Anchor:
        """The link to the page *name* of the site or of its guide."""
        return Anchor(self.up + self.addresses.pages[name], title)

    def _named(self, target: str, at: SourceLocation | None) -> Anchor | None:
        """The anchor for a link target of the form ``code:…``, ``operation:…`` or ``page:…``; None for any
            other.

        Raises CynodError when the contract has nothing of that name.
        """
        kind, _, name = target.partition(":")
        found: Anchor | None = None
        if kind == "code":
            found = next((self.code(code) for code in self.contract.codes if code.name == name), None)
        elif kind == "operation":
            effect, _, resource = name.partition("/")
            operation = self.contract.find(effect, resource or None)
            found = self.operation(operation) if operation else None
        elif kind == "page":
            id, hash, anchor = name.partition("#")
            known = id in self.addresses.pages
            found = Anchor(self.up + self.addresses.pages[id] + hash + anchor, id) if known else None
        else:
            return None
        if found is None:
            raise CynodError(f"nothing in the contract is {target!r}, to which a text links", _HINT, at)
        return found
