"""Where the hubs are seen."""

from __future__ import annotations

from django.urls import path

from daras.pages.hubs import views

urlpatterns = [
    path("hubs/", views.hubs, name="hubs"),
    path("hubs/meetings/<slug:kind_id>/", views.forum, name="forum"),
    path("hubs/afternoons/", views.open_afternoons, name="open_afternoons"),
    path("hubs/afternoons/<int:afternoon>/book/", views.book, name="book_afternoon"),
    path("hubs/afternoons/<int:afternoon>/came/", views.came, name="came_to_afternoon"),
]
