#include "server/inherited_sockets.hpp"

#include <cstdlib>
#include <fcntl.h>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <vector>

#include "tests/support/catch.hpp"

using namespace confab;

namespace {

constexpr int first = 200;  // of the descriptors, which are nobody's here

unique_fd bound(int family, int type = SOCK_STREAM, bool listens = true) {
  unique_fd out(::socket(family, type, 0));
  REQUIRE(out);
  sockaddr_storage where{};
  where.ss_family = static_cast<sa_family_t>(family);
  // An address of zeros: any port, and of a unix socket a name that the system picks.
  const socklen_t size = family == AF_UNIX    ? sizeof(sa_family_t)
                         : family == AF_INET6 ? socklen_t{sizeof(sockaddr_in6)}
                                              : socklen_t{sizeof(sockaddr_in)};
  REQUIRE(::bind(out.get(), reinterpret_cast<const sockaddr*>(&where), size) == 0);
  if (listens) REQUIRE(::listen(out.get(), 8) == 0);
  return out;
}

/// Files and variables as a launcher leaves them.
class handed_down {
 public:
  explicit handed_down(const std::vector<const unique_fd*>& files) : count_(static_cast<int>(files.size())) {
    for (int i = 0; i < count_; ++i) REQUIRE(::dup2(files[static_cast<std::size_t>(i)]->get(), first + i) == first + i);
    ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
    ::setenv("LISTEN_FDS", std::to_string(count_).c_str(), 1);
  }
  ~handed_down() {
    for (int i = 0; i < count_; ++i) ::close(first + i);
    for (const char* const each : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) ::unsetenv(each);
  }
  handed_down(const handed_down&) = delete;
  handed_down& operator=(const handed_down&) = delete;

 private:
  int count_;
};

std::vector<inherited_socket> taken() {
  auto result = take_inherited_sockets(first);
  if (const auto* const wrong = std::get_if<std::string>(&result)) FAIL("refused: " << *wrong);
  return std::get<std::vector<inherited_socket>>(std::move(result));
}

std::string refused() {
  const auto result = take_inherited_sockets(first);
  const auto* const wrong = std::get_if<std::string>(&result);
  return wrong == nullptr ? "accepted" : *wrong;
}

bool is_there(const char* name) {
  return std::getenv(name) != nullptr;
}

}  // namespace

TEST_CASE("inherited sockets: all that listen are taken, in order, and nothing is left for others", "[inherited]") {
  const unique_fd four = bound(AF_INET);
  const unique_fd six = bound(AF_INET6);
  const unique_fd local = bound(AF_UNIX);
  const handed_down files({&four, &six, &local});
  ::setenv("LISTEN_FDNAMES", "line:unknown:confabd.socket", 1);
  const auto all = taken();
  REQUIRE(all.size() == 3);
  for (int i = 0; i < 3; ++i) {
    const auto& each = all[static_cast<std::size_t>(i)];
    CHECK(each.kind == listener_kind::line);
    CHECK(each.socket.get() == first + i);
    CHECK((::fcntl(each.socket.get(), F_GETFL) & O_NONBLOCK) != 0);
    CHECK((::fcntl(each.socket.get(), F_GETFD) & FD_CLOEXEC) != 0);
  }
  for (const char* const each : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) CHECK_FALSE(is_there(each));
  CHECK(taken().empty());
}

TEST_CASE("inherited sockets: without names they are for lines", "[inherited]") {
  const unique_fd four = bound(AF_INET);
  const handed_down files({&four});
  const auto all = taken();
  REQUIRE(all.size() == 1);
  CHECK(all[0].kind == listener_kind::line);
}

TEST_CASE("inherited sockets: those of another process are not ours", "[inherited]") {
  const unique_fd four = bound(AF_INET);
  const handed_down files({&four});
  SECTION("by its number") {
    ::setenv("LISTEN_PID", "1", 1);
  }
  SECTION("by what is no number") {
    ::setenv("LISTEN_PID", "x", 1);
  }
  SECTION("nobody's") {
    ::unsetenv("LISTEN_PID");
  }
  SECTION("none") {
    ::setenv("LISTEN_FDS", "0", 1);
  }
  CHECK(taken().empty());
  CHECK_FALSE(is_there("LISTEN_PID"));
  CHECK_FALSE(is_there("LISTEN_FDS"));
  CHECK(::fcntl(first, F_GETFD) == 0);
}

TEST_CASE("inherited sockets: what cannot be served is a sentence", "[inherited]") {
  const unique_fd four = bound(AF_INET);
  SECTION("a name that is no kind") {
    const std::string name = GENERATE("page", "", "Line", "line ", "socket");
    const handed_down files({&four});
    ::setenv("LISTEN_FDNAMES", name.c_str(), 1);
    CHECK(refused().starts_with("the name " + name +
                                " in LISTEN_FDNAMES (FileDescriptorName= in a unit) is no kind of "
                                "listener; the kinds are: line"));
    CHECK_FALSE(is_there("LISTEN_FDNAMES"));
  }
  SECTION("another number of names") {
    const handed_down files({&four});
    ::setenv("LISTEN_FDNAMES", "line:line", 1);
    CHECK(refused() == "LISTEN_FDNAMES has 2 names for 1 sockets");
  }
  SECTION("what is no socket that listens") {
    const std::string kind = GENERATE("datagrams", "not listening", "a pipe", "closed");
    CAPTURE(kind);
    unique_fd other;
    if (kind == "datagrams") other = bound(AF_INET, SOCK_DGRAM, false);
    if (kind == "not listening") other = bound(AF_INET, SOCK_STREAM, false);
    if (kind == "a pipe") other = unique_fd(::open("/dev/null", O_RDONLY));
    const handed_down files({&four, kind == "closed" ? &four : &other});
    if (kind == "closed") ::close(first + 1);
    CHECK(refused() == "file 201 of LISTEN_FDS is no socket that listens for streams over IPv4, IPv6 or unix");
  }
  SECTION("a number that is none") {
    const std::string count = GENERATE("x", "-1", "", "65", "18446744073709551616");
    const handed_down files({&four});
    ::setenv("LISTEN_FDS", count.c_str(), 1);
    CHECK(refused() == "LISTEN_FDS=" + count + ": must be a number from 0 to 64");
  }
}

TEST_CASE("inherited sockets: 64 of them are taken", "[inherited]") {
  const unique_fd four = bound(AF_INET);
  const handed_down files(std::vector<const unique_fd*>(64, &four));
  CHECK(taken().size() == 64);
}
