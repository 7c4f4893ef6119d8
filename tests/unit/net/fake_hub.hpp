#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/chat/inbound.hpp"

namespace confab::test {

/// Writes down what a shard tells the hub, as sentences: `join 0/1 ADDR`, with `speaks` behind it when a line follows,
/// and `secure`; `say 0/1 TEXT`; `verb 0/1 …` of other commands; `unfinished …`; `refused 0/1 CODE`; `leave 0/1
/// REASON`; `drained 0/1`. 0/1 is slot and generation.
class fake_hub {
 public:
  std::vector<std::string> heard;
  std::vector<std::size_t> max_lines;  // of those who joined

  void join(chat::session_ref session, std::string_view addr, bool speaks, std::size_t max_line, bool secure,
            wire_format as) {
    max_lines.push_back(max_line);
    heard.push_back("join " + name(session) + ' ' + std::string(addr) + (speaks ? " speaks" : "") +
                    (secure ? " secure" : "") + (as == wire_format::json ? " in JSON" : ""));
  }
  void apply(chat::session_ref session, const command& wanted, bool unfinished) {
    heard.push_back(std::string(unfinished ? "unfinished " : "") + what(wanted) + ' ' + name(session) + words(wanted));
  }
  void leave(chat::session_ref session, leave_reason reason) {
    heard.push_back("leave " + name(session) + ' ' + std::string(wire_word(reason)));
  }
  void drained(chat::session_ref session) { heard.push_back("drained " + name(session)); }

 private:
  static std::string name(chat::session_ref session) {
    return std::to_string(session.slot) + '/' + std::to_string(session.generation);
  }
  static std::string what(const command& wanted) {
    switch (wanted.is) {
      case command::kind::refused: return "refused";
      case command::kind::nothing: return "nothing";
      case command::kind::wanted: break;
    }
    return wanted.what == verb::say ? "say" : "verb";
  }
  static std::string words(const command& wanted) {
    if (wanted.is == command::kind::refused) return ' ' + std::string(wire_code(wanted.trouble));
    std::string out;
    for (const std::string_view each : {wanted.tag, wanted.word, wanted.text})
      if (!each.empty()) out.append(" ").append(each);
    return out;
  }
};

}  // namespace confab::test
