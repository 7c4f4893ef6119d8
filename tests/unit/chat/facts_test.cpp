#include "server/chat/facts.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "server/chat/recalls.hpp"
#include "server/chat/talk.hpp"
#include "tests/support/catch.hpp"

using namespace confab;

namespace {

/// The features that have two halves, without a hub, and programs that listen. What is heard with an asker of nobody
/// comes from another node.
struct node {
  chat::chat_state chat{chat::hub_options(), 1};
  chat::arrivals arrivals{chat};
  chat::delivery_reports deliveries{chat};
  chat::tags tags{chat};
  chat::backlog backlog{chat};
  chat::room_rules rooms{chat, arrivals, backlog};
  chat::away away{chat};
  chat::naming naming{chat};
  chat::talk talk{chat, arrivals, deliveries, tags, backlog, rooms, naming, away};
  chat::recalls recalls{chat, deliveries, backlog};

  node() { chat.out.begin(chat.now); }

  /// A program that hears what is said to all, and is known to the others.
  chat::user& come(std::string_view addr) {
    chat::user& fresh = chat.users.add({0, slots++, 1}, addr, chat.now);
    fresh.first().format = wire_format::json;
    chat.out.enter(fresh.first());
    arrivals.make_known(fresh);
    chat.out.begin(chat.now);
    return fresh;
  }

  std::vector<nlohmann::json> to_all() { return lines(broadcast().lines[json]); }
  std::vector<nlohmann::json> to_rooms() { return lines(broadcast().room_lines[json]); }
  /// What is said to single users, of whom there is one as a rule.
  std::vector<nlohmann::json> direct() { return lines(chat.out.dispatches()[0].direct); }

  std::uint32_t slots = 0;

 private:
  static constexpr auto json = static_cast<std::size_t>(wire_format::json);
  const chat::broadcast& broadcast() { return *chat.out.dispatches()[0].broadcast; }
  static std::vector<nlohmann::json> lines(std::string_view text) {
    std::vector<nlohmann::json> out;
    for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
      out.push_back(nlohmann::json::parse(text.substr(0, end)));
      text.remove_prefix(end + 1);
    }
    return out;
  }
};

constexpr person eve{"eve", "9.9.9.9:9", 42};

command saying(std::string_view text, std::string_view tag = {}) {
  command out;
  out.is = command::kind::wanted;
  out.text = text;
  out.tag = tag;
  return out;
}

}  // namespace

TEST_CASE("facts: deciding says nothing and gives ids that rise", "[facts]") {
  node here;
  chat::user& ann = here.come("1.1.1.1:1");
  const auto first = here.talk.decide(ann.first(), here.chat.rooms.lobby(), saying("hello"));
  const auto second = here.talk.decide(ann.first(), here.chat.rooms.lobby(), saying("again"));
  CHECK(first.id == 1);
  CHECK(second.id == 2);
  CHECK(first.from.number == ann.user_id);
  CHECK(here.chat.out.bytes() == 0);
  CHECK(here.chat.log.find(1) == nullptr);
}

TEST_CASE("facts: a message from elsewhere is heard, remembered, and given no second id", "[facts]") {
  node here;
  chat::user& ann = here.come("1.1.1.1:1");
  here.talk.apply(chat::fact::said{7, {}, eve, "hello", "t", 0}, {}, here.chat.rooms.lobby());
  REQUIRE(here.to_all().size() == 1);
  CHECK(here.to_all()[0]["id"] == 7);
  CHECK(here.to_all()[0]["text"] == "hello");
  CHECK_FALSE(here.to_all()[0].contains("tag"));
  CHECK(here.direct().empty());
  REQUIRE(here.chat.log.find(7) != nullptr);
  CHECK(here.chat.log.find(7)->from_user == 42);
  CHECK(here.talk.decide(ann.first(), here.chat.rooms.lobby(), saying("hi")).id == 8);
}

TEST_CASE("facts: a message from here answers its asker with the tag, and the others without", "[facts]") {
  node here;
  chat::user& ann = here.come("1.1.1.1:1");
  here.come("2.2.2.2:2");
  const auto news = here.talk.decide(ann.first(), here.chat.rooms.lobby(), saying("hello", "t1"));
  here.talk.apply(news, {&ann.first(), news.tag}, here.chat.rooms.lobby());
  REQUIRE(here.to_all().size() == 1);
  CHECK_FALSE(here.to_all()[0].contains("tag"));
  REQUIRE(here.direct().size() == 1);
  CHECK(here.direct()[0]["tag"] == "t1");
  CHECK(here.tags.said_with(ann.first(), "t1").id == news.id);
}

