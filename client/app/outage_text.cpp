#include "client/app/outage_text.hpp"

#include <asio/error.hpp>

#include "client/ui/phrases.hpp"

namespace confab::client {
namespace {

std::string system_text(language lang, std::error_code failure) {
  const auto is = [failure](auto code) { return failure == make_error_code(code); };
  const auto text = [lang](phrase what) { return std::string(text_of(lang, what)); };
  if (!failure) return text(phrase::server_closed);
  if (is(asio::error::connection_refused)) return text(phrase::connect_refused);
  if (is(asio::error::timed_out)) return text(phrase::connect_timeout);
  if (is(asio::error::network_unreachable) || is(asio::error::host_unreachable)) return text(phrase::unreachable);
  if (is(asio::error::host_not_found) || is(asio::error::host_not_found_try_again)) return text(phrase::no_such_host);
  if (is(asio::error::connection_reset) || is(asio::error::broken_pipe)) return text(phrase::was_reset);
  return failure.message();
}

std::string bye_text(language lang, std::string_view bye) {
  if (bye == "idle") return std::string(text_of(lang, phrase::left_idle));
  if (bye == "slow") return std::string(text_of(lang, phrase::left_slow));
  if (bye == "kicked") return std::string(text_of(lang, phrase::left_kicked));
  if (bye == "shutdown") return std::string(text_of(lang, phrase::left_shutdown));
  return std::string(text_of(lang, phrase::server_closed));
}

std::string fault_text(language lang, const link_fault& fault) {
  switch (fault.what) {
    case fault::no_answer:
      if (!fault.detail.empty()) return say(lang, phrase::unreadable, fault.detail);
      return say(lang, phrase::no_answer, link::greeting_time.count());
    case fault::unreadable: return say(lang, phrase::unreadable, fault.detail);
    case fault::line_too_long: return say(lang, phrase::line_too_long, link::max_line);
    case fault::closed_early:
      if (fault.detail.empty()) break;
      return say(lang, phrase::closed_early, say(lang, phrase::unreadable, fault.detail));
    case fault::refused: return fault.bye.empty() ? explain(lang, fault.why) : bye_text(lang, fault.bye);
    case fault::silent: return std::string(text_of(lang, phrase::link_silent));
  }
  return fault.detail.empty() ? std::string(text_of(lang, phrase::server_closed)) : fault.detail;
}

/// Whether what is at the other end is another kind of server.
bool is_mismatch(const link_fault& fault) {
  switch (fault.what) {
    case fault::no_answer:
    case fault::unreadable:
    case fault::line_too_long: return true;
    case fault::closed_early: return !fault.detail.empty();
    case fault::refused:
    case fault::silent: break;
  }
  return false;
}

}  // namespace

std::string reason_of(language lang, const outage& why, std::string_view bye) {
  if (why.fault) return fault_text(lang, *why.fault);
  return bye.empty() || !why.connected ? system_text(lang, why.failure) : bye_text(lang, bye);
}

last_words describe_end(language lang, const outage& why, std::string_view bye, std::string_view where) {
  const std::string reason = reason_of(lang, why, bye);
  if (why.fault && !why.known && is_mismatch(*why.fault))
    return {exit_code::protocol, say(lang, phrase::mismatch, where, reason)};
  const bool was_in =
      why.connected && !(why.fault && (why.fault->what == fault::closed_early || why.fault->what == fault::refused));
  if (was_in) return {exit_code::unavailable, say(lang, phrase::lost, reason)};
  return {exit_code::unavailable, say(lang, phrase::cannot_connect, where, reason)};
}

}  // namespace confab::client
