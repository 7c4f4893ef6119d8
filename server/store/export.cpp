#include "server/store/export.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "common/render.hpp"
#include "server/store/database.hpp"
#include "server/store/message_row.hpp"
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

}  // namespace

std::uint64_t export_messages(const options& how, std::ostream& out) {
  database source(how, database::access::read);
  require_current(source);
  statement next =
      source.prepare(fmt::format("SELECT {} FROM messages WHERE id > ?1 ORDER BY id LIMIT {}", message_columns, slice));
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

}  // namespace confab::store
