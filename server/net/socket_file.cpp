#include "server/net/socket_file.hpp"

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <grp.h>
#include <optional>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>

#include "common/parse_number.hpp"

namespace confab::net {
namespace {

[[noreturn]] void fail(const std::string& why) {
  throw std::runtime_error(why);
}

constexpr const char* just_taken = "Address already in use: another server has just begun to listen there";

std::string text_of(int error) {
  return std::generic_category().message(error);
}

sockaddr_un address_of(const std::string& path) {
  sockaddr_un out{};
  out.sun_family = AF_UNIX;
  if (path.size() > longest_socket_path) fail("the path is too long");
  std::memcpy(out.sun_path, path.data(), path.size());
  return out;
}

bool is_same(const struct stat& a, const struct stat& b) noexcept {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

// What has this name, itself if it is a link.
unique_fd hold(const std::string& path, struct stat& what) {
  unique_fd out(::open(path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  if (out && ::fstat(out.get(), &what) != 0) out.reset();
  return out;
}

// Connects to a socket whatever it is called by now. 0, or what is wrong.
int connect_to(int file, const unique_fd& from) {
  const sockaddr_un itself = address_of(fmt::format("/proc/self/fd/{}", file));
  if (::connect(from.get(), reinterpret_cast<const sockaddr*>(&itself), sizeof itself) == 0) return 0;
  if (errno == ENOENT) fail("to look after it takes /proc, which is not mounted here");
  return errno;
}

unique_fd new_probe() {
  unique_fd out(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!out) fail(text_of(errno));
  return out;
}

// Throws when somebody listens at this socket, or nobody can tell.
void check_abandoned(int file) {
  const int answer = connect_to(file, new_probe());
  switch (answer) {
    case ECONNREFUSED: return;
    case 0:
    case EAGAIN:  // whose queue is full
    case EPROTOTYPE: fail("Address already in use: choose another path, or stop what listens there (ss -lxp lists it)");
    default: fail(fmt::format("what listens there cannot be asked: {}", text_of(answer)));
  }
}

// Whether it is this process, by `socket`, that listens at this file. The connection that it takes to know is nobody's.
bool is_heard_here(int file, int socket) {
  const unique_fd probe = new_probe();
  if (connect_to(file, probe) != 0) return false;
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(probe.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || peer.pid != ::getpid()) return false;
  const unique_fd ignored(::accept4(socket, nullptr, nullptr, SOCK_CLOEXEC));
  return true;
}

// Takes an abandoned socket away. Between the look and the deed another server may have put its own there, or have
// begun to listen at this one: so the file is moved aside first, looked at again, and comes back if it is not to go.
void clear(const std::string& path) {
  struct stat seen {};
  const unique_fd found = hold(path, seen);
  if (!found && errno == ENOENT) return;
  if (!found) fail(text_of(errno));
  if (!S_ISSOCK(seen.st_mode)) fail("what is there is no socket, so it is left alone: choose another path, or move it");
  check_abandoned(found.get());
  const std::string aside = fmt::format("{}.{}.old", path, ::getpid());
  if (::renameat2(AT_FDCWD, path.c_str(), AT_FDCWD, aside.c_str(), RENAME_NOREPLACE) != 0) {
    if (errno == ENOENT) return;
    fail(fmt::format("an abandoned socket is there, and cannot be removed: {}", text_of(errno)));
  }
  try {
    struct stat moved {};
    if (::lstat(aside.c_str(), &moved) != 0 || !is_same(moved, seen)) fail(just_taken);
    check_abandoned(found.get());
  } catch (...) {
    ::renameat2(AT_FDCWD, aside.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE);
    throw;
  }
  ::unlink(aside.c_str());
}

gid_t group_of(const std::string& name) {
  group entry{};
  group* found = nullptr;
  for (std::vector<char> buffer(4096);; buffer.resize(buffer.size() * 2)) {
    const int error = ::getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (error == ERANGE && buffer.size() < 1024 * 1024) continue;
    break;
  }
  if (found != nullptr) return entry.gr_gid;
  const auto number = parse_number<std::uint32_t>(name);
  if (!number) fail(fmt::format("there is no group {}", name));
  return *number;
}

// By descriptor: what has the name may be another by now.
void permit(int file, const unix_place& place, const std::optional<gid_t>& group) {
  if (group && ::fchownat(file, "", static_cast<uid_t>(-1), *group, AT_EMPTY_PATH) != 0) {
    fail(fmt::format("it cannot be given to the group {}: {}{}", place.group, text_of(errno),
                     errno == EPERM ? ", the server's user must be in that group" : ""));
  }
  struct stat now {};
  if (::fstat(file, &now) == 0 && (now.st_mode & 07777U) == mode_of(place)) return;
  if (::chmod(fmt::format("/proc/self/fd/{}", file).c_str(), static_cast<mode_t>(mode_of(place))) != 0) {
    fail(fmt::format("its mode cannot be set: {}", text_of(errno)));
  }
}

std::string cannot_bind(int error) {
  switch (error) {
    case EADDRINUSE: return just_taken;
    case ENOENT: return text_of(error) + ": make the folder first";
    case EACCES: return text_of(error) + ": choose a folder that the server's user may write to";
    default: return text_of(error);
  }
}

}  // namespace

socket_file::socket_file(int socket, const unix_place& place, int backlog) {
  const sockaddr_un address = address_of(place.path);
  const auto group = place.group.empty() ? std::nullopt : std::optional(group_of(place.group));
  clear(place.path);
  // The file gets the socket's own permissions, less the umask: at first no more than the owner's.
  ::fchmod(socket, static_cast<mode_t>(mode_of(place) & 0700U));
  if (::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail(cannot_bind(errno));
  struct stat made {};
  itself_ = hold(place.path, made);
  path_ = place.path;
  if (::listen(socket, backlog) != 0) {
    const int error = errno;
    remove();
    fail(text_of(error));
  }
  // Until now it looked abandoned: another server may have taken it away, and what we hold may be the other's.
  if (!itself_ || !S_ISSOCK(made.st_mode) || !is_heard_here(itself_.get(), socket)) fail(just_taken);
  try {
    permit(itself_.get(), place, group);
    if (!is_there()) fail(just_taken);
  } catch (...) {
    remove();
    throw;
  }
}

bool socket_file::is_there() const noexcept {
  struct stat ours {};
  struct stat there {};
  return itself_ && ::fstat(itself_.get(), &ours) == 0 && ::lstat(path_.c_str(), &there) == 0 && is_same(ours, there);
}

void socket_file::remove() noexcept {
  if (is_there()) ::unlink(path_.c_str());
  itself_.reset();
}

}  // namespace confab::net
