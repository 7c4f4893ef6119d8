#include "server/net/listening_socket.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "server/net/address.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/scratch_directory.hpp"

using namespace confab;
using namespace confab::test;
using net::listening_socket;

namespace {

bool is_open(int descriptor) {
  return ::fcntl(descriptor, F_GETFD) != -1;
}

int option_of(int socket, int option) {
  int value = -1;
  socklen_t size = sizeof value;
  REQUIRE(::getsockopt(socket, SOL_SOCKET, option, &value, &size) == 0);
  return value;
}

sockaddr_un file_address(const std::string& path) {
  sockaddr_un out{};
  out.sun_family = AF_UNIX;
  std::memcpy(out.sun_path, path.data(), path.size());
  return out;
}

unique_fd connect_to(const std::string& path) {
  unique_fd out(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_un where = file_address(path);
  REQUIRE(::connect(out.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0);
  return out;
}

// Sends a byte, and a descriptor along with it. 0, or what is wrong.
int send_descriptor(int over) {
  char byte = 'x';
  iovec data{&byte, 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  cmsghdr* const head = CMSG_FIRSTHDR(&message);
  head->cmsg_level = SOL_SOCKET;
  head->cmsg_type = SCM_RIGHTS;
  head->cmsg_len = CMSG_LEN(sizeof over);
  std::memcpy(CMSG_DATA(head), &over, sizeof over);
  return ::sendmsg(over, &message, MSG_NOSIGNAL) == 1 ? 0 : errno;
}

}  // namespace

TEST_CASE("listening socket: listens over TCP, and says where", "[listening_socket]") {
  const std::string ip = GENERATE("127.0.0.1", "::1");
  const listening_socket socket(net::endpoint_of(ip, 0));
  const std::string start = ip == "::1" ? "[::1]:" : "127.0.0.1:";
  CHECK(socket.where().starts_with(start));
  CHECK(std::stoi(socket.where().substr(start.size())) > 0);
  CHECK_FALSE(socket.is_unix());
  CHECK(option_of(socket.descriptor(), SO_ACCEPTCONN) == 1);
  CHECK((::fcntl(socket.descriptor(), F_GETFL) & O_NONBLOCK) != 0);
  CHECK((::fcntl(socket.descriptor(), F_GETFD) & FD_CLOEXEC) != 0);
}

TEST_CASE("listening socket: an address in use, or not ours, is said at once", "[listening_socket]") {
  const listening_socket first(net::endpoint_of("127.0.0.1", 0));
  const auto parsed = net::parse_address(first.where());
  const auto port = std::get<net::typed_address>(parsed).port;
  CHECK_THROWS_AS(listening_socket(net::endpoint_of("127.0.0.1", port)), std::system_error);
  CHECK_THROWS_AS(listening_socket(net::endpoint_of("192.0.2.1", 0)), std::system_error);
}

TEST_CASE("listening socket: listens in the file system, until it is closed or gone", "[listening_socket]") {
  const scratch_directory folder;
  const std::string path = folder.path() + "/chat.sock";
  std::optional<listening_socket> socket(net::unix_place{path, {}, ""});
  const int descriptor = socket->descriptor();
  CHECK(socket->where() == "unix:" + path);
  CHECK(socket->is_unix());
  CHECK(option_of(descriptor, SO_ACCEPTCONN) == 1);
  CHECK((::fcntl(descriptor, F_GETFL) & O_NONBLOCK) != 0);
  CHECK((::fcntl(descriptor, F_GETFD) & FD_CLOEXEC) != 0);
  CHECK(std::filesystem::exists(path));
  SECTION("closed") {
    socket->close();
    CHECK(socket->descriptor() == -1);
    socket->close();
  }
  SECTION("gone") {
    socket.reset();
  }
  SECTION("moved, and gone") {
    {
      const listening_socket other(std::move(*socket));
      CHECK(other.descriptor() == descriptor);
      socket.reset();
      CHECK(is_open(descriptor));
      CHECK(std::filesystem::exists(path));
    }
  }
  CHECK_FALSE(is_open(descriptor));
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("listening socket: one that cannot be had throws a sentence", "[listening_socket]") {
  const scratch_directory folder;
  CHECK_THROWS_WITH(listening_socket(net::unix_place{folder.path() + "/none/x", {}, ""}),
                    Catch::Matchers::Equals("No such file or directory: make the folder first"));
}

TEST_CASE("listening socket: one that listens already is taken as it is, and leaves its file", "[listening_socket]") {
  const scratch_directory folder;
  const std::string path = folder.path() + "/chat.sock";
  unique_fd local(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const sockaddr_un where = file_address(path);
  REQUIRE(::bind(local.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0);
  REQUIRE(::listen(local.get(), 8) == 0);
  {
    const listening_socket socket(std::move(local));
    CHECK(socket.where() == "unix:" + path);
    CHECK(socket.is_unix());
  }
  CHECK(std::filesystem::exists(path));
  listening_socket first(net::endpoint_of("127.0.0.1", 0));
  const std::string there = first.where();
  const listening_socket second(unique_fd(::dup(first.descriptor())));
  CHECK(second.where() == there);
  CHECK_FALSE(second.is_unix());
}

TEST_CASE("listening socket: nobody can send descriptors along over a unix socket", "[listening_socket]") {
  constexpr int pass_rights = 83;  // SO_PASSRIGHTS, of Linux 6.16
  const scratch_directory folder;
  const std::string path = folder.path() + "/chat.sock";
  unique_fd inherited(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  int on = 0;
  socklen_t size = sizeof on;
  if (::getsockopt(inherited.get(), SOL_SOCKET, pass_rights, &on, &size) != 0) {
    WARN("this system cannot refuse descriptors (Linux 6.16 can): not tested");
    return;
  }
  const sockaddr_un where = file_address(path + ".inherited");
  REQUIRE(::bind(inherited.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0);
  REQUIRE(::listen(inherited.get(), 8) == 0);
  const listening_socket own(net::unix_place{path, {}, ""});
  const listening_socket taken(std::move(inherited));
  for (const std::string& each : {path, path + ".inherited"}) {
    CAPTURE(each);
    const unique_fd peer = connect_to(each);
    CHECK(send_descriptor(peer.get()) == EPERM);
    CHECK(::send(peer.get(), "x", 1, MSG_NOSIGNAL) == 1);
  }
}
