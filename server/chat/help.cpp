#include "server/chat/help.hpp"

#include "common/commands.hpp"
#include "common/opening.hpp"

namespace confab::chat {

void help(chat_state& chat, const asker& from, std::string_view topic) {
  const folded_word word = fold_word(topic);
  if (topic.starts_with('/')) topic.remove_prefix(1);
  if (!topic.empty() && find_command(word.text()) == nullptr) {
    return chat.out.reply_error(from, problem::unknown_command, topic);
  }
  for (const command_row& row : command_table()) {
    if (!topic.empty() && row.word != word.text()) continue;
    chat.out.reply(from, event::help{row.word, row.usage, row.en, row.zh, row.whom == audience::programs});
  }
}

}  // namespace confab::chat
