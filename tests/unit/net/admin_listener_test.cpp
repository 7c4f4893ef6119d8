// Questions over HTTP, by peers who ask badly, slowly, or not at all. What is answered is the test's.

#include "server/net/admin_listener.hpp"

#include <cerrno>
#include <memory>
#include <netinet/in.h>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/unit/net/desk.hpp"
#include "tests/unit/net/kernel.hpp"

using namespace confab;
using namespace confab::test;
using namespace std::chrono_literals;

namespace {

constexpr const char* question = "GET /a HTTP/1.1\r\nHost: b\r\n\r\n";

/// A listener on loopback that answers with what was asked for.
class booth {
 public:
  explicit booth(net::admin_limits limits = {}) : log_(log_into(log_text_)) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0);
    REQUIRE(::listen(socket_.get(), 64) == 0);
    listener = std::make_unique<net::admin_listener>(
        io, socket_.get(), [this](const net::http_request& asked) { return answer(asked); }, log_, limits);
    listener->start();
  }
  ~booth() {
    listener->stop();
    io.restart();
    io.run();
    listener.reset();
  }
  booth(const booth&) = delete;
  booth& operator=(const booth&) = delete;

  far_end knock() const {
    sockaddr_in where{};
    socklen_t size = sizeof where;
    REQUIRE(::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&where), &size) == 0);
    unique_fd out(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(::connect(out.get(), reinterpret_cast<const sockaddr*>(&where), size) == 0);
    return far_end(std::move(out));
  }
  void until(const std::function<bool()>& so, const char* what) { run_until(io, so, what); }
  /// All that comes until the other side ends the connection.
  std::string rest_of(far_end& peer) {
    std::string out;
    until([&] { return (out += peer.read()), peer.ended() || peer.error() != 0; }, "the end of a connection");
    return out;
  }
  std::string log() const { return log_text_.str(); }

  asio::io_context io{1};
  std::function<net::http_answer(const net::http_request&)> answer = [](const net::http_request& asked) {
    return net::http_answer{200, asked.path + "\n"};
  };
  std::unique_ptr<net::admin_listener> listener;

 private:
  std::ostringstream log_text_;
  std::shared_ptr<spdlog::logger> log_;
  unique_fd socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
};

bool is_answer(const std::string& bytes, const std::string& status, const std::string& body) {
  return bytes.starts_with("HTTP/1.1 " + status + " ") && bytes.ends_with("\r\n\r\n" + body);
}

}  // namespace

TEST_CASE("admin_listener: a question has its answer, and the connection ends", "[admin_listener]") {
  booth here;
  far_end peer = here.knock();
  peer.send(question);
  CHECK(is_answer(here.rest_of(peer), "200", "/a\n"));
  CHECK(peer.error() == 0);
  CHECK(here.log().empty());
}

TEST_CASE("admin_listener: a question may come byte by byte", "[admin_listener]") {
  booth here;
  far_end peer = here.knock();
  const std::string all = question;
  for (const char each : all) {
    peer.send(std::string(1, each));
    here.io.restart();
    here.io.poll();
  }
  CHECK(is_answer(here.rest_of(peer), "200", "/a\n"));
}

TEST_CASE("admin_listener: HEAD has no body", "[admin_listener]") {
  booth here;
  far_end peer = here.knock();
  peer.send("HEAD /abc HTTP/1.0\r\n\r\n");
  const std::string bytes = here.rest_of(peer);
  CHECK(is_answer(bytes, "200", ""));
  CHECK(bytes.find("Content-Length: 5\r\n") != std::string::npos);
}

