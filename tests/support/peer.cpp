#include "tests/support/peer.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/un.h>
#include <system_error>
#include <utility>

namespace confab::test {
namespace {

[[noreturn]] void fail(const std::string& what, int error = errno) {
  throw std::system_error(error, std::generic_category(), what);
}

/// A socket address of any family, in the form that the system calls take.
struct address_storage {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);

  sockaddr* get() { return static_cast<sockaddr*>(static_cast<void*>(&storage)); }
};

address_storage resolve(const endpoint& where) {
  address_storage result;
  sockaddr_in four{};
  sockaddr_in6 six{};
  if (!where.path.empty()) {
    sockaddr_un local{};
    local.sun_family = AF_UNIX;
    if (where.path.size() >= sizeof local.sun_path) throw std::runtime_error("too long: " + where.path);
    std::memcpy(local.sun_path, where.path.data(), where.path.size());
    std::memcpy(&result.storage, &local, sizeof local);
    result.size = sizeof local;
  } else if (::inet_pton(AF_INET, where.ip.c_str(), &four.sin_addr) == 1) {
    four.sin_family = AF_INET;
    four.sin_port = htons(where.port);
    std::memcpy(&result.storage, &four, sizeof four);
    result.size = sizeof four;
  } else if (::inet_pton(AF_INET6, where.ip.c_str(), &six.sin6_addr) == 1) {
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(where.port);
    std::memcpy(&result.storage, &six, sizeof six);
    result.size = sizeof six;
  } else {
    throw std::runtime_error("not an address: " + where.ip);
  }
  return result;
}

int socket_error(const unique_fd& socket) {
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

/// Whether a line is the number of users, as JSON users are told it unasked when it has changed.
bool is_unasked_count(std::string_view line) {
  return line.rfind("{\"type\":\"count\",", 0) == 0 && line.find("\"tag\":") == std::string_view::npos;
}

/// Waits for the connection; 0 or its error.
int finish_connecting(const unique_fd& socket, const deadline& until) {
  pollfd waiting{socket.get(), POLLOUT, 0};
  if (::poll(&waiting, 1, until.left()) == 0) return ETIMEDOUT;
  return socket_error(socket);
}

}  // namespace

std::string endpoint::text() const {
  if (!path.empty()) return "unix:" + path;
  const bool six = ip.find(':') != std::string::npos;
  return (six ? '[' + ip + ']' : ip) + ':' + std::to_string(port);
}

unique_fd start_connecting(const endpoint& where, int receive_buffer) {
  address_storage target = resolve(where);
  unique_fd socket(::socket(target.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) fail("socket");
  const int yes = 1;
  if (where.path.empty()) ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (receive_buffer > 0) ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  if (::connect(socket.get(), target.get(), target.size) != 0 && errno != EINPROGRESS)
    fail("connecting to " + where.text());
  return socket;
}

std::string near_address(const unique_fd& socket) {
  address_storage near;
  if (::getsockname(socket.get(), near.get(), &near.size) != 0) fail("getsockname");
  if (near.storage.ss_family == AF_UNIX) return "unix";
  std::array<char, INET6_ADDRSTRLEN> text{};
  endpoint result;
  if (near.storage.ss_family == AF_INET) {
    sockaddr_in four{};
    std::memcpy(&four, &near.storage, sizeof four);
    result.ip = ::inet_ntop(AF_INET, &four.sin_addr, text.data(), text.size());
    result.port = ntohs(four.sin_port);
  } else {
    sockaddr_in6 six{};
    std::memcpy(&six, &near.storage, sizeof six);
    result.ip = ::inet_ntop(AF_INET6, &six.sin6_addr, text.data(), text.size());
    result.port = ntohs(six.sin6_port);
  }
  return result.text();
}

bool accepts_connections(const endpoint& where) {
  try {
    const unique_fd socket = start_connecting(where);
    return finish_connecting(socket, deadline()) == 0;
  } catch (const std::system_error&) {
    return false;
  }
}

peer::peer(const endpoint& where, int receive_buffer) : socket_(start_connecting(where, receive_buffer)) {
  if (const int error = finish_connecting(socket_, deadline()); error != 0)
    fail("connecting to " + where.text(), error);
  address_ = near_address(socket_);
}

std::string peer::as(std::string_view name) const {
  return '[' + address_ + ']' + std::string(name) + ": ";
}

void peer::send(std::string_view bytes) {
  if (!send_anyway(bytes)) fail("sending");
}

void peer::say(std::string_view line) {
  send(std::string(line) + '\n');
}

bool peer::send_anyway(std::string_view bytes) {
  const deadline until;
  while (!bytes.empty()) {
    const ssize_t size = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(size));
    } else if (errno == EAGAIN) {
      pollfd waiting{socket_.get(), POLLOUT, 0};
      if (::poll(&waiting, 1, until.left()) == 0) throw std::runtime_error("the server does not read");
    } else {
      return false;
    }
  }
  return true;
}

bool peer::send_now(std::string_view bytes) {
  return ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) >= 0 || errno == EAGAIN;
}

void peer::send_bytewise(std::string_view bytes, const std::function<void()>& between) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    send(bytes.substr(i, 1));
    between();
  }
}

