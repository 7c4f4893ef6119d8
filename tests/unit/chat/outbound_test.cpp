#include "server/chat/outbound.hpp"

#include <string>

#include "server/chat/directory.hpp"
#include "tests/support/catch.hpp"

using namespace confab;

namespace {

struct turn {
  chat::effort spent;
  chat::directory users{1, spent};
  chat::rooms rooms{100, spent};
  chat::outbound out{1, language::en};

  turn() { out.begin({}); }

  chat::user& program() {
    chat::user& fresh = users.add({0, slots++, 1}, "1.1.1.1:" + std::to_string(slots), {});
    fresh.format = wire_format::json;
    out.enter(fresh);
    return fresh;
  }
  const std::string& direct() { return out.dispatches()[0].direct; }
  const std::string& to_all() { return out.dispatches()[0].broadcast->lines[json]; }
  const std::string& to_rooms() { return out.dispatches()[0].broadcast->room_lines[json]; }
  /// Who does not hear what was said last; null: nobody is left out.
  const chat::dispatch_item& last() { return out.dispatches()[0].items.back(); }

  static constexpr auto json = static_cast<std::size_t>(wire_format::json);
  std::uint32_t slots = 0;
};

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("outbound: an answer has the tag of its command, nothing else has one", "[outbound]") {
  turn now;
  const chat::asker ann{&now.program(), "t1"};
  const chat::user& bob = now.program();
  now.out.reply(ann, event::pong{"x"});
  CHECK(has(now.direct(), R"("tag":"t1")"));
  const std::size_t answered = now.direct().size();
  now.out.tell(bob, event::pong{"y"});
  now.out.tell(*ann, event::pong{"z"});
  now.out.say_in(now.rooms.lobby(), ann.who, event::count{2});
  now.out.say_in(now.rooms.add("den", 1), ann.who, event::count{3});
  CHECK_FALSE(has(now.direct().substr(answered), "tag"));
  CHECK(has(now.to_all(), R"("online":2)"));
  CHECK_FALSE(has(now.to_all(), "tag"));
  CHECK(has(now.to_rooms(), R"("online":3)"));
  CHECK_FALSE(has(now.to_rooms(), "tag"));
}

TEST_CASE("outbound: a complaint is an answer too", "[outbound]") {
  turn now;
  now.out.reply_error({&now.program(), "t2"}, problem::no_such_user);
  CHECK(has(now.direct(), R"("tag":"t2")"));
}

TEST_CASE("outbound: one who is left out in the lobby skips it, in a room it is named", "[outbound]") {
  turn now;
  const chat::user& ann = now.program();
  now.out.say_in(now.rooms.lobby(), &ann, event::count{2});
  CHECK(now.last().what == chat::dispatch_item::kind::skip);
  CHECK(now.last().slot == ann.session.slot);
  const chat::room& den = now.rooms.add("den", 1);
  now.out.say_in(den, &ann, event::count{3});
  CHECK(now.last().what == chat::dispatch_item::kind::room_lines);
  CHECK(now.last().slot == ann.session.slot);
  CHECK(now.last().begin == den.number);
  now.out.say_in(den, nullptr, event::count{4});
  CHECK(now.last().generation == 0);
}
