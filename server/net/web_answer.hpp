#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>

#include "server/net/http_answer.hpp"
#include "server/net/http_request.hpp"
#include "server/net/web_file.hpp"

/// What a web listener answers to whoever asks for a page. Pure; any thread.
namespace confab::net {

/// An answer on the wire: the head, and then the body, which is not copied.
struct web_answer {
  int status = 200;
  std::string head;
  std::string own_body;   ///< of an answer that is no file
  std::string_view file;  ///< of one that is, and lives as long as that
  bool closes = false;    ///< the connection ends with it

  std::string_view body() const noexcept { return own_body.empty() ? file : std::string_view(own_body); }
};

/// How it is answered.
struct web_manner {
  std::chrono::system_clock::time_point now;
  bool secure = false;  ///< over TLS: browsers are told to come back in no other way
  bool last = false;    ///< no other question is taken on this connection
};

/// The file that is asked for, in the form that is: whole, compressed, or not at all, since whoever asks has it already
/// (304). 404 where there is none.
web_answer answer_with_file(const http_request& asked, std::span<const web_file> files, const web_manner& how);

/// An answer that is not a file: a refusal, in words. `head_only` leaves out the body. The connection ends with it.
web_answer answer_with(const http_answer& what, bool head_only, const web_manner& how);

}  // namespace confab::net
