#include "server/store/lost_file.hpp"

#include <array>
#include <cstdint>
#include <fstream>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "server/store/database.hpp"

namespace confab::store {
namespace {

namespace fs = std::filesystem;

fs::path beside(const fs::path& file, const char* ending) {
  return fs::path(file) += ending;
}

bool has_bytes(const fs::path& file) {
  std::error_code none;
  const std::uintmax_t size = fs::file_size(file, none);
  return !none && size > 0;
}

// Whether a rollback journal is of a database that had nothing in it before (sqlite.org/fileformat2.html, 3): a first
// start that was killed. There is nothing to go back to. SQLite fills in the magic and the count of records only when
// the rest is on the disk; the size of a sector tells such a header from a file of zeros.
bool is_of_first_start(const fs::path& journal) {
  constexpr std::string_view magic = "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7";
  constexpr std::string_view zeros("\0\0\0\0\0\0\0\0\0\0\0\0", 12);
  constexpr std::size_t pages_before = 16;  // where their number is, 4 bytes; then the size of a sector, as many
  std::array<char, pages_before + 8> header{};
  std::ifstream in(journal, std::ios::binary);
  in.read(header.data(), header.size());
  const std::string_view all(header.data(), header.size());
  const bool begun = all.starts_with(magic) || all.starts_with(zeros);
  return in && begun && all.substr(pages_before, 4) == zeros.substr(0, 4) &&
         all.substr(pages_before + 4) != zeros.substr(0, 4);
}

// Where the database is, and its log beside it, also when the link to it leads nowhere any more.
fs::path behind_links(fs::path file) {
  constexpr int most = 40;  // as many as Linux follows
  for (int links = 0; links < most; ++links) {
    std::error_code none;
    const fs::path next = fs::read_symlink(file, none);
    if (none) break;
    file = file.parent_path() / next;
  }
  return file;
}

// The log that has something of a database in it; empty if there is none.
fs::path telling_log(const fs::path& file) {
  if (fs::path log = beside(file, "-wal"); has_bytes(log)) return log;
  fs::path journal = beside(file, "-journal");
  return has_bytes(journal) && !is_of_first_start(journal) ? journal : fs::path();
}

}  // namespace

void refuse_lost(const fs::path& name) {
  const fs::path file = behind_links(name);
  // In this order: where there is a server at work, the log goes before the database is not there.
  const fs::path log = telling_log(file);
  if (log.empty() || has_bytes(file)) return;
  std::error_code none;
  throw store_error(
      fmt::format("history: {} is {}, and {} beside it is of a database that was there: put that back, or restore a "
                  "backup (--restore), or move {} aside and start again with a new history",
                  file.string(), fs::exists(file, none) ? "empty" : "missing", log.string(), log.string()));
}

fs::path put_log_aside(const fs::path& log, const fs::path& index) {
  std::error_code failed;
  fs::remove(index, failed);
  if (!failed && !has_bytes(log)) fs::remove(log, failed);
  fs::path aside;
  if (!failed && fs::exists(log, failed)) {
    aside = beside(log, ".aside");
    for (int number = 2; fs::exists(aside); ++number) aside = beside(log, fmt::format(".aside{}", number).c_str());
    fs::rename(log, aside, failed);
  }
  if (failed) throw store_error(fmt::format("history: cannot move {} aside: {}", log.string(), failed.message()));
  return aside;
}

std::string remains_of(const fs::path& file) {
  std::error_code none;
  const bool there = fs::exists(file, none);
  if (there && has_bytes(file)) return {};
  if (!there && !fs::exists(beside(file, ".lock"), none)) return {};
  return fmt::format(
      "{} is {}: a new history begins there; if it had one, stop the server and restore a backup "
      "(--restore)",
      file.string(), there ? "empty" : "missing, though a server has been there before");
}

}  // namespace confab::store
