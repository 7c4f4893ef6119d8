#include "server/part_options.hpp"

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <sys/random.h>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "common/safe_text.hpp"
#include "server/motd.hpp"

namespace confab {
namespace {

// Bytes that nobody can guess, in hexadecimal.
std::string random_hex(std::size_t bytes) {
  std::vector<unsigned char> random(bytes);
  if (::getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(bytes)) {
    throw std::system_error(errno, std::generic_category(), "getrandom");
  }
  return fmt::format("{:02x}", fmt::join(random, ""));
}

}  // namespace

std::vector<std::string> motd_of(const server_options& options) try {
  return read_motd(options.motd_file);
} catch (const std::runtime_error& failed) {
  throw std::runtime_error(where_given(options, "motd") + failed.what());
}

std::optional<tls_files> tls_of(const server_options& options) {
  const auto first = std::find_if(options.listen.begin(), options.listen.end(),
                                  [](const listen_place& each) { return needs_tls(each.kind); });
  const bool needed = first != options.listen.end() || options.inherited.tls + options.inherited.webs > 0;
  if (options.tls.certificate.empty() && options.tls.key.empty()) {
    if (!needed) return std::nullopt;
    const bool inherited = first == options.listen.end();
    throw std::runtime_error(
        inherited
            ? "the socket for tls that was inherited needs a certificate: --tls-cert FILE and --tls-key FILE"
            : fmt::format("{}--listen {} needs a certificate: --tls-cert FILE and --tls-key FILE",
                          where_given(options, "listen", static_cast<std::size_t>(first - options.listen.begin())),
                          to_string(*first)));
  }
  if (options.tls.key.empty()) {
    throw std::runtime_error(where_given(options, "tls-cert") + "--tls-cert needs the key, too: --tls-key FILE");
  }
  if (options.tls.certificate.empty()) {
    throw std::runtime_error(where_given(options, "tls-key") + "--tls-key needs the certificate, too: --tls-cert FILE");
  }
  auto read = read_tls_files(options.tls);
  if (const auto* const wrong = std::get_if<tls_files_fault>(&read)) {
    const std::string key = wrong->of_key ? "tls-key" : "tls-cert";
    throw std::runtime_error(fmt::format("{}--{} {}", where_given(options, key), key, wrong->why));
  }
  return std::get<tls_files>(std::move(read));
}

chat::hub_options changed_hub_options(const server_options& options, std::vector<std::string> motd) {
  chat::hub_options out = options.chat;
  out.server_name = make_safe(out.server_name);
  out.max_line = options.net.max_line;
  out.send_queue = std::min(options.net.send_queue, chat::hub_options::most_send_queue);
  out.motd = std::move(motd);
  return out;
}

chat::hub_options hub_options_of(const server_options& options, std::vector<std::string> motd) {
  chat::hub_options out = changed_hub_options(options, std::move(motd));
  out.instance_id = random_hex(8);
  out.make_token = [] { return random_hex(16); };
  return out;
}

chat::hub_options hub_options_of(const server_options& options) {
  return hub_options_of(options, motd_of(options));
}

std::string no_history(const server_options& options, std::string_view why) {
  return fmt::format("{}no history in {}: {} (see --data-dir and --history off)", where_given(options, "data-dir"),
                     options.data_dir, why);
}

store::options store_options_of(const server_options& options) {
  store::options out = options.store;
  out.file = std::filesystem::path(options.data_dir) / "history.db";
  return out;
}

}  // namespace confab
