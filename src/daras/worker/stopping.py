"""That the worker has been asked to end: a run in a thread of its own looks here before each notice."""

from __future__ import annotations

import threading

stopping = threading.Event()
