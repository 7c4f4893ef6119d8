// Which file becomes a unix socket, what happens to what was there, and who may connect. Real files; moments that only
// a competitor would see come from the kernel's hooks.

#include "server/net/socket_file.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/scratch_directory.hpp"
#include "tests/unit/net/kernel.hpp"

using namespace confab;
using namespace confab::test;
using Catch::Matchers::Contains;
using Catch::Matchers::Equals;
using net::unix_place;

namespace {

constexpr const char* just_taken = "Address already in use: another server has just begun to listen there";
constexpr const char* in_use =
    "Address already in use: choose another path, or stop what listens there (ss -lxp lists it)";

unique_fd new_socket(int type = SOCK_STREAM) {
  return unique_fd(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
}

/// A socket that listens and its file, as a server has them.
struct bound {
  explicit bound(const unix_place& where, int backlog = 8) : socket(new_socket()), file(socket.get(), where, backlog) {}

  unique_fd socket;
  net::socket_file file;
};

sockaddr_un address_of(const std::string& path) {
  sockaddr_un out{};
  out.sun_family = AF_UNIX;
  REQUIRE(path.size() < sizeof out.sun_path);
  std::memcpy(out.sun_path, path.data(), path.size());
  return out;
}

bool connect(const unique_fd& from, const std::string& path) {
  const sockaddr_un address = address_of(path);
  return ::connect(from.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

/// A socket that is bound and does not listen.
unique_fd silent_at(const std::string& path, int type = SOCK_STREAM) {
  unique_fd out = new_socket(type);
  const sockaddr_un address = address_of(path);
  REQUIRE(::bind(out.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  return out;
}

/// Another process that has begun to listen there when the constructor returns, and does until it is gone.
class competitor {
 public:
  explicit competitor(const unix_place& where) {
    std::array<int, 2> told{};
    REQUIRE(::pipe2(told.data(), O_CLOEXEC) == 0);
    child_ = ::fork();
    if (child_ == 0) serve(where, told[1]);
    ::close(told[1]);
    const unique_fd answer(told[0]);
    char word = 0;
    REQUIRE(::read(answer.get(), &word, 1) == 1);
    REQUIRE(word == '+');
  }
  ~competitor() {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
  competitor(const competitor&) = delete;
  competitor& operator=(const competitor&) = delete;

 private:
  [[noreturn]] static void serve(const unix_place& where, int told) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    try {
      const bound mine(where);
      if (::write(told, "+", 1) == 1) ::pause();
    } catch (const std::exception&) {
      static_cast<void>(::write(told, "-", 1));
    }
    ::_exit(1);
  }

  pid_t child_ = -1;
};

bool can_connect(const std::string& path) {
  return connect(new_socket(), path);
}

/// What is at a path, not followed; nothing if nothing is.
std::optional<struct stat> at(const std::string& path) {
  struct stat out {};
  return ::lstat(path.c_str(), &out) == 0 ? std::optional(out) : std::nullopt;
}

unsigned mode_at(const std::string& path) {
  const auto there = at(path);
  return there ? there->st_mode & 07777U : 0xFFFFU;
}

/// The umask, as it was at the end of the scope.
class mask {
 public:
  explicit mask(mode_t now) : before_(::umask(now)) {}
  ~mask() { ::umask(before_); }
  mask(const mask&) = delete;
  mask& operator=(const mask&) = delete;

 private:
  mode_t before_;
};

/// A folder, and a path in it.
struct place_in_folder {
  std::string path() const { return folder.path() + "/chat.sock"; }
  std::size_t entries() const {
    std::size_t count = 0;
    for (std::filesystem::directory_iterator each(folder.path()); each != std::filesystem::directory_iterator();
         ++each) {
      ++count;
    }
    return count;
  }
  scratch_directory folder;
};

}  // namespace

TEST_CASE("socket file: has the permissions that are asked for, whatever the umask, and never more", "[socket_file]") {
  const place_in_folder in;
  const mode_t umask_now = GENERATE(0U, 077U, 0777U);
  const unsigned mode = GENERATE(0600U, 0660U, 0666U, 0777U, 0U, 0070U);
  CAPTURE(umask_now, mode);
  const mask now(umask_now);
  kernel calls;
  unsigned at_first = 0xFFFF;
  calls.bound = [&] { at_first = mode_at(in.path()); };
  bound one({in.path(), mode, ""});
  CHECK((at_first & ~mode) == 0);
  CHECK((at_first & 077U) == 0);
  CHECK(mode_at(in.path()) == mode);
  CHECK(mode_at(in.path()) == mode);
}

TEST_CASE("socket file: without a mode it is for its owner, with a group for that", "[socket_file]") {
  const place_in_folder in;
  const std::string group = std::to_string(::getegid());
  {
    bound one({in.path(), {}, ""});
    CHECK(mode_at(in.path()) == 0600);
    one.file.remove();
  }
  const bound one({in.path(), {}, group});
  CHECK(mode_at(in.path()) == 0660);
  REQUIRE(at(in.path()));
  CHECK(at(in.path())->st_gid == ::getegid());
}

TEST_CASE("socket file: is given to a group by its name or number", "[socket_file]") {
  if (::geteuid() != 0) {
    WARN("only root can give a file to a group that it is not in: not tested");
    return;
  }
  const place_in_folder in;
  const auto [group, number] = GENERATE(table<std::string, gid_t>({{"daemon", 1}, {"54321", 54321}}));
  const bound one({in.path(), {}, group});
  REQUIRE(at(in.path()));
  CHECK(at(in.path())->st_gid == number);
  CHECK(mode_at(in.path()) == 0660);
}

TEST_CASE("socket file: what cannot be is said, and nothing is left", "[socket_file]") {
  const place_in_folder in;
  const auto made = [](const unix_place& where) { bound one(where); };
  CHECK_THROWS_WITH(made({in.path(), {}, "no-such-group"}), Equals("there is no group no-such-group"));
  CHECK_THROWS_WITH(made({in.path(), {}, "4294967296"}), Equals("there is no group 4294967296"));
  CHECK_THROWS_WITH(made({in.folder.path() + "/none/x", {}, ""}),
                    Equals("No such file or directory: make the folder first"));
  CHECK_THROWS_WITH(made({in.folder.path(), {}, ""}), Contains("what is there is no socket"));
  CHECK(in.entries() == 0);
}

TEST_CASE("socket file: one that nobody listens at any more is replaced", "[socket_file]") {
  const place_in_folder in;
  { const bound gone({in.path(), 0666, ""}); }
  REQUIRE(at(in.path()));  // as after a crash
  bound one({in.path(), {}, ""});
  CHECK(can_connect(in.path()));
  CHECK(mode_at(in.path()) == 0600);
  CHECK(in.entries() == 1);
}

TEST_CASE("socket file: nobody waits in front of a socket that is new", "[socket_file]") {
  const place_in_folder in;
  const bound one({in.path(), {}, ""});
  ::fcntl(one.socket.get(), F_SETFL, O_NONBLOCK);
  CHECK(::accept(one.socket.get(), nullptr, nullptr) == -1);
  CHECK(errno == EAGAIN);
}

TEST_CASE("socket file: one that somebody listens at is left alone", "[socket_file]") {
  const place_in_folder in;
  const bound first({in.path(), {}, ""}, 0);
  SECTION("and has space for more") {}
  SECTION("and whose queue is full") {
    std::vector<unique_fd> waiting;
    for (bool full = false; !full;) {
      waiting.push_back(new_socket());
      REQUIRE(waiting.size() < 100);
      ::fcntl(waiting.back().get(), F_SETFL, O_NONBLOCK);
      full = !connect(waiting.back(), in.path());
    }
    CHECK(errno == EAGAIN);
    CHECK_THROWS_WITH(bound({in.path(), {}, ""}), Equals(in_use));
  }
  const auto before = at(in.path());
  CHECK_THROWS_WITH(bound({in.path(), {}, ""}), Equals(in_use));
  REQUIRE(at(in.path()));
  CHECK(at(in.path())->st_ino == before->st_ino);
  CHECK(in.entries() == 1);
  CHECK(first.file.is_there());
}

TEST_CASE("socket file: a socket of datagrams in use is left alone, too", "[socket_file]") {
  const place_in_folder in;
  const unique_fd other = silent_at(in.path(), SOCK_DGRAM);
  CHECK_THROWS_WITH(bound({in.path(), {}, ""}), Equals(in_use));
  CHECK(at(in.path()));
}

TEST_CASE("socket file: what is no socket is never touched", "[socket_file]") {
  const place_in_folder in;
  const std::string kind = GENERATE("file", "folder", "pipe", "link to nothing", "link to an abandoned socket");
  CAPTURE(kind);
  const std::string aim = in.folder.path() + "/aim";
  if (kind == "file") std::ofstream(in.path()) << "precious";
  if (kind == "folder") REQUIRE(::mkdir(in.path().c_str(), 0700) == 0);
  if (kind == "pipe") REQUIRE(::mkfifo(in.path().c_str(), 0600) == 0);
  if (kind == "link to an abandoned socket") silent_at(aim);
  if (kind.starts_with("link")) REQUIRE(::symlink(aim.c_str(), in.path().c_str()) == 0);
  const auto before = at(in.path());
  REQUIRE(before);
  CHECK_THROWS_WITH(bound({in.path(), {}, ""}),
                    Equals("what is there is no socket, so it is left alone: choose another path, or move it"));
  REQUIRE(at(in.path()));
  CHECK(at(in.path())->st_ino == before->st_ino);
  CHECK(at(in.path())->st_mode == before->st_mode);
}

TEST_CASE("socket file: is removed only while it is ours", "[socket_file]") {
  const place_in_folder in;
  bound one({in.path(), {}, ""});
  CHECK(one.file.is_there());
  SECTION("and is gone then") {
    one.file.remove();
    CHECK_FALSE(at(in.path()));
    CHECK_FALSE(one.file.is_there());
    bound next({in.path(), {}, ""});
    one.file.remove();  // is not ours any more
    CHECK(next.file.is_there());
  }
  SECTION("not another server's in its place") {
    REQUIRE(::unlink(in.path().c_str()) == 0);
    bound next({in.path(), {}, ""});
    CHECK_FALSE(one.file.is_there());
    one.file.remove();
    CHECK(next.file.is_there());
  }
  SECTION("not under another name") {
    const std::string other = in.folder.path() + "/other";
    REQUIRE(::rename(in.path().c_str(), other.c_str()) == 0);
    one.file.remove();
    CHECK(at(other));
  }
  SECTION("by whom it was moved to") {
    net::socket_file mine = std::move(one.file);
    one.file.remove();  // NOLINT: has nothing any more
    CHECK(mine.is_there());
    mine.remove();
    CHECK_FALSE(at(in.path()));
  }
}

TEST_CASE("socket file: of two servers that start at once the one gets it and the other says so", "[socket_file]") {
  const place_in_folder in;
  const unix_place place{in.path(), 0666, ""};
  kernel calls;
  std::optional<competitor> other;
  unique_fd late;
  const auto other_comes = [&] {
    calls.bound = nullptr;
    calls.connected = nullptr;
    other.emplace(unix_place{in.path(), 0600, ""});
  };
  SECTION("the other takes it for abandoned before it listens") {
    calls.bound = other_comes;
    CHECK_THROWS_WITH(bound(place), Equals(just_taken));
    REQUIRE(other);
  }
  SECTION("the other puts its own there when this has just found an abandoned one") {
    silent_at(in.path());
    calls.connected = [&] {
      REQUIRE(::unlink(in.path().c_str()) == 0);
      other_comes();
    };
    CHECK_THROWS_WITH(bound(place), Equals(just_taken));
    REQUIRE(other);
  }
  SECTION("the other begins to listen after this has found that nobody does") {
    late = silent_at(in.path());
    REQUIRE(::chmod(in.path().c_str(), 0600) == 0);
    calls.connected = [&] {
      calls.connected = nullptr;
      REQUIRE(::listen(late.get(), 8) == 0);
    };
    CHECK_THROWS_WITH(bound(place), Equals(in_use));
  }
  CHECK(can_connect(in.path()));
  CHECK(mode_at(in.path()) == 0600);  // the other's
  CHECK(in.entries() == 1);
}

TEST_CASE("socket file: what is taken away before it listens is not served", "[socket_file]") {
  const place_in_folder in;
  kernel calls;
  calls.bound = [&] { REQUIRE(::unlink(in.path().c_str()) == 0); };
  CHECK_THROWS_WITH(bound({in.path(), {}, ""}), Equals(just_taken));
  CHECK(in.entries() == 0);
}
