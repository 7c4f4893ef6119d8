// However a stream is cut, the same request comes out of it, or the same refusal, and no more than the limit is taken.
// Input: two bytes choose the limit and the cuts, the rest is the stream.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "server/net/http_request.hpp"
#include "server/net/web_names.hpp"
#include "server/net/websocket_handshake.hpp"
#include "tests/fuzz/expect.hpp"

namespace {

using confab::fuzz::expect;
using confab::net::http_request_reader;
using state = http_request_reader::state;

struct outcome {
  state is;
  int status;
  std::size_t taken;
  std::string path;
  bool head_only;
  std::vector<std::pair<std::string, std::string>> fields;
};

/// Reads `stream` in pieces of sizes that `cut` chooses (0: in one piece).
outcome read(std::string_view stream, std::size_t limit, unsigned cut) {
  http_request_reader reader(limit);
  std::size_t taken = 0;
  while (taken < stream.size() && reader.now() == state::more) {
    const std::size_t size = cut == 0 ? stream.size() : 1 + cut % 11;
    cut = cut == 0 ? 0 : cut * 5 + 1;
    // A copy of its own size, so that reading past its end is seen.
    const std::string piece(stream.substr(taken, size));
    const std::size_t count = reader.feed(piece);
    expect(count <= piece.size(), "no more is taken than there is");
    expect(reader.now() != state::more || count == piece.size(), "all is taken while more is wanted");
    taken += count;
  }
  expect(taken <= limit, "no more than the limit is taken");
  const auto& request = reader.request();
  return {reader.now(), reader.status(), taken, request.path, request.head_only, request.fields};
}

/// What a web listener makes of a whole request.
void check_upgrade(std::string_view head) {
  http_request_reader reader(head.size() + 1);
  reader.feed(head);
  if (reader.now() != state::complete) return;
  const auto& request = reader.request();
  const confab::net::web_names names{{"a.example"}, {"https://b.example"}};
  if (confab::net::is_for_us(request, names)) expect(!request.host.empty(), "who asks for us says whom it means");
  if (confab::net::may_connect(request, names, true))
    expect(confab::net::may_connect(request, names, false), "what may behind TLS may without");
  const auto agreed = confab::net::welcome_websocket(request);
  if (const auto* const refused = std::get_if<confab::net::http_answer>(&agreed)) {
    expect(refused->status == 400 || refused->status == 426, "a refusal has a status of those");
  } else {
    expect(!request.head_only && request.count("sec-websocket-key") == 1, "an upgrade is a GET with a key");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::size_t limit = 1 + data[0] * std::size_t{4};
  const unsigned cut = 1 + data[1];
  const std::string_view stream(reinterpret_cast<const char*>(data) + 2, size - 2);
  const outcome whole = read(stream, limit, 0);
  const outcome pieces = read(stream, limit, cut);
  expect(whole.is == pieces.is && whole.status == pieces.status, "cuts change no outcome");
  if (whole.is != state::complete) return 0;
  expect(whole.taken == pieces.taken && stream[whole.taken - 1] == '\n', "a head ends with a line");
  expect(whole.path == pieces.path && whole.head_only == pieces.head_only, "cuts change no request");
  expect(whole.fields == pieces.fields, "cuts change no field");
  check_upgrade(stream.substr(0, whole.taken));
  expect(!whole.path.empty() && whole.fields.size() <= http_request_reader::max_fields, "a request has a path");
  return 0;
}
