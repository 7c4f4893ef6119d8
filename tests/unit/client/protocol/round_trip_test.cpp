// What the server writes as JSON is what the client reads: every event there and back. An event that is added to
// rendering.hpp needs its comparison here, or this does not compile.

#include <algorithm>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "client/protocol/event_reader.hpp"
#include "client/protocol/timestamp.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/common/protocol/rendering.hpp"

namespace confab {
namespace {

template <class Body>
const Body& body_of(const client::event& read) {
  REQUIRE(std::holds_alternative<Body>(read.body));
  return std::get<Body>(read.body);
}

void compare(const event::welcome& said, const client::event& read) {
  const auto& got = body_of<client::welcome>(read);
  CHECK(got.server == said.server);
  CHECK(got.version.empty() == false);
  CHECK(got.name == said.you.name);
  CHECK(got.addr == said.you.addr);
  CHECK(got.user == said.you.number);
  CHECK(got.online == said.online);
  CHECK(got.max_line == said.line_limit);
  CHECK(got.idle == said.idle_limit);
  CHECK(got.token == said.token);
  CHECK(got.resumed == said.resumed);
  CHECK(got.complete == said.complete);
  CHECK(got.tls == said.tls);
  CHECK(got.lang == "en");
  CHECK(got.room == said.room);
  CHECK(std::equal(got.motd.begin(), got.motd.end(), said.motd.begin(), said.motd.end()));
  CHECK(got.rooms.has_value() == said.resumed);
  if (!got.rooms) return;
  REQUIRE(got.rooms->size() == said.rooms.size());
  for (std::size_t i = 0; i < said.rooms.size(); ++i) CHECK((*got.rooms)[i] == said.rooms[i]);
}

void compare(const event::joined& said, const client::event& read) {
  const auto& got = body_of<client::joined>(read);
  CHECK(got.name == said.who.name);
  CHECK(got.addr == said.who.addr);
  CHECK(got.user == said.who.number);
  CHECK(got.online == said.online);
  CHECK(got.room.empty());
}

void compare(const event::room_joined& said, const client::event& read) {
  const auto& got = body_of<client::joined>(read);
  CHECK(got.name == said.who.name);
  CHECK(got.addr == said.who.addr);
  CHECK(got.user == said.who.number);
  CHECK(got.online == said.members);
  CHECK(got.room == said.room);
}

void compare(const event::left& said, const client::event& read) {
  const auto& got = body_of<client::left>(read);
  CHECK(got.name == said.who.name);
  CHECK(got.user == said.who.number);
  CHECK(got.online == said.online);
  CHECK(got.reason == wire_word(said.reason));
  CHECK(got.room.empty());
}

void compare(const event::room_left& said, const client::event& read) {
  const auto& got = body_of<client::left>(read);
  CHECK(got.name == said.who.name);
  CHECK(got.user == said.who.number);
  CHECK(got.online == said.members);
  CHECK(got.room == said.room);
}

void compare(const event::crowd& said, const client::event& read) {
  const auto& got = body_of<client::crowd>(read);
  CHECK(got.joined == said.joined);
  CHECK(got.left == said.left);
  CHECK(got.online == said.online);
}

void compare(const event::room_crowd& said, const client::event& read) {
  const auto& got = body_of<client::room_crowd>(read);
  CHECK(got.room == said.room);
  CHECK(got.joined == said.joined);
  CHECK(got.left == said.left);
  CHECK(got.members == said.members);
}

void compare(const event::message& said, const client::event& read) {
  const auto& got = body_of<client::message>(read);
  CHECK(read.id == said.id);
  CHECK(got.room == said.room);
  CHECK(got.from == said.from.name);
  CHECK(got.addr == said.from.addr);
  CHECK(got.user == said.from.number);
  CHECK(got.text == said.text);
  CHECK(got.past == !said.past.empty());
  CHECK(got.own_tag == said.own_tag);
  CHECK(got.repeated == said.repeated);
  CHECK((got.kind == said.kind));
}

void compare(const event::whisper& said, const client::event& read) {
  const auto& got = body_of<client::whisper>(read);
  CHECK(read.id == said.id);
  CHECK(got.from == said.from.name);
  CHECK(got.addr == said.from.addr);
  CHECK(got.user == said.from.number);
  CHECK(got.to == said.to.name);
  CHECK(got.to_user == said.to.number);
  CHECK(got.text == said.text);
  CHECK(got.past == !said.past.empty());
  CHECK(got.own_tag == said.own_tag);
  CHECK(got.repeated == said.repeated);
  CHECK((got.kind == said.kind));
}

void compare(const event::whispered& said, const client::event& read) {
  compare(said.what, read);
}

void compare(const event::delivery& said, const client::event& read) {
  const auto& got = body_of<client::delivery>(read);
  using theirs = event::delivery::state;
  using ours = client::delivery::state;
  const ours expected = said.is == theirs::waiting     ? ours::waiting
                        : said.is == theirs::delivered ? ours::delivered
                                                       : ours::lost;
  CHECK((got.now == expected));
  CHECK(read.id == said.id);
  CHECK(got.name == said.who.name);
  CHECK(got.user == said.who.number);
  CHECK(got.messages == said.messages);
  CHECK(got.seconds == static_cast<std::uint64_t>(said.left.count()));
}

void compare_renamed(std::string_view old_name, const confab::person& who, const client::event& read) {
  const auto& got = body_of<client::renamed>(read);
  CHECK(got.old_name == old_name);
  CHECK(got.name == who.name);
  CHECK(got.addr == who.addr);
  CHECK(got.user == who.number);
}

void compare(const event::renamed& said, const client::event& read) {
  compare_renamed(said.old_name, said.who, read);
}
void compare(const event::you_renamed& said, const client::event& read) {
  compare_renamed(said.old_name, said.you, read);
}

void compare(const event::users& said, const client::event& read) {
  const auto& got = body_of<client::users>(read);
  CHECK(got.room == said.room);
  CHECK(got.online == said.online);
  CHECK(got.end == said.end);
  REQUIRE(got.people.size() == said.page.size());
  for (std::size_t i = 0; i < said.page.size(); ++i) {
    const event::listed& sent = said.page[i];
    const client::person& each = got.people[i];
    CHECK(each.name == sent.who.name);
    CHECK(each.addr == sent.who.addr);
    CHECK(each.user == sent.who.number);
    CHECK((each.since && *each.since == sent.since));
    CHECK(each.idle == static_cast<std::uint64_t>(sent.idle.count()));
    CHECK(each.away.has_value() == sent.is_away);
    CHECK(each.away.value_or("") == sent.away);
    CHECK(each.lost == sent.lost);
  }
}

void compare(const event::rooms& said, const client::event& read) {
  const auto& got = body_of<client::room_list>(read);
  CHECK(got.end == said.end);
  REQUIRE(got.rooms.size() == said.list.size());
  for (std::size_t i = 0; i < said.list.size(); ++i) {
    CHECK(got.rooms[i].room == said.list[i].name);
    CHECK(got.rooms[i].members == said.list[i].members);
    CHECK(got.rooms[i].topic == said.list[i].topic);
  }
}

void compare(const event::count& said, const client::event& read) {
  CHECK(body_of<client::count>(read).online == said.online);
}
void compare(const event::pong& said, const client::event& read) {
  CHECK(body_of<client::pong>(read).token == said.token);
}

void compare(const event::whoami& said, const client::event& read) {
  const auto& got = body_of<client::whoami>(read);
  CHECK(got.name == said.you.name);
  CHECK(got.addr == said.you.addr);
  CHECK(got.user == said.you.number);
  CHECK(got.room == said.room);
  CHECK(got.tls == said.tls);
}

void compare(const event::room_changed& said, const client::event& read) {
  CHECK(body_of<client::room_changed>(read).room == said.room);
  CHECK(body_of<client::room_changed>(read).topic == said.topic);
}

void compare(const event::topic& said, const client::event& read) {
  CHECK(body_of<client::topic>(read).room == said.room);
  CHECK(body_of<client::topic>(read).text == said.text);
  CHECK(body_of<client::topic>(read).name == said.by.name);
}

void compare(const event::topic_shown& said, const client::event& read) {
  CHECK(body_of<client::topic>(read).room == said.room);
  CHECK(body_of<client::topic>(read).text == said.text);
  CHECK(body_of<client::topic>(read).name.empty());
}

void compare(const event::recalled& said, const client::event& read) {
  CHECK(read.id == said.id);
  CHECK(body_of<client::recalled>(read).room == said.room);
}

void compare(const event::found& said, const client::event& read) {
  CHECK(body_of<client::found>(read).messages == said.messages);
  CHECK(body_of<client::found>(read).more == said.more);
}

void compare(const event::away& said, const client::event& read) {
  if (said.is_away) {
    CHECK(body_of<client::away>(read).name == said.who.name);
    CHECK(body_of<client::away>(read).text == said.text);
  } else {
    CHECK(body_of<client::back>(read).name == said.who.name);
  }
}

void compare(const event::ok&, const client::event& read) {
  CHECK(std::holds_alternative<client::ok>(read.body));
}
void compare(const event::help& said, const client::event& read) {
  CHECK(body_of<client::notice>(read).text == std::string(said.usage) + ": " + std::string(said.en));
}

void compare(const event::notice& said, const client::event& read) {
  CHECK(body_of<client::notice>(read).text == said.text);
}
void compare(const event::keeping&, const client::event& read) {
  CHECK_FALSE(body_of<client::notice>(read).text.empty());
}
void compare(const event::idle_warning&, const client::event& read) {
  CHECK_FALSE(body_of<client::notice>(read).text.empty());
}

void compare(const event::error& said, const client::event& read) {
  CHECK(body_of<client::error>(read).code == wire_code(said.what));
  CHECK(find_problem(body_of<client::error>(read).problem) == said.what);
  CHECK(body_of<client::error>(read).detail == said.detail);
  CHECK(body_of<client::error>(read).text == explain(said.what, language::en, said.detail));
}

void compare(const event::bye& said, const client::event& read) {
  CHECK(body_of<client::bye>(read).reason == wire_word(said.reason));
}

}  // namespace

TEST_CASE("round trip: what the server says is what the client reads", "[event_reader]") {
  std::size_t events = 0;
  test::for_every_event([&](std::string_view name, const auto& what) {
    CAPTURE(name);
    const auto read = client::read_event(test::rendered(wire_format::json, what, language::en, "the tag"));
    REQUIRE(std::holds_alternative<client::event>(read));
    const auto& got = std::get<client::event>(read);
    using kind = std::decay_t<decltype(what)>;
    constexpr bool answers = !std::is_same_v<kind, event::keeping> && !std::is_same_v<kind, event::idle_warning>;
    CHECK(got.tag == (answers ? "the tag" : ""));
    CHECK((got.time && *got.time == client::parse_time(test::the_time)));
    compare(what, got);
    ++events;
  });
  CHECK(events > 60);
}

}  // namespace confab
