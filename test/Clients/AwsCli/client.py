import json
import os
import socket
import sys

REAL, SERVER = "@REAL@", "@SERVER@"
ALIVE = {"execute-command", "tail"}    # Each lives with its terminal, or until it is killed: a copy of another process has neither.


def main():
    if ALIVE.intersection(sys.argv):
        os.execv(REAL, ["aws", *sys.argv[1:]])
    server = socket.socket(socket.AF_UNIX)
    try:
        server.connect(SERVER)
    except OSError:
        os.execv(REAL, ["aws", *sys.argv[1:]])
    told = json.dumps({"arguments": sys.argv[1:], "environment": dict(os.environ), "directory": os.getcwd()}).encode()
    socket.send_fds(server, [len(told).to_bytes(4, "big")], [0, 1, 2])
    server.sendall(told)
    code = server.recv(1)
    return code[0] if code else 255


sys.exit(main())
