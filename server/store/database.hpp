#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "server/store/options.hpp"

struct sqlite3;
struct sqlite3_stmt;

/// SQLite with owners. Nothing here is shared between threads: a connection, its statements and its transactions
/// belong to one thread at a time.
namespace confab::store {

/// The one exception of the store: something could not be read or written, or is not what it should be.
class store_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The file is damaged, or holds something else than it should.
class damage_error : public store_error {
 public:
  using store_error::store_error;
};

/// Throws store_error when we may not write to a database that is there, or to what SQLite keeps beside it: SQLite
/// would open it for reading, and every message would be lost.
void require_writable(const std::filesystem::path& file);

/// What a database file is made of.
inline constexpr std::uint64_t page_bytes = 4096;

/// A prepared statement. Use: `with(values...)`, then `step()` until it says false, reading columns in between;
/// or `run(values...)` when there are no rows. Must not outlive its database.
class statement {
 public:
  /// Starts anew with `values` for the parameters ?1, ?2, ... The texts are copied.
  template <class... Values>
  statement& with(const Values&... values) {
    bind_all(lifetime::brief, values...);
    return *this;
  }

  /// Executes with `values` to the end.
  template <class... Values>
  void run(const Values&... values) {
    bind_all(lifetime::of_call, values...);
    while (step()) {
    }
  }

  /// Goes to the next row; false (and ready for `with`) when there is none.
  bool step();

  /// Ends what is under way, so that the statement holds no lock; what was read before becomes invalid.
  void reset() noexcept;

  std::int64_t integer(int column) const;
  /// Valid until the next step or reset.
  std::string_view text(int column) const;

 private:
  friend class database;
  explicit statement(sqlite3_stmt* handle) noexcept : handle_(handle) {}

  /// Whether a bound text stays where it is as long as it is needed: run() ends before its values do, and what is
  /// executed later is bound anew.
  enum class lifetime : std::uint8_t { brief, of_call };

  template <class... Values>
  void bind_all([[maybe_unused]] lifetime stays, const Values&... values) {
    reset();
    int index = 0;
    (bind(++index, values, stays), ...);
  }
  void bind(int index, std::string_view value, lifetime stays);
  void bind_integer(int index, std::int64_t value);
  template <std::integral Integer>
  void bind(int index, Integer value, lifetime /*stays*/) {
    bind_integer(index, static_cast<std::int64_t>(value));
  }
  [[noreturn]] void fail() const;

  struct finalize {
    void operator()(sqlite3_stmt* handle) const noexcept;
  };
  std::unique_ptr<sqlite3_stmt, finalize> handle_;
};

/// A connection to a database file.
class database {
 public:
  enum class access : std::uint8_t {
    write,    ///< creates the file if there is none, for nobody else to read
    read,     ///< the file must exist; nothing is changed, what a killed server left in the log stays there. Its folder
              ///< may be one that we may only read, if nobody writes to the history meanwhile
    salvage,  ///< likewise, whatever is damaged: what can be read is, and the rest fails when it is read
    scratch,  ///< no file, but a new one in memory
  };

  /// Opens `how.file`. Throws store_error if that is not possible, or if it was lost (see refuse_lost).
  database(const options& how, access mode);

  /// How long to wait from now on for another program that has the database locked; until now
  /// `options::busy_timeout`. 0: not at all.
  void wait_at_most(std::chrono::milliseconds time) noexcept;

  /// For who writes, before writing: a write-ahead log, so that readers and the writer do not wait for each other.
  /// Not done by the constructor, since it changes the file, which may turn out not to be ours.
  void write_ahead(sync_mode sync);
  /// When what is committed from here on counts as kept.
  void synchronise(sync_mode sync);

  /// Whether the write-ahead log and its index stay where they are when this is closed, whatever is in them. Otherwise
  /// they go with the last connection.
  void keep_log(bool keep) noexcept;

  /// Copies all of this database, as it is at one moment, over all of `other`. Others may read and write meanwhile.
  void copy_to(database& other);

  /// Executes SQL without parameters, any number of statements.
  void execute(const std::string& sql);

  statement prepare(std::string_view sql);

  /// The first column of the first row of `sql`; throws store_error when there is none.
  std::int64_t integer(std::string_view sql);
  std::string text(std::string_view sql);

  /// How many rows the last statement changed.
  std::int64_t changes() const noexcept;
  /// How many rows were changed so far, also by triggers and within virtual tables.
  std::int64_t total_changes() const noexcept;

 private:
  // What is in the log is not put into the file when this is closed as the last.
  void leave_log() noexcept;
  [[noreturn]] void fail(std::string_view doing) const;

  struct close {
    void operator()(sqlite3* handle) const noexcept;
  };
  std::unique_ptr<sqlite3, close> handle_;
};

/// Everything between its construction and `commit()` happens or, if it is destroyed before, nothing of it.
class transaction {
 public:
  enum class kind : std::uint8_t {
    write,  ///< takes the write lock at once
    read,   ///< sees one state of the database throughout
  };
  transaction(database& in, kind what);
  ~transaction();
  transaction(const transaction&) = delete;
  transaction& operator=(const transaction&) = delete;

  void commit();

 private:
  database* database_;
};

}  // namespace confab::store
