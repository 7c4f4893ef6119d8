#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

/// Fields of an object that a server sent, each made safe to show, whatever the server is. A field that is missing or
/// of another type is as if it were not there. Pure; any thread.
namespace confab::client {

/// What a name, an address, a tag or a code has at most: they are kept by the thousand. Those of a confabd are shorter;
/// what is longer is cut.
inline constexpr std::size_t most_short = 256;

std::string whole_text(const std::string& text);
/// At most `most_short` bytes of it.
std::string short_text(const std::string& text);

std::string text_field(const nlohmann::json& object, const char* key);
std::string short_field(const nlohmann::json& object, const char* key);
std::optional<std::string> optional_text(const nlohmann::json& object, const char* key);

/// The room that text goes to: the lobby, which has a name here, is none.
std::string room_field(const nlohmann::json& object);

/// A list of at most `most` texts, each read by `text`; what is no text in it is left out, and so is what is beyond.
std::optional<std::vector<std::string>> texts_field(const nlohmann::json& object, const char* key, std::size_t most,
                                                    std::string (*text)(const std::string&));

/// A number that is not negative; anything else is `fallback`. Floating point is cut, within bounds.
std::uint64_t number_field(const nlohmann::json& object, const char* key, std::uint64_t fallback = 0);

bool flag_field(const nlohmann::json& object, const char* key, bool fallback);

std::optional<std::chrono::sys_time<std::chrono::milliseconds>> time_field(const nlohmann::json& object,
                                                                           const char* key);

}  // namespace confab::client
