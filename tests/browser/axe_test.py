"""axe_test.py SERVER AXE: axe-core finds nothing wrong with the page, whatever it shows. AXE is its axe.min.js; ./dev
check web fetches it."""
import sys

from looks_test import talk
from place import run

with open(sys.argv.pop(2), encoding="utf-8") as source:
    AXE = source.read()

LOOK = """return axe.run(document, {resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})
  .then((r) => [r.passes.length, r.violations.map((v) => v.id + ': ' + v.help + ': ' + v.nodes.map((n) => n.html.slice(0, 200) + ' ' + n.failureSummary).join(' | '))]);"""


def nothing_wrong(place, browser):
    """axe finds nothing wrong in what the page shows, in both colour schemes and on a phone"""
    browser.go(place.url)
    browser.wait("document.activeElement?.id === 'card-name'")
    found = []

    def look(what):
        browser.run("if (!globalThis.axe) { " + AXE + "\n }")
        for scheme in ("light", "dark"):
            browser.scheme(scheme)
            browser.run("return Promise.all(document.getAnimations().map((a) => a.finished))")
            passed, wrong = browser.run(LOOK)
            assert passed > 5, (what, passed)
            found.extend(f"{what}, {scheme}: {each}" for each in wrong)
        browser.scheme("light")

    look("the card")
    alice, bob = talk(place, browser)
    place.say("to nobody psst")
    browser.wait("document.querySelector('.row.failed')")
    look("a message that failed")
    place.open("#tea")
    look("a room")
    browser.keys("/")
    browser.wait("document.querySelectorAll('#offers li').length > 10")
    look("commands")
    browser.keys("Escape", "Backspace")
    browser.click("#find")
    browser.keys("tea", "Enter")
    browser.wait("document.getElementById('panel-status').textContent !== ''")
    look("a search")
    browser.keys("Escape")
    browser.click("#add")
    browser.wait("document.querySelectorAll('#panel-results li').length === 2")
    look("the rooms")
    browser.keys("Escape")
    browser.run("document.getElementById('me').open = true")
    look("oneself")
    browser.run("document.getElementById('me').open = false")
    place.proxy.cut()
    browser.wait("!document.getElementById('bar').hidden")
    place.say("it waits")
    look("no connection")
    place.proxy.mend()
    browser.size(360, 640, True)
    look("a phone")
    browser.click("#menu")
    browser.wait("document.getElementById('side').getBoundingClientRect().left === 0")
    look("a phone's list")
    browser.size(1100, 720)
    assert not found, "\n".join(found)


run(nothing_wrong)
