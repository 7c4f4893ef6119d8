// A certificate whose files become others while it is in use.

#include "server/certificate_watch.hpp"

#include <sstream>
#include <string>
#include <unistd.h>
#include <variant>

#include <asio/executor_work_guard.hpp>
#include <spdlog/sinks/ostream_sink.h>

#include "tests/support/catch.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/deadline.hpp"
#include "tests/support/scratch_directory.hpp"

using namespace confab;
using namespace confab::test;
using namespace std::chrono_literals;

namespace {

constexpr auto day = 24h;

/// A watch that looks all the time.
class watched {
 public:
  explicit watched(const identity_wish& first = {}) : written_(write(first)) { watch.start(); }
  ~watched() {
    watch.stop();
    more_to_come.reset();
    io.restart();
    io.run();
  }
  watched(const watched&) = delete;
  watched& operator=(const watched&) = delete;

  identity write(const identity_wish& wish) const {
    const identity fresh = make_identity(wish);
    write_file(options.certificate, fresh.certificate);
    write_file(options.key, fresh.key);
    return fresh;
  }
  tls_files read() const { return std::get<tls_files>(read_tls_files(options)); }
  /// Runs until the log has said it.
  bool until(const std::string& text) {
    io.restart();
    for (const deadline end; !says(text) && !end.passed();) io.run_one_for(10ms);
    return says(text);
  }
  bool says(const std::string& text) const { return said_.str().find(text) != std::string::npos; }
  std::size_t count(const std::string& text) const {
    std::size_t out = 0;
    const std::string all = said_.str();
    for (auto at = all.find(text); at != std::string::npos; at = all.find(text, at + 1)) ++out;
    return out;
  }
  /// Several looks go by.
  void look() {
    io.restart();
    for (int i = 0; i < 20; ++i) io.run_one_for(10ms);
  }
  bool has(const net::tls_context& which) const { return watch.keys()->get().get() == &which; }

  const scratch_directory folder;
  const tls_options options{folder.path() + "/cert.pem", folder.path() + "/key.pem"};

 private:
  identity written_;
  std::ostringstream said_;

 public:
  std::atomic<std::int64_t> expires{0};
  asio::io_context io;
  asio::executor_work_guard<asio::io_context::executor_type> more_to_come{io.get_executor()};  // as in a server
  certificate_watch watch{
      io,      std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_mt>(said_)),
      options, read(),
      expires, 1ms};
};

}  // namespace

TEST_CASE("certificate: in use from the start, and said until when", "[tls]") {
  const watched one;
  const auto now = one.watch.keys()->get();
  CHECK(one.says("the certificate in " + one.options.certificate + " is valid until " + day_of(now->expires())));
  CHECK(one.expires == std::chrono::system_clock::to_time_t(now->expires()));
  CHECK_FALSE(one.says("expires"));
}

TEST_CASE("certificate: a new one is taken by itself, and connections that there are keep theirs", "[tls]") {
  watched one;
  const auto before = one.watch.keys()->get();
  const std::int64_t expired = one.expires;
  one.look();
  CHECK(one.has(*before));
  one.write({.expires = 200 * day});
  REQUIRE(one.until(" is new, and valid until "));
  CHECK_FALSE(one.has(*before));
  CHECK(before->get() != nullptr);
  CHECK(one.expires > expired + 100 * 86400);
  one.look();
  CHECK(one.count(" is new, ") == 1);
}

TEST_CASE("certificate: one half of a new pair is not taken, which is said once, and with the other half it is",
          "[tls]") {
  watched one;
  const auto before = one.watch.keys()->get();
  const identity fresh = make_identity();
  const bool key_first = GENERATE(false, true);
  CAPTURE(key_first);
  key_first ? write_file(one.options.key, fresh.key) : write_file(one.options.certificate, fresh.certificate);
  const std::string said = "the new certificate is not used, and the old one stays: " + one.options.key +
                           ": this is not the key of the certificate; have both files been replaced?";
  REQUIRE(one.until(said));
  one.look();
  CHECK(one.count("is not used") == 1);
  CHECK(one.has(*before));
  key_first ? write_file(one.options.certificate, fresh.certificate) : write_file(one.options.key, fresh.key);
  REQUIRE(one.until(" is new, "));
  CHECK_FALSE(one.has(*before));
}

TEST_CASE("certificate: files that are gone, or garbage, change nothing", "[tls]") {
  watched one;
  const auto before = one.watch.keys()->get();
  ::unlink(one.options.certificate.c_str());
  REQUIRE(one.until(one.options.certificate + ": there is no such file"));
  write_file(one.options.certificate, "garbage");
  REQUIRE(one.until(one.options.certificate + ": it has no certificate"));
  CHECK(one.has(*before));
}

TEST_CASE("certificate: one that is not valid today does not take the place of one that is", "[tls]") {
  watched one;
  const auto before = one.watch.keys()->get();
  one.write({.begins = -2 * day, .expires = -1 * day});
  REQUIRE(one.until("the one in use is valid"));
  CHECK(one.has(*before));
  one.write({.expires = 2 * day});
  REQUIRE(one.until(" is new, "));
}

TEST_CASE("certificate: its end is said before it comes, and when it has come", "[tls]") {
  SECTION("soon") {
    const watched one({.expires = 6 * day});
    CHECK(one.says("the certificate in " + one.options.certificate + " expires in 6 days, on "));
  }
  SECTION("it has come: the server works, and clients refuse it") {
    const watched one({.begins = -9 * day, .expires = -1 * day});
    CHECK(one.says("the certificate in " + one.options.certificate + " expired on "));
  }
  SECTION("not valid yet") {
    const watched one({.begins = 1 * day, .expires = 90 * day});
    CHECK(one.says(" is not valid before "));
  }
  SECTION("of a new one it is said anew") {
    watched one({.expires = 6 * day});
    one.write({.expires = 5 * day});
    REQUIRE(one.until("expires in 5 days"));
    CHECK(one.count("expires in") == 2);
  }
}

TEST_CASE("certificate: what a reload has read is used, and a look from before it is worth nothing", "[tls]") {
  watched one;
  const auto before = one.watch.keys()->get();
  one.watch.take(one.options, one.read());
  CHECK(one.has(*before));  // it is the same
  one.write({});
  const tls_files fresh = one.read();
  one.watch.take(one.options, fresh);
  CHECK(one.has(*fresh.context));
  tls_options other = one.options;
  other.least = net::tls_version::tls13;
  const tls_files again = one.read();
  one.watch.take(other, again);
  CHECK(one.has(*again.context));
  one.look();
  CHECK(one.has(*again.context));
}

TEST_CASE("certificate: one that is wanted no more is not looked at, until it is wanted again", "[tls]") {
  watched one;
  one.watch.rest();
  CHECK(one.expires == 0);
  ::unlink(one.options.certificate.c_str());
  one.look();
  CHECK_FALSE(one.says("no such file"));
  one.write({.expires = 5 * day});
  CHECK(one.watch.take(one.options, one.read()));
  one.watch.start();
  one.watch.start();
  CHECK(one.count("expires in 5 days") == 1);
  CHECK(one.count(" is valid until ") == 2);
  CHECK(one.expires > 0);
  ::unlink(one.options.certificate.c_str());
  CHECK(one.until("no such file"));
}
