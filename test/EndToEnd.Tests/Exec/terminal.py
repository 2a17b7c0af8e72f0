#!/usr/bin/env python3
"""Runs a program in a terminal of its own, as a person would: waits for a text, then types.

  terminal.py STEPS PROGRAM ARGUMENT…

STEPS is a JSON list: {"see": TEXT, "type": TEXT} or {"rows": N, "columns": N}. With "again" it types once more each second
in which nothing is shown: a program may not listen yet. Prints what was shown and the exit code.
"""
import fcntl, json, os, pty, select, signal, struct, sys, termios, time

LONGEST = 40
steps, arguments = json.loads(sys.argv[1]), sys.argv[2:]


def resize(rows, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


child, terminal = pty.fork()
if child == 0:
    os.execvp(arguments[0], arguments)
resize(40, 132)
shown, seen, deadline, again = b"", 0, time.time() + LONGEST, None
while True:
    while steps and ("rows" in steps[0] or steps[0]["see"].encode() in shown[seen:]):
        step = steps.pop(0)
        if "rows" in step:
            resize(step["rows"], step["columns"])
        else:
            seen = shown.index(step["see"].encode(), seen) + len(step["see"].encode())
            os.write(terminal, step["type"].encode())
            again = step["type"].encode() if step.get("again") else None
    left = max(0, deadline - time.time())
    ready, _, _ = select.select([terminal], [], [], left if again is None else min(1, left))
    if not ready and again is not None and time.time() < deadline:
        os.write(terminal, again)
    elif not ready:
        os.kill(child, signal.SIGKILL)
        print(shown.decode(errors="replace"), "\nTIMEOUT waiting for", steps[:1])
        sys.exit(1)
    if not ready:
        continue
    try:
        data = os.read(terminal, 65536)
    except OSError:
        break
    if not data:
        break
    shown += data
_, status = os.waitpid(child, 0)
print(shown.decode(errors="replace"))
print("exit", os.waitstatus_to_exitcode(status))
