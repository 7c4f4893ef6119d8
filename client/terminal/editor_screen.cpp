#include "client/terminal/editor_screen.hpp"

#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <system_error>
#include <utility>

#include <asio/buffer.hpp>
#include <asio/post.hpp>

#include "client/terminal/layout.hpp"

namespace confab::terminal {

using kind = editor_event::kind;

editor_screen::editor_screen(asio::io_context& io, const editor_settings& settings)
    : io_(io),
      settings_(settings),
      foot_({.reverse_status = settings.sgr, .reflows = settings.reflows}),
      editor_(settings.lang),
      input_(io),
      timer_(io),
      signals_(io) {}

std::unique_ptr<editor_screen> editor_screen::open(asio::io_context& io, const editor_settings& settings) {
  std::unique_ptr<editor_screen> made(new editor_screen(io, settings));
  if (made->tty_.open(settings.terminal) || made->tty_.enter()) return nullptr;
  return made;
}

editor_screen::~editor_screen() {
  write(foot_.hide(tty_.size()));
  tty_.leave();
}

void editor_screen::start(client::screen_input& input) {
  owner_ = &input;
  // The copy shares the flags of the terminal we opened, which nobody else has; standard input keeps its own.
  const int copy = ::fcntl(tty_.descriptor(), F_DUPFD_CLOEXEC, 0);
  if (copy < 0) throw std::system_error(errno, std::generic_category(), "terminal");
  input_.assign(copy);
  editor_.set_completion([this] { return owner_->completions(); });
  signals_.add(SIGWINCH);
  signals_.add(SIGCONT);
  watch_signals();
  read();
  schedule_draw();
}

// --- what the client shows ---

/// What people said is left to the terminal to wrap: it is copied whole, and wraps anew with the window.
void editor_screen::show(client::line_kind what, std::string_view line) {
  if (what == client::line_kind::message) {
    foot_.print(line);
  } else {
    print_wrapped(line);
  }
  schedule_draw();
}

void editor_screen::print_wrapped(std::string_view text) {
  for (const std::string& row : wrap(text, tty_.size().columns)) foot_.print(row);
}

void editor_screen::set_use(client::line_use use, std::string_view conversation) {
  switch (use) {
    case client::line_use::choice: current_ = &choices_; break;
    case client::line_use::talk: current_ = &said_in(std::string(conversation)); break;
    case client::line_use::name: current_ = &names_; break;
  }
  editor_.set_history(current_, use != client::line_use::choice);
}

/// The public one is always kept; of the others the one that was longest not talked in makes way.
history& editor_screen::said_in(const std::string& conversation) {
  if (conversation.empty()) return said_[conversation];
  std::erase(conversations_, conversation);
  if (conversations_.size() == most_conversations) {
    said_.erase(conversations_.front());
    conversations_.pop_front();
  }
  conversations_.push_back(conversation);
  return said_[conversation];
}

void editor_screen::remember(std::string_view line) {
  current_->add(line);
  if (current_ == &choices_) said_[{}].add(line);  // typed in the menu, it was most likely meant for all
}

void editor_screen::set_aside() {
  if (editor_.text().empty()) return;
  current_->add(editor_.text());
  editor_.set_text({});
}

void editor_screen::set_prompt(std::string_view prompt) {
  editor_.set_prompt(prompt);
  schedule_draw();
}

void editor_screen::set_status(std::string_view status, std::string_view title) {
  foot_.set_status(status);
  if (title != title_) {
    title_ = title;
    foot_.pass("\x1b]0;" + title_ + "\a");
  }
  schedule_draw();
}

void editor_screen::ring() {
  foot_.pass("\a");
  schedule_draw();
}

void editor_screen::clear() {
  write(foot_.clear(editor_.view(), tty_.size()));
}

// --- what the person types ---

void editor_screen::read() {
  input_.async_read_some(asio::buffer(bytes_), [this](std::error_code failed, std::size_t size) {
    if (failed == asio::error::operation_aborted) return;
    if (failed) {
      gone_ = true;
      return owner_->on_output_closed();
    }
    const std::string_view bytes{bytes_.data(), size};
    std::vector<key_event> keys;
    keys_.feed(bytes, keys, bytes.ends_with('\t') && more_to_read());
    handle(keys);
    await_more();
    read();
  });
}

bool editor_screen::more_to_read() {
  int waiting = 0;
  return ::ioctl(tty_.descriptor(), FIONREAD, &waiting) == 0 && waiting > 0;
}

/// A timer runs only while something is open, so that nothing ticks in between.
void editor_screen::await_more() {
  timer_.cancel();
  const auto now = std::chrono::steady_clock::now();
  if (!keys_.in_paste()) {
    paste_ends_.reset();
  } else if (keys_.take_flow() || !paste_ends_) {
    paste_ends_ = now + settings_.paste_time;
  }
  auto until = now + settings_.escape_time;
  switch (keys_.waiting()) {
    case key_decoder::wait::nothing: return;
    case key_decoder::wait::escape:
      if (paste_ends_) until = std::min(until, *paste_ends_);  // Ctrl-C, held down
      break;
    case key_decoder::wait::paste: until = *paste_ends_; break;
  }
  timer_.expires_at(until);
  timer_.async_wait([this](std::error_code cancelled) {
    // More bytes may have come in the same turn as the end of the time: then it is theirs to wait anew.
    if (cancelled || timer_.expiry() > std::chrono::steady_clock::now()) return;
    std::vector<key_event> keys;
    keys_.flush(keys);
    handle(keys);
  });
}

void editor_screen::handle(const std::vector<key_event>& keys) {
  for (const key_event& key : keys) {
    if (key.code == key_code::control && key.code_point == U'o') {
      owner_->on_open();
    } else {
      obey(editor_.handle(key));
    }
  }
  schedule_draw();
}

void editor_screen::obey(const editor_event& event) {
  if (event.what != kind::interrupt && event.what != kind::nothing) interrupted_.reset();
  switch (event.what) {
    case kind::nothing:
    case kind::changed:
    case kind::refused: break;
    case kind::submit: submit(event); break;
    case kind::list: list(event.lines); break;
    case kind::remark:
      for (const std::string& line : event.lines) print_wrapped(line);
      break;
    case kind::eof: owner_->on_leave(); break;
    case kind::interrupt: interrupt(); break;
    case kind::clear: clear(); break;
    case kind::suspend: suspend(); break;
  }
}

void editor_screen::submit(const editor_event& event) {
  for (std::size_t i = 0; i < event.lines.size(); ++i) {
    const bool is_part = !event.parts.empty() && event.parts[i];
    is_part ? owner_->on_part(event.lines[i]) : owner_->on_line(event.lines[i]);
  }
}

void editor_screen::list(const std::vector<std::string>& words) {
  std::vector<std::string> shown_words(
      words.begin(), words.begin() + static_cast<std::ptrdiff_t>(std::min(words.size(), most_listed)));
  if (words.size() > most_listed) shown_words.emplace_back("…");
  for (const std::string& row : grid(shown_words, tty_.size().columns)) foot_.print(row);
}

void editor_screen::speak(language lang) {
  settings_.lang = lang;
  editor_.speak(lang);
  schedule_draw();
}

void editor_screen::interrupt() {
  const auto now = std::chrono::steady_clock::now();
  if (interrupted_ && now - *interrupted_ < settings_.interrupt_time) return owner_->on_interrupt();
  interrupted_ = now;
  foot_.print(settings_.lang == language::zh ? "再按一次 Ctrl-C 退出" : "Ctrl-C again leaves");
}

// --- the terminal ---

/// While we are stopped on our own account SIGCONT is nobody's news: who comes back from here draws anyway.
void editor_screen::suspend() {
  write(foot_.hide(tty_.size()));
  signals_.remove(SIGCONT);
  const std::error_code failed = tty_.suspend();
  signals_.add(SIGCONT);
  if (failed) owner_->on_output_closed();
}

void editor_screen::watch_signals() {
  signals_.async_wait([this](std::error_code cancelled, int signal) {
    if (cancelled) return;
    if (signal == SIGCONT) {  // somebody else stopped us, and the shell has written since
      if (tty_.enter()) return owner_->on_output_closed();
      foot_.forget();
    }
    draw();
    watch_signals();
  });
}

void editor_screen::schedule_draw() {
  if (std::exchange(draw_due_, true)) return;
  asio::post(io_, [this] {
    draw_due_ = false;
    draw();
  });
}

void editor_screen::draw() {
  write(foot_.update(editor_.view(), tty_.size()));
}

void editor_screen::write(std::string_view bytes) {
  if (gone_ || bytes.empty() || !tty_.write_all(bytes)) return;
  gone_ = true;
  if (owner_ != nullptr) asio::post(io_, [this] { owner_->on_output_closed(); });
}

}  // namespace confab::terminal
