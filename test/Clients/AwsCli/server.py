"""Keeps the aws command line loaded: every run is a copy of this process, and need not read it and its API models anew.

A run has its own arguments, environment, directory and standard streams, which its caller hands over, and ends with
its own exit code. Ends with the process that started it.
"""
import contextlib
import functools
import gc
import json
import os
import signal
import socket
import sys
import traceback

from awscli import clidriver

try:
    from awscli.botocore import session    # Version 2 has its own.
    from awscli.botocore.exceptions import UnknownServiceError
except ImportError:
    from botocore import session
    from botocore.exceptions import UnknownServiceError

session.create_loader = functools.cache(session.create_loader)
PATIENCE = 10    # Seconds that a caller may take to say what it wants.


def serve(path):
    driver = clidriver.create_clidriver()
    services = set(driver.session.get_available_services())
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(64)
    listener.settimeout(1)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)    # Nobody waits for the copies.
    parent = os.getppid()
    gc.freeze()    # What is loaded stays, and is shared by the copies.
    print("ready", flush=True)
    while os.getppid() == parent:
        try:
            caller, _ = listener.accept()
        except socket.timeout:
            continue
        caller.settimeout(PATIENCE)
        try:
            told, descriptors = hear(caller)
        except (OSError, ValueError):
            caller.close()
            continue
        for service in services.intersection(told["arguments"]):
            services.remove(service)
            read(driver.session, service)
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            listener.close()
            run(caller, told, descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        caller.close()


def read(session, service):
    """Reads all that a run of the service reads: once, and here, for the copies share it."""
    session.get_service_model(service)
    for model in [session.get_waiter_model, session.get_paginator_model]:
        with contextlib.suppress(UnknownServiceError):    # Not every service has them.
            model(service)
    session.create_client(service, region_name="us-east-1", aws_access_key_id="none", aws_secret_access_key="none")
    gc.freeze()


def hear(caller):
    head, descriptors, _, _ = socket.recv_fds(caller, 4, 3)
    length, body = int.from_bytes(head, "big"), b""
    while len(body) < length:
        part = caller.recv(length - len(body))
        if not part:
            raise OSError("The caller has gone.")
        body += part
    return json.loads(body), descriptors


def run(caller, told, descriptors):
    caller.settimeout(None)
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    own = {name: os.environ[name] for name in ["AWS_DATA_PATH"] if name in os.environ}    # Its models' place, found when it was loaded.
    os.environ.clear()
    os.environ.update(told["environment"] | own)
    os.chdir(told["directory"])
    sys.argv = ["aws", *told["arguments"]]
    code = 255
    try:
        code = clidriver.main()
    except SystemExit as end:
        code = end.code or 0
    except BaseException:
        traceback.print_exc()
    finally:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            caller.sendall(bytes([code & 255]))
            os._exit(0)


serve(sys.argv[1])
