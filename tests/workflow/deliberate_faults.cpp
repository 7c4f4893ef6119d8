// One fault of every kind that a sanitizer must catch. Built only with a sanitizer, run only by the checks that
// prove the sanitizer is on; it says "survived" when nothing stopped it.

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string_view>
#include <thread>

namespace {

// volatile: the compiler must neither see the fault coming nor take it out.
volatile int one = 1;

void heap_overflow() {
  // Of a size not known while compiling, or UndefinedBehaviorSanitizer would be there first.
  const auto size = static_cast<std::size_t>(16 * one);
  volatile char* bytes = new char[size];
  bytes[size] = 'x';
  delete[] bytes;
}

void leak() {
  volatile char* forgotten = new char[16];
  forgotten[0] = 'x';
  forgotten = nullptr;
}

void signed_overflow() {
  int most = std::numeric_limits<int>::max() - 1 + one;
  std::printf("%d\n", most + one);
}

void data_race() {
  int shared = 0;
  auto add = [&shared] {
    for (int i = 0; i < 10'000; ++i) *const_cast<volatile int*>(&shared) = shared + one;
  };
  std::thread other(add);
  add();
  other.join();
}

}  // namespace

int main(int argc, char** argv) {
  std::string_view fault = argc > 1 ? argv[1] : "";
  if (fault == "heap-overflow") {
    heap_overflow();
  } else if (fault == "leak") {
    leak();
  } else if (fault == "signed-overflow") {
    signed_overflow();
  } else if (fault == "data-race") {
    data_race();
  } else {
    std::fprintf(stderr, "usage: deliberate_faults heap-overflow|leak|signed-overflow|data-race\n");
    return EXIT_SUCCESS;  // the checks expect a failure, so a misspelt fault must not look like one
  }
  std::puts("survived");
  return EXIT_SUCCESS;
}
