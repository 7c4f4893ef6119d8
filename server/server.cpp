#include "server/server.hpp"

#include <algorithm>
#include <csignal>
#include <iterator>
#include <optional>
#include <pthread.h>
#include <stdexcept>

#include <asio/co_spawn.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/post.hpp>
#include <fmt/format.h>

#include "server/doors.hpp"
#include "server/fatal.hpp"
#include "server/listeners.hpp"
#include "server/net/completion.hpp"
#include "server/page/page.hpp"
#include "server/part_options.hpp"
#include "server/store/new_file.hpp"

namespace confab {
namespace {

constexpr auto flush_time = std::chrono::seconds(5);

std::vector<std::unique_ptr<asio::io_context>> make_contexts(const server_options& options) {
  // One thread runs each, so Asio needs no locks around its descriptors; posting from other threads stays allowed.
  // Where there is no other thread, it needs no locks at all (asio, concurrency_hint.hpp).
  const bool alone = options.threads == 1 && !options.chat.history && options.config_file.empty() && !options.tls.any();
  const int hint = alone ? ASIO_CONCURRENCY_HINT_UNSAFE : ASIO_CONCURRENCY_HINT_UNSAFE_IO;
  std::vector<std::unique_ptr<asio::io_context>> contexts;
  for (std::size_t i = 0; i < options.threads; ++i) contexts.push_back(std::make_unique<asio::io_context>(hint));
  return contexts;
}

}  // namespace

server::server(const server_options& options, std::shared_ptr<spdlog::logger> log, server_start how)
    : log_(std::move(log)),
      manager_(how.manager != nullptr ? *how.manager : nobody_),
      signs_(manager_),
      contexts_(make_contexts(options)),
      signals_(*contexts_[0]),
      options_(options),
      motd_(motd_of(options)),
      certificate_every_(how.certificate_every),
      listeners_(make_listeners(std::move(how.inherited))),
      broadcaster_(*contexts_[0], hub_options_of(options, motd_), options.threads),
      relief_(*contexts_[0], reserve_, log_,
              [this](bool is) { broadcaster_.turn([is](chat::hub& rules) { rules.short_of_memory(is); }); }),
      bridge_(open_history(options, how)),
      rooms_timer_(*contexts_[0]),
      rooms_every_(how.rooms_every) {
  // Not before: while a large history is looked at, a signal ends the process at once.
  signals_.add(SIGINT);
  signals_.add(SIGTERM);
  make_reload();
  for (std::uint32_t i = 0; i < options.threads; ++i) {
    shards_.push_back(std::make_unique<net::shard>(
        *contexts_[i], i, options.net, log_, [this](chat::inbound& batch) { return broadcaster_.receive(batch); }));
    shards_.back()->beat_every(signs_.beat());
  }
  if (manager_.tells()) broadcaster_.after_each_tick([this] { look_after(); });
}

// For doors; null while there is no certificate.
std::shared_ptr<const net::tls_keys> server::keys() const {
  return certificate_ == nullptr ? nullptr : certificate_->keys();
}

// Takes the first that there is; those after it are taken by it.
void server::need_certificate(const server_options& options, std::optional<tls_files>& read) {
  if (!read || certificate_ != nullptr) return;
  certificate_ = std::make_unique<certificate_watch>(*contexts_[0], log_, options.tls, *read, certificate_expires_,
                                                     certificate_every_);
}

// Those of the options in their order, then what was inherited.
std::vector<placed_listener> server::make_listeners(std::vector<inherited_socket> inherited) {
  auto read = tls_of(options_);
  need_certificate(options_, read);
  std::vector<placed_listener> last;
  std::vector<held_place> held;
  for (inherited_socket& each : inherited) {
    net::listening_socket socket(std::move(each.socket));
    listen_place place = place_of_inherited(options_, each.kind, socket.where());
    held.push_back({{}, socket.where(), true});
    held.back().place.kind = each.kind;
    last.push_back(make_listener(std::move(place), std::move(socket), options_));
    last.back().inherited = true;
  }
  std::vector<placed_listener> out;
  opened_places opened = open_places(options_, std::move(held));
  for (const std::string& each : opened.missed) log_->warn("{}", each);
  for (open_place& each : opened.open) {
    out.push_back(make_listener(std::move(each.place), std::move(each.socket), options_));
  }
  std::move(last.begin(), last.end(), std::back_inserter(out));
  return out;
}

std::shared_ptr<const net::web_entry> server::web_of(const server_options& options) const {
  return std::make_shared<const net::web_entry>(
      net::web_entry{page::files(), options.web, web_places_, options.web_proxies});
}

placed_listener server::make_listener(listen_place place, net::listening_socket socket, const server_options& options) {
  placed_listener out;
  out.place = std::move(place);
  if (is_for_chat(out.place.kind)) {
    out.chat = std::make_shared<net::listener>(*contexts_[0], std::move(socket), options.net, log_,
                                               door_of(out.place, keys(), web_of(options)));
    return out;
  }
  if (admin_ == nullptr) {
    admin_ = std::make_unique<admin>([this](const net::http_request& asked) { return pages_->answer(asked); }, log_);
  }
  out.desk = admin_->make(std::move(socket));
  return out;
}

void server::start(const placed_listener& which) {
  if (which.chat != nullptr) return which.chat->start(shards_, paused_listeners_);
  if (which.desk->is_open_to_strangers()) {
    log_->warn(
        "admin on {}: whoever reaches this address may read the metrics; "
        "127.0.0.1 or a unix socket keeps them for this machine",
        which.where());
  }
  admin_->open(which.desk);
}

// Any thread.
std::string_view server::why_not_ready() const noexcept {
  if (ending_.load(std::memory_order_relaxed)) return "the server is ending";
  if (paused_listeners_.value() > 0) return "nobody is accepted: out of files or memory";
  if (bridge_ != nullptr && !bridge_->writer().count().works) return "the history is not kept";
  return {};
}

std::unique_ptr<store_bridge> server::open_history(const server_options& options, const server_start& how) {
  if (!options.chat.history) return nullptr;
  const long_start patience(manager_, how.extend_every);
  try {
    // Whispers are kept too: a folder that we make is for us alone.
    store::make_private_folder(options.data_dir);
    store_bridge::handlers handlers;
    handlers.settled = [this](std::uint64_t number) { broadcaster_.settled(number); };
    handlers.answer = [this](const chat::query& asked, const store::page& found) {
      broadcaster_.turn([&](chat::hub& rules) { rules.answer(asked, found); });
    };
    handlers.keeping = [this](bool works) { broadcaster_.turn([works](chat::hub& rules) { rules.keeping(works); }); };
    auto opened = std::make_unique<store_bridge>(*contexts_[0], store_options_of(options), log_, std::move(handlers));
    opened->restore(broadcaster_.hub(), options.chat.replay);
    if (options.chat.resume_window.count() > 0) {
      const chat::moment now{std::chrono::steady_clock::now(), std::chrono::system_clock::now()};
      const auto since = std::chrono::floor<std::chrono::milliseconds>(now.wall - options.chat.resume_window);
      broadcaster_.hub().restore_tags(opened->tagged_since(since), now);
    }
    return opened;
  } catch (const std::exception& e) {
    throw std::runtime_error(no_history(options, e.what()));
  }
}

std::vector<std::string> server::where() const {
  std::vector<std::string> out;
  using enum listener_kind;
  for (const auto& [one, other] : {std::pair(line, tls), std::pair(web, webs), std::pair(admin, admin)}) {
    for (const placed_listener& each : listeners_) {
      const listener_kind kind = each.place.kind;
      if (kind == one || kind == other) out.push_back(title_of(kind) + "listening on " + each.where());
    }
  }
  return out;
}

std::vector<std::string> server::pages() const {
  std::vector<std::string> out;
  for (const placed_listener& each : listeners_) {
    const std::string where = each.where();
    if (!is_web(each.place.kind) || where.starts_with("unix")) continue;
    out.push_back((each.place.kind == listener_kind::webs ? "https://" : "http://") + where + "/");
  }
  return out;
}

void server::run() {
  net::broadcaster::carry_out requests;
  if (bridge_ != nullptr) {
    requests = [this](chat::store_requests& wanted) { return bridge_->carry_out(wanted); };
    asio::co_spawn(*contexts_[0], refresh_rooms(), net::rethrow);
  }
  relief_.start(shards_);
  broadcaster_.start(shards_, std::move(requests), &relief_);
  for (const auto& shard : shards_) shard->start();
  pages_ = std::make_unique<admin_pages>(
      metric_sources{shards_, broadcaster_.counters(), bridge_ != nullptr ? &bridge_->writer() : nullptr, reloads(),
                     std::chrono::system_clock::now(), &certificate_expires_},
      [this] { return why_not_ready(); });
  for (const placed_listener& each : listeners_) start(each);
  asio::co_spawn(*contexts_[0], wait_for_signal(), net::rethrow);
  for (std::size_t i = 1; i < contexts_.size(); ++i) {
    threads_.emplace_back([context = contexts_[i].get(), i] {
      ::pthread_setname_np(::pthread_self(), fmt::format("shard {}", i + 1).c_str());
      run_or_die(*context);
    });
  }
  if (reload_ != nullptr) reload_->start();
  if (certificate_ != nullptr) certificate_->start();
  if (admin_ != nullptr) admin_->start();
  manager_.ready();
  run_or_die(*contexts_[0]);
  for (std::thread& thread : threads_) thread.join();
  if (admin_ != nullptr) admin_->stop();
}

void server::look_after() {
  std::vector<vital_signs::clock::time_point> beats;
  for (const auto& shard : shards_) beats.push_back(shard->counted().last_beat.load(std::memory_order_relaxed));
  const net::hub_counters& hub = broadcaster_.counters();
  signs_.look(vital_signs::clock::now(), static_cast<std::size_t>(hub.users.value()),
              hub.last_turn.load(std::memory_order_relaxed), beats);
}

// A room that nobody is in stays as long as the history has something of it, and what is old is removed there.
asio::awaitable<void> server::refresh_rooms() {
  for (;;) {
    rooms_timer_.expires_after(rooms_every_);
    const auto [error] = co_await rooms_timer_.async_wait(net::as_result);
    if (error) co_return;
    bridge_->list_rooms([this](const std::vector<store::room_ref>& kept) {
      broadcaster_.turn([&kept](chat::hub& rules) { rules.kept_rooms(kept); });
    });
  }
}

asio::awaitable<void> server::wait_for_signal() {
  co_await signals_.async_wait(net::as_result);
  ending_ = true;
  log_->info("ending: telling everyone");
  manager_.stopping();
  // From here on a signal ends the process as it does any other.
  signals_.clear();
  if (reload_ != nullptr) reload_->end();
  for (const placed_listener& each : listeners_) {
    if (each.chat != nullptr) each.chat->stop();
  }
  for (const auto& shard : shards_) {
    asio::post(shard->context(), [&one = *shard] { one.close_entrance(); });
  }
  broadcaster_.say_goodbye();

  asio::steady_timer pause(*contexts_[0]);
  const auto deadline = std::chrono::steady_clock::now() + flush_time;
  const auto busy = [this] {
    std::size_t left = 0;
    for (const auto& shard : shards_) left += shard->size();
    return left != 0;
  };
  while (busy() && std::chrono::steady_clock::now() < deadline) {
    pause.expires_after(std::chrono::milliseconds(10));
    co_await pause.async_wait(net::as_result);
  }
  stop_threads();
}

void server::stop_threads() {
  broadcaster_.stop();
  if (reload_ != nullptr) reload_->stop();
  if (certificate_ != nullptr) certificate_->stop();
  rooms_timer_.cancel();
  for (const auto& shard : shards_) {
    asio::post(shard->context(), [&one = *shard] { one.stop(); });
  }
}

}  // namespace confab
