#include "server/chat/tokens.hpp"

#include "server/chat/scope.hpp"

namespace confab::chat {

bool tokens::can_come_back(const device& who) noexcept {
  return who.format == wire_format::json && who.extras != nullptr && !who.extras->token.empty();
}

void tokens::give(device& to) {
  if (!to.ensure_extras().token.empty() || chat_.options.resume_window.count() == 0 || !chat_.options.make_token)
    return;
  to.extras->token = chat_.options.make_token();
  if (to.extras->earlier_scope != 0) {
    to.extras->token = token_in_scope(to.extras->token, to.extras->earlier_scope);
  }
  to.extras->scope = scope_of(to.extras->token);
  to.extras->token_since = chat_.last_id;
  by_token_.emplace(to.extras->token, &to);
}

device* tokens::find(std::string_view token) const {
  const auto found = by_token_.find(std::string(token));
  return found == by_token_.end() ? nullptr : found->second;
}

void tokens::note_earlier(device& from, std::string_view token) {
  from.ensure_extras().earlier_scope = scope_of(token);
}

void tokens::forget(const device& gone) {
  if (gone.extras != nullptr) by_token_.erase(gone.extras->token);
}

}  // namespace confab::chat
