"""looks_test.py SERVER [WORD...]: sizes, colours, languages, and what calls for attention."""
import os

from place import run

# Ratios of contrast, with colours as the browser paints them.
CONTRAST = """
const paint = (colour) => { const c = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  c.fillStyle = colour; c.fillRect(0, 0, 1, 1); return [...c.getImageData(0, 0, 1, 1).data]; };
const light = (rgb) => rgb.slice(0, 3).map((v) => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
  .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
const behind = (e) => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (paint(c)[3] === 255) return c; } };
const found = [];
for (const e of document.querySelectorAll(arguments[0])) {
  if (!e.checkVisibility() || !e.textContent.trim()) continue;
  const [a, b] = [light(paint(getComputedStyle(e).color)), light(paint(behind(e)))].sort((x, y) => y - x);
  found.push([e.className + ' ' + e.textContent, (a + .05) / (b + .05)]);
}
return found;"""


def talk(place, browser):
    """A room in which something is said, as it is on the picture of README.md."""
    alice = place.person("alice", "/join tea", "/topic tea Green or black")
    bob = place.person("bob", "/join tea")
    carol = place.person("carol", "/join tea", "/away at lunch")
    carol.hears("carol is away")
    place.enter("dana", "#/tea")
    browser.wait("document.getElementById('title').textContent === '#tea'")
    alice.say("/in lobby morning!", "/in tea who is for green?", "/in tea and cake: https://example.org/cake")
    place.shows("and cake")
    place.say("two for me")
    bob.say("/in tea black for me, please ☕", "/in tea /me looks for the sugar", "/in lobby hello", "to dana psst, lunch?")
    place.shows("looks for the sugar")
    browser.wait("document.querySelector('.person.absent') && document.querySelector('#private .unread') && document.querySelector('#rooms .unread .count')?.textContent === '2'")
    return alice, bob


