#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <fcntl.h>
#include <iostream>
#include <stdexcept>
#include <string>
#include <sys/stat.h>
#include <utility>
#include <variant>
#include <vector>

#include "common/arguments.hpp"
#include "common/standard_streams.hpp"
#include "common/version.hpp"
#include "server/config_check.hpp"
#include "server/fatal.hpp"
#include "server/file_limit.hpp"
#include "server/inherited_sockets.hpp"
#include "server/log.hpp"
#include "server/notifier.hpp"
#include "server/options.hpp"
#include "server/part_options.hpp"
#include "server/reload.hpp"
#include "server/reload_request.hpp"
#include "server/server.hpp"
#include "server/store/backup.hpp"
#include "server/store/check.hpp"
#include "server/store/export.hpp"
#include "server/store/restore.hpp"

namespace {

constexpr std::chrono::seconds reload_patience{60};

// --reload: 0 when the server with that number has taken over what its file says now.
int reload(const confab::server_options& options) {
  const confab::reload_answer heard = confab::ask_to_reload(options.reload, reload_patience);
  if (heard.done) {
    std::puts(heard.text.c_str());
    return 0;
  }
  std::fprintf(stderr, "server: not reloaded, nothing has changed: %s\n", heard.text.c_str());
  return 1;
}

// --check-data: 0 when the history is whole.
int check_data(const confab::server_options& options) {
  const auto wrong = confab::store::check(confab::store_options_of(options));
  for (const std::string& each : wrong) std::fprintf(stderr, "%s\n", each.c_str());
  if (wrong.empty()) std::puts("the history is whole");
  return wrong.empty() ? 0 : 1;
}

std::string messages(std::uint64_t count) {
  return std::to_string(count) + (count == 1 ? " message" : " messages");
}

std::string places(std::uint64_t count) {
  return std::to_string(count) + (count == 1 ? " place" : " places");
}

// 0 when all of it could be read.
int export_history(const confab::server_options& options) {
  const confab::store::options history = confab::store_options_of(options);
  const confab::store::export_result done = options.export_file == "-"
                                                ? confab::store::export_messages(history, std::cout)
                                                : confab::store::export_to_file(history, options.export_file);
  std::fprintf(stderr, "%s\n", messages(done.messages).c_str());
  if (done.gaps == 0) return 0;
  std::fprintf(stderr, "the history is damaged in %s, which may have had %s%s%s\n", places(done.gaps).c_str(),
               done.missing > 0 ? "up to " : "", done.missing > 0 ? messages(done.missing).c_str() : "any number",
               done.to_the_end && done.missing > 0 ? ", and whatever came after the last" : "");
  return 1;
}

int back_up(const confab::server_options& options) {
  const std::uint64_t count = confab::store::back_up(confab::store_options_of(options), options.backup_dir);
  std::printf("%s backed up to %s\n", messages(count).c_str(), options.backup_dir.c_str());
  return 0;
}

int restore(const confab::server_options& options) {
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const auto done = confab::store::restore(confab::store_options_of(options), options.restore_dir, now);
  std::printf("%s restored from %s\n", messages(done.messages).c_str(), options.restore_dir.c_str());
  if (!done.aside.empty()) std::printf("what was there is now in %s\n", done.aside.c_str());
  return 0;
}

// Empty, or why a server would not start.
std::string fault_of_start(const confab::server_options& options) try {
  confab::raise_file_limit(options);
  return confab::why_not_to_start(options);
} catch (const std::runtime_error& failed) {
  return failed.what();
}

// --check-config: 0 when the server would start.
int check_config(const confab::server_options& options) {
  const std::string why = fault_of_start(options);
  if (why.empty()) {
    std::puts("the server can start like this");
    return 0;
  }
  std::fprintf(stderr, "server: cannot serve: %s\n", why.c_str());
  return 2;
}

using sockets = std::vector<confab::inherited_socket>;

confab::inherited_counts count(const std::variant<sockets, std::string>& inherited) {
  confab::inherited_counts out;
  const auto* const all = std::get_if<sockets>(&inherited);
  if (all == nullptr) return out;
  for (const confab::inherited_socket& each : *all) {
    switch (each.kind) {
      case confab::listener_kind::line: ++out.lines; break;
      case confab::listener_kind::tls: ++out.tls; break;
      case confab::listener_kind::web: ++out.web; break;
      case confab::listener_kind::webs: ++out.webs; break;
      case confab::listener_kind::admin: ++out.admin; break;
    }
  }
  return out;
}

int serve(const confab::server_options& options, sockets inherited, confab::notifier& manager) {
  const auto log = confab::make_log(options.log);
  confab::report_fatal_exceptions(log);
  int code = 0;
  try {
    const std::string few_files = confab::raise_file_limit(options);
    if (!few_files.empty()) log->warn("{}", few_files);
    confab::server server(options, log, {.inherited = std::move(inherited), .manager = &manager});
    for (const std::string& each : server.where()) std::printf("%s\n", each.c_str());
    std::fflush(stdout);
    for (const std::string& each : server.pages()) log->info("page at {}", each);
    log->info("confab {}, threads: {}", confab::version, options.threads);
    server.run();
  } catch (const std::exception& e) {
    confab::say_at_once((std::string("cannot serve: ") + e.what()).c_str());
    code = 1;
  }
  confab::end_log();
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  confab::block_hangups();  // one that comes early is not to end a server that would reload
  confab::fill_standard_streams(O_RDWR);
  ::umask(077);  // whatever is written is for us alone: whispers are in it
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is a failed write, as on a full disk
  auto manager = confab::notifier::from_environment();
  auto inherited = confab::take_inherited_sockets();
  const auto arguments = confab::normal_arguments(argc, argv);
  const auto parsed = confab::parse_server_options(arguments, count(inherited));
  if (const auto* exit = std::get_if<confab::early_exit>(&parsed)) {
    std::fputs(exit->text.c_str(), exit->code == 0 ? stdout : stderr);
    return exit->code;
  }
  if (const auto* const wrong = std::get_if<std::string>(&inherited)) {
    std::fprintf(stderr, "server: %s\n", wrong->c_str());
    return 2;
  }
  const auto& options = std::get<confab::server_options>(parsed);
  if (options.config_file.empty() || !options.serves()) confab::unblock_hangups();
  try {
    if (options.check_config) return check_config(options);
    if (options.reload != 0) return reload(options);
    if (options.check_data) return check_data(options);
    if (!options.export_file.empty()) return export_history(options);
    if (!options.backup_dir.empty()) return back_up(options);
    if (!options.restore_dir.empty()) return restore(options);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "server: %s\n", e.what());
    return 1;
  }
  return serve(options, std::get<sockets>(std::move(inherited)), manager);
}
