#include "server/store/message_row.hpp"

#include <algorithm>
#include <string>

#include "common/utf8.hpp"
#include "server/store/schema.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/store/store_support.hpp"

using namespace confab::store;
using namespace confab::store::testing;

namespace {

// The message that a row has become after `change`.
message after(const std::string& change) {
  const scratch place;
  keep(place.history(), {said(1, "lobby", "plain 文字 😀")});
  database db(place.history(), database::access::write);
  db.execute("PRAGMA ignore_check_constraints=ON; " + change);
  statement row = db.prepare(select_messages(""));
  REQUIRE(row.step());
  return read_message(row);
}

}  // namespace

TEST_CASE("message row: what was kept is read as it is", "[row]") {
  CHECK(after("SELECT 1") == said(1, "lobby", "plain 文字 😀"));
}

TEST_CASE("message row: texts are safe whatever a damaged file says", "[row]") {
  const std::string column =
      GENERATE(as<std::string>{}, "messages SET sender_name", "messages SET addr", "messages SET receiver_name",
               "messages SET text", "messages SET tag", "messages SET room", "rooms SET name", "people SET key");
  for (const char* const value :
       {"x'61ff62'", "x'c3'", "x'610a62'", "x'1b5b326a'", "x'6100'", "x'7f'", "x'eda080'", "7"}) {
    const message what = after("UPDATE " + column + " = " + value);
    for (const std::string* const each :
         {&what.room.name, &what.from, &what.addr, &what.from_key, &what.to, &what.to_key, &what.text, &what.tag}) {
      CHECK(confab::utf8::valid(*each));
      CHECK(std::none_of(each->begin(), each->end(),
                         [](char c) { return (c >= 0 && c < 0x20 && c != '\t') || c == 0x7F; }));
    }
  }
  CHECK(after("UPDATE messages SET text = x'61ff0a62'").text == "a\uFFFD\uFFFDb");
}

TEST_CASE("message row: an emote is one, and what is of a kind that is not known is plain", "[row]") {
  CHECK(after("UPDATE messages SET kind = 1").kind == confab::message_kind::emote);
  for (const char* const value : {"0", "2", "-1", "'x'", "9223372036854775807"}) {
    CHECK(after(std::string("UPDATE messages SET kind = ") + value).kind == confab::message_kind::plain);
  }
}

TEST_CASE("message row: what is said in a room that is not known is no whisper", "[row]") {
  const message what = after("DELETE FROM rooms");
  CHECK_FALSE(what.is_whisper());
  CHECK(what.room.name == "#1");
}

TEST_CASE("message row: times can be reckoned with, whatever a damaged file says", "[row]") {
  for (const char* const value : {"9223372036854775807", "-9223372036854775808", "'noon'", "1e300", "x'00'"}) {
    const message what = after(std::string("UPDATE messages SET time = ") + value);
    const std::chrono::system_clock::time_point time = what.time;
    CHECK(moment(std::chrono::floor<std::chrono::milliseconds>(time)) == what.time);
    CHECK(time - std::chrono::hours(24 * 365) < time);
    CHECK(time + std::chrono::hours(24 * 365) > time);
  }
}
