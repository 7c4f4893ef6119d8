#include "client/protocol/event_reader.hpp"

#include <string>

#include "tests/support/catch.hpp"

using namespace confab::client;
using namespace std::chrono_literals;

namespace {

event read(std::string_view line) {
  auto result = read_event(line);
  INFO(line);
  REQUIRE(std::holds_alternative<event>(result));
  return std::get<event>(std::move(result));
}

template <typename Body>
Body read_as(std::string_view line) {
  const event said = read(line);
  INFO(line);
  REQUIRE(std::holds_alternative<Body>(said.body));
  return std::get<Body>(said.body);
}

}  // namespace

TEST_CASE("event reader: reads time, id and tag of any event", "[event_reader]") {
  const event said = read(
      R"({"type":"message","time":"2026-01-05T12:03:09.123Z","id":42,"tag":"t1","from":"bob","addr":"1.2.3.4:5","text":"hi"})");
  CHECK(said.id == 42);
  CHECK(said.tag == "t1");
  CHECK(said.time == std::chrono::sys_days(std::chrono::year(2026) / 1 / 5) + 12h + 3min + 9s + 123ms);
  CHECK(std::get<message>(said.body).from == "bob");
  CHECK(std::get<message>(said.body).text == "hi");
}

TEST_CASE("event reader: reads every type of the protocol", "[event_reader]") {
  const auto hello = read_as<welcome>(
      R"({"type":"welcome","server":"s","version":"1","name":"n","addr":"n","online":3,"limits":{"line":100,"name":32,"idle":300}})");
  CHECK(hello.name == "n");
  CHECK(hello.online == 3);
  CHECK(hello.max_line == 100);
  CHECK(hello.idle == 300s);
  CHECK(read_as<joined>(R"({"type":"joined","name":"n","addr":"a","online":2})").online == 2);
  CHECK(read_as<left>(R"({"type":"left","name":"n","reason":"eof","online":1})").reason == "eof");
  CHECK(read_as<crowd>(R"({"type":"crowd","joined":5,"left":2,"online":9})").joined == 5);
  CHECK(read_as<whisper>(R"({"type":"private","from":"a","to":"b","text":"t"})").to == "b");
  CHECK(read_as<renamed>(R"({"type":"renamed","old":"a","name":"b"})").old_name == "a");
  CHECK(read_as<confab::client::count>(R"({"type":"count","online":7})").online == 7);
  CHECK(read_as<pong>(R"({"type":"pong","token":"x"})").token == "x");
  read_as<ok>(R"({"type":"ok"})");
  CHECK(read_as<notice>(R"({"type":"notice","text":"hey"})").text == "hey");
  CHECK(read_as<error>(R"({"type":"error","code":"bad-name","text":"no"})").code == "bad-name");
  const auto refused = read_as<error>(
      R"({"type":"error","code":"no-such-room","problem":"no-such-room","detail":"a\u001b","text":"t"})");
  CHECK(refused.problem == "no-such-room");
  CHECK(refused.detail == "a\xEF\xBF\xBD");
  CHECK(read_as<bye>(R"({"type":"bye","reason":"idle"})").reason == "idle");
  CHECK(read_as<unknown>(R"({"type":"dance","name":"x"})").type == "dance");
}

TEST_CASE("event reader: reads what belongs to rooms and to the history", "[event_reader]") {
  const auto said = read_as<message>(R"({"type":"message","id":3,"room":"tea","from":"a","text":"t","past":true})");
  CHECK(said.room == "tea");
  CHECK(said.past);
  CHECK(read_as<whisper>(R"({"type":"private","from":"a","to":"b","text":"t","past":true})").past);
  const auto came = read_as<joined>(R"({"type":"joined","room":"tea","name":"n","members":2})");
  CHECK(came.room == "tea");
  CHECK(came.online == 2);
  CHECK(read_as<left>(R"({"type":"left","room":"tea","name":"n","members":1})").online == 1);
  CHECK(read_as<room_changed>(R"({"type":"room","room":"tea","topic":"Black"})").topic == "Black");
  const auto lobby = read_as<room_changed>(R"({"type":"room","room":"lobby","topic":"News"})");
  CHECK(lobby.room.empty());
  CHECK(lobby.topic == "News");
  const auto rooms = read_as<room_list>(R"({"type":"rooms","rooms":[{"room":"tea","members":2,"topic":"x"},null]})");
  CHECK(rooms.end);
  CHECK_FALSE(read_as<room_list>(R"({"type":"rooms","rooms":[],"end":false})").end);
  REQUIRE(rooms.rooms.size() == 1);
  CHECK(rooms.rooms[0].members == 2);
  CHECK(read_as<topic>(R"({"type":"topic","room":"tea","topic":"x","name":"n"})").text == "x");
  CHECK(read_as<found>(R"({"type":"history","messages":2,"more":true})").more);
  CHECK(read_as<found>(R"({"type":"search","messages":2,"more":false})").messages == 2);
  CHECK(read(R"({"type":"recalled","id":9})").id == 9);
  CHECK(read_as<away>(R"({"type":"away","name":"n","text":"lunch"})").text == "lunch");
  CHECK(read_as<back>(R"({"type":"back","name":"n"})").name == "n");
  const auto hello = read_as<welcome>(R"({"type":"welcome","token":"abc","resumed":true,"complete":false})");
  CHECK(hello.token == "abc");
  CHECK(hello.resumed);
  CHECK_FALSE(hello.complete);
  CHECK(read_as<users>(R"({"type":"users","room":"tea","users":[{"name":"a","away":"lunch"}],"online":1,"end":true})")
            .people.at(0)
            .away == "lunch");
}

