"""Fields and ages as scanners write them, in the words that tables use."""

import pytest

from portal.imaging import facts


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        *(("1.5", "1.5 T"), ("1.494", "1.5 T"), ("15000", "1.5 T"), ("2.8936", "3 T")),
        *(("0.55", "0.55 T"), ("", ""), ("strong", ""), ("0", ""), ("-1.5", ""), ("nan", "")),
    ],
)
def test_field(written: str, shown: str) -> None:
    assert facts._field(written) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        *(("017Y", "under 18"), ("018Y", "18 to 39"), ("006M", "under 18"), ("300M", "18 to 39")),
        *(("079Y", "60 to 79"), ("080Y", "80 and over"), ("099Y", "80 and over")),
        *(("", ""), ("45", ""), ("Y", ""), ("04.5Y", "")),
    ],
)
def test_age_band(written: str, shown: str) -> None:
    assert facts._age_band(written) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [("SIEMENS Healthineers", "Siemens"), ("GE MEDICAL SYSTEMS", "GE"), ("Acme", "Acme"), ("", "")],
)
def test_vendor(written: str, shown: str) -> None:
    assert facts._vendor(written) == shown
