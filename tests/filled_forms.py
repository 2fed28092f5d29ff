"""Each form of the front line with whoever fills it in, about whom, and what they answer (A3, F1 to F4, F6, F7)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Filled:
    """A form, who fills it in, about whom, and what they answer: texts, choices, and people by question."""

    form: str
    name: str
    by: str
    about: str
    answers: dict[str, str | list[str]]
    people: dict[str, dict[str, str]]
    reads: tuple[str, ...]
    role: str = "child"


FORMS = (
    Filled(
        "vist",
        "ViST: a vulnerable person seen by police",
        "denzil-crago@workers.example",
        "Ella Rowe 2 4 2016",
        {
            "grade": ["amber"],
            "category": "domestic-abuse",
            "what-happened": "A neighbour heard shouting; the door was broken.",
            "voice": "I hid under the bed.",
            "told": ["no"],
            "not-told": "It could have put her at risk.",
        },
        {"others": {"given_name": "Claire", "family_name": "Rowe", "role": "adult", "relation": "mother"}},
        ("Amber: harm is likely without help", "I hid under the bed.", "Claire Rowe"),
    ),
    Filled(
        "emergency-adult",
        "Emergency department: adult",
        "tamsyn-hosking@workers.example",
        "Dean Hocking 30 9 1991",
        {
            "behaviour": ["substances"],
            "what-was-seen": "He had drunk a great deal and was angry.",
            "own-children": ["none"],
            "siblings": ["sees"],
            "partners-children": ["none"],
            "work": ["no"],
            "adult-at-risk": ["no"],
        },
        {"children": {"given_name": "Toby", "date_of_birth": "2019", "role": "child", "relation": "nephew"}},
        ("Yes, and sees them", "Toby", "It was told when this was completed"),
    ),
    Filled(
        "emergency-under-18",
        "Emergency department: under 18",
        "tamsyn-hosking@workers.example",
        "Kerra Nance 3 2 2011",
        {
            "responsible": "Her mother.",
            "school": "Pool Academy",
            "social-worker": ["none"],
            "story": "She fell on the stairs.",
            "fits": ["yes"],
            "came-late": ["no"],
            "came-before": "2",
            "voice": "It was an accident.",
            "alone": ["yes"],
            "exploitation": ["missing"],
            "worry": ["no"],
        },
        {"came-with": {"given_name": "Morwenna", "role": "adult", "relation": "aunt"}},
        ("She fell on the stairs.", "Pool Academy", "Morwenna"),
    ),
    Filled(
        "midwifery-booking",
        "Midwifery booking",
        "elowen-tregear@workers.example",
        "Julie Chegwin 12 8 1999",
        {
            "weeks": "11",
            "seen-alone": ["yes"],
            "own-childhood": "She lived with her grandmother from nine.",
            "childhood-harm": ["sexual"],
            "still-in-contact": ["yes"],
            "afraid": ["no"],
            "partner-childhood": "He does not speak of it.",
            "partner-care": ["no"],
            "partner-risk": ["no"],
            "worry": ["yes"],
            "why": "Whoever harmed her lives near and sees children.",
        },
        {
            "unborn": {"role": "unborn", "expected_birth_on": "14 6 2027", "relation": "child"},
            "household": {"given_name": "Dean", "family_name": "Hocking", "role": "adult", "relation": "partner"},
        },
        ("She lived with her grandmother from nine.", "Dean Hocking (partner)", "Child expected 14 June 2027 (child)"),
    ),
    Filled(
        "midwifery-review",
        "Midwifery review",
        "elowen-tregear@workers.example",
        "Demelza Uren 1 3 1996",
        {
            "seen-alone": ["yes"],
            "childhood": "She says more now: she was in care for two years.",
            "afraid": ["no"],
            "worry": ["no"],
            "why": "She rests, and her sister helps.",
        },
        {
            "unborn": {"role": "unborn", "expected_birth_on": "20 1 2027", "relation": "child"},
            "changed": {"given_name": "Lowen", "role": "adult", "relation": "partner"},
        },
        ("She says more now: she was in care for two years.", "Lowen"),
    ),
    Filled(
        "exploitation",
        "Exploitation: what may be signs",
        "elowen-tregear@workers.example",
        "Tegen Rule 9 9 2010",
        {
            "missing": ["once"],
            "who-with": ["peers"],
            "things": ["some"],
            "health": ["substances"],
            "fear": ["no"],
            "voice": "Leave me alone.",
            "worry": ["no"],
            "why": "Watch, and see her again next week.",
        },
        {},
        ("5: some signs.", "Leave me alone."),
    ),
    Filled(
        "child-at-risk",
        "Spotting the signs: a talk with a child at risk",
        "piran-lanyon@workers.example",
        "Sam Angove 19 7 2012",
        {
            "flag": ["flag"],
            "alone": ["yes"],
            "home": "With his father and a friend of his father’s.",
            "relationships": ["not-said"],
            "voice": "He shrugged and looked at the door.",
            "safe": ["yes"],
            "next": ["refer"],
            "why": "A flag, and a boy who will not speak of the friend. No disclosure is needed.",
        },
        {},
        ("Refer to the front door", "It was told when this was completed"),
    ),
    Filled(
        "school-nursing-contact",
        "School nursing contact",
        "wenna-stephens@workers.example",
        "Mark Trudgeon 14 5 2014",
        {"kind": ["seen"], "what": "Sleep, school and breakfast.", "voice": "I like it at my nan’s."},
        {"with": {"given_name": "Bryher", "role": "adult", "relation": "grandmother"}},
        ("Sleep, school and breakfast.", "I like it at my nan’s.", "Bryher"),
    ),
)