TEST_CASE("event reader: knows where a list of users ends", "[event_reader]") {
  const auto list = read_as<users>(
      R"({"type":"users","users":[{"name":"a","addr":"x","since":"2026-01-05T12:03:09Z","idle":4},7,{"name":"b"}],"online":2,"end":true})");
  REQUIRE(list.people.size() == 2);
  CHECK(list.people[0].idle == 4);
  CHECK(list.people[0].since);
  CHECK(list.people[1].name == "b");
  CHECK(list.end);
  CHECK_FALSE(read_as<users>(R"({"type":"users","users":[{"name":"a"}],"online":2,"end":false})").end);
  CHECK_FALSE(read_as<users>(R"({"type":"users","users":[{"name":"a"}],"online":2})").end);
  CHECK(read_as<users>(R"({"type":"users","users":[{"name":"a"}],"online":1})").end);
}

TEST_CASE("event reader: makes every text safe to print", "[event_reader]") {
  const auto said = read_as<message>(
      R"({"type":"message","from":"b\u001b[2J","text":"\u001b]0;x\u0007 \u202e \u0085 \u2028 \n tab\t"})");
  CHECK(said.from == "b\xEF\xBF\xBD[2J");
  CHECK(said.text.find('\x1b') == std::string::npos);
  CHECK(said.text.find('\n') == std::string::npos);
  CHECK(said.text.find("\xE2\x80\xAE") == std::string::npos);
  CHECK(said.text.find("\xC2\x85") == std::string::npos);
  CHECK(said.text.ends_with("tab\t"));
  CHECK(read_as<unknown>("{\"type\":\"a\\u001bb\"}").type ==
        "a\xEF\xBF\xBD"
        "b");
}

TEST_CASE("event reader: names, addresses and codes are cut where none of ours is as long", "[event_reader]") {
  const std::string most(256, 'x');
  for (const std::size_t size : {255U, 256U, 257U, 1'000'000U}) {
    const std::string text(size, 'x');
    const std::string wanted = text.substr(0, 256);
    const auto line = [&](const char* type, const char* key) {
      return R"({"type":")" + std::string(type) + R"(",")" + key + R"(":")" + text + "\"}";
    };
    CHECK(read(line("ok", "tag")).tag == wanted);
    CHECK(read_as<unknown>(line(text.c_str(), "x")).type == wanted);
    CHECK(read_as<message>(line("message", "from")).from == wanted);
    CHECK(read_as<message>(line("message", "addr")).addr == wanted);
    CHECK(read_as<message>(line("message", "room")).room == wanted);
    CHECK(read_as<message>(line("message", "own_tag")).own_tag == wanted);
    CHECK(read_as<message>(line("message", "text")).text == text);
    CHECK(read_as<whisper>(line("private", "to")).to == wanted);
    CHECK(read_as<joined>(line("joined", "name")).name == wanted);
    CHECK(read_as<joined>(line("joined", "addr")).addr == wanted);
    CHECK(read_as<left>(line("left", "room")).room == wanted);
    CHECK(read_as<left>(line("left", "reason")).reason == text);
    CHECK(read_as<renamed>(line("renamed", "old")).old_name == wanted);
    CHECK(read_as<topic>(line("topic", "topic")).text == text);
    CHECK(read_as<error>(line("error", "code")).code == wanted);
    CHECK(read_as<error>(line("error", "problem")).problem == wanted);
    CHECK(read_as<bye>(line("bye", "reason")).reason == wanted);
    CHECK(read_as<welcome>(line("welcome", "token")).token == wanted);
    CHECK(read_as<welcome>(R"({"type":"welcome","rooms":[")" + text + "\"]}").rooms->at(0) == wanted);
    CHECK(read_as<users>(R"({"type":"users","users":[{"name":")" + text + "\"}]}").people.at(0).name == wanted);
    CHECK(read_as<room_list>(R"({"type":"rooms","rooms":[{"room":")" + text + "\"}]}").rooms.at(0).room == wanted);
  }
  // Where a character is cut there is a sign for it, and no half of it.
  std::string wide;
  for (int i = 0; i < 100; ++i) wide += "大";
  CHECK(read_as<joined>(R"({"type":"joined","name":")" + wide + "\"}").name == wide.substr(0, 255) + "\uFFFD");
}

