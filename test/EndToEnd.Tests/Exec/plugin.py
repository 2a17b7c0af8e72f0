#!/usr/bin/env python3
"""Stands in for session-manager-plugin where that is not installed: the same arguments, messages and frames, written from the
protocol as its sources show it, with an encoder of its own. Beyond that:

  plugin.py open URL TOKEN     opens a data channel and prints how the server took it
  plugin.py flood URL TOKEN    opens one, answers the handshake and then reads nothing more until its input ends
"""
import base64, fcntl, hashlib, json, os, select, socket, struct, sys, termios, threading, time, tty, urllib.parse, uuid


class WebSocket:
    def __init__(self, url):
        parts = urllib.parse.urlsplit(url)
        self.lock = threading.Lock()
        self.socket = socket.create_connection((parts.hostname, parts.port))
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall((f"GET {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                             f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n").encode())
        self.reader = self.socket.makefile("rb")
        self.status = int(self.reader.readline().split()[1])
        while self.reader.readline() not in (b"\r\n", b""):
            pass

    def send(self, payload, opcode=2):
        mask = os.urandom(4)
        length = struct.pack("!B", 128 | len(payload)) if len(payload) < 126 else struct.pack("!BH", 254, len(payload))
        masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))
        with self.lock:
            self.socket.sendall(struct.pack("!B", 128 | opcode) + length + mask + masked)

    def receive(self):
        """The next message; a number when the other side has closed with it."""
        message = b""
        while True:
            head = self.reader.read(2)
            if len(head) < 2:
                raise EOFError
            length = head[1] & 127
            if length > 125:
                length = struct.unpack("!H" if length == 126 else "!Q", self.reader.read(2 if length == 126 else 8))[0]
            payload = self.reader.read(length)
            opcode = head[0] & 15
            if opcode == 8:
                return struct.unpack("!H", payload[:2])[0] if payload else 1005
            if opcode == 9:
                self.send(payload, 10)
            elif opcode < 3:
                message += payload
                if head[0] & 128:
                    return message


def encode(kind, payload, number=0, payload_type=0, flags=0):
    name = uuid.uuid4().bytes
    return (struct.pack("!I", 116) + kind.encode().ljust(32) + struct.pack("!IQqQ", 1, int(time.time() * 1000), number, flags)
            + name[8:] + name[:8] + hashlib.sha256(payload).digest() + struct.pack("!II", payload_type, len(payload)) + payload)


class Frame:
    def __init__(self, data):
        header, = struct.unpack("!I", data[:4])
        self.kind = data[4:36].decode().strip("\0 ")
        _, created, self.number, _ = struct.unpack("!IQqQ", data[36:64])
        self.id = uuid.UUID(bytes=data[72:80] + data[64:72])
        self.payload_type, length = struct.unpack("!II", data[112:120])
        self.payload = data[header + 4:]
        assert header == 116 and created > 0 and length == len(self.payload), "The header is wrong."
        assert data[80:112] == hashlib.sha256(self.payload).digest(), "The digest is wrong."


class DataChannel:
    def __init__(self, url, token):
        self.socket = WebSocket(url)
        self.number = 0
        self.lock = threading.Lock()
        if self.socket.status == 101:
            self.socket.send(json.dumps({"MessageSchemaVersion": "1.0", "RequestId": str(uuid.uuid4()), "TokenValue": token,
                                         "ClientId": str(uuid.uuid4()), "ClientVersion": "1.2.707.0"}).encode(), 1)

    def send(self, payload, payload_type):
        with self.lock:
            self.socket.send(encode("input_stream_data", payload, self.number, payload_type))
            self.number += 1

    def acknowledge(self, frame):
        self.socket.send(encode("acknowledge", json.dumps({
            "AcknowledgedMessageType": frame.kind, "AcknowledgedMessageId": str(frame.id),
            "AcknowledgedMessageSequenceNumber": frame.number, "IsSequentialMessage": True}).encode()))

    def answer(self, frame):
        actions = json.loads(frame.payload)["RequestedClientActions"]
        assert actions[0]["ActionParameters"]["SessionType"] in ("Standard_Stream", "InteractiveCommands"), actions
        self.send(json.dumps({"ClientVersion": "1.2.707.0", "Errors": None, "ProcessedClientActions": [
            {"ActionType": action["ActionType"], "ActionStatus": 1, "ActionResult": None, "Error": ""} for action in actions]}).encode(), 6)


