"""offline_test.py SERVER [WORD...]: connections that break, pages that are loaded again, servers that are restarted."""
import json
import socket

from place import run


def once_each(place, browser):
    """nothing is lost or double over a connection that breaks, and what is typed meanwhile waits"""
    ned = place.person("ned", "/join tea")
    place.enter("pia", "#/tea")
    browser.wait("document.getElementById('title').textContent === '#tea'")
    place.say("before")
    ned.hears("before")
    for round in range(3):
        place.proxy.cut()
        browser.wait("!document.getElementById('bar').hidden && document.getElementById('bar-text').textContent.startsWith('Connection lost, next try in')")
        ned.say(*[f"/in tea ned {round} {n}" for n in range(40)])
        place.say(f"pia {round} a", f"pia {round} b")
        browser.wait("document.querySelectorAll('.log:not([hidden]) .row.waiting').length === 2")
        ned.say(f"to pia psst {round}")
        ned.hears("connection is broken", round + 1)
        place.proxy.mend()
        browser.click("#bar-act")
        browser.wait("document.getElementById('bar').hidden")
        ned.hears(f"pia {round} b")
        browser.wait("document.querySelectorAll('.row.waiting').length === 0")
        place.shows(f"ned {round} 39")
    rows = place.rows()
    ids, texts = [i for i, _ in rows], [text for _, text in rows]
    wanted = {"before"} | {f"ned {r} {n}" for r in range(3) for n in range(40)} | {f"pia {r} {w}" for r in range(3) for w in "ab"}
    assert ids == sorted(set(ids)) and len(texts) == len(wanted) and set(texts) == wanted, texts
    heard = [line for line in ned.lines if "]pia: pia " in line]
    assert len(heard) == 6, heard
    assert not any("offline" in line for line in ned.lines)
    place.open("ned")
    place.shows("psst 2")
    assert [text for _, text in place.rows()] == ["psst 0", "psst 1", "psst 2"]


def undisturbed(place, browser):
    """a connection that comes back does not disturb whoever is typing or reading"""
    ned = place.person("ned")
    place.enter("pia")
    browser.keys("half a sentence")
    browser.run("document.getElementById('draft').setSelectionRange(4, 6)")
    place.proxy.cut()
    browser.wait("!document.getElementById('bar').hidden")
    ned.say("meanwhile")
    place.proxy.mend()
    browser.run("document.getElementById('bar-act').click()")
    place.shows("meanwhile")
    browser.wait("document.getElementById('bar').hidden")
    assert browser.value("[document.activeElement.id, document.activeElement.value, document.activeElement.selectionStart, document.activeElement.selectionEnd]") == [
        "draft", "half a sentence", 4, 6]
    browser.click("#find")
    browser.keys("words")
    place.proxy.cut()
    browser.wait("!document.getElementById('bar').hidden")
    place.proxy.mend()
    browser.run("document.getElementById('bar-act').click()")
    browser.wait("document.getElementById('bar').hidden")
    ned.say("the second time")
    browser.wait("document.querySelector('.log:not([hidden])').textContent.includes('the second time')")
    assert browser.value("[document.activeElement.id, document.activeElement.value]") == ["panel-text", "words"]


def loaded_again(place, browser):
    """a page that is loaded again is the same user, with its drafts, what it has not read and what waited"""
    ned = place.person("ned", "/join tea")
    place.enter("pia", "#/tea")
    browser.wait("document.getElementById('title').textContent === '#tea'")
    place.say("in the room")
    ned.hears("in the room")
    ned.say("/in lobby one", "/in lobby two")
    browser.wait("document.querySelector('#rooms .count')?.textContent === '2'")
    browser.keys("a draft")
    place.proxy.cut()
    browser.wait("!document.getElementById('bar').hidden")
    browser.run("document.getElementById('draft').value = ''")
    place.say("it waited")
    browser.wait("document.querySelector('.row.waiting')")
    browser.keys("a draft")
    ned.say("/in lobby three", "/in tea four")
    place.proxy.mend()
    browser.ask("POST", "/refresh")
    ned.hears("it waited")
    place.shows("four")
    place.shows("in the room")
    browser.wait("document.querySelectorAll('.row.waiting').length === 0")
    browser.wait("document.querySelector('#rooms .count')?.textContent === '3'")
    assert browser.value("document.getElementById('draft').value") == "a draft"
    assert browser.value("document.getElementById('my-name').textContent") == "pia"
    assert not any("pia" in line and ("offline" in line or "broken" in line) for line in ned.lines)
    texts = [text for _, text in place.rows()]
    assert sorted(texts) == ["four", "in the room", "it waited"], texts
    place.open("lobby")
    browser.wait("document.querySelectorAll('.log:not([hidden]) [data-new]').length === 1")
    assert browser.value("document.querySelector('.log:not([hidden]) [data-new] .text').textContent") == "one"


