#include "server/store/repair.hpp"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "server/store/schema.hpp"

namespace confab::store {
namespace {

// What SQLite finds wrong with a table and its indexes; empty when they are in order.
std::string first_fault(database& which, std::string_view table) {
  try {
    std::string fault = which.text(fmt::format("PRAGMA quick_check({})", table));
    return fault == "ok" ? std::string() : fault;
  } catch (const damage_error& error) {
    return error.what();
  }
}

// Whether all lines of what SQLite says are about pages that nothing uses. It says everything else first.
bool is_about_waste(std::string_view text) {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    if (!line.starts_with("***") && !line.ends_with("is never used")) return false;
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
  return true;
}

// Takes what `which_ones` says out of the list of tables. DROP would read what is damaged.
void detach(database& which, std::string_view which_ones) {
  which.execute(fmt::format(
      "PRAGMA writable_schema=ON; DELETE FROM sqlite_schema WHERE {}; PRAGMA writable_schema=RESET", which_ones));
}

constexpr std::string_view of_index = "(name = 'search' OR name GLOB 'search_*')";

void forget_index(database& which) {
  which.execute(fmt::format("{} UPDATE meta SET value = 0 WHERE name = 'indexed'", index_schema()));
}

}  // namespace

condition look_at(database& which) {
  condition found = condition::sound;
  try {
    statement next = which.prepare("PRAGMA quick_check");
    while (next.step()) {
      if (next.text(0) == "ok") continue;
      if (!is_about_waste(next.text(0))) return condition::damaged;
      found = condition::wasteful;
    }
  } catch (const damage_error&) {
    return condition::damaged;
  }
  return found;
}

void make_derived_anew(database& which) {
  transaction change(which, transaction::kind::write);
  detach(which, fmt::format("{} OR name = 'spans' OR (tbl_name = 'messages' AND type <> 'table')", of_index));
  for (const std::string_view kept : {"messages", "recalls", "meta"}) {
    if (const std::string fault = first_fault(which, kept); !fault.empty()) throw damage_error(fault);
  }
  which.execute(derived_schema());
  forget_index(which);
  change.commit();
}

void make_index_anew(database& which) {
  transaction change(which, transaction::kind::write);
  detach(which, of_index);
  forget_index(which);
  change.commit();
}

void reclaim(database& which) {
  // Not in memory: it takes as much space as the file.
  which.execute("PRAGMA temp_store=FILE; VACUUM; PRAGMA temp_store=MEMORY");
}

}  // namespace confab::store
