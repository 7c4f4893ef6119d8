#include "server/store/export.hpp"

#include <cerrno>
#include <fstream>
#include <string>
#include <system_error>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "common/render.hpp"
#include "server/store/database.hpp"
#include "server/store/message_row.hpp"
#include "server/store/new_file.hpp"
#include "server/store/schema.hpp"

namespace confab::store {
namespace {

// A reader that stays in one transaction keeps the write-ahead log from being reused; so a slice at a time.
constexpr int slice = 1000;

std::string json_line(const message& what) {
  const bool whisper = what.kind == message_kind::whisper;
  nlohmann::ordered_json line;
  line["type"] = whisper ? "private" : "message";
  line["time"] = format_time(what.time);
  line["id"] = what.id;
  if (!whisper) line["room"] = what.room;
  line["from"] = what.from;
  line["addr"] = what.addr;
  if (whisper) line["to"] = what.to;
  line["text"] = what.text;
  return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

bool same_file(const std::filesystem::path& one, const std::filesystem::path& other) {
  std::error_code ignored;
  if (std::filesystem::equivalent(one, other, ignored)) return true;
  // One that is not there may come any time.
  return std::filesystem::weakly_canonical(one, ignored) == std::filesystem::weakly_canonical(other, ignored);
}

void refuse_own_files(const options& how, const std::filesystem::path& to) {
  for (const char* const ending : {"", "-wal", "-shm", "-journal", ".lock"}) {
    if (!same_file(to, std::filesystem::path(how.file) += ending)) continue;
    throw store_error(fmt::format("cannot export to {}: it belongs to the history", to.string()));
  }
}

std::uint64_t write_to(const std::filesystem::path& file, const options& how) {
  std::ofstream out(file, std::ios::binary);
  if (!out) cannot_write(file, errno);
  const std::uint64_t count = export_messages(how, out);
  out.close();
  if (!out) throw store_error(fmt::format("cannot write {}", file.string()));
  return count;
}

}  // namespace

std::uint64_t export_messages(const options& how, std::ostream& out) {
  database source(how, database::access::read);
  const int version = readable_version(source);
  statement next = source.prepare(
      fmt::format("SELECT {} FROM messages WHERE id > ?1 ORDER BY id LIMIT {}", message_columns_of(version), slice));
  std::uint64_t written = 0;
  std::uint64_t last = 0;
  for (int read = slice; read == slice;) {
    next.with(last);
    for (read = 0; next.step(); ++read) {
      const message what = read_message(next);
      last = what.id;
      out << json_line(what) << '\n';
    }
    written += static_cast<std::uint64_t>(read);
    if (!out) throw store_error("history: the export cannot be written");
  }
  if (!out.flush()) throw store_error("history: the export cannot be written");
  return written;
}

std::uint64_t export_to_file(const options& how, const std::filesystem::path& to) {
  refuse_own_files(how, to);
  std::error_code ignored;
  const bool file = std::filesystem::is_regular_file(to, ignored) || !std::filesystem::exists(to, ignored);
  if (!file) return write_to(to, how);
  // Where it really is: a symbolic link stays one.
  new_file made(std::filesystem::weakly_canonical(to));
  const std::uint64_t count = write_to(made.name(), how);
  made.complete();
  return count;
}

}  // namespace confab::store
