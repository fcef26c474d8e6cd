"""The sandbox below a path, with and without a proxy, and the suite that judges it there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cross_room import nginx
from cross_room.servers import cynod

from cynod_conformance.config.settings import read_config
from cynod_conformance.launch.sandbox_process import sandbox

pytestmark = pytest.mark.slow

PREFIX = "/api/v1"
PROXY = pytest.mark.skipif(nginx.program() is None, reason="nginx is not installed")


@contextmanager
def below(*options: str) -> Iterator[Path]:
    """The configuration of a sandbox with *options*, while inside."""
    with sandbox(["--strict", "--log-level", "warning", *options]) as config:
        yield Path(config)


def judged(url: str, config: Path, folder: Path, *options: str) -> tuple[int, str]:
    """The exit code of a run at *url*, and what it printed."""
    words = ("--config", str(config), "--report-dir", str(folder), "--lang", "en", *options)
    done = cynod("conform", url, *words)
    return done.returncode, done.stdout + done.stderr


def test_locations_and_unknown_paths_below_a_root_path(tmp_path: Path) -> None:
    with below("--root-path", PREFIX) as config:
        url = read_config(str(config)).base_url
        assert url.endswith(PREFIX)
        code, said = judged(url, config, tmp_path, "--clause", "HTT-7", "--clause", "HTT-12")
    assert code == 0, said


@PROXY
@pytest.mark.soak
@pytest.mark.parametrize(
    ("options", "strips", "says"),
    [
        ((), True, False),
        (("--root-path", PREFIX), False, False),
        (("--trusted-proxy", "127.0.0.1"), False, True),
        (("--trusted-proxy", "127.0.0.1"), True, True),
    ],
    ids=["told nothing", "root path", "told by the proxy", "told by a proxy that strips"],
)
def test_a_proxy_that_publishes_it_below_a_path(
    options: tuple[str, ...], strips: bool, says: bool, tmp_path: Path
) -> None:
    with (
        below(*options) as config,
        nginx.before(
            read_config(str(config)).base_url.removesuffix(PREFIX), PREFIX, strips=strips, says=says
        ) as url,
    ):
        code, said = judged(url, config, tmp_path, "--profile", "quick")
    assert code == 0, said
