#include "server/chat/outbound.hpp"

#include <string>
#include <vector>

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

  chat::device& program() {
    chat::device& fresh = users.add({0, slots++, 1}, "1.1.1.1:" + std::to_string(slots), {}).first();
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
  const chat::device& bob = now.program();
  now.out.reply(ann, event::pong{"x"});
  CHECK(has(now.direct(), R"("tag":"t1")"));
  const std::size_t answered = now.direct().size();
  now.out.tell(bob, event::pong{"y"});
  now.out.tell(*ann, event::pong{"z"});
  now.out.say_in(now.rooms.lobby(), ann.on, event::count{2});
  now.out.say_in(now.rooms.add("den", 1), ann.on, event::count{3});
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
  const chat::device& ann = now.program();
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

TEST_CASE("outbound: what goes to a user goes to all devices, an answer to one, and except one all others get it",
          "[outbound][devices]") {
  turn now;
  chat::device& one = now.program();
  chat::device& two = now.users.add_device(*one.owner, {0, now.slots++, 1}, "2.2.2.2:2", {});
  two.format = wire_format::json;
  now.out.enter(two);
  const auto slots = [&](chat::dispatch_item::kind what) {
    std::vector<std::uint32_t> out;
    for (const chat::dispatch_item& each : now.out.dispatches()[0].items) {
      if (each.what == what) out.push_back(each.slot);
    }
    return out;
  };
  using kind = chat::dispatch_item::kind;
  const auto begin = [&] { now.out.begin({}); };
  begin();
  now.out.tell(*one.owner, event::pong{"x"});
  CHECK(slots(kind::direct) == std::vector<std::uint32_t>{one.session.slot, two.session.slot});
  begin();
  now.out.reply({&two, "t"}, event::pong{"x"});
  CHECK(slots(kind::direct) == std::vector<std::uint32_t>{two.session.slot});
  begin();
  now.out.reply_on_all({&two, "t"}, event::pong{"x"});
  CHECK(slots(kind::direct) == std::vector<std::uint32_t>{two.session.slot, one.session.slot});
  CHECK(now.direct().find("tag") == now.direct().rfind("tag"));
  CHECK(has(now.direct(), "tag"));
  begin();
  now.out.say_in(now.rooms.lobby(), &one, event::count{2});
  CHECK(slots(kind::skip) == std::vector<std::uint32_t>{one.session.slot});
  begin();
  now.out.to_others(*one.owner, event::count{2});
  CHECK(slots(kind::skip) == std::vector<std::uint32_t>{one.session.slot, two.session.slot});
  now.out.close(one);
  one.detached = true;
  begin();
  now.out.to_others(*one.owner, event::count{2});
  now.out.tell(*one.owner, event::pong{"x"});
  CHECK(slots(kind::skip) == std::vector<std::uint32_t>{two.session.slot});
  CHECK(slots(kind::direct) == std::vector<std::uint32_t>{two.session.slot});
}
