// What people do instead of saying it: /me in every mode, and how it is shown.
#include <cstdlib>
#include <ctime>
#include <string>
#include <utility>
#include <vector>

#include "client/ui/menu.hpp"
#include "client/ui/purpose.hpp"
#include "client/ui/transcript.hpp"
#include "tests/support/catch.hpp"

using confab::language;
using confab::message_kind;
using namespace confab::client;
using namespace std::chrono_literals;

namespace {

/// A menu with bob, who has number 5, and what it sends.
class chatting {
 public:
  explicit chatting(language lang = language::en) : menu_(lang, people_, bell_mode::off) {
    people_.greet(welcome{.name = "me", .online = 2, .user = 4});
    people_.apply(users{.people = {{.name = "me", .user = 4}, {.name = "bob", .user = 5}}, .online = 2});
  }

  /// What was sent for the line; each complaint with a `!` in front.
  std::vector<std::string> type(std::string_view line) { return words(menu_.line(line)); }
  std::vector<std::string> part(std::string_view line) { return words(menu_.part(line)); }
  std::size_t frame() const { return menu_.frame(); }

 private:
  static std::vector<std::string> words(const menu_actions& actions) {
    std::vector<std::string> out;
    for (const menu_action& each : actions) {
      if (const auto* const sent = std::get_if<action::send>(&each)) out.push_back(sent->command);
      const auto* const shown = std::get_if<action::show>(&each);
      if (shown != nullptr && shown->kind == line_kind::error) out.push_back("!" + shown->text);
    }
    return out;
  }

  roster people_;
  menu menu_;
};

using words = std::vector<std::string>;

std::string last_line(language lang, event_body body) {
  ::setenv("TZ", "UTC0", 1);
  ::tzset();
  transcript log(lang, paint(sgr_level::none));
  const transcript::time_point noon = std::chrono::sys_days(std::chrono::year(2026) / 1 / 5) + 12h;
  const auto lines = log.show({.time = noon, .id = 0, .tag = {}, .body = std::move(body)}, self{"me", 4}, noon);
  REQUIRE_FALSE(lines.empty());
  return lines.back().text;
}

}  // namespace

TEST_CASE("emotes: /me goes to whoever hears what is typed", "[menu]") {
  chatting here;
  CHECK(here.type("/me waves") == words{"/me waves"});  // from the menu, as /say does
  here.type("1");
  CHECK(here.type("/me waves") == words{"/me waves"});
  CHECK(here.type("／ＭＥ  waves ") == words{"/me waves"});
  CHECK(here.type("/in tea /me waves") == words{"/in tea /me waves"});
  CHECK(here.type("//me waves") == words{"/say /me waves"});
  CHECK(here.type("to bob /me waves") == words{"/to @5 /me waves"});
  CHECK(here.type("/msg bob //me waves") == words{"/to @5 //me waves"});
  here.type("/2 bob");
  CHECK(here.type("/me waves") == words{"/to @5 /me waves"});
  CHECK(here.type("waves") == words{"/to @5 waves"});
  CHECK(here.type("/say /me waves") == words{"/say /me waves"});
}

TEST_CASE("emotes: what is said in private as it is, is no emote", "[menu]") {
  chatting here;
  here.type("/2 bob");
  CHECK(here.type("//me waves") == words{"/to @5 //me waves"});
  CHECK(here.type("///me waves") == words{"/to @5 ///me waves"});
  CHECK(here.type("//mean") == words{"/to @5 /mean"});
  const std::size_t frame = here.frame();
  for (const std::string text : {"/me waves", "//me waves", "waves"}) {
    const words sent = here.part(text);
    REQUIRE(sent.size() == 1);
    CHECK(sent[0] == "/to @5 " + std::string(text == "waves" ? "" : "/") + text);
    CHECK(sent[0].size() <= frame + text.size());
  }
  here.type("/1");
  CHECK(here.part("/me waves") == words{"/say /me waves"});
}

TEST_CASE("emotes: /me alone is explained", "[menu]") {
  chatting en;
  CHECK(en.type("/me") == words{"!Something is missing. Usage: /me TEXT"});
  chatting zh(language::zh);
  CHECK(zh.type("/me ") == words{"!缺少内容，用法：/me TEXT"});
}

TEST_CASE("emotes: one that was not sent is named with its /me", "[menu]") {
  const auto said = [](purpose why, std::string command) {
    request what;
    what.why = why;
    what.command = std::move(command);
    return std::string(said_in(what));
  };
  CHECK(said(purpose::say, "/me waves") == "/me waves");
  CHECK(said(purpose::whisper, "/to @5 /me waves") == "/me waves");
  CHECK(said(purpose::say, "/say /me waves") == "/me waves");
  CHECK(said(purpose::say, "/say me") == "me");
}

TEST_CASE("emotes: are shown with a star and the name in front", "[transcript]") {
  for (const language lang : {language::en, language::zh}) {
    const bool zh = lang == language::zh;
    const std::string mine = zh ? "（我）" : "(me)";
    const std::string front = zh ? "[公]" : "[public]";
    const std::string in_public = "12:00 " + front + " ";
    const std::string in_private = zh ? "12:00 [私] " : "12:00 [private] ";
    const auto done = message_kind::emote;
    CHECK(last_line(lang, message{.from = "bob", .text = "waves", .user = 5, .kind = done}) ==
          in_public + "* bob waves");
    CHECK(last_line(lang, message{.from = "me", .text = "waves", .user = 4, .kind = done}) ==
          in_public + "* " + mine + " waves");
    CHECK(last_line(lang, message{.from = "bob", .text = "waves", .room = "tea", .user = 5, .kind = done}) ==
          "12:00 [#tea] * bob waves");
    CHECK(last_line(lang, message{.from = "bob", .text = "waves", .past = true, .user = 5, .kind = done}) ==
          "(12:00) " + front + " * bob waves");
    CHECK(last_line(lang, whisper{.from = "bob", .to = "me", .text = "waves", .user = 5, .to_user = 4, .kind = done}) ==
          in_private + "bob → " + mine + ": * bob waves");
    CHECK(last_line(lang, whisper{.from = "me", .to = "bob", .text = "waves", .user = 4, .to_user = 5, .kind = done}) ==
          in_private + mine + " → bob: * " + mine + " waves");
  }
}

TEST_CASE("emotes: one that names us rings like any message that does", "[transcript]") {
  transcript log(language::en, paint(sgr_level::none));
  const transcript::time_point noon = std::chrono::sys_days(std::chrono::year(2026) / 1 / 5) + 12h;
  const auto lines =
      log.show({.time = noon,
                .id = 0,
                .tag = {},
                .body = message{.from = "bob", .text = "hugs me", .user = 5, .kind = message_kind::emote}},
               self{"me", 4}, noon);
  REQUIRE_FALSE(lines.empty());
  CHECK(lines.back().about == concern::mention);
  CHECK(lines.back().text.find("* *bob hugs me") != std::string::npos);
}
