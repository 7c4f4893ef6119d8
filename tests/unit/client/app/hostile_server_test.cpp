// A server that means ill: whatever it says, the client shows nothing that a terminal would obey, does not end by it,
// and does not grow.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "common/utf8.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/client/app/app_session.hpp"

namespace confab::client {
namespace {

/// Clears the screen, sets the title, ends a paste, turns text round, and ends the line; as JSON writes it.
constexpr std::string_view evil =
    R"(\u001b[2J\u001b]0;x\u0007\u001b[201~\u009b31m\u0000\u202e\u2066\r\n\t\u007f\u0085)";

bool is_harmless(std::string_view text) {
  while (!text.empty()) {
    const auto next = utf8::decode(text);
    const char32_t c = next.code_point;
    if ((c < 0x20 && c != U'\t') || (c >= 0x7F && c < 0xA0)) return false;
    if ((c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x2028 || c == 0x2029) return false;
    text.remove_prefix(next.size);
  }
  return true;
}

/// All that the screen has been told.
std::vector<std::string> seen(const recording_screen& screen) {
  std::vector<std::string> all{screen.status, screen.title, screen.conversation};
  for (const auto* lines : {&screen.shown, &screen.errors, &screen.prompts, &screen.remembered}) {
    all.insert(all.end(), lines->begin(), lines->end());
  }
  return all;
}

void check_harmless(const recording_screen& screen) {
  for (const std::string& each : seen(screen)) {
    INFO(each);
    CHECK(is_harmless(each));
  }
}

/// Whether the client still talks.
bool is_alive(session& here, const std::string& text) {
  here.screen.type(text);
  return here.until([&] { return here.server->count("/say " + text) == 1; });
}

std::string with_evil(std::string_view pattern) {
  std::string out(pattern);
  for (std::size_t at = out.find('@'); at != std::string::npos; at = out.find('@', at + evil.size())) {
    out.replace(at, 1, evil);
  }
  return out + "\n";
}

}  // namespace

TEST_CASE("hostile server: whatever is in its texts and names, nothing dangerous is shown", "[app][hostile]") {
  session here;
  here.start_in_public_chat();
  std::size_t said = 0;
  for (const char* each : {
           R"({"type":"message","id":3,"from":"m@","text":"t@","addr":"a@","room":"r@"})",
           R"({"type":"private","id":4,"from":"p@","to":"ann","text":"t@","addr":"a@"})",
           R"({"type":"joined","name":"j@","addr":"a@","online":3})",
           R"({"type":"joined","name":"j@","addr":"a@","room":"r@"})",
           R"({"type":"left","name":"j@","addr":"a@","online":3,"reason":"r@","text":"t@"})",
           R"({"type":"renamed","old":"j@","name":"k@","addr":"a@"})",
           R"({"type":"renamed","old":"ann","name":"me@"})",
           R"({"type":"topic","room":"r@","name":"n@","topic":"t@"})",
           R"({"type":"recalled","id":3,"name":"n@"})",
           R"({"type":"away","name":"n@","text":"t@"})",
           R"({"type":"back","name":"n@"})",
           R"({"type":"notice","text":"t@"})",
           R"({"type":"error","code":"c@","problem":"p@","detail":"d@","text":"t@"})",
           R"({"type":"room","room":"r@","name":"n@"})",
           R"({"type":"delivery","name":"n@","state":"s@","id":4})",
           R"({"type":"users","users":[{"name":"u@","addr":"a@","away":"w@"}],"online":2,"end":true})",
           R"({"type":"rooms","rooms":[{"room":"r@","members":1,"topic":"t@"}],"end":true})",
           R"({"type":"crowd","joined":3,"left":1,"online":5,"room":"r@"})",
           R"({"type":"t@","text":"t@"})",
       }) {
    here.server->send(with_evil(each));
    ++said;
  }
  CHECK(said == 19);
  here.server->send(R"({"type":"message","id":99,"from":"bob","text":"the last"})"
                    "\n");
  REQUIRE(here.until([&] { return here.screen.has("the last"); }));
  check_harmless(here.screen);
  CHECK(here.screen.has("m\uFFFD"));  // it was shown, made safe
  CHECK(is_alive(here, "still here"));
  here.server->send(with_evil(R"({"type":"bye","reason":"r@"})"));
  here.server->drop();
  REQUIRE(here.until([&] { return here.screen.has("trying again"); }));
  check_harmless(here.screen);
}

TEST_CASE("hostile server: what is no line of the protocol ends the connection, not the client", "[app][hostile]") {
  const std::string garbage = GENERATE(as<std::string>{}, "{\"type\":", "\x1b[2J\x1b]0;x\x07 and more\n",
                                       "{\"type\":\"message\",\"from\":[{}]}}}\n", "[]\n", "null\n", "\"text\"\n",
                                       std::string(200'000, '[') + "\n", std::string("\0\n", 2), "\xff\xfe\n",
                                       std::string(link::max_line + 1, 'x'));
  session here;
  here.first_wait = std::chrono::milliseconds(1);
  here.start_in_public_chat();
  std::string bytes = garbage;
  if (!bytes.ends_with('\n') && bytes.size() < 100) bytes += "\n";
  for (std::size_t at = 0; at < bytes.size(); at += 16 * 1024) {
    here.server->send(bytes.substr(at, 16 * 1024));
    here.io.restart();
    here.io.poll();
  }
  REQUIRE(here.until([&] { return here.server->accepted() == 2; }));
  check_harmless(here.screen);
  CHECK_FALSE(here.client->result());
  CHECK(is_alive(here, "back again"));
}

TEST_CASE("hostile server: whatever it answers to a question, the client goes on listening to its person",
          "[app][hostile]") {
  const std::string answer =
      GENERATE(as<std::string>{}, R"({"type":"message","id":1,"from":"eve","text":"x","repeated":true,"tag":"@"})",
               R"({"type":"private","id":1,"from":"eve","to":"ann","text":"x","repeated":true,"tag":"@"})",
               R"({"type":"message","id":1,"from":"eve","text":"x","own_tag":"@"})"
               "\n"
               R"({"type":"users","tag":"@","users":[],"online":1,"end":true})",
               R"({"type":"ok","tag":"@"})", R"({"type":"nonsense","tag":"@"})", R"({"type":"message","tag":"@"})",
               R"({"type":"error","code":"x","tag":"@"})",
               R"({"type":"ok","tag":"@"})"
               "\n"
               R"({"type":"ok","tag":"@"})");
  session here([&](const std::string& line) {
    constexpr std::string_view start = "/tag ";
    if (!line.starts_with(start) || !line.ends_with(" who")) return polite_answer(line);
    const std::string tag = line.substr(start.size(), line.find(' ', start.size()) - start.size());
    std::string said = answer;
    for (std::size_t at = said.find('@'); at != std::string::npos; at = said.find('@')) said.replace(at, 1, tag);
    return said + "\n";
  });
  here.start_in_public_chat();
  here.screen.type("/who");
  REQUIRE(here.until([&] { return here.server->count("who") == 1; }));
  CHECK(is_alive(here, "still here"));
}

TEST_CASE("hostile server: ten thousand arrivals are a few lines", "[app][hostile]") {
  session here;
  here.start_in_public_chat();
  std::string bytes;
  for (int i = 0; i < 10'000; ++i) {
    bytes += fmt::format(R"({{"type":"joined","name":"n{}","addr":"1.2.3.4:{}","online":{}}})", i, i, i + 3) + "\n";
  }
  const std::size_t before = here.screen.shown.size();
  for (std::size_t at = 0; at < bytes.size(); at += 16 * 1024) {
    here.server->send(bytes.substr(at, 16 * 1024));
    here.io.restart();
    here.io.poll();
  }
  REQUIRE(here.until([&] { return here.screen.has("10002 online") || here.client->people().online() == 10'002; }));
  CHECK(here.screen.shown.size() < before + 100);
  CHECK(is_alive(here, "still here"));
}

TEST_CASE("hostile server: a second welcome changes neither name nor rooms", "[app][hostile]") {
  session here;
  here.start_in_public_chat();
  here.server->send(
      R"({"type":"welcome","name":"eve","addr":"1.1.1.1:1","online":77,"lang":"zh","rooms":["trap"],"room":"trap"})"
      "\n");
  here.server->send(said_by_bob("after it"));
  REQUIRE(here.until([&] { return here.screen.has("after it"); }));
  CHECK(here.client->people().me() == "ann");
  CHECK(here.screen.last_prompt() == "public[ann]> ");
  CHECK((here.client->completions().rooms == std::vector<std::string>{"#lobby"}));
  CHECK(is_alive(here, "still here"));
}

}  // namespace confab::client
