"""pure_test.py: the parts of the page that know no page, in the browser that they are for: tests/unit/client/web."""
import functools
import http.server
import os
import sys
import threading

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.path.insert(0, os.path.join(ROOT, "tests", "support"))
from webdriver import Browser  # noqa: E402


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        if self.path == "/":
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html>")
        else:
            super().do_GET()


with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=ROOT)) as server, Browser() as browser:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    browser.go(f"http://127.0.0.1:{server.server_port}/")
    result = browser.run("return import('/tests/unit/client/web/all.js').then((all) => all.run())")
    server.shutdown()
    print("\n".join(result["failed"]))
    print(f"{result['count']} tests, {len(result['failed'])} failed")
    sys.exit(1 if result["failed"] or result["count"] < 25 else 0)
