"""Where everything is. Addresses hold references only, never a name."""

from __future__ import annotations

from django.urls import path

from daras.pages import errors, gallery, sign_in

urlpatterns = [
    path("sign-in/", sign_in.SignIn.as_view(), name="account_login"),
    path("sign-out/", sign_in.SignOut.as_view(), name="account_logout"),
    path("sign-in/stopped/", sign_in.stopped, name="account_inactive"),
    path("design/", gallery.gallery, name="design"),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.fault
