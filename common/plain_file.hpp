#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

namespace confab {

/// Why a file was not read.
struct file_fault {
  enum class kind : std::uint8_t {
    none_there,  ///< there is no such file
    unreadable,  ///< `error` is the system's errno
    not_plain,   ///< a folder, a pipe, a device
    too_large,   ///< more than it may have
  };
  kind what = kind::unreadable;
  int error = 0;
};

/// All that is in the file `name`, of at most `most` bytes. Waits for nobody: what is no plain file is not read, for
/// whoever opens a pipe waits until somebody writes. Any thread.
std::variant<std::string, file_fault> read_plain_file(const std::string& name, std::size_t most);

}  // namespace confab
