#include "server/store/opening.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>

#include <fmt/format.h>

#include "server/history/search_terms.hpp"
#include "server/store/repair.hpp"
#include "server/store/schema.hpp"

namespace confab::store {
namespace {

bool is_of_earlier_version(int version) {
  return version > 0 && static_cast<std::size_t>(version) < migrations().size();
}

// Whether it had to be mended.
bool look_after(database& which, care taken) {
  if (taken == care::mend) {
    make_derived_anew(which, extent::quick);
    return true;
  }
  const condition found = look_at(which);
  if (found == condition::damaged) make_derived_anew(which, extent::thorough);
  if (found == condition::wasteful) reclaim(which);
  return found == condition::damaged;
}

void empty_index(database& which) {
  try {
    transaction change(which, transaction::kind::write);
    which.execute("INSERT INTO search(search) VALUES ('delete-all'); UPDATE meta SET value = 0 WHERE name = 'indexed'");
    change.commit();
  } catch (const damage_error&) {
    make_index_anew(which);
  }
}

[[noreturn]] void show_way_out(const options& how, const damage_error& error) {
  throw damage_error(
      fmt::format("{} is damaged ({}): save what can be read with --export FILE; then restore a backup (--restore), or "
                  "move it and its -wal and -shm files aside and start again with a new history",
                  how.file.string(), error.what()));
}

// SQLite takes what is smaller than its smallest page for a new database, and a device for a file.
void refuse_remains(const std::filesystem::path& file) {
  std::error_code none;
  const std::filesystem::file_status what = std::filesystem::status(file, none);
  if (std::filesystem::exists(what) && !std::filesystem::is_regular_file(what)) {
    throw store_error(fmt::format("history: {} is not a plain file", file.string()));
  }
  const std::uintmax_t size = std::filesystem::file_size(file, none);
  if (!none && size > 0 && size < 512) throw damage_error(fmt::format("history: only {} bytes are left", size));
}

// SQLite takes a database for one that nobody may write to when its first page has a larger number here. Call it while
// the file is not open: closing it would end SQLite's locks.
int write_version(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  in.seekg(18);
  return in.get();
}
constexpr int last_write_version = 2;

}  // namespace

std::uint64_t last_sane_id(database& of) {
  const std::int64_t last = of.integer("SELECT coalesce(max(id), 0) FROM messages");
  const std::int64_t first = of.integer("SELECT coalesce(min(id), 1) FROM messages");
  if (first > 0 && last <= highest_sane_id) return static_cast<std::uint64_t>(last);
  throw damage_error(fmt::format("history: no message can have the id {}", first > 0 ? last : first));
}

void check_history(const options& how) try {
  refuse_remains(how.file);
  require_writable(how.file);
  const int version_to_write = write_version(how.file);
  database what(how, database::access::read);
  if (schema_version(what) == 0) return;
  readable_version(what);  // refuses what is newer
  if (version_to_write > last_write_version) {
    throw damage_error(fmt::format("history: its first page has the write version {}", version_to_write));
  }
  last_sane_id(what);
  what.execute("PRAGMA query_only=OFF");
  { const transaction alone(what, transaction::kind::write); }  // which somebody else may be in the way of
  what.execute("PRAGMA query_only=ON");
  if (look_only(what) != condition::damaged) return;
  throw store_error(
      fmt::format("history: {} is damaged: see --check-data; a start mends it if that is possible", how.file.string()));
} catch (const damage_error& error) {
  show_way_out(how, error);
}

database open_history(const options& how, care taken, std::string& remark) try {
  refuse_remains(how.file);
  database opened(how, database::access::write);
  const int version = schema_version(opened);  // refuses what is not ours
  // Before anything is changed: a migration would read all of it, and might lose what is damaged without a word.
  if (is_of_earlier_version(version)) {
    leave_what_is_kept(opened, version);
    if (taken == care::none) taken = care::look;
  }
  opened.write_ahead(how.sync);
  // The log takes part of what may be kept.
  if (how.keep_bytes > 0) {
    const std::uint64_t pages = std::clamp<std::uint64_t>(how.keep_bytes / 16 / page_bytes, 16, 1000);
    opened.execute(
        fmt::format("PRAGMA wal_autocheckpoint={}; PRAGMA journal_size_limit={}", pages, pages * page_bytes));
  }
  migrate(opened);
  last_sane_id(opened);
  if (taken != care::none && look_after(opened, taken)) {
    remark =
        "damage was found in what follows from the messages, such as the search index; it is made anew, and the "
        "messages are whole";
  }
  // An index made by other rules, or that claims to hold what cannot be there, is made anew, in the background like any
  // other.
  if (opened.text("SELECT value FROM meta WHERE name = 'terms'") != search_terms_version() ||
      opened.integer("SELECT value NOT BETWEEN 0 AND max((SELECT coalesce(max(id), 0) FROM messages), (SELECT value "
                     "FROM meta WHERE name = 'reserved')) FROM meta WHERE name = 'indexed'") != 0) {
    empty_index(opened);
    opened.prepare("UPDATE meta SET value = ?1 WHERE name = 'terms'").run(search_terms_version());
  }
  return opened;
} catch (const damage_error& error) {
  show_way_out(how, error);
}

}  // namespace confab::store
