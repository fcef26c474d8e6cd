"""One open connection of a client: a socket, or memory."""

from __future__ import annotations

import select
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress

from cynod_conformance.http.memory_channel import MemoryChannel

Channel = socket.socket | MemoryChannel
Connect = Callable[[], Channel]
"""Opens a connection to a server. Raises OSError."""


def cut(channel: Channel) -> None:
    """Wake up whoever reads from *channel*, in whatever thread: nothing more is received."""
    if isinstance(channel, MemoryChannel):
        channel.close()
        return
    with suppress(OSError):
        # The plain socket below TLS, too: the shutdown of TLS would take the channel from its reader.
        socket.socket.shutdown(channel, socket.SHUT_RDWR)


def wait_for_octets(channel: Channel, most_s: float) -> None:
    """Wait *most_s* seconds, or until octets can be read; over TLS always that long, for its own come too."""
    if isinstance(channel, MemoryChannel):
        channel.wait_for_octets(most_s)
    elif isinstance(channel, ssl.SSLSocket):
        time.sleep(most_s)
    else:
        select.select([channel], [], [], most_s)
