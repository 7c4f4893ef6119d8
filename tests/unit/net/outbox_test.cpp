#include "server/net/outbox.hpp"

#include <array>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/catch.hpp"

using confab::chat::broadcast;
using confab::net::outbox;

namespace {

/// All that waits, as the gathered writes would bring it.
std::string waiting(const outbox& of) {
  std::array<iovec, outbox::max_gather> pieces{};
  const std::size_t count = of.gather(pieces);
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out.append(static_cast<const char*>(pieces[i].iov_base), pieces[i].iov_len);
  return out;
}

std::size_t pieces_of(const outbox& of) {
  std::array<iovec, outbox::max_gather> pieces{};
  return of.gather(pieces);
}

std::shared_ptr<broadcast> everybody(std::string text) {
  auto out = std::make_shared<broadcast>();
  out->lines[0] = std::move(text);
  return out;
}

}  // namespace

TEST_CASE("outbox: what was said comes out in order", "[outbox]") {
  outbox box;
  CHECK(box.empty());
  CHECK(pieces_of(box) == 0);
  const std::string one = "one\n";
  const std::string two = "two\n";
  box.add(one);
  box.add(two);
  CHECK_FALSE(box.empty());
  CHECK(box.bytes() == 8);
  CHECK(pieces_of(box) == 2);
  CHECK(waiting(box) == "one\ntwo\n");
  box.consume(8);
  CHECK(box.empty());
  CHECK(pieces_of(box) == 0);
}

TEST_CASE("outbox: pieces that touch in memory are one", "[outbox]") {
  outbox box;
  const std::string text = "one\ntwo\nthree\n";
  const std::string_view view(text);
  box.add(view.substr(0, 4));
  box.add(view.substr(4, 4));
  CHECK(pieces_of(box) == 1);
  box.add(view.substr(9));  // a byte is left out
  CHECK(pieces_of(box) == 2);
  box.consume(5);
  box.add(view.substr(0, 4));
  CHECK(pieces_of(box) == 3);
  CHECK(waiting(box) == "wo\nhree\none\n");
  CHECK(box.bytes() == 12);
}

TEST_CASE("outbox: a piece of this turn is not joined to one that was kept", "[outbox]") {
  outbox box;
  const auto all = everybody("one\ntwo\n");
  const std::string_view view(all->lines[0]);
  box.add(view.substr(0, 4));
  box.keep(all);
  box.add(view.substr(4));
  CHECK(pieces_of(box) == 2);
  CHECK(waiting(box) == "one\ntwo\n");
}

TEST_CASE("outbox: any number of bytes can be written at a time", "[outbox]") {
  const std::array<std::string, 4> texts{"a", "bc", "def", "ghij"};
  for (std::size_t step = 1; step <= 10; ++step) {
    outbox box;
    for (const std::string& each : texts) box.add(each);
    std::string left = "abcdefghij";
    while (!left.empty()) {
      const std::size_t count = std::min(step, left.size());
      CHECK(waiting(box) == left);
      CHECK(box.bytes() == left.size());
      box.consume(count);
      left.erase(0, count);
    }
    CHECK(box.empty());
  }
}

TEST_CASE("outbox: a gathered write takes as many pieces as it is asked for, and at most", "[outbox]") {
  const std::size_t count = GENERATE(outbox::max_gather - 1, outbox::max_gather, outbox::max_gather + 1);
  const std::vector<std::string> texts(count, "x");
  outbox box;
  for (const std::string& each : texts) box.add(each);
  CHECK(pieces_of(box) == std::min(count, outbox::max_gather));
  std::array<iovec, 3> few{};
  CHECK(box.gather(few) == 3);
  box.consume(count - 1);
  CHECK(pieces_of(box) == 1);
}

TEST_CASE("outbox: after the turn, words to one user are copies", "[outbox]") {
  outbox box;
  auto text = std::make_unique<std::string>("only for you\n");
  box.add(*text);
  box.consume(5);
  box.keep(everybody("something else\n"));
  text->assign(text->size(), '#');
  text.reset();
  CHECK(waiting(box) == "for you\n");
  box.keep(nullptr);
  CHECK(waiting(box) == "for you\n");
}

TEST_CASE("outbox: after the turn, what all hear is shared, and let go when written", "[outbox]") {
  outbox box;
  auto all = everybody("to all\n");
  all->lines[1] = "{}\n";
  all->room_lines[0] = "#tea hi\n";
  const std::weak_ptr<broadcast> watch = all;
  const char* const where = all->lines[0].data();
  box.add(all->lines[0]);
  box.add(all->lines[1]);
  box.add(all->room_lines[0]);
  box.keep(all);
  all.reset();
  REQUIRE_FALSE(watch.expired());
  std::array<iovec, 1> first{};
  REQUIRE(box.gather(first) == 1);
  CHECK(static_cast<const char*>(first[0].iov_base) == where);
  CHECK(waiting(box) == "to all\n{}\n#tea hi\n");
  box.consume(box.bytes() - 1);
  CHECK_FALSE(watch.expired());
  box.consume(1);
  CHECK(watch.expired());
}

