#include "server/chat/command_queue.hpp"

#include <string>

#include "tests/support/catch.hpp"

using namespace confab;

namespace {

command said(std::string_view tag, std::string_view word, std::string_view text) {
  command out;
  out.is = command::kind::wanted;
  out.what = verb::whisper;
  out.tag = tag;
  out.word = word;
  out.text = text;
  return out;
}

}  // namespace

TEST_CASE("command queue: what went in comes out, in order, with words of its own", "[listing]") {
  chat::command_queue queue;
  CHECK(queue.empty());
  const std::string longest(3 * 60'000, 'x');  // as long as a line can be when it was made safe
  {
    std::string tag(max_tag, 't');
    std::string word = "bob";
    command emote = said(tag, word, longest);
    emote.how = message_kind::emote;
    queue.push(emote);
    queue.push(said({}, {}, {}));
    tag = word = "gone";
  }
  command refused;
  refused.is = command::kind::refused;
  refused.trouble = problem::no_such_room;
  refused.text = "tea";
  queue.push(refused);

  const command first = queue.pop();
  CHECK(first.is == command::kind::wanted);
  CHECK(first.what == verb::whisper);
  CHECK(first.tag == std::string(max_tag, 't'));
  CHECK(first.word == "bob");
  CHECK(first.text == longest);
  CHECK((first.how == message_kind::emote));
  const command second = queue.pop();
  CHECK(second.text.empty());
  CHECK((second.how == message_kind::plain));
  const command last = queue.pop();
  CHECK(last.is == command::kind::refused);
  CHECK(last.trouble == problem::no_such_room);
  CHECK(last.text == "tea");
  CHECK(queue.empty());
}
