#include "server/store/export.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <system_error>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "common/protocol/render_context.hpp"
#include "server/store/database.hpp"
#include "server/store/message_row.hpp"
#include "server/store/new_file.hpp"
#include "server/store/schema.hpp"

namespace confab::store {
namespace {

// A reader that stays in one transaction keeps the write-ahead log from being reused; so a slice at a time.
constexpr int slice = 1000;

// The names of rooms, by number. As many as can be read: others are called by their number.
using room_names = std::map<std::string, std::string, std::less<>>;

room_names names_of_rooms(database& of) {
  room_names all;
  try {
    statement next = of.prepare("SELECT number, name FROM rooms");
    while (next.step()) all.emplace(next.text(0), next.text(1));
  } catch (const damage_error&) {
    // The messages can be there all the same.
  }
  return all;
}

std::string json_line(const message& what) {
  const bool whisper = what.is_whisper();
  nlohmann::ordered_json line;
  line["type"] = whisper ? "private" : "message";
  line["time"] = format_time(what.time);
  line["id"] = what.id;
  if (what.kind == message_kind::emote) line["kind"] = "emote";
  if (!whisper) line["room"] = what.room.name;
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

export_result write_to(const std::filesystem::path& file, const options& how) {
  std::ofstream out(file, std::ios::binary);
  if (!out) cannot_write(file, errno);
  const export_result done = export_messages(how, out);
  out.close();
  if (!out) throw store_error(fmt::format("cannot write {}", file.string()));
  return done;
}

// As it is, or as far as it can be read.
database open(const options& how) {
  try {
    database source(how, database::access::read);
    readable_version(source);
    return source;
  } catch (const damage_error&) {
    return database(how, database::access::salvage);
  }
}

// Writes what comes next, to the end of a slice; false at the end of all. `last` is how far it came.
bool write_slice(statement& next, const room_names& rooms, std::uint64_t& last, std::ostream& out,
                 std::uint64_t& written) {
  const std::uint64_t before = last;
  int read = 0;
  for (next.with(last); next.step(); ++read) {
    message what = read_message(next);
    if (const auto room = rooms.find(what.room.name); room != rooms.end()) what.room.name = room->second;
    const bool sane = id_in_use(static_cast<std::int64_t>(what.id));
    if (sane && what.id <= last) throw damage_error("history: ids do not rise");
    if (sane) last = what.id;
    out << json_line(what) << '\n';
    ++written;
  }
  if (!out) throw store_error("history: the export cannot be written");
  if (read == slice && last == before) throw damage_error("history: no ids that can be");
  return read == slice;
}

// Whether what comes after the id `last` can be read.
bool is_readable_after(statement& next, std::uint64_t last) {
  try {
    next.with(last).step();
    next.reset();
    return true;
  } catch (const damage_error&) {
    return false;
  }
}

// The lowest id above `last`, as far as that can be found soon, after which something can be read; nothing if there is
// none. Ids mostly follow each other; where they do not, it looks further and further away.
std::optional<std::uint64_t> beyond_damage(statement& next, std::uint64_t last) {
  constexpr std::uint64_t one_by_one = 4096;
  std::uint64_t low = last;
  while (low < last + one_by_one) {
    if (is_readable_after(next, ++low)) return low;
  }
  std::uint64_t high = low;
  for (std::uint64_t step = one_by_one; high < highest_sane_id; step *= 2) {
    high = std::min<std::uint64_t>(low + step, highest_sane_id);
    if (is_readable_after(next, high)) break;
    low = high;
  }
  if (low == high) return std::nullopt;
  while (low + 1 < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    (is_readable_after(next, middle) ? high : low) = middle;
  }
  return high;
}

}  // namespace

export_result export_messages(const options& how, std::ostream& out) {
  database source = open(how);
  const int version = readable_version(source);
  const room_names rooms = version == 1 ? room_names() : names_of_rooms(source);
  statement next =
      source.prepare(select_bare_messages(version, fmt::format("WHERE id > ?1 ORDER BY id LIMIT {}", slice)));
  export_result done;
  std::uint64_t last = 0;
  for (bool more = true; more;) {
    try {
      more = write_slice(next, rooms, last, out, done.messages);
    } catch (const damage_error&) {
      const auto beyond = beyond_damage(next, last);
      ++done.gaps;
      more = beyond.has_value();
      done.to_the_end = !more;
      if (more) done.missing += *beyond - last;
      last = beyond.value_or(last);
    }
  }
  if (!out.flush()) throw store_error("history: the export cannot be written");
  return done;
}

export_result export_to_file(const options& how, const std::filesystem::path& to) {
  refuse_own_files(how, to);
  std::error_code ignored;
  const bool file = std::filesystem::is_regular_file(to, ignored) || !std::filesystem::exists(to, ignored);
  if (!file) return write_to(to, how);
  // Where it really is: a symbolic link stays one.
  new_file made(std::filesystem::weakly_canonical(to));
  const export_result done = write_to(made.name(), how);
  made.complete();
  return done;
}

}  // namespace confab::store