def server_restarted(place, browser):
    """over a restart of the server the page takes name and rooms again, reads what it missed, and says once what waited"""
    ned = place.person("ned", "/join tea")
    place.enter("pia", "#/tea")
    browser.wait("document.getElementById('title').textContent === '#tea'")
    place.say("before")
    ned.hears("before")
    place.proxy.cut()
    browser.wait("!document.getElementById('bar').hidden")
    place.say("it waited")
    place.server.kill()
    place.server.start()
    ned = place.person("ned", "/join tea")
    ned.say(*[f"/in tea ned {n}" for n in range(120)])
    ned.hears("ned 119")
    place.proxy.mend()
    browser.click("#bar-act")
    ned.hears("it waited")
    place.shows("it waited")
    place.shows("ned 0")
    browser.wait("document.querySelectorAll('.row.waiting').length === 0")
    rows = place.rows()
    ids, texts = [i for i, _ in rows], [text for _, text in rows]
    assert ids == sorted(set(ids)), ids
    wanted = ["before", *[f"ned {n}" for n in range(120)], "it waited"]
    assert texts == wanted, ([n for n, pair in enumerate(zip(texts, wanted)) if pair[0] != pair[1]][:3], len(texts), texts[-25:])
    assert any("]pia: it waited" in line for line in ned.lines), ned.lines[-5:]


def no_history(place, browser):
    """a server that keeps nothing begins its ids anew, and what is said then is shown"""
    ned = place.person("ned")
    place.enter("pia")
    ned.say(*[f"old {n}" for n in range(5)])
    place.shows("old 4")
    place.proxy.cut()
    browser.wait("!document.getElementById('bar').hidden")
    place.server.kill()
    place.server.start()
    ned = place.person("ned")
    place.proxy.mend()
    browser.click("#bar-act")
    ned.hears("]pia: is online")
    ned.say(*[f"new {n}" for n in range(5)])
    place.shows("new 4")
    shown = browser.value("[...document.querySelectorAll('.row.say .text')].map((e) => e.textContent)")
    assert shown == [f"old {n}" for n in range(5)] + [f"new {n}" for n in range(5)], shown


no_history.options = ("--history", "off")


def duplicated(place, browser):
    """a tab that is duplicated becomes somebody else, and the first stays who it is"""
    ned = place.person("ned")
    place.enter("pia")
    first = browser.value("sessionStorage.getItem('confab')")
    browser.wait("JSON.parse(sessionStorage.getItem('confab')).token")
    browser.run("window.open(location.href)")
    handle = next(h for h in browser.windows() if h not in place.windows)
    browser.window(handle)
    browser.wait("!document.getElementById('app').hidden && document.getElementById('my-name').textContent.startsWith('127.')")
    second = json.loads(browser.wait("sessionStorage.getItem('confab')"))
    assert first and json.loads(first)["tab"] != second["tab"]
    place.say("from the second")
    ned.hears("from the second")
    browser.window(place.windows[0])
    place.say("from the first")
    ned.hears("]pia: from the first")
    assert browser.value("document.getElementById('bar').hidden")


def taken_elsewhere(place, browser):
    """a place that was taken elsewhere is not taken back until somebody asks for it"""
    place.enter("pia")
    token = browser.wait("JSON.parse(sessionStorage.getItem('confab')).token")
    with socket.create_connection(("127.0.0.1", place.server.line)) as other:
        other.sendall(f"/resume {token} 0\n".encode())
        browser.wait("document.getElementById('bar-text').textContent === 'This chat goes on in another tab'")
        assert browser.value("document.getElementById('bar-act').textContent") == "Use it here"
        # Nothing is tried, even if somebody looks at the page or the network comes back.
        browser.run("dispatchEvent(new Event('online')); document.dispatchEvent(new Event('visibilitychange'))")
        assert browser.value("document.getElementById('bar-text').textContent") == "This chat goes on in another tab"
        with other.makefile("r") as stream:
            welcome = json.loads(stream.readline())
        assert welcome["name"] == "pia", welcome


def left_for_good(place, browser):
    """whoever says /quit has left, and can come back"""
    ned = place.person("ned")
    place.enter("pia")
    ned.hears("]pia: is online")
    place.say("/quit")
    ned.hears("]pia: is offline")
    browser.wait("document.getElementById('bar-text').textContent === 'You have left'")
    browser.click("#bar-act")
    ned.hears("]pia: is online")
    place.say("back")
    ned.hears("]pia: back")


if __name__ == "__main__":
    run(once_each, undisturbed, loaded_again, server_restarted, no_history, duplicated, taken_elsewhere, left_for_good)
