"""What may become of a matter: what a social worker may recommend, and a manager decide (A6, B1)."""

from __future__ import annotations

from typing import Literal

Decision = Literal["strategy-discussion", "assessment", "early-help", "advice", "no-further-action"]

#: What a manager may decide on news, and what each means.
DECISIONS: dict[Decision, str] = {
    "strategy-discussion": "Convene a strategy discussion now",
    "assessment": "A social worker assesses",
    "early-help": "Step down to early help",
    "advice": "Advice given to the referrer",
    "no-further-action": "No further action",
}
