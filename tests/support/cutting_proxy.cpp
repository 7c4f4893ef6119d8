#include "tests/support/cutting_proxy.hpp"

#include <algorithm>
#include <cerrno>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <system_error>
#include <utility>

namespace confab::test {
namespace {

constexpr std::size_t piece_size = 4096;

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

void close_with_reset(unique_fd& socket) {
  const linger at_once{1, 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  socket.reset();
}

}  // namespace

/// One direction of a connection. Nothing more is read while something waits to be written.
struct cutting_proxy::way {
  unique_fd* from;
  unique_fd* to;
  std::string waiting{};
  bool ended = false;  ///< `from` has said its end, and `to` was told
};

struct cutting_proxy::link {
  unique_fd client;
  unique_fd server;
  way up{&client, &server};
  way down{&server, &client};
  bool counts = false;     ///< `budget` is set
  std::size_t budget = 0;  ///< bytes that it passes on before it is cut
};

cutting_proxy::cutting_proxy(endpoint server, std::uint32_t seed)
    : server_(std::move(server)), random_(seed), wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  listener_ = unique_fd(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = static_cast<sockaddr*>(static_cast<void*>(&address));
  if (!wake_ || !listener_ || ::bind(listener_.get(), generic, size) != 0 || ::listen(listener_.get(), 128) != 0 ||
      ::getsockname(listener_.get(), generic, &size) != 0)
    fail("a proxy");
  at_ = {"127.0.0.1", ntohs(address.sin_port)};
  thread_ = std::thread([this] { run(); });
}

cutting_proxy::~cutting_proxy() {
  stop_ = true;
  ::eventfd_write(wake_.get(), 1);
  thread_.join();
}

void cutting_proxy::start_cutting(std::size_t count) {
  to_cut_ = count;
  ::eventfd_write(wake_.get(), 1);
}

std::size_t cutting_proxy::random_below(std::size_t limit) {
  return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_);
}

// Some break in their first words, some in the middle of what they have missed, some after a while.
std::size_t cutting_proxy::random_budget() {
  switch (random_below(10)) {
    case 0: return 1 + random_below(200);
    case 1:
    case 2:
    case 3: return 1 + random_below(30'000);
    default: return 1 + random_below(5000);
  }
}

void cutting_proxy::run() {
  std::vector<pollfd> waiting;
  while (!stop_) {
    waiting.clear();
    waiting.push_back({wake_.get(), POLLIN, 0});
    waiting.push_back({listener_.get(), POLLIN, 0});
    const auto watch = [&](const way& along) {
      // Poll takes no notice of a negative descriptor.
      const bool reads = along.waiting.empty() && !along.ended;
      waiting.push_back({reads ? along.from->get() : -1, POLLIN, 0});
      waiting.push_back({along.waiting.empty() ? -1 : along.to->get(), POLLOUT, 0});
    };
    for (const auto& each : links_) {
      watch(each->up);
      watch(each->down);
    }
    if (::poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR) return;
    eventfd_t ignored = 0;
    ::eventfd_read(wake_.get(), &ignored);
    for (const auto& each : links_)
      if (!each->counts && to_cut_ > 0 && each->client) each->counts = true, each->budget = random_budget();
    std::erase_if(links_, [this](const auto& each) { return !serve(*each); });
    if ((waiting[1].revents & POLLIN) != 0) accept_one();
  }
}

void cutting_proxy::accept_one() {
  unique_fd client(::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!client) return;
  auto fresh = std::make_unique<link>();
  fresh->client = std::move(client);
  try {
    fresh->server = start_connecting(server_);
  } catch (const std::system_error&) {
    return;
  }
  if (to_cut_ > 0) {
    fresh->counts = true;
    fresh->budget = random_budget();
  }
  links_.push_back(std::move(fresh));
}

// Passes on what can be; false when the link is over.
bool cutting_proxy::serve(link& served) {
  const bool good = pass(served, served.up) && pass(served, served.down);
  return good && !(served.up.ended && served.down.ended);
}

bool cutting_proxy::pass(link& on, way& along) {
  // Of a connection that hangs for the server, what it says is read and thrown away.
  const bool hangs = !on.client;
  if (hangs && &along == &on.up) return true;
  if (along.waiting.empty() && !along.ended) {
    std::string piece(piece_size, '\0');
    const ssize_t size = ::recv(along.from->get(), piece.data(), piece.size(), 0);
    if (size < 0 && (errno == EAGAIN || errno == ENOTCONN)) return true;
    if (size < 0) return false;
    if (size == 0) {
      if (hangs) return false;
      along.ended = true;
      ::shutdown(along.to->get(), SHUT_WR);
      return true;
    }
    if (hangs) return true;
    piece.resize(static_cast<std::size_t>(size));
    if (on.counts && to_cut_ > 0) {
      piece.resize(std::min(piece.size(), on.budget));
      on.budget -= piece.size();
    }
    along.waiting = std::move(piece);
  }
  if (!along.waiting.empty()) {
    const ssize_t size = ::send(along.to->get(), along.waiting.data(), along.waiting.size(), MSG_NOSIGNAL);
    if (size < 0 && errno != EAGAIN && errno != ENOTCONN) return false;
    if (size > 0) along.waiting.erase(0, static_cast<std::size_t>(size));
  }
  if (on.counts && on.budget == 0 && along.waiting.empty() && to_cut_ > 0) {
    cut(on);
    return static_cast<bool>(on.server);
  }
  return true;
}

void cutting_proxy::cut(link& which) {
  --to_cut_;
  ++cuts_;
  which.counts = false;
  const auto end = [this](unique_fd& socket) {
    if (random_below(2) == 0) return close_with_reset(socket);
    socket.reset();
  };
  end(which.client);
  which.up.ended = true;
  which.down.waiting.clear();
  if (random_below(3) != 0) end(which.server);
}

}  // namespace confab::test
