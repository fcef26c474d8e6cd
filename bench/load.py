"""Requests over a few kept connections, timed; the processor time is the server's own."""

from __future__ import annotations

import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection
from urllib.parse import urlsplit

from bench.servers import Server

OPERATIONS = ("balance", "payment")
CONNECTIONS = 4


@dataclass
class Measure:
    """What came of all requests of one operation to one server. Times are in seconds."""

    count: int = 0
    wall: float = 0.0
    cpu: float = 0.0
    latencies: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.count / self.wall

    @property
    def cpu_each(self) -> float:
        """Processor time a request."""
        return self.cpu / self.count

    def quantile(self, share: float) -> float:
        """The latency that *share* of the requests did not exceed."""
        ranked = sorted(self.latencies)
        return ranked[min(len(ranked) - 1, int(share * len(ranked)))]


def send(server: Server, operation: str, count: int, measure: Measure) -> None:
    """Send *count* requests and add what they took to *measure*. Raises RuntimeError for a refusal."""
    cpu, began = server.cpu, time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        shares = [count // CONNECTIONS + (number < count % CONNECTIONS) for number in range(CONNECTIONS)]
        for latencies in pool.map(lambda share: _one_after_another(server, operation, share), shares):
            measure.latencies += latencies
    measure.wall += time.perf_counter() - began
    measure.cpu += server.cpu - cpu
    measure.count += count


def _one_after_another(server: Server, operation: str, count: int) -> list[float]:
    connection = HTTPConnection(urlsplit(server.url).netloc, timeout=30)
    bearer = {"Authorization": f"Bearer {server.token}"}
    latencies = []
    for number in range(count):
        if operation == "balance":
            method, path, body, headers = "GET", f"/get-solde-carte?numeroCarte={server.number}", None, bearer
        else:
            method, path, body = "POST", "/paiements", _payment(server.cards[number % len(server.cards)])
            key = {"Idempotency-Key": uuid.uuid4().hex, "Content-Type": "application/json"}
            headers = {**bearer, **key}
        began = time.perf_counter()
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        latencies.append(time.perf_counter() - began)
        if answer.status not in (200, 201):
            raise RuntimeError(f"{server.name}: {operation} answered {answer.status}: {content[:300]!r}")
    connection.close()
    return latencies


def _payment(card: str) -> bytes:
    money = {"valeur": 100, "devise": "XOF"}
    return json.dumps({"carteId": card, "reference": "bench", "montant": money}).encode()
