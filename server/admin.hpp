#pragma once

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <spdlog/logger.h>

#include "server/net/admin_listener.hpp"
#include "server/net/listening_socket.hpp"

namespace confab {

/// The admin listeners, on a thread of their own: they answer when the chat's threads are stuck, and what they cost is
/// not the chat's. All calls are made on the main thread.
class admin {
 public:
  /// A place to ask, and its listener.
  class place {
   public:
    place(asio::io_context& io, net::listening_socket socket, net::admin_listener::answerer answer,
          std::shared_ptr<spdlog::logger> log);

    /// See net::listening_socket::where(). Any thread.
    const std::string& where() const noexcept { return socket_.where(); }
    /// Whether strangers may reach it, see net::is_open_to_strangers(). Before it is open.
    bool is_open_to_strangers() const noexcept;

   private:
    friend class admin;
    net::listening_socket socket_;
    net::admin_listener listener_;  // of that socket
  };

  /// `answer` is called on the thread of this.
  admin(net::admin_listener::answerer answer, std::shared_ptr<spdlog::logger> log);
  /// As stop().
  ~admin();
  admin(const admin&) = delete;
  admin& operator=(const admin&) = delete;

  /// Takes over a socket that listens already; those who connect wait. Throws std::system_error when it cannot be
  /// watched. All places must have gone before this goes.
  std::shared_ptr<place> make(net::listening_socket socket);
  /// From now on, but not before start(), they are answered.
  void open(std::shared_ptr<place> where);
  /// Nobody is answered there any more, and the socket is closed soon; who asks just now is cut.
  void close(std::shared_ptr<place> where);

  /// Starts the thread, unless it runs. Throws std::system_error when there is none to be had.
  void start();
  /// Ends the thread, waits until it has ended, and closes all places.
  void stop();

 private:
  net::admin_listener::answerer answer_;
  std::shared_ptr<spdlog::logger> log_;
  asio::io_context io_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;  // while the thread is to run
  std::vector<std::shared_ptr<place>> open_;                         // the thread's, while it runs
  std::vector<std::shared_ptr<place>> closed_;                       // the thread's: until nothing of them is under way
  std::thread thread_;
};

}  // namespace confab
