// Runs a fuzzer over the files of the directories it is given, where no libFuzzer is linked. It fails when one of them
// is missing or empty: a test over no input would prove nothing.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    std::size_t replayed = 0;
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
      std::printf("%s\n", entry.path().c_str());
      std::fflush(stdout);  // so that the last line names the input that ended the process
      std::ifstream file(entry.path(), std::ios::binary);
      const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
      LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
      ++replayed;
    }
    if (replayed == 0) {
      std::fprintf(stderr, "no inputs in %s\n", argv[i]);
      return EXIT_FAILURE;
    }
  }
  return argc > 1 ? EXIT_SUCCESS : EXIT_FAILURE;
}
