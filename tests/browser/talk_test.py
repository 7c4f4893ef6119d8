"""talk_test.py SERVER [WORD...]: what is said on the page and with nc."""
from place import ROWS, run


def in_order(place, browser):
    """the page and nc hear each other, in the same order"""
    ned = place.person("ned")
    place.enter("pia")
    for n in range(10):
        ned.say(*[f"from ned {n} {i}" for i in range(20)])
        place.say(f"from pia {n}")
    ned.hears("from pia 9")
    ned.hears("from ned 9 19")
    place.shows("from ned 9 19")
    browser.wait("document.querySelectorAll('.row.waiting').length === 0")
    shown = [text for _, text in place.rows()]
    heard = ned.texts()
    assert len(heard) == 210 and shown == heard, (len(heard), shown, heard)


def what_a_page_can(place, browser):
    """rooms, private chat, topic, recall, rename and emotes work, and only links are more than text"""
    ned = place.person("ned", "/join tea", "/topic tea Green or black", "/room lobby")
    place.enter("pia")
    place.say("/join tea")
    browser.wait("document.getElementById('title').textContent === '#tea' && location.hash === '#/tea'")
    browser.wait("document.getElementById('topic').textContent === 'Green or black'")
    browser.wait("document.getElementById('here').textContent === '2 here'")
    place.say("two for me", "/me pours", "//me is a word", "//shrug")
    for heard in ("]pia: two for me", "#tea * pia pours", "]pia: /me is a word", "]pia: /shrug"):
        ned.hears(heard)
    browser.click("#topic")
    browser.keys("Enter")  # the same topic again
    place.say("/topic Black")
    ned.hears("the topic is now Black")
    browser.wait("document.getElementById('topic').textContent === 'Black'")

    ned.say("/in tea <img src=x onerror=alert(1)> see https://example.org/a?b=c#d, javascript:alert(1) and http://a@evil.example/.")
    place.shows("<img src=x")
    links = browser.value("[...document.querySelectorAll('.log:not([hidden]) .text a')].map((a) => [a.getAttribute('href'), a.target, a.rel])")
    assert links == [["https://example.org/a?b=c#d", "_blank", "noopener noreferrer nofollow"]], links
    assert browser.value("document.querySelectorAll('.text img').length") == 0

    ned.say("to pia psst")
    browser.wait("document.querySelector('#private .unread .count')?.textContent === '1'")
    place.open("ned")
    place.shows("psst")
    browser.wait("!document.querySelector('#private .unread')")
    place.say("what is it?", "who")
    ned.hears("pia whispers to you: what is it?")
    ned.hears("pia whispers to you: who")

    place.open("#tea")
    place.say("a secret")
    ned.hears("a secret")
    browser.wait("document.querySelectorAll('.row.waiting').length === 0")
    browser.run("[...document.querySelectorAll('.log:not([hidden]) .recall')].pop().click()")
    ned.hears("was recalled")
    place.shows("message recalled")
    assert "a secret" not in [text for _, text in place.rows()]

    browser.run("document.getElementById('me').open = true")
    browser.type("#new-name", "pip")
    browser.keys("Enter")
    ned.hears("]pia: is now known as pip")
    browser.wait("document.getElementById('my-name').textContent === 'pip'")
    browser.type("#new-name", "ned")
    browser.keys("Enter")
    browser.wait("document.getElementById('me-why').textContent.includes('already in use')")
    browser.type("#away-text", "lunch")
    browser.keys("Enter")
    place.shows("pip is away: lunch")
    ned.say("to pip here?")
    ned.hears("pip is away: lunch")
    browser.click("#leave")
    ned.hears("#tea [", 1)
    ned.hears("]pip: has left")
    browser.wait("document.getElementById('title').textContent === 'lobby' && ![...document.querySelectorAll('#rooms .label')].some((l) => l.textContent === '#tea')")


