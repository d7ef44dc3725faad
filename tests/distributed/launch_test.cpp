// What a process learns of the others from its environment, and a program without MPI does then.
#include "distributed/launch.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <map>
#include <string>

#include "support/error.h"

namespace alinea {
namespace {

class Environment {
 public:
  explicit Environment(std::map<std::string, std::string> variables)
      : variables_(std::move(variables)) {
    for (const auto& [name, value] : variables_) setenv(name.c_str(), value.c_str(), 1);
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  ~Environment() {
    for (const auto& [name, value] : variables_) unsetenv(name.c_str());
  }

 private:
  std::map<std::string, std::string> variables_;
};

TEST_CASE("a process that was started by itself is alone") {
  CHECK_FALSE(launched());
  const std::unique_ptr<Group> group = join(1);
  CHECK(group->is_alone());
  CHECK(group->leads());
  double sum = 3;
  group->sum(std::span(&sum, 1));
  CHECK(sum == 3);
  CHECK(group->gather("mine") == std::vector<std::string>{"mine"});
  CHECK(group->broadcast("mine") == "mine");
  CHECK(share(*group, 3) == std::vector<int64_t>{0, 1, 2});
}

TEST_CASE("a build without MPI says so") { CHECK(mpi_version() == "none"); }

TEST_CASE("mpirun and srun say which of how many a process is") {
  const auto variables = GENERATE(
      std::map<std::string, std::string>{{"OMPI_COMM_WORLD_RANK", "2"},
                                         {"OMPI_COMM_WORLD_SIZE", "5"},
                                         {"OMPI_COMM_WORLD_LOCAL_SIZE", "3"}},
      std::map<std::string, std::string>{
          {"PMI_RANK", "2"}, {"PMI_SIZE", "5"}, {"MPI_LOCALNRANKS", "3"}},
      std::map<std::string, std::string>{
          {"SLURM_PROCID", "2"}, {"SLURM_STEP_NUM_TASKS", "5"}, {"SLURM_TASKS_ON_THIS_NODE", "3"}});
  const Environment environment(variables);
  REQUIRE(launched());
  CHECK(launched()->rank == 2);
  CHECK(launched()->size == 5);
  CHECK(launched()->on_this_host == 3);
  CHECK_THROWS_WITH(join(1), Catch::Contains("built without MPI") && Catch::Contains("5"));
}

TEST_CASE("one process is alone, however it was started, and so is what a batch script runs") {
  const auto variables =
      GENERATE(std::map<std::string, std::string>{{"OMPI_COMM_WORLD_RANK", "0"},
                                                  {"OMPI_COMM_WORLD_SIZE", "1"}},
               std::map<std::string, std::string>{{"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "8"}},
               std::map<std::string, std::string>{{"PMI_RANK", "0"}, {"PMI_SIZE", "many"}});
  const Environment environment(variables);
  CHECK_FALSE(launched());
}

}  // namespace
}  // namespace alinea
