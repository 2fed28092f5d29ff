"""A progress bar on standard error: drawn in a terminal, a line now and then anywhere else."""

import sys
import time
from typing import TextIO

WIDTH = 30
SECONDS_BETWEEN_LINES = 5.0


class Progress:
    """Called with what is done, of how much, and what it is."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = sys.stderr if stream is None else stream
        self.draws = self.stream.isatty()
        self.last = 0.0
        self.shown = False

    def __call__(self, done: int, total: int, words: str) -> None:
        """Show it."""
        now = time.monotonic()
        if self.draws:
            filled = WIDTH * done // total if total else WIDTH
            self.stream.write(f"\r\x1b[K[{'#' * filled}{'.' * (WIDTH - filled)}] {done} of {total} {words}")
        elif now - self.last >= SECONDS_BETWEEN_LINES or (done == total and self.shown):
            self.last = now
            self.stream.write(f"daras: {done} of {total} {words}\n")
        self.shown = True
        self.stream.flush()

    def finish(self) -> None:
        """End the drawn line."""
        if self.draws and self.shown:
            self.stream.write("\r\x1b[K")
            self.stream.flush()
