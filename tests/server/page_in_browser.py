#!/usr/bin/env python3
"""page_in_browser.py PROJECT PROGRAM CHROMIUM: the page that `alinea serve` serves, used in a browser.

Text is typed, words are clicked, cells are pointed at, touched and reached by keys, and what the page
says is compared with what the server answers to a program.
"""

import json
import os
import shutil
import sys
import tempfile
import urllib.request

PROJECT, PROGRAM, CHROMIUM = sys.argv[1:]
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(PROJECT, "tests", "support"))

from browser import Browser  # noqa: E402
from page_models import Models  # noqa: E402


def check(what, good):
    print(f"{'good' if good else 'BAD'}: {what}", flush=True)
    if not good:
        raise AssertionError(what)


def results(address, path, **body):
    request = urllib.request.Request(f"{address}{path}", json.dumps(body).encode(),
                                     {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)["results"]


def ask(address, **body):
    return results(address, "translate", **body)[0]["translations"]


SETTLED = ("document.querySelectorAll('.output button').length > 0 && "
           "!document.querySelector('.output .waits')")
WORDS = "[...document.querySelectorAll('.output bdi')].map((word) => word.textContent)"


def translates(browser, address):
    browser.open(address)
    browser.wait("document.querySelectorAll('#model option').length === 6")
    browser.click("#text")
    browser.type("drei hundert eins")
    browser.wait(f"{SETTLED} && document.querySelectorAll('.scroll svg').length === 1 && "
                 "document.querySelector('.output').innerText.length > 0")
    best = ask(address, model="gru", text="drei hundert eins", beam_size=5, n_best=5, attention=True)
    browser.wait(f"JSON.stringify({WORDS}) === {json.dumps(json.dumps(best[0]['tokens'], separators=(',', ':'), ensure_ascii=False))}")
    check(f"what is typed is translated: {best[0]['text']}", True)
    numbers = browser.value("[...document.querySelectorAll('.output small')].map((n) => Number(n.textContent))")
    expected = [2.718281828 ** logarithm for logarithm in best[0]["token_log_probabilities"]]
    check(f"probabilities of its words: {numbers}",
          len(numbers) == len(expected) and all(abs(a - b) < 0.0051 for a, b in zip(numbers, expected)))
    check("a screen reader is told", browser.value(
        "document.querySelector('[role=status].unseen').textContent") == f"Translation: {best[0]['text']}")
    return best


def shows_attention(browser, best):
    mean = best[0]["attention"]["cross"]["mean"]
    box = browser.value("(() => { const box = document.querySelector('.scroll .frame').getBoundingClientRect();"
                        " document.querySelector('.scroll').scrollIntoView({block: 'center'});"
                        " const now = document.querySelector('.scroll .frame').getBoundingClientRect();"
                        " return [now.left, now.top, now.width, now.height]; })()")
    cell = box[2] / len(mean[0])
    browser.mouse("mouseMoved", box[0] + 1.5 * cell, box[1] + 0.5 * cell)
    told = browser.value("document.querySelector('.view .told').textContent")
    check(f"under the mouse: {told}", told.endswith(f": {mean[0][1]:.4f}") and told.startswith("hundert → "))
    browser.value("document.querySelector('.scroll').focus()")
    browser.press("ArrowRight")
    browser.press("ArrowDown")
    browser.press("ArrowLeft")
    told = browser.value("document.querySelector('.view .told').textContent")
    check(f"by keys: {told}", told.endswith(f": {mean[1][1]:.4f}") and told.startswith("hundert → "))
    browser.choose(".view .tools select", "lines")
    words = browser.value("document.querySelectorAll('.scroll .word').length")
    check(f"lines between {words} words", words == len(mean) + len(mean[0]) and
          browser.value("document.querySelectorAll('.scroll .line').length") > 0)
    browser.touch(".scroll .word")
    browser.wait("document.querySelector('.view .told').textContent.includes(' attends to ')")
    check("touched: " + browser.value("document.querySelector('.view .told').textContent"), True)
    browser.choose(".view .tools select", "matrix")


def lists_others(browser, best):
    radios = browser.value("document.querySelectorAll('.best input').length")
    check(f"{radios} translations are listed", radios == len(best) > 1)
    browser.click(".best input", 1)
    browser.wait(f"{SETTLED} && JSON.stringify({WORDS}) === JSON.stringify({json.dumps(best[1]['tokens'])})")
    check(f"another one is chosen: {best[1]['text']}", True)
    browser.click(".best input", 0)
    browser.wait(SETTLED)


def forces_words(browser, address, best):
    browser.click(".output button", 1)
    browser.wait("document.querySelectorAll('.force [role=group] button').length > 0")
    offered = browser.value("[...document.querySelectorAll('.force [role=group] bdi')].map((word) => word.textContent)")
    check(f"words for the place are offered: {offered}", best[0]["tokens"][1] in offered)
    check("the field has the focus", browser.value("document.activeElement.closest('.force') !== null"))
    browser.type("seventy")
    browser.press("Enter")
    prefix = f"{best[0]['tokens'][0]} seventy"
    forced = ask(address, model="gru", text="drei hundert eins", beam_size=5, n_best=5, prefix=prefix)
    browser.wait(f"{SETTLED} && JSON.stringify({WORDS}) === JSON.stringify({json.dumps(forced[0]['tokens'])})")
    check(f"the model goes on from a forced word: {forced[0]['text']}", forced[0]["text"].startswith(prefix))
    check("forced words are marked", browser.value("document.querySelectorAll('.output .forced').length") == 2)
    browser.click(".output button", 0)
    browser.wait("document.querySelector('.force button:not([disabled])')")
    browser.value("[...document.querySelectorAll('.force button')].find((b) => b.textContent === 'Free all words').click()")
    browser.wait(f"{SETTLED} && JSON.stringify({WORDS}) === JSON.stringify({json.dumps(best[0]['tokens'])})")
    check("and can be freed", browser.value("document.querySelectorAll('.output .forced').length") == 0)


def grows(browser, address):
    """What is on the page while the server translates, with a model that takes so long for a word that the page sees it."""
    browser.choose("#model", "slow")
    browser.wait(SETTLED)
    browser.value("""(() => {
        window.seen = [];
        new MutationObserver(() => window.seen.push(document.querySelectorAll('.output .growing').length))
            .observe(document.querySelector('.output'), {childList: true});
        window.rows = [];
        new MutationObserver(() => window.rows.push(document.querySelectorAll('.scroll .cell').length))
            .observe(document.querySelector('.scroll'), {childList: true});
    })()""")
    text = " ".join(["sieben hundert neun und zwanzig"] * 6)
    browser.value(f"document.getElementById('beam').value = 100; document.getElementById('text').value = {json.dumps(text)}")
    browser.click("#translate")
    expected = ask(address, model="slow", text=text, beam_size=100, n_best=5)[0]["tokens"]
    browser.wait(f"{SETTLED} && JSON.stringify({WORDS}) === JSON.stringify({json.dumps(expected)})")
    lengths = [n for n in browser.value("window.seen") if n > 0]
    check(f"words are there before the last one is: {lengths} of {len(expected)}",
          len(set(lengths)) >= 2 and min(lengths) < len(expected))
    check(f"and what they looked at: {browser.value('window.rows')}", len(set(browser.value("window.rows"))) >= 2)
    browser.value("document.getElementById('beam').value = 5; document.getElementById('text').value = 'drei hundert eins'")
    text = "drei hundert eins"
    expected = ask(address, model="gru", text=text, beam_size=5, n_best=5)[0]["tokens"]
    browser.choose("#model", "gru")  # which translates
    browser.wait(f"{SETTLED} && JSON.stringify({WORDS}) === JSON.stringify({json.dumps(expected)})")
    browser.value("""new MutationObserver(() => window.waited ||= document.querySelector('.output .waits') !== null)
        .observe(document.querySelector('.output'), {childList: true, subtree: true, attributes: true})""")
    browser.value("document.querySelector('.steps button').click()")
    browser.wait("window.waited")
    browser.wait(SETTLED)
    check("how it was written is shown once more", True)


def shows_labels(browser, address):
    browser.choose("#model", "films")
    browser.value("document.getElementById('text').value = 'a fine film. i left'")
    browser.click("#translate")
    browser.wait("document.querySelectorAll('.classes li').length === 2")
    theirs = results(address, "classify", model="films", text="a fine film. i left", attention=True)[0]
    said = browser.value("[...document.querySelectorAll('.classes li')].map((item) => [item.querySelector('bdi').textContent, Number(item.querySelector('small').textContent)])")
    check(f"classes: {said}", browser.value("document.querySelector('.result h3').textContent") == theirs["label"]
          and all(abs(theirs["probabilities"][name] - p) < 1e-4 for name, p in said))
    shades = browser.value("[...document.querySelectorAll('.shades bdi')].map((word) => [word.textContent, Number(/\\bw(\\d+)/.exec(word.className)?.[1] ?? 0)])")
    marks = [(word, round(100 * (sentence["weight"] * weight) ** 0.5)) for sentence in theirs["attention"]["sentences"]
             for word, weight in zip(sentence["words"], sentence["weights"])]
    check(f"words and their shades: {shades}", len(shades) == len(marks) == 6 and
          all(word == other and abs(shade - mark) <= 1 for (word, shade), (other, mark) in zip(shades, marks)))
    check("no beam is offered", browser.value("getComputedStyle(document.getElementById('search')).display") == "none")
    browser.choose("#model", "tags")
    browser.value("document.getElementById('text').value = 'the dog plays'")
    browser.click("#translate")
    browser.wait("document.querySelectorAll('.tags small').length === 3")
    theirs = results(address, "tag", model="tags", text="the dog plays", attention=True)[0]
    said = browser.value("[...document.querySelectorAll('.tags span')].map((word) => [word.querySelector('bdi').textContent, word.querySelector('small').textContent])")
    check(f"tags: {said}", said == [list(pair) for pair in zip(theirs["words"], theirs["tags"])])
    check("and what words look at", browser.value("document.querySelector('.panel .view svg title').textContent") ==
          "Attention of the dog plays to the dog plays")
    check("a screen reader is told of tags", browser.value("document.querySelector('[role=status].unseen').textContent").startswith("Tags: the "))


def shows_pairs(browser, address):
    premise, hypothesis = "the dog runs fast", "the dog moves"
    browser.choose("#model", "pairs")
    browser.value(f"document.getElementById('text').value = {json.dumps(premise)}")
    browser.click("#translate")
    browser.wait("document.querySelector('.panel .message').textContent.includes('compares two texts')")
    check("one text is no pair", browser.value("document.querySelectorAll('.classes li').length") == 0)
    browser.value(f"document.getElementById('text').value = {json.dumps(f'{premise}{chr(10)}{hypothesis}')}")
    browser.click("#translate")
    browser.wait("document.querySelectorAll('.classes li').length === 2")
    theirs = results(address, "classify", model="pairs", premise=premise, hypothesis=hypothesis, attention=True)[0]
    check(f"a pair is classified: {theirs['label']}", browser.value("document.querySelector('.result h3').textContent") == theirs["label"]
          and browser.value("document.querySelector('.panel .message').textContent") == "")
    weights = theirs["attention"]["hypothesis"]
    check("with what the hypothesis looks at", browser.value("document.querySelector('.panel .view svg title').textContent") ==
          f"Attention of {' '.join(weights['rows'])} to {' '.join(weights['columns'])}" and weights["columns"][:4] == premise.split())
    browser.value("document.querySelector('.panel .view details').open = true")
    browser.wait("document.querySelector('.panel .view table')")
    row = browser.value("[...document.querySelectorAll('.panel .view tr')[1].querySelectorAll('td')].map((cell) => Number(cell.textContent))")
    check(f"the first word's weights: {row}", len(row) == len(weights["mean"][0]) and
          all(abs(a - b) < 1e-4 for a, b in zip(row, weights["mean"][0])))


def compares(browser, address):
    browser.choose("#model", "gru")
    browser.value("document.getElementById('text').value = 'drei hundert eins'")
    browser.click("#translate")
    browser.wait(f"{SETTLED} && document.querySelector('#search').hidden === false")
    browser.choose("#other", "transformer")
    browser.wait(f"document.querySelectorAll('.panel').length === 2 && document.querySelectorAll('.output')[1].querySelector('button') && {SETTLED}")
    theirs = ask(address, model="transformer", text="drei hundert eins", beam_size=5, attention=["cross", "encoder"])
    words = browser.value("[...document.querySelectorAll('.output')[1].querySelectorAll('bdi')].map((word) => word.textContent)")
    check(f"a model beside another: {words}", words == theirs[0]["tokens"])
    browser.choose(".panel:nth-child(2) [aria-label='Attention of']", "encoder")
    browser.wait("document.querySelectorAll('.panel')[1].querySelector('svg title')?.textContent === "
                 "'Attention of drei hundert eins </s> to drei hundert eins </s>'")
    lists = browser.value("[...document.querySelectorAll('.panel')[1].querySelectorAll('.view select')]"
                          ".filter((list) => !list.closest('label')?.hidden).map((list) => list.options.length)")
    check(f"two layers and two heads can be chosen: {lists}", lists == [2, 3, 3])
    browser.choose(".panel:nth-child(2) [aria-label=Layer]", "1")
    browser.choose(".panel:nth-child(2) [aria-label=Head]", "0")
    browser.value("document.querySelectorAll('.panel')[1].querySelector('details').open = true")
    browser.wait("document.querySelectorAll('.panel')[1].querySelector('table')")
    row = browser.value("[...document.querySelectorAll('.panel')[1].querySelectorAll('tr')[1].querySelectorAll('td')]"
                        ".map((cell) => Number(cell.textContent))")
    head = theirs[0]["attention"]["encoder"]["weights"][1][0][0]
    check(f"a row of one head: {row}", all(abs(a - b) < 1e-4 for a, b in zip(row, head)) and len(row) == len(head))


def suits_everyone(browser, address):
    roles = {"button", "textbox", "combobox", "spinbutton", "checkbox", "radio", "slider", "img"}
    nodes = [node for node in browser.send("Accessibility.getFullAXTree")["nodes"]
             if not node["ignored"] and node["role"]["value"] in roles]
    nameless = [node["role"]["value"] for node in nodes if not node.get("name", {}).get("value")]
    check(f"{len(nodes)} parts have names, not: {nameless}", len(nodes) > 20 and not nameless)
    back = "getComputedStyle(document.body).backgroundColor"
    light = browser.value(back)
    browser.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    browser.wait(f"{back} !== {json.dumps(light)}")
    check(f"dark as the browser prefers: {browser.value(back)} after {light}", light == "rgb(255, 255, 255)")
    browser.click(".theme")
    check("light by the button", browser.value(back) == light)
    browser.send("Emulation.setDeviceMetricsOverride", width=360, height=740, deviceScaleFactor=2, mobile=True)
    browser.wait("innerWidth <= 360")
    wide = browser.value("document.documentElement.scrollWidth")
    check(f"{wide} pixels wide on a phone", wide <= 360)
    browser.send("Emulation.clearDeviceMetricsOverride")
    hostile = "<img src=x onerror=alarm()> </script><script>alarm()</script>"
    browser.value(f"document.getElementById('text').value = {json.dumps(hostile)}")
    browser.click("#translate")
    browser.wait("document.querySelector('.scroll title').textContent.includes('onerror')")
    check("text stays text", browser.value("document.querySelectorAll('img, main script').length") == 0)
    browser.open("about:blank")
    browser.open(f"{address}#text=eins&model=transformer&other=gru")
    browser.wait("document.querySelectorAll('.panel').length === 2 && document.querySelectorAll('.scroll svg').length === 2")
    check("the address opens what it showed", browser.value("document.getElementById('text').value") == "eins")
    others = [each for each in browser.addresses if not each.startswith((address, "data:", "blob:", "about:"))]
    check(f"nothing is asked of others: {others}", not others)


def main():
    scratch = tempfile.mkdtemp()
    os.environ["OMP_NUM_THREADS"] = "1"
    server = browser = None
    try:
        server, address = Models(PROJECT, PROGRAM, scratch).serve()
        browser = Browser(f"{scratch}/profile", CHROMIUM, "--window-size=1200,1400")
        best = translates(browser, address)
        shows_attention(browser, best)
        lists_others(browser, best)
        forces_words(browser, address, best)
        grows(browser, address)
        shows_labels(browser, address)
        shows_pairs(browser, address)
        compares(browser, address)
        suits_everyone(browser, address)
        server.kill()
        server.wait()
        browser.click("#translate")
        browser.wait("document.querySelector('.panel .message').textContent.includes('does not answer')")
        check("a server that is gone is told", True)
    finally:
        if browser:
            browser.close()
        if server:
            server.kill()
            server.wait()
        shutil.rmtree(scratch, ignore_errors=True)


main()
