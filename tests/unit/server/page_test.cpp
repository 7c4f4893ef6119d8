#include "server/page/page.hpp"

#include <algorithm>
#include <cstdio>
#include <set>
#include <string>

#include "tests/support/catch.hpp"
#include "tests/support/scratch_directory.hpp"

using namespace confab;

namespace {

/// What gzip makes of the bytes again.
std::string unpacked(std::string_view gzip, const std::string& file) {
  std::FILE* out = std::fopen(file.c_str(), "wb");
  REQUIRE(out != nullptr);
  REQUIRE(std::fwrite(gzip.data(), 1, gzip.size(), out) == gzip.size());
  REQUIRE(std::fclose(out) == 0);
  std::string whole;
  std::FILE* in = ::popen(("gzip -dc " + file).c_str(), "r");
  REQUIRE(in != nullptr);
  for (int c = std::fgetc(in); c != EOF; c = std::fgetc(in)) whole += static_cast<char>(c);
  REQUIRE(::pclose(in) == 0);
  return whole;
}

const net::web_file& the(std::string_view path) {
  const net::web_file* found = net::find_file(page::files(), path);
  REQUIRE(found != nullptr);
  return *found;
}

}  // namespace

TEST_CASE("page: it is whole, in both forms, and each file has a mark of its own") {
  REQUIRE(page::files().size() >= 7);
  const test::scratch_directory scratch;
  std::set<std::string_view> paths, marks;
  std::size_t raw = 0, sent = 0;
  for (const net::web_file& each : page::files()) {
    INFO(each.path);
    CHECK(paths.insert(each.path).second);
    CHECK(marks.insert(each.mark).second);
    CHECK(each.mark.size() == 16);
    CHECK(each.mark.find_first_not_of("0123456789abcdef") == std::string_view::npos);
    CHECK_FALSE(each.bytes.empty());
    CHECK(unpacked(each.gzip, scratch.path() + "/file.gz") == each.bytes);
    // Fetched only when the server speaks another language, and when something is unread.
    if (each.path == "/problems.js" || each.path == "/icon-new.svg") continue;
    raw += each.bytes.size();
    sent += each.gzip.size();
  }
  // What a first visit waits for on a slow line.
  CHECK(raw <= 60'000);
  CHECK(sent <= 24'000);
}

TEST_CASE("page: what it needs is there, and it asks nobody else for anything") {
  const std::string_view page = the("/").bytes;
  for (const std::string_view wanted : {"app.js", "style.css", "icon.svg", "manifest.webmanifest"}) {
    INFO(wanted);
    CHECK(page.find("\"" + std::string(wanted) + "\"") != std::string_view::npos);
    the("/" + std::string(wanted));
  }
  the("/icon-new.svg");
  the("/problems.js");
  std::size_t looked = 0;
  for (const net::web_file& each : page::files()) {
    INFO(each.path);
    for (std::size_t at = each.bytes.find("://"); at != std::string_view::npos; at = each.bytes.find("://", at + 1)) {
      CHECK(each.bytes.substr(at, 13) == "://www.w3.org");  // the name of SVG, which nobody fetches
      ++looked;
    }
    // Trusted Types would refuse these anyway.
    for (const std::string_view never : {"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("}) {
      CHECK(each.bytes.find(never) == std::string_view::npos);
    }
  }
  CHECK(looked == 2);
}
