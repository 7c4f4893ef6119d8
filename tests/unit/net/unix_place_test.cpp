#include "server/net/unix_place.hpp"

#include <string>
#include <variant>

#include "tests/support/catch.hpp"

using namespace confab::net;

namespace {

unix_place accepted(const std::string& text) {
  const auto parsed = parse_unix_place(text);
  if (const auto* const wrong = std::get_if<std::string>(&parsed)) FAIL("refused: " << *wrong);
  return std::get<unix_place>(parsed);
}

std::string refused(const std::string& text) {
  const auto parsed = parse_unix_place(text);
  const auto* const wrong = std::get_if<std::string>(&parsed);
  return wrong == nullptr ? "accepted" : *wrong;
}

}  // namespace

TEST_CASE("unix place: is read, and written as it is read", "[unix_place]") {
  CHECK(accepted("/run/chat.sock") == unix_place{"/run/chat.sock", {}, ""});
  CHECK(accepted("/run/chat.sock,mode=0660") == unix_place{"/run/chat.sock", 0660, ""});
  CHECK(accepted("/a b=c:d,group=chat") == unix_place{"/a b=c:d", {}, "chat"});
  CHECK(accepted("/x,group=7,mode=0") == unix_place{"/x", 0, "7"});
  CHECK(accepted("/聊天,mode=777").path == "/聊天");
  for (const char* const text : {"/run/chat.sock", "/x,mode=0660", "/x,group=chat", "/x,mode=0000,group=chat"}) {
    CHECK(to_string(accepted(text)) == text);
  }
  CHECK(to_string(accepted("/x,group=chat,mode=7")) == "/x,mode=0007,group=chat");
}

TEST_CASE("unix place: without a mode it is its owner's, with a group the group's, too", "[unix_place]") {
  CHECK(mode_of(accepted("/x")) == 0600);
  CHECK(mode_of(accepted("/x,group=chat")) == 0660);
  CHECK(mode_of(accepted("/x,mode=0666")) == 0666);
  CHECK(mode_of(accepted("/x,mode=0600,group=chat")) == 0600);
}

TEST_CASE("unix place: a mode is octal and has no more than permissions", "[unix_place]") {
  for (const char* const good : {"0", "7", "660", "0777", "777", "0000"})
    CHECK(accepted(std::string("/x,mode=") + good).mode);
  for (const char* const bad : {"", "8", "0o660", "1000", "4755", "00660", "-1", "+7", " 7", "rw", "6 "}) {
    CHECK(refused(std::string("/x,mode=") + bad).ends_with("a mode is octal, from 0 to 0777, as in mode=0660"));
  }
}

TEST_CASE("unix place: what is none is answered with how to write one", "[unix_place]") {
  const auto [text, why] = GENERATE(table<std::string, std::string>({
      {"", ": write the path of a unix socket from / on, as in unix:/run/chat.sock"},
      {"chat.sock", "chat.sock: write the path of a unix socket from / on, as in unix:/run/chat.sock"},
      {"@chat", "@chat: write the path of a unix socket from / on, as in unix:/run/chat.sock"},
      {",mode=0660", ": write the path of a unix socket from / on, as in unix:/run/chat.sock"},
      {"/a\tb", "/a b: a path must be printable"},
      {"/a\x1B[31m", ": a path must be printable"},
      {"/a\xFF", ": a path must be printable"},
      {"/x,", ": behind the path may stand mode=, group=, proxy= and secure, as in ,mode=0660,group=chat"},
      {"/x,user=me",
       "user=me: behind the path may stand mode=, group=, proxy= and secure, as in ,mode=0660,group=chat"},
      {"/x,Mode=0660",
       "Mode=0660: behind the path may stand mode=, group=, proxy= and secure, as in ,mode=0660,group=chat"},
      {"/x,mode", "mode: a mode is octal, from 0 to 0777, as in mode=0660"},
      {"/x,group=", "group=: the name of a group is missing"},
      {"/x,group", "group=: the name of a group is missing"},
      {"/x,mode=7,mode=7", "mode=7: mode is given for the second time"},
      {"/x,group=a,group=b", "group=b: group is given for the second time"},
  }));
  CAPTURE(text);
  const std::string said = refused(text);
  CAPTURE(said);
  CHECK(said.ends_with(why));
  CHECK(said.find_first_of("\n\t\x1B") == std::string::npos);
}

TEST_CASE("unix place: a path has at most as many bytes as the kernel takes", "[unix_place]") {
  REQUIRE(longest_socket_path == 107);
  const auto of_size = [](std::size_t size) { return "/" + std::string(size - 1, 'x'); };
  CHECK(accepted(of_size(106)).path.size() == 106);
  CHECK(accepted(of_size(107) + ",mode=0660").path.size() == 107);
  CHECK(refused(of_size(108)).ends_with(": this path has 108 bytes, and that of a unix socket may have at most 107"));
  CHECK(refused("/" + std::string(36, '\xE4') + "x").find("printable") != std::string::npos);
  std::string chinese = "/";
  for (int i = 0; i < 36; ++i) chinese += "聊";  // 109 bytes
  CHECK(refused(chinese).ends_with(": this path has 109 bytes, and that of a unix socket may have at most 107"));
}
