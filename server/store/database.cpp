#include "server/store/database.hpp"

#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>
#include <sqlite3.h>

#include "server/store/lost_file.hpp"

namespace confab::store {
namespace {

// SQLite would make it readable for all; its other files get the permissions of this one. A file that is there is
// left alone: closing it here would end the locks that other connections of this process have on it.
void create_private(const std::filesystem::path& file) {
  const int created = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (created >= 0) ::close(created);  // if not, SQLite will say why
}

// Whether nobody is at work on a file that is there, and we may not write beside it: a backup, say. SQLite would want
// to make its shared-memory file and fail.
bool is_at_rest(const std::filesystem::path& file) {
  std::error_code ignored;
  const std::filesystem::path folder = std::filesystem::absolute(file, ignored).parent_path();
  if (::faccessat(AT_FDCWD, folder.c_str(), W_OK, AT_EACCESS) == 0) return false;
  const std::string log = file.string() + "-wal";
  return std::filesystem::exists(file, ignored) && !std::filesystem::exists(log, ignored);
}

// Whether something is in its log that is not in the file, as after a server that was killed.
bool has_log(const std::filesystem::path& file) {
  std::error_code none;
  const std::uintmax_t size = std::filesystem::file_size(file.string() + "-wal", none);
  return !none && size > 0;
}

// The name by which SQLite opens a file that nobody changes (sqlite.org/uri.html).
std::string immutable(const std::filesystem::path& file) {
  std::string name = "file://";
  for (const char c : std::filesystem::absolute(file).string()) {
    if (c == '%' || c == '?' || c == '#') {
      name += fmt::format("%{:02x}", static_cast<unsigned char>(c));
    } else {
      name += c;
    }
  }
  return name + "?immutable=1";
}

// The system's number for what went wrong last with the database or its log; 0 when it is not known.
int system_error(sqlite3* handle) {
  if (const int known = sqlite3_system_errno(handle); known != 0) return known;
  for (const int which : {SQLITE_FCNTL_JOURNAL_POINTER, SQLITE_FCNTL_FILE_POINTER}) {
    sqlite3_file* file = nullptr;
    int number = 0;
    if (sqlite3_file_control(handle, "main", which, &file) != SQLITE_OK) continue;
    if (file == nullptr || file->pMethods == nullptr) continue;
    if (file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &number) == SQLITE_OK && number != 0) return number;
  }
  return 0;
}

// The same in brackets, after a blank, where SQLite says just that it could not.
std::string because(sqlite3* handle) {
  const int kind = sqlite3_extended_errcode(handle) & 0xFF;
  const int system = kind == SQLITE_CANTOPEN || kind == SQLITE_IOERR ? system_error(handle) : 0;
  return system == 0 ? std::string() : fmt::format(" ({})", std::generic_category().message(system));
}

// What went wrong last.
std::string reason(sqlite3* handle) {
  // Without a handle there was no memory even for that.
  return handle == nullptr ? sqlite3_errstr(SQLITE_NOMEM) : sqlite3_errmsg(handle) + because(handle);
}

// Throws what `text` says. Our SQL is right: if it makes no sense, it is the database that is not as it should be.
[[noreturn]] void throw_error(sqlite3* handle, const std::string& text) {
  switch (handle == nullptr ? SQLITE_NOMEM : sqlite3_extended_errcode(handle) & 0xFF) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_ERROR:
    case SQLITE_FORMAT:
    case SQLITE_MISMATCH:
    case SQLITE_READONLY:  // we may write to the file, see require_writable(): but it says that nobody should
      throw damage_error(text);
    default: throw store_error(text);
  }
}

}  // namespace

void require_writable(const std::filesystem::path& file) {
  for (const char* const ending : {"", "-wal", "-shm"}) {
    const std::filesystem::path each = std::filesystem::path(file) += ending;
    if (::faccessat(AT_FDCWD, each.c_str(), W_OK, AT_EACCESS) == 0 || errno == ENOENT) continue;
    throw store_error(
        fmt::format("history: cannot write to {}: {}", each.string(), std::generic_category().message(errno)));
  }
}

void statement::finalize::operator()(sqlite3_stmt* handle) const noexcept {
  sqlite3_finalize(handle);
}

bool statement::step() {
  const int result = sqlite3_step(handle_.get());
  if (result == SQLITE_ROW) return true;
  if (result != SQLITE_DONE) fail();
  reset();
  return false;
}

void statement::reset() noexcept {
  sqlite3_reset(handle_.get());
}

std::int64_t statement::integer(int column) const {
  return sqlite3_column_int64(handle_.get(), column);
}

