"""A stand-in for Fluent Bit and Fluentd, where neither is at hand: it reads the configuration that a log router is given, in
either's format, opens the inputs named there, decodes Fluentd's forward protocol, applies the filters and prints what reaches
an output, a JSON object a line. What it does not know it refuses, as they would."""
import fnmatch
import json
import os
import re
import signal
import socket
import struct
import sys
import threading
import time

inputs, filters, outputs = [], [], []


def refuse(why):
    print(json.dumps({"refused": why}), flush=True)
    sys.exit(1)


# --- Fluent Bit's classic format -------------------------------------------------------------------------------------

def read_fluent_bit(path):
    kind, entries = None, []
    for line in [*open(path).read().splitlines(), "[END]"]:
        if re.fullmatch(r"\[[A-Z]+\]", line) or line.startswith("@INCLUDE "):
            if kind:
                take_fluent_bit(kind, entries)
            kind, entries = (None, []) if line.startswith("@") else (line[1:-1], [])
            if line.startswith("@"):
                read_fluent_bit(line.split(" ", 1)[1])
        elif line.strip() and not line.strip().startswith("#"):
            key, _, value = line.strip().partition(" ")
            entries.append((key, re.sub(r"\$\{(\w+)\}", lambda found: os.environ[found[1]], value.strip())))


def take_fluent_bit(kind, entries):
    options = {key.lower(): value for key, value in entries}
    name, match = options.get("name"), options.get("match")
    if (kind, name) == ("INPUT", "forward") and "unix_path" in options:
        inputs.append(("unix", options["unix_path"]))
    elif (kind, name) == ("INPUT", "forward"):
        inputs.append(("forward", (options["listen"], int(options["port"]))))
    elif (kind, name) == ("INPUT", "tcp"):
        inputs.append(("lines", (options["listen"], int(options["port"]))))
    elif (kind, name) == ("FILTER", "grep"):
        wanted = "regex" in options
        key, pattern = options["regex" if wanted else "exclude"].split(" ", 1)
        filters.append((match, lambda record: record if bool(re.search(pattern, record.get(key, ""))) == wanted else None))
    elif (kind, name) == ("FILTER", "record_modifier"):
        fields = dict(value.split(" ", 1) for key, value in entries if key == "Record")
        filters.append((match, lambda record: {**record, **fields}))
    elif kind == "OUTPUT":
        outputs.append((match, name, {key: value for key, value in entries if key not in ("Name", "Match")}))
    elif kind != "SERVICE":
        refuse(f"{kind} {name}")


# --- Fluentd's format ------------------------------------------------------------------------------------------------

def read_fluentd(path):
    lines = iter(open(path).read().splitlines())
    for line in lines:
        opened = re.fullmatch(r"<(\w+)\s*(\S*)>", line.strip())
        if opened:
            take_fluentd(opened[1], opened[2], block(lines, opened[1]))
        elif line.startswith("@include "):
            read_fluentd(line.split(" ", 1)[1])
        elif line.strip():
            refuse(line)


def block(lines, name):
    entries = {}
    for line in lines:
        if line.strip() == f"</{name}>":
            return entries
        opened = re.fullmatch(r"<(\w+)>", line.strip())
        if opened:
            entries[opened[1]] = block(lines, opened[1])
        else:
            key, _, value = line.strip().partition(" ")
            entries[key] = re.sub(r"""^"#\{ENV\['([^']+)'\]\}"$""", lambda found: os.environ[found[1]], value)
    refuse(f"<{name}> has no end")


def take_fluentd(kind, match, entries):
    name = entries.pop("@type")
    if (kind, name) == ("source", "unix"):
        inputs.append(("unix", entries["path"]))
    elif (kind, name) == ("source", "forward"):
        inputs.append(("forward", (entries["bind"], int(entries["port"]))))
    elif (kind, name) == ("filter", "grep"):
        wanted = "regexp" in entries
        rule = entries["regexp" if wanted else "exclude"]
        key, pattern = rule["key"], rule["pattern"][1:-1]
        filters.append((match, lambda record: record if bool(re.search(pattern, record.get(key, ""))) == wanted else None))
    elif (kind, name) == ("filter", "record_transformer"):
        fields = entries["record"]
        filters.append((match, lambda record: {**record, **fields}))
    elif kind == "match":
        outputs.append((match, name, entries))
    else:
        refuse(f"{kind} {name}")


