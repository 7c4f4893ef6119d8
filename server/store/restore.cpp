#include "server/store/restore.hpp"

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "server/store/backup.hpp"
#include "server/store/database.hpp"
#include "server/store/folder_lock.hpp"
#include "server/store/new_file.hpp"
#include "server/store/schema.hpp"

namespace confab::store {
namespace {

namespace fs = std::filesystem;

fs::path beside(const fs::path& file, const char* ending) {
  return fs::path(file) += ending;
}

// Where root restores what a server without such rights is to use.
void give_to_owner_of(const fs::path& folder, const fs::path& what) {
  struct stat owner {};
  if (::geteuid() != 0 || ::stat(folder.c_str(), &owner) != 0) return;
  if (::lchown(what.c_str(), owner.st_uid, owner.st_gid) != 0) cannot_write(what, errno);
}

// The highest id of the history that is there, used or reserved; 0 when it cannot be read. Moves what is in its
// write-ahead log into the database, so that one file has all of it; of a damaged one all files stay as they are.
std::uint64_t gather(const options& how) try {
  database what(how, database::access::write);
  what.keep_log(true);
  readable_version(what);
  const std::int64_t highest = std::max(what.integer("SELECT coalesce(max(id), 0) FROM messages"),
                                        what.integer("SELECT value FROM meta WHERE name = 'reserved'"));
  what.execute("PRAGMA wal_checkpoint(TRUNCATE)");
  return id_in_use(highest) ? static_cast<std::uint64_t>(highest) : 0;
} catch (const store_error&) {
  return 0;
}

// A new folder named after the time: what was there moves into it.
fs::path make_aside(const fs::path& folder, moment now) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::string name(64, '\0');
  name.resize(std::strftime(name.data(), name.size(), "replaced-%Y-%m-%dT%H%M%SZ", &parts));
  for (int i = 1; i < 1000; ++i) {
    fs::path made = folder / (i == 1 ? name : fmt::format("{}.{}", name, i));
    if (::mkdir(made.c_str(), 0700) == 0) {
      give_to_owner_of(folder, made);
      return made;
    }
    if (errno != EEXIST) cannot_write(made, errno);
  }
  throw store_error(fmt::format("there are too many folders {}/{}", folder.string(), name));
}

void move_file(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0 && errno != ENOENT) cannot_write(to, errno);
}

// Whether there is anything of a history, also if only its log is left: that must not be taken for one of the backup.
bool is_something(const fs::path& file) {
  if (fs::exists(file)) return true;
  const auto has_bytes = [&file](const char* ending) {
    std::error_code none;
    const std::uintmax_t size = fs::file_size(beside(file, ending), none);
    return !none && size > 0;
  };
  return has_bytes("-wal") || has_bytes("-journal");
}

// Puts the files of the history where they are found again. The database stays until another takes its place, if the
// file system knows how a file has two names: so whenever this is cut off, there is one.
void set_aside(const fs::path& file, const fs::path& aside) {
  const fs::path kept = aside / file.filename();
  if (::link(file.c_str(), kept.c_str()) != 0) move_file(file, kept);
  for (const char* const ending : {"-wal", "-shm", "-journal"}) move_file(beside(file, ending), beside(kept, ending));
}

// What is wrong with a backup must not sound as if it were wrong with the history.
std::vector<std::string> checked_copy(const options& backup, const fs::path& to) try {
  return copy_checked(backup, to);
} catch (const store_error& failed) {
  throw store_error(fmt::format("{} cannot be restored: {}", backup.file.string(), failed.what()));
}

}  // namespace

restored restore(const options& how, const fs::path& from, moment now) {
  const fs::path folder = how.file.parent_path();
  options backup = how;
  backup.file = from / how.file.filename();
  if (!fs::exists(backup.file)) throw store_error(fmt::format("there is no backup in {}", from.string()));
  make_private_folder(folder);
  std::error_code none;
  if (fs::equivalent(folder, from, none)) {
    throw store_error(fmt::format("cannot restore from {}: that is where the history is", from.string()));
  }
  const folder_lock alone(how.file);
  give_to_owner_of(folder, beside(how.file, ".lock"));
  remove_unfinished(how.file);
  new_file made(how.file);
  const std::vector<std::string> wrong = checked_copy(backup, made.name());
  if (!wrong.empty()) {
    throw store_error(fmt::format("not restored, the backup is not whole: {}", fmt::join(wrong, "; ")));
  }
  restored done;
  {
    options copy = how;
    copy.file = made.name();
    database fresh(copy, database::access::write);
    if (fs::exists(how.file)) {
      fresh.prepare("UPDATE meta SET value = max(value, ?1) WHERE name = 'reserved'").run(gather(how));
    }
    done.messages = static_cast<std::uint64_t>(fresh.integer("SELECT count(*) FROM messages"));
  }
  give_to_owner_of(folder, made.name());
  if (is_something(how.file)) {
    done.aside = make_aside(folder, now);
    set_aside(how.file, done.aside);
  }
  made.complete();
  return done;
}

}  // namespace confab::store
