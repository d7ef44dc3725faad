// A user for whom the rights of files count, as they do not for root.
#pragma once

#include <unistd.h>

#include <stdexcept>

namespace alinea {

class Unprivileged {
 public:
  Unprivileged() : before_(::geteuid()) {
    if (before_ == 0 && ::seteuid(kNobody) != 0) throw std::runtime_error("no other user");
  }
  Unprivileged(const Unprivileged&) = delete;
  Unprivileged& operator=(const Unprivileged&) = delete;
  ~Unprivileged() {
    if (before_ == 0 && ::seteuid(before_) != 0) std::terminate();
  }

 private:
  static constexpr uid_t kNobody = 65534;
  uid_t before_;
};

}  // namespace alinea
