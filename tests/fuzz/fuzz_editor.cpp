// Any bytes typed at the line editor, with messages, bells, resizes, timeouts and clears between: on a model of the
// terminal the draft must be the one in memory with the cursor on its caret, no message may be lost, and nothing but
// the client's own sequences may reach the terminal.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "client/terminal/footer.hpp"
#include "client/terminal/line_editor.hpp"
#include "common/safe_text.hpp"
#include "common/utf8.hpp"
#include "tests/fuzz/expect.hpp"
#include "tests/unit/client/terminal/model_screen.hpp"
#include "tests/unit/client/terminal/screen_check.hpp"

namespace {

using namespace confab::terminal;
using confab::fuzz::expect;
using confab::terminal::testing::model_screen;
using kind = editor_event::kind;

// A byte of the input that is one of these does something to the session; every other byte is typed. They are bytes
// that no UTF-8 text contains, so that texts and sequences pass whole; enough others that none contains are left to be
// typed.
enum command : std::uint8_t {
  new_limit = 0xF6,  // of a message; the next byte says how long
  at_once = 0xF7,    // the next byte says how many of those behind it come in one read, and whether more is there
  message = 0xF8,    // the next byte says how many
  resize = 0xF9,     // the next two bytes: columns, rows
  timeout = 0xFA,
  draw = 0xFB,
  new_prompt = 0xFC,  // the next byte says which
  new_status = 0xFD,  // the next byte says how long
  no_history = 0xFE,
  take_footer = 0xFF,
};

class session {
 public:
  explicit session(std::uint8_t how)
      : counting_(how % 2 == 0 ? model_screen::widths::clusters : model_screen::widths::code_points),
        screen_(60, 14, counting_),
        foot_({.reverse_status = how % 4 < 2, .reflows = true}),
        editor_(how % 8 < 4 ? confab::language::en : confab::language::zh, 600) {
    editor_.set_prompt("公聊[小明]> ");
    editor_.set_history(&past_);
    editor_.set_completion([] {
      confab::client::completion_words words;
      words.names = {"小红", "小明同学", "bob", "Bobby", "cafe\u0301"};
      words.commands = {"/msg", "/me"};
      words.after_first_name = ": ";
      return words;
    });
    foot_.set_status("公聊 · 小明");
    update();
  }

  void run(std::string_view input) {
    while (!input.empty()) {
      const auto byte = static_cast<std::uint8_t>(input[0]);
      if (byte == at_once) {
        const std::size_t how = input.size() > 1 ? static_cast<std::uint8_t>(input[1]) : 0U;
        input.remove_prefix(std::min<std::size_t>(input.size(), 2));
        const std::string_view read = input.substr(0, how / 2);
        type(read, how % 2 != 0);
        input.remove_prefix(read.size());
      } else if (byte >= new_limit) {
        const auto argument = [input](std::size_t i) {
          return i < input.size() ? static_cast<std::uint8_t>(input[i]) : 0U;
        };
        obey(byte, argument(1), argument(2));
        const std::size_t arguments =
            byte == resize ? 2 : byte == message || byte == new_prompt || byte == new_status || byte == new_limit;
        input.remove_prefix(std::min(input.size(), 1 + arguments));
      } else {
        type(input.substr(0, 1));
        input.remove_prefix(1);
      }
    }
    update();
    check_messages();
    take_all_back();
  }

 private:
  // Whatever was changed: walking it back ends, within the bound.
  void take_all_back() {
    std::vector<key_event> keys;
    keys_.flush(keys);
    handle(keys);
    for (const key_event& key : {key_event{key_code::control, U'g'}, key_event{key_code::control, U'g'}}) handle({key});
    std::size_t undone = 0;
    while (editor_.handle({key_code::control, U'_'}).what == kind::changed) {
      ++undone;
      expect(undone <= undo_stack::max_edits, "undoing ends");
      update();
    }
  }

