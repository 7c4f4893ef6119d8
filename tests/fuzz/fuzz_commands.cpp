// Any bytes as a line: what comes out is safe to show, and a name that passed the rules is stable.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "common/commands.hpp"
#include "common/names.hpp"
#include "common/normal_form.hpp"
#include "common/safe_text.hpp"
#include "common/utf8.hpp"
#include "tests/fuzz/expect.hpp"

namespace {

using confab::fuzz::expect;

void check_text(std::string_view text) {
  expect(confab::utf8::valid(text), "what people see is UTF-8");
  expect(confab::is_safe(text), "what people see is safe");
}

void check_safe_text(std::string_view any) {
  const std::string safe = confab::make_safe(any);
  check_text(safe);
  expect(confab::make_safe(safe) == safe, "safe text stays as it is");
}

void check_name(std::string_view text) {
  const auto parsed = confab::parse_name(text);
  const auto* const name = std::get_if<confab::name>(&parsed);
  if (name == nullptr) return;
  check_text(name->shown);
  const std::size_t length = confab::utf8::length(name->shown);
  expect(length >= 1 && length <= confab::max_name_length, "a name has 1 to 32 code points");
  expect(name->shown.find_first_of(" \t:,@#/\"'()[]{}<>") == std::string::npos, "a name holds no punctuation");
  expect(confab::name_key(name->shown) == name->key, "a name is found by what is shown of it");

  const auto again = confab::parse_name(name->shown);
  const auto* const same = std::get_if<confab::name>(&again);
  expect(same != nullptr, "a shown name is allowed");
  expect(same->shown == name->shown && same->key == name->key, "a shown name stays as it is");
}

// Something invisible in front changes nothing but what is said.
void check_invisible_prefix(std::string_view line) {
  std::string scratch;
  const confab::command plain = confab::read_command(line, scratch);
  if (plain.is == confab::command::kind::nothing || plain.trouble == confab::problem::not_utf8) return;
  const std::string disguised = "\u200B" + std::string(line);
  std::string other_scratch;
  const confab::command seen = confab::read_command(disguised, other_scratch);
  expect(seen.is == plain.is, "a command is one with something invisible before it");
  expect(seen.tag == plain.tag && seen.word == plain.word, "and has the same arguments");
  if (plain.is == confab::command::kind::refused) {
    expect(seen.trouble == plain.trouble, "what is refused is refused for the same reason");
  } else {
    expect(seen.what == plain.what, "and it is the same command");
    expect(seen.what == confab::verb::say || seen.text == plain.text, "with the same text");
  }
}

void check_normal_forms(std::string_view text) {
  for (const confab::normal_form form : {confab::normal_form::composed, confab::normal_form::folded}) {
    std::size_t moves = 0;
    const std::string normal = confab::normalise(text, form, &moves);
    expect(confab::utf8::valid(normal), "a normal form is UTF-8");
    constexpr std::size_t longest = 18;  // what one code point of three bytes may become
    expect(moves <= longest * confab::max_marks_in_a_row * text.size(), "the work is bounded by the length");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  check_safe_text(line);
  check_invisible_prefix(line);
  check_normal_forms(line);

  std::string scratch;
  const confab::command command = confab::read_command(line, scratch);
  check_text(command.tag);
  check_text(command.word);
  check_text(command.text);
  expect(command.tag.size() <= confab::max_tag, "a tag is within its limit");
  using enum confab::command::kind;
  if (command.is == wanted && command.what == confab::verb::say) expect(!command.text.empty(), "nobody says nothing");
  if (command.is == wanted && command.what == confab::verb::whisper) {
    expect(!command.word.empty() && !command.text.empty(), "a whisper has a receiver and a text");
  }
  if (command.is == refused) {
    check_text(confab::explain(command.trouble, confab::language::en, command.text));
    check_text(confab::explain(command.trouble, confab::language::zh, command.text));
  }
  if (confab::utf8::valid(line)) check_name(confab::utf8::trim(line));
  return 0;
}
