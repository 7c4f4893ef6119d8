#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace confab::chat {

struct device;
struct user;

/// The address without the port, of `ip:port`, `[ip6]:port` or what has no port: what the budgets of one address are
/// counted by.
std::string_view without_port(std::string_view addr) noexcept;

/// Devices whose connection broke and which may come back: in the order of their going, with a budget for all and one
/// for each address, so that nobody takes up the places of the others. Owns nothing. With the hub, on its thread.
class ghosts {
 public:
  ghosts(std::size_t most, std::size_t most_of_one_address) noexcept : most_(most), most_of_one_(most_of_one_address) {}

  /// Another budget for all. Nobody goes for that alone: see surplus().
  void set_most(std::size_t most) noexcept { most_ = most; }

  std::size_t size() const noexcept { return by_number_.size(); }
  /// How many users have no other devices than these.
  std::size_t users() const noexcept { return users_; }
  /// `who` has got a device, or lost one of several.
  void count(user& who) noexcept;

  /// `gone` has just lost its connection. Its address without the port must stay what it is until remove().
  void add(device& gone);
  /// It has come back, or left for good. Nothing happens when it is not in.
  void remove(device& gone);
  void clear() noexcept;

  /// Who has been gone for longest; null when there is none.
  device* oldest() const noexcept { return by_number_.empty() ? nullptr : by_number_.begin()->second; }

  /// Who must go for the one that has just come, for the budgets to hold: the oldest of the address that has the most.
  /// Null when they hold.
  device* surplus() const noexcept;

 private:
  struct address {
    std::set<std::uint64_t> numbers;  // rising: the oldest in front
  };
  // How many an address has, and how old its oldest is: of equals the older goes.
  using rank = std::pair<std::size_t, std::uint64_t>;
  static rank rank_of(const address& of) noexcept { return {of.numbers.size(), UINT64_MAX - *of.numbers.begin()}; }

  std::size_t most_;
  std::size_t most_of_one_;
  std::uint64_t last_number_ = 0;
  std::size_t users_ = 0;
  std::map<std::uint64_t, device*> by_number_;
  std::unordered_map<std::string, address> by_address_;
  std::map<rank, const address*> ranks_;  // no two addresses have the same oldest
};

}  // namespace confab::chat
