#include "server/tls_files.hpp"

#include <cerrno>
#include <cstddef>
#include <ctime>
#include <string_view>
#include <sys/stat.h>
#include <system_error>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "common/plain_file.hpp"
#include "common/safe_text.hpp"

namespace confab {
namespace {

constexpr std::size_t most_bytes = 1024 * 1024;  // of a file; a long chain has some 20 KiB

file_stamp stamp_of(const std::string& file) {
  struct stat about {};
  if (::stat(file.c_str(), &about) != 0) return {};
  constexpr std::int64_t nanoseconds = 1'000'000'000;
  return {about.st_dev, about.st_ino, about.st_size, about.st_mtim.tv_sec * nanoseconds + about.st_mtim.tv_nsec};
}

std::string explain(const file_fault& fault) {
  using kind = file_fault::kind;
  switch (fault.what) {
    case kind::none_there: return "there is no such file";
    case kind::not_plain: return "this is no plain file";
    case kind::too_large: return fmt::format("this has more than {} bytes: it is something else", most_bytes);
    case kind::unreadable: break;
  }
  const std::string reason = std::generic_category().message(fault.error);
  return fault.error == EACCES ? reason + ": the user that the server runs as must be allowed to read it" : reason;
}

tls_files_fault fault_in(const tls_options& options, bool of_key, std::string_view why) {
  return {of_key, make_safe(fmt::format("{}: {}", of_key ? options.key : options.certificate, why))};
}

}  // namespace

tls_stamps stamps_of(const tls_options& options) {
  return {stamp_of(options.certificate), stamp_of(options.key)};
}

std::variant<tls_files, tls_files_fault> read_tls_files(const tls_options& options) {
  const tls_stamps stamps = stamps_of(options);
  const auto certificate = read_plain_file(options.certificate, most_bytes);
  if (const auto* const wrong = std::get_if<file_fault>(&certificate)) return fault_in(options, false, explain(*wrong));
  const auto key = read_plain_file(options.key, most_bytes);
  if (const auto* const wrong = std::get_if<file_fault>(&key)) return fault_in(options, true, explain(*wrong));
  auto made = net::tls_context::make(std::get<std::string>(certificate), std::get<std::string>(key), options.least);
  if (const auto* const wrong = std::get_if<net::tls_fault>(&made)) return fault_in(options, wrong->of_key, wrong->why);
  return tls_files{std::get<std::shared_ptr<const net::tls_context>>(std::move(made)), stamps};
}

std::string why_not_instead(const net::tls_context& fresh, const net::tls_context& now,
                            std::chrono::system_clock::time_point today) {
  const auto is_valid = [&](const net::tls_context& which) {
    return which.begins() <= today && today < which.expires();
  };
  if (is_valid(fresh) || !is_valid(now)) return {};
  return fresh.expires() <= today
             ? fmt::format("it expired on {}, and the one in use is valid", day_of(fresh.expires()))
             : fmt::format("it is not valid before {}, and the one in use is", day_of(fresh.begins()));
}

std::string day_of(std::chrono::system_clock::time_point when) {
  return fmt::format("{:%Y-%m-%d}", fmt::gmtime(std::chrono::system_clock::to_time_t(when)));
}

}  // namespace confab
