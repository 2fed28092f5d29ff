"""Forecasts that were asked for, and what the simulation said: numbers only, of nobody (F8)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class ForecastRun(models.Model):
    """One forecast of one service's list: asked with these numbers, and counted by the worker beside the web server."""

    service = models.SlugField(max_length=60)
    waiting = models.IntegerField()
    arriving = models.FloatField()
    seen = models.FloatField()
    practitioners = models.IntegerField()
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=120)
    made_at = models.DateTimeField(null=True, blank=True)
    low = ArrayField(models.FloatField(), default=list)
    middle = ArrayField(models.FloatField(), default=list)
    high = ArrayField(models.FloatField(), default=list)
    clears = ArrayField(models.IntegerField(null=True), default=list)  # early, middle, late: weeks

    class Meta:
        indexes = [models.Index(fields=["service", "-asked_at"], name="forecasts_of_service")]
