#include "server/net/http_request.hpp"

#include <algorithm>
#include <exception>
#include <iterator>

namespace confab::net {
namespace {

constexpr unsigned first_visible = 0x21;
constexpr unsigned last_visible = 0x7e;

bool is_visible(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= first_visible && byte <= last_visible;
}

char to_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::string_view http_request::field(std::string_view name) const noexcept {
  const auto found =
      std::find_if(fields.begin(), fields.end(), [name](const auto& each) { return each.first == name; });
  return found == fields.end() ? std::string_view() : std::string_view(found->second);
}

std::size_t http_request::count(std::string_view name) const noexcept {
  return static_cast<std::size_t>(
      std::count_if(fields.begin(), fields.end(), [name](const auto& each) { return each.first == name; }));
}

bool http_request::has_token(std::string_view name, std::string_view token) const {
  for (const auto& [known, value] : fields) {
    if (known != name) continue;
    std::string_view list = value;
    while (const auto item = next_item(list)) {
      if (lower(*item) == token) return true;
    }
  }
  return false;
}

std::optional<std::string_view> next_item(std::string_view& list) noexcept {
  constexpr std::string_view blanks = " \t";
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    std::string_view item = list.substr(0, comma);
    list.remove_prefix(std::min(comma + 1, list.size()));
    item.remove_prefix(std::min(item.find_first_not_of(blanks), item.size()));
    item = item.substr(0, item.find_last_not_of(blanks) + 1);
    if (!item.empty()) return item;
  }
  return std::nullopt;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), to_lower);
  return out;
}

/// What http-parser calls. It is C: no exception may pass through it.
struct http_request_reader::callbacks {
  template <class F>
  static int let(http_parser* parser, F f) noexcept {
    http_request_reader& reader = *static_cast<http_request_reader*>(parser->data);
    try {
      return f(reader);
    } catch (const std::exception&) {
      return reader.refuse(503);  // no memory
    }
  }
  static int target(http_parser* parser, const char* bytes, std::size_t size) {
    return let(parser, [&](http_request_reader& reader) {
      reader.target_.append(bytes, size);
      return 0;
    });
  }
  static int name(http_parser* parser, const char* bytes, std::size_t size) {
    return let(parser, [&](http_request_reader& reader) { return reader.take_name({bytes, size}); });
  }
  static int value(http_parser* parser, const char* bytes, std::size_t size) {
    return let(parser, [&](http_request_reader& reader) {
      reader.in_name_ = false;
      if (reader.too_many_) return 0;
      reader.request_.fields.back().second.append(bytes, size);
      return 0;
    });
  }
  static int end(http_parser* parser) {
    return let(parser, [](http_request_reader& reader) { return reader.end_head(); });
  }

  static http_parser_settings settings() noexcept {
    http_parser_settings all{};
    all.on_url = target;
    all.on_header_field = name;
    all.on_header_value = value;
    all.on_headers_complete = end;
    return all;
  }
};

http_request_reader::http_request_reader(std::size_t limit) : left_(limit) {
  http_parser_init(&parser_, HTTP_REQUEST);
}

std::size_t http_request_reader::feed(std::string_view bytes) {
  static const http_parser_settings settings = callbacks::settings();
  if (state_ != state::more || bytes.empty()) return 0;
  const std::string_view piece = bytes.substr(0, left_);
  parser_.data = this;
  std::size_t taken = http_parser_execute(&parser_, &settings, piece.data(), piece.size());
  // It stops at the last byte of the head, which is this LF (the library, as Debian builds it, takes any byte for it).
  if (state_ == state::complete && (taken == piece.size() || piece[taken++] != '\n')) refuse(400);
  left_ -= std::min(taken, left_);
  if (state_ != state::more) return taken;
  if (HTTP_PARSER_ERRNO(&parser_) != HPE_OK) {
    refuse(400);
  } else if (left_ == 0) {
    refuse(431);
  }
  return taken;
}

int http_request_reader::refuse(int status) noexcept {
  state_ = state::refused;
  status_ = status;
  return -1;
}

// The next part of a name, or the first of the next name. That there are too many is said at the end: what is no
// request is refused as that, wherever it is cut.
int http_request_reader::take_name(std::string_view name) {
  if (name.find(' ') != std::string_view::npos) return refuse(400);  // the library lets it pass
  if (!in_name_) {
    in_name_ = true;
    too_many_ = request_.fields.size() == max_fields;
    if (!too_many_) request_.fields.emplace_back();
  }
  if (too_many_) return 0;
  std::string& known = request_.fields.back().first;
  std::transform(name.begin(), name.end(), std::back_inserter(known), to_lower);
  return 0;
}

// Stops the parser in any case: what follows is no part of the head.
int http_request_reader::end_head() {
  if (too_many_) return refuse(431);
  if (parser_.http_major != 1) return refuse(505);
  if (parser_.method != HTTP_GET && parser_.method != HTTP_HEAD) return refuse(405);
  const bool has_length = (parser_.flags & F_CONTENTLENGTH) != 0 && parser_.content_length != 0;
  if (has_length || parser_.uses_transfer_encoding != 0) return refuse(400);
  if (!has_one_host() || !find_target()) return refuse(400);
  request_.head_only = parser_.method == HTTP_HEAD;
  request_.is_latest = parser_.http_minor >= 1;
  request_.keeps_alive = http_should_keep_alive(&parser_) != 0;
  state_ = state::complete;
  return -1;
}

bool http_request_reader::has_one_host() const noexcept {
  const std::size_t hosts = request_.count("host");
  return hosts == 1 || (hosts == 0 && parser_.http_minor == 0);
}

// Where it names a host the field of that name does not count (RFC 9112, section 3.2.2).
bool http_request_reader::find_target() {
  if (!std::all_of(target_.begin(), target_.end(), is_visible)) return false;
  http_parser_url parts;
  http_parser_url_init(&parts);
  if (http_parser_parse_url(target_.data(), target_.size(), 0, &parts) != 0) return false;
  const bool has_path = (parts.field_set & (1U << UF_PATH)) != 0;
  const auto& where = parts.field_data[UF_PATH];
  request_.path = has_path ? target_.substr(where.off, where.len) : "/";
  request_.host = request_.field("host");
  if ((parts.field_set & (1U << UF_HOST)) == 0) return true;
  const auto part = [&](http_parser_url_fields which) {
    return std::string_view(target_).substr(parts.field_data[which].off, parts.field_data[which].len);
  };
  const std::string_view name = part(UF_HOST);
  const bool v6 = name.find(':') != std::string_view::npos;
  request_.host = v6 ? '[' + std::string(name) + ']' : std::string(name);
  if ((parts.field_set & (1U << UF_PORT)) != 0) request_.host.append(":").append(part(UF_PORT));
  return true;
}

}  // namespace confab::net
