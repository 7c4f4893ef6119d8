#include "server/net/web_answer.hpp"

#include <charconv>
#include <ctime>
#include <iterator>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace confab::net {
namespace {

// Nothing is loaded, sent or run that does not come from here, and no other page may show this one within itself.
constexpr std::string_view policy =
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'\r\n"
    "X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\nCross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n";
constexpr std::string_view only_secure = "Strict-Transport-Security: max-age=31536000\r\n";

// Up to the fields that say what the body is.
std::string begin(int status, bool closes, const web_manner& how) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(how.now);
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  std::string out =
      fmt::format("HTTP/1.1 {} {}\r\nDate: {:%a, %d %b %Y %H:%M:%S} GMT\r\n", status, words_of(status), utc);
  out += policy;
  if (how.secure) out += only_secure;
  if (closes) out += "Connection: close\r\n";
  return out;
}

// `gzip`, unless it comes with a quality of 0 (RFC 9110, section 12.5.3).
bool takes_gzip(const http_request& asked) {
  for (const auto& [name, value] : asked.fields) {
    if (name != "accept-encoding") continue;
    std::string_view list = value;
    while (const auto item = next_item(list)) {
      const std::string folded = lower(*item);
      const std::string_view coding = std::string_view(folded).substr(0, folded.find(';'));
      if (coding.substr(0, coding.find_last_not_of(" \t") + 1) != "gzip") continue;
      const std::size_t quality = folded.find("q=");
      return quality == std::string::npos || folded.find_first_not_of("0.", quality + 2) < folded.size();
    }
  }
  return false;
}

// Whether the list of marks that whoever asks knows already has this one (RFC 9110, section 13.1.2).
bool is_known(const http_request& asked, std::string_view mark) {
  for (const auto& [name, value] : asked.fields) {
    if (name != "if-none-match") continue;
    std::string_view list = value;
    while (auto item = next_item(list)) {
      if (item->starts_with("W/")) item->remove_prefix(2);
      if (*item == mark || *item == "*") return true;
    }
  }
  return false;
}

}  // namespace

web_answer answer_with_file(const http_request& asked, std::span<const web_file> files, const web_manner& how) {
  const web_file* const found = find_file(files, asked.path);
  if (found == nullptr) return answer_with(refusal_of(404), asked.head_only, how);
  const bool compressed = !found->gzip.empty() && takes_gzip(asked);
  const std::string mark = fmt::format("\"{}{}\"", found->mark, compressed ? "-gzip" : "");
  web_answer out;
  out.status = is_known(asked, mark) ? 304 : 200;
  out.closes = how.last || !asked.keeps_alive;
  out.head = begin(out.status, out.closes, how);
  fmt::format_to(std::back_inserter(out.head), "ETag: {}\r\nCache-Control: no-cache\r\nVary: Accept-Encoding\r\n",
                 mark);
  if (!out.closes && !asked.is_latest) out.head += "Connection: keep-alive\r\n";
  if (out.status == 200) {
    const std::string_view bytes = compressed ? found->gzip : found->bytes;
    fmt::format_to(std::back_inserter(out.head), "Content-Type: {}\r\n{}Content-Length: {}\r\n", found->type,
                   compressed ? "Content-Encoding: gzip\r\n" : "", bytes.size());
    if (!asked.head_only) out.file = bytes;
  }
  out.head += "\r\n";
  return out;
}

web_answer answer_with(const http_answer& what, bool head_only, const web_manner& how) {
  web_answer out;
  out.status = what.status;
  out.closes = true;
  out.head = begin(what.status, true, how);
  fmt::format_to(std::back_inserter(out.head), "Content-Type: {}\r\nContent-Length: {}\r\nCache-Control: no-store\r\n",
                 what.type, what.body.size());
  out.head += extra_fields(what.status);
  out.head += "\r\n";
  if (!head_only) out.own_body = what.body;
  return out;
}

}  // namespace confab::net
