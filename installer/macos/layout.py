"""How the window of the disk image looks: writes .DS_Store, which tells Finder its size, its picture and the places of
the icons. Anywhere, without a Mac; needs ds_store and mac_alias from PyPI. make-layout calls it, check_dmg.py reads it.

    layout.py FILE
"""
import datetime
import sys

from ds_store import DSStore
from mac_alias import Alias, TargetInfo, VolumeInfo

VOLUME = "Pika!"
PICTURE = ".background/background.tiff"
# In points: the picture, and the middle of each icon on it.
SIZE = (640, 440)
ICONS = {"Pika!.app": (168, 158), "Applications": (472, 158), "Read me first.txt": (168, 340)}
ICON_SIZE = 104
# Finder counts the title bar into the window's height.
TITLE_BAR = 28
WINDOW_AT = (200, 160)
# The format wants a date; nobody looks at it.
SOME_DAY = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)


def picture():
    """An alias to the picture, by the volume's name: the volume itself is made later."""
    folder, name = PICTURE.split("/")
    volume = VolumeInfo(VOLUME, SOME_DAY, b"H+", 5, 0, b"\0\0", posix_path=f"/Volumes/{VOLUME}")
    target = TargetInfo(0, name, 0, 0, SOME_DAY, b"\0\0\0\0", b"\0\0\0\0", folder_name=folder,
                        carbon_path=f"{VOLUME}:{PICTURE.replace('/', ':')}", posix_path=f"/{PICTURE}")
    return Alias(volume=volume, target=target)


def write(file):
    width, height = SIZE
    with DSStore.open(file, "w+") as store:
        store["."]["vSrn"] = ("long", 1)
        store["."]["icvl"] = ("type", b"icnv")
        store["."]["bwsp"] = {
            "WindowBounds": f"{{{{{WINDOW_AT[0]}, {WINDOW_AT[1]}}}, {{{width}, {height + TITLE_BAR}}}}}",
            "ShowStatusBar": False, "ShowTabView": False, "ShowToolbar": False, "ShowPathbar": False, "ShowSidebar": False,
            "ContainerShowSidebar": False, "PreviewPaneVisibility": False, "SidebarWidth": 0,
        }
        store["."]["icvp"] = {
            "viewOptionsVersion": 1, "backgroundType": 2, "backgroundImageAlias": picture().to_bytes(),
            "backgroundColorRed": 1.0, "backgroundColorGreen": 1.0, "backgroundColorBlue": 1.0,
            "iconSize": float(ICON_SIZE), "textSize": 13.0, "labelOnBottom": True, "showIconPreview": True, "showItemInfo": False,
            "arrangeBy": "none", "gridSpacing": 100.0, "gridOffsetX": 0.0, "gridOffsetY": 0.0,
            "scrollPositionX": 0.0, "scrollPositionY": 0.0,
        }
        for name, place in ICONS.items():
            store[name]["Iloc"] = place


if __name__ == "__main__":
    write(sys.argv[1])
