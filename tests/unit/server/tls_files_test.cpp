#include "server/tls_files.hpp"

#include <chrono>
#include <fstream>
#include <string>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>
#include <variant>

#include "tests/support/catch.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/scratch_directory.hpp"

using namespace confab;
using namespace confab::test;
using namespace std::chrono_literals;

namespace {

/// A folder with a certificate and its key.
struct pair_of_files {
  scratch_directory folder;
  tls_options options{folder.path() + "/cert.pem", folder.path() + "/key.pem", net::tls_version::tls12};
  identity one = make_identity();

  pair_of_files() { write(one); }
  void write(const identity& what) const {
    write_file(options.certificate, what.certificate);
    write_file(options.key, what.key);
  }
  tls_files read() const {
    const auto out = read_tls_files(options);
    const auto* const wrong = std::get_if<tls_files_fault>(&out);
    INFO((wrong == nullptr ? "" : wrong->why));
    REQUIRE(wrong == nullptr);
    return std::get<tls_files>(out);
  }
  tls_files_fault fault() const {
    const auto out = read_tls_files(options);
    REQUIRE(std::holds_alternative<tls_files_fault>(out));
    return std::get<tls_files_fault>(out);
  }
};

}  // namespace

TEST_CASE("tls files: a certificate and its key are read", "[tls]") {
  const pair_of_files both;
  const tls_files read = both.read();
  CHECK(read.context->expires() > std::chrono::system_clock::now());
  CHECK(read.stamps == stamps_of(both.options));
}

TEST_CASE("tls files: what is wrong with a file is said with its name", "[tls]") {
  pair_of_files both;
  const bool of_key = GENERATE(false, true);
  CAPTURE(of_key);
  const std::string file = of_key ? both.options.key : both.options.certificate;
  const auto why = [&] {
    const tls_files_fault fault = both.fault();
    CHECK(fault.of_key == of_key);
    return fault.why;
  };
  ::unlink(file.c_str());
  CHECK(why() == file + ": there is no such file");
  ::mkdir(file.c_str(), 0700);
  CHECK(why() == file + ": this is no plain file");
  ::rmdir(file.c_str());
  ::mkfifo(file.c_str(), 0600);
  CHECK(why() == file + ": this is no plain file");
  ::unlink(file.c_str());
  write_file(file, "");
  CHECK(why() == file + (of_key ? ": it has no key, which begins with -----BEGIN PRIVATE KEY-----"
                                : ": it has no certificate, which begins with -----BEGIN CERTIFICATE-----"));
  const std::string& right = of_key ? both.one.key : both.one.certificate;
  write_file(file, right + std::string(1024 * 1024 - right.size(), '\n'));
  CHECK(both.read().context != nullptr);
  write_file(file, right + std::string(1024 * 1024 - right.size() + 1, '\n'));
  CHECK(why() == file + ": this has more than 1048576 bytes: it is something else");
}

TEST_CASE("tls files: who may not read one is told what to do", "[tls]") {
  const pair_of_files both;
  ::chmod(both.options.key.c_str(), 0);
  const uid_t nobody = 65534;
  const int before = ::setfsuid(nobody);  // root may read everything
  const auto out = read_tls_files({both.options.certificate, both.options.key});
  ::setfsuid(static_cast<uid_t>(before));
  REQUIRE(std::holds_alternative<tls_files_fault>(out));
  CHECK_THAT(std::get<tls_files_fault>(out).why,
             Catch::EndsWith(": Permission denied: the user that the server runs as must be allowed to read it"));
}

TEST_CASE("tls files: a name that is not fit to print is made so", "[tls]") {
  pair_of_files both;
  both.options.key = "/no\nsuch";
  CHECK(both.fault().why == "/no\xEF\xBF\xBDsuch: there is no such file");
}

TEST_CASE("tls files: a file that has become another has another stamp", "[tls]") {
  const pair_of_files both;
  const tls_stamps before = stamps_of(both.options);
  CHECK(stamps_of(both.options) == before);
  SECTION("replaced by one of the same size") {
    write_file(both.options.key, both.one.key);
    CHECK(stamps_of(both.options).certificate == before.certificate);
    CHECK_FALSE(stamps_of(both.options) == before);
  }
  SECTION("written on") {
    std::ofstream(both.options.certificate, std::ios::app) << '\n';
    CHECK_FALSE(stamps_of(both.options) == before);
  }
  SECTION("gone") {
    ::unlink(both.options.key.c_str());
    CHECK_FALSE(stamps_of(both.options) == before);
  }
  SECTION("a link that leads elsewhere, as certbot has them") {
    tls_options linked = both.options;
    linked.certificate = both.folder.path() + "/live";
    ::symlink("cert.pem", linked.certificate.c_str());
    const tls_stamps first = stamps_of(linked);
    CHECK(first == before);
    write_file(both.folder.path() + "/cert2.pem", both.one.certificate);
    ::unlink(linked.certificate.c_str());
    ::symlink("cert2.pem", linked.certificate.c_str());
    CHECK_FALSE(stamps_of(linked) == first);
  }
}

TEST_CASE("tls files: one that is not valid today does not take the place of one that is", "[tls]") {
  const auto made = [](std::chrono::seconds begins, std::chrono::seconds expires) {
    const identity whose = make_identity({.begins = begins, .expires = expires});
    return std::get<0>(net::tls_context::make(whose.certificate, whose.key, net::tls_version::tls12));
  };
  const auto good = made(-48h, 48h);
  const auto old = made(-96h, -48h);
  const auto early = made(48h, 96h);
  const auto today = std::chrono::system_clock::now();
  CHECK(why_not_instead(*good, *good, today).empty());
  CHECK(why_not_instead(*good, *old, today).empty());
  CHECK(why_not_instead(*old, *early, today).empty());
  CHECK(why_not_instead(*old, *good, today) ==
        "it expired on " + day_of(old->expires()) + ", and the one in use is valid");
  CHECK(why_not_instead(*early, *good, today) ==
        "it is not valid before " + day_of(early->begins()) + ", and the one in use is");
  CHECK(day_of(std::chrono::system_clock::from_time_t(0)) == "1970-01-01");
}