TEST_CASE("facts: a whisper reaches the one who is here, whoever of the two that is", "[facts]") {
  node here;
  chat::user& ann = here.come("1.1.1.1:1");
  SECTION("the receiver") {
    here.talk.apply(chat::fact::whispered{3, eve, ann.who(), "psst", {}, 0, false, {}}, {}, &ann);
    REQUIRE(here.direct().size() == 1);
    CHECK(here.direct()[0]["from"] == "eve");
  }
  SECTION("the sender, who hears too that the receiver is away") {
    here.talk.apply(chat::fact::whispered{3, ann.who(), eve, "psst", "t1", 0, true, "lunch", message_kind::plain,
                                          ann.first().device_id},
                    {&ann.first(), "t1"}, nullptr);
    REQUIRE(here.direct().size() == 2);
    CHECK(here.direct()[0]["tag"] == "t1");
    CHECK(here.direct()[1]["tag"] == "t1");
    CHECK(here.direct()[1]["text"] == "lunch");
  }
  CHECK(here.to_all().empty());
  CHECK(here.chat.log.find(3) != nullptr);
}

TEST_CASE("facts: what was taken back elsewhere goes from here, known or not", "[facts]") {
  node here;
  here.come("1.1.1.1:1");
  here.talk.apply(chat::fact::said{7, {}, eve, "hello", {}, 0}, {}, here.chat.rooms.lobby());
  here.chat.out.begin(here.chat.now);
  here.recalls.apply(chat::fact::recalled{7, eve}, {}, here.chat.log.find(7));
  REQUIRE(here.to_all().size() == 1);
  CHECK(here.to_all()[0]["type"] == "recalled");
  CHECK(here.chat.log.find(7)->recalled);
  CHECK(here.chat.rooms.lobby().past.empty());
  here.chat.out.begin(here.chat.now);
  here.recalls.apply(chat::fact::recalled{6, eve}, {}, nullptr);
  CHECK(here.to_all().empty());
}

TEST_CASE("facts: a name is refused without a trace, or decided and then heard", "[facts]") {
  node here;
  chat::user& ann = here.come("1.1.1.1:1");
  chat::user& bob = here.come("2.2.2.2:2");
  here.naming.rename({&ann.first(), {}}, "ann");
  here.chat.out.begin(here.chat.now);
  name chosen;
  const auto refused = here.naming.decide(bob, "Ann", chosen);
  REQUIRE(refused);
  CHECK(refused->why == problem::name_in_use);
  CHECK_FALSE(here.naming.decide(bob, "bob", chosen));
  CHECK(bob.name() == "2.2.2.2:2");
  CHECK(here.chat.out.bytes() == 0);
  here.naming.apply(chat::fact::renamed{"mallory", eve, "eve", true}, {});
  REQUIRE(here.to_all().size() == 1);
  CHECK(here.to_all()[0]["name"] == "eve");
}

TEST_CASE("facts: arrivals and departures elsewhere count here", "[facts]") {
  node here;
  chat::user& ann = here.come("1.1.1.1:1");
  here.arrivals.apply(chat::fact::arrived{eve, 2, true}, nullptr, nullptr);
  CHECK(here.arrivals.online_for(ann) == 2);
  here.arrivals.apply(chat::fact::arrived{eve, 3, false}, nullptr, nullptr);
  CHECK(here.arrivals.online_for(ann) == 3);
  here.arrivals.apply(chat::fact::gone{eve, leave_reason::quit, {}, 2, true}, nullptr);
  CHECK(here.arrivals.online_for(ann) == 2);
  REQUIRE(here.to_all().size() == 2);  // one was part of a crowd
  CHECK(here.to_all()[0]["type"] == "joined");
  CHECK(here.to_all()[1]["type"] == "left");
}

