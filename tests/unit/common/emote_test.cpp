// /me: what somebody does, to all, in another room or to one user; and how to say such a text plainly.

#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "common/commands.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/common/meaning.hpp"

using namespace confab;
using namespace confab::meanings;

TEST_CASE("emotes: /me says what somebody does", "[emote]") {
  const meaning waves = done(says("waves"));
  check({
      {"/me waves", waves},
      {"  /ME   waves  ", waves},
      {"／ｍｅ waves", waves},
      {"/me waves at /me", done(says("waves at /me"))},
      {"/me //x", done(says("//x"))},
      {"/tag q /me waves", tagged("q", waves)},
      {"/me", refused(problem::missing_argument, "/me TEXT")},
      {"/tag q /me", tagged("q", refused(problem::missing_argument, "/me TEXT"))},
      {"/meet bob", refused(problem::unknown_command, "/meet")},
      {"me waves", says("me waves")},
      {"//me waves", says("/me waves")},
      {"/say /me waves", says("/me waves")},
      {"/ me waves", refused(problem::looks_like_command, "me")},
  });
}

TEST_CASE("emotes: also in another room and to one user", "[emote]") {
  for (const auto& [start, what, word] :
       {std::tuple{"to bob ", verb::whisper, "bob"}, std::tuple{"/msg @17 ", verb::whisper, "@17"},
        std::tuple{"/in tea ", verb::in, "tea"}}) {
    const auto plain = [what = what, word = word](std::string text) { return wants(what, std::move(text), word); };
    const std::string line = start;
    check({
        {line + "/me waves", done(plain("waves"))},
        {line + " ／ＭＥ   waves at /me ", done(plain("waves at /me"))},
        {line + "\u200B/me waves", done(plain("waves"))},
        {"/tag q " + line + "/me waves", tagged("q", done(plain("waves")))},
        {line + "/me", refused(problem::missing_argument, "/me TEXT")},
        {line + "//me waves", plain("/me waves")},
        {line + "///me waves", plain("//me waves")},
        {line + "//me", plain("/me")},
        {line + "//mean", plain("//mean")},
        {line + "//", plain("//")},
        {line + "//x", plain("//x")},
        {line + "/mean it", plain("/mean it")},
        {line + "/say /me waves", plain("/say /me waves")},
        {line + "me waves", plain("me waves")},
        {line + "1 /me", plain("1 /me")},
        {line + "你好 /me", plain("你好 /me")},
    });
  }
}

TEST_CASE("emotes: no other command's text is one", "[emote]") {
  check({
      {"/topic tea /me waves", wants(verb::topic, "/me waves", "tea")},
      {"/away /me waves", wants(verb::away, "/me waves")},
      {"/quit /me waves", wants(verb::quit, "/me waves")},
      {"/search /me", wants(verb::search, "/me")},
  });
}

TEST_CASE("emotes: any text can be said plainly to somebody", "[emote]") {
  const std::string slashes(60'000, '/');
  const std::vector<std::string> texts{
      "hello", "/me", "/me waves", "//me waves", "///me waves", "／me waves", "/／me waves", "/ME x",       "/mean",
      "//x",   "/",   "//",        "",           "你好",        "/me\tx",     slashes,       slashes + "me"};
  for (const std::string& text : texts) {
    CAPTURE(text.substr(0, 20));
    const std::string sent = plainly(text);
    const spoken heard = read_spoken(sent);
    CHECK(heard.text == text);
    CHECK((heard.how == message_kind::plain));
    CHECK(sent.size() <= text.size() + 1);
    CHECK(read("to bob " + sent).how == message_kind::plain);
  }
  CHECK(plainly("hello") == "hello");
  CHECK(plainly("//x") == "//x");
  CHECK(plainly("/me waves") == "//me waves");
  // What does not show before it is left out: the slash that is added has to stand before it.
  CHECK(plainly("\u200B/me waves") == "//me waves");
}
