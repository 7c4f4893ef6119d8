#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/streambuf.hpp>

/// A server for the client's tests, on 127.0.0.1 and in the test's own io_context. Nothing in it waits or sleeps.
class fake_server {
 public:
  /// What to send back for a line (without LF).
  using answer = std::function<std::string(const std::string& line)>;

  /// Listens on a free port, or on `port`.
  fake_server(asio::io_context& io, answer reply, std::uint16_t port = 0);
  ~fake_server();
  fake_server(const fake_server&) = delete;
  fake_server& operator=(const fake_server&) = delete;

  std::uint16_t port() const { return port_; }
  /// Every line of every connection so far.
  const std::vector<std::string>& lines() const { return lines_; }
  std::size_t count(std::string_view part) const;
  int accepted() const { return accepted_; }
  /// To everybody who is connected.
  void send(const std::string& bytes);
  /// Ends every connection; new ones are accepted.
  void drop();

 private:
  struct peer {
    explicit peer(asio::ip::tcp::socket taken) : socket(std::move(taken)) {}
    asio::ip::tcp::socket socket;
    asio::streambuf input{256 * 1024};
  };

  void accept();
  void read(const std::shared_ptr<peer>& from);
  static void write(peer& to, const std::string& bytes);

  answer reply_;
  asio::ip::tcp::acceptor acceptor_;
  std::uint16_t port_ = 0;
  std::list<std::shared_ptr<peer>> peers_;
  std::vector<std::string> lines_;
  int accepted_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

/// Speaks enough of the protocol for a session: names, talk, private talk to bob, the list, pings, goodbye.
std::string polite_answer(const std::string& line);
/// Its welcome.
std::string polite_welcome();

/// Runs `io` until `done()`, for `limit` at most; tells whether it was done.
bool run_until(asio::io_context& io, const std::function<bool()>& done,
               std::chrono::milliseconds limit = std::chrono::seconds(10));