TEST_CASE("facts: members hear who joins and leaves their room elsewhere, with the number of the fact", "[facts]") {
  node here;
  chat::user& ann = here.come("1.1.1.1:1");
  here.rooms.join({&ann.first(), {}}, "den");
  chat::room* const den = here.chat.rooms.find(std::string_view("den"));
  REQUIRE(den != nullptr);
  here.chat.out.begin(here.chat.now);
  here.rooms.apply(chat::fact::room_joined{"den", 1, eve, 2, true}, chat::asker{}, *den);
  here.rooms.apply(chat::fact::topic{"den", "tea", eve}, chat::asker{}, *den);
  here.rooms.apply(chat::fact::room_left{"den", eve, 1, true}, nullptr, *den);
  REQUIRE(here.to_rooms().size() == 3);
  CHECK(here.to_rooms()[0]["members"] == 2);
  CHECK(here.to_rooms()[1]["topic"] == "tea");
  CHECK(here.to_rooms()[2]["members"] == 1);
  CHECK(den->topic == "tea");
  CHECK(den->members.size() == 1);
}

TEST_CASE("facts: a room is there until the last member anywhere has left it", "[facts]") {
  node here;
  chat::user& ann = here.come("1.1.1.1:1");
  here.rooms.join({&ann.first(), {}}, "den");
  chat::room* const den = here.chat.rooms.find(std::string_view("den"));
  REQUIRE(den != nullptr);
  here.rooms.apply(chat::fact::room_joined{"den", 1, eve, 2, true}, chat::asker{}, *den);
  here.rooms.apply(chat::fact::room_left{"den", ann.who(), 1, true}, ann, chat::asker{&ann.first(), {}}, *den);
  CHECK(here.chat.rooms.find(std::string_view("den")) == den);
  CHECK(den->members.empty());
  here.rooms.apply(chat::fact::room_left{"den", eve, 0, true}, nullptr, *den);
  CHECK(here.chat.rooms.find(std::string_view("den")) == den);  // whether it goes is decided, too
  REQUIRE(chat::room_rules::is_unused(*den));
  here.rooms.apply(chat::room_rules::decide_dropped(*den), *den);
  CHECK(here.chat.rooms.find(std::string_view("den")) == nullptr);
}

TEST_CASE("facts: a topic is refused to whoever is not in the room", "[facts]") {
  node here;
  chat::user& ann = here.come("1.1.1.1:1");
  chat::user& bob = here.come("2.2.2.2:2");
  here.rooms.join({&ann.first(), {}}, "den");
  const chat::room* const den = here.chat.rooms.find(std::string_view("den"));
  REQUIRE(den != nullptr);
  chat::fact::topic news;
  const auto refused = here.rooms.decide_topic(bob, "den", "tea", *den, news);
  REQUIRE(refused);
  CHECK(refused->why == problem::not_in_room);
  CHECK_FALSE(here.rooms.decide_topic(ann, "den", "tea", *den, news));
  CHECK(news.text == "tea");
  CHECK(den->topic.empty());
}

TEST_CASE("facts: being away is decided, refused when the note is too long, and heard", "[facts]") {
  node here;
  chat::user& ann = here.come("1.1.1.1:1");
  chat::fact::away news;
  CHECK_FALSE(here.away.decide(ann, true, std::string(max_note, 'x'), news));
  const auto refused = here.away.decide(ann, true, std::string(max_note + 1, 'x'), news);
  REQUIRE(refused);
  CHECK(refused->why == problem::note_too_long);
  CHECK_FALSE(ann.is_away);
  here.away.apply(chat::fact::away{ann.who(), true, "lunch"}, {&ann.first(), {}});
  CHECK(ann.is_away);
  CHECK(here.away.text_of(ann) == "lunch");
  here.away.apply(chat::fact::away{ann.who(), false, {}}, {&ann.first(), {}});
  CHECK_FALSE(ann.is_away);
  CHECK(here.away.text_of(ann).empty());
}

TEST_CASE("facts: nothing is kept of who is away elsewhere, and numbers of others are not given again", "[facts]") {
  node here;
  chat::user& ann = here.come("1.1.1.1:1");
  here.away.apply(chat::fact::away{eve, true, "lunch"}, {});
  chat::user far;
  far.user_id = eve.number;
  CHECK(here.away.text_of(far).empty());
  here.chat.users.skip_numbers(eve.number);
  here.chat.users.skip_numbers(3);
  const chat::user& bob = here.come("2.2.2.2:2");
  CHECK(bob.user_id == eve.number + 1);
  CHECK(here.chat.users.find_id(bob.user_id) == &bob);
  CHECK(here.chat.users.find_id(ann.user_id) == &ann);
}
