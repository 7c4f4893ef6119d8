#include "client/ui/purpose.hpp"

#include "common/parse_number.hpp"
#include "common/utf8.hpp"

namespace confab::client {

bool is_own_question(const request& what) noexcept {
  return what.why == purpose::learn_names || what.why == purpose::missed_history || what.why == purpose::rejoin;
}

std::string_view said_in(const request& what) noexcept {
  const auto command = utf8::split_word(what.command);
  if (command.word == "/me") return what.command;
  return what.why == purpose::whisper ? utf8::split_word(command.rest).rest : command.rest;
}

std::string_view said_to(const request& what) noexcept {
  return what.why == purpose::whisper ? std::string_view(what.partner) : std::string_view();
}

user_number number_addressed(const request& what) noexcept {
  const std::string_view address = utf8::split_word(utf8::split_word(what.command).rest).word;
  if (what.why != purpose::whisper || !address.starts_with('@')) return 0;
  return parse_number<user_number>(address.substr(1)).value_or(0);
}

}  // namespace confab::client
