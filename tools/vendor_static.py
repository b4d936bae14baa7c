"""Copy styles and icons of pinned packages into static/, and write down what was copied.

    npm pack @tabler/core@1.6.1 @tabler/icons@3.51.0      (in an empty folder)
    python tools/vendor_static.py FOLDER_WITH_THE_TARBALLS

The sprite holds only the icons that ICONS names; a template asks for one with `{% icon "name" %}`.
"""

import hashlib
import re
import sys
import tarfile
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "static"
CORE = "tabler-core-1.6.1.tgz"
ICON_SET = "tabler-icons-3.51.0.tgz"
ICONS = (
    "activity adjustments-horizontal alert-triangle arrow-back-up arrow-big-up arrow-left arrow-right "
    "arrows-exchange arrows-split-2 at bell bookmark building-store calendar calendar-event chart-bar check "
    "checks chevron-down chevron-right circle-check circle-dashed circle-x clock clock-hour-4 clock-off "
    "clock-plus columns-3 copy credit-card device-desktop device-mobile external-link eye history hourglass id "
    "inbox info-circle keyboard language list-search lock logout message-2-question moon note pencil "
    "player-track-next receipt-refund refresh search send shield-check shopping-bag sun tag user user-check "
    "user-share user-up users writing-sign x zoom-in zoom-out"
).split()


def read_member(tarball: Path, member: str) -> str:
    with tarfile.open(tarball) as archive:
        extracted = archive.extractfile(f"package/{member}")
        if extracted is None:
            raise FileNotFoundError(f"{member} in {tarball}")
        return extracted.read().decode()


def symbol(name: str, svg: str) -> str:
    """Turn one icon file into a <symbol>, without its empty background path."""
    paths = re.findall(r"<(?:path|circle|rect|line|polyline)\b[^>]*/>", svg)
    drawn = "".join(path.replace(" />", "/>") for path in paths if 'd="M0 0h24v24H0z"' not in path)
    return f'<symbol id="{name}" viewBox="0 0 24 24">{drawn}</symbol>'


def write(path: Path, text: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return hashlib.sha256(text.encode()).hexdigest()


def main(folder: Path) -> None:
    # The source map is not vendored, and the manifest storage refuses a link to a file that is missing.
    css = re.sub(r"\n?/\*# sourceMappingURL=.*?\*/\s*$", "\n", read_member(folder / CORE, "dist/css/tabler.min.css"))
    css_hash = write(STATIC / "vendor" / "tabler" / "tabler.min.css", css)
    members = ((name, read_member(folder / ICON_SET, f"icons/outline/{name}.svg")) for name in ICONS)
    symbols = "\n".join(symbol(name, svg) for name, svg in members)
    icons_hash = write(STATIC / "icons.svg", f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n')
    write(STATIC / "vendor" / "tabler-icons" / "LICENSE", read_member(folder / ICON_SET, "LICENSE"))
    print(f"tabler.min.css  {css_hash}\nicons.svg       {icons_hash}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
