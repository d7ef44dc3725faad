// Where the time goes: seconds by operation, on the way forward and on the way back.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace alinea {

enum class Direction { kForward, kBackward };

class Profile {
 public:
  // Names are compared by content; their text must outlive the profile.
  void add(std::string_view name, Direction direction, double seconds);
  // Adds the rows of another one to those here.
  void add(const Profile& other);

  // A row an operation, the longest first: calls, milliseconds forward and backward, share of the
  // whole. Empty where nothing was measured.
  std::string table() const;

 private:
  struct Row {
    std::string_view name;
    int64_t calls = 0;  // forward
    double forward = 0, backward = 0;
    double total() const { return forward + backward; }
  };
  Row& row(std::string_view name);

  std::vector<Row> rows_;
};

// Adds its own lifetime to a profile, if there is one.
class ProfileTimer {
 public:
  ProfileTimer(Profile* profile, std::string_view name, Direction direction = Direction::kForward)
      : profile_(profile), name_(name), direction_(direction) {
    if (profile_ != nullptr) begin_ = Clock::now();
  }
  ~ProfileTimer() {
    if (profile_ != nullptr)
      profile_->add(name_, direction_,
                    std::chrono::duration<double>(Clock::now() - begin_).count());
  }
  ProfileTimer(const ProfileTimer&) = delete;
  ProfileTimer& operator=(const ProfileTimer&) = delete;

 private:
  using Clock = std::chrono::steady_clock;
  Profile* profile_;
  std::string_view name_;
  Direction direction_;
  Clock::time_point begin_;
};

}  // namespace alinea
