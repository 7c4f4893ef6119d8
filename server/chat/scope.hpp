#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// Whose tags are whose, beyond the end of a session and of the server: a tag is one message's within a scope, and the
/// scope follows from the token with which its owner can come back. Nobody else can guess it. Pure.
namespace confab::chat {

/// The scope of `token`; never 0. Tokens made by `token_in_scope` have the one that they were made for.
std::uint64_t scope_of(std::string_view token) noexcept;

/// `token`, so that its scope is `scope`: a client that could not resume goes on in the scope of its former token,
/// however often the server is restarted.
std::string token_in_scope(std::string_view token, std::uint64_t scope);

}  // namespace confab::chat
