#include "server/store/repair.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>

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

condition look_at_pages(database& which) {
  condition found = condition::sound;
  statement next = which.prepare("PRAGMA integrity_check");
  while (next.step()) {
    if (next.text(0) == "ok") continue;
    if (!is_about_waste(next.text(0))) return condition::damaged;
    found = condition::wasteful;
  }
  return found;
}

// What makes each table, index and trigger, by name. Blanks do not count.
std::map<std::string, std::string> makers(database& of) {
  std::map<std::string, std::string> all;
  statement next = of.prepare("SELECT name, type, tbl_name, sql FROM sqlite_schema");
  while (next.step()) {
    std::string text = fmt::format("{} {} {}", next.text(1), next.text(2), next.text(3));
    text.erase(std::remove_if(text.begin(), text.end(), [](char c) { return c == ' ' || c == '\n'; }), text.end());
    all.emplace(next.text(0), std::move(text));
  }
  return all;
}

std::size_t current_version() {
  return migrations().size();
}

std::map<std::string, std::string> makers_of_version(std::size_t version) {
  database model(options{}, database::access::scratch);
  migrate(model, migrations().first(version));
  return makers(model);
}

// Whether the table of this name, or all of them if it has none, are made as that version has them. Others may be there
// too.
bool is_made_right(database& which, std::size_t version, std::string_view name = {}) {
  const auto there = makers(which);
  for (const auto& [each, text] : makers_of_version(version)) {
    if (!name.empty() && each != name) continue;
    const auto found = there.find(each);
    if (found == there.end() || found->second != text) return false;
  }
  return true;
}

bool meta_is_whole(database& which) {
  return which.integer("SELECT count(*) FROM meta WHERE name IN ('reserved', 'indexed', 'terms')") == 3;
}

bool meta_is_sound(database& which) {
  try {
    return first_fault(which, "meta").empty() && is_made_right(which, current_version(), "meta") &&
           meta_is_whole(which);
  } catch (const damage_error&) {
    return false;
  }
}

bool spans_are_true(database& which) {
  return which.integer(R"(SELECT NOT EXISTS(
    SELECT 1 FROM (SELECT id >> 12 AS its, min(time) AS first FROM messages GROUP BY 1)
    LEFT JOIN spans ON span = its WHERE oldest IS NULL OR first < oldest))") != 0;
}

// An index that cannot be asked and written to is damaged, though it need not show in the file.
void try_index(database& which) {
  which.prepare("SELECT rowid FROM search WHERE search MATCH 'x' LIMIT 1").step();
  transaction undone(which, transaction::kind::write);
  which.execute("INSERT INTO search(rowid, terms) VALUES (9223372036854775807, 'x')");
}

// Takes what `which_ones` says out of the list of tables. DROP would read what is damaged.
void detach(database& which, std::string_view which_ones) {
  which.execute(fmt::format(
      "PRAGMA writable_schema=ON; DELETE FROM sqlite_schema WHERE {}; PRAGMA writable_schema=RESET", which_ones));
}

constexpr std::string_view of_index = "(name = 'search' OR name GLOB 'search_*')";

void make_meta_anew(database& which) {
  detach(which, "name = 'meta'");
  which.execute(meta_schema());
}

// Leaves only the messages and what else a history of that version keeps, if that is sound.
void do_away_with_derived(database& which, std::size_t version, bool with_meta) {
  detach(which, fmt::format("{} OR name = 'spans'", of_index));
  const auto made = makers_of_version(version);
  for (const std::string_view kept : kept_tables()) {
    if (made.count(std::string(kept)) == 0) continue;
    detach(which, fmt::format("tbl_name = '{}' AND type <> 'table'", kept));
    if (const std::string fault = first_fault(which, kept); !fault.empty()) throw damage_error(fault);
    if (!is_made_right(which, version, kept))
      throw damage_error(fmt::format("history: the table {} is another one", kept));
  }
  if (with_meta) make_meta_anew(which);
}

void forget_index(database& which) {
  which.execute(fmt::format("{} UPDATE meta SET value = 0 WHERE name = 'indexed'", index_schema()));
}

void make_derived(database& which) {
  which.execute(derived_schema());
  forget_index(which);
}

}  // namespace

condition look_only(database& which) {
  try {
    const condition found = look_at_pages(which);
    const auto version = static_cast<std::size_t>(schema_version(which));
    if (found == condition::damaged) return found;
    if (!is_made_right(which, version)) return condition::damaged;
    if (version == current_version() && (!meta_is_whole(which) || !spans_are_true(which))) return condition::damaged;
    return found;
  } catch (const damage_error&) {
    return condition::damaged;
  }
}

condition look_at(database& which) {
  try {
    const condition found = look_only(which);
    if (found != condition::damaged) try_index(which);
    return found;
  } catch (const damage_error&) {
    return condition::damaged;
  }
}

void make_derived_anew(database& which, extent how_far) {
  // Before the transaction: once something in it has met damage, nothing of it can be committed.
  const bool with_meta = !meta_is_sound(which);
  transaction change(which, transaction::kind::write);
  do_away_with_derived(which, current_version(), with_meta);
  if (how_far == extent::quick) {
    make_derived(which);
    change.commit();
    return;
  }
  // In between, so that nothing is made in pages that are not as SQLite believes.
  change.commit();
  reclaim(which);
  transaction rest(which, transaction::kind::write);
  make_derived(which);
  rest.commit();
}

bool leave_what_is_kept(database& which, int version) {
  const auto its = static_cast<std::size_t>(version);
  try {
    if (look_at_pages(which) != condition::damaged && is_made_right(which, its)) return false;
  } catch (const damage_error&) {
    // What is damaged shows below.
  }
  const bool with_meta = !meta_is_sound(which);
  transaction change(which, transaction::kind::write);
  do_away_with_derived(which, its, with_meta);
  change.commit();
  reclaim(which);
  return true;
}

void make_index_anew(database& which) {
  transaction change(which, transaction::kind::write);
  detach(which, of_index);
  forget_index(which);
  change.commit();
}

void reclaim(database& which) noexcept {
  try {
    // Not in memory: it takes as much space as the file.
    which.execute("PRAGMA temp_store=FILE; VACUUM; PRAGMA temp_store=MEMORY");
  } catch (const store_error&) {
    // Then they stay, for another start.
  }
}

}  // namespace confab::store
