"""Runs the aws command line over and over without starting anew, which takes most of a second each time.

Loads it once; each run is a child of that process and ends with it, so no run knows of another. Reads a JSON list of
arguments a line, and answers, a line each, with what was printed and the exit code. The first line tells the operations
it has for ECS.
"""
import gc
import json
import os
import sys
import tempfile

from awscli.clidriver import create_clidriver


def run(driver, arguments):
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as error:
        child = os.fork()
        if child == 0:
            code = 255
            try:
                os.dup2(output.fileno(), 1)
                os.dup2(error.fileno(), 2)
                code = driver.main(arguments) or 0
            except SystemExit as exit:
                code = exit.code or 0
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        return {"code": code, "stdout": read(output), "stderr": read(error)}


def read(file):
    file.seek(0)
    return file.read().decode("utf-8")


def main():
    driver = create_clidriver()
    operations = driver.session.get_service_model("ecs").operation_names

    # What every run would read from disk anew. Frozen, the collector does not touch it, so that the children share it.
    driver.create_help_command()
    driver.session.create_client("ecs", region_name="us-east-1")
    gc.collect()
    gc.freeze()
    print(json.dumps({"operations": list(operations)}), flush=True)
    for line in sys.stdin:
        print(json.dumps(run(driver, json.loads(line))), flush=True)


main()
