#include "common/normal_form.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <utf8proc.h>

#include "common/utf8.hpp"

namespace confab {
namespace {

// The longest decomposition of one code point, that of U+FDFA, has 18.
constexpr std::size_t most_parts = 32;

utf8proc_option_t options_of(normal_form form) noexcept {
  constexpr unsigned composed = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
  constexpr unsigned folded = composed | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
  return static_cast<utf8proc_option_t>(form == normal_form::composed ? composed : folded);
}

// Code points on their way to a normal form, with their marks in canonical order.
class decomposition {
 public:
  explicit decomposition(std::size_t expected) { points_.reserve(expected + 1); }

  void add(utf8proc_int32_t c) {
    const auto order = utf8proc_get_property(c)->combining_class;
    if (order == 0) {
      marks_ = 0;
      points_.push_back(c);
      return;
    }
    if (marks_ == max_marks_in_a_row) return;
    std::size_t at = marks_++;
    points_.push_back(c);
    for (auto place = points_.end() - 1; at > 0 && orders_[at - 1] > order; --at, --place, ++moves_) {
      orders_[at] = orders_[at - 1];
      std::iter_swap(place, place - 1);
    }
    orders_[at] = order;
  }

  std::size_t moves() const noexcept { return moves_; }

  // Composes and encodes. No use of it afterwards.
  std::string finish(utf8proc_option_t how) {
    const auto count = static_cast<utf8proc_ssize_t>(points_.size());
    points_.push_back(0);  // utf8proc ends its text with a NUL
    const auto size = utf8proc_reencode(points_.data(), count, how);
    if (size < 0) return {};
    return {reinterpret_cast<const char*>(points_.data()), static_cast<std::size_t>(size)};
  }

 private:
  std::vector<utf8proc_int32_t> points_;
  std::array<utf8proc_propval_t, max_marks_in_a_row> orders_;  // of the marks since the last letter
  std::size_t marks_ = 0;
  std::size_t moves_ = 0;
};

bool is_ascii(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string normalise_ascii(std::string_view text, normal_form form) {
  std::string out(text);
  if (form == normal_form::composed) return out;
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

}  // namespace

std::string normalise(std::string_view text, normal_form form, std::size_t* moves) {
  if (is_ascii(text)) return normalise_ascii(text, form);
  if (!utf8::valid(text)) return {};
  const utf8proc_option_t how = options_of(form);
  decomposition parts(text.size());
  while (!text.empty()) {
    const auto [c, size] = utf8::decode(text);
    text.remove_prefix(size);
    std::array<utf8proc_int32_t, most_parts> decomposed;
    const auto count = utf8proc_decompose_char(static_cast<utf8proc_int32_t>(c), decomposed.data(),
                                               static_cast<utf8proc_ssize_t>(decomposed.size()), how, nullptr);
    if (count < 0 || count > static_cast<utf8proc_ssize_t>(decomposed.size())) return {};
    std::for_each(decomposed.begin(), decomposed.begin() + count, [&parts](auto each) { parts.add(each); });
  }
  if (moves != nullptr) *moves += parts.moves();
  return parts.finish(how);
}

}  // namespace confab
