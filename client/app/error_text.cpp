#include "client/app/error_text.hpp"

#include <asio/error.hpp>

#include "client/ui/ui_messages.hpp"
#include "common/safe_text.hpp"

namespace confab::client {
namespace {

std::string system_text(language lang, std::error_code failure) {
  const auto is = [failure](auto code) { return failure == make_error_code(code); };
  const auto text = [lang](ui_message what) { return std::string(text_of(lang, what)); };
  if (!failure) return text(ui_message::server_closed);
  if (is(asio::error::connection_refused)) return text(ui_message::connect_refused);
  if (is(asio::error::timed_out)) return text(ui_message::connect_timeout);
  if (is(asio::error::network_unreachable) || is(asio::error::host_unreachable)) return text(ui_message::unreachable);
  if (is(asio::error::host_not_found) || is(asio::error::host_not_found_try_again))
    return text(ui_message::no_such_host);
  if (is(asio::error::connection_reset) || is(asio::error::broken_pipe)) return text(ui_message::was_reset);
  return failure.message();
}

std::string bye_text(language lang, std::string_view bye) {
  if (bye == "idle") return std::string(text_of(lang, ui_message::left_idle));
  if (bye == "slow") return std::string(text_of(lang, ui_message::left_slow));
  if (bye == "kicked") return std::string(text_of(lang, ui_message::left_kicked));
  if (bye == "shutdown") return std::string(text_of(lang, ui_message::left_shutdown));
  return std::string(text_of(lang, ui_message::server_closed));
}

std::string fault_text(language lang, const link_fault& fault) {
  switch (fault.what) {
    case fault::no_answer:
      if (!fault.detail.empty()) return format(lang, ui_message::unreadable, fault.detail);
      return format(lang, ui_message::no_answer, link::greeting_time.count());
    case fault::unreadable: return format(lang, ui_message::unreadable, fault.detail);
    case fault::line_too_long: return format(lang, ui_message::line_too_long, link::max_line);
    case fault::closed_early:
      if (fault.detail.empty()) break;
      return format(lang, ui_message::closed_early, format(lang, ui_message::unreadable, fault.detail));
    case fault::refused: return fault.bye.empty() ? explain(lang, fault.why) : bye_text(lang, fault.bye);
    case fault::silent: return std::string(text_of(lang, ui_message::link_silent));
  }
  return fault.detail.empty() ? std::string(text_of(lang, ui_message::server_closed)) : fault.detail;
}

std::string tls_text(language lang, const tls_fault& fault) {
  std::string detail = make_safe(fault.detail);
  switch (fault.what) {
    case tls_trouble::bad_ca: return format(lang, ui_message::tls_bad_ca, make_safe(fault.file), detail);
    case tls_trouble::not_tls: return std::string(text_of(lang, ui_message::tls_not_tls));
    case tls_trouble::untrusted: return format(lang, ui_message::tls_untrusted, fault.fingerprint);
    case tls_trouble::expired: return format(lang, ui_message::tls_expired, detail);
    case tls_trouble::not_yet_valid: return format(lang, ui_message::tls_not_yet_valid, detail);
    case tls_trouble::wrong_host:
      if (detail.empty()) return format(lang, ui_message::tls_no_host, fault.fingerprint);
      return format(lang, ui_message::tls_wrong_host, detail);
    case tls_trouble::wrong_pin: return format(lang, ui_message::tls_wrong_pin, fault.fingerprint);
    case tls_trouble::failed: return format(lang, ui_message::tls_failed, detail);
  }
  return detail;
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

/// What a server looks like that waits for TLS, to who speaks none.
bool is_silent_end(const outage& why) {
  return why.fault && why.fault->what == fault::closed_early && why.fault->detail.empty() && !why.known && !why.secured;
}

/// Whether the server has said that it waits for TLS, in the words of server/net/first_line.cpp.
bool wants_tls(const outage& why) {
  return why.fault && why.fault->detail.starts_with("This port speaks TLS") && !why.known && !why.secured;
}

}  // namespace

std::string reason_of(language lang, const outage& why, std::string_view bye) {
  if (why.tls) return tls_text(lang, *why.tls);
  if (wants_tls(why)) return std::string(text_of(lang, ui_message::tls_wanted));
  if (is_silent_end(why)) return std::string(text_of(lang, ui_message::closed_silently));
  if (why.fault) return fault_text(lang, *why.fault);
  return bye.empty() || !why.connected ? system_text(lang, why.failure) : bye_text(lang, bye);
}

last_words describe_end(language lang, const outage& why, std::string_view bye, std::string_view where) {
  const std::string reason = reason_of(lang, why, bye);
  if (why.tls && !why.known) {
    const bool ours = why.tls->what == tls_trouble::bad_ca;
    return {ours ? exit_code::usage : exit_code::protocol,
            ours ? reason : format(lang, ui_message::cannot_connect, where, reason)};
  }
  if (wants_tls(why)) return {exit_code::protocol, format(lang, ui_message::cannot_connect, where, reason)};
  if (why.fault && !why.known && is_mismatch(*why.fault))
    return {exit_code::protocol, format(lang, ui_message::mismatch, where, reason)};
  const bool was_in =
      why.connected && !(why.fault && (why.fault->what == fault::closed_early || why.fault->what == fault::refused));
  if (was_in) return {exit_code::unavailable, format(lang, ui_message::lost, reason)};
  return {exit_code::unavailable, format(lang, ui_message::cannot_connect, where, reason)};
}

}  // namespace confab::client
