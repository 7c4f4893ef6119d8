// What comes out of accept, and what happens when nothing does. The kernel's answers are the test's.

#include "server/net/listener.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <map>
#include <memory>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <sys/socket.h>
#include <system_error>
#include <utility>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/scratch_directory.hpp"
#include "tests/unit/net/desk.hpp"
#include "tests/unit/net/kernel.hpp"

using namespace confab;
using namespace confab::test;
using namespace std::chrono_literals;
using lines = std::vector<std::string>;

namespace {

/// Where a socket is.
struct socket_address {
  explicit socket_address(int socket) { REQUIRE(::getsockname(socket, get(), &size) == 0); }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  int family() const { return storage.ss_family; }

  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
};

/// A listener on a free port of loopback, or at another place, in front of shards whose hub writes down what it is
/// told.
class front {
 public:
  explicit front(std::size_t shard_count = 1, net::connection_options options = {}, const char* ip = "127.0.0.1")
      : front(net::listening_socket({asio::ip::make_address(ip), 0}), shard_count, options) {}
  explicit front(net::listening_socket socket, std::size_t shard_count = 1, net::connection_options options = {})
      : log_(log_into(log_text_)), listener(io, std::move(socket), options, log_), hubs(shard_count) {
    for (std::uint32_t i = 0; i < shard_count; ++i) {
      shards_.push_back(std::make_unique<net::shard>(io, i, desk::options(), log_, [this](chat::inbound& batch) {
        const std::uint32_t from = batch.shard();
        batch.replay(hubs[from]);
        shards_[from]->acknowledge(1);
      }));
      shards_.back()->start();
    }
    listener.start(shards_, paused);
  }
  ~front() {
    listener.stop();
    for (const auto& each : shards_) each->stop();
    io.restart();
    io.run();
  }
  front(const front&) = delete;
  front& operator=(const front&) = delete;

