"""Answers 503 to every request at a port of 127.0.0.1, and prints a line for each."""
import http.server
import sys


class Refuses(http.server.BaseHTTPRequestHandler):
    def refuse(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        print(self.command, self.path.split("?")[0], self.headers.get("X-Amz-Target"), flush=True)
        self.send_response(503)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST = do_PUT = refuse

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Refuses).serve_forever()
