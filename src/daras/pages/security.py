"""What every answer tells the browser it may do: nothing from elsewhere, nothing inline, nothing kept."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]

#: The design system's one inline script, which marks the page as able to run the modules. A test computes it anew.
MARK_SUPPORTED = "'sha256-GUQ5ad8JK5KmEWmROf3LZd9ge94daqNvd8xy9YS1iDw='"

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        f"script-src 'self' {MARK_SUPPORTED}",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}


#: What is answered to systems is never shown as a page, whoever opens the address.
OF_SYSTEMS = ("/api/", "/scim/")


class SecurityHeaders:
    """Sets the content security policy and its companions, and keeps pages out of the browser's store.

    A shared computer's "back" after signing out must show nothing: pages are not stored. Static files are.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        if request.path.startswith(OF_SYSTEMS):
            response.headers.setdefault("Content-Disposition", 'attachment; filename="answer.json"')
        return response
