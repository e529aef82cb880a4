import contextlib
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpis.typed import Unreadable, read, read_count

# How long one example takes depends on what else the machine does.
UNHURRIED = settings(deadline=None)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1013", "1013"),
        ("1,013", "1013"),
        (" 1,013 ", "1013"),
        ("12,345,678", "12345678"),
        ("72.7", "72.7"),
        ("0", "0"),
        ("-3", "-3"),
        ("−3", "-3"),
        ("83.3333", "83.3333"),
        ("999999999999.9999", "999999999999.9999"),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, number: str) -> None:
    assert read(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", "   ", "\t"])
def test_nothing_typed_is_no_number(text: str) -> None:
    assert read(text) is None


def test_a_percentage_may_carry_its_sign_and_nothing_else_may() -> None:
    assert read("83.88%", percent=True) == Decimal("83.88")
    assert read("101 %", percent=True) == Decimal(101)
    with pytest.raises(Unreadable):
        read("5%%", percent=True)
    with pytest.raises(Unreadable) as raised:
        read("83.88%")
    assert str(raised.value) == "“83.88%” is a percentage, and this figure is not. Enter the number itself."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("12a", "“12a” is not a number. Use digits only, such as 1013, 1,013 or 83.33."),
        ("1,01", "“1,01” is not a number. Use digits only, such as 1013, 1,013 or 83.33."),
        ("1 013", "“1 013” is not a number. Use digits only, such as 1013, 1,013 or 83.33."),
        ("=1+1", "“=1+1” is not a number. Use digits only, such as 1013, 1,013 or 83.33."),
        ("٣", "“٣” is not a number. Use digits only, such as 1013, 1,013 or 83.33."),
        ("83.33333", "“83.33333” has 5 decimals, and at most 4 are kept. Round it to 83.3333."),
        ("1000000000000", "“1000000000000” is too large. A figure has at most 12 digits."),
        ("0.00000001", "“0.00000001” has 8 decimals, and at most 4 are kept. Round it to 0.0000."),
        ("9" * 41, f"“{'9' * 40}…” is too large. A figure has at most 12 digits."),
        ("9" + ",999" * 12, f"“{('9' + ',999' * 12)[:40]}…” is too large. A figure has at most 12 digits."),
        ("1e5", "“1e5” is not a number. Use digits only, such as 1013, 1,013 or 83.33."),
        ("x" * 50, f"“{'x' * 40}…” is not a number. Use digits only, such as 1013, 1,013 or 83.33."),
    ],
)
def test_anything_else_is_refused_with_what_would_be_right(text: str, message: str) -> None:
    with pytest.raises(Unreadable) as raised:
        read(text)
    assert str(raised.value) == message


def test_counts_are_whole_and_not_negative() -> None:
    assert read_count("1,013") == 1013
    assert read_count("") is None
    with pytest.raises(Unreadable, match=r"“-3” is negative, and a count is not\. Enter 0 or more\."):
        read_count("-3")
    with pytest.raises(Unreadable, match=r"“2\.5” is not a whole number\. Enter a whole number"):
        read_count("2.5")


@UNHURRIED
@given(st.decimals(min_value=-(10**11), max_value=10**11, places=4, allow_nan=False, allow_infinity=False))
def test_every_number_that_can_be_kept_is_read_back(number: Decimal) -> None:
    assert read(f"{number:,f}") == number


@UNHURRIED
@given(st.text(max_size=80))
def test_no_text_breaks_the_reading(text: str) -> None:
    with contextlib.suppress(Unreadable):
        assert read(text, percent=True) is None or any(sign in text for sign in "0123456789")