TEST_CASE("event reader: a welcome has at most a thousand rooms and lines", "[event_reader]") {
  for (const std::size_t count : {999U, 1000U, 1001U, 300'000U}) {
    std::string list = "[";
    for (std::size_t i = 0; i < count; ++i) list += "\"\",";
    list += "7]";
    const auto hello = read_as<welcome>(R"({"type":"welcome","rooms":)" + list + R"(,"motd":)" + list + "}");
    CHECK(hello.rooms->size() == std::min(count, std::size_t{1000}));
    CHECK(hello.motd.size() == std::min(count, std::size_t{1000}));
  }
}

TEST_CASE("event reader: takes wrong and missing fields as not there", "[event_reader]") {
  const event said = read(R"({"type":"message","time":7,"id":-1,"tag":{},"from":[1],"text":null})");
  CHECK_FALSE(said.time);
  CHECK(said.id == 0);
  CHECK(said.tag.empty());
  CHECK(std::get<message>(said.body).from.empty());
  CHECK(read_as<joined>(R"({"type":"joined","online":1e300})").online == 0);
  CHECK(read_as<joined>(R"({"type":"joined","online":-3.5})").online == 0);
  CHECK(read_as<joined>(R"({"type":"joined","online":3.0})").online == 3);
  CHECK(read_as<users>(R"({"type":"users","users":"x"})").people.empty());
  CHECK(read_as<welcome>(R"({"type":"welcome","limits":[]})").max_line == 4096);
  CHECK(read_as<welcome>(R"({"type":"welcome","limits":{"idle":18446744073709551615}})").idle < 10000h);
}

TEST_CASE("event reader: gives a reason for what is no event", "[event_reader]") {
  const std::string deep = R"({"type":"ok","x":)" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
  for (const std::string& line :
       {std::string(), std::string("hello"), std::string("[]"), std::string("{}"), std::string(R"({"type":7})"),
        std::string(R"({"type":"ok")"), std::string(R"({"type":"ok"} x)"), std::string("{\"type\":\"\xff\"}"),
        std::string("null"), std::string(R"("\ud800")"), deep.substr(0, 100'000)}) {
    const auto result = read_event(line);
    INFO(line.substr(0, 60));
    CHECK(std::holds_alternative<std::string>(result));
  }
}

TEST_CASE("event reader: what is nested deeper than anything of ours is no event", "[event_reader]") {
  const auto nested = [](std::size_t levels, const std::string& before) {
    return R"({"type":"ok",)" + before + R"("x":)" + std::string(levels, '[') + std::string(levels, ']') + "}";
  };
  // Brackets in texts are no levels, whatever stands before them.
  for (const char* const before : {"", R"("text":"[[[[[[[[[[[[[[[[[[[{",)", R"("text":"\"[[[[[[[[[[[[[[[[[[[\\",)"}) {
    CAPTURE(before);
    for (const std::size_t levels : {1U, 14U, 15U}) {
      CHECK(std::holds_alternative<event>(read_event(nested(levels, before))));
    }
    for (const std::size_t levels : {16U, 17U, 100'000U}) {
      CHECK(std::holds_alternative<std::string>(read_event(nested(levels, before))));
    }
  }
}

TEST_CASE("event reader: a line of a megabyte is read at once, however many things are in it", "[event_reader]") {
  std::string list = "[{}";
  for (int i = 1; i < 300'000; ++i) list += ",{}";
  CHECK(read_as<users>(R"({"type":"users","users":)" + list + "]}").people.size() == 300'000);
  CHECK(read_as<room_list>(R"({"type":"rooms","rooms":)" + list + "]}").rooms.size() == 300'000);
}

TEST_CASE("event reader: people have numbers", "[event_reader]") {
  CHECK(read_as<joined>(R"({"type":"joined","name":"n","addr":"a","user":17,"online":2})").user == 17);
  CHECK(read_as<joined>(R"({"type":"joined","room":"tea","name":"n","addr":"a","user":17,"members":2})").user == 17);
  CHECK(read_as<left>(R"({"type":"left","name":"n","addr":"a","user":17,"online":1})").user == 17);
  CHECK(read_as<left>(R"({"type":"left","room":"tea","name":"n","user":17,"members":1})").user == 17);
  const auto change = read_as<renamed>(R"({"type":"renamed","old":"a","name":"b","addr":"1.2.3.4:5","user":17})");
  CHECK(change.user == 17);
  CHECK(change.addr == "1.2.3.4:5");
  const auto list = read_as<users>(
      R"({"type":"users","users":[{"name":"a","addr":"x","user":17,"away":"","lost":true},{"name":"b"}],"online":2,"end":true})");
  REQUIRE(list.people.size() == 2);
  CHECK(list.people[0].user == 17);
  CHECK(list.people[0].lost);
  CHECK(list.people[1].user == 0);
  CHECK_FALSE(list.people[1].lost);
  const auto said = read_as<message>(
      R"({"type":"message","id":3,"tag":"h","from":"a","addr":"x","user":17,"text":"t","past":true,"own_tag":"ab-1"})");
  CHECK(said.user == 17);
  CHECK(said.own_tag == "ab-1");
  CHECK_FALSE(said.repeated);
  CHECK(read_as<message>(R"({"type":"message","from":"a","text":"t","repeated":true})").repeated);
  const auto direct = read_as<whisper>(
      R"({"type":"private","from":"a","addr":"x","user":17,"to":"b","to_user":18,"text":"t","own_tag":"q","repeated":true})");
  CHECK(direct.user == 17);
  CHECK(direct.to_user == 18);
  CHECK(direct.own_tag == "q");
  CHECK(direct.repeated);
}

TEST_CASE("event reader: what is said has a kind, and one that is not known is plain", "[event_reader]") {
  const auto kind_of_message = [](const std::string& field) {
    return read_as<message>(R"({"type":"message","from":"a","text":"t")" + field + "}").kind;
  };
  const auto kind_of_whisper = [](const std::string& field) {
    return read_as<whisper>(R"({"type":"private","from":"a","to":"b","text":"t")" + field + "}").kind;
  };
  using confab::message_kind;
  CHECK((kind_of_message(R"(,"kind":"emote")") == message_kind::emote));
  CHECK((kind_of_whisper(R"(,"kind":"emote")") == message_kind::emote));
  for (const char* const field :
       {"", R"(,"kind":"plain")", R"(,"kind":"Emote")", R"(,"kind":"file")", R"(,"kind":1)"}) {
    CAPTURE(field);
    CHECK((kind_of_message(field) == message_kind::plain));
    CHECK((kind_of_whisper(field) == message_kind::plain));
  }
}

TEST_CASE("event reader: a welcome tells language, number and rooms", "[event_reader]") {
  const auto hello = read_as<welcome>(
      R"({"type":"welcome","version":"2","lang":"zh","name":"n","addr":"a","user":7,"resumed":true,"rooms":["tea","茶",3],"room":"tea"})");
  CHECK(hello.lang == "zh");
  CHECK(hello.user == 7);
  CHECK(hello.rooms == std::vector<std::string>{"tea", "茶"});
  CHECK(hello.room == "tea");
  CHECK(read_as<welcome>(R"({"type":"welcome","rooms":[],"room":"lobby"})").room.empty());
  CHECK(read_as<welcome>(R"({"type":"welcome","rooms":[],"room":"lobby"})").rooms.has_value());
  const auto old = read_as<welcome>(R"({"type":"welcome","rooms":"tea"})");
  CHECK(old.lang.empty());
  CHECK(old.user == 0);
  CHECK_FALSE(old.rooms);
}

TEST_CASE("event reader: crowds of a room, and what became of whispers", "[event_reader]") {
  const auto many = read_as<room_crowd>(R"({"type":"room_crowd","room":"tea","joined":5,"left":2,"members":40})");
  CHECK(many.room == "tea");
  CHECK(many.joined == 5);
  CHECK(many.left == 2);
  CHECK(many.members == 40);
  const auto waits = read_as<delivery>(
      R"({"type":"delivery","id":9,"state":"waiting","name":"bob","addr":"x","user":17,"messages":1,"seconds":120})");
  CHECK(waits.now == delivery::state::waiting);
  CHECK(waits.name == "bob");
  CHECK(waits.user == 17);
  CHECK(waits.messages == 1);
  CHECK(waits.seconds == 120);
  CHECK(read_as<delivery>(R"({"type":"delivery","state":"delivered"})").now == delivery::state::delivered);
  CHECK(read_as<delivery>(R"({"type":"delivery","state":"lost"})").now == delivery::state::lost);
  CHECK(read_as<delivery>(R"({"type":"delivery","state":"dancing"})").now == delivery::state::unknown);
  CHECK(read_as<delivery>(R"({"type":"delivery"})").now == delivery::state::unknown);
}