def phone(place, browser):
    """on 360 x 640 everything fits, can be hit with a thumb, and the list is a drawer"""
    browser.size(360, 640, True)
    talk(place, browser)
    assert browser.value("innerWidth") == 360
    assert browser.value("document.documentElement.scrollWidth") == 360
    assert browser.value("document.getElementById('elsewhere').textContent") == "3"
    small = """[...document.querySelectorAll('button, a.entry, input, summary, textarea')].filter((e) => e.checkVisibility({visibilityProperty: true}) && !e.closest('.text'))
      .map((e) => [e.id || e.className, e.getBoundingClientRect().width, e.getBoundingClientRect().height]).filter(([, w, h]) => w < 44 || h < 44)"""
    assert not (found := browser.value(small)), found
    assert browser.value("getComputedStyle(document.getElementById('side')).visibility") == "hidden"
    browser.click("#menu")
    browser.wait("document.getElementById('side').getBoundingClientRect().left === 0")
    assert not (found := browser.value(small)), found
    picture(browser, "phone-list")
    browser.run("document.querySelector('#rooms .unread').click()")
    browser.wait("document.getElementById('title').textContent === 'lobby'")
    browser.wait("getComputedStyle(document.getElementById('side')).visibility === 'hidden'")
    # From the edge.
    for kind, x in (("touchStart", 5), ("touchMove", 90), ("touchMove", 160)):
        browser.devtools("Input.dispatchTouchEvent", type=kind, touchPoints=[{"x": x, "y": 300}])
    browser.devtools("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
    browser.wait("document.getElementById('side').getBoundingClientRect().left === 0")
    browser.run("document.getElementById('shade').click()")
    browser.wait("getComputedStyle(document.getElementById('side')).visibility === 'hidden'")
    picture(browser, "phone")
    # With a keyboard on the screen.
    browser.size(360, 340, True)
    browser.wait("document.getElementById('send').getBoundingClientRect().bottom <= 340")
    assert browser.value("document.querySelector('.log:not([hidden])').getBoundingClientRect().height") > 150
    seen = "(() => { const rows = [...document.querySelectorAll('.log:not([hidden]) .row')]; return rows.pop().getBoundingClientRect().bottom <= document.getElementById('composer').getBoundingClientRect().top; })()"
    browser.wait(seen)
    browser.size(1100, 720)


def colours(place, browser):
    """names and all other text have a contrast of 4.5 in both colour schemes, and motion can be reduced"""
    talk(place, browser)
    browser.size(1000, 560)
    picture(browser, "room")
    browser.size(1100, 720)
    # All twelve colours.
    browser.run("""for (let i = 0; i < 12; ++i) { const b = document.createElement('b'); b.className = `name c${i}`; b.textContent = `n${i}`;
      const t = document.createElement('span'); t.className = `tile c${i}`; t.textContent = 'AB'; t.style.display = 'block';
      document.querySelector('.row.head:last-child, .row.head').append(b, t); }""")
    for scheme in ("light", "dark"):
        browser.scheme(scheme)
        found = browser.run(CONTRAST, ".name, .tile, .text, time, .entry, .person .label, .state, .count, h1, h2, #topic, #here, button, .moves .text, #my-name")
        assert len(found) > 40, found
        assert not [each for each in found if each[1] < 4.5], [each for each in found if each[1] < 4.5]
        picture(browser, scheme)
    browser.scheme("light", "reduce")
    assert browser.value("getComputedStyle(document.getElementById('side')).transitionDuration") in ("0s", "")
    browser.scheme("light")


def chinese(place, browser):
    """a Chinese browser is spoken to in Chinese, whatever the server speaks"""
    browser.devtools("Network.setUserAgentOverride", userAgent="test", acceptLanguage="zh-CN,zh;q=0.9,en;q=0.8")
    ned = place.person("ned")
    place.enter("小明")
    assert browser.value("document.documentElement.lang") == "zh-CN"
    assert browser.value("document.getElementById('title').textContent") == "大厅"
    place.say("/nope", "大家好")
    place.shows("没有 /nope 命令")
    ned.hears("]小明: 大家好")
    place.say("to nobody psst")
    browser.wait("document.querySelector('.why')?.textContent.startsWith('该用户不存在')")
    browser.keys("/a")
    browser.wait("/[\\u4e00-\\u9fff]/.test(document.querySelector('#offers li')?.textContent ?? '')")
    english = """[...document.querySelectorAll('button, h2, label, [data-t], .note')].map((e) => e.textContent.trim()).filter((text) => /^[a-z ]{3,}$/i.test(text))"""
    assert [text for text in browser.value(english) if text not in ("nobody", "ned")] == []
    picture(browser, "chinese")
    browser.devtools("Network.setUserAgentOverride", userAgent="test", acceptLanguage="en-GB,en;q=0.9")


def attention(place, browser):
    """what is unread stands in title and icon, and nobody is notified who has not clicked"""
    browser.devtools("Browser.grantPermissions", permissions=["notifications"])
    place.before_the_page("""
      globalThis.notes = []; globalThis.asked = 0;
      globalThis.Notification = class { static permission = 'default';
        static async requestPermission() { ++asked; return (Notification.permission = 'granted'); }
        constructor(title, how) { notes.push([title, how.body]); } close() {} };""")
    ned = place.person("ned")
    place.enter("pia")
    assert browser.value("document.title") == "lobby · confab"
    browser.run("globalThis.focused = true; document.hasFocus = () => focused")
    browser.run("focused = false")
    ned.say("one", "two", "to pia psst")
    browser.wait("document.title === '(3) lobby · confab'")
    assert browser.value("document.querySelector('link[rel=icon]').getAttribute('href')") == "icon-new.svg"
    assert browser.value("[notes, asked]") == [[], 0]
    browser.run("document.getElementById('me').open = true; document.getElementById('notify').click()")
    browser.wait("document.getElementById('notify').getAttribute('aria-pressed') === 'true'")
    assert browser.value("asked") == 1
    ned.say("pia: three", "to pia psst 2")
    browser.wait("notes.length === 2")
    assert browser.value("notes") == [["ned in lobby", "pia: three"], ["ned", "psst 2"]]
    browser.run("focused = true; dispatchEvent(new Event('focus'))")
    browser.wait("document.title === '(2) lobby · confab'")
    ned.say("four")
    place.shows("four")
    place.open("ned")
    browser.wait("document.title === 'ned · confab'")
    assert browser.value("document.querySelector('link[rel=icon]').getAttribute('href')") == "icon.svg"
    assert browser.value("notes.length") == 2


def idle(place, browser):
    """while nothing happens, the page does nothing: no timer is left"""
    place.before_the_page("""
      globalThis.pending = new Set();
      for (const [make, drop, again] of [['setTimeout', 'clearTimeout', false], ['setInterval', 'clearInterval', true], ['requestAnimationFrame', 'cancelAnimationFrame', false]]) {
        const [made, dropped] = [globalThis[make].bind(globalThis), globalThis[drop].bind(globalThis)];
        globalThis[make] = (what, ...more) => { const key = make + made((...all) => { if (!again) pending.delete(key); what(...all); }, ...more);
          pending.add(key); return key; };
        globalThis[drop] = (key) => { pending.delete(key); dropped(Number(String(key).replace(make, ''))); };
      }""")
    ned = place.person("ned")
    place.enter("pia")
    ned.say("hello")
    place.shows("hello")
    browser.wait("pending.size === 0")
    place.proxy.cut()
    browser.wait("!document.getElementById('bar').hidden && pending.size > 0")
    place.proxy.mend()
    browser.click("#bar-act")
    browser.wait("document.getElementById('bar').hidden")
    browser.wait("pending.size === 0")


def told(place, browser):
    """a screen reader is told what is said, one element at a time, and not what is old or who comes and goes"""
    ned = place.person("ned", "old")
    place.enter("pia")
    place.shows("old")
    log = "document.querySelector('.log:not([hidden]) [role=log]')"
    browser.wait(f"{log}.getAttribute('aria-live') === 'polite'")
    browser.run(f"globalThis.added = []; new MutationObserver((all) => all.forEach((m) => m.addedNodes.forEach((n) => added.push(n.textContent)))).observe({log}, {{childList: true, subtree: true}})")
    ned.say("something new")
    place.shows("something new")
    added = browser.wait("added.length && added")
    assert len(added) == 1 and added[0].endswith("something new") and "ned" in added[0], added
    tree = browser.devtools("Accessibility.getFullAXTree")["nodes"]
    roles = {node["role"]["value"] for node in tree if not node.get("ignored")}
    assert {"log", "navigation", "main", "heading", "textbox"} <= roles or {"log", "navigation", "main", "heading", "combobox"} <= {r.lower() for r in roles}, roles
    unnamed = [node["role"]["value"] for node in tree if not node.get("ignored") and node["role"]["value"] in ("button", "link", "textbox", "combobox")
               and not node.get("name", {}).get("value")]
    assert not unnamed, unnamed


def picture(browser, name):
    """Kept only where somebody wants to look at it."""
    if folder := os.environ.get("CONFAB_PICTURES"):
        browser.screenshot(os.path.join(folder, f"page-{name}.png"))


if __name__ == "__main__":
    run(phone, colours, chinese, attention, idle, told)
