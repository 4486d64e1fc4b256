"""A name server for tests: name_server.py ADDRESS NAME=ADDRESS…; answers A questions, and prints every question."""
import socket
import struct
import sys


def main():
    names = dict(argument.split("=") for argument in sys.argv[2:])
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener.bind((sys.argv[1], 53))
    while True:
        question, client = listener.recvfrom(512)
        labels, at = [], 12
        while question[at]:
            labels.append(question[at + 1:at + 1 + question[at]].decode("ascii", "replace"))
            at += 1 + question[at]
        name, end = ".".join(labels), at + 5
        kind = struct.unpack("!H", question[at + 1:at + 3])[0]
        print(name, kind, flush=True)
        address = names.get(name.lower()) if kind == 1 else None
        known = name.lower() in names
        # Answer, authoritative, with the question repeated; 3 says that there is no such name.
        head = question[:2] + struct.pack("!HHHHH", 0x8580 if known else 0x8583, 1, 1 if address else 0, 0, 0)
        answer = b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 30, 4) + socket.inet_aton(address) if address else b""
        listener.sendto(head + question[12:end] + answer, client)


if __name__ == "__main__":
    main()
