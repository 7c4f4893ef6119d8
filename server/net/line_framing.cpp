#include "server/net/line_framing.hpp"

#include <utility>

#include "common/opening.hpp"
#include "common/utf8.hpp"

namespace confab::net {

std::string_view line_framing::feed(std::string_view piece) {
  if (first_line_ && !signature_.known()) {
    switch (signature_.take(piece)) {
      case proxy_signature::verdict::open: return {};
      case proxy_signature::verdict::whole: speaks_ = protocol::proxy_header; return {};
      case proxy_signature::verdict::other: break;
    }
    if (!signature_.waits().empty()) {
      decoder_.feed(signature_.waits());
      return piece;
    }
  }
  if (first_line_ && !decoder_.mid_line() && is_tls_hello(piece)) {
    speaks_ = protocol::tls;
  } else {
    decoder_.feed(piece);
  }
  return {};
}

void line_framing::end() {
  ended_ = true;
  if (!first_line_ || signature_.known()) return;
  signature_.end();
  decoder_.feed(signature_.waits());
}

line_framing::event line_framing::next() {
  if (speaks_ != protocol::chat) return event::stranger;
  line_decoder::event what = decoder_.next();
  if (what == line_decoder::event::line && !first_line_) return event::line;  // the usual case
  if (what == line_decoder::event::need_more && ended_) {
    what = decoder_.finish();
    unfinished_ = true;
  }
  return judge(what);
}

line_framing::event line_framing::judge(line_decoder::event what) {
  switch (what) {
    case line_decoder::event::need_more: return event::need_more;
    case line_decoder::event::overrun: return event::overrun;
    case line_decoder::event::line:
      if (!first_line_) return event::line;
      // Blank lines may come before a request (RFC 9112, section 2.2).
      first_line_ = utf8::trim(line()).empty();
      speaks_ = protocol_of(line(), true);
      return speaks_ == protocol::chat ? event::line : event::stranger;
    case line_decoder::event::too_long:
      // The headers of a request whose first line is too long would be said to all, cookies included.
      if (std::exchange(first_line_, false)) speaks_ = protocol_of(line(), false);
      return speaks_ == protocol::chat ? event::too_long : event::stranger;
  }
  return event::need_more;
}

// What the first line, or its start, says that the peer speaks.
line_framing::protocol line_framing::protocol_of(std::string_view first_line, bool whole) const noexcept {
  first_line.remove_prefix(leading_nothing(first_line));
  if (is_proxy_header(first_line)) return protocol::proxy_header;
  if (is_ssh_banner(first_line)) return protocol::ssh;
  if (whole ? is_http_request(first_line) : is_http_start(first_line)) return protocol::http;
  return protocol::chat;
}

line_framing::stranger line_framing::who() const noexcept {
  switch (speaks_) {
    case protocol::proxy_header: return {"a PROXY header, and no proxy is known there (see proxy= of --listen)", {}};
    case protocol::tls: return {"a TLS handshake on a plain port", {}};
    case protocol::ssh: return {"an SSH client on a plain port", {}};
    case protocol::http: return {"an HTTP request", http_refusal()};
    case protocol::chat: break;
  }
  return {};
}

}  // namespace confab::net