  /// Connects; the kernel does its half at once.
  unique_fd knock() const {
    unique_fd out(::socket(where.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(::connect(out.get(), where.get(), where.size) == 0);
    return out;
  }
  std::size_t inside() const {
    std::size_t sum = 0;
    for (const auto& each : shards_) sum += each->size();
    return sum;
  }
  std::size_t inside(std::size_t shard) const { return shards_[shard]->size(); }
  std::uint64_t arrivals(std::size_t shard) const { return shards_[shard]->counted().arrivals.value(); }
  void until(const std::function<bool()>& so, const char* what) { run_until(io, so, what); }
  std::string log() const { return log_text_.str(); }

  fake_clock clock;
  asio::io_context io{1};
  metrics::number paused;

 private:
  std::ostringstream log_text_;
  std::shared_ptr<spdlog::logger> log_;

 public:
  net::listener listener;
  const socket_address where{listener.descriptor()};
  std::vector<fake_hub> hubs;

 private:
  std::vector<std::unique_ptr<net::shard>> shards_;
};

int option_of(int socket, int level, int option) {
  int value = -1;
  socklen_t size = sizeof value;
  REQUIRE(::getsockopt(socket, level, option, &value, &size) == 0);
  return value;
}

}  // namespace

TEST_CASE("listener: every connection has its options", "[listener]") {
  struct sample {
    std::chrono::seconds vanished_after, write_timeout;
    int idle, interval, unanswered;
  };
  const sample given = GENERATE(sample{120s, 10s, 60, 15, 120'000}, sample{120s, 120s, 60, 15, 120'000},
                                sample{120s, 121s, 60, 15, 121'000}, sample{2s, 1s, 1, 1, 2000},
                                sample{3600s, 86400s, 1800, 450, 86'400'000});
  kernel calls;
  net::connection_options how;
  how.vanished_after = given.vanished_after;
  how.write_timeout = given.write_timeout;
  front in(1, how);
  const unique_fd peer = in.knock();
  in.until([&] { return !calls.accepted.empty(); }, "a connection");
  const int socket = calls.accepted.front();
  CHECK(option_of(socket, IPPROTO_TCP, TCP_NODELAY) == 1);
  CHECK(option_of(socket, SOL_SOCKET, SO_KEEPALIVE) == 1);
  CHECK(option_of(socket, IPPROTO_TCP, TCP_KEEPIDLE) == given.idle);
  CHECK(option_of(socket, IPPROTO_TCP, TCP_KEEPINTVL) == given.interval);
  CHECK(option_of(socket, IPPROTO_TCP, TCP_KEEPCNT) == 4);
  CHECK(option_of(socket, IPPROTO_TCP, TCP_USER_TIMEOUT) == given.unanswered);
  CHECK(option_of(socket, SOL_SOCKET, SO_SNDBUF) == 2 * 96 * 1024);  // the kernel doubles both
  CHECK(option_of(socket, SOL_SOCKET, SO_RCVBUF) == 2 * 64 * 1024);
  CHECK((::fcntl(socket, F_GETFL) & O_NONBLOCK) != 0);
  CHECK((::fcntl(socket, F_GETFD) & FD_CLOEXEC) != 0);
}

TEST_CASE("listener: connections go to the shards in turn, with their addresses", "[listener]") {
  front in(3);
  std::vector<unique_fd> peers;
  for (int i = 0; i < 7; ++i) {
    peers.push_back(in.knock());
    REQUIRE(::send(peers.back().get(), "x\n", 2, 0) == 2);
    in.until([&] { return in.inside() == peers.size(); }, "a connection");
  }
  CHECK(in.inside(0) == 3);
  CHECK(in.inside(1) == 2);
  CHECK(in.inside(2) == 2);
  in.until([&] { return in.hubs[0].heard.size() == 6 && in.hubs[2].heard.size() == 4; }, "their lines");
  sockaddr_in near{};
  socklen_t size = sizeof near;
  REQUIRE(::getsockname(peers[0].get(), reinterpret_cast<sockaddr*>(&near), &size) == 0);
  CHECK(in.hubs[0].heard[0] == "join 0/1 127.0.0.1:" + std::to_string(ntohs(near.sin_port)) + " speaks");
}

TEST_CASE("listener: IPv6", "[listener]") {
  front in(1, {}, "::1");
  const unique_fd peer = in.knock();
  REQUIRE(::send(peer.get(), "x\n", 2, 0) == 2);
  in.until([&] { return !in.hubs[0].heard.empty(); }, "a line");
  CHECK(in.hubs[0].heard[0].starts_with("join 0/1 [::1]:"));
}

TEST_CASE("listener: out of files it waits, says so once, and goes on by itself", "[listener]") {
  const int error = GENERATE(EMFILE, ENFILE, ENOBUFS, ENOMEM);
  CAPTURE(error);
  kernel calls;
  front in;
  std::size_t failures = 0;
  bool full = true;
  calls.accept = [&] { return full ? (++failures, -error) : 0; };
  const auto start = std::chrono::steady_clock::now();
  const unique_fd peer = in.knock();
  in.until([&] { return failures == 3; }, "it to try again");
  // A tenth of a second between two of them, or it would spin.
  CHECK(std::chrono::steady_clock::now() - start >= 200ms);
  CHECK(in.log() == "warning accepting is paused: " + std::generic_category().message(error) + "\n");
  CHECK(in.paused.value() == 1);
  full = false;
  in.until([&] { return in.inside() == 1; }, "the connection");
  CHECK(in.log().ends_with("\ninfo accepting again\n"));
  CHECK(in.paused.value() == 0);
  const std::string log = in.log();
  const unique_fd other = in.knock();
  in.until([&] { return in.inside() == 2; }, "another");
  CHECK(in.log() == log);
  full = true;
  const unique_fd third = in.knock();
  in.until([&] { return in.log() != log; }, "the second time");
  CHECK(in.log().find("accepting is paused", log.size()) != std::string::npos);
}

TEST_CASE("listener: when there are files again it says so, though nobody waits any more", "[listener]") {
  kernel calls;
  front in;
  int left = 2;
  calls.accept = [&] { return left > 0 ? (--left, -EMFILE) : -EAGAIN; };
  const unique_fd peer = in.knock();
  in.until([&] { return in.log().ends_with("info accepting again\n"); }, "it to go on");
  CHECK(calls.calls.accept == 3);
  CHECK(in.paused.value() == 0);
}

TEST_CASE("listener: at its end it is no longer paused", "[listener]") {
  kernel calls;
  front in;
  calls.accept = [] { return -EMFILE; };
  const unique_fd peer = in.knock();
  in.until([&] { return in.paused.value() == 1; }, "it to fail");
  in.listener.stop();
  CHECK(in.paused.value() == 0);
}

TEST_CASE("listener: a connection that has already failed does not keep the next one waiting", "[listener]") {
  const int error = GENERATE(ECONNABORTED, EINTR, EPROTO, EPERM, ENETDOWN);
  CAPTURE(error);
  kernel calls;
  front in;
  int failures = 0;
  calls.accept = [&] { return failures < 3 ? (++failures, -error) : 0; };
  const unique_fd peer = in.knock();
  in.until([&] { return in.inside() == 1; }, "the next one");
  CHECK(failures == 3);
  CHECK(in.log().empty());
}

TEST_CASE("listener: those who are there get a turn between 256 who come", "[listener]") {
  constexpr std::size_t many = 300;
  kernel calls;
  front in;
  std::vector<unique_fd> peers;
  for (std::size_t i = 0; i < many; ++i) peers.push_back(in.knock());
  std::size_t largest = 0;
  while (calls.calls.accept < many) {
    const std::size_t before = calls.calls.accept;
    in.io.restart();
    in.io.run_one_for(1s);
    largest = std::max(largest, calls.calls.accept - before);
  }
  CHECK(largest == 256);
  in.until([&] { return in.inside() == many; }, "all of them");
}

TEST_CASE("listener: after its end nobody is let in", "[listener]") {
  kernel calls;
  front in;
  SECTION("while it waits for a connection") {}
  SECTION("while it waits for files") {
    calls.accept = [] { return -EMFILE; };
    const unique_fd peer = in.knock();
    in.until([&] { return calls.calls.accept == 1; }, "it to fail");
  }
  in.listener.stop();
  const unique_fd late(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  CHECK(::connect(late.get(), in.where.get(), in.where.size) == -1);
  CHECK(errno == ECONNREFUSED);
}

TEST_CASE("listener: whoever comes over a unix socket is a user without an address of its own", "[listener]") {
  const scratch_directory folder;
  const std::string path = folder.path() + "/chat.sock";
  kernel calls;
  front in(net::listening_socket(net::unix_place{path, {}, ""}), 2);
  CHECK(in.listener.where() == "unix:" + path);
  calls.accepted.clear();
  const unique_fd first = in.knock();
  const unique_fd second = in.knock();
  for (const unique_fd* each : {&first, &second}) REQUIRE(::send(each->get(), "x\n", 2, 0) == 2);
  in.until([&] { return in.hubs[0].heard.size() == 2 && in.hubs[1].heard.size() == 2; }, "their lines");
  CHECK(in.hubs[0].heard[0] == "join 0/1 unix speaks");
  CHECK(in.hubs[1].heard[0] == "join 0/1 unix speaks");
  REQUIRE(calls.accepted.size() == 2);
  for (const int each : calls.accepted) {
    CHECK(option_of(each, SOL_SOCKET, SO_SNDBUF) == 2 * 96 * 1024);
    CHECK((::fcntl(each, F_GETFL) & O_NONBLOCK) != 0);
    CHECK((::fcntl(each, F_GETFD) & FD_CLOEXEC) != 0);
  }
  in.listener.change({});  // has nothing to hand down
  in.listener.stop();
  CHECK_FALSE(std::filesystem::exists(path));
  const unique_fd late(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  CHECK(::connect(late.get(), in.where.get(), in.where.size) == -1);
}

TEST_CASE("listener: options that change hold for whoever comes then", "[listener]") {
  kernel calls;
  front in;
  net::connection_options how;
  how.vanished_after = 20s;
  in.listener.change(how);
  const unique_fd peer = in.knock();
  in.until([&] { return !calls.accepted.empty(); }, "a connection");
  CHECK(option_of(calls.accepted.front(), IPPROTO_TCP, TCP_KEEPIDLE) == 10);
}

TEST_CASE("listener: a door that changes is for whoever comes then", "[listener]") {
  const char* const header = "PROXY TCP4 203.0.113.7 192.0.2.1 56324 8888\r\n";
  net::door behind;
  behind.proxy = std::get<net::proxy_peers>(net::parse_proxy_peers("127.0.0.0/8"));
  front in(2);
  const auto arrivals = [&] { return in.arrivals(0) + in.arrivals(1); };
  in.listener.change({}, std::make_shared<const net::door>(behind));
  const unique_fd first = in.knock();
  in.until([&] { return arrivals() == 1; }, "an arrival");
  in.listener.change({});
  const unique_fd second = in.knock();
  in.until([&] { return in.inside() == 1; }, "a session at once");
  CHECK(arrivals() == 1);
  const std::string bytes = std::string(header) + "x\n";
  REQUIRE(::send(first.get(), bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
  in.until([&] { return in.hubs[0].heard.size() == 2; }, "the one who came by the door");
  CHECK(in.hubs[0].heard[0] == "join 0/1 203.0.113.7:56324 speaks");
}

TEST_CASE("listener: one that retires takes all who have connected, and then nobody", "[listener]") {
  const scratch_directory folder;
  const std::string path = folder.path() + "/chat.sock";
  const bool over_tcp = GENERATE(true, false);
  front in(over_tcp ? net::listening_socket({asio::ip::make_address("127.0.0.1"), 0})
                    : net::listening_socket(net::unix_place{path, {}, ""}),
           2);
  std::vector<unique_fd> waiting;
  for (int i = 0; i < 300; ++i) waiting.push_back(in.knock());  // more than are taken in one go
  CHECK(in.inside() == 0);
  in.listener.retire();
  in.until([&] { return in.inside() == 300; }, "all who waited");
  CHECK(in.inside(0) == 150);
  const unique_fd late(::socket(in.where.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
  CHECK(::connect(late.get(), in.where.get(), in.where.size) == -1);
  CHECK_FALSE(std::filesystem::exists(path));
  in.until([&] { return in.listener.ended(); }, "its end");
}

TEST_CASE("listener: one that retires without files lets those go who wait, and waits for none", "[listener]") {
  kernel calls;
  front in;
  calls.accept = [] { return -EMFILE; };
  const unique_fd waits = in.knock();
  in.listener.retire();
  in.until([&] { return in.listener.ended(); }, "its end");
  char nothing = 0;
  CHECK(::recv(waits.get(), &nothing, 1, 0) <= 0);
}
