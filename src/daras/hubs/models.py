"""Open afternoons of the hubs: who may come, who came. They hold workers and no child (A13)."""

from __future__ import annotations

from django.db import models


class OpenAfternoon(models.Model):
    """Practitioners watch a hub at work and ask what makes a referral useful."""

    hub = models.CharField(max_length=200)
    agency = models.SlugField(max_length=80)
    starts_at = models.DateTimeField()
    places = models.IntegerField()
    opened_by = models.CharField(max_length=120)


class Booking(models.Model):
    """Somebody of a team comes. Whether they came is said afterwards by the hub."""

    afternoon = models.ForeignKey(OpenAfternoon, on_delete=models.PROTECT, related_name="bookings")
    agency = models.SlugField(max_length=80)
    team = models.SlugField(max_length=80, blank=True)
    worker = models.SlugField(max_length=120)
    worker_name = models.CharField(max_length=200)
    booked_at = models.DateTimeField()
    attended = models.BooleanField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["afternoon", "worker"], name="one_booking_each")]
