#include "server/store/index_terms.hpp"

#include <cstdint>

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
std::string person_term(std::string_view key) {
  return fmt::format("@{:x}", hash(key));
}

}  // namespace

std::vector<std::string> index_terms(const message& what) {
  std::vector<std::string> terms = search_terms(what.text);
  if (!what.is_whisper()) {
    terms.push_back(room_term(what.room));
  } else {
    terms.push_back(person_term(what.from_key));
    if (what.to_key != what.from_key) terms.push_back(person_term(what.to_key));
  }
  return terms;
}

std::string index_query(const view& who, const search_words& words) {
  std::string query = "(";
  const auto either = [&query](const std::string& term) {
    if (query.size() > 1) query += " OR ";
    query += '"' + term + '"';
  };
  for (const room_ref& room : who.rooms) either(room_term(room));
  if (!who.person.empty()) either(person_term(who.person));
  query += ")";
  for (const std::string& term : words.terms()) query += " AND \"" + term + '"';
  return query;
}

}  // namespace confab::store
