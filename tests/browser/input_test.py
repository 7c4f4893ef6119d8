"""input_test.py SERVER [WORD...]: the composer and the keyboard."""
from place import run

DRAFT = "document.getElementById('draft').value"


def composed(place, browser):
    """the Enter that ends a Chinese composition sends nothing; the next one does"""
    ned = place.person("ned")
    place.enter("pia")
    browser.run("document.getElementById('draft').focus()")
    browser.devtools("Input.imeSetComposition", text="ni", selectionStart=2, selectionEnd=2)
    browser.wait(f"{DRAFT} === 'ni'")
    # As browsers report the Enter of an input method: as its own key, within the composition.
    browser.run("""const box = document.getElementById('draft');
      for (const how of [{keyCode: 229}, {keyCode: 13, isComposing: true}])
        box.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', bubbles: true, cancelable: true, ...how}));""")
    browser.devtools("Input.insertText", text="你好")
    browser.wait(f"{DRAFT} === '你好'")
    assert browser.value("document.querySelectorAll('.row.own').length") == 0
    browser.keys("Enter")
    ned.hears("]pia: 你好")
    assert browser.value(DRAFT) == ""
    assert [line for line in ned.lines if "]pia: ni" in line] == []


def lines(place, browser):
    """Shift+Enter breaks the line into two messages, and the box grows to six rows"""
    ned = place.person("ned")
    place.enter("pia")
    one = browser.value("document.getElementById('draft').clientHeight")
    browser.keys("first", "Shift+Enter", "Shift+Enter", "second")
    two = browser.value("document.getElementById('draft').clientHeight")
    assert one < two, (one, two)
    browser.keys("Enter")
    ned.hears("]pia: first")
    ned.hears("]pia: second")
    assert len(ned.texts()) == 2, ned.texts()
    assert browser.value("document.getElementById('draft').clientHeight") == one
    heights = []
    for _ in range(9):
        browser.keys("x", "Shift+Enter")
        heights.append(browser.value("document.getElementById('draft').clientHeight"))
    assert heights == sorted(heights) and heights[4] < heights[5] or heights[3] < heights[4], heights
    assert heights[5] == heights[8] and heights[5] < one * 5, heights


def recalled(place, browser):
    """Up recalls what was said, and Tab goes through the names that fit"""
    ned = place.person("ned")
    place.person("nedda")
    place.enter("pia")
    browser.wait("document.querySelectorAll('.person').length === 3")
    place.say("one", "two")
    browser.keys("Up")
    assert browser.value(DRAFT) == "two"
    browser.keys("Up", "Up")
    assert browser.value(DRAFT) == "one"
    browser.keys("Down", "Down")
    assert browser.value(DRAFT) == ""
    browser.keys("n", "Up")
    assert browser.value(DRAFT) == "n"  # what is being typed is not replaced
    browser.keys("End", "Tab")
    assert browser.value(DRAFT) == "ned: "
    browser.keys("Tab")
    assert browser.value(DRAFT) == "nedda: "
    browser.keys("Tab", "hi ", "NEDD", "Tab")
    assert browser.value(DRAFT) == "ned: hi nedda "
    browser.keys("Enter")
    ned.hears("]pia: ned: hi nedda")


def offered(place, browser):
    """a slash offers the commands with the server's help, and arrows choose"""
    ned = place.person("ned")
    place.enter("pia")
    browser.keys("/")
    browser.wait("document.querySelectorAll('#offers li').length > 10")
    offers = browser.value("[...document.querySelectorAll('#offers li')].map((li) => li.textContent)")
    assert any(o.startswith("/me TEXT says what you do") for o in offers), offers
    assert not any("/resume" in o or "/heartbeat" in o for o in offers), offers
    browser.keys("a")
    browser.wait("document.querySelectorAll('#offers li').length === 1")
    assert browser.value("document.getElementById('draft').getAttribute('aria-activedescendant')") == "offer-0"
    browser.keys("Enter")
    assert browser.value(DRAFT) == "/away "
    assert browser.value("document.getElementById('offers').hidden")
    browser.keys("lunch", "Enter")
    place.shows("pia is away: lunch")
    browser.keys("/", "Escape")
    assert browser.value("document.getElementById('offers').hidden")
    browser.keys("Backspace", "/count", "Enter")
    place.shows("2 online")
    place.say("/nope")
    place.shows("There is no command /nope")
    ned.say("still here")
    place.shows("still here")


def limits(place, browser):
    """a line that is a byte too long is not sent and says so, and one that fits is"""
    ned = place.person("ned")
    place.enter("pia")
    browser.run("document.getElementById('draft').value = '茶'.repeat(400)")
    browser.keys("Enter")
    browser.wait("document.getElementById('complaint').textContent.startsWith('Too long by ')")
    over = int(browser.value("document.getElementById('complaint').textContent").split()[3])
    assert len(browser.value(DRAFT)) == 400
    spare = -over % 3
    fitting = "茶" * (400 - (over + 2) // 3) + "x" * spare
    browser.run("document.getElementById('draft').value = arguments[0]", fitting + "x")
    browser.keys("Enter")
    browser.wait("document.getElementById('complaint').textContent === 'Too long by 1 bytes'")
    browser.run("document.getElementById('draft').value = arguments[0]", fitting)
    browser.keys("Enter")
    ned.hears("]pia: " + fitting)
    assert len(ned.texts()) == 1


limits.options = ("--max-line", "512")


def keyboard_only(place, browser):
    """everything can be reached with the keyboard alone"""
    ned = place.person("ned", "/join tea")
    place.enter("pia")
    place.say("/join tea")
    browser.wait("document.getElementById('title').textContent === '#tea'")
    ned.say("to pia psst", "/in lobby pia: here?")
    browser.wait("document.querySelectorAll('.entry.unread').length === 2")
    browser.keys("Alt+a")
    browser.wait("document.querySelectorAll('.entry.unread').length === 1")
    browser.keys("Alt+a")
    browser.wait("document.querySelectorAll('.entry.unread').length === 0")
    browser.keys("hello", "Enter")
    ned.hears("hello")
    reached = []
    for _ in range(40):
        browser.keys("Tab")
        reached.append(browser.value("document.activeElement.id || document.activeElement.className.split(' ')[0] || document.activeElement.tagName"))
        if reached[-1] == "draft":
            break
    for wanted in ("add", "entry", "person", "SUMMARY", "find", "leave", "log", "draft"):
        assert wanted in reached, (wanted, reached)
    # And what has the focus is seen to have it.
    browser.run("document.getElementById('find').focus()")
    browser.keys("Enter")
    browser.wait("document.activeElement.id === 'panel-text'")
    browser.keys("Escape")
    browser.wait("document.getElementById('panel').hidden")


if __name__ == "__main__":
    run(composed, lines, recalled, offered, limits, keyboard_only)
