#pragma once

#include <cstddef>
#include <cstdint>
#include <http_parser.h>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace confab::net {

/// What somebody asks for over HTTP. It has been checked: see http_request_reader.
struct http_request {
  bool head_only = false;    ///< HEAD: the answer has no body. Otherwise it is a GET
  bool is_latest = false;    ///< HTTP/1.1, which can be upgraded, and not 1.0
  bool keeps_alive = false;  ///< whoever asks may ask again on this connection
  std::string path;          ///< from `/` on, as it was sent, in visible ASCII; without the query
  std::string host;          ///< whom it is for, as it was sent: NAME or NAME:PORT; of 1.0 perhaps empty
  /// In the order in which they came, names in lower case.
  std::vector<std::pair<std::string, std::string>> fields;

  /// The value of the first field of that name, in lower case; empty if there is none.
  std::string_view field(std::string_view name) const noexcept;
  /// How many fields of that name there are.
  std::size_t count(std::string_view name) const noexcept;
  /// Whether one of the fields of that name, each a list with commas, has `token`, in lower case, in whichever case.
  bool has_token(std::string_view name, std::string_view token) const;
};

/// The next item of a list with commas, without the blanks around it, which is taken off `list`; nothing when there is
/// none. Empty items are left out.
std::optional<std::string_view> next_item(std::string_view& list) noexcept;

/// In lower case, as far as it is ASCII.
std::string lower(std::string_view text);

/// Reads the head of one HTTP/1.x request, however it is cut; the syntax is http-parser's. What it lets through is a
/// GET or HEAD without a body, that says once which host it means (of 1.0 nobody expects it). It takes `limit` bytes,
/// of which nothing is kept but the request; the time limit is the caller's. Pure; copies are independent.
class http_request_reader {
 public:
  static constexpr std::size_t usual_limit = 8 * 1024;  ///< bytes of a head, with the empty line
  static constexpr std::size_t max_fields = 100;

  enum class state : std::uint8_t {
    more,      ///< not all is there yet
    complete,  ///< see request()
    refused,   ///< see status()
  };

  explicit http_request_reader(std::size_t limit = usual_limit);

  /// Reads on, and returns how many bytes it has taken: not those behind the head. Takes nothing once it has ended.
  std::size_t feed(std::string_view bytes);

  state now() const noexcept { return state_; }
  /// Why it is refused, as HTTP has it: 400 no request, or one with a body or without a host; 405 another method; 431
  /// too long, or too many fields; 503 no memory; 505 another version.
  int status() const noexcept { return status_; }
  /// What is complete.
  const http_request& request() const noexcept { return request_; }

 private:
  struct callbacks;
  int refuse(int status) noexcept;
  int take_name(std::string_view name);
  int end_head();
  bool has_one_host() const noexcept;
  bool find_target();

  http_parser parser_{};
  std::size_t left_;    // of the limit
  std::string target_;  // as it stands in the first line
  bool in_name_ = false;
  bool too_many_ = false;  // fields
  state state_ = state::more;
  int status_ = 0;
  http_request request_;
};

}  // namespace confab::net
