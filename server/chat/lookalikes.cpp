#include "server/chat/lookalikes.hpp"

#include <array>
#include <functional>
#include <stdexcept>
#include <string>
#include <unicode/uspoof.h>
#include <unicode/ustring.h>
#include <unordered_set>

#include "common/commands.hpp"
#include "common/names.hpp"

namespace confab::chat {
namespace {

class spoof_checker {
 public:
  spoof_checker() {
    UErrorCode trouble = U_ZERO_ERROR;
    checker_ = uspoof_open(&trouble);
    uspoof_setChecks(checker_, USPOOF_RESTRICTION_LEVEL, &trouble);
    uspoof_setRestrictionLevel(checker_, USPOOF_HIGHLY_RESTRICTIVE);
    if (U_SUCCESS(trouble)) return;
    uspoof_close(checker_);
    throw std::runtime_error(std::string("the tables of ICU cannot be read: ") + u_errorName(trouble));
  }
  spoof_checker(const spoof_checker&) = delete;
  spoof_checker& operator=(const spoof_checker&) = delete;
  ~spoof_checker() { uspoof_close(checker_); }

  const USpoofChecker* get() const noexcept { return checker_; }

 private:
  USpoofChecker* checker_;
};

const USpoofChecker* checker() {
  static const spoof_checker one;
  return one.get();
}

// A text of ICU's: what a name of 32 code points becomes is far shorter.
struct utf16 {
  std::array<char16_t, 1024> units;
  std::int32_t size = 0;
};

std::uint64_t hash_of_skeleton(const utf16& text) {
  utf16 skeleton;
  UErrorCode trouble = U_ZERO_ERROR;
  skeleton.size = uspoof_getSkeleton(checker(), 0, text.units.data(), text.size, skeleton.units.data(),
                                     static_cast<std::int32_t>(skeleton.units.size()), &trouble);
  const utf16& found = U_SUCCESS(trouble) ? skeleton : text;
  return std::hash<std::u16string_view>()({found.units.data(), static_cast<std::size_t>(found.size)});
}

std::unordered_set<std::uint64_t> looks_of_reserved() {
  std::unordered_set<std::uint64_t> all;
  const auto add = [&all](std::string_view word) {
    const looks its = looks_of(word);
    all.insert(its.as_written);
    all.insert(its.in_capitals);
  };
  for (const std::string_view word : reserved_names()) add(word);
  for (const command_row& row : command_table()) add(row.word);
  return all;
}

}  // namespace

void load_lookalikes() {
  checker();
}

bool mixes_scripts(std::string_view name) {
  UErrorCode trouble = U_ZERO_ERROR;
  const std::int32_t found =
      uspoof_check2UTF8(checker(), name.data(), static_cast<std::int32_t>(name.size()), nullptr, &trouble);
  return U_FAILURE(trouble) || found != 0;
}

looks looks_of(std::string_view name) {
  utf16 written;
  UErrorCode trouble = U_ZERO_ERROR;
  const auto room = static_cast<std::int32_t>(written.units.size());
  u_strFromUTF8(written.units.data(), room, &written.size, name.data(), static_cast<std::int32_t>(name.size()),
                &trouble);
  if (U_FAILURE(trouble)) return {};
  utf16 capitals;
  capitals.size = u_strToUpper(capitals.units.data(), room, written.units.data(), written.size, "", &trouble);
  const std::uint64_t as_written = hash_of_skeleton(written);
  return {as_written, U_SUCCESS(trouble) ? hash_of_skeleton(capitals) : as_written};
}

bool looks_reserved(const looks& name) {
  static const std::unordered_set<std::uint64_t> all = looks_of_reserved();
  return all.contains(name.as_written);
}

}  // namespace confab::chat
