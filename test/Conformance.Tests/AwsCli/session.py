"""Runs the aws command line over and over without starting anew, which takes most of a second each time.

Every run has a command line of its own; all they share is what was read of the API models. Reads a JSON list of
arguments a line, and answers, a line each, with what was printed and the exit code. The first line tells the operations
it has for ECS.
"""
import functools
import io
import json
import os
import sys

from awscli.clidriver import create_clidriver

try:
    from awscli.botocore import session    # Version 2 has its own.
except ImportError:
    from botocore import session

session.create_loader = functools.cache(session.create_loader)


def run(arguments):
    output, error = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    kept = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = output, error
    try:
        code = create_clidriver().main(arguments)
    except SystemExit as exit:
        code = exit.code
    finally:
        sys.stdout, sys.stderr = kept
    return {"code": code or 0, "stdout": text(output), "stderr": text(error)}


def text(stream):
    stream.flush()
    return stream.buffer.getvalue().decode("utf-8")


def main():
    # Answers go where standard output led; what the programs say that the command line starts is nobody's.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    operations = create_clidriver().session.get_service_model("ecs").operation_names
    print(json.dumps({"operations": list(operations)}), file=answers, flush=True)
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line))), file=answers, flush=True)


main()
