"""What a screen reader would do: reads what windows tell assistive technology (AT-SPI) and presses it.

One JSON request a line on standard input, one JSON answer a line on standard output: {"ok": …} or {"error": "…"}.
Reads anew each time: nothing is remembered that a program may have changed meanwhile.
"""
import json
import sys

from gi.repository import Gio, GLib

# Milliseconds for one answer of a program.
PATIENCE = 20_000
ROOT = "/org/a11y/atspi/accessible/root"
# The roles and states of AT-SPI that are used here, by number.
ROLES = {7: "check box", 16: "dialog", 23: "frame", 29: "label", 32: "list item", 37: "tab", 40: "secret", 43: "button",
         54: "status", 62: "toggle", 75: "application", 79: "field", 101: "alert"}
STATES = {4: "checked", 12: "focused", 20: "pressed", 24: "sensitive"}


class Bus:
    """One message bus."""

    def __init__(self, address):
        flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        self.connection = Gio.DBusConnection.new_for_address_sync(address, flags, None, None)

    def call(self, name, path, interface, method, arguments=None):
        answer = self.connection.call_sync(name, path, interface, method, arguments, None, Gio.DBusCallFlags.NONE, PATIENCE, None)
        return answer.unpack()

    def ask(self, method, name):
        return self.call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", method, GLib.Variant("(s)", (name,)))[0]


class Reader:
    def __init__(self, address):
        self.session = Bus(address)
        self.atspi = None

    def start(self, _):
        """Switches assistive technology on; programs that are started from now on tell what they show."""
        where = ("org.a11y.Bus", "/org/a11y/bus")
        self.atspi = Bus(self.session.call(*where, "org.a11y.Bus", "GetAddress")[0])
        for name in ("IsEnabled", "ScreenReaderEnabled"):
            on = GLib.Variant("(ssv)", ("org.a11y.Status", name, GLib.Variant("b", True)))
            self.session.call(*where, "org.freedesktop.DBus.Properties", "Set", on)
        self._programs()

    def has(self, request):
        """Whether a service of this name is there."""
        return self.session.ask("NameHasOwner", request["name"])

    def _programs(self):
        return self.atspi.call("org.a11y.atspi.Registry", ROOT, "org.a11y.atspi.Accessible", "GetChildren")[0]

    def items(self, request):
        """Everything that a program shows, in no order. Nothing while it does not tell."""
        for name, _ in self._programs():
            try:
                is_it = self.atspi.ask("GetConnectionUnixProcessID", name) == request["pid"]
            except GLib.Error:
                # It has ended; the list will know in a moment.
                continue
            if is_it:
                found = self.atspi.call(name, "/org/a11y/atspi/cache", "org.a11y.atspi.Cache", "GetItems")[0]
                return [item(name, *each) for each in found]
        return []

    def press(self, request):
        pressed = self.atspi.call(request["bus"], request["path"], "org.a11y.atspi.Action", "DoAction", GLib.Variant("(i)", (0,)))[0]
        if not pressed:
            raise ValueError("it cannot be pressed")

    def write(self, request):
        text = GLib.Variant("(s)", (request["text"],))
        written = self.atspi.call(request["bus"], request["path"], "org.a11y.atspi.EditableText", "SetTextContents", text)[0]
        if not written:
            raise ValueError("it cannot be written to")

    def text(self, request):
        all_of_it = GLib.Variant("(ii)", (0, -1))
        return self.atspi.call(request["bus"], request["path"], "org.a11y.atspi.Text", "GetText", all_of_it)[0]

    def focus(self, request):
        self.atspi.call(request["bus"], request["path"], "org.a11y.atspi.Component", "GrabFocus")


def item(bus, me, _application, _parent, _index, _children, interfaces, name, role, description, states):
    bits = states[0] | (states[1] << 32)
    return {
        "bus": bus,
        "path": me[1],
        "name": name,
        "description": description,
        "role": ROLES.get(role, str(role)),
        "states": [word for bit, word in STATES.items() if bits >> bit & 1],
        "can": sorted(each.rsplit(".", 1)[-1] for each in interfaces),
    }


def main():
    reader = Reader(sys.argv[1])
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = {"ok": getattr(reader, request["do"])(request)}
        except (GLib.Error, ValueError) as error:
            # A control may go between being found and being pressed: the caller looks again.
            answer = {"error": str(error)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
