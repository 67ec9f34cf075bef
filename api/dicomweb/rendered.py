"""Rendered resources and thumbnails (PS3.18 10.4.1.1.3, 10.4.1.1.4, 8.3.5)."""

import hashlib
import math
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO

from PIL import Image
from rest_framework.exceptions import NotAcceptable

from api.dicomweb.accept import choose, ranges
from api.dicomweb.documents import series_of
from api.dicomweb.exchange import Ask, BadParameter, Reply, multipart, not_modified
from api.dicomweb.places import Place, place_of, places_of, standing
from cmrkit.dicomio.rendered import Window, WindowFunction, frame_values, grey
from cmrkit.errors import CmrkitError
from portal.core.errors import NotFound, TooLarge
from portal.imaging.models import Study
from portal.storage import files
from portal.storage.errors import BytesMissing

JPEG, PNG, GIF = "image/jpeg", "image/png", "image/gif"
STILL = (JPEG, PNG)
MOST_FRAMES = 512  # of one answer
MOST_PIXELS = 4096  # to a side
THUMBNAIL_PX = 192
CINE_MS = 40  # a frame of a GIF lasts: the format counts hundredths of a second

Shown = tuple[Place, int]  # an instance and one of its frames, from 1


@dataclass(frozen=True, slots=True)
class Look:
    """How to draw. ``size`` is the most columns and rows; ``crop`` the part of the image."""

    size: tuple[int, int] | None
    crop: tuple[int, int, int, int] | None
    window: Window | None
    quality: int


def rendered_study(ask: Ask, study: str) -> Reply:
    places = [
        place
        for series in series_of(ask.visitor, study)
        for place in places_of(ask.visitor, study, series).values()
    ]
    return _rendered_many(ask, _all_frames(places))


def rendered_series(ask: Ask, study: str, series: str) -> Reply:
    places = list(places_of(ask.visitor, study, series).values())
    return _rendered_many(ask, _all_frames(places))


def rendered_instance(ask: Ask, study: str, series: str, instance: str) -> Reply:
    place = place_of(ask.visitor, study, series, instance)
    return _rendered(ask, _all_frames([place]), single=True)


def rendered_frames(ask: Ask, study: str, series: str, instance: str, numbers: str) -> Reply:
    place = place_of(ask.visitor, study, series, instance)
    shown = []
    for text in numbers.split(","):
        if not (text.isascii() and text.isdecimal()):
            raise BadParameter("Frame numbers are whole numbers from 1, separated by commas.")
        if not 1 <= int(text[:9]) <= len(place.ranges):
            raise NotFound()
        shown.append((place, int(text)))
    return _rendered(ask, shown, single=len(shown) == 1)


def _all_frames(places: Sequence[Place]) -> list[Shown]:
    return [(place, n + 1) for place in places for n in range(len(place.ranges))]


