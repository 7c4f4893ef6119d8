#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>
#include <spdlog/logger.h>

#include "server/admin.hpp"
#include "server/admin_pages.hpp"
#include "server/certificate_watch.hpp"
#include "server/inherited_sockets.hpp"
#include "server/listen_option.hpp"
#include "server/long_start.hpp"
#include "server/net/broadcaster.hpp"
#include "server/net/listener.hpp"
#include "server/net/shard.hpp"
#include "server/notifier.hpp"
#include "server/options.hpp"
#include "server/reload.hpp"
#include "server/store_bridge.hpp"
#include "server/vital_signs.hpp"

namespace confab {

/// What a start takes besides options; all of it may be left out.
struct server_start {
  std::vector<inherited_socket> inherited{};  ///< listened on besides what the options name
  notifier* manager = nullptr;                ///< whom to tell how the server is; must live as long as it does
  /// How often rooms that nobody is in and nothing is kept of any more are dropped.
  std::chrono::milliseconds rooms_every = std::chrono::minutes(10);
  std::chrono::milliseconds extend_every = long_start::interval;  ///< see long_start
  /// How often it is looked whether the files of the certificate have become others.
  std::chrono::milliseconds certificate_every = certificate_watch::usual_period;
};

/// A listener, and the place that options name for it.
struct placed_listener {
  listen_place place;
  bool inherited = false;               ///< and stays; see place_of_inherited()
  std::shared_ptr<net::listener> chat;  ///< either this
  std::shared_ptr<admin::place> desk;   ///< or that

  const std::string& where() const noexcept { return chat != nullptr ? chat->where() : desk->where(); }
  bool is(const placed_listener& other) const noexcept { return chat == other.chat && desk == other.desk; }
};

/// The whole server: its listeners, a shard a thread, the broadcaster on the first of them, the admin listeners on a
/// thread of their own, and the signals that end it. Made and run on the main thread, which is the first shard's.
class server {
 public:
  /// Binds. Throws std::runtime_error when it cannot listen everywhere it is to, or cannot read the message of the day
  /// or the history.
  server(const server_options& options, std::shared_ptr<spdlog::logger> log, server_start how = {});

  /// Where it listens: a line for each, `listening on` and net::listening_socket::where(). First those for lines, then
  /// those of the web, then those that are for no chat, with title_of() in front; each in the order of the options, and
  /// then what was inherited.
  std::vector<std::string> where() const;

  /// The addresses of the page, for browsers.
  std::vector<std::string> pages() const;

  /// Serves until SIGINT or SIGTERM, then tells everyone and flushes for a while. A second signal ends the process at
  /// once. SIGHUP reads the configuration file again, if there is one; else, unless it is ignored, it is as SIGTERM.
  void run();

  /// How often that was done; null without a configuration file.
  const reload_counts* reloads() const noexcept { return reload_ == nullptr ? nullptr : &reload_->counts(); }

 private:
  reload_news take_over(reload_input fresh);
  reload_base describe() const;
  std::vector<placed_listener> wanted_listeners(std::vector<open_place> fresh, const server_options& options);
  void change_listeners(std::vector<placed_listener> wanted);
  void make_reload();
  void need_certificate(const server_options& options, std::optional<tls_files>& read);
  std::shared_ptr<const net::tls_keys> keys() const;
  void use_certificate(reload_plan& plan, std::optional<tls_files> read);
  asio::awaitable<void> wait_for_signal();
  asio::awaitable<void> refresh_rooms();
  std::unique_ptr<store_bridge> open_history(const server_options& options, const server_start& how);
  void look_after();
  std::vector<placed_listener> make_listeners(std::vector<inherited_socket> inherited);
  placed_listener make_listener(listen_place place, net::listening_socket socket, const server_options& options);
  std::shared_ptr<const net::web_entry> web_of(const server_options& options) const;
  void start(const placed_listener& which);
  std::string_view why_not_ready() const noexcept;
  void stop_threads();

  std::shared_ptr<spdlog::logger> log_;
  notifier nobody_;
  notifier& manager_;
  vital_signs signs_;
  std::vector<std::unique_ptr<asio::io_context>> contexts_;  // one a shard; the first is the main thread's
  asio::signal_set signals_;
  server_options options_;  // in force
  std::vector<std::string> motd_;
  std::chrono::milliseconds certificate_every_;
  std::atomic<std::int64_t> certificate_expires_{0};
  std::unique_ptr<certificate_watch> certificate_;  // none as long as none was named
  std::shared_ptr<net::web_places> web_places_ = std::make_shared<net::web_places>();
  std::unique_ptr<admin> admin_;  // none as long as there was no such listener
  std::vector<placed_listener> listeners_;
  std::vector<std::shared_ptr<net::listener>> retired_;  // until they have ended
  net::broadcaster broadcaster_;
  net::memory_reserve reserve_;
  net::relief relief_;
  std::unique_ptr<store_bridge> bridge_;  // none with --history off
  asio::steady_timer rooms_timer_;
  std::chrono::milliseconds rooms_every_;
  std::vector<std::unique_ptr<net::shard>> shards_;
  std::vector<std::thread> threads_;
  std::unique_ptr<reload> reload_;  // none without --config
  metrics::number paused_listeners_;
  std::atomic<bool> ending_{false};
  std::unique_ptr<admin_pages> pages_;  // once it runs; they look at all of the above
};

}  // namespace confab
