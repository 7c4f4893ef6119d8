#include "client/terminal/line_editor_buffer.hpp"

#include <string>
#include <string_view>

#include "common/safe_text.hpp"
#include "common/utf8.hpp"
#include "tests/support/catch.hpp"

namespace confab::terminal {

TEST_CASE("editor buffer: what could steer a terminal is left out", "[editor]") {
  editor_buffer buffer(1000);
  CHECK(buffer.insert("a\x1b[2Jb\007c\177d\u0085e\u202Ef\u2066g\tz"));
  CHECK(buffer.text() == "a[2Jbcdefg\tz");
}

TEST_CASE("editor buffer: every kind of line end becomes one", "[editor]") {
  editor_buffer buffer(1000);
  CHECK(buffer.insert("a\r\nb\rc\nd\u2028e\u2029f\r\r\ng"));
  CHECK(buffer.text() == "a\nb\nc\nd\ne\nf\n\ng");
}

TEST_CASE("editor buffer: bytes that are no UTF-8 become a replacement character", "[editor]") {
  editor_buffer buffer(1000);
  CHECK(buffer.insert("a\xff\xe4\xbd"));
  CHECK(buffer.text() == "a\uFFFD\uFFFD\uFFFD");
}

TEST_CASE("editor buffer: takes all of a text or nothing of it", "[editor]") {
  for (const std::size_t size : {4U, 5U, 6U}) {
    editor_buffer buffer(5);
    CHECK(buffer.insert(std::string(size, 'x')) == (size <= 5));
    CHECK(buffer.text().size() == (size <= 5 ? size : 0));
  }
  editor_buffer buffer(10);
  CHECK_FALSE(buffer.insert("你好🇨🇳"));
  CHECK(buffer.text().empty());
  CHECK(buffer.insert("你好"));
  CHECK(buffer.insert("abcd"));
  CHECK_FALSE(buffer.insert("e"));
  CHECK_FALSE(buffer.replace(0, 3, "four"));
  CHECK_FALSE(buffer.assign("eleven bytes"));
  CHECK(buffer.text() == "你好abcd");
  CHECK(buffer.replace(0, 6, "sixsix"));
  CHECK(buffer.text() == "sixsixabcd");
  CHECK(buffer.caret() == 6);
}

TEST_CASE("editor buffer: the caret may be inside a cluster while it is typed", "[editor]") {
  editor_buffer buffer(1000);
  buffer.insert("🇨🇳");
  buffer.to_start();
  buffer.insert("🇩");  // half of a flag before a whole one
  CHECK(buffer.caret() == 4);
  buffer.insert("🇪");
  CHECK(buffer.text() == "🇩🇪🇨🇳");
  CHECK(buffer.caret() == 8);
  buffer.erase_left();
  CHECK(buffer.text() == "🇨🇳");
}

TEST_CASE("editor buffer: kills one after the other are kept together", "[editor]") {
  editor_buffer buffer(1000);
  buffer.insert("one two three four");
  buffer.word_left();
  CHECK(buffer.kill_word_left());
  CHECK(buffer.kill_word_left());
  CHECK(buffer.kill_to_end());
  CHECK(buffer.text() == "one ");
  CHECK(buffer.yank());
  CHECK(buffer.text() == "one two three four");
  buffer.end_kill();
  buffer.kill_word_left();
  buffer.end_kill();
  buffer.kill_word_left();
  buffer.yank();
  CHECK(buffer.text() == "one two three ");
}

TEST_CASE("editor buffer: says when there is nothing to do", "[editor]") {
  editor_buffer buffer(1000);
  CHECK_FALSE(buffer.left());
  CHECK_FALSE(buffer.right());
  CHECK_FALSE(buffer.word_left());
  CHECK_FALSE(buffer.word_right());
  CHECK_FALSE(buffer.erase_left());
  CHECK_FALSE(buffer.erase_right());
  CHECK_FALSE(buffer.kill_to_start());
  CHECK_FALSE(buffer.kill_to_end());
  CHECK_FALSE(buffer.kill_word_left());
  CHECK_FALSE(buffer.kill_word_right());
  CHECK_FALSE(buffer.kill_all());
  CHECK_FALSE(buffer.yank());
  CHECK_FALSE(buffer.transpose());
  buffer.insert("a");
  CHECK_FALSE(buffer.transpose());
  buffer.to_start();
  CHECK_FALSE(buffer.transpose());
}

TEST_CASE("editor buffer: replaces a part by a part of itself", "[editor]") {
  editor_buffer buffer(1000);
  buffer.insert("abc");
  CHECK(buffer.replace(0, 2, std::string_view{buffer.text()}.substr(1)));
  CHECK(buffer.text() == "bcc");
  CHECK(buffer.caret() == 2);
}

TEST_CASE("editor buffer: clearing the line keeps just that line for yank", "[editor]") {
  editor_buffer buffer(1000);
  buffer.insert("one two");
  buffer.kill_word_left();
  buffer.kill_all();
  CHECK(buffer.yank());
  CHECK(buffer.text() == "one ");
  buffer.kill_word_left();
  buffer.yank();
  CHECK(buffer.text() == "one ");
}

}  // namespace confab::terminal
