#include "distributed/shared_folder.h"

#include <cstdlib>
#include <string>
#include <system_error>
#include <vector>

#include "storage/atomic_file.h"
#include "support/error.h"

namespace alinea {

namespace fs = std::filesystem;

SharedFolder::SharedFolder() {
  std::string name = (fs::temp_directory_path() / "alinea-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr)
    throw Error("cannot create a temporary folder in '{}'", fs::temp_directory_path().string());
  path_ = name;
}

SharedFolder::~SharedFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void SharedFolder::share(Group& group) const {
  std::vector<std::string> names;
  if (group.leads())
    for (const auto& file : fs::directory_iterator(path_))
      names.push_back(file.path().filename().string());
  names.resize(std::stoull(group.broadcast(std::to_string(names.size()))));
  for (const std::string& mine : names) {
    const std::string name = group.broadcast(mine);
    const std::string bytes = group.broadcast(group.leads() ? read_file(path_ / name) : "");
    if (!group.leads()) write_file(path_ / name, bytes);
  }
}

}  // namespace alinea
