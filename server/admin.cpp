#include "server/admin.hpp"

#include <algorithm>
#include <pthread.h>
#include <utility>

#include <asio/post.hpp>

#include "server/fatal.hpp"
#include "server/net/address_scope.hpp"

namespace confab {

admin::place::place(asio::io_context& io, net::listening_socket socket, net::admin_listener::answerer answer,
                    std::shared_ptr<spdlog::logger> log)
    : socket_(std::move(socket)), listener_(io, socket_.descriptor(), std::move(answer), std::move(log)) {}

bool admin::place::is_open_to_strangers() const noexcept {
  return net::is_open_to_strangers(socket_.descriptor());
}

admin::admin(net::admin_listener::answerer answer, std::shared_ptr<spdlog::logger> log)
    : answer_(std::move(answer)), log_(std::move(log)), work_(io_.get_executor()) {}

admin::~admin() {
  stop();
}

std::shared_ptr<admin::place> admin::make(net::listening_socket socket) {
  return std::make_shared<place>(io_, std::move(socket), answer_, log_);
}

void admin::open(std::shared_ptr<place> where) {
  if (!thread_.joinable()) return open_.push_back(std::move(where));
  asio::post(io_, [this, where = std::move(where)] {
    where->listener_.start();
    open_.push_back(where);
  });
}

void admin::close(std::shared_ptr<place> where) {
  asio::post(io_, [this, where = std::move(where)] {
    std::erase_if(closed_, [](const auto& each) { return each->listener_.ended(); });
    std::erase(open_, where);
    where->listener_.stop();
    where->socket_.close();
    closed_.push_back(where);
  });
}

void admin::start() {
  if (thread_.joinable()) return;
  for (const auto& each : open_) each->listener_.start();
  thread_ = std::thread([this] {
    ::pthread_setname_np(::pthread_self(), "admin");
    run_or_die(io_);
  });
}

void admin::stop() {
  if (thread_.joinable()) {
    asio::post(io_, [this] {
      for (const auto& each : open_) {
        each->listener_.stop();
        each->socket_.close();
      }
      work_.reset();
    });
    thread_.join();
  }
  open_.clear();
  closed_.clear();
}

}  // namespace confab
