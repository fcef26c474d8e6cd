"""Requests as the application sees them and answers as it writes them."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any
from urllib.parse import unquote_to_bytes

from .contract import Contract
from .negotiation import language
from .refusal import REASONS, Fault, OAuthRefusal, Refusal

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
_DIGITS = re.compile(r"[0-9]{10,}")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass
class Request:
    """One request, its body read."""

    method: str
    target: bytes
    query: bytes
    headers: list[tuple[bytes, bytes]]
    address: str
    body: bytes = b""
    oversized: bool = False
    incomplete: bool = False

    def header(self, name: str) -> str | None:
        """Return a header's value, several lines joined by commas; None when absent."""
        wanted = name.lower().encode()
        values = [value.decode("latin-1") for key, value in self.headers if key.lower() == wanted]
        return ", ".join(values) if values else None

    @property
    def request_id(self) -> str:
        """Return the caller's identifier when it is valid, else a new one."""
        given = self.header("x-request-id")
        return given if given is not None and _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex

    @property
    def head_size(self) -> int:
        """Return the size of the target and the headers."""
        return len(self.target) + len(self.query) + sum(len(k) + len(v) + 4 for k, v in self.headers)

    def segments(self) -> tuple[str, ...] | None:
        """Split the path, each segment decoded; None for the asterisk form."""
        target = self.target
        if target == b"*":
            return None
        absolute = re.match(rb"(?i)https?://[^/?#]*", target)
        if absolute:
            target = target[absolute.end() :] or b"/"
        if not target.startswith(b"/"):
            return ("", "")
        parts = target.split(b"?")[0][1:].split(b"/")
        return tuple(unquote_to_bytes(part).decode("utf-8", "replace") for part in parts)


@dataclass
class Answer:
    """One answer; no payload means no body."""

    status: int
    payload: dict[str, Any] | None = None
    headers: list[tuple[str, str]] = field(default_factory=list)

    def wire_headers(self, request_id: str) -> list[tuple[bytes, bytes]]:
        """Return all headers, in an odd but lawful case."""
        head = [
            ("dAtE", formatdate(usegmt=True)),
            ("x-REQUEST-id", request_id),
            ("CACHE-control", "no-store"),
            ("x-Content-TYPE-options", "nosniff"),
        ]
        if self.payload is not None:
            head.append(("content-TYPE", "application/json; charset=UTF-8"))
        return [(k.encode("ascii"), v.encode("latin-1")) for k, v in head + self.headers]

    def wire_body(self) -> bytes:
        """Return the body: spaced out, non-ASCII characters escaped."""
        if self.payload is None:
            return b""
        return b"\n" + json.dumps(self.payload, indent=1, separators=(" ,", " : ")).encode("ascii") + b"\r\n"


def success(contract: Contract, code: str, data: dict[str, Any], lang: str) -> Answer:
    """Write the success envelope."""
    payload = {"data": data, "message": contract.text(code, lang) + ".", "success": True, "code": code}
    return Answer(contract.statuses[code], payload, [("Content-LANGUAGE", lang)])


def _shown(fault: Fault, hidden: list[str]) -> str:
    """Return a field's name, without what an answer must never repeat."""
    name = _SURROGATE.sub("\ufffd", fault.field)
    if len(name) > 200 or any(secret in name for secret in hidden):
        return name[: name.rfind("/") + 1] + "***"
    return _DIGITS.sub(lambda match: "*" * len(match[0]), name)


def refused(contract: Contract, refusal: Refusal, request: Request) -> Answer:
    """Write the error envelope of a refusal's case."""
    lang = language(request.header("accept-language"), contract.languages)
    code = refusal.code
    reason = contract.names[code].replace("-", " ")
    payload: dict[str, Any] = {
        "debugMessage": f"Refused: {reason}; fields at fault: {len(refusal.faults)}.",
        "message": contract.text(code, lang) + ".",
        "code": code,
        "success": False,
    }
    if contract.cases[code] == "functional":
        hidden = [part for part in (request.header("authorization") or "").split() if len(part) > 7]
        fields = [
            {"message": REASONS[f.reason][lang], "emplacement": f.place, "champ": _shown(f, hidden)}
            for f in refusal.faults[:100]
        ]
        payload["moreInfo"] = {"champs": fields, "documentation": contract.page(code)}
    return Answer(contract.statuses[code], payload, [("Content-LANGUAGE", lang), *refusal.headers])


def oauth_refused(refusal: OAuthRefusal) -> Answer:
    """Write an OAuth 2.0 error."""
    answer = Answer(refusal.status, {"error_description": refusal.description, "error": refusal.error})
    answer.headers.append(("pragma", "no-cache"))
    if refusal.error == "invalid_client":
        answer.headers.append(("WWW-authenticate", 'Basic realm="CYNOD"'))
    return answer
