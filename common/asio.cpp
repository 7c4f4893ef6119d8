// Asio, compiled once for all of confab (ASIO_SEPARATE_COMPILATION).
#include <asio/impl/src.hpp>
