#include "server/net/proxy_header.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstring>
#include <netinet/in.h>
#include <optional>

#include "common/parse_number.hpp"

// https://www.haproxy.org/download/2.6/doc/proxy-protocol.txt; section 2.1 is version 1, section 2.2 version 2.
namespace confab::net {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view start_v1 = "PROXY ";
constexpr std::string_view start_v2 = "\r\n\r\n\0\r\nQUIT\n"sv;
constexpr std::size_t fixed_v2 = 16;  // its start, then one byte each for command and family, then the size of the rest

// Bytes of two addresses with their ports.
constexpr std::size_t inet_size = 2 * (4 + 2);
constexpr std::size_t inet6_size = 2 * (16 + 2);
constexpr std::size_t unix_size = 2 * 108;

constexpr std::uint8_t ssl_type = 0x20;    // of a TLV
constexpr std::uint8_t client_ssl = 0x01;  // in the first byte of its value

std::uint8_t byte_at(std::string_view bytes, std::size_t place) noexcept {
  return static_cast<std::uint8_t>(bytes[place]);
}

std::size_t number_at(std::string_view bytes, std::size_t place) noexcept {
  return std::size_t{byte_at(bytes, place)} << 8U | byte_at(bytes, place + 1);
}

// Whether `text` is a start of `all`, or begins with it.
bool agrees(std::string_view text, std::string_view all) noexcept {
  const std::size_t both = std::min(text.size(), all.size());
  return text.substr(0, both) == all.substr(0, both);
}

template <class Address>
void put(sockaddr_storage& into, const Address& address) noexcept {
  std::memcpy(&into, &address, sizeof address);
}

void put_v4(sockaddr_storage& into, const void* ip, std::uint16_t port) noexcept {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  std::memcpy(&out.sin_addr, ip, sizeof out.sin_addr);
  out.sin_port = htons(port);
  put(into, out);
}

void put_v6(sockaddr_storage& into, const void* ip, std::uint16_t port) noexcept {
  sockaddr_in6 out{};
  out.sin6_family = AF_INET6;
  std::memcpy(&out.sin6_addr, ip, sizeof out.sin6_addr);
  out.sin6_port = htons(port);
  put(into, out);
}

// In digits, without zeros in front.
std::optional<std::uint16_t> parse_port(std::string_view text) noexcept {
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  return parse_number<std::uint16_t>(text);
}

// Takes the word up to the next blank, or the rest.
std::string_view take_word(std::string_view& from) noexcept {
  const std::size_t end = std::min(from.find(' '), from.size());
  const std::string_view word = from.substr(0, end);
  from.remove_prefix(std::min(end + 1, from.size()));
  return word;
}

// Whether the TLVs (type, size in two bytes, value) say that the client came over TLS. What is behind a broken one is
// not looked at.
bool says_ssl(std::string_view tlvs) noexcept {
  constexpr std::size_t head = 3;
  while (tlvs.size() >= head) {
    const std::size_t size = number_at(tlvs, 1);
    if (tlvs.size() - head < size) return false;
    if (byte_at(tlvs, 0) == ssl_type) return size > 0 && (byte_at(tlvs, head) & client_ssl) != 0;
    tlvs.remove_prefix(head + size);
  }
  return false;
}

// Of the fixed part: how many bytes of addresses its family has. None: there is no such family.
std::optional<std::size_t> address_size(std::uint8_t family) noexcept {
  switch (family) {
    case 0x00: return 0;  // not known
    case 0x11:            // over TCP
    case 0x12:            // over UDP
      return inet_size;
    case 0x21:
    case 0x22: return inet6_size;
    case 0x31:
    case 0x32: return unix_size;
    default: return std::nullopt;
  }
}

}  // namespace

std::size_t proxy_header_reader::feed(std::string_view piece) {
  std::size_t taken = 0;
  while (state_ == state::more && taken < piece.size()) {
    const std::string_view next = piece.substr(taken, wanted(piece.substr(taken)));
    text_ += next;
    taken += next.size();
    state_ = judge();
  }
  return taken;
}

// How many of these bytes are the header's for sure, or would make it wrong; at least one.
std::size_t proxy_header_reader::wanted(std::string_view piece) const noexcept {
  if (text_.empty()) return 1;
  if (text_.front() == start_v1.front()) {
    const std::size_t end = piece.find('\n');
    return std::min(end == std::string_view::npos ? piece.size() : end + 1, longest_v1 - text_.size());
  }
  const std::size_t size = text_.size() < fixed_v2 ? fixed_v2 : fixed_v2 + number_at(text_, fixed_v2 - 2);
  return size - text_.size();
}

proxy_header_reader::state proxy_header_reader::judge() {
  return text_.front() == start_v1.front() ? judge_v1() : judge_v2();
}

proxy_header_reader::state proxy_header_reader::judge_v1() {
  if (!agrees(text_, start_v1)) return state::wrong;
  if (!text_.ends_with('\n')) return text_.size() < longest_v1 ? state::more : state::wrong;
  std::string_view line = text_;
  if (!line.ends_with("\r\n")) return state::wrong;
  line.remove_suffix(2);
  return line.size() >= start_v1.size() && read_v1(line.substr(start_v1.size())) ? state::complete : state::wrong;
}

bool proxy_header_reader::read_v1(std::string_view line) {
  const std::string_view family = take_word(line);
  if (family == "UNKNOWN") return true;  // whatever follows
  if ((family != "TCP4" && family != "TCP6") || line.find('\0') != std::string_view::npos) return false;
  const int af = family == "TCP4" ? AF_INET : AF_INET6;
  in6_addr source{};
  in6_addr destination{};
  const std::string from(take_word(line));
  const std::string to(take_word(line));
  if (::inet_pton(af, from.c_str(), &source) != 1 || ::inet_pton(af, to.c_str(), &destination) != 1) return false;
  const std::string_view from_port = take_word(line);
  const auto port = parse_port(from_port);
  if (!port || !parse_port(line)) return false;
  af == AF_INET ? put_v4(header_.source, &source, *port) : put_v6(header_.source, &source, *port);
  return true;
}

proxy_header_reader::state proxy_header_reader::judge_v2() {
  if (!agrees(text_, start_v2)) return state::wrong;
  if (text_.size() < fixed_v2) return state::more;
  const std::size_t size = fixed_v2 + number_at(text_, fixed_v2 - 2);
  if (size > longest_v2) return state::wrong;
  const std::uint8_t command = byte_at(text_, start_v2.size());
  if (command != 0x20 && command != 0x21) return state::wrong;  // version 2, and LOCAL or PROXY
  if (text_.size() < size) return state::more;
  const bool local = command == 0x20;  // then nothing else counts
  return local || read_v2(std::string_view(text_).substr(fixed_v2)) ? state::complete : state::wrong;
}

bool proxy_header_reader::read_v2(std::string_view body) {
  const std::uint8_t family = byte_at(text_, start_v2.size() + 1);
  const auto addresses = address_size(family);
  if (!addresses || *addresses > body.size()) return false;
  // Who came over UDP is nobody that we know.
  if (family == 0x11) put_v4(header_.source, body.data(), static_cast<std::uint16_t>(number_at(body, 8)));
  if (family == 0x21) put_v6(header_.source, body.data(), static_cast<std::uint16_t>(number_at(body, 32)));
  if (family == 0x31) header_.source.ss_family = AF_UNIX;
  header_.secure = says_ssl(body.substr(*addresses));
  return true;
}

}  // namespace confab::net
