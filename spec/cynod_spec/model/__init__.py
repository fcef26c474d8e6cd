"""The typed, frozen model of a contract: what every other room reads instead of raw dictionaries.

Each object carries ``at``, the place in the document where it stands. The names of roles, effects and
resources are the ``x-cynod`` vocabulary (``vocabulary.schema.json``); every other name an object holds
(paths, members, codes, scopes) is the document's and means nothing to the code that reads it.

This package is the room's door: others write ``from cynod_spec.model import Operation``. A contract is read
by ``cynod_spec.load_contract``.
"""

from __future__ import annotations

from cynod_spec.model.clauses import Clause, Layer, Level, Tier
from cynod_spec.model.contract import Contract
from cynod_spec.model.expressions import Expression, Place
from cynod_spec.model.guide import Actor, GuidePage, GuideSection, Shown, Tag
from cynod_spec.model.operations import SAFE_METHODS, Operation, Webhook
from cynod_spec.model.parameters import Body, Header, Parameter, Unsupported
from cynod_spec.model.resources import Resource, Retention, State
from cynod_spec.model.responses import Case, Code, Envelope, Link, Member, Response
from cynod_spec.model.schemas import Schema
from cynod_spec.model.security import MAX_ADDRESSES, Scheme, SchemeKind, Security, Server
from cynod_spec.model.texts import Language, Text

__all__ = [
    "MAX_ADDRESSES",
    "SAFE_METHODS",
    "Actor",
    "Body",
    "Case",
    "Clause",
    "Code",
    "Contract",
    "Envelope",
    "Expression",
    "GuidePage",
    "GuideSection",
    "Header",
    "Language",
    "Layer",
    "Level",
    "Link",
    "Member",
    "Operation",
    "Parameter",
    "Place",
    "Resource",
    "Response",
    "Retention",
    "Schema",
    "Scheme",
    "SchemeKind",
    "Security",
    "Server",
    "Shown",
    "State",
    "Tag",
    "Text",
    "Tier",
    "Unsupported",
    "Webhook",
]
