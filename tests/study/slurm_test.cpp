#include "study/sweep/slurm.hpp"

#include <catch2/catch.hpp>

using namespace podsim::study;

namespace {

SlurmCommands slurm_commands() {
  return {"podsim-test", "/home/me/my studies", "/opt/podsim sweep s.yaml -o out.h5 -j 2",
          "/opt/podsim sweep s.yaml -o out.h5 --merge", "out.h5.parts"};
}

}  // namespace

TEST_CASE("array indices are ranges where they can be") {
  CHECK(array_indices({0, 1, 2, 3}) == "0-3");
  CHECK(array_indices({0, 2, 3, 9}) == "0,2-3,9");
  CHECK(array_indices({7}) == "7");
}

TEST_CASE("parts are cut into arrays whose indices stay below MaxArraySize") {
  const auto arrays = slurm_arrays({0, 1, 3, 4, 5, 8}, 4);
  REQUIRE(arrays.size() == 3);
  CHECK(arrays[0].offset == 0);
  CHECK(arrays[0].tasks == std::vector<std::size_t>{0, 1, 3});
  CHECK(arrays[1].offset == 4);
  CHECK(arrays[1].tasks == std::vector<std::size_t>{0, 1});
  CHECK(arrays[2].offset == 8);
  CHECK(arrays[2].tasks == std::vector<std::size_t>{0});
}

TEST_CASE("the script of an array") {
  SlurmOptions options;
  options.partition = "small";
  options.account = "me";
  options.time = "1:00:00";
  options.array_limit = 10;
  options.prelude = {"module load hdf5"};
  options.options = {"--mem=4G"};
  options.workers = 2;
  unsetenv("PODSIM_PATH");
  CHECK(array_script({1000, {0, 1, 5}}, 1006, slurm_commands(), options) == R"(#!/bin/bash
#SBATCH --job-name=podsim-test
#SBATCH --chdir="/home/me/my studies"
#SBATCH --output=out.h5.parts/task-%A_%a.log
#SBATCH --open-mode=append
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=2
#SBATCH --partition=small
#SBATCH --account=me
#SBATCH --time=1:00:00
#SBATCH --mem=4G
#SBATCH --array=0-1,5%10
#SBATCH --requeue
#SBATCH --signal=B:USR1@60

module load hdf5
exec /opt/podsim sweep s.yaml -o out.h5 -j 2 --part "$((SLURM_ARRAY_TASK_ID + 1000))/1006"
)");
}

TEST_CASE("the script of a merge has one processor and the catalogue of the user") {
  setenv("PODSIM_PATH", "/my machines", 1);
  CHECK(merge_script(slurm_commands(), {}) == R"(#!/bin/bash
#SBATCH --job-name=podsim-test
#SBATCH --chdir="/home/me/my studies"
#SBATCH --output=out.h5.parts/merge-%j.log
#SBATCH --open-mode=append
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=1

export PODSIM_PATH='/my machines'
exec /opt/podsim sweep s.yaml -o out.h5 --merge
)");
}

TEST_CASE("the number of a job stands among warnings") {
  CHECK(job_id("1234\n") == "1234");
  CHECK(job_id("1234;cluster\n") == "1234");
  CHECK(job_id("sbatch: warning: 2 GPUs\n1234\nsbatch: warning: slow\n") == "1234");
  CHECK(job_id("sbatch: error: no such partition\n").empty());
  CHECK(job_id("").empty());
}

TEST_CASE("any text is one word of a shell") {
  CHECK(shell_word("plain/path.h5") == "plain/path.h5");
  CHECK(shell_word("") == "''");
  CHECK(shell_word("a b") == "'a b'");
  CHECK(shell_word("it's") == "'it'\\''s'");
}