  void obey(std::uint8_t what, unsigned first, unsigned second) {
    switch (what) {
      case message:
        for (unsigned i = 0; i <= first % 20; ++i) print();
        if (first % 2 == 0) foot_.pass("\a\x1b]0;title\a");
        break;
      case resize:
        screen_.resize(2 + first % 120, 1 + second % 40);  // in one column wide characters would be lost
        break;
      case timeout: {
        std::vector<key_event> keys;
        keys_.flush(keys);
        handle(keys);
        break;
      }
      case draw: break;
      case new_limit: editor_.set_limit(first == 0 ? 0 : 16 + first); break;
      case new_prompt:
        editor_.set_prompt(std::string_view{"私聊→小红> 选择> > "}.substr(first % 2 == 0 ? 0 : 16));
        break;
      case new_status: foot_.set_status(std::string(first, 's')); break;
      case no_history:
        editor_.set_history(has_history_ ? nullptr : &past_);
        has_history_ = !has_history_;
        break;
      case take_footer: screen_.write(foot_.hide(size())); break;
      default: break;
    }
    update();
    check_messages();
  }

  void type(std::string_view bytes, bool more = false) {
    std::vector<key_event> keys;
    keys_.feed(bytes, keys, more);
    if (keys.empty()) return;
    handle(keys);
    update();
  }

  void handle(const std::vector<key_event>& keys) {
    for (const key_event& key : keys) {
      const editor_event event = editor_.handle(key);
      const bool has_lines = event.what == kind::submit || event.what == kind::list || event.what == kind::remark;
      expect(has_lines == !event.lines.empty(), "events with lines");
      for (const std::string& line : event.lines) {
        expect(confab::utf8::valid(line) && confab::is_safe(line), "what is sent is safe and one line");
      }
      expect(event.parts.empty() || event.parts.size() == event.lines.size(), "each line is a part or not");
      expect(event.what != kind::submit || key.code != key_code::not_utf8, "no stray byte sends anything");
      if (event.what == kind::submit) {
        expect(editor_.text().empty(), "a sent draft is gone");
        print();
      }
      if (event.what == kind::clear) {
        update();
        screen_.write(foot_.clear(editor_.view(), size()));
        expected_.clear();  // what stood in the window is gone on purpose
        check();
      }
    }
  }

  void print() {
    std::string line = "message " + std::to_string(printed_++);
    if (printed_ % 7 == 0) line += std::string(150, 'w') + "很长";
    expected_.push_back(line);
    foot_.print(line);
  }

  void update() {
    screen_.write(foot_.update(editor_.view(), size()));
    check();
  }

  void check() const {
    expect(screen_.unknown() == 0, "only our own sequences reach the terminal");
    expect(confab::utf8::valid(editor_.text()), "the draft is UTF-8");
    expect(editor_.view().caret <= editor_.view().text.size(), "the caret is in the text");
    if (screen_.columns() >= 20) {
      const std::string problem = testing::draft_problem(screen_, editor_.view());
      expect(problem.empty(), problem.c_str());
    }
  }

  // Every message since the last clear stands in the window or in the scrollback, in order. In front of one there may
  // be the rest of a footer: a window of one row takes it into its scrollback before it can be erased.
  void check_messages() const {
    const std::vector<std::string> lines = screen_.lines();
    auto at = lines.begin();
    for (const std::string& line : expected_) {
      at = std::find_if(at, lines.end(), [&line](const std::string& shown) { return shown.ends_with(line); });
      expect(at != lines.end(), "no message is lost");
      ++at;
    }
  }

  window_size size() const { return {screen_.columns(), screen_.rows()}; }

  model_screen::widths counting_;
  model_screen screen_;
  footer foot_;
  line_editor editor_;
  key_decoder keys_;
  history past_{20, 4000};
  bool has_history_ = true;
  std::size_t printed_ = 0;
  std::vector<std::string> expected_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  session(data[0]).run({reinterpret_cast<const char*>(data) + 1, size - 1});
  return 0;
}
