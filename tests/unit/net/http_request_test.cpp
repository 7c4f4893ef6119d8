// What is a request that may be answered, and why another is not, however the bytes are cut.

#include "server/net/http_request.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "tests/support/catch.hpp"

using namespace confab;
using namespace std::string_literals;
using state = net::http_request_reader::state;

namespace {

/// What became of a stream: `GET /path [name=value;...]` or `refused STATUS`, `more`; and what of it was not taken.
struct reading {
  std::string is;
  std::string rest;
  bool operator==(const reading&) const = default;
};

std::ostream& operator<<(std::ostream& out, const reading& what) {
  return out << what.is << " rest \"" << what.rest << '"';
}

std::string describe(const net::http_request_reader& reader) {
  if (reader.now() == state::more) return "more";
  if (reader.now() == state::refused) return "refused " + std::to_string(reader.status());
  std::string out = (reader.request().head_only ? "HEAD " : "GET ") + reader.request().path;
  for (const auto& [name, value] : reader.request().fields) out += " " + name + "=" + value;
  return out;
}

/// Fed in two pieces, of which the first has `cut` bytes.
reading read_cut(std::string_view stream, std::size_t cut, std::size_t limit = net::http_request_reader::usual_limit) {
  net::http_request_reader reader(limit);
  std::size_t taken = 0;
  std::size_t fed = 0;
  for (const std::string_view piece : {stream.substr(0, cut), stream.substr(cut)}) {
    // A copy of its own size, so that reading past its end is seen.
    const std::string copy(piece);
    taken += reader.feed(copy);
    fed += piece.size();
    if (reader.now() == state::more) REQUIRE(taken == fed);
  }
  return {describe(reader), reader.now() == state::complete ? std::string(stream.substr(taken)) : ""};
}

/// The same for every cut, and byte by byte.
reading read(std::string_view stream, std::size_t limit = net::http_request_reader::usual_limit) {
  const reading whole = read_cut(stream, stream.size(), limit);
  for (std::size_t cut = 0; cut < stream.size(); ++cut) {
    CAPTURE(cut);
    REQUIRE(read_cut(stream, cut, limit) == whole);
  }
  net::http_request_reader slow(limit);
  std::size_t taken = 0;
  while (slow.now() == state::more && taken < stream.size()) taken += slow.feed(std::string(1, stream[taken]));
  REQUIRE(describe(slow) == whole.is);
  return whole;
}

}  // namespace

TEST_CASE("http_request: a GET and a HEAD are read, however they are cut", "[http_request]") {
  CHECK(read("GET /metrics HTTP/1.1\r\nHost: localhost:9100\r\nAccept: text/plain\r\n\r\n") ==
        reading{"GET /metrics host=localhost:9100 accept=text/plain", ""});
  CHECK(read("HEAD /healthz HTTP/1.1\r\nhOsT:a\r\nEmpty:\r\n\r\n") == reading{"HEAD /healthz host=a empty=", ""});
  CHECK(read("GET / HTTP/1.0\r\n\r\n") == reading{"GET /", ""});
  // By hand, in nc, lines end with LF alone; and blank lines in front are the keyboard's.
  CHECK(read("\r\n\nGET /a HTTP/1.1\nHost: b\n\n") == reading{"GET /a host=b", ""});
}

TEST_CASE("http_request: what is asked for is a path, without query and host", "[http_request]") {
  CHECK(read("GET /metrics?name=a/b#c HTTP/1.0\r\n\r\n").is == "GET /metrics");
  CHECK(read("GET /%6detrics HTTP/1.0\r\n\r\n").is == "GET /%6detrics");
  CHECK(read("GET http://localhost:9100/metrics HTTP/1.1\r\nHost: x\r\n\r\n").is == "GET /metrics host=x");
  CHECK(read("GET http://localhost HTTP/1.1\r\nHost: x\r\n\r\n").is == "GET / host=x");
  CHECK(read("GET * HTTP/1.0\r\n\r\n").is == "GET *");
  const std::string wrong = GENERATE("metrics", "/met\x01rics", "/met\xc3\xa9rics", "http://", "http:///x");
  CAPTURE(wrong);
  CHECK(read("GET " + wrong + " HTTP/1.0\r\n\r\n").is == "refused 400");
}

