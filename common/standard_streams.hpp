#pragma once

namespace confab {

/// Opens /dev/null for each standard stream that is closed; else the next file or socket would take its place, and read
/// or write what is meant for another. `flags` are those of open(2): with O_RDONLY an output still fails when it is
/// written to, with O_RDWR it takes everything. To be called first of all, while there is one thread.
void fill_standard_streams(int flags) noexcept;

}  // namespace confab
