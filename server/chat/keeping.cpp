#include "server/chat/keeping.hpp"

namespace confab::chat {

void keeping::set(bool works) {
  works_ = works;
  since_ = chat_.now.steady;
  tell();
}

void keeping::tell() {
  if (works_ == told_ || (works_ && chat_.now.steady - since_ < steady_again)) return;
  told_ = works_;
  chat_.out.to_all(event::keeping{told_});
}

void keeping::tell(const device& fresh) {
  if (!told_) chat_.out.tell(fresh, event::keeping{false});
}

}  // namespace confab::chat
