#include "server/store/index_terms.hpp"

#include <cstddef>
#include <cstdint>

#include <fmt/compile.h>
#include <fmt/format.h>

namespace confab::store {
namespace {

// FNV-1a. Keys are hashed because they may hold anything.
std::uint64_t hash(std::string_view key) {
  std::uint64_t value = 0xcbf29ce484222325U;
  for (const char c : key) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return value;
}

// No term of a text begins with # or @.
std::string room_term(const room_ref& room) {
  // One that was never made anew is known by its name, as always.
  return room.generation == 0 ? fmt::format("#{:x}", hash(room.name))
                              : fmt::format("#{:x}g{}", hash(room.name), room.generation);
}
constexpr std::size_t person_term_bytes = 18;  // with its blank
std::string person_term(std::string_view key) {
  return fmt::format(FMT_COMPILE("@{:x}"), hash(key));
}

}  // namespace

std::string index_line(const message& what) {
  std::string line;
  line.reserve(2 * what.text.size() + 2 * person_term_bytes);
  append_search_terms(line, what.text);
  const auto add = [&line](const std::string& term) { line.append(term).push_back(' '); };
  if (!what.is_whisper()) {
    add(room_term(what.room));
  } else {
    add(person_term(what.from_key));
    if (what.to_key != what.from_key) add(person_term(what.to_key));
  }
  return line;
}

std::vector<std::string> index_terms(const message& what) {
  const std::string line = index_line(what);
  std::vector<std::string> terms;
  for (std::size_t begin = 0; begin < line.size();) {
    const std::size_t end = line.find(' ', begin);
    terms.push_back(line.substr(begin, end - begin));
    begin = end + 1;
  }
  return terms;
}

std::string index_query(const search_request& wanted, const search_words& words) {
  const view& who = wanted.who;
  std::string query = "(";
  const auto either = [&query](const std::string& term) {
    if (query.size() > 1) query += " OR ";
    query += '"' + term + '"';
  };
  // Rooms would only widen what is looked at.
  for (const room_ref& room : who.rooms) {
    if (wanted.with.empty()) either(room_term(room));
  }
  if (!who.person.empty()) either(person_term(who.person));
  query += ")";
  if (!wanted.with.empty()) query += " AND \"" + person_term(wanted.with) + '"';
  for (const std::string& term : words.terms()) query += " AND \"" + term + '"';
  return query;
}

}  // namespace confab::store
