#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "client/events.hpp"

namespace confab::client {

/// Who is online, as far as the server has told: ourselves, how many, and (after a whole list) everybody's name. No
/// socket in it; one owner, one thread.
class roster {
 public:
  /// A new connection: what was known of others is forgotten.
  void greet(const welcome& hello);

  /// What an event says about people. Returns whether anything changed that a status row shows.
  bool apply(const event_body& body);

  /// Our own name; empty before the first welcome.
  const std::string& me() const noexcept { return me_; }
  std::uint64_t online() const noexcept { return online_; }
  /// Whether everybody's name is known.
  bool complete() const noexcept { return complete_; }

  /// The name of somebody online as they write it, whatever the spelling of `name`; ourselves too.
  std::optional<std::string> find(std::string_view name) const;
  /// Everybody but us: who spoke last comes first, then by name.
  std::vector<std::string> others() const;

 private:
  struct entry {
    std::string shown;
    std::uint64_t spoke = 0;    // rising; 0 = never
    std::uint64_t listing = 0;  // the list that they were last seen in
  };

  bool apply_one(const joined& what);
  bool apply_one(const left& what);
  bool apply_one(const crowd& what);
  bool apply_one(const public_message& what);
  bool apply_one(const private_message& what);
  bool apply_one(const client::renamed& what);
  bool apply_one(const users& what);
  bool apply_one(const count& what);
  template <typename Other>
  bool apply_one(const Other&) {
    return false;
  }
  entry& add(std::string_view name);
  void spoke(std::string_view name);
  bool set_online(std::uint64_t online);

  std::string me_;
  std::uint64_t online_ = 0;
  bool complete_ = false;
  bool listing_ = false;  // in the middle of a list
  std::uint64_t listings_ = 0;
  std::uint64_t spoken_ = 0;
  std::unordered_map<std::string, entry> people_;  // by name_key
};

}  // namespace confab::client
