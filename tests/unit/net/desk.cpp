#include "tests/unit/net/desk.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <utility>

#include <spdlog/sinks/ostream_sink.h>

#include "tests/support/catch.hpp"
#include "tests/support/deadline.hpp"

namespace confab::test {
namespace {

constexpr int little = 1;  // the kernel makes some KiB of it

std::runtime_error failure(const char* what) {
  return std::runtime_error(std::string(what) + ": " + std::generic_category().message(errno));
}

}  // namespace

// ---- far_end

void far_end::send(std::string_view bytes) const {
  // sendto(2), for send is the session's.
  if (::sendto(socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL, nullptr, 0) !=
      static_cast<ssize_t>(bytes.size())) {
    throw failure("sending from the far end");
  }
}

std::string far_end::read() {
  return read(SIZE_MAX);
}

std::string far_end::read(std::size_t most) {
  std::string out;
  char bytes[16 * 1024];
  while (out.size() < most) {
    // read(2), for recv is the session's.
    pollfd ready{socket_.get(), POLLIN, 0};
    if (::poll(&ready, 1, 0) != 1) return out;
    const ssize_t count = ::read(socket_.get(), bytes, std::min(sizeof bytes, most - out.size()));
    if (count == 0) ended_ = true;
    if (count < 0) error_ = errno;
    if (count <= 0) return out;
    out.append(bytes, static_cast<std::size_t>(count));
  }
  return out;
}

void far_end::read_quietly() const {
  char bytes[16 * 1024];
  while (::read(socket_.get(), bytes, sizeof bytes) == static_cast<ssize_t>(sizeof bytes)) {
  }
}

void far_end::half_close() const {
  ::shutdown(socket_.get(), SHUT_WR);
}

void far_end::reset() {
  const ::linger at_once{1, 0};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  socket_.reset();
}

// ---- ends

two_ends roomy_pair() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0) throw failure("socketpair");
  return {unique_fd(ends[0]), unique_fd(ends[1])};
}

two_ends small_pair() {
  two_ends out = roomy_pair();
  ::setsockopt(out.near.get(), SOL_SOCKET, SO_SNDBUF, &little, sizeof little);
  return out;
}

two_ends tcp_pair() {
  const unique_fd listening(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof where;
  auto* const address = reinterpret_cast<sockaddr*>(&where);
  if (::bind(listening.get(), address, size) != 0 || ::listen(listening.get(), 1) != 0 ||
      ::getsockname(listening.get(), address, &size) != 0) {
    throw failure("listening");
  }
  unique_fd far(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (::connect(far.get(), address, size) != 0 || ::fcntl(far.get(), F_SETFL, O_NONBLOCK) != 0) {
    throw failure("connecting");
  }
  return {unique_fd(::accept4(listening.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)), std::move(far)};
}

// ---- script

script::script() {
  turn_.broadcast = broadcast_;
}

script& script::add(chat::dispatch_item::kind what, who to, std::uint32_t begin, std::uint32_t size, wire_format as) {
  chat::position at{};
  for (std::size_t i = 0; i < format_count; ++i) at[i] = static_cast<std::uint32_t>(broadcast_->lines[i].size());
  turn_.items.push_back({what, as, to.slot, to.generation, at, begin, size});
  return *this;
}

script& script::to(who one, std::string_view text) {
  const auto begin = static_cast<std::uint32_t>(turn_.direct.size());
  turn_.direct.append(text);
  return add(chat::dispatch_item::kind::direct, one, begin, static_cast<std::uint32_t>(text.size()));
}

script& script::to_all(std::string_view text) {
  for (std::string& lines : broadcast_->lines) lines.append(text);
  return *this;
}

script& script::to_room(std::uint32_t room, std::string_view text) {
  chat::room_stretch stretch{};
  for (std::size_t i = 0; i < format_count; ++i) {
    stretch.begin[i] = static_cast<std::uint32_t>(broadcast_->room_lines[i].size());
    broadcast_->room_lines[i].append(text);
    stretch.end[i] = static_cast<std::uint32_t>(broadcast_->room_lines[i].size());
  }
  add(chat::dispatch_item::kind::room_lines, {0, 0}, room, static_cast<std::uint32_t>(turn_.stretches.size()));
  turn_.stretches.push_back(stretch);
  return *this;
}

// ---- desk

net::connection_options desk::options() {
  net::connection_options out;
  out.turns.now = fake_clock::now;
  out.greeting_delay = std::chrono::hours(1);
  out.sweep = std::chrono::milliseconds(1);
  // Where the kernel class says that a socket takes nothing, epoll still says that it would.
  out.turns.longest = std::chrono::milliseconds(0);
  return out;
}

desk::desk(net::connection_options how)
    : shard(io, 0, how, log_into(log_text_), [this](chat::inbound& batch) {
        ++batches;
        batch.replay(hub);
        if (on_batch) on_batch();
        if (deals_at_once) return shard.acknowledge(1);
        ++owed;
      }) {
  shard.start();
}

desk::~desk() {
  on_batch = nullptr;
  shard.stop();
  io.restart();
  io.run();
}

far_end desk::connect(std::string addr, two_ends ends) {
  shard.adopt(std::move(ends.near), std::move(addr));
  return far_end(std::move(ends.far));
}

far_end desk::user(script::who expected, two_ends ends) {
  heard();
  far_end out = connect("here", std::move(ends));
  out.send("here I am\n");
  until([&] { return hub.heard.size() == 2; }, "a user");
  const std::string name = std::to_string(expected.slot) + '/' + std::to_string(expected.generation);
  CHECK(heard() == std::vector<std::string>{"join " + name + " here speaks", "say " + name + " here I am"});
  deliver(script().enter(expected));
  return out;
}

void desk::run() {
  io.restart();
  // A timer that is due again and again, or a socket that is always ready, must not keep us here.
  for (int i = 0; i < 100 && io.poll_one() > 0; ++i) {
  }
}

bool desk::at_rest() {
  io.restart();
  std::size_t ran = 0;
  for (std::size_t i = 0; i < 100; ++i) ran += io.poll_one();
  return ran < 50;  // the sweep's timer may be due now and then
}

void desk::until(const std::function<bool()>& so, const char* what) {
  run_until(io, so, what);
}

std::vector<std::string> desk::heard() {
  run();
  return std::exchange(hub.heard, {});
}

void run_until(asio::io_context& io, const std::function<bool()>& so, const char* what) {
  const deadline until;
  io.restart();
  while (!so()) {
    if (until.passed()) throw std::runtime_error(std::string("waited in vain for ") + what);
    io.run_one_for(std::chrono::milliseconds(10));
  }
}

std::shared_ptr<spdlog::logger> log_into(std::ostream& out) {
  auto log = std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_mt>(out));
  log->set_pattern("%l %v");
  return log;
}

}  // namespace confab::test
