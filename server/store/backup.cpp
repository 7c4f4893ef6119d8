#include "server/store/backup.hpp"

#include <system_error>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "server/store/check.hpp"
#include "server/store/database.hpp"
#include "server/store/folder_lock.hpp"
#include "server/store/lost_file.hpp"
#include "server/store/new_file.hpp"
#include "server/store/schema.hpp"

namespace confab::store {
namespace {

// A backup has no log. Where there is one, a server has not ended well, and what is in it would be lost.
void refuse_history_in_use(const std::filesystem::path& file) {
  for (const char* const ending : {"-wal", "-journal"}) {
    const std::string log = file.string() + ending;
    if (!std::filesystem::exists(log)) continue;
    throw store_error(fmt::format("cannot back up to {}: {} is there, so this is no backup but a history in use",
                                  file.parent_path().string(), log));
  }
}

}  // namespace

std::vector<std::string> copy_checked(const options& from, const std::filesystem::path& file) {
  options to = from;
  to.file = file;
  {
    database source(from, database::access::read);
    readable_version(source);
    database copy(to, database::access::write);
    source.copy_to(copy);
  }
  // Reading it would need files beside it otherwise.
  database(to, database::access::write).execute("PRAGMA journal_mode=DELETE");
  return check(to);
}

std::uint64_t back_up(const options& how, const std::filesystem::path& to) {
  refuse_lost(how.file);
  if (!std::filesystem::exists(how.file)) {
    throw store_error(fmt::format("there is no history in {}", how.file.parent_path().string()));
  }
  make_private_folder(to);
  const std::filesystem::path file = to / how.file.filename();
  std::error_code none;
  if (std::filesystem::equivalent(how.file.parent_path(), to, none)) {
    throw store_error(fmt::format("cannot back up to {}: that is where the history is", to.string()));
  }
  const folder_lock alone(file, folder_lock::beside::none);
  refuse_history_in_use(file);
  remove_unfinished(file);
  new_file made(file);
  const std::vector<std::string> wrong = copy_checked(how, made.name());
  if (!wrong.empty()) throw store_error(fmt::format("not backed up: {}", fmt::join(wrong, "; ")));
  options copy = how;
  copy.file = made.name();
  const auto count =
      static_cast<std::uint64_t>(database(copy, database::access::read).integer("SELECT count(*) FROM messages"));
  made.complete();
  return count;
}

}  // namespace confab::store
