"""Practice packs: thresholds, duties, invitations and clocks as data, by date, with their sources (design idea 4)."""

from daras.practice.checking import Problem, check_pack
from daras.practice.loading import (
    NoPackForThatDay,
    PackRefused,
    load_pack,
    pack_for,
    pack_names,
    voice_placeholders,
)
from daras.practice.pack import (
    Authority,
    DutyKind,
    IndicatorRule,
    InvitationRule,
    Level,
    Pack,
    Question,
    Source,
    Step,
)
from daras.practice.vocabulary import Vocabulary, Word

__all__ = [
    "Authority",
    "DutyKind",
    "IndicatorRule",
    "InvitationRule",
    "Level",
    "NoPackForThatDay",
    "Pack",
    "PackRefused",
    "Problem",
    "Question",
    "Source",
    "Step",
    "Vocabulary",
    "Word",
    "check_pack",
    "load_pack",
    "pack_for",
    "pack_names",
    "voice_placeholders",
]
