"""A form of this part of the house: done and onward, or what is wrong said at its field."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.http import Http404

from daras.ledger.refusal import Refused
from daras.rights.working import NoSuchCase


def done(form: forms.Form, act: Callable[[], object]) -> bool:
    """Do it, where the form is whole; what is refused is said at its field. Hidden and absent are one answer."""
    if not form.is_valid():
        return False
    try:
        act()
    except NoSuchCase:
        raise Http404 from None
    except Refused as refused:
        name = refused.pointer.lstrip("/")
        form.add_error(name if name in form.fields else None, str(refused))
        return False
    return True
