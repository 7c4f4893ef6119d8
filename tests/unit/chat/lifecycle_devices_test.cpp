// The end of a user with several devices, whoever decides it.
#include <string>
#include <vector>

#include "server/chat/lifecycle.hpp"
#include "tests/support/catch.hpp"

using namespace confab;

namespace {

/// The features that lifecycle works with, without a hub. Everybody is a program.
struct house {
  house() {
    chat.out.begin(chat.now);
    listener = &come("9.9.9.9:9");
    chat.out.begin(chat.now);
  }

  chat::device& come(std::string_view addr) {
    chat::device& fresh = life.come({0, slots++, 1}, addr);
    fresh.format = wire_format::json;
    life.admit(fresh, true);
    return fresh;
  }
  chat::device& add(chat::user& who, std::string_view addr) {
    chat::device* const fresh = life.add_device(who, {0, slots++, 1}, addr);
    REQUIRE(fresh != nullptr);
    return *fresh;
  }
  std::vector<std::uint32_t> closed() {
    std::vector<std::uint32_t> out;
    for (const chat::dispatch_item& each : chat.out.dispatches()[0].items) {
      if (each.what == chat::dispatch_item::kind::close) out.push_back(each.slot);
    }
    return out;
  }
  static std::size_t count(const std::string& text, std::string_view what) {
    std::size_t times = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++times;
    return times;
  }
  std::size_t byes() { return count(chat.out.dispatches()[0].direct, R"("type":"bye")"); }
  std::size_t departures() {
    const auto json = static_cast<std::size_t>(wire_format::json);
    return count(chat.out.dispatches()[0].broadcast->lines[json], R"("type":"left")");
  }

  chat::chat_state chat{chat::hub_options(), 1};
  chat::turn_budget budget{chat};
  chat::paging pages{chat, budget};
  chat::arrivals news{chat};
  chat::delivery_reports reports{chat};
  chat::tags tags{chat};
  chat::backlog past{chat};
  chat::keeping kept{chat};
  chat::room_rules rooms{chat, news, past};
  chat::away away{chat};
  chat::liveness alive{chat};
  chat::tokens secrets{chat};
  chat::formats formats{chat, news, secrets};
  chat::lifecycle life{chat, {budget, pages, news, reports, tags, past, kept, rooms, away, alive, secrets, formats}};
  std::uint32_t slots = 0;
  chat::device* listener = nullptr;
};

}  // namespace

TEST_CASE("lifecycle: the end of a user ends all its devices, and is told once", "[lifecycle][devices]") {
  house at;
  chat::device& one = at.come("1.1.1.1:1");
  at.add(*one.owner, "1.1.1.1:2");
  at.add(*one.owner, "1.1.1.1:3");
  at.rooms.join({&one, {}}, "tea");
  at.chat.out.begin(at.chat.now);
  at.life.end(*one.owner, leave_reason::error);
  CHECK(at.closed() == std::vector<std::uint32_t>{1, 2, 3});
  CHECK(at.departures() == 1);
  CHECK(at.chat.users.size() == 1);
  CHECK(at.chat.rooms.size() == 0);
  for (std::uint32_t slot = 1; slot <= 3; ++slot) CHECK(at.chat.users.find({0, slot, 1}) == nullptr);
  CHECK(at.news.online_for(*at.listener->owner) == 1);
}

TEST_CASE("lifecycle: one of several devices ends alone, with the tag that it asked with", "[lifecycle][devices]") {
  house at;
  chat::device& one = at.come("1.1.1.1:1");
  at.rooms.join({&one, {}}, "tea");
  const chat::room& tea = *at.chat.rooms.find("tea");
  CHECK(tea.devices == 1);
  chat::device& two = at.add(*one.owner, "1.1.1.1:2");
  CHECK(tea.devices == 2);
  at.chat.out.set_format(two, wire_format::json);
  at.chat.out.begin(at.chat.now);
  at.life.end({&one, "q"}, leave_reason::quit);
  CHECK(at.closed() == std::vector<std::uint32_t>{1});
  CHECK(at.byes() == 1);
  CHECK(house::count(at.chat.out.dispatches()[0].direct, R"("tag":"q")") == 1);
  CHECK(at.departures() == 0);
  CHECK(&two.owner->first() == &two);
  CHECK(tea.devices == 1);
  at.chat.out.begin(at.chat.now);
  at.life.end({&two, {}}, leave_reason::quit);
  CHECK(at.closed() == std::vector<std::uint32_t>{2});
  CHECK(at.departures() == 1);
  CHECK(at.chat.users.size() == 1);
}
