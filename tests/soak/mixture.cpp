#include "tests/soak/mixture.hpp"

#include <utility>

#include "common/commands.hpp"
#include "common/utf8.hpp"

namespace confab::test {
namespace {

constexpr std::size_t remembered = 200;

std::string repeated(std::string_view what, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += what;
  return out;
}

}  // namespace

void mixture::remember(std::deque<std::string>& where, std::string what) {
  where.push_back(std::move(what));
  if (where.size() > remembered) where.pop_front();
}

std::string mixture::pick(const std::deque<std::string>& from, std::string_view otherwise) {
  return from.empty() || one_in(10) ? std::string(otherwise) : from[below(from.size())];
}

// ---- what people send

std::string mixture::talk() {
  static const std::vector<std::string_view> words{
      "hello",    "who is there?", "to be or not",   "绿茶还是红茶",  "大家好", "مرحبا",
      "שלום",     "नमस्ते",          "🙂",           "c++",           "ﬁne",    "istanbul",
      "İSTANBUL", "straße",        "e\u0301t\u00e9", "tomorrow",      "-",      "...",
      "\u3000",   "a\tb",          "C:\\x",          "http://x/y?z=1"};
  std::string out(pick(words));
  for (std::size_t more = below(6); more > 0; --more) out.append(" ").append(pick(words));
  return one_in(40) ? out + std::string(below(4100), 'x') : out;
}

std::string mixture::name() {
  static const std::vector<std::string_view> names{"alice", "Bob",   "小明",     "José", "jose\u0301", "ａｌｉｃｅ",
                                                   "eve",   "иван",  "аlice",    "me",   "1.2.3.4.5",  "@1",
                                                   "@17",   "admin", "a\u200bb", "-x",   "o'neill",    "127.0.0.1:1"};
  return one_in(3) ? "user" + std::to_string(below(40)) : std::string(pick(names));
}

std::string mixture::room() {
  static const std::vector<std::string_view> rooms{"tea",  "#tea",     "TEA", "茶馆", "lobby",
                                                   "大厅", "#nowhere", "a b", ""};
  return one_in(2) ? "room" + std::to_string(below(60)) : std::string(pick(rooms));
}

std::string mixture::moment() {
  static const std::vector<std::string_view> moments{
      "12:30", "00:00", "2026-01-05", "2026-01-05T12:30", "2026-01-05T12:30:00.123Z", "9999-12-31", "25:99", "-1", "0"};
  return one_in(2) ? pick(ids_, "1") : std::string(pick(moments));
}

std::string mixture::argument() {
  static const std::vector<std::string_view> words{"on", "off",   "0", "1", "3", "200", "99999999999999999999",
                                                   "-",  "before"};
  switch (below(7)) {
    case 0: return name();
    case 1: return room();
    case 2: return moment();
    case 3: return pick(ids_, "7");
    case 4: return talk();
    case 5: return "before " + moment();
    default: return std::string(pick(words));
  }
}

// Each command is as likely as any other; its arguments are right more often than not.
std::string mixture::command() {
  const auto table = command_table();
  const command_row& row = table[below(table.size())];
  std::string out = row.bare && one_in(2) ? "" : "/";
  out += row.word;
  const auto with = [&](std::string_view rest) { return out + " " + std::string(rest); };
  if (one_in(5)) {
    for (std::size_t more = below(4); more > 0; --more) out.append(" ").append(argument());
    return out;
  }
  switch (row.what) {
    case verb::rename: return with(name());
    case verb::whisper: return with(name() + " " + talk());
    case verb::join:
    case verb::leave:
    case verb::room: return with(room());
    case verb::topic: return with(room() + " " + talk());
    case verb::history: return with(std::to_string(below(250)) + (one_in(2) ? " before " + moment() : ""));
    case verb::recall: return with(pick(ids_, "1"));
    case verb::resume: return with(pick(tokens_, "00") + " " + pick(ids_, "0"));
    case verb::tag: return tagged();
    case verb::heartbeat: return with(std::to_string(below(4)));
    case verb::json:
    case verb::ids: return with(one_in(2) ? "on" : "off");
    case verb::quit: return one_in(4) ? with(talk()) : "/ping";  // else nobody stays for long
    default: return row.arguments == command_row::takes::nothing ? out : with(argument());
  }
}

std::string mixture::tagged() {
  const std::string tag = one_in(20) ? std::string(60 + below(8), 't') : "t" + std::to_string(below(50));
  return "/tag " + tag + " " + (one_in(2) ? talk() : command());
}

// ---- what nobody should

std::string mixture::rubbish(std::size_t bytes) {
  std::string out(bytes, '\0');
  for (char& each : out) each = static_cast<char>(below(256));
  return out;
}

std::string mixture::hostile_line() {
  static const std::vector<std::string_view> odd{"\u200b", "\ufeff", "\u2060", "\x1b[200~", "\u202e", "\xff\xfb\x01",
                                                 "\x01",   "\u00ad", "\ue000", "\u2028",    "\x7f",   "\xff\xff"};
  switch (below(9)) {
    case 0: return std::string(pick(odd)) + command();
    case 1: return talk() + std::string(pick(odd)) + talk();
    case 2: return "to a" + repeated("\u0301", 1000) + repeated("\u0316", 1000) + " x";
    case 3: return "rename " + repeated("a\u0301\u0316\u0301", below(700));
    case 4: return std::string(1020, '\x01');
    case 5: return std::string(4090 + below(12), 'x');  // about the longest line
    case 6: return rubbish(below(300));
    case 7: return repeated("/tag a ", below(500)) + "hi";
    default: return "h" + std::string("\0e\0l\0l\0o", 8);
  }
}

std::string mixture::hostile_bytes() {
  switch (below(5)) {
    case 0: return rubbish(below(5000));
    case 1: return std::string(below(70'000), 'y');  // more than may come without a line end
    case 2: return "\xff\xfa" + rubbish(below(200));
    case 3: return repeated("\n", below(2000));
    default: {
      std::string out;
      for (std::size_t count = below(120); count > 0; --count) out.append(command()).append("\n");
      return out;
    }
  }
}

std::string mixture::next() {
  const std::size_t kind = below(100);
  if (kind >= 97) return hostile_bytes();
  if (kind >= 94) return talk().substr(0, below(5));  // the rest of the line comes with the next
  std::string line = kind < 30 ? talk() : kind < 75 ? command() : kind < 85 ? tagged() : hostile_line();
  return line + (one_in(8) ? "\r\n" : "\n");
}

std::string mixture::first() {
  static const std::vector<std::string_view> protocols{"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
                                                       "\x16\x03\x01\x02",
                                                       "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n",
                                                       "\r\n\r\n\x00\r\nQUIT\n",
                                                       "SSH-2.0-x\r\n",
                                                       "\ufeffwho\n",
                                                       "\xff\xfb\x1f\xff\xfb\x20",
                                                       "\n\n\n"};
  switch (below(6)) {
    case 0: return "/json on\n";
    case 1: return "/resume " + pick(tokens_, "0123456789abcdef") + " " + pick(ids_, "0") + "\n";
    case 2: return std::string(pick(protocols));
    case 3: return "rename " + name() + "\n";
    case 4: return {};
    default: return next();
  }
}

}  // namespace confab::test
