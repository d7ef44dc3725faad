#include "distributed/mpi_group.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <thread>

#include "distributed/launch.h"
#include "distributed/launcher.h"
#include "support/error.h"

namespace alinea {

namespace {

constexpr double kBeforeItBegins = 10;     // times the timeout
constexpr size_t kOnce = size_t{1} << 28;  // bytes of a broadcast, which MPI counts by an int
constexpr int kSecondsToEnd = 3;           // for the launcher, after an error
constexpr unsigned kSecondsToLeave = 20;   // for MPI to end, or to end the others

MPI_Comm copy_of_world() {
  MPI_Comm copy = MPI_COMM_NULL;
  MPI_Comm_dup(MPI_COMM_WORLD, &copy);
  return copy;
}

bool is_initialized() {
  int initialized = 0, finalized = 0;
  MPI_Initialized(&initialized);
  MPI_Finalized(&finalized);
  return initialized != 0 && finalized == 0;
}

}  // namespace

MpiGroup::MpiGroup(double timeout)
    : comm_(copy_of_world()), ring_(copy_of_world()), calls_(copy_of_world()), timeout_(timeout) {
  MPI_Comm_rank(comm_, &rank_);
  MPI_Comm_size(comm_, &size_);
  roll_call_.emplace(calls_, gather_names());
}

// After an error the others may not be there any more, and end_all() follows.
MpiGroup::~MpiGroup() {
  if (std::uncaught_exceptions() > 0) return;
  try {
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Ibarrier(comm_, &request);
    wait(request);
  } catch (const Error&) {
    return;  // a rank that dies after all the work is done
  }
  roll_call_.reset();
  alarm(kSecondsToLeave);
  MPI_Finalize();
  alarm(0);
}

std::vector<std::string> MpiGroup::gather_names() {
  constexpr int kMost = MPI_MAX_PROCESSOR_NAME;
  char name[kMost] = {};
  int length = 0;
  MPI_Get_processor_name(name, &length);
  std::string all(static_cast<size_t>(size_) * kMost, '\0');
  MPI_Allgather(name, kMost, MPI_CHAR, all.data(), kMost, MPI_CHAR, comm_);
  std::vector<std::string> names(static_cast<size_t>(size_));
  for (size_t rank = 0; rank < names.size(); ++rank) names[rank] = all.data() + rank * kMost;
  return names;
}

void MpiGroup::begin(const std::string& what) {
  what_ = what;
  has_begun_ = true;
}

void MpiGroup::begin_sum(std::span<float> values, int64_t key) {
  if (size_ == 1 || values.empty()) return;
  sums_.emplace_back(ring_, values, static_cast<int>(key));
}

void MpiGroup::progress() {
  for (RingSum& sum : sums_) {
    const int64_t before = sum.step();
    sum.progress();
    if (sum.step() != before) moved_ = Clock::now();
  }
  std::erase_if(sums_, [](const RingSum& sum) { return sum.is_done(); });
}

void MpiGroup::finish_sums() {
  wait_until([this] { return sums_.empty(); });
}

void MpiGroup::sum(std::span<double> values) {
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_Iallreduce(MPI_IN_PLACE, values.data(), static_cast<int>(values.size()), MPI_DOUBLE, MPI_SUM,
                 comm_, &request);
  wait(request);
}

void MpiGroup::broadcast_bytes(std::span<std::byte> bytes, int root) {
  while (!bytes.empty()) {
    const std::span<std::byte> part = bytes.first(std::min(bytes.size(), kOnce));
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Ibcast(part.data(), static_cast<int>(part.size()), MPI_BYTE, root, comm_, &request);
    wait(request);
    bytes = bytes.subspan(part.size());
  }
}

void MpiGroup::broadcast(std::span<float> values) {
  broadcast_bytes(std::as_writable_bytes(values), 0);
}

std::string MpiGroup::broadcast(std::string bytes) { return broadcast_from(0, std::move(bytes)); }

std::string MpiGroup::broadcast_from(int root, std::string bytes) {
  uint64_t size = bytes.size();
  broadcast_bytes(std::as_writable_bytes(std::span(&size, 1)), root);
  bytes.resize(size);
  broadcast_bytes(std::as_writable_bytes(std::span(bytes)), root);
  return bytes;
}

std::vector<std::string> MpiGroup::gather(std::string bytes) {
  std::vector<std::string> parts(static_cast<size_t>(size_));
  parts[static_cast<size_t>(rank_)] = std::move(bytes);
  for (int root = 0; root < size_; ++root) {
    std::string& part = parts[static_cast<size_t>(root)];
    part = broadcast_from(root, std::move(part));
  }
  return parts;
}

void MpiGroup::wait(MPI_Request request) {
  wait_until([&request] {
    int is_done = 0;
    MPI_Test(&request, &is_done, MPI_STATUS_IGNORE);
    return is_done != 0;
  });
}

// For the first milliseconds without news it asks again at once, then at intervals that leave the
// core to others.
void MpiGroup::wait_until(const std::function<bool()>& is_done) {
  constexpr auto kEager = std::chrono::milliseconds(2);
  constexpr auto kInterval = std::chrono::microseconds(50);
  roll_call_->begin(has_begun_ ? timeout_ : kBeforeItBegins * timeout_, what_);
  moved_ = Clock::now();
  while (progress(), !is_done()) {
    if (Clock::now() - moved_ < kEager) {
      sched_yield();
      continue;
    }
    roll_call_->check();
    std::this_thread::sleep_for(kInterval);
  }
}

std::unique_ptr<Group> join(double timeout) {
  const std::optional<Launch> launch = launched();
  if (!launch) return std::make_unique<Group>();
  int provided = 0;
  MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided);
  int size = 0;
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  if (size != launch->size)
    throw Error(
        "{} processes were started together, but MPI reports {}: start them with mpirun of the MPI "
        "that this program was built with, or with srun --mpi=pmix",
        launch->size, size);
  return std::make_unique<MpiGroup>(timeout);
}

std::string mpi_version() {
  char version[MPI_MAX_LIBRARY_VERSION_STRING] = {};
  int length = 0;
  MPI_Get_library_version(version, &length);  // one of the few calls that need no MPI_Init
  const std::string text(version, static_cast<size_t>(length));
  return text.substr(0, text.find_first_of(",\n"));
}

void end_all(int status) {
  if (!is_initialized()) return;
  end_launcher_after(kSecondsToEnd);
  alarm(kSecondsToLeave);  // MPI_Abort, too, may wait for a host that is cut off
  MPI_Abort(MPI_COMM_WORLD, status);
}

}  // namespace alinea
