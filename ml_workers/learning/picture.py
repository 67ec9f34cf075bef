"""The learning curves as SVG: Dice and EF error against labels, one line per strategy."""

from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT = 380, 290
LEFT, RIGHT, TOP, BOTTOM = 54, 14, 60, 44
LINES = (
    ("#8a6d1f", "5 4"),
    ("#1f6f8a", "none"),
    ("#8a1f5c", "8 3"),
    ("#3c7a2a", "2 3"),
    ("#5b3fa0", "8 3 2 3"),
    ("#a0522d", "12 4"),
    ("#444444", "1 2"),
)
PANELS = (("dice", "Dice", 3), ("ef_mae_points", "EF error, points", 1))
Point = dict[str, Any]
Curves = dict[str, list[Point]]


@dataclass(frozen=True)
class _Axes:
    """Labels from 0 to ``most``, values from ``low`` to ``high``."""

    most: float
    low: float
    high: float

    @classmethod
    def around(cls, points: list[Point], name: str) -> "_Axes":
        values = [value for point in points for value in point[name]["by_seed"]] or [0.0]
        pad = 0.08 * (max(values) - min(values)) or 0.01
        most = max(point["labels"] for point in points)
        return cls(most, min(values) - pad, max(values) + pad)

    def x(self, labels: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * labels / self.most, 1)

    def y(self, value: float) -> float:
        share = (self.high - value) / (self.high - self.low)
        return round(TOP + (HEIGHT - TOP - BOTTOM) * share, 1)


def svg_of(curves: Curves) -> str:
    """``curves``: points by strategy. Lines are means, dots single seeds."""
    panels = "".join(
        f'<g transform="translate({index * WIDTH},0)">{_panel(curves, *panel)}</g>'
        for index, panel in enumerate(PANELS)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH * len(PANELS)} {HEIGHT}" '
        'font-family="sans-serif" font-size="12" role="img">'
        "<title>Dice and EF error against labelled patients, by strategy</title>"
        f'<rect width="100%" height="100%" fill="#ffffff"/>{_legend(curves)}{panels}</svg>\n'
    )


def _legend(curves: Curves) -> str:
    return "".join(
        f'<path d="M{at} 16h24" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/>'
        f'<text x="{at + 30}" y="20">{strategy.replace("_", " ")}</text>'
        for at, strategy, (colour, dash) in zip(range(LEFT, 2000, 118), curves, LINES, strict=False)
    )


def _panel(curves: Curves, name: str, title: str, digits: int) -> str:
    points = [point for curve in curves.values() for point in curve]
    axes = _Axes.around(points, name)
    lines = [
        _line(axes, curve, name, *line) for curve, line in zip(curves.values(), LINES, strict=False)
    ]
    return (
        f'<text x="{LEFT}" y="{TOP - 14}" font-weight="bold">{title}</text>'
        f"{_ticks(axes, points, digits)}{''.join(lines)}"
    )


def _ticks(axes: _Axes, points: list[Point], digits: int) -> str:
    parts = []
    for step in range(5):
        value = axes.low + (axes.high - axes.low) * step / 4
        at = axes.y(value)
        parts.append(f'<path d="M{LEFT} {at}H{WIDTH - RIGHT}" stroke="#dddddd"/>')
        parts.append(_text(LEFT - 6, at + 4, f"{value:.{digits}f}", "end"))
    for labels in sorted({point["labels"] for point in points}):
        parts.append(_text(axes.x(labels), HEIGHT - BOTTOM + 16, str(labels), "middle"))
    parts.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, "labelled patients", "middle"))
    return "".join(parts)


def _text(x: float, y: float, said: str, anchor: str) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}">{said}</text>'


def _line(axes: _Axes, curve: list[Point], name: str, colour: str, dash: str) -> str:
    dots = "".join(
        f'<circle cx="{axes.x(point["labels"])}" cy="{axes.y(value)}" r="2.5" fill="{colour}" '
        'fill-opacity="0.5"/>'
        for point in curve
        for value in point[name]["by_seed"]
    )
    means = " ".join(
        f"{axes.x(point['labels'])},{axes.y(point[name]['mean'])}"
        for point in curve
        if point[name]["mean"] is not None
    )
    return (
        f'{dots}<polyline points="{means}" fill="none" stroke="{colour}" stroke-width="2" '
        f'stroke-dasharray="{dash}"/>'
    )
