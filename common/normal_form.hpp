#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Unicode's normal forms, at a cost that rises with the length of the text and with nothing else. Pure; any thread.
namespace confab {

enum class normal_form : std::uint8_t {
  composed,  ///< NFC: the same characters, spelt in one way
  folded,    ///< NFKC_Casefold: case, width and compatibility forms are gone, and so is what does not show
};

/// To put marks in order takes a time that rises with the square of their number. No language has so many on one letter
/// (UAX 15 has the same limit in its Stream-Safe Text Format); what goes beyond is left out.
inline constexpr std::size_t max_marks_in_a_row = 30;

/// `text` in that form; empty when it is not UTF-8. `moves`: where to add how often a mark was moved past another.
std::string normalise(std::string_view text, normal_form form, std::size_t* moves = nullptr);

}  // namespace confab
