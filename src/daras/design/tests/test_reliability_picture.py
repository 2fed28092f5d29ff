"""The picture of likelihoods as said and as they were (A5)."""

from __future__ import annotations

from xml.etree import ElementTree

from daras.design.reliability_picture import Band, draw

SVG = "{http://www.w3.org/2000/svg}"


def test_each_band_is_a_circle_with_its_bounds_and_the_picture_says_what_it_is() -> None:
    """A5: given two bands, then each is a circle at what was said and what was so, the fuller one larger, named for
    those who do not see it."""
    bands = [Band(0.2, 0.4, 0.3, 0.5, 100), Band(0.95, 0.9, 0.85, 0.94, 400)]
    drawn = ElementTree.fromstring(str(draw(bands, title="Likelihoods of matching")))
    circles = drawn.findall(f".//{SVG}circle")
    assert len(circles) == len(bands)
    few, many = circles
    assert float(few.get("cx", 0)) < float(many.get("cx", 0))
    assert float(few.get("cy", 0)) > float(many.get("cy", 0))
    assert float(few.get("r", 0)) < float(many.get("r", 0))
    assert drawn.findtext(f"{SVG}title") == "Likelihoods of matching"
    assert "style" not in ElementTree.tostring(drawn, encoding="unicode").replace("font-style", "")
