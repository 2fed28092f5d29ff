"""The Jinja environment every page is rendered with."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.http import HttpRequest
from django.template.backends.utils import csrf_input
from django.templatetags.static import static
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from jinja2 import (
    BaseLoader,
    ChainableUndefined,
    ChoiceLoader,
    Environment,
    FileSystemBytecodeCache,
    PackageLoader,
    PrefixLoader,
    select_autoescape,
)
from jinja2.bccache import Bucket

from daras.design.drawn import Drawn

PRODUCT = "Daras"


def _address(name: str, *arguments: object, **named: object) -> str:
    return reverse(name, args=arguments or None, kwargs=named or None)


def form_token(request: HttpRequest) -> dict[str, Any]:
    """A context processor: the field that shows a form to be ours, made once for all the forms of a page."""
    return {"csrf_input": SimpleLazyObject(lambda: csrf_input(request))}


def environment(loader: BaseLoader | None = None, **options: Any) -> Environment:
    """Everything is escaped; the design system's macros are found under `govuk_frontend_jinja/`.

    Those macros read optional parameters of parameters, hence `ChainableUndefined`. A parameter whose name ends in
    `html` is written as it is: give it only what a template block made.
    """
    macros = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    options.update(
        loader=ChoiceLoader([loader, macros]) if loader else macros,
        undefined=ChainableUndefined,
        autoescape=select_autoescape(default=True, default_for_string=True),
        bytecode_cache=_translated(),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made = Environment(**options)  # noqa: S701 - autoescape is on, for every template and string
    made.globals.update(static=static, url=_address, product=PRODUCT, drawn=Drawn(made))
    return made


def load_all(made: Environment) -> None:
    """Every template now, so that nobody's first page waits for it."""
    for name in made.list_templates(extensions=["html", "jinja"]):
        made.get_template(name)


class _Translated(FileSystemBytecodeCache):
    """Templates as an earlier process of this account translated them (1.2 s of processor time for all), in a folder
    that only it may read."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it, where it can be kept: a full disk must not cost a page."""
        with suppress(OSError):
            super().dump_bytecode(bucket)


def _translated() -> _Translated | None:
    """None where there is no safe place for such a folder."""
    try:
        return _Translated()
    except (OSError, RuntimeError):
        return None
