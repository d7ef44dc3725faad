#!/usr/bin/env python3
"""Chromium for tests.

browser.py CHROMIUM FILE: prints the text of the element `said` of a page once it ends with the line `end`. The
page and what it embeds may read each other's files.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

KEYS = {"Tab": 9, "Enter": 13, "Escape": 27, "End": 35, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39,
        "ArrowDown": 40}


class Browser:
    """Chromium, driven over the pipes of its DevTools protocol."""

    def __init__(self, folder, chromium, *options):
        reads, writes = os.pipe(), os.pipe()  # of the browser: 3 is what it reads, 4 what it writes

        def wire():
            os.dup2(reads[0], 100)
            os.dup2(writes[1], 101)
            os.dup2(100, 3)
            os.dup2(101, 4)

        self.process = subprocess.Popen(
            [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe",
             f"--user-data-dir={folder}", *options],
            preexec_fn=wire, pass_fds=(3, 4), stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        os.close(reads[0])
        os.close(writes[1])
        self.out, self.into, self.rest = reads[1], writes[0], b""
        self.number, self.session, self.addresses = 0, None, []
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Accessibility"):
            self.send(f"{domain}.enable")

    def read(self):
        while b"\0" not in self.rest:
            part = os.read(self.into, 1 << 16)
            if not part:
                raise RuntimeError("the browser has ended")
            self.rest += part
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)

    def send(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.read()
            if answer.get("method") == "Network.requestWillBeSent":
                self.addresses.append(answer["params"]["request"]["url"])
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    def value(self, expression):
        result = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def wait(self, expression, seconds=60):
        end = time.monotonic() + seconds
        while not self.value(f"!!({expression})"):
            if time.monotonic() > end:
                raise AssertionError(f"never came true: {expression}; the page says: " + self.value(
                    "document.body.innerText").replace("\n", " | ")[:1500])
            time.sleep(0.05)

    def open(self, address):
        self.send("Page.navigate", url=address)
        self.wait("document.readyState === 'complete'")

    def middle(self, selector, index=0):
        """Of an element, which scrolls into view, in pixels of the window."""
        return self.value(f"""(() => {{
            const element = document.querySelectorAll({json.dumps(selector)})[{index}];
            element.scrollIntoView({{block: 'center'}});
            const box = element.getBoundingClientRect();
            return [box.left + box.width / 2, box.top + box.height / 2];
        }})()""")

    def mouse(self, kind, x, y, **more):
        self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    def point(self, selector, index=0):
        self.mouse("mouseMoved", *self.middle(selector, index))

    def click(self, selector, index=0):
        x, y = self.middle(selector, index)
        self.mouse("mouseMoved", x, y)
        for kind in ("mousePressed", "mouseReleased"):
            self.mouse(kind, x, y, button="left", clickCount=1)

    def touch(self, selector, index=0):
        x, y = self.middle(selector, index)
        self.send("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x, "y": y}])
        self.send("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])

    def type(self, text):
        for letter in text:
            self.send("Input.dispatchKeyEvent", type="keyDown", text=letter)
            self.send("Input.dispatchKeyEvent", type="keyUp")

    def press(self, key, times=1, **more):
        for _ in range(times):
            text = {"text": "\r"} if key == "Enter" else {}
            self.send("Input.dispatchKeyEvent", type="keyDown", key=key, code=key,
                      windowsVirtualKeyCode=KEYS[key], **text, **more)
            self.send("Input.dispatchKeyEvent", type="keyUp", key=key, code=key)

    def choose(self, selector, value):
        self.value(f"""(() => {{
            const list = document.querySelector({json.dumps(selector)});
            list.value = {json.dumps(value)};
            list.dispatchEvent(new Event('change', {{bubbles: true}}));
        }})()""")

    def close(self):
        self.process.kill()
        self.process.wait()


def main():
    chromium, page = sys.argv[1:]
    profile = tempfile.mkdtemp()
    browser = Browser(profile, chromium, "--allow-file-access-from-files", "--window-size=1600,2500")
    try:
        browser.open(f"file://{page}")
        browser.wait("document.getElementById('said')?.textContent.endsWith('\\nend')")
        print(browser.value("document.getElementById('said').textContent"))
    finally:
        browser.close()
        shutil.rmtree(profile, ignore_errors=True)


if __name__ == "__main__":
    main()
