#include "study/point/processors.hpp"

#include <catch2/catch.hpp>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

using namespace podsim::study;

namespace {

/// Control groups as the kernel shows them, in a folder that goes with the test.
class GroupTree {
 public:
  GroupTree() : root_("groups_" + std::to_string(getpid())) {}
  ~GroupTree() { std::filesystem::remove_all(root_); }
  GroupTree(const GroupTree&) = delete;
  GroupTree& operator=(const GroupTree&) = delete;

  void write(const std::string& file, const std::string& text) const {
    std::filesystem::create_directories((root_ / file).parent_path());
    std::ofstream(root_ / file) << text << "\n";
  }
  const std::filesystem::path& root() const { return root_; }

 private:
  std::filesystem::path root_;
};

}  // namespace

TEST_CASE("there is at least one processor and some memory") {
  CHECK(available_processors() >= 1);
  CHECK(available_memory_bytes() > 1 << 20);
}

TEST_CASE("the tightest quota of a control group and those above it counts") {
  const GroupTree tree;
  tree.write("user/cpu.max", "150000 100000");
  tree.write("user/me/cpu.max", "max 100000");
  CHECK(processor_quota(tree.root(), "/user/me") == 1.5);
  tree.write("user/me/cpu.max", "50000 100000");
  CHECK(processor_quota(tree.root(), "/user/me") == 0.5);
  CHECK(processor_quota(tree.root(), "/other") == std::nullopt);
}

TEST_CASE("control groups of version 1 are understood") {
  const GroupTree tree;
  tree.write("job/cpu.cfs_quota_us", "300000");
  tree.write("job/cpu.cfs_period_us", "100000");
  tree.write("job/step/cpu.cfs_quota_us", "-1");
  tree.write("job/step/cpu.cfs_period_us", "100000");
  tree.write("job/memory.limit_in_bytes", "1000000");
  CHECK(processor_quota(tree.root(), "/job/step") == 3.0);
  CHECK(memory_limit_bytes(tree.root(), "/job/step") == 1000000);
}

TEST_CASE("the tightest memory limit counts") {
  const GroupTree tree;
  tree.write("a/memory.max", "4096");
  tree.write("a/b/memory.max", "max");
  CHECK(memory_limit_bytes(tree.root(), "/a/b") == 4096);
  CHECK(memory_limit_bytes(tree.root(), "/c") == std::nullopt);
}
