#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "client/protocol/events.hpp"

namespace confab::client {

/// Tells one person from another, whatever they are called: the server's number where it gives one, else one of our own
/// making that follows them as long as we hear who comes, goes and changes names. 0 = nobody.
using person_id = std::uint64_t;

/// Somebody who is online.
struct somebody {
  std::string name{};
  std::string addr{};    ///< empty = not known
  user_number user = 0;  ///< 0 = the server gives no numbers
  person_id id = 0;
  bool lost = false;  ///< their connection was broken when we last heard of it
};

/// Who is online, as far as the server has told: ourselves, how many, and (after a whole list) everybody's name. No
/// socket in it; one owner, one thread.
class roster {
 public:
  /// At most this many people are known by name; with one more all others are forgotten, and learnt anew when needed.
  static constexpr std::size_t most_known = 100'000;
  /// Bytes of an address; a longer one is none.
  static constexpr std::size_t longest_addr = 64;

  /// A new connection: what was known of others is forgotten.
  void greet(const welcome& hello);

  /// What an event says about people. Returns whether anything changed that a status row shows.
  bool apply(const event_body& body);

  /// Our own name; empty before the first welcome.
  const std::string& me() const noexcept { return me_; }
  /// And number; 0 = the server gives none.
  user_number my_number() const noexcept { return my_number_; }
  std::uint64_t online() const noexcept { return online_; }
  /// Whether everybody's name is known.
  bool complete() const noexcept { return complete_; }

  /// The name of somebody online as they write it, whatever the spelling of `name`; ourselves too.
  std::optional<std::string> find(std::string_view name) const;
  /// Who has this name, or is this person; null = nobody that we know of. Valid until the next event.
  const somebody* who(std::string_view name) const;
  const somebody* who(person_id id) const;
  /// Everybody but us: who spoke last comes first, then by name.
  std::vector<std::string> others() const;
  std::vector<somebody> other_people() const;

 private:
  struct entry : somebody {
    std::uint64_t spoke = 0;    // rising; 0 = never
    std::uint64_t listing = 0;  // the list that they were last seen in
  };

  bool apply_one(const joined& what);
  bool apply_one(const left& what);
  bool apply_one(const crowd& what);
  bool apply_one(const message& what);
  bool apply_one(const whisper& what);
  bool apply_one(const client::renamed& what);
  bool apply_one(const users& what);
  bool apply_one(const count& what);
  bool apply_one(const delivery& what);
  template <typename Other>
  bool apply_one(const Other&) {
    return false;
  }
  entry& add(std::string_view name, user_number user, std::string_view addr, bool fresh = false);
  void forget_others();
  void take_out(std::string_view name, user_number user);
  void spoke(std::string_view name, user_number user, std::string_view addr);
  bool set_online(std::uint64_t online);
  std::vector<const entry*> sorted_others() const;

  std::string me_;
  user_number my_number_ = 0;
  std::uint64_t online_ = 0;
  bool complete_ = false;
  bool listing_ = false;   // in the middle of a list
  bool overflow_ = false;  // somebody was forgotten since it began
  std::uint64_t listings_ = 0;
  std::uint64_t spoken_ = 0;
  person_id last_own_id_ = first_own_id;                  // of those that we make
  std::unordered_map<std::string, entry> people_;         // by name_key
  std::unordered_map<person_id, std::string> keys_;       // of the entries
  static constexpr person_id first_own_id = 1ULL << 63U;  // above every number of a server
};

}  // namespace confab::client
