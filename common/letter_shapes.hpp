#pragma once

namespace confab {

/// The small Latin letter that `c`, of another script or a letter that few keyboards have, is taken for by the eye (UTS
/// 39), among the letters of the words that mean something without a slash; 0 for any other code point, Latin letters
/// included. Pure; any thread.
char letter_shape(char32_t c) noexcept;

}  // namespace confab