TEST_CASE("admin_listener: what is no question is refused, and the refusal arrives", "[admin_listener]") {
  booth here;
  here.answer = [](const net::http_request&) -> net::http_answer { throw std::logic_error("nothing to answer"); };
  const auto ask = [&](const std::string& bytes) {
    far_end peer = here.knock();
    peer.send(bytes);
    const std::string answer = here.rest_of(peer);
    CHECK(peer.error() == 0);  // no reset, though not all of it was read
    return answer;
  };
  CHECK(is_answer(ask("hello everybody\n"), "400", "400 Bad Request\n"));
  CHECK(ask("POST /a HTTP/1.1\r\nHost: b\r\nContent-Length: 20000\r\n\r\n" + std::string(20000, 'x'))
            .find("\r\nAllow: GET, HEAD\r\n") != std::string::npos);
  const std::string start = "GET / HTTP/1.0\r\nA: ";
  CHECK(is_answer(ask(start + std::string(20000, 'x')), "431", "431 Request Header Fields Too Large\n"));
  CHECK(here.log().empty());
}

TEST_CASE("admin_listener: an exception ends one connection, and the log has its words", "[admin_listener]") {
  booth here;
  here.answer = [](const net::http_request&) -> net::http_answer { throw std::runtime_error("no numbers"); };
  far_end unlucky = here.knock();
  unlucky.send(question);
  CHECK(here.rest_of(unlucky).empty());
  CHECK(here.log() == "error a question over HTTP has no answer: no numbers\n");
  here.answer = [](const net::http_request&) { return net::http_answer{200, "well\n"}; };
  far_end next = here.knock();
  next.send(question);
  CHECK(is_answer(here.rest_of(next), "200", "well\n"));
}

TEST_CASE("admin_listener: of those who do not ask the first makes way, when there are too many", "[admin_listener]") {
  net::admin_limits limits;
  limits.connections = 3;
  booth here(limits);
  std::vector<far_end> silent;
  for (int i = 0; i < 3; ++i) silent.push_back(here.knock());
  here.until([&] { return here.listener->visitors() == 3; }, "all to be in");
  for (far_end& each : silent) CHECK_FALSE((each.read(), each.ended()));
  far_end fourth = here.knock();
  CHECK(here.rest_of(silent[0]).empty());
  CHECK(here.listener->visitors() == 3);
  for (const std::size_t i : {1U, 2U}) CHECK_FALSE((silent[i].read(), silent[i].ended()));
  fourth.send(question);
  CHECK(is_answer(here.rest_of(fourth), "200", "/a\n"));
  silent[1].send(question);
  CHECK(is_answer(here.rest_of(silent[1]), "200", "/a\n"));
  here.listener->stop();
  here.until([&] { return here.listener->ended(); }, "nothing to be under way");
}

TEST_CASE("admin_listener: so many are answered at a time and no more", "[admin_listener]") {
  net::admin_limits limits;
  limits.connections = 3;
  booth here(limits);
  const std::string text(16 << 20, 'x');  // more than the kernel takes at once
  here.answer = [&](const net::http_request&) { return net::http_answer{200, text}; };
  std::vector<far_end> asking;
  std::string first;
  for (int i = 0; i < 3; ++i) {
    asking.push_back(here.knock());
    asking.back().send(question);
    here.until([&] { return !(first = asking.back().read(1)).empty(); }, "an answer to begin");
  }
  far_end fourth = here.knock();
  CHECK(here.rest_of(fourth).empty());
  CHECK(is_answer(first + here.rest_of(asking.back()), "200", text));
  asking.pop_back();
  // Its place is free when it has ended, too.
  here.answer = [](const net::http_request&) { return net::http_answer{200, "short"}; };
  here.until(
      [&] {
        far_end next = here.knock();
        next.send(question);
        return is_answer(here.rest_of(next), "200", "short");
      },
      "a place");
}

TEST_CASE("admin_listener: sixteen by default", "[admin_listener]") {
  CHECK(net::admin_limits().connections == 16);
}

