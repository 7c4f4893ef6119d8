#include "server/chat/naming.hpp"

#include <string>
#include <utility>

#include "common/parse_number.hpp"
#include "server/chat/lookalikes.hpp"

namespace confab::chat {
namespace {

// What it takes to see whom a name looks like.
constexpr std::size_t steps_of_looks = 200;

}  // namespace

user* naming::find(std::string_view text) const {
  user* found = nullptr;
  if (text.starts_with('@')) {
    const std::uint64_t number = parse_number<std::uint64_t>(text.substr(1)).value_or(0);
    found = number != 0 ? chat_.users.find_id(number) : nullptr;
  } else {
    // Most names are their own key: only the others cost a normalisation.
    found = is_plain_key(text) ? chat_.users.find_key(text) : chat_.users.find_key(name_key(text));
  }
  return found != nullptr && found->announced ? found : nullptr;
}

std::uint64_t naming::number_of(std::string_view text) const {
  if (const auto number = parse_number<std::uint64_t>(text)) return *number <= chat_.users.newest() ? *number : 0;
  const user* const found = find(text);
  return found == nullptr ? 0 : found->user_id;
}

void naming::rename(const asker& from, std::string_view wanted) {
  name chosen;
  if (const auto no = decide(*from, wanted, chosen)) return chat_.out.reply_error(from, no->why, no->detail);
  const std::string old_name(from->name());
  const bool told = from->known && chosen.shown != old_name;
  apply(fact::renamed{old_name, {chosen.shown, from->addr, from->user_id}, chosen.key, told}, from);
}

std::optional<refusal> naming::decide(const user& from, std::string_view wanted, name& chosen) {
  auto parsed = parse_name(wanted);
  if (const auto* error = std::get_if<name_error>(&parsed)) return refusal{to_problem(*error)};
  chosen = std::move(std::get<name>(parsed));
  if (is_like_local_address(chosen.key)) return refusal{problem::name_like_address};
  const user* const holder = chat_.users.find_key(chosen.key);
  if (holder != nullptr && holder != &from) return refusal{problem::name_in_use};
  chat_.spent.add(steps_of_looks);
  if (mixes_scripts(chosen.shown)) return refusal{problem::name_mixes_scripts};
  const looks appearance = looks_of(chosen.shown);
  if (looks_reserved(appearance)) return refusal{problem::name_reserved};
  if (chat_.users.find_lookalike(appearance, from) != nullptr) return refusal{problem::name_looks_taken};
  return std::nullopt;
}

void naming::apply(const fact::renamed& news, const asker& from) {
  const event::renamed line{news.old_name, news.who};
  if (from.on == nullptr) {
    if (news.told) chat_.out.to_all(line);
    return;
  }
  chat_.users.rename(*from, std::string(news.who.name), std::string(news.key));
  chat_.out.reply_on_all(from, event::you_renamed{news.old_name, news.who});
  if (news.told) chat_.out.to_others(*from, line);
}

}  // namespace confab::chat
