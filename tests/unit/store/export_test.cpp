#include "server/store/export.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include <nlohmann/json.hpp>

#include "server/store/database.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/store/store_support.hpp"

using namespace confab::store;
using namespace confab::store::testing;
using Catch::Matchers::Contains;

namespace {

std::string content_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

auto entries(const std::filesystem::path& folder) {
  return std::distance(std::filesystem::directory_iterator(folder), {});
}

}  // namespace

TEST_CASE("export: one JSON object a line, fields in order", "[export]") {
  const scratch place;
  keep(place.history(), {said(1, "lobby", "say \"hi\"\t你好\x01"), whispered(2, "Ann", "Bob", "psst")});
  std::ostringstream out;
  CHECK(export_messages(place.history(), out).messages == 2);
  CHECK(out.str() ==
        R"({"type":"message","time":"2026-01-01T00:00:01.000Z","id":1,"room":"lobby","from":"Ann",)"
        R"("addr":"127.0.0.1:4000","text":"say \"hi\"\t你好�"})"
        "\n"
        R"({"type":"private","time":"2026-01-01T00:00:02.000Z","id":2,"from":"Ann","addr":"127.0.0.1:4000",)"
        R"("to":"Bob","text":"psst"})"
        "\n");
}

TEST_CASE("export: all messages, whatever their number, also with bytes that are not UTF-8", "[export]") {
  const std::uint64_t total = GENERATE(0U, 999U, 1000U, 1001U, 2000U);
  const scratch place;
  std::vector<message> many;
  for (std::uint64_t id = 1; id <= total; ++id) many.push_back(said(2 * id, "lobby", id == 7 ? "bad \xFF" : "good"));
  keep(place.history(), many);
  std::stringstream out;
  CHECK(export_messages(place.history(), out).messages == total);
  std::string line;
  std::uint64_t lines = 0;
  while (std::getline(out, line)) {
    ++lines;
    if (nlohmann::json::parse(line).at("id") != 2 * lines) FAIL("line " << lines << ": " << line);
  }
  CHECK(lines == total);
}

TEST_CASE("export: what cannot be written is an error", "[export]") {
  const scratch place;
  keep(place.history(), {said(1, "lobby", "hi")});
  std::ostringstream out;
  out.setstate(std::ios::badbit);
  CHECK_THROWS_AS(export_messages(place.history(), out), store_error);
}

