"""Documents from records: what people typed stays text, whatever it looks like."""

import pytest

from portal.modelhub.papers import (
    Fact,
    Facts,
    Items,
    Note,
    Paper,
    Section,
    Table,
    as_html,
    as_markdown,
    said,
)

HOSTILE = 'a | b <script>alert(1)</script> [x](y) *c* `d` "e" & \\\n# f'


def paper() -> Paper:
    return Paper(
        "Title",
        "Subtitle",
        ["Mind this."],
        [
            Section(
                "First",
                [
                    Facts([Fact("Name", HOSTILE, "/p/x"), Fact("Other")]),
                    Items(["one", "two"]),
                    Note("A note."),
                    Table("Numbers", ["", "n"], [["row", "1"]], "Of all."),
                ],
            )
        ],
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *((None, "not recorded"), ("", "not recorded"), (0, "0"), (0.0, "0"), (False, "no")),
        *(
            (True, "yes"),
            (0.1234, "0.123"),
            (1.5, "1.5"),
            (12, "12"),
            ("x", "x"),
            (0.0005, "0.0005"),
            (-0.0214, "-0.0214"),
            (150.0, "150"),
        ),
    ],
)
def test_said(value: object, text: str) -> None:
    assert said(value) == text


def test_markdown_in_full() -> None:
    text = as_markdown(paper(), "https://portal")
    cell = (
        "a \\| b &lt;script&gt;alert(1)&lt;/script&gt; \\[x\\](y) \\*c\\* \\`d\\` "
        '"e" &amp; \\\\ # f'
    )
    assert text == (
        "# Title\n\nSubtitle\n\n> **Mind this.**\n\n## First\n\n"
        f"|  |  |\n| --- | --- |\n| Name | [{cell}](https://portal/p/x) |\n"
        "| Other | not recorded |\n\n- one\n- two\n\nA note.\n\n"
        "### Numbers\n\n|  | n |\n| --- | --- |\n| row | 1 |\n\nOf all.\n"
    )


def test_html_has_no_markup_of_others() -> None:
    text = as_html(paper(), "https://portal")
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert '<a href="https://portal/p/x">' in text
    assert '<p class="warning">Mind this.</p>' in text
    assert text.index("Mind this.") < text.index("<section>")
    assert "http-equiv" not in text
    assert " src=" not in text