TEST_CASE("outbox: words of the turn that are only equal to what all hear are copied", "[outbox]") {
  outbox box;
  auto all = everybody("same\n");
  const std::weak_ptr<broadcast> watch = all;
  {
    const std::string mine = "same\n";
    box.add(mine);
    box.keep(all);
  }
  all.reset();
  CHECK(watch.expired());
  CHECK(waiting(box) == "same\n");
}

TEST_CASE("outbox: a piece under an eighth of what was said in the turn is copied", "[outbox]") {
  const std::size_t size = GENERATE(9U, 10U, 11U);
  outbox box;
  auto all = everybody(std::string(80, 'x'));
  const std::weak_ptr<broadcast> watch = all;
  box.add(std::string_view(all->lines[0]).substr(0, size));
  box.keep(all);
  all.reset();
  CHECK(watch.expired() == (size < 10));
  CHECK(waiting(box) == std::string(size, 'x'));
}

TEST_CASE("outbox: what it holds is bytes, and memory for pieces that stays when it is empty", "[outbox]") {
  outbox box;
  CHECK(box.held_bytes() == 0);
  const std::string piece(1000, 'x');
  box.add(piece);
  box.keep(nullptr);
  CHECK(box.held_bytes() > 1000);
  CHECK(box.held_bytes() < 1100);
  for (int i = 0; i < 999; ++i) {
    box.add(piece);
    box.keep(nullptr);
  }
  CHECK(box.held_bytes() > 1'000'000 + 1000 * sizeof(std::string_view));
  box.clear();
  CHECK(box.held_bytes() > 1000 * sizeof(std::string_view));
  CHECK(box.held_bytes() < 100'000);
}

TEST_CASE("outbox: emptying it lets everything go", "[outbox]") {
  outbox box;
  auto all = everybody("to all\n");
  const std::weak_ptr<broadcast> watch = all;
  box.add(all->lines[0]);
  box.keep(all);
  all.reset();
  box.clear();
  CHECK(watch.expired());
  CHECK(box.empty());
  CHECK(pieces_of(box) == 0);
  const std::string again = "again\n";
  box.add(again);
  CHECK(waiting(box) == "again\n");
  CHECK(box.bytes() == again.size());
}

TEST_CASE("outbox: one who always lags a little gets every byte, turn after turn", "[outbox]") {
  std::mt19937 random(7);
  outbox box;
  std::string expected;
  std::string written;
  const auto write = [&](std::size_t at_most) {
    std::array<iovec, outbox::max_gather> pieces{};
    const std::size_t count = box.gather(pieces);
    std::size_t taken = 0;
    for (std::size_t i = 0; i < count && taken < at_most; ++i) {
      const std::size_t size = std::min(pieces[i].iov_len, at_most - taken);
      written.append(static_cast<const char*>(pieces[i].iov_base), size);
      taken += size;
    }
    box.consume(taken);
  };
  for (int turn = 0; turn < 3000; ++turn) {
    auto all = everybody("turn " + std::to_string(turn) + " for all\n");
    all->lines[1] = "{\"turn\":" + std::to_string(turn) + "}\n";
    {
      std::string direct = "direct " + std::to_string(turn) + "\nand more\n";
      for (const std::string_view piece :
           {std::string_view(direct).substr(0, 9), std::string_view(all->lines[random() % 2]),
            std::string_view(direct).substr(9)}) {
        box.add(piece);
        expected += piece;
      }
      if (random() % 2 == 0) write(random() % 100);
      box.keep(random() % 8 == 0 ? nullptr : all);
      direct.assign(direct.size(), '#');
    }
    for (std::string& lines : all->lines) {
      if (all.use_count() == 1) lines.assign(lines.size(), '#');
    }
    all.reset();
    write(random() % 70);
    // It lags, but never for long.
    if (turn % 100 == 0) write(100'000);
    REQUIRE(box.bytes() == expected.size() - written.size());
  }
  while (!box.empty()) write(1000);
  CHECK(written == expected);
}

TEST_CASE("outbox: what is said within a frame goes behind its head, which is made last", "[outbox]") {
  outbox it;
  it.add("before|");
  CHECK_FALSE(it.in_frame());
  it.begin_frame();
  CHECK(it.in_frame());
  CHECK(it.frame_bytes() == 0);
  const std::string two = "one two";
  it.add(std::string_view(two).substr(0, 4));
  it.add(std::string_view(two).substr(4));  // joined with the piece before, and not with what is before the head
  it.add("|three");
  CHECK(it.frame_bytes() == 13);
  const std::string head = "<13>";
  it.end_frame(head);
  CHECK_FALSE(it.in_frame());
  CHECK(waiting(it) == "before|<13>one two|three");
  CHECK(it.bytes() == waiting(it).size());
  it.keep(nullptr);
  it.begin_frame();
  it.add("four");
  CHECK(it.frame_bytes() == 4);
  it.end_frame("<4>");
  CHECK(waiting(it) == "before|<13>one two|three<4>four");
  it.consume(it.bytes());
  CHECK(it.empty());
  CHECK_FALSE(it.in_frame());
}
