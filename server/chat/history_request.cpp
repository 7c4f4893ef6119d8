#include "server/chat/history_request.hpp"

#include "common/parse_number.hpp"
#include "common/utf8.hpp"
#include "server/chat/time_text.hpp"

namespace confab::chat {
namespace {

using clock = std::chrono::system_clock;

template <class Number>
bool read_number(std::string_view text, Number& out) {
  const auto number = parse_number<Number>(text);
  if (number) out = *number;
  return number.has_value();
}

}  // namespace

std::optional<history_request> parse_history_request(std::string_view text, clock::time_point now) {
  history_request request;
  auto [word, rest] = utf8::split_word(utf8::trim(text));
  const auto go_on = [&word = word, &rest = rest] {
    const auto next = utf8::split_word(rest);
    word = next.word;
    rest = next.rest;
  };
  if (word.starts_with('#')) {
    if (word.size() == 1) return std::nullopt;
    request.room = word;
    go_on();
  } else if (word.starts_with('@')) {
    if (word.size() == 1) return std::nullopt;
    request.with = word.substr(1);
    go_on();
  }
  if (!word.empty() && word != "before") {
    if (!read_number(word, request.limit) || request.limit == 0 || request.limit > max_history) return std::nullopt;
    go_on();
  }
  if (word.empty()) return request;
  if (word != "before" || rest.empty()) return std::nullopt;
  if (read_number(rest, request.id)) {
    request.where = store::page_request::from::before_id;
    return request;
  }
  const auto time = read_time(rest, now);
  if (!time) return std::nullopt;
  request.where = store::page_request::from::before_time;
  request.time = *time;
  return request;
}

store::search_request parse_search_request(std::string_view text, clock::time_point now) {
  store::search_request request;
  request.words = text;
  const auto [before, rest] = utf8::split_word(utf8::trim(text));
  const auto [what, words] = utf8::split_word(rest);
  if (before != "before" || words.empty()) return request;
  if (!read_number(what, request.before)) {
    request.before_time = read_time(what, now);
    if (!request.before_time) return request;
  }
  request.words = words;
  return request;
}

}  // namespace confab::chat