def _rendered_many(ask: Ask, shown: list[Shown]) -> Reply:
    """All of them; the one in the middle where a still is asked for, and not a multipart answer."""
    if shown and _asks_for_one(ask.accept):
        return _rendered(ask, [shown[len(shown) // 2]], single=True)
    return _rendered(ask, shown, single=False)


def _asks_for_one(accept: str) -> bool:
    """Of what we offer, the client likes a still in no envelope best. Who takes anything at all
    gets everything."""
    for wanted in ranges(accept):
        if any(wanted.matches(media_type) for media_type in (*STILL, GIF)):
            named = wanted.media_type != "*/*" and any(map(wanted.matches, STILL))
            return named and not wanted.multipart
    return False


def _rendered(ask: Ask, shown: list[Shown], *, single: bool) -> Reply:
    """``single``: one picture, of the first frame, unless a cine is asked for. Else all of them."""
    if not shown:
        raise NotFound()
    media_type = _media_type(ask.accept, single=single)
    look = _look(ask)
    if single and media_type != GIF:
        shown = shown[:1]
    if len(shown) > MOST_FRAMES:
        raise TooLarge(f"More than {MOST_FRAMES} frames in one answer. Ask for series or frames.")
    etag = _etag(shown, media_type, repr(look))
    if ask.holds(etag):
        return not_modified(etag)
    if media_type == GIF:
        return Reply(200, _gif(shown, look), GIF).tagged(etag)
    if single:
        return Reply(200, _still(_picture(*shown[0], look), media_type, look), media_type).tagged(
            etag
        )
    parts = [_still(_picture(*one, look), media_type, look) for one in shown]
    return multipart(parts, media_type, "", secrets.token_hex(16)).tagged(etag)


def _media_type(accept: str, *, single: bool) -> str:
    offered = (*STILL, GIF)
    if single:
        return choose(accept, offered)
    for wanted in ranges(accept):
        for media_type in offered:
            # many stills are a multipart answer, a cine is one picture
            if wanted.matches(media_type) and wanted.multipart <= (media_type != GIF):
                return media_type
    raise NotAcceptable(f"Offered here: {', '.join(offered)}.")


def _etag(shown: list[Shown], media_type: str, look: str) -> str:
    named = repr([(place.tag, number) for place, number in shown])
    return hashlib.sha256(f"{named} {media_type} {look}".encode()).hexdigest()[:32]


# ---- parameters


def _look(ask: Ask) -> Look:
    size, crop = _viewport(ask.parameter("viewport"))
    quality = ask.parameter("quality", "90")
    if not (quality.isascii() and quality.isdecimal() and 1 <= int(quality[:4]) <= 100):
        raise BadParameter("quality: give a whole number from 1 to 100.")
    return Look(size, crop, _window(ask.parameter("window")), int(quality))


def _viewport(
    text: str,
) -> tuple[tuple[int, int] | None, tuple[int, int, int, int] | None]:
    if not text:
        return None, None
    pieces = text.split(",")
    try:
        numbers = [int(p) if p.strip() else 0 for p in pieces]
    except ValueError:
        numbers = []
    if len(numbers) not in (2, 6) or not all(1 <= n <= MOST_PIXELS for n in numbers[:2]):
        raise BadParameter(
            f"viewport: give width,height in pixels (1 to {MOST_PIXELS}), and where a part is "
            "wanted its left,top,width,height after them."
        )
    if len(numbers) == 2:
        return (numbers[0], numbers[1]), None
    left, top, width, height = numbers[2:]
    if min(left, top) < 0 or min(width, height) < 1:
        raise BadParameter("viewport: the part lies inside the image and has a size.")
    return (numbers[0], numbers[1]), (left, top, left + width, top + height)


def _window(text: str) -> Window | None:
    if not text:
        return None
    pieces = text.split(",")
    try:
        center, width = float(pieces[0]), float(pieces[1])
        function = WindowFunction(pieces[2].lower() if len(pieces) > 2 else "linear")
        good = len(pieces) <= 3 and math.isfinite(center) and 1 <= width < math.inf
    except (ValueError, IndexError):
        good = False
    if not good:
        raise BadParameter(
            "window: give center,width,function; the width is at least 1, the function linear, "
            "linear-exact or sigmoid."
        )
    return Window(center, width, function)


# ---- pictures


def _picture(place: Place, number: int, look: Look) -> Image.Image:
    frame = frame_values(files.read_bytes(place.sha256), number)
    image = Image.fromarray(grey(frame, look.window))
    if look.crop is not None:
        if look.crop[0] >= image.width or look.crop[1] >= image.height:
            raise BadParameter("viewport: the part lies inside the image and has a size.")
        image = image.crop(
            (*look.crop[:2], min(look.crop[2], image.width), min(look.crop[3], image.height))
        )
    if look.size is not None:
        scale = min(look.size[0] / image.width, look.size[1] / image.height)
        wanted = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        image = image.resize(wanted, Image.Resampling.BILINEAR)
    return image


def _still(image: Image.Image, media_type: str, look: Look) -> bytes:
    out = BytesIO()
    if media_type == PNG:
        image.save(out, "PNG", compress_level=3)
    else:
        image.save(out, "JPEG", quality=look.quality)
    return out.getvalue()


def _gif(shown: list[Shown], look: Look) -> bytes:
    def later() -> Iterator[Image.Image]:
        for one in shown[1:]:
            picture = _picture(*one, look)
            yield picture if picture.size == first.size else picture.resize(first.size)

    first = _picture(*shown[0], look)
    out = BytesIO()
    first.save(
        out, "GIF", save_all=True, append_images=later(), duration=CINE_MS, loop=0, disposal=1
    )
    return out.getvalue()


# ---- thumbnails


def study_thumbnail(ask: Ask, study: str) -> Reply:
    choose(ask.accept, STILL)
    return _kept(ask, study)


def series_thumbnail(ask: Ask, study: str, series: str) -> Reply:
    places = [p for p in places_of(ask.visitor, study, series).values() if p.ranges]
    if not places:
        raise NotFound()
    return _small(ask, study, (places[len(places) // 2], 1))


def instance_thumbnail(ask: Ask, study: str, series: str, instance: str) -> Reply:
    return _small(ask, study, (place_of(ask.visitor, study, series, instance), 1))


def frame_thumbnail(ask: Ask, study: str, series: str, instance: str, number: str) -> Reply:
    place = place_of(ask.visitor, study, series, instance)
    if not (number.isascii() and number.isdecimal()):
        raise BadParameter("A thumbnail is of one frame: give its number.")
    if not 1 <= int(number[:9]) <= len(place.ranges):
        raise NotFound()
    return _small(ask, study, (place, int(number)))


def _small(ask: Ask, study: str, one: Shown) -> Reply:
    """Of one frame; the study's where the frame can't be decoded."""
    media_type = choose(ask.accept, (PNG, JPEG))
    size, crop = _viewport(ask.parameter("viewport", f"{THUMBNAIL_PX},{THUMBNAIL_PX}"))
    if crop is not None or (size and max(size) > 1024):
        raise BadParameter("viewport: a thumbnail is at most 1024 pixels wide and high.")
    etag = _etag([one], media_type, f"thumbnail {size}")
    if ask.holds(etag):
        return not_modified(etag)
    look = Look(size, None, None, 85)
    try:
        return Reply(200, _still(_picture(*one, look), media_type, look), media_type).tagged(etag)
    except (CmrkitError, BytesMissing):
        return _kept(ask, study)


def _kept(ask: Ask, study: str) -> Reply:
    """The study's own, made when its stacks were assembled."""
    opening = ask.visitor.opening(study)
    study_id, _ = standing(ask.visitor, opening.study_uid)
    picture = Study.objects.filter(pk=study_id).values_list("thumbnail", flat=True).first()
    if picture is None:
        raise NotFound()
    content = bytes(picture)
    etag = opening.names.tag(hashlib.sha256(content).hexdigest())
    if ask.holds(etag):
        return not_modified(etag)
    return Reply(200, content, PNG).tagged(etag)
