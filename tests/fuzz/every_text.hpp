#pragma once

#include <cstddef>
#include <string_view>
#include <type_traits>

namespace confab::fuzz {

namespace detail {

struct anything {
  template <class T>
  operator T() const;  // never defined: only its type is of use
};

/// How many fields a plain struct has: as many as it can be initialised with.
template <class T, class... Fields>
constexpr std::size_t field_count() {
  if constexpr (requires { T{Fields{}..., anything{}}; }) {
    return field_count<T, Fields..., anything>();
  } else {
    return sizeof...(Fields);
  }
}

}  // namespace detail

/// Calls `check` with every text in `value`: a string, a list or an optional of something, or a plain struct of such
/// fields. So no field that somebody adds to an event goes unchecked.
template <class T, class Check>
void every_text(const T& value, const Check& check) {
  const auto each = [&check](const auto&... fields) { (every_text(fields, check), ...); };
  if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    check(std::string_view(value));
  } else if constexpr (std::is_trivially_copyable_v<T>) {
    // numbers, flags and times
  } else if constexpr (requires { value.has_value(); }) {
    if (value.has_value()) every_text(*value, check);
  } else if constexpr (requires { value.begin(); }) {
    for (const auto& element : value) every_text(element, check);
  } else {
    constexpr std::size_t count = detail::field_count<T>();
    static_assert(count >= 1 && count <= 16, "a struct with so many fields needs a line here");
    // clang-format off
    if constexpr (count == 1) { const auto& [a] = value; each(a); }
    if constexpr (count == 2) { const auto& [a, b] = value; each(a, b); }
    if constexpr (count == 3) { const auto& [a, b, c] = value; each(a, b, c); }
    if constexpr (count == 4) { const auto& [a, b, c, d] = value; each(a, b, c, d); }
    if constexpr (count == 5) { const auto& [a, b, c, d, e] = value; each(a, b, c, d, e); }
    if constexpr (count == 6) { const auto& [a, b, c, d, e, f] = value; each(a, b, c, d, e, f); }
    if constexpr (count == 7) { const auto& [a, b, c, d, e, f, g] = value; each(a, b, c, d, e, f, g); }
    if constexpr (count == 8) { const auto& [a, b, c, d, e, f, g, h] = value; each(a, b, c, d, e, f, g, h); }
    if constexpr (count == 9) { const auto& [a, b, c, d, e, f, g, h, i] = value; each(a, b, c, d, e, f, g, h, i); }
    if constexpr (count == 10) { const auto& [a, b, c, d, e, f, g, h, i, j] = value; each(a, b, c, d, e, f, g, h, i, j); }
    if constexpr (count == 11) { const auto& [a, b, c, d, e, f, g, h, i, j, k] = value; each(a, b, c, d, e, f, g, h, i, j, k); }
    if constexpr (count == 12) { const auto& [a, b, c, d, e, f, g, h, i, j, k, l] = value; each(a, b, c, d, e, f, g, h, i, j, k, l); }
    if constexpr (count == 13) { const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m] = value; each(a, b, c, d, e, f, g, h, i, j, k, l, m); }
    if constexpr (count == 14) { const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n] = value; each(a, b, c, d, e, f, g, h, i, j, k, l, m, n); }
    if constexpr (count == 15) { const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o] = value; each(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o); }
    if constexpr (count == 16) { const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = value; each(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p); }
    // clang-format on
  }
}

}  // namespace confab::fuzz
