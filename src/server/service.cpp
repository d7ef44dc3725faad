#include "server/service.h"

#include <algorithm>

#include "models/model.h"
#include "server/text_services.h"
#include "server/translation_service.h"
#include "support/error.h"

namespace alinea {

namespace {

using Make = std::unique_ptr<Service> (*)(const std::string& name, const Paths& folders,
                                          const ServiceOptions& options);

template <class Kind>
std::unique_ptr<Service> make(const std::string& name, const Paths& folders,
                              const ServiceOptions& options) {
  if (folders.size() > 1)
    throw UsageError(
        "--model: '{}' is the name of {} models, but only translation models work together: give "
        "each a name of its own",
        name, folders.size());
  return std::make_unique<Kind>(name, folders.front(), options);
}

template <>
std::unique_ptr<Service> make<TranslationService>(const std::string& name, const Paths& folders,
                                                  const ServiceOptions& options) {
  return std::make_unique<TranslationService>(name, folders, options);
}

void check_same_kind(const std::string& name, const Paths& folders, const ModelKind& first) {
  for (const std::filesystem::path& folder : folders)
    if (const ModelKind& kind = kind_of(ModelFolder(folder)); kind.format != first.format)
      throw UsageError(
          "--model: '{}' is the name of a {} in {} and of a {} in {}: give each a name of its own",
          name, first.name, folders.front().string(), kind.name, folder.string());
}

struct ServedKind {
  std::string_view format;
  Make make;
};

constexpr ServedKind kServedKinds[] = {{TranslationModel::kFormat, make<TranslationService>},
                                       {ClassifierModel::kFormat, make<ClassifierService>},
                                       {TaggerModel::kFormat, make<TaggerService>},
                                       {LanguageModel::kFormat, make<LanguageModelService>}};

}  // namespace

std::unique_ptr<Service> load_service(const std::string& name, const Paths& folders,
                                      const ServiceOptions& options) {
  const ModelKind& kind = kind_of(ModelFolder(folders.front()));
  check_same_kind(name, folders, kind);
  const auto* const found = std::ranges::find(kServedKinds, kind.format, &ServedKind::format);
  if (found == std::end(kServedKinds))
    throw Error("the model in {} is a {}, which is not served: use {}", folders.front().string(),
                kind.name, kind.command);
  return found->make(name, folders, options);
}

}  // namespace alinea