TEST_CASE("export: a file is whole or as it was before, and for its owner only", "[export]") {
  const scratch place;
  const auto file = place.folder() / "export.jsonl";
  std::ofstream(file) << "of yesterday\n";
  CHECK_THROWS_AS(export_to_file(place.history(), file), store_error);  // there is no history yet
  CHECK(content_of(file) == "of yesterday\n");
  CHECK(entries(place.folder()) == 1);
  keep(place.history(), {said(1, "lobby", "hi")});
  const auto before = entries(place.folder());
  CHECK(export_to_file(place.history(), file).messages == 1);
  CHECK(nlohmann::json::parse(content_of(file)).at("text") == "hi");
  CHECK(std::filesystem::status(file).permissions() ==
        (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
  CHECK(entries(place.folder()) == before);
}

TEST_CASE("export: a symbolic link stays one, and what is no file is written to", "[export]") {
  const scratch place;
  keep(place.history(), {said(1, "lobby", "hi")});
  const auto file = place.folder() / "export.jsonl";
  const auto link = place.folder() / "link";
  std::ofstream(file) << "of yesterday\n";
  std::filesystem::create_symlink(file, link);
  CHECK(export_to_file(place.history(), link).messages == 1);
  CHECK(std::filesystem::is_symlink(link));
  CHECK(nlohmann::json::parse(content_of(file)).at("id") == 1);
  CHECK(export_to_file(place.history(), "/dev/null").messages == 1);
  CHECK(std::filesystem::is_character_file("/dev/null"));
  CHECK_THROWS_AS(export_to_file(place.history(), "/dev/full"), store_error);
  CHECK_THROWS_AS(export_to_file(place.history(), place.folder()), store_error);
  CHECK_THROWS_AS(export_to_file(place.history(), place.folder() / "none" / "file"), store_error);
}

TEST_CASE("export: the files of the history are no place for it", "[export]") {
  const scratch place;
  const options how = place.history();
  keep(how, {said(1, "lobby", "hi")});
  for (const char* const ending : {"", "-wal", "-shm", "-journal", ".lock"}) {
    CAPTURE(ending);
    CHECK_THROWS_WITH(export_to_file(how, how.file.string() + ending), Contains("belongs to the history"));
  }
  const auto link = place.folder() / "link";
  std::filesystem::create_symlink(how.file, link);
  CHECK_THROWS_AS(export_to_file(how, link), store_error);
  const auto other_name = place.folder() / "other";
  std::filesystem::create_hard_link(how.file, other_name);
  CHECK_THROWS_AS(export_to_file(how, other_name), store_error);
  std::ostringstream out;
  CHECK(export_messages(how, out).messages == 1);
}

TEST_CASE("export: what is damaged is skipped and counted, and all else is written", "[export]") {
  const scratch place;
  const options how = place.history();
  constexpr std::uint64_t total = 600;
  std::vector<message> all;
  // With a wide gap in the middle, as recalled and removed messages leave.
  const auto id_of = [](std::uint64_t i) { return i <= total / 2 ? i : i + 1'000'000; };
  for (std::uint64_t i = 1; i <= total; ++i) all.push_back(said(id_of(i), "lobby", std::string(100, 'x')));
  all[450].text = std::string(20'000, 'y');  // on pages of its own
  keep(how, all);
  std::vector<std::size_t> leaves;
  {
    database db(how, database::access::write);
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    statement next =
        db.prepare("SELECT pageno FROM dbstat WHERE name = 'messages' AND pagetype = 'leaf' ORDER BY path");
    while (next.step()) leaves.push_back(static_cast<std::size_t>(next.integer(0)));
    statement over =
        db.prepare("SELECT pageno FROM dbstat WHERE name = 'messages' AND pagetype = 'overflow' ORDER BY path");
    REQUIRE(over.step());
    leaves.push_back(static_cast<std::size_t>(over.integer(0)));
  }
  REQUIRE(leaves.size() > 12);
  const std::size_t overflow = leaves.size() - 1;
  const std::size_t last = leaves.size() - 2;
  struct example {
    std::vector<std::size_t> hurt;
    std::uint64_t gaps;
    bool to_the_end;
  };
  const auto damage = [&](const std::vector<std::size_t>& which) {
    std::fstream file(how.file, std::ios::in | std::ios::out | std::ios::binary);
    for (const std::size_t each : which) {
      file.seekp(static_cast<std::streamoff>((leaves[each] - 1) * 4096));
      file << std::string(4096, '\0');
    }
  };
  const auto whole = place.folder() / "whole";
  std::filesystem::copy_file(how.file, whole);
  for (const example& each : {example{{}, 0, false}, example{{0}, 1, false}, example{{3}, 1, false},
                              example{{3, 4}, 1, false}, example{{2, 5}, 2, false}, example{{last}, 1, true},
                              example{{0, 6, last}, 3, true}, example{{overflow}, 1, false}}) {
    CAPTURE(each.hurt);
    std::filesystem::copy_file(whole, how.file, std::filesystem::copy_options::overwrite_existing);
    damage(each.hurt);
    std::ostringstream out;
    const export_result done = export_messages(how, out);
    const std::string text = out.str();
    CHECK(done.gaps == each.gaps);
    CHECK(done.to_the_end == each.to_the_end);
    CHECK(static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n')) == done.messages);
    if (each.gaps == 0) {
      CHECK(done.messages == total);
      CHECK(done.missing == 0);
      continue;
    }
    // A page holds some twenty of them.
    CHECK(done.messages >= total - 40 * each.hurt.size());
    CHECK(done.messages < total);
    if (!each.to_the_end) CHECK(done.missing >= total - done.messages);
  }
}

TEST_CASE("export: of a file that is cut off, or whose list of tables is hurt, what is left", "[export]") {
  const scratch place;
  const options how = place.history();
  constexpr std::uint64_t total = 2000;
  std::vector<message> all;
  for (std::uint64_t id = 1; id <= total; ++id) all.push_back(said(id, "lobby", std::string(100, 'x')));
  keep(how, all);
  const auto size = std::filesystem::file_size(how.file);
  std::filesystem::resize_file(how.file, size / 2);
  std::ostringstream out;
  const export_result done = export_messages(how, out);
  CHECK(done.messages > total / 10);
  CHECK(done.messages < total);
  CHECK(done.gaps > 0);
}
