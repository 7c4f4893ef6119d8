#pragma once

#include <optional>
#include <string_view>

#include "common/names.hpp"
#include "server/chat/chat_state.hpp"
#include "server/chat/facts.hpp"
#include "server/chat/refusal.hpp"

namespace confab::chat {

/// Who is called what. With the hub, on its thread.
class naming {
 public:
  explicit naming(chat_state& chat) : chat_(chat) {}

  /// By name, or by number as in `@17`: who that is does not change with the name. Null: there is none.
  user* find(std::string_view text) const;
  /// The number that `text` is, though its user may have gone, or that of whoever is called so; 0: nobody ever had it.
  std::uint64_t number_of(std::string_view text) const;
  void rename(const asker& from, std::string_view wanted);

  /// Nothing: it is not refused, and `chosen` is what `from` may be called.
  std::optional<refusal> decide(const user& from, std::string_view wanted, name& chosen);
  /// Somebody who is null is on another node.
  void apply(const fact::renamed& news, const asker& from);

 private:
  chat_state& chat_;
};

}  // namespace confab::chat