def shell(session):
    print(f"\nStarting session with SessionId: {session['SessionId' if 'SessionId' in session else 'sessionId']}", flush=True)
    session = {name[0].lower() + name[1:]: value for name, value in session.items()}
    channel = DataChannel(session["streamUrl"], session["tokenValue"])
    if channel.socket.status != 101:
        print("Cannot perform start session: EOF")
        return
    before = termios.tcgetattr(0) if os.isatty(0) else None
    expected, begun, early = 0, False, 2
    try:
        while True:
            message = channel.socket.receive()
            if isinstance(message, int):
                print(f"\nclosed {message}")
                return
            frame = Frame(message)
            if frame.kind == "channel_closed":
                output = json.loads(frame.payload)["Output"]
                print(f"\n\nSessionId: {session['sessionId']} : {output}\n" if output else f"\n\nExiting session with sessionId: {session['sessionId']}.\n")
                return
            if frame.kind != "output_stream_data" or frame.number != expected:
                continue
            if frame.payload_type == 1 and early > 0:
                early -= 1      # As while the plugin's own handler is not there yet: not taken, and not acknowledged.
                continue
            channel.acknowledge(frame)
            expected += 1
            if frame.payload_type == 5:
                channel.answer(frame)
            elif frame.payload_type == 7 and not begun:
                begun = True
                threading.Thread(target=watch_size, args=[channel], daemon=True).start()
                threading.Thread(target=type_keys, args=[channel], daemon=True).start()
                if before:
                    tty.setcbreak(0)
                    keys = termios.tcgetattr(0)
                    keys[3] &= ~(termios.ECHO | termios.ISIG)
                    termios.tcsetattr(0, termios.TCSANOW, keys)
            elif frame.payload_type == 1:
                os.write(1, frame.payload)
    except (EOFError, ConnectionError):
        print("\nThe connection broke.")
    finally:
        if before:
            termios.tcsetattr(0, termios.TCSANOW, before)


def watch_size(channel):
    told = None
    while True:
        try:
            rows, columns = struct.unpack("HHHH", fcntl.ioctl(1, termios.TIOCGWINSZ, b"\0" * 8))[:2]
        except OSError:
            rows, columns = 100, 300
        if (rows, columns) != told:
            told = (rows, columns)
            channel.send(json.dumps({"cols": columns, "rows": rows}).encode(), 3)
        time.sleep(0.5)


def type_keys(channel):
    while True:
        keys = os.read(0, 1024)
        if not keys:
            return
        channel.send(b"\r" if keys == b"\n" else keys, 1)


def open_channel(url, token):
    channel = DataChannel(url, token)
    if channel.socket.status != 101:
        print("refused", channel.socket.status)
        return
    message = channel.socket.receive()
    print(f"closed {message}" if isinstance(message, int) else f"opened {Frame(message).payload_type}")


def flood(url, token):
    channel = DataChannel(url, token)
    frame = Frame(channel.socket.receive())
    channel.acknowledge(frame)
    channel.answer(frame)
    sys.stdin.read()


if __name__ == "__main__":
    if len(sys.argv) == 1:
        print("\nThe Session Manager plugin was installed successfully. Use the AWS CLI to start a session.\n")
    elif sys.argv[1] == "open":
        open_channel(*sys.argv[2:])
    elif sys.argv[1] == "flood":
        flood(*sys.argv[2:])
    else:
        assert sys.argv[3] == "StartSession" and json.loads(sys.argv[5])["Target"].startswith("ecs:"), sys.argv
        shell(json.loads(sys.argv[1]))