std::string_view statement::text(int column) const {
  // In this order: the size is that of the converted text.
  const void* data = sqlite3_column_text(handle_.get(), column);
  const int size = sqlite3_column_bytes(handle_.get(), column);
  if (data == nullptr) return {};
  return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

void statement::bind(int index, std::string_view value, lifetime stays) {
  const char* data = value.data() == nullptr ? "" : value.data();  // a null pointer would bind NULL
  const sqlite3_destructor_type copy = stays == lifetime::brief ? SQLITE_TRANSIENT : SQLITE_STATIC;
  if (sqlite3_bind_text64(handle_.get(), index, data, value.size(), copy, SQLITE_UTF8) != SQLITE_OK) fail();
}

void statement::bind_integer(int index, std::int64_t value) {
  if (sqlite3_bind_int64(handle_.get(), index, value) != SQLITE_OK) fail();
}

void statement::fail() const {
  try {
    throw_error(sqlite3_db_handle(handle_.get()), fmt::format("history: {}", reason(sqlite3_db_handle(handle_.get()))));
  } catch (...) {
    sqlite3_reset(handle_.get());  // after the error was read: it belongs to the connection
    throw;
  }
}

void database::close::operator()(sqlite3* handle) const noexcept {
  sqlite3_close_v2(handle);
}

database::database(const options& how, access mode) {
  // Without it each allocation of SQLite's takes a lock that all share, for figures that nobody asks for. Has no
  // effect, and does no harm, once SQLite is in use.
  [[maybe_unused]] static const int uncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  if (mode != access::scratch) refuse_lost(how.file);
  if (mode == access::write) {
    create_private(how.file);
    require_writable(how.file);
  }
  const bool reads = mode == access::read || mode == access::salvage;
  const bool at_rest = reads && is_at_rest(how.file);
  const int flags = SQLITE_OPEN_NOMUTEX | (at_rest ? SQLITE_OPEN_READONLY | SQLITE_OPEN_URI : SQLITE_OPEN_READWRITE) |
                    (mode == access::write ? SQLITE_OPEN_CREATE : 0);
  const std::string name = mode == access::scratch ? ":memory:" : at_rest ? immutable(how.file) : how.file.string();
  sqlite3* opened = nullptr;
  const int result = sqlite3_open_v2(name.c_str(), &opened, flags, nullptr);
  handle_.reset(opened);
  if (result != SQLITE_OK) fail(fmt::format("cannot open {}", how.file.string()));
  sqlite3_extended_result_codes(handle_.get(), 1);
  wait_at_most(how.busy_timeout);
  keep_log(true);  // what is no database has lost nothing yet
  if (reads && has_log(how.file)) leave_log();
  // SQLite refuses a file whose list of tables is damaged, or that is shorter than it says, unless it is told not to
  // mind.
  if (mode == access::salvage) execute("PRAGMA writable_schema=ON");
  // What is deleted is overwritten, so that a recalled message is gone from the file too.
  execute("PRAGMA secure_delete=ON; PRAGMA cache_size=-16000; PRAGMA temp_store=MEMORY;");
  // Not opened read-only: the reader of a WAL database must be able to write its shared-memory file.
  if (reads) execute("PRAGMA query_only=ON");
  keep_log(false);
}

void database::wait_at_most(std::chrono::milliseconds time) noexcept {
  sqlite3_busy_timeout(handle_.get(), static_cast<int>(time.count()));
}

void database::write_ahead(sync_mode sync) {
  if (text("PRAGMA journal_mode=WAL") != "wal") {
    throw store_error("history: the database cannot be used with a write-ahead log");
  }
  synchronise(sync);
  execute("PRAGMA wal_autocheckpoint=1000");
}

void database::synchronise(sync_mode sync) {
  execute(sync == sync_mode::full ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
}

void database::keep_log(bool keep) noexcept {
  int on = keep ? 1 : 0;
  sqlite3_file_control(handle_.get(), "main", SQLITE_FCNTL_PERSIST_WAL, &on);
}

void database::leave_log() noexcept {
  sqlite3_db_config(handle_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

void database::copy_to(database& other) {
  // All in one step: with smaller ones it would begin anew whenever somebody else writes.
  sqlite3_backup* const under_way = sqlite3_backup_init(other.handle_.get(), "main", handle_.get(), "main");
  if (under_way == nullptr) other.fail("cannot copy");
  const int result = sqlite3_backup_step(under_way, -1);
  sqlite3_backup_finish(under_way);
  if (result != SQLITE_DONE) {
    throw store_error(fmt::format("history: cannot copy: {}{}", sqlite3_errstr(result), because(other.handle_.get())));
  }
}

void database::execute(const std::string& sql) {
  if (sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail({});
}

statement database::prepare(std::string_view sql) {
  sqlite3_stmt* prepared = nullptr;
  const int result = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &prepared, nullptr);
  if (result != SQLITE_OK) fail({});
  return statement(prepared);
}

std::int64_t database::integer(std::string_view sql) {
  statement query = prepare(sql);
  if (!query.step()) throw damage_error(fmt::format("history: nothing found by {}", sql));
  return query.integer(0);
}

std::string database::text(std::string_view sql) {
  statement query = prepare(sql);
  if (!query.step()) throw damage_error(fmt::format("history: nothing found by {}", sql));
  return std::string(query.text(0));
}

std::int64_t database::changes() const noexcept {
  return sqlite3_changes64(handle_.get());
}

std::int64_t database::total_changes() const noexcept {
  return sqlite3_total_changes64(handle_.get());
}

void database::fail(std::string_view doing) const {
  throw_error(handle_.get(), fmt::format("history: {}{}{}", doing, doing.empty() ? "" : ": ", reason(handle_.get())));
}

transaction::transaction(database& in, kind what) : database_(&in) {
  in.execute(what == kind::write ? "BEGIN IMMEDIATE" : "BEGIN");
}

transaction::~transaction() {
  if (database_ == nullptr) return;
  try {
    database_->execute("ROLLBACK");
  } catch (const store_error&) {
    // After some failures SQLite has rolled back by itself already, and says that there is nothing to do.
  }
}

void transaction::commit() {
  database_->execute("COMMIT");
  database_ = nullptr;
}

}  // namespace confab::store
