"""A dancer, written from docs/protocol.md alone: comes in, likes, votes, sleeps, resumes, stays to the end.

Usage: dancer.py ws://HOST:PORT/ws CODE
Prints a word after each step and goes on after a line on standard input where the night must change meanwhile.
"""

import asyncio
import json
import sys
import uuid

import websockets

VERSION = 1


class Night:
    """What the page of a dancer would keep."""

    def __init__(self, code):
        self.code = code
        self.dancer_pass = None
        self.position = None
        self.counter = 0
        self.plays = {}
        self.playing = None
        self.poll = None
        self.likes = {}

    def subscribe(self):
        message = {"type": "SUBSCRIBE", "protocol_version": VERSION, "client_version": "py", "code": self.code}
        if self.dancer_pass:
            message["pass"] = self.dancer_pass
        if self.position:
            message["since"] = self.position
        return message

    def action(self, kind, **fields):
        self.counter += 1
        return {"type": kind, "id": str(uuid.uuid4()), "counter": self.counter, **fields}

    def hear(self, message):
        kind = message["type"]
        if kind == "WELCOME":
            self.dancer_pass = message["pass"]
            if not message["resumed"]:
                self.position = None
        elif kind == "SNAPSHOT":
            self.position = {"epoch": message["epoch"], "offset": message["offset"]}
            self.plays = {play["play_id"]: play for play in message["plays"]}
            self.playing = message.get("playing")
            self.poll = message.get("poll")
        elif kind == "COUNTS":
            for play in message["plays"]:
                self.likes[play["play_id"]] = play["likes"]
        if kind != "SNAPSHOT" and "offset" in message:
            expected = self.position["offset"] + 1
            assert message["offset"] == expected, f"gap: {message['offset']} after {expected - 1}"
            self.position["offset"] = message["offset"]
        if kind == "NOW_PLAYING":
            play = message["play"]
            self.plays[play["play_id"]] = play
            if message["current"]:
                self.playing = play["play_id"]
        elif kind == "POLL_STARTED":
            self.poll = message["poll"]


async def until(socket, night, fits):
    """Listens until a message fits; what an error says ends the program."""
    while True:
        message = json.loads(await asyncio.wait_for(socket.recv(), 20))
        night.hear(message)
        assert message["type"] != "ERROR", message
        if fits(message):
            return message


def step(word):
    print(word, flush=True)
    sys.stdin.readline()


async def main(url, code):
    night = Night(code)
    async with websockets.connect(url) as socket:
        await socket.send(json.dumps(night.subscribe()))
        welcome = await until(socket, night, lambda message: message["type"] == "WELCOME")
        assert welcome["protocol_version"] == VERSION and not welcome["resumed"]
        await until(socket, night, lambda message: message["type"] == "SNAPSHOT")
        like = night.action("LIKE", play_id=night.playing)
        for _ in range(2):
            await socket.send(json.dumps(like))
        for _ in range(2):
            await until(socket, night, lambda message: message == {"type": "ACK", "id": like["id"]})
        await until(socket, night, lambda _: night.likes.get(night.playing) == 1)
        vote = night.action("VOTE", poll_id=night.poll["poll_id"], option=1)
        await socket.send(json.dumps(vote))
        await until(socket, night, lambda message: message == {"type": "ACK", "id": vote["id"]})
    step("liked")
    async with websockets.connect(url) as socket:
        await socket.send(json.dumps(night.subscribe()))
        welcome = await until(socket, night, lambda message: message["type"] == "WELCOME")
        assert welcome["resumed"], welcome
        await until(socket, night, lambda message: message["type"] == "NOW_PLAYING")
        assert night.plays[night.playing]["track"]["title"] == "Second"
        # The like of before, once more: a repeat changes nothing.
        await socket.send(json.dumps(like))
        await until(socket, night, lambda message: message == {"type": "ACK", "id": like["id"]})
        step("resumed")
        await until(socket, night, lambda message: message["type"] == "SESSION_ENDED")
    print("ended", flush=True)


asyncio.run(main(sys.argv[1], sys.argv[2]))