/// Reads what there is; false at the end of the stream. Throws when nothing comes in time.
bool peer::read_more(const deadline& until) {
  if (ended_) return false;
  pollfd waiting{socket_.get(), POLLIN, 0};
  if (::poll(&waiting, 1, until.left()) == 0)
    throw std::runtime_error("nothing came in time; unread: '" + pending_.substr(start_, 500) + "'");
  std::array<char, 16384> piece{};
  const ssize_t size = ::recv(socket_.get(), piece.data(), piece.size(), 0);
  if (size < 0 && errno == EAGAIN) return true;
  if (size < 0 && errno != ECONNRESET) fail("receiving");
  ended_ = size <= 0;
  if (size > 0) pending_.append(piece.data(), static_cast<std::size_t>(size));
  return size > 0;
}

std::optional<std::string> peer::take_line() {
  const auto end = pending_.find('\n', start_);
  if (end == std::string::npos) {
    pending_.erase(0, start_);
    start_ = 0;
    return std::nullopt;
  }
  std::string line = pending_.substr(start_, end - start_);
  start_ = end + 1;
  return line;
}

std::string peer::line() {
  const deadline until;
  for (;;) {
    if (auto line = take_line()) return *line;
    if (!read_more(until)) throw std::runtime_error("the stream ended; unread: '" + pending_ + "'");
  }
}

std::vector<std::string> peer::lines(std::size_t count) {
  std::vector<std::string> result;
  while (result.size() < count) result.push_back(line());
  return result;
}

std::optional<std::string> peer::line_within(std::chrono::milliseconds time) {
  const deadline until(time);
  for (;;) {
    if (auto line = take_line()) return line;
    pollfd waiting{socket_.get(), POLLIN, 0};
    if (::poll(&waiting, 1, until.left()) == 0) return std::nullopt;
    if (!read_more(until)) throw std::runtime_error("the stream ended; unread: '" + pending_ + "'");
  }
}

std::string peer::bytes(std::size_t count) {
  const deadline until;
  while (pending_.size() - start_ < count)
    if (!read_more(until)) throw std::runtime_error("the stream ended; unread: '" + pending_.substr(start_) + "'");
  std::string result = pending_.substr(start_, count);
  start_ += count;
  return result;
}

std::vector<std::string> peer::lines_until_end() {
  const deadline until;
  while (read_more(until)) {
  }
  std::vector<std::string> result;
  while (auto line = take_line()) result.push_back(*line);
  if (!pending_.empty()) throw std::runtime_error("the stream ended inside a line: '" + pending_ + "'");
  return result;
}

std::string peer::bytes_until_end() {
  const deadline until;
  while (read_more(until)) {
  }
  return std::exchange(pending_, {}).substr(std::exchange(start_, 0));
}

json peer::event(std::string_view type) {
  std::string text = line();
  while (type != "count" && is_unasked_count(text)) text = line();
  json result = json::parse(text, nullptr, false);
  if (!result.is_object() || !result.contains("type") || (!type.empty() && result["type"] != type))
    throw std::runtime_error("expected JSON " + std::string(type) + ", got: " + text);
  return result;
}

std::vector<std::string> peer::heard() {
  const std::string token = "sync-" + std::to_string(++pings_);
  say("/ping " + token);
  std::vector<std::string> result;
  for (;;) {
    std::string text = line();
    if (text == "pong " + token) return result;
    if (text.find("{\"type\":\"pong\"") == 0 && text.find('"' + token + '"') != std::string::npos) return result;
    if (!is_unasked_count(text)) result.push_back(std::move(text));
  }
}

void peer::expect_quiet() {
  if (const auto more = heard(); !more.empty()) throw std::runtime_error("unexpected: '" + more.front() + "'");
}

json peer::json_on() {
  say("/json on");
  return event("welcome");
}

void peer::half_close() {
  if (::shutdown(socket_.get(), SHUT_WR) != 0 && errno != ENOTCONN) fail("shutdown");
}

bool peer::was_reset() const {
  pollfd state{socket_.get(), 0, 0};
  return ::poll(&state, 1, 0) == 1 && (state.revents & POLLERR) != 0;
}

void peer::reset() {
  const linger at_once{1, 0};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  socket_.reset();
}

peer joined(const endpoint& where) {
  peer result(where);
  // Who says nothing is greeted after a moment, and then the others are told as well.
  std::vector<std::string> heard{result.line()};
  for (std::string& each : result.heard()) heard.push_back(std::move(each));
  if (heard.empty() || heard.back().rfind(result.as(), 0) != 0)
    throw std::runtime_error("not greeted: '" + (heard.empty() ? "" : heard.back()) + "'");
  return result;
}

std::vector<peer> joined_many(const endpoint& where, std::size_t count) {
  // Those who are there must not fall behind while others come.
  constexpr std::size_t at_once = 50;
  std::vector<peer> out;
  out.reserve(count);
  while (out.size() < count) {
    const std::size_t first = out.size();
    while (out.size() < std::min(first + at_once, count)) out.emplace_back(where);
    for (std::size_t i = first; i < out.size(); ++i) {
      while (out[i].line().rfind(out[i].as(), 0) != 0) {
      }
    }
    for (peer& each : out) each.heard();
  }
  return out;
}

peer joined_as(const endpoint& where, std::string_view name) {
  peer result = joined(where);
  result.say("rename " + std::string(name));
  if (const std::string answer = result.line(); answer.find(name) == std::string::npos)
    throw std::runtime_error("not renamed: " + answer);
  return result;
}

std::vector<std::string> fields(const json& object) {
  std::vector<std::string> result;
  for (const auto& item : object.items()) result.push_back(item.key());
  return result;
}

}  // namespace confab::test
