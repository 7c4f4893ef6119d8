#pragma once

#include <functional>
#include <memory>

#include "server/store/message.hpp"
#include "server/store/options.hpp"

namespace confab::store {

/// Answers questions about the history, on two threads with a connection each: one for pages, which take
/// microseconds, and one for searches, which may take longer, so that nobody who comes in waits for somebody's
/// search. Answers of one kind come in the order of the questions.
///
/// All functions may be called from any thread and do not wait. Each question that was accepted (true) is answered
/// once, by a call on one of the reader's threads that must not throw; one is refused (false, and no call) when
/// `options::max_requests` wait already. What cannot be read is answered with an error, and tried anew with the next
/// question.
class reader {
 public:
  using page_handler = std::function<void(page)>;
  using rooms_handler = std::function<void(room_list)>;

  /// The history must have been made by a writer. It is opened at once, while there are descriptors to be had; if that
  /// fails, with the first question.
  explicit reader(const options& how);

  /// Answers what still waits with an error, and ends the threads.
  ~reader();
  reader(const reader&) = delete;
  reader& operator=(const reader&) = delete;

  [[nodiscard]] bool read_page(page_request wanted, page_handler done);
  [[nodiscard]] bool search(search_request wanted, page_handler done);
  [[nodiscard]] bool rooms(rooms_handler done);

  /// Closes the files, soon, and answers what is asked with an error, until go_on(). Whether they are closed: else to
  /// be asked again.
  bool make_way();
  /// Opens what is there now with the next question.
  void go_on();

 private:
  class lane;
  std::unique_ptr<lane> pages_;
  std::unique_ptr<lane> searches_;
};

}  // namespace confab::store