# --- The forward protocol --------------------------------------------------------------------------------------------

class Decoder:
    def __init__(self, read):
        self.read = read

    def number(self, kind):
        return struct.unpack(">" + kind, self.read(struct.calcsize(kind)))[0]

    def value(self):
        first = self.read(1)[0]
        if first < 0x80:
            return first
        if first < 0x90:
            return self.map(first & 0x0F)
        if first < 0xA0:
            return self.list(first & 0x0F)
        if first < 0xC0:
            return self.read(first & 0x1F).decode()
        if first >= 0xE0:
            return first - 0x100
        if first in (0xC0, 0xC2, 0xC3):
            return {0xC0: None, 0xC2: False, 0xC3: True}[first]
        if first in (0xC4, 0xC5, 0xC6):
            return self.read(self.number("BHI"[first - 0xC4]))
        if first in (0xCA, 0xCB):
            return self.number("fd"[first - 0xCA])
        if 0xCC <= first <= 0xD3:
            return self.number("BHIQbhiq"[first - 0xCC])
        if first == 0xD7 and self.read(1) == b"\0":  # The protocol's own type: seconds and nanoseconds.
            return self.number("I") + self.number("I") / 1e9
        if first in (0xD9, 0xDA, 0xDB):
            return self.read(self.number("BHI"[first - 0xD9])).decode()
        if first in (0xDC, 0xDD):
            return self.list(self.number("HI"[first - 0xDC]))
        if first in (0xDE, 0xDF):
            return self.map(self.number("HI"[first - 0xDE]))
        raise ValueError(f"byte {first:#x} of the forward protocol")

    def list(self, count):
        return [self.value() for _ in range(count)]

    def map(self, count):
        return {self.value(): self.value() for _ in range(count)}


def route(tag, record):
    record = {key: value.decode() if isinstance(value, bytes) else value for key, value in record.items()}
    for match, step in filters:
        if record is not None and matches(match, tag):
            record = step(record)
    for match, name, options in outputs:
        if record is not None and name != "null" and matches(match, tag):
            os.write(1, (json.dumps({"output": name, "options": options, "tag": tag, "record": record}) + "\n").encode())


def matches(pattern, tag):
    return fnmatch.fnmatchcase(tag, pattern.replace("**", "*"))


def serve_forward(stream):
    def read(count):
        data = stream.read(count)
        if len(data) < count:
            raise EOFError
        return data

    try:
        while True:
            tag, second, *rest = Decoder(read).value()
            for _, record in second if isinstance(second, list) else [(second, rest[0])]:
                route(tag, record)
    except EOFError:
        pass


def serve_lines(stream):
    for line in stream:
        route("firelens-healthcheck", {"log": line.decode().rstrip()})


def accept(listener, serve):
    def until_closed(connection):
        with connection, connection.makefile("rb") as stream:
            serve(stream)

    while True:
        threading.Thread(target=until_closed, args=(listener.accept()[0],), daemon=True).start()


def main(path):
    (read_fluentd if "/fluentd/" in path else read_fluent_bit)(path)
    for kind, address in inputs:
        listener = socket.socket(socket.AF_UNIX if kind == "unix" else socket.AF_INET)
        if kind == "unix" and os.path.exists(address):
            os.unlink(address)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen()
        threading.Thread(target=accept, args=(listener, serve_lines if kind == "lines" else serve_forward), daemon=True).start()

    print(json.dumps({"inputs": inputs, "user": os.getuid()}), flush=True)
    signal.sigwait([signal.SIGTERM])
    time.sleep(0.3)  # For what has been sent already.
    print(json.dumps({"ended": True}), flush=True)


signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
main(sys.argv[1])
