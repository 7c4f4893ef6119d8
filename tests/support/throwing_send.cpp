// A library for LD_PRELOAD: a send(2) that throws when it is to send the word boom, on the main thread or on another as
// the environment's CONFAB_THROW_ON says. So a test can see what becomes of an exception that nobody foresaw, in the
// program that people run.

#include <cstdlib>
#include <dlfcn.h>
#include <stdexcept>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

extern "C" ssize_t send(int fd, const void* bytes, size_t size, int flags) {
  static auto* const real = reinterpret_cast<decltype(&::send)>(::dlsym(RTLD_NEXT, "send"));
  const char* const where = std::getenv("CONFAB_THROW_ON");
  const bool here = where != nullptr && (std::string_view(where) == "main") == (::gettid() == ::getpid());
  const std::string_view text(static_cast<const char*>(bytes), size);
  if (here && text.find("boom") != std::string_view::npos) throw std::runtime_error("the sky is falling");
  return real(fd, bytes, size, flags);
}
