// Any bytes from a server: whatever the client would show of them is safe. And any text that the server renders is one
// line, which the client reads back as it was.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "client/protocol/event_reader.hpp"
#include "common/protocol/events.hpp"
#include "common/safe_text.hpp"
#include "common/utf8.hpp"
#include "tests/fuzz/every_text.hpp"
#include "tests/fuzz/expect.hpp"

namespace {

using confab::fuzz::expect;
namespace client = confab::client;

void check_safe(std::string_view text) {
  expect(confab::utf8::valid(text) && confab::is_safe(text), "what the client shows is safe");
}

void check_reading(std::string_view line) {
  const auto read = client::read_event(line);
  if (const auto* const event = std::get_if<client::event>(&read)) {
    check_safe(event->tag);
    std::visit([](const auto& body) { confab::fuzz::every_text(body, check_safe); }, event->body);
  } else {
    expect(!std::get<std::string>(read).empty(), "a refused line has a reason");
  }
}

void check_round_trip(std::string_view any) {
  const std::string text = confab::make_safe(any);
  const std::string name = confab::make_safe(any.substr(0, 80));  // no longer than the client takes for names and tags
  const confab::event::message said{
      .id = 7, .room = {}, .from = {.name = name, .addr = "127.0.0.1:1"}, .text = text, .past = {}};
  std::string line;
  confab::json::render(line, {.lang = confab::language::en, .time = "2026-01-05T12:03:00.123Z", .tag = name}, said);
  expect(!line.empty() && line.find('\n') == line.size() - 1, "an event is one line");
  line.pop_back();
  const auto read = client::read_event(line);
  const auto* const event = std::get_if<client::event>(&read);
  expect(event != nullptr && event->tag == name && event->id == 7 && event->time.has_value(), "the client reads it");
  const auto* const message = std::get_if<client::message>(&event->body);
  expect(message != nullptr && message->from == name && message->text == text, "the client reads what was said");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_reading(bytes);
  check_round_trip(bytes);
  return 0;
}