def meant_for_one(place, browser):
    """a line meant for one or for the server is not said to all"""
    ned = place.person("ned")
    place.enter("pia")
    place.say("to nde a secret")
    browser.wait("document.querySelector('.row.failed .why')?.textContent.includes('There is no user with that name')")
    assert browser.value("document.getElementById('title').textContent") == "nde"
    place.open("lobby")
    place.say("login pia hunter2")
    browser.wait("document.getElementById('complaint').textContent.includes('looks like a password')")
    assert browser.value("document.getElementById('draft').value") == "login pia hunter2"
    browser.run("document.getElementById('draft').value = ''")
    place.say("To ned psst", "WHO", "/say who", "the end")
    # The whisper has opened the private chat; the rest is for ned, too.
    ned.hears("pia whispers to you: psst")
    ned.hears("the end")
    assert not ned.texts(), ned.texts()


def said_again(place, browser):
    """a message that failed says why, stays, and can be sent again or discarded"""
    ned = place.person("ned")
    place.enter("pia")
    ned.say("to pia psst")
    browser.wait("document.querySelector('#private .unread')")
    place.open("ned")
    ned.leave()
    place.shows("ned is offline")
    place.say("are you there?", "nothing")
    browser.wait("document.querySelectorAll('.row.failed').length === 2")
    assert browser.value("document.querySelector('.row.failed .why').textContent").startswith("There is no user with that name")
    ned = place.person("ned")
    browser.wait("[...document.querySelectorAll('.person .label')].some((l) => l.textContent === 'ned')")
    # That it is another connection of that name is seen, and only then the message goes there.
    browser.run("[...document.querySelectorAll('.person')].find((p) => p.textContent === 'ned').click()")
    place.shows("This is another person called ned")
    browser.run("document.querySelectorAll('.row.failed .why button')[3].click()")
    browser.wait("document.querySelectorAll('.row.failed').length === 1")
    browser.run("document.querySelector('.row.failed .why button').click()")
    ned.hears("pia whispers to you: are you there?")
    browser.wait("document.querySelectorAll('.row.failed, .row.waiting').length === 0")
    assert not any("nothing" in line for line in ned.lines)


def found(place, browser):
    """the search finds what was said, and goes there"""
    ned = place.person("ned")
    ned.say("the needle", *[f"hay {n}" for n in range(300)])
    ned.hears("hay 299")
    place.enter("pia")
    browser.click("#find")
    browser.keys("needle", "Enter")
    browser.wait("document.getElementById('panel-status').textContent === '1 found'")
    browser.click("#panel-results button")
    browser.wait("document.querySelector('.row.found .text')?.textContent === 'the needle'")
    seen = browser.value("document.querySelector('.row.found').getBoundingClientRect().top")
    assert 0 < seen < 720, seen
    ids = [i for i, _ in place.rows()]
    assert len(ids) == 301 and ids == sorted(set(ids)), ids
    browser.keys("Escape")
    browser.wait("document.getElementById('newest').hidden")
    browser.click("#find")
    browser.keys("nowhere", "Enter")
    browser.wait("document.getElementById('panel-status').textContent === 'Nothing found'")


def deep_links(place, browser):
    """an address opens a room or a private chat, and the way back works"""
    place.person("ned", "/join tea")
    place.enter("pia", "#/tea")
    browser.wait("document.getElementById('title').textContent === '#tea'")
    browser.run("location.hash = '#/@ned'")
    browser.wait("document.getElementById('title').textContent === 'ned'")
    browser.run("history.back()")
    browser.wait("document.getElementById('title').textContent === '#tea'")
    browser.run("location.hash = '#/no room'")
    browser.wait("location.hash === '#/tea'")
    place.shows("A name can only have letters")


def another_name(place, browser):
    """the card stays when a name is taken, and says why"""
    place.person("ned")
    browser.go(place.url)
    browser.wait("document.activeElement?.id === 'card-name'")
    browser.keys("ned", "Enter")
    browser.wait("document.getElementById('card-why').textContent === 'That name is already in use'")
    browser.keys("Backspace", "Backspace", "Backspace", "pia", "Enter")
    browser.wait("document.getElementById('my-name').textContent === 'pia' && document.getElementById('card').hidden")
    assert browser.value(ROWS) == []


if __name__ == "__main__":
    run(in_order, what_a_page_can, meant_for_one, said_again, found, deep_links, another_name)
