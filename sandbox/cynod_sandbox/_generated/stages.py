"""Stages: the steps that a server goes through, each of which takes hooks before, after and around it.

A ``Stage`` holds a step, an ``AsyncStage`` one that is awaited; a ``HookPoint`` is the place of a step that
is given at each call. Hooks belong to one application: they change no class or module.

The stages of a request are listed in ``application_stages.py``. A worked example, for an ``application``:

    @application.stages.authorize.before
    def log_scopes(principal: Principal, scopes: tuple[str, ...]) -> None:
        log.info("%s needs %s", principal.partner.key, scopes)

    @application.stages.succeed.after
    def add_region(answer: RawAnswer, request: RawRequest, call: Call, result: Result) -> RawAnswer:
        return answer.with_header("X-Region", "libreville")

    @application.stages.identify.around
    async def time_it(proceed: Identify, request: RawRequest) -> Principal:
        began = time.perf_counter()
        try:
            return await proceed(request)
        finally:
            log.info("identified in %.3f s", time.perf_counter() - began)

A hook may raise what the stage may raise: ``before`` may refuse, ``around`` may catch a refusal, call
``proceed`` with other arguments, or not at all. The hook that is added last is the outermost one. Hooks are
added before the first request, and are called in the thread or event loop of their stage. A stage without
hooks calls its step directly.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Concatenate, Generic, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

Around = Callable[Concatenate[Callable[P, R], P], R]
"""A hook that goes around a step: it takes the step and its arguments, and gives what the step would give."""


class _Hookable(Generic[P, R]):
    """What both kinds of stages have: ``run`` is the step with its hooks."""

    __slots__ = ("run",)

    def __init__(self, step: Callable[P, R]) -> None:
        self.run: Callable[P, R] = step

    def around(self, hook: Around[P, R]) -> Around[P, R]:
        """Call *hook* in place of the step, with the step so far and its arguments. Gives *hook*."""
        proceed = self.run

        def run(*arguments: P.args, **named: P.kwargs) -> R:
            return hook(proceed, *arguments, **named)

        self.run = run
        return hook


class Stage(_Hookable[P, R]):
    """A step that is called with ``stage.run(…)``."""

    __slots__ = ()

    def before(self, hook: Callable[P, None]) -> Callable[P, None]:
        """Call *hook* with the step's arguments, then the step. Gives *hook*."""
        proceed = self.run

        def run(*arguments: P.args, **named: P.kwargs) -> R:
            hook(*arguments, **named)
            return proceed(*arguments, **named)

        self.run = run
        return hook

    def after(self, hook: Callable[Concatenate[R, P], R]) -> Callable[Concatenate[R, P], R]:
        """Call the step, then *hook* with its result and its arguments: gives what *hook* gives.

        It is not called where the step raises. Gives *hook*.
        """
        proceed = self.run

        def run(*arguments: P.args, **named: P.kwargs) -> R:
            return hook(proceed(*arguments, **named), *arguments, **named)

        self.run = run
        return hook


class AsyncStage(_Hookable[P, Awaitable[R]]):
    """A step that is called with ``await stage.run(…)``; its hooks are coroutine functions."""

    __slots__ = ()

    def before(self, hook: Callable[P, Awaitable[None]]) -> Callable[P, Awaitable[None]]:
        """Await *hook* with the step's arguments, then the step. Gives *hook*."""
        proceed = self.run

        async def run(*arguments: P.args, **named: P.kwargs) -> R:
            await hook(*arguments, **named)
            return await proceed(*arguments, **named)

        self.run = run
        return hook

    def after(
        self, hook: Callable[Concatenate[R, P], Awaitable[R]]
    ) -> Callable[Concatenate[R, P], Awaitable[R]]:
        """Await the step, then *hook* with its result and its arguments: gives what *hook* gives.

        It is not called where the step raises. Gives *hook*.
        """
        proceed = self.run

        async def run(*arguments: P.args, **named: P.kwargs) -> R:
            return await hook(await proceed(*arguments, **named), *arguments, **named)

        self.run = run
        return hook


class HookPoint(Generic[P, R]):
    """A place where hooks go around a step that the caller gives: ``point.run(step, …)``.

    For a step that is made anew at each call, or that the holder of the hooks must not import.
    """

    __slots__ = ("_hooks",)

    def __init__(self) -> None:
        self._hooks: tuple[Around[P, R], ...] = ()

    def around(self, hook: Around[P, R]) -> Around[P, R]:
        """Call *hook* in place of the step, with the step so far and its arguments. Gives *hook*."""
        self._hooks = (*self._hooks, hook)
        return hook

    def run(self, step: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> R:
        """What *step* gives for these arguments, with the hooks around it."""
        for hook in self._hooks:
            step = partial(hook, step)
        return step(*arguments, **named)