TEST_CASE("admin_listener: who does not ask in time is cut, however busy it seems", "[admin_listener]") {
  net::admin_limits limits;
  limits.to_ask = 30ms;
  booth here(limits);
  far_end silent = here.knock();
  far_end busy = here.knock();
  here.until(
      [&] {
        ::send(busy.descriptor_number(), "\n", 1, MSG_NOSIGNAL | MSG_DONTWAIT);  // it may be cut already
        busy.read();
        silent.read();
        return silent.ended() && (busy.ended() || busy.error() != 0);
      },
      "both to be cut");
}

TEST_CASE("admin_listener: who does not take its answer in time is cut", "[admin_listener]") {
  kernel calls;
  net::admin_limits limits;
  limits.to_take = 30ms;
  booth here(limits);
  here.answer = [](const net::http_request&) { return net::http_answer{200, std::string(16 << 20, 'x')}; };
  calls.send = [](std::size_t size) { return static_cast<ssize_t>(size); };  // counted so
  far_end peer = here.knock();
  peer.send(question);
  here.until([&] { return calls.calls.send > 1; }, "it to be full");
  // The connection is given up, though there is more to say.
  std::size_t size = 0;
  here.io.restart();
  here.io.run_for(50ms);
  here.until(
      [&] {
        size += peer.read().size();
        return peer.ended() || peer.error() != 0;
      },
      "it to be cut");
  CHECK(size < (16U << 20U));
}

TEST_CASE("admin_listener: a large answer arrives whole", "[admin_listener]") {
  kernel calls;
  booth here;
  const std::string text(100'000, 'x');
  here.answer = [&](const net::http_request&) { return net::http_answer{200, text}; };
  far_end peer = here.knock();
  peer.send(question);
  bool full = false;
  calls.send = [&](std::size_t size) -> ssize_t {
    full = !full;
    return full ? static_cast<ssize_t>(std::min<std::size_t>(size, 7777)) : -EAGAIN;
  };
  CHECK(is_answer(here.rest_of(peer), "200", text));
}

TEST_CASE("admin_listener: who goes on sending after the answer is cut", "[admin_listener]") {
  net::admin_limits limits;
  limits.most_discarded = 4096;
  booth here(limits);
  far_end peer = here.knock();
  peer.send(std::string(question) + std::string(8192, 'x'));
  here.until([&] { return here.listener->visitors() == 0; }, "it to be gone");
}

// Its connection and its timer are found to be ready in one round.
TEST_CASE("admin_listener: who goes at the moment when its time is up takes nothing with it", "[admin_listener]") {
  net::admin_limits limits;
  limits.linger = 5ms;
  booth here(limits);
  {
    far_end peer = here.knock();
    peer.send(question);
    CHECK(is_answer(here.rest_of(peer), "200", "/a\n"));
    std::this_thread::sleep_for(2 * limits.linger);
    REQUIRE(here.listener->visitors() == 1);
  }
  CHECK_NOTHROW(here.until([&] { return here.listener->visitors() == 0; }, "it to be gone"));
  far_end next = here.knock();
  next.send(question);
  CHECK(is_answer(here.rest_of(next), "200", "/a\n"));
}

TEST_CASE("admin_listener: out of files it waits, and goes on by itself", "[admin_listener]") {
  kernel calls;
  booth here;
  int failures = 0;
  calls.accept = [&] { return failures < 2 ? (++failures, -EMFILE) : 0; };
  far_end peer = here.knock();
  peer.send(question);
  CHECK(is_answer(here.rest_of(peer), "200", "/a\n"));
  CHECK(calls.calls.accept <= 5);
}

TEST_CASE("admin_listener: its end ends everything", "[admin_listener]") {
  booth here;
  far_end asking = here.knock();
  asking.send("GET /");
  here.until([&] { return here.listener->visitors() == 1; }, "somebody");
  here.listener->stop();
  CHECK(here.rest_of(asking).empty());
  here.io.restart();
  CHECK_NOTHROW(here.io.run());  // nothing is left to wait for
  CHECK(here.listener->visitors() == 0);
}
