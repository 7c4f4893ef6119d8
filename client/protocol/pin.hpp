#pragma once

#include <optional>
#include <string>
#include <string_view>

/// The fingerprint of a certificate, by which it can be pinned: the SHA-256 of all of it, as `openssl x509 -fingerprint
/// -sha256` prints it. Pure; any thread.
namespace confab::client {

/// 64 hexadecimal digits in either case, with colons between all pairs or none at all; as lower-case digits without
/// colons. Nothing for anything else.
std::optional<std::string> parse_pin(std::string_view text);

/// For people, with colons and capitals; `digits` as parse_pin gives them.
std::string show_pin(std::string_view digits);

}  // namespace confab::client
