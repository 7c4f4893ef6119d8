#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include "server/history/message.hpp"
#include "server/store/options.hpp"

namespace confab::store {

/// Answers queries about the history, on two threads with a connection each: one for pages, which take
/// microseconds, and one for searches, which may take longer, so that nobody who comes in waits for somebody's
/// search. On each, askers are served in turn, so that nobody waits for all that another has asked. Answers to one
/// asker's queries of one kind come in their order, but for searches that take longer than others.
///
/// A search has `options::search_time` from when it was asked, waiting included. It works in slices and lets searches
/// that have had fewer of them go first: one that finds its words at once is answered at once, whatever else is
/// searched for.
///
/// All functions may be called from any thread and do not wait. Each query that was accepted (true) is answered
/// once, by a call on one of the reader's threads that must not throw, unless there
/// is no memory; one is refused (false, and no call) when
/// `options::max_requests` wait already, or `options::max_requests_each` of this asker. What cannot be read is answered
/// with an error, and tried anew with the next query.
class reader {
 public:
  using page_handler = std::function<void(page)>;
  using rooms_handler = std::function<void(room_list)>;
  /// Who asks: any number that is one asker's.
  using asker = std::uint64_t;
  static constexpr asker server = 0;  ///< no user: the server itself

  /// The history must have been made by a writer. It is opened at once, while there are descriptors to be had; if that
  /// fails, with the first query.
  /// `index_broken` is called by one of its threads whenever the search index is found damaged, which should be told to
  /// writer::make_index_anew(). Searches then look at all messages, the newest first, as far as they get in their time.
  explicit reader(const options& how, std::function<void()> index_broken = {});

  /// Answers what still waits with an error, and ends the threads.
  ~reader();
  reader(const reader&) = delete;
  reader& operator=(const reader&) = delete;

  [[nodiscard]] bool read_page(page_request wanted, page_handler done, asker whose = server);
  [[nodiscard]] bool search(search_request wanted, page_handler done, asker whose = server);
  [[nodiscard]] bool tagged(tagged_request wanted, page_handler done, asker whose = server);
  [[nodiscard]] bool rooms(rooms_handler done, asker whose = server);

  /// Closes the files, soon, and answers what is asked with an error, until go_on(). Whether they are closed: else to
  /// be asked again.
  bool make_way();
  /// Opens what is there now with the next query.
  void go_on();

 private:
  class worker;
  std::chrono::milliseconds search_time_;
  std::unique_ptr<worker> pages_;
  std::unique_ptr<worker> searches_;
};

}  // namespace confab::store
