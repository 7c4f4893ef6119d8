"""scroll_test.py SERVER [WORD...]: long conversations."""
from place import run

LOG = "document.querySelector('.log:not([hidden])')"
# The first message that is seen whole, and where it stands.
TOP = f"""(() => {{ const box = {LOG}, edge = box.getBoundingClientRect().top;
  const row = [...box.querySelectorAll('.row[data-id]')].find((r) => r.getBoundingClientRect().top >= edge);
  return [Number(row.dataset.id), row.getBoundingClientRect().top - edge]; }})()"""
SETTLED = "return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 0))))"


def stays_where_it_is(place, browser):
    """5,000 messages do not move what is read by somebody who has scrolled up, and are counted"""
    ned = place.person("ned")
    ned.say(*[f"old {n}" for n in range(150)])
    ned.hears("old 149")
    place.enter("pia")
    place.shows("old 149")
    browser.run(f"{LOG}.scrollTop -= 900")
    browser.wait("!document.getElementById('newest').hidden")
    browser.run(SETTLED)
    browser.wait("document.querySelector('.note').textContent !== 'Loading …'")
    browser.run(SETTLED)
    before, shown = browser.value(TOP), len(place.rows())
    for part in range(10):
        ned.say(*[f"new {part} {n} {'and on ' * (n % 40)}" for n in range(500)])
        browser.wait(f"document.getElementById('newest').textContent === '{(part + 1) * 500} new ↓'")
        browser.run(SETTLED)
        after = browser.value(TOP)
        assert before[0] == after[0] and abs(before[1] - after[1]) < 1, (part, before, after)
    assert "(5000)" in browser.value("document.title")
    browser.click("#newest")
    browser.wait(f"(() => {{ const b = {LOG}; return b.scrollHeight - b.scrollTop - b.clientHeight < 2; }})()")
    browser.wait("document.getElementById('newest').hidden && document.title === 'lobby · confab'")
    ids = [i for i, _ in place.rows()]
    assert len(ids) == 5000 + shown and ids == sorted(set(ids)), len(ids)
    # Reading begins where it had stopped.
    assert browser.value("document.querySelectorAll('[data-new]').length") == 1
    assert browser.value("document.querySelector('[data-new] .text').textContent").startswith("new 0 0")
    # At the newest it stays there.
    ned.say(*[f"last {n}" for n in range(30)])
    browser.wait(f"(() => {{ const r = {LOG}.querySelector('.chunk:last-child .row:last-child'), e = {LOG}.getBoundingClientRect(); return r.textContent.includes('last 29') && r.getBoundingClientRect().bottom <= e.bottom; }})()")


stays_where_it_is.options = ("--send-queue", "8388608")


def back_to_the_first(place, browser):
    """scrolling up reads the history to its beginning, in order, without a jump"""
    ned = place.person("ned")
    ned.say(*[f"line {n} {'and on ' * (n % 30)}" for n in range(400)])
    ned.hears("line 399")
    place.enter("pia")
    place.shows("line 399")
    browser.wait(f"{LOG}.querySelectorAll('.row[data-id]').length >= 50")
    for page in range(20):
        if browser.value("document.querySelector('.note').textContent") == "Nothing before this":
            break
        count = browser.value(f"{LOG}.querySelectorAll('.row[data-id]').length")
        browser.run(f"{LOG}.scrollTop = 300")
        browser.run(SETTLED)
        seen = browser.value(TOP)
        browser.wait(f"{LOG}.querySelectorAll('.row[data-id]').length > {count} || document.querySelector('.note').textContent === 'Nothing before this'")
        browser.run(SETTLED)
        now = browser.value(f"(() => {{ const r = {LOG}.querySelector('[data-id=\"{seen[0]}\"]'); return r.getBoundingClientRect().top - {LOG}.getBoundingClientRect().top; }})()")
        assert abs(now - seen[1]) < 2, (page, seen, now)
    rows = place.rows()
    assert [text.split(" and")[0].strip() for _, text in rows] == [f"line {n}" for n in range(400)], len(rows)
    assert [i for i, _ in rows] == sorted({i for i, _ in rows})
    # Its day and its sender stand above the first, and nowhere else.
    assert browser.value(f"{LOG}.querySelectorAll('.row[data-day]').length") == 1
    assert browser.value(f"{LOG}.querySelector('.row[data-id]').dataset.day") == "Today"
    assert browser.value(f"{LOG}.querySelectorAll('.row.head').length") == 1


def private_history(place, browser):
    """a private chat has its history, too"""
    ned = place.person("ned")
    place.enter("pia")
    ned.say("to pia psst 1", "to pia psst 2")
    place.open("ned")
    place.say("yes")
    ned.hears("pia whispers to you: yes")
    browser.wait("document.querySelectorAll('.row.waiting').length === 0")
    browser.ask("POST", "/refresh")
    place.shows("yes")
    place.shows("psst 1")
    assert [text for _, text in place.rows()] == ["psst 1", "psst 2", "yes"]
    assert browser.value("document.getElementById('title').textContent") == "ned"


def folded(place, browser):
    """people who come and go make one grey line, which no screen reader reads out"""
    place.enter("pia")
    dee = place.person("dee")
    place.shows("dee came in")
    eve = place.person("eve")
    place.shows("dee, eve came in")
    eve.leave()
    browser.wait("[...document.querySelectorAll('.row.moves .text')].some((r) => r.textContent.includes('eve came and left'))")
    place.shows("dee came in · eve came and left")
    moves = browser.value("[...document.querySelectorAll('.row.moves')].map((r) => [r.getAttribute('aria-live'), r.closest('[role=log]').getAttribute('aria-live') !== null])")
    assert all(live == ["off", True] for live in moves) and moves, moves
    assert len(moves) == 1, moves
    dee.say("hello")
    place.shows("hello")


if __name__ == "__main__":
    run(stays_where_it_is, back_to_the_first, private_history, folded)