TEST_CASE("http_request: whom it is for is the host of the target, or of its field", "[http_request]") {
  const auto host = [](const std::string& target, const std::string& fields) {
    net::http_request_reader reader;
    reader.feed("GET " + target + " HTTP/1.1\r\n" + fields + "\r\n");
    REQUIRE(reader.now() == state::complete);
    return reader.request().host;
  };
  CHECK(host("/a", "Host: b:81\r\n") == "b:81");
  CHECK(host("http://c:82/a", "Host: b:81\r\n") == "c:82");
  CHECK(host("http://c", "Host: b:81\r\n") == "c");
  CHECK(host("http://[::1]:82/", "Host: b\r\n") == "[::1]:82");
  CHECK(host("/", "Host:\r\n").empty());
}

TEST_CASE("http_request: whether another may follow, and whether it is 1.1", "[http_request]") {
  const auto of = [](const std::string& head) {
    net::http_request_reader reader;
    reader.feed(head);
    REQUIRE(reader.now() == state::complete);
    return std::pair(reader.request().keeps_alive, reader.request().is_latest);
  };
  CHECK(of("GET / HTTP/1.1\r\nHost: a\r\n\r\n") == std::pair(true, true));
  CHECK(of("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n") == std::pair(false, true));
  CHECK(of("GET / HTTP/1.0\r\n\r\n") == std::pair(false, false));
  CHECK(of("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n") == std::pair(true, false));
}

TEST_CASE("http_request: lists with commas, and tokens in them", "[http_request]") {
  std::string_view list = " a,, b c ,\t, d";
  CHECK(net::next_item(list) == "a");
  CHECK(net::next_item(list) == "b c");
  CHECK(net::next_item(list) == "d");
  CHECK_FALSE(net::next_item(list));
  CHECK_FALSE(net::next_item(list));
  net::http_request_reader reader;
  reader.feed("GET / HTTP/1.1\r\nHost: a\r\nX: One, TWO\r\nY: z\r\nX: three\r\n\r\n");
  for (const char* const token : {"one", "two", "three"}) CHECK(reader.request().has_token("x", token));
  for (const char* const token : {"z", "One", "on", ""}) CHECK_FALSE(reader.request().has_token("x", token));
  CHECK(reader.request().count("x") == 2);
  CHECK(reader.request().count("z") == 0);
  CHECK(net::lower("AbC-\xC3\x84") == "abc-\xC3\x84");
}

TEST_CASE("http_request: what follows the head is left alone", "[http_request]") {
  CHECK(read("GET / HTTP/1.0\r\n\r\nGET /b HTTP/1.0\r\n\r\n") == reading{"GET /", "GET /b HTTP/1.0\r\n\r\n"});
  const std::string upgrade =
      "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n\x81\x80"s;
  CHECK(read(upgrade) == reading{"GET /ws host=a connection=Upgrade upgrade=websocket", "\x81\x80"});
  net::http_request_reader done;
  done.feed("GET / HTTP/1.0\r\n\r\n");
  CHECK(done.feed("GET / HTTP/1.0\r\n\r\n") == 0);
  CHECK(done.request().field("host").empty());
}

TEST_CASE("http_request: a copy goes on by itself", "[http_request]") {
  net::http_request_reader first;
  first.feed("GET /a");
  net::http_request_reader second = first;
  first.feed("b HTTP/1.0\r\n\r\n");
  second.feed("c HTTP/1.0\r\n\r\n");
  CHECK(describe(first) == "GET /ab");
  CHECK(describe(second) == "GET /ac");
}

