#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace confab {

/// How a connection wants to be spoken to. A message is rendered at most once a form.
enum class form : std::uint8_t {
  text,            ///< lines for people
  json,            ///< lines for programs
  numbered,        ///< lines for people, with the ids of messages in front
  timed,           ///< lines for people, each with the time in front
  timed_numbered,  ///< both
};
inline constexpr std::size_t form_count = 5;
inline constexpr std::array<form, form_count> all_forms{form::text, form::json, form::numbered, form::timed,
                                                        form::timed_numbered};

constexpr bool has_ids(form as) noexcept {
  return as == form::numbered || as == form::timed_numbered;
}
constexpr bool has_times(form as) noexcept {
  return as == form::timed || as == form::timed_numbered;
}
/// The text form with these two things in front of its lines.
constexpr form text_form(bool ids, bool times) noexcept {
  if (times) return ids ? form::timed_numbered : form::timed;
  return ids ? form::numbered : form::text;
}

}  // namespace confab