TEST_CASE("http_request: another method is 405, whatever else it has", "[http_request]") {
  const std::string method = GENERATE("POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "M-SEARCH");
  CAPTURE(method);
  CHECK(read(method + " /metrics HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello").is == "refused 405");
  CHECK(read("CONNECT localhost:80 HTTP/1.1\r\nHost: a\r\n\r\n").is == "refused 405");
}

TEST_CASE("http_request: what is no request is 400", "[http_request]") {
  const std::string wrong = GENERATE(
      "hello\n"s, "/json on\n"s, "\x16\x03\x01\x02"s, "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n"s, "GET\r\n\r\n"s,
      "get / HTTP/1.1\r\n\r\n"s, "GET / FTP/1.1\r\n\r\n"s, "GET / HTTP/1.1 x\r\n\r\n"s,
      "GET / HTTP/1.0\r\nno colon\r\n\r\n"s, "GET / HTTP/1.0\r\na b: c\r\n\r\n"s, "GET / HTTP/1.0\r\na : c\r\n\r\n"s,
      "GET / HTTP/1.0\r\n: c\r\n\r\n"s, "GET / HTTP/1.0\r\nA: b\0c\r\n\r\n"s, "GET / HTTP/1.0\r\n\rX"s,
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"s, "GEX / HTTP/1.0\r\n\r\n"s);
  CAPTURE(wrong);
  CHECK(read(wrong).is == "refused 400");
}

TEST_CASE("http_request: a body is refused, an empty one is none", "[http_request]") {
  const auto with = [](const std::string& fields) {
    return read("GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\nx").is;
  };
  CHECK(with("Content-Length: 1\r\n") == "refused 400");
  CHECK(with("Content-Length: 18446744073709551615\r\n") == "refused 400");
  CHECK(with("Content-Length: 99999999999999999999\r\n") == "refused 400");
  CHECK(with("Content-Length: -1\r\n") == "refused 400");
  CHECK(with("Content-Length: 0\r\nContent-Length: 1\r\n") == "refused 400");
  CHECK(with("Transfer-Encoding: chunked\r\n") == "refused 400");
  CHECK(with("Transfer-Encoding: identity\r\n") == "refused 400");
  CHECK(with("Content-Length: 0\r\n") == "GET / host=a content-length=0");
}

TEST_CASE("http_request: 1.1 says once which host is meant, 1.0 need not", "[http_request]") {
  CHECK(read("GET / HTTP/1.1\r\n\r\n").is == "refused 400");
  CHECK(read("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n").is == "refused 400");
  CHECK(read("GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n").is == "refused 400");
  CHECK(read("GET / HTTP/1.0\r\nHost: a\r\n\r\n").is == "GET / host=a");
}

TEST_CASE("http_request: another version is 505", "[http_request]") {
  CHECK(read("GET / HTTP/2.0\r\nHost: a\r\n\r\n").is == "refused 505");
  CHECK(read("GET /\r\n\r\n").is == "refused 505");
}

TEST_CASE("http_request: a head takes so many bytes and no more", "[http_request]") {
  const auto head_of = [](std::size_t bytes) {
    const std::string around = "GET / HTTP/1.0\r\nA: \r\n\r\n";
    return std::string(around).insert(19, std::string(bytes - around.size(), 'x'));
  };
  REQUIRE(head_of(64).size() == 64);
  CHECK(read(head_of(63), 64).is.starts_with("GET / a=x"));
  CHECK(read(head_of(64), 64).is.starts_with("GET / a=x"));
  CHECK(read(head_of(65), 64).is == "refused 431");
  CHECK(read("GET /" + std::string(60, 'x'), 64).is == "refused 431");
  CHECK(read(std::string(64, '\n'), 64).is == "refused 431");
  CHECK(read(std::string(63, '\n'), 64).is == "more");
  // The limit that a server has.
  constexpr std::size_t usual = net::http_request_reader::usual_limit;
  CHECK(usual == 8192);
  CHECK(read_cut(head_of(usual), usual / 2).is.starts_with("GET / "));
  CHECK(read_cut(head_of(usual + 1), usual / 2).is == "refused 431");
}

TEST_CASE("http_request: a head has so many fields and no more", "[http_request]") {
  const auto with = [](std::size_t count) {
    std::string head = "GET / HTTP/1.0\r\n";
    for (std::size_t i = 0; i < count; ++i) head += "a:b\r\n";
    head += "\r\n";
    return read_cut(head, head.size() / 2).is;
  };
  CHECK(with(99).starts_with("GET / a=b"));
  CHECK(with(100).starts_with("GET / a=b"));
  CHECK(with(101) == "refused 431");
}
